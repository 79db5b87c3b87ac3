"""Which months an application may ask for: cycles, how far back, and the loss of a job."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING

from kokunen.dates.cycles import april_cycle, july_cycle
from kokunen.dates.month import Month

if TYPE_CHECKING:
    from kokunen.rulekit.working import Working


@dataclass(frozen=True, slots=True)
class ExemptionCycle:
    """One cycle of examination: its year, its months, the income it looks at, its opening."""

    year: int
    first: Month
    last: Month
    income_year: int
    apply_from: date


def exemption_cycle(month: Month, *, student: bool = False) -> ExemptionCycle:
    """Return the cycle of a month: July–June, for students April–March.

    The whole cycle looks at the income of the calendar year before it began; it can be applied for
    from its first day (法90条1項1号, 法90条の3, 規則77条の2).
    """
    cycle = april_cycle(month) if student else july_cycle(month)
    return ExemptionCycle(
        cycle.year, cycle.first, cycle.last, cycle.year - 1, cycle.first.first_day
    )


def oldest_month(applied_on: date, *, working: Working, student: bool = False) -> Month:
    """Return the oldest month that an application of a day may ask for.

    Since April 2014 the months whose premium fell due less than two years ago, 25 months back
    (法90条1項, 法102条4項); before, the months from the last July (students: April), in July from
    that of the year before. Raises `NoValueInForce` before July 2006.
    """
    month = Month.of(applied_on)
    if working.flag("exemption.by_due_date", month):
        return month - working.whole("exemption.retroactive_months", month)
    return exemption_cycle(month - 1, student=student).first


@dataclass(frozen=True, slots=True)
class JobLossPeriod:
    """The months in which the loss of a job opens every band for the person who lost it."""

    first: Month
    last: Month


def job_loss_period(left_job_on: date, *, working: Working) -> JobLossPeriod:
    """Return the months of the special case for the last day of work (規則77条の7).

    The job is lost the day after; the months run from the one before the month of that day to June
    of the second year after its year.
    """
    lost = left_job_on + timedelta(days=1)
    month = Month.of(lost)
    working.step("失業した日(最後に働いた日の翌日)", lost, "規則77条の7")
    before = working.whole("exemption.job_loss_months_before", month)
    years = working.whole("exemption.job_loss_years_after", month)
    return JobLossPeriod(month - before, Month(lost.year + years, 6))
