"""What each role may do with each table: declared beside the models, granted in one step."""

from __future__ import annotations

from typing import TYPE_CHECKING

from psycopg import sql

from kokunen.dates.errors import Refusal
from kokunen.postgres.roles import Role

if TYPE_CHECKING:
    from collections.abc import Mapping

    from psycopg import Connection


class UnableToGrant(Refusal):
    """A table has no line saying who may do what, or a line has no table."""

    code = "privileges_undeclared"


def grant(owner: Connection[tuple[object, ...]], declared: Mapping[str, Mapping[str, str]]) -> None:
    """Take every privilege away and grant exactly what is declared, within one transaction.

    Raises ``UnableToGrant`` when the tables of the database and the declared ones differ; nothing
    is changed then.
    """
    rows = owner.execute(
        "SELECT relname FROM pg_class WHERE relnamespace = 'public'::regnamespace"
        " AND relkind IN ('r', 'p', 'v', 'm')"
    ).fetchall()
    differing = {str(name) for (name,) in rows} ^ set(declared)
    if differing:
        raise UnableToGrant(
            f"権限の宣言と表が一致しません: {'、'.join(sorted(differing))}",
            fix="その表を持つ models.py の PRIVILEGES に、web と batch の権限を書いてください。",
        )
    with owner.transaction():
        for role in (Role.WEB, Role.BATCH, Role.LINKAGE):
            user = sql.Identifier(role.user)
            owner.execute(sql.SQL("REVOKE ALL ON ALL TABLES IN SCHEMA public FROM {}").format(user))
            owner.execute(sql.SQL("GRANT USAGE ON SCHEMA public TO {}").format(user))
            for table, may in declared.items():
                if may.get(role.value):
                    owner.execute(
                        sql.SQL("GRANT {} ON {} TO {}").format(
                            sql.SQL(may[role.value]),
                            sql.Identifier(table),
                            user,
                        )
                    )
