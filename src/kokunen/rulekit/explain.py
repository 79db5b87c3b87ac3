"""The first interpreter: one case, with every line that was tried.

A tree is compiled for a month into a straight list of small steps, each of which fills one slot;
a node that several rules share is computed once. A number is a pair (least, most) and a statement
a pair (sure, possible): what is not known is a range, see `kokunen.rulekit.tree`.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, NamedTuple

from kokunen.rulekit.tree import (
    AllOf,
    AnyOf,
    AtMost,
    Below,
    Difference,
    Fact,
    Figure,
    FirstMatch,
    Flag,
    InForce,
    Largest,
    Line,
    Named,
    Node,
    Not,
    Product,
    Smallest,
    Statement,
    Sum,
    Whole,
    comparison_of,
    lines_of,
    parts_of,
)

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from kokunen.dates.month import Month
    from kokunen.rulekit.figures import Figures

Slots = list[Any]
"""A number is (least, most), a statement (sure, possible); the facts of the case come last."""

Step = Callable[[Slots], None]
_FLAG = {0: (False, False), 1: (True, True), None: (False, True)}


class Tried(NamedTuple):
    """One line of law as it was tried on one case.

    ``passed`` is None while an unknown fact could change it. ``value`` and ``limit`` are those of
    its comparison (None: it has none, or the value is not known), ``margin`` is limit − value.
    """

    code: str
    text: str
    source: str
    passed: bool | None
    value: int | None
    limit: int | None
    margin: int | None


def truth(pair: tuple[bool, bool]) -> bool | None:
    """Return True when sure, False when ruled out, None in between."""
    sure, possible = pair
    return sure if sure == possible else None


class Program:
    """The rules given, compiled for one month; raises `NoValueInForce` if a figure is missing."""

    def __init__(self, rules: Sequence[Statement], *, figures: Figures, month: Month) -> None:
        self._figures = figures
        self._month = month
        self._slot: dict[int, int] = {}
        self._start: Slots = []
        self._steps: list[Step] = []
        lines = {id(line): line for rule in rules for line in lines_of(rule)}
        self._lines = [self._tried(line) for line in lines.values()]
        places = {key: place for place, key in enumerate(lines)}
        self._lines_of = {
            id(rule): tuple(places[id(line)] for line in lines_of(rule)) for rule in rules
        }
        self._rules = [self._place(rule) for rule in rules]

    def _place(self, node: Node) -> int:
        if id(node) not in self._slot:
            inner = [self._place(part) for part in parts_of(node)]
            if isinstance(node, Named | Line):
                self._slot[id(node)] = inner[0]
            else:
                self._slot[id(node)] = len(self._start)
                self._start.append(None)
                self._fill(node, len(self._start) - 1, inner)
        return self._slot[id(node)]

    def _fill(self, node: Node, at: int, inner: list[int]) -> None:
        """Fill a slot for good where it does not depend on the case; add a step where it does."""
        match node:
            case Whole(value):
                self._start[at] = (value, value)
            case Figure(table):
                amount = self._figures.on(table, self._month).amount
                self._start[at] = (amount, amount)
            case InForce(table):
                self._start[at] = _FLAG[self._figures.on(table, self._month).amount is True]
            case Fact(name, _, least, most):
                self._steps.append(_fact(at, name, (least, most)))
            case Flag(name):
                self._steps.append(_flag(at, name))
            case _:
                step = _MAKERS[type(node)](at, inner)
                if all(self._start[i] is not None for i in inner):
                    step(self._start)
                else:
                    self._steps.append(step)

    def _tried(self, line: Line) -> tuple[tuple[str, str, str], int, int, int]:
        at = self._place(line)
        words = (line.code, line.text, line.source)
        compared = comparison_of(line.test) if line.measured else None
        if compared is None:
            return (words, at, -1, -1)
        return (words, at, self._place(compared.number), self._place(compared.limit))

    def run(self, facts: Mapping[str, int | None]) -> Slots:
        """Compute every slot for one case; KeyError when a fact is not given at all."""
        slots = self._start.copy()
        slots.append(facts)
        for step in self._steps:
            step(slots)
        return slots

    def pairs(self, slots: Slots) -> list[tuple[bool, bool]]:
        """Return whether each of the rules, in their order, is (sure, possible) in a run."""
        return [slots[at] for at in self._rules]

    def lines_of(self, rule: Statement) -> tuple[int, ...]:
        """Return the places in `tried` of the lines of one of the rules."""
        return self._lines_of[id(rule)]

    def tried(self, slots: Slots) -> list[Tried]:
        """Return every line of the rules as it was tried in a run, each once."""
        found = []
        for words, at, number, limit in self._lines:
            passed = truth(slots[at])
            if number < 0:
                found.append(Tried(*words, passed, None, None, None))
                continue
            (low, high), (least, most) = slots[number], slots[limit]
            value = low if low == high else None
            bound = least if least == most else None
            margin = None if value is None or bound is None else bound - value
            found.append(Tried(*words, passed, value, bound, margin))
        return found

    def outcome(self, choice: FirstMatch, slots: Slots) -> str | None:
        """Return the outcome of a choice whose cases are among the rules; None if undecided."""
        found, decided = choice.otherwise, True
        for case in reversed(choice.cases):
            sure, possible = slots[self._slot[id(case.when)]]
            if sure:
                found, decided = case.outcome, True
            elif possible:
                decided = decided and found == case.outcome
        return found if decided else None


def _fact(at: int, name: str, unknown: tuple[int, int]) -> Step:
    def step(slots: Slots) -> None:
        value = slots[-1][name]
        slots[at] = unknown if value is None else (value, value)

    return step


def _flag(at: int, name: str) -> Step:
    def step(slots: Slots) -> None:
        slots[at] = _FLAG[slots[-1][name]]

    return step


def _sum(at: int, inner: list[int]) -> Step:
    def step(slots: Slots) -> None:
        low = high = 0
        for i in inner:
            least, most = slots[i]
            low += least
            high += most
        slots[at] = (low, high)

    return step


def _difference(at: int, inner: list[int]) -> Step:
    whole, part = inner

    def step(slots: Slots) -> None:
        low, high = slots[whole]
        least, most = slots[part]
        slots[at] = (low - most, high - least)

    return step


def _product(at: int, inner: list[int]) -> Step:
    number, times = inner

    def step(slots: Slots) -> None:
        low, high = slots[number]
        factor = slots[times][0]
        slots[at] = (low * factor, high * factor)

    return step


def _largest(at: int, inner: list[int]) -> Step:
    def step(slots: Slots) -> None:
        ranges = [slots[i] for i in inner]
        slots[at] = (max(low for low, _ in ranges), max(high for _, high in ranges))

    return step


def _smallest(at: int, inner: list[int]) -> Step:
    def step(slots: Slots) -> None:
        ranges = [slots[i] for i in inner]
        slots[at] = (min(low for low, _ in ranges), min(high for _, high in ranges))

    return step


def _at_most(at: int, inner: list[int]) -> Step:
    number, limit = inner

    def step(slots: Slots) -> None:
        low, high = slots[number]
        least, most = slots[limit]
        slots[at] = (high <= least, low <= most)

    return step


def _below(at: int, inner: list[int]) -> Step:
    number, limit = inner

    def step(slots: Slots) -> None:
        low, high = slots[number]
        least, most = slots[limit]
        slots[at] = (high < least, low < most)

    return step


def _all(at: int, inner: list[int]) -> Step:
    def step(slots: Slots) -> None:
        every = True
        for i in inner:
            sure, possible = slots[i]
            if not possible:
                slots[at] = (False, False)
                return
            every = every and sure
        slots[at] = (every, True)

    return step


def _any(at: int, inner: list[int]) -> Step:
    def step(slots: Slots) -> None:
        any_possible = False
        for i in inner:
            sure, possible = slots[i]
            if sure:
                slots[at] = (True, True)
                return
            any_possible = any_possible or possible
        slots[at] = (False, any_possible)

    return step


def _not(at: int, inner: list[int]) -> Step:
    (only,) = inner

    def step(slots: Slots) -> None:
        sure, possible = slots[only]
        slots[at] = (not possible, not sure)

    return step


_MAKERS: dict[type, Callable[[int, list[int]], Step]] = {
    Sum: _sum,
    Difference: _difference,
    Product: _product,
    Largest: _largest,
    Smallest: _smallest,
    AtMost: _at_most,
    Below: _below,
    AllOf: _all,
    AnyOf: _any,
    Not: _not,
}
