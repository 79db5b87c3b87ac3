"""The programs of one office, as its machine runs them, and the hand that kills them."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final
from urllib.error import URLError

import psycopg

from kokunen.postgres import embedded, roles
from tests.crash.clerk import Clerk
from tests.site import HOST, PATIENCE

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from random import Random

ROOT: Final = Path(__file__).parents[2]
KINDS: Final = ("web", "program", "sealer", "postgres", "everything")
"""What is killed: a web worker, the program that watches over them, the sealer, the server of the
database, all of it in one instant."""
CLERKS, PEOPLE_EACH = 3, 2


@dataclass(slots=True)
class Office:
    """An office of its own under ``KOKUNEN_HOME``; its database keeps its real settings."""

    home: Path
    port: int = 0
    clerks: list[Clerk] = field(default_factory=list)
    _serving: list[str] = field(default_factory=list)
    _server: subprocess.Popen[bytes] | None = None
    _sealer: subprocess.Popen[bytes] | None = None

    def seed(self) -> None:
        """Migrate and seed, and let the clerks know their people."""
        with socket.socket() as probe:
            probe.bind((HOST, 0))
            self.port = probe.getsockname()[1]
        command = [sys.executable, "-m", "tests.crash.seeding", str(CLERKS), str(PEOPLE_EACH)]
        made = subprocess.run(command, cwd=ROOT, capture_output=True, check=False)
        assert made.returncode == 0, made.stderr.decode()[-2000:]
        for one in json.loads(made.stdout):
            self.clerks.append(
                Clerk(
                    port=self.port,
                    number=one["number"],
                    seed=one["seed"],
                    people=[(person, key) for person, key in one["people"]],
                    standing=self._standing_row,
                )
            )

    def open(self, *serving: str) -> None:
        """Start the site (``serving``: the module and its arguments) and the sealer."""
        self.close()
        self._serving = [sys.executable, "-m", *serving]
        self._serve()
        self._seal()

    def close(self) -> None:
        """Stop site and sealer as an operator does."""
        for program in (self._sealer, self._server):
            if program is not None and program.poll() is None:
                program.terminate()
                try:
                    program.wait(20)
                except subprocess.TimeoutExpired:
                    program.kill()
                    program.wait()
        self._server = self._sealer = None

    def _serve(self) -> None:
        self._server = self._run(self._serving, "serve.log")
        until = time.monotonic() + PATIENCE
        while not self._is_ready():
            assert time.monotonic() < until, self.last_words()
            time.sleep(0.1)
            if self._server.poll() is not None:
                # The workers of the program that was killed still held the address.
                self._server = self._run(self._serving, "serve.log")

    def _seal(self) -> None:
        command = [sys.executable, "-m", "kokunen", "audit", "seal", "--every", "1"]
        self._sealer = self._run(command, "seal.log")

    def _run(self, command: list[str], log: str) -> subprocess.Popen[bytes]:
        with (self.home / log).open("ab") as out:
            return subprocess.Popen(command, cwd=ROOT, stdout=out, stderr=out)

    def _is_ready(self) -> bool:
        with suppress(URLError, ConnectionError, TimeoutError):
            asked = f"http://{HOST}:{self.port}/health/ready"
            with urllib.request.urlopen(asked, timeout=5) as answer:
                return bool(answer.status == 200)
        return False

    def revive(self) -> None:
        """Start again what is dead, as a service manager does; the rest comes back by itself."""
        # The web server gives itself up, too, when a worker dies twice within seconds.
        if self._server is not None and self._server.poll() is not None:
            self._serve()
        if self._sealer is not None and self._sealer.poll() is not None:
            self._seal()

    def last_words(self) -> str:
        """The end of the site's log."""
        return (self.home / "serve.log").read_text(encoding="utf-8")[-2000:]

    def kill(self, kind: str, draw: Random) -> int:
        """Kill -9; return how many processes were hit."""
        assert self._server is not None
        assert self._sealer is not None
        workers = _children(self._server.pid)
        victims = {
            "web": [draw.choice(workers)] if workers else [],
            "program": [self._server.pid],
            "sealer": [self._sealer.pid],
            "postgres": [_postmaster()],
        }
        victims["everything"] = [
            *victims["postgres"],
            *victims["program"],
            *workers,
            *victims["sealer"],
        ]
        hit = sum(_kill(pid) for pid in victims[kind])
        for program in (self._server, self._sealer):
            if program.pid in victims[kind]:
                program.wait()
        return hit

    def ask(
        self, statement: str, given: Sequence[object] | Mapping[str, object] = ()
    ) -> list[tuple[Any, ...]]:
        """Ask the database as its owner, waiting for it to come back if need be."""
        until = time.monotonic() + PATIENCE
        while True:
            try:
                with psycopg.connect(**roles.parameters(roles.Role.OWNER)) as owner:
                    return owner.execute(statement.encode(), given).fetchall()
            except psycopg.OperationalError:
                if time.monotonic() > until:
                    raise
                time.sleep(0.1)

    def _standing_row(self, person: int) -> int:
        ((row,),) = self.ask(
            "SELECT id FROM people_name WHERE person_id = %s AND superseded_at IS NULL", [person]
        )
        return int(row)

    def verify(self) -> str:
        """What ``kokunen audit verify`` finds; empty when the record is whole."""
        command = [sys.executable, "-m", "kokunen", "audit", "verify"]
        done = subprocess.run(command, cwd=ROOT, capture_output=True, check=False)
        return "" if done.returncode == 0 else (done.stdout + done.stderr).decode()[-2000:]


def _children(pid: int) -> list[int]:
    """The workers of the web server (and not the helper that multiprocessing keeps beside them)."""
    listed = Path(f"/proc/{pid}/task/{pid}/children").read_text(encoding="ascii").split()
    found = []
    for child in map(int, listed):
        with suppress(OSError):
            if b"resource_tracker" not in Path(f"/proc/{child}/cmdline").read_bytes():
                found.append(child)
    return found


def _postmaster() -> int:
    return int((embedded.data_folder() / "postmaster.pid").read_text().split()[0])


def _kill(pid: int) -> bool:
    try:
        os.kill(pid, signal.SIGKILL)
    except ProcessLookupError:
        return False
    return True
