"""What stands of one person, lane by lane, and how a notice of the register changes it. Pure.

A notice says what holds from a day on, until what is already known to come next. A notice that is
taken back gives its days to what stood before it, so that a correction has the same effect whether
it is applied at once or after later notices.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from typing import TYPE_CHECKING, Final

from kokunen.people.codes import Source
from kokunen.people.periods import Period

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable

    from kokunen.people.domain import Value

Lane = tuple[str, ...]
"""The kind of the fact and what it competes with: two facts of one lane never overlap."""

KEPT: Final = frozenset({"name", "identity"})
"""Who was registered stays known under a name, whatever is cancelled."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """A fact in force. ``row`` is its id, None: it is to be made; ``ref`` is its source_ref."""

    value: Value
    valid: Period
    ref: str
    source: Source = Source.RESIDENT_REGISTER
    row: int | None = None

    @property
    def lane(self) -> Lane:
        """The lane of the fact."""
        return lane_of(self.value)

    def of(self, root: str) -> bool:
        """Whether the notice with this source_ref stated it, or a correction of that notice."""
        return self.ref == root or self.ref.startswith(f"{root} ")

    @property
    def _begins(self) -> date:
        return self.valid.start or date.min


def lane_of(value: Value) -> Lane:
    """Return the lane of a value."""
    return (value.KIND, *(value.lane() or ()))


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """What to do to the rows: the facts that stop standing, and those to be made."""

    gone: tuple[Standing, ...]
    made: tuple[Standing, ...]


class Lanes:
    """The facts of one person as they come to stand; ``plan`` tells what that does to the rows."""

    def __init__(self, facts: Iterable[Standing]) -> None:
        self._before = tuple(facts)
        self._lanes: dict[Lane, list[Standing]] = {}
        for fact in self._before:
            self._lanes.setdefault(fact.lane, []).append(fact)

    def on(self, lane: Lane, day: date) -> Standing | None:
        """Return what stands on a day."""
        return next((fact for fact in self._lanes.get(lane, ()) if day in fact.valid), None)

    def standing(self, lane: Lane) -> tuple[Standing, ...]:
        """Return what stands in a lane, oldest first."""
        return tuple(sorted(self._lanes.get(lane, ()), key=lambda fact: fact._begins))  # noqa: SLF001 - its own class's module

    def change(
        self,
        value: Value,
        day: date | None,
        ref: str,
        *,
        anew: bool = False,
        end: date | None = None,
    ) -> None:
        """Let a value hold from a day on, as long as what stood there would have.

        ``anew`` (somebody becomes a resident) goes on past an end, until what is known to begin
        later or to ``end``. ``day`` None: it holds always. What the notice repeats of the same day
        is left as it is.
        """
        lane = lane_of(value)
        if day is None:
            if not any(fact.value == value for fact in self.standing(lane)):
                self._lanes[lane] = [Standing(value=value, valid=Period(), ref=ref)]
            return
        there = self.on(lane, day)
        if there is not None and there.value == value and there.valid.start == day:
            return
        if there is None or anew:
            until = _earlier(self._next(lane, day), end if anew else None)
        else:
            until = there.valid.end
        self._put(Standing(value=value, valid=Period(start=day, end=until), ref=ref))

    def put_instead(self, there: Standing, value: Value, ref: str) -> None:
        """Put a value in the place of a fact, for the same days."""
        if there.value != value:
            self._put(Standing(value=value, valid=there.valid, ref=ref))

    def end(self, lane: Lane, day: date) -> None:
        """End what stands on a day: it is the first on which it no longer does."""
        there = self.on(lane, day)
        if there is not None:
            self._cut(lane, Period(start=day, end=there.valid.end))

    def reopen(self, lane: Lane, day: date, *, end: date | None = None) -> None:
        """Let go on what ended on a day, until what is known to begin next or to ``end``."""
        for fact in self._lanes.get(lane, ()):
            if fact.valid.end == day and self.on(lane, day) is None:
                self._extend(fact, _earlier(self._next(lane, day), end))
                return

    def take_back(
        self,
        root: str,
        lanes: Collection[Lane],
        *,
        earlier: Iterable[Standing] = (),
        keep: Collection[str] = (),
    ) -> None:
        """Take back in some lanes what a notice stated.

        ``earlier`` are facts that it replaced from their first day on: they stand again. Else the
        days go to what stands before them. Of the kinds in ``keep`` a fact stays that nothing
        would take the place of.
        """
        replaced = {(fact.lane, fact.valid.start): fact for fact in earlier}
        for lane in lanes:
            for fact in self.standing(lane):
                if fact.of(root):
                    self._take_back(fact, replaced.get((lane, fact.valid.start)), keep)

    def _take_back(self, fact: Standing, again: Standing | None, keep: Collection[str]) -> None:
        lane, start = fact.lane, fact.valid.start
        before = next(
            (one for one in self._lanes[lane] if start is not None and one.valid.end == start),
            None,
        )
        if again is None and before is None and lane[0] in keep:
            return
        self._lanes[lane].remove(fact)
        if again is not None:
            self._put(replace(again, valid=fact.valid, row=None))
        elif before is not None:
            self._extend(before, fact.valid.end)

    def _extend(self, fact: Standing, until: date | None) -> None:
        self._lanes[fact.lane].remove(fact)
        valid = Period(start=fact.valid.start, end=until)
        self._lanes[fact.lane].append(replace(fact, valid=valid, row=None))

    def _next(self, lane: Lane, day: date) -> date | None:
        starts = (fact.valid.start for fact in self._lanes.get(lane, ()))
        return min((start for start in starts if start is not None and start > day), default=None)

    def _put(self, new: Standing) -> None:
        self._cut(new.lane, new.valid)
        self._lanes.setdefault(new.lane, []).append(new)

    def _cut(self, lane: Lane, days: Period) -> None:
        """Free some days; the pieces that are left keep their source."""
        self._lanes[lane] = [
            fact if valid == fact.valid else replace(fact, valid=valid, row=None)
            for fact in self._lanes.get(lane, ())
            for valid in fact.valid.without(days)
        ]

    def plan(self) -> Plan:
        """Return what this does to the rows; a fact that came to stand as before keeps its row."""
        before = {_same(fact): fact for fact in self._before}
        now = {_same(fact): fact for facts in self._lanes.values() for fact in facts}
        return Plan(
            gone=tuple(fact for key, fact in before.items() if key not in now),
            made=tuple(fact for key, fact in now.items() if key not in before),
        )


def _earlier(one: date | None, other: date | None) -> date | None:
    return min((day for day in (one, other) if day is not None), default=None)


def _same(fact: Standing) -> Standing:
    """Return what makes a fact the same: all but its row."""
    return replace(fact, row=None)
