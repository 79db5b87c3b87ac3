"""openfisca-core on arrays that are in memory already; only the calculation is timed."""

from __future__ import annotations

import sys
import time
from pathlib import Path

import numpy as np
import polars as pl
from measured import report
from openfisca_rule import BANDS, MONTH_ASKED, simulation

if __name__ == "__main__":
    people, incomes, out = (Path(name) for name in sys.argv[1:4])
    built, (ids, insured) = simulation(people, incomes)
    start = time.perf_counter()
    band = built.calculate("band", MONTH_ASKED)
    seconds = time.perf_counter() - start
    names = np.array([*BANDS, None], dtype=object)
    found = pl.DataFrame(
        {"person_id": ids[insured], "band": pl.Series(names[band[insured]], dtype=pl.String)}
    )
    report(seconds=seconds)
    found.write_parquet(out)
