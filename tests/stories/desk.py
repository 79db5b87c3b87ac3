"""A desk: a browser of its own at one terminal, with hands, and eyes for what goes wrong."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Final

from playwright.sync_api import expect

from tests.stories import looks

if TYPE_CHECKING:
    from pathlib import Path

    from playwright.sync_api import Browser, ConsoleMessage, Locator, Request, Response

    from tests.site import Member, Site
    from tests.stories.hands import Hands

PATIENCE: Final = 10_000
"""Milliseconds to wait for a control or a page, on a busy machine."""
_ANSWERED: Final = "Failed to load resource"
"""Chromium's own line for every status of 400 and above; statuses are judged from the answers."""


class Desk:
    """A clerk's place. Script errors, violated policies and addresses elsewhere are problems."""

    def __init__(
        self,
        *,
        site: Site,
        browser: Browser,
        hands: type[Hands],
        terminal: str,
        script: bool,
        examined: set[str],
        screens: Path | None,
    ) -> None:
        self.site = site
        self.problems: list[str] = []
        self._script = script
        self._examined = examined
        self._screens = screens
        self._context = browser.new_context(
            base_url=site.url(terminal),
            locale="ja-JP",
            timezone_id="Asia/Tokyo",
            viewport={"width": looks.DESK[0], "height": looks.DESK[1]},
            java_script_enabled=script,
        )
        self.page = self._context.new_page()
        self.page.set_default_timeout(PATIENCE)
        self.page.on("pageerror", lambda error: self.problems.append(f"script: {error}"))
        self.page.on("console", self._said)
        self.page.on("request", self._asked)
        self.page.on("response", self._answered)
        self._hands = hands(self.page)

    # What the hands do.

    @property
    def hands(self) -> Hands:
        return self._hands

    @property
    def strokes(self) -> int:
        return self._hands.strokes

    @property
    def clicks(self) -> int:
        return self._hands.clicks

    def goto(self, path: str) -> None:
        """Type an address."""
        self.page.goto(path)

    def move_to(self, terminal: str) -> None:
        """Carry the browser, with its cookies, to another terminal."""
        self.page.goto(self.site.url(terminal) + "/")

    def sign_in(self, member: Member, *, code: str | None = None) -> None:
        """Sign in with both factors, beginning at the door."""
        self.goto("/")
        self.hands.write("職員番号", member.number)
        self.hands.write("パスワード", member.password)
        self.hands.push("次へ")
        self.hands.write("6けたの番号", code or member.code())
        self.hands.push("サインイン")

    # What the eyes see.

    def reads(self, text: str | re.Pattern[str]) -> None:
        """The page shows a text."""
        expect(self.page.locator("main")).to_contain_text(text, timeout=PATIENCE)

    def reads_nothing_of(self, *texts: str) -> None:
        """Neither the page nor its source has any of the texts."""
        source = self.page.content()
        for text in texts:
            assert text not in source, f"{text} stands on {self.page.url}"

    def heading(self, text: str | re.Pattern[str]) -> None:
        """The page is the one with this first heading."""
        expect(self.page.locator("h1").first).to_have_text(text, timeout=PATIENCE)

    def row(self, text: str) -> Locator:
        """The row of a table that has a text."""
        found = self.page.locator("main tbody tr").filter(has_text=text)
        expect(found).to_have_count(1, timeout=PATIENCE)
        return found

    def shows(self, part: Locator, text: str) -> None:
        """A part of the page shows a text."""
        expect(part).to_contain_text(text, timeout=PATIENCE)

    def lines_of(self, selector: str, pattern: str) -> list[str]:
        """The texts of the parts in which a pattern is found, from top to bottom."""
        texts = self.page.locator(selector).all_text_contents()
        return [text for text in texts if re.search(pattern, text)]

    def look(self, name: str) -> None:
        """Examine the page as it stands, once in a session under this name."""
        if name in self._examined or not self._script:
            return
        self._examined.add(name)
        self.problems += looks.examine(self.page, name=name, screens=self._screens)

    def leave(self) -> None:
        self._context.close()

    def _said(self, message: ConsoleMessage) -> None:
        if message.type in ("error", "warning") and _ANSWERED not in message.text:
            self.problems.append(f"console: {message.text}")

    def _asked(self, request: Request) -> None:
        here = request.url.startswith("http://127.0.0.1:")
        if not (here or request.url.startswith(("data:", "about:"))):
            self.problems.append(f"outside: {request.url}")

    def _answered(self, response: Response) -> None:
        fault = response.status >= 500
        missing = response.status == 404 and response.request.resource_type != "document"
        if fault or missing:
            self.problems.append(f"{response.status}: {response.url}")

    def property(self, script: str) -> Any:  # noqa: ANN401 - whatever the page answers
        """Ask the page."""
        return self.page.evaluate(script)
