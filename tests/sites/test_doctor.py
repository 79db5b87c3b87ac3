"""The doctor says what is not fit, and what to do about it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest
from django.test import override_settings

from kokunen.interchange import folders
from kokunen.postgres import secrets
from kokunen.postgres.roles import Role
from kokunen.sites import doctor

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from tests import office


@pytest.fixture
def owner(database: office.Database) -> Iterator[office.Database]:
    with database.django_as(Role.OWNER):
        yield database


def asked(question: str, at: datetime | None = None) -> doctor.Answer:
    answers = doctor.examine(at=at or datetime.now(tz=UTC))
    return next(answer for answer in answers if answer.question == question)


OFFICE = dict.fromkeys(doctor.OFFICE, "架空") | {"municipality_code": "999990"}


def test_an_office_that_does_not_say_who_it_is_is_asked(owner: office.Database) -> None:
    del owner
    with override_settings(KOKUNEN_OFFICE=OFFICE | {"phone": ""}):
        assert "phone" in asked("市の名称").found


@pytest.mark.usefixtures("owner")
@override_settings(KOKUNEN_OFFICE=OFFICE)
def test_a_fresh_office_is_fit() -> None:
    assert [answer for answer in doctor.examine(at=datetime.now(tz=UTC)) if answer.fix] == []


def test_a_missing_key_is_named(owner: office.Database, monkeypatch: pytest.MonkeyPatch) -> None:
    del owner
    monkeypatch.setitem(secrets.MADE, "seal_of_the_mayor", lambda: "")
    assert "seal_of_the_mayor" in asked("秘密").found


@pytest.mark.usefixtures("owner")
def test_clocks_that_differ_make_no_evidence() -> None:
    late = asked("時計", datetime.now(tz=UTC) + timedelta(minutes=5))
    assert "300秒" in late.found or "299秒" in late.found
    assert "NTP" in late.fix


def test_a_migration_that_waits_is_counted(owner: office.Database) -> None:
    with owner.owner() as connection:
        connection.execute("DELETE FROM django_migrations WHERE app = 'vault'")
    assert asked("移行").fix


def test_a_role_that_owns_a_table_is_too_mighty(owner: office.Database) -> None:
    with owner.owner() as connection:
        connection.execute("CREATE TABLE loot (a int)")
    from tests.office import administrator

    with administrator(owner.name) as server:
        server.execute("ALTER TABLE loot OWNER TO kokunen_web")
    assert "kokunen_web" in asked("役割").found


def test_a_full_disk_is_said_in_time(
    owner: office.Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    del owner
    monkeypatch.setattr(doctor, "FREE", 2**62)
    assert "空き" in asked("ディスク").found
    assert asked("ディスク").fix


def test_a_municipality_code_must_have_its_check_digit(owner: office.Database) -> None:
    del owner
    with override_settings(KOKUNEN_OFFICE=OFFICE | {"municipality_code": "011003"}):
        assert "検査数字" in asked("団体コード").found


@pytest.mark.usefixtures("owner")
def test_a_file_that_lies_too_long_and_an_open_folder_are_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("KOKUNEN_EXCHANGE", str(tmp_path / "exchange"))
    now = datetime.now(tz=UTC)
    folders.waiting("resident_changes")
    (folders.incoming("resident_changes") / "forgotten.csv").write_bytes(b"x")
    assert asked("授受", now + timedelta(days=1)).fix == ""
    late = asked("授受", now + timedelta(days=3))
    assert "1件のファイルが2日を超えて" in late.found
    assert "kokunen nightly" in late.fix
    folders.keeping().chmod(0o755)
    assert "だれでも入れる" in asked("授受", now).found
