"""A document as one self-contained HTML page: no script, no address outside it."""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING, Final

from kokunen.wording.document import Document, Heading, Items, Paragraph, Table

if TYPE_CHECKING:
    from collections.abc import Iterator

    from kokunen.wording.document import Block
    from kokunen.wording.words import Words

STYLE: Final = """
:root { color-scheme: light dark; --ink: #1a1a1c; --paper: #fff; --quiet: #4d4d4d;
  --line: #767676; --blue: #0017c1; --pale: #e8f1fe; --band: #f2f2f2; }
@media (prefers-color-scheme: dark) { :root { --ink: #f2f2f2; --paper: #1a1a1c; --quiet: #ccc;
  --line: #949494; --blue: #9db7f9; --pale: #1f2c4d; --band: #2b2b2e; } }
* { box-sizing: border-box; }
body { margin: 0; background: var(--paper); color: var(--ink); font-size: 1rem; line-height: 1.7;
  font-family: "Noto Sans JP", "Noto Sans CJK JP", "Hiragino Sans", "Yu Gothic", Meiryo,
  sans-serif; overflow-wrap: break-word; }
main { max-width: 60rem; margin: 0 auto; padding: 1.5rem 1rem 3rem; }
h1 { font-size: 1.75rem; line-height: 1.4; margin: 0 0 1rem; padding-bottom: .5rem;
  border-bottom: 4px solid var(--blue); }
h2 { font-size: 1.375rem; line-height: 1.5; margin: 2.5rem 0 .75rem; padding-left: .75rem;
  border-left: 6px solid var(--blue); }
h3 { font-size: 1.125rem; margin: 1.75rem 0 .5rem; }
p, ul { margin: .5rem 0; }
ul { padding-left: 1.5rem; }
.answer { border: 2px solid var(--blue); border-radius: 8px; background: var(--pale);
  padding: .75rem 1rem; font-weight: 700; }
.note { border-left: 4px solid var(--line); padding-left: .75rem; color: var(--quiet); }
ruby { ruby-align: center; }
rt { font-size: .55em; font-weight: 400; }
.ruby { line-height: 2.1; }
table { width: 100%; border-collapse: collapse; margin: .75rem 0 1.25rem; }
caption { text-align: left; font-weight: 700; padding: .25rem 0; }
th, td { border: 1px solid var(--line); padding: .5rem .625rem; text-align: left;
  vertical-align: top; }
thead th { background: var(--band); }
tbody th { font-weight: 400; }
.number { text-align: right; font-variant-numeric: tabular-nums; white-space: nowrap; }
tr.marked > * { background: var(--pale); font-weight: 700; }
tr.marked > th { box-shadow: inset 6px 0 var(--blue); padding-left: 1rem; }
@media screen and (max-width: 44rem) {
  table, tbody, tr, th, td, caption { display: block; width: 100%; }
  thead { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); }
  tr { border: 1px solid var(--line); border-radius: 8px; margin: 0 0 .75rem; overflow: hidden; }
  tbody th { background: var(--band); font-weight: 700; }
  th, td { border: 0; border-bottom: 1px solid var(--line); }
  td:last-child { border-bottom: 0; }
  td { display: flex; justify-content: space-between; gap: 1rem; }
  td::before { content: attr(data-head); color: var(--quiet); font-weight: 400; flex: 0 0 42%;
    text-align: left; white-space: normal; }
  td > span { min-width: 0; }
  .number { white-space: normal; }
}
@media (forced-colors: active) {
  .answer, tr.marked > * { border: 3px solid Highlight; }
  h1, h2 { border-color: CanvasText; }
}
@media print {
  @page { size: A4; margin: 15mm; }
  :root { color-scheme: light; --ink: #000; --paper: #fff; --quiet: #333; --line: #666;
    --blue: #0017c1; --pale: #fff; --band: #f2f2f2; }
  body { font-size: 9.5pt; line-height: 1.5; }
  .ruby { line-height: 1.9; }
  main { max-width: none; padding: 0; }
  h1 { font-size: 15pt; } h2 { font-size: 12.5pt; margin-top: 5mm; } h3 { font-size: 10.5pt; }
  h1, h2, h3, caption { break-after: avoid; }
  tr, .answer { break-inside: avoid; }
  th, td { padding: 1mm 1.5mm; }
}
"""


