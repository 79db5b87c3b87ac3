"""The counts by SQL over the steps, and the rows behind each number. The only reader of statistics.

`recount` counts the same in another way, from the raw rows; the two must agree
(tests/statistics/test_recount.py).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, cast

from django.conf import settings
from django.db import connection, transaction

from kokunen.audit.domain import Act
from kokunen.audit.operations import record
from kokunen.cases.domain import StepKind
from kokunen.enquiries import queries as enquiries
from kokunen.people import search
from kokunen.people.codes import Exemption
from kokunen.statistics.domain import BANDS, NOTIFIED, Counts, Period, UnableToCount
from kokunen.statistics.suppression import THRESHOLD

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence
    from datetime import date

    from kokunen.access.domain import Field
    from kokunen.audit.domain import Occasion
    from kokunen.enquiries.queries import Waited
    from kokunen.people.search import Hit

_RECEIPTS: Final = """
SELECT c.filing, c.channel, c.branch, count(*)
FROM cases_case c WHERE c.received_on >= %(since)s AND c.received_on < %(until)s
GROUP BY 1, 2, 3
"""
# Of the final answers of a case the last counts; each return counts by itself.
_OUTCOME: Final = """
FROM cases_step s JOIN cases_case c ON c.id = s.case_id
WHERE s.on_day >= %(since)s AND s.on_day < %(until)s
    AND s.kind IN ('granted', 'refused', 'withdrawn', 'returned')
    AND (s.kind = 'returned' OR NOT EXISTS (
        SELECT FROM cases_step later WHERE later.case_id = s.case_id AND later.number > s.number
            AND later.kind IN ('granted', 'refused', 'withdrawn')))
"""
_OUTCOMES: Final = f"SELECT c.filing, s.kind, count(*) {_OUTCOME} GROUP BY 1, 2"
_FORWARDING: Final = """
FROM cases_step s JOIN cases_case c ON c.id = s.case_id
WHERE s.on_day >= %(since)s AND s.on_day < %(until)s AND s.kind = 'forwarded'
    AND NOT EXISTS (SELECT FROM cases_step earlier WHERE earlier.case_id = s.case_id
        AND earlier.number < s.number AND earlier.kind = 'forwarded')
"""
_FORWARDED: Final = (
    f"SELECT c.filing, s.on_day - c.received_on, count(*) {_FORWARDING} GROUP BY 1, 2"
)
_EXEMPT: Final = """
SELECT DISTINCT ON (e.person_id) e.person_id, e.kind
FROM people_exemption e
WHERE e.superseded_at IS NULL AND e.valid @> %(last)s::date
    AND (e.outcome = 'approved' OR (e.outcome = '' AND e.kind = ANY(%(notified)s)))
ORDER BY e.person_id, array_position(%(bands)s::text[], e.kind::text)
"""
_HELD: Final = f"({_EXEMPT}) AS held"
_BANDS: Final = f"SELECT kind, count(*) FROM {_HELD} GROUP BY 1"  # noqa: S608 - our own words

MOST_ROWS: Final = 500


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """A row behind a number: a case, an enquiry or an exempt person, with whom it is about.

    ``days`` are those from the receipt to the forwarding, where that is counted.
    """

    what: str
    filing: str
    channel: str
    branch: str
    on: date
    who: Hit
    days: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """Which number's rows are wanted: ``count`` is receipts, outcomes, forwarded or exempt.

    An empty text takes every value.
    """

    count: str
    filing: str = ""
    channel: str = ""
    branch: str | None = None
    outcome: str = ""
    band: str = ""


def threshold() -> int:
    """Return the smallest count that is published; the site's KOKUNEN_SMALLEST_CELL goes first."""
    return int(getattr(settings, "KOKUNEN_SMALLEST_CELL", THRESHOLD))


def publishes_years() -> bool:
    """Whether years are published (else months): never both, for one could be subtracted."""
    return bool(getattr(settings, "KOKUNEN_PUBLISHES_YEARS", True))


