"""One case at a time and whole frames: the two interpreters must never differ."""

from __future__ import annotations

import random
from functools import cache
from typing import TYPE_CHECKING, Any

import narwhals as nw
import polars as pl
import pytest

from kokunen.dates.month import Month
from kokunen.law.exemption.rules import (
    BAND,
    BANDS,
    DEDUCTIONS,
    DEFERRAL_OPEN,
    OF_INSURABLE_AGE,
    PASSES,
    TESTED,
)
from kokunen.law.figures import FIGURES
from kokunen.rulekit import columns, steps
from kokunen.rulekit.columns import Columns
from kokunen.rulekit.explain import Program
from kokunen.rulekit.tree import AllOf, AnyOf, AtMost, Below, Figure, Largest, Smallest, parts_of
from tests.properties.faults import OffByOne
from tests.properties.trees import FACTS, FLAGS, OUTCOMES, draw_choice
from tests.rulekit.examples import IN_2020, IN_2021, INVENTED

if TYPE_CHECKING:
    from collections.abc import Sequence

    from kokunen.rulekit.figures import Figures
    from kokunen.rulekit.tree import FirstMatch, Node, Statement

MONTHS = (
    Month(2006, 7), Month(2016, 6), Month(2016, 7), Month(2021, 3), Month(2021, 4),
    Month(2021, 6), Month(2021, 7), Month(2026, 7), Month(2028, 3), Month(2030, 7),
)  # fmt: skip
ROWS = 45_000
"""Of each month, with unknown facts and again without: 900,000 persons in all."""
CHOICE_ROWS = 60_000
AGE_ROWS = 2_000
TREES = 400
TREE_ROWS = 100

# Limits with their dependants and the deductions: small pools, so that both sides often meet.
TOTALS = [
    step + rest
    for step in (
        0, 570_000, 670_000, 780_000, 880_000, 920_000, 1_020_000, 1_180_000, 1_250_000,
        1_280_000, 1_350_000, 1_580_000, 1_680_000,
    )
    for more in (0, 270_000, 350_000, 380_000, 400_000, 480_000, 630_000)
    for rest in (more - 1, more, more + 1)
]  # fmt: skip
POOLS: dict[str, list[int]] = {
    "total": TOTALS,
    "general": [0, 0, 0, 1, 2],
    "elderly": [0, 0, 0, 0, 1],
    "specified": [0, 0, 0, 0, 1],
    **{name: [0] * 12 + [1, 270_000] for name in DEDUCTIONS},
    "disabled_ordinary": [0] * 11 + [1],
    "disabled_special": [0] * 11 + [1],
    "widow": [0] * 11 + [1],
    "single_parent": [0] * 7 + [1],
    "working_student": [0] * 7 + [1],
    "months_since_job_loss": [-2, -1, 0, 1, 30],
    "years_since_job_loss": [-1, 0, 1, 2, 3],
}
PERSON_FLAGS = ("other_assistance", "special_disability_benefit", "disaster_loss", "left_job")
PERSON_RULES = tuple(PASSES[band] for band in BANDS)


def drawn_column(
    rng: random.Random, pool: Sequence[int | bool], *, rows: int, unknown: float
) -> list[int | bool | None]:
    drawn: list[int | bool | None] = list(rng.choices(pool, k=rows))
    for at in range(rows):
        if rng.random() < unknown:
            drawn[at] = None
    return drawn


def people(seed: str, *, rows: int, unknown: float) -> pl.DataFrame:
    rng = random.Random(seed)
    found: dict[str, list[int | bool | None]] = {}
    for name, pool in POOLS.items():
        share = unknown * (4 if name == "total" else 1)
        found[name] = drawn_column(rng, pool, rows=rows, unknown=share)
    for name in PERSON_FLAGS:
        found[name] = drawn_column(rng, [False] * 9 + [True], rows=rows, unknown=unknown)
    return pl.DataFrame(found, schema_overrides=types(found))


def types(found: dict[str, list[int | bool | None]]) -> dict[str, Any]:
    return {
        name: pl.Boolean if any(isinstance(value, bool) for value in values) else pl.Int64
        for name, values in found.items()
    }


def by_explain(
    rules: Sequence[Statement], frame: pl.DataFrame, *, figures: Figures, month: Month
) -> list[tuple[bool, ...]]:
    program = Program(rules, figures=figures, month=month)
    run, pairs = program.run, program.pairs
    return [
        tuple([side for pair in pairs(run(row)) for side in pair])
        for row in frame.iter_rows(named=True)
    ]


def by_columns(
    rules: Sequence[Statement],
    frame: pl.DataFrame,
    *,
    figures: Figures,
    month: Month,
    known: bool = False,
) -> list[tuple[bool, ...]]:
    names = frozenset(frame.columns) if known else frozenset[str]()
    made = Columns(figures=figures, month=month, known=names)
    # A rule of figures alone makes a single row; the row's number makes it a column.
    sides = [nw.col("row")]
    for at, rule in enumerate(rules):
        truth = made.truth(rule)
        sides += [truth.sure.alias(f"{at} sure"), truth.possible.alias(f"{at} possible")]
    numbered = nw.from_native(frame.with_row_index("row"))
    return [tuple(row[1:]) for row in numbered.select(*sides).rows()]


