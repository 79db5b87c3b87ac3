"""The platform on the wire: TLS that asks both sides, one message per connection, strict answers.

cheroot does the HTTP.
"""

from __future__ import annotations

import json
import logging
import threading
from contextlib import suppress
from http import HTTPStatus
from typing import TYPE_CHECKING, Any, BinaryIO, Final

from cheroot import wsgi
from cheroot.server import HTTPConnection, HTTPRequest
from django.db import Error as DatabaseError
from django.db import close_old_connections

from kokunen.linkage import admission, errands, files, integration, messages
from kokunen.linkage import settings as settings_
from kokunen.linkage.domain import BLOCK, DIGEST, MESSAGE, Code, Refused
from kokunen.linkage.handshake import FINGERPRINT, Adapter
from kokunen.linkage.intermediate import Server

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping
    from datetime import datetime

    from kokunen.linkage.admission import Caller
    from kokunen.linkage.settings import Settings

log: Final = logging.getLogger(__name__)
DRAINED: Final = 67_108_864
"""Bytes of a refused body that are read and dropped, so that its sender can hear why."""
IDLE: Final = 1.0
"""Seconds between two looks for errands."""
_ANSWERS: Final[Mapping[str, Callable[[Caller, Mapping[str, Any]], dict[str, Any]]]] = {
    "/v1/numbers": integration.integrate,
    "/v1/gateway": errands.gateway,
    "/v1/provisions": errands.provide,
    "/v1/inquiries": errands.inquire,
    "/v1/answers": errands.answer,
    "/v1/answers/received": errands.forget,
    "/v1/files/waiting": files.waiting,
    "/v1/files/received": files.acknowledge,
    "/v1/status": files.status,
}
_STATUS: Final = {
    Code.TOO_LARGE: HTTPStatus.REQUEST_ENTITY_TOO_LARGE,
    Code.MALFORMED: HTTPStatus.BAD_REQUEST,
    Code.NO_ROUTE: HTTPStatus.NOT_FOUND,
    Code.UNOPENED: HTTPStatus.INTERNAL_SERVER_ERROR,
    Code.NO_KEY: HTTPStatus.INTERNAL_SERVER_ERROR,
    Code.FAULT: HTTPStatus.INTERNAL_SERVER_ERROR,
}


class Platform:
    """The WSGI application. ``clock`` tells the time of each message."""

    def __init__(self, *, settings: Settings, clock: Callable[[], datetime]) -> None:
        self._settings = settings
        self._clock = clock

    def __call__(
        self, environ: dict[str, Any], start: Callable[[str, list[tuple[str, str]]], object]
    ) -> Iterable[bytes]:
        """Answer one message; a refusal is recorded before it is answered."""
        close_old_connections()
        at, address, system = self._clock(), str(environ["PATH_INFO"]), ""
        environ["wsgi.input"] = _Body(environ["wsgi.input"])
        known = address if address in messages.ROUTES else ""
        try:
            system = admission.identify(fingerprint=environ.get(FINGERPRINT, ""), at=at)
            return self._answer(environ, start, address=address, system=system, at=at)
        except Refused as refusal:
            code, field = refusal.reason, refusal.field
        except Exception:  # whatever it was, the sender learns that nothing was done
            log.exception("a message could not be answered")
            code, field = Code.FAULT, ""
        self.refuse(code, str(environ["REMOTE_ADDR"]), system=system, function=known)
        text = json.dumps({"code": code, "field": field}).encode()
        status = _STATUS.get(code, HTTPStatus.FORBIDDEN)
        start(f"{status.value} {status.phrase}", _headers(len(text)))
        return _and_drain(text, environ)

    def _answer(
        self,
        environ: dict[str, Any],
        start: Callable[[str, list[tuple[str, str]]], object],
        *,
        address: str,
        system: str,
        at: datetime,
    ) -> Iterable[bytes]:
        route = messages.ROUTES.get(address)
        if route is None or environ["REQUEST_METHOD"] != route.method or environ["QUERY_STRING"]:
            raise Refused(Code.NO_ROUTE)
        message = messages.read(_text(environ, route), route)
        caller = admission.admit(
            message=message,
            system=system,
            address=address,
            function=route.function,
            at=at,
            clock_seconds=self._settings.clock_seconds,
        )
        if address == "/v1/files/collect":
            row, blocks = files.collect(caller, message.body)
            start("200 OK", [*_headers(row.size, "application/octet-stream"), (DIGEST, row.digest)])
            return blocks
        if address == "/v1/files":
            files.check_hand_over(caller, message.body, most=self._settings.file_bytes)
            if _length(environ) != message.body["size"]:
                raise Refused(Code.MALFORMED, field="size")
            found = files.hand_over(caller, message.body, environ["wsgi.input"])
        else:
            found = _ANSWERS[address](caller, message.body)
        text = json.dumps(found).encode()
        start("200 OK", _headers(len(text)))
        return [text]

    def refuse(self, code: Code, peer: str, *, system: str = "", function: str = "") -> None:
        """Record a refusal; where the database does not take it, at least the log has it."""
        try:
            close_old_connections()
            admission.note_refusal(
                code=code, peer=peer, at=self._clock(), system=system, function=function
            )
        except DatabaseError:
            log.exception("a refusal could not be recorded")


def _headers(size: int, kind: str = "application/json") -> list[tuple[str, str]]:
    return [("Content-Type", kind), ("Content-Length", str(size)), ("Cache-Control", "no-store")]


