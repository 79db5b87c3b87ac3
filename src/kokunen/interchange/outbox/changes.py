"""What the transfers tell: changes of enrolment as they happen, and everybody once a month.

Read from the register's rows: what is sent is what is unsent (pull), so that nothing has to be
remembered elsewhere. A row of an enrolment or number is told once; one that was withdrawn is told
as cancelled.
"""

from __future__ import annotations

import json
from datetime import date, datetime
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from django.conf import settings
from django.db import connection

from kokunen.dates.errors import Refusal
from kokunen.dates.tokyo import start_of
from kokunen.interchange.domain import Partner, Sent
from kokunen.interchange.outbox.transfers import Span, Told, Transfer, masked, standing

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from kokunen.dates.month import Month

PAGE: Final = 2_000
"""People read and written at a time; with it memory is bounded."""
STARTS: Final = "exchange_events_from"
"""The setting (ISO day): changes recorded before it are not told. Default: the first night."""

_EVENTS: Final = """
WITH found AS (
    SELECT 'enrolment' AS kind, e.id, e.person_id, false AS cancelled, e.category,
        lower(e.valid) AS start, upper(e.valid) AS until
    FROM people_enrolment e
    WHERE e.recorded_at >= %(since)s AND e.superseded_at IS NULL
    UNION ALL
    SELECT 'enrolment', e.id, e.person_id, true, e.category, lower(e.valid), upper(e.valid)
    FROM people_enrolment e
    WHERE e.superseded_at >= %(since)s AND e.superseded_by_id IS NULL
        AND (e.recorded_at < %(since)s OR EXISTS (SELECT FROM interchange_sent s
            WHERE s.layout = %(layout)s AND s.key = 'enrolment ' || e.id
                AND s.withdrawn_at IS NULL))
    {numbers}
)
SELECT * FROM found
-- One look into the index for each row, whatever the planner believes of a table that grew today.
WHERE (SELECT s.id FROM interchange_sent s
    WHERE s.layout = %(layout)s AND s.withdrawn_at IS NULL
        AND s.key = found.kind || ' ' || found.id
            || CASE WHEN found.cancelled THEN ' cancelled' ELSE '' END
    LIMIT 1) IS NULL
ORDER BY person_id, kind, start NULLS FIRST, id
"""
_NUMBERS: Final = """
    UNION ALL
    SELECT 'number', n.id, n.person_id, n.superseded_at IS NOT NULL, '', NULL, NULL
    FROM people_basic_number n
    WHERE n.kind = 'current' AND upper(n.valid) IS NULL
        AND EXISTS (SELECT FROM people_enrolment i
            WHERE i.person_id = n.person_id AND i.superseded_at IS NULL)
        AND (n.recorded_at >= %(since)s AND n.superseded_at IS NULL
            OR n.superseded_at >= %(since)s AND n.superseded_by_id IS NULL
                AND (n.recorded_at < %(since)s OR EXISTS (SELECT FROM interchange_sent s
                    WHERE s.layout = %(layout)s AND s.key = 'number ' || n.id
                        AND s.withdrawn_at IS NULL)))
"""
_INSURED: Final = """
SELECT DISTINCT person_id FROM people_enrolment
WHERE superseded_at IS NULL AND valid && %(span)s::daterange AND person_id > %(after)s
ORDER BY person_id LIMIT %(most)s
"""
_KNOWN: Final = """
SELECT p.id, protection_covers(p.id), COALESCE(NULLIF(name.name, ''), name.latin),
    born.birth_date, spans.found::text, {columns}
FROM unnest(%(people)s::bigint[]) AS p (id)
LEFT JOIN LATERAL (SELECT name, latin FROM people_name
    WHERE person_id = p.id AND superseded_at IS NULL
    ORDER BY valid @> %(on)s::date DESC, lower(valid) DESC NULLS LAST LIMIT 1) AS name ON true
LEFT JOIN LATERAL (SELECT birth_date FROM people_identity
    WHERE person_id = p.id AND superseded_at IS NULL LIMIT 1) AS born ON true
LEFT JOIN LATERAL (
    SELECT json_agg(json_build_array(category, lower(valid), upper(valid))
        ORDER BY lower(valid) NULLS FIRST) AS found
    FROM people_enrolment WHERE person_id = p.id AND superseded_at IS NULL) AS spans ON true
{joins}
ORDER BY p.id
"""
_NUMBER: Final = """
LEFT JOIN LATERAL (SELECT number FROM people_basic_number
    WHERE person_id = p.id AND superseded_at IS NULL AND kind = 'current'
        AND valid @> %(on)s::date LIMIT 1) AS basic ON true
"""
_PAID: Final = """
LEFT JOIN LATERAL (SELECT kind, lower(valid) AS start, upper(valid) AS until, outcome
    FROM people_exemption
    WHERE person_id = p.id AND superseded_at IS NULL AND valid @> %(on)s::date
    ORDER BY outcome = 'approved' DESC NULLS LAST, lower(valid) DESC, id DESC LIMIT 1
    ) AS exempt ON true
LEFT JOIN LATERAL (SELECT kind, claimed_on, outcome, outcome_on FROM people_claim
    WHERE person_id = p.id AND superseded_at IS NULL
    ORDER BY claimed_on DESC, id DESC LIMIT 1) AS claim ON true
"""
_COLUMNS: Final = {
    "basic_number": "basic.number",
    "exemption": "exempt.kind",
    "exempt_from": "exempt.start",
    "exempt_until": "exempt.until",
    "exemption_outcome": "exempt.outcome",
    "claim": "claim.kind",
    "claimed_on": "claim.claimed_on",
    "claim_outcome": "claim.outcome",
    "claim_outcome_on": "claim.outcome_on",
}


