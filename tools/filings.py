"""Write every filing of the catalogue, its items and its deadline, as a page: docs/filings.md.

With ``--check`` nothing is written, and the exit code is 1 when the page is stale or two items of a
filing ask for the same thing.
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Final

from kokunen.cases.catalogue import FILINGS
from kokunen.cases.catalogue.kinds import Duty, ItemKind

if TYPE_CHECKING:
    from collections.abc import Iterator

    from kokunen.cases.catalogue.kinds import Deadline, Filing, Item

PAGE: Final = Path("docs/filings.md")
HEAD: Final = (
    "# 届書と申請書 / The filings\n\n"
    "Every filing that the desk takes in, as `kokunen.cases.catalogue` describes it. The form on"
    " the screen, the check, what a case keeps and the printed form are made from these items."
    " Written by `make rules`; `make check` refuses a stale page. An item in **bold** is one"
    " without which nothing can be received; one marked 必 makes the filing incomplete (補正) while"
    " it lacks.\n"
)
KINDS: Final = {
    ItemKind.DATE: "日付",
    ItemKind.MONTH: "年月",
    ItemKind.CHOICE: "選択",
    ItemKind.CHOICES: "選択(いくつでも)",
    ItemKind.YES_NO: "はい・いいえ",
    ItemKind.TEXT: "文字",
    ItemKind.LINES: "文章",
    ItemKind.YEN: "円",
    ItemKind.COUNT: "数",
    ItemKind.PERSON: "登録された人",
}


def within(deadline: Deadline | None) -> str:
    """Return the deadline in words."""
    if deadline is None:
        return "なし"
    length = f"{deadline.days}日" if deadline.days else f"{deadline.months}か月"
    return f"{length}以内({deadline.article})"


def asked(item: Item, filing: Filing) -> str:
    """Return when an item is asked, and what may be chosen."""
    parts = []
    if item.only_if is not None:
        earlier = filing.item(item.only_if[0])
        words = dict(earlier.choices) | {"true": "はい", "false": "いいえ"}
        chosen = "・".join(words[code] for code in sorted(item.only_if[1]))
        parts.append(f"「{earlier.label}」が{chosen}のとき")
    if item.choices:
        parts.append(" / ".join(word for _, word in item.choices))
    return "。".join(parts)


def lines() -> Iterator[str]:
    """Give the lines of the page."""
    yield HEAD
    for duty in Duty:
        yield f"## {duty.label} / {duty.value}\n"
        for filing in FILINGS.values():
            if filing.duty != duty:
                continue
            yield f"### {filing.name} `{filing.code}`\n"
            yield (
                f"{filing.article}。事務 {filing.task}。期限 {within(filing.deadline)}。"
                f"{'承認・却下の処分がある申請' if filing.decided else '届出'}。\n"
            )
            yield "| Item | 項目 | 形 | 必 | いつ・選択肢 |"
            yield "|---|---|---|---|---|"
            for item in filing.items:
                name = f"**{item.label}**" if item.essential else item.label
                need = "必" if item.required or item.essential else ""
                cells = (f"`{item.name}`", name, KINDS[item.kind], need, asked(item, filing))
                yield f"| {' | '.join(cells)} |"
            yield ""


def main(*, check: bool) -> int:
    """Write or compare the page; print what is wrong, and exit with 1 if anything is."""
    twice = [
        f"{filing.code}: {item.name} is asked twice"
        for filing in FILINGS.values()
        for item in filing.items
        if sum(each.name == item.name for each in filing.items) > 1
    ]
    for fault in twice:
        print(fault)
    text = "\n".join(lines())
    if not check:
        PAGE.write_text(text, encoding="utf-8")
    elif not PAGE.exists() or PAGE.read_text(encoding="utf-8") != text:
        print(f"{PAGE} is stale: run make rules")
        return 1
    return 1 if twice else 0


if __name__ == "__main__":
    sys.exit(main(check="--check" in sys.argv[1:]))
