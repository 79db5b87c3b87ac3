"""Invented lives for the tests of enrolment: facts without a database, and receipts."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

from kokunen.cases.catalogue.kinds import Filer
from kokunen.cases.domain import Channel, Receipt
from kokunen.enrolment.life import Held
from kokunen.people.codes import Category, Exemption, Outcome, Removal, Residency, Sex
from kokunen.people.domain import (
    AdditionalValue,
    EnrolmentValue,
    ExemptionValue,
    ForeignValue,
    IdentityValue,
    NumberValue,
    RegisterValue,
    Value,
)
from kokunen.people.periods import ALWAYS, Period

if TYPE_CHECKING:
    from kokunen.enrolment.effects import Change
    from kokunen.enrolment.life import Facts

BORN = date(1990, 4, 2)
"""20 is attained on 2010-04-01, 60 on 2050-04-01."""
TODAY = date(2026, 11, 24)
PERSON = 1001
ONE, TWO, THREE = Category.CATEGORY_1, Category.CATEGORY_2, Category.CATEGORY_3
VOLUNTARY, SPECIAL = Category.VOLUNTARY, Category.VOLUNTARY_SPECIAL


def d(text: str) -> date:
    return date.fromisoformat(text)


def span(text: str) -> Period:
    """`2010-04-01..2026-10-01`, either side may be empty."""
    start, end = text.split("..")
    return Period(start=d(start) if start else None, end=d(end) if end else None)


def enrolled(category: Category, text: str, acquired: str = "", lost: str = "") -> Held[Value]:
    value = EnrolmentValue(category=category, acquired_cause=acquired, lost_cause=lost)
    return Held(value=value, valid=span(text))


def additional(text: str) -> Held[Value]:
    return Held(value=AdditionalValue(joined_filed_on=span(text).start), valid=span(text))


def exempt(kind: Exemption, text: str, outcome: Outcome | None = Outcome.APPROVED) -> Held[Value]:
    return Held(value=ExemptionValue(kind=kind, outcome=outcome), valid=span(text))


def at_home(text: str = "1990-04-02..", residency: Residency = Residency.JAPANESE) -> Held[Value]:
    return Held(value=RegisterValue(residency=residency), valid=span(text))


def gone(on: str, removal: Removal = Removal.ABROAD) -> Held[Value]:
    value = RegisterValue(residency=Residency.NON_RESIDENT, removal=removal, removed_on=d(on))
    return Held(value=value, valid=Period(start=d(on)))


def foreign() -> Held[Value]:
    return Held(value=ForeignValue(nationality="架空国"), valid=ALWAYS)


def numbered(number: str = "1234567890") -> Held[Value]:
    return Held(value=NumberValue(number=number), valid=ALWAYS)


def life(*held: Held[Value], born: date | None = BORN) -> Facts:
    """Facts of one person, each with a row id; a resident of Japan unless it says otherwise."""
    identity: Held[Value] = Held(value=IdentityValue(birth_date=born, sex=Sex.FEMALE), valid=ALWAYS)
    found: dict[str, list[Held[Value]]] = {}
    given = [identity, *held]
    if not any(isinstance(each.value, RegisterValue) for each in held):
        given.append(at_home())
    for number, each in enumerate(given, start=1):
        found.setdefault(each.value.KIND, []).append(
            Held(value=each.value, valid=each.valid, id=number)
        )
    return found


def receipt(
    filing: str,
    *,
    event: str | None = None,
    received: str = TODAY.isoformat(),
    filer: Filer = Filer.SELF,
    channel: Channel = Channel.COUNTER,
    **says: Any,  # noqa: ANN401 - JSON values by the names of items
) -> Receipt:
    return Receipt(
        filing=filing,
        person=PERSON,
        channel=channel,
        received_on=d(received),
        event_on=None if event is None else d(event),
        filer=filer,
        particulars=says,
    )


def story(held: Facts) -> list[str]:
    """The enrolments as `category_1 2010-04-01..2026-10-01 acquired>lost`, oldest first."""
    found = sorted(held.get("enrolment", ()), key=lambda each: each.valid.start or date.min)
    return [
        f"{each.value.category.value} {written(each.valid)}"  # type: ignore[attr-defined]  # enrolments all
        for each in found
    ]


def periods(held: Facts, kind: str) -> list[str]:
    return sorted(written(each.valid) for each in held.get(kind, ()))


def written(valid: Period) -> str:
    return f"{valid.start or ''}..{valid.end or ''}"


def rows_named(made: tuple[Change, ...]) -> list[int]:
    return [each.row for each in made if each.row is not None]
