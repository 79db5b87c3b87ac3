"""The four roles of the database and where they connect to.

The owner migrates; web and batch do the work and own nothing; linkage is the platform between
systems and reaches its own tables alone. The walls of the office stand on what these roles may not
do (founding document 004, Ⅲ3 and Ⅲ7).
"""

from __future__ import annotations

import os
from enum import StrEnum
from typing import TYPE_CHECKING, Any, Final

from psycopg import conninfo, sql

from kokunen.dates.errors import Refusal
from kokunen.postgres import embedded, secrets

if TYPE_CHECKING:
    from collections.abc import Mapping

    from psycopg import Connection


class Role(StrEnum):
    """A role of the database."""

    OWNER = "owner"
    WEB = "web"
    BATCH = "batch"
    LINKAGE = "linkage"

    @property
    def user(self) -> str:
        """The role's name in the server, the same in every office."""
        return f"kokunen_{self.value}"


LIMITS: Final[Mapping[Role, Mapping[str, str]]] = {
    Role.OWNER: {"lock_timeout": "4s"},
    Role.WEB: {
        "lock_timeout": "4s",
        "statement_timeout": "5s",
        "idle_in_transaction_session_timeout": "30s",
    },
    Role.BATCH: {"lock_timeout": "4s"},
    Role.LINKAGE: {
        "lock_timeout": "4s",
        "statement_timeout": "5s",
        "idle_in_transaction_session_timeout": "60s",
    },
}
"""A page that waits longer than this is better refused: what waits holds locks that others need."""


class UnableToReachDatabase(Refusal):
    """``DATABASE_URL`` is not an address of a PostgreSQL database."""

    code = "database_unreachable"


def is_embedded() -> bool:
    """Whether the office runs the server that ships with the program."""
    return not os.environ.get("DATABASE_URL")


def database() -> str:
    """Return the name of the database."""
    if not is_embedded():
        return str(_given().get("dbname") or "kokunen")
    return os.environ.get("KOKUNEN_DATABASE", "kokunen")


def _given() -> dict[str, str]:
    try:
        read = conninfo.conninfo_to_dict(os.environ["DATABASE_URL"])
    except Exception as error:
        raise UnableToReachDatabase(
            "DATABASE_URL が PostgreSQL の接続先として読めません。",
            fix="postgresql://サーバー:5432/データベース名 の形で与えてください。",
            field="DATABASE_URL",
        ) from error
    given = {key: str(value) for key, value in read.items() if value is not None}
    if os.environ.get("KOKUNEN_DATABASE"):
        given["dbname"] = os.environ["KOKUNEN_DATABASE"]
    return given


def parameters(role: Role) -> dict[str, Any]:
    """Return psycopg's connection parameters for a role.

    ``DATABASE_URL`` names server and database; a user in it is the administrator who prepares
    them (`admin_parameters`), never a role of the programs. The values are strings.
    """
    password = secrets.read(f"db_{role}_password").decode()
    where = _given() if not is_embedded() else {"host": str(embedded.socket_folder())}
    return where | {"dbname": database(), "user": role.user, "password": password}


def admin_parameters(dbname: str = "postgres") -> dict[str, Any]:
    """Return the parameters of the administrator, who makes roles and databases."""
    if not is_embedded():
        return _given() | {"dbname": dbname}
    password = secrets.read("db_admin_password").decode()
    return {
        "host": str(embedded.socket_folder()),
        "dbname": dbname,
        "user": embedded.ADMINISTRATOR,
        "password": password,
    }


def prepare(administrator: Connection[object]) -> None:
    """Make the four roles and the database, or bring them up to date; may be run again.

    ``administrator`` is an autocommit connection that may create roles and databases.
    """
    for role in Role:
        user = sql.Identifier(role.user)
        known = administrator.execute(
            "SELECT 1 FROM pg_roles WHERE rolname = %s", [role.user]
        ).fetchone()
        verb = sql.SQL("ALTER" if known else "CREATE")
        password = secrets.read(f"db_{role}_password").decode()
        administrator.execute(
            sql.SQL(
                "{} ROLE {} LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE NOBYPASSRLS INHERIT "
                "PASSWORD {}"
            ).format(verb, user, sql.Literal(password))
        )
        for name, value in LIMITS[role].items():
            administrator.execute(
                sql.SQL("ALTER ROLE {} SET {} = {}").format(
                    user, sql.Identifier(name), sql.Literal(value)
                )
            )
    make_database(administrator, database())


def make_database(administrator: Connection[object], name: str) -> None:
    """Create a database of the owner's unless it exists; nobody else may create in it."""
    known = administrator.execute("SELECT 1 FROM pg_database WHERE datname = %s", [name])
    made = sql.Identifier(name)
    if not known.fetchone():
        owner = sql.Identifier(Role.OWNER.user)
        administrator.execute(sql.SQL("GRANT {} TO CURRENT_USER").format(owner))
        administrator.execute(
            sql.SQL(
                "CREATE DATABASE {} OWNER {} ENCODING 'UTF8' LOCALE 'C' TEMPLATE template0"
            ).format(made, owner)
        )
    administrator.execute(sql.SQL("REVOKE ALL ON DATABASE {} FROM PUBLIC").format(made))
    others = sql.SQL(", ").join(
        sql.Identifier(role.user) for role in Role if role is not Role.OWNER
    )
    administrator.execute(sql.SQL("GRANT CONNECT ON DATABASE {} TO {}").format(made, others))
