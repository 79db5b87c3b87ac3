"""The files of the exchange in a backup: what is kept as received, and what was made to be sent.

Each bears its SHA-256 as its name, so that a copy proves itself.
"""

from __future__ import annotations

import hashlib
import re
import shutil
from typing import TYPE_CHECKING, Final

from kokunen.interchange import folders

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

_OF: Final = ("kept", "kept/attachments", "made")
_NAME: Final = re.compile("[0-9a-f]{64}")


def copy_out(folder: Path) -> list[str]:
    """Copy every file into a folder of a backup; return their names below the exchange.

    To be called after the dump: what its rows name is there, or was settled meanwhile.
    """
    found = []
    for part in _OF:
        for file in sorted((folders.root() / part).glob("*")):
            if _NAME.fullmatch(file.name) and file.is_file():
                name = f"{part}/{file.name}"
                if _copied(file, folder / name):
                    found.append(name)
    return found


def differing(folder: Path, names: Iterable[str]) -> list[str]:
    """Return the names of files that are missing in a backup or are not what they were."""
    return [name for name in names if _digest(folder / name) != name.rpartition("/")[2]]


def copy_back(folder: Path, names: Iterable[str]) -> int:
    """Copy the files of a backup to their places, where they are missing; return how many."""
    return sum(
        _copied(folder / name, target)
        for name in names
        if not (target := folders.root() / name).exists()
    )


def _copied(source: Path, target: Path) -> bool:
    target.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    try:
        shutil.copyfile(source, target)
    except FileNotFoundError:
        # Settled, and removed, since it was listed.
        return False
    target.chmod(0o600)
    return True


def _digest(file: Path) -> str:
    try:
        with file.open("rb") as stream:
            return hashlib.file_digest(stream, "sha256").hexdigest()
    except FileNotFoundError:
        return ""
