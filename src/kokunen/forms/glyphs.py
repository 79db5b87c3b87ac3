"""Which characters the fonts can draw: a name is printed as it is registered, or not at all.

A character with a variation selector (葛 followed by U+E0100) counts as one and needs an entry of
its own in a font (cmap format 14); a font without it would draw the plain form in silence.
"""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Any, Final

from fontTools.ttLib import TTCollection, TTFont

from kokunen.dates.errors import Refusal

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator
    from pathlib import Path

_SELECTORS: Final = (range(0xFE00, 0xFE10), range(0xE0100, 0xE01F0))
_SINGLES: Final = frozenset({".ttf", ".otf"})
_COLLECTIONS: Final = frozenset({".ttc", ".otc"})
_SEQUENCES: Final = 14  # the format of the table in OpenType that lists variation sequences
_UNDRAWN: Final = frozenset("\n\r\t")


class UnableToPrintCharacter(Refusal):
    """No font has a character of what was to be printed."""

    code = "no_glyph"


@dataclass(frozen=True, slots=True)
class Face:
    """What one font can draw: code points, and sequences (code point, selector)."""

    family: str
    points: frozenset[int]
    sequences: frozenset[tuple[int, int]]

    def draws(self, character: str) -> bool:
        """Tell whether the font has the character, with its selector if it has one."""
        if len(character) == 1:
            return ord(character) in self.points
        return (ord(character[0]), ord(character[1])) in self.sequences


@dataclass(frozen=True, slots=True)
class Faces:
    """The fonts at hand."""

    faces: tuple[Face, ...]

    def elsewhere(self, data: object, *, family: str) -> dict[str, list[str]]:
        """Return the characters that ``family`` lacks, by the font that draws them instead.

        ``data`` is what will be printed: texts in mappings and sequences, however deep. Raises
        `UnableToPrintCharacter`.
        """
        first = next(face for face in self.faces if face.family == family)
        found: dict[str, list[str]] = {}
        for character in sorted(characters(data)):
            if first.draws(character):
                continue
            other = next((face for face in self.faces if face.draws(character)), None)
            if other is None:
                raise _unprintable(character)
            found.setdefault(other.family, []).append(character)
        return found


def characters(data: object) -> set[str]:
    """Return the characters of all texts in some data, each with its variation selector."""
    singles: set[str] = set()
    pairs: set[str] = set()
    for text in _texts(data):
        singles.update(text)
        if not text.isascii():
            pairs.update(
                text[place - 1 : place + 1]
                for place in range(1, len(text))
                if _is_selector(text[place])
            )
    kept = {each for each in singles - _UNDRAWN if not _is_selector(each)}
    return kept | pairs


def _texts(data: object) -> Iterator[str]:
    waiting: list[Any] = [data]
    while waiting:
        here = waiting.pop()
        if isinstance(here, str):
            yield here
        elif isinstance(here, dict):
            waiting.extend(here.values())
        elif isinstance(here, list | tuple):
            waiting.extend(each for each in here if not isinstance(each, int))


def _is_selector(character: str) -> bool:
    return any(ord(character) in each for each in _SELECTORS)


def _unprintable(character: str) -> UnableToPrintCharacter:
    points = " ".join(f"U+{ord(each):04X}" for each in character)
    name = unicodedata.name(character[0], "")
    return UnableToPrintCharacter(
        f"「{character}」({points})を持つフォントがないため、印刷していません。"
        + ("外字領域の文字です。" if unicodedata.category(character[0]) == "Co" else "")
        + ("制御文字です。" if not name and ord(character[0]) < ord(" ") else ""),
        fix="その文字を持つフォント(IPAmj明朝など)のフォルダーを KOKUNEN_FONTS に加えるか、"
        "本人に確かめて代替文字で登録し直してください。",
        field=points,
    )


@cache
def faces(
    *, house: tuple[Path, ...], family: str, own: tuple[Path, ...], known: frozenset[str]
) -> Faces:
    """Return the fonts of the office's ``own`` folders and one family of the ``house`` folders.

    ``known`` are the families that Typst has read: a file it cannot read draws nothing.
    Read once. All families of Noto CJK hold the same characters, so that one of them will do.
    """
    read = [*_read(house, {family}), *_read(own, known)]
    return Faces(tuple({face.family: face for face in reversed(read)}.values()))


def _read(folders: Iterable[Path], wanted: Collection[str]) -> Iterator[Face]:
    for folder in folders:
        for path in sorted(folder.rglob("*")):
            if path.suffix.lower() in _COLLECTIONS:
                with TTCollection(path, lazy=True) as collection:
                    yield from _faces(collection.fonts, wanted)
            elif path.suffix.lower() in _SINGLES:
                with TTFont(path, lazy=True) as font:
                    yield from _faces([font], wanted)


def _faces(fonts: Iterable[TTFont], wanted: Collection[str]) -> Iterator[Face]:
    for font in fonts:
        names = font["name"]
        family = str(names.getDebugName(16) or names.getDebugName(1))
        if family not in wanted:
            continue
        table = font["cmap"]
        sequences = {
            (point, selector)
            for each in table.tables
            if each.format == _SEQUENCES
            for selector, entries in each.uvsDict.items()
            for point, _ in entries
        }
        yield Face(family, frozenset(table.getBestCmap()), frozenset(sequences))