def counts(*, period: Period, occasion: Occasion) -> Counts:
    """Return the counts of a period. Names nobody; one line in the record says it was counted."""
    with transaction.atomic():
        found = Counts(
            receipts={(a, b, c): n for a, b, c, n in _rows(_RECEIPTS, period)},
            outcomes={(a, StepKind(b)): n for a, b, n in _rows(_OUTCOMES, period)},
            forwarded={(a, int(b)): n for a, b, n in _rows(_FORWARDED, period)},
            exempt={Exemption(a): n for a, n in _rows(_BANDS, period)},
        )
        record(
            act=Act.READ,
            operation="statistics.counts",
            occasion=occasion,
            outcome=f"{period.since}/{period.until}",
        )
    return found


def waited(*, period: Period) -> tuple[Waited, ...]:
    """Return how long the enquiries asked in a period waited for their answer; names nobody."""
    return enquiries.waited(since=period.since, until=period.until)


def rows(
    *, asked: Asked, period: Period, occasion: Occasion, sees: Collection[Field]
) -> tuple[Row, ...]:
    """Return the rows behind a number, at most `MOST_ROWS`; each person has a line in the record.

    Raises `UnableToCount` for a number that is not counted.
    """
    if asked.count not in _ROWS:
        raise UnableToCount(
            "その数は数えていません。", fix="統計の表の数から開いてください。", field="count"
        )
    given = {
        "filing": asked.filing,
        "channel": asked.channel,
        "branch": asked.branch,
        "outcome": asked.outcome,
        "band": asked.band,
    }
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(
            f"{_ROWS[asked.count]} LIMIT {MOST_ROWS}",
            {"since": period.since, "until": period.until, **_held(period), **given},
        )
        found = cursor.fetchall()
        people = search.named(
            people={row[0] for row in found},
            operation="statistics.rows",
            occasion=occasion,
            sees=sees,
        )
    return tuple(
        Row(
            what=str(case or ""),
            filing=filing,
            channel=channel,
            branch=branch,
            on=on,
            who=people[person],
            days=days,
        )
        for person, case, filing, channel, branch, on, days in found
    )


def exported(*, what: str, period: Period, occasion: Occasion) -> None:
    """Record that a file of the counts was taken out (``what``: csv, xlsx or svg)."""
    with transaction.atomic():
        record(
            act=Act.EXPORT,
            operation="statistics.export",
            occasion=occasion,
            outcome=f"{what} {period.since}/{period.until}",
        )


_CASE: Final = "SELECT c.person_id, c.id, c.filing, c.channel, c.branch"
_ASKED: Final = """
AND (%(filing)s = '' OR c.filing = %(filing)s)
AND (%(channel)s = '' OR c.channel = %(channel)s)
AND (%(branch)s::text IS NULL OR c.branch = %(branch)s::text)
AND (%(outcome)s = '' OR s.kind = %(outcome)s)
"""
# The receipt is the first step of its case.
_RECEIVED: Final = """
FROM cases_case c JOIN cases_step s ON s.case_id = c.id AND s.number = 1
WHERE c.received_on >= %(since)s AND c.received_on < %(until)s
"""
_ROWS: Final[Mapping[str, str]] = {
    "receipts": f"{_CASE}, c.received_on, NULL::int {_RECEIVED} {_ASKED} ORDER BY 6, 2",
    "outcomes": f"{_CASE}, s.on_day, NULL::int {_OUTCOME} {_ASKED} ORDER BY 6, 2, s.number",
    "forwarded": (
        f"{_CASE}, s.on_day, s.on_day - c.received_on {_FORWARDING} {_ASKED} ORDER BY 7 DESC, 2"
    ),
    "exempt": (
        "SELECT held.person_id, NULL::bigint, held.kind, '', '', %(last)s::date, NULL::int"  # noqa: S608 - as above
        f" FROM {_HELD} WHERE %(band)s = '' OR held.kind = %(band)s ORDER BY 3, 1"
    ),
}


def _held(period: Period) -> dict[str, Any]:
    return {
        "last": period.last_day,
        "notified": [each.value for each in NOTIFIED],
        "bands": [each.value for each in BANDS],
    }


def _rows(statement: str, period: Period) -> Sequence[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(statement, {"since": period.since, "until": period.until, **_held(period)})
        return cast("Sequence[tuple[Any, ...]]", cursor.fetchall())
