"""Drawing of people and incomes for the batch: small households crowded at the limits."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any

import polars as pl

from kokunen.law.exemption.rules import DEDUCTIONS

if TYPE_CHECKING:
    import random
    from collections.abc import Sequence
    from pathlib import Path

Row = dict[str, Any]

PEOPLE = {
    "person_id": pl.Int64,
    "birth_date": pl.Date,
    "spouse_id": pl.Int64,
    "head_id": pl.Int64,
    "insured": pl.Boolean,
    "student": pl.Boolean,
    "other_assistance": pl.Boolean,
    "special_disability_benefit": pl.Boolean,
    "disaster_loss": pl.Boolean,
    "separated_by_violence": pl.Boolean,
    "left_job_on": pl.Date,
}
INCOMES = {
    "person_id": pl.Int64,
    "income_year": pl.Int32,
    "total": pl.Int64,
    "general": pl.Int32,
    "elderly": pl.Int32,
    "specified": pl.Int32,
    **dict.fromkeys(DEDUCTIONS, pl.Int64),
    "disabled": pl.String,
    "widow": pl.Boolean,
    "single_parent": pl.Boolean,
    "working_student": pl.Boolean,
}
# Limits with no dependants and no deductions, before and after July 2021.
EDGES = (570_000, 670_000, 780_000, 880_000, 1_180_000, 1_250_000, 1_280_000, 1_350_000, 1_580_000)


def person(number: int, **facts: object) -> Row:
    """Give a single insured person of thirty with nothing special, changed by ``facts``."""
    row: Row = dict.fromkeys(PEOPLE, False) | {
        "person_id": number,
        "birth_date": dt.date(1996, 5, 2),
        "spouse_id": None,
        "head_id": None,
        "insured": True,
        "left_job_on": None,
    }
    return row | facts


def income(number: int, year: int = 2025, total: int | None = 0, **facts: object) -> Row:
    """Give an income with no dependants and no deductions, changed by ``facts``."""
    row: Row = dict.fromkeys(INCOMES, 0) | dict.fromkeys(
        ("widow", "single_parent", "working_student"), False
    )
    row |= {"person_id": number, "income_year": year, "total": total, "disabled": "none"}
    return row | facts


def write(folder: Path, people: Sequence[Row], incomes: Sequence[Row]) -> tuple[Path, Path]:
    """Write both tables as Parquet files."""
    paths = folder / "people.parquet", folder / "incomes.parquet"
    pl.DataFrame(people, schema=PEOPLE).write_parquet(paths[0])
    pl.DataFrame(incomes, schema=INCOMES).write_parquet(paths[1])
    return paths


def draw(
    rng: random.Random, *, size: int, years: Sequence[int], step: int = 1
) -> tuple[list[Row], list[Row]]:
    """Draw so many people and their incomes; ``step`` leaves holes between the numbers."""
    numbers = [7 + step * place for place in range(size)]
    people = [_person(rng, number) for number in numbers]
    for one in people:
        if rng.random() < 0.6:
            others = [other for other in rng.sample(numbers, 2) if other != one["person_id"]]
            one["spouse_id"] = rng.choice(others)
        if rng.random() < 0.6:
            one["head_id"] = rng.choice(numbers)
    incomes = [
        _income(rng, number, year) for number in numbers for year in years if rng.random() > 0.04
    ]
    return people, incomes


def _person(rng: random.Random, number: int) -> Row:
    months = rng.choice((19 * 12, 20 * 12, 30 * 12, 50 * 12, 60 * 12, rng.randint(228, 732)))
    first = 2024 * 12 + rng.randint(0, 35) - months
    birth = dt.date(first // 12, first % 12 + 1, rng.choice((1, 1, 2, 2, 15, 28)))
    left = dt.date(2023, 6, 1) + dt.timedelta(days=rng.randint(0, 1200))
    left = rng.choice((left, dt.date(left.year, 12, 31), dt.date(left.year, 12, 30)))
    return person(
        number,
        birth_date=birth,
        insured=rng.random() < 0.8,
        student=rng.random() < 0.15,
        other_assistance=rng.random() < 0.02,
        special_disability_benefit=rng.random() < 0.02,
        disaster_loss=rng.random() < 0.02,
        separated_by_violence=rng.random() < 0.1,
        left_job_on=left if rng.random() < 0.1 else None,
    )


def _income(rng: random.Random, number: int, year: int) -> Row:
    facts: Row = {}
    if rng.random() < 0.4:
        kind = rng.choice(("general", "elderly", "specified"))
        facts[kind] = rng.randint(0, 2)
    if rng.random() < 0.4:
        facts[rng.choice(tuple(DEDUCTIONS))] = rng.choice((1, 100_000, rng.randint(0, 600_000)))
    for flag in ("widow", "single_parent", "working_student"):
        facts[flag] = rng.random() < 0.08
    facts["disabled"] = rng.choice(("none",) * 6 + ("ordinary", "special"))
    more = 380_000 * facts.get("general", 0) + 480_000 * facts.get("elderly", 0)
    more += sum(facts.get(name, 0) for name in DEDUCTIONS)
    more += {"none": 0, "ordinary": 270_000, "special": 400_000}[facts["disabled"]]
    heads = sum(facts.get(kind, 0) for kind in ("general", "elderly", "specified"))
    edge = rng.choice(EDGES)
    total = edge + rng.choice((more, more, 0, 350_000 * heads)) + rng.choice((-1, 0, 0, 1))
    total = rng.choice((total, total, total, rng.randint(0, 3_000_000), 0))
    return income(number, year, None if rng.random() < 0.05 else total, **facts)
