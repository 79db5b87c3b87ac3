"""The checks of a whole file, made as its records pass by. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, NoReturn

from kokunen.interchange.codec.framing import refusal
from kokunen.interchange.codec.parts import FIX
from kokunen.interchange.domain import Fault

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date

    from kokunen.interchange.codec.shape import Layout, RecordKind

_AGAIN: Final = "転送をやり直し、同じファイルをもう一度受け取ってください"


def city_fields(layout: Layout, city: str) -> dict[str, str]:
    """Cut the municipality code into the header's fields that the city check names."""
    found: dict[str, str] = {}
    at = 0
    for reference in layout.checks.city:
        field = None if layout.header is None else layout.header.field(_name(reference))
        length = None if field is None else field.length
        found[_name(reference)] = city[at:] if length is None else city[at : at + length]
        at += length or len(city)
    return found


class Whole:
    """What was seen of one file so far. ``other`` and ``detail`` take its records in order."""

    def __init__(self, layout: Layout, city: str) -> None:
        self.layout, self.city = layout, city
        self.header: Mapping[str, Any] = {}
        self.made_on: date | None = None
        self.sequence: int | None = None
        self._open = layout.header is None
        self._number = 0
        self._groups = 0
        self._count = 0
        self._key: tuple[Any, ...] | None = None
        checks = layout.checks
        self._sums = {_name(total): summed for total, summed in checks.sums.items()}
        self._totals: dict[str, int] = dict.fromkeys(self._sums, 0)
        self._unknown_sum = False
        self._cities = city_fields(layout, city)
        self._repeats = [name for name in self._cities if layout.detail.field(name) is not None]

    def other(self, kind: RecordKind, values: Mapping[str, Any], number: int, raw: bytes) -> None:
        """Take a header or a trailer."""
        self._number = number
        if kind is self.layout.header:
            self._header(values, number, raw)
        else:
            self._trailer(values, number, raw)

    def begin_detail(self, number: int, raw: bytes) -> None:
        """Refuse a detail that stands outside header and trailer; count it."""
        self._number = number
        if not self._open:
            closed = self._groups or self.layout.header is None
            raise refusal(
                "after_trailer" if closed else "no_header",
                record=number,
                what="トレーラーの後に記録があります" if closed else "先頭がヘッダーではありません",
                at=1,
                received=raw,
            )
        self._count += 1

    def detail(self, values: Mapping[str, Any], number: int) -> tuple[Fault, ...]:
        """Take a detail that could be read; return what does not agree with its header."""
        for name in self._repeats:
            if values[name] != self.header[name]:
                what = "市区町村コードがヘッダーと違います"
                return (Fault(record=number, field=name, what=what, fix=FIX, code="wrong_city"),)
        if self.layout.checks.sort:
            self._sorted(values, number)
        for total, summed in self._sums.items():
            self._totals[total] += values[summed] or 0
        return ()

    def bad_detail(self) -> None:
        """Take a detail that could not be read: its part of the sums is not known."""
        self._unknown_sum = True

    def finish(self) -> None:
        """Refuse a file that ends where it may not."""
        if not self._number:
            raise refusal("empty", record=0, what="ファイルが空です", fix=_AGAIN)
        if self._open and self.layout.trailer is not None:
            raise refusal(
                "no_trailer",
                record=self._number + 1,
                what="トレーラーがありません(途中で切れたファイルです)",
                fix=_AGAIN,
            )

    def _sorted(self, values: Mapping[str, Any], number: int) -> None:
        key = tuple((values[name] is not None, values[name]) for name in self.layout.checks.sort)
        if self._key is not None and key < self._key:
            titles = {each.name: each.title for each in self.layout.detail.values}
            by = "・".join(titles[name] for name in self.layout.checks.sort)
            raise refusal(
                "order",
                record=number,
                field=self.layout.checks.sort[0],
                what=f"記録が{by}の順に並んでいません",
            )
        self._key = key

    def _header(self, values: Mapping[str, Any], number: int, raw: bytes) -> None:
        if number > 1 and (self._open or not self.layout.group):
            raise refusal(
                "second_header", record=number, what="ヘッダーが2つあります", at=1, received=raw
            )
        checks = self.layout.checks
        said = "".join(values[name] for name in self._cities)
        if self._groups and said <= "".join(self._cities.values()):
            self._refuse("city_order", checks.city[0], "市区町村が昇順に1回ずつ並んでいません")
        for name, expected in self._cities.items():
            if values[name] != expected:
                self._refuse("wrong_city", name, "この市区町村のファイルではありません")
        if checks.layout and values[_name(checks.layout)] != self.layout.identifier:
            self._refuse("wrong_layout", checks.layout, "別の様式のファイルです")
        if checks.version and values[_name(checks.version)] != self.layout.version:
            self._refuse("wrong_version", checks.version, "様式の版が違います")
        if checks.made_on:
            self.made_on = values[_name(checks.made_on)]
            if not self.layout.in_force(values[_name(checks.made_on)]):
                what = f"作成日に版{self.layout.version}は有効ではありません"
                self._refuse("wrong_version", checks.made_on, what)
        if checks.sequence:
            self.sequence = values[_name(checks.sequence)]
        self.header = values
        self._open, self._count, self._key, self._unknown_sum = True, 0, None, False
        self._totals = dict.fromkeys(self._sums, 0)

    def _trailer(self, values: Mapping[str, Any], number: int, raw: bytes) -> None:
        if not self._open:
            raise refusal(
                "second_trailer" if self._groups else "no_header",
                record=number,
                what="対応するヘッダーのないトレーラーです",
                at=1,
                received=raw,
            )
        checks = self.layout.checks
        if checks.count and values[_name(checks.count)] != self._count:
            self._refuse("count", checks.count, f"件数が違います(実際は{self._count}件)")
        for total, value in self._totals.items():
            if not self._unknown_sum and values[total] != value:
                self._refuse("sum", total, "合計が明細の合計と違います")
        counted = {_name(checks.count or ""), *self._totals}
        for name, value in values.items():
            if name in self.header and name not in counted and value != self.header[name]:
                self._refuse("trailer_differs", name, "ヘッダーと違うことが書かれています")
        self._open = False
        self._groups += 1

    def _refuse(self, code: str, field: str, what: str) -> NoReturn:
        raise refusal(code, record=self._number, field=_name(field), what=what)


def _name(reference: str) -> str:
    """Return the field of a reference such as ``trailer.count``."""
    return reference.rpartition(".")[2]
