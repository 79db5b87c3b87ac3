"""The vocabulary in which a legal test is written, once.

A *number* is a fact, a dated figure, a whole number, or made of those by sum, difference, product,
largest and smallest. A *statement* compares numbers or joins statements by all, any and not. A
`Line` is a statement with its article: one line of law. `FirstMatch` chooses an outcome.

Unknown is a range. A fact that is not known lies anywhere between its ``least`` and its ``most``;
a number is then a range, and a statement is *sure*, *possible* or *ruled out*. No interpreter
needs any other rule for what is not known.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

MOST: Final = 10**11
"""The upper end of an amount that is not known, in yen; no true amount comes near it."""


@dataclass(frozen=True, slots=True, eq=False)
class Fact:
    """A named whole number about the case; ``label`` is its Japanese name."""

    name: str
    label: str
    least: int = 0
    most: int = MOST


@dataclass(frozen=True, slots=True, eq=False)
class Flag:
    """A named statement about the case that is true (1), false (0) or not known (None)."""

    name: str
    label: str


@dataclass(frozen=True, slots=True, eq=False)
class Figure:
    """A dated figure (whole number or exact rate), by the name of its table."""

    table: str


@dataclass(frozen=True, slots=True, eq=False)
class InForce:
    """A dated figure that says whether something is in law in the month."""

    table: str


@dataclass(frozen=True, slots=True, eq=False)
class Whole:
    """A whole number that belongs to the wording of the rule itself."""

    value: int


@dataclass(frozen=True, slots=True, eq=False)
class Sum:
    """The sum of numbers."""

    terms: tuple[Number, ...]


@dataclass(frozen=True, slots=True, eq=False)
class Difference:
    """The first number less the second."""

    whole: Number
    part: Number


@dataclass(frozen=True, slots=True, eq=False)
class Product:
    """A number times a figure or a whole number, neither of them negative."""

    number: Number
    times: Figure | Whole


@dataclass(frozen=True, slots=True, eq=False)
class Largest:
    """The largest of numbers."""

    terms: tuple[Number, ...]


@dataclass(frozen=True, slots=True, eq=False)
class Smallest:
    """The smallest of numbers."""

    terms: tuple[Number, ...]


@dataclass(frozen=True, slots=True, eq=False)
class Named:
    """A number with a Japanese name of its own, for whoever reads the rule."""

    label: str
    number: Number


@dataclass(frozen=True, slots=True, eq=False)
class AtMost:
    """The first number is at most (以下) the second."""

    number: Number
    limit: Number


@dataclass(frozen=True, slots=True, eq=False)
class Below:
    """The first number is less than (未満) the second."""

    number: Number
    limit: Number


@dataclass(frozen=True, slots=True, eq=False)
class AllOf:
    """Every part holds."""

    parts: tuple[Statement, ...]


@dataclass(frozen=True, slots=True, eq=False)
class AnyOf:
    """At least one part holds."""

    parts: tuple[Statement, ...]


@dataclass(frozen=True, slots=True, eq=False)
class Not:
    """The part does not hold."""

    part: Statement


@dataclass(frozen=True, slots=True, eq=False)
class Line:
    """One line of law: a code for programs, its words, its article and what it tests.

    ``measured`` tells whether its first comparison is worth a margin to people (an income against
    a limit is; a count of months since an event is not).
    """

    code: str
    text: str
    source: str
    test: Statement
    measured: bool = True


@dataclass(frozen=True, slots=True, eq=False)
class Case:
    """One branch of a choice: the outcome if the statement holds."""

    outcome: str
    when: Statement


@dataclass(frozen=True, slots=True, eq=False)
class FirstMatch:
    """The outcome of the first case that holds, or ``otherwise``.

    Where what is not known could change the outcome there is none (None); where every case that
    is possible before the first sure one has the same outcome, that is the outcome.
    """

    cases: tuple[Case, ...]
    otherwise: str


Number = Fact | Figure | Whole | Sum | Difference | Product | Largest | Smallest | Named
Statement = Flag | InForce | AtMost | Below | AllOf | AnyOf | Not | Line
Node = Number | Statement


def parts_of(node: Node) -> tuple[Node, ...]:
    """Return the nodes directly under a node, in the order in which they are read."""
    match node:
        case Sum(terms) | Largest(terms) | Smallest(terms):
            return terms
        case AllOf(parts) | AnyOf(parts):
            return parts
        case Difference(whole, part):
            return (whole, part)
        case Product(number, times):
            return (number, times)
        case AtMost(number, limit) | Below(number, limit):
            return (number, limit)
        case Named(_, number):
            return (number,)
        case Not(part):
            return (part,)
        case Line(test=test):
            return (test,)
        case _:
            return ()


def lines_of(node: Node) -> tuple[Line, ...]:
    """Return the lines of law in a statement, in the order in which they are read."""
    if isinstance(node, Line):
        return (node,)
    return tuple(line for part in parts_of(node) for line in lines_of(part))


def tables_of(node: Node) -> tuple[str, ...]:
    """Return the names of the dated figures in a tree, each once, in the order of reading."""
    if isinstance(node, Figure | InForce):
        return (node.table,)
    return tuple(dict.fromkeys(name for part in parts_of(node) for name in tables_of(part)))


def comparison_of(node: Node) -> AtMost | Below | None:
    """Return the first comparison in a statement, the one that has a margin; None without one."""
    if isinstance(node, AtMost | Below):
        return node
    for part in parts_of(node):
        if (found := comparison_of(part)) is not None:
            return found
    return None
