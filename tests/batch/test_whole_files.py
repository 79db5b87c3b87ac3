"""A run that does not come to its end leaves no file, and an older one as it was."""

from __future__ import annotations

import signal
import subprocess
import sys
import time
from typing import TYPE_CHECKING

import pytest

from kokunen.batch.assess import assess
from kokunen.dates.month import Month
from tests.batch.drawn import income, person, write

if TYPE_CHECKING:
    from pathlib import Path

SLOW = """
import sys, time
from pathlib import Path
from kokunen.batch.assess import assess
from kokunen.dates.month import Month

def progress(stage, done):
    if stage == "assess":
        print("writing", flush=True)
        time.sleep(1)

folder = Path(sys.argv[1])
months = list(Month.range(Month(2025, 7), Month(2027, 6)))
assess(folder / "people.parquet", folder / "incomes.parquet", months=months,
       out=folder / "out.parquet", quarantine=folder / "aside.parquet", progress=progress)
"""


def tables(folder: Path) -> tuple[Path, Path]:
    return write(folder, [person(1)], [income(1)])


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_an_interrupted_run_leaves_nothing(number: signal.Signals, tmp_path: Path) -> None:
    tables(tmp_path)
    before = sorted(tmp_path.iterdir())
    with subprocess.Popen(
        [sys.executable, "-c", SLOW, str(tmp_path)], stdout=subprocess.PIPE, stderr=subprocess.PIPE
    ) as running:
        assert running.stdout is not None
        assert running.stdout.readline() == b"writing\n"
        assert len(list(tmp_path.iterdir())) > len(before)  # it is writing beside
        asked = time.perf_counter()
        running.send_signal(number)
        running.communicate(timeout=20)
    assert time.perf_counter() - asked < 10  # not the 24 months to the end
    assert running.returncode not in (0, None)
    assert sorted(tmp_path.iterdir()) == before


def test_a_failure_in_the_midst_keeps_the_older_file(tmp_path: Path) -> None:
    out = tmp_path / "out.parquet"
    out.write_text("of yesterday")

    def fail(stage: str, _done: int, /) -> None:
        if stage == "assess":
            raise RuntimeError(stage)

    with pytest.raises(RuntimeError, match="assess"):
        assess(*tables(tmp_path), months=[Month(2026, 7)], out=out, progress=fail)
    assert out.read_text() == "of yesterday"
    assert len(list(tmp_path.iterdir())) == 3


def test_progress_tells_every_stage(tmp_path: Path) -> None:
    heard: list[tuple[str, int]] = []
    assess(
        *tables(tmp_path),
        months=[Month(2026, 7), Month(2026, 8)],
        out=tmp_path / "out.parquet",
        progress=lambda stage, done, /: heard.append((stage, done)),
    )
    assert heard == [("people", 1), ("incomes", 1), ("assess", 1), ("assess", 2)]
