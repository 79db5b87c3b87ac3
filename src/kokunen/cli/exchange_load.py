"""``kokunen exchange load``: the whole resident register, once, with a bar; again: goes on."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

from kokunen.cli import OK
from kokunen.cli.acting import program

if TYPE_CHECKING:
    import argparse


def add(acts: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Register ``load`` under ``exchange``."""
    load = acts.add_parser(
        "load", help="住民の初期データを取り込む(空のデータベースに1度だけ。途中からは続き)"
    )
    load.add_argument("file", type=Path, metavar="FILE")
    load.set_defaults(run=_load)


def _load(given: argparse.Namespace) -> int:
    """Load as the owner of the database, who alone may write in bulk."""
    from kokunen import sites
    from kokunen.interchange.domain import UnableToReceiveFile

    if not given.file.is_file():
        raise UnableToReceiveFile(
            "そのファイルはありません。", fix="ファイルの場所を確かめてください。", field="file"
        )
    sites.start("owner")
    from rich.console import Console
    from rich.progress import MofNCompleteColumn, Progress, TimeRemainingColumn

    from kokunen.interchange import loading
    from kokunen.interchange.inbox.telling import in_words

    bars = Progress(
        *Progress.get_default_columns()[:2],
        MofNCompleteColumn(),
        TimeRemainingColumn(),
        console=Console(file=sys.stderr),
    )
    with in_words(loading.LAYOUT), bars as bar:
        task = bar.add_task("住民の初期データ", total=None)
        loaded = loading.load(
            path=given.file,
            occasion=program("exchange load"),
            tell=lambda done, total: bar.update(task, completed=done, total=total),
        )
    print(f"受信番号{loaded.file}: {loaded.people:,}人を登録しました。")
    return OK
