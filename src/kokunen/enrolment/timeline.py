"""Whether what the register holds of a person's insurance is possible under the law. Pure.

A `Fault` says what is not, since when, by which article, and what to do. Something the register
does not know (a birth date, an address) is no fault and finds none.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from itertools import combinations, pairwise
from typing import TYPE_CHECKING, Final

from kokunen.enrolment import life
from kokunen.enrolment.life import ONE_DAY, enrolments, of, said, said_month
from kokunen.enrolment.months import Run, Stretch, months, of_period, uncovered
from kokunen.people.codes import Category, Exemption, Outcome
from kokunen.people.domain import AdditionalValue, EnrolmentValue, ExemptionValue, RegisterValue

if TYPE_CHECKING:
    from collections.abc import Iterator

    from kokunen.enrolment.life import Facts, Held
    from kokunen.people.periods import Period

__all__ = ["EXCLUDES_ADDITIONAL", "Fault", "Run", "Stretch", "faults", "months"]

_SCHEME_FROM: Final = date(1961, 4, 1)
_BOUND_BY_AGE: Final = frozenset({Category.CATEGORY_1, Category.CATEGORY_3})
PAYS_ADDITIONAL: Final = frozenset({Category.CATEGORY_1, Category.VOLUNTARY})
"""The categories in which the additional premium may be paid (法87条の2第1項・法附則5条)."""
EXCLUDES_ADDITIONAL: Final = frozenset(
    {
        Exemption.STATUTORY,
        Exemption.FULL,
        Exemption.THREE_QUARTERS,
        Exemption.HALF,
        Exemption.ONE_QUARTER,
        Exemption.DEFERRAL,
        Exemption.STUDENT,
    }
)
"""The exemptions beside which no additional premium is paid (法87条の2第1項), and of which one
month has one: 産前産後 and 育児 stand above them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """Something in a timeline that the law does not know; ``on`` is the first day of it."""

    code: str
    message: str
    fix: str
    article: str
    on: date


def faults(facts: Facts, *, on: date | None = None) -> tuple[Fault, ...]:
    """Return what in the enrolments, additional premiums and exemptions breaks the law.

    ``facts`` as ``people.queries.facts`` gives them (identity, register, foreign, enrolment,
    additional, exemption). With ``on`` an insurance that is open is judged up to that day, and so
    is a resident without any. In the order of their days.
    """
    found = [
        fault
        for fact in enrolments(facts)
        for fault in (*_by_age(fact, facts, on), *_by_place(fact, facts))
    ]
    found += _overlaps(facts)
    found += _gaps(facts, on)
    found += _additionals(facts)
    found += _exemptions(facts)
    return tuple(sorted(found, key=lambda fault: (fault.on, fault.code)))


def _by_age(fact: Held[EnrolmentValue], facts: Facts, on: date | None) -> Iterator[Fault]:
    category, start = fact.value.category, fact.valid.start
    if start is None:
        yield Fault(
            code="acquired_unknown",
            message=f"{category.label}の取得日が登録されていません。",
            fix="日本年金機構の記録で取得日を確かめて訂正してください。",
            article="法8条",
            on=date.min,
        )
        return
    if start < _SCHEME_FROM and category is not Category.CATEGORY_2:
        yield Fault(
            code="before_scheme",
            message=f"取得日({said(start)})が、拠出制の国民年金が始まった昭和36年4月1日より前です。",
            fix="日本年金機構の記録で取得日を確かめて訂正してください。",
            article="法附則",
            on=start,
        )
    least, most = _ages(category)
    first, last = life.at_age(facts, least or 0), life.at_age(facts, most or 0)
    if least and first is not None and start < first:
        yield Fault(
            code="before_20" if least == _20 else "before_65",
            message=f"{category.label}の取得日({said(start)})が、"
            f"{least}歳に達する日({said(first)})より前です。",
            fix="生年月日と取得日を確かめて訂正してください。",
            article=_AGE_ARTICLES[category],
            on=start,
        )
    if most and last is not None and _reaches(fact.valid, last, on):
        yield Fault(
            code=f"after_{most}",
            message=f"{category.label}のまま、{most}歳に達した日({said(last)})を過ぎています。",
            fix=f"{said(last)}を喪失日とする資格喪失を入れてください。",
            article=_AGE_ARTICLES[category],
            on=last,
        )


