"""kill -9 of each program at random moments: nothing is lost, nothing is there twice.

Clerks correct names through the site, with both factors and a request number for each correction,
while a sealer works; then web worker, program, sealer, database or all of them are killed. Beside
it a control, whose record is committed apart, which must lose something under the same kills: a
crash test without a failing control proves nothing.

`make soak` runs 25 kills of each and prints the figures.
"""

from __future__ import annotations

import shutil
import tempfile
import time
from datetime import UTC, datetime
from pathlib import Path
from random import Random
from typing import TYPE_CHECKING, Final

import pytest

from kokunen.postgres import embedded
from tests.crash.ledger import Findings, examine
from tests.crash.office import KINDS, Office
from tests.site import HOST

if TYPE_CHECKING:
    from collections.abc import Iterator

SEED: Final = 20261121
USUAL, MOST = 5, 25
"""Kills in `make test` and in `make soak`."""
AFTERWARDS: Final = 2
"""Corrections of each clerk that must be confirmed after a kill."""
PATIENCE: Final = 90.0

pytestmark = [
    pytest.mark.drawn,
    pytest.mark.xdist_group("crash"),
    pytest.mark.allow_hosts([HOST]),
]


@pytest.fixture(scope="module")
def office() -> Iterator[Office]:
    """A seeded office in a home of its own: real settings of the database, fsync included."""
    home = Path(tempfile.mkdtemp(prefix="kokunen-crash-"))
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("KOKUNEN_HOME", str(home))
        for name in ("DATABASE_URL", "DATABASE", "JOURNAL", "ANCHORS", "DB_ROLE"):
            patch.delenv(name if name == "DATABASE_URL" else f"KOKUNEN_{name}", raising=False)
        made = Office(home)
        try:
            made.seed()
            yield made
        finally:
            made.close()
            embedded.stop()
            shutil.rmtree(home, ignore_errors=True)


def run(office: Office, kind: str, draw: Random, *, since: datetime) -> Findings:
    """Kill at a random moment while the clerks work, let them go on, and compare."""
    office.revive()
    for clerk in office.clerks:
        clerk.start()
    time.sleep(draw.uniform(0.1, 1.2))
    assert office.kill(kind, draw), f"nothing to kill: {kind}"
    before = [len(clerk.told) for clerk in office.clerks]
    until = time.monotonic() + PATIENCE
    while any(
        len(clerk.told) < told + AFTERWARDS and clerk.problem is None
        for clerk, told in zip(office.clerks, before, strict=True)
    ):
        assert time.monotonic() < until, f"the office does not come back: {office.last_words()}"
        office.revive()
        time.sleep(0.05)
    for clerk in office.clerks:
        clerk.finish()
    return examine(office, since=since)


def prepare(office: Office, *serving: str) -> datetime:
    since = datetime.now(tz=UTC)
    office.open(*serving)
    for clerk in office.clerks:
        clerk.asked.clear()
        clerk.told.clear()
        clerk.repeats = 0
        clerk.sign_in()
    return since


def kills(count: int) -> Iterator[tuple[str, Random]]:
    """What is killed, one after the other: every kind equally often, the same for both tests."""
    draw = Random(SEED)
    for _ in range(0, count, len(KINDS)):
        for kind in draw.sample(KINDS, len(KINDS)):
            yield kind, draw


def report(what: str, kinds: list[str], office: Office, diverged: int) -> None:
    each = ", ".join(f"{kinds.count(kind)} {kind}" for kind in KINDS if kind in kinds)
    writes = sum(len(clerk.told) for clerk in office.clerks)
    repeats = sum(clerk.repeats for clerk in office.clerks)
    print(  # noqa: T201 - the figures, shown with -rP
        f"{what}: {len(kinds)} kills ({each}), {writes} writes confirmed,"
        f" {repeats} requests repeated, {diverged} runs diverged"
    )


def test_kills_lose_nothing_and_duplicate_nothing(office: Office, draws: int) -> None:
    since = prepare(office, "kokunen", "serve", "--port", str(office.port))
    ((fsync,),) = office.ask("SHOW fsync")
    assert fsync == "on"
    killed: list[str] = []
    for kind, draw in kills(min(MOST, USUAL * draws)):
        found = run(office, kind, draw, since=since)
        killed.append(kind)
        assert not found.diverged, (killed, found)
        assert found.seals
    report("record and fact in one transaction", killed, office, 0)
    office.close()


def test_the_control_whose_record_is_committed_apart_loses_something(
    office: Office, draws: int
) -> None:
    since = prepare(office, "tests.crash.apart", str(office.port))
    killed: list[str] = []
    diverged = before = 0
    for kind, draw in kills(MOST):
        found = run(office, kind, draw, since=since)
        killed.append(kind)
        # Facts without their line, and nothing else: the rest of the harness holds here, too.
        assert found.diverged == found.without_line, found
        diverged += found.without_line > before
        before = found.without_line
        if diverged and draws == 1:
            break  # one loss is proof enough; `make soak` shows how often it happens
    report("record committed apart", killed, office, diverged)
    office.close()
    assert diverged
