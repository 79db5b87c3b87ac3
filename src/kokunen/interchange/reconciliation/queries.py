"""The agency's answers as a person works on them: to assign, to clear, to chase up.

Whoever is shown is recorded; of somebody under a protection measure no more than the name is given.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from django.db import connection, transaction

from kokunen.audit.domain import Act
from kokunen.audit.operations import record
from kokunen.cases.catalogue import FILINGS
from kokunen.cases.domain import MAKES, OPEN_TO, State, StepKind
from kokunen.interchange import models
from kokunen.interchange.domain import RecordOutcome
from kokunen.interchange.groups import IN_LISTS, groups
from kokunen.interchange.inbox import ledger
from kokunen.interchange.inbox.applying import version_of
from kokunen.interchange.reconciliation.applying import CONCEALS
from kokunen.interchange.reconciliation.decoded import in_fields, kept_each, values_of
from kokunen.interchange.reconciliation.differences import differences
from kokunen.interchange.reconciliation.lists import missing_there, support_candidates
from kokunen.interchange.reconciliation.matching import Item
from kokunen.interchange.reconciliation.received import LAYOUT
from kokunen.interchange.reconciliation.unanswered import unanswered
from kokunen.interchange.reconciliation.values import (
    Bucket,
    CandidateLine,
    DifferenceLine,
    ListedLine,
    Probable,
    Unanswered,
    UnansweredLine,
)
from kokunen.people.domain import Masked
from kokunen.people.search import named

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

    from kokunen.access.domain import Field
    from kokunen.audit.domain import Occasion
    from kokunen.people.search import Hit

__all__ = [
    "Bucket",
    "CandidateLine",
    "DifferenceLine",
    "ListedLine",
    "Probable",
    "Unanswered",
    "UnansweredLine",
    "differences",
    "missing_there",
    "probable",
    "support_candidates",
    "unanswered",
]

_OPEN: Final = ("probable", "unmatched", "held")
_CASES: Final = """
SELECT c.id, c.person_id, protection_covers(c.person_id), c.filing, c.received_on,
    (SELECT on_day FROM cases_step WHERE case_id = c.id AND kind = 'forwarded'
        ORDER BY number DESC LIMIT 1),
    (SELECT kind FROM cases_step WHERE case_id = c.id AND kind <> 'taken'
        ORDER BY number DESC LIMIT 1)
FROM cases_case AS c WHERE c.id = ANY(%(cases)s)
"""


def probable(
    *, occasion: Occasion, sees: Collection[Field], limit: int = 50
) -> tuple[Probable, ...]:
    """Return the results that wait for a person, the oldest first, with the cases they may fit.

    A result that may belong to somebody under a protection measure is Masked.
    """
    with transaction.atomic():
        open_ = list(
            ledger.standing_records()
            .filter(layout=LAYOUT, outcome__in=_OPEN)
            .select_related("file")
            .order_by("file", "number")[:limit]
        )
        matches: dict[tuple[int, int], list[models.Match]] = {}
        of_files = models.Match.objects.filter(file__in={row.file_id for row in open_})
        numbers = {(row.file_id, row.number) for row in open_}
        for match in of_files.order_by("-score", "case_id"):
            if (match.file_id, match.number) in numbers:
                matches.setdefault((match.file_id, match.number), []).append(match)
        cases = _cases(
            {match.case_id for found in matches.values() for match in found}
            | {row.case_id for row in open_ if row.case_id}
        )
        hits = named(
            people=sorted({case["person"] for case in cases.values()}),
            operation="reconciliation.probable",
            occasion=occasion,
            sees=IN_LISTS & set(sees),
        )
        raws = kept_each(open_)
        return tuple(
            _probable(
                row,
                raws.get((row.file_id, row.number)),
                matches.get((row.file_id, row.number), []),
                cases,
                hits,
                occasion,
                sees,
            )
            for row in open_
        )


def _cases(numbers: Collection[int]) -> dict[int, dict[str, Any]]:
    names = ("case", "person", "protected", "filing", "received_on", "forwarded_on", "made")
    with connection.cursor() as cursor:
        cursor.execute(_CASES, {"cases": list(numbers)})
        found = [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]
    return {each["case"]: each for each in found}


def _probable(
    row: models.Record,
    raw: models.Raw | None,
    matches: Collection[models.Match],
    cases: Mapping[int, dict[str, Any]],
    hits: Mapping[int, Hit],
    occasion: Occasion,
    sees: Collection[Field],
) -> Probable:
    chosen = {match.case_id for match in matches}
    if row.case_id is not None:
        chosen.add(row.case_id)
    protected = any(cases[case]["protected"] for case in chosen)
    fields: tuple[tuple[str, Any], ...] | Masked = Masked()
    shown: set[str] = set()
    if raw is not None and not protected:
        group = groups(version_of(raw.file))
        values = {
            name: value
            for name, value in values_of(raw).items()
            if name not in group or group[name] in sees
        }
        shown = {
            group[name].value
            for name, value in values.items()
            if name in group and value is not None
        }
        if str(values.get("basic_number") or "").startswith(CONCEALS):
            # Whose it is nobody shall find by looking through what did not fit.
            values["basic_number"] = f"{CONCEALS}で始まる番号"
        fields = in_fields(raw, values)
    # Nobody has decided whose it is: it may be each candidate's.
    people = {row.person_id} if row.person_id else {cases[case]["person"] for case in chosen}
    for person in sorted(people) or (None,):
        record(
            act=Act.READ,
            operation="reconciliation.result",
            occasion=occasion,
            person=person,
            shown=shown,
        )
    return Probable(
        file=row.file_id,
        file_name=row.file.name,
        number=row.number,
        outcome=RecordOutcome(row.outcome),
        notice=row.notice,
        fields=fields,
        candidates=tuple(
            _candidate(cases[match.case_id], hits, match.score, match.agrees, match.differs)
            for match in matches
        )
        or tuple(_candidate(cases[case], hits, 0, (), ()) for case in sorted(chosen)),
        says=row.says,
        fix=row.fix,
        at=row.at,
    )


def _candidate(
    case: Mapping[str, Any],
    hits: Mapping[int, Hit],
    score: int,
    agrees: Collection[str],
    differs: Collection[str],
) -> CandidateLine:
    state = MAKES[StepKind(case["made"])] or State.RECEIVED
    return CandidateLine(
        case=case["case"],
        filing=FILINGS[case["filing"]],
        hit=hits[case["person"]],
        state=state,
        received_on=case["received_on"],
        forwarded_on=case["forwarded_on"],
        score=score,
        agrees=tuple(Item(each).label for each in agrees),
        differs=tuple(Item(each).label for each in differs),
        may_be_answered=StepKind.GRANTED in OPEN_TO[state],
    )
