"""Leaving Japan: what was prepaid comes back, or the insurance goes on voluntarily. Pure.

What is returned is an estimate: 国民年金法施行令9条2項 was read in excerpts alone (checked
2026-11-21), as the sum that prepaying the remaining months would cost at the loss. The agency
computes what it pays, and may set it off against unpaid months.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Final

from kokunen.cases.domain import Line, Section
from kokunen.dates.errors import Refusal
from kokunen.dates.month import Month
from kokunen.enrolment import life
from kokunen.enrolment.days import acquired_on, item, lost_on
from kokunen.enrolment.effects import after, changes
from kokunen.enrolment.life import ONE_DAY, said, said_month
from kokunen.enrolment.months import months
from kokunen.law.figures import FIGURES
from kokunen.law.prepayment import MONTHS_AHEAD, MOST_MONTHS, prepayment
from kokunen.law.withdrawal import withdrawal_lump_sum
from kokunen.rulekit.working import Working

if TYPE_CHECKING:
    from kokunen.cases.domain import Receipt
    from kokunen.enrolment.life import Facts

_YEARS_TO_CLAIM: Final = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class Returned:
    """One month that was prepaid and does not count any more; yen.

    ``premium`` as due without prepaying (with the additional premium where that was prepaid),
    ``estimate`` the month's part of what comes back.
    """

    month: Month
    premium: int
    estimate: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Refund:
    """What comes back of a prepayment: month by month, and in all."""

    months: tuple[Returned, ...]

    @property
    def amount(self) -> int:
        """The estimate of the whole sum in yen."""
        return sum(each.estimate for each in self.months)


def last_counted(receipt: Receipt, facts: Facts) -> Month | None:
    """Return the last month that counts before the loss, or None: there is no loss."""
    lost = lost_on(receipt, facts)
    counted = [
        each.months.last
        for each in months(after(facts, changes(receipt, facts)))
        if lost is not None and each.lost_on == lost and each.months is not None
    ]
    return counted[-1] if counted else None


def refund(receipt: Receipt, facts: Facts) -> Refund | None:
    """Return what comes back of what was prepaid; None: nothing is known to have been prepaid.

    Each month's part is what prepaying it costs more than the months before it, so that the parts
    add up to the sum. Raises `NoValueInForce` where a premium is not known.
    """
    method, start = item(receipt, "prepaid"), item(receipt, "prepaid_from")
    count = receipt.particulars.get("prepaid_months")
    counted = last_counted(receipt, facts)
    if method not in MONTHS_AHEAD or not start or not count or counted is None:
        return None
    if count > MOST_MONTHS:
        return None
    first = max(Month.parse(start), counted + 1)
    left = Month.parse(start) + count - first
    extra = bool(receipt.particulars.get("prepaid_additional"))
    found: list[Returned] = []
    before = 0
    for number in range(1, left + 1):
        month = first + (number - 1)
        together = prepayment(
            start=first, months=number, method=method, additional=extra, working=Working(FIGURES)
        )
        alone = prepayment(
            start=month, months=1, method=method, additional=extra, working=Working(FIGURES)
        )
        found.append(Returned(month=month, premium=alone.gross, estimate=together.amount - before))
        before = together.amount
    return Refund(months=tuple(found))


def sections(receipt: Receipt, facts: Facts) -> tuple[Section, ...]:
    """Return the two ways side by side, and for a foreign national the lump sum on withdrawal."""
    lost = lost_on(receipt, facts)
    if lost is None:
        return ()
    foreign = life.japanese(facts) is False
    found = [_ending(receipt, facts), _going_on(receipt, facts, lost, foreign=foreign)]
    if foreign:
        found.append(_withdrawal(receipt, facts, lost))
    return tuple(found)


def _ending(receipt: Receipt, facts: Facts) -> Section:
    counted = last_counted(receipt, facts)
    lines = [
        Line(label="資格喪失日", text=f"{said(lost_on(receipt, facts))}(転出の日の翌日、法9条2号)"),
        Line(
            label="最後の月",
            text=f"{said_month(counted)}分まで納める" if counted else "不明",
        ),
    ]
    note = ""
    prepaid = item(receipt, "prepaid")
    if prepaid == "none":
        lines.append(Line(label="還付", text="前納がないので、ありません"))
    else:
        try:
            back = refund(receipt, facts)
        except Refusal as refusal:
            lines.append(Line(label="還付", text=f"不明({refusal.message})", tone="doubt"))
        else:
            lines += _returned(back)
            note = (
                "還付は施行令9条により、額は目安です。施行令9条2項の計算は抜粋でしか確かめられていません。"
                "日本年金機構が計算し、未納があれば先に充てることがあります。"
                "還付請求書が届いたら請求します(2年で時効)。"
            )
    lines.append(Line(label="国外にいる間", text="合算対象期間(年金額には反映しない)"))
    return Section(heading="資格を喪失し、前納した分の還付を受ける", lines=tuple(lines), note=note)


def _returned(back: Refund | None) -> list[Line]:
    if back is None:
        return [
            Line(label="還付", text="不明(前納の方法・月・月数を年金事務所に確認)", tone="doubt")
        ]
    if not back.months:
        return [Line(label="還付", text="喪失した後の月の前納がないので、ありません")]
    first, last = back.months[0].month, back.months[-1].month
    return [
        Line(
            label="還付(目安)",
            text=f"{said_month(first)}分から{said_month(last)}分までの"
            f"{len(back.months)}月分、{back.amount:,}円",
            tone="good",
        ),
        *(
            Line(
                label=f"{said_month(each.month)}分",
                text=f"{each.estimate:,}円(保険料{each.premium:,}円)",
            )
            for each in back.months
        ),
    ]


def _going_on(receipt: Receipt, facts: Facts, lost: date, *, foreign: bool) -> Section:
    heading = "任意加入を続ける"
    if foreign:
        return Section(
            heading=heading,
            lines=(
                Line(
                    label="できません",
                    text="国外の任意加入は日本国籍の人に限ります(法附則5条1項3号)",
                    tone="bad",
                ),
            ),
        )
    start = acquired_on(receipt, facts) or max(lost, receipt.received_on)
    lines = [
        Line(label="資格取得日", text=f"{said(start)}(申し出た日。さかのぼれない)"),
        Line(label="1月の保険料", text=_premium(Month.of(start))),
        Line(label="納付", text="口座振替か、国内協力者・国内の口座から納付書で"),
        Line(label="できないこと", text="免除・納付猶予は受けられない(法附則5条10項)"),
        Line(label="付加保険料", text="改めて申し出れば納められる"),
    ]
    if start > lost:
        lines.append(
            Line(
                label="空く期間",
                text=f"{said(lost)}から{said(start - ONE_DAY)}までは任意加入できない",
                tone="doubt",
            )
        )
    until = life.at_age(facts, 65)
    if until is not None:
        lines.append(Line(label="いつまで", text=f"{said(until)}(65歳)か480月に達するまで"))
    return Section(
        heading=heading,
        lines=tuple(lines),
        note="前納した分は、任意加入の保険料に充てられるかを年金事務所に確認してください。",
    )


def _premium(month: Month) -> str:
    try:
        return f"{Working(FIGURES).whole('premium.monthly', month):,}円({said_month(month)})"
    except Refusal:
        return "不明"


def _withdrawal(receipt: Receipt, facts: Facts, lost: date) -> Section:
    stated, last = receipt.particulars.get("months_paid"), last_counted(receipt, facts)
    text, tone = "納付した月数が分からないので、計算できません", "doubt"
    if stated is not None and last is not None:
        try:
            yen = withdrawal_lump_sum(months=stated, last_paid_month=last, working=Working(FIGURES))
        except Refusal as refusal:
            text, tone = refusal.message, "bad"
        else:
            text, tone = (
                f"{yen:,}円({stated}月納付、{said_month(last)}分まで納めたとき)",
                "good",
            )
    return Section(
        heading="脱退一時金(外国籍の人)",
        lines=(
            Line(label="目安", text=text, tone=tone),
            Line(
                label="請求できる期限",
                text=f"国内に住所がなくなってから{_YEARS_TO_CLAIM}年"
                f"(目安 {said(_years_after(lost, _YEARS_TO_CLAIM) - ONE_DAY)}まで)",
            ),
            Line(label="請求先", text="日本年金機構(出国してから、郵送か電子申請で)"),
        ),
        note="受給資格期間が10年ある人は請求できません。社会保障協定のある国の人は、"
        "受け取ると通算できる期間がなくなります(法附則9条の3の2)。",
    )


def _years_after(day: date, years: int) -> date:
    month = Month(day.year + years, day.month)
    return date(month.year, month.month, min(day.day, month.last_day.day))