class UnableToReadSetting(Refusal):
    """A setting of the office cannot be read as what it has to be."""

    code = "bad_setting"


class _Change(NamedTuple):
    kind: str
    id: int
    person: int
    cancelled: bool
    category: str
    start: date | None
    until: date | None

    @property
    def key(self) -> str:
        return f"{self.kind} {self.id}{' cancelled' if self.cancelled else ''}"


class _Known(NamedTuple):
    protected: bool
    values: dict[str, Any]
    spans: tuple[Span, ...]


def events(transfer: Transfer, *, on: date, at: datetime) -> Iterator[Sequence[Sent]]:
    """Return the changes that a room has not been told of, by person, in pages."""
    with_numbers = transfer.partner is Partner.RESIDENT_REGISTER
    with connection.cursor() as cursor:
        cursor.execute(
            _EVENTS.format(numbers=_NUMBERS if with_numbers else ""),
            {"layout": transfer.layout, "since": _since(at)},
        )
        found = [_Change(*row) for row in cursor.fetchall()]
    for start in range(0, len(found), PAGE):
        page = found[start : start + PAGE]
        known = _people(transfer, [change.person for change in page], on=on)
        yield [
            Sent(
                key=change.key,
                person=change.person,
                values=_changed(change, known[change.person]),
            )
            for change in page
        ]


def monthly(transfer: Transfer, *, month: Month) -> Iterator[Sequence[Sent]]:
    """Return everybody who was insured within a month, one record each, in pages."""
    span = f"[{month.first_day},{(month + 1).first_day})"
    after = 0
    while True:
        with connection.cursor() as cursor:
            cursor.execute(_INSURED, {"span": span, "after": after, "most": PAGE})
            people = [row[0] for row in cursor.fetchall()]
        if not people:
            return
        known = _people(transfer, people, on=month.last_day)
        yield [
            Sent(
                key=f"{month} person {person}",
                person=person,
                values=_record(
                    known[person], _latest(known[person].spans, month), told=Told.STANDING
                ),
            )
            for person in people
        ]
        after = people[-1]


def _changed(change: _Change, known: _Known) -> dict[str, Any]:
    said = Told.CANCELLED if change.cancelled else Told.CHANGED
    if change.kind == "number":
        # A number that was withdrawn is told by what the person has now: perhaps none.
        return _record(known, known.spans[-1], told=Told.CHANGED)
    span = Span(category=change.category, start=change.start, end=change.until)
    if change.cancelled:
        return _record(known._replace(spans=(span,)), span, told=said)
    return _record(known, span, told=said)


def _record(known: _Known, span: Span, *, told: Told) -> dict[str, Any]:
    values = known.values | standing(known.spans, span) | {"change": told.value}
    return masked(values, protected=known.protected)


def _latest(spans: Sequence[Span], month: Month) -> Span:
    """Return the last period that reaches into a month; there is one."""
    within = [span for span in spans if span.start is None or span.start <= month.last_day]
    return within[-1]


def _people(transfer: Transfer, people: Sequence[int], *, on: date) -> dict[int, _Known]:
    more = [name for name in _COLUMNS if name in transfer.fields]
    joins = (_NUMBER if "basic_number" in more else "") + (_PAID if "exemption" in more else "")
    columns = ", ".join(_COLUMNS[name] for name in more) or "NULL"
    with connection.cursor() as cursor:
        cursor.execute(
            _KNOWN.format(columns=columns, joins=joins),
            {"people": sorted(set(people)), "on": on},
        )
        rows = cursor.fetchall()
    return {
        person: _Known(
            protected=protected,
            values={"person": person, "name": name, "birth_date": born}
            | {key: value or None for key, value in zip(more, told, strict=False)},
            spans=tuple(
                Span(category=category, start=_day(start), end=_day(end))
                for category, start, end in json.loads(spans or "[]")
            ),
        )
        for person, protected, name, born, spans, *told in rows
    }


def _day(text: str | None) -> date | None:
    return None if text is None else date.fromisoformat(text)


def _since(at: datetime) -> datetime:
    """Return from when on changes are told: as the office says, else from the first night on."""
    said = settings.KOKUNEN_OFFICE.get(STARTS, "")
    if said:
        try:
            return start_of(date.fromisoformat(said))
        except (TypeError, ValueError) as wrong:
            raise UnableToReadSetting(
                f"office.json の {STARTS} が日付として読めません。",
                fix=f"{STARTS} に 2026-12-01 の形で日付を書いてください。",
                field=STARTS,
            ) from wrong
    with connection.cursor() as cursor:
        cursor.execute("SELECT min(started_at) FROM interchange_run")
        (first,) = cursor.fetchone()
    return at if first is None else min(first, at)
