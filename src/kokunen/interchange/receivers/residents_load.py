"""Somebody of the initial load of the resident register, as facts. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from kokunen.interchange.receivers.residents_values import (
    address_of,
    foreign_of,
    identity_of,
    membership_of,
    name_of,
)
from kokunen.people.codes import AddressKind, Arrival, Removal, Residency
from kokunen.people.domain import MembershipValue, NameValue, RegisterValue
from kokunen.people.periods import Period

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from datetime import date

    from kokunen.people.domain import Value

_NOBODY = NameValue()


@dataclass(frozen=True, slots=True, kw_only=True)
class Loaded:
    """A person (宛名番号) with everything that the record says."""

    person: int
    name: NameValue
    born: date | None
    facts: tuple[tuple[Value, Period], ...]
    wrong: str = ""

    @property
    def heads(self) -> tuple[int, ...]:
        """The household whose head the person is now, if any."""
        return tuple(
            value.household
            for value, _ in self.facts
            if isinstance(value, MembershipValue) and value.head
        )


def registered(values: Mapping[str, Any]) -> Loaded:
    """Return a record as a person; ``wrong`` names a day that comes after the end.

    The residence of somebody who left ends with the day after the removal, as in
    ``residents_domain``; a household is taken over only of who is in it now, because the record
    does not say since when its head was the head. A fact of which no day is given begins when the
    person became a resident.
    """
    name, identity = name_of(values), identity_of(values)
    arrived, removed = values["arrived_on"], values["removed_on"]
    wrong = ""
    facts: list[tuple[Value, Period]] = []

    def add(value: Value | None, field: str, start: date | None, end: date | None = None) -> None:
        nonlocal wrong
        if value is None or (start is not None and start == end):
            return
        if start is not None and end is not None and start > end:
            wrong = wrong or field
            return
        facts.append((value, Period(start=start, end=end)))

    gone = None if removed is None else removed + timedelta(days=1)
    add(name, "name_since", values["name_since"])
    add(identity, "birth_date", None)
    add(_register(values), "arrived_on", arrived, removed)
    if values["removal"]:
        add(_removed(values), "removed_on", removed)
    add(foreign_of(values), "arrived_on", arrived, removed)
    if removed is None:
        add(membership_of(values), "household_since", values["household_since"] or arrived)
    add(
        address_of(values, "", AddressKind.RESIDENCE),
        "address_since",
        values["address_since"] or arrived,
        gone,
    )
    add(address_of(values, "moved_from_", AddressKind.MOVED_FROM), "arrived_on", arrived)
    add(address_of(values, "moved_to_", AddressKind.MOVED_TO), "removed_on", removed)
    return Loaded(
        person=values["person"],
        name=name or _NOBODY,
        born=None if identity is None else identity.birth_date,
        facts=tuple(facts),
        wrong=wrong,
    )


def _register(values: Mapping[str, Any]) -> RegisterValue:
    return RegisterValue(
        residency=Residency(values["residency"] or Residency.NON_RESIDENT),
        arrival=Arrival(values["arrival"]) if values["arrival"] else None,
        arrived_on=values["arrived_on"],
        first_on_register=values["first_on_register"] or "",
    )


def _removed(values: Mapping[str, Any]) -> RegisterValue:
    return RegisterValue(
        residency=Residency(values["residency"] or Residency.NON_RESIDENT),
        removal=Removal(values["removal"]),
        removed_on=values["removed_on"],
    )


def problem(loaded: Loaded) -> tuple[str, str] | None:
    """Return (what is wrong, field) when somebody cannot be registered as the record says."""
    if loaded.wrong:
        return "始まりの日が終わりの日より後です。", loaded.wrong
    if loaded.name == _NOBODY:
        return "氏名がありません。", "name"
    return next(_problems(loaded), None)


def _problems(loaded: Loaded) -> Iterator[tuple[str, str]]:
    for value, valid in loaded.facts:
        found = value.problem(valid)
        if found is not None:
            yield found[0], found[2]
