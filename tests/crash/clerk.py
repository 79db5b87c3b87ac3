"""A clerk at a browser: signs in with both factors and corrects names until told to stop.

A correction has a request number; it is sent again until the site has answered it.
"""

from __future__ import annotations

import http.client
import threading
import time
from contextlib import closing, suppress
from dataclasses import dataclass
from http.cookies import SimpleCookie
from random import Random
from typing import TYPE_CHECKING, Final
from urllib.parse import urlencode
from uuid import UUID, uuid4

from tests.crash.seeding import PASSWORD
from tests.site import HOST, code_of

if TYPE_CHECKING:
    from collections.abc import Callable

PATIENCE: Final = 90.0
"""Seconds until a request must have been answered, repeats included."""
_ANSWER: Final = 20.0
"""Seconds until a silent connection is given up and the request repeated."""


@dataclass(frozen=True, slots=True)
class Answer:
    status: int
    location: str
    body: str


class Browser:
    """Cookies and forms of one clerk."""

    def __init__(self, port: int) -> None:
        self._port = port
        self._cookies: dict[str, str] = {}

    def get(self, path: str) -> Answer:
        return self._ask("GET", path, None)

    def post(self, path: str, **typed: str) -> Answer:
        token = {"csrfmiddlewaretoken": self._cookies.get("csrftoken", "")}
        return self._ask("POST", path, urlencode(typed | token))

    def _ask(self, method: str, path: str, body: str | None) -> Answer:
        with closing(http.client.HTTPConnection(HOST, self._port, timeout=_ANSWER)) as line:
            headers = {"Cookie": "; ".join(f"{k}={v}" for k, v in self._cookies.items())}
            if body is not None:
                headers["Content-Type"] = "application/x-www-form-urlencoded"
            line.request(method, path, body, headers)
            answer = line.getresponse()
            text = answer.read().decode()
            for cookie in answer.headers.get_all("Set-Cookie") or []:
                for name, morsel in SimpleCookie(cookie).items():
                    self._cookies[name] = morsel.value
        return Answer(answer.status, answer.headers.get("Location") or "", text)


class Clerk:
    """One clerk. ``asked`` are all requests ever sent, ``told`` those that the site confirmed."""

    def __init__(
        self,
        *,
        port: int,
        number: str,
        seed: str,
        people: list[tuple[int, str]],
        standing: Callable[[int], int],
    ) -> None:
        self.number = number
        self.asked: set[UUID] = set()
        self.told: dict[UUID, int] = {}
        self.repeats = 0
        self.last_names: dict[int, str] = {}
        self.problem: BaseException | None = None
        self._seed = seed
        self._people = people
        self._standing = standing
        self._browser = Browser(port)
        self._draw = Random(number)
        self._stop = threading.Event()
        self._thread = threading.Thread()

    def sign_in(self) -> None:
        """Sign in, unless the browser is inside, and state for what each person is opened."""
        if self._browser.get("/sign-in/").location != "/":
            given = self._browser.post("/sign-in/", login=self.number, password=PASSWORD)
            assert given.location == "/sign-in/code/", (given.status, given.location)
            given = self._browser.post("/sign-in/code/", code=code_of(self._seed))
            assert given.location == "/", (given.status, given.location, given.body)
        for _, key in self._people:
            self._state_purpose(key)

    def _state_purpose(self, key: str) -> None:
        given = self._browser.post(f"/people/{key}/purpose/", purpose="consultation")
        assert given.location == f"/people/{key}/", (given.status, given.location)

    def start(self) -> None:
        """Begin to correct, one name after another."""
        self._stop.clear()
        self._thread = threading.Thread(target=self._work, daemon=True)
        self._thread.start()

    def finish(self) -> None:
        """Answer the request under way and stop."""
        self._stop.set()
        self._thread.join(PATIENCE + 10)
        assert not self._thread.is_alive(), "a clerk hangs"
        if self.problem is not None:
            raise self.problem

    def _work(self) -> None:
        try:
            while not self._stop.is_set():
                self._correct(*self._draw.choice(self._people))
        except BaseException as problem:  # noqa: BLE001 - raised again by `finish`
            self.problem = problem

    def _correct(self, person: int, key: str) -> None:
        row = self._standing(person)
        request = uuid4()
        self.asked.add(request)
        name = f"架空　花子{self._draw.randrange(10**9)}"
        until = time.monotonic() + PATIENCE
        while True:
            # No answer, or a page of a fault: nobody knows whether it was done. Ask again.
            with suppress(OSError, http.client.HTTPException):
                given = self._browser.post(
                    f"/people/{key}/correct/name/{row}/",
                    name=name,
                    kana="カクウ　ハナコ",
                    source="resident_register",
                    reason="住民票の写しによる訂正",
                    request_id=str(request),
                )
                if given.location == f"/people/{key}/":
                    self.told[request] = person
                    self.last_names[person] = name
                    return
                if given.location:
                    assert given.location.endswith("/purpose/"), given.location
                    self._state_purpose(key)
                else:
                    assert given.status >= 500, (given.status, given.body)
            self.repeats += 1
            assert time.monotonic() < until, "a request was never answered"
            time.sleep(0.1)
