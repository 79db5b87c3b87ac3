"""The folder in which an office keeps what is its own: data, secrets, anchors."""

from __future__ import annotations

import os
from pathlib import Path


def folder() -> Path:
    """Return ``KOKUNEN_HOME``, or the user's data folder; created, readable by its owner alone."""
    given = os.environ.get("KOKUNEN_HOME")
    data = os.environ.get("XDG_DATA_HOME") or Path.home() / ".local" / "share"
    home = Path(given) if given else Path(data) / "kokunen"
    if not home.exists():
        home.mkdir(parents=True, mode=0o700)
    return home.resolve()


def sync(folder: Path) -> None:
    """Make sure that the names in a folder outlive a crash of the machine."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
