"""The only reader of this duty: frozen values out, and each person shown recorded."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from django.db import connection, transaction

from kokunen.benefit import domain, reading
from kokunen.benefit.domain import result_items
from kokunen.benefit.reports import REPORTS
from kokunen.cases import queries as cases
from kokunen.cases.catalogue import FILINGS
from kokunen.cases.domain import Advice, Channel, Receipt, refused
from kokunen.cases.particulars import UnableToReceive, fitted
from kokunen.dates.tokyo import day_of
from kokunen.people.codes import ClaimKind, Outcome
from kokunen.people.search import named

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping
    from datetime import date
    from uuid import UUID

    from kokunen.access.domain import Field
    from kokunen.audit.domain import Occasion
    from kokunen.people.search import Hit

__all__ = ["ReportDue", "advise", "prefill", "reports_due", "result_items"]


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportDue:
    """Somebody whose yearly report is due: who, which, by when, and the case that brought it.

    ``case`` None: it has not come in. ``late``: it has not, and the day is past.
    """

    person: int
    hit: Hit
    filing: str
    due: date
    case: int | None
    late: bool
    doubt: str


# Who receives: by the register (老齢福祉年金), or by a case whose newest answer is a grant.
_RECEIVE: Final = """
SELECT c.person_id FROM people_claim c
WHERE c.superseded_at IS NULL AND c.kind = %(kind)s AND c.outcome = %(approved)s
    AND c.died_on IS NULL
UNION
SELECT c.person_id FROM cases_case c
JOIN LATERAL (SELECT kind FROM cases_step WHERE case_id = c.id
    AND kind IN ('granted', 'refused', 'returned', 'withdrawn', 'corrected')
    ORDER BY number DESC LIMIT 1) AS answer ON true
WHERE c.filing = %(claim)s AND answer.kind = 'granted'
EXCEPT
SELECT r.person_id FROM people_register r
WHERE r.superseded_at IS NULL AND r.removal = 'death' AND r.removed_on < %(first)s
ORDER BY 1
"""
# What stands on the report of a protected person is hidden; its year is then that of the receipt.
_REPORTED: Final = """
SELECT c.person_id, max(c.id) FROM cases_case c
LEFT JOIN LATERAL (SELECT data FROM cases_particulars WHERE case_id = c.id
    ORDER BY number DESC LIMIT 1) AS says ON true
JOIN LATERAL (SELECT kind FROM cases_step WHERE case_id = c.id
    AND kind <> 'taken' ORDER BY number DESC LIMIT 1) AS made ON true
WHERE c.filing = %(report)s AND c.person_id = ANY(%(people)s)
    AND COALESCE(says.data ->> 'report_year', to_char(c.received_on, 'YYYY')) = %(year)s
    AND made.kind <> 'withdrawn'
GROUP BY c.person_id
"""
_CLAIMS: Final[Mapping[str, tuple[str, str]]] = {
    "old_age_welfare_report": ("old_age_welfare", ClaimKind.OLD_AGE_WELFARE),
    "special_disability_report": ("special_disability", ""),
}


def prefill(
    *,
    filing: str,
    person: int,
    occasion: Occasion,
    sees: Collection[Field],
    opening: UUID | None = None,
) -> Mapping[str, Any]:
    """Return what the register and the day already answer of a filing's items."""
    on = day_of(occasion.at)
    if filing in REPORTS:
        return {"report_year": str(on.year)}
    receipt = Receipt(
        filing=filing,
        person=person,
        channel=Channel.COUNTER,
        received_on=on,
        particulars={"has_children": True},
    )
    known = reading.known(
        receipt=receipt,
        occasion=cases.at_reception(occasion),
        sees=sees,
        opening=opening,
    )
    names = {item.name for item in FILINGS[filing].items}
    return {
        name: value for name, value in domain.prefilled(known=known, on=on).items() if name in names
    }


def advise(
    *,
    receipt: Receipt,
    case: int | None,
    occasion: Occasion,
    sees: Collection[Field],
    opening: UUID | None = None,
) -> Advice:
    """Return what the law says beside a filing, received (``case``) or only being filled in."""
    looking = (
        cases.at_reception(occasion)
        if case is None
        else reading.at_case(occasion, case=case, filing=receipt.filing)
    )
    try:
        receipt = fitted(receipt)
    except UnableToReceive as refusal:
        return Advice(findings=(refused(refusal),))
    known = reading.known(receipt=receipt, occasion=looking, sees=sees, opening=opening)
    return domain.advise(receipt=receipt, known=known)


def reports_due(
    *, filing: str, year: int, occasion: Occasion, sees: Collection[Field]
) -> tuple[ReportDue, ...]:
    """Return everybody whose yearly report of a kind is due in a year, by their number.

    They are who receives 老齢福祉年金 or 特別障害給付金 by the register or by a granted case, and
    was alive when the window opened. Each has a line in the record.
    """
    yearly = REPORTS[filing]
    first, due = yearly.window(year)
    claim, kind = _CLAIMS[filing]
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(
            _RECEIVE,
            {"kind": kind, "approved": Outcome.APPROVED, "claim": claim, "first": first},
        )
        people = [int(row[0]) for row in cursor.fetchall()]
        cursor.execute(_REPORTED, {"report": filing, "people": people, "year": str(year)})
        brought = dict(cursor.fetchall())
        hits = named(people=people, operation="benefit.reports_due", occasion=occasion, sees=sees)
    today = day_of(occasion.at)
    return tuple(
        ReportDue(
            person=person,
            hit=hits[person],
            filing=filing,
            due=due,
            case=brought.get(person),
            late=person not in brought and today > due,
            doubt=yearly.doubt,
        )
        for person in people
    )
