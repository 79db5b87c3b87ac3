"""Where a night can be killed: at any statement, on both sides of any commit, at any file's act.

A program counts its seams as it passes them. At the one that was drawn it kills itself, or the
server of the database, with ``kill -9``: nobody tidies up.
"""

from __future__ import annotations

import os
import signal
import sys
from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from django.db import connection
from django.db.backends.base.base import BaseDatabaseWrapper

from kokunen.postgres import embedded

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from random import Random

KINDS: Final = ("commit", "statement", "file", "between")
"""``between`` the two commits there is a seam in the control alone (`night.come_apart`)."""
FIRST: Final = {"commit": 60, "statement": 900, "file": 20}
"""How many seams of each kind the first night is thought to have."""
VICTIMS: Final = ("program", "program", "program", "program", "postgres")
_FILE_ACTS: Final = frozenset({"os.rename", "os.remove", "os.mkdir"})


@dataclass(frozen=True, slots=True)
class Strike:
    """What is killed at which seam: the n-th of a kind, counted from 1."""

    kind: str
    number: int
    victim: str


def draw(random: Random, counts: Mapping[str, int]) -> Strike:
    """Draw a strike at one of so many seams, each kind as often as the others."""
    kind = random.choice([kind for kind in KINDS if counts.get(kind)])
    number = 1 + int(random.random() * counts[kind])
    return Strike(kind, number, random.choice(VICTIMS))


class Seams:
    """Counts the seams of this process from now on, and strikes at one of them."""

    def __init__(self, strike: Strike | None) -> None:
        self.counts: Counter[str] = Counter()
        self._strike = strike
        connection.execute_wrappers.append(self._statement)
        before: Callable[[BaseDatabaseWrapper], Any] = getattr(BaseDatabaseWrapper, "_commit")  # noqa: B009 - Django's own, which its types leave out

        def commit(wrapper: BaseDatabaseWrapper) -> None:
            self.pass_by("commit")
            before(wrapper)
            self.pass_by("commit")

        setattr(BaseDatabaseWrapper, "_commit", commit)  # noqa: B010 - Django's own method
        sys.addaudithook(self._act)

    def _statement(self, execute: Any, *given: Any) -> Any:  # noqa: ANN401 - Django passes it on
        self.pass_by("statement")
        return execute(*given)

    def _act(self, event: str, _: tuple[object, ...]) -> None:
        if event in _FILE_ACTS:
            self.pass_by("file")

    def pass_by(self, kind: str) -> None:
        """Count a seam, and strike there if it is the one."""
        self.counts[kind] += 1
        strike = self._strike
        if strike is not None and (strike.kind, strike.number) == (kind, self.counts[kind]):
            victim = os.getpid() if strike.victim == "program" else postmaster()
            os.kill(victim, signal.SIGKILL)


def postmaster() -> int:
    """Return the process of the embedded server."""
    return int((embedded.data_folder() / "postmaster.pid").read_text().split()[0])
