"""A document as plain text for a terminal."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kokunen.wording.document import Document, Heading, Items, Paragraph, Table
from kokunen.wording.layout import WIDTH, table, width, wrap

if TYPE_CHECKING:
    from kokunen.wording.document import Block
    from kokunen.wording.words import Words

_RULE = {1: "=", 2: "-"}
_MARK = "＊"
"""Stands before a row to look at; wide in every terminal, unlike most signs."""


def text_page(document: Document, *, words: Words) -> str:
    """Return the page as text of at most 100 columns."""
    printer = _Printer(words)
    if document.is_title_given:
        lines = [_RULE[1] * WIDTH, *wrap(document.title, WIDTH), _RULE[1] * WIDTH]
    else:
        lines = printer.heading(Heading(1, document.title))
    for block in document.blocks:
        lines += printer.block(block)
    return "\n".join(lines)


class _Printer:
    def __init__(self, words: Words) -> None:
        self._words = words
        self._seen: set[str] = set()

    def glossed(self, text: str) -> str:
        return self._words.in_text(text, seen=self._seen)

    def heading(self, heading: Heading) -> list[str]:
        if self._words.is_ruby:
            self._seen.clear()
        shown = self.glossed(heading.text)
        if heading.level not in _RULE:
            return ["", *wrap(f"● {shown}", WIDTH)]
        rule = _RULE[heading.level] * WIDTH
        lines = wrap(shown, WIDTH)
        return ["", *lines, rule] if heading.level > 1 else [rule, *lines, rule]

    def block(self, block: Block) -> list[str]:
        match block:
            case Heading():
                return self.heading(block)
            case Paragraph(text, kind):
                mark = {"answer": "▶ ", "note": "※ "}.get(kind, "")
                return self._hanging(mark, self.glossed(text))
            case Items(items):
                return [line for item in items for line in self._hanging("・", self.glossed(item))]
            case Table():
                return self._table(block)

    def _hanging(self, mark: str, text: str) -> list[str]:
        lines = wrap(text, WIDTH - width(mark))
        return [(mark if at == 0 else " " * width(mark)) + line for at, line in enumerate(lines)]

    def _table(self, block: Table) -> list[str]:
        caption = self.glossed(block.caption)
        heads = [self.glossed(head) for head in block.heads]
        rows = [[self.glossed(cell) for cell in row] for row in block.rows]
        rows = [
            [_marked(row[0], is_marked=at in block.marked) if block.marked else row[0], *row[1:]]
            for at, row in enumerate(rows)
        ]
        return ["", *wrap(f"〔{caption}〕", WIDTH), *table(heads, rows, numbers=block.numbers), ""]


def _marked(text: str, *, is_marked: bool) -> str:
    return (_MARK if is_marked else "  ") + text
