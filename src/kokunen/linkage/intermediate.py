"""One request to the intermediate server (中間サーバー), and what its answer means.

The official interface is not public; these messages are ours (``docs/linkage.md``). Whatever is not
the whole answer to this very request counts as no answer: the request is asked again later.
"""

from __future__ import annotations

import hashlib
import http.client
import json
import re
import ssl
import time
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Final

from kokunen.linkage.domain import Errand, State
from kokunen.linkage.messages import values

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path
    from uuid import UUID

LONGEST: Final = 1_000_000
"""Bytes of an answer."""
_CODE: Final = re.compile(r"[0-9A-Za-z_.-]{1,40}")
_PARTS: Final = {"request", "result", "code", "body", "digest"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """What is asked. ``id`` stays the same however often it is asked."""

    id: UUID
    kind: Errand
    integrated_number: str
    basis: str
    content: Mapping[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Reply:
    """What came of asking: ``WAITING`` means ask again, ``code`` says why."""

    state: State
    code: str = ""
    items: Mapping[str, str | int | None] = field(default_factory=lambda: MappingProxyType({}))
    processing_number: str = ""


def again(code: str) -> Reply:
    """Return the reply for an answer that was none."""
    return Reply(state=State.WAITING, code=code)


def canonical(given: object) -> bytes:
    """Return the one text of a JSON value over which digests are taken."""
    return json.dumps(
        given, sort_keys=True, separators=(",", ":"), ensure_ascii=True, allow_nan=False
    ).encode()


class _Limited(ssl.SSLSocket):
    """A connection on which nothing is waited for beyond a moment, however little by little."""

    until = 0.0

    def recv_into(self, buffer: Any, nbytes: int | None = None, flags: int = 0) -> int:  # noqa: ANN401 - the signature is the library's
        """Read within what is left of the time; raise ``TimeoutError`` when it is over."""
        left = self.until - time.monotonic()
        if left <= 0:
            raise TimeoutError
        self.settimeout(left)
        return super().recv_into(buffer, nbytes, flags)


@dataclass(frozen=True, slots=True, kw_only=True)
class Server:
    """The intermediate server as it is reached: mutual TLS, and a limit to each request.

    ``timeout`` in seconds for the whole of it, so that an answer that trickles ends, too.
    """

    host: str
    port: int
    authority: Path
    certificate: Path
    key: Path
    timeout: float

    def ask(self, request: Request) -> Reply:
        """Ask once; never raises for anything that the other side or the line does."""
        try:
            status, text = self._exchange(request)
        except (OSError, http.client.HTTPException) as error:
            return again(_failure(error))
        if status != http.HTTPStatus.OK:
            return again(f"http_{status}")
        return understand(request, text)

    def _exchange(self, request: Request) -> tuple[int, bytes]:
        until = time.monotonic() + self.timeout
        context = ssl.create_default_context(cafile=str(self.authority))
        context.sslsocket_class = _Limited
        context.minimum_version = ssl.TLSVersion.TLSv1_2
        context.load_cert_chain(self.certificate, self.key)
        body = {
            "integrated_number": request.integrated_number,
            "basis": request.basis,
            **request.content,
        }
        text = canonical(
            {
                "request": str(request.id),
                "kind": request.kind.value,
                "body": body,
                "digest": hashlib.sha256(canonical(body)).hexdigest(),
            }
        )
        connection = http.client.HTTPSConnection(
            self.host, self.port, timeout=self.timeout, context=context
        )
        try:
            connection.connect()
            if isinstance(connection.sock, _Limited):
                connection.sock.until = until
            connection.request(
                "POST", "/intermediate/v1", text, {"Content-Type": "application/json"}
            )
            answer = connection.getresponse()
            held = answer.read(LONGEST + 1)
            if answer.length and len(held) <= LONGEST:
                raise http.client.IncompleteRead(b"")
            return answer.status, held
        finally:
            connection.close()


def understand(request: Request, text: bytes) -> Reply:
    """Read an answer; what is damaged, of another request or not as agreed is no answer."""
    try:
        given = json.loads(text) if len(text) <= LONGEST else None
        if not isinstance(given, dict) or given.keys() != _PARTS:
            return again("unreadable")
        if given["request"] != str(request.id):
            return again("other_request")
        if given["digest"] != hashlib.sha256(canonical(given["body"])).hexdigest():
            return again("digest_differs")
        return _result(request, given["result"], given["code"], given["body"])
    except (KeyError, TypeError, ValueError, RecursionError):
        return again("unreadable")


def _failure(error: Exception) -> str:
    if isinstance(error, TimeoutError):
        return "no_answer"
    if isinstance(error, ssl.SSLCertVerificationError):
        return "certificate"
    if isinstance(error, ssl.SSLError):
        return "tls"
    cut = isinstance(error, ConnectionResetError | http.client.HTTPException)
    return "cut" if cut else "unreachable"


def _result(request: Request, result: str, code: str, body: Mapping[str, Any]) -> Reply:
    if code != "" and not _CODE.fullmatch(code):
        return again("unreadable")
    if result == "done":
        return _done(request, body)
    settled = {"busy": again(code or "busy"), "refused": Reply(state=State.REFUSED, code=code)}
    if request.kind is Errand.INQUIRY:
        settled["pending"] = Reply(state=State.PENDING, code=code)
    return settled.get(result, again("unreadable"))


def _done(request: Request, body: Mapping[str, Any]) -> Reply:
    if request.kind is Errand.IDENTIFIER:
        number = body["processing_number"]
        if not _CODE.fullmatch(number):
            return again("unreadable")
        return Reply(state=State.DONE, processing_number=number)
    if request.kind is Errand.INQUIRY:
        items = values(body["items"])
        if items.keys() != set(request.content["items"]):
            return again("other_items")
        return Reply(state=State.DONE, items=items)
    return Reply(state=State.DONE)
