"""A year of the invented city, planned: what happens to whom on which day. Pure, dated and seeded.

The year is a fiscal year (年度), 1 April to 31 March: the desk's own, in which the student cycle
begins in April and the renewals in July. It is lived by the city of the eve, 31 March. The same
city and year give the same plan, byte for byte.

A *change* is what the resident register, the tax office or the agency tells the desk; a *filing* is
what is brought to it, with every step of its case. Who moved, died or changed jobs in the year does
nothing else in it, so that no two stories of one person meet.

How often, and where it comes from, stands beside each rate in `lives` and `papers`; none is a
published rate of the city. Of people under a protection measure (支援措置) nothing is planned: each
step for them wants an opening and a second person at the counter.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any, Final

from kokunen.dates.errors import Refusal
from kokunen.people.codes import Source

if TYPE_CHECKING:
    from collections.abc import Mapping

    from kokunen.cases.catalogue.kinds import Filer
    from kokunen.cases.domain import Channel
    from kokunen.demo.script import Fate, Move
    from kokunen.people.codes import Removal
    from kokunen.people.domain import AddressValue, IncomeValue, Value
    from kokunen.people.periods import Period

FIRST_YEAR: Final = 2026
LAST_YEAR: Final = 2026
"""The fiscal years for which the law has every figure that their months need."""


class UnableToLive(Refusal):
    """The year cannot be lived, or was lived already, or the city is not of its eve."""

    code = "demo_year"


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """What the register is told on a day: facts of one person, a removal, or a new household.

    ``new``: the person is registered with the facts. ``removal`` ends residence and household.
    ``members``: who enters ``household`` (person, head, relationship). ``lost_cause``: the agency
    ends an insurance in category 2 or 3, or a voluntary one, with the removal.
    """

    key: str
    on: date
    person: int
    facts: tuple[tuple[Value, Period], ...] = ()
    source: Source = Source.RESIDENT_REGISTER
    new: bool = False
    happened_on: date | None = None
    removal: Removal | None = None
    to: AddressValue | None = None
    lost_cause: str = ""
    household: int = 0
    members: tuple[tuple[int, bool, str], ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Filed:
    """One filing that comes in ``on`` a day, and what becomes of it.

    ``says`` holds what only the story knows of its items, ``answer`` what the agency answers; the
    rest is filled in like a form.
    ``incomes``: what the tax office knows of those who may be tested, told when the case is open.
    ``again``: the same paper comes once more, and is to be refused.
    """

    key: str
    filing: str
    person: int
    on: date
    event_on: date
    channel: Channel
    branch: str
    filer: Filer
    fate: Fate
    moves: tuple[Move, ...]
    says: Mapping[str, Any] = field(default_factory=dict)
    answer: Mapping[str, Any] = field(default_factory=dict)
    incomes: tuple[tuple[int, IncomeValue], ...] = ()
    again: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """A branch asks the main office about a person, and is answered."""

    key: str
    on: date
    person: int
    branch: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """A year: its days, and everything in it in the order of the days."""

    year: int
    changes: tuple[Change, ...]
    filings: tuple[Filed, ...]
    enquiries: tuple[Asked, ...]
    until: date | None = None

    @property
    def first(self) -> date:
        """The first day, 1 April."""
        return first_day(self.year)

    @property
    def last(self) -> date:
        """The last day: 31 March, if not another is given (``until``)."""
        return self.until or first_day(self.year + 1) - timedelta(days=1)

    @property
    def touched(self) -> frozenset[int]:
        """Everybody whom the register is told of, or who files (宛名番号)."""
        told = {each.person for each in self.changes}
        return frozenset(told | {each.person for each in self.filings})


def check(year: int) -> None:
    """Pass for a year that can be lived; raise `UnableToLive`."""
    if not FIRST_YEAR <= year <= LAST_YEAR:
        raise UnableToLive(
            f"{year}年度は過ごせません。",
            fix=f"--year には {FIRST_YEAR} を指定してください(法令の額がそろっている年度)。",
            field="year",
        )


def first_day(year: int) -> date:
    """Return the first day of a fiscal year."""
    return date(year, 4, 1)


def eve(year: int) -> date:
    """Return the day of the city that lives through the year: the day before it."""
    return first_day(year) - timedelta(days=1)
