"""One engine in a process of its own: seconds from file to file, and the peak of its memory."""

from __future__ import annotations

import json
import sys
import time
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator


@contextmanager
def measured() -> Iterator[tuple[Path, Path, Path]]:
    """Give the paths on the command line; print seconds and peak megabytes (10⁶ bytes) after."""
    people, incomes, out = (Path(name) for name in sys.argv[1:4])
    start = time.perf_counter()
    yield people, incomes, out
    report(seconds=time.perf_counter() - start)


def report(*, seconds: float) -> None:
    """Print the seconds and the peak of this process since it was started, as JSON."""
    status = Path("/proc/self/status").read_text(encoding="ascii")
    (peak,) = (line for line in status.splitlines() if line.startswith("VmHWM:"))
    print(json.dumps({"seconds": seconds, "megabytes": int(peak.split()[1]) * 1024 / 1e6}))
