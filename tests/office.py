"""A real PostgreSQL for the tests, and a fresh database of the whole product for each that asks.

One server per worker, embedded unless ``DATABASE_URL`` names one. The product is migrated once
into a template; a test gets a copy of it and commits for real, connected as the web role.
"""

from __future__ import annotations

import itertools
import os
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import psycopg
import pytest
from django.db import connection, connections

from kokunen.postgres import embedded, home, roles
from kokunen.postgres.roles import Role

if TYPE_CHECKING:
    from collections.abc import Iterator

WORKER = os.environ.get("PYTEST_XDIST_WORKER", "main")
TEMPLATE = f"kokunen_test_{WORKER}"

_numbers = itertools.count(1)


def administrator(dbname: str = "postgres") -> psycopg.Connection[tuple[Any, ...]]:
    """Connect as the administrator of the server, autocommit."""
    return psycopg.connect(**roles.admin_parameters(dbname), autocommit=True)


@dataclass(frozen=True)
class Database:
    """One database, reached as the owner, the site and the programs."""

    name: str

    def connect(self, role: Role) -> psycopg.Connection[tuple[Any, ...]]:
        """Connect as a role; the caller closes (use ``with``)."""
        return psycopg.connect(**roles.parameters(role) | {"dbname": self.name})

    def owner(self) -> psycopg.Connection[tuple[Any, ...]]:
        return self.connect(Role.OWNER)

    def web(self) -> psycopg.Connection[tuple[Any, ...]]:
        return self.connect(Role.WEB)

    def batch(self) -> psycopg.Connection[tuple[Any, ...]]:
        return self.connect(Role.BATCH)

    def environment(self) -> dict[str, str]:
        """What a program of the product needs to work on this database."""
        return os.environ | {"KOKUNEN_DATABASE": self.name}

    @contextmanager
    def django_as(self, role: Role) -> Iterator[None]:
        """Let Django's own connection be of another role for a while."""
        before = os.environ.get("KOKUNEN_DATABASE")
        use(self.name, role)
        try:
            yield
        finally:
            use(before or "", Role.WEB)


def use(name: str, role: Role) -> None:
    """Point Django's connection of this thread at a database, as a role."""
    connections.close_all()
    given = roles.parameters(role)
    connection.settings_dict.update(
        NAME=name,
        USER=role.user,
        PASSWORD=given["password"],
        HOST=given.get("host", ""),
        PORT=given.get("port", ""),
    )
    if name:
        os.environ["KOKUNEN_DATABASE"] = name


def make_template() -> None:
    """Start the server and migrate the product into the template of this worker."""
    from kokunen.sites import migrating

    if roles.is_embedded():
        embedded.start()
    os.environ["KOKUNEN_DATABASE"] = TEMPLATE
    with administrator() as server:
        if roles.is_embedded():
            # No database here lives long enough to be vacuumed.
            for setting in ("fsync", "synchronous_commit", "full_page_writes", "autovacuum"):
                server.execute(f"ALTER SYSTEM SET {setting} = off")
            server.execute("SELECT pg_reload_conf()")
        server.execute(f"DROP DATABASE IF EXISTS {TEMPLATE} WITH (FORCE)")
    migrating.prepare()
    use(TEMPLATE, Role.OWNER)
    migrating.migrate(verbosity=0)
    connections.close_all()


@contextmanager
def fresh() -> Iterator[Database]:
    """Copy the template, hand it out, and drop it again."""
    name = f"{TEMPLATE}_{next(_numbers)}"
    connections.close_all()
    with administrator() as server:
        # A copy of the files takes half the time of one through the log.
        server.execute(
            f"CREATE DATABASE {name} TEMPLATE {TEMPLATE} OWNER {Role.OWNER.user} STRATEGY FILE_COPY"
        )
        roles.make_database(server, name)
    use(name, Role.WEB)
    # What the record writes outside the database belongs to this one alone, also while another
    # office stands beside it.
    own = home.folder() / name
    try:
        with pytest.MonkeyPatch.context() as patch:
            for key in ("KOKUNEN_JOURNAL", "KOKUNEN_ANCHORS"):
                patch.setenv(key, str(own / key))
            yield Database(name)
    finally:
        connections.close_all()
        with administrator() as server:
            server.execute(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")
