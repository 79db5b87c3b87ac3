"""Migrations are linear, complete and followed by exactly the declared privileges."""

from __future__ import annotations

from typing import TYPE_CHECKING

import psycopg
import pytest
from django.core.management import call_command
from django.db import connection
from django.db.migrations.loader import MigrationLoader

from kokunen.postgres import privileges
from kokunen.sites import migrating

if TYPE_CHECKING:
    from django.db.migrations.graph import MigrationGraph

    from tests.office import Database

OURS = ("audit", "access", "openings", "protection", "vault", "people")


@pytest.mark.usefixtures("database")
def test_each_package_has_one_line_of_migrations() -> None:
    graph = MigrationLoader(connection).graph
    for app in OURS:
        assert len(graph.leaf_nodes(app)) == 1, app
        for node in (key for key in graph.nodes if key[0] == app):
            followers = [key for key in graph.nodes if key[0] == app and _follows(graph, key, node)]
            assert len(followers) <= 1, f"{node} is followed by {followers}"


def _follows(graph: MigrationGraph, key: tuple[str, str], node: tuple[str, str]) -> bool:
    return any(parent.key == node for parent in graph.node_map[key].parents)


@pytest.mark.usefixtures("database")
def test_the_models_and_the_migrations_agree() -> None:
    call_command("makemigrations", check=True, dry_run=True, verbosity=0)


def test_a_table_without_a_line_stops_the_migration(database: Database) -> None:
    with database.owner() as owner:
        owner.execute("CREATE TABLE forgotten (a int)")
        with pytest.raises(privileges.UnableToGrant, match="forgotten"):
            privileges.grant(owner, migrating.declared())


def test_what_is_granted_beside_the_declaration_is_taken_away(database: Database) -> None:
    with database.owner() as owner:
        owner.execute("GRANT DELETE ON people_person TO kokunen_web")
        owner.execute("GRANT UPDATE (created_at) ON people_person TO kokunen_web")
        privileges.grant(owner, migrating.declared())
    with database.web() as web:
        for order in (
            "DELETE FROM people_person",
            "UPDATE people_person SET created_at = now()",
        ):
            with pytest.raises(psycopg.errors.InsufficientPrivilege):
                web.execute(order)
            web.rollback()


def test_no_table_is_open_to_everyone(database: Database) -> None:
    with database.owner() as owner:
        everyone = owner.execute(
            "SELECT relname FROM pg_class, aclexplode(relacl) WHERE grantee = 0"
            " AND relnamespace = 'public'::regnamespace"
        ).fetchall()
    assert everyone == []


def test_foreign_keys_obey_the_layers(database: Database) -> None:
    """String references hide from import-linter, so the database is asked."""
    above = {"audit": 0, "access": 1, "openings": 2, "protection": 3, "vault": 3, "people": 4}
    with database.owner() as owner:
        pairs = owner.execute(
            "SELECT conrelid::regclass::text, confrelid::regclass::text, conname"
            " FROM pg_constraint WHERE contype = 'f'"
        ).fetchall()
    ours = [
        (table.split("_")[0], target.split("_")[0], name)
        for table, target, name in pairs
        if table.split("_")[0] in above and target.split("_")[0] in above
    ]
    assert len(ours) > 10
    # The register knows the walls below it, and adds the keys that point up to a person.
    from_people = {name for _, target, name in ours if target == "people"}
    for table, target, name in ours:
        assert above[table] >= above[target] or name in from_people, name
