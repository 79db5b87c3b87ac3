"""Backup and restore of the whole office, and the drill that proves the way back.

A backup is a folder: the dump, a page that counts and digests every table as the dump saw it, and
the files of the exchange that its ledger still needs.
The secrets are not in it; they are kept elsewhere, or whoever finds the backup can read all.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any, Final

import psycopg
from psycopg import sql

from kokunen.audit import anchors, journal
from kokunen.dates.errors import Refusal
from kokunen.dates.tokyo import day_of
from kokunen.postgres import embedded, roles
from kokunen.postgres.roles import Role
from kokunen.sites import kept_files

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

DUMP: Final = "office.dump"
PAGE: Final = "tables.json"
FILES: Final = "exchange"


class UnableToBackUp(Refusal):
    """The dump could not be written whole; what was begun has been removed."""

    code = "backup_failed"


class UnableToRestore(Refusal):
    """The backup is not whole, or the database already holds an office; nothing was replaced."""

    code = "restore_failed"


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """A table as counted: its rows, and the sum of its rows' digests (in any order)."""

    rows: int
    digest: str


def back_up(folder: Path, *, at: datetime) -> Mapping[str, Table]:
    """Write a backup into a new folder and return what it holds, by table.

    Dump and page see the same snapshot, while the office goes on working. Raises
    ``UnableToBackUp`` when the folder exists or the dump fails.
    """
    if folder.exists():
        raise UnableToBackUp(
            f"{folder} はすでにあります。", fix="まだない場所を指定してください。", field="FOLDER"
        )
    unfinished = folder.with_name(f".{folder.name}.{os.getpid()}")
    unfinished.mkdir(parents=True, mode=0o700)
    given = roles.parameters(Role.OWNER)
    with psycopg.connect(**given) as owner:
        owner.isolation_level = psycopg.IsolationLevel.REPEATABLE_READ
        (snapshot,) = owner.execute("SELECT pg_export_snapshot()").fetchall()
        dump = unfinished / DUMP
        dumped = _run("pg_dump", given, "-Fc", f"--snapshot={snapshot[0]}", "-f", str(dump))
        tables = digests(owner)
    if dumped.returncode:
        dump.unlink(missing_ok=True)
        unfinished.rmdir()
        raise UnableToBackUp(
            "データベースを書き出せませんでした。",
            fix="ディスクの空きと、サーバーの版(pg_dump 以下か)を確かめてください。",
        )
    counted = {name: {"rows": table.rows, "digest": table.digest} for name, table in tables.items()}
    page = {
        "at": at.isoformat(),
        "tables": counted,
        "files": kept_files.copy_out(unfinished / FILES),
    }
    (unfinished / PAGE).write_text(json.dumps(page, indent=1) + "\n", encoding="utf-8")
    dump.chmod(0o600)
    unfinished.rename(folder)
    return tables


def digests(connection: psycopg.Connection[Any]) -> dict[str, Table]:
    """Count and digest every table of the office that the connection sees."""
    names = connection.execute(
        "SELECT relname FROM pg_class WHERE relnamespace = 'public'::regnamespace"
        " AND relkind = 'r' ORDER BY relname"
    ).fetchall()
    found = {}
    for (name,) in names:
        ((rows, digest),) = connection.execute(
            sql.SQL(
                "SELECT count(*), coalesce(sum(('x' || left(md5(t::text), 16))::bit(64)::bigint"
                "::numeric), 0)::text FROM {} t"
            ).format(sql.Identifier(name))
        ).fetchall()
        found[str(name)] = Table(rows=rows, digest=digest)
    return found


@dataclass(frozen=True, slots=True, kw_only=True)
class Restored:
    """A backup brought back: when it was taken, the tables and files that were compared."""

    at: datetime
    tables: Mapping[str, Table]
    files: tuple[str, ...]


