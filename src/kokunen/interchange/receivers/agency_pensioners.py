"""受給権者一覧: the codes of a claim that the city knows are recorded, any other is told.

Of a claim the city keeps the 年金コード, of the old-age welfare pension the 証書番号 (founding
document 004, 別添2); what the register knows of the claim itself stays as it is.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Final, cast

from kokunen.dates.errors import Refusal
from kokunen.interchange.domain import DifferenceKind, RecordOutcome
from kokunen.interchange.receiving import refused
from kokunen.interchange.reconciliation import differing
from kokunen.interchange.reconciliation.applying import ALL, Applying, with_number
from kokunen.interchange.reconciliation.listed import compared, told
from kokunen.interchange.reconciliation.matching import folded
from kokunen.interchange.reconciliation.received import Who
from kokunen.people import operations as people
from kokunen.people.codes import ClaimKind, Outcome, Source
from kokunen.people.queries import facts

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from typing import Any

    from kokunen.interchange.domain import Effect
    from kokunen.interchange.receiving import Context, Incoming
    from kokunen.interchange.reconciliation.differing import Known
    from kokunen.people.domain import ClaimValue, Recorded

_REASON: Final = "日本年金機構の受給権者一覧"


def receive(records: Sequence[Incoming], context: Context) -> Sequence[Effect]:
    """Record the codes of the claims of a chunk."""
    return compared(records, context, _compared)


def _compared(record: Incoming, known: Known, context: Context) -> Effect:
    values, who = record.values, Who.of(record.values)
    differs = list(differing.of_person(who, folded(who.name) | folded(who.kana), known))
    claim = _claim(values, known, context)
    if claim is None:
        differs.append(DifferenceKind.MISSING_HERE)
    effect = told(known, differs)
    try:
        rows = () if claim is None else _recorded(record, claim, context)
    except Refusal as refusal:
        return replace(refused(refusal), person=known.person)
    if rows:
        effect = replace(effect, outcome=RecordOutcome.APPLIED, code="recorded", rows=rows)
    under_way = Applying(
        context=context, number=record.number, request_id=context.request(record.number)
    )
    return with_number(under_way, who, known, effect)


def _claim(
    values: Mapping[str, Any], known: Known, context: Context
) -> Recorded[ClaimValue] | None:
    """Return the claim that a line is about: of its code, else the one of its kind without one."""
    held = facts(
        person=known.person,
        kinds={"claim"},
        operation="reconciliation.claims",
        occasion=context.occasion,
        sees=ALL,
        opening=context.opening,
    )
    claims = [
        claim
        for claim in cast("tuple[Recorded[ClaimValue], ...]", held.get("claim", ()))
        if claim.value.kind == values["kind"]
        and claim.value.outcome not in (Outcome.REJECTED, Outcome.WITHDRAWN)
    ]
    same = [claim for claim in claims if claim.value.pension_code == values["pension_code"]]
    without = [claim for claim in claims if not claim.value.pension_code]
    chosen = same or without
    return chosen[0] if len(chosen) == 1 else None


def _recorded(
    record: Incoming, claim: Recorded[ClaimValue], context: Context
) -> tuple[tuple[str, int], ...]:
    """Record the code or number that the claim lacks; one that differs is left to a person."""
    value, given = claim.value, record.values
    field = "certificate_number" if value.kind is ClaimKind.OLD_AGE_WELFARE else "pension_code"
    if getattr(value, field) or not given[field]:
        return ()
    filled = (
        replace(value, certificate_number=given[field])
        if field == "certificate_number"
        else replace(value, pension_code=given[field])
    )
    return people.correct_fact(
        row=claim.id,
        fact=filled,
        valid=claim.valid,
        source=Source.AGENCY,
        reason=_REASON,
        occasion=context.occasion,
        request_id=context.request(record.number, "claim"),
        opening=context.opening,
    ).rows
