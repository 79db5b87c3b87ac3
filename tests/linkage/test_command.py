"""``kokunen linkage``: from nothing to a system that is let in, and what the operator sees."""

from __future__ import annotations

import json
import subprocess
import sys
import threading
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any
from uuid import UUID, uuid4

import pytest

from kokunen.linkage import agreements, certificates, models, retention, server, settings
from kokunen.linkage.client import Platform
from kokunen.linkage.domain import Errand, State, UnableToUsePlatform
from kokunen.postgres import home
from kokunen.postgres.roles import Role
from tests.linkage.city import AGREED, HOST, RIGHTS, City, occasion

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from tests.office import Database


@pytest.fixture
def folder(tmp_path: Path) -> Iterator[Path]:
    """An empty folder of certificates; that of the other tests comes back afterwards."""
    held = settings.certificates()
    aside = held.with_name("linkage.aside")  # the home and pytest's folder may lie on two disks
    if held.exists():
        held.rename(aside)
    yield tmp_path
    for path in held.iterdir() if held.exists() else ():
        path.unlink()
    if aside.exists():
        held.rmdir()
        aside.rename(held)


def run(database: Database, *arguments: str, code: int = 0) -> str:
    done = subprocess.run(
        [sys.executable, "-m", "kokunen", "linkage", *arguments],
        capture_output=True,
        text=True,
        check=False,
        env=database.environment(),
    )
    assert done.returncode == code, done.stderr
    assert "Traceback" not in done.stderr
    return done.stdout + done.stderr


def test_from_nothing_to_a_system_that_is_let_in(database: Database, folder: Path) -> None:
    assert "certificate authority" in run(database, "certificate", "server", code=2)
    run(database, "certificate", "authority")
    run(database, "certificate", "server")
    assert "すでにあります" in run(database, "certificate", "server", code=2)
    assert "登録されていません" in run(database, "certificate", "system", "welfare", code=2)
    (folder / "agreed.yaml").write_text(AGREED)
    (folder / "rights.csv").write_text(RIGHTS)
    assert "合わせて" in run(database, "system", str(folder / "agreed.yaml"))
    assert "0件" in run(database, "system", str(folder / "agreed.yaml"))
    assert "3件" in run(database, "rights", str(folder / "rights.csv"))
    assert "0件" in run(database, "rights", str(folder / "rights.csv"))
    said = run(database, "certificate", "system", "welfare", "--days", "20")
    held = settings.certificates()
    assert {path.name for path in held.iterdir()} == {
        f"{name}.{suffix}"
        for name in ("authority", "server", "welfare")
        for suffix in ("crt", "key")
    }
    assert {path.stat().st_mode & 0o777 for path in held.iterdir()} == {0o600}
    assert held.stat().st_mode & 0o777 == 0o700
    assert "まもなく" in run(database, "status")
    city = City(database=database, folder=folder, log=folder / "log")
    city.start()
    try:
        client = Platform(
            host=HOST, port=city.port, system="welfare", authority=held / "authority.crt",
            certificate=held / "welfare.crt", key=held / "welfare.key",
            clock=lambda: datetime.now(UTC),
        )  # fmt: skip
        assert client.waiting() == ()
        run(database, "certificate", "revoke", said.split("指紋 ")[1].split()[0])
        with pytest.raises(UnableToUsePlatform):
            client.waiting()
    finally:
        city.stop()
        (home.folder() / "linkage.json").unlink()
    status = run(database, "status")
    assert "失効" in status
    assert "24時間の拒否 1件 失効させた証明書" in status


def test_what_is_no_longer_agreed_ends_and_what_comes_back_begins_anew(
    database: Database, tmp_path: Path
) -> None:
    file = tmp_path / "agreed.yaml"
    with database.django_as(Role.OWNER):
        for text in (AGREED, AGREED.split("hand_overs")[0], AGREED):
            file.write_text(text)
            agreements.load(file, occasion=occasion())
    with database.owner() as owner:
        assert owner.execute(
            "SELECT count(*), count(until), count(DISTINCT layout) FROM linkage_hand_over"
        ).fetchall() == [(4, 2, 2)]


