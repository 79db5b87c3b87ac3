"""``kokunen nightly`` and ``kokunen exchange``: what crosses the wall, from the command line."""

from __future__ import annotations

import sys
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from kokunen.cli import OK, WRONG, exchange_load
from kokunen.cli.acting import program
from kokunen.dates.errors import Refusal
from kokunen.dates.wareki import format_wareki

if TYPE_CHECKING:
    import argparse

    from rich.progress import Progress, TaskID

    from kokunen.audit.domain import Occasion
    from kokunen.interchange.inbox.values import FileLine, Morning
    from kokunen.interchange.nightly import Told


class UnableToReadDay(Refusal):
    """The day of the night is no date."""

    code = "day"


def add(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Register the commands."""
    nightly = commands.add_parser("nightly", help="一晩の授受と抽出を、続きから最後まで行う")
    nightly.add_argument("--on", metavar="DATE", help="処理日(省略すると今日)")
    nightly.set_defaults(run=_nightly)

    exchange = commands.add_parser("exchange", help="ほかのシステムとのファイルの授受")
    acts = exchange.add_subparsers(required=True, metavar="ACT")
    receive = acts.add_parser("receive", help="ファイルを1つ受け取り、反映する")
    receive.add_argument("file", type=Path, metavar="FILE")
    receive.add_argument("--layout", required=True, metavar="CODE", help="様式のコード")
    receive.set_defaults(run=_receive)
    exchange_load.add(acts)
    going = acts.add_parser("go-on", help="前の通番が来ないまま、待っているファイルを反映する")
    going.add_argument("number", type=int, metavar="受信番号")
    going.add_argument("--reason", required=True, metavar="理由")
    going.set_defaults(run=_go_on)
    status = acts.add_parser("status", help="今朝の結果と、待っているもの")
    status.add_argument("--on", metavar="DATE", help="処理日(省略すると今日)")
    status.set_defaults(run=_status)


def _occasion(command: str) -> Occasion:
    """Start the site as the batch role and say who acts: this program, for its department."""
    from kokunen import sites

    sites.start("batch")
    from dataclasses import replace

    from kokunen.interchange import nightly

    acting = replace(program(command), department=nightly.department())
    return acting.because(purpose="correction", reason="ファイルの授受")


def _day(given: str | None, occasion: Occasion) -> date:
    from kokunen.dates.tokyo import day_of

    if given is None:
        return day_of(occasion.at)
    try:
        return date.fromisoformat(given)
    except ValueError as wrong:
        raise UnableToReadDay(
            f"「{given}」は日付ではありません。",
            fix="--on 2026-11-21 のように、西暦の年-月-日で書いてください。",
            field="on",
        ) from wrong


def _nightly(given: argparse.Namespace) -> int:
    occasion = _occasion("nightly")
    on = _day(given.on, occasion)
    from rich.console import Console
    from rich.progress import Progress

    from kokunen.interchange import nightly

    console = Console(file=sys.stderr)
    if console.is_terminal:
        with Progress(console=console) as progress:
            nightly.run(night=on, occasion=occasion, tell=_Bars(progress).tell)
    else:
        nightly.run(night=on, occasion=occasion, tell=_Lines().tell)
    return _print(on, occasion)


class _Bars:
    """A bar for each file, a spinner for each part whose length is not known."""

    def __init__(self, progress: Progress) -> None:
        self._progress = progress
        self._tasks: dict[str, TaskID] = {}

    def tell(self, told: Told) -> None:
        """Show how far it is."""
        if told.what not in self._tasks:
            said = f"{told.phase.label} {told.what}" if told.total is not None else told.what
            self._tasks[told.what] = self._progress.add_task(said, total=told.total)
        self._progress.advance(self._tasks[told.what], told.done)


class _Lines:
    """A line when something begins."""

    def __init__(self) -> None:
        self._begun: set[str] = set()

    def tell(self, told: Told) -> None:
        """Print what was begun."""
        if told.what not in self._begun:
            self._begun.add(told.what)
            of = "" if told.total is None else f" {told.total:,}件"
            print(f"{told.phase.label}: {told.what}{of}", file=sys.stderr, flush=True)


def _receive(given: argparse.Namespace) -> int:
    occasion = _occasion("exchange receive")
    from kokunen.interchange import lifecycle
    from kokunen.interchange.inbox import operations
    from kokunen.interchange.inbox.telling import in_words, outcomes

    with in_words(given.layout):
        file = operations.receive(layout=given.layout, path=given.file, occasion=occasion)
    state = lifecycle.state(file)
    if state.value != "applying":
        print(f"受信番号{file}: {state.label}")
        return OK
    counts = operations.apply(file=file, occasion=occasion)
    print(f"受信番号{file}: {outcomes(counts)}")
    return OK


def _go_on(given: argparse.Namespace) -> int:
    occasion = _occasion("exchange go-on")
    from kokunen.interchange.inbox import operations

    operations.go_on(file=given.number, reason=given.reason, occasion=occasion)
    print(f"受信番号{given.number}を受け入れました。次の kokunen nightly で反映します。")
    return OK


def _status(given: argparse.Namespace) -> int:
    occasion = _occasion("exchange status")
    return _print(_day(given.on, occasion), occasion)


def _print(on: date, occasion: Occasion) -> int:
    """Print one screen of results; names are for the screens of the office, not for this one."""
    from kokunen.interchange.inbox import queries

    morning = queries.morning(on=on, occasion=occasion, sees=frozenset())
    print("\n".join(page(morning)), flush=True)
    unfinished = any(phase.at is None for phase in morning.phases) and morning.started_at
    return WRONG if morning.refused or unfinished else OK


def page(morning: Morning) -> list[str]:
    """Return the page of results as lines."""
    from kokunen.interchange.inbox.queries import EARLIER
    from kokunen.interchange.inbox.telling import outcomes, told

    lines = [f"夜間処理の結果 {format_wareki(morning.night)}"]
    lines += [f"  {phase.phase.label:　<8}{told(phase)}" for phase in morning.phases]
    for said, files in (
        ("反映の途中のファイル", morning.unfinished),
        ("受け取れなかったファイル", morning.refused),
        (f"その前の{EARLIER.days}日に受け取れなかったファイル", morning.earlier),
        ("前の通番を待っているファイル", morning.waiting),
    ):
        lines += [f"{said}: {len(files)}件"] if files else []
        lines += [f"  {_file(file)}" for file in files[:_MOST]]
    lines.append(f"判断待ちのレコード: {outcomes(morning.open)}")
    lines.append(f"相違: {morning.differences:,}件")
    lines += [
        f"候補者 {each.kind.label}: {each.count:,}人(新しく {each.new:,}人)"
        for each in morning.candidates
    ]
    waits = morning.unanswered
    lines.append(
        f"結果が来ない案件: {waits.count:,}件({waits.usual}日を過ぎたもの {waits.late:,}件)"
    )
    lines.append(
        f"内容を確認するファイル: {len(morning.to_check)}件、"
        f"送付を決めるファイル: {len(morning.to_release)}件"
    )
    return lines


_MOST = 8
"""Files of a kind that are named; the page is one screen."""


def _file(file: FileLine) -> str:
    from kokunen.interchange.inbox.telling import titled

    waits = file.last.detail.get("waits_for")
    why = (
        f"通番{waits}のファイルを待っています。" if waits else titled(file.last.reason, file.layout)
    )
    return f"{file.id} {file.title} {file.name}: {why}".rstrip(": ")
