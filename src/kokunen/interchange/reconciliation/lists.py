"""What the periodic lists leave to look at: who is missing there, and whom to offer a claim."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from django.db import connection, transaction

from kokunen.interchange import lifecycle, models
from kokunen.interchange.domain import UnableToHandleFile
from kokunen.interchange.reconciliation.values import ListedLine
from kokunen.people.search import named

if TYPE_CHECKING:
    from collections.abc import Collection

    from kokunen.access.domain import Field
    from kokunen.audit.domain import Occasion

FULL: Final = "agrees_in_full_list"
"""The code of a line that agrees with a list of everybody."""

_MISSING: Final = """
SELECT DISTINCT e.person_id FROM people_enrolment AS e
WHERE e.superseded_at IS NULL AND e.category = 'category_1' AND e.valid @> %(on)s::date
    AND EXISTS (SELECT FROM people_register AS r WHERE r.person_id = e.person_id
        AND r.superseded_at IS NULL AND r.valid @> %(on)s::date AND r.removal = ''
        AND r.residency <> 'non_resident')
    AND NOT EXISTS (SELECT FROM interchange_record AS line
        WHERE line.file_id = %(file)s AND line.person_id = e.person_id)
ORDER BY 1 LIMIT %(limit)s
"""
# A list names people again and again: the newest file that does stands for them.
_LISTED: Final = """
SELECT DISTINCT ON (line.person_id) line.person_id, line.code,
    (SELECT max(c.id) FROM cases_case AS c
        JOIN LATERAL (SELECT kind FROM cases_step WHERE case_id = c.id AND kind <> 'taken'
            ORDER BY number DESC LIMIT 1) AS made ON made.kind <> 'withdrawn'
        WHERE c.person_id = line.person_id AND c.filing = 'support_benefit')
FROM interchange_record AS line
WHERE line.layout = 'agency_support_benefit' AND line.outcome = 'applied'
    AND line.person_id IS NOT NULL
ORDER BY line.person_id, line.file_id DESC, line.number DESC
"""


def missing_there(
    *, file: int, occasion: Occasion, sees: Collection[Field], limit: int = 100
) -> tuple[ListedLine, ...]:
    """Return the residents insured in category 1 on the day of a full list that it does not name.

    Raises `UnableToHandleFile` for a list of changes, which names only some.
    """
    of = lifecycle.find(file)
    lines = models.Record.objects.filter(file=of, code=FULL)
    if of.layout != "agency_insured" or not lines.exists():
        raise UnableToHandleFile(
            "全件の被保険者一覧ではないため、「一覧にない人」は調べられません。",
            fix="範囲が「全件」の被保険者一覧を選んでください。",
            field="file",
        )
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(_MISSING, {"on": of.made_on, "file": file, "limit": limit})
        people = [int(person) for (person,) in cursor.fetchall()]
        hits = named(
            people=people,
            operation="reconciliation.missing_there",
            occasion=occasion,
            sees=sees,
        )
    return tuple(ListedLine(hit=hits[person], kind="", case=None) for person in people)


def support_candidates(
    *, occasion: Occasion, sees: Collection[Field], limit: int = 100
) -> tuple[ListedLine, ...]:
    """Return who may claim the support benefit by the newest list that names them.

    ``kind`` is that of the benefit (old_age, supplement, disability, survivor); ``case`` their
    claim with the city, where there is one.
    """
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(_LISTED)
        found = [
            (int(person), code.split(" ")[1], case)
            for person, code, case in cursor.fetchall()
            if code.startswith("to_claim ")
        ][:limit]
        hits = named(
            people=[person for person, _, _ in found],
            operation="reconciliation.support_candidates",
            occasion=occasion,
            sees=sees,
        )
    return tuple(ListedLine(hit=hits[person], kind=kind, case=case) for person, kind, case in found)