_20: Final = 20
_AGE_ARTICLES: Final = {
    Category.CATEGORY_1: "法7条1項1号・9条3号",
    Category.CATEGORY_3: "法7条1項3号・9条3号",
    Category.VOLUNTARY: "法附則5条1項・6項",
    Category.VOLUNTARY_SPECIAL: "平6改正法附則11条・平16改正法附則23条",
}


def _ages(category: Category) -> tuple[int | None, int | None]:
    """Return the ages (years) from which and up to which a category is open."""
    if category in _BOUND_BY_AGE:
        return _20, 60
    if category is Category.VOLUNTARY:
        return _20, 65
    return (65, 70) if category is Category.VOLUNTARY_SPECIAL else (None, None)


def _reaches(valid: Period, day: date, on: date | None) -> bool:
    """Tell whether a period goes beyond a day, as far as is known (``on``)."""
    if valid.end is not None:
        return valid.end > day
    return on is not None and on >= day


def _by_place(fact: Held[EnrolmentValue], facts: Facts) -> Iterator[Fault]:
    category, valid = fact.value.category, fact.valid
    died = life.died_on(facts)
    if died is not None and (valid.end is None or valid.end > died + ONE_DAY):
        yield Fault(
            code="after_death",
            message=f"死亡した日({said(died)})の翌日より後も、{category.label}のままです。",
            fix=f"{said(died + ONE_DAY)}を喪失日とする資格喪失を入れてください。",
            article="法9条1号",
            on=died + ONE_DAY,
        )
    if category is Category.CATEGORY_1:
        for away in life.abroad(facts):
            if away.overlaps(valid) and away.start is not None:
                yield Fault(
                    code="abroad",
                    message=f"国内に住所がない間({said(away.start)}から)も、{category.label}のままです。",
                    fix=f"{said(away.start)}を喪失日とする資格喪失(国外転出)を入れてください。",
                    article="法9条2号",
                    on=max(away.start, valid.start or away.start),
                )
    sixty = life.at_age(facts, 60)
    if (
        category is Category.VOLUNTARY
        and valid.start is not None
        and sixty is not None
        and valid.start < sixty
        and life.resident(facts, valid.start)
        and (valid.end is None or valid.end > valid.start + ONE_DAY)
    ):
        yield Fault(
            code="voluntary_under_60",
            message=f"国内に住所がある60歳未満の人が、{said(valid.start)}から任意加入になっています。",
            fix="国外に住んでいたか(住民票の消除)、第1号被保険者の誤りでないかを確かめてください。",
            article="法附則5条1項",
            on=valid.start,
        )


def _overlaps(facts: Facts) -> Iterator[Fault]:
    for one, other in combinations(enrolments(facts), 2):
        if one.valid.overlaps(other.valid):
            since = other.valid.start or date.min
            yield Fault(
                code="overlap",
                message=f"{said(since)}から、{one.value.category.label}と"
                f"{other.value.category.label}が重なっています。",
                fix="種別変更なら、前の種別の終わりを変更の日にそろえてください。",
                article="法7条1項・11条の2",
                on=since,
            )


_TIME_TO_FILE: Final = timedelta(days=14)


def _gaps(facts: Facts, on: date | None) -> Iterator[Fault]:
    twenty, sixty = life.at_age(facts, _20), life.at_age(facts, 60)
    if twenty is None or sixty is None:
        return
    known = enrolments(facts)
    for one, other in pairwise(known):
        since = _uninsured_at_home(one.valid.end, other.valid.start, twenty, sixty, facts)
        if since is not None:
            yield Fault(
                code="gap",
                message=f"{said(since)}から次の取得({said(other.valid.start)})まで、"
                "国内に住所があるのに、どの種別の記録もありません。",
                fix="退職・離職の日、第2号・第3号の期間を確かめ、取得か種別変更を入れてください。",
                article="法7条1項・8条",
                on=since,
            )
    if on is None:
        return
    last = known[-1].valid.end if known else twenty
    since = _uninsured_at_home(last, on - _TIME_TO_FILE, twenty, sixty, facts)
    if since is not None and life.died_on(facts) is None:
        yield Fault(
            code="uninsured",
            message=f"{said(since)}から、国内に住所がある20歳以上60歳未満の人なのに、"
            "どの種別の記録もありません。",
            fix="第2号・第3号でないかを確かめ、第1号なら資格取得届を受け付けてください。",
            article="法7条1項・12条1項",
            on=since,
        )


