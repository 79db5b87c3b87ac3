"""A live site for tests: a database of its own, the server as a program, terminals, an office.

The server runs beside the test as its users run it; the office is seeded with the operations of
the product. Everybody in it is invented.
"""

from __future__ import annotations

import os
import socket
import socketserver
import subprocess
import sys
import threading
import time
import urllib.request
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any, Final
from urllib.error import URLError

from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal import auth as totp
from django.db import connections

from kokunen.access import operations as staff
from kokunen.access import place_operations as places
from kokunen.access.domain import Kind, Role
from kokunen.access.models import Staff
from kokunen.access.session_operations import change_password
from kokunen.audit.domain import Occasion
from kokunen.dates.tokyo import day_of
from kokunen.postgres import roles
from tests import office

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping
    from pathlib import Path

HOST: Final = "127.0.0.1"
COUNTER, NEXT_COUNTER, FAR_COUNTER = "127.0.0.1", "127.0.0.2", "127.0.0.3"
"""Addresses of three registered terminals: 窓口1, 窓口2, 窓口3."""
NOWHERE: Final = "127.0.0.9"
"""An address of no registered terminal."""
PATIENCE: Final = 60.0
"""Seconds to wait for a server that starts on a busy machine."""
PASSWORD: Final = "Kaki-no-ha.2026"  # noqa: S105 - of invented people
DEPARTMENTS: Final = {
    "NENKIN": ("国民年金課", Kind.PENSION),
    "JOHO": ("情報政策課", Kind.SYSTEMS),
    "KANSA": ("監査委員事務局", Kind.AUDIT),
    "SHIMIN": ("市民課", Kind.REGISTER),
    "FUKUSHI": ("生活福祉課", Kind.WELFARE),
    "KODOMO": ("子育て支援課", Kind.CHILDREN),
    "KOKUHO": ("国民健康保険課", Kind.HEALTH),
    "SHUNO": ("収納課", Kind.COLLECTION),
    "JIRITSU": ("自立支援相談課", Kind.SELF_RELIANCE),
}
ROOM: Final = {
    Role.ADMINISTRATOR: "JOHO", Role.AUDITOR: "KANSA", Role.REGISTER: "SHIMIN",
    Role.WELFARE: "FUKUSHI", Role.CHILDREN: "KODOMO", Role.HEALTH: "KOKUHO",
    Role.COLLECTION: "SHUNO", Role.SELF_RELIANCE: "JIRITSU",
}  # fmt: skip
"""Where a role is held when it is not held in the pension section."""


@dataclass(slots=True, kw_only=True)
class Member:
    """A member of staff as the test knows one: with the password and the seed of the codes."""

    id: int
    number: str
    name: str
    password: str
    seed: str = ""
    recovery_codes: tuple[str, ...] = ()

    def code(self) -> str:
        """The six digits that the authenticator app shows now."""
        return code_of(self.seed)


def code_of(seed: str) -> str:
    """The six digits for a seed, as an authenticator app computes them."""
    return f"{totp.hotp_value(seed.replace(' ', ''), int(time.time()) // 30):06d}"


@dataclass(slots=True, kw_only=True)
class Site:
    """A running site. Its addresses differ by the terminal from which a browser comes."""

    database: office.Database
    port: int
    log: Path
    started_at: datetime
    _doors: dict[str, str] = field(default_factory=dict)
    _open: ExitStack = field(default_factory=ExitStack)
    _hired: int = 0

    def url(self, terminal: str = COUNTER) -> str:
        """The address of the site as seen from a terminal (by the terminal's own address)."""
        if terminal not in self._doors:
            self._doors[terminal] = (
                f"http://{HOST}:{self.port}"
                if terminal == COUNTER
                else self._open.enter_context(_passing_on(terminal, self.port))
            )
        return self._doors[terminal]

    @contextmanager
    def desk(self) -> Iterator[None]:
        """Let the operations of the product work on the site's database, as the web role."""
        before = os.environ.get("DJANGO_ALLOW_ASYNC_UNSAFE")
        # The browser's driver keeps an event loop in this thread; nothing here is asynchronous.
        os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"
        office.use(self.database.name, roles.Role.WEB)
        try:
            yield
        finally:
            connections.close_all()
            if before is None:
                del os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"]

    def hire(
        self, *held: Role, name: str = "窓口 花子", password: bool = True, factor: bool = True
    ) -> Member:
        """Open an account with roles, with a password of its own and both factors set up.

        Without ``password`` an initial one is issued, as an administrator hands it over.
        """
        self._hired += 1
        number = f"K{self._hired:05d}"
        start = day_of(self.started_at) - timedelta(days=200)
        with self.desk():
            at = program(self.started_at - timedelta(days=1))
            pk = staff.create(
                staff_number=number, name=name, kana="マドグチ ハナコ", start=start, occasion=at
            )
            for role in held:
                staff.assign(
                    staff_number=number,
                    role=role,
                    department=ROOM.get(role, "NENKIN"),
                    start=start,
                    occasion=at,
                )
            if password:
                change_password(staff=pk, password=PASSWORD, occasion=at)
            made = Member(
                id=pk,
                number=number,
                name=name,
                password=PASSWORD
                if password
                else staff.issue_password(staff_number=number, occasion=at),
            )
            if factor:
                made.seed = totp.generate_totp_secret()
                user = Staff.objects.get(pk=pk)
                totp.TOTP.activate(user, made.seed)
                made.recovery_codes = tuple(RecoveryCodes.activate(user).get_unused_codes())
        return made

    def rows(self, statement: str, *given: object) -> list[tuple[Any, ...]]:
        """Ask the database as its owner; what is changed is committed."""
        with self.database.owner() as owner:
            cursor = owner.execute(statement.encode(), given)
            return cursor.fetchall() if cursor.description else []

    def faults(self) -> list[str]:
        """The lines of the server's log that tell of a fault."""
        lines = self.log.read_text(encoding="utf-8").splitlines()
        return [line for line in lines if '"error"' in line or "Traceback" in line]


