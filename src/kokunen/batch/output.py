"""Files that are whole or not there, and work that can be stopped."""

from __future__ import annotations

import os
import signal
import threading
from concurrent.futures import ThreadPoolExecutor, wait
from contextlib import contextmanager
from typing import TYPE_CHECKING, TypeVar

from kokunen.dates.errors import Refusal

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

T = TypeVar("T")


class UnableToWriteOutput(Refusal):
    """The file to be written is one of the input files, or its folder is not there."""

    code = "invalid_output"


class Stopped(Exception):
    """The run was told to stop; raised inside it so that it ends soon."""


class Stop:
    """Tells a run to end; whoever works asks often."""

    def __init__(self) -> None:
        self._asked = threading.Event()

    def ask(self) -> None:
        """Let the run end at its next look."""
        self._asked.set()

    def look(self) -> None:
        """Raise `Stopped` if the run is to end."""
        if self._asked.is_set():
            raise Stopped


def check_paths(*, inputs: list[Path], outputs: list[Path]) -> None:
    """Raise `UnableToWriteOutput` where a file to be written is already used, or has no folder."""
    used = {path.resolve() for path in inputs}
    for path in outputs:
        if path.resolve() in used:
            raise UnableToWriteOutput(
                f"{path} は入力か、ほかの出力と同じファイルです。",
                fix="出力には別のファイル名を指定してください。",
                field="out",
            )
        if not path.resolve().parent.is_dir():
            raise UnableToWriteOutput(
                f"{path.parent} というフォルダがありません。",
                fix="フォルダを作るか、別の場所を指定してください。",
                field="out",
            )
        if path.is_dir():
            raise UnableToWriteOutput(
                f"{path} はフォルダです。",
                fix="出力のファイル名を指定してください。",
                field="out",
            )
        used.add(path.resolve())


@contextmanager
def whole_file(path: Path) -> Iterator[Path]:
    """Give a name to write to; the file takes its true name only when all went well.

    The unfinished file stands beside it (so that the renaming is one step) and is removed on any
    failure; an older file of the true name stays as it was until then.
    """
    part = path.with_name(f".{path.name}.{os.getpid()}.part")
    try:
        yield part
        with part.open("rb") as written:
            os.fsync(written.fileno())
        part.replace(path)
    finally:
        part.unlink(missing_ok=True)


def stoppable(work: Callable[[Stop], T]) -> T:
    """Run work beside the main thread, so that Ctrl-C and SIGTERM reach it at once.

    Either makes the work raise at its next look at `Stop`; its clean-up is awaited.
    """
    stop = Stop()
    with _term_raises(), ThreadPoolExecutor(1) as pool:
        running = pool.submit(work, stop)
        try:
            # Polars takes the signal for its queries and hands it on without waking whoever waits.
            while not wait([running], timeout=0.1).done:
                pass
        except BaseException:
            stop.ask()
            raise
        return running.result()


@contextmanager
def _term_raises() -> Iterator[None]:
    if threading.current_thread() is not threading.main_thread():
        yield
        return

    def leave(number: int, _: object) -> None:
        raise SystemExit(128 + number)

    before = signal.signal(signal.SIGTERM, leave)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, before)
