"""A rule as a drawing: its tree from left to right, as an SVG that needs nothing outside it."""

from __future__ import annotations

from dataclasses import dataclass
from html import escape
from typing import TYPE_CHECKING, Final

from kokunen.rulekit.tree import AllOf, AnyOf, FirstMatch, Flag, Line
from kokunen.wording.aloud import OUTCOMES, sentence
from kokunen.wording.layout import wrap

if TYPE_CHECKING:
    from collections.abc import Iterator

    from kokunen.rulekit.tree import Node

_WIDE: Final = 272
_NARROW: Final = 136
_GAP: Final = 32
_LINE: Final = 20
_PAD: Final = 10
_APART: Final = 12
_COLUMNS: Final = 33
"""Half-width columns of text in a wide box at 15 pixels a character."""

_ALL: Final = "すべてに当たる"
_ANY: Final = "どれかに当たる"

_STYLE: Final = """
text { font: 15px "Noto Sans JP", "Noto Sans CJK JP", "Hiragino Sans", "Yu Gothic", Meiryo,
  sans-serif; fill: #1a1a1c; }
.source { font-size: 13px; fill: #4d4d4d; }
rect { fill: #fff; stroke: #767676; stroke-width: 1.5; }
.join rect { fill: #e8f1fe; stroke: #0017c1; }
.back { fill: #fff; stroke: none; }
path { fill: none; stroke: #767676; stroke-width: 1.5; }
@media (prefers-color-scheme: dark) {
  text { fill: #f2f2f2; } .source { fill: #ccc; } rect { fill: #2b2b2e; stroke: #949494; }
  .join rect { fill: #1f2c4d; stroke: #9db7f9; } .back { fill: #1a1a1c; stroke: none; }
  path { stroke: #949494; }
}
"""


@dataclass(frozen=True, slots=True)
class _Box:
    """A box with its text, a quieter second text (the article), and the boxes to its right."""

    lines: tuple[str, ...]
    source: tuple[str, ...]
    is_join: bool
    inner: tuple[_Box, ...]

    @property
    def height(self) -> int:
        return (len(self.lines) + len(self.source)) * _LINE + 2 * _PAD

    @property
    def reach(self) -> int:
        """The height of the box with everything to its right."""
        inside = sum(box.reach for box in self.inner) + _APART * max(len(self.inner) - 1, 0)
        return max(self.height, inside)

    @property
    def width(self) -> int:
        return _NARROW if self.is_join else _WIDE

    @property
    def span(self) -> int:
        """The width of the box with everything to its right."""
        inside = max((box.span for box in self.inner), default=-_GAP)
        return self.width + _GAP + inside


def svg(rule: Node | FirstMatch, *, title: str) -> str:
    """Return the drawing of a rule; the same rule always gives the same text."""
    root = _choice(rule) if isinstance(rule, FirstMatch) else _box(rule)
    width = root.span + 2 * _PAD
    height = root.reach + 2 * _PAD
    body = "\n".join(_drawn(root, x=_PAD, top=_PAD))
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" width="{width}" '
        f'height="{height}" role="img" aria-labelledby="title desc" lang="ja">\n'
        f'<title id="title">{escape(title)}</title>\n'
        f'<desc id="desc">{escape(_told(root))}</desc>\n<style>{_STYLE}</style>\n'
        f'<rect class="back" width="{width}" height="{height}"/>\n{body}\n</svg>\n'
    )


def _make(text: str, *inner: _Box, source: str = "", is_join: bool = False) -> _Box:
    quiet = tuple(wrap(source, _COLUMNS + 4)) if source else ()
    return _Box(
        tuple(wrap(text, _COLUMNS if not is_join else _COLUMNS // 2)), quiet, is_join, inner
    )


def _box(node: Node) -> _Box:
    match node:
        case Line(_, text, source, AllOf(parts)):
            return _make(f"{text}: {_ALL}", *map(_box, parts), source=source)
        case Line(_, text, source, test):
            inner = () if isinstance(test, Flag) else (_box(test),)
            return _make(text, *inner, source=source)
        case AllOf(parts):
            return _make(_ALL, *map(_box, parts), is_join=True)
        case AnyOf(parts):
            return _make(_ANY, *map(_box, parts), is_join=True)
        case _:
            return _make(sentence(node))


def _choice(choice: FirstMatch) -> _Box:
    cases = [
        _make(f"{number}. {OUTCOMES[case.outcome]}", _box(case.when))
        for number, case in enumerate(choice.cases, start=1)
    ]
    last = _make(f"{len(cases) + 1}. {OUTCOMES[choice.otherwise]}(どれでもないとき)")
    return _make("最初に当てはまるもの", *cases, last, is_join=True)


def _told(box: _Box) -> str:
    own = "".join(box.lines) + (f"({''.join(box.source)})" if box.source else "")
    if not box.inner:
        return own
    return f"{own}: {'、'.join(map(_told, box.inner))}"


def _drawn(box: _Box, *, x: int, top: int) -> Iterator[str]:
    y = top + (box.reach - box.height) // 2
    yield f'<g class="join">{_rect(box, x, y)}' if box.is_join else f"<g>{_rect(box, x, y)}"
    for at, line in enumerate((*box.lines, *box.source)):
        name = ' class="source"' if at >= len(box.lines) else ""
        baseline = y + _PAD + at * _LINE + 15
        yield f'<text x="{x + _PAD}" y="{baseline}"{name}>{escape(line)}</text>'
    yield "</g>"
    inside = sum(one.reach for one in box.inner) + _APART * max(len(box.inner) - 1, 0)
    below = top + (box.reach - inside) // 2
    start, right = y + box.height // 2, x + box.width
    for one in box.inner:
        end = below + one.reach // 2
        yield f'<path d="M{right} {start}H{right + _GAP // 2}V{end}H{right + _GAP}"/>'
        yield from _drawn(one, x=right + _GAP, top=below)
        below += one.reach + _APART


def _rect(box: _Box, x: int, y: int) -> str:
    return f'<rect x="{x}" y="{y}" width="{box.width}" height="{box.height}" rx="6"/>'
