"""One search key for the many ways of writing a name; what was received is never changed.

Two spellings share a key when a clerk who hears or reads the one may type the other: 髙橋 and 高橋,
ﾜﾀﾅﾍﾞ and わたなべ, オオノ and オーノ, ĐẶNG and dang, OHNO and ONO. A key is for finding only: it
is never shown, and people who share one are told apart by what the screen shows of them.
"""

from __future__ import annotations

import re
import unicodedata
from functools import cache, lru_cache
from importlib.resources import files
from typing import TYPE_CHECKING, Final

import yaml

if TYPE_CHECKING:
    from collections.abc import Mapping

# Variation selectors (IVS among them), invisible characters, and spacing (han)dakuten, which
# NFKC would turn into a space and a combining mark.
_UNSEEN: Final = (
    dict.fromkeys((*range(65024, 65040), *range(917760, 918000), *range(6155, 6158)))
    | dict.fromkeys((0x00AD, 0x200B, 0x200C, 0x200D, 0x2060, 0xFEFF))
    | {0x309B: 0x3099, 0x309C: 0x309A}
)
_KATAKANA: Final = {code: code - 0x60 for code in (*range(0x30A1, 0x30F7), 0x30FD, 0x30FE)}
_V: Final = {"ゔぁ": "は", "ゔぃ": "ひ", "ゔぇ": "へ", "ゔぉ": "ほ", "ゔ": "ふ"}
_V_SOUND: Final = re.compile("ゔ[ぁぃぇぉ]?")
_PLAIN_KANA: Final = str.maketrans(
    "ぁぃぅぇぉっゃゅょゎゕゖゐゑを", "あいうえおつやゆよわかけいえお"
)
_MARKS: Final = re.compile("[\u0300-\u036f\u3099\u309a]")
# Letters that Unicode does not take apart.
_LETTERS: Final = str.maketrans(
    {"đ": "d", "ð": "d", "ø": "o", "ł": "l", "ħ": "h", "ı": "i", "æ": "ae", "œ": "oe", "þ": "th"}
)
_LONG_LATIN: Final = re.compile(r"([ou])(?:(?<=o)u|\1|h(?![aeiouy]))+")
_SEPARATORS: Final = re.compile(r"[\s,、・･·]+")
_VOWELS: Final = {
    kana: vowel
    for vowel, row in {
        "あ": "あかさたなはまやらわ",
        "い": "いきしちにひみり",
        "う": "うくすつぬふむゆる",
        "え": "えけせてねへめれ",
        "お": "おこそとのほもよろ",
    }.items()
    for kana in row
}
_LENGTHENS: Final = {"あ": "あ", "い": "い", "う": "う", "え": "えい", "お": "おう"}
_AGAIN: Final = "々〻ゝゞ"


@lru_cache(maxsize=1 << 16)  # a city has fewer surnames and given names than people
def fold(text: str) -> str:
    """Return the key of a name or of the beginning of one; the key of a key is the key itself.

    What is folded: width, case, diacritics, variation selectors and variants of kanji (see
    ``variants.yaml``), hiragana and katakana, voiced marks, small kana, long vowels (ー, おう, えい
    and doubled ones; oo, ou, oh, uu in Latin letters), repetition marks. Spaces, hyphens and
    punctuation are dropped: use `parts` first to keep surname and given name apart. Characters of
    the private use area (外字) are kept, as nobody knows what they mean elsewhere.
    """
    shown = _V_SOUND.sub(lambda found: _V[found[0]], plain(text).casefold().translate(_KATAKANA))
    bare = _MARKS.sub("", unicodedata.normalize("NFD", shown))
    letters = unicodedata.normalize("NFC", bare).translate(_LETTERS).translate(_variants())
    latin = _LONG_LATIN.sub(r"\1", "".join(filter(_counts, letters)))
    return _shorten(_repeat(latin).translate(_PLAIN_KANA))


def parts(text: str) -> tuple[str, ...]:
    """Return the words of a name as they stand there, parted at spaces, commas and middle dots."""
    return tuple(part for part in _SEPARATORS.split(plain(text)) if fold(part))


def plain(text: str) -> str:
    """Return the text in one width, without what cannot be seen (variation selectors)."""
    return unicodedata.normalize("NFKC", text.translate(_UNSEEN)).translate(_UNSEEN)


def _counts(character: str) -> bool:
    """Tell whether the character is part of a name: a letter, a digit, a mark on one, 外字."""
    return (character != "ー" and unicodedata.category(character)[:1] in "LNM") or (
        unicodedata.category(character) == "Co"
    )


def _repeat(text: str) -> str:
    """Write out 々 and its like: 佐々木 = 佐佐木. With nothing before it the mark is dropped."""
    written: list[str] = []
    for character in text:
        if character not in _AGAIN:
            written.append(character)
        elif written:
            written.append(written[-1])
    return "".join(written)


def _shorten(text: str) -> str:
    """Drop the kana that only lengthen the vowel before them."""
    kept: list[str] = []
    for character in text:
        vowel = _VOWELS.get(kept[-1]) if kept else None
        if vowel is None or character not in _LENGTHENS[vowel]:
            kept.append(character)
    return "".join(kept)


@cache
def _variants() -> Mapping[int, str]:
    """Return the table of variants: each character of a group becomes the group's first."""
    text = files("kokunen.people").joinpath("variants.yaml").read_text(encoding="utf-8")
    groups = yaml.safe_load(text)["groups"]
    return {
        ord(variant): members[0]
        for group in groups
        for members in group["characters"].split()
        for variant in members[1:]
    }
