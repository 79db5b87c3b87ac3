"""What paper reads of a case: the person as registered, the office, names, each look recorded.

A protected person's address and telephone come only within an opening; without one the lines stay
empty, and nothing on the sheet says why.
"""

from __future__ import annotations

from dataclasses import dataclass, fields, replace
from typing import TYPE_CHECKING, Any, Final, TypeVar, cast

from django.conf import settings

from kokunen.access import queries as access
from kokunen.cases import queries as cases
from kokunen.cases.catalogue.kinds import ItemKind
from kokunen.cases.domain import StepKind
from kokunen.dates.tokyo import day_of
from kokunen.forms.domain import Office, Person, Stamp
from kokunen.people import queries as people
from kokunen.people.codes import AddressKind, NumberKind
from kokunen.people.domain import (
    AddressValue,
    IdentityValue,
    NameValue,
    NumberValue,
    PhoneValue,
    Value,
)
from kokunen.people.search import named

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping
    from datetime import date
    from uuid import UUID

    from kokunen.access.domain import Field
    from kokunen.audit.domain import Occasion
    from kokunen.cases.values import Case
    from kokunen.people.domain import Recorded

_ON_A_FORM: Final = ("name", "identity", "address", "phone", "basic_number")
_WRITTEN_TO: Final = (AddressKind.MAILING, AddressKind.RESIDENCE)
_LIVES: Final = (AddressKind.RESIDENCE,)

V = TypeVar("V", bound=Value)


@dataclass(frozen=True, slots=True, kw_only=True)
class Looker:
    """Who prints: the occasion, what the role sees, and an opening (None: nothing is opened)."""

    occasion: Occasion
    sees: Collection[Field]
    opening: UUID | None = None

    def at(self, case: int, *, purpose: str) -> Looker:
        """Return the same with the case as the purpose."""
        return replace(
            self,
            occasion=self.occasion.because(purpose=purpose, reason=self.occasion.reason, case=case),
        )

    @property
    def day(self) -> date:
        """The day in Japan on which it is printed."""
        return day_of(self.occasion.at)


def case_of(number: int, looker: Looker) -> tuple[Case, Looker]:
    """Return a case, and whoever prints with the case as the purpose of every further look."""
    found = cases.one(
        case=number, occasion=looker.occasion, sees=looker.sees, opening=looker.opening
    )
    return found, looker.at(number, purpose=found.filing.purpose)


def person_of(
    number: int, looker: Looker, *, operation: str, letter: bool = False
) -> tuple[Person, frozenset[str]]:
    """Return a person as registered on the day, and the fields that are really given.

    A letter goes to the address for post, if there is one.
    """
    facts = people.facts(
        person=number,
        kinds=_ON_A_FORM,
        operation=operation,
        occasion=looker.occasion,
        sees=looker.sees,
        opening=looker.opening,
    )
    day = looker.day
    name = _current(facts, NameValue, day)
    born = _current(facts, IdentityValue, day)
    kinds = _WRITTEN_TO if letter else _LIVES
    addresses = [
        each for kind in kinds for each in _all(facts, AddressValue, day) if each.kind is kind
    ]
    address = addresses[0] if addresses else AddressValue()
    phones = _all(facts, PhoneValue, day)
    numbers = [
        each.number for each in _all(facts, NumberValue, day) if each.kind is NumberKind.CURRENT
    ]
    person = Person(
        name=(name.name or name.latin) if name else "",
        kana=name.kana if name else "",
        birth_date=born.birth_date if born else None,
        birth_text=born.birth_date_text if born else "",
        basic_number=numbers[0] if numbers else "",
        postal_code=address.postal_code,
        address=address.line,
        phone=phones[0].number if phones else "",
    )
    given = {
        "name": person.name,
        "kana": person.kana,
        "birth_date": person.birth_date or person.birth_text,
        "address": person.address,
        "phone": person.phone,
        "basic_number": person.basic_number,
    }
    return person, frozenset(field for field, value in given.items() if value)


def mentioned(case: Case, stated: Mapping[str, Any], looker: Looker) -> dict[int, str]:
    """Return the names of the people whom the items of a filing mention, by 宛名番号."""
    numbers = [
        stated[item.name]
        for item in case.filing.items
        if item.kind is ItemKind.PERSON and stated.get(item.name)
    ]
    if not numbers:
        return {}
    found = named(
        people=numbers, operation="forms.named", occasion=looker.occasion, sees=looker.sees
    )
    return {number: hit.name for number, hit in found.items() if isinstance(hit.name, str)}


def stamp_of(case: Case) -> Stamp:
    """Return what the office fills in of a case."""
    examined = case.last_day(StepKind.EXAMINED)
    department = access.departments().get(case.department, "")
    return Stamp(
        case=case.number,
        received_on=case.received_on,
        department=access.branches().get(case.branch, "") or department,
        channel=case.channel.label,
        examined_on=examined,
        examined_by=department if examined else "",
        forwarded_on=case.last_day(StepKind.FORWARDED),
    )


def office() -> Office:
    """Return the office that prints, as the settings of the site describe it (KOKUNEN_OFFICE)."""
    said = getattr(settings, "KOKUNEN_OFFICE", {})
    return Office(**{each.name: said[each.name] for each in fields(Office) if each.name in said})


def _all(facts: Mapping[str, tuple[Recorded[Value], ...]], kind: type[V], day: date) -> list[V]:
    """Return the values of a kind that hold on a day, the newest first."""
    return [
        cast("V", fact.value) for fact in reversed(facts.get(kind.KIND, ())) if day in fact.valid
    ]


def _current(
    facts: Mapping[str, tuple[Recorded[Value], ...]], kind: type[V], day: date
) -> V | None:
    found = _all(facts, kind, day)
    return found[0] if found else None
