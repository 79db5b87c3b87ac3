"""The counts once more, in plain Python over the raw rows: what `queries` must agree with."""

from __future__ import annotations

from itertools import groupby
from typing import TYPE_CHECKING, Final

from django.db import connection

from kokunen.cases.domain import StepKind
from kokunen.people.codes import Exemption
from kokunen.statistics.domain import NOTIFIED, Counts, Held, Life, Step, count

if TYPE_CHECKING:
    from kokunen.statistics.domain import Period

_CASES: Final = "SELECT id, filing, channel, branch, received_on FROM cases_case"
_STEPS: Final = "SELECT case_id, number, kind, on_day FROM cases_step ORDER BY case_id, number"
_HELD: Final = """
SELECT person_id, kind, outcome, lower(valid), upper(valid)
FROM people_exemption WHERE superseded_at IS NULL
"""


def recount(*, period: Period) -> Counts:
    """Count a period from every case, step and exemption that is recorded; records nothing."""
    return count(lives(), held(), period=period)


def lives() -> list[Life]:
    """Return every case with its steps."""
    with connection.cursor() as cursor:
        cursor.execute(_STEPS)
        steps = {
            case: tuple(
                Step(number=number, kind=StepKind(kind), on=on) for _, number, kind, on in group
            )
            for case, group in groupby(cursor.fetchall(), key=lambda row: row[0])
        }
        cursor.execute(_CASES)
        return [
            Life(
                case=case,
                filing=filing,
                channel=channel,
                branch=branch,
                received_on=received_on,
                steps=steps.get(case, ()),
            )
            for case, filing, channel, branch, received_on in cursor.fetchall()
        ]


def held() -> list[Held]:
    """Return every exemption that stands, of those that hold without a decision all."""
    with connection.cursor() as cursor:
        cursor.execute(_HELD)
        return [
            Held(person=person, kind=Exemption(kind), start=start, end=end)
            for person, kind, outcome, start, end in cursor.fetchall()
            if outcome == "approved" or (outcome == "" and Exemption(kind) in NOTIFIED)
        ]
