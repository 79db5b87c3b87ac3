"""This project: Parquet to Parquet, the whole rule, validation, unknowns and reasons."""

from __future__ import annotations

from measured import measured

import kokunen.batch.with_polars  # noqa: F401 - the engine, loaded before the clock starts
from kokunen.batch.assess import assess
from kokunen.dates.month import Month

if __name__ == "__main__":
    with measured() as (people, incomes, out):
        assess(people, incomes, months=[Month(2026, 7)], out=out)
