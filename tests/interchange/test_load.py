"""The whole register, once: nothing of a wrong file, everybody of a right one, also after kills."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING

import pytest

from kokunen.access.domain import Field
from kokunen.cli import UNUSABLE, main
from kokunen.interchange import lifecycle, loading, models
from kokunen.interchange.codec import framing
from kokunen.interchange.domain import UnableToHandleFile, UnableToReceiveFile
from kokunen.people import search
from kokunen.postgres.roles import Role
from tests.interchange.residents import Inbox, change, loaded, standing, write_load
from tests.people.register import register

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from kokunen.audit.domain import Occasion
    from tests.office import Database

PEOPLE = 60
EVERYBODY = range(900_000, 900_000 + PEOPLE)
TABLES = ("person", "entry", "search_key", "name", "identity", "register", "membership", "address")


@pytest.fixture
def owner(
    database: Database, occasion: Occasion, settings_of_office: Callable[..., None]
) -> Iterator[Occasion]:
    settings_of_office(municipality_code="999990")
    with database.django_as(Role.OWNER):
        yield replace(occasion, staff=None, staff_number="kokunen exchange load")


def people() -> list[dict[str, object]]:
    return [loaded(number) for number in range(PEOPLE)]


def counts(database: Database) -> dict[str, int]:
    with database.owner() as owner:
        found = {
            table: owner.execute(f"SELECT count(*) FROM people_{table}").fetchone()  # noqa: S608 - names of our own
            for table in TABLES
        }
        found["audit"] = owner.execute(
            "SELECT count(DISTINCT person) * 10000 + count(*) FROM audit_entry"
            " WHERE operation = 'interchange.resident_load'"
        ).fetchone()
    return {table: row[0] for table, row in found.items() if row}


def test_everybody_is_registered_once_and_found(
    owner: Occasion, database: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(loading, "CHUNK", 7)
    path = write_load(tmp_path / "load.csv", people())
    told: list[tuple[int, int]] = []
    done = loading.load(path=path, occasion=owner, tell=lambda *how: told.append(how))
    assert (done.people, done.total, told[0], told[-1]) == (60, 60, (7, 60), (60, 60))
    there = standing(EVERYBODY)
    assert (len(there["name"]), len(there["identity"])) == (60, 60)
    # Whoever has left is in no household.
    assert len(there["membership"]) == 59
    assert {row[1:3] + row[-1:] for row in there["register"] if row[0] == 900_049} == {
        ("japanese", "moved_in", "{[2015-04-01,2024-04-01)}"),
        ("japanese", "", "{[2024-04-01,)}"),
    }
    before = counts(database)
    assert before["audit"] == 60 * 10000 + 60
    # Again, under another name: the same load, which is done.
    again = loading.load(path=path.rename(tmp_path / "other.csv"), occasion=owner)
    assert (again.file, counts(database)) == (done.file, before)
    with database.django_as(Role.WEB):
        clerk = replace(owner, staff=101, staff_number="K00101")
        hits = search.find(text="架空3 𠮷子3", occasion=clerk, sees=frozenset(Field))
    assert [hit.number for hit in hits] == [900_003]


def test_a_change_goes_on_from_the_load(
    owner: Occasion, database: Database, tmp_path: Path
) -> None:
    loading.load(path=write_load(tmp_path / "load.csv", people()), occasion=owner)
    with database.django_as(Role.BATCH):
        moved = change("move_within", 900_003, date(2026, 11, 1), town="新町")
        (effect,) = Inbox(occasion=owner).take(moved)
    assert effect.outcome.value == "applied"
    residences = [row for row in standing([900_003])["address"] if row[1] == "residence"]
    assert {row[6]: row[-1] for row in residences} == {
        "見本町": "{[2018-04-01,2026-11-01)}",
        "新町": "{[2026-11-01,)}",
    }


def test_a_register_with_other_people_is_left_alone(
    owner: Occasion, database: Database, tmp_path: Path
) -> None:
    register(4001, replace(owner, purpose="consultation"))
    path = write_load(tmp_path / "load.csv", people())
    with pytest.raises(UnableToHandleFile):
        loading.load(path=path, occasion=owner)
    assert counts(database)["person"] == 1
    assert models.File.objects.count() == 0


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"name": None}, "name"),
        ({"household": 700_000, "head": True}, "head"),
        ({"person": 900_040}, "person"),
        ({"arrived_on": date(2025, 1, 1), "removed_on": date(2024, 1, 1)}, "arrived_on"),
    ],
)
def test_nothing_of_a_wrong_file_is_loaded(
    owner: Occasion, database: Database, tmp_path: Path, wrong: dict[str, object], field: str
) -> None:
    records = people()
    records[41] |= wrong
    with pytest.raises(UnableToReceiveFile) as refused:
        loading.load(path=write_load(tmp_path / "load.csv", records), occasion=owner)
    assert refused.value.field == field
    assert "架空" not in refused.value.message
    assert counts(database)["person"] == 0
    assert models.File.objects.count() == 0


@pytest.mark.usefixtures("owner")
def test_the_command_names_the_field_as_the_screens_do(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = write_load(tmp_path / "load.csv", people())
    torn = path.read_bytes().replace(b",19500101,", b",19501301,", 1)
    assert torn != path.read_bytes()
    path.write_bytes(torn)
    assert main(["exchange", "load", str(path)]) == UNUSABLE
    said = capsys.readouterr().err
    assert "「生年月日」" in said
    assert "birth_date" not in said


def test_what_is_loaded_when_the_file_changes_is_whole(
    owner: Occasion, database: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The next chunk is read beside the one that is written; its fault stops the load behind it."""
    monkeypatch.setattr(loading, "CHUNK", 7)
    monkeypatch.setattr(framing, "CHUNK_BYTES", 100)
    path = write_load(tmp_path / "load.csv", people())
    good = path.read_bytes()

    def spoil(done: int, _total: int) -> None:
        if done == 7:
            path.write_bytes(b"x" * len(good))

    with pytest.raises(UnableToReceiveFile):
        loading.load(path=path, occasion=owner, tell=spoil)
    found = counts(database)
    written = found["person"]
    assert 7 <= written < 60
    assert written % 7 == 0
    assert found["audit"] == written * 10000 + written
    file = models.File.objects.get()
    assert lifecycle.events(file.pk)[-1].detail["people"] == written
    path.write_bytes(good)
    assert loading.load(path=path, occasion=owner).people == 60
    assert counts(database)["audit"] == 60 * 10000 + 60


