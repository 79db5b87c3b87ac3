from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING, cast

import narwhals as nw
import polars as pl
import pytest

from kokunen.dates.month import Month
from kokunen.rulekit.columns import Columns
from kokunen.rulekit.figures import NoValueInForce
from kokunen.rulekit.tree import (
    AllOf,
    AnyOf,
    AtMost,
    Below,
    Difference,
    Fact,
    Figure,
    Flag,
    Largest,
    Line,
    Named,
    Not,
    Product,
    Smallest,
    Sum,
    Whole,
)
from tests.rulekit.examples import (
    CHOICES,
    CODES,
    IN_2020,
    INVENTED,
    NUMBERS,
    STATEMENTS,
    ChoiceExample,
    Facts,
    NumberExample,
    StatementExample,
    a,
    a_third,
    b,
    base,
    p,
    q,
)

if TYPE_CHECKING:
    from kokunen.rulekit.tree import Node, Number, Statement

_FLAGS = ("p", "q", "r")


def column(name: str, value: int | None) -> pl.Series:
    if name in _FLAGS:
        return pl.Series(name, [None if value is None else bool(value)], dtype=pl.Boolean)
    return pl.Series(name, [value], dtype=pl.Int64)


def answers(facts: Facts, *expressions: nw.Expr) -> list[object]:
    """Evaluate expressions on a frame of one row."""
    rows = [column(name, value) for name, value in facts.items()]
    frame = nw.from_native(pl.DataFrame(rows or [pl.Series("nothing", [0])]))
    named = [expression.alias(str(at)) for at, expression in enumerate(expressions)]
    return list(frame.select(nw.lit(0).alias("row"), *named).row(0))[1:]


def columns(*, month: Month = IN_2020, known: frozenset[str] = frozenset()) -> Columns:
    return Columns(figures=INVENTED, month=month, known=known)


def known_in(facts: Facts) -> frozenset[str]:
    return frozenset(name for name, value in facts.items() if value is not None)


@pytest.mark.parametrize("told", [False, True])
@pytest.mark.parametrize("example", NUMBERS)
def test_a_number_is_two_columns(example: NumberExample, told: bool) -> None:  # noqa: FBT001 - a column of the table
    known = known_in(example.facts) if told else frozenset[str]()
    found = columns(month=example.month, known=known)._range(example.number)
    least, most = cast("list[int]", answers(example.facts, found.least, found.most))
    assert (Fraction(least, found.per), Fraction(most, found.per)) == (example.least, example.most)


@pytest.mark.parametrize("told", [False, True])
@pytest.mark.parametrize("example", STATEMENTS)
def test_a_statement_is_two_columns(example: StatementExample, told: bool) -> None:  # noqa: FBT001 - a column of the table
    known = known_in(example.facts) if told else frozenset[str]()
    found = columns(month=example.month, known=known).truth(example.rule)
    pair = answers(example.facts, found.sure, found.possible)
    assert pair == [example.sure, example.possible]


@pytest.mark.parametrize("told", [False, True])
@pytest.mark.parametrize("example", CHOICES)
def test_a_choice_is_a_column_of_places(example: ChoiceExample, told: bool) -> None:  # noqa: FBT001 - a column of the table
    known = known_in(example.facts) if told else frozenset[str]()
    (place,) = answers(example.facts, columns(known=known).outcome(example.choice, CODES))
    assert place == (-1 if example.outcome is None else CODES.index(example.outcome))


@pytest.mark.parametrize(
    "rule",
    [
        p,
        AtMost(a, base),
        Below(a, base),
        AtMost(Sum((a, b)), base),
        AtMost(Difference(a, b), base),
        AtMost(Product(a, Figure("invented.third")), base),
        AtMost(Largest((a, b)), base),
        AtMost(Smallest((a, b)), Named("名", base)),
        AllOf((p, q)),
        AnyOf((p, Not(q))),
        Line("line", "行", "試験", Not(p)),
    ],
)
def test_where_every_fact_is_known_certainty_costs_nothing(rule: Statement) -> None:
    known = columns(known=frozenset("abpq")).truth(rule)
    assert known.sure is known.possible
    unknown = columns().truth(rule)
    assert unknown.sure is not unknown.possible


@pytest.mark.parametrize(
    ("rule", "known"),
    [
        (AtMost(Sum((a, b)), base), "a"),
        (AtMost(Sum((a, b)), base), "b"),
        (AtMost(Difference(a, b), base), "a"),
        (AtMost(Difference(a, b), base), "b"),
        (AtMost(Largest((a, b)), base), "a"),
        (AtMost(Largest((a, b)), base), "b"),
        (AtMost(a, b), "a"),
        (AtMost(a, b), "b"),
        (AllOf((p, q)), "p"),
        (AnyOf((p, q)), "q"),
    ],
)
def test_one_unknown_fact_keeps_both_sides_apart(rule: Statement, known: str) -> None:
    found = columns(known=frozenset(known)).truth(rule)
    assert found.sure is not found.possible


def test_a_shared_node_is_made_once() -> None:
    made = columns()
    rule = AtMost(a, base)
    assert made.truth(rule) is made.truth(rule)
    assert made._range(a) is made._range(a)


def test_numbers_meet_over_their_least_common_denominator() -> None:
    made = columns()
    of_six, of_four = (Figure(f"invented.{name}") for name in ("sixth", "quarters"))
    terms: tuple[Number, ...] = (Product(a, of_six), Product(a, of_four), a)
    assert [one.per for one in made._common(terms)] == [12, 12, 12]
    assert made._range(a_third).per == 3
    assert made._range(a).per == 1


@pytest.mark.parametrize("node", [p, AllOf((p, q)), AtMost(a, base)])
def test_a_statement_is_not_a_number(node: Node) -> None:
    with pytest.raises(TypeError, match="is not a number"):
        columns()._number(node)


def test_a_table_of_rows_is_not_a_number() -> None:
    with pytest.raises(TypeError, match=r"^invented\.rows is not a number$"):
        columns().truth(AtMost(a, Figure("invented.rows")))


def test_a_month_without_a_figure_raises() -> None:
    with pytest.raises(NoValueInForce):
        columns(month=Month(2022, 1)).truth(AtMost(a, base))


def test_small_whole_numbers_do_not_overflow() -> None:
    frame = nw.from_native(pl.DataFrame({"n": pl.Series([100], dtype=pl.Int8)}))
    rule = AtMost(Product(Fact("n", "人数"), base), Whole(9_999))
    found = columns(known=frozenset("n")).truth(rule)
    assert frame.select(found.sure.alias("sure")).row(0) == (False,)


@pytest.mark.parametrize("number", [Whole(5), base, a, Sum((a, Whole(5)))])
def test_every_number_is_held_in_64_bits(number: Number) -> None:
    frame = nw.from_native(pl.DataFrame({"a": pl.Series([1], dtype=pl.Int16)}))
    found = frame.select(columns()._range(number).least.alias("number"))
    assert found.schema["number"] == nw.Int64


def test_nulls_stay_within_their_rows() -> None:
    frame = nw.from_native(pl.DataFrame({"a": [99, None, 101], "p": [None, False, True]}))
    rule = AnyOf((AllOf((AtMost(a, base), Not(p))), Flag("p", "丙である")))
    found = columns().truth(rule)
    told = frame.select(found.sure.alias("sure"), found.possible.alias("possible"))
    assert told.rows() == [(False, True), (False, True), (True, True)]
