"""What every act of entering waits for."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import connection

if TYPE_CHECKING:
    from collections.abc import Sequence


def lock(names: Sequence[str]) -> None:
    """Wait for what is named, in this order, until the transaction ends; defer what can wait."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_advisory_xact_lock(hashtextextended(name, 0))"
            " FROM (SELECT name FROM unnest(%s::text[]) WITH ORDINALITY AS n(name, place)"
            " ORDER BY place) AS named",
            [list(names)],
        )
        cursor.execute("SET CONSTRAINTS ALL DEFERRED")
