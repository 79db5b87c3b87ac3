"""What is to be done at the intermediate server: taken in, worked off, given back.

Functions 2, 3 and 4 of founding document 004, システム2. An errand is a row; its id is the id of
the request, so that asking again after a lost answer is one request for the other side, too.
"""

from __future__ import annotations

import hashlib
import json
from contextlib import suppress
from datetime import timedelta
from typing import TYPE_CHECKING, Any, Final
from uuid import UUID, uuid5

from django.db import IntegrityError, transaction

from kokunen.audit.domain import Act, Change, Occasion
from kokunen.audit.operations import record
from kokunen.linkage import admission, intermediate, sealing
from kokunen.linkage.domain import Code, Errand, Function, Refused, State
from kokunen.linkage.models import Errand as Row

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from datetime import datetime

    from kokunen.linkage.admission import Caller
    from kokunen.linkage.intermediate import Reply, Request
    from kokunen.linkage.models import Subject
    from kokunen.linkage.settings import Settings

OPEN: Final = (State.WAITING, State.PENDING)
LONGEST_WAIT: Final = 3600
"""Seconds between two attempts, at most."""
AT_ONCE: Final = 100
"""Processing numbers in one answer to the gateway."""


def begin(
    *,
    errand: UUID,
    kind: Errand,
    caller: Caller,
    subject: Subject,
    content: Mapping[str, Any],
    basis: str = "",
) -> bool:
    """Put an errand into the queue; say whether it was new.

    The same id with the same content is the same errand, and its content is sealed once more;
    with another: raises ``Refused``.
    """
    said = intermediate.canonical(content)
    digest = hashlib.sha256(intermediate.canonical([kind, subject.number, basis, content])).digest()
    row = Row(
        id=errand,
        kind=kind,
        system=caller.system,
        subject=subject,
        staff_number=caller.staff_number,
        basis=basis,
        item_codes=sorted(content.get("items", ())),
        made_at=caller.at,
        state=State.WAITING,
        code="",
        attempts=0,
        next_at=caller.at,
    )
    sealing.seal(row, "content", said)
    sealing.seal(row, "digest", digest)
    if not Row.objects.filter(pk=errand).exists():
        # Suppressed: the same errand in the same moment.
        with suppress(IntegrityError), transaction.atomic():
            row.save(force_insert=True)
            return True
    with transaction.atomic():
        known = Row.objects.select_for_update().get(pk=errand)
        if known.system != caller.system or sealing.reveal(known, "digest") != digest:
            raise Refused(Code.TAKEN, field=kind.value)
        if known.state in OPEN:
            # It is what was said before; what lies here may have been damaged since.
            sealing.seal(known, "content", said)
            known.save(update_fields=["content"])
    return False


def provide(caller: Caller, body: Mapping[str, Any]) -> dict[str, Any]:
    """Take facts that the intermediate server is to hold (副本登録)."""
    return _take(
        caller, Errand.PROVISION, Function.PROVISION, body["provision"], body, list(body["items"])
    )


def inquire(caller: Caller, body: Mapping[str, Any]) -> dict[str, Any]:
    """Take an inquiry to another body (情報照会); its answer comes later."""
    return _take(
        caller, Errand.INQUIRY, Function.INQUIRY, body["inquiry"], body, list(body["items"])
    )


def _take(
    caller: Caller,
    kind: Errand,
    function: Function,
    errand: UUID,
    body: Mapping[str, Any],
    items: list[str],
) -> dict[str, Any]:
    with transaction.atomic():
        admission.listed(caller, function, basis=body["basis"], items=items)
        subject = admission.subject(caller, body["integrated_number"])
        content = {"items": body["items"]}
        new = begin(
            errand=errand,
            kind=kind,
            caller=caller,
            subject=subject,
            basis=body["basis"],
            content=content,
        )
        if new:
            caller.record(
                Act.WRITE,
                Change(
                    table="linkage_errand", row=str(errand), field=kind.value, after=body["basis"]
                ),
            )
        state = Row.objects.values_list("state", flat=True).get(pk=errand)
    return {"state": state}


def answer(caller: Caller, body: Mapping[str, Any]) -> dict[str, Any]:
    """Give what became of an inquiry of the caller's; each look is recorded."""
    with transaction.atomic():
        row = _own(caller, Errand.INQUIRY, body["inquiry"])
        caller.record(
            Act.EXPORT,
            Change(table="linkage_errand", row=str(row.pk), field="answer"),
            outcome=row.state,
        )
        items = None if row.answer is None else json.loads(sealing.reveal(row, "answer"))
    return {"state": row.state, "code": row.code, "items": items}


def forget(caller: Caller, body: Mapping[str, Any]) -> dict[str, Any]:
    """Drop the content of an answer that the asking system has."""
    with transaction.atomic():
        row = _own(caller, Errand.INQUIRY, body["inquiry"])
        if row.answer is not None:
            row.answer = None
            row.save(update_fields=["answer"])
            caller.record(
                Act.WRITE, Change(table="linkage_errand", row=str(row.pk), field="answer")
            )
    return {"state": row.state}


