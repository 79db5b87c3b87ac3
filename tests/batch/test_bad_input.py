"""What cannot be used is refused before anything is written, or set aside and never guessed."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

import polars as pl
import pytest

from kokunen.batch.assess import assess
from kokunen.batch.check import REASONS, UnableToUseRows
from kokunen.batch.engine import UnableToAssess
from kokunen.batch.output import UnableToWriteOutput
from kokunen.batch.tables import UnableToReadTable
from kokunen.dates.month import Month
from kokunen.rulekit.figures import NoValueInForce
from tests.batch.drawn import income, person, write

if TYPE_CHECKING:
    from pathlib import Path

    from tests.batch.drawn import Row

JULY = [Month(2026, 7)]

BAD: dict[str, tuple[list[Row], list[Row], str, int | None]] = {
    "null_value": ([person(2, birth_date=None)], [], "people", 2),
    "null_value_flag": ([person(2, student=None)], [], "people", 2),
    "null_value_number": ([person(2) | {"person_id": None}], [], "people", None),
    "own_spouse": ([person(2, spouse_id=2)], [], "people", 2),
    "duplicate_person": ([person(2), person(2)], [], "people", 2),
    "unknown_spouse": ([person(2, spouse_id=9)], [], "people", 2),
    "unknown_spouse_in_a_gap": ([person(3, spouse_id=2)], [], "people", 3),
    "unknown_head": ([person(2, head_id=0)], [], "people", 2),
    "negative_amount": ([person(2)], [income(2, total=-1)], "incomes", 2),
    "negative_amount_deduction": ([person(2)], [income(2, medical=-1)], "incomes", 2),
    "negative_amount_count": ([person(2)], [income(2, elderly=-1)], "incomes", 2),
    "negative_amount_other_year": ([person(2)], [income(2, 1999, total=-1)], "incomes", 2),
    "amount_too_large": ([person(2)], [income(2, total=10**11 + 1)], "incomes", 2),
    "amount_too_large_count": ([person(2)], [income(2, general=100)], "incomes", 2),
    "unknown_word": ([person(2)], [income(2, disabled="much")], "incomes", 2),
    "null_value_word": ([person(2)], [income(2, disabled=None)], "incomes", 2),
    "null_value_year": ([person(2)], [income(2) | {"income_year": None}], "incomes", 2),
    "duplicate_income": ([person(2)], [income(2), income(2, total=5)], "incomes", 2),
    "duplicate_income_other_year": ([person(2)], [income(2, 1999)] * 2, "incomes", 2),
}


def reason_of(name: str) -> str:
    return next(reason for reason in REASONS if name.startswith(reason))


@pytest.mark.parametrize("name", BAD)
def test_a_bad_row_is_refused_by_name_and_nothing_is_written(name: str, tmp_path: Path) -> None:
    people, incomes, table, number = BAD[name]
    tables = write(tmp_path, [person(1), *people], [income(1), *incomes])
    with pytest.raises(UnableToUseRows) as refused:
        assess(*tables, months=JULY, out=tmp_path / "out.parquet")
    assert [row[:2] for row in refused.value.rows] == [(table, number)]
    assert refused.value.rows[0].reason == reason_of(name)
    assert f"{table} の person_id {number}" in refused.value.message
    assert sorted(path.name for path in tmp_path.iterdir()) == ["incomes.parquet", "people.parquet"]


@pytest.mark.parametrize("name", BAD)
def test_a_bad_row_is_set_aside_and_the_others_go_on(name: str, tmp_path: Path) -> None:
    people, incomes, table, number = BAD[name]
    tables = write(tmp_path, [person(1), *people], [income(1), *incomes])
    aside = tmp_path / "aside.parquet"

    summary = assess(*tables, months=JULY, out=tmp_path / "out.parquet", quarantine=aside)

    assert summary.set_aside == 1
    listed = pl.read_parquet(aside)
    assert listed.columns == ["table", "person_id", "income_year", "reason"]
    assert [(row[0], row[1], row[3]) for row in listed.rows()] == [(table, number, reason_of(name))]
    found = pl.read_parquet(tmp_path / "out.parquet")
    assert found.rows()[0] == (1, "2026-07", "full", "insured", "income_within_limit")
    if table == "people":
        assert found.height == 1
    else:
        assert found.rows()[1:] == [(2, "2026-07", "undecidable", "insured", "unknown_fact")]


def test_the_first_five_bad_rows_are_named(tmp_path: Path) -> None:
    numbers = range(1, 9)
    tables = write(
        tmp_path, [person(n) for n in numbers], [income(n, total=-n) for n in reversed(numbers)]
    )
    with pytest.raises(UnableToUseRows) as refused:
        assess(*tables, months=JULY, out=tmp_path / "out.parquet")
    assert [row.person_id for row in refused.value.rows] == [1, 2, 3, 4, 5]
    assert "など" in refused.value.message


@pytest.mark.parametrize("role", ["spouse_id", "head_id"])
def test_whoever_depends_on_a_row_set_aside_cannot_be_decided(role: str, tmp_path: Path) -> None:
    people = [
        person(1, **{role: 2}),
        person(2, birth_date=None, other_assistance=True),
        person(3, **{role: 4}),
        person(4),
        person(5, **{role: 2}),
    ]
    incomes = [income(1), income(2), income(3), income(4, total=-1), income(5, total=9_000_000)]
    tables = write(tmp_path, people, incomes)
    aside = tmp_path / "aside.parquet"
    assess(*tables, months=JULY, out=tmp_path / "out.parquet", quarantine=aside)
    found = {row[0]: row[2:] for row in pl.read_parquet(tmp_path / "out.parquet").rows()}
    unknown = ("undecidable", role.removesuffix("_id"), "unknown_fact")
    assert found == {
        1: unknown,
        3: unknown,
        4: ("undecidable", "insured", "unknown_fact"),
        5: ("none", "insured", "over_one_quarter_limit"),  # nobody else could change that
    }


def test_clean_tables_leave_an_empty_quarantine(tmp_path: Path) -> None:
    tables = write(tmp_path, [person(1)], [income(1)])
    aside = tmp_path / "aside.parquet"
    summary = assess(*tables, months=JULY, out=tmp_path / "out.parquet", quarantine=aside)
    assert summary == (1, 1, 0, 0)
    assert pl.read_parquet(aside).is_empty()


def test_incomes_of_nobody_are_counted_and_change_nothing(tmp_path: Path) -> None:
    tables = write(
        tmp_path, [person(1), person(3)], [income(n, total=n) for n in (-(10**15), 1, 2, 3, 4)][1:]
    )
    summary = assess(*tables, months=JULY, out=tmp_path / "out.parquet")
    assert summary == (2, 2, 0, 2)


def test_incomes_of_nobody_must_not_be_given_twice_either(tmp_path: Path) -> None:
    tables = write(tmp_path, [person(1)], [income(1), income(5), income(5)])
    with pytest.raises(UnableToUseRows, match="person_id 5 の2025年"):
        assess(*tables, months=JULY, out=tmp_path / "out.parquet")


@pytest.mark.parametrize("people", [[], [person(1, insured=False)]])
def test_nobody_to_assess_gives_an_empty_table(people: list[Row], tmp_path: Path) -> None:
    tables = write(tmp_path, people, [])
    summary = assess(*tables, months=JULY, out=tmp_path / "out.parquet")
    assert summary == (len(people), 0, 0, 0)
    assert pl.read_parquet(tmp_path / "out.parquet").schema == {
        "person_id": pl.Int64,
        **dict.fromkeys(("month", "band", "decided_by", "reason"), pl.String),
    }


@pytest.mark.parametrize("table", ["people", "incomes"])
@pytest.mark.parametrize(
    ("change", "word"),
    [
        (pl.exclude("person_id"), "person_id"),
        ([pl.col("person_id").cast(pl.Int32), pl.exclude("person_id")], "person_id"),
        (pl.all().cast(pl.String), "person_id"),
        (pl.all().name.prefix("x_"), "person_id"),
    ],
)
def test_another_table_is_refused(
    table: str, change: pl.Expr | list[pl.Expr], word: str, tmp_path: Path
) -> None:
    tables = write(tmp_path, [person(1)], [income(1)])
    path = tables[table == "incomes"]
    pl.read_parquet(path).select(change).write_parquet(path)
    with pytest.raises(UnableToReadTable) as refused:
        assess(*tables, months=JULY, out=tmp_path / "out.parquet")
    assert refused.value.field == word
    assert table in refused.value.message
    assert not (tmp_path / "out.parquet").exists()


def test_a_file_that_is_no_parquet_file_is_refused(tmp_path: Path) -> None:
    people, incomes = write(tmp_path, [person(1)], [income(1)])
    incomes.write_text("person_id\n1\n")
    with pytest.raises(UnableToReadTable, match="Parquet"):
        assess(people, incomes, months=JULY, out=tmp_path / "out.parquet")
    with pytest.raises(UnableToReadTable, match="Parquet"):
        assess(people, tmp_path / "nothing", months=JULY, out=tmp_path / "out.parquet")


def test_an_input_is_never_written_over(tmp_path: Path) -> None:
    people, incomes = write(tmp_path, [person(1)], [income(1)])
    before = people.read_bytes(), incomes.read_bytes()
    link = tmp_path / "link.parquet"
    link.symlink_to(incomes)
    out = tmp_path / "out.parquet"
    for wrong in (people, incomes, link, tmp_path / "no" / "out.parquet", tmp_path):
        with pytest.raises(UnableToWriteOutput):
            assess(people, incomes, months=JULY, out=wrong)
        with pytest.raises(UnableToWriteOutput):
            assess(people, incomes, months=JULY, out=out, quarantine=wrong)
    with pytest.raises(UnableToWriteOutput):
        assess(people, incomes, months=JULY, out=out, quarantine=out)
    assert (people.read_bytes(), incomes.read_bytes()) == before


def test_what_was_asked_must_be_possible(tmp_path: Path) -> None:
    tables = write(tmp_path, [person(1)], [income(1)])
    out = tmp_path / "out.parquet"
    with pytest.raises(UnableToAssess, match="エンジン"):
        assess(*tables, months=JULY, out=out, engine="abacus")
    with pytest.raises(UnableToAssess, match="月"):
        assess(*tables, months=[], out=out)
    with pytest.raises(NoValueInForce):
        assess(*tables, months=[Month(2006, 6)], out=out)
    assert not out.exists()


def test_months_are_given_once_and_in_their_order(tmp_path: Path) -> None:
    born = date(1966, 8, 2)  # 60 on 1 August 2026: July is the last month
    tables = write(tmp_path, [person(1, birth_date=born)], [income(1), income(1, 2024, total=None)])
    out = tmp_path / "out.parquet"
    months = [Month(2026, 8), Month(2026, 6), Month(2026, 7), Month(2026, 6)]
    assert assess(*tables, months=months, out=out).written == 3
    assert pl.read_parquet(out).rows() == [
        (1, "2026-06", "undecidable", "insured", "unknown_fact"),
        (1, "2026-07", "full", "insured", "income_within_limit"),
        (1, "2026-08", None, None, "not_aged_20_to_59"),
    ]