def program(at: datetime) -> Occasion:
    """The occasion of a program that prepares the office."""
    return Occasion(at=at, staff=None, staff_number="site", department="", terminal="site")


@contextmanager
def running(
    database: office.Database,
    *,
    home: Path,
    environment: Mapping[str, str] | None = None,
    seeds: tuple[Callable[[Site], None], ...] = (),
) -> Iterator[Site]:
    """Run the site on a database until the block is left. ``home`` takes the server's log.

    ``seeds`` prepare the office while the server starts.
    """
    port = _free_port()
    site = Site(
        database=database,
        port=port,
        log=home / f"serve-{port}.log",
        started_at=datetime.now(tz=UTC),
    )
    given = {**database.environment(), "KOKUNEN_HOSTS": HOST, **(environment or {})}
    command = [sys.executable, "-m", "kokunen", "serve", "--port", str(port), "--workers", "1"]
    with site.log.open("wb") as log:
        server = subprocess.Popen(command, env=given, stdout=log, stderr=log)
    try:
        with site.desk():
            at = program(site.started_at - timedelta(days=100))
            for code, (name, kind) in DEPARTMENTS.items():
                places.set_department(code=code, name=name, kind=kind, occasion=at)
            for number, address in enumerate((COUNTER, NEXT_COUNTER, FAR_COUNTER), 1):
                places.set_terminal(name=f"窓口{number}", address=address, occasion=at)
        for seed in seeds:
            seed(site)
        _await(site, server)
        with site._open:
            yield site
    finally:
        server.terminate()
        try:
            server.wait(15)
        except subprocess.TimeoutExpired:
            server.kill()
            server.wait()


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind((HOST, 0))
        return int(probe.getsockname()[1])


def _await(site: Site, server: subprocess.Popen[bytes]) -> None:
    until = time.monotonic() + PATIENCE
    while True:
        with suppress(URLError, ConnectionError, TimeoutError):
            asked = f"{site.url()}/health/ready"
            with urllib.request.urlopen(asked, timeout=5) as answer:  # noqa: S310 - of this machine
                if answer.status == 200:
                    return
        if server.poll() is not None or time.monotonic() > until:
            raise AssertionError(site.log.read_text(encoding="utf-8")[-2000:])
        time.sleep(0.1)


class _Passing(socketserver.BaseRequestHandler):
    """Hands a connection on to the server, as if it came from another terminal."""

    server: _Door

    def handle(self) -> None:
        source = (self.server.terminal, 0)
        with (
            suppress(ConnectionError),
            socket.create_connection((HOST, self.server.port), source_address=source) as onward,
        ):
            back = threading.Thread(target=_pump, args=(onward, self.request), daemon=True)
            back.start()
            _pump(self.request, onward)
            back.join()


class _Door(socketserver.ThreadingTCPServer):
    """Where a browser of one terminal finds the site."""

    daemon_threads = True
    block_on_close = False

    def __init__(self, terminal: str, port: int) -> None:
        self.terminal, self.port = terminal, port
        super().__init__((HOST, 0), _Passing)


def _pump(source: socket.socket, target: socket.socket) -> None:
    with suppress(OSError):
        while part := source.recv(65536):
            target.sendall(part)
    with suppress(OSError):
        target.shutdown(socket.SHUT_WR)


@contextmanager
def _passing_on(terminal: str, port: int) -> Iterator[str]:
    with _Door(terminal, port) as door:
        thread = threading.Thread(target=door.serve_forever, args=(0.05,), daemon=True)
        thread.start()
        try:
            yield f"http://{HOST}:{door.server_address[1]}"
        finally:
            door.shutdown()
            thread.join()