@pytest.mark.parametrize(
    "text",
    [
        "", "[]", "systems: [", "systems: {A: {title: x}}", "systems: {a: {}}",
        "systems: {a: {title: x, functions: {everything: }}}", "other: 1\nsystems: {}",
        "systems: {a: {title: x}}\nhand_overs: [{from: a, to: b, layout: l}]",
        "systems: {a: {title: x, functions: {files: {by_staff: 1}}}}",
        "systems: {a: {title: x, functions: {files: {by_stuff: true}}}}",
        "systems: {a: {title: x, function: {files: }}}",
        "systems: {a: {title: x}, a: {title: y}}",
        "systems: {a: {title: x}}\nsystems: {a: {title: x, functions: {files: }}}",
        "systems: {a: {title: x}}\nhand_overs: [{from: a, to: a, layout: l, until: x}]",
        "systems: {a: {title: x}}\nitems: [{system: a, function: files, basis: b, items: [], x: }]",
    ],
)  # fmt: skip
def test_a_file_of_agreements_with_a_fault_changes_nothing(
    database: Database, tmp_path: Path, text: str
) -> None:
    file = tmp_path / "agreed.yaml"
    file.write_text(text)
    with database.django_as(Role.OWNER), pytest.raises(agreements.UnableToAgree):
        agreements.load(file, occasion=occasion())
    with database.owner() as owner:
        assert owner.execute("SELECT count(*) FROM linkage_system").fetchall() == [(0,)]


@pytest.mark.parametrize(
    "line",
    [
        "K00101,inquiry,2021-04-01,",
        "K1,everything,2026-04-01,",
        "K1,files,1.4.2026,",
        "K 1,files,2026-04-01,",
        "K1,files",
        "K1,files,2026-04-01",
        "K1,files,2026-04-01,,",
        "K1,files,2026-04-01,2026-03-31",
        "K00102,inquiry,2020-04-01,2030-04-30",
        f"K1,files,2026-04-01,{'x' * 200_000}",
        ",,,",
    ],
)
def test_a_file_of_rights_with_a_fault_changes_nothing(
    database: Database, tmp_path: Path, line: str
) -> None:
    file = tmp_path / "rights.csv"
    file.write_text(f"{RIGHTS}{line}\n")
    with database.django_as(Role.OWNER), pytest.raises(agreements.UnableToAgree) as refused:
        agreements.load_rights(file, occasion=occasion())
    assert "5行目" in refused.value.message
    with database.owner() as owner:
        assert owner.execute("SELECT count(*) FROM linkage_right").fetchall() == [(0,)]


def test_a_system_that_comes_back_is_a_change(database: Database, tmp_path: Path) -> None:
    file = tmp_path / "agreed.yaml"
    with database.django_as(Role.OWNER):
        for text in ("systems: {a: {title: x}}", "systems: {}", "systems: {a: {title: x}}"):
            file.write_text(text)
            assert agreements.load(file, occasion=occasion()) == 1
    with database.owner() as owner:
        assert owner.execute(
            "SELECT changes -> 0 ->> 2 FROM audit_entry"
            " WHERE operation = 'linkage.load_agreements' ORDER BY id"
        ).fetchall() == [("since",), ("until",), ("since",)]


def test_a_right_that_is_no_longer_named_ends_today(database: Database, tmp_path: Path) -> None:
    file = tmp_path / "rights.csv"
    with database.django_as(Role.OWNER):
        for text in (RIGHTS, RIGHTS.splitlines()[0] + "\n"):
            file.write_text(text)
            agreements.load_rights(file, occasion=occasion())
    with database.owner() as owner:
        assert owner.execute(
            "SELECT count(*) FROM linkage_right WHERE until IS NULL"
        ).fetchall() == [(0,)]


LONG_AGO = datetime(2020, 4, 1, tzinfo=UTC)


