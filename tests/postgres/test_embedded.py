"""The embedded server: it asks for passwords, keeps the roles small, and comes back."""

from __future__ import annotations

import os
import signal
import stat
import time
from typing import TYPE_CHECKING

import psycopg
import pytest

from kokunen.postgres import embedded, roles, secrets

if TYPE_CHECKING:
    from pathlib import Path

    from tests.office import Database


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("KOKUNEN_HOME", str(tmp_path))
    monkeypatch.delenv("DATABASE_URL", raising=False)
    for name in secrets.MADE:
        monkeypatch.delenv(f"KOKUNEN_{name.upper()}", raising=False)
    return tmp_path


def postmaster() -> int:
    return int((embedded.data_folder() / "postmaster.pid").read_text().split()[0])


@pytest.mark.usefixtures("home")
def test_it_starts_comes_back_after_a_kill_and_stops() -> None:
    assert embedded.start()
    assert not embedded.start(), "the second start finds the first"
    with psycopg.connect(**roles.admin_parameters(), autocommit=True) as administrator:
        roles.prepare(administrator)
    with psycopg.connect(**roles.parameters(roles.Role.OWNER)) as owner:
        owner.execute("CREATE TABLE kept AS SELECT 1 AS one")
    os.kill(postmaster(), signal.SIGKILL)
    until = time.monotonic() + 10
    while embedded.answers() and time.monotonic() < until:
        time.sleep(0.01)
    embedded.start()
    with psycopg.connect(**roles.parameters(roles.Role.OWNER)) as owner:
        assert owner.execute("SELECT one FROM kept").fetchone() == (1,)
    embedded.stop()
    assert not embedded.answers()
    embedded.stop()


def test_nobody_connects_without_a_password(database: Database) -> None:
    given = roles.parameters(roles.Role.WEB) | {"dbname": database.name}
    for password in ("", "wrong"):
        with pytest.raises(psycopg.OperationalError):
            psycopg.connect(**given | {"password": password})


def test_the_web_role_makes_nothing_and_becomes_nobody_else(database: Database) -> None:
    for order in (
        "CREATE TABLE mine (a int)",
        "CREATE SCHEMA mine",
        "SET ROLE kokunen_owner",
        "CREATE ROLE friend",
        "ALTER TABLE django_session ADD COLUMN a int",
        "COPY (SELECT 1) TO PROGRAM 'true'",
        "SELECT pg_read_file('PG_VERSION')",
    ):
        with (
            database.web() as web,
            pytest.raises(psycopg.errors.InsufficientPrivilege),
        ):
            web.execute(order)


def test_a_statement_of_the_web_role_ends_after_five_seconds(database: Database) -> None:
    with database.web() as web:
        assert web.execute("SHOW statement_timeout").fetchone() == ("5s",)
        assert web.execute("SHOW lock_timeout").fetchone() == ("4s",)


def test_secrets_are_drawn_once_and_read_by_their_owner_alone(home: Path) -> None:
    secrets.make_missing()
    first = secrets.read("audit_key")
    secrets.make_missing()
    assert secrets.read("audit_key") == first
    for file in (home / "secrets").iterdir():
        assert stat.S_IMODE(file.stat().st_mode) == 0o600, file.name
    assert len({file.read_text() for file in (home / "secrets").iterdir()}) == len(secrets.MADE)


def test_a_secret_that_others_may_read_stops_the_start(home: Path) -> None:
    secrets.make_missing()
    (home / "secrets" / "audit_key").chmod(0o640)
    with pytest.raises(secrets.UnableToReadSecret, match="他の利用者") as refused:
        secrets.read("audit_key")
    assert "chmod 600" in refused.value.fix


@pytest.mark.usefixtures("home")
def test_a_missing_secret_names_the_variable_that_gives_it() -> None:
    with pytest.raises(secrets.UnableToReadSecret) as refused:
        secrets.read("vault_keys")
    assert "KOKUNEN_VAULT_KEYS" in refused.value.fix


@pytest.mark.usefixtures("home")
def test_the_environment_goes_before_the_file(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KOKUNEN_AUDIT_KEY", "from outside")
    assert secrets.read("audit_key") == b"from outside"


def test_a_server_of_ones_own_is_named_by_its_address(
    home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    del home
    secrets.make_missing()
    monkeypatch.setenv(
        "DATABASE_URL", "postgresql://chief:word@db.example:5433/nenkin?sslmode=require"
    )
    monkeypatch.delenv("KOKUNEN_DATABASE", raising=False)
    given = roles.parameters(roles.Role.WEB)
    assert (given["host"], given["port"], given["dbname"]) == ("db.example", "5433", "nenkin")
    assert (given["user"], given["sslmode"]) == ("kokunen_web", "require")
    assert given["password"] == secrets.read("db_web_password").decode()
    assert roles.admin_parameters()["user"] == "chief"


def test_an_address_that_is_none_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DATABASE_URL", "mysql:/x y")
    with pytest.raises(roles.UnableToReachDatabase):
        roles.parameters(roles.Role.WEB)
