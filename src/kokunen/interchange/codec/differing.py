"""What changed from one version of a layout to another, in words. Pure."""

from __future__ import annotations

from dataclasses import fields
from typing import TYPE_CHECKING, Any, Final

from kokunen.interchange.codec.shape import KINDS, Field

if TYPE_CHECKING:
    from collections.abc import Iterator

    from kokunen.interchange.codec.shape import Layout, RecordKind

_SAID: Final = {
    "encoding": "文字コード",
    "form": "形式",
    "delimiter": "区切り文字",
    "quote": "引用符",
    "length": "1件のバイト数",
    "newline": "改行",
    "group": "市区町村ごとのヘッダーとトレーラー",
    "identifier": "様式の識別",
    "policy": "不備の記録の扱い",
    "tolerance": "不備の記録の上限",
    "sequence": "通番の順の受取り",
    "official": "公式の様式の確認",
}
FIELD_WORDS: Final = {
    "title": "名称",
    "type": "型",
    "at": "位置",
    "length": "長さ",
    "era": "元号",
    "eras": "元号の番号",
    "codes": "コード表",
    "optional": "任意",
    "pad": "埋め草",
    "align": "寄せ",
    "least": "最小",
    "most": "最大",
}


def differences(old: Layout, new: Layout) -> tuple[str, ...]:
    """Return a line for everything that differs; none when the two say the same."""
    return tuple(_lines(old, new))


def _lines(old: Layout, new: Layout) -> Iterator[str]:
    for name, word in _SAID.items():
        before, after = getattr(old, name), getattr(new, name)
        if before != after:
            yield f"{word}: {before} → {after}"
    for kind in KINDS:
        yield from _kind(kind, getattr(old, kind), getattr(new, kind))
    for each in fields(old.checks):
        before, after = getattr(old.checks, each.name), getattr(new.checks, each.name)
        if before != after:
            yield f"検査 {each.name}: {_plain(before)} → {_plain(after)}"


def _kind(name: str, old: RecordKind | None, new: RecordKind | None) -> Iterator[str]:
    if old is None or new is None:
        if old is not new:
            yield f"{name}: {'加わった' if old is None else 'なくなった'}"
        return
    if old.mark != new.mark:
        yield f"{name}: 区分 {_plain(old.mark)} → {_plain(new.mark)}"
    before = {each.name: each for each in old.fields if each.type != "filler"}
    after = {each.name: each for each in new.fields if each.type != "filler"}
    for gone in before.keys() - after.keys():
        yield f"{name}.{gone}「{before[gone].title}」: なくなった"
    for field_name, field in after.items():
        if field_name not in before:
            yield f"{name}.{field_name}「{field.title}」: 加わった({field.at}から、{field.type})"
            continue
        changes = "、".join(_changes(before[field_name], field))
        if changes:
            yield f"{name}.{field_name}「{field.title}」: {changes}"


def _changes(old: Field, new: Field) -> Iterator[str]:
    for name, word in FIELD_WORDS.items():
        before, after = getattr(old, name), getattr(new, name)
        if before != after:
            yield f"{word} {_plain(before)} → {_plain(after)}"


def _plain(value: Any) -> str:  # noqa: ANN401 - whatever a layout holds
    return "なし" if value is None or value in ((), {}, "") else str(value)
