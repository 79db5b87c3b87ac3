"""Write every layout of the exchange, version by version, as a page: docs/layouts.md.

With ``--check`` nothing is written, and the exit code is 1 when the page is stale.
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Final

import yaml

from kokunen.interchange.codec.differing import differences
from kokunen.interchange.codec.replacing import RULES
from kokunen.interchange.domain import Direction
from kokunen.interchange.layout import codes, versions

if TYPE_CHECKING:
    from collections.abc import Iterator

from kokunen.interchange.layout import Field, Layout

PAGE: Final = Path("docs/layouts.md")
HEAD: Final = (
    "# 連携ファイルの様式 / Layouts\n\n"
    "Every file that crosses the wall, as `src/kokunen/interchange/layouts/` describes it; one"
    " codec reads and writes them all. An official table is put in as a new version, without code."
    " Written by `make rules`; `make check` refuses a stale page. 位置 is the first byte from 1 in"
    " a fixed record, the column in a delimited one; 長 counts bytes, or the most characters."
    " A layout marked 未確認 follows this product's own definition: the official table was not"
    " read.\n"
)
HOW: Final = """\
## 様式ファイルの書き方 / How a layout is written

One file `layouts/<code>.yaml` for each layout; `kokunen layout diff CODE FILE.yaml` tells what a
new table changes before it is put in.

| Key | Meaning |
|---|---|
| `code` `title` `partner` `direction` `source` | what it is; `direction` is `in` or `out` |
| `official` | `true` only where the official table was read |
| `identifier` | what a header field must say (usual: the code) |
| `sequence` | files are numbered and taken in order; needs the check `sequence` |
| `policy` `tolerance` | `whole`, or `records` with up to so many bad ones set apart |
| `versions` | each with `version` and `from`, in force until the next begins |
| `encoding` | `utf-8` `cp932` `jisx0213` `cp930` `cp939`; never with a byte order mark |
| `form` | `fixed` with `length`, or `delimited` with `delimiter` (`,` tab `;`) and `quote` \
(`needed` `all` `never`) |
| `newline` | `crlf` `lf`, or `none` (fixed; EBCDIC always) |
| `group` | a header and a trailer for the city; another city's group refuses the file |
| `records` | `detail`, with or without `header` and `trailer`; `mark` tells them apart |
| `checks` | `city` (one field or several that make up the code), `layout`, `version`, `made_on`, \
`sequence` of the header; `count` and `sums` of the trailer; `sort` of the details |

A detail field named like a city field of the header repeats it. A trailer field is the count, a
sum, or named like the header field that it repeats; anything else there is optional.

| Field key | Meaning |
|---|---|
| `name` `title` `type` | `text` `kana` `digits` `integer` `date` `month` `code` `flag` `filler` |
| `at` `length` | first byte and bytes (fixed; shift bytes count); delimited: most characters |
| `optional` | blank is None; a blank required field is a fault |
| `pad` | `space`, `zero` or `wide` (U+3000). Numbers are filled with zeros in a fixed record \
unless it says `space`; of a date, month, code or flag `zero` says what a blank one holds |
| `align` | `left` or `right` (integers: right) |
| `era` `eras` | `western` YYYYMMDD, `wareki1` or `wareki2` with one or two digits for the era; \
`eras` gives their numbers, else 1 3 5 7 9 (機構), 1–5 (others) and 01–05 (an assumption) |
| `codes` | code in the file → ours, one-to-one |
| `least` `most` | bounds of an integer; `least` is 0 unless it says otherwise |

