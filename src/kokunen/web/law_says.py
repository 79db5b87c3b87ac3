"""What the law says to a person's facts on a day, in short lines with their articles. Pure.

It is a reading aid, not a decision: deciding is the agency's part (法109条の4).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from kokunen.dates.age import age_on, attained_on
from kokunen.dates.errors import Refusal
from kokunen.dates.month import Month
from kokunen.dates.wareki import format_wareki, format_wareki_month
from kokunen.law.back_payment import BANDS, back_payment
from kokunen.law.enrolment import END_AGE, FIRST_AGE, UnableToEnrol, enrolment
from kokunen.law.exemption.periods import exemption_cycle, oldest_month
from kokunen.law.figures import FIGURES
from kokunen.people.codes import Category, Exemption, Outcome
from kokunen.rulekit.figures import NoValueInForce
from kokunen.rulekit.working import Working

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from datetime import date

    from kokunen.people.domain import EnrolmentValue, ExemptionValue, Recorded

OLD_AGE: Final = 65
# 法定免除 is paid for as 全額免除 is; the months of 産前産後 and 育児 count as paid.
_BANDS: Final = {kind: kind.value for kind in Exemption if kind.value in BANDS} | {
    Exemption.STATUTORY: "full"
}


@dataclass(frozen=True, slots=True)
class Saying:
    """One line: what holds, and the article it rests on."""

    text: str
    article: str


def sayings(
    *,
    birth_date: date | None,
    enrolments: Sequence[Recorded[EnrolmentValue]],
    exemptions: Sequence[Recorded[ExemptionValue]],
    on: date,
) -> tuple[Saying, ...]:
    """Return what the law says on a day, to what is known; gaps in its tables are left out."""
    if birth_date is None or birth_date > on:
        return (Saying("生年月日が分からないので、年齢による種別は示せません。", "法7条・法8条"),)
    return (
        *_category(birth_date=birth_date, enrolments=enrolments, on=on),
        *_application(birth_date=birth_date, enrolments=enrolments, on=on),
        *_back_payment(exemptions=exemptions, on=on),
    )


def _category(
    *, birth_date: date, enrolments: Sequence[Recorded[EnrolmentValue]], on: date
) -> Iterator[Saying]:
    age = age_on(birth_date=birth_date, on=on)
    present = next((each.value.category for each in enrolments if on in each.valid), None)
    try:
        stretch = enrolment(birth_date=birth_date, working=Working(FIGURES))
    except UnableToEnrol:
        stretch = None
    if age < FIRST_AGE:
        day = attained_on(birth_date=birth_date, years=FIRST_AGE)
        yield Saying(
            f"{format_wareki(day)}に20歳に達し、国内に住所があれば資格を取得", "法7条1項1号・法8条"
        )
    elif age < END_AGE:
        yield from _working_age(present, lost_on=stretch.lost_on if stretch else None)
    elif age < OLD_AGE:
        yield Saying(
            "60歳に達し第1号の資格は終わり。65歳まで任意加入ができる", "法9条3号・法附則5条"
        )
    else:
        yield Saying("65歳に達している。老齢基礎年金は受給資格期間を満たすときに請求", "法26条")


def _working_age(present: Category | None, *, lost_on: date | None) -> Iterator[Saying]:
    if present is None:
        yield Saying(
            "20歳以上60歳未満で、資格の記録がない。第2号・第3号でなければ第1号の届出が必要",
            "法7条1項1号・法12条1項",
        )
    elif present is Category.CATEGORY_1 and lost_on is not None:
        yield Saying(
            f"第1号被保険者。60歳に達する{format_wareki(lost_on)}に資格を失う",
            "法7条1項1号・法9条3号",
        )
    elif present is Category.CATEGORY_2:
        yield Saying("第2号被保険者。退職したときは種別変更の届出", "法7条1項2号・法12条1項")
    elif present is Category.CATEGORY_3:
        yield Saying(
            "第3号被保険者。配偶者の退職・離婚などのときは種別変更の届出", "法7条1項3号・法12条1項"
        )


def _application(
    *, birth_date: date, enrolments: Sequence[Recorded[EnrolmentValue]], on: date
) -> Iterator[Saying]:
    """Give the months for which an exemption can still be applied for."""
    in_category_1 = [e for e in enrolments if e.value.category is Category.CATEGORY_1]
    if not in_category_1:
        return
    try:
        oldest = oldest_month(on, working=Working(FIGURES))
    except NoValueInForce:
        return
    last = exemption_cycle(Month.of(on)).last
    first_insured = Month.of(attained_on(birth_date=birth_date, years=FIRST_AGE))
    before_60 = Month.of(attained_on(birth_date=birth_date, years=END_AGE)) - 1
    first, last = max(oldest, first_insured), min(last, before_60)
    covered = any(
        (e.valid.start is None or Month.of(e.valid.start) <= last)
        and (e.valid.end is None or Month.of(e.valid.end) > first)
        for e in in_category_1
    )
    if not covered or first > last:
        return
    yield Saying(
        f"免除・納付猶予を今日申請できるのは {format_wareki_month(first)}分から"
        f" {format_wareki_month(last)}分まで(第1号の月に限る)",
        "法90条1項・法102条4項",
    )
    if oldest > first_insured:
        yield Saying(
            f"{format_wareki_month(oldest - 1)}分より前は、2年の時効でさかのぼれない", "法102条4項"
        )


def _back_payment(*, exemptions: Sequence[Recorded[ExemptionValue]], on: date) -> Iterator[Saying]:
    """Give the oldest exempt month that can still be paid for, with its last day and amount."""
    approved = sorted(
        (e for e in exemptions if e.value.outcome is Outcome.APPROVED and e.valid.start),
        key=lambda e: str(e.valid.start),
    )
    for each in approved:
        band = _BANDS.get(each.value.kind)
        if band is None or each.valid.start is None:
            continue
        first = Month.of(each.valid.start)
        last = Month.of(each.valid.end) - 1 if each.valid.end else Month.of(on)
        for month in Month.range(first, min(last, Month.of(on))):
            try:
                paid = back_payment(
                    exempt_month=month, band=band, paid_on=on, working=Working(FIGURES)
                )
            except Refusal:
                continue
            yield Saying(
                f"追納できる最も古い月は {format_wareki_month(month)}分({each.value.kind.label})。"
                f"{paid.amount:,}円、期限 {format_wareki(paid.last_day)}",
                "法94条1項・令10条",
            )
            return
