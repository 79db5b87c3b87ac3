"""What the record of access costs a write: the same operation with it, without it, and chained.

Threads of this process carry out ``people.record_fact`` as the web role, in slices that take turns,
so that the ratios are of the same minutes. Without: `record` does nothing. Chained: the record as
it is, and then one head row for all writers is locked and changed, as a hash chain made at the
moment of writing must do.
"""

# ruff: noqa: PLC0415 - the product is imported when the office stands
from __future__ import annotations

import hashlib
import os
import statistics
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from itertools import count
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final
from uuid import UUID, uuid4

from web_office import owner_asks

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from web_office import Clerk

THREADS: Final = 4
_HEAD: Final = """
CREATE TABLE IF NOT EXISTS public.bench_head (one boolean PRIMARY KEY, digest bytea NOT NULL);
INSERT INTO public.bench_head VALUES (true, '') ON CONFLICT DO NOTHING;
GRANT SELECT, UPDATE ON public.bench_head TO kokunen_web
"""
_phones = count(1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Cost:
    """Of each way: writes per second, share of throughput lost against `without`, its quartiles.

    ``busy`` are milliseconds of processor per write, of this process and the database together:
    what other programs do on the machine moves them less. All but the quartiles are medians.
    """

    rates: dict[str, float]
    shares: dict[str, float]
    quartiles: dict[str, tuple[float, float]]
    busy: dict[str, float]


def measure(clerks: Sequence[Clerk], *, writes: int, rounds: int) -> Cost:
    """Take turns: so many writes of every thread in each slice, so many rounds."""
    from kokunen.audit.operations import record

    ways = {"with": record, "without": _nothing, "chained": _chained(record)}
    owner_asks(_HEAD)
    found: dict[str, list[float]] = {name: [] for name in ways}
    busy: dict[str, list[float]] = {name: [] for name in ways}
    names = list(ways)
    try:
        # Each thread keeps its own connection from slice to slice.
        with ThreadPoolExecutor(THREADS) as pool:
            for turn in range(rounds + 1):
                for name in names[turn % 3 :] + names[: turn % 3]:
                    _use(ways[name])
                    start, worked = time.perf_counter(), _worked()
                    made = sum(pool.map(partial(_slice, writes=writes), clerks[:THREADS]))
                    if turn:  # the first round warms everything up
                        found[name].append(made / (time.perf_counter() - start))
                        busy[name].append((_worked() - worked) * 1000 / made)
            list(pool.map(lambda _: _close(), range(THREADS * 4)))
    finally:
        _use(record)
        owner_asks("DROP TABLE public.bench_head")
    each = {
        name: [1 - rate / bare for rate, bare in zip(rates, found["without"], strict=True)]
        for name, rates in found.items()
    }
    return Cost(
        rates={name: statistics.median(rates) for name, rates in found.items()},
        shares={name: statistics.median(shares) for name, shares in each.items()},
        quartiles={name: _quartiles(shares) for name, shares in each.items()},
        busy={name: statistics.median(taken) for name, taken in busy.items()},
    )


def _quartiles(shares: list[float]) -> tuple[float, float]:
    low, _, high = statistics.quantiles(shares, n=4)
    return low, high


def _worked() -> float:
    """Return the seconds of processor that this process and the database have used so far."""
    from kokunen.postgres import embedded

    server = (embedded.data_folder() / "postmaster.pid").read_text(encoding="utf-8").split()[0]
    children = Path(f"/proc/{server}/task/{server}/children").read_text(encoding="ascii").split()
    ticks = 0
    for pid in children:
        with suppress(OSError):  # a process of the server that has just ended
            fields = (
                Path(f"/proc/{pid}/stat").read_text(encoding="utf-8").rpartition(")")[2].split()
            )
            ticks += int(fields[11]) + int(fields[12])
    return time.process_time() + ticks / os.sysconf("SC_CLK_TCK")


def _use(way: Callable[..., UUID]) -> None:
    """Let every write of the register be recorded in this way."""
    from kokunen.people import entering

    setattr(entering, "record", way)  # noqa: B010 - not a name that the module hands out


def _close() -> None:
    from django.db import connection

    connection.close()


def _nothing(**_: object) -> UUID:
    return uuid4()


def _chained(record: Callable[..., UUID]) -> Callable[..., UUID]:
    from django.db import connection

    def chained(**given: Any) -> UUID:  # noqa: ANN401 - passed on as given
        made = record(**given)
        with connection.cursor() as cursor:
            cursor.execute("SELECT digest FROM public.bench_head FOR UPDATE")
            head = hashlib.sha256(bytes(cursor.fetchone()[0]) + made.bytes).digest()
            cursor.execute("UPDATE public.bench_head SET digest = %s", [head])
        return made

    return chained


def _slice(clerk: Clerk, *, writes: int) -> int:
    """Record so many telephone numbers, each for the next of the clerk's people."""
    from kokunen.audit.domain import Occasion
    from kokunen.people import operations
    from kokunen.people.codes import Source
    from kokunen.people.domain import PhoneValue
    from kokunen.people.periods import Period

    at = Occasion(
        at=datetime.now(tz=UTC),
        staff=clerk.id,
        staff_number=clerk.number,
        department="kokunen",
        terminal="デモ端末",
        purpose="consultation",
    )
    for index in range(writes):
        person = clerk.people[index % len(clerk.people)]
        operations.record_fact(
            person=person.number,
            fact=PhoneValue(number=phone()),
            valid=Period(start=at.at.date()),
            source=Source.SELF,
            occasion=at,
            request_id=uuid4(),
        )
    return writes


def phone() -> str:
    """Return a telephone number that nobody has been given here."""
    return f"0120-{next(_phones) % 10**6:06d}"
