"""What a claim would come to, with the steps: an estimate, never a decision. Pure.

Reckoned at this year's figures by ``kokunen.law``. Where months are not known both ends are shown.
"""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING, Final

from kokunen.benefit.counts import counted, counted_of_category_1
from kokunen.benefit.phrases import UNKNOWN, between, yen
from kokunen.cases.domain import Line, Section
from kokunen.dates.month import Month
from kokunen.law.death import death_lump_sum
from kokunen.law.disability import disability_pension
from kokunen.law.figures import FIGURES
from kokunen.law.month_counts import MonthCounts, half_up
from kokunen.law.old_age import (
    OldAgePension,
    UnableToCountBefore1941,
    full_amount,
    old_age_pension,
)
from kokunen.law.support import support_benefit
from kokunen.rulekit.figures import NoValueInForce
from kokunen.rulekit.working import Working

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import date

    from kokunen.benefit.counts import Counts
    from kokunen.benefit.known import Known
    from kokunen.cases.domain import Receipt

ESTIMATE: Final = "試算です。金額と受給権は日本年金機構が決めます。"
_SHIFTS: Final = (-60, -36, -12, 0, 12, 60, 120)
_WIDOW_SHARE: Final = Fraction(3, 4)
_MONTHS: Final = 12


def sections(*, receipt: Receipt, known: Known) -> tuple[Section, ...]:
    """Return the estimate of a claim; none for a filing that claims no amount reckoned here.

    A year whose figures are not known, and a birth too early for today's law, give a section that
    says so instead of an amount.
    """
    make = _MAKERS.get(receipt.filing)
    if make is None:
        return ()
    try:
        return make(receipt, known)
    except (NoValueInForce, UnableToCountBefore1941) as refusal:
        unknown = Line(label="試算", text=f"{UNKNOWN}。{refusal.message}", tone="doubt")
        return (Section(heading="金額の試算", lines=(unknown,), note=refusal.fix),)


def shift(known: Known, *, on: date, start: str) -> int | None:
    """Return by how many months a start of a kind on a day is early (−) or late (+).

    Counted in whole months between the month of the claim and that of the age of 65 (法附則9条の2,
    法28条): the pension is for the months from the one after. None: the birth date is not known.
    """
    at_65 = known.person.reaches(65)
    if at_65 is None:
        return None
    months = Month.of(on) - Month.of(at_65)
    if start == "early":
        return max(-60, min(months, 0))
    return max(months, 0) if start == "late" else 0


def _year(receipt: Receipt) -> int:
    return Month.of(receipt.received_on).fiscal_year


def _steps(working: Working) -> tuple[Line, ...]:
    return tuple(
        Line(label=step.text, text=_shown(step.value) + (f"({step.source})" if step.source else ""))
        for step in working.steps
    )


def _shown(value: str) -> str:
    return f"{int(value):,}" if value.isdecimal() else value


def _why(counts: Counts) -> str:
    if counts.told and not counts.blank:
        return "年金事務所などで確認した月数で計算しています。"
    if counts.told:
        return "空欄の月数は分からないものとして、幅で示しています。"
    return (
        "納付した月の記録がこの台帳にないので、登録で分かる月だけの額から、"
        "ほかの月をすべて納めていたときの額までの幅で示しています。"
    )


def _both(
    counts: Counts, reckon: Callable[[MonthCounts, int, Working], int]
) -> tuple[int, int, Working]:
    """Reckon both ends; the steps are those of the upper one."""
    ends = []
    working = Working(FIGURES)
    for months, additional in (
        (counts.least, counts.additional[0]),
        (counts.most, counts.additional[1]),
    ):
        working = Working(FIGURES)
        ends.append(reckon(months, min(additional, months.paid), working))
    return ends[0], ends[1], working


def _monthly(least: int, most: int) -> str:
    return f"{between(least, most)}(月額 {between(least // _MONTHS, most // _MONTHS)})"


def _notes(counts: Counts, working: Working) -> str:
    return "".join((ESTIMATE, _why(counts), *working.notes))


