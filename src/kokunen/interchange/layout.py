"""The layouts of every file that crosses the wall, kept as data in ``layouts/<code>.yaml``. Pure.

A layout has versions, each from a day on. What a file may say is checked when it is read
(`kokunen.interchange.codec.schema`): a layout that contradicts itself is refused as a whole.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Final

from kokunen.dates.wareki import format_wareki
from kokunen.interchange.codec.replacing import RULES
from kokunen.interchange.codec.schema import load
from kokunen.interchange.codec.shape import (
    Field,
    Layout,
    RecordKind,
    UnableToFindLayout,
    UnableToLoadLayout,
)

if TYPE_CHECKING:
    from datetime import date

__all__ = [
    "FOLDER",
    "Field",
    "Layout",
    "RecordKind",
    "UnableToFindLayout",
    "UnableToLoadLayout",
    "codes",
    "every",
    "layout",
    "versions",
]

FOLDER: Final = Path(__file__).with_name("layouts")


@cache
def codes() -> tuple[str, ...]:
    """Return the code of every layout, in alphabetical order."""
    return tuple(sorted(path.stem for path in FOLDER.glob("*.yaml") if path != RULES))


@cache
def versions(code: str) -> tuple[Layout, ...]:
    """Return all versions of a layout, oldest first; raises `UnableToFindLayout`."""
    if code not in codes():
        raise UnableToFindLayout(
            f"レイアウト「{code}」はありません。",
            fix="kokunen layout list で、あるレイアウトを確かめてください。",
            field="layout",
        )
    path = FOLDER / f"{code}.yaml"
    return load(path.read_text(encoding="utf-8"), name=path.name)


def every(on: date | None = None) -> tuple[Layout, ...]:
    """Return each layout in the version in force on a day (None: the newest).

    A layout of which no version is in force yet on that day is left out.
    """
    if on is None:
        return tuple(versions(code)[-1] for code in codes())
    return tuple(version for code in codes() for version in versions(code) if version.in_force(on))


def layout(code: str, on: date) -> Layout:
    """Return a layout in the version in force on a day; raises `UnableToFindLayout`."""
    for version in versions(code):
        if version.in_force(on):
            return version
    raise UnableToFindLayout(
        f"レイアウト「{code}」には{format_wareki(on)}に有効な版がありません"
        f"(最初の版は{format_wareki(versions(code)[0].start)}から)。",
        fix="ファイルの作成日を確かめるか、その日の版をレイアウトに加えてください。",
        field="layout",
    )
