"""The pages under ``docs/rules``: every rule and every figure, written from the rules themselves.

``python -m kokunen.wording.rules DIR`` writes them; the same rules always give the same files.
"""

from __future__ import annotations

import sys
from fractions import Fraction
from pathlib import Path
from typing import TYPE_CHECKING, Final

from kokunen.law.contract.catalogue import CALCULATORS
from kokunen.law.exemption.rules import (
    BAND,
    BANDS,
    DEFERRAL_OPEN,
    OF_INSURABLE_AGE,
    PASSES,
    TESTED,
)
from kokunen.law.figures import FIGURES
from kokunen.law.premium import BAND_NAMES
from kokunen.rulekit.tree import FirstMatch, lines_of, tables_of
from kokunen.wording.aloud import ROLES, definitions, listed, listed_choice
from kokunen.wording.diagram import svg

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from kokunen.rulekit.figures import Dated, Table
    from kokunen.rulekit.tree import Statement

_REVIEWS: Final = {"april": "毎年4月の前", "july": "毎年7月の前", "never": "法令の改正のとき"}
_STATUSES: Final = {"verified": "確認済み", "derived": "計算で確認", "unverified": "**未確認**"}
_FILES: Final = {
    "back_payment": "追納",
    "benefit": "給付",
    "enforcement": "強制徴収",
    "enrolment": "資格と他の免除",
    "exemption": "免除・納付猶予・学生納付特例",
    "late_charge": "延滞金",
    "pension": "老齢基礎年金",
    "premium": "保険料",
    "prepayment": "前納",
    "tax": "給与所得",
}
_MADE: Final = (
    "このページは規則から自動で作ったものです。直すときは規則を直し、`make rules` で作り直します。"
)

RULES: Final[dict[str, tuple[str, Statement | FirstMatch]]] = {
    **{f"band-{band}": (f"{BAND_NAMES[band]}の基準(1人ずつ)", PASSES[band]) for band in BANDS},
    "choice-of-band": ("申請の結果になる区分", BAND),
    "deferral-open": ("納付猶予を審査できる月", DEFERRAL_OPEN),
    "insurable-age": ("申請できる年齢", OF_INSURABLE_AGE),
}
"""The rules that have a page: file name, title, tree."""


def files() -> dict[str, str]:
    """Return every file of the folder by its name."""
    found = {"README.md": _page("規則と数値", _index()), "calculators.md": _calculators()}
    for name, (title, rule) in RULES.items():
        found[f"{name}.md"] = _page(title, _rule(name, rule))
        found[f"{name}.svg"] = svg(rule, title=title)
    for stem, tables in _by_file().items():
        body = (line for table in tables for line in _history(table))
        found[f"figures-{stem}.md"] = _page(f"数値: {_FILES.get(stem, stem)}", body)
    return found


def _page(title: str, body: Iterable[str]) -> str:
    return "\n".join([f"# {title}", "", _MADE, "", *body]).rstrip() + "\n"


def _index() -> Iterator[str]:
    yield "国民年金法の規則を、プログラムが使うそのままの形から読み下したものです。"
    yield from ("", "## 規則", "")
    yield from (f"- [{title}]({name}.md)" for name, (title, _) in RULES.items())
    yield from ("", "## 数値", "")
    yield from (f"- [{_FILES.get(stem, stem)}](figures-{stem}.md)" for stem in _by_file())
    yield from ("", "## 計算", "", "- [計算の一覧](calculators.md)")


def _calculators() -> str:
    rows = [f"| `{one.name}` | {one.title} | {one.articles} |" for one in CALCULATORS.values()]
    intro = "`kokunen law NAME` で呼び出します。法=国民年金法、令=同法施行令、規則=同法施行規則。"
    table = ["| 名前 | 答えるもの | 条文 |", "|---|---|---|", *rows]
    return _page("計算の一覧", [intro, "", *table])


def _rule(name: str, rule: Statement | FirstMatch) -> Iterator[str]:
    trees = [case.when for case in rule.cases] if isinstance(rule, FirstMatch) else [rule]
    band = name.removeprefix("band-")
    if band in TESTED:
        yield f"審査する人: {'・'.join(ROLES[role] for role in TESTED[band])}。それぞれ別に見ます。"
        yield ""
    yield from ("## 読み下し", "")
    yield from listed_choice(rule) if isinstance(rule, FirstMatch) else listed(rule)
    meanings = {label: text for tree in trees for label, text in definitions(tree).items()}
    if meanings:
        yield from ("", "### ことばの意味", "")
        yield from (f"- **{label}** = {text}" for label, text in meanings.items())
    yield from ("", "## 図", "", f"![この規則の図。内容は読み下しと同じです]({name}.svg)", "")
    lines = {line.code: line for tree in trees for line in lines_of(tree)}
    if lines:
        yield from ("## 条文", "", "| 行 | コード | 条文 |", "|---|---|---|")
        yield from (f"| {one.text} | `{one.code}` | {one.source} |" for one in lines.values())
        yield ""
    tables = dict.fromkeys(table for tree in trees for table in tables_of(tree))
    if tables:
        yield from ("## 数値", "")
        for table in tables:
            yield from _history(FIGURES.table(table))


def _by_file() -> dict[str, list[Table]]:
    found: dict[str, list[Table]] = {}
    for table in FIGURES.tables():
        found.setdefault(table.name.partition(".")[0], []).append(table)
    return found


def _history(table: Table) -> Iterator[str]:
    yield f"### {table.label}"
    yield ""
    yield f"`{table.name}`。見直し: {_REVIEWS[table.review]}。"
    yield ""
    yield "| から | まで | 値 | 根拠 | 出典 | 確認日 | 状態 |"
    yield "|---|---|---|---|---|---|---|"
    yield from (_value(value) for value in table.values)
    yield ""


def _value(value: Dated) -> str:
    status = _STATUSES[value.status] + (f" {value.note}" if value.note else "")
    cells = (
        str(value.first),
        str(value.last or "改正まで"),
        _amount(value),
        value.source,
        f"[出典](<{value.url}>)",
        value.checked.isoformat(),
        status,
    )
    return f"| {' | '.join(cell.replace('|', '/') for cell in cells)} |"


def _amount(value: Dated) -> str:
    match value.amount:
        case bool():
            return "はい" if value.amount else "いいえ"
        case int():
            return f"{value.amount:,}{'円' if value.kind == 'yen' else ''}"
        case Fraction():
            return _rate(value.amount)
        case dict():
            return "<br>".join(f"{year}年度: {_rate(rate)}" for year, rate in value.amount.items())
        case tuple():
            return "<br>".join(str(list(row)) for row in value.amount)


def _rate(rate: Fraction) -> str:
    thousandths = rate * 1000
    if thousandths.denominator > 1:
        return f"{rate.numerator}/{rate.denominator}"
    return f"{int(thousandths) // 1000}.{int(thousandths) % 1000:03d}"


def write(folder: Path) -> None:
    """Write every file into a folder, which is made if it is not there."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, text in files().items():
        (folder / name).write_text(text, encoding="utf-8", newline="\n")


if __name__ == "__main__":
    write(Path(sys.argv[1]))