def _old_age(receipt: Receipt, known: Known) -> tuple[Section, ...]:
    given = receipt.particulars
    counts = counted(known, given=given, last=Month.of(receipt.received_on) - 1)
    asked = shift(known, on=receipt.received_on, start=str(given.get("start")))

    def reckon(months: MonthCounts, additional: int, working: Working, by: int = 0) -> int:
        return _pension(receipt, known, months, additional, by, working).total

    def at(by: int) -> Callable[[MonthCounts, int, Working], int]:
        return lambda months, additional, working: reckon(months, additional, working, by)

    chosen = asked or 0
    least, most, working = _both(counts, at(chosen))
    low, high = counts.qualifying
    months = f"{low}月" if low == high else f"{low}〜{high}月"
    tried = [
        Line(label=_shift_label(by), text=_monthly(*_both(counts, at(by))[:2])) for by in _SHIFTS
    ]
    label = "請求どおりに始めたとき" + (f"({_shift_label(chosen)})" if asked is not None else "")
    return (
        Section(
            heading="老齢基礎年金の試算(年額)",
            lines=(
                Line(label="受給資格期間(合算対象期間は確認分のみ)", text=months),
                Line(label=label, text=_monthly(least, most), tone="good"),
                *_steps(working),
            ),
            note=_notes(counts, working),
        ),
        Section(
            heading="始める時期による違い(年額)",
            lines=tuple(tried),
            note=f"{ESTIMATE}率は生年月日で決まり、一生変わりません(法28条・法附則9条の2)。",
        ),
    )


def _pension(
    receipt: Receipt,
    known: Known,
    months: MonthCounts,
    additional: int,
    by: int,
    working: Working,
) -> OldAgePension:
    return old_age_pension(
        fiscal_year=_year(receipt),
        counts=months,
        birth_date=known.person.birth_date,
        additional_months=additional,
        start_shift=by,
        working=working,
    )


def _shift_label(by: int) -> str:
    if by == 0:
        return "65歳から"
    years, months = divmod(abs(by), _MONTHS)
    term = (f"{years}年" if years else "") + (f"{months}月" if months else "")
    return f"{term}繰下げ" if by > 0 else f"{term}繰上げ"


def _disability(receipt: Receipt, known: Known) -> tuple[Section, ...]:
    given = receipt.particulars
    grades = {"1": (1,), "2": (2,)}.get(str(given.get("grade")), (1, 2))
    children = _children(receipt)
    lines: list[Line] = []
    working = Working(FIGURES)
    for grade in grades:
        working = Working(FIGURES)
        found = disability_pension(
            fiscal_year=_year(receipt),
            grade=grade,
            children=children or 0,
            birth_date=known.person.birth_date,
            working=working,
        )
        text = f"年額 {yen(found.annual)}(月額 {yen(found.monthly)})"
        if children is None:
            text += "に、子の加算"
        lines += [Line(label=f"{grade}級", text=text, tone="good"), *_steps(working)]
    return (_with_children("障害基礎年金の試算", lines, working, children),)


def _survivor(receipt: Receipt, known: Known) -> tuple[Section, ...]:
    """Return the full amount and the sums for children (法38条〜39条の2).

    A spouse gets a sum for each child; children without one share a pension to which every child
    after the first adds.
    """
    children = _children(receipt)
    alone = receipt.particulars.get("relation") == "child"
    april = Month(_year(receipt), 4)
    working = Working(FIGURES)
    birth_date = known.claimant.birth_date if known.claimant is not None and not alone else None
    full = full_amount(fiscal_year=_year(receipt), birth_date=birth_date, working=working)
    working.step("満額", full, "法38条")
    dearer = 1 if alone else 2
    adding = max((children or 0) - (1 if alone else 0), 0)
    first = min(adding, dearer)
    added = 0
    if adding:
        added = first * working.whole("benefit.child_addition", april)
    if adding > first:
        added += (adding - first) * working.whole("benefit.child_addition_third", april)
    working.step("子の加算", added, "法39条の2" if alone else "法39条1項")
    text = f"年額 {yen(full + added)}(月額 {yen((full + added) // _MONTHS)})"
    if children is None:
        text += "に、子の加算"
    lines = [
        Line(label="子に(人数で等分)" if alone else "配偶者に", text=text, tone="good"),
        *_steps(working),
    ]
    return (_with_children("遺族基礎年金の試算", lines, working, children),)


