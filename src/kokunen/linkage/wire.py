"""One message on the wire: mutual TLS, one connection, and what each failure means."""

from __future__ import annotations

import contextlib
import http.client
import json
import ssl
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final
from uuid import uuid4

from kokunen.linkage.domain import (
    CODE_WORDS,
    MESSAGE,
    Code,
    UnableToReachPlatform,
    UnableToTrustPlatform,
    UnableToUsePlatform,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping
    from datetime import datetime
    from pathlib import Path

LONGEST_ANSWER: Final = 4_000_000
"""Bytes: the facts of an inquiry, a million bytes of UTF-8, are three times as long in ASCII."""
LOOKED_THROUGH: Final = 60.0
"""Seconds for an answer about a file, at least: the platform first looks through all of it."""
_IN_HEADER: Final = frozenset({"/v1/files", "/v1/files/collect"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """How one system reaches the platform, with its certificate.

    ``authority`` is the certificate of the city's own authority; ``certificate`` and ``key`` are
    this system's. ``timeout`` in seconds, for each wait.
    """

    host: str
    port: int
    system: str
    authority: Path
    certificate: Path
    key: Path
    clock: Callable[[], datetime]
    timeout: float = 10.0

    @contextlib.contextmanager
    def talk(
        self,
        method: str,
        address: str,
        body: Mapping[str, Any],
        *,
        staff_number: str = "",
        file: Any = None,  # noqa: ANN401 - a binary file
        size: int = 0,
    ) -> Iterator[http.client.HTTPResponse]:
        """Send one message and give its answer, if it is a good one."""
        message: dict[str, Any] = {
            "id": str(uuid4()),
            "made_at": self.clock().isoformat(),
            "system": self.system,
            "body": body,
        }
        if staff_number:
            message["staff_number"] = staff_number
        text = json.dumps(message).encode()
        connection = http.client.HTTPSConnection(
            self.host, self.port, timeout=self.timeout, context=self._context()
        )
        try:
            if address in _IN_HEADER:
                headers = {MESSAGE: text.decode(), "Content-Length": str(size)}
                answer = _send(connection, method, address, file, headers)
            else:
                answer = _send(
                    connection, method, address, text, {"Content-Type": "application/json"}
                )
            if answer.status != http.HTTPStatus.OK:
                _refused(answer)
            yield answer
        except ssl.SSLEOFError as error:
            raise _cut(error) from None
        except ssl.SSLError as error:
            raise UnableToTrustPlatform(
                "連携基盤との相互認証ができません。",
                fix="双方の証明書の期限と登録を確かめてください"
                "(kokunen linkage certificate、kokunen linkage status)。",
                reason=str(error.reason or "ssl"),
            ) from None
        except (OSError, http.client.HTTPException) as error:
            raise _cut(error) from None
        finally:
            connection.close()

    def _context(self) -> ssl.SSLContext:
        try:
            made = ssl.create_default_context(cafile=str(self.authority))
            made.minimum_version = ssl.TLSVersion.TLSv1_2
            made.load_cert_chain(self.certificate, self.key)
        except OSError as error:
            raise UnableToTrustPlatform(
                "連携基盤のための証明書を読めません。",
                fix="証明書と鍵の置き場所を確かめてください(kokunen linkage certificate)。",
                reason=type(error).__name__,
            ) from None
        return made


def _cut(error: Exception) -> UnableToReachPlatform:
    return UnableToReachPlatform(
        "連携基盤につながらないか、途中で切れました。",
        fix="連携基盤が動いているか確かめ、同じ番号でもう一度送ってください。",
        reason=type(error).__name__,
    )


def _send(
    connection: http.client.HTTPSConnection,
    method: str,
    address: str,
    content: Any,  # noqa: ANN401 - bytes, a binary file or None
    headers: Mapping[str, str],
) -> http.client.HTTPResponse:
    try:
        connection.request(method, address, body=content, headers=dict(headers))
    except (BrokenPipeError, ConnectionResetError, ssl.SSLEOFError):
        # A platform that refuses does not wait for the rest; it may have said why.
        if connection.sock is None:
            raise
        answer = http.client.HTTPResponse(connection.sock, method=method)
        answer.begin()
        return answer
    if address in _IN_HEADER and connection.sock is not None:
        connection.sock.settimeout(max(connection.timeout or 0, LOOKED_THROUGH))
    return connection.getresponse()


def as_json(answer: http.client.HTTPResponse) -> Any:  # noqa: ANN401 - what JSON holds
    """Return what an answer holds; raise ``UnableToReachPlatform`` when it is cut or no JSON."""
    held = answer.read(LONGEST_ANSWER + 1)
    try:
        return json.loads(held)
    except ValueError:
        raise UnableToReachPlatform(
            "連携基盤の答えを読めません。",
            fix="相手が連携基盤か、途中で切れていないかを確かめてください。",
            reason="unreadable",
        ) from None


def _refused(answer: http.client.HTTPResponse) -> None:
    found = as_json(answer)
    code = str(found.get("code", "")) if isinstance(found, dict) else ""
    if code == Code.FAULT:
        raise UnableToReachPlatform(
            "連携基盤の内部で処理を終えられませんでした。",
            fix="しばらくして、同じ番号でもう一度送ってください。",
            reason=code,
        )
    words = f"{CODE_WORDS[Code(code)]}、{code}" if code in set(Code) else answer.status
    raise UnableToUsePlatform(
        f"連携基盤が受け付けませんでした({words})。",
        fix="コードの意味と直し方は docs/linkage.md の「拒否」にあります。",
        reason=code,
    )
