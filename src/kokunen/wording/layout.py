"""Plain text for a terminal: widths as a terminal shows them, wrapping, tables."""

from __future__ import annotations

import unicodedata
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Sequence

WIDTH: Final = 100
"""Columns of the widest line."""
_GAP: Final = 2
_NEVER_FIRST: Final = frozenset("、。）」』〉!?・ー〜％,.)")
_NEVER_LAST: Final = frozenset("（「『〈(")


def width(text: str) -> int:
    """Return the columns a text takes; wide and ambiguous characters take two."""
    return sum(2 if unicodedata.east_asian_width(char) in "WFA" else 1 for char in text)


def pad(text: str, columns: int, *, right: bool = False) -> str:
    """Fill a text up with spaces to a number of columns."""
    space = " " * (columns - width(text))
    return space + text if right else text + space


def wrap(text: str, columns: int) -> list[str]:
    """Break a text into lines of at most so many columns, between words or Japanese characters."""
    return [line for part in text.split("\n") for line in _wrap_one(part, columns)]


def _wrap_one(text: str, columns: int) -> list[str]:
    lines: list[str] = []
    line = ""
    for word in _breakable(text):
        if line and width(line + word.rstrip()) > columns:
            lines.append(line.rstrip())
            line = word.lstrip()
        else:
            line += word
    return [*lines, line.rstrip()]


def _breakable(text: str) -> list[str]:
    """Cut a text where a line may end."""
    words: list[str] = []
    for char in text:
        narrow = char != " " and width(char) == 1
        if words and (
            char in _NEVER_FIRST
            or words[-1][-1] in _NEVER_LAST
            or (narrow and words[-1][-1] != " " and width(words[-1][-1]) == 1)
            or char == " "
            or _is_counted(words[-1][-1], char)
        ):
            words[-1] += char
        else:
            words.append(char)
    return words


def _is_counted(before: str, char: str) -> bool:
    """Tell whether a digit meets a kanji, as in 90条 and 法90: they stay on one line."""
    digit, other = (before, char) if before.isdecimal() else (char, before)
    return digit.isdecimal() and other.isalpha()


def table(
    heads: Sequence[str],
    rows: Sequence[Sequence[str]],
    *,
    numbers: frozenset[int],
    columns: int = WIDTH,
) -> list[str]:
    """Lay out a table; where it is too wide, the widest columns are wrapped."""
    widths = _widths([heads, *rows], columns=columns)
    lines = _row(heads, widths, numbers)
    lines.append("-" * (sum(widths) + _GAP * (len(widths) - 1)))
    for row in rows:
        lines += _row(row, widths, numbers)
    return lines


def _row(cells: Sequence[str], widths: Sequence[int], numbers: frozenset[int]) -> list[str]:
    wrapped = [wrap(cell, size) for cell, size in zip(cells, widths, strict=True)]
    lines = []
    for at in range(max(map(len, wrapped))):
        parts = [
            pad(lines_of[at] if at < len(lines_of) else "", size, right=column in numbers)
            for column, (lines_of, size) in enumerate(zip(wrapped, widths, strict=True))
        ]
        lines.append((" " * _GAP).join(parts).rstrip())
    return lines


def _widths(rows: Sequence[Sequence[str]], *, columns: int) -> list[int]:
    widths = [
        max(width(line) for cell in column for line in cell.split("\n"))
        for column in zip(*rows, strict=True)
    ]
    least = [
        max(width(word.rstrip()) for cell in column for word in _breakable(cell) or [""])
        for column in zip(*rows, strict=True)
    ]
    room = columns - _GAP * (len(widths) - 1)
    while sum(widths) > room:
        spare = [have - need for have, need in zip(widths, least, strict=True)]
        widest = max(range(len(widths)), key=lambda at: (spare[at] > 0, widths[at]))
        if spare[widest] <= 0:
            break
        widths[widest] -= 1
    return widths
