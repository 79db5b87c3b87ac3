"""Dated figures: what the law puts in numbers, with the months in which each number is in force.

A file holds tables; a table holds values that follow each other without gap or overlap. Every value
names its article or notice, the address it was read at and the day it was last checked. A month
without a value raises: never the nearest value, never zero.
"""

from __future__ import annotations

from bisect import bisect_right
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from functools import cache
from itertools import pairwise
from typing import TYPE_CHECKING, Any, Final

import yaml

from kokunen.dates.errors import Refusal
from kokunen.dates.month import Month, UnableToReadMonth

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

type_names: Final = ("yen", "count", "rate", "flag", "steps", "by_year")
Amount = int | Fraction | bool | tuple[tuple[int, ...], ...] | dict[int, Fraction]

_TABLE_KEYS: Final = {"label", "review", "values"}
_VALUE_KEYS: Final = {"from", "to", "source", "url", "checked", "status", "note"}
_REVIEWS: Final = ("april", "july", "never")
_STATUSES: Final = ("verified", "derived", "unverified")
_Loader: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


class UnableToLoadFigures(Refusal):
    """A file of figures breaks a rule of such files; nothing of it is used."""

    code = "invalid_figures"

    def __init__(self, where: str, what: str) -> None:
        super().__init__(f"{where}: {what}", fix="パラメータファイルを直してください。")


class NoValueInForce(Refusal):
    """No figure is in force, or known, for the month asked."""

    code = "no_value_in_force"


@contextmanager
def blaming(field: str) -> Iterator[None]:
    """Name ``field`` as the input at fault when no figure is in force for it."""
    try:
        yield
    except NoValueInForce as refusal:
        refusal.field = field
        raise


@dataclass(frozen=True, slots=True)
class Dated:
    """One value and the months in which it is in force (``last`` None: until changed).

    ``kind`` is one of yen (whole yen), count (a plain whole number), rate (an exact fraction),
    flag, steps (rows of whole numbers) and by_year (year to rate). ``status`` is ``verified``
    (read in the page named), ``derived`` (computed from verified figures) or ``unverified``; the
    last is shown to whoever sees a result that rests on it.
    """

    first: Month
    last: Month | None
    kind: str
    amount: Amount
    source: str
    url: str
    checked: date
    status: str
    note: str


@dataclass(frozen=True, slots=True)
class Table:
    """The history of one figure; ``review`` is the month before which it wants a new look."""

    name: str
    label: str
    review: str
    values: tuple[Dated, ...]

    def on(self, month: Month) -> Dated:
        """Return the value in force in a month, or raise `NoValueInForce`."""
        at = bisect_right(self.values, month, key=lambda value: value.first) - 1
        if at >= 0:
            value = self.values[at]
            if value.last is None or month <= value.last:
                return value
        last = self.values[-1].last
        raise NoValueInForce(
            f"{month}の「{self.label}」の数値は登録されていません"
            f"(登録は{self.values[0].first}から{last or '改正'}まで)。",
            fix="対象の月を確かめるか、告示された数値を根拠とともにパラメータに加えてください。",
        )


class _StrictLoader(_Loader):  # type: ignore[misc]  # PyYAML's C loader has no type of its own
    """YAML without duplicate keys and without binary floating point."""


def _mapping(loader: Any, node: yaml.MappingNode) -> dict[Any, Any]:
    found: dict[Any, Any] = {}
    for key_node, value_node in node.value:
        key = loader.construct_object(key_node)
        if key in found:
            raise UnableToLoadFigures(f"{node.start_mark.line + 1}行目", f"キー「{key}」が重複")
        found[key] = loader.construct_object(value_node)
    return found


def _no_float(_: Any, node: yaml.ScalarNode) -> float:
    raise UnableToLoadFigures(
        f"{node.start_mark.line + 1}行目",
        f'小数 {node.value} は使えません。率は "{node.value}" のように引用符で書いてください',
    )


_StrictLoader.add_constructor(yaml.resolver.BaseResolver.DEFAULT_MAPPING_TAG, _mapping)
_StrictLoader.add_constructor("tag:yaml.org,2002:float", _no_float)


def load(text: str, *, prefix: str) -> dict[str, Table]:
    """Read the tables of one file; names become ``prefix.table``.

    Raises `UnableToLoadFigures` for duplicate keys, floats, unknown or missing keys (a source, its
    address, the day of the check), and for values that leave a gap or overlap.
    """
    try:
        tree = yaml.load(text, Loader=_StrictLoader)  # noqa: S506 - derived from the safe loader
    except yaml.YAMLError as wrong:
        raise UnableToLoadFigures(prefix, f"YAMLとして読めません({wrong})") from wrong
    if not isinstance(tree, dict):
        raise UnableToLoadFigures(prefix, "表がありません")
    return {f"{prefix}.{name}": _table(f"{prefix}.{name}", body) for name, body in tree.items()}


