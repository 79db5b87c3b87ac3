"""What the register knows of the people of a chunk, in one statement; each has a line for it."""

from __future__ import annotations

import json
from datetime import date
from typing import TYPE_CHECKING, Any, Final

from django.db import connection

from kokunen.access.domain import Field
from kokunen.audit.domain import Act
from kokunen.audit.operations import record_each
from kokunen.dates.tokyo import day_of
from kokunen.interchange.reconciliation.differing import NAMES, Insured, Known

if TYPE_CHECKING:
    from collections.abc import Collection

    from kokunen.audit.domain import Occasion

_KNOWN: Final = """
SELECT person.id, protection_covers(person.id), identity.birth_date, identity.sex,
    name.name, name.kana, name.latin, name.alias, name.alias_kana, lower(name.valid),
    (SELECT key FROM people_search_key WHERE person_id = person.id AND kind = 'basic_number'
        LIMIT 1),
    (SELECT jsonb_agg(jsonb_build_array(category, lower(valid), upper(valid))
            ORDER BY lower(valid) NULLS FIRST)::text
        FROM people_enrolment WHERE person_id = person.id AND superseded_at IS NULL),
    EXISTS (SELECT FROM people_register WHERE person_id = person.id AND superseded_at IS NULL
        AND valid @> %(day)s::date AND removal = '' AND residency <> 'non_resident')
FROM people_person AS person
LEFT JOIN LATERAL (SELECT birth_date, sex FROM people_identity
    WHERE person_id = person.id AND superseded_at IS NULL LIMIT 1) AS identity ON true
LEFT JOIN LATERAL (SELECT name, kana, latin, alias, alias_kana, valid FROM people_name
    WHERE person_id = person.id AND superseded_at IS NULL
    ORDER BY valid @> %(day)s::date DESC, lower(valid) DESC NULLS LAST LIMIT 1) AS name ON true
WHERE person.id = ANY(%(people)s)
"""
_LOOKED_AT: Final = frozenset(
    {Field.NAME, Field.BIRTH_DATE, Field.SEX, Field.BASIC_NUMBER, Field.ENROLMENT}
)


def known(people: Collection[int], *, occasion: Occasion) -> dict[int, Known]:
    """Return what the register says of these people, within the transaction of the caller."""
    if not people:
        return {}
    with connection.cursor() as cursor:
        cursor.execute(_KNOWN, {"people": list(people), "day": day_of(occasion.at)})
        found = [_known(row) for row in cursor.fetchall()]
    record_each(
        act=Act.READ,
        operation="reconciliation.known",
        occasion=occasion,
        people=[(each.person, _LOOKED_AT, "") for each in found],
    )
    return {each.person: each for each in found}


def _known(row: tuple[Any, ...]) -> Known:
    person, protected, birth_date, sex, *named, since, number, insured, resident = row
    return Known(
        person=person,
        protected=protected,
        birth_date=birth_date,
        sex=sex or "",
        named={part: text or "" for part, text in zip(NAMES, named, strict=True)},
        named_since=since,
        number=number or "",
        insured=tuple(
            Insured(category=category, start=_day(start), end=_day(end))
            for category, start, end in json.loads(insured or "[]")
        ),
        resident=resident,
    )


def _day(text: str | None) -> date | None:
    return None if text is None else date.fromisoformat(text)
