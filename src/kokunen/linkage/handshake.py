"""Mutual TLS for the platform; a handshake that fails leaves a record.

The handshake is done by the thread that reads the request, not by the one that accepts connections:
somebody who connects and says nothing holds up nobody else. Neither does one who says it slowly.
"""

from __future__ import annotations

import socket
import ssl
import time
from contextlib import suppress
from typing import TYPE_CHECKING, Any, Final

from cheroot import errors
from cheroot.ssl.builtin import BuiltinSSLAdapter

from kokunen.linkage import certificates
from kokunen.linkage.domain import BLOCK, Code
from kokunen.linkage.gate import Gate

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

LINGER: Final = 0.5
LINGERED: Final = 4
"""Seconds to wait for a refused peer to go, and how often."""
GRACE: Final = 3
"""Waits (the server's ``timeout``) that a connection may take in all, besides ``SLOWEST``."""
SLOWEST: Final = 10_000
"""Bytes a second; a connection that moves fewer on the average is ended."""
FINGERPRINT: Final = "kokunen.fingerprint"
"""Where the environment of a request holds the SHA-256 of the certificate it came with."""
LAST: Final = 1.0
"""Seconds for one write to a peer whose time is over."""
_TIMED_OUT: Final = "timed out"
_VERIFICATION: Final = {9: Code.NOT_YET, 10: Code.EXPIRED}
"""OpenSSL's X509_V_ERR_CERT_NOT_YET_VALID and …_HAS_EXPIRED; every other is no trust."""
_REASONS: Final = {
    "PEER_DID_NOT_RETURN_A_CERTIFICATE": Code.NO_CERTIFICATE,
    "HTTP_REQUEST": Code.PLAIN,
    "WRONG_VERSION_NUMBER": Code.PLAIN,
    "UNSUPPORTED_PROTOCOL": Code.TOO_OLD,
    "VERSION_TOO_LOW": Code.TOO_OLD,
}


class LateHandshake(ssl.SSLSocket):
    """A socket whose handshake takes place when it is first read."""

    environment: dict[str, str]
    refused: Callable[[Code], None]
    wait: float
    shaken = failed = False
    began = 0.0
    moved = 0

    def recv_into(self, buffer: Any, nbytes: int | None = None, flags: int = 0) -> int:  # noqa: ANN401 - the signature is the library's
        """Read, after the handshake; raise cheroot's end of a connection when it fails."""
        if not self.shaken:
            self._shake()
        left = self._left()
        if left <= 0:
            raise TimeoutError(_TIMED_OUT)
        self.settimeout(min(self.wait, left))
        count = super().recv_into(buffer, nbytes, flags)
        self.moved += count
        return count

    def send(self, data: Any, flags: int = 0) -> int:  # noqa: ANN401 - the signature is the library's
        """Write; a peer that reads slowly gets the answer that is due, and no more time."""
        self.settimeout(min(self.wait, max(self._left(), LAST)))
        count = super().send(data, flags)
        self.moved += count
        return count

    def silent(self) -> None:
        """Record a connection that is given up before it said anything."""
        if not (self.shaken or self.failed):
            self.failed = True
            self.refused(Code.HANDSHAKE)

    def _left(self) -> float:
        return GRACE * self.wait + self.moved / SLOWEST - (time.monotonic() - self.began)

    def _shake(self) -> None:
        try:
            self.do_handshake()
            if self.session_reused:
                # Its certificate would not have been looked at again.
                raise ConnectionAbortedError
        except OSError as error:
            self.failed = True
            self.refused(_reason(error))
            self._linger()
            raise errors.FatalSSLAlert from None
        self.shaken, self.began = True, time.monotonic()
        held = self.getpeercert(binary_form=True)
        self.environment[FINGERPRINT] = certificates.fingerprint(held) if held else ""

    def _linger(self) -> None:
        """Let the peer read the alert before the connection is gone; what it says is dropped."""
        with suppress(OSError):
            self.settimeout(LINGER)
            self.shutdown(socket.SHUT_WR)
            for _ in range(LINGERED):
                if not self.recv(BLOCK):
                    break


def _reason(error: OSError) -> Code:
    if isinstance(error, ssl.SSLCertVerificationError):
        return _VERIFICATION.get(error.verify_code, Code.UNTRUSTED)
    if isinstance(error, ssl.SSLError):
        return _REASONS.get(str(error.reason), Code.HANDSHAKE)
    return Code.HANDSHAKE


class Adapter(BuiltinSSLAdapter):
    """Mutual TLS, 1.2 or later, for certificates of the city's authority alone.

    ``wait``: seconds that one read or write of a connection may take.
    """

    def __init__(self, folder: Path, *, refused: Callable[[Code, str], None], wait: float) -> None:
        certificate, key, authority = (
            str(folder / name) for name in ("server.crt", "server.key", "authority.crt")
        )
        super().__init__(certificate, key, authority)
        made = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        made.minimum_version = ssl.TLSVersion.TLSv1_2
        made.verify_mode = ssl.CERT_REQUIRED
        made.load_verify_locations(authority)
        made.load_cert_chain(certificate, key)
        made.options |= ssl.OP_NO_TICKET | ssl.OP_NO_COMPRESSION | ssl.OP_NO_RENEGOTIATION
        made.num_tickets = 0
        made.sslsocket_class = LateHandshake
        self.context = made
        self._refused, self._gate, self._wait = refused, Gate(), wait

    def wrap(self, sock: socket.socket) -> tuple[ssl.SSLSocket, dict[str, str]]:
        """Wrap a connection; what the handshake tells stands in its environment later."""
        peer = ""
        with suppress(OSError):
            peer = str(sock.getpeername()[0])
        if not self._gate.admits(peer):
            sock.close()
            if self._gate.first(peer):
                self._refused(Code.TOO_MANY, peer)
            raise errors.FatalSSLAlert
        try:
            wrapped = self.context.wrap_socket(
                sock, server_side=True, do_handshake_on_connect=False
            )
        except OSError:
            self._fail(Code.HANDSHAKE, peer)
            raise errors.FatalSSLAlert from None
        self._gate.enter(wrapped, peer)
        wrapped.environment = {"wsgi.url_scheme": "https"}
        wrapped.refused = lambda code: self._fail(code, peer)
        wrapped.wait = self._wait
        return wrapped, wrapped.environment

    def _fail(self, code: Code, peer: str) -> None:
        self._gate.failed(peer)
        self._refused(code, peer)