def html_page(document: Document, *, words: Words) -> str:
    """Return the page as a complete HTML document."""
    writer = _Writer(words)
    body = "\n".join(part for block in document.blocks for part in writer.block(block))
    ruby = ' class="ruby"' if words.is_ruby else ""
    return (
        f'<!DOCTYPE html>\n<html lang="{words.html_lang}">\n<head>\n<meta charset="utf-8">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f"<title>{escape(document.title)}</title>\n<style>{STYLE}</style>\n</head>\n"
        f"<body{ruby}>\n<main>\n{writer.title(document)}\n{body}\n"
        "</main>\n</body>\n</html>\n"
    )


class _Writer:
    def __init__(self, words: Words) -> None:
        self._words = words
        self._seen: set[str] | None = None if words.is_ruby else set()

    def inline(self, text: str) -> str:
        return "".join(
            self._piece(piece.text, piece.gloss)
            for piece in self._words.pieces(text, seen=self._seen)
        ).replace("\n", "<br>")

    def title(self, document: Document) -> str:
        """Return the heading of the page; a title that was given stands as it was given."""
        if document.is_title_given:
            return f'<h1 lang="ja">{escape(document.title)}</h1>'
        return f"<h1>{self.inline(document.title)}</h1>"

    def _piece(self, text: str, gloss: str | None) -> str:
        if gloss is None:
            return escape(text)
        if self._words.is_ruby:
            return f"<ruby>{escape(text)}<rp>（</rp><rt>{escape(gloss)}</rt><rp>）</rp></ruby>"
        return f'{escape(text)} (<span lang="ja">{escape(gloss)}</span>)'

    def block(self, block: Block) -> Iterator[str]:
        match block:
            case Heading(level, text):
                yield f"<h{level}>{self.inline(text)}</h{level}>"
            case Paragraph(text, kind):
                name = "" if kind == "plain" else f' class="{kind}"'
                yield f"<p{name}>{self.inline(text)}</p>"
            case Items(items):
                yield "<ul>"
                yield from (f"<li>{self.inline(item)}</li>" for item in items)
                yield "</ul>"
            case Table():
                yield from self._table(block)

    def _table(self, block: Table) -> Iterator[str]:
        # The roles keep the table a table where narrow screens show its rows as cards.
        yield '<table role="table">'
        yield f'<caption role="caption">{self.inline(block.caption)}</caption>'
        heads = "".join(
            f'<th scope="col" role="columnheader"{self._number(block, at)}>{self.inline(head)}</th>'
            for at, head in enumerate(block.heads)
        )
        yield f'<thead role="rowgroup"><tr role="row">{heads}</tr></thead>'
        yield '<tbody role="rowgroup">'
        for at, row in enumerate(block.rows):
            marked = ' class="marked"' if at in block.marked else ""
            cells = "".join(
                f'<td role="cell" data-head="{self._spoken(block.heads[column])}"'
                f"{self._number(block, column)}><span>{self.inline(cell)}</span></td>"
                for column, cell in enumerate(row)
                if column
            )
            head = f'<th scope="row" role="rowheader">{self.inline(row[0])}</th>'
            yield f'<tr role="row"{marked}>{head}{cells}</tr>'
        yield "</tbody></table>"

    def _spoken(self, head: str) -> str:
        """Return a head for an attribute, which holds no ruby: in its readings."""
        if not self._words.is_ruby:
            return escape(head)
        pieces = self._words.pieces(head, seen=None)
        return escape("".join(piece.gloss or piece.text for piece in pieces))

    def _number(self, block: Table, column: int) -> str:
        return ' class="number"' if column in block.numbers else ""
