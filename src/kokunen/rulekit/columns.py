"""The second interpreter: a frame of millions, as Narwhals expressions for Polars and for Spark.

The same tree, the same ranges: a number becomes two expressions (least, most) and a statement two
(sure, possible); where every fact is known they are one and the same object, so that certainty
costs nothing. No null ever takes part in a comparison, and no engine's treatment of null matters.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from functools import reduce
from math import lcm
from operator import and_, le, lt, or_
from typing import TYPE_CHECKING

import narwhals as nw

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
)

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from kokunen.dates.month import Month
    from kokunen.rulekit.figures import Figures


@dataclass(frozen=True, slots=True)
class Range:
    """A number per row, as two whole-number expressions over a common denominator ``per``."""

    least: nw.Expr
    most: nw.Expr
    per: int = 1

    def over(self, per: int) -> Range:
        """Return the same number over a denominator that is a multiple of its own."""
        if per == self.per:
            return self
        return self.map(lambda side: side * (per // self.per), per)

    def map(self, change: Callable[[nw.Expr], nw.Expr], per: int) -> Range:
        """Return the number with both its sides changed alike."""
        least = change(self.least)
        return Range(least, least if self.most is self.least else change(self.most), per)


@dataclass(frozen=True, slots=True)
class Truth:
    """A statement per row: whether it is sure, and whether it is possible."""

    sure: nw.Expr
    possible: nw.Expr


class Columns:
    """Turns rules into expressions for one month; raises `NoValueInForce` if a figure is missing.

    ``known`` names the facts that have no null in the frame. Facts are columns of their own name.
    """

    def __init__(self, *, figures: Figures, month: Month, known: frozenset[str]) -> None:
        self._figures = figures
        self._month = month
        self._known = known
        self._made: dict[int, Range | Truth] = {}

    def truth(self, rule: Statement) -> Truth:
        """Return a statement as expressions of true and false, never null."""
        if id(rule) not in self._made:
            self._made[id(rule)] = self._truth(rule)
        made = self._made[id(rule)]
        assert isinstance(made, Truth)  # noqa: S101 - a statement is never made into a number
        return made

    def _range(self, node: Node) -> Range:
        if id(node) not in self._made:
            self._made[id(node)] = self._number(node)
        made = self._made[id(node)]
        assert isinstance(made, Range)  # noqa: S101 - a number is never made into a statement
        return made

    def _figure(self, table: str) -> int | Fraction:
        amount = self._figures.on(table, self._month).amount
        if not isinstance(amount, int | Fraction):
            message = f"{table} is not a number"
            raise TypeError(message)
        return amount

    def _number(self, node: Node) -> Range:
        match node:
            case Fact(name, _, least, most):
                column = nw.col(name).cast(nw.Int64)
                if name in self._known:
                    return Range(column, column)
                return Range(column.fill_null(least), column.fill_null(most))
            case Whole(value):
                return _constant(value)
            case Figure(table):
                return _constant(self._figure(table))
            case Named(_, number):
                return self._range(number)
            case Sum(terms):
                return reduce(_add, self._common(terms))
            case Difference(whole, part):
                return _subtract(*self._common((whole, part)))
            case Product(number, times):
                by = times.value if isinstance(times, Whole) else self._figure(times.table)
                inner = self._range(number)
                return inner.map(lambda side: side * by.numerator, inner.per * by.denominator)
            case Largest(terms):
                return reduce(_larger, self._common(terms))
            case Smallest(terms):
                return reduce(_smaller, self._common(terms))
            case _:
                message = f"{node} is not a number"
                raise TypeError(message)

    def _common(self, terms: Sequence[Node]) -> list[Range]:
        ranges = [self._range(term) for term in terms]
        per = lcm(*(one.per for one in ranges))
        return [one.over(per) for one in ranges]

    def _truth(self, rule: Statement) -> Truth:
        match rule:
            case Flag(name, _):
                column = nw.col(name)
                if name in self._known:
                    return Truth(column, column)
                return Truth(column.fill_null(value=False), column.fill_null(value=True))
            case InForce(table):
                value = nw.lit(self._figures.on(table, self._month).amount is True)
                return Truth(value, value)
            case AtMost(number, limit):
                return _compare(le, *self._common((number, limit)))
            case Below(number, limit):
                return _compare(lt, *self._common((number, limit)))
            case AllOf(parts):
                return _join(and_, [self.truth(part) for part in parts])
            case AnyOf(parts):
                return _join(or_, [self.truth(part) for part in parts])
            case Not(part):
                inner = self.truth(part)
                sure = ~inner.possible
                return Truth(sure, sure if inner.sure is inner.possible else ~inner.sure)
            case Line(test=test):
                return self.truth(test)

    def outcome(self, choice: FirstMatch, codes: Sequence[str]) -> nw.Expr:
        """Return the place of each row's outcome in ``codes``; -1 where it is undecided."""
        found: nw.Expr = nw.lit(codes.index(choice.otherwise))
        for case in reversed(choice.cases):
            held, here = self.truth(case.when), codes.index(case.outcome)
            if held.sure is not held.possible:
                found = nw.when(held.possible & (found != here)).then(nw.lit(-1)).otherwise(found)
            found = nw.when(held.sure).then(nw.lit(here)).otherwise(found)
        return found


def _constant(amount: int | Fraction) -> Range:
    value = nw.lit(amount.numerator, dtype=nw.Int64)
    return Range(value, value, amount.denominator)


def _add(one: Range, other: Range) -> Range:
    least = one.least + other.least
    known = one.least is one.most and other.least is other.most
    return Range(least, least if known else one.most + other.most, one.per)


def _larger(one: Range, other: Range) -> Range:
    return _pick(one, other, nw.max_horizontal)


def _smaller(one: Range, other: Range) -> Range:
    return _pick(one, other, nw.min_horizontal)


def _pick(one: Range, other: Range, choose: Callable[[nw.Expr, nw.Expr], nw.Expr]) -> Range:
    least = choose(one.least, other.least)
    known = one.least is one.most and other.least is other.most
    return Range(least, least if known else choose(one.most, other.most), one.per)


def _subtract(whole: Range, part: Range) -> Range:
    least = whole.least - part.most
    known = whole.least is whole.most and part.least is part.most
    return Range(least, least if known else whole.most - part.least, whole.per)


def _compare(by: Callable[[nw.Expr, nw.Expr], nw.Expr], number: Range, limit: Range) -> Truth:
    sure = by(number.most, limit.least)
    known = number.least is number.most and limit.least is limit.most
    return Truth(sure, sure if known else by(number.least, limit.most))


def _join(by: Callable[[nw.Expr, nw.Expr], nw.Expr], parts: Sequence[Truth]) -> Truth:
    sure = reduce(by, (part.sure for part in parts))
    known = all(part.sure is part.possible for part in parts)
    return Truth(sure, sure if known else reduce(by, (part.possible for part in parts)))
