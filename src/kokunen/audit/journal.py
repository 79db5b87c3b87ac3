"""The journal: one line for each committed entry, in files outside the database.

A row that was deleted before it was sealed leaves its line behind. A crash between the commit and
the line leaves a row without a line, which is no proof of anything and is only counted.
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING, Final
from uuid import UUID

from kokunen.dates.tokyo import day_of
from kokunen.postgres import home

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from datetime import date, datetime

_MAC_LENGTH: Final = 32


def folder() -> Path:
    """Return the folder of the journal's files: ``KOKUNEN_JOURNAL``, or one under the home."""
    given = os.environ.get("KOKUNEN_JOURNAL")
    return Path(given) if given else home.folder() / "audit" / "journal"


def append(entries: Iterable[tuple[UUID, bytes, datetime]]) -> None:
    """Append the lines of entries (id, MAC, time) to the files of their days in Japan.

    Those of a day go in one write.
    """
    found: dict[date, list[str]] = {}
    for entry, mac, at in entries:
        found.setdefault(day_of(at), []).append(f"{entry} {mac.hex()}\n")
    where = folder()
    for day, each in found.items():
        _append(where / f"{day}.txt", "".join(each).encode())


def _append(path: Path, text: bytes) -> None:
    flags = os.O_WRONLY | os.O_APPEND | os.O_CREAT
    try:
        file = os.open(path, flags, 0o600)
    except FileNotFoundError:
        path.parent.mkdir(parents=True, mode=0o700, exist_ok=True)
        file = os.open(path, flags, 0o600)
    try:
        os.write(file, text)
    finally:
        os.close(file)


def lines() -> Iterator[tuple[str, int, tuple[UUID, bytes] | None]]:
    """Yield file name, line number and content of every line, day by day; None if unreadable."""
    for path in sorted(folder().glob("*.txt")):
        with path.open("rb") as file:
            for number, line in enumerate(file, 1):
                yield path.name, number, _read(line)


def _read(line: bytes) -> tuple[UUID, bytes] | None:
    try:
        name, mac = line.decode("ascii").split()
        read = UUID(name), bytes.fromhex(mac)
    except ValueError:
        return None
    return read if line.endswith(b"\n") and len(read[1]) == _MAC_LENGTH else None
