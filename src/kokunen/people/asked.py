"""What a clerk typed into the one box, understood; pure, so that it never leaves the program."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from itertools import permutations, product
from typing import TYPE_CHECKING, Final

import jaconv

from kokunen.dates.errors import Refusal
from kokunen.dates.wareki import UnableToReadDate, format_wareki, parse_date
from kokunen.people import folding
from kokunen.people.keys import PART_OF, Key, KeyKind, digits, phone_key, whole_keys

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator

LONGEST_TEXT: Final = 120
MOST_WORDS: Final = 6
_REORDERED: Final = 3  # words of a name that are tried in every order

WHOLE: Final = frozenset(PART_OF)
PARTS: Final = frozenset(PART_OF.values())
CERTAIN: Final = frozenset({KeyKind.BASIC_NUMBER, KeyKind.NUMBER})
"""Kinds that name one person, so that a protected person may be found by them (exactly)."""


class UnableToSearch(Refusal):
    """The box is empty, holds too much, or nothing that this role may search by."""

    code = "search_unreadable"


class UnableToSearchByMyNumber(Refusal):
    """An individual number (個人番号) was typed; it is neither searched, nor kept, nor repeated."""

    code = "search_my_number"


@dataclass(frozen=True, slots=True, kw_only=True)
class Exactly:
    """One number or day, in one of its meanings."""

    kind: KeyKind
    key: str

    @property
    def why(self) -> str:
        """What a hit says of it."""
        if self.kind is KeyKind.BIRTH_DATE:
            return f"{self.kind.label} {format_wareki(date.fromisoformat(self.key))}"
        return f"{self.kind.label}の一致"


@dataclass(frozen=True, slots=True, kw_only=True)
class Word:
    """One word of a name: the keys it may begin with (Latin letters are read as kana, too)."""

    keys: frozenset[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """One reading of the text: everything in it must hold. ``whole`` are the words put together."""

    exactly: frozenset[Exactly] = frozenset()
    words: tuple[Word, ...] = ()
    whole: frozenset[str] = frozenset()

    @property
    def is_certain(self) -> bool:
        """Whether a number in it names one person."""
        return any(each.kind in CERTAIN for each in self.exactly)

    @property
    def kinds(self) -> tuple[str, ...]:
        """The kinds of what was typed, for the record: never what was typed."""
        return (
            *sorted(each.kind.value for each in self.exactly),
            *(["name"] if self.words else []),
        )


def understand(text: str, *, kinds: Collection[KeyKind] = tuple(KeyKind)) -> tuple[Asked, ...]:
    """Return every reading of the text that uses only the kinds given, the likeliest first.

    Words are parted by spaces and stand in any order. A number may have several meanings (seven
    digits are a 宛名番号 or a day), each of which makes a reading. Raises `UnableToSearch`,
    `UnableToSearchByMyNumber`, or `UnableToReadDate` for what can only be a date and is none.
    """
    _refuse_my_number(text)
    if len(text) > LONGEST_TEXT:
        raise UnableToSearch(
            f"検索の言葉が{LONGEST_TEXT}字を超えています。",
            fix="氏名・生年月日・番号のどれかだけを入れてください。",
            field="text",
        )
    tokens = [token for token in _tokens(text) if folding.fold(token)]
    if not tokens:
        raise UnableToSearch(
            "検索の言葉がありません。",
            fix="氏名、カナ、生年月日、基礎年金番号、宛名番号、電話番号のどれかを入れてください。",
            field="text",
        )
    if len(tokens) > MOST_WORDS:
        raise UnableToSearch(
            f"検索の言葉が{MOST_WORDS}個を超えています。",
            fix="氏名と生年月日など、少ない言葉で検索してください。",
            field="text",
        )
    numbers = [meanings for token in tokens if (meanings := _meanings(token))]
    names = [part for token in tokens if not _meanings(token) for part in folding.parts(token)]
    allowed = [[one for one in meanings if one.kind in kinds] for meanings in numbers]
    if not all(allowed):
        raise UnableToSearch(
            "この役割では見られない項目の番号や日付では検索できません。",
            fix="氏名か宛名番号で検索してください。",
            field="text",
        )
    words = tuple(Word(keys=_readings(name)) for name in names)
    whole = frozenset(key for order in _orders(names) for key in _wholes(order))
    return tuple(
        Asked(exactly=frozenset(chosen), words=words, whole=whole) for chosen in product(*allowed)
    )


def reasons(asked: Asked, keys: Collection[Key]) -> list[str]:
    """Say which of a person's keys fit what was typed, in the words of a screen."""
    names = _fits(asked.whole, keys, kinds=WHOLE, begins=False)
    if len(asked.words) == 1:
        names = names or _fits(asked.whole, keys, kinds=PARTS, begins=False)
    names = names or _fits(asked.whole, keys, kinds=WHOLE, begins=True)
    if asked.words and not names:
        names = [
            reason
            for word in asked.words
            for reason in _fits(word.keys, keys, kinds=WHOLE | PARTS, begins=True)
        ]
    return [*names, *(each.why for each in sorted(asked.exactly, key=lambda each: each.kind))]


