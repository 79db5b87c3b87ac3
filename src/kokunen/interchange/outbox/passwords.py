"""The passwords of containers: which are drawn, and which are refused. Pure rules.

Founding document 003, 外部電磁的記録媒体等の授受方法 ①–⑥ (004, Ⅲ5: パスワードを掛けたデータ):
twelve characters and more of four kinds, not guessable, never used twice, and told by another way
than the medium. That one was never used before is asked of its keyed digest (`blind`).
"""

from __future__ import annotations

import hashlib
import hmac
import re
import secrets
import string
import unicodedata
from typing import TYPE_CHECKING, Final

import jaconv

from kokunen.people.codes import Code

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

SHORTEST: Final = 12
LENGTH: Final = 16
"""So many characters are drawn."""
KINDS: Final = (
    (string.ascii_uppercase, "英大文字"),
    (string.ascii_lowercase, "英小文字"),
    (string.digits, "数字"),
    (string.punctuation, "記号"),
)
# Without what is mistaken for something else on paper or on the telephone.
_TOLD: Final = tuple(
    "".join(one for one in kind if one not in "0Oo1lI|5S2Z8B`'\"\\,.;:^~-_") for kind, _ in KINDS
)
_SHORTEST_WORD: Final = 3
_RUN: Final = 4
_ROWS: Final = ("qwertyuiop", "asdfghjkl", "zxcvbnm", string.ascii_lowercase, string.digits)


class Way(Code):
    """How a password was told: by another means, route or occasion than the medium (003, ⑥)."""

    TELEPHONE = "telephone", "電話"
    POST = "post", "郵送(媒体とは別便)"
    IN_PERSON = "in_person", "手渡し(媒体とは別の機会)"


def draw() -> str:
    """Draw a password of 16 characters with all four kinds and no look-alikes."""
    while True:
        chosen = [secrets.choice(kind) for kind in _TOLD]
        chosen += [secrets.choice("".join(_TOLD)) for _ in range(LENGTH - len(chosen))]
        secrets.SystemRandom().shuffle(chosen)
        drawn = "".join(chosen)
        if problem(drawn, words=()) is None:
            return drawn


def problem(password: str, *, words: Iterable[str]) -> str | None:
    """Return in Japanese why a password may not be used, or None.

    ``words`` are names, kana, addresses and numbers of the office, its staff and its partner; each
    is looked for as it stands, without spaces, and, where it is kana, in Latin letters.
    """
    folded = password.casefold()
    missing = "・".join(name for kind, name in KINDS if not set(kind) & set(password))
    return next(
        (
            what
            for what, holds in (
                (
                    f"{SHORTEST}文字以上にしてください(受託事業者のパスワードの基準①)。",
                    len(password) < SHORTEST,
                ),
                (f"{missing}をそれぞれ1文字以上入れてください(同①)。", missing),
                (
                    "英字・数字・記号だけにしてください。",
                    set(password) - set("".join(kind for kind, _ in KINDS)),
                ),
                (
                    "名称・所在地・氏名・番号から連想できる文字列が入っています(同②)。",
                    any(word in folded for word in _spelled(words)),
                ),
                (
                    "日付や電話番号のような4桁以上の数字が入っています(同②③)。",
                    re.search(r"[0-9]{4}", password),
                ),
                (
                    "並んだ文字や同じ文字の繰り返しが入っています(同③)。",
                    _is_sequence(folded),
                ),
            )
            if holds
        ),
        None,
    )


def blind(password: str, *, key: bytes) -> str:
    """Return the keyed digest (hex) by which a password that was used is known again."""
    return hmac.new(key, password.encode(), hashlib.sha256).hexdigest()


def _spelled(words: Iterable[str]) -> Iterator[str]:
    for said in words:
        plain = unicodedata.normalize("NFKC", said).casefold()
        for word in {*re.split(r"[\s\W_]+", plain), re.sub(r"[\s\W_]+", "", plain)}:
            latin = jaconv.kana2alphabet(jaconv.kata2hira(word))
            for form in (word, latin):
                if len(form) >= _SHORTEST_WORD and form.isascii():
                    yield form


def _is_sequence(folded: str) -> bool:
    """Whether four neighbours of the alphabet, the digits or the keyboard, or one thrice, stand."""
    if re.search(r"(.)\1\1", folded):
        return True
    return any(
        row[start : start + _RUN] in text
        for text in (folded, folded[::-1])
        for row in _ROWS
        for start in range(len(row) - _RUN + 1)
    )
