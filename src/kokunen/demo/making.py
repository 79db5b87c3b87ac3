"""Make the demonstration's office: tables, city, staff, and the one line of the record about it.

Needs Django, connected as the owner, on a migrated database.
"""

from __future__ import annotations

from contextlib import closing
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from django.db import connection as django
from django.db import transaction

from kokunen.audit.domain import Act, Occasion
from kokunen.audit.operations import record
from kokunen.dates.tokyo import day_of
from kokunen.demo import accounts, load

if TYPE_CHECKING:
    from collections.abc import Callable
    from fractions import Fraction

    from kokunen.demo.load import Connection, Loaded


@dataclass(frozen=True, slots=True, kw_only=True)
class Made:
    """What stands now; ``seconds`` is how long this run took."""

    loaded: Loaded
    population: int
    seconds: float


def make(
    *,
    at: datetime,
    scale: Fraction,
    seed: int,
    processes: int,
    start: Callable[[int, int], None],
    tell: Callable[[int], None],
    clock: Callable[[], float],
) -> Made:
    """Make what is missing of the office and the city.

    ``start`` is told the population and how many people are there already, ``tell`` the people of
    every chunk that comes in. Raises `load.UnableToLoadDemo`.
    """
    began = clock()
    with closing(load.connect()) as connection:
        city = load.mark(connection, day=day_of(at), scale=scale, seed=seed)
        before = load.loaded(connection)
        start(city.population, before.people)
        accounts.prepare(day=city.day, seed=seed)
        if not before.finished:
            load.load(connection, city, processes=processes, tell=tell)
            _close(connection, at=at + timedelta(seconds=clock() - began))
        after = load.loaded(connection)
    return Made(loaded=after, population=city.population, seconds=clock() - began)


def _close(connection: Connection, *, at: datetime) -> None:
    """Finish, then record the run: interrupted in between, the next start records it."""
    load.settle(connection)
    counts = load.loaded(connection)
    with transaction.atomic():
        record(
            act=Act.RUN,
            operation="demo.load",
            occasion=Occasion(
                at=at, staff=None, staff_number="kokunen demo", department="", terminal=""
            ),
            outcome=f"people={counts.people} rows={counts.rows}",
        )
        # In the same transaction: the line of the record and the ledger stand or fall together.
        with django.cursor() as cursor:
            cursor.execute("UPDATE demo.city SET finished_at = %s", [at])
