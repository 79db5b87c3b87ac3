"""What was lived in the invented city, and the role in which it is lived.

A city lives one stretch of life, a year or the days before a morning; the ledger of the load
(`load`) gets a line for it, with its last day that is whole.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.db import connection as django
from django.db import connections

from kokunen.postgres import roles

if TYPE_CHECKING:
    from datetime import date, datetime

    from kokunen.demo.load import Connection

_TABLE = """
CREATE TABLE IF NOT EXISTS demo.lived (
    what text PRIMARY KEY, through date, finished_at timestamptz)
"""


@dataclass(frozen=True, slots=True)
class Line:
    """How far a stretch of life got: its last whole day, and whether it came to its end."""

    through: date | None
    finished: bool


def begin(connection: Connection, what: str) -> Line | None:
    """Return how far a stretch got, which begins now if it had not; None: another was lived."""
    with connection.transaction():
        connection.execute(_TABLE)
        connection.execute(
            "INSERT INTO demo.lived (what) SELECT %s WHERE NOT EXISTS (SELECT FROM demo.lived)",
            [what],
        )
        row = connection.execute(
            "SELECT through, finished_at IS NOT NULL FROM demo.lived WHERE what = %s", [what]
        ).fetchone()
    return None if row is None else Line(*row)


def write(connection: Connection, what: str, through: date) -> None:
    """Note a day that is whole."""
    with connection.transaction():
        connection.execute("UPDATE demo.lived SET through = %s WHERE what = %s", [through, what])


def finish(connection: Connection, what: str, at: datetime) -> None:
    """Note that a stretch came to its end."""
    with connection.transaction():
        connection.execute("UPDATE demo.lived SET finished_at = %s WHERE what = %s", [at, what])


def as_web() -> None:
    """Let Django's connection be that of the site from now on, with the site's rights and walls.

    The load needs the owner of the database; what staff do, they do in the role that serves them.
    """
    as_role(roles.Role.WEB)


def as_role(role: roles.Role) -> None:
    """Let Django's connection be that of a role from now on."""
    name = django.settings_dict["NAME"]
    given: dict[str, Any] = dict(roles.parameters(role))
    connections.close_all()
    django.settings_dict.update(
        NAME=name,
        USER=given["user"],
        PASSWORD=given["password"],
        HOST=given.get("host", ""),
        PORT=given.get("port", ""),
    )
    with django.cursor() as cursor:
        # What is lost in a crash is lived again: nothing waits for the disk.
        cursor.execute("SET synchronous_commit = off")
