"""Small cells of a published table, and what else is hidden so that they cannot be computed.

A count from 1 to below the threshold may point at a person and is hidden (primary). Whoever knows
the totals could subtract, so other cells are hidden, too (complementary). 0 is shown: nobody is
counted there. (厚生労働省, 匿名医療保険等関連情報データベースの利用に関するガイドライン, asks for
aggregates of at least 10; a city's own rules on disclosure may ask for more.)

The cells of a table with its totals are a circulation: of each sum, the parts flow in where the
total flows out. Whoever reads the table knows the shown cells, and of each hidden one that it is a
whole number of at least 1. Such a reader can change a cell in thought only along a cycle of hidden
cells; so a hidden cell is safe when it lies on one. Here every primary cell lies on a cycle of
hidden cells along which it could be raised to the threshold: for all that the reader can compute,
it need not be small. The cells hidden beside it are those of the cycle that costs the least count.

What this does not hold against: a reader who knows some of the hidden cases (a filer of one's own),
and one who knows this program and reasons about its choices.
"""

from __future__ import annotations

import heapq
from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping, Sequence

THRESHOLD: Final = 10
TOTAL: Final = ""
"""The name of the total in the place of a row or column."""

Cell = tuple[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Arc:
    """A cell as a flow from one sum (node) to another; ``cell`` names it for the caller."""

    cell: Cell
    tail: str
    head: str
    value: int


def two_way(
    values: Mapping[Cell, int], *, rows: Sequence[str], columns: Sequence[str]
) -> list[Arc]:
    """Return the arcs of a table with the totals of its rows and columns; missing is 0."""
    arcs = []
    for row in rows:
        whole = 0
        for column in columns:
            value = values.get((row, column), 0)
            whole += value
            arcs.append(Arc(cell=(row, column), tail=f"r{row}", head=f"c{column}", value=value))
        arcs.append(Arc(cell=(row, TOTAL), tail="all", head=f"r{row}", value=whole))
    for column in columns:
        whole = sum(values.get((row, column), 0) for row in rows)
        arcs.append(Arc(cell=(TOTAL, column), tail=f"c{column}", head="sum", value=whole))
    grand = sum(values.get((row, column), 0) for row in rows for column in columns)
    arcs.append(Arc(cell=(TOTAL, TOTAL), tail="sum", head="all", value=grand))
    return arcs


def side_by_side(
    left: Mapping[Cell, int],
    right: Mapping[Cell, int],
    *,
    rows: Sequence[str],
    left_columns: Sequence[str],
    right_columns: Sequence[str],
) -> list[Arc]:
    """Return the arcs of two tables that count the same by the same rows, with common totals.

    The columns of the two must have different names.
    """
    arcs = two_way(left, rows=rows, columns=left_columns)
    kept = [arc for arc in arcs if arc.cell[1] != TOTAL]
    totals = {arc.cell[0]: arc for arc in arcs if arc.cell[1] == TOTAL}
    # A row's total comes out of the right table's row and goes into the left one's.
    for row in rows:
        kept.append(Arc(cell=(row, TOTAL), tail=f"R{row}", head=f"r{row}", value=totals[row].value))
        for column in right_columns:
            value = right.get((row, column), 0)
            kept.append(Arc(cell=(row, column), tail=f"C{column}", head=f"R{row}", value=value))
    for column in right_columns:
        whole = sum(right.get((row, column), 0) for row in rows)
        kept.append(Arc(cell=(TOTAL, column), tail="all", head=f"C{column}", value=whole))
    kept.append(Arc(cell=(TOTAL, TOTAL), tail="sum", head="all", value=totals[TOTAL].value))
    return kept


def suppress(arcs: Sequence[Arc], *, threshold: int = THRESHOLD) -> frozenset[Cell]:
    """Return the cells to hide. The arcs must be in balance at every node; threshold 2 and above.

    It always ends: along the totals of a cell every cell is at least as great as the cell, so that
    all of them could be greater together.
    """
    small = [arc for arc in arcs if 0 < arc.value < threshold]
    hidden = {arc.cell for arc in small}
    for arc in sorted(small, key=lambda each: (each.value, each.cell)):
        hidden |= _cycle(arcs, arc, hidden=hidden, threshold=threshold)
    return frozenset(hidden)


def _cycle(
    arcs: Sequence[Arc], raised: Arc, *, hidden: Collection[Cell], threshold: int
) -> set[Cell]:
    """Return the cells of the cheapest cycle along which a cell can be raised to the threshold."""
    more = threshold - raised.value
    ways: dict[str, list[tuple[str, Arc]]] = defaultdict(list)
    for arc in arcs:
        if arc.value == 0 or arc is raised:
            continue  # shown as 0, or the cell itself
        ways[arc.tail].append((arc.head, arc))
        if arc.value - 1 >= more:  # could be lower by so much, and would still be at least 1
            ways[arc.head].append((arc.tail, arc))
    return set(_path(ways, raised, hidden=hidden)) | {raised.cell}


def _path(
    ways: Mapping[str, Sequence[tuple[str, Arc]]], raised: Arc, *, hidden: Collection[Cell]
) -> Iterator[Cell]:
    """Find the cheapest way back from the head of a cell to its tail (Dijkstra)."""
    best: dict[str, tuple[int, int]] = {raised.head: (0, 0)}
    came: dict[str, tuple[str, Cell]] = {}
    heap: list[tuple[int, int, str]] = [(0, 0, raised.head)]
    while heap:
        cost, length, node = heapq.heappop(heap)
        if node == raised.tail:
            break
        if (cost, length) > best[node]:
            continue
        for following, arc in ways.get(node, ()):
            # What is hidden already costs nothing more; a short way before a long one.
            reached = (cost + (0 if arc.cell in hidden else arc.value), length + 1)
            if following not in best or reached < best[following]:
                best[following] = reached
                came[following] = (node, arc.cell)
                heapq.heappush(heap, (*reached, following))
    node = raised.tail
    while node != raised.head:
        node, cell = came[node]
        yield cell
