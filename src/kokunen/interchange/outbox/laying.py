"""Files on the disk: what was made and not yet given away, and what lies for a partner to take.

A file is written under another name, flushed, and renamed. What lies in ``made/`` reached nobody; a
name in ``out/`` that does not end in ``.part`` can be taken at any moment, and so is only ever
given after the ledger has it.
"""

from __future__ import annotations

import hashlib
import os
import shutil
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final
from uuid import uuid4

from kokunen.interchange import folders
from kokunen.postgres import home

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator
    from io import BufferedRandom
    from pathlib import Path

    from kokunen.interchange.domain import Partner

_UNFINISHED: Final = ".part"


@dataclass(frozen=True, slots=True, kw_only=True)
class Kept:
    """A file kept under its SHA-256 (hex); ``size`` in bytes."""

    digest: str
    size: int


def made(digest: str) -> Path:
    """Return where a file that was made lies until it is acknowledged or withdrawn."""
    return _folder() / digest


@contextmanager
def writing() -> Iterator[tuple[Path, BufferedRandom]]:
    """Open a new file in ``made/``, for its owner alone; it is gone afterwards unless kept."""
    path = _folder() / f"{uuid4().hex}{_UNFINISHED}"
    try:
        with os.fdopen(os.open(path, os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o600), "w+b") as out:
            yield path, out
    finally:
        path.unlink(missing_ok=True)


def keep(path: Path, out: BufferedRandom) -> Kept:
    """Flush a file that was written and give it the name of its digest."""
    out.flush()
    os.fsync(out.fileno())
    out.seek(0)
    kept = Kept(digest=hashlib.file_digest(out, "sha256").hexdigest(), size=out.tell())
    path.rename(made(kept.digest))
    home.sync(path.parent)
    return kept


def keep_bytes(content: bytes) -> Kept:
    """Keep a file that is whole in memory."""
    with writing() as (path, out):
        out.write(content)
        return keep(path, out)


def forget(digests: Collection[str]) -> None:
    """Remove files that were made; one that is gone already is no error."""
    for digest in digests:
        made(digest).unlink(missing_ok=True)


def sweep(known: Collection[str]) -> None:
    """Remove what an interrupted run left: files of which the ledger knows nothing."""
    for path in _folder().iterdir():
        if path.name not in known:
            path.unlink(missing_ok=True)


def staged(partner: Partner, name: str) -> Path:
    """Return the name under which a file waits in a partner's folder until the ledger has it."""
    return folders.outgoing(partner) / f"{name}{_UNFINISHED}"


def stage(source: Path, *, partner: Partner, name: str) -> None:
    """Copy a file into a partner's folder under a name that nobody takes."""
    target = staged(partner, name)
    with source.open("rb") as given, target.open("wb") as out:
        target.chmod(0o600)
        shutil.copyfileobj(given, out, 1 << 20)
        out.flush()
        os.fsync(out.fileno())
    home.sync(target.parent)


def show(partner: Partner, name: str) -> Path:
    """Give a staged file the name under which it is taken. Done twice, it does nothing twice."""
    target = folders.outgoing(partner) / name
    with suppress(FileNotFoundError):
        staged(partner, name).rename(target)
        home.sync(target.parent)
    return target


def take_back(partner: Partner, name: str) -> None:
    """Remove a file that is still in a partner's folder, staged or shown."""
    staged(partner, name).unlink(missing_ok=True)
    (folders.outgoing(partner) / name).unlink(missing_ok=True)


def all_staged(partner: Partner) -> tuple[str, ...]:
    """Return the names of what is staged for a partner."""
    return tuple(
        path.name.removesuffix(_UNFINISHED)
        for path in sorted(folders.outgoing(partner).iterdir())
        if path.name.endswith(_UNFINISHED)
    )


def _folder() -> Path:
    folder = folders.root() / "made"
    folder.mkdir(mode=0o700, exist_ok=True)
    return folder