def test_what_is_done_with_goes_and_what_somebody_waits_for_stays(database: Database) -> None:
    def errand(kind: Errand, state: State, **more: object) -> UUID:
        given: dict[str, Any] = {
            "id": uuid4(), "kind": kind, "system": "pension", "subject": subject,
            "staff_number": "", "basis": "", "item_codes": [], "content": None, "digest": b"",
            "made_at": LONG_AGO, "state": state, "code": "", "attempts": 1, "next_at": LONG_AGO,
            "settled_at": LONG_AGO, "answer": None, "processing_number": "",
        }  # fmt: skip
        made = models.Errand.objects.create(**given | more)
        return UUID(str(made.pk))

    def file(state: State, acknowledged: datetime | None) -> UUID:
        made = models.File.objects.create(
            id=uuid4(), sender="a", receiver="b", layout="l", name="n", size=1, digest="",
            state=state, receipt=uuid4(), received_at=LONG_AGO, acknowledged_at=acknowledged,
        )  # fmt: skip
        return UUID(str(made.pk))

    now = occasion().at
    with database.django_as(Role.OWNER):
        subject = models.Subject.objects.create(number="1" * 15, assigned_at=LONG_AGO)
        for at in (LONG_AGO, now - timedelta(days=31), now - timedelta(days=29)):
            models.Message.objects.create(
                id=uuid4(), system="a", address="b", staff_number="", made_at=at, received_at=at
            )
            models.RefusalNote.objects.create(at=at, system="", function="", code="x", peer="")
        stay = {
            errand(Errand.INQUIRY, State.DONE, answer=b"sealed"),
            errand(Errand.PROVISION, State.WAITING, settled_at=None, content=b"sealed"),
            errand(Errand.IDENTIFIER, State.DONE, processing_number="P1"),
            errand(Errand.PROVISION, State.DONE, settled_at=now),
            file(State.COLLECTED, None),
            file(State.DONE, now),
        }
        for kind in Errand:
            errand(kind, State.DONE, handed_at=LONG_AGO)
        errand(Errand.INQUIRY, State.REFUSED)
        file(State.DONE, LONG_AGO)
        with pytest.raises(retention.UnableToPrune):
            retention.prune(days=1, clock_seconds=43_200, occasion=occasion())
        assert models.Message.objects.count() == 3
    assert "10行を消しました" in run(database, "prune", "--days", "30")
    assert "短すぎます" in run(database, "prune", "--days", "0", code=2)
    with database.django_as(Role.LINKAGE):
        left = {row.pk for model in (models.Errand, models.File) for row in model.objects.all()}
        assert left == stay
        assert models.Message.objects.count() == models.RefusalNote.objects.count() == 1
    with database.owner() as owner:
        assert owner.execute(
            "SELECT outcome FROM audit_entry WHERE operation = 'linkage.prune'"
        ).fetchall() == [("linkage_message=2 linkage_refusal=2 linkage_errand=5 linkage_file=1",)]


@pytest.mark.parametrize(
    ("given", "field"),
    [("[]", ""), ("{", ""), ('{"port": "1"}', "port"), ('{"ports": 1}', "ports"),
     ('{"port": 65536}', "port"), ('{"threads": 0}', "threads"), ('{"threads": true}', "threads")],
)  # fmt: skip
def test_a_setting_that_is_none_is_named(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, given: str, field: str
) -> None:
    monkeypatch.setenv("KOKUNEN_HOME", str(tmp_path))
    assert settings.read() == settings.Settings()
    (tmp_path / "linkage.json").write_text(given)
    with pytest.raises(settings.UnableToReadSettings) as refused:
        settings.read()
    assert refused.value.field == field
    (tmp_path / "linkage.json").write_text(json.dumps({"port": 9443}))
    assert settings.read().port == 9443


def test_an_authority_that_cannot_be_read_certifies_nothing(tmp_path: Path) -> None:
    now = datetime.now(UTC)
    with pytest.raises(certificates.UnableToCertify):
        certificates.make_system(tmp_path, system="x", at=now)
    certificates.make_authority(tmp_path, at=now)
    for days in (-1, 0, 4000, 10**10):
        with pytest.raises(certificates.UnableToCertify) as refused:
            certificates.make_system(tmp_path, system="x", at=now, days=days)
        assert refused.value.field == "days"
    assert not (tmp_path / "x.key").exists()
    (tmp_path / "authority.key").chmod(0o600)
    (tmp_path / "authority.key").write_text("no key")
    with pytest.raises(certificates.UnableToCertify):
        certificates.make_system(tmp_path, system="x", at=now)


def test_a_stop_at_the_moment_of_the_start_leaves_nothing_running(city: City) -> None:
    before = set(threading.enumerate())

    def stop(_address: str) -> None:
        raise KeyboardInterrupt

    with city.database.django_as(Role.LINKAGE), pytest.raises(KeyboardInterrupt):
        server._serve(replace(settings.read(), port=0), lambda: datetime.now(UTC), stop)
    assert {each for each in threading.enumerate() if not each.daemon} <= before
