"""The results of a chunk: one look at the cases, one match each, and what each of them does."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from django.db import transaction

from kokunen.access.protection.queries import covered
from kokunen.cases import taking_many
from kokunen.cases.domain import StepKind
from kokunen.dates.errors import Refusal
from kokunen.interchange.domain import Effect, RecordOutcome
from kokunen.interchange.receiving import refused
from kokunen.interchange.reconciliation import applying, forwarded, granting, known, plain
from kokunen.interchange.reconciliation.applying import Applying
from kokunen.interchange.reconciliation.keeping import keep_differing
from kokunen.interchange.reconciliation.matching import How, match
from kokunen.interchange.reconciliation.received import Result

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Mapping, Sequence

    from kokunen.cases.domain import Step
    from kokunen.cases.rows import Newest
    from kokunen.interchange.receiving import Context, Incoming
    from kokunen.interchange.reconciliation.differing import Known
    from kokunen.interchange.reconciliation.forwarded import Cases
    from kokunen.interchange.reconciliation.matching import Matched
    from kokunen.interchange.reconciliation.plain import Pending


def receive(records: Sequence[Incoming], context: Context) -> Sequence[Effect]:
    """Match the results of a chunk to forwarded cases and enter those that match exactly."""
    results = [Result.of(each.values) for each in records]
    cases = forwarded.load([each.answer for each in results])
    effects: dict[int, Effect] = {}
    pending: list[Pending] = []
    for record, result in zip(records, results, strict=True):
        found = match(result.answer, cases.near(result.answer))
        if found.case is not None and found.case in {case.case for _, _, case in pending}:
            # The second answer to a case follows the first.
            effects |= _entered(pending, cases)
            pending = []
            found = match(result.answer, cases.near(result.answer))
        if found.case is None:
            effects[record.number] = _open(found, cases)
            continue
        under_way = Applying(
            context=context,
            number=record.number,
            request_id=context.request(record.number, "result"),
        )
        pending.append((under_way, result, cases[found.case]))
    effects |= _entered(pending, cases)
    done = [effects[each.number] for each in records]
    keep_differing(records, done, context)
    return done


def _open(found: Matched, cases: Cases) -> Effect:
    """Return the effect of a result that a person has to assign.

    It is about somebody only where all candidates are theirs, or one of them is protected: what
    was received is then sealed with what else is known of them.
    """
    if found.how is How.UNMATCHED:
        return Effect(
            outcome=RecordOutcome.UNMATCHED,
            code="no_case",
            says="進達した案件に、この結果と合うものがありません。",
            fix="年金事務所に直接提出された届書等でないかを確かめ、"
            "案件を選ぶか、理由を書いて取り止めてください。",
        )
    first = found.candidates[0]
    over = "state" in first.differs
    return Effect(
        outcome=RecordOutcome.PROBABLE,
        code="case_over" if over else "candidates",
        says="最も近い案件は、取下げ・完結などで結果を登録できる状態にありません。"
        if over
        else "1つに決められません。合う項目と違う項目を見て、職員が決めてください。",
        fix="案件を開いて状態を確かめ、年金事務所に照会してください。"
        if over
        else "候補の案件を選ぶか、どれでもないときは理由を書いて取り止めてください。",
        person=_about({cases[each.case].person for each in found.candidates}),
        candidates=found.candidates,
    )


def _about(people: Collection[int]) -> int | None:
    if len(people) == 1:
        return next(iter(people))
    return min(covered(people), default=None)


def _entered(pending: Sequence[Pending], cases: Cases) -> dict[int, Effect]:
    """Enter the results of different cases: together what only takes a step, then the others."""
    if not pending:
        return {}
    context = pending[0][0].context
    register = known.known({case.person for _, _, case in pending}, occasion=context.occasion)
    held = taking_many.hold([case.case for _, _, case in pending])
    together = {
        case.case
        for take in (plain.take, granting.take)
        for _, _, case in _all_or_none(take, pending, held)
    }
    effects: dict[int, Effect] = {}
    for each in pending:
        under_way, result, case = each
        steps, person = held[case.case].steps, register[case.person]
        effect = (
            applying.matched(under_way, result, case, steps, person)
            if case.case in together
            else _one(each, steps, person)
        )
        effects[under_way.number] = effect
        if effect.outcome is RecordOutcome.MATCHED:
            awaits = result.kind is not StepKind.RETURNED
            cases.put(replace(case, awaits=awaits))
    return effects


def _all_or_none(
    take: Callable[[Sequence[Pending], Mapping[int, Newest]], Sequence[Pending]],
    pending: Sequence[Pending],
    held: Mapping[int, Newest],
) -> Sequence[Pending]:
    try:
        with transaction.atomic():
            return take(pending, held)
    except Refusal:
        return ()  # one of them is refused: each is tried by itself, and says why


def _one(each: Pending, steps: Sequence[Step], register: Known) -> Effect:
    under_way, result, case = each
    try:
        with transaction.atomic():
            effect = applying.answer(under_way, result, case, steps)
            return effect or applying.matched(under_way, result, case, steps, register)
    except Refusal as refusal:
        return replace(
            refused(refusal, outcome=RecordOutcome.HELD), person=case.person, case=case.case
        )
