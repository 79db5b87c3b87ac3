"""What the exchange tells, in words: for the screen and the command line."""

from __future__ import annotations

import re
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, Final

from kokunen.interchange.domain import Phase, RecordOutcome, UnableToReceiveFile
from kokunen.interchange.inbox.listing import fields, title

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from kokunen.interchange.inbox.values import PhaseLine

_QUOTED: Final = re.compile("「([a-z0-9_]+)」")


def told(line: PhaseLine) -> str:
    """Return what a part of a night did, in words."""
    return "まだ終わっていません" if line.at is None else _SAYS[line.phase](line.figures)


def outcomes(counts: Mapping[str, int] | Mapping[RecordOutcome, int]) -> str:
    """Return records by outcome, in words."""
    return (
        "・".join(
            f"{outcome.label}{counts[outcome]:,}"
            for outcome in RecordOutcome
            if counts.get(outcome)
        )
        or "なし"
    )


def titled(text: str, layout: str) -> str:
    """Return a text of the codec, which quotes fields by their names, with their 項目名."""
    titles = fields(layout)
    return _QUOTED.sub(lambda found: f"「{titles.get(found[1], found[1])}」", text)


@contextmanager
def in_words(layout: str) -> Iterator[None]:
    """Let a file of this layout that is refused within say why in the words of the screens."""
    try:
        yield
    except UnableToReceiveFile as refusal:
        refusal.message = titled(refusal.message, layout)
        raise


def _in(figures: Mapping[str, Any]) -> str:
    files, unclaimed = figures["files"], figures["unclaimed"]
    return (
        f"ファイル 反映{files['applied']}・拒否{files['refused']}・待ち{files['waiting']}、"
        f"レコード {outcomes(figures['records'])}"
        + (f"、様式のないフォルダに{unclaimed}件" if unclaimed else "")
    )


def _again(figures: Mapping[str, Any]) -> str:
    return f"動いたもの {outcomes(figures['records'])}、残る保留 {figures['held']}件"


def _lists(figures: Mapping[str, Any]) -> str:
    return f"{sum(len(people) for people in figures.values() if isinstance(people, list)):,}人"


def _out(figures: Mapping[str, Any]) -> str:
    return "、".join(f"{title(code)} {number}" for code, number in figures.items()) or "なし"


_SAYS: Final[Mapping[Phase, Callable[[Mapping[str, Any]], str]]] = {
    Phase.IN: _in,
    Phase.EFFECTS: _again,
    Phase.CANDIDATES: _lists,
    Phase.OUT: _out,
}
