"""What the desk counts, as a pure fold over the lives of cases. No Django, no clock, no I/O.

What is counted is a row, and each is counted once, on one day, so that the months of a year add up
to the year:

- a **receipt** is a case, on the day it was received;
- an **outcome** is a step that granted, refused or withdrew a case (of these only the last of the
  case, because the agency may change its answer, and an entry may be corrected), or each step that
  returned it (返戻), on the day the step is about;
- a **forwarding** is the first step that forwarded a case, on its day; what is counted of it are
  the calendar days since the receipt;
- an **exempt person** is somebody with an exemption in force on the last day of a month, once,
  under the band that goes before (`BANDS`).

Counts are as recorded when they are made: a correction changes the month that it corrects.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import TYPE_CHECKING, Final

from kokunen.cases.domain import StepKind
from kokunen.dates.errors import Refusal
from kokunen.people.codes import Exemption

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

_MONTHS: Final = 12
_APRIL: Final = 4

FINAL: Final = (StepKind.GRANTED, StepKind.REFUSED, StepKind.WITHDRAWN)
OUTCOMES: Final = (StepKind.GRANTED, StepKind.REFUSED, StepKind.RETURNED, StepKind.WITHDRAWN)
"""The steps that are counted as outcomes, in the order of the tables."""

BANDS: Final = (
    Exemption.CHILDBIRTH,
    Exemption.CHILDCARE,
    Exemption.STATUTORY,
    Exemption.FULL,
    Exemption.DEFERRAL,
    Exemption.THREE_QUARTERS,
    Exemption.HALF,
    Exemption.ONE_QUARTER,
    Exemption.STUDENT,
)
"""The kinds of exemption, what goes before first (国民年金法88条の2, 88条の3, 89条, 90条)."""
NOTIFIED: Final = frozenset({Exemption.CHILDBIRTH, Exemption.CHILDCARE, Exemption.STATUTORY})
"""Kinds that hold by law, without a decision; of the others only the approved are counted."""


class UnableToCount(Refusal):
    """The period is none that can be counted."""

    code = "no_period"


@dataclass(frozen=True, slots=True, kw_only=True)
class Period:
    """A calendar month or a fiscal year (April to March): ``since`` to the day before ``until``."""

    since: date
    until: date

    @property
    def yearly(self) -> bool:
        """Whether it is a fiscal year."""
        return (self.until - self.since).days > _DAYS_OF_A_MONTH

    @property
    def last_day(self) -> date:
        """The day whose standing is counted."""
        return self.until - timedelta(days=1)

    def __contains__(self, day: date) -> bool:
        return self.since <= day < self.until


_DAYS_OF_A_MONTH: Final = 31


def month(year: int, number: int) -> Period:
    """Return a month of a year (number 1 to 12); raises UnableToCount."""
    if not (date.min.year <= year < date.max.year and 1 <= number <= _MONTHS):
        raise UnableToCount(
            "その月は数えられません。", fix="年と月を「2026-04」のように入れてください。"
        )
    following = date(year + number // _MONTHS, number % _MONTHS + 1, 1)
    return Period(since=date(year, number, 1), until=following)


def fiscal_year(year: int) -> Period:
    """Return the fiscal year that begins in April of a year; raises UnableToCount."""
    if not date.min.year <= year < date.max.year:
        raise UnableToCount(
            "その年度は数えられません。", fix="年度を「2026」のように入れてください。"
        )
    return Period(since=date(year, _APRIL, 1), until=date(year + 1, _APRIL, 1))


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """What is counted of a step: its place in the case, its kind, the day it is about."""

    number: int
    kind: StepKind
    on: date


@dataclass(frozen=True, slots=True, kw_only=True)
class Life:
    """What is counted of a case, with its steps in their order."""

    case: int
    filing: str
    channel: str
    branch: str
    received_on: date
    steps: tuple[Step, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Held:
    """An exemption that stands: whose (宛名番号), its kind, its period; None: open on that side."""

    person: int
    kind: Exemption
    start: date | None
    end: date | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Counts:
    """The counts of a period.

    ``receipts`` by (filing, channel, branch), ``outcomes`` by (filing, step), ``forwarded`` by
    (filing, calendar days from the receipt), ``exempt`` by band on the last day. A key that is
    missing is a true 0.
    """

    receipts: Mapping[tuple[str, str, str], int] = field(default_factory=dict)
    outcomes: Mapping[tuple[str, StepKind], int] = field(default_factory=dict)
    forwarded: Mapping[tuple[str, int], int] = field(default_factory=dict)
    exempt: Mapping[Exemption, int] = field(default_factory=dict)


def count(lives: Iterable[Life], held: Iterable[Held], *, period: Period) -> Counts:
    """Count a period from the lives of all cases and the exemptions that stand."""
    receipts: Counter[tuple[str, str, str]] = Counter()
    outcomes: Counter[tuple[str, StepKind]] = Counter()
    forwarded: Counter[tuple[str, int]] = Counter()
    for life in lives:
        if life.received_on in period:
            receipts[life.filing, life.channel, life.branch] += 1
        for step in outcomes_of(life):
            if step.on in period:
                outcomes[life.filing, step.kind] += 1
        first = forwarding_of(life)
        if first is not None and first.on in period:
            forwarded[life.filing, (first.on - life.received_on).days] += 1
    return Counts(
        receipts=dict(receipts),
        outcomes=dict(outcomes),
        forwarded=dict(forwarded),
        exempt=dict(Counter(bands(held, on=period.last_day).values())),
    )


def outcomes_of(life: Life) -> tuple[Step, ...]:
    """Return the steps of a case that are counted as outcomes."""
    last = [step for step in life.steps if step.kind in FINAL][-1:]
    return (*(step for step in life.steps if step.kind is StepKind.RETURNED), *last)


def forwarding_of(life: Life) -> Step | None:
    """Return the step of a case that is counted as its forwarding."""
    return next((step for step in life.steps if step.kind is StepKind.FORWARDED), None)


def bands(held: Iterable[Held], *, on: date) -> dict[int, Exemption]:
    """Return the band of each person (宛名番号) who is exempt on a day."""
    found: dict[int, Exemption] = {}
    for each in held:
        stands = (each.start is None or each.start <= on) and (each.end is None or on < each.end)
        if stands and (
            each.person not in found or BANDS.index(each.kind) < BANDS.index(found[each.person])
        ):
            found[each.person] = each.kind
    return found


@dataclass(frozen=True, slots=True, kw_only=True)
class Times:
    """How long something took: how many, the median (halves possible) and the 90th percentile.

    The 90th percentile is the smallest value that at least 90 in 100 do not exceed.
    """

    number: int
    median: float
    ninetieth: int


def times(values: Mapping[int, int]) -> Times | None:
    """Return the times of so many of each value, or None of none at all."""
    every = sorted(value for value, number in values.items() for _ in range(number))
    if not every:
        return None
    size = len(every)
    middle = (every[(size - 1) // 2] + every[size // 2]) / 2
    return Times(number=size, median=middle, ninetieth=every[-(-9 * size // 10) - 1])