def _own(caller: Caller, kind: Errand, errand: UUID) -> Row:
    row = Row.objects.select_for_update().filter(pk=errand, kind=kind, system=caller.system).first()
    if row is None:
        raise Refused(Code.UNKNOWN, field=kind.value)
    return row


def gateway(caller: Caller, body: Mapping[str, Any]) -> dict[str, Any]:
    """Note the processing numbers (処理通番) that the gateway has, and give the next ones."""
    with transaction.atomic():
        waiting = Row.objects.filter(
            kind=Errand.IDENTIFIER, state=State.DONE, handed_at=None
        ).order_by("settled_at", "id")
        taken = list(
            waiting.select_for_update(of=("self",)).filter(processing_number__in=body["received"])
        )
        Row.objects.filter(pk__in=[row.pk for row in taken]).update(handed_at=caller.at)
        given = list(waiting.select_related("subject")[:AT_ONCE])
        if taken or given:
            caller.record(
                Act.EXPORT,
                *(
                    Change(table="linkage_errand", row=str(row.pk), field="handed_at")
                    for row in taken
                ),
                outcome=f"{len(given)} given",
            )
    return {
        "waiting": [
            {
                "processing_number": row.processing_number,
                "integrated_number": row.subject.number,
            }
            for row in given
        ]
    }


# ---- working off


def work(
    *, clock: Callable[[], datetime], ask: Callable[[Request], Reply], settings: Settings
) -> bool:
    """Do the errand that has been due longest; False when none is due.

    It is taken on lease and asked for outside any transaction: a worker that is killed leaves it
    to be asked again, under the same id, when the lease is over.
    """
    claimed = _claim(clock(), settings)
    if claimed is None:
        return False
    try:
        reply = ask(_request(claimed))
    except Refused as unopened:
        # Nothing is sent. The key may come back, or the sender say it once more.
        reply = intermediate.again(unopened.reason)
    try:
        with transaction.atomic():
            _settle(claimed, reply, clock(), settings)
    except IntegrityError:
        # A processing number that another errand has: the answer was to something else.
        with transaction.atomic():
            _settle(claimed, intermediate.again("processing_number_taken"), clock(), settings)
    return True


def _request(row: Row) -> Request:
    return intermediate.Request(
        id=row.pk,
        kind=Errand(row.kind),
        integrated_number=row.subject.number,
        basis=row.basis,
        content=json.loads(sealing.reveal(row, "content")),
    )


def _claim(at: datetime, settings: Settings) -> Row | None:
    with transaction.atomic():
        row = (
            Row.objects.select_for_update(of=("self",), skip_locked=True)
            .select_related("subject")
            .filter(state__in=OPEN, next_at__lte=at)
            .order_by("next_at", "made_at")
            .first()
        )
        if row is not None:
            row.attempts += 1
            row.next_at = at + timedelta(seconds=settings.lease_seconds)
            row.save(update_fields=["attempts", "next_at"])
        return row


def _settle(claimed: Row, reply: Reply, at: datetime, settings: Settings) -> None:
    row = Row.objects.select_for_update(of=("self",)).select_related("subject").get(pk=claimed.pk)
    if row.state not in OPEN or row.attempts != claimed.attempts:
        return  # somebody took it up after our lease; what they learn counts
    if reply.state in OPEN:
        row.state, row.code = reply.state, reply.code
        waits = 0 if reply.state == State.PENDING else min(row.attempts - 1, 12)
        row.next_at = at + timedelta(seconds=min(settings.retry_seconds * 2**waits, LONGEST_WAIT))
    else:
        row.state, row.code, row.settled_at, row.content = reply.state, reply.code, at, None
        if reply.state == State.DONE:
            _keep(row, reply, at)
    row.save()
    record(
        act=Act.RUN,
        operation=f"linkage.{row.kind}",
        occasion=Occasion(
            at=at, staff=None, staff_number="kokunen linkage", department="", terminal="linkage"
        ),
        changes=[
            Change(
                table="linkage_errand",
                row=str(row.pk),
                field="state",
                before=claimed.state,
                after=row.state,
            )
        ],
        outcome=row.code,
    )


def _keep(row: Row, reply: Reply, at: datetime) -> None:
    """Put what a finished errand brought where it belongs."""
    if row.kind == Errand.INQUIRY:
        sealing.seal(row, "answer", intermediate.canonical(dict(reply.items)))
    elif row.kind == Errand.IDENTIFIER:
        row.processing_number = reply.processing_number
    elif row.kind == Errand.REGISTER:
        following = Row(
            id=uuid5(row.pk, Errand.IDENTIFIER),
            kind=Errand.IDENTIFIER,
            system=row.system,
            subject=row.subject,
            staff_number=row.staff_number,
            basis="",
            item_codes=[],
            digest=b"",
            made_at=at,
            state=State.WAITING,
            code="",
            attempts=0,
            next_at=at,
        )
        sealing.seal(following, "content", intermediate.canonical({}))
        following.save(force_insert=True)
