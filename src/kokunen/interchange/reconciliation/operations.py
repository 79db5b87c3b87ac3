"""What a person does with the agency's answers: assign a result, clear a difference."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Final

from django.db import transaction

from kokunen.access.openings.operations import refusals_recorded
from kokunen.access.openings.queries import standing
from kokunen.audit.domain import Act, Change
from kokunen.audit.operations import record
from kokunen.cases import rows
from kokunen.interchange import lifecycle, models
from kokunen.interchange.codec.fields import Wrong
from kokunen.interchange.domain import (
    DONE,
    Effect,
    RecordOutcome,
    UnableToFindRecord,
    UnableToHandleFile,
)
from kokunen.interchange.inbox import again, ledger
from kokunen.interchange.reconciliation import applying, forwarded
from kokunen.interchange.reconciliation.applying import Applying
from kokunen.interchange.reconciliation.decoded import kept_each, values_of
from kokunen.interchange.reconciliation.known import known
from kokunen.interchange.reconciliation.received import LAYOUT, Result

if TYPE_CHECKING:
    from collections.abc import Collection
    from uuid import UUID

    from kokunen.access.domain import Field
    from kokunen.audit.domain import Occasion

_LONGEST: Final = 400


def decide(
    *,
    file: int,
    number: int,
    case: int,
    occasion: Occasion,
    request_id: UUID,
    sees: Collection[Field],
    opening: UUID | None = None,
    others: Collection[UUID] = (),
) -> Effect:
    """Assign a result to the case to which a person finds it to belong, and enter it there.

    ``opening`` is that of the person of the case, ``others`` those of the other people whom the
    result may be about: the result is read with all of them, the case entered with its own.
    The duty takes the step, differences are found as for one that matched by itself, and the next
    attempt of the record is MATCHED. Decided again for the same case it answers as before. Raises
    `UnableToHandleFile` (no open result of this number), ``cases.rows.UnableToFindCase``,
    ``UnableToReachSealedRecord`` for a protected person without an opening, ``UnableToApplyRecord``
    for a record that does not fit its layout, and the refusals of the duty.
    """
    of = lifecycle.find(file)
    named = replace(occasion, case=case)
    with (
        refusals_recorded(operation="reconciliation.decide", occasion=named),
        standing(opening, occasion.staff, others=others),  # it is the transaction, too
    ):
        before = again.locked(file, number)
        if before.outcome == RecordOutcome.MATCHED and before.case_id == case:
            return ledger.effect_of(before)
        if of.layout != LAYOUT or before.outcome in DONE:
            raise UnableToHandleFile(
                f"レコード{number}は「{RecordOutcome(before.outcome).label}」で、"
                "案件を選ぶ処理結果ではありません。",
                fix="突合待ちの一覧を開き直してください。",
                field="number",
            )
        raw = kept_each([before]).get((file, number))
        if raw is None:
            raise again.UnableToReachSealedRecord(
                "この処理結果は、支援措置の対象者のものとして封じられています。",
                fix=again.OPEN_FIRST,
            )
        try:
            result = Result.of(values_of(raw))
        except Wrong as wrong:
            raise again.unreadable(number) from wrong
        found = forwarded.one(case)
        under_way = Applying(
            context=ledger.context(of, occasion, opening),
            number=number,
            request_id=request_id,
            sees=sees,
        )
        register = known([found.person], occasion=named)[found.person]
        steps = rows.newest(case).steps
        effect = applying.answer(under_way, result, found, steps) or applying.matched(
            under_way, result, found, steps, register
        )
        ledger.follow(before=before, effect=effect, occasion=occasion)
        again.tell_of("reconciliation.decide", before, effect, named)
    return effect


def settle(*, difference: int, reason: str, occasion: Occasion, request_id: UUID) -> None:
    """Clear a difference, saying how (1 to 400 characters). Cleared again it stays as it was.

    Raises `UnableToHandleFile`.
    """
    del request_id  # a difference is cleared once: its own number is the request
    with (
        refusals_recorded(operation="reconciliation.settle", occasion=occasion),
        transaction.atomic(),
    ):
        found = models.Difference.objects.filter(pk=difference).first()
        if found is None:
            raise UnableToFindRecord(
                "この番号の相違はありません。",
                fix="相違の一覧を開き直してください。",
                field="difference",
            )
        if not 0 < len(reason.strip()) <= _LONGEST:
            raise UnableToHandleFile(
                f"相違を処理した理由がないか、{_LONGEST}字を超えています。",
                fix="何で確かめ、どうしたのかを書いてください。",
                field="reason",
            )
        ledger.lock(f"interchange_difference {difference}")
        if models.Settlement.objects.filter(difference=found).exists():
            return
        made = models.Settlement.objects.create(
            difference=found,
            reason=reason.strip(),
            at=occasion.at,
            staff=occasion.staff or lifecycle.PROGRAM,
        )
        record(
            act=Act.WRITE,
            operation="reconciliation.settle",
            occasion=replace(occasion, case=found.case_id),
            person=found.person_id,
            changes=[
                Change(
                    table="interchange_settlement",
                    row=str(made.pk),
                    field="difference_id",
                    after=str(difference),
                )
            ],
        )
