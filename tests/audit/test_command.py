"""The command line of the record, as an operator uses it."""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING

import pytest

from kokunen import sites
from kokunen.audit import operations
from kokunen.cli import audit
from kokunen.dates.errors import Refusal
from kokunen.postgres.roles import Role
from tests.audit.entries import CLERK, look, tamper

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from tests.office import Database


def run(*arguments: str) -> int:
    parser = argparse.ArgumentParser()
    audit.add(parser.add_subparsers(required=True))
    given = parser.parse_args(["audit", *arguments])
    code: int = given.run(given)
    return code


@pytest.fixture
def office_of(database: Database, monkeypatch: pytest.MonkeyPatch) -> Iterator[Database]:
    """The database with Django connected as the batch role, as the commands have it."""
    monkeypatch.setattr(sites, "start", lambda role: None if role == "batch" else pytest.fail(role))
    look(12345)
    with database.django_as(Role.BATCH):
        yield database


def test_seal_anchor_and_verify(
    office_of: Database, outside: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run("verify") == 0
    assert "記録1件(うち未封印1件)、封印0" in capsys.readouterr().out
    assert run("seal") == 0
    assert capsys.readouterr().out.startswith("封印1: 2件 ")
    assert run("anchor") == 0
    (file,) = (outside / "anchors").iterdir()
    assert capsys.readouterr().out.startswith(f"{file.stem} seal=1 entries=2 ")
    assert run("verify") == 0
    assert "異常はありません。" in capsys.readouterr().out
    tamper(office_of, "UPDATE audit_entry SET reason = '' WHERE person = 12345")
    assert run("verify") == 1
    out = capsys.readouterr().out
    assert "署名と一致しません" in out
    assert out.endswith("異常2件。\n")


@pytest.mark.usefixtures("office_of")
def test_disclose_to_a_file(outside: Path, capsys: pytest.CaptureFixture[str]) -> None:
    table, text = outside / "list.csv", outside / "list.txt"
    assert run("disclose", "12345", "--out", str(table)) == 0
    assert table.read_bytes().startswith(b"\xef\xbb\xbf")
    assert "窓口相談" in table.read_text(encoding="utf-8-sig")
    assert run("disclose", "12345", "--out", str(text)) == 0
    assert run("disclose", "12345") == 0
    told = text.read_text(encoding="utf-8")
    assert "令和8年11月24日 10:30  閲覧  PENSION  職員1  窓口相談  氏名・住所" in told
    assert "窓口相談" in capsys.readouterr().out


@pytest.mark.usefixtures("office_of")
def test_review_of_a_period(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("KOKUNEN_HOURS", "11:00-17:15")
    assert run("review", "--from", "R8.11.24", "--to", "2026-11-24") == 0
    out = capsys.readouterr().out
    assert out.startswith("2026-11-24 10:30 PENSION K00101 1件: 開庁時間の外か休日に")
    assert "12345" not in out
    monkeypatch.setenv("KOKUNEN_HOURS", "nine to five")
    with pytest.raises(audit.UnableToReadOption):
        run("review")
    with pytest.raises(Refusal) as refused:
        run("review", "--from", "soon")
    assert refused.value.field == "--from"


@pytest.mark.usefixtures("office_of")
def test_the_sealer_goes_on_until_it_is_told_to_stop(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    waits = []

    def wait(_: object, seconds: float) -> bool:
        waits.append(seconds)
        return len(waits) == 2

    monkeypatch.setattr("threading.Event.wait", wait)
    assert run("seal", "--every", "0.5") == 0
    assert waits == [0.5, 0.5]
    assert capsys.readouterr().out.count("封印") == 1
    assert operations.seal(occasion=CLERK) == ()
