"""Killed anywhere, a new collection ends the same: no key twice, no file that the ledger lacks."""

from __future__ import annotations

import hashlib
import signal
import subprocess
import sys
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any
from uuid import uuid4

import pytest
from django.test import override_settings

from kokunen.interchange import lifecycle, models
from kokunen.interchange.domain import EventKind, FileState
from kokunen.interchange.outbox import handing, laying, ledger, operations, queries
from kokunen.postgres.roles import Role
from tests.interchange.outgoing import (
    CHECKER,
    RELEASER,
    begun,
    city,
    collected,
    files,
    forwarded,
    keys,
    released,
    staff,
    state,
)
from tests.people.register import register

if TYPE_CHECKING:
    from pathlib import Path
    from uuid import UUID

    from kokunen.audit.domain import Occasion
    from tests.office import Database

PERSON, OTHER = 50001, 50002
# The seams: a function of the outbox, at which of its calls, and whether before it or after it.
SEAMS = [
    ("laying.keep", 1, "after"),
    ("laying.keep", 4, "before"),
    ("lifecycle.add", 1, "after"),
    ("drafting._Rows.insert", 3, "after"),
    ("lifecycle.add", 7, "before"),
    ("laying.stage", 2, "after"),
    ("laying.show", 1, "before"),
    ("laying.show", 3, "before"),
    ("laying.show", 3, "after"),
    ("Platform.hand_over", 2, "after"),
]
PROGRAM = """
import hashlib, os, signal, sys
from pathlib import Path

import django
django.setup()
from django.conf import settings
from kokunen.interchange import folders, lifecycle
from kokunen.interchange.outbox import drafting, handing, laying
from tests.interchange import outgoing

folder, seam, times, where, control = Path(sys.argv[1]), *sys.argv[2:6]
folders.city = lambda: outgoing.CITY
folders.root = lambda: folder

class Platform:
    # The far side: a directory that outlives this process; the same file has the same receipt.
    def hand_over(self, path, *, to, layout, file_id, name):
        there = folder / "platform" / f"{to}-{file_id}"
        there.parent.mkdir(exist_ok=True)
        there.write_bytes(path.read_bytes())
        return hashlib.sha256(str(file_id).encode()).hexdigest()

if seam.startswith("Platform"):
    settings.KOKUNEN_PLATFORM = Platform
if control == "control":
    # What the outbox must not do: give the file before the ledger has it.
    stage = laying.stage
    def early(source, *, partner, name):
        stage(source, partner=partner, name=name)
        laying.show(partner, name)
    laying.stage = early

known = {"laying": laying, "lifecycle": lifecycle, "drafting": drafting, "Platform": Platform}
first, *rest = seam.split(".")
owner = known[first]
for name in rest[:-1]:
    owner = getattr(owner, name)
real, left = getattr(owner, rest[-1]), [int(times)]

def killing(*args, **more):
    left[0] -= 1
    if left[0] == 0 and where == "before":
        os.kill(os.getpid(), signal.SIGKILL)
    found = real(*args, **more)
    if left[0] == 0:
        os.kill(os.getpid(), signal.SIGKILL)
    return found

setattr(owner, rest[-1], killing)
outgoing.collected()
"""


@pytest.fixture
def outbox(tmp_path: Path, database: Database, monkeypatch: pytest.MonkeyPatch) -> Path:
    del database
    city(monkeypatch, tmp_path)
    return tmp_path


def collect_in_a_process(
    database: Database, folder: Path, seam: str, times: int, where: str, control: str = ""
) -> int:
    environment = database.environment() | {"KOKUNEN_DB_ROLE": "batch"}
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM, str(folder), seam, str(times), where, control],
        env=environment,
        check=False,
        capture_output=True,
    )
    assert done.returncode == -signal.SIGKILL, done.stderr.decode()[-2000:]
    return done.returncode


def faults(folder: Path) -> list[str]:
    """Return what is wrong between the ledger and the folders."""
    found = []
    known: dict[tuple[str, str], models.File] = {}
    for row in models.File.objects.all():
        for event in handing.times_given(lifecycle.events(row.id)):
            known[(row.partner, event.detail["name"])] = row
    for path in (folder / "out").rglob("*"):
        if not path.is_file() or path.suffix == ".part":
            continue
        given = known.get((path.parent.name, path.name))
        if given is None:
            found.append(f"given without a row: {path.name}")
        elif hashlib.sha256(path.read_bytes()).hexdigest() != given.digest:
            found.append(f"other bytes than the row's: {path.name}")
    return found


def told() -> dict[str, list[str]]:
    """Return every key that stands, by layout, as often as it does."""
    found: dict[str, list[str]] = {}
    for sent in models.Sent.objects.filter(withdrawn_at=None).order_by("layout", "key"):
        found.setdefault(sent.layout, []).append(sent.key)
    return found


def a_city(database: Database, occasion: Occasion) -> dict[str, list[str]]:
    """Let there be something to tell everybody; return what is to be told."""
    begun(database, datetime(2026, 11, 24, 1, 0, tzinfo=UTC))
    taken = forwarded(occasion, PERSON)
    register(OTHER, occasion, household=OTHER)
    month = [f"2026-10 person {PERSON}", f"2026-10 person {OTHER}"]
    events = ["enrolment 1", "enrolment 2"]
    return {
        "agency_forwarding": [f"case {taken.case} step {taken.number}"],
        "register_notice": [*events, "number 1", "number 3"],
        "transfer_children": [*month, *events],
        "transfer_collection": month,
        "transfer_health_insurance": month,
        "transfer_welfare": [*month, *events],
    }


