"""Records of columns between delimiters: strict about quotes, one form for each record. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from kokunen.interchange.codec import charset
from kokunen.interchange.codec.fields import Wrong, converter
from kokunen.interchange.codec.parts import (
    FIX,
    Parts,
    Unwritable,
    fault,
    legible,
    undecodable,
    written,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from kokunen.interchange.codec.shape import Field, Layout, RecordKind, Value
    from kokunen.interchange.domain import Fault

_QUOTE: Final = '"'


class Delimited:
    """Records of columns between delimiters."""

    def __init__(self, layout: Layout) -> None:
        self.layout = layout
        self._charset = charset.named(layout.encoding)
        self._delimiter, self._quote = layout.delimiter, layout.quote
        self._marks = [
            (kind, [(each.at - 1, kind.mark[each.name]) for each in _marked(kind)])
            for kind in layout.kinds
        ]
        ways = {
            (kind.name, each.name): converter(each, fixed=False)
            for kind in layout.kinds
            for each in kind.values
        }
        self._taking = {
            kind.name: [
                (
                    each,
                    ways[kind.name, each.name].parse
                    if each in kind.values
                    else _constant(each, kind),
                )
                for each in kind.fields
            ]
            for kind in layout.kinds
        }
        self._quick = {
            kind.name: [
                (each.at - 1, each.name, ways[kind.name, each.name].parse) for each in kind.values
            ]
            for kind in layout.kinds
        }
        self._blank = {
            kind.name: [each.at - 1 for each in kind.fields if each.type == "filler"]
            for kind in layout.kinds
        }
        self._putting = {
            kind.name: [(each, ways[kind.name, each.name].write) for each in kind.values]
            for kind in layout.kinds
        }

    def open(self, raw: bytes) -> tuple[RecordKind | None, Parts]:
        """Take a record apart; return its kind (None: no mark fits) and its columns."""
        try:
            parts: list[str] | None = self._split(self._charset.decode(raw))
        except (UnicodeError, Wrong):
            parts = None
            guess = [part.strip(b'"').decode("ascii", "replace") for part in self._pieces(raw)]
        else:
            guess = parts or []
        for kind, marks in self._marks:
            if all(at < len(guess) and guess[at] == mark for at, mark in marks):
                return kind, parts
        return None, parts

    def take(self, kind: RecordKind, parts: Parts) -> dict[str, Value]:
        """Return the values of a record; raises `Wrong` without saying where."""
        if parts is None or len(parts) != len(kind.fields):
            raise Wrong("", "")
        for at in self._blank[kind.name]:
            if parts[at]:
                raise Wrong("", "")
        return {name: parse(parts[at]) for at, name, parse in self._quick[kind.name]}  # type: ignore[arg-type]  # columns, not bytes

    def faults(self, kind: RecordKind, raw: bytes, number: int) -> tuple[Fault, ...]:
        """Return everything that is wrong with a record."""
        try:
            tokens = self._tokens(self._charset.decode(raw))
        except UnicodeError:
            return self._undecodable(kind, raw, number)
        except Wrong as wrong:
            return (fault(number, "", wrong, at=1, received=raw),)
        if len(tokens) != len(kind.fields):
            what = f"項目が{len(kind.fields)}個ではなく{len(tokens)}個あります"
            return (fault(number, "", Wrong(what, FIX, "columns"), at=1, received=raw),)
        found, at = [], 1
        step = len(self._charset.encode(self._delimiter))
        for (each, parse), (token, value) in zip(self._taking[kind.name], tokens, strict=True):
            received = self._charset.encode(token)
            try:
                parse(value)
            except Wrong as wrong:
                found.append(fault(number, each.name, wrong, at=at, received=received))
            at += len(received) + step
        return tuple(found)

    def put(
        self, kind: RecordKind, values: Mapping[str, Any], rules: Mapping[str, str]
    ) -> tuple[bytes, list[tuple[str, str, str]]]:
        """Return the bytes of a record and its replacements (field, character, by).

        Raises `Unwritable` naming the field.
        """
        columns = [kind.mark.get(each.name, "") for each in kind.fields]
        replaced: list[tuple[str, str, str]] = []
        for each, write in self._putting[kind.name]:
            try:
                body = written(each, write, values.get(each.name), self.layout, rules, replaced)
            except Wrong as wrong:
                raise Unwritable(each.name, wrong) from wrong
            if self._quote == "never" and self._delimiter in body:
                what = Wrong("区切り文字があります", "区切り文字を除いてください", "delimiter")
                raise Unwritable(each.name, what)
            columns[each.at - 1] = body
        text = self._delimiter.join(map(self._token, columns))
        return self._charset.encode(text), replaced

    def shown(self, raw: bytes) -> tuple[tuple[str, str], ...]:
        """Return title and text of each column, however wrong the record is."""
        kind, parts = self.open(raw)
        columns = parts or [legible(self._charset, piece) for piece in self._pieces(raw)]
        titles = [each.title for each in (kind or self.layout.detail).fields]
        titles += ["余分の項目"] * (len(columns) - len(titles))
        return tuple(zip(titles, map(str, columns), strict=False))

    def _needs_quotes(self, value: str) -> bool:
        return self._delimiter in value or _QUOTE in value

    def _token(self, value: str) -> str:
        if self._quote == "all" or (self._quote == "needed" and self._needs_quotes(value)):
            return f'"{value.replace(_QUOTE, _QUOTE * 2)}"'
        return value

    def _split(self, text: str) -> list[str]:
        if self._quote == "never" or (self._quote == "needed" and _QUOTE not in text):
            return text.split(self._delimiter)
        parts = text[1:-1].split(f'"{self._delimiter}"')
        if self._quote == "all" and text.count(_QUOTE) == 2 * len(parts) and text[0] == _QUOTE:
            return parts
        return [value for _, value in self._tokens(text)]

    def _tokens(self, text: str) -> list[tuple[str, str]]:
        """Return each column as it stands and what it says; raises `Wrong` for its quotes."""
        if self._quote == "never":
            return [(token, token) for token in text.split(self._delimiter)]
        found: list[tuple[str, str]] = []
        at = 0
        while True:
            token = self._next(text, at)
            value = token
            if token.startswith(_QUOTE):
                value = token[1:-1].replace(_QUOTE * 2, _QUOTE)
            if self._token(value) != token:
                raise Wrong(f"{len(found) + 1}番目の項目の引用符の付け方が違います", FIX, "quotes")
            found.append((token, value))
            at += len(token) + 1
            if at > len(text):
                return found

    def _next(self, text: str, at: int) -> str:
        """Return the column that begins there: up to the first delimiter outside quotes."""
        quoted = text.startswith(_QUOTE, at)
        end, quotes = at, 0
        while True:
            start = end
            end = text.find(self._delimiter, start)
            end = len(text) if end < 0 else end
            quotes += text.count(_QUOTE, start, end)
            # Quotes come in pairs, so that an odd number of them means a delimiter within.
            if not quoted or quotes % 2 == 0:
                return text[at:end]
            if end == len(text):
                raise Wrong("引用符が閉じていません(項目の中の改行は受け取れません)", FIX, "quotes")
            end += 1

    def _pieces(self, raw: bytes) -> list[bytes]:
        return raw.split(self._delimiter.encode("ascii"))

    def _undecodable(self, kind: RecordKind, raw: bytes, number: int) -> tuple[Fault, ...]:
        at, names = 1, [each.name for each in kind.fields]
        wrong = undecodable(self.layout)
        for column, piece in enumerate(self._pieces(raw)):
            try:
                self._charset.decode(piece)
            except UnicodeError:
                name = names[column] if column < len(names) else ""
                return (fault(number, name, wrong, at=at, received=piece),)
            at += len(piece) + 1
        return (fault(number, "", wrong, at=1, received=raw),)


def _marked(kind: RecordKind) -> list[Field]:
    return [each for each in kind.fields if each.name in kind.mark]


def _constant(field: Field, kind: RecordKind) -> Callable[[str], Value]:
    expected = kind.mark.get(field.name, "")

    def parse(text: str) -> Value:
        if text != expected:
            raise Wrong("予備の項目が空欄ではありません", FIX, "padding")
        return None

    return parse
