"""The only reader of 資格 for its filings: what the register answers, and what law says beside it.

Each read of a person is recorded with the purpose of the occasion (``people.queries.facts``).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from kokunen.cases import queries as cases
from kokunen.cases.catalogue import FILINGS
from kokunen.cases.catalogue.kinds import Duty
from kokunen.cases.domain import Advice
from kokunen.cases.particulars import UnableToReceive, fitted
from kokunen.dates.errors import Refusal
from kokunen.dates.tokyo import day_of
from kokunen.enrolment import domain, prefilling
from kokunen.enrolment.candidates import Candidate, ListKind, candidates
from kokunen.people import queries as people
from kokunen.people.domain import Hidden, Masked

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence
    from datetime import date
    from uuid import UUID

    from kokunen.access.domain import Field
    from kokunen.audit.domain import Occasion
    from kokunen.cases.catalogue.kinds import Item
    from kokunen.cases.domain import Receipt, Step
    from kokunen.cases.queries import Case
    from kokunen.enrolment.life import Facts
    from kokunen.people.domain import Recorded, Value

__all__ = [
    "Candidate",
    "ListKind",
    "UnableToSeeFiling",
    "advise",
    "candidates",
    "effects_of",
    "ended_rows",
    "facts_before",
    "facts_of",
    "is_taken_back",
    "prefill",
    "read",
    "receipt_of",
    "result_items",
]


class UnableToSeeFiling(Refusal):
    """What stands on the filing is sealed, or not for this role."""

    code = "filing_not_seen"


def facts_of(
    *,
    person: int,
    operation: str,
    occasion: Occasion,
    sees: Collection[Field],
    opening: UUID | None = None,
) -> Facts:
    """Return the facts that the filings look at; one line in the record."""
    return people.facts(
        person=person,
        kinds=domain.FACTS,
        operation=operation,
        occasion=occasion,
        sees=sees,
        opening=opening,
    )


def prefill(
    *,
    filing: str,
    person: int,
    occasion: Occasion,
    sees: Collection[Field],
    opening: UUID | None = None,
) -> Mapping[str, Any]:
    """Return what the register already answers, by the names of the filing's items."""
    facts = facts_of(
        person=person,
        operation="enrolment.prefill",
        occasion=occasion,
        sees=sees,
        opening=opening,
    )
    return prefilling.answers(filing, facts, on=day_of(occasion.at))


def advise(
    *,
    receipt: Receipt,
    case: int | None,
    occasion: Occasion,
    sees: Collection[Field],
    opening: UUID | None = None,
) -> Advice:
    """Return what law and register say beside a filing.

    Of a case that has taken effect the register is looked at as it stood before it. Raises
    `UnableToReceive` for particulars that the filing does not ask.
    """
    receipt = read(receipt)
    if case is None:
        facts = facts_of(
            person=receipt.person,
            operation="enrolment.advise",
            occasion=occasion,
            sees=sees,
            opening=opening,
        )
    else:
        found = cases.one(case=case, occasion=occasion, sees=sees, opening=opening)
        facts = facts_before(case=found, occasion=occasion, sees=sees, opening=opening)
    return Advice(
        findings=domain.check(receipt, facts),
        attachments=domain.attachments(receipt, facts),
        effects=domain.effects(receipt, facts),
        sections=domain.sections(receipt, facts),
    )


def result_items(filing: str) -> tuple[Item, ...]:
    """Return what is asked when a result is recorded: nothing, a 届出 is only reported back."""
    del filing
    return ()


def read(receipt: Receipt) -> Receipt:
    """Return a receipt whose particulars are what the filing asks. Raises `UnableToReceive`."""
    filing = FILINGS.get(receipt.filing)
    if filing is None or filing.duty is not Duty.ENROLMENT:
        raise UnableToReceive(
            "資格・付加の届出ではありません。",
            fix="届出の種類を選び直してください。",
            field="filing",
        )
    return fitted(receipt)


def receipt_of(
    case: Case,
    *,
    particulars: Mapping[str, Any] | None = None,
    event_on: date | None = None,
) -> Receipt:
    """Return what stands on the filing of a case, or would with these particulars.

    Raises `UnableToSeeFiling`.
    """
    stated = case.particulars
    if isinstance(stated, Masked):
        raise UnableToSeeFiling(
            "支援措置の対象者の届出の記載事項は封じられています。",
            fix="開示を申請し、別の職員の承認を受けてから処理してください。",
        )
    if isinstance(stated, Hidden):
        raise UnableToSeeFiling(
            "この届出の記載事項を見る役割がありません。",
            fix="資格の届出を扱う職員に引き継いでください。",
        )
    return case.receipt(particulars=particulars, event_on=event_on)


def effects_of(steps: Sequence[Step]) -> Mapping[str, Any] | None:
    """Return the detail of the step whose effects stand in the register, or None."""
    newest = next((step.detail for step in reversed(steps) if "rows" in step.detail), None)
    stands = newest is not None and (newest["rows"] or newest.get("before"))
    return newest if stands else None


def is_taken_back(steps: Sequence[Step]) -> bool:
    """Tell whether a case had effects that were taken back since."""
    newest = next((step.detail for step in reversed(steps) if "rows" in step.detail), None)
    return newest is not None and effects_of(steps) is None


def facts_before(
    *, case: Case, occasion: Occasion, sees: Collection[Field], opening: UUID | None = None
) -> Facts:
    """Return the facts of the person without what the case has made of them."""
    facts = facts_of(
        person=case.person,
        operation="enrolment.facts_before",
        occasion=occasion,
        sees=sees,
        opening=opening,
    )
    standing = effects_of(case.steps)
    if standing is None:
        return facts
    made = {(kind, row) for kind, row in standing["rows"]}
    then = {
        kind: [fact for fact in held if (kind, fact.id) not in made] for kind, held in facts.items()
    }
    for fact in ended_rows(
        case=case, before=standing["before"], occasion=occasion, sees=sees, opening=opening
    ):
        then.setdefault(fact.value.KIND, []).append(fact)
    return then


def ended_rows(
    *,
    case: Case,
    before: Sequence[Sequence[Any]],
    occasion: Occasion,
    sees: Collection[Field],
    opening: UUID | None = None,
) -> tuple[Recorded[Value], ...]:
    """Return the facts that a case put an end to, as they stood (``before``: kind and row)."""
    found: list[Recorded[Value]] = []
    for kind in dict.fromkeys(kind for kind, _ in before):
        wanted = {row for each, row in before if each == kind}
        rows = people.history(
            key=case.person_key, group=kind, occasion=occasion, sees=sees, opening=opening
        ).rows
        if isinstance(rows, tuple):
            found += [row for row in rows if row.id in wanted]
    return tuple(found)
