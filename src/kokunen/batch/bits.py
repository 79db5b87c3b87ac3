"""Each row as a small number: which lines of law its person passes, surely or possibly.

The tests of the law are read from `PASSES`. A line that looks at income alone is evaluated on the
income row, one that looks at the person alone on the person's row; so what a person passes is known
without a join, and whoever applies only looks it up.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache, reduce
from typing import TYPE_CHECKING, Final

import narwhals as nw

from kokunen.batch.tables import COUNTS, DISABLED, YEAR_FLAGS
from kokunen.law.exemption.facts import FLAGS, UNKNOWN_INCOME
from kokunen.law.exemption.rules import BANDS, DEDUCTIONS, PASSES
from kokunen.law.exemption.standing import Standing
from kokunen.law.figures import FIGURES
from kokunen.rulekit.columns import Columns
from kokunen.rulekit.explain import Program
from kokunen.rulekit.tree import AnyOf, Fact, Figure, Flag, InForce, Line, Node, lines_of, parts_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from kokunen.dates.month import Month

ABSENT: Final = 0xFFFF
"""The income bits of a person without an income row in the year: nothing is known."""
UNUSABLE: Final = 0xFFFE
"""The income bits of a row that breaks a rule of the table."""
UNDECLARED: Final = 0xFFFD
"""The income bits of a row without a total."""
PERSON_SHIFT: Final = 16
"""In a code the person's bits stand above the income bits."""

_INCOME_FACTS: Final = frozenset(UNKNOWN_INCOME)
_JOB_FACTS: Final = ("left_job", "months_since_job_loss", "years_since_job_loss")
_PERSON_FACTS: Final = frozenset({*FLAGS, *_JOB_FACTS})


def _nodes(node: Node) -> Iterator[Node]:
    yield node
    for part in parts_of(node):
        yield from _nodes(part)


def _facts(line: Line) -> set[str]:
    return {node.name for node in _nodes(line) if isinstance(node, Fact | Flag)}


def _split() -> tuple[tuple[Line, ...], tuple[Line, ...]]:
    """Return the lines that look at income alone, and those that look at the person alone."""
    lines: dict[int, Line] = {}
    for band in BANDS:
        rule = PASSES[band]
        if not isinstance(rule, AnyOf) or not all(isinstance(part, Line) for part in rule.parts):
            message = f"the test of {band} is not one of several lines"
            raise TypeError(message)
        lines |= {id(line): line for line in lines_of(rule)}
    income = tuple(line for line in lines.values() if _facts(line) <= _INCOME_FACTS)
    person = tuple(line for line in lines.values() if _facts(line) <= _PERSON_FACTS)
    if len(income) + len(person) != len(lines):
        message = "a line looks at income and person together"
        raise TypeError(message)
    return income, person


INCOME_LINES, PERSON_LINES = _split()
UNKNOWN_PERSON: Final = 1 << len(PERSON_LINES)
"""The person's bits of someone whose row is set aside: nothing about them is known."""
PERSON_CODES: Final = UNKNOWN_PERSON + 1


def same_figures(month: Month) -> tuple[object, ...]:
    """Return what the lines on income take from the law in a month; equal: they decide alike."""
    tables = {
        node.table
        for line in INCOME_LINES
        for node in _nodes(line)
        if isinstance(node, Figure | InForce)
    }
    return tuple(FIGURES.on(table, month).amount for table in sorted(tables))


def with_income_facts(incomes: nw.LazyFrame) -> nw.LazyFrame:  # type: ignore[type-arg] # any engine
    """Add the facts of an income row that the table does not hold under their own name."""
    return incomes.with_columns(
        **{f"disabled_{kind}": nw.col("disabled") == kind for kind in DISABLED[1:]}
    )


def income_bits(month: Month) -> nw.Expr:
    """Return the bits of an income row for the figures of a month: one for each income line.

    A row without a total is `UNDECLARED`. It stands as a year of which nothing is known does:
    without a total the income line of every band may be met, whatever else the row says.
    """
    known = frozenset(
        {"total", *COUNTS, *DEDUCTIONS, *YEAR_FLAGS, *(f"disabled_{kind}" for kind in DISABLED[1:])}
    )
    columns = Columns(figures=FIGURES, month=month, known=known)
    held = _bits([columns.truth(line).sure for line in INCOME_LINES])
    unknown = nw.lit(UNDECLARED, dtype=nw.Int32)
    return nw.when(nw.col("total").is_null()).then(unknown).otherwise(held.cast(nw.Int32))


def with_person_facts(
    people: nw.LazyFrame,  # type: ignore[type-arg] # any engine
    *,
    month: Month,
    income_year: int,
) -> nw.LazyFrame:  # type: ignore[type-arg] # any engine
    """Add the loss of a job as the rules name it; the job is lost the day after the last day."""
    lost = nw.col("left_job_on").dt.offset_by("1d")
    year, of_year = lost.dt.year().cast(nw.Int64), lost.dt.month().cast(nw.Int64)
    months = nw.lit(month.year * 12 + month.month, dtype=nw.Int64) - (year * 12 + of_year)
    years = nw.lit(income_year + 1, dtype=nw.Int64) - year
    return people.with_columns(
        left_job=~nw.col("left_job_on").is_null(),
        months_since_job_loss=months.fill_null(0),
        years_since_job_loss=years.fill_null(0),
    )


def person_bits(month: Month) -> nw.Expr:
    """Return the bits of a person's row in a month: one for each line about the person."""
    columns = Columns(figures=FIGURES, month=month, known=_PERSON_FACTS)
    return _bits([columns.truth(line).sure for line in PERSON_LINES])


def _bits(sides: Sequence[nw.Expr]) -> nw.Expr:
    flags = [side.cast(nw.Int16) * (1 << place) for place, side in enumerate(sides)]
    return reduce(lambda one, other: one + other, flags)


@dataclass(frozen=True, slots=True)
class Passed:
    """What one person passes: per band, and by which line (None: no line is sure)."""

    standing: Standing
    routes: tuple[str | None, ...]


@cache
def _unknown_income(month: Month) -> list[tuple[bool, bool]]:
    program = Program(INCOME_LINES, figures=FIGURES, month=month)
    return program.pairs(program.run(UNKNOWN_INCOME))


def passed(code: int, *, month: Month) -> Passed:
    """Read a code: income bits, and the person's bits above them."""
    person = code >> PERSON_SHIFT
    if person == UNKNOWN_PERSON:
        return Passed(Standing(((False, True),) * len(BANDS)), (None,) * len(BANDS))
    income = code & ABSENT
    by_income = (
        _unknown_income(month)
        if income in (ABSENT, UNDECLARED)
        else [(bool(income >> place & 1),) * 2 for place in range(len(INCOME_LINES))]
    )
    pairs = {id(line): pair for line, pair in zip(INCOME_LINES, by_income, strict=True)}
    for place, line in enumerate(PERSON_LINES):
        held = bool(person >> place & 1)
        pairs[id(line)] = (held, held)
    passes, routes = [], []
    for band in BANDS:
        lines = lines_of(PASSES[band])
        held_by = [pairs[id(line)] for line in lines]
        passes.append((any(one for one, _ in held_by), any(one for _, one in held_by)))
        routes.append(next((line.code for line in lines if pairs[id(line)][0]), None))
    return Passed(Standing(tuple(passes)), tuple(routes))
