"""The container in which the agency gets its files: a zip whose entries are encrypted (AES-256)."""

from __future__ import annotations

import hashlib
import os
from dataclasses import dataclass
from typing import TYPE_CHECKING

import pyzipper

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path


@dataclass(frozen=True, slots=True, kw_only=True)
class Packed:
    """A container: its SHA-256 (hex) and its size in bytes."""

    digest: str
    size: int


def pack(target: Path, *, entries: Mapping[str, Path], password: str) -> Packed:
    """Write a container with these files (name within → where it lies), flushed to the disk.

    ``target`` is written as it stands and readable by its owner alone: lay it where nobody takes
    it. The names within are not encrypted and hold no personal data. WinZip AES-256 (AE-2), which
    the programs in common use open.
    """
    target.unlink(missing_ok=True)
    with os.fdopen(os.open(target, os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o600), "w+b") as out:
        with pyzipper.AESZipFile(
            out, "w", compression=pyzipper.ZIP_DEFLATED, encryption=pyzipper.WZ_AES
        ) as made:
            made.setencryption(pyzipper.WZ_AES, nbits=256)
            made.setpassword(password.encode("ascii"))
            for name, path in entries.items():
                made.write(path, name)
        out.flush()
        os.fsync(out.fileno())
        out.seek(0)
        digest = hashlib.file_digest(out, "sha256").hexdigest()
        return Packed(digest=digest, size=out.tell())
