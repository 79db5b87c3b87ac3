"""Files between two departments (既存システム連携), founding document 004, システム2 5.

Only what was agreed (連携定義) is taken. A file is given to its receiver until the receiver says,
with its digest, that it is safely there; then it is gone.
"""

from __future__ import annotations

import hashlib
import os
from contextlib import ExitStack
from typing import TYPE_CHECKING, Any, BinaryIO, Final
from uuid import UUID, uuid4

from django.db import IntegrityError, transaction

from kokunen.audit.domain import Act, Change
from kokunen.linkage import admission, sealing, settings
from kokunen.linkage.domain import Code, Errand, Refused, State, Thing
from kokunen.linkage.models import Errand as ErrandRow
from kokunen.linkage.models import File, HandOver, System
from kokunen.postgres import home

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

    from kokunen.linkage.admission import Caller

AT_ONCE: Final = 100
"""Files in one list."""
_UNFINISHED: Final = ".part"


def check_hand_over(caller: Caller, body: Mapping[str, Any], *, most: int) -> None:
    """Raise ``Refused`` before a byte is read, where the hand-over is not agreed or too large."""
    if body["size"] > most:
        raise Refused(Code.TOO_LARGE, field="size")
    systems = admission.in_force(System.objects.all(), caller.today).filter(code=body["to"])
    agreed = admission.in_force(HandOver.objects.all(), caller.today).filter(
        sender=caller.system, receiver=body["to"], layout=body["layout"]
    )
    if not (systems.exists() and agreed.exists()):
        raise Refused(Code.NO_HAND_OVER, field="layout")


def hand_over(caller: Caller, body: Mapping[str, Any], content: BinaryIO) -> dict[str, Any]:
    """Take a file and give its receipt; the same file again has the same receipt.

    The content is on disk, whole and synced, before its row is committed: a row has a file.
    It is sealed as it comes in, and its key is nowhere until its row is written. Raises
    ``Refused`` when it is not what was announced, or its id has another content.
    """
    unfinished, key = settings.kept() / f"{uuid4()}{_UNFINISHED}", sealing.new_key()
    try:
        _store(content, unfinished, size=body["size"], digest=body["digest"], key=key)
        with transaction.atomic():
            return {"receipt": str(_enter(caller, body, unfinished, key))}
    finally:
        unfinished.unlink(missing_ok=True)


