"""Count the year once more, by walking through the raw rows, apart from all that counts elsewhere.

The rules in one sentence each: a case is a receipt on its day; of its answers and withdrawals the
last counts, and every return, on the day it is about; its first forwarding counts; whoever is
exempt on the last day of a period counts once, under the kind that goes before.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any, Final

from kokunen.demo.desk import by_program
from kokunen.statistics import domain, queries

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from datetime import datetime

    from kokunen.demo.load import Connection

Key = tuple[Any, ...]
_CASES: Final = "SELECT id, filing, channel, branch, received_on FROM cases_case"
_STEPS: Final = "SELECT case_id, kind, on_day FROM cases_step ORDER BY case_id, number"
_EXEMPT: Final = (
    "SELECT person_id, kind, coalesce(outcome, ''), lower(valid), upper(valid)"
    " FROM people_exemption WHERE superseded_at IS NULL"
)
_FIRST_OF: Final = (
    "childbirth", "childcare", "statutory", "full", "deferral", "three_quarters", "half",
    "one_quarter", "student",
)  # fmt: skip
_BY_LAW: Final = _FIRST_OF[:3]
_ENDS: Final = ("granted", "refused", "withdrawn")


@dataclass(slots=True)
class _Tally:
    """What happened, each with its day."""

    receipts: list[tuple[date, Key]] = field(default_factory=list)
    outcomes: list[tuple[date, Key]] = field(default_factory=list)
    forwarded: list[tuple[date, Key]] = field(default_factory=list)


def differences(connection: Connection, *, year: int, at: datetime) -> Iterator[str]:
    """Say where the statistics of the screens differ, in a month or in the year."""
    tally = _walk(connection)
    exempt = connection.execute(_EXEMPT).fetchall()
    connection.commit()
    months = [domain.month(year + (n > 12), (n - 1) % 12 + 1) for n in range(4, 16)]  # noqa: PLR2004 - April to March
    for period in (*months, domain.fiscal_year(year)):
        shown = queries.counts(period=period, occasion=by_program(at))
        found: dict[str, Mapping[Key, int]] = {
            name: Counter(key for day, key in rows if period.since <= day < period.until)
            for name, rows in (
                ("receipts", tally.receipts),
                ("outcomes", tally.outcomes),
                ("forwarded", tally.forwarded),
            )
        }
        found["exempt"] = _exempt(exempt, period.until - timedelta(days=1))
        for name, counted in found.items():
            told = {_key(key): number for key, number in getattr(shown, name).items() if number}
            for key in sorted({*counted, *told}, key=str):
                if counted.get(key, 0) != told.get(key, 0):
                    yield (
                        f"{period.since}〜 {name} {'/'.join(map(str, key))}: "
                        f"統計{told.get(key, 0)}、数え直し{counted.get(key, 0)}"
                    )


def _key(key: Any) -> Key:  # noqa: ANN401 - a code, or several with a number of days
    parts = key if isinstance(key, tuple) else (key,)
    return tuple(part if isinstance(part, int) else str(part) for part in parts)


def _walk(connection: Connection) -> _Tally:
    tally = _Tally()
    steps: dict[int, list[tuple[str, date]]] = {}
    for case, kind, day in connection.execute(_STEPS).fetchall():
        steps.setdefault(case, []).append((kind, day))
    for case, filing, channel, branch, received in connection.execute(_CASES).fetchall():
        tally.receipts.append((received, (filing, channel, branch)))
        end: tuple[date, Key] | None = None
        sent = False
        for kind, day in steps.get(case, ()):
            if kind == "returned":
                tally.outcomes.append((day, (filing, kind)))
            elif kind in _ENDS:
                end = day, (filing, kind)
            elif kind == "forwarded" and not sent:
                sent = True
                tally.forwarded.append((day, (filing, (day - received).days)))
        if end is not None:
            tally.outcomes.append(end)
    return tally


def _exempt(rows: list[Key], day: date) -> Mapping[Key, int]:
    """Return how many people are exempt on a day, each under one kind."""
    best: dict[int, str] = {}
    for person, kind, outcome, start, end in rows:
        holds = outcome == "approved" or (not outcome and kind in _BY_LAW)
        if not holds or (start and day < start) or (end and day >= end):
            continue
        known = best.get(person, kind)
        best[person] = min(kind, known, key=_FIRST_OF.index)
    return Counter((kind,) for kind in best.values())
