"""``kokunen law``: one answer line per input line."""

from __future__ import annotations

import json
import sys
from contextlib import ExitStack
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, BinaryIO

from kokunen.cli import OK, WRONG
from kokunen.cli.reading import UnableToReadJson, opened, parse
from kokunen.dates.errors import Refusal
from kokunen.dates.tokyo import day_of
from kokunen.law.contract.catalogue import CALCULATORS, answer, error_of

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import date
    from pathlib import Path


class UnableToFindCalculator(Refusal):
    """There is no calculator of that name."""

    code = "unknown_calculator"


def show_calculators() -> int:
    """Print every calculator: its name, what it answers, its articles."""
    wide = max(map(len, CALCULATORS))
    for one in CALCULATORS.values():
        print(f"{one.name:<{wide}}  {one.title}  [{one.articles}]")
    return OK


def check_figures(on: str | None) -> int:
    """Print the figures due for a check before the coming April and July, seen from a day."""
    from kokunen.dates.wareki import parse_date
    from kokunen.wording.figures import due, in_words

    print(in_words(due(parse_date(on) if on else _today())))
    return OK


def _today() -> date:
    return day_of(datetime.now(tz=UTC))


def answer_lines(name: str | None, path: Path | None, *, explain: bool) -> int:
    """Answer every line of a file, or of standard input; exit code 1 when a line was refused."""
    if name not in CALCULATORS:
        raise UnableToFindCalculator(
            f"「{name}」という計算はありません。" if name else "計算の名前がありません。",
            fix="kokunen law --list で一覧が出ます。",
        )
    code = OK
    with ExitStack() as stack:
        stream = sys.stdin.buffer if path is None else stack.enter_context(opened(path))
        for text in _inputs(stream):
            answered = _answer(name, text, explain=explain)
            if "error" in answered:
                code = WRONG
            print(json.dumps(answered, ensure_ascii=False))
    sys.stdout.flush()
    return code


def _answer(name: str, text: bytes, *, explain: bool) -> dict[str, Any]:
    try:
        return answer(name, parse(text), explain=explain)
    except UnableToReadJson as refusal:
        return error_of(refusal)


def _inputs(stream: BinaryIO) -> Iterator[bytes]:
    """Give the lines; or the whole text, where it is one object written over several lines.

    Empty lines at the end are none; one in between is a line, and is refused in its place.
    """
    first = stream.readline()
    if first.strip() and not _is_json(first):
        whole = first + stream.read()
        if _is_json(whole):
            yield whole
            return
        lines: Iterator[bytes] = iter(whole.splitlines())
    else:
        lines = _chain(first, stream)
    empty: list[bytes] = []
    for line in lines:
        if not line.strip():
            empty.append(line)
            continue
        yield from empty
        empty.clear()
        yield line


def _chain(first: bytes, stream: BinaryIO) -> Iterator[bytes]:
    if first:
        yield first
        yield from stream


def _is_json(text: bytes) -> bool:
    try:
        parse(text)
    except UnableToReadJson as refusal:
        return refusal.field != ""
    return True