def _uninsured_at_home(
    end: date | None, start: date | None, twenty: date, sixty: date, facts: Facts
) -> date | None:
    """Return the first day between two enrolments on which the law insures the person."""
    if end is None or start is None:
        return None
    since, until = max(end, twenty), min(start, sixty)
    days = {since} | {
        day for fact in of(facts, RegisterValue) if (day := fact.valid.start) and since < day
    }
    return min((day for day in days if day < until and life.resident(facts, day)), default=None)


def _additionals(facts: Facts) -> Iterator[Fault]:
    known = months(facts)
    pays = [each.months for each in known if each.category in PAYS_ADDITIONAL and each.months]
    special = [
        each.months for each in known if each.category is Category.VOLUNTARY_SPECIAL and each.months
    ]
    for fact in of(facts, AdditionalValue):
        run = of_period(fact.valid)
        if run is None:
            continue
        month = uncovered(run, pays)
        if month is not None:
            to_special = any(month in each for each in special)
            yield Fault(
                code="additional_special" if to_special else "additional_outside",
                message=f"{said_month(month)}分の付加保険料が、"
                + (
                    "特例任意加入の月にあります。"
                    if to_special
                    else "第1号・任意加入の月でない月にあります。"
                ),
                fix="付加の期間を、資格のある月までに訂正してください。",
                article="法87条の2第1項・平16改正法附則23条"
                if to_special
                else "法87条の2第1項・法附則5条",
                on=month.first_day,
            )
        for band, exempt in _exempt_months(facts):
            month = run.common(exempt)
            if month is not None and band.value.kind in EXCLUDES_ADDITIONAL:
                yield Fault(
                    code="additional_exempt",
                    message=f"{said_month(month)}分は{band.value.kind.label}なので、付加保険料は納められません。",
                    fix="付加の終わりか、免除の期間を訂正してください。",
                    article="法87条の2第1項",
                    on=month.first_day,
                )


def _exempt_months(facts: Facts) -> list[tuple[Held[ExemptionValue], Run]]:
    """Return the exemptions that were approved, with their months."""
    return [
        (fact, run)
        for fact in of(facts, ExemptionValue)
        if fact.value.outcome is Outcome.APPROVED and (run := of_period(fact.valid)) is not None
    ]


def _exemptions(facts: Facts) -> Iterator[Fault]:
    known = [
        each.months
        for each in months(facts)
        if each.category is Category.CATEGORY_1 and each.months
    ]
    exempt = _exempt_months(facts)
    for fact, run in exempt:
        month = uncovered(run, known)
        if month is not None:
            yield Fault(
                code="exemption_outside",
                message=f"{said_month(month)}分の{fact.value.kind.label}が、第1号被保険者でない月にあります。",
                fix="免除の期間を、第1号の月までに訂正してください。",
                article="法88条の2〜90条の3・法附則5条10項",
                on=month.first_day,
            )
    for (one, ours), (other, theirs) in combinations(exempt, 2):
        month = ours.common(theirs)
        if month is not None and {one.value.kind, other.value.kind} <= EXCLUDES_ADDITIONAL:
            yield Fault(
                code="exemption_overlap",
                message=f"{said_month(month)}分に、{one.value.kind.label}と{other.value.kind.label}が"
                "重なっています。",
                fix="どちらが承認されたかを日本年金機構の記録で確かめ、他方を訂正してください。",
                article="法89条〜90条の3",
                on=month.first_day,
            )