def _table(name: str, body: Any) -> Table:
    if not isinstance(body, dict) or set(body) != _TABLE_KEYS:
        raise UnableToLoadFigures(name, f"表には {sorted(_TABLE_KEYS)} だけが要ります")
    if body["review"] not in _REVIEWS:
        raise UnableToLoadFigures(name, f"review は {_REVIEWS} のどれかです")
    if not isinstance(body["values"], list) or not body["values"] or not body["label"]:
        raise UnableToLoadFigures(name, "label か値がありません")
    values = tuple(_dated(name, row) for row in body["values"])
    for before, after in pairwise(values):
        if before.last is None or before.last >= after.first:
            raise UnableToLoadFigures(name, f"{after.first} から始まる値が前の値と重なります")
        if before.last + 1 != after.first:
            raise UnableToLoadFigures(name, f"{before.last + 1} から {after.first} の前月が空です")
    if len({value.kind for value in values}) > 1:
        raise UnableToLoadFigures(name, "値の種類が混ざっています")
    return Table(name, body["label"], body["review"], values)


def _dated(name: str, row: Any) -> Dated:
    if not isinstance(row, dict):
        raise UnableToLoadFigures(name, f"値 {row} が読めません")
    where = f"{name} {row.get('from')}"
    kinds = [key for key in row if key in type_names]
    unknown = set(row) - _VALUE_KEYS - set(kinds)
    if len(kinds) != 1 or unknown:
        raise UnableToLoadFigures(where, f"値の種類が1つでないか、知らないキー {sorted(unknown)}")
    for key in ("from", "source", "url"):
        if not isinstance(row.get(key), str) or not row[key].strip():
            raise UnableToLoadFigures(where, f"「{key}」がありません")
    if not isinstance(row.get("checked"), date):
        raise UnableToLoadFigures(where, "「checked」(最後に確かめた日)がありません")
    if row.get("status", "verified") not in _STATUSES:
        raise UnableToLoadFigures(where, f"status は {_STATUSES} のどれかです")
    try:
        first = Month.parse(row["from"])
        last = Month.parse(row["to"]) if row.get("to") is not None else None
    except UnableToReadMonth as wrong:
        raise UnableToLoadFigures(where, wrong.message) from wrong
    if last is not None and last < first:
        raise UnableToLoadFigures(where, "終わりが始まりより前です")
    return Dated(
        first=first,
        last=last,
        kind=kinds[0],
        amount=_amount(where, kinds[0], row[kinds[0]]),
        source=row["source"],
        url=row["url"],
        checked=row["checked"],
        status=row.get("status", "verified"),
        note=row.get("note", ""),
    )


def _whole(given: Any) -> bool:
    return isinstance(given, int) and not isinstance(given, bool)


def _amount(where: str, kind: str, given: Any) -> Amount:
    try:
        if kind in ("yen", "count") and _whole(given) and given >= 0:
            return int(given)
        if kind == "rate" and isinstance(given, str):
            return Fraction(given)
        if kind == "flag" and isinstance(given, bool):
            return given
        if kind == "by_year" and given and all(_whole(year) for year in given):
            return {year: Fraction(str(rate)) for year, rate in given.items()}
        if kind == "steps" and given and all(_whole(cell) for step in given for cell in step):
            return tuple(tuple(step) for step in given)
    except (ValueError, TypeError, AttributeError, ZeroDivisionError) as wrong:
        raise UnableToLoadFigures(where, f"{kind}: {given!r} が読めません") from wrong
    raise UnableToLoadFigures(where, f"{kind}: {given!r} は書けない値です")


class Figures:
    """All tables of a folder; a file is read when one of its tables is first asked for."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._file = cache(self._read)

    def _read(self, stem: str) -> Mapping[str, Table]:
        text = (self._folder / f"{stem}.yaml").read_text(encoding="utf-8")
        return load(text, prefix=stem)

    def table(self, name: str) -> Table:
        """Return a table by its name, ``file.table``; KeyError when there is none."""
        return self._file(name.partition(".")[0])[name]

    def on(self, name: str, month: Month) -> Dated:
        """Return the value of a table in force in a month, or raise `NoValueInForce`."""
        return self.table(name).on(month)

    def tables(self) -> Iterator[Table]:
        """Give every table of the folder, by file and then in the order of the file."""
        for path in sorted(self._folder.glob("*.yaml")):
            yield from self._file(path.stem).values()
