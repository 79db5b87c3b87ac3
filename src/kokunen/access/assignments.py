"""Roles held over days, and what becomes of them when a new order comes. Pure."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable
    from datetime import date

    from kokunen.access.domain import Role


@dataclass(frozen=True, slots=True, kw_only=True)
class Held:
    """A role in a department from ``start`` up to but without ``end`` (None: no end is known)."""

    role: Role
    department: str
    branch: str | None
    start: date
    end: date | None = None

    def on(self, day: date) -> bool:
        """Whether the role is held on a day."""
        return self.start <= day and (self.end is None or day < self.end)

    def same_place(self, other: Held) -> bool:
        """Whether both are the same role in the same department and branch."""
        return (self.role, self.department, self.branch) == (
            other.role,
            other.department,
            other.branch,
        )


def cut(held: Iterable[Held], on: date) -> frozenset[Held]:
    """Return what remains when everything ends on a day (its first day without)."""
    return frozenset(
        replace(one, end=on if one.end is None or one.end > on else one.end)
        for one in held
        if one.start < on
    )


def _without(one: Held, start: date, end: date | None) -> list[Held]:
    """Return the pieces of a period outside another one."""
    pieces = []
    if one.start < start:
        before = start if one.end is None or one.end > start else one.end
        pieces.append(replace(one, end=before))
    if end is not None and (one.end is None or one.end > end):
        pieces.append(replace(one, start=max(one.start, end)))
    return pieces


def laid_over(held: Iterable[Held], new: Held) -> frozenset[Held]:
    """Return what is held once a role has been given over the old periods of the same role."""
    remaining = [
        piece
        for one in held
        for piece in (_without(one, new.start, new.end) if one.role == new.role else [one])
    ]
    return frozenset([*remaining, new])


def taken_away(held: Iterable[Held], role: Role, on: date) -> frozenset[Held]:
    """Return what is held once a role ends on a day (its first day without)."""
    old = list(held)
    return cut([one for one in old if one.role == role], on) | frozenset(
        one for one in old if one.role != role
    )


def already(held: Iterable[Held], *, day: date, given: Collection[Held]) -> bool:
    """Whether an order of that day has been carried out, whatever came after it.

    It has when exactly the given roles are held in the given places on the day, none of them
    beyond the end that the order names.
    """
    then = [one for one in held if one.on(day)]
    return len(then) == len(given) and all(
        any(
            one.same_place(new)
            and (new.end is None or (one.end is not None and one.end <= new.end))
            for one in then
        )
        for new in given
    )


def transferred(held: Iterable[Held], *, day: date, given: Collection[Held]) -> frozenset[Held]:
    """Return what is held once an order has replaced everything from a day on.

    A role that goes on in the same place without a gap stays one period.
    """
    old = frozenset(held)
    kept = cut(old, day)
    result = set(kept)
    for new in given:
        joined = next((one for one in kept if one.end == day and one.same_place(new)), None)
        if joined is None:
            result.add(new)
        else:
            result.discard(joined)
            result.add(replace(joined, end=new.end))
    return frozenset(result)
