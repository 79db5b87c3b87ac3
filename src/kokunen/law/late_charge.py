"""The charge for paying a premium after the day set by a letter of demand (延滞金, 法97条)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from fractions import Fraction
from typing import TYPE_CHECKING, Final

from kokunen.dates.errors import Refusal
from kokunen.dates.month import Month
from kokunen.law.premium import due_date, full_premium
from kokunen.rulekit.figures import blaming

if TYPE_CHECKING:
    from kokunen.rulekit.working import Working

_ONE_DAY: Final = timedelta(days=1)
_FIRST_MONTHS: Final = 3
_DAYS_A_YEAR: Final = 365
"""Also in a leap year: the rates are by the year of 365 days."""


class UnableToCharge(Refusal):
    """The letter of demand would set a day on which the premium was not overdue yet."""

    code = "dunned_before_due"


@dataclass(frozen=True, slots=True)
class LateCharge:
    """The premium charged upon and the charge, in yen; the days in the first three months, after.

    The days run from the day after the due date to the day before the payment.
    """

    base: int
    days: tuple[int, int]
    amount: int


def late_charge(*, month: Month, paid_on: date, dunned_until: date, working: Working) -> LateCharge:
    """Return the charge on the premium of a month; ``dunned_until`` is the day the letter sets.

    Nothing is charged when it was paid by that day, nor when the charge is under 50 yen (法97条).
    Each day counts with the rate of its own calendar year (法附則9条の2の5). Raises
    `UnableToCharge` when ``dunned_until`` is not after the due date, and `NoValueInForce` for an
    unknown premium or for days of a year whose rate is not known.
    """
    premium = full_premium(month=month, working=working)
    base = _floor(Fraction(premium), unit=working.whole("late_charge.base_unit", month))
    due = due_date(month=month, working=working)
    if dunned_until <= due:
        raise UnableToCharge(
            f"督促状の指定期限({dunned_until})が納期限({due})より後ではありません(法96条)。",
            fix="督促状の指定期限を確かめてください。",
            field="dunned_until",
        )
    # The day after a due date lies in the first days of a month, so every month has it.
    turn = _turn(due + _ONE_DAY)
    first = _days(due + _ONE_DAY, min(paid_on, turn))
    later = _days(turn, paid_on)
    working.step(f"延滞日数({turn}より前)", first, "法97条1項")
    working.step(f"延滞日数({turn}から)", later, "法97条1項")
    if paid_on <= dunned_until:
        working.cite("法97条4項")
        working.note(f"督促状の指定期限({dunned_until})までに納めたので、延滞金はかかりません。")
        return LateCharge(base, (first, later), 0)
    with blaming("paid_on"):
        reduced = working.flag("late_charge.reduced", Month.of(due))
        weighted = _weighted(
            "late_charge.first_rate" if reduced else "late_charge.later_rate",
            due + _ONE_DAY,
            min(paid_on, turn),
            working,
        ) + _weighted("late_charge.later_rate", turn, paid_on, working)
        unit = working.whole("late_charge.charge_unit", month)
    amount = _floor(base * weighted / _DAYS_A_YEAR, unit=unit)
    working.step(f"延滞金({unit}円未満切捨て)", amount, "法97条5項")
    return LateCharge(base, (first, later), amount)


def _turn(start: date) -> date:
    """Return the first day after the three months that begin with a day."""
    month = Month.of(start) + _FIRST_MONTHS
    return date(month.year, month.month, start.day)


def _days(start: date, end: date) -> int:
    """Count the days from ``start`` to the day before ``end``."""
    return max((end - start).days, 0)


def _weighted(table: str, start: date, end: date, working: Working) -> Fraction:
    """Sum the rate of each day from ``start`` to the day before ``end``."""
    total = Fraction(0)
    while start < end:
        until = min(end, date(start.year + 1, 1, 1))
        total += _days(start, until) * working.rate(table, Month.of(start))
        start = until
    return total


def _floor(amount: Fraction, *, unit: int) -> int:
    return amount // unit * unit
