"""Nobody can compute a hidden cell: brute force over every table that fits what is published."""

from __future__ import annotations

from fractions import Fraction
from itertools import product
from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kokunen.statistics.suppression import TOTAL, Arc, side_by_side, suppress, two_way

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from kokunen.statistics.suppression import Cell

ROWS, COLUMNS, OTHERS = ["a", "b", "c"], ["x", "y", "z"], ["p", "q"]


def sums(columns: Sequence[str], rows: Sequence[str] = ROWS) -> list[tuple[Cell, list[Cell]]]:
    """The sums of a table as a reader sees them: each total and its parts."""
    found = [((row, TOTAL), [(row, column) for column in columns]) for row in rows]
    found += [((TOTAL, column), [(row, column) for row in rows]) for column in columns]
    found.append(((TOTAL, TOTAL), [(row, TOTAL) for row in rows]))
    return found


def cells(arcs: Iterable[Arc]) -> dict[Cell, int]:
    return {arc.cell: arc.value for arc in arcs}


def pinned(
    hidden: Iterable[Cell], shown: Mapping[Cell, int], rules: Sequence[tuple[Cell, list[Cell]]]
) -> set[Cell]:
    """The hidden cells that the sums alone fix: Gauss over fractions, no thought of the method."""
    names = sorted(hidden)
    matrix = []
    for whole, parts in rules:
        row = [Fraction(0)] * (len(names) + 1)
        for cell, sign in [(whole, -1), *((part, 1) for part in parts)]:
            if cell in shown:
                row[-1] -= sign * shown[cell]
            else:
                row[names.index(cell)] += sign
        matrix.append(row)
    done = 0
    for column in range(len(names)):
        pivot = next((at for at in range(done, len(matrix)) if matrix[at][column]), None)
        if pivot is None:
            continue
        matrix[done], matrix[pivot] = matrix[pivot], matrix[done]
        matrix[done] = [each / matrix[done][column] for each in matrix[done]]
        for at, row in enumerate(matrix):
            if at != done and row[column]:
                factor = row[column]
                matrix[at] = [a - factor * b for a, b in zip(row, matrix[done], strict=True)]
        done += 1
    return {
        names[found[0]]
        for row in matrix
        if len(found := [at for at in range(len(names)) if row[at]]) == 1
    }


def worlds(
    hidden: Iterable[Cell],
    shown: Mapping[Cell, int],
    rules: Sequence[tuple[Cell, list[Cell]]],
    *,
    most: int,
) -> Iterator[dict[Cell, int]]:
    """Every table that the reader may think of: whole numbers of at least 1 where hidden."""
    inner = sorted(cell for cell in hidden if TOTAL not in cell)
    for drawn in product(range(1, most + 1), repeat=len(inner)):
        world = {**shown, **dict(zip(inner, drawn, strict=True))}
        for whole, parts in rules:
            total = sum(world[part] for part in parts)
            if world.setdefault(whole, total) != total or (whole in hidden and total < 1):
                break
        else:
            yield world


@given(st.lists(st.integers(0, 60), min_size=9, max_size=9), st.integers(2, 12))
@settings(max_examples=200)
def test_no_sum_fixes_a_hidden_cell(drawn: list[int], threshold: int) -> None:
    values = dict(zip(product(ROWS, COLUMNS), drawn, strict=True))
    arcs = two_way(values, rows=ROWS, columns=COLUMNS)
    every = cells(arcs)
    hidden = suppress(arcs, threshold=threshold)
    assert {cell for cell, value in every.items() if 0 < value < threshold} <= hidden
    shown = {cell: value for cell, value in every.items() if cell not in hidden}
    assert pinned(hidden, shown, sums(COLUMNS)) == set()
    assert all(every[cell] for cell in hidden)