def _length(environ: Mapping[str, Any]) -> int:
    given = str(environ.get("CONTENT_LENGTH", "0"))
    if environ.get("wsgi.input_terminated") or not (given.isascii() and given.isdigit()):
        raise Refused(Code.MALFORMED)
    return int(given)


def _text(environ: Mapping[str, Any], route: messages.Route) -> bytes:
    """Return the message as it came, from the body or from its header, if it is not too long."""
    if route.in_header:
        held = str(environ.get(f"HTTP_{MESSAGE.upper().replace('-', '_')}", ""))
        if len(held) > messages.LONGEST_HEADER:
            raise Refused(Code.TOO_LARGE)
        return held.encode("latin-1", "replace")
    size = _length(environ)
    if size > messages.LONGEST:
        raise Refused(Code.TOO_LARGE)
    return bytes(environ["wsgi.input"].read(size))


def _and_drain(text: bytes, environ: Mapping[str, Any]) -> Iterator[bytes]:
    """Give the answer, and only then read and drop what is still coming of the refused body."""
    yield text
    try:
        left = min(_length(environ), DRAINED)
    except Refused:
        return
    while left > 0 and (block := environ["wsgi.input"].read(BLOCK)):
        left -= len(block)


class _Body:
    """What a sender says; where the line breaks or falls silent, it ends.

    It is then too short for what was announced, and refused as that.
    """

    def __init__(self, given: BinaryIO) -> None:
        self._given = given
        self._ended = False

    def read(self, size: int) -> bytes:
        """Return up to ``size`` bytes; none at the end."""
        block = b""
        if not self._ended:
            with suppress(OSError):
                block = bytes(self._given.read(size))
        self._ended = not block
        return block


class _Request(HTTPRequest):
    """What cheroot refuses by itself, because it is no HTTP, is recorded like everything else."""

    def read_request_line(self) -> bool:
        """Read it; what the library's parser of addresses stumbles over is no HTTP, either."""
        try:
            return bool(super().read_request_line())  # type: ignore[no-untyped-call]  # the library has no types
        except ValueError:
            self.simple_response(400)
            return False

    def simple_response(self, status: int | str, msg: str = "") -> None:
        """Record, and answer without repeating what came."""
        self.server.wsgi_app.refuse(Code.MALFORMED, str(self.conn.remote_addr or ""))
        super().simple_response(status, msg and "refused")


class _Connection(HTTPConnection):
    RequestHandlerClass = _Request

    def close(self) -> None:
        """Close; one that never said anything leaves its record."""
        self.socket.silent()
        super().close()


class _Quiet(wsgi.Server):
    """cheroot without its own log, which would hold addresses and texts of exceptions."""

    ConnectionClass = _Connection

    def process_conn(self, conn: HTTPConnection) -> None:
        """Give a connection to a thread once it says something; until then it takes none."""
        if conn.last_used is None:
            self._connections.put(conn)  # type: ignore[attr-defined]  # the library has no types
        else:
            super().process_conn(conn)

    def error_log(self, msg: str = "", level: int = logging.INFO, traceback: bool = False) -> None:  # noqa: FBT001, FBT002, ARG002 - the signature is the library's
        """Log where it went wrong, and nothing else."""
        if level >= logging.ERROR:
            log.log(level, "the web server met a fault", exc_info=traceback)


def make(*, settings: Settings, clock: Callable[[], datetime]) -> wsgi.Server:
    """Return the server, which listens only once it is started."""
    platform = Platform(settings=settings, clock=clock)
    server = _Quiet(
        (settings.host, settings.port),
        platform,
        numthreads=settings.threads,
        server_name="kokunen",
        request_queue_size=64,
        timeout=settings.timeout_seconds,
    )
    server.ssl_adapter = Adapter(
        settings_.certificates(), refused=platform.refuse, wait=settings.timeout_seconds
    )
    server.max_request_header_size = 4 * messages.LONGEST_HEADER
    # One message, one connection: nothing of a refused body is waited for.
    server.keep_alive_conn_limit = 0
    return server


def serve(
    *,
    settings: Settings,
    clock: Callable[[], datetime],
    ready: Callable[[str], None],
) -> None:
    """Serve until interrupted, and work off errands beside it; ``ready`` is told the address.

    Raises ``UnableToServe`` when another service of this home is running.
    """
    with settings_.alone():
        _serve(settings, clock, ready)


def _serve(settings: Settings, clock: Callable[[], datetime], ready: Callable[[str], None]) -> None:
    files.tidy()
    server = make(settings=settings, clock=clock)
    stopping = threading.Event()
    if settings.intermediate_host:
        threading.Thread(
            target=_work, args=(stopping, settings, clock), name="errands", daemon=True
        ).start()
    try:
        server.prepare()
        ready(f"https://{server.bind_addr[0]}:{server.bind_addr[1]}")
        server.serve()
    finally:
        stopping.set()
        server.stop()


def intermediate(settings: Settings) -> Server:
    """Return the intermediate server as the settings name it."""
    folder = settings_.certificates()
    return Server(
        host=settings.intermediate_host,
        port=settings.intermediate_port,
        authority=folder / "intermediate-authority.crt",
        certificate=folder / "intermediate.crt",
        key=folder / "intermediate.key",
        timeout=settings.timeout_seconds,
    )


def _work(stopping: threading.Event, settings: Settings, clock: Callable[[], datetime]) -> None:
    outside = intermediate(settings)
    while not stopping.is_set():
        busy = False
        try:
            close_old_connections()
            busy = errands.work(clock=clock, ask=outside.ask, settings=settings)
        except Exception:  # the lease brings the errand back; this thread must not end
            log.exception("an errand could not be done")
        if not busy:
            stopping.wait(IDLE)
