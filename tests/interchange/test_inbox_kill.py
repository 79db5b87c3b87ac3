"""kill -9 while a file is applied: nothing is lost, nothing happens twice.

Beside it a control whose ledger is committed apart from the effects, which must do something twice
under the same kills: a crash test without a failing control proves nothing.
"""

from __future__ import annotations

import subprocess
import sys
import time
from pathlib import Path
from random import Random
from typing import TYPE_CHECKING, Final
from uuid import uuid4

import pytest
from django.db import connection

from kokunen.interchange import folders, layout, lifecycle, models
from kokunen.interchange.domain import FileState, Phase
from kokunen.interchange.inbox import operations
from tests.interchange.exchange import LOOSE, NUMBERED, all_marks, content, detail, keys

if TYPE_CHECKING:
    from kokunen.audit.domain import Occasion
    from tests.office import Database

ROOT: Final = Path(__file__).parents[2]
RECORDS: Final = 600
KILLS: Final = 4
MOST: Final = 6
ENOUGH: Final = 30
"""Kills of the control: on a busy machine some come before its first record, others hit no gap."""
PATIENCE: Final = 120


def begun(database: Database, occasion: Occasion, *arguments: str) -> subprocess.Popen[str]:
    """Start the program, and return when it begins with its work."""
    connection.ensure_connection()  # so that no program is alone with the server, and stops it
    act, *rest = arguments
    command = [sys.executable, "-m", "tests.interchange.worker", act, str(layout.FOLDER)]
    program = subprocess.Popen(
        [*command, occasion.at.isoformat(), *rest],
        cwd=ROOT,
        env=database.environment(),
        stdout=subprocess.PIPE,
        text=True,
    )
    assert program.stdout is not None
    assert program.stdout.readline() == "ready\n"
    return program


def kill(program: subprocess.Popen[str], after: float) -> bool:
    """Kill it after so many seconds; tell whether it had come to its end before."""
    time.sleep(after)
    program.kill()
    said, _ = program.communicate(timeout=PATIENCE)
    return "done" in said


def finish(program: subprocess.Popen[str]) -> None:
    said, _ = program.communicate(timeout=PATIENCE)
    assert "done" in said


def taken(occasion: Occasion, start: int) -> int:
    path = folders.incoming(LOOSE) / f"{uuid4()}"
    path.write_bytes(content(keys(RECORDS, start)))
    return operations.receive(layout=LOOSE, path=path, occasion=occasion)


def test_kills_lose_nothing_and_do_nothing_twice(exchange: Database, occasion: Occasion) -> None:
    file, draw = taken(occasion, 1), Random(5)
    killed = 0
    for _ in range(KILLS):
        killed += not kill(begun(exchange, occasion, "apply", str(file)), draw.uniform(0.03, 0.35))
        assert len(all_marks()) == models.Record.objects.filter(file=file).count()
    finish(begun(exchange, occasion, "apply", str(file)))
    assert killed
    assert set(all_marks().values()) == {1}
    assert len(all_marks()) == models.Record.objects.filter(file=file).count() == RECORDS
    assert lifecycle.state(file) is FileState.APPLIED


def test_the_control_whose_ledger_is_committed_apart_does_something_twice(
    exchange: Database, occasion: Occasion
) -> None:
    file, draw = taken(occasion, 1), Random(5)
    for _ in range(ENOUGH):
        if kill(begun(exchange, occasion, "apart", str(file)), draw.uniform(0.05, 0.4)):
            file = taken(occasion, 1 + len(all_marks()))
        if any(times > 1 for times in all_marks().values()):
            return
    pytest.fail("no kill made the control diverge")


def test_a_night_that_is_killed_ends_as_one_that_is_not(
    exchange: Database, occasion: Occasion
) -> None:
    _drop_a_night(exchange)
    draw, killed = Random(7), 0
    while not kill(begun(exchange, occasion, "night"), draw.uniform(0.02, 0.6)):
        killed += 1
        if killed == MOST:
            break
    assert killed
    finish(begun(exchange, occasion, "night"))
    assert set(all_marks().values()) == {1}
    assert sorted(all_marks()) == sorted(
        [f"K{number:06d}" for number in range(1, 2 * RECORDS // 3 + 1)] + ["C1", "C2"]
    )
    files = models.File.objects.order_by("layout", "name", "pk")
    assert [(file.name, lifecycle.state(file.pk)) for file in files] == [
        ("again.csv", FileState.REFUSED),
        ("loose.csv", FileState.APPLIED),
        ("1-second.csv", FileState.APPLIED),
        ("2-first.csv", FileState.APPLIED),
    ]
    assert folders.waiting(LOOSE) == folders.waiting(NUMBERED) == ()
    assert [path.name for path in folders.refused(LOOSE).iterdir()] == ["again.csv"]
    assert set(models.RunPhase.objects.values_list("phase", flat=True)) == set(Phase)
    assert models.Run.objects.count() == 1


def _drop_a_night(exchange: Database) -> None:
    with exchange.owner() as owner:
        owner.execute("INSERT INTO access_department VALUES ('PENSION', '国民年金課', 'pension')")
    third = RECORDS // 3
    loose = content([detail("C2", needs="C1"), *keys(third)])
    put = {
        (LOOSE, "loose.csv"): loose,
        (LOOSE, "again.csv"): loose[:-3],
        (NUMBERED, "2-first.csv"): content(keys(third, third + 1), layout=NUMBERED, sequence=8),
        (NUMBERED, "1-second.csv"): content([detail("C1")], layout=NUMBERED, sequence=9),
    }
    for (code, name), made in put.items():
        (folders.incoming(code) / name).write_bytes(made)
