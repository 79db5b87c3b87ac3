"""A stand-in for the intermediate server: speaks the documented messages, misbehaves on request.

Run as a program. ``moods.json`` in its folder holds a list; each request takes the first word off
it and behaves so, or well when the list is empty. Every request is written to ``log.jsonl``. The
answer to a request id that was answered before is the same answer; its effect happens once.
"""

from __future__ import annotations

import argparse
import contextlib
import hashlib
import json
import socket
import ssl
import sys
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

SILENCE = 8.0


def canonical(given: object) -> bytes:
    return json.dumps(given, sort_keys=True, separators=(",", ":")).encode()


class Outside:
    """What the other side knows: answers by request id, how often each effect happened."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.lock = threading.Lock()
        self.answers: dict[str, dict[str, Any]] = {}
        self.last: bytes = b"{}"
        self.effects = 0

    def mood(self) -> str:
        file = self.folder / "moods.json"
        with self.lock:
            moods = json.loads(file.read_text()) if file.exists() else []
            if moods:
                file.write_text(json.dumps(moods[1:]))
            return str(moods[0]) if moods else "well"

    def answer(self, asked: dict[str, Any]) -> dict[str, Any]:
        """Do what is asked, once, and say so."""
        with self.lock:
            known = self.answers.get(asked["request"])
            if known is None:
                self.effects += 1
                known = self._effect(asked)
                self.answers[asked["request"]] = known
            return known

    def _effect(self, asked: dict[str, Any]) -> dict[str, Any]:
        body: dict[str, Any] = {}
        if asked["kind"] == "identifier":
            body = {"processing_number": f"P{self.effects:09d}"}
        elif asked["kind"] == "inquiry":
            items = asked["body"]["items"]
            body = {"items": {code: None if "none" in code else f"値{code}" for code in items}}
        return sealed(asked["request"], "done", "", body)

    def log(self, **what: object) -> None:
        with self.lock, (self.folder / "log.jsonl").open("a") as file:
            file.write(json.dumps(what) + "\n")


def sealed(request: str, result: str, code: str, body: dict[str, Any]) -> dict[str, Any]:
    digest = hashlib.sha256(canonical(body)).hexdigest()
    return {"request": request, "result": result, "code": code, "body": body, "digest": digest}


class Handler(BaseHTTPRequestHandler):
    """One request, well or in a mood."""

    outside: Outside
    protocol_version = "HTTP/1.1"

    def log_message(self, *_: object) -> None:
        """Say nothing; the log is in the folder."""

    def do_POST(self) -> None:
        asked = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        mood = self.outside.mood()
        whole = hashlib.sha256(canonical(asked["body"])).hexdigest() == asked["digest"]
        self.outside.log(mood=mood, whole=whole, **asked)
        self.close_connection = True
        good = (
            None
            if mood in {"busy", "refuse", "late", "no_effect_cut"}
            else self.outside.answer(asked)
        )
        name = asked["request"]
        text = json.dumps(good).encode()
        if mood == "silence":
            time.sleep(SILENCE)
            return
        if mood == "cut":  # done, and the answer is lost on the way
            self._send(200, text, cut=len(text) // 2)
            return
        if mood == "no_effect_cut":
            self.connection.shutdown(socket.SHUT_RDWR)
            return
        if mood == "trickle_headers":
            self.send_response(200)
            with contextlib.suppress(OSError):
                for number in range(40):
                    self.send_header(f"X-{number}", "1")
                    self.flush_headers()
                    time.sleep(0.5)
            return
        if mood == "trickle":
            self._send(200, text, slowly=0.5)
            return
        answers: dict[str, bytes] = {
            "garbage": b'\x00\xff{"request": [[[',
            "not_object": b"[1]",
            "nested": b"[" * 100_000,
            "huge": b" " * 2_000_000,
            "digest": json.dumps({**(good or {}), "digest": "0" * 64}).encode(),
            "tampered": json.dumps({**(good or {}), "body": {"x": 1}}).encode(),
            "other_request": json.dumps(
                sealed("11111111-1111-4111-8111-111111111111", "done", "", {})
            ).encode(),
            "earlier": self.outside.last,
            "other_items": json.dumps(
                sealed(name, "done", "", {"items": {"foreign": "1"}})
            ).encode(),
            "same_number": json.dumps(
                sealed(name, "done", "", {"processing_number": "P000000002"})
            ).encode(),
            "strange_result": json.dumps(sealed(name, "perhaps", "", {})).encode(),
            "more_fields": json.dumps({**(good or {}), "extra": 1}).encode(),
            "busy": json.dumps(sealed(name, "busy", "E_BUSY", {})).encode(),
            "no_code": json.dumps({**sealed(name, "refused", "", {}), "code": None}).encode(),
            "refuse": json.dumps(sealed(name, "refused", "E_NOT_FOUND", {})).encode(),
            "late": json.dumps(sealed(name, "pending", "", {})).encode(),
        }
        self._send(503 if mood == "error" else 200, answers.get(mood, text))
        if mood == "well":
            self.outside.last = text

    def _send(self, status: int, text: bytes, *, cut: int = 0, slowly: float = 0) -> None:
        self.send_response(status)
        self.send_header("Content-Length", str(len(text)))
        self.end_headers()
        if slowly:
            with contextlib.suppress(OSError):
                for place in range(len(text)):
                    self.wfile.write(text[place : place + 1])
                    self.wfile.flush()
                    time.sleep(slowly)
            return
        self.wfile.write(text[: cut or None])
        self.wfile.flush()


class Server(ThreadingHTTPServer):
    """Quiet where a peer goes away."""

    daemon_threads = True

    def handle_error(self, *_: object) -> None:
        """Say nothing: broken connections are what this is for."""


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("folder", type=Path)
    parser.add_argument("certificates", type=Path)
    given = parser.parse_args()
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.verify_mode = ssl.CERT_REQUIRED
    context.load_verify_locations(given.certificates / "authority.crt")
    context.load_cert_chain(given.certificates / "server.crt", given.certificates / "server.key")
    Handler.outside = Outside(given.folder)
    server = Server(("127.0.0.1", 0), Handler)
    server.socket = context.wrap_socket(server.socket, server_side=True)
    sys.stdout.write(f"{server.server_address[1]}\n")
    sys.stdout.flush()
    server.serve_forever()


if __name__ == "__main__":
    main()
