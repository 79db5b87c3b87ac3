"""Spark gives the same file as Polars."""

from __future__ import annotations

import random
from typing import TYPE_CHECKING

import polars as pl
import pytest

from kokunen.batch.assess import assess
from kokunen.batch.check import UnableToUseRows
from kokunen.batch.tables import UnableToReadTable
from kokunen.dates.month import Month
from tests.batch.drawn import draw, income, person, write

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

pytestmark = pytest.mark.spark

MONTHS = [Month(2026, 5), Month(2026, 7)]


@pytest.fixture(scope="module", autouse=True)
def spark() -> Iterator[None]:
    """One Spark for all these tests: starting it takes seconds."""
    from kokunen.batch.with_spark import session

    with session():
        yield


def test_the_same_hundred_thousand_people_get_the_same_file(tmp_path: Path) -> None:
    people, incomes = draw(random.Random(20261121), size=100_000, years=(2024, 2025))
    tables = write(tmp_path, people, incomes)
    outs = {engine: tmp_path / f"{engine}.parquet" for engine in ("polars", "spark")}

    sums = {
        engine: assess(*tables, months=MONTHS, out=out, engine=engine)
        for engine, out in outs.items()
    }

    frames = {engine: pl.read_parquet(out) for engine, out in outs.items()}
    assert frames["polars"].height > 150_000
    assert frames["spark"].equals(frames["polars"])
    assert frames["spark"].schema == frames["polars"].schema
    assert sums["spark"] == sums["polars"]


def test_both_set_the_same_rows_aside(tmp_path: Path) -> None:
    people, incomes = draw(random.Random(5), size=2_000, years=(2024, 2025))
    people[10]["birth_date"] = None
    people[20]["spouse_id"] = 10**9
    people[30]["head_id"] = -1
    people[40]["person_id"] = None
    people.append(people[50])
    incomes[10]["total"] = -1
    incomes[20]["disabled"] = None
    incomes += [incomes[30], income(10**7)]
    tables = write(tmp_path, people, incomes)
    found = {}
    for engine in ("polars", "spark"):
        out, aside = tmp_path / f"{engine}.parquet", tmp_path / f"{engine}.aside.parquet"
        summary = assess(*tables, months=MONTHS[:1], out=out, engine=engine, quarantine=aside)
        assert summary.set_aside > 8
        rows = pl.read_parquet(out).sort("month", "person_id").rows()
        with pytest.raises(UnableToUseRows) as refused:
            assess(*tables, months=MONTHS[:1], out=tmp_path / "no.parquet", engine=engine)
        listed = sorted(pl.read_parquet(aside).rows(), key=str)
        found[engine] = (rows, listed, summary, refused.value.message)
    assert found["spark"] == found["polars"]
    assert not (tmp_path / "no.parquet").exists()


def test_a_table_of_another_kind_is_refused(tmp_path: Path) -> None:
    people, incomes = write(tmp_path, [person(1)], [income(1)])
    pl.read_parquet(people).drop("student").write_parquet(people)
    incomes.write_text("no table")
    for first, second in ((people, people), (incomes, incomes)):
        with pytest.raises(UnableToReadTable):
            assess(first, second, months=MONTHS, out=tmp_path / "out.parquet", engine="spark")