def _store(content: BinaryIO, into: Path, *, size: int, digest: str, key: bytes) -> None:
    counted = hashlib.sha256()

    def read(length: int) -> bytes:
        block = b""
        while len(block) < length:
            more = content.read(length - len(block))
            if not more:
                raise Refused(Code.DAMAGED, field="digest")
            block += more
        counted.update(block)
        return block

    number = os.open(into, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(number, "wb") as out:
        out.writelines(sealing.seal_blocks(key, size=size, read=read))
        if counted.hexdigest() != digest:
            raise Refused(Code.DAMAGED, field="digest")
        out.flush()
        os.fsync(out.fileno())


def _enter(caller: Caller, body: Mapping[str, Any], unfinished: Path, key: bytes) -> UUID:
    receipt = uuid4()
    row = File(
        id=body["file"],
        sender=caller.system,
        receiver=body["to"],
        layout=body["layout"],
        name=body["name"],
        size=body["size"],
        digest=body["digest"],
        state=State.WAITING,
        receipt=receipt,
        received_at=caller.at,
    )
    sealing.seal(row, "key", key)
    try:
        with transaction.atomic():
            row.save(force_insert=True)
    except IntegrityError:
        known = File.objects.select_for_update().get(pk=row.pk)
        same = ("sender", "receiver", "layout", "size", "digest")
        if any(getattr(known, name) != getattr(row, name) for name in same):
            raise Refused(Code.TAKEN, field="file") from None
        if known.state != State.DONE and not _is_whole(known):
            # Damaged, or the office was restored from a backup, which holds no contents.
            sealing.seal(known, "key", key)
            known.save(update_fields=["key"])
            unfinished.rename(_content(known))
            home.sync(settings.kept())
        return known.receipt
    unfinished.rename(_content(row))
    home.sync(settings.kept())
    caller.record(Act.WRITE, _step(row, "received_at"), outcome=f"{row.layout} {row.receiver}")
    return receipt


def waiting(caller: Caller, _body: Mapping[str, Any]) -> dict[str, Any]:
    """Give the files that wait for the caller, oldest first."""
    rows = File.objects.filter(
        receiver=caller.system, state__in=(State.WAITING, State.COLLECTED)
    ).order_by("received_at", "id")[:AT_ONCE]
    return {
        "files": [
            {
                "file": str(row.pk),
                "from": row.sender,
                "layout": row.layout,
                "name": row.name,
                "size": row.size,
                "digest": row.digest,
            }
            for row in rows
        ]
    }


def collect(caller: Caller, body: Mapping[str, Any]) -> tuple[File, Iterator[bytes]]:
    """Give a file to its receiver, block by block; each time is recorded.

    All of it is looked through first: of a content that is damaged, or another file's, no byte
    goes out. Raises ``Refused``.
    """
    with ExitStack() as failing:
        with transaction.atomic():
            row = _undelivered(caller, body["file"])
        key, file = sealing.reveal(row, "key"), failing.enter_context(_content(row).open("rb"))
        _look_through(row, key, file)
        with transaction.atomic():
            row = _undelivered(caller, body["file"])
            row.state, row.collections = State.COLLECTED, row.collections + 1
            row.collected_at = row.collected_at or caller.at
            row.save(update_fields=["state", "collections", "collected_at"])
            caller.record(Act.EXPORT, _step(row, "collected_at"), outcome=str(row.collections))
        failing.pop_all()

    def blocks() -> Iterator[bytes]:
        with file:
            yield from sealing.reveal_blocks(key, size=row.size, sealed=file)

    return row, blocks()


def _look_through(row: File, key: bytes, file: BinaryIO) -> None:
    """Raise ``Refused`` unless the content opens, from its first byte to its last."""
    for _ in sealing.reveal_blocks(key, size=row.size, sealed=file):
        pass
    file.seek(0)


def _is_whole(row: File) -> bool:
    try:
        with _content(row).open("rb") as file:
            _look_through(row, sealing.reveal(row, "key"), file)
    except (FileNotFoundError, Refused):
        return False
    return True


def acknowledge(caller: Caller, body: Mapping[str, Any]) -> dict[str, Any]:
    """Note that the receiver has a file and drop its content; again gives the same receipt."""
    with transaction.atomic():
        row = _received(caller, body["file"])
        if row.state == State.WAITING:
            raise Refused(Code.UNKNOWN, field="file")
        if row.digest != body["digest"]:
            raise Refused(Code.DAMAGED, field="digest")
        if row.state != State.DONE:
            row.state, row.acknowledged_at, row.acknowledgement = State.DONE, caller.at, uuid4()
            row.key = None
            row.save(update_fields=["state", "acknowledged_at", "acknowledgement", "key"])
            caller.record(Act.WRITE, _step(row, "acknowledged_at"))
            transaction.on_commit(lambda: _content(row).unlink(missing_ok=True))
    return {"receipt": str(row.acknowledgement)}


def _received(caller: Caller, file: UUID) -> File:
    row = File.objects.select_for_update().filter(pk=file, receiver=caller.system).first()
    if row is None:
        raise Refused(Code.UNKNOWN, field="file")
    return row


def _undelivered(caller: Caller, file: UUID) -> File:
    row = _received(caller, file)
    if row.state == State.DONE:
        raise Refused(Code.DELIVERED, field="file")
    return row


def status(caller: Caller, body: Mapping[str, Any]) -> dict[str, Any]:
    """Give where something stands that the caller sent: of a file, the receiver's receipt, too."""
    if body["thing"] is Thing.FILE:
        file = File.objects.filter(pk=body["id"], sender=caller.system).first()
        if file is None:
            raise Refused(Code.UNKNOWN, field="id")
        return {
            "state": file.state,
            "code": "",
            "receipt": str(file.receipt),
            "received": str(file.acknowledgement or ""),
        }
    errand = ErrandRow.objects.filter(
        pk=body["id"], kind=Errand(body["thing"]), system=caller.system
    ).first()
    if errand is None:
        raise Refused(Code.UNKNOWN, field="id")
    return {"state": errand.state, "code": errand.code, "receipt": "", "received": ""}


def tidy() -> int:
    """Remove what a killed service left: unfinished files, and contents that are delivered.

    Only while nothing is being received. Returns the number of files removed.
    """
    held = {
        str(receipt)
        for receipt in File.objects.exclude(state=State.DONE).values_list("receipt", flat=True)
    }
    left = [path for path in settings.kept().iterdir() if path.name not in held]
    for path in left:
        path.unlink()
    return len(left)


def _content(row: File) -> Path:
    return settings.kept() / str(row.receipt)


def _step(row: File, field: str) -> Change:
    return Change(table="linkage_file", row=str(row.pk), field=field)
