"""`kokunen assess`, as an analyst types it."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from typing import TYPE_CHECKING

import polars as pl

from kokunen.cli import main
from tests.batch.drawn import income, person, write

if TYPE_CHECKING:
    from pathlib import Path

    import pytest


def test_a_register_is_assessed_for_the_months_named(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    people, incomes = write(
        tmp_path,
        [person(1, spouse_id=2), person(2, insured=False), person(3)],
        [income(1, total=670_000), income(2, total=670_001)],
    )
    out = tmp_path / "out.parquet"
    months = ["--month", "2026-08", "--month", "2026-07"]
    assert main(["assess", str(people), str(incomes), *months, "--out", str(out)]) == 0
    assert pl.read_parquet(out).rows() == [
        (1, "2026-07", "three_quarters", "spouse", "over_deferral_limit"),
        (3, "2026-07", "undecidable", "insured", "unknown_fact"),
        (1, "2026-08", "three_quarters", "spouse", "over_deferral_limit"),
        (3, "2026-08", "undecidable", "insured", "unknown_fact"),
    ]
    assert "4行を書きました" in capsys.readouterr().out


def test_a_bad_row_is_named_and_nothing_is_written(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    people, incomes = write(tmp_path, [person(1, spouse_id=77)], [income(1)])
    out, aside = tmp_path / "out.parquet", tmp_path / "aside.parquet"
    command = ["assess", str(people), str(incomes), "--month", "2026-07", "--out", str(out)]
    assert main(command) == 2
    err = capsys.readouterr().err
    assert "1" in err
    assert "--quarantine" in err
    assert not out.exists()
    assert main([*command, "--quarantine", str(aside)]) == 0
    assert pl.read_parquet(out).is_empty()
    assert pl.read_parquet(aside)["person_id"].to_list() == [1]


def test_a_month_that_cannot_be_read_or_has_no_figures_is_refused(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    people, incomes = write(tmp_path, [person(1)], [income(1)])
    out = tmp_path / "out.parquet"
    for month, says in (("2026-7", "YYYY-MM"), ("2006-06", "2006-07から")):
        command = ["assess", str(people), str(incomes), "--month", month, "--out", str(out)]
        assert main(command) == 2
        assert says in capsys.readouterr().err
        assert not out.exists()


def test_an_interrupted_run_leaves_the_older_output_as_it_was(tmp_path: Path) -> None:
    people = [person(number) for number in range(200_000)]
    tables = write(tmp_path, people, [income(number) for number in range(200_000)])
    out = tmp_path / "out.parquet"
    out.write_bytes(b"older")
    months = [f"--month=20{year}-{month:02d}" for year in (23, 24, 25) for month in range(1, 13)]
    command = [sys.executable, "-m", "kokunen", "assess", *map(str, tables), *months]
    with subprocess.Popen(
        [*command, "--out", str(out)], stdout=subprocess.DEVNULL, stderr=subprocess.PIPE
    ) as running:
        while running.poll() is None and len(list(tmp_path.iterdir())) < 4:
            time.sleep(0.01)  # until something unfinished stands beside the output
        os.kill(running.pid, signal.SIGINT)
        assert running.stderr is not None
        assert b"Traceback" not in running.stderr.read()
    assert running.returncode == 130
    assert out.read_bytes() == b"older"
    assert sorted(path.name for path in tmp_path.iterdir()) == [
        "incomes.parquet",
        "out.parquet",
        "people.parquet",
    ]