def _fits(
    typed: Collection[str], keys: Collection[Key], *, kinds: Collection[KeyKind], begins: bool
) -> list[str]:
    """Return one reason, for the kind of key that comes first in `KeyKind`, or none."""
    fitting = [
        (list(KeyKind).index(one.kind), one.kind.label, key)
        for one in keys
        if one.kind in kinds
        for key in typed
        if one.key == key or (begins and one.key.startswith(key))
    ]
    if not fitting:
        return []
    _, label, key = min(fitting)
    shown = key.translate(_TO_KATAKANA)
    return [f"{label}の前方一致: {shown}" if begins else f"{label}の一致: {shown}"]


_TO_KATAKANA: Final = {code: code + 0x60 for code in range(0x3041, 0x3097)}
_DASHES: Final = str.maketrans(dict.fromkeys("‐‑‒–—―−ー\uff70", "-"))
_DIGIT: Final = re.compile(r"[0-9]")
_WRITTEN_DAY: Final = re.compile(r".+年.+月.+")
_INSIDE_A_DAY: Final = re.compile(r"(?<=[年月])\s+(?=\S)")
_GROUPS: Final = re.compile(r"(?<!\S)\+?[0-9-]{1,6}(?:\s[0-9-]{1,6}){1,3}(?!\S)")
_SHAPED_AS_DAY: Final = re.compile(r".*(?:年|[./]|[0-9]-[0-9]+-).*|[^0-9-]{1,2}[0-9]{6}")
_MEANT_AS_NUMBER: Final = re.compile(r"\+?[0-9()-]+")
_MY_NUMBER: Final = re.compile(r"(?<![0-9])[0-9]{12}(?![0-9])")
_WEIGHTS: Final = (6, 5, 4, 3, 2, 7, 6, 5, 4, 3, 2)
_BASIC_DIGITS: Final = 10
_PHONE_DIGITS: Final = range(9, 12)
_OLD_DIGITS: Final = range(5, 21)
_NUMBER_DIGITS: Final = range(1, 16)
_DAY_DIGITS: Final = (7, 8)
_SPACED_DIGITS: Final = (10, 11)
_ABROAD_DIGITS: Final = (11, 12)  # with the 81 of Japan


def _tokens(text: str) -> list[str]:
    joined = _INSIDE_A_DAY.sub("", folding.plain(text).strip())
    return _GROUPS.sub(_join, joined).replace(",", " ").split()


def _join(groups: re.Match[str]) -> str:
    """Put a number together that was typed in groups: 090 1234 5678, 1234 567890."""
    joined = re.sub(r"\s", "-", groups[0])
    spaced = _ABROAD_DIGITS if joined.startswith("+") else _SPACED_DIGITS
    return joined if len(digits(joined)) in spaced else groups[0]


