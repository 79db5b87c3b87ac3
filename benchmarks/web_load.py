"""A bounded load over HTTP/1.1 from one asyncio process: a steady rate, and the times.

The load is open: a request has its moment whether or not those before it were answered, and its
time counts from that moment, so that a slow answer is not hidden by the wait for it. At most
`CONNECTIONS` are on their way at once.
"""

from __future__ import annotations

import asyncio
import re
import time
from dataclasses import dataclass, field
from http.cookies import SimpleCookie
from typing import TYPE_CHECKING, Final
from urllib.parse import urlencode

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

HOST: Final = "127.0.0.1"
CONNECTIONS: Final = 32


@dataclass(frozen=True, slots=True)
class Answer:
    """What the site answered."""

    status: int
    location: str
    body: str


@dataclass(slots=True)
class Browser:
    """The cookies of one clerk."""

    cookies: dict[str, str] = field(default_factory=dict)

    def keep(self, lines: list[str]) -> None:
        """Keep what the site sets, but not its messages, which no page here takes away."""
        for line in lines:
            for name, morsel in SimpleCookie(line).items():
                if name != "messages":
                    self.cookies[name] = morsel.value


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """One request of a clerk, and what makes its answer the right one."""

    browser: Browser
    path: str
    typed: Mapping[str, str] | None = None
    right: Callable[[Answer], bool]


class Line:
    """One connection that is kept; opened again when the site has closed it."""

    def __init__(self, port: int) -> None:
        self._port = port
        self._pair: tuple[asyncio.StreamReader, asyncio.StreamWriter] | None = None

    async def ask(self, request: Request) -> Answer:
        """Send a request and return its answer; a connection closed meanwhile is opened once."""
        kept = self._pair is not None
        try:
            return await self._ask(request)
        except (ConnectionError, asyncio.IncompleteReadError):
            self.close()
            # Only what the site cannot have begun: it closed a connection that lay idle.
            if not kept:
                raise
            return await self._ask(request)

    def close(self) -> None:
        """Close the connection."""
        if self._pair is not None:
            self._pair[1].close()
            self._pair = None

    async def _ask(self, request: Request) -> Answer:
        if self._pair is None:
            self._pair = await asyncio.open_connection(HOST, self._port)
        reader, writer = self._pair
        writer.write(_head_and_body(request))
        await writer.drain()
        status = int((await reader.readuntil(b"\r\n")).split()[1])
        fields: dict[str, list[str]] = {}
        while (line := await reader.readuntil(b"\r\n")) != b"\r\n":
            name, _, value = line.decode("latin-1").partition(":")
            fields.setdefault(name.lower(), []).append(value.strip())
        body = await self._body(reader, fields)
        request.browser.keep(fields.get("set-cookie", []))
        return Answer(status, fields.get("location", [""])[0], body.decode())

    async def _body(self, reader: asyncio.StreamReader, fields: dict[str, list[str]]) -> bytes:
        if fields.get("transfer-encoding", [""])[0] != "chunked":
            return await reader.readexactly(int(fields.get("content-length", ["0"])[0]))
        parts = []
        while size := int(await reader.readuntil(b"\r\n"), 16):
            parts.append(await reader.readexactly(size))
            await reader.readexactly(2)
        await reader.readexactly(2)
        return b"".join(parts)


def _head_and_body(request: Request) -> bytes:
    cookies = "; ".join(f"{name}={value}" for name, value in request.browser.cookies.items())
    head = [f"Host: {HOST}", f"Cookie: {cookies}"]
    if request.typed is None:
        return "\r\n".join([f"GET {request.path} HTTP/1.1", *head, "\r\n"]).encode()
    token = {"csrfmiddlewaretoken": request.browser.cookies.get("csrftoken", "")}
    body = urlencode({**request.typed, **token}).encode()
    head += ["Content-Type: application/x-www-form-urlencoded", f"Content-Length: {len(body)}"]
    return "\r\n".join([f"POST {request.path} HTTP/1.1", *head, "\r\n"]).encode() + body


@dataclass(slots=True)
class Times:
    """Milliseconds of each request, and how many answers were wrong."""

    taken: list[float] = field(default_factory=list)
    wrong: list[str] = field(default_factory=list)
    seconds: float = 0.0

    def percentile(self, share: float) -> float:
        """Return the milliseconds within which a share of the requests was answered."""
        return sorted(self.taken)[min(len(self.taken) - 1, int(len(self.taken) * share))]

    @property
    def rate(self) -> float:
        """Return answers per second."""
        return len(self.taken) / self.seconds


async def steady(port: int, draw: Callable[[], Request], *, rate: float, seconds: float) -> Times:
    """Send requests at a steady rate, and return the times from each one's moment."""
    return await _load(port, draw, count=int(rate * seconds), pause=1 / rate)


async def at_once(port: int, draw: Callable[[], Request], *, count: int, lines: int) -> Times:
    """Send requests over so many connections, each as soon as the one before is answered."""
    return await _load(port, draw, count=count, pause=0.0, lines=lines)


async def _load(
    port: int, draw: Callable[[], Request], *, count: int, pause: float, lines: int = CONNECTIONS
) -> Times:
    free: asyncio.Queue[Line] = asyncio.Queue()
    for _ in range(lines):
        free.put_nowait(Line(port))
    times = Times()
    start = time.perf_counter()
    async with asyncio.TaskGroup() as group:
        for number in range(count):
            moment = start + number * pause
            await asyncio.sleep(max(0.0, moment - time.perf_counter()))
            if pause:
                group.create_task(_one(free, draw(), moment=moment, times=times))
            else:
                line = await free.get()
                group.create_task(_over(line, free, draw(), moment=None, times=times))
    times.seconds = time.perf_counter() - start
    while not free.empty():
        free.get_nowait().close()
    return times


def _said(body: str) -> str:
    """Return the words of a page that refuses, or its heading."""
    alert = re.search(r'role="alert".*?<ul>(.*?)</ul>', body, re.DOTALL)
    found = alert or re.search(r"<h1[^>]*>(.*?)</h1>", body, re.DOTALL)
    words = re.sub(r"<[^>]+>", " ", found[1]) if found else ""
    return " ".join(words.split())


async def _one(free: asyncio.Queue[Line], request: Request, *, moment: float, times: Times) -> None:
    await _over(await free.get(), free, request, moment=moment, times=times)


async def _over(
    line: Line,
    free: asyncio.Queue[Line],
    request: Request,
    *,
    moment: float | None,
    times: Times,
) -> None:
    begun = time.perf_counter() if moment is None else moment
    try:
        answer = await line.ask(request)
        if not request.right(answer):
            times.wrong.append(f"{answer.status} {answer.location} {_said(answer.body)}")
    except (ConnectionError, asyncio.IncompleteReadError) as fault:
        line.close()
        times.wrong.append(type(fault).__name__)
    finally:
        times.taken.append((time.perf_counter() - begun) * 1000)
        free.put_nowait(line)
