"""What was forwarded and never answered, by age."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING, Final

from django.db import connection, transaction

from kokunen.cases.catalogue import FILINGS
from kokunen.interchange.groups import IN_LISTS
from kokunen.interchange.reconciliation.values import Bucket, Unanswered, UnansweredLine
from kokunen.people.search import named

if TYPE_CHECKING:
    from collections.abc import Collection
    from datetime import date

    from kokunen.access.domain import Field
    from kokunen.audit.domain import Occasion

USUAL_DAYS: Final = 120
"""After so many days an answer is late; a setting of the office and no law (checked 2026-11-21).

An exemption is answered after about three to four months (日本年金機構「国民年金保険料の
免除制度」).
"""
_ENDS: Final = (0, 30, 60, 90, USUAL_DAYS)

# As `cases_open` bounds it, and with the index of `cases_step_once` read backwards.
_WAITING: Final = """
SELECT c.id, c.person_id, c.filing, c.received_on, made.on_day
FROM cases_open AS o JOIN cases_case AS c ON c.id = o.case_id
JOIN LATERAL (SELECT kind, on_day FROM cases_step WHERE case_id = c.id AND kind <> 'taken'
    ORDER BY number DESC LIMIT 1) AS made ON made.kind = 'forwarded'
WHERE made.on_day <= %(on)s
ORDER BY made.on_day, c.id
"""


def unanswered(
    *, on: date, occasion: Occasion, sees: Collection[Field], limit: int = 50
) -> Unanswered:
    """Return what waits for an answer on a day, counted from the day it was forwarded last."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(_WAITING, {"on": on})
        found = cursor.fetchall()
        shown = found[:limit]
        hits = named(
            people=list(dict.fromkeys(person for _, person, *_ in shown)),
            operation="reconciliation.unanswered",
            occasion=occasion,
            sees=IN_LISTS & set(sees),
        )
    ages = [(on - forwarded_on).days for *_, forwarded_on in found]
    return Unanswered(
        on=on,
        usual=USUAL_DAYS,
        buckets=tuple(
            Bucket(least=least, most=most, count=sum(_within(age, least, most) for age in ages))
            for least, most in _buckets()
        ),
        lines=tuple(
            UnansweredLine(
                case=case,
                filing=FILINGS[filing],
                hit=hits[person],
                received_on=received_on,
                forwarded_on=forwarded_on,
                days=(on - forwarded_on).days,
                late=(on - forwarded_on).days > USUAL_DAYS,
            )
            for case, person, filing, received_on, forwarded_on in shown
        ),
        more=len(found) - len(shown),
    )


def _buckets() -> tuple[tuple[int, int | None], ...]:
    first, *_ = _ENDS
    bounded = [(start + (start > first), end) for start, end in pairwise(_ENDS)]
    return (*bounded, (_ENDS[-1] + 1, None))


def _within(age: int, least: int, most: int | None) -> bool:
    return least <= age and (most is None or age <= most)
