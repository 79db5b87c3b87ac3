"""The way back: every table of a restored office equals the one that was backed up."""

from __future__ import annotations

import hashlib
import json
import stat
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pytest

from kokunen.audit import journal
from kokunen.interchange import folders
from kokunen.postgres.roles import Role
from kokunen.sites import backups, kept_files
from tests import office

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from tests.office import Database


EVENING = datetime(2026, 11, 24, 9, tzinfo=UTC)


@pytest.fixture
def written(database: Database, tmp_path: Path) -> Path:
    with database.owner() as owner:
        owner.execute(
            "INSERT INTO access_branch (code, name) SELECT 'B' || n, '支所' || n"
            " FROM generate_series(1, 500) n"
        )
    backups.back_up(tmp_path / "evening", at=EVENING)
    return tmp_path / "evening"


@pytest.fixture
def beside(database: Database) -> Iterator[str]:
    name = f"{database.name}_beside"
    yield name
    backups.drop(name)


def test_a_drill_finds_every_table_as_it_was(
    database: Database, written: Path, beside: str
) -> None:
    compared = backups.restore(written, into=beside).tables
    with database.owner() as owner, office.Database(beside).owner() as restored:
        assert backups.digests(owner) == backups.digests(restored) == compared
    assert compared["access_branch"].rows == 500
    assert len(compared) > 30


def test_the_walls_stand_in_the_restored_office_too(
    database: Database, written: Path, beside: str
) -> None:
    backups.restore(written, into=beside)
    asked = (
        "SELECT table_name, privilege_type, column_name FROM information_schema.column_privileges"
        " WHERE grantee = 'kokunen_web' ORDER BY 1, 2, 3"
    )
    # The conditions come back with other brackets, so they are compared by what they do elsewhere.
    walls = "SELECT tablename, policyname, cmd, roles FROM pg_policies ORDER BY 1, 2"
    with database.web() as before, office.Database(beside).web() as after:
        assert after.execute(asked).fetchall() == before.execute(asked).fetchall()
        assert after.execute(walls).fetchall() == before.execute(walls).fetchall() != []


def test_only_its_owner_reads_a_backup(written: Path) -> None:
    assert stat.S_IMODE(written.stat().st_mode) == 0o700
    assert stat.S_IMODE((written / backups.DUMP).stat().st_mode) == 0o600


def test_a_folder_that_exists_is_left_alone(written: Path) -> None:
    before = (written / backups.PAGE).read_bytes()
    with pytest.raises(backups.UnableToBackUp, match="すでに"):
        backups.back_up(written, at=EVENING)
    assert (written / backups.PAGE).read_bytes() == before


@pytest.mark.usefixtures("database")
def test_a_damaged_dump_is_refused_and_leaves_nothing(written: Path, beside: str) -> None:
    dump = written / backups.DUMP
    dump.write_bytes(dump.read_bytes()[:-2000])
    with pytest.raises(backups.UnableToRestore):
        backups.restore(written, into=beside)
    with office.administrator() as server:
        assert (
            server.execute("SELECT 1 FROM pg_database WHERE datname = %s", [beside]).fetchone()
            is None
        )


@pytest.mark.usefixtures("database")
def test_a_table_that_differs_from_its_page_is_named(written: Path, beside: str) -> None:
    page = json.loads((written / backups.PAGE).read_text())
    page["tables"]["access_branch"]["digest"] = "0"
    (written / backups.PAGE).write_text(json.dumps(page))
    with pytest.raises(backups.UnableToRestore, match="access_branch"):
        backups.restore(written, into=beside)


@pytest.mark.usefixtures("database")
def test_what_is_no_backup_is_refused(tmp_path: Path, beside: str) -> None:
    with pytest.raises(backups.UnableToRestore, match="読めません"):
        backups.restore(tmp_path, into=beside)


def test_a_restored_office_takes_the_place_and_the_old_one_stays(
    database: Database, written: Path, beside: str
) -> None:
    with database.owner() as owner:
        owner.execute("INSERT INTO access_branch VALUES ('LATE', '後から')")
    backups.restore(written, into=beside)
    kept = backups.put_in_place(beside, at=datetime(2026, 11, 24, 9, tzinfo=UTC))
    try:
        with database.connect(Role.OWNER) as now, office.Database(kept).owner() as before:
            counted = "SELECT count(*) FROM access_branch"
            assert now.execute(counted).fetchone() == (500,)
            assert before.execute(counted).fetchone() == (501,)
    finally:
        backups.drop(kept)


@pytest.mark.usefixtures("database")
def test_what_the_restored_record_does_not_remember_is_kept_aside() -> None:
    folder = journal.folder()
    folder.mkdir(parents=True)
    for day in ("2026-11-23", "2026-11-24", "2026-11-25"):
        (folder / f"{day}.txt").write_text("a line\n")
    (lost,) = backups.set_aside(since=EVENING, at=EVENING)
    assert sorted(file.name for file in lost.iterdir()) == ["2026-11-24.txt", "2026-11-25.txt"]
    assert [file.name for file in folder.glob("*.txt")] == ["2026-11-23.txt"]


def test_the_files_of_the_exchange_come_back(
    database: Database, tmp_path: Path, beside: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    del database
    monkeypatch.setenv("KOKUNEN_EXCHANGE", str(tmp_path / "exchange"))
    content = "架空の届書".encode()
    digest = hashlib.sha256(content).hexdigest()
    for kept in (folders.kept(digest), folders.kept("attachments") / digest):
        kept.parent.mkdir(parents=True, exist_ok=True)
        kept.write_bytes(content)
    folders.kept("half-written.tmp").write_bytes(b"x")
    backups.back_up(tmp_path / "evening", at=EVENING)
    restored = backups.restore(tmp_path / "evening", into=beside)
    assert restored.files == (f"kept/{digest}", f"kept/attachments/{digest}")
    files = tmp_path / "evening" / backups.FILES
    assert {path.stat().st_mode & 0o777 for path in files.rglob("*") if path.is_file()} == {0o600}
    folders.kept(digest).unlink()
    assert kept_files.copy_back(files, restored.files) == 1
    assert folders.kept(digest).read_bytes() == content
    backups.drop(beside)
    (files / "kept" / digest).write_bytes(b"changed")
    with pytest.raises(backups.UnableToRestore, match=f"kept/{digest}"):
        backups.restore(tmp_path / "evening", into=beside)