def _meanings(token: str) -> tuple[Exactly, ...]:
    """Return what a number or day may mean, the likeliest first; nothing for a name."""
    if not _DIGIT.search(token):
        return tuple(_days(token)) if _WRITTEN_DAY.fullmatch(token) else ()
    plain = token.translate(_DASHES)
    if not _MEANT_AS_NUMBER.fullmatch(plain):
        return tuple(_days(token))
    return tuple(_numbers(plain))


def _days(token: str) -> Iterator[Exactly]:
    try:
        day = parse_date(token)
    except UnableToReadDate:
        if _SHAPED_AS_DAY.fullmatch(token):
            raise
        return
    yield Exactly(kind=KeyKind.BIRTH_DATE, key=day.isoformat())


def _numbers(plain: str) -> Iterator[Exactly]:
    count = len(digits(plain))
    has_marks = not plain.isdigit()
    if count == _BASIC_DIGITS:
        yield Exactly(kind=KeyKind.BASIC_NUMBER, key=digits(plain))
    if count in _DAY_DIGITS or has_marks:
        try:
            yield Exactly(kind=KeyKind.BIRTH_DATE, key=parse_date(plain).isoformat())
        except UnableToReadDate:
            if has_marks and count not in (*_PHONE_DIGITS, *_OLD_DIGITS):
                raise
    phone = phone_key(plain)
    if phone.startswith("0") and len(phone) in _PHONE_DIGITS:
        yield Exactly(kind=KeyKind.PHONE, key=phone)
    if count in _NUMBER_DIGITS and not has_marks:
        yield Exactly(kind=KeyKind.NUMBER, key=str(int(plain)))
    if count in _OLD_DIGITS:
        yield Exactly(kind=KeyKind.OLD_NUMBER, key=digits(plain))


def _orders(names: list[str]) -> Iterator[tuple[str, ...]]:
    """Yield the orders in which the words may make up a whole name."""
    if len(names) <= _REORDERED:
        yield from permutations(names) if names else ()
        return
    for start in range(len(names)):
        yield (*names[start:], *names[:start])


def _wholes(order: tuple[str, ...]) -> Iterator[str]:
    """Yield the keys of a whole name (see `keys.whole_keys`), Latin letters read as kana, too."""
    yield from whole_keys(order)
    kana = [_kana(name) for name in order]
    if all(kana):
        yield from whole_keys(kana)


def _readings(name: str) -> frozenset[str]:
    return frozenset({folding.fold(name), folding.fold(_kana(name))} - {""})


def _kana(name: str) -> str:
    """Return the kana of a name in Latin letters, else nothing."""
    key = folding.fold(name)
    return jaconv.alphabet2kana(key) if key.isascii() and key.isalpha() else ""


def _refuse_my_number(text: str) -> None:
    plain = folding.plain(text).translate(_DASHES)
    # Also typed in groups: 1234 5678 9012, 1234-5678-9012.
    for candidate in (plain, re.sub(r"(?<=[0-9])[\s-]+(?=[0-9])", "", plain)):
        for found in _MY_NUMBER.findall(candidate):
            if is_my_number(found):
                raise UnableToSearchByMyNumber(
                    "個人番号(マイナンバー)では検索できません。入力された番号は検索にも記録にも"
                    "使っていません(番号法19条、20条)。",
                    fix="氏名と生年月日、基礎年金番号、宛名番号のどれかで検索してください。",
                    field="text",
                )


def is_my_number(twelve_digits: str) -> bool:
    """Tell whether the last digit is the check digit of an individual number.

    番号法施行令8条 and 平成26年総務省令85号5条 give the sum: weights 2 to 7, then 2 to 6, from the
    right; 11 less the remainder by 11, and 0 where that remainder is 0 or 1.
    """
    total = sum(weight * int(digit) for weight, digit in zip(_WEIGHTS, twelve_digits, strict=False))
    return int(twelve_digits[-1]) == (11 - total % 11) % 11 % 10
