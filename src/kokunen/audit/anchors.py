"""Anchors: the head of the chain, day by day, in files outside the database.

Whoever rewrites the whole chain cannot rewrite what already lies elsewhere: on another machine
(``KOKUNEN_ANCHORS`` names the folder) or on paper.
"""

from __future__ import annotations

import json
import os
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

from kokunen.audit import form
from kokunen.dates.errors import Refusal
from kokunen.postgres import home

if TYPE_CHECKING:
    from collections.abc import Iterator


class UnableToAnchor(Refusal):
    """There is no seal yet, or the folder cannot be written."""

    code = "audit_unanchored"


def folder() -> Path:
    """Return the folder of the anchors: ``KOKUNEN_ANCHORS``, or one under the home."""
    given = os.environ.get("KOKUNEN_ANCHORS")
    return Path(given) if given else home.folder() / "audit" / "anchors"


def write(anchor: form.Anchor) -> Path:
    """Write an anchor into a new file; a second one on the day gets the suffix -2, and so on.

    Raises `UnableToAnchor` when the folder cannot be written; no file is ever overwritten.
    """
    text = json.dumps(asdict(anchor), indent=1) + "\n"
    number = 1
    try:
        folder().mkdir(parents=True, exist_ok=True)
        while True:
            path = folder() / f"{anchor.day}{f'-{number}' if number > 1 else ''}.json"
            try:
                with os.fdopen(
                    os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o400), "w"
                ) as out:
                    out.write(text)
                    out.flush()
                    os.fsync(out.fileno())
            except FileExistsError:
                number += 1
            else:
                return path
    except OSError as error:
        raise UnableToAnchor(
            "アンカーを書き込めません。このままでは、記録全体の書き換えを見つけられません。",
            fix="KOKUNEN_ANCHORS のフォルダと、その空きと権限を確かめてください。",
            field="KOKUNEN_ANCHORS",
        ) from error


def read() -> Iterator[tuple[str, form.Anchor | None]]:
    """Yield the name of every anchor's file and what it holds; None if it cannot be read."""
    for path in sorted(folder().glob("*.json")):
        try:
            held = json.loads(path.read_bytes())
            anchor = form.Anchor(
                day=str(held["day"]),
                at=str(held["at"]),
                seal=int(held["seal"]),
                digest=str(held["digest"]),
                entries=int(held["entries"]),
                mac=str(held["mac"]),
            )
        except (OSError, ValueError, KeyError, TypeError):
            yield path.name, None
        else:
            yield path.name, anchor
