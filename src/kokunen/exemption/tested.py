"""Who is tested beside the insured, from the household on the right day. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from kokunen.dates.month import Month
from kokunen.law.exemption.periods import exemption_cycle

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import date

    from kokunen.law.exemption.periods import ExemptionCycle
    from kokunen.people.page import HouseholdOn, Member

_BESIDE: Final = ("spouse", "head")
_HEAD: Final = "世帯主"
_SPOUSES: Final = ("妻", "夫")
_NOT_REGISTERED: Final = ("(未届)", "（未届）", "未届の")


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """Spouse and head by the register on a day (None: there is none, or the insured is the head).

    ``why`` is a code where the register does not tell: ``household_unknown``,
    ``household_sealed``, ``spouse_unclear``.
    """

    on: date
    spouse: int | None = None
    head: int | None = None
    why: str = ""


def cycle_of(code: str, *, student: bool) -> ExemptionCycle:
    """Return the cycle that a code ("2026") names."""
    return exemption_cycle(Month(int(code), 4 if student else 7), student=student)


def day_of_test(*, cycle: ExemptionCycle, applied_on: date) -> date:
    """Return the day whose spouse and head are tested: of the application, or a past cycle's last.

    Source: the notes on the agency's application form.
    """
    return min(applied_on, cycle.last.last_day)


def from_household(household: HouseholdOn | None, *, person: int, on: date) -> Found:
    """Return who stands beside a person in the household of a day.

    A couple is told by the relationships to the head (妻, 子の妻, 父 and 母); where another member
    may as well be the one who is married, nobody is named.
    """
    members = () if household is None else household.members
    own = next((one for one in members if one.number == person), None)
    if own is None:
        return Found(on=on, why="household_unknown")
    head = next((one.number for one in members if one.head), None)
    mine = _plain(own)
    spouses = [
        one.number for one in members if _couple(mine, _plain(one)) or _couple(_plain(one), mine)
    ]
    alike = sum(_plain(one) == mine for one in members)
    unclear = bool(spouses) and (len(spouses) > 1 or alike > 1)
    return Found(
        on=on,
        spouse=spouses[0] if spouses and not unclear else None,
        head=None if head == person else head,
        why="spouse_unclear" if unclear else "",
    )


def _couple(one: str, other: str) -> bool:
    if (one, other) == ("父", "母"):
        return True
    stem = "" if one == _HEAD else f"{one}の"
    return other in tuple(f"{stem}{word}" for word in _SPOUSES)


def _plain(one: Member) -> str:
    found = _HEAD if one.head else one.relationship
    for mark in _NOT_REGISTERED:
        found = found.replace(mark, "")
    return found


def of_cycle(
    register: Mapping[str, Found], *, cycle: str, named: Sequence[tuple[int, str]]
) -> dict[str, int]:
    """Return who is tested beside the insured in a cycle, by role, of those ``named`` for the case.

    Whoever the register names for no cycle was put there by a correction and stands for every
    cycle; whoever was taken out is tested in none.
    """
    usual = {_of(found, role) for found in register.values() for role in _BESIDE}
    people = {person for person, _ in named}
    tested: dict[str, int] = {}
    for role in _BESIDE:
        added = [person for person, its in named if its == role and person not in usual]
        own = _of(register[cycle], role)
        if added:
            tested[role] = added[0]
        elif own is not None and own in people:
            tested[role] = own
    return tested


def of_case(register: Mapping[str, Found], *, insured: int) -> tuple[tuple[int, str], ...]:
    """Return everybody tested in any cycle of a case, each once.

    A spouse who is the head as well is named as the spouse.
    """
    people = {insured: "insured"}
    for role in _BESIDE:
        for found in register.values():
            person = _of(found, role)
            if person is not None:
                people.setdefault(person, role)
    return tuple(people.items())


def _of(found: Found, role: str) -> int | None:
    return found.spouse if role == "spouse" else found.head