class Platform:
    """The far side as this process reaches it: as the one in the program."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def hand_over(self, path: Path, *, to: str, file_id: UUID, **_: str) -> str:
        (self.folder / "platform" / f"{to}-{file_id}").write_bytes(path.read_bytes())
        return hashlib.sha256(str(file_id).encode()).hexdigest()


@pytest.mark.parametrize(("seam", "times", "where"), SEAMS)
def test_a_killed_collection_is_made_up_for(
    outbox: Path, database: Database, occasion: Occasion, seam: str, times: int, where: str
) -> None:
    expected = a_city(database, occasion)
    collect_in_a_process(database, outbox, seam, times, where)
    assert faults(outbox) == []
    platform = Platform(outbox) if seam.startswith("Platform") else None
    reach = None if platform is None else lambda: platform
    with database.django_as(Role.BATCH), override_settings(KOKUNEN_PLATFORM=reach):
        collected()
        collected()
    assert faults(outbox) == []
    assert told() == expected
    assert list(outbox.rglob("*.part")) == []
    kept = {path.name for path in (outbox / "made").iterdir()}
    assert kept == ledger.kept_digests()
    given = {
        (row.partner, event.detail["name"])
        for row in models.File.objects.exclude(layout="agency_forwarding")
        for event in lifecycle.events(row.id)
        if event.kind is EventKind.SENT and event.detail["via"] == "folder"
    }
    assert given == {
        (path.parent.name, path.name) for path in (outbox / "out").rglob("*") if path.is_file()
    }
    if platform is not None:
        there = sorted(path.name for path in (outbox / "platform").iterdir())
        handed = models.File.objects.filter(
            partner__in=("resident_register", "welfare", "children")
        )
        assert there == sorted(f"{row.partner}-{row.request_id}" for row in handed)
        assert {state(row.id) for row in handed} == {FileState.RECEIVED}


def test_the_control_is_found_out(outbox: Path, database: Database, occasion: Occasion) -> None:
    a_city(database, occasion)
    collect_in_a_process(database, outbox, "laying.stage", 1, "after", "control")
    assert [fault[:19] for fault in faults(outbox)] == ["given without a row"]


def test_a_container_of_an_interrupted_release_reaches_nobody(
    outbox: Path, database: Database, occasion: Occasion, monkeypatch: pytest.MonkeyPatch
) -> None:
    forwarded(occasion, PERSON)
    with database.django_as(Role.BATCH):
        collected()
    (file,) = files("agency_forwarding")
    operations.check(file=file, occasion=staff(CHECKER), request_id=uuid4())

    def broken(**_: Any) -> None:  # noqa: ANN401 - whatever it is asked
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(handing, "given", broken)
        with pytest.raises(KeyboardInterrupt):
            operations.release(file=file, occasion=staff(RELEASER), request_id=uuid4())
    assert state(file) is FileState.TO_RELEASE
    assert models.Password.objects.count() == 0
    (left,) = (outbox / "out" / "agency").iterdir()
    assert left.suffix == ".part"
    with database.django_as(Role.BATCH):
        collected()
    assert list((outbox / "out" / "agency").iterdir()) == []
    given = operations.release(file=file, occasion=staff(RELEASER), request_id=uuid4())
    assert [path.name for path in (outbox / "out" / "agency").iterdir()] == [given.name]


def test_a_container_that_was_committed_and_not_shown_is_shown_by_the_next_collection(
    outbox: Path, database: Database, occasion: Occasion, monkeypatch: pytest.MonkeyPatch
) -> None:
    forwarded(occasion, PERSON)
    with database.django_as(Role.BATCH):
        collected()
    (file,) = files("agency_forwarding")
    with monkeypatch.context() as patch:
        patch.setattr(handing, "_show", lambda *_: None)
        given = released(file)
    assert queries.file(file=file).given == given.name
    assert not (outbox / "out" / "agency" / given.name).exists()
    with database.django_as(Role.BATCH):
        collected()
    assert (outbox / "out" / "agency" / given.name).exists()
    assert keys(file)


def test_a_container_that_was_replaced_is_taken_away_by_the_next_collection(
    outbox: Path, database: Database, occasion: Occasion, monkeypatch: pytest.MonkeyPatch
) -> None:
    forwarded(occasion, PERSON)
    with database.django_as(Role.BATCH):
        collected()
    (file,) = files("agency_forwarding")
    first = released(file)
    with monkeypatch.context() as patch:
        patch.setattr(laying, "take_back", lambda *_: None)
        again = operations.resend(
            file=file, reason="漏えい", occasion=staff(RELEASER), request_id=uuid4()
        )
    agency = outbox / "out" / "agency"
    assert {path.name for path in agency.iterdir()} == {first.name, again.name}
    with database.django_as(Role.BATCH):
        collected()
    assert [path.name for path in agency.iterdir()] == [again.name]
