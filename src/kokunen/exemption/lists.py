"""The list of the July cycle: whose exemption is continued and who must apply again."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Final

from django.db import connection, transaction

from kokunen.access.domain import Field
from kokunen.audit.domain import Act
from kokunen.audit.operations import record_each
from kokunen.exemption.changes import JOB_LOSS
from kokunen.people.codes import Exemption

if TYPE_CHECKING:
    from uuid import UUID

    from kokunen.audit.domain import Occasion

_RENEWALS: Final = """
SELECT p.id, p.key, e.kind, e.cause, c.id,
    CASE WHEN stated.data IS NOT NULL
        THEN COALESCE((stated.data ->> 'continuation')::boolean, false) END
FROM people_exemption e
JOIN people_person p ON p.id = e.person_id
LEFT JOIN cases_case c ON e.source_ref = '案件' || c.id
LEFT JOIN LATERAL (
    SELECT data FROM cases_particulars WHERE case_id = c.id ORDER BY number DESC LIMIT 1
) AS stated ON true
WHERE e.superseded_at IS NULL AND e.outcome = 'approved' AND e.valid @> %(june)s::date
    AND e.kind IN ('full', 'three_quarters', 'half', 'one_quarter', 'deferral')
    AND NOT EXISTS (
        SELECT FROM cases_case n LEFT JOIN cases_particulars d ON d.case_id = n.id
        WHERE n.person_id = e.person_id AND n.filing = 'exemption'
            AND n.received_on > %(june)s AND (d.id IS NULL OR d.data -> 'cycles' ? %(cycle)s)
            AND NOT EXISTS (
                SELECT FROM cases_step w WHERE w.case_id = n.id AND w.kind = 'withdrawn'))
ORDER BY p.id, e.kind
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Renewal:
    """Somebody exempt in the June before a cycle, for whom nothing was received for it yet.

    ``is_continued``: full exemption or deferral with the wish to go on, not on the loss of a job;
    None: the wish is not known here (applied for elsewhere, or sealed). ``why`` is a code:
    ``continued``, ``wish_unknown``, ``not_wished``, ``partial_band``, ``job_loss``. ``case`` is the
    last application (None: from before this program).
    """

    person: int
    key: UUID
    kind: Exemption
    is_continued: bool | None
    why: str
    case: int | None


def renewals(*, cycle_year: int, occasion: Occasion) -> tuple[Renewal, ...]:
    """Return whom the cycle that begins in July of a year concerns; one line of record each.

    Shows no names. What is worked off is received as a case of channel OFFICE for the continued;
    the others are asked to apply (規則77条の2).
    """
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(_RENEWALS, {"june": date(cycle_year, 6, 30), "cycle": str(cycle_year)})
        found = tuple(
            _renewal(person, key, Exemption(kind), cause, case, wish)
            for person, key, kind, cause, case, wish in cursor.fetchall()
        )
        record_each(
            act=Act.READ,
            operation="exemption.renewals",
            occasion=occasion,
            people=[(each.person, {Field.EXEMPTION}, "") for each in found],
        )
    return found


def _renewal(
    person: int,
    key: UUID,
    kind: Exemption,
    cause: str,
    case: int | None,
    wish: bool | None,  # noqa: FBT001 - as above
) -> Renewal:
    is_continued, why = wish, "wish_unknown"
    if kind not in (Exemption.FULL, Exemption.DEFERRAL):
        is_continued, why = False, "partial_band"
    elif cause == JOB_LOSS:
        is_continued, why = False, "job_loss"
    elif wish is not None:
        why = "continued" if wish else "not_wished"
    return Renewal(person=person, key=key, kind=kind, is_continued=is_continued, why=why, case=case)
