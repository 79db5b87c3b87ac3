"""Draws people and incomes, seeded: households of one to three, incomes crowded at the limits.

Everything is invented. The same size and seed give the same files. About 3 % of the incomes are
not known: half of them have no row, half a row without a total.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import polars as pl

if TYPE_CHECKING:
    from pathlib import Path

Array = Any
"""An array of numpy, or its generator of random numbers."""

SEED = 20261121
INCOME_YEAR = 2025
_CHUNK = 1_000_000
_EDGES = np.array([670_000, 880_000, 1_020_000, 1_280_000, 1_350_000, 1_370_000, 1_680_000])
_FIRST_ID = 1
_EPOCH = np.datetime64("1970-01-01", "D")

# Kinds of household: alone; a couple; a couple with a grown child; a parent with a grown child.
_SIZES = np.array([1, 2, 3, 2])
_SHARES = [0.40, 0.28, 0.18, 0.14]


def draw(folder: Path, millions: int) -> tuple[Path, Path]:
    """Write people and incomes for so many million people, unless they are there already."""
    people, incomes = folder / f"people-{millions}.parquet", folder / f"incomes-{millions}.parquet"
    if people.exists() and incomes.exists():
        return people, incomes
    folder.mkdir(parents=True, exist_ok=True)
    parts = []
    for chunk in range(millions * 1_000_000 // _CHUNK):
        drawn = chunk_of(seed=SEED + chunk, first_id=_FIRST_ID + chunk * _CHUNK, size=_CHUNK)
        parts.append([folder / f"{path.stem}.{chunk}.part" for path in (people, incomes)])
        for frame, part in zip(drawn, parts[-1], strict=True):
            frame.write_parquet(part)
    for place, path in enumerate((people, incomes)):
        chunks = [part[place] for part in parts]
        pl.scan_parquet(chunks).sink_parquet(path.with_suffix(".tmp"))
        path.with_suffix(".tmp").rename(path)
        for part in chunks:
            part.unlink()
    return people, incomes


def chunk_of(*, seed: int, first_id: int, size: int) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Return so many people, whole households, and their incomes."""
    rng = np.random.default_rng(seed)
    kind = rng.choice(len(_SIZES), size=size, p=_SHARES)
    kind = np.repeat(kind, _SIZES[kind])[:size]
    # The repeat leaves runs of one household side by side; its first row is its head.
    first = np.empty(size, dtype=np.int64)
    place = np.empty(size, dtype=np.int64)
    _walk(kind, first, place)
    whole = first + _SIZES[kind] <= size
    kind = np.where(whole, kind, 0)
    first = np.where(whole, first, np.arange(size))
    place = np.where(whole, place, 0)
    return _people(rng, kind, place, first, first_id), _incomes(rng, size, first_id)


def _walk(kind: Array, first: Array, place: Array) -> None:
    starts = np.empty(len(kind), dtype=bool)
    edges = np.flatnonzero(np.diff(kind)) + 1
    bounds = np.concatenate(([0], edges, [len(kind)]))
    run = np.repeat(bounds[:-1], np.diff(bounds))
    place[:] = (np.arange(len(kind)) - run) % _SIZES[kind]
    starts[:] = place == 0
    first[:] = np.arange(len(kind)) - place


def _people(rng: Array, kind: Array, place: Array, first: Array, first_id: int) -> pl.DataFrame:
    size = len(kind)
    row = np.arange(size)
    child = ((kind == 2) & (place == 2)) | ((kind == 3) & (place == 1))
    parent = (kind >= 2) & ~child
    age = np.where(child, rng.integers(18, 36, size), rng.integers(20, 66, size))
    age = np.where(parent, rng.integers(44, 68, size), age)
    coupled = ((kind == 1) | (kind == 2)) & (place < 2)
    spouse = np.where(place == 0, row + 1, row - 1)
    birth = (np.datetime64("2026-07-01", "D") - _EPOCH).astype(np.int64)
    birth = birth - age * 36525 // 100 - rng.integers(0, 366, size)
    left = (np.datetime64("2026-07-31", "D") - _EPOCH).astype(np.int64)
    left = left - rng.integers(0, 1200, size)

    def chance(share: float) -> Array:
        return rng.random(size) < share

    return pl.DataFrame(
        {
            "person_id": row + first_id,
            "birth_date": pl.Series(birth.astype(np.int32)).cast(pl.Date),
            "spouse_id": _or_null(spouse + first_id, coupled),
            "head_id": _or_null(first + first_id, place > 0),
            "insured": np.where((age >= 20) & (age < 60), chance(0.8), chance(0.02)),
            "student": child & (age < 27) & chance(0.4),
            "other_assistance": chance(0.01),
            "special_disability_benefit": chance(0.002),
            "disaster_loss": chance(0.003),
            "separated_by_violence": coupled & chance(0.01),
            "left_job_on": _or_null(left.astype(np.int32), chance(0.05)).cast(pl.Date),
        }
    )


def _incomes(rng: Array, size: int, first_id: int) -> pl.DataFrame:
    kind = rng.random(size)
    total = np.exp(rng.normal(14.3, 0.7, size)).astype(np.int64)
    near = rng.choice(_EDGES, size) + rng.integers(-1, 2, size)
    total = np.where(kind < 0.25, 0, np.where(kind < 0.45, near, total))
    total = np.where(kind > 0.97, rng.integers(300_000, 900_000, size), total)

    def chance(share: float) -> Array:
        return rng.random(size) < share

    def yen(share: float, most: int) -> Array:
        return np.where(chance(share), rng.integers(0, most, size), 0)

    frame = pl.DataFrame(
        {
            "person_id": np.arange(size) + first_id,
            "income_year": np.full(size, INCOME_YEAR, dtype=np.int32),
            "total": _or_null(total, rng.random(size) >= 0.015),
            "general": np.where(chance(0.3), rng.integers(1, 4, size), 0).astype(np.int32),
            "elderly": chance(0.05).astype(np.int32),
            "specified": chance(0.06).astype(np.int32),
            "casualty": yen(0.005, 500_000),
            "medical": yen(0.08, 300_000),
            "social_insurance": yen(0.8, 500_000),
            "small_enterprise_mutual_aid": yen(0.05, 800_000),
            "spouse_special": yen(0.05, 380_000),
            "specified_relative_special": yen(0.02, 630_000),
            "disabled": pl.Series(
                rng.choice(np.array([0, 1, 2]), size, p=[0.96, 0.03, 0.01])
            ).replace_strict({0: "none", 1: "ordinary", 2: "special"}, return_dtype=pl.String),
            "widow": chance(0.01),
            "single_parent": chance(0.04),
            "working_student": chance(0.01),
        }
    )
    return frame.filter(pl.Series(rng.random(size) >= 0.015))


def _or_null(values: Array, known: Array) -> pl.Series:
    return pl.Series(values).set(pl.Series(~known), None)
