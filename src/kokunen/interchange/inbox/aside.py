"""What waits is set aside, or let in without the file before it; always with a reason."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction

from kokunen.access.openings.operations import refusals_recorded
from kokunen.audit.domain import Act, Change
from kokunen.audit.operations import record
from kokunen.interchange import lifecycle, models
from kokunen.interchange.domain import (
    DONE,
    Effect,
    EventKind,
    FileState,
    RecordOutcome,
    UnableToHandleFile,
)
from kokunen.interchange.inbox import again, ledger, turns

if TYPE_CHECKING:
    from uuid import UUID

    from kokunen.audit.domain import Occasion


def set_aside(
    *, file: int, number: int | None, reason: str, occasion: Occasion, request_id: UUID
) -> None:
    """Decide that nothing more is done with a record, or with a file (``number`` None).

    A file can be set aside while it waits, or before its first record was applied. Done twice it is
    done once. Raises `UnableToHandleFile`.
    """
    _with_reason(reason)
    with (
        refusals_recorded(operation="interchange.set_aside", occasion=occasion),
        transaction.atomic(),
    ):
        if number is None:
            _set_file_aside(file, reason, occasion)
            return
        before = again.locked(again.applied(file).pk, number)
        if before.outcome == RecordOutcome.SET_ASIDE:
            return
        if before.outcome in DONE:
            raise UnableToHandleFile(
                f"レコード{number}は「{RecordOutcome(before.outcome).label}」で、済んでいます。",
                fix="反映した記録を改めるときは、その人の記録を訂正してください。",
                field="number",
            )
        effect = Effect(
            outcome=RecordOutcome.SET_ASIDE,
            person=before.person_id,
            case=before.case_id,
            code="set_aside",
            says=reason,
        )
        ledger.follow(before=before, effect=effect, occasion=occasion)
        again.tell_of("interchange.set_aside", before, effect, occasion, outcome=f"{request_id}")


def _set_file_aside(file: int, reason: str, occasion: Occasion) -> None:
    of = lifecycle.find(file)
    ledger.lock(f"interchange_layout {of.layout}")
    now = lifecycle.state(file)
    if now is FileState.SET_ASIDE:
        return
    begun = models.Record.objects.filter(file=file).exists()
    if now not in (FileState.WAITING, FileState.APPLYING) or begun:
        raise UnableToHandleFile(
            f"ファイル{file}は「{now.label}」で、全体を取り止めることはできません。",
            fix="反映の始まったファイルは最後まで反映し、残ったレコードを1件ずつ処理してください。",
            field="file",
        )
    lifecycle.add(of.pk, EventKind.SET_ASIDE, occasion=occasion, reason=reason)
    turns.call(of.layout, occasion=occasion)
    _tell_file("interchange.set_aside", file, occasion)


def go_on(*, file: int, reason: str, occasion: Occasion) -> None:
    """Let a waiting file in although the one before it never came, and those that follow it.

    The numbers before it are then past. Raises `UnableToHandleFile`.
    """
    _with_reason(reason)
    with (
        refusals_recorded(operation="interchange.go_on", occasion=occasion),
        transaction.atomic(),
    ):
        of = lifecycle.find(file)
        ledger.lock(f"interchange_layout {of.layout}")
        if lifecycle.state(file) is not FileState.WAITING or of.sequence != min(
            turns.waiting(of.layout)
        ):
            raise UnableToHandleFile(
                f"ファイル{file}は、前の通番を待っている最初のファイルではありません。",
                fix="待っているファイルのうち、通番の最も小さいものを選んでください。",
                field="file",
            )
        lifecycle.add(
            of.pk, EventKind.ARRIVED, occasion=occasion, reason=reason, code="without_the_one"
        )
        turns.call(of.layout, occasion=occasion)
        _tell_file("interchange.go_on", file, occasion)


def _with_reason(reason: str) -> None:
    if not reason.strip():
        raise UnableToHandleFile(
            "理由がありません。後で確かめられるように、理由を残します。",
            fix="なぜそうするのかを書いてください。",
            field="reason",
        )


def _tell_file(operation: str, file: int, occasion: Occasion) -> None:
    record(
        act=Act.WRITE,
        operation=operation,
        occasion=occasion,
        changes=[Change(table="interchange_file", row=str(file), field="state")],
    )