def _children(receipt: Receipt) -> int | None:
    given = receipt.particulars
    if given.get("has_children") is False:
        return 0
    count = given.get("children_count")
    return None if count is None else int(count)


def _with_children(
    heading: str, lines: list[Line], working: Working, children: int | None
) -> Section:
    words = UNKNOWN if children is None else f"{children}人"
    return Section(
        heading=heading,
        lines=(
            Line(label="加算の対象の子", text=words, tone="doubt" if children is None else ""),
            *lines,
        ),
        note="".join((ESTIMATE, *working.notes)),
    )


def _widow(receipt: Receipt, known: Known) -> tuple[Section, ...]:
    if receipt.event_on is None:
        return ()
    counts = counted_of_category_1(
        known, given=receipt.particulars, last=Month.of(receipt.event_on) - 1
    )

    def reckon(months: MonthCounts, additional: int, working: Working) -> int:
        del additional
        whole = _pension(receipt, known, months, 0, 0, working).annual
        amount = half_up(_WIDOW_SHARE * whole)
        working.step("寡婦年金(4分の3、1円未満四捨五入)", amount, "法50条")
        return amount

    least, most, working = _both(counts, reckon)
    return (
        Section(
            heading="寡婦年金の試算(60歳から65歳になるまで、年額)",
            lines=(
                Line(label="年額", text=_monthly(least, most), tone="good"),
                *_steps(working),
            ),
            note=_notes(counts, working),
        ),
    )


def _death_lump_sum(receipt: Receipt, known: Known) -> tuple[Section, ...]:
    if receipt.event_on is None:
        return ()
    counts = counted_of_category_1(
        known, given=receipt.particulars, last=Month.of(receipt.event_on) - 1
    )

    def reckon(months: MonthCounts, additional: int, working: Working) -> int:
        return death_lump_sum(counts=months, additional_months=additional, working=working).amount

    least, most, working = _both(counts, reckon)
    return (
        Section(
            heading="死亡一時金の試算",
            lines=(Line(label="額", text=between(least, most), tone="good"), *_steps(working)),
            note=_notes(counts, working),
        ),
    )


def _support(receipt: Receipt, known: Known) -> tuple[Section, ...]:
    given = receipt.particulars
    kind = given.get("kind")
    march = Month(_year(receipt) + 1, 3)
    if kind != "old_age":
        working = Working(FIGURES)
        base = working.whole("benefit.support_base", march)
        amount = base
        if kind == "disability" and given.get("grade") == "1":
            amount = half_up(base * working.rate("benefit.grade_1_multiplier", march))
        line = Line(label="月額", text=yen(amount), tone="good")
        return (
            Section(
                heading="年金生活者支援給付金の試算",
                lines=(line, *_steps(working)),
                note=f"{ESTIMATE}所得の要件は、日本年金機構が前年の所得で判定します。",
            ),
        )
    counts = counted(known, given=given, last=Month.of(receipt.received_on) - 1)

    def reckon(months: MonthCounts, additional: int, working: Working) -> int:
        del additional
        return support_benefit(fiscal_year=_year(receipt), counts=months, working=working)

    least, most, working = _both(counts, reckon)
    return (
        Section(
            heading="老齢年金生活者支援給付金の試算",
            lines=(
                Line(label="月額", text=between(least, most), tone="good"),
                *_steps(working),
            ),
            note=_notes(counts, working)
            + "所得の要件は、日本年金機構が前年の所得で判定します(補足的給付金はこれより少額)。",
        ),
    )


_MAKERS: Final = {
    "old_age": _old_age,
    "disability": _disability,
    "survivor": _survivor,
    "widow": _widow,
    "death_lump_sum": _death_lump_sum,
    "support_benefit": _support,
}
