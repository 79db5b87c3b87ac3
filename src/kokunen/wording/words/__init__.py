"""The words of the product, one module per language, and how they are glossed.

A gloss stands behind a word that some reader may not know: in やさしい日本語 the reading of every
word written in kanji, in English the Japanese term at its first use.
"""

from __future__ import annotations

import re
from functools import cache
from importlib import import_module
from typing import TYPE_CHECKING, Final, NamedTuple

from kokunen.dates.errors import Refusal

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from types import ModuleType

LANGUAGES: Final = ("ja", "en", "plain-ja")


class UnableToSpeak(Refusal):
    """The language is not one of `LANGUAGES`."""

    code = "unknown_language"


class Piece(NamedTuple):
    """A stretch of text, with its gloss if it has one."""

    text: str
    gloss: str | None


class Words:
    """The words of one language."""

    def __init__(self, lang: str, module: ModuleType) -> None:
        self.lang = lang
        self.html_lang: str = module.HTML_LANG
        self.texts: Mapping[str, str] = module.WORDS
        self.glosses: Mapping[str, str] = module.GLOSSES
        self.is_ruby: bool = module.RUBY
        """Whether a gloss is a reading, to be set as ruby and repeated."""
        self._folded = {term.lower(): gloss for term, gloss in self.glosses.items()}
        terms = "|".join(re.escape(term) for term in sorted(self.glosses, key=len, reverse=True))
        if self.is_ruby:
            self._pattern = re.compile(f"(?P<bare>{module.BARE})|{terms}")
        else:
            self._pattern = re.compile(rf"\b(?:{terms})s?\b" if terms else r"(?!)", re.IGNORECASE)

    def say(self, key: str, **values: object) -> str:
        """Return the text of a key with its places filled; KeyError when there is none."""
        return self.texts[key].format(**values)

    def has(self, key: str) -> bool:
        """Tell whether there is a text for a key."""
        return key in self.texts

    def pieces(self, text: str, *, seen: set[str] | None) -> Iterator[Piece]:
        """Cut a text into pieces, with a gloss for every term, or those not ``seen`` before."""
        end = 0
        for found in self._pattern.finditer(text):
            if found.lastgroup is not None:
                continue
            term = found[0].lower()
            gloss = self._folded.get(term) or self._folded.get(term.removesuffix("s"))
            if gloss is None or (seen is not None and term in seen):
                continue
            if seen is not None:
                seen.add(term)
            if found.start() > end:
                yield Piece(text[end : found.start()], None)
            yield Piece(found[0], gloss)
            end = found.end()
        if end < len(text):
            yield Piece(text[end:], None)

    def in_text(self, text: str, *, seen: set[str] | None = None) -> str:
        """Return a text with its glosses in brackets, for readers without ruby."""
        left, right = ("（", "）") if self.is_ruby else (" (", ")")
        return "".join(
            piece.text if piece.gloss is None else f"{piece.text}{left}{piece.gloss}{right}"
            for piece in self.pieces(text, seen=seen)
        )


@cache
def words_in(lang: str) -> Words:
    """Return the words of a language (``ja``, ``en``, ``plain-ja``), or raise `UnableToSpeak`."""
    if lang not in LANGUAGES:
        raise UnableToSpeak(
            f"「{lang}」という言語はありません。",
            fix=f"使える言語は {'、'.join(LANGUAGES)} です。",
            field="lang",
        )
    module = import_module(f"kokunen.wording.words.{lang.replace('-', '_')}")
    return Words(lang, module)