def choice_by_explain(
    choice: FirstMatch, frame: pl.DataFrame, codes: Sequence[str], *, figures: Figures, month: Month
) -> list[int]:
    program = Program([case.when for case in choice.cases], figures=figures, month=month)
    outcomes = [program.outcome(choice, program.run(row)) for row in frame.iter_rows(named=True)]
    return [-1 if outcome is None else codes.index(outcome) for outcome in outcomes]


def choice_by_columns(
    choice: FirstMatch,
    frame: pl.DataFrame,
    codes: Sequence[str],
    *,
    figures: Figures,
    month: Month,
    known: bool = False,
) -> list[int]:
    names = frozenset(frame.columns) if known else frozenset[str]()
    made = Columns(figures=figures, month=month, known=names).outcome(choice, codes)
    numbered = nw.from_native(frame.with_row_index("row"))
    return [row[1] for row in numbered.select(nw.col("row"), made.alias("place")).rows()]


# ------------------------------------------------------------------------- the rules of the law


def test_at_least_a_million_sets_of_facts_are_compared() -> None:
    persons = 2 * ROWS * len(MONTHS)
    ages = 2 * AGE_ROWS * len(MONTHS)
    assert persons + ages + 2 * CHOICE_ROWS + TREES * TREE_ROWS >= 1_000_000


@pytest.mark.drawn
@pytest.mark.parametrize("known", [False, True])
@pytest.mark.parametrize("month", MONTHS, ids=str)
def test_what_a_person_passes(month: Month, known: bool, draws: int) -> None:  # noqa: FBT001 - both kinds of frame
    for again in range(draws):
        unknown = 0.0 if known else 0.02
        frame = people(f"{month} {known} {again}", rows=ROWS, unknown=unknown)
        one = by_explain(PERSON_RULES, frame, figures=FIGURES, month=month)
        other = by_columns(PERSON_RULES, frame, figures=FIGURES, month=month, known=known)
        assert len(one) == ROWS
        assert one == other
        # Not vacuous: every band is passed by some and failed by some, and open for some.
        for at in range(0, 2 * len(BANDS), 2):
            states = {row[at : at + 2] for row in one}
            assert states == {(True, True), (False, False)} | (set() if known else {(False, True)})


@pytest.mark.drawn
@pytest.mark.parametrize("known", [False, True])
def test_who_is_of_the_age(known: bool) -> None:  # noqa: FBT001 - both kinds of frame
    ages: list[int | None] = [*range(AGE_ROWS)]
    if not known:
        ages[-1] = None
    frame = pl.DataFrame({"age_months": ages}, schema={"age_months": pl.Int64})
    rules = (DEFERRAL_OPEN, OF_INSURABLE_AGE)
    for month in MONTHS:
        one = by_explain(rules, frame, figures=FIGURES, month=month)
        assert one == by_columns(rules, frame, figures=FIGURES, month=month, known=known)
        assert [age for age, row in enumerate(one) if row[2]] == list(range(240, 720))


def situations(seed: str, *, rows: int, unknown: float) -> pl.DataFrame:
    rng = random.Random(seed)
    names = [f"{role}.{band}" for role in TESTED["full"] for band in BANDS]
    shares = dict.fromkeys(names, 0.6) | {f"examined.{band}": 0.8 for band in BANDS}
    shares |= {"student": 0.2, "separated_by_violence": 0.2}
    found: dict[str, list[int | bool | None]] = {}
    for name, share in shares.items():
        pool = [True] * round(share * 10) + [False] * round(10 - share * 10)
        found[name] = drawn_column(rng, pool, rows=rows, unknown=unknown)
    return pl.DataFrame(found, schema_overrides=types(found))


@pytest.mark.drawn
@pytest.mark.parametrize("known", [False, True])
def test_which_band_is_granted(known: bool, draws: int) -> None:  # noqa: FBT001 - both kinds of frame
    codes = (*BANDS, "none")
    frame = situations(f"band {known}", rows=CHOICE_ROWS * draws, unknown=0.0 if known else 0.03)
    month = Month(2026, 7)
    one = choice_by_explain(BAND, frame, codes, figures=FIGURES, month=month)
    assert one == choice_by_columns(BAND, frame, codes, figures=FIGURES, month=month, known=known)
    assert set(one) == {*range(len(codes))} | (set() if known else {-1})


# --------------------------------------------------------------- trees over the whole vocabulary


def tree_facts(rng: random.Random, *, rows: int, unknown: float) -> pl.DataFrame:
    found: dict[str, list[int | bool | None]] = {}
    for fact in FACTS:
        found[fact.name] = drawn_column(rng, range(-2, 5), rows=rows, unknown=unknown)
    for flag in FLAGS:
        found[flag.name] = drawn_column(rng, [False, True], rows=rows, unknown=unknown)
    schema: dict[str, Any] = dict.fromkeys((fact.name for fact in FACTS), pl.Int64)
    return pl.DataFrame(found, schema=schema | dict.fromkeys("pqr", pl.Boolean))


