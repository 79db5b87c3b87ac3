"""``kokunen assess``: a whole register, with a progress bar."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Final

from rich.console import Console
from rich.progress import BarColumn, Progress, TaskID, TextColumn, TimeElapsedColumn

from kokunen.batch.assess import assess
from kokunen.cli import OK
from kokunen.dates.month import Month

if TYPE_CHECKING:
    import argparse

STAGE_NAMES: Final = {"people": "住民を読む", "incomes": "所得を読む", "assess": "試算する"}


class Bars:
    """One bar per stage; the first stage tells how many people there are."""

    def __init__(self, progress: Progress) -> None:
        self._progress = progress
        self._tasks: dict[str, TaskID] = {}

    def tell(self, stage: str, done: int, /) -> None:
        """Show how many rows of a stage are done."""
        if stage not in self._tasks:
            for before in self._tasks.values():
                self._progress.stop_task(before)
            self._tasks[stage] = self._progress.add_task(STAGE_NAMES[stage], total=None)
        self._progress.update(self._tasks[stage], completed=done)


def run(given: argparse.Namespace) -> int:
    """Assess a register as the arguments say; print what was done in one line."""
    months = [Month.parse(text) for text in given.month]
    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        TextColumn("{task.completed:,.0f} 行"),
        TimeElapsedColumn(),
    )
    with Progress(*columns, console=Console(file=sys.stderr)) as progress:
        summary = assess(
            given.people,
            given.incomes,
            months=months,
            out=given.out,
            engine=given.engine,
            quarantine=given.quarantine,
            progress=Bars(progress).tell,
        )
    print(
        f"{given.out}: {summary.written:,}行を書きました(住民 {summary.people:,}人、"
        f"分けた行 {summary.set_aside:,}、住民にない人の所得 {summary.incomes_of_nobody:,}行)。"
    )
    return OK
