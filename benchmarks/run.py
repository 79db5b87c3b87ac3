"""Measure this project beside a peer and hand-written queries; print tables in Markdown.

    python benchmarks/run.py [--data DIR] [--runs N] [SIZE …]      (sizes in million people)

Sizes may also stand in the environment variable SIZES: `make bench SIZES="1 10"`. Every engine runs
in a process of its own; a round runs them in turn, and the median of the rounds is printed, so that
the ratios are of the same minutes. At the smallest size the answers are compared row by row.
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
import subprocess
import sys
from pathlib import Path
from typing import Final

import polars as pl
from people import draw

ENGINES: Final = {
    "ours": "Kokunen",
    "openfisca_arrays": "openfisca-core, arrays in memory, bands only",
    "hand_polars": "hand-written Polars",
    "hand_duckdb": "hand-written DuckDB",
}
HERE: Final = Path(__file__).parent
Measured = dict[str, list[dict[str, float]]]


def measure(engine: str, data: Path, size: int) -> dict[str, float]:
    """Run one engine on one size in a process of its own."""
    tables = [str(data / f"{name}-{size}.parquet") for name in ("people", "incomes")]
    done = subprocess.run(
        [sys.executable, str(HERE / f"{engine}.py"), *tables, str(_out(engine, data))],
        stdout=subprocess.PIPE,
        check=True,
    )
    found: dict[str, float] = json.loads(done.stdout.splitlines()[-1])
    return found


def _out(engine: str, data: Path) -> Path:
    return data / f"out-{engine}.parquet"


def compare(data: Path, size: int) -> list[str]:
    """Compare the answers of all engines, row by row; raise `SystemExit` where they differ."""
    mine = pl.read_parquet(_out("ours", data)).sort("person_id")
    said = []
    for engine in ("hand_polars", "hand_duckdb"):
        theirs = pl.read_parquet(_out(engine, data)).sort("person_id")
        if not theirs.select(mine.columns).equals(mine):
            sys.exit(f"{engine} and this project differ")
        said.append(f"{ENGINES[engine]}: all {mine.height:,} rows equal in every column")
    people = pl.read_parquet(data / f"people-{size}.parquet")
    known = pl.read_parquet(data / f"incomes-{size}.parquet").drop_nulls("total")["person_id"]
    roles = [pl.col(name) for name in ("person_id", "spouse_id", "head_id")]
    all_known = pl.all_horizontal(role.is_null() | role.is_in(known.implode()) for role in roles)
    comparable = people.filter("insured", all_known).select("person_id")
    theirs = pl.read_parquet(_out("openfisca_arrays", data)).rename({"band": "theirs"})
    both = mine.join(comparable, on="person_id").join(theirs, on="person_id")
    if both.height != comparable.height or not both["band"].equals(both["theirs"]):
        sys.exit("openfisca-core and this project differ where all incomes are known")
    return [*said, f"openfisca-core: all {both.height:,} bands equal where every income is known"]


def table(measured: dict[int, Measured]) -> list[str]:
    """Return the table of all sizes; ratios are to this project, above 1 where it is better."""
    lines = [
        "| million people | engine | s | peak MB | million people/s | time ÷ ours | MB ÷ ours |",
        "|---:|---|---:|---:|---:|---:|---:|",
    ]
    for size, engines in measured.items():
        middle = {
            engine: {
                key: statistics.median(run[key] for run in runs) for key in ("seconds", "megabytes")
            }
            for engine, runs in engines.items()
        }
        for engine, one in middle.items():
            mine = middle["ours"]
            lines.append(
                f"| {size} | {ENGINES[engine]} | {one['seconds']:.2f} | {one['megabytes']:,.0f} "
                f"| {size / one['seconds']:.2f} | {one['seconds'] / mine['seconds']:.2f} "
                f"| {one['megabytes'] / mine['megabytes']:.2f} |"
            )
    return lines


def latencies() -> list[str]:
    """Return the table of one person."""
    done = subprocess.run(
        [sys.executable, str(HERE / "one_person.py")], stdout=subprocess.PIPE, check=True
    )
    found = json.loads(done.stdout.splitlines()[-1])
    if found["answer"] is None:
        sys.exit("openfisca-core and this project differ about the one person")
    mine = found["ours"]
    lines = ["| one person, p50 | time | ÷ ours |", "|---|---:|---:|"]
    lines.append(f"| Kokunen, whole rule with its full explanation | {mine:.0f} µs | 1.0 |")
    lines += [
        f"| openfisca-core, {key} | {found[key]:,.0f} µs | {found[key] / mine:.1f} |"
        for key in ("untraced", "traced")
    ]
    if found["command"] is None:
        lines.append("| `kokunen law`, one line, start included | no answer | |")
    else:
        lines.append(
            f"| `kokunen law`, one line, start included | {found['command'] / 1000:,.0f} ms | |"
        )
    return lines


def main() -> None:
    """Draw, measure, compare, print."""
    usual = os.environ.get("SIZES", "1 5 10 20").split()
    parser = argparse.ArgumentParser()
    parser.add_argument("sizes", nargs="*", type=int, default=[int(size) for size in usual])
    parser.add_argument("--data", type=Path, default=Path("build/bench"))
    parser.add_argument("--runs", type=int, default=3)
    asked = parser.parse_args()
    measured: dict[int, Measured] = {}
    said: list[str] = []
    for size in sorted(set(asked.sizes)):
        draw(asked.data, size)
        measured[size] = {engine: [] for engine in ENGINES}
        for _ in range(asked.runs):
            for engine in ENGINES:
                measured[size][engine].append(measure(engine, asked.data, size))
                last = measured[size][engine][-1]
                print(f"{size} M {engine}: {last['seconds']:.2f} s", file=sys.stderr)
        said = said or [f"{size} M: {line}" for line in compare(asked.data, size)]
    print("\n".join([*table(measured), "", *(f"- {line}" for line in said), "", *latencies()]))


if __name__ == "__main__":
    main()
