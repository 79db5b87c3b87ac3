"""Nights that are killed, repeated and late end in the same register as undisturbed ones.

Three offices begin as copies of one. The first lives its nights undisturbed, each file once and in
order. In the second every start of `kokunen nightly` may be killed with `kill -9` at any statement,
commit or act on a file (now and then it is the server of the database that is killed), files come
again under other names or broken, and corrections some nights late. The third is the control, whose
ledger is committed apart from the effects. Then they are held against each other table by table;
`tables` says what is left out and why.

`make soak` lives a hundred nights and prints the figures.
"""

from __future__ import annotations

import json
import os
import pickle
import shutil
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import pytest

from kokunen.postgres import embedded
from tests.crash.tables import Held, Reader, differences

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.crash.tables import Tables

ROOT: Final = Path(__file__).parents[2]
USUAL, MOST = 5, 100
"""Nights in `make test` and in `make soak`."""
DRAW: Final = 20261121
LONGEST: Final = 120.0
"""Seconds for a night of all three offices at once, on a busy machine."""

pytestmark = [pytest.mark.drawn, pytest.mark.xdist_group("crash")]


@dataclass(frozen=True, slots=True)
class Office:
    """A run: what its nights said of themselves, and what the office holds at their end."""

    nights: list[dict[str, Any]]
    told: dict[str, Any]
    held: Held

    def __str__(self) -> str:
        """Say the figures."""
        return (
            f"{len(self.nights)} nights, {self.told['kills']} kills, {self.told['files']} files,"
            f" {self.told['records']} records, {len(self.told['late'])} people corrected late"
        )


def program(home: Path, *arguments: object) -> subprocess.Popen[str]:
    given = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith(("KOKUNEN_", "DATABASE_URL", "DJANGO_"))
    }
    command = [sys.executable, "-m", "tests.crash.nights", *map(str, arguments)]
    return subprocess.Popen(
        command,
        cwd=ROOT,
        env=given | {"KOKUNEN_HOME": str(home)},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )


@pytest.fixture(scope="module")
def offices(draws: int) -> Iterator[dict[str, Office]]:
    """The three offices after their nights; they live at the same time."""
    nights = min(MOST, USUAL * draws)
    modes = ("undisturbed", "disturbed", "apart")
    place = Path(tempfile.mkdtemp(prefix="kokunen-nights-"))
    running: dict[str, subprocess.Popen[str]] = {}
    try:
        # The server's user is another one where this is run by root, and has to reach its folder.
        place.chmod(0o711)
        seed = place / "seed"
        made = program(seed, "seed", 0, 0, place)
        said, _ = made.communicate(timeout=LONGEST)
        assert made.returncode == 0, said
        for mode in modes:
            (place / f"{mode}-out").mkdir()
            subprocess.run(["cp", "-a", seed, place / mode], check=True)
            running[mode] = program(place / mode, mode, nights, DRAW, place / f"{mode}-out")
        yield {mode: _office(running[mode], place / f"{mode}-out", nights) for mode in modes}
    finally:
        for mode, each in running.items():
            each.terminate()
            each.wait()
            with pytest.MonkeyPatch.context() as patch:
                patch.setenv("KOKUNEN_HOME", str(place / mode))
                patch.delenv("DATABASE_URL", raising=False)
                embedded.stop()
        shutil.rmtree(place, ignore_errors=True)


def _office(running: subprocess.Popen[str], out: Path, nights: int) -> Office:
    said, _ = running.communicate(timeout=LONGEST * nights)
    assert running.returncode == 0, said[-3000:]
    *each, told = [json.loads(line) for line in said.splitlines()]
    held = pickle.loads((out / "held.pickle").read_bytes())  # noqa: S301 - written by our program
    return Office(each, told, held)


def held(offices: dict[str, Office], mode: str) -> tuple[Tables, Tables]:
    """Return what the undisturbed office holds and what another one does."""
    late = set(offices[mode].told["late"])
    return (
        Reader(offices["undisturbed"].held, late).tables(),
        Reader(offices[mode].held, late).tables(),
    )


def report(what: str, office: Office, diverged: int) -> None:
    print(f"{what}: {office}, {diverged} rows diverged")  # noqa: T201 - the figures, shown with -rP


def test_disturbed_nights_end_in_the_same_register(offices: dict[str, Office]) -> None:
    office = offices["disturbed"]
    found = differences(*held(offices, "disturbed"))
    assert not found, {table: (left[:3], right[:3]) for table, (left, right) in found.items()}
    assert office.told["kills"] >= len(office.nights) / 2
    assert office.told["files"] > offices["undisturbed"].told["files"]
    assert office.told["late"]
    assert office.told["verified"]
    report("effects and ledger in one transaction", office, 0)


def test_every_kind_of_table_was_compared_with_something_in_it(offices: dict[str, Office]) -> None:
    tables, _ = held(offices, "disturbed")
    full = {table for table, rows in tables.items() if rows}
    assert {
        "audit_entry (writes)",
        "cases_case",
        "cases_step",
        "interchange_file",
        "interchange_record",
        "interchange_sent",
        "people_address",
        "people_entry",
        "people_income",
        "people_membership",
        "people_name",
        "people_register",
    } <= full
    outcomes = {
        row["outcome"] for row in offices["disturbed"].held.rows["interchange_record"].values()
    }
    assert {"applied", "nothing", "held", "refused"} <= outcomes


def test_the_control_whose_ledger_is_committed_apart_diverges(offices: dict[str, Office]) -> None:
    found = differences(*held(offices, "apart"))
    diverged = sum(len(left) + len(right) for left, right in found.values())
    report("ledger committed apart", offices["apart"], diverged)
    assert "interchange_record" in found
