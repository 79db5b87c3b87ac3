"""Random lives of cases for the tests, written into the tables as the steps of `cases` allow."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import TYPE_CHECKING, Any

from kokunen.cases.catalogue import FILINGS
from kokunen.cases.domain import NEEDS_REASON, OPEN_TO, Channel, Step, StepKind, state_of
from kokunen.dates.tokyo import TOKYO

if TYPE_CHECKING:
    import random
    from collections.abc import Sequence

    import psycopg

    from kokunen.people.codes import Exemption

    Web = psycopg.Connection[tuple[Any, ...]]

FIRST = date(2026, 2, 1)
BRANCHES = ("", "KITA", "MINAMI")
_CONTENT = {StepKind.RECEIVED, StepKind.COMPLETED, StepKind.CORRECTED}


@dataclass(frozen=True)
class Life:
    filing: str
    channel: str
    branch: str
    received_on: date
    steps: tuple[tuple[StepKind, date], ...]


def drawn(rng: random.Random) -> Life:
    """One life: a walk through the states that `cases.domain` opens."""
    on = FIRST + timedelta(days=rng.randrange(430))
    received_on = on
    steps = [StepKind.RECEIVED]
    days = [on]
    for _ in range(rng.randrange(14)):
        made = [
            Step(number=at, kind=kind, at=datetime(2026, 1, 1, tzinfo=TOKYO), on=on, staff=1)
            for at, kind in enumerate(steps, 1)
        ]
        open_ = sorted(OPEN_TO[state_of(made)] - {StepKind.WITHDRAWN})
        if rng.random() < 0.04 and StepKind.WITHDRAWN in OPEN_TO[state_of(made)]:
            open_ = [StepKind.WITHDRAWN]
        if not open_:
            break
        steps.append(rng.choice(open_))
        on += timedelta(days=rng.choice([0, 0, 1, 3, 9, 40]))
        days.append(on)
    return Life(
        filing=rng.choice(sorted(FILINGS)[:6]),
        channel=rng.choice(list(Channel)).value,
        branch=rng.choice(BRANCHES),
        received_on=received_on,
        steps=tuple(zip(steps, days, strict=True)),
    )


def write(web: Web, person: int, lives: Sequence[Life]) -> list[int]:
    """Write the lives as cases of a person; return their numbers."""
    numbers = []
    for life in lives:
        ((case,),) = web.execute(
            "INSERT INTO cases_case (request_id, filing, person_id, channel, branch, department,"
            " filer, received_on, recorded_at, recorded_by) VALUES (gen_random_uuid(), %s, %s, %s,"
            " %s, 'PENSION', 'self', %s, %s, 101) RETURNING id",
            [
                life.filing,
                person,
                life.channel,
                life.branch,
                life.received_on,
                _at(life.received_on),
            ],
        ).fetchall()
        for number, (kind, on) in enumerate(life.steps, 1):
            # Whoever examines is another than who wrote the particulars last.
            maker = 101
            web.execute(
                "INSERT INTO cases_step (case_id, number, kind, at, on_day, staff, maker, reason,"
                " detail, request_id)"
                " VALUES (%s, %s, %s, %s, %s, %s, %s, %s, '{}', gen_random_uuid())",
                [
                    case,
                    number,
                    kind.value,
                    _at(on),
                    on,
                    maker if kind in _CONTENT else 202,
                    maker,
                    "例" if kind in NEEDS_REASON else "",
                ],
            )
        numbers.append(case)
    web.commit()
    return numbers


def exempt(web: Web, person: int, kind: Exemption, start: date, end: date, outcome: str) -> None:
    """Write an exemption of a person."""
    ((entry,),) = web.execute(
        "INSERT INTO people_entry (request_id, operation, recorded_at, recorded_by, reason, rows)"
        " VALUES (gen_random_uuid(), 'people.test', now(), 101, '', '[]') RETURNING request_id"
    ).fetchall()
    web.execute(
        "INSERT INTO people_exemption (person_id, valid, source, source_ref, entry_id, recorded_at,"
        " recorded_by, kind, cause, outcome, ended_cause, statutory_lapsed_cause, school_name,"
        " school_kind) VALUES (%s, daterange(%s, %s), 'agency', '', %s, now(), 101, %s, '', %s, '',"
        " '', '', '')",
        [person, start, end, entry, kind.value, outcome],
    )
    web.commit()


def _at(on: date) -> datetime:
    return datetime.combine(on, time(10), tzinfo=TOKYO)
