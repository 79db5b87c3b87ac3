"""The rows by which a person is found: what `people_search_key` holds for one person.

What was received is stored elsewhere as it came; these keys are folded (see `folding`), are never
shown to anybody, and can be made anew from the facts at any time.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Final

from kokunen.people import folding

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

SHORTEST_PHONE: Final = 9  # digits, with the leading 0
LONGEST_KEY: Final = 200  # characters; a longer name is found by its first 200


class KeyKind(StrEnum):
    """What a key was made from; `label` is what a screen says."""

    NAME = "name"
    KANA = "kana"
    ALIAS = "alias"
    ALIAS_KANA = "alias_kana"
    LATIN = "latin"
    NAME_PART = "name_part"
    KANA_PART = "kana_part"
    ALIAS_PART = "alias_part"
    ALIAS_KANA_PART = "alias_kana_part"
    LATIN_PART = "latin_part"
    BASIC_NUMBER = "basic_number"
    OLD_NUMBER = "old_number"
    PHONE = "phone"
    NUMBER = "number"
    BIRTH_DATE = "birth_date"

    @property
    def label(self) -> str:
        """The words a screen uses for this kind."""
        return _LABELS[self]


_LABELS: Final = {
    KeyKind.NAME: "氏名",
    KeyKind.KANA: "カナ氏名",
    KeyKind.ALIAS: "通称",
    KeyKind.ALIAS_KANA: "通称のカナ",
    KeyKind.LATIN: "旅券の氏名",
    KeyKind.NAME_PART: "氏名の一部",
    KeyKind.KANA_PART: "カナ氏名の一部",
    KeyKind.ALIAS_PART: "通称の一部",
    KeyKind.ALIAS_KANA_PART: "通称のカナの一部",
    KeyKind.LATIN_PART: "旅券の氏名の一部",
    KeyKind.BASIC_NUMBER: "基礎年金番号",
    KeyKind.OLD_NUMBER: "旧番号",
    KeyKind.PHONE: "電話番号",
    KeyKind.NUMBER: "宛名番号",
    KeyKind.BIRTH_DATE: "生年月日",
}

PART_OF: Final = {
    KeyKind.NAME: KeyKind.NAME_PART,
    KeyKind.KANA: KeyKind.KANA_PART,
    KeyKind.ALIAS: KeyKind.ALIAS_PART,
    KeyKind.ALIAS_KANA: KeyKind.ALIAS_KANA_PART,
    KeyKind.LATIN: KeyKind.LATIN_PART,
}
"""A whole name's kind and the kind of its parts (surname, given names)."""

SEALED: Final = frozenset({KeyKind.PHONE, KeyKind.OLD_NUMBER})
"""The kinds that the database hides for persons under 支援措置 (row security of the table)."""


@dataclass(frozen=True, slots=True, kw_only=True, order=True)
class Key:
    """One row of `people_search_key`, without the person."""

    kind: KeyKind
    key: str


def keys_for(  # noqa: PLR0913 - one argument for each fact that finds a person
    *,
    number: int,
    name: str = "",
    kana: str = "",
    alias: str = "",
    alias_kana: str = "",
    passport: str = "",
    birth_date: str = "",
    basic_number: str = "",
    old_numbers: tuple[str, ...] = (),
    phones: tuple[str, ...] = (),
) -> frozenset[Key]:
    """Return all rows for one person, from the facts as received; empty facts give no row.

    ``number`` is the 宛名番号, ``passport`` the name in the machine-readable form of a passport or
    residence card, ``birth_date`` ISO 8601 (also with an unknown day, ``1980-04-00``, which is
    found by name only and gives no row). Numbers are taken with or without hyphens. A person may
    have had several names: call once for each and unite the sets.
    """
    return frozenset(
        Key(kind=kind, key=key[:LONGEST_KEY])
        for kind, key in _rows(
            names={
                KeyKind.NAME: name,
                KeyKind.KANA: kana,
                KeyKind.ALIAS: alias,
                KeyKind.ALIAS_KANA: alias_kana,
                KeyKind.LATIN: passport,
            },
            numbers=(
                (KeyKind.NUMBER, str(number)),
                (KeyKind.BIRTH_DATE, birth_date if _DAY.fullmatch(birth_date) else ""),
                (KeyKind.BASIC_NUMBER, digits(basic_number)),
                *((KeyKind.OLD_NUMBER, digits(old)) for old in old_numbers),
                *((KeyKind.PHONE, phone_key(phone)) for phone in phones),
            ),
        )
        if key
    )


def _rows(
    *, names: dict[KeyKind, str], numbers: tuple[tuple[KeyKind, str], ...]
) -> Iterator[tuple[KeyKind, str]]:
    for kind, text in names.items():
        parts = folding.parts(text)
        for whole in whole_keys(parts):
            yield kind, whole
        if len(parts) > 1:
            for part in parts:
                yield PART_OF[kind], folding.fold(part)
    yield from numbers


def whole_keys(parts: Sequence[str]) -> frozenset[str]:
    """Return the keys of a whole name: each part folded, and all folded as one word.

    They differ where a part begins with what may lengthen the one before it: サトウ オサム typed
    without the space is one long さと.
    """
    return frozenset({"".join(map(folding.fold, parts)), folding.fold("".join(parts))})


def digits(text: str) -> str:
    """Keep the digits alone, full width ones as ASCII."""
    return _NOT_DIGIT.sub("", folding.plain(text))


def phone_key(text: str) -> str:
    """Return a telephone number in its domestic form (090…), or nothing when it is too short."""
    plain = folding.plain(text).strip()
    found = digits(plain)
    if plain.startswith("+81"):
        found = "0" + found.removeprefix("81").removeprefix("0")
    return found if len(found) >= SHORTEST_PHONE else ""


_NOT_DIGIT: Final = re.compile(r"[^0-9]")
_DAY: Final = re.compile(r"[0-9]{4}-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12][0-9]|3[01])")
