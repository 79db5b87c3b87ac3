"""``kokunen layout``: the layouts of the files that cross the wall, and files against them."""

from __future__ import annotations

import os
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO, Final

from kokunen.cli import OK, WRONG
from kokunen.dates.errors import Refusal

if TYPE_CHECKING:
    import argparse
    from collections.abc import Iterator
    from datetime import date

    from kokunen.interchange.codec.shape import Field, Layout
    from kokunen.interchange.domain import Fault

_BYTES_SHOWN: Final = 40


class UnableToUseFile(Refusal):
    """A file that a command names cannot be opened."""

    code = "file"


def add(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Register ``layout list``, ``show``, ``validate``, ``example`` and ``diff``."""
    layout = commands.add_parser("layout", help="連携ファイルの様式(レイアウト)")
    acts = layout.add_subparsers(required=True, metavar="ACT")
    acts.add_parser("list", help="様式の一覧").set_defaults(run=_list)

    show = acts.add_parser("show", help="様式の項目")
    validate = acts.add_parser("validate", help="ファイルを様式に照らす(不備があれば終了コード1)")
    validate.add_argument("file", type=Path, metavar="FILE")
    validate.add_argument("--layout", dest="code", required=True, metavar="CODE")
    example = acts.add_parser("example", help="架空の例のファイルを作る")
    example.add_argument("--out", type=Path, metavar="FILE", help="省略すると標準出力")
    example.add_argument("--records", type=int, default=3, metavar="N", help="明細の件数")
    for act in (show, example):
        act.add_argument("code", metavar="CODE")
    for act in (validate, example):
        act.add_argument("--city", metavar="CODE", help="市区町村コード6桁(省略すると設定)")
    for act in (show, validate, example):
        act.add_argument("--on", metavar="DATE", help="その日の版(省略すると今日)")
    show.set_defaults(run=_show)
    validate.set_defaults(run=_validate)
    example.set_defaults(run=_example)

    diff = acts.add_parser("diff", help="版と版、または今の版と新しいファイルの違い")
    diff.add_argument("code", metavar="CODE")
    diff.add_argument("versions", nargs="+", metavar="V1 V2 | FILE.yaml")
    diff.set_defaults(run=_diff)


def _list(given: argparse.Namespace) -> int:
    del given
    from kokunen.interchange.layout import every

    for each in every():
        ways = f"{each.partner.label} {each.direction.label}"
        official = "" if each.official else " 公式の様式は未確認"
        print(f"{each.code}  {each.title}  {ways}  版{each.version} {each.start}から{official}")
    return OK


def _show(given: argparse.Namespace) -> int:
    for line in _lines(_layout(given)):
        print(line)
    return OK


def _lines(layout: Layout) -> Iterator[str]:
    yield f"{layout.title} ({layout.code}) 版{layout.version}"
    until = f"{layout.end}まで" if layout.end else ""
    yield f"{layout.partner.label} {layout.direction.label}  {layout.start}から{until}"
    yield f"根拠: {layout.source}" + ("" if layout.official else "(公式の様式は未確認)")
    form = f"固定長{layout.length}バイト" if layout.length else f"区切り {layout.delimiter!r}"
    yield f"{form}  {layout.encoding}  改行 {layout.newline}"
    for kind in layout.kinds:
        mark = " ".join(f"{name}={value}" for name, value in kind.mark.items())
        yield f"\n{kind.name} {mark}".rstrip()
        yield from (_field(each) for each in kind.fields)


def _field(field: Field) -> str:
    parts = [
        f"{field.at:>5}",
        f"{field.length or '':>4}",
        field.type if field.era == "western" else f"{field.type}({field.era})",
        "任意" if field.optional else "",
        f"{field.name}「{field.title}」",
        " ".join(f"{key}={value}" for key, value in field.codes.items()),
    ]
    return "  ".join(filter(None, parts))


def _validate(given: argparse.Namespace) -> int:
    from kokunen.interchange.codec.reading import faults

    layout, city = _layout(given), _city(given)
    try:
        with given.file.open("rb") as stream:
            count = 0
            for fault in faults(stream, layout=layout, city=city):
                print(_told(fault))
                count += 1
    except OSError as wrong:
        raise _unusable(given.file, wrong) from wrong
    if count:
        print(f"不備{count}件。", file=sys.stderr)
        return WRONG
    print(f"{given.file.name}: {layout.title} 版{layout.version} として不備はありません。")
    return OK


def _told(fault: Fault) -> str:
    """Return a fault on one line: the record, the field, the byte, what came, what to do."""
    where = [f"{fault.record}件目" if fault.record else "ファイル全体"]
    where += [f"「{fault.field}」"] if fault.field else []
    where += [f"{fault.at}バイト目"] if fault.at else []
    received = fault.received[:_BYTES_SHOWN].hex(" ")
    came = f" [{received}]" if received else ""
    return f"{' '.join(where)}: {fault.what}。{fault.fix}。{came}".rstrip()


def _example(given: argparse.Namespace) -> int:
    layout, city = _layout(given), _city(given)
    if given.out is None:
        _write(sys.stdout.buffer, layout, city, given.records)
        return OK
    try:
        with given.out.open("wb") as stream:
            _write(stream, layout, city, given.records)
    except OSError as wrong:
        raise _unusable(given.out, wrong) from wrong
    return OK


def _write(stream: BinaryIO, layout: Layout, city: str, count: int) -> None:
    from kokunen.interchange.codec.example import example

    example(stream, layout=layout, city=city, count=max(count, 0))


def _diff(given: argparse.Namespace) -> int:
    from kokunen.interchange.codec.differing import differences
    from kokunen.interchange.codec.schema import load
    from kokunen.interchange.layout import versions

    known = {each.version: each for each in versions(given.code)}
    if len(given.versions) == 1:
        path = Path(given.versions[0])
        try:
            text = path.read_text(encoding="utf-8")
        except (OSError, UnicodeError) as wrong:
            raise _unusable(path, wrong) from wrong
        old, new = list(known.values())[-1], load(text, name=f"{given.code}.yaml")[-1]
    else:
        for version in given.versions:
            if version not in known or len(given.versions) > 2:  # noqa: PLR2004 - old and new
                raise UnableToUseFile(
                    f"版「{version}」を比べられません(ある版: {'、'.join(known)})。",
                    fix="版を2つ、または新しい様式のファイルを1つ指定してください。",
                )
        old, new = (known[version] for version in given.versions)
    lines = differences(old, new)
    for line in lines:
        print(line)
    if not lines:
        print("違いはありません。")
    return OK


def _layout(given: argparse.Namespace) -> Layout:
    from kokunen.interchange.layout import layout

    return layout(given.code, _on(given))


def _on(given: argparse.Namespace) -> date:
    from kokunen.dates.tokyo import day_of
    from kokunen.dates.wareki import parse_date

    return parse_date(given.on) if given.on else day_of(datetime.now(UTC))


def _city(given: argparse.Namespace) -> str:
    """Return the city that was named, or the office's own (its settings, without its database)."""
    if given.city:
        return str(given.city)
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "kokunen.sites.city")
    from kokunen.interchange.folders import city

    return city()


def _unusable(path: Path, wrong: Exception) -> UnableToUseFile:
    return UnableToUseFile(
        f"ファイル {path.name} を開けません({wrong.__class__.__name__})。",
        fix="場所と権限を確かめてください。",
    )
