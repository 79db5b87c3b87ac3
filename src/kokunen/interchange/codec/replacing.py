"""Characters that a target cannot hold: replaced by a rule, each time with a report, or refused."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache, lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Final

from kokunen.interchange.codec import charset
from kokunen.interchange.codec.fields import Wrong
from kokunen.interchange.codec.schema import At, strict
from kokunen.interchange.codec.shape import UnableToLoadLayout

if TYPE_CHECKING:
    from collections.abc import Mapping

    from kokunen.interchange.codec.charset import Charset

RULES: Final = Path(__file__).parents[1] / "layouts" / "replacements.yaml"
_RULE: Final = {"from", "to", "source", "why"}
_CACHED: Final = 65_536


@dataclass(frozen=True, slots=True, kw_only=True)
class Replacement:
    """A character of a record (from 1, of the whole file) that was written as another."""

    record: int
    field: str
    character: str
    by: str


@cache
def rules(path: Path) -> Mapping[str, str]:
    """Return what stands for each character; raises `UnableToLoadLayout`.

    ``from`` is one character, or a range as ``U+FE00..U+FE0F``; ``to`` may be empty; ``source``
    and ``why`` say on what the rule rests.
    """
    rows = strict(path.read_text(encoding="utf-8"), name=path.name)
    at = At(path.name)
    at.need(isinstance(rows, list), "規則の並びではありません")
    found: dict[str, str] = {}
    for number, row in enumerate(rows, 1):
        at = At(f"{path.name} {number}番目")
        given = at.keys(row, _RULE, set())
        at.text(given["source"], "source")
        at.text(given["why"], "why")
        at.need(isinstance(given["to"], str), "to が文字ではありません")
        for char in _characters(at.text(given["from"], "from"), path.name):
            at.need(char not in found, f"U+{ord(char):04X} の規則が2つあります")
            found[char] = given["to"]
    return found


def _characters(text: str, name: str) -> list[str]:
    if len(text) == 1:
        return [text]
    try:
        first, last = (int(end.removeprefix("U+"), 16) for end in text.split(".."))
    except ValueError as wrong:
        raise UnableToLoadLayout(name, f"from「{text}」は1文字でも範囲でもありません") from wrong
    return [chr(code) for code in range(first, last + 1)]


@lru_cache(maxsize=_CACHED)
def _holds(name: str, char: str) -> bool:
    try:
        charset.named(name).encode(char)
    except UnicodeError:
        return False
    return True


def fitted(
    text: str, *, encoding: str, rules: Mapping[str, str]
) -> tuple[str, tuple[tuple[str, str], ...]]:
    """Return the text as the target can hold it, and each (character, replaced by).

    Raises `Wrong` for a character without a rule.
    """
    target: Charset = charset.named(encoding)
    try:
        target.encode(text)
    except UnicodeError:
        pass
    else:
        return text, ()
    made, replaced = [], []
    for char in text:
        if _holds(encoding, char):
            made.append(char)
            continue
        by = rules.get(char)
        if by is None or not all(_holds(encoding, each) for each in by):
            raise Wrong(
                f"送付先の文字コード({encoding})にない文字 U+{ord(char):04X} があります",
                "送付先と決めた置換えを、根拠とともに layouts/replacements.yaml に加えてください",
                "character",
            )
        made.append(by)
        replaced.append((char, by))
    return "".join(made), tuple(replaced)
