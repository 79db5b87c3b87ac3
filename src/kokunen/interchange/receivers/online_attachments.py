"""What was attached to an online application: taken in checked, kept by digest, shown recorded.

A file is kept once under its SHA-256 in ``exchange/kept/attachments``, for its owner alone; the
ledger's line of the application names what belongs to the case (`row_of`), so that both stand or
fall together. The name that the applicant gave a file is not kept: it may name a person.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import tempfile
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Final

from django.db import transaction
from django.db.models import Q

from kokunen.audit.domain import Act
from kokunen.audit.operations import record
from kokunen.cases import queries as cases
from kokunen.interchange import folders, models
from kokunen.interchange.domain import (
    EventKind,
    RecordOutcome,
    UnableToApplyRecord,
    UnableToHandleFile,
)
from kokunen.interchange.inbox import ledger
from kokunen.interchange.receivers.online_content import MOST_BYTES, Kind, kind_of

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Sequence
    from uuid import UUID

    from kokunen.access.domain import Field
    from kokunen.audit.domain import Occasion

LAYOUT: Final = "online_applications"
_ROW: Final = "attachment"
_BESIDE: Final = ".attachments"
_FORBIDDEN: Final = ("/", "\\", "\x00")


class UnableToFindAttachment(UnableToApplyRecord):
    """A file that the application names does not lie beside it."""

    code = "attachment_missing"


class UnableToTakeAttachment(UnableToApplyRecord):
    """A file is not the one that was announced, or not a harmless JPEG or PDF."""

    code = "attachment_bad"


@dataclass(frozen=True, slots=True, kw_only=True)
class AttachmentFile:
    """A file of a case. ``name`` is a neutral one (添付1.pdf), ``size`` in bytes."""

    name: str
    kind: Kind
    size: int
    digest: str


def checked(
    *, file: models.File, listed: Collection[tuple[str, str]]
) -> tuple[tuple[AttachmentFile, bytes], ...]:
    """Return the files of an application with their bytes; ``listed`` are (name, SHA-256 in hex).

    What is attached to a file of applications lies in the folder ``<its name>.attachments`` beside
    it, or beside the same content under another name. Raises `UnableToFindAttachment` and
    `UnableToTakeAttachment`.
    """
    named = models.File.objects.filter(layout=LAYOUT, digest=file.digest).order_by("id")
    names = dict.fromkeys((file.name, *named.values_list("name", flat=True)))
    beside = [folders.incoming(LAYOUT) / f"{name}{_BESIDE}" for name in names]
    return tuple(
        _checked(beside, name, digest.lower(), number)
        for number, (name, digest) in enumerate(listed, start=1)
    )


def _checked(
    beside: Sequence[Path], name: str, digest: str, number: int
) -> tuple[AttachmentFile, bytes]:
    if name.startswith(".") or any(each in name for each in _FORBIDDEN):
        raise _bad(number, "ファイル名に、使えない文字があります", "ファイル名を変えて")
    content = _read([folder / name for folder in beside], number)
    if hashlib.sha256(content).hexdigest() != digest:
        raise _bad(number, "内容が申請の記載(SHA-256)と違います", "もう一度")
    found = kind_of(content)
    if found.kind is None:
        raise _bad(number, found.why, found.ask)
    file = _file(number=number, kind=found.kind, size=len(content), digest=digest)
    return file, content


def keep(attached: Iterable[tuple[AttachmentFile, bytes]]) -> None:
    """Keep the files of an application that was received."""
    for file, content_ in attached:
        _keep(content_, file.digest)


def _file(*, number: int, kind: Kind, size: int, digest: str) -> AttachmentFile:
    return AttachmentFile(name=f"添付{number}.{kind.value}", kind=kind, size=size, digest=digest)


def _read(paths: Sequence[Path], number: int) -> bytes:
    """Return the content of the first of these files that is there, as far as it may be long."""
    for path in paths:
        with (
            suppress(OSError),
            os.fdopen(os.open(path, os.O_RDONLY | os.O_NOFOLLOW), "rb") as stream,
        ):
            content = stream.read(MOST_BYTES + 1)
            break
    else:
        raise UnableToFindAttachment(
            f"添付{number}のファイルがありません。申請は受け付けていません。",
            fix="申請管理システムから添付を取り直し、添付の場所(.attachments)に置いてから再処理してください。",
            field=f"file_{number}",
        )
    if len(content) > MOST_BYTES:
        raise _bad(number, f"{MOST_BYTES // 1_000_000}MBを超えています", "小さくして")
    return content


def _bad(number: int, why: str, ask: str) -> UnableToTakeAttachment:
    return UnableToTakeAttachment(
        f"添付{number}は、{why}。申請は受け付けていません。",
        fix=f"申請者に、{ask}JPEGかPDFで送り直してもらってください。",
        field=f"file_{number}",
    )


def _keep(content: bytes, digest: str) -> None:
    """Write a file once, whole or not at all, readable by its owner alone."""
    kept = _path(digest)
    if kept.exists():
        return
    handle, name = tempfile.mkstemp(prefix=".", dir=kept.parent)
    try:
        with os.fdopen(handle, "wb") as stream:
            stream.write(content)
            stream.flush()
            os.fsync(stream.fileno())
        Path(name).replace(kept)
    finally:
        Path(name).unlink(missing_ok=True)


def _path(digest: str) -> Path:
    folder = folders.kept("attachments")
    folder.mkdir(mode=0o700, exist_ok=True)
    return folder / digest


def row_of(file: AttachmentFile) -> tuple[str, int]:
    """Return what the ledger keeps of a file: its kind and digest, and its size in bytes."""
    return f"{_ROW} {file.kind.value} {file.digest}", file.size


def of_case(
    *, case: int, occasion: Occasion, sees: Collection[Field], opening: UUID | None = None
) -> tuple[AttachmentFile, ...]:
    """Return what is attached to a case, in its order; the read of the case is recorded.

    Raises ``cases.values.UnableToReadFiling`` where what stands on the filing is sealed or not for
    this role: its attachments say the same.
    """
    cases.one(case=case, occasion=occasion, sees=sees, opening=opening).receipt()
    lines = models.Record.objects.filter(
        layout=LAYOUT, case_id=case, outcome=RecordOutcome.APPLIED.value
    ).order_by("id")
    found = [(*kind.split(" "), size) for line in lines for kind, size in line.rows]
    return tuple(
        _file(number=number, kind=Kind(kind), size=size, digest=digest)
        for number, (_, kind, digest, size) in enumerate(found, start=1)
    )


def content(
    *,
    case: int,
    digest: str,
    occasion: Occasion,
    sees: Collection[Field],
    opening: UUID | None = None,
) -> tuple[AttachmentFile, bytes]:
    """Return a file of a case with its bytes; a recorded read of its own.

    Raises ``UnableToHandleFile`` where it is not attached to the case, or no longer what was
    received, and as `of_case`.
    """
    attached = of_case(case=case, occasion=occasion, sees=sees, opening=opening)
    file = next((each for each in attached if each.digest == digest), None)
    if file is None:
        raise UnableToHandleFile(
            "この案件の添付ではありません。", fix="案件を開き直してください。", field="digest"
        )
    try:
        found = _path(digest).read_bytes()
    except OSError:
        found = b""
    if hashlib.sha256(found).hexdigest() != digest:
        raise UnableToHandleFile(
            "添付の控えがないか、受信したときの内容と違います。",
            fix="バックアップから exchange/kept/attachments のファイルを戻してください。",
            field="digest",
        )
    with transaction.atomic():
        record(
            act=Act.READ,
            operation="interchange.attachment",
            occasion=replace(occasion, case=case),
            person=models.Record.objects.filter(layout=LAYOUT, case_id=case)
            .values_list("person_id", flat=True)
            .first(),
            outcome=f"{file.kind.value} {file.size}",
        )
    return file, found


def tidy() -> int:
    """Remove what was delivered beside files of which nothing is open; return how many files.

    What belongs to a case is kept under its digest; of what was refused nothing is needed any more.
    What lies beside a file that is still to be taken in stays for it.
    """
    gone = 0
    lying = [path for path in folders.incoming(LAYOUT).iterdir() if _is_beside(path) is None]
    for folder in sorted(folders.incoming(LAYOUT).iterdir()):
        source = _is_beside(folder)
        if source is None or any(source in path.name for path in lying) or not _is_over(source):
            continue
        gone += sum(1 for path in folder.rglob("*") if not path.is_dir())
        shutil.rmtree(folder)
    return gone


def _is_beside(path: Path) -> str | None:
    """Return beside which file a folder of attachments lies; None: it is none."""
    is_folder = path.name.endswith(_BESIDE) and path.is_dir() and not path.is_symlink()
    return path.name.removesuffix(_BESIDE) if is_folder else None


def _is_over(source: str) -> bool:
    """Tell whether what was taken of a name or its content came to its end with nothing open.

    What was refused whole may be sent again under its name.
    """
    of = models.File.objects.filter(layout=LAYOUT)
    same = of.filter(name=source).values("digest")
    refused = models.Event.objects.filter(kind=EventKind.REFUSED.value).values("file")
    files = of.filter(Q(name=source) | Q(digest__in=same)).exclude(pk__in=refused)
    ended = models.Event.objects.filter(
        file__in=files, kind__in=(EventKind.APPLIED.value, EventKind.SET_ASIDE.value)
    )
    over = 0 < files.count() == ended.count()
    return over and not ledger.open_records().filter(file__in=files).exists()
