"""Records of fields at fixed bytes; lengths count what the encoding makes of a text. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

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


class Fixed:
    """Records of fields at fixed bytes."""

    def __init__(self, layout: Layout) -> None:
        self.layout = layout
        self._charset = charset.named(layout.encoding)
        self._fillers = {
            kind.name: [_Filled(each, self._charset) for each in kind.fields]
            for kind in layout.kinds
        }
        self._marks = [
            (
                kind,
                [
                    (each.start, each.stop, each.filled(kind.mark[each.field.name]))
                    for each in self._fillers[kind.name]
                    if each.field.name in kind.mark
                ],
            )
            for kind in layout.kinds
        ]
        self._takers = {
            kind.name: [(each, each.taker(kind)) for each in self._fillers[kind.name]]
            for kind in layout.kinds
        }
        self._values = {kind.name: {each.name for each in kind.values} for kind in layout.kinds}
        self._quick = {
            name: [
                (each.start, each.stop, each.field.name, take)
                for each, take in takers
                if each.field.name in self._values[name]
            ]
            for name, takers in self._takers.items()
        }
        self._constants = {
            name: [
                (each.start, each.stop, take)
                for each, take in takers
                if each.field.name not in self._values[name]
            ]
            for name, takers in self._takers.items()
        }

    def open(self, raw: bytes) -> tuple[RecordKind | None, Parts]:
        """Return the kind of a record (None: no mark fits), and its bytes."""
        for kind, marks in self._marks:
            if all(raw[start:stop] == mark for start, stop, mark in marks):
                return kind, raw
        return None, raw

    def take(self, kind: RecordKind, parts: Parts) -> dict[str, Value]:
        """Return the values of a record; raises `Wrong` or UnicodeError without saying where."""
        raw: Any = parts
        for start, stop, take in self._constants[kind.name]:
            take(raw[start:stop])
        return {name: take(raw[start:stop]) for start, stop, name, take in self._quick[kind.name]}

    def faults(self, kind: RecordKind, raw: bytes, number: int) -> tuple[Fault, ...]:
        """Return everything that is wrong with a record."""
        found = []
        for each, take in self._takers[kind.name]:
            received = raw[each.start : each.stop]
            try:
                take(received)
            except Wrong as caught:
                wrong = caught
            except UnicodeError:
                wrong = undecodable(self.layout)
            else:
                continue
            found.append(
                fault(number, each.field.name, wrong, at=each.start + 1, received=received)
            )
        return tuple(found)

    def put(
        self, kind: RecordKind, values: Mapping[str, Any], rules: Mapping[str, str]
    ) -> tuple[bytes, list[tuple[str, str, str]]]:
        """Return the bytes of a record and its replacements (field, character, by).

        Raises `Unwritable` naming the field.
        """
        made, replaced = [], list[tuple[str, str, str]]()
        for filled in self._fillers[kind.name]:
            each = filled.field
            try:
                if each.type == "filler":
                    body = filled.empty
                elif each.name in kind.mark:
                    body = kind.mark[each.name]
                else:
                    value = values.get(each.name)
                    body = written(each, filled.write, value, self.layout, rules, replaced)
                made.append(filled.filled(body))
            except Wrong as wrong:
                raise Unwritable(each.name, wrong) from wrong
        return b"".join(made), replaced

    def shown(self, raw: bytes) -> tuple[tuple[str, str], ...]:
        """Return title and text of each field, however wrong the record is."""
        kind = self.open(raw)[0] or self.layout.detail
        return tuple(
            (each.field.title, legible(self._charset, raw[each.start : each.stop]).strip())
            for each in self._fillers[kind.name]
        )


class _Filled:
    """A field among fixed bytes: where it stands and how it is filled."""

    def __init__(self, field: Field, characters: charset.Charset) -> None:
        self.field, self._charset = field, characters
        self._length = field.length or 0
        self.start, self.stop = field.at - 1, field.at - 1 + self._length
        self._space = characters.encode(" ")
        self._wide, self._right = field.pad == "wide", field.align == "right"
        self._pad = " \u3000" if self._wide else " "
        self.empty = "0" * self._length if field.pad == "zero" and field.type == "filler" else ""
        made = (
            None
            if field.type in ("filler", "code") and not field.codes
            else converter(field, fixed=True)
        )
        self._parse = None if made is None else made.parse
        self.write: Callable[[Value], str] = str if made is None else made.write

    def filled(self, body: str) -> bytes:
        """Return the bytes of a field that says so; raises `Wrong` for what does not fit."""
        raw = self._charset.encode(body)
        lack = self._length - len(raw)
        if lack < 0:
            what = f"{self._length}バイトに収まりません({len(raw)}バイト)"
            raise Wrong(what, "短くする書き方を決めてください(自動では切り詰めません)", "length")
        if self._wide:
            raw = self._widened(body, raw)
            lack = self._length - len(raw)
        return self._space * lack + raw if self._right else raw + self._space * lack

    def _widened(self, body: str, raw: bytes) -> bytes:
        """Return the body with as many full-width spaces as fit; an odd byte is left."""
        wide = "\u3000"
        for count in range((self._length - len(raw)) // 2, 0, -1):
            padding = wide * count
            made = self._charset.encode(padding + body if self._right else body + padding)
            if len(made) <= self._length:
                return made
        return raw

    def taker(self, kind: RecordKind) -> Callable[[bytes], Value]:
        """Return the function that reads the field's bytes."""
        name = self.field.name
        if self.field.type == "filler" or name in kind.mark:
            return self._constant(self.filled(kind.mark.get(name, self.empty)))
        parse, decode, pad = self._parse, self._charset.decode, self._pad
        if parse is None:
            raise AssertionError(name)
        if self._wide:
            return self._wide_taker(parse)
        right, space = self._right, self._space
        if space != b" ":
            # In EBCDIC a space may also be the half of a double-byte character.
            return lambda raw: parse(decode(raw).lstrip(pad) if right else decode(raw).rstrip(pad))
        if right:
            return lambda raw: parse(decode(raw.lstrip(space)))
        return lambda raw: parse(decode(raw.rstrip(space)))

    def _wide_taker(self, parse: Callable[[str], Value]) -> Callable[[bytes], Value]:
        def take(raw: bytes) -> Value:
            text = self._charset.decode(raw)
            body = text.lstrip(self._pad) if self._right else text.rstrip(self._pad)
            if self.filled(body) != raw:
                raise Wrong("埋め草(全角の空白)が様式と違います", FIX, "padding")
            return parse(body)

        return take

    def _constant(self, expected: bytes) -> Callable[[bytes], Value]:
        def take(raw: bytes) -> Value:
            if raw != expected:
                raise Wrong("予備の項目が様式のとおりに埋められていません", FIX, "padding")
            return None

        return take
