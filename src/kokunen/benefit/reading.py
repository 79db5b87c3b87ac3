"""What a case of this duty reads of the register: each look has its line in the record."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING, Final, TypeVar, cast

from kokunen.benefit.domain import AFTER_DEATH
from kokunen.benefit.known import Held, Known, Someone
from kokunen.cases.catalogue import FILINGS
from kokunen.people import queries as people
from kokunen.people.codes import Removal, Sex
from kokunen.people.domain import Value
from kokunen.people.page import HouseholdOn

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping
    from uuid import UUID

    from kokunen.access.domain import Field
    from kokunen.audit.domain import Occasion
    from kokunen.cases.domain import Receipt
    from kokunen.people.domain import (
        AdditionalValue,
        ClaimValue,
        EnrolmentValue,
        ExemptionValue,
        IdentityValue,
        MembershipValue,
        NameValue,
        Recorded,
        RegisterValue,
    )

V = TypeVar("V", bound=Value)

_SOMEONE: Final = frozenset({"identity", "register", "membership"})
_OWN: Final = _SOMEONE | {"enrolment", "exemption", "additional", "claim"}
_WITH_CHILDREN: Final = frozenset({"disability", "survivor", "revision"})
_ADULT: Final = 20


def at_case(occasion: Occasion, *, case: int, filing: str) -> Occasion:
    """Return the occasion with the filing's purpose and the case."""
    purpose = FILINGS[filing].purpose
    return occasion.because(purpose=purpose, reason=occasion.reason, case=case)


def known(
    *,
    receipt: Receipt,
    occasion: Occasion,
    sees: Collection[Field],
    opening: UUID | None = None,
) -> Known:
    """Return what the register knows of the person, the claimant and the person's children.

    Households are those on the day before the death (as filed, or else as registered), or on the
    day of receipt. What the role does
    not see, or a protection measure seals, is not known.
    """

    def read(person: int, kinds: Collection[str]) -> Mapping[str, tuple[Recorded[Value], ...]]:
        return people.facts(
            person=person,
            kinds=kinds,
            operation="benefit.known",
            occasion=occasion,
            sees=sees,
            opening=opening,
        )

    facts = read(receipt.person, _OWN)
    died = receipt.event_on or _died_on(facts) if receipt.filing in AFTER_DEATH else None
    on = receipt.received_on if died is None else died - timedelta(days=1)
    claimant = receipt.particulars.get("claimant")
    children: tuple[Someone, ...] = ()
    if receipt.filing in _WITH_CHILDREN and receipt.particulars.get("has_children") is True:
        found = people.household_on(
            person=receipt.person, on=on, occasion=occasion, sees=sees, opening=opening
        )
        if isinstance(found, HouseholdOn):
            others = [each.number for each in found.members if each.number != receipt.person]
            members = [_someone(each, read(each, _SOMEONE), on) for each in others]
            children = tuple(each for each in members if _is_young(each, on))
    return Known(
        person=_someone(receipt.person, facts, on),
        claimant=None if claimant is None else _someone(claimant, read(claimant, _SOMEONE), on),
        children=children,
        enrolments=_held(cast("Iterable[Recorded[EnrolmentValue]]", facts.get("enrolment", ()))),
        exemptions=_held(cast("Iterable[Recorded[ExemptionValue]]", facts.get("exemption", ()))),
        additionals=_held(cast("Iterable[Recorded[AdditionalValue]]", facts.get("additional", ()))),
        claims=_held(cast("Iterable[Recorded[ClaimValue]]", facts.get("claim", ()))),
    )


def name_of(
    *, person: int, on: date, occasion: Occasion, sees: Collection[Field], opening: UUID | None
) -> str:
    """Return the name of somebody on a day, as a kept claim holds its claimant's; "": not seen."""
    facts = people.facts(
        person=person,
        kinds={"name"},
        operation="benefit.claimant",
        occasion=occasion,
        sees=sees,
        opening=opening,
    )
    names = cast("tuple[Recorded[NameValue], ...]", facts.get("name", ()))
    found = [fact.value for fact in names if on in fact.valid]
    return (found[-1].name or found[-1].latin) if found else ""


def _held(facts: Iterable[Recorded[V]]) -> tuple[Held[V], ...]:
    return tuple(Held(value=fact.value, valid=fact.valid, row=fact.id) for fact in facts)


def _someone(number: int, facts: Mapping[str, tuple[Recorded[Value], ...]], on: date) -> Someone:
    identity = cast("tuple[Recorded[IdentityValue], ...]", facts.get("identity", ()))
    households = cast("tuple[Recorded[MembershipValue], ...]", facts.get("membership", ()))
    living = [fact.value.household for fact in households if on in fact.valid]
    return Someone(
        number=number,
        birth_date=identity[-1].value.birth_date if identity else None,
        sex=identity[-1].value.sex if identity else Sex.UNKNOWN,
        household=living[-1] if living else None,
        died_on=_died_on(facts),
    )


def _died_on(facts: Mapping[str, tuple[Recorded[Value], ...]]) -> date | None:
    register = cast("tuple[Recorded[RegisterValue], ...]", facts.get("register", ()))
    deaths = [fact.value for fact in register if fact.value.removal is Removal.DEATH]
    return deaths[-1].removed_on if deaths else None


def _is_young(member: Someone, on: date) -> bool:
    age = member.age(on)
    return age is not None and age < _ADULT
