"""What the register knows of one person, as the law of enrolment looks at it. Pure.

The facts come as ``people.queries.facts`` gives them, or as a filing would leave them (`Held`).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING, Generic, Protocol, TypeVar

from kokunen.dates.age import attained_on
from kokunen.dates.wareki import UnableToWriteWareki, format_wareki, format_wareki_month
from kokunen.people.codes import Removal, Residency
from kokunen.people.domain import EnrolmentValue, IdentityValue, RegisterValue, Value
from kokunen.people.periods import Period

if TYPE_CHECKING:
    from collections.abc import Iterable

    from kokunen.dates.month import Month

V_co = TypeVar("V_co", bound=Value, covariant=True)
V = TypeVar("V", bound=Value)
ONE_DAY = timedelta(days=1)


class Fact(Protocol[V_co]):
    """What a fact of the register and one that a filing would make have in common."""

    @property
    def id(self) -> int:
        """The id of the row; 0 for what is not written yet."""

    @property
    def value(self) -> V_co:
        """What the fact says."""

    @property
    def valid(self) -> Period:
        """The days on which it holds."""


Facts = Mapping[str, Sequence[Fact[Value]]]
"""Facts in force by the kind of their value (a name of ``people.domain.VALUES``)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Held(Generic[V_co]):
    """A fact without the circumstances of its record."""

    value: V_co
    valid: Period
    id: int = 0


def of(facts: Facts, kind: type[V]) -> tuple[Held[V], ...]:
    """Return the facts of one kind, oldest period first."""
    found = [
        Held(value=fact.value, valid=fact.valid, id=fact.id)
        for fact in facts.get(kind.KIND, ())
        if isinstance(fact.value, kind)
    ]
    return tuple(sorted(found, key=lambda fact: fact.valid.start or date.min))


def on_day(held: Iterable[Held[V]], day: date) -> Held[V] | None:
    """Return the first of the facts that holds on a day."""
    return next((fact for fact in held if day in fact.valid), None)


def born(facts: Facts) -> date | None:
    """Return the birth date; None: it is not known to the day."""
    identity = of(facts, IdentityValue)
    return identity[0].value.birth_date if identity else None


def at_age(facts: Facts, years: int) -> date | None:
    """Return the day on which an age is attained; None: the birth date is not known."""
    birth_date = born(facts)
    return None if birth_date is None else attained_on(birth_date=birth_date, years=years)


def died_on(facts: Facts) -> date | None:
    """Return the day of death that the resident register knows of."""
    return next(
        (
            fact.value.removed_on
            for fact in reversed(of(facts, RegisterValue))
            if fact.value.removal is Removal.DEATH
        ),
        None,
    )


def abroad(facts: Facts) -> tuple[Period, ...]:
    """Return the days without an address in Japan that the resident register knows of.

    They begin on the day after a removal abroad and end with the next entry in the register.
    """
    register = of(facts, RegisterValue)
    found = []
    for fact in register:
        left_on = fact.value.removed_on
        if fact.value.removal is not Removal.ABROAD or left_on is None:
            continue
        back = [
            came
            for came in (_since(other) for other in register if _resident(other.value))
            if came is not None and came > left_on
        ]
        end = min(back, default=None)
        if end is None or end > left_on + ONE_DAY:
            found.append(Period(start=left_on + ONE_DAY, end=end))
    return tuple(found)


def resident(facts: Facts, day: date) -> bool | None:
    """Tell whether the person lives in Japan on a day; None: the register does not say."""
    if any(day in period for period in abroad(facts)):
        return False
    register = of(facts, RegisterValue)
    known = [fact for fact in register if day in fact.valid]
    if any(_resident(fact.value) for fact in known):
        return True
    return None


def japanese(facts: Facts) -> bool | None:
    """Tell whether the person is a Japanese national by the register; None: it does not say."""
    kinds = [
        fact.value.residency
        for fact in of(facts, RegisterValue)
        if fact.value.residency is not Residency.NON_RESIDENT
    ]
    if facts.get("foreign"):
        return False
    return kinds[-1] is Residency.JAPANESE if kinds else None


def enrolments(facts: Facts) -> tuple[Held[EnrolmentValue], ...]:
    """Return the enrolments, oldest first."""
    return of(facts, EnrolmentValue)


def said(day: date | None) -> str:
    """Return a day in the words of an office."""
    if day is None:
        return "不明"
    try:
        return format_wareki(day)
    except UnableToWriteWareki:
        return day.isoformat()


def said_month(month: Month) -> str:
    """Return a month in the words of an office."""
    try:
        return format_wareki_month(month)
    except UnableToWriteWareki:
        return str(month)


def _resident(value: RegisterValue) -> bool:
    return value.residency is not Residency.NON_RESIDENT and value.removal is None


def _since(fact: Held[RegisterValue]) -> date | None:
    return fact.value.arrived_on or fact.valid.start
