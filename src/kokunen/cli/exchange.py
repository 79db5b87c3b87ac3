"""``kokunen nightly`` and ``kokunen exchange``: what crosses the wall, from the command line."""

from __future__ import annotations

import sys
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from kokunen.cli import OK, WRONG, exchange_load
from kokunen.cli.acting import program
from kokunen.dates.errors import Refusal

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
    from kokunen.interchange.inbox.telling import outcomes

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
    from kokunen.interchange.inbox.telling import outcomes, told

    lines = [f"夜間処理の結果 {morning.night:%Y-%m-%d}"]
    lines += [f"  {phase.phase.label:　<8}{told(phase)}" for phase in morning.phases]
    for said, files in (
        ("受取拒否", morning.refused),
        ("前の通番待ち", morning.waiting),
        ("反映が終わっていない", morning.unfinished),
    ):
        lines += [f"{said}: {len(files)}件"] if files else []
        lines += [f"  {_file(file)}" for file in files[:_MOST]]
    lines.append(f"職員の処理を待つレコード: {outcomes(morning.open)}")
    lines += [
        f"候補者 {each.kind.label}: {each.count:,}人(新しく {each.new:,}人)"
        for each in morning.candidates
    ]
    late = morning.unanswered.buckets[-1]
    lines.append(
        f"回答のない進達: {sum(each.count for each in morning.unanswered.buckets):,}件"
        f"(うち{late.least}日以上 {late.count:,}件)"
    )
    lines.append(
        f"送付物: 内容確認待ち {len(morning.to_check)}件、送付決定待ち {len(morning.to_release)}件"
    )
    return lines


_MOST = 8
"""Files of a kind that are named; the page is one screen."""


def _file(file: FileLine) -> str:
    return f"{file.id} {file.title} {file.name}: {file.last.reason}".rstrip(": ")