def disagreements(*, trees: int, seed: str, columns_figures: Figures = INVENTED) -> int:
    """Count the rows of drawn trees on which the interpreters differ."""
    rng = random.Random(seed)
    found = 0
    for at in range(trees):
        choice = draw_choice(rng)
        known = at % 4 == 0
        frame = tree_facts(rng, rows=TREE_ROWS, unknown=0.0 if known else 0.25)
        month = (IN_2020, IN_2021)[at % 2]
        rules = [case.when for case in choice.cases]
        one = by_explain(rules, frame, figures=INVENTED, month=month)
        other = by_columns(rules, frame, figures=columns_figures, month=month, known=known)
        places = choice_by_explain(choice, frame, OUTCOMES, figures=INVENTED, month=month)
        their = choice_by_columns(
            choice, frame, OUTCOMES, figures=columns_figures, month=month, known=known
        )
        found += sum(
            mine != theirs
            for mine, theirs in zip(
                zip(one, places, strict=True), zip(other, their, strict=True), strict=True
            )
        )
    return found


@pytest.mark.drawn
@pytest.mark.parametrize("half", [0, 1])
def test_any_tree(half: int, draws: int) -> None:
    assert disagreements(trees=TREES // 2 * draws, seed=f"trees {half}") == 0


# ---------------------------------------------------------------------- planted faults are found


@pytest.mark.parametrize(
    ("kind", "instead"),
    [
        (AtMost, Below),
        (Below, AtMost),
        (AllOf, AnyOf),
        (AnyOf, AllOf),
        (Largest, Smallest),
        (Smallest, Largest),
    ],
)
def test_a_fault_in_explain_is_found(
    kind: type, instead: type, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(steps.MAKERS, kind, steps.MAKERS[instead])
    assert disagreements(trees=60, seed="faults") > 0


@pytest.mark.parametrize(
    ("kind", "instead"),
    [
        ("AtMost", "Below"),
        ("AllOf", "AnyOf"),
        ("Largest", "Smallest"),
    ],
)
def test_a_fault_in_columns_is_found(
    kind: str, instead: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    one, other = getattr(columns, kind), getattr(columns, instead)
    monkeypatch.setattr(columns, kind, other)
    monkeypatch.setattr(columns, instead, one)
    assert disagreements(trees=60, seed="faults") > 0


def test_without_a_fault_there_is_no_difference() -> None:
    assert disagreements(trees=60, seed="faults") == 0


def test_a_figure_off_by_one_is_found_in_any_tree() -> None:
    wrong = OffByOne(INVENTED, "invented.small")
    assert disagreements(trees=60, seed="faults", columns_figures=wrong) > 0


def figures_in(node: Node) -> set[str]:
    if isinstance(node, Figure):
        return {node.table}
    return set().union(*(figures_in(part) for part in parts_of(node)))


@cache
def faultless() -> tuple[pl.DataFrame, list[tuple[bool, ...]]]:
    frame = people("faults", rows=20_000, unknown=0.02)
    return frame, by_explain(PERSON_RULES, frame, figures=FIGURES, month=Month(2026, 7))


@pytest.mark.parametrize("table", sorted(set().union(*map(figures_in, PERSON_RULES))))
def test_a_figure_off_by_one_is_found_in_the_law(table: str) -> None:
    frame, right = faultless()
    month = Month(2026, 7)
    assert by_columns(PERSON_RULES, frame, figures=FIGURES, month=month) == right
    wrong = by_columns(PERSON_RULES, frame, figures=OffByOne(FIGURES, table), month=month)
    assert wrong != right


# ------------------------------------------------------------------------------------------ Spark


@pytest.mark.spark
def test_spark_answers_as_explain_does() -> None:
    from pyspark.sql import SparkSession

    month = Month(2026, 7)
    frame = people("spark", rows=2_000, unknown=0.03)
    expected = by_explain(PERSON_RULES, frame, figures=FIGURES, month=month)
    names = [*frame.columns, "row"]
    schema = ", ".join(
        f"`{name}` {'boolean' if dtype == pl.Boolean else 'bigint'}"
        for name, dtype in (*frame.schema.items(), ("row", pl.Int64()))
    )
    rows = [(*row, at) for at, row in enumerate(frame.iter_rows())]
    builder = SparkSession.builder.master("local[1]").config("spark.ui.enabled", "false")
    builder = builder.config("spark.driver.bindAddress", "127.0.0.1")
    session = builder.config("spark.driver.host", "127.0.0.1").getOrCreate()
    try:
        native = session.createDataFrame(rows, schema)
        assert native.columns == names
        made = Columns(figures=FIGURES, month=month, known=frozenset())
        sides = [nw.col("row")]
        for at, rule in enumerate(PERSON_RULES):
            truth = made.truth(rule)
            sides += [truth.sure.alias(f"s{at}"), truth.possible.alias(f"p{at}")]
        found = nw.from_native(native).select(*sides).to_native().collect()
        assert [tuple(row)[1:] for row in sorted(found)] == expected
    finally:
        session.stop()
