"""The batch and the one-person path give the same answer for everyone."""

from __future__ import annotations

import random
from datetime import date
from typing import TYPE_CHECKING

import polars as pl
import pytest

from kokunen.batch.assess import assess
from kokunen.dates.month import Month
from kokunen.law.exemption.assess import assess_month, open_by_age
from kokunen.law.exemption.facts import Application, Income, Person, age_months
from kokunen.law.exemption.rules import DEDUCTIONS
from tests.batch.drawn import draw, write

if TYPE_CHECKING:
    from pathlib import Path

    from tests.batch.drawn import Row

MONTHS = [Month(2021, 5), Month(2021, 7), Month(2026, 5), Month(2026, 7), Month(2027, 1)]
YEARS = (2019, 2020, 2024, 2025)


def one_by_one(
    people: list[Row], incomes: list[Row], months: list[Month]
) -> list[tuple[object, ...]]:
    """Assess as the counter does: one application after the other."""
    of: dict[int, dict[int, Income | None]] = {row["person_id"]: {} for row in people}
    for row in incomes:
        of[row["person_id"]][row["income_year"]] = Income(
            row["total"],
            general=row["general"],
            elderly=row["elderly"],
            specified=row["specified"],
            deductions={name: row[name] for name in DEDUCTIONS},
            disabled=row["disabled"],
            widow=row["widow"],
            single_parent=row["single_parent"],
            working_student=row["working_student"],
        )
    persons = {
        row["person_id"]: Person(
            of[row["person_id"]],
            other_assistance=row["other_assistance"],
            special_disability_benefit=row["special_disability_benefit"],
            disaster_loss=row["disaster_loss"],
            left_job_on=row["left_job_on"],
        )
        for row in people
    }
    return [
        (row["person_id"], str(month), *_one(row, persons, month))
        for month in months
        for row in people
        if row["insured"]
    ]


def _one(row: Row, persons: dict[int, Person], month: Month) -> tuple[object, ...]:
    age = age_months(birth_date=row["birth_date"], month=month)
    if not open_by_age(age=age, month=month)[1]:
        return (None, None, "not_aged_20_to_59")
    application = Application(
        applied_on=date(2027, 2, 1),
        first=month,
        last=month,
        birth_date=row["birth_date"],
        insured=persons[row["person_id"]],
        spouse=persons.get(row["spouse_id"]),
        head=persons.get(row["head_id"]),
        student=row["student"],
        separated_by_violence=row["separated_by_violence"],
    )
    decision = assess_month(application, month).decision
    return (decision.band, decision.decided_by, decision.reason)


@pytest.mark.drawn
@pytest.mark.parametrize(("step", "shuffled"), [(1, False), (3, True), (10**12, True)])
def test_the_batch_decides_as_the_counter_does(
    tmp_path: Path, draws: int, step: int, *, shuffled: bool
) -> None:
    rng = random.Random(20261121 + step)
    people, incomes = draw(rng, size=1_200 * draws, years=YEARS, step=step)
    if shuffled:
        rng.shuffle(people)
        rng.shuffle(incomes)
    tables = write(tmp_path, people, incomes)

    summary = assess(*tables, months=MONTHS, out=tmp_path / "out.parquet")

    found = pl.read_parquet(tmp_path / "out.parquet")
    assert found.rows() == one_by_one(people, incomes, MONTHS)
    assert summary == (len(people), found.height, 0, 0)
    assert found["band"].n_unique() == 9  # six bands, none, undecidable, and not of the age
    assert found["reason"].n_unique() >= 12
