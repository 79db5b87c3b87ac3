"""The file as it was received: copied with its digest, kept, given back."""

from __future__ import annotations

import hashlib
import os
import tempfile
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO, Final

from django.conf import settings
from django.db.models import Exists, OuterRef

from kokunen.interchange import folders, lifecycle, models
from kokunen.interchange.domain import Direction, EventKind, UnableToHandleFile
from kokunen.interchange.inbox import ledger
from kokunen.interchange.inbox.listing import with_open
from kokunen.postgres import home

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime


KEPT: Final = 90
"""Days for which a settled file is kept (setting KOKUNEN_EXCHANGE_KEPT)."""
_LEFT: Final = 86_400
"""Seconds after which a copy under way has surely been left by a killed program."""
_PIECE: Final = 1 << 20


class UnableToTakeYet(UnableToHandleFile):
    """Somebody is still writing the file."""

    code = "being_written"


@dataclass(frozen=True, slots=True, kw_only=True)
class Copy:
    """A copy under way: ``arrival`` names this very delivery, whatever stands in the file.

    ``digest`` is the SHA-256 (hex), ``size`` in bytes.
    """

    path: Path
    digest: str
    size: int
    arrival: str


@contextmanager
def copied(path: Path) -> Iterator[Copy]:
    """Copy a file beside the kept ones, readable by its owner alone; gone again unless kept."""
    digest, size = hashlib.sha256(), 0
    handle, name = tempfile.mkstemp(prefix=".", dir=folders.keeping())
    try:
        # What is examined is the copy, so that nobody can exchange the file meanwhile.
        with os.fdopen(handle, "wb") as copy, _opened(path) as original:
            found = os.fstat(original.fileno())
            while piece := original.read(_PIECE):
                digest.update(piece)
                copy.write(piece)
                size += len(piece)
            copy.flush()
            os.fsync(copy.fileno())
            if _changes(found, os.fstat(original.fileno())):
                raise UnableToTakeYet(
                    f"ファイル「{path.name}」は、まだ書き込まれているところです。",
                    fix="書き終わってから受け取ります。書き込み中の名前の末尾は .part にして"
                    "ください。",
                    field="path",
                )
        said = f"{found.st_dev} {found.st_ino} {found.st_ctime_ns} {path.name}"
        yield Copy(
            path=Path(name),
            digest=digest.hexdigest(),
            size=size,
            arrival=hashlib.sha256(said.encode(errors="surrogateescape")).hexdigest()[:32],
        )
    finally:
        Path(name).unlink(missing_ok=True)


def _changes(before: os.stat_result, after: os.stat_result) -> bool:
    return (before.st_size, before.st_mtime_ns) != (after.st_size, after.st_mtime_ns)


def _opened(path: Path) -> BinaryIO:
    try:
        return os.fdopen(os.open(path, os.O_RDONLY | os.O_NOFOLLOW), "rb")
    except OSError as error:
        raise UnableToHandleFile(
            f"ファイルを開けません({os.strerror(error.errno or 0)})。",
            fix="ファイルがあるか、読み取りの権限があるかを確かめてください。",
            field="path",
        ) from error


def keep(copy: Copy) -> None:
    """Put the copy where it stays until nothing of it is open."""
    kept = folders.kept(copy.digest)
    copy.path.replace(kept)
    home.sync(kept.parent)


def opened(file: models.File, *, check: bool) -> BinaryIO:
    """Open a kept file; with ``check`` only if it is what was received, byte for byte.

    Raises `UnableToHandleFile`.
    """
    try:
        stream = folders.kept(file.digest).open("rb")
    except OSError as error:
        raise UnableToHandleFile(
            f"受信したファイル(番号{file.pk})の控えを開けません({os.strerror(error.errno or 0)})。",
            fix="税のデータは反映の後に残しません。もう一度回答を依頼してください。"
            if file.layout in ledger.UNKEPT
            else "バックアップから exchange/kept に戻すか、相手に再送を依頼してください。",
            field="file",
        ) from error
    if check:
        if hashlib.file_digest(stream, "sha256").hexdigest() != file.digest:
            stream.close()
            raise UnableToHandleFile(
                f"受信したファイル(番号{file.pk})の控えが、受信したときの内容と違います。",
                fix="バックアップから exchange/kept のファイルを戻し、もう一度実行してください。",
                field="file",
            )
        stream.seek(0)
    return stream


def tidy(*, at: datetime) -> int:
    """Remove kept files of which nothing is open since `KEPT` days; return how many.

    Tax data goes as soon as it was applied. The bytes of settled records go with the files, and
    what a killed program left half copied, too.
    """
    since = at - timedelta(days=int(getattr(settings, "KOKUNEN_EXCHANGE_KEPT", KEPT)))
    waits = ledger.open_records().filter(file=OuterRef("file"), number=OuterRef("number"))
    models.Raw.objects.filter(~Exists(waits), at__lt=since).delete()
    settled = _settled(since)
    gone = 0
    for path in folders.keeping().iterdir():
        if path.name.startswith("."):
            if at.timestamp() - path.stat().st_mtime > _LEFT:
                path.unlink(missing_ok=True)
        elif path.is_file() and path.name in settled:
            path.unlink(missing_ok=True)
            gone += 1
    return gone


def lacking() -> tuple[int, ...]:
    """Return the files whose copy is not there although something of them is open."""
    begun = lifecycle.standing(Direction.IN, [EventKind.ARRIVED, EventKind.WAITING])
    needed = {file.pk: file.digest for file in begun} | dict(
        models.File.objects.filter(pk__in=with_open()).values_list("pk", "digest")
    )
    return tuple(
        sorted(file for file, digest in needed.items() if not folders.kept(digest).exists())
    )


def _settled(since: datetime) -> set[str]:
    """Return the digests of which files were taken and nothing is open since then."""
    waited_for = with_open()
    last = models.Event.objects.filter(file__direction=Direction.IN.value)
    taken = last.order_by("file", "-number").distinct("file")
    found: dict[str, bool] = {}
    for file, digest, layout, kind, at in taken.values_list(
        "file", "file__digest", "file__layout", "kind", "at"
    ):
        if kind == EventKind.REFUSED:
            continue
        ended = kind in (EventKind.APPLIED, EventKind.SET_ASIDE)
        over = layout in ledger.UNKEPT or (at < since and file not in waited_for)
        found[digest] = found.get(digest, True) and ended and over
    return {digest for digest, settled in found.items() if settled}
