"""Read a layout file and refuse what contradicts itself, naming the file and the field. Pure."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date, timedelta
from itertools import pairwise
from typing import TYPE_CHECKING, Any, Final

import yaml

from kokunen.interchange.codec import agreeing, charset
from kokunen.interchange.codec.shape import (
    KINDS,
    NEWLINES,
    Checks,
    Field,
    Kind,
    Layout,
    RecordKind,
    UnableToLoadLayout,
)
from kokunen.interchange.domain import Direction, Partner

if TYPE_CHECKING:
    from collections.abc import Mapping

_Loader: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_NAME: Final = re.compile(r"[a-z][a-z0-9_]*")

_TOP: Final = {"code", "title", "partner", "direction", "official", "source", "versions"}
_TOP_MORE: Final = {"sequence", "policy", "tolerance", "identifier"}
_VERSION: Final = {"version", "from", "encoding", "form", "newline", "records"}
_VERSION_MORE: Final = {"delimiter", "quote", "length", "group", "checks"}
_FIELD: Final = {"name", "type"}
_FIELD_MORE: Final = {
    "title", "at", "length", "era", "eras", "codes", "optional", "pad", "align", "least", "most",
}  # fmt: skip
_CHECKS: Final = {"city", "layout", "version", "made_on", "sequence", "count", "sums", "sort"}

TYPES: Final = ("text", "kana", "digits", "integer", "date", "month", "code", "flag", "filler")
_NUMERIC: Final = ("digits", "integer")
_DELIMITERS: Final = (",", "\t", ";")
"""Bytes that are never the second byte of a character of Shift_JIS."""
ERA_LENGTHS: Final = {"western": 8, "wareki1": 7, "wareki2": 8}
_LENGTHS: Final = {"month": 6, "flag": 1}
PENSION_ERAS: Final = dict(zip("13579", "MTSHR", strict=True))
RESIDENT_ERAS: Final = dict(zip("12345", "MTSHR", strict=True))
TWO_DIGIT_ERAS: Final = {f"0{code}": letter for code, letter in RESIDENT_ERAS.items()}
"""Assumed where a layout does not say: of the two-digit numbers no official table was read."""


class _StrictLoader(_Loader):  # type: ignore[misc]  # PyYAML's C loader has no type of its own
    """YAML in which a key stands once."""


def _mapping(loader: Any, node: yaml.MappingNode) -> dict[Any, Any]:  # noqa: ANN401 - PyYAML's
    pairs = [(loader.construct_object(k), v) for k, v in node.value]
    twice = {str(key) for key, _ in pairs if [each for each, _ in pairs].count(key) > 1}
    if twice:
        line = node.start_mark.line + 1
        raise UnableToLoadLayout(f"{line}行目から", f"キー {sorted(twice)} が重複しています")
    return {key: loader.construct_object(value, deep=True) for key, value in pairs}


_StrictLoader.add_constructor(yaml.resolver.BaseResolver.DEFAULT_MAPPING_TAG, _mapping)


def strict(text: str, *, name: str) -> Any:  # noqa: ANN401 - the caller checks what it holds
    """Read YAML without duplicate keys; raises `UnableToLoadLayout`."""
    try:
        return yaml.load(text, Loader=_StrictLoader)  # noqa: S506 - derived from the safe loader
    except yaml.YAMLError as wrong:
        raise UnableToLoadLayout(name, f"YAMLとして読めません({wrong})") from wrong
    except UnableToLoadLayout as wrong:
        raise UnableToLoadLayout(name, wrong.message) from wrong


class At:
    """A place in a layout file: refuses there what does not hold."""

    def __init__(self, where: str, field: str = "") -> None:
        self.where, self.field = where, field

    def need(self, holds: object, what: str) -> None:
        """Refuse unless the condition holds."""
        if not holds:
            raise UnableToLoadLayout(self.where, what, field=self.field)

    def keys(self, given: Any, needed: set[str], more: set[str]) -> Mapping[str, Any]:  # noqa: ANN401 - YAML
        """Return the mapping when it has the needed keys and no unknown ones."""
        self.need(isinstance(given, dict), "項目の並び(キー: 値)ではありません")
        self.need(needed <= set(given), f"{sorted(needed - set(given))} がありません")
        unknown = sorted(map(str, set(given) - needed - more))
        self.need(not unknown, f"知らないキー {unknown} があります")
        found: Mapping[str, Any] = given
        return found

    def one_of(self, given: Any, allowed: Any, key: str) -> Any:  # noqa: ANN401 - YAML
        """Return the value when it is one of those allowed."""
        fits = isinstance(given, str) and given in allowed
        self.need(fits, f"{key} は {list(allowed)} のどれかです")
        return given

    def whole(self, given: Any, key: str, *, least: int | None = 0) -> int:  # noqa: ANN401 - YAML
        """Return a whole number of at least ``least``."""
        fits = isinstance(given, int) and not isinstance(given, bool)
        self.need(fits and (least is None or given >= least), f"{key} が整数ではありません")
        return int(given)

    def flag(self, given: Any, key: str) -> bool:  # noqa: ANN401 - YAML
        """Return true or false."""
        self.need(isinstance(given, bool), f"{key} は true か false です")
        return bool(given)

    def text(self, given: Any, key: str) -> str:  # noqa: ANN401 - YAML
        """Return text that is not empty."""
        fits = isinstance(given, str) and given.strip()
        self.need(fits, f"{key} が(引用符で囲んだ)文字ではありません")
        return str(given)


def load(text: str, *, name: str) -> tuple[Layout, ...]:
    """Read a layout file named ``<code>.yaml``; return its versions, oldest first.

    Raises `UnableToLoadLayout`: unknown or missing keys and types, fixed fields that overlap or
    leave a gap, code tables that are not one-to-one, days of versions out of order, checks that
    name missing fields, an encoding that this machine cannot write.
    """
    at = At(name)
    top = at.keys(strict(text, name=name), _TOP, _TOP_MORE)
    at.need(f"{top['code']}.yaml" == name, f"code「{top['code']}」がファイル名と違います")
    rows = top["versions"]
    at.need(isinstance(rows, list) and rows, "versions がありません")
    found = tuple(_version(name, top, row) for row in rows)
    for before, after in pairwise(found):
        at.need(before.start < after.start, f"版{after.version}の from が前の版より後でありません")
        at.need(before.version != after.version, f"版{after.version}が2つあります")
    ends = [each.start - timedelta(days=1) for each in found[1:]]
    return tuple(replace(each, end=end) for each, end in zip(found, [*ends, None], strict=True))


def _version(name: str, top: Mapping[str, Any], row: Any) -> Layout:  # noqa: ANN401 - YAML
    at = At(f"{name} 版{row.get('version') if isinstance(row, dict) else row}")
    row = at.keys(row, _VERSION, _VERSION_MORE)
    policy = at.one_of(top.get("policy", "whole"), ("whole", "records"), "policy")
    form = at.one_of(row["form"], ("delimited", "fixed"), "form")
    encoding = at.one_of(row["encoding"], charset.NAMES, "encoding")
    charset.named(encoding)
    newline = at.one_of(row["newline"], NEWLINES, "newline")
    fixed = form == "fixed"
    at.need(type(row["from"]) is date, "from が日付ではありません")
    if fixed:
        at.need("length" in row, "length(1件のバイト数)がありません")
        at.need(not {"delimiter", "quote"} & set(row), "固定長に delimiter・quote は書けません")
    else:
        at.need("length" not in row, "区切り形式に length は書けません")
        at.need(newline != "none", "区切り形式の newline は crlf か lf です")
        at.need(encoding not in charset.SHIFTED, "区切り形式は EBCDIC では書けません")
    at.need(newline == "none" or encoding not in charset.SHIFTED, "EBCDIC の newline は none です")
    partner = Partner(at.one_of(top["partner"], list(Partner), "partner"))
    kinds = at.keys(row["records"], {"detail"}, set(KINDS))
    length = at.whole(row.get("length", 0), "length", least=1 if fixed else 0)
    records = {
        kind: _record(at, kind, kinds[kind], length=length, partner=partner)
        for kind in KINDS
        if kind in kinds
    }
    made = Layout(
        code=at.text(top["code"], "code"),
        title=at.text(top["title"], "title"),
        partner=partner,
        direction=Direction(at.one_of(top["direction"], list(Direction), "direction")),
        official=at.flag(top["official"], "official"),
        source=at.text(top["source"], "source"),
        sequence=at.flag(top.get("sequence", False), "sequence"),
        policy=policy,
        tolerance=at.whole(top.get("tolerance", 0), "tolerance"),
        identifier=at.text(top.get("identifier", top["code"]), "identifier"),
        version=at.text(row["version"], "version"),
        start=row["from"],
        end=None,
        encoding=encoding,
        form=form,
        delimiter=at.one_of(row.get("delimiter", ","), _DELIMITERS, "delimiter"),
        quote=at.one_of(row.get("quote", "needed"), ("needed", "all", "never"), "quote"),
        length=length,
        newline=newline,
        group=at.flag(row.get("group", False), "group"),
        header=records.get("header"),
        detail=records["detail"],
        trailer=records.get("trailer"),
        checks=_checks(at, row.get("checks", {})),
    )
    agreeing.refuse(made, at)
    return made


def _checks(at: At, given: Any) -> Checks:  # noqa: ANN401 - YAML
    given = at.keys(given, set(), _CHECKS)
    city, sums, sort = given.get("city", []), given.get("sums", {}), given.get("sort", [])
    city = [city] if isinstance(city, str) else city
    at.need(isinstance(sums, dict), "sums は 合計の項目: 明細の項目 の形です")
    for key, listed in (("city", city), ("sort", sort), ("sums", [*sums, *sums.values()])):
        at.need(isinstance(listed, list), f"{key} は項目の並びです")
        for each in listed:
            at.text(each, key)
    one = {key: at.text(given[key], key) for key in set(given) - {"city", "sums", "sort"}}
    return Checks(city=tuple(city), sums=sums, sort=tuple(sort), **one)


def _record(at: At, kind: Kind, given: Any, *, length: int, partner: Partner) -> RecordKind:  # noqa: ANN401 - YAML
    at = At(f"{at.where} {kind}")
    given = at.keys(given, {"fields"}, {"mark"})
    rows = given["fields"]
    at.need(isinstance(rows, list) and rows, "fields がありません")
    mark = given.get("mark", {})
    at.need(isinstance(mark, dict), 'mark は 項目: "値" の形です')
    fields = tuple(
        _field(at, row, column=column, fixed=length > 0, marked=mark, partner=partner)
        for column, row in enumerate(rows, 1)
    )
    names = [each.name for each in fields if each.type != "filler"]
    for name in names:
        at.need(names.count(name) == 1, f"項目「{name}」が2つあります")
    for name, value in mark.items():
        at.need(name in names, f"mark の項目「{name}」がありません")
        at.text(value, f"mark の「{name}」")
    if length:
        _without_gaps(at, fields, length)
    return RecordKind(name=kind, mark=mark, fields=fields)


def _without_gaps(at: At, fields: tuple[Field, ...], length: int) -> None:
    """Refuse fixed fields that overlap, leave a gap, or do not end with the record."""
    end = 0
    for each in fields:
        here = At(at.where, each.name)
        here.need(each.at > end, f"項目「{each.name}」({each.at}から)が前の項目と重なります")
        here.need(each.at == end + 1, f"項目「{each.name}」の前に{each.at - end - 1}バイトの空き")
        end += each.length or 0
    at.need(end == length, f"項目の合計{end}バイトが length {length} と違います")


def _field(
    at: At,
    row: Any,  # noqa: ANN401 - YAML
    *,
    column: int,
    fixed: bool,
    marked: Mapping[str, Any],
    partner: Partner,
) -> Field:
    name = str(row.get("name")) if isinstance(row, dict) and "name" in row else str(column)
    at = At(f"{at.where} {name}", name)
    kind = row.get("type") if isinstance(row, dict) else None
    row = at.keys(row, {"type"} if kind == "filler" else _FIELD, _FIELD_MORE | {"name"})
    at.one_of(kind, TYPES, "type")
    at.need(kind == "filler" or _NAME.fullmatch(name), "name は英小文字・数字・_ です")
    era = at.one_of(row.get("era", "western"), ERA_LENGTHS, "era")
    at.need("era" not in row or kind == "date", "era は date だけに書けます")
    usual = ERA_LENGTHS[era] if kind == "date" else _LENGTHS.get(kind or "")
    length = row.get("length", usual if fixed else None)
    if fixed:
        at.need("at" in row, "at(先頭のバイト)がありません")
        at.need(length is not None, "length(バイト数)がありません")
    else:
        at.need("at" not in row, "区切り形式に at は書けません")
    if length is not None:
        at.whole(length, "length", least=1)
        at.need(usual is None or length == usual, f"length は {usual} です")
    pad = row.get("pad", "zero" if kind in _NUMERIC and fixed else "space")
    at.one_of(pad, ("space", "zero", "wide"), "pad")
    at.need(pad != "wide" or (fixed and kind in ("text", "kana")), "pad: wide は文字の固定長だけ")
    at.need(pad != "zero" or kind not in ("text", "kana"), "文字は zero で埋められません")
    at.need(pad != "zero" or kind not in _NUMERIC or length, "zero で埋めるには length が要ります")
    align = at.one_of(
        row.get("align", "right" if kind == "integer" else "left"), ("left", "right"), "align"
    )
    codes = row.get("codes", {})
    at.need(isinstance(codes, dict), 'codes は "ファイルの値": 当方の値 の形です')
    at.need((kind == "code") >= bool(codes), "codes は code だけに書けます")
    at.need(codes or kind != "code" or name in marked, "codes がありません")
    for key, value in codes.items():
        at.text(key, "codes のキー")
        at.text(value, f"codes の「{key}」")
        at.need(length is None or len(key) <= length, f"codes の「{key}」が length より長い")
        at.need(pad != "zero" or set(key) != {"0"}, f"codes の「{key}」が空欄の表し方と同じです")
        at.need(key == key.strip(), f"codes の「{key}」の端に空白があります")
    at.need(len(set(codes.values())) == len(codes), "codes が1対1ではありません")
    at.need(not {"least", "most"} & set(row) or kind == "integer", "least・most は integer だけ")
    least = at.whole(row.get("least", 0), "least", least=None)
    most = at.whole(row["most"], "most", least=least) if "most" in row else None
    return Field(
        name=name if kind != "filler" else f"filler{column}",
        title=at.text(row.get("title", "予備" if kind == "filler" else name), "title"),
        type=kind,  # type: ignore[arg-type]  # one of TYPES, checked above
        at=at.whole(row.get("at", column), "at", least=1),
        length=length,
        era=era,
        eras=_eras(at, row.get("eras"), era, partner),
        codes=codes,
        optional=at.flag(row.get("optional", False), "optional"),
        pad=pad,
        align=align,
        least=least,
        most=most,
    )


def _eras(at: At, given: Any, era: str, partner: Partner) -> Mapping[str, str]:  # noqa: ANN401 - YAML
    if era == "western":
        at.need(given is None, "eras は和暦の date だけに書けます")
        return {}
    if given is None:
        if era == "wareki2":
            return TWO_DIGIT_ERAS
        return PENSION_ERAS if partner is Partner.AGENCY else RESIDENT_ERAS
    digits = int(era[-1])
    at.need(isinstance(given, dict), 'eras は "番号": 元号の文字 の形です')
    for code, letter in given.items():
        fits = isinstance(code, str) and code.isascii() and code.isdigit() and len(code) == digits
        at.need(fits and letter in tuple("MTSHR"), f"eras の「{code}: {letter}」が読めません")
    at.need(len(set(given.values())) == len(given), "eras が1対1ではありません")
    eras: Mapping[str, str] = given
    return eras
