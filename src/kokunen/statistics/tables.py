"""The counts as tables: the same for the screen, CSV, Excel and charts. Pure.

A published table hides small cells and what would give them away (`suppression`), and has no links;
an internal one carries for each number what its rows are asked with.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from kokunen.cases.catalogue import FILINGS
from kokunen.cases.domain import Channel
from kokunen.enquiries.domain import Urgency
from kokunen.statistics.domain import BANDS, OUTCOMES, times
from kokunen.statistics.suppression import (
    TOTAL,
    side_by_side,
    suppress,
    two_way,
)

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping, Sequence

    from kokunen.enquiries.queries import Waited
    from kokunen.statistics.domain import Counts, Times

HIDDEN: Final = "×"
"""What stands for a hidden number."""
MAIN_OFFICE: Final = "main"
"""The code of the main office in addresses and tables, where a branch has its own."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Cell:
    """One number; None: there is nothing to compute it from. ``link`` maps words of `Asked`."""

    value: float | None
    hidden: bool = False
    link: Mapping[str, str] | None = None

    @property
    def text(self) -> str:
        """The number as it is written."""
        if self.hidden:
            return HIDDEN
        if self.value is None:
            return "－"
        return f"{self.value:,.1f}" if self.value % 1 else f"{int(self.value):,}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """A row of a table."""

    code: str
    label: str
    cells: tuple[Cell, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """A table with its heading, the heads of its columns (without the first), rows and note."""

    code: str
    title: str
    first: str
    heads: tuple[str, ...]
    lines: tuple[Line, ...]
    note: str = ""


def internal(
    counts: Counts, waited: Sequence[Waited], *, branches: Mapping[str, str]
) -> tuple[Table, ...]:
    """Return every table with every number; ``branches`` names the branches by their code."""
    return _tables(counts, waited, branches=branches, threshold=None)


def published(
    counts: Counts, waited: Sequence[Waited], *, branches: Mapping[str, str], threshold: int
) -> tuple[Table, ...]:
    """Return the tables in which nobody can be told, without links; ``threshold`` is at least 2."""
    return _tables(counts, waited, branches=branches, threshold=threshold)


def _tables(
    counts: Counts,
    waited: Sequence[Waited],
    *,
    branches: Mapping[str, str],
    threshold: int | None,
) -> tuple[Table, ...]:
    return (
        *_receipts(counts, branches=branches, threshold=threshold),
        _outcomes(counts, threshold=threshold),
        _forwarded(counts, threshold=threshold),
        _exempt(counts, threshold=threshold),
        _enquiries(waited, threshold=threshold),
    )


def _receipts(
    counts: Counts, *, branches: Mapping[str, str], threshold: int | None
) -> tuple[Table, Table]:
    by_channel: Counter[tuple[str, str]] = Counter()
    by_branch: Counter[tuple[str, str]] = Counter()
    for (filing, channel, branch), number in counts.receipts.items():
        by_channel[filing, channel] += number
        by_branch[filing, f"b:{branch}"] += number
    filings = _filings(filing for filing, _, _ in counts.receipts)
    channels = {each.value: each.label for each in Channel}
    named = {"b:": "本庁", **{f"b:{code}": name for code, name in branches.items()}}
    named |= {code: code[2:] for _, code in by_branch if code not in named}
    hidden: Collection[tuple[str, str]] = ()
    if threshold is not None:
        # Both tables have the same totals: hidden together, or one would give the other away.
        arcs = side_by_side(
            by_channel,
            by_branch,
            rows=list(filings),
            left_columns=list(channels),
            right_columns=list(named),
        )
        hidden = suppress(arcs, threshold=threshold)
    linked = threshold is None
    return (
        _two_way(
            "channels",
            "受付(届出・申請 × 受付経路)",
            by_channel,
            rows=filings,
            columns=channels,
            hidden=hidden,
            link=("receipts", "filing", "channel") if linked else None,
        ),
        _two_way(
            "branches",
            "受付(届出・申請 × 受付した所)",
            by_branch,
            rows=filings,
            columns=named,
            hidden=hidden,
            link=("receipts", "filing", "branch") if linked else None,
        ),
    )


def _outcomes(counts: Counts, *, threshold: int | None) -> Table:
    values = {(filing, kind.value): n for (filing, kind), n in counts.outcomes.items()}
    filings = _filings(filing for filing, _ in values)
    kinds = {kind.value: kind.label for kind in OUTCOMES}
    hidden = (
        ()
        if threshold is None
        else suppress(two_way(values, rows=list(filings), columns=list(kinds)), threshold=threshold)
    )
    return _two_way(
        "outcomes",
        "結果(届出・申請 × 結果)",
        values,
        rows=filings,
        columns=kinds,
        hidden=hidden,
        link=None if threshold is not None else ("outcomes", "filing", "outcome"),
        note="承認・却下・取下げは案件ごとに最後のものだけ、返戻は1回ごとに数えます。",
    )


def _forwarded(counts: Counts, *, threshold: int | None) -> Table:
    by_filing: dict[str, Counter[int]] = {}
    for (filing, days), number in counts.forwarded.items():
        by_filing.setdefault(filing, Counter())[days] += number
    lines = []
    for filing, label in _filings(by_filing).items():
        found = times(by_filing[filing])
        lines.append(_times_line(filing, label, found, count="forwarded", threshold=threshold))
    return Table(
        code="forwarded",
        title="受付から進達までの日数",
        first="届出・申請",
        heads=(*(("件数",) if threshold is None else ()), "中央値(日)", "90%がこの日数まで"),
        lines=tuple(lines),
        note="最初の進達までの暦の日数です。",
    )


def _times_line(
    code: str, label: str, found: Times | None, *, count: str, threshold: int | None
) -> Line:
    few = threshold is not None and found is not None and found.number < threshold
    link = {"count": count, "filing": code} if count else None
    # How many is not published here: it would stand beside the same in other tables.
    number = [Cell(value=found.number if found else 0, link=link)] if threshold is None else []
    return Line(
        code=code,
        label=label,
        cells=(
            *number,
            Cell(value=found.median if found else None, hidden=few),
            Cell(value=found.ninetieth if found else None, hidden=few),
        ),
    )


def _exempt(counts: Counts, *, threshold: int | None) -> Table:
    values = {(band.value, "n"): counts.exempt.get(band, 0) for band in BANDS}
    rows = {band.value: band.label for band in BANDS}
    hidden: Collection[tuple[str, str]] = ()
    if threshold is not None:
        hidden = suppress(two_way(values, rows=list(rows), columns=["n"]), threshold=threshold)
    cells = [
        Line(
            code=code,
            label=label,
            cells=(
                Cell(
                    value=values[code, "n"],
                    hidden=(code, "n") in hidden,
                    link={"count": "exempt", "band": code} if threshold is None else None,
                ),
            ),
        )
        for code, label in rows.items()
    ]
    total = Cell(
        value=sum(values.values()),
        hidden=(TOTAL, "n") in hidden or (TOTAL, TOTAL) in hidden,
        link={"count": "exempt"} if threshold is None else None,
    )
    return Table(
        code="exempt",
        title="免除・猶予を受けている人(期間の最後の日)",
        first="区分",
        heads=("人数",),
        lines=(*cells, Line(code=TOTAL, label="合計", cells=(total,))),
        note="一人を一つの区分で数えます(産前産後・育児、法定、申請の順に先のもの)。",
    )


def _enquiries(waited: Sequence[Waited], *, threshold: int | None) -> Table:
    lines = []
    for urgency in Urgency:
        own = [each for each in waited if each.urgency is urgency]
        found = times(Counter(each.minutes for each in own))
        few = threshold is not None and len(own) < threshold
        line = _times_line(urgency.value, urgency.label, found, count="", threshold=threshold)
        in_time = 100 * sum(each.in_time for each in own) / len(own) if own else None
        share = Cell(value=None if in_time is None else round(in_time, 1), hidden=few and bool(own))
        lines.append(Line(code=line.code, label=line.label, cells=(*line.cells, share)))
    return Table(
        code="enquiries",
        title="本庁への照会の待ち時間",
        first="急ぎの度合い",
        heads=(
            *(("回答した件数",) if threshold is None else ()),
            "中央値(分)",
            "90%がこの分数まで",
            "目標内(%)",
        ),
        lines=tuple(lines),
        note="開庁時間だけを数えます。",
    )


def _two_way(
    code: str,
    title: str,
    values: Mapping[tuple[str, str], int],
    *,
    rows: Mapping[str, str],
    columns: Mapping[str, str],
    hidden: Collection[tuple[str, str]],
    link: tuple[str, str, str] | None,
    note: str = "",
) -> Table:
    def cell(row: str, column: str, value: int) -> Cell:
        return Cell(
            value=value,
            hidden=(row, column) in hidden,
            link=None if link is None else _link(link, row, column),
        )

    lines = []
    for row, label in {**rows, TOTAL: "合計"}.items():
        numbers = [
            sum(values.get((each, column), 0) for each in (rows if row == TOTAL else (row,)))
            for column in columns
        ]
        cells = [cell(row, column, n) for column, n in zip(columns, numbers, strict=True)]
        lines.append(Line(code=row, label=label, cells=(*cells, cell(row, TOTAL, sum(numbers)))))
    return Table(
        code=code,
        title=title,
        first="届出・申請",
        heads=(*columns.values(), "合計"),
        lines=tuple(lines),
        note=note,
    )


def _link(link: tuple[str, str, str], row: str, column: str) -> dict[str, str]:
    count, by_row, by_column = link
    found = {"count": count}
    if row != TOTAL:
        found[by_row] = row
    if column != TOTAL:
        found[by_column] = (column[2:] or MAIN_OFFICE) if column.startswith("b:") else column
    return found


def _filings(found: Iterable[str]) -> dict[str, str]:
    """Return the filings that occur, in the order of the catalogue."""
    given = set(found)
    known = {code: filing.name for code, filing in FILINGS.items() if code in given}
    return known | {code: code for code in sorted(given - known.keys())}