Text holds no control, format or private-use characters (外字). What is read is written again as
the same bytes: other padding, leading zeros, needless quotes or another encoder's bytes for the
same character (cp932: as Windows writes them) are faults.
"""
WORDS: Final = {"header": "ヘッダー", "detail": "明細", "trailer": "トレーラー"}
TYPES: Final = {
    "text": "文字",
    "kana": "カナ",
    "digits": "数字",
    "integer": "整数",
    "date": "日付",
    "month": "年月",
    "code": "コード",
    "flag": "1/0",
    "filler": "予備",
}
QUOTES: Final = {"needed": "要るときだけ", "all": "すべて", "never": "なし"}
POLICIES: Final = {
    "whole": "1件でも不備があればファイルを受け取らない",
    "records": "不備の記録を{}件まで別にし、残りを受け取る",
}


def field_line(field: Field) -> str:
    """Return the row of a field."""
    kind = TYPES[field.type] + ("" if field.era == "western" else f"({field.era})")
    more = [f"`{key}` {value}" for key, value in (field.codes or field.eras).items()]
    if field.type == "integer":
        more.append(f"{field.least}から" + ("" if field.most is None else str(field.most)))
    if field.pad == "zero" and field.type != "digits":
        more.append("0で埋める" if field.type == "integer" else "空欄は0")
    if field.pad == "wide":
        more.append("全角の空白で埋める")
    cells = (
        str(field.at),
        str(field.length or ""),
        "" if field.type == "filler" else f"`{field.name}`",
        field.title,
        kind,
        "任意" if field.optional else "",
        "、".join(more),
    )
    return f"| {' | '.join(cells)} |"


def checked(layout: Layout) -> Iterator[str]:
    """Give the checks of a whole file in words."""
    checks = layout.checks
    for name, word in (
        ("city", "市区町村"),
        ("layout", f"様式の識別 `{layout.identifier}`"),
        ("version", "版"),
        ("made_on", "作成日"),
        ("sequence", "通番"),
        ("count", "件数"),
        ("sort", "並び"),
    ):
        said = getattr(checks, name)
        if said:
            listed = (said,) if isinstance(said, str) else said
            yield f"{word} ({', '.join(f'`{each}`' for each in listed)})"
    for total, summed in checks.sums.items():
        yield f"合計 (`{total}` = Σ`{summed}`)"


def version_lines(layout: Layout) -> Iterator[str]:
    """Give the section of one version."""
    until = f"{layout.end}まで" if layout.end else ""
    yield f"### 版{layout.version} ({layout.start}から{until})\n"
    if layout.length:
        form = f"固定長{layout.length}バイト"
    else:
        delimiter = "タブ" if layout.delimiter == "\t" else layout.delimiter
        form = f"区切り「{delimiter}」、引用符{QUOTES[layout.quote]}"
    grouped = "、市区町村ごとにヘッダーとトレーラー" if layout.group else ""
    yield f"{form}、{layout.encoding}、改行 {layout.newline}{grouped}。\n"
    found = "、".join(checked(layout))
    if found:
        yield f"検査: {found}。\n"
    for kind in layout.kinds:
        mark = " ".join(f"`{name}` = {value}" for name, value in kind.mark.items())
        yield f"**{WORDS[kind.name]}** {mark}\n".replace("** \n", "**\n")
        yield "| 位置 | 長 | Field | 項目 | 型 | | 値 |"
        yield "|---|---|---|---|---|---|---|"
        yield from map(field_line, kind.fields)
        yield ""


def lines() -> Iterator[str]:
    """Give the lines of the page."""
    yield HEAD
    yield HOW
    for code in codes():
        every = versions(code)
        newest = every[-1]
        official = "" if newest.official else "(公式の様式は未確認)"
        yield f"## {newest.title} `{code}`\n"
        source = newest.source.strip().removesuffix("。")
        yield f"{newest.partner.label} {newest.direction.label}{official}。{source}。\n"
        if newest.direction is Direction.IN:
            policy = POLICIES[newest.policy].format(newest.tolerance)
            numbered = "通番の順に受け取る。" if newest.sequence else ""
            yield f"{policy}。{numbered}\n"
        yield from version_lines(newest)
        for new, old in zip(every[:0:-1], every[-2::-1], strict=True):
            until = f"{old.start}から{old.end}まで"
            yield f"### 版{old.version} ({until}) との違い\n"
            yield from (f"- {line}" for line in differences(old, new))
            yield ""
    yield "## 文字の置換え\n"
    yield "送付先の文字コードで表せないときだけ置き換え、1字ずつ報告する。ない字は書かない。\n"
    yield "| 字 | 置換え | 根拠 | 理由 |"
    yield "|---|---|---|---|"
    for row in yaml.safe_load(RULES.read_text(encoding="utf-8")):
        by = row["to"] or "(落とす)"
        yield f"| {row['from']} | {by} | {row['source']} | {row['why']} |"
    yield ""


def main(*, check: bool) -> int:
    """Write or compare the page; exit with 1 when it is stale."""
    text = "\n".join(lines())
    if not check:
        PAGE.write_text(text, encoding="utf-8")
    elif not PAGE.exists() or PAGE.read_text(encoding="utf-8") != text:
        print(f"{PAGE} is stale: run make rules")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(check="--check" in sys.argv[1:]))