PROGRAM = """
import sys, time
from datetime import UTC, datetime
from pathlib import Path
from kokunen import sites
sites.start("owner")
from django.conf import settings
settings.KOKUNEN_OFFICE = {"municipality_code": "999990"}
from kokunen.audit.domain import Occasion
from kokunen.interchange import loading
loading.CHUNK = 5
occasion = Occasion(at=datetime(2026, 11, 24, tzinfo=UTC), staff=None, staff_number="kokunen",
                    department="", terminal="")
def tell(done, total):
    print(done, flush=True)
loading.load(path=Path(sys.argv[1]), occasion=occasion, tell=tell)
print("done", flush=True)
"""


@pytest.mark.drawn
def test_a_load_that_is_killed_goes_on(
    owner: Occasion, database: Database, tmp_path: Path, draws: int
) -> None:
    """Killed after ever more chunks, it ends as if nothing had happened."""
    del owner
    path = write_load(tmp_path / "load.csv", people())
    environment = database.environment() | {"PYTHONPATH": os.pathsep.join(sys.path)}
    told: list[str] = []
    for kill_after in (*(3,) * draws, 4, None):
        program = subprocess.Popen(
            [sys.executable, "-c", PROGRAM, str(path)],
            env=environment,
            stdout=subprocess.PIPE,
            text=True,
        )
        assert program.stdout is not None
        for seen, line in enumerate(program.stdout, 1):
            told.append(line.strip())
            if seen == kill_after:
                os.kill(program.pid, signal.SIGKILL)
                break
        program.stdout.close()
        program.wait(timeout=30)
    assert told[-1] == "done"
    assert int(told[3]) > int(told[2]) > int(told[0])
    whole = counts(database)
    assert whole["audit"] == 60 * 10000 + 60
    assert (whole["person"], whole["name"], whole["identity"]) == (60, 60, 60)
    assert (whole["membership"], whole["address"]) == (59, 121)
    assert len(standing(EVERYBODY)["name"]) == 60