def restore(folder: Path, *, into: str) -> Restored:
    """Restore a backup into a new database and compare every table and file with its page.

    Raises ``UnableToRestore`` when one differs or the dump is damaged; the new database is dropped
    then. The files are put in place by ``kept_files.copy_back``.
    """
    try:
        page = json.loads((folder / PAGE).read_text(encoding="utf-8"))
        expected = {name: Table(**counted) for name, counted in page["tables"].items()}
        at = datetime.fromisoformat(page["at"])
        files = tuple(str(name) for name in page["files"])
    except (OSError, ValueError, TypeError, KeyError) as error:
        raise UnableToRestore(
            f"{folder} はバックアップとして読めません。",
            fix="kokunen backup が書いたフォルダーを指定してください。",
            field="FOLDER",
        ) from error
    with psycopg.connect(**roles.admin_parameters(), autocommit=True) as administrator:
        roles.prepare(administrator)
        roles.make_database(administrator, into)
    given = roles.parameters(Role.OWNER) | {"dbname": into}
    restored = _run(
        "pg_restore",
        given,
        "--no-owner",
        "--single-transaction",
        "--exit-on-error",
        "--dbname",
        into,
        str(folder / DUMP),
    )
    differing = ["(ダンプ)"]
    if restored.returncode == 0:
        with psycopg.connect(**given) as owner:
            found = digests(owner)
        differing = sorted(
            name for name in expected | found if expected.get(name) != found.get(name)
        )
    differing += kept_files.differing(folder / FILES, files)
    if differing:
        drop(into)
        raise UnableToRestore(
            f"復元した内容がバックアップの記録と一致しません: {'、'.join(differing)}",
            fix="このバックアップは使わず、一つ前のものを復元してください。媒体の破損が疑われます。",
        )
    return Restored(at=at, tables=expected, files=files)


def put_in_place(restored: str, *, at: datetime) -> str:
    """Give a restored database the office's name; return the name under which the old one stays.

    Programs must be stopped: connections to either database are ended.
    """
    name = roles.database()
    kept = f"{name}_until_{at:%Y%m%d%H%M%S}"
    with psycopg.connect(**roles.admin_parameters(), autocommit=True) as administrator:
        administrator.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname IN (%s, %s)",
            [name, restored],
        )
        exists = administrator.execute(
            "SELECT 1 FROM pg_database WHERE datname = %s", [name]
        ).fetchone()
        rename = "ALTER DATABASE {} RENAME TO {}"
        if exists:
            administrator.execute(
                sql.SQL(rename).format(sql.Identifier(name), sql.Identifier(kept))
            )
        administrator.execute(
            sql.SQL(rename).format(sql.Identifier(restored), sql.Identifier(name))
        )
    return kept if exists else ""


def set_aside(*, since: datetime, at: datetime) -> list[Path]:
    """Move the journal and anchors of the days that a restored office no longer remembers.

    They stay readable beside the others, in a folder of their own: they say which entries of the
    record were lost between the backup and its return. Returns the folders.
    """
    first = day_of(since).isoformat()
    made = []
    for folder in (journal.folder(), anchors.folder()):
        later = [file for file in folder.glob("*.*") if file.name >= first]
        if later:
            lost = folder / f"lost-{at:%Y%m%d%H%M%S}"
            lost.mkdir()
            for file in later:
                file.rename(lost / file.name)
            made.append(lost)
    return made


def drop(name: str) -> None:
    """Drop a database that a drill or a failed restore has made."""
    with psycopg.connect(**roles.admin_parameters(), autocommit=True) as administrator:
        administrator.execute(
            sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name))
        )


def _found(program: str) -> str:
    """Return the program that fits the server: the embedded one's own, or that on the PATH."""
    own = str(embedded.program(program))
    return own if roles.is_embedded() else shutil.which(program) or own


def _run(
    program: str, given: Mapping[str, Any], *arguments: str
) -> subprocess.CompletedProcess[bytes]:
    """Run a program of PostgreSQL; the password goes by the environment, not by its arguments."""
    names = {"host": "PGHOST", "port": "PGPORT", "dbname": "PGDATABASE", "user": "PGUSER"}
    names |= {"password": "PGPASSWORD", "sslmode": "PGSSLMODE"}
    environment = {names[key]: str(value) for key, value in given.items() if key in names}
    return subprocess.run(  # noqa: S603 - a fixed program; its arguments are ours
        [_found(program), *arguments],
        env=os.environ | environment,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        check=False,
    )
