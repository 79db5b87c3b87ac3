"""法定免除 that nobody has filed: a cause was told of before its person entered 第1号.

The notice itself did nothing when it came (`welfare`); its line in the ledger notes the day. Such
people are a list like those of 資格 (``enrolment.candidates``), worked off as cases.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from django.db import connection, transaction

from kokunen.cases.catalogue.kinds import Filer
from kokunen.cases.domain import Channel, Receipt
from kokunen.dates.tokyo import day_of
from kokunen.enrolment.candidates import MOST
from kokunen.exemption import operations as exemption
from kokunen.exemption.unreported import unreported
from kokunen.exemption.words import day as said
from kokunen.interchange.receivers import welfare_causes as causes
from kokunen.law.statutory import CAUSES
from kokunen.people.codes import Code
from kokunen.people.periods import Period
from kokunen.people.search import named

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping, Sequence
    from datetime import date
    from uuid import UUID

    from kokunen.access.domain import Field
    from kokunen.audit.domain import Occasion
    from kokunen.cases.operations import Taken
    from kokunen.exemption.unreported import Told, Unreported
    from kokunen.people.search import Hit


class CauseList(Code):
    """The list of this module, beside those of ``enrolment.candidates.ListKind``."""

    STATUTORY = "statutory", "法定免除に当たり届出のない人"


@dataclass(frozen=True, slots=True, kw_only=True)
class Waiting:
    """Somebody of the list; ``person`` is the 宛名番号, ``hit`` what the role sees, ``why`` words.

    ``filing`` is 免除理由該当届, which `raise_case` receives; of a foreign national who receives
    the like of public assistance it is the application (法90条1項2号) that they make themselves.
    """

    person: int
    hit: Hit
    found: Unreported
    why: str
    article: str
    filing: str

    @property
    def is_report(self) -> bool:
        """Whether the filing is the report, whose content is known."""
        return self.filing == _REPORT


_REPORT: Final = "statutory_on"
_APPLICATION: Final = "exemption"
_ASSISTANCE: Final = causes.CAUSES["welfare_status"]
_NAMES: Final[Mapping[str, str]] = {
    _ASSISTANCE: "生活扶助",
    causes.CAUSES["disability_benefits"]: "1級・2級の障害年金",
}

_KNOWN: Final = """
SELECT p.id, home.is_foreign, insured.days, exempt.days,
    max(f.filed_on) FILTER (WHERE f.filing = %(report)s),
    max(f.filed_on) FILTER (WHERE f.filing = %(application)s)
FROM unnest(%(people)s::bigint[]) AS p (id)
CROSS JOIN LATERAL (SELECT range_agg(e.valid) AS days FROM people_enrolment e
    WHERE e.person_id = p.id AND e.superseded_at IS NULL AND e.category = 'category_1') AS insured
CROSS JOIN LATERAL (SELECT r.residency = 'foreign' AS is_foreign FROM people_register r
    WHERE r.person_id = p.id AND r.superseded_at IS NULL AND r.valid @> %(on)s::date
    AND r.residency <> 'non_resident' AND r.removal = '') AS home
CROSS JOIN LATERAL (SELECT range_agg(x.valid) AS days FROM people_exemption x
    WHERE x.person_id = p.id AND x.superseded_at IS NULL
    AND x.kind = 'statutory' AND x.outcome IN ('', 'approved')) AS exempt
LEFT JOIN LATERAL (
    SELECT c.filing,
        CASE WHEN made.kinds && ARRAY['granted', 'refused', 'closed'] THEN c.received_on
        ELSE %(on)s::date END AS filed_on
    FROM cases_case c CROSS JOIN LATERAL (
        SELECT array_agg(w.kind::text) AS kinds FROM cases_step w WHERE w.case_id = c.id) AS made
    WHERE c.person_id = p.id AND NOT 'withdrawn' = ANY(made.kinds)) AS f ON true
WHERE insured.days IS NOT NULL
GROUP BY p.id, home.is_foreign, insured.days, exempt.days
"""


def waiting(*, on: date, occasion: Occasion, sees: Collection[Field]) -> tuple[Waiting, ...]:
    """Return the residents of the list on a day, the earliest event first, each with its line.

    Whose filing waits for its answer, or was received since the event, is left out, unless it was
    withdrawn.
    """
    told = {
        person: notices
        for person, notices in causes.told_of().items()
        if any(each.begins for each in notices)
    }
    with transaction.atomic():
        found = sorted(_found(told, on), key=lambda each: (each[1].event_on, each[0]))[:MOST]
        hits = named(
            people=[person for person, *_ in found],
            operation="interchange.unreported",
            occasion=occasion,
            sees=sees,
        )
    return tuple(
        Waiting(
            person=person,
            hit=hits[person],
            found=one,
            why=_why(one),
            article="法90条1項2号"
            if filing == _APPLICATION
            else f"{CAUSES[one.cause][0]}・規則75条",
            filing=filing,
        )
        for person, one, filing in found
    )


def raise_case(
    *,
    candidate: Waiting,
    occasion: Occasion,
    request_id: UUID,
    sees: Collection[Field],
    opening: UUID | None = None,
) -> Taken:
    """Receive the report of somebody of the list ex officio, as the notice itself would have.

    Raises what ``exemption.operations.receive`` raises; of an application nothing is received.
    """
    proof = {"proof": "register"} if candidate.found.cause == _ASSISTANCE else {}
    return exemption.receive(
        receipt=Receipt(
            filing=candidate.filing,
            person=candidate.person,
            channel=Channel.OFFICE,
            received_on=day_of(occasion.at),
            event_on=candidate.found.event_on,
            filer=Filer.OFFICE,
            particulars={"cause": candidate.found.cause} | proof,
        ),
        occasion=occasion,
        request_id=request_id,
        sees=sees,
        opening=opening,
        reason=f"{candidate.why}({candidate.found.source})",
    )


def _found(told: Mapping[int, Sequence[Told]], on: date) -> Iterator[tuple[int, Unreported, str]]:
    with connection.cursor() as cursor:
        asked: dict[str, Any] = {"report": _REPORT, "application": _APPLICATION}
        cursor.execute(_KNOWN, asked | {"people": list(told), "on": on})
        rows: list[Any] = cursor.fetchall()
    for person, is_foreign, insured, exempt, reported, applied in rows:
        filings = dict.fromkeys(_NAMES, _REPORT)
        if is_foreign:
            filings[_ASSISTANCE] = _APPLICATION
        days = {_REPORT: reported, _APPLICATION: applied}
        one = unreported(
            told=told[person],
            insured=_periods(insured),
            exempt=_periods(exempt),
            filed={cause: day for cause, filing in filings.items() if (day := days[filing])},
            on=on,
        )
        if one is not None:
            yield person, one, filings[one.cause]


def _periods(days: Collection[Any] | None) -> tuple[Period, ...]:
    return tuple(Period(start=each.lower, end=each.upper) for each in days or ())


def _why(one: Unreported) -> str:
    since, what = said(one.began_on), _NAMES[one.cause]
    held = f"{since}から{said(one.ended_on)}まで{what}" if one.ended_on else f"{since}から{what}"
    if one.event_on == one.began_on:
        return f"{held}。その日は第1号"
    return f"{held}。{said(one.event_on)}に第1号になった"
