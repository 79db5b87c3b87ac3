"""Run a site: the web server's workers, and a database that comes back when it dies."""

from __future__ import annotations

import os
import socket
import threading
import time
from contextlib import suppress
from typing import TYPE_CHECKING, Final

import psycopg
from granian import Granian
from granian.constants import Interfaces

from kokunen.dates.errors import Refusal
from kokunen.postgres import embedded, roles

if TYPE_CHECKING:
    from collections.abc import Callable

HOST: Final = "127.0.0.1"
WATCH: Final = 0.5
"""Seconds between two looks at the database; it also takes a moment to recover."""


class UnableToServe(Refusal):
    """The address is taken, so the site cannot be reached there."""

    code = "port_taken"


def serve(
    *, port: int, workers: int = 2, threads: int = 4, ready: Callable[[], None] | None = None
) -> None:
    """Serve until interrupted; stop the embedded database only when this program started it.

    ``ready`` is called once, shortly before the workers listen. Raises ``UnableToServe`` when the
    port stays taken (the workers of a program that was killed need a moment to notice).
    """
    _await_port(port)
    started = roles.is_embedded() and embedded.start()
    stopping = threading.Event()
    if roles.is_embedded():
        threading.Thread(target=_keep_alive, args=(stopping,), daemon=True).start()
    os.environ["KOKUNEN_SUPERVISOR"] = str(os.getpid())
    if ready is not None:
        ready()
    try:
        # It gives up when a worker dies twice in a few seconds; the counter must not.
        while not _run(port=port, workers=workers, threads=threads):
            time.sleep(1)
    finally:
        stopping.set()
        if started:
            embedded.stop()


def _run(*, port: int, workers: int, threads: int) -> bool:
    """Serve until the end; say whether that was asked for."""
    server = Granian(
        "kokunen.sites.wsgi:application",
        address=HOST,
        port=port,
        interface=Interfaces.WSGI,
        workers=workers,
        blocking_threads=threads,
        respawn_failed_workers=True,
        respawn_interval=0.1,
        websockets=False,
        log_level="warning",  # type: ignore[arg-type]  # an enumeration of strings
    )
    server.serve()
    return bool(server.interrupt_signal)


def free_port(wanted: int) -> int:
    """Return the wanted port, or another free one when it is taken."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((HOST, wanted))
        except OSError:
            probe.bind((HOST, 0))
        return int(probe.getsockname()[1])


def _await_port(port: int) -> None:
    until = time.monotonic() + 5
    while free_port(port) != port:
        if time.monotonic() > until:
            raise UnableToServe(
                f"{HOST} のポート {port} は使用中です。",
                fix="--port で別の番号を指定するか、使っているプログラムを止めてください。",
                field="port",
            )
        time.sleep(0.2)


def _keep_alive(stopping: threading.Event) -> None:
    """Start the server again when it no longer answers (it was killed, or it crashed)."""
    while not stopping.wait(WATCH):
        # Its log says why; the pages refuse until it is repaired, and this goes on looking.
        with suppress(Refusal, OSError, psycopg.Error):
            embedded.start()
