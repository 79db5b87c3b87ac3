"""What the parts of one version of a layout have to say alike. Pure."""

from __future__ import annotations

from itertools import combinations
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from kokunen.interchange.codec.schema import At
    from kokunen.interchange.codec.shape import Field, Layout, RecordKind

MUNICIPALITY: Final = (5, 6)
"""Digits of a municipality code without and with its check digit."""


def refuse(layout: Layout, at: At) -> None:
    """Refuse marks that do not tell the kinds apart, and checks that name missing fields."""
    at.need(
        layout.sequence <= bool(layout.checks.sequence),
        "通番の順に受け取るには sequence の検査が要ります",
    )
    at.need(
        not layout.group or (layout.header and layout.trailer and layout.checks.city),
        "group には header・trailer と city の検査が要ります",
    )
    for one, other in combinations(layout.kinds, 2):
        at.need(_told_apart(one, other), f"mark では {one.name} と {other.name} を見分けられません")
    checks = layout.checks
    for key, types in (
        ("layout", ("text", "digits", "code")),
        ("version", ("text", "digits")),
        ("made_on", ("date",)),
        ("sequence", ("integer",)),
    ):
        _named(layout, at, getattr(checks, key), key=key, kind="header", types=types)
    _named(layout, at, checks.count, key="count", kind="trailer", types=("integer",))
    cities = [
        _named(layout, at, each, key="city", kind="header", types=("digits",))
        for each in checks.city
    ]
    lengths = [each.length for each in cities if each is not None]
    if lengths and None not in lengths:
        at.need(sum(filter(None, lengths)) in MUNICIPALITY, "city の桁数の合計が5か6ではありません")
    for total, summed in checks.sums.items():
        _named(layout, at, total, key="sums", kind="trailer", types=("integer",))
        _named(layout, at, f"detail.{summed}", key="sums", kind="detail", types=("integer",))
    for name in checks.sort:
        found = _named(layout, at, f"detail.{name}", key="sort", kind="detail", types=None)
        at.need(
            found and found.name not in layout.detail.mark, f"sort の「{name}」は並びになりません"
        )
    _trailer(layout, at)


def _named(
    layout: Layout, at: At, given: object, *, key: str, kind: str, types: tuple[str, ...] | None
) -> Field | None:
    """Return the field that a check names; None when the check is not made."""
    if given is None:
        return None
    where, _, name = str(given).partition(".")
    at.need(where == kind, f"checks の {key} は「{kind}.項目」の形です")
    record: RecordKind | None = getattr(layout, kind)
    found = None if record is None else record.field(name)
    at.need(found is not None, f"checks の {key} の項目「{given}」がありません")
    if found is not None:
        at.need(types is None or found.type in types, f"{key} の「{given}」の type が合いません")
        at.need(types is None or not found.optional, f"{key} の「{given}」は optional にできません")
    return found


def _told_apart(one: RecordKind, other: RecordKind) -> bool:
    """Tell whether some field at the same place is marked differently in the two."""
    places = {(each.at, each.length): mark for each, mark in _marks(one)}
    return any(places.get((each.at, each.length), mark) != mark for each, mark in _marks(other))


def _marks(record: RecordKind) -> list[tuple[Field, str]]:
    return [(each, record.mark[each.name]) for each in record.fields if each.name in record.mark]


def _trailer(layout: Layout, at: At) -> None:
    """Every trailer field is counted, summed, or says again what the header says."""
    if layout.trailer is None:
        return
    counted = {str(layout.checks.count).partition(".")[2]}
    counted |= {total.partition(".")[2] for total in layout.checks.sums}
    header = layout.header.values if layout.header is not None else ()
    types = {each.name: each.type for each in header}
    for each in layout.trailer.values:
        repeated = types.get(each.name)
        at.need(
            each.name in counted or each.optional or repeated is not None,
            f"trailer の「{each.name}」の値が count・sums・header のどれにもありません",
        )
        at.need(
            repeated in (None, each.type), f"trailer の「{each.name}」の type が header と違います"
        )
