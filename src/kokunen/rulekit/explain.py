"""The first interpreter: one case, with every line that was tried.

A tree is compiled for a month into a straight list of small steps, each of which fills one slot;
a node that several rules share is computed once. A number is a pair (least, most) and a statement
a pair (sure, possible): what is not known is a range, see `kokunen.rulekit.tree`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from kokunen.rulekit.steps import FLAG, MAKERS, fact, flag
from kokunen.rulekit.tree import (
    Fact,
    Figure,
    FirstMatch,
    Flag,
    InForce,
    Line,
    Named,
    Node,
    Statement,
    Whole,
    comparison_of,
    lines_of,
    parts_of,
)

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from kokunen.dates.month import Month
    from kokunen.rulekit.figures import Figures
    from kokunen.rulekit.steps import Slots, Step


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
                self._start[at] = FLAG[self._figures.on(table, self._month).amount is True]
            case Fact(name, _, least, most):
                self._steps.append(fact(at, name, (least, most)))
            case Flag(name):
                self._steps.append(flag(at, name))
            case _:
                step = MAKERS[type(node)](at, inner)
                if all(self._start[i] is not None for i in inner):
                    step(self._start)
                else:
                    self._steps.append(step)

    def _tried(self, line: Line) -> tuple[tuple[str, str, str], int, tuple[int, int] | None]:
        at = self._place(line)
        words = (line.code, line.text, line.source)
        compared = comparison_of(line.test) if line.measured else None
        if compared is None:
            return (words, at, None)
        return (words, at, (self._place(compared.number), self._place(compared.limit)))

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
        for words, at, compared in self._lines:
            passed = truth(slots[at])
            if compared is None:
                found.append(Tried(*words, passed, None, None, None))
                continue
            (low, high), (least, most) = slots[compared[0]], slots[compared[1]]
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