@given(st.lists(st.integers(0, 5), min_size=4, max_size=4))
@settings(max_examples=200)
def test_every_hidden_cell_could_be_another_and_a_small_one_need_not_be_small(
    drawn: list[int],
) -> None:
    threshold, rows, columns = 3, ROWS[:2], COLUMNS[:2]
    values = dict(zip(product(rows, columns), drawn, strict=True))
    arcs = two_way(values, rows=rows, columns=columns)
    every = cells(arcs)
    hidden = suppress(arcs, threshold=threshold)
    shown = {cell: value for cell, value in every.items() if cell not in hidden}
    thinkable: dict[Cell, set[int]] = {cell: set() for cell in hidden}
    for world in worlds(hidden, shown, sums(columns, rows), most=8):
        for cell in hidden:
            thinkable[cell].add(world[cell])
    for cell in hidden:
        assert len(thinkable[cell]) > 1, (cell, every, hidden)
        assert every[cell] in thinkable[cell]
        assert max(thinkable[cell]) >= threshold


@given(
    st.lists(st.integers(0, 30), min_size=9, max_size=9),
    st.lists(st.floats(0, 1), min_size=3, max_size=3),
)
@settings(max_examples=200)
def test_two_tables_with_common_totals_do_not_give_each_other_away(
    drawn: list[int], shares: list[float]
) -> None:
    left = dict(zip(product(ROWS, COLUMNS), drawn, strict=True))
    right: dict[Cell, int] = {}
    for row, share in zip(ROWS, shares, strict=True):
        whole = sum(left[row, column] for column in COLUMNS)
        right[row, "p"] = round(whole * share)
        right[row, "q"] = whole - right[row, "p"]
    arcs = side_by_side(left, right, rows=ROWS, left_columns=COLUMNS, right_columns=OTHERS)
    every = cells(arcs)
    hidden = suppress(arcs, threshold=10)
    assert {cell for cell, value in every.items() if 0 < value < 10} <= hidden
    shown = {cell: value for cell, value in every.items() if cell not in hidden}
    rules = [*sums(COLUMNS), *sums(OTHERS)]
    assert pinned(hidden, shown, rules) == set()


def test_hiding_the_small_alone_would_give_them_away() -> None:
    # The control: the method by which the test finds out does find out.
    values = {("a", "x"): 3, ("a", "y"): 40, ("b", "x"): 50, ("b", "y"): 60}
    every = cells(two_way(values, rows=["a", "b"], columns=["x", "y"]))
    hidden = {("a", "x")}
    shown = {cell: value for cell, value in every.items() if cell not in hidden}
    rules = [
        (("a", TOTAL), [("a", "x"), ("a", "y")]),
        ((TOTAL, "x"), [("a", "x"), ("b", "x")]),
    ]
    assert pinned(hidden, shown, rules) == hidden


def test_a_small_cell_takes_the_cheapest_companions_with_it() -> None:
    values = {
        ("a", "x"): 3, ("a", "y"): 40, ("a", "z"): 15,
        ("b", "x"): 50, ("b", "y"): 60, ("b", "z"): 20,
        ("c", "x"): 900, ("c", "y"): 800, ("c", "z"): 700,
    }  # fmt: skip
    arcs = two_way(values, rows=ROWS, columns=COLUMNS)
    assert suppress(arcs, threshold=10) == {("a", "x"), ("a", "z"), ("b", "x"), ("b", "z")}


def test_a_table_without_small_cells_hides_nothing() -> None:
    values = {("a", "x"): 30, ("b", "x"): 0, ("b", "y"): 10}
    assert suppress(two_way(values, rows=ROWS, columns=COLUMNS), threshold=10) == frozenset()


@pytest.mark.parametrize("value", [1, 9])
def test_one_small_cell_alone_hides_its_totals_too(value: int) -> None:
    arcs = two_way({("a", "x"): value}, rows=["a"], columns=["x"])
    assert suppress(arcs, threshold=10) == {
        ("a", "x"), ("a", TOTAL), (TOTAL, "x"), (TOTAL, TOTAL)
    }  # fmt: skip
