"""Records that are open are tried again: by a person, or held ones by the night."""

from __future__ import annotations

from contextlib import suppress
from functools import partial
from typing import TYPE_CHECKING, Final

from django.db import transaction

from kokunen.access.openings.operations import refusals_recorded
from kokunen.access.openings.queries import standing
from kokunen.audit.domain import Act, Change
from kokunen.audit.operations import record
from kokunen.dates.errors import Refusal
from kokunen.interchange import lifecycle, models, registry
from kokunen.interchange.codec import reading
from kokunen.interchange.domain import (
    DONE,
    Effect,
    FileState,
    RecordOutcome,
    UnableToApplyRecord,
    UnableToHandleFile,
)
from kokunen.interchange.inbox import applying, ledger
from kokunen.interchange.receiving import Incoming

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterator
    from uuid import UUID

    from kokunen.audit.domain import Occasion
    from kokunen.interchange.receiving import Context, Receiver


OPEN_FIRST: Final = (
    "レコードの画面に示す支援措置の対象者のそれぞれについて、"
    "閲覧の承認を受けてから処理してください。"
)


class UnableToReachSealedRecord(Refusal):
    """The record is about somebody under a protection measure, and nothing was opened."""

    code = "sealed"


def retry(
    *,
    file: int,
    number: int,
    occasion: Occasion,
    request_id: UUID,
    opening: UUID | None = None,
    others: Collection[UUID] = (),
) -> Effect:
    """Apply a record again that is held, refused or without its case, and return what it did.

    ``opening`` is that of the person it is about, ``others`` those of whom it may be about.
    What is done already is returned as it stands. Raises `UnableToHandleFile` (no such record, its
    file is not applied yet, the kept copy is gone), `UnableToApplyRecord` (it could never be read)
    and `UnableToReachSealedRecord`.
    """
    of = applied(file)
    (incoming,) = incoming_of(of, {number})
    receives = registry.receives(of.layout)

    def act() -> Effect:
        with (
            refusals_recorded(operation="interchange.retry", occasion=occasion),
            standing(opening, occasion.staff, others=others),
        ):
            before = locked(file, number)
            _open_to(before)
            if before.outcome in DONE:
                return ledger.effect_of(before)
            effect = _effect(
                before, incoming, ledger.context(of, occasion, opening), receives.apply
            )
            ledger.follow(before=before, effect=effect, occasion=occasion)
            tell_of("interchange.retry", before, effect, occasion, outcome=f"{request_id}")
            return effect

    return applying.in_the_way(act)


def retry_held(
    *,
    occasion: Occasion,
    tell: Callable[[int], None] = lambda _: None,
) -> int:
    """Try every held record again, in order, until nothing changes; return how many changed.

    A record whose answer is the same leaves nothing: neither a line nor a trace of the try.
    """
    changed = 0
    while moved := sum(_each_held(occasion, tell)):
        changed += moved
    return changed


def _each_held(occasion: Occasion, tell: Callable[[int], None]) -> Iterator[bool]:
    held = held_records()
    for file in sorted({row.file_id for row in held}):
        of = lifecycle.find(file)
        wanted = {row.number for row in held if row.file_id == file}
        # Where the kept copy is gone the records stay held; `kokunen doctor` asks for it.
        with suppress(UnableToHandleFile):
            for incoming in incoming_of(of, wanted):
                yield applying.in_the_way(partial(_one_held, of, incoming, occasion))
                tell(1)


def _one_held(of: models.File, incoming: Incoming, occasion: Occasion) -> bool:
    with transaction.atomic(durable=True):
        before = locked(of.pk, incoming.number)
        if before.outcome != RecordOutcome.HELD:
            return False
        receives = registry.receives(of.layout)
        effect = _effect(before, incoming, ledger.context(of, occasion), receives.apply)
        if (effect.outcome, effect.code) == (before.outcome, before.code):
            transaction.set_rollback(True)
            return False
        ledger.follow(before=before, effect=effect, occasion=occasion)
        return True


def held_records() -> list[models.Record]:
    """Return the records whose standing attempt is held, in the order they came."""
    held = ledger.standing_records().filter(outcome=RecordOutcome.HELD.value)
    return list(held.order_by("file", "number"))


def incoming_of(of: models.File, numbers: Collection[int]) -> Iterator[Incoming]:
    """Read records of a kept file again, in their order. Raises `UnableToApplyRecord`."""
    left = set(numbers)
    for each in applying.records(of, check=False):
        if each.number not in left:
            continue
        if isinstance(each, reading.Bad):
            raise unreadable(each.number)
        yield Incoming(number=each.number, values=each.values, raw=each.raw, header=each.header)
        left.discard(each.number)
        if not left:
            return
    raise UnableToHandleFile(
        f"ファイル{of.pk}にレコード{min(left)}はありません。",
        fix="ファイルの一覧から選び直してください。",
        field="number",
    )


def unreadable(number: int) -> UnableToApplyRecord:
    """Return the refusal to work on a record of which no field can be trusted."""
    return UnableToApplyRecord(
        f"レコード{number}は様式に合わず、読み取れません。",
        fix="相手に訂正の通知を依頼し、このレコードは理由を書いて取り止めてください。",
        field="number",
    )


def _effect(
    before: models.Record,
    incoming: Incoming,
    context: Context,
    apply: Receiver,
) -> Effect:
    if applying.had_effect(context.layout, [before.notice]):
        return applying.repeated()
    (effect,) = apply((incoming,), context)
    return effect


def locked(file: int, number: int) -> models.Record:
    """Return what stands of a record, held against others to the end of the transaction."""
    ledger.lock(f"interchange_record {file} {number}")
    return ledger.last_attempt(file=file, number=number)


def _open_to(before: models.Record) -> None:
    """Pass where the database shows the record as it was received, or has it no more."""
    if before.outcome in DONE or before.layout in ledger.UNKEPT:
        return
    if not models.Raw.objects.filter(file=before.file_id, number=before.number).exists():
        raise UnableToReachSealedRecord(
            "支援措置の対象者のレコードは封じられています。",
            fix=OPEN_FIRST,
        )


def applied(file: int) -> models.File:
    """Return a file whose records can be worked on one by one, or raise `UnableToHandleFile`."""
    of = lifecycle.find(file)
    standing_now = lifecycle.state(file)
    if standing_now is not FileState.APPLIED:
        raise UnableToHandleFile(
            f"ファイル{file}は「{standing_now.label}」です。レコードの処理は反映の後で行います。",
            fix="反映が終わってから、もう一度操作してください。",
            field="file",
        )
    return of


def tell_of(
    operation: str, before: models.Record, effect: Effect, occasion: Occasion, *, outcome: str = ""
) -> None:
    """Write the line of the record for what was done with one record of a file."""
    record(
        act=Act.WRITE,
        operation=operation,
        occasion=occasion,
        person=effect.person,
        changes=[
            Change(
                table="interchange_record",
                row=f"{before.file_id}-{before.number}",
                field="outcome",
                before=before.outcome,
                after=effect.outcome.value,
            )
        ],
        outcome=outcome,
    )
