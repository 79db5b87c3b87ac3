"""Two ways to use the same page: with a mouse, and with the keyboard alone.

A story names controls as they are read out (role and name); how they are reached is left to the
hands. `Keys` never clicks: it presses Tab until the control has the focus, checks that the focus
can be seen, and counts every key.
"""

from __future__ import annotations

import re
from abc import ABC, abstractmethod
from typing import TYPE_CHECKING, Final, Literal

from playwright.sync_api import expect

if TYPE_CHECKING:
    from playwright.sync_api import Locator, Page

Name = str | re.Pattern[str]
MOST_TABS: Final = 150
"""Whoever needs more presses of Tab to reach one control has no usable page."""

_WHERE: Final = """el => {
    const here = document.activeElement;
    if (!el.isConnected) return 'gone';
    if (!here || here === document.body) return el.closest('main') ? 'top-main' : 'top';
    if (here === el) return 'here';
    if (el.type === 'radio' && here.type === 'radio' && here.name === el.name
        && here.form === el.form) return 'here';
    return here.compareDocumentPosition(el) & Node.DOCUMENT_POSITION_FOLLOWING ? 'after' : 'before';
}"""
_SEEN: Final = """() => {
    const el = document.activeElement, box = el.getBoundingClientRect();
    const style = getComputedStyle(el);
    if (style.outlineStyle === 'none' || parseFloat(style.outlineWidth) < 2)
        return 'the focus has no outline';
    const x = box.x + box.width / 2, y = box.y + Math.min(box.height / 2, 20);
    if (x < 0 || y < 0 || x > innerWidth || y > innerHeight) return 'the focus is off the screen';
    const top = document.elementFromPoint(x, y);
    const covered = top && !el.contains(top) && !top.contains(el)
        && !(top.closest('label') && top.closest('label').contains(el));
    return covered ? `the focus is covered by ${top.tagName}.${top.className}` : '';
}"""
_OPTIONS: Final = """(el, label) => {
    const texts = [...el.options].map((one) => one.label.trim());
    return [el.selectedIndex, texts.findIndex((one) => one.startsWith(label))];
}"""
_RADIOS: Final = """el => {
    const all = [...document.querySelectorAll(`input[type=radio][name="${el.name}"]`)];
    return [all.indexOf(document.activeElement), all.findIndex((one) => one.checked),
            all.indexOf(el)];
}"""


class Hands(ABC):
    """What a clerk does with a page. ``strokes`` counts keys, ``clicks`` clicks."""

    kind = ""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.strokes = 0
        self.clicks = 0

    def link(self, name: Name) -> Locator:
        return self.page.get_by_role("link", name=name, exact=True).first

    def button(self, name: Name) -> Locator:
        return self.page.get_by_role("button", name=name, exact=True).first

    def field(self, label: str) -> Locator:
        """A field by its label, with or without the word that says whether it must be filled."""
        said = re.compile(rf"^\s*{re.escape(label)}\s*(※必須|任意|ないときは補正)?\s*$")
        return self.page.get_by_label(said).first

    def option(
        self, label: str, group: str = "", *, role: Literal["radio", "checkbox"] = "radio"
    ) -> Locator:
        """One of several by the beginning of its label, in the group with this legend."""
        where = self.page.locator("main")
        if group:
            where = where.get_by_role("group", name=re.compile(rf"^\s*{re.escape(group)}(\s|$)"))
        return where.get_by_role(role, name=re.compile(rf"^\s*{re.escape(label)}")).first

    def follow(self, name: Name) -> None:
        """Follow a link to another page."""
        self._leave_by(self.link(name))

    def follow_in(self, part: Locator) -> None:
        """Follow the first link of a part of the page."""
        self._leave_by(part.get_by_role("link").first)

    def push(self, name: Name) -> None:
        """Press a button that leads to another page."""
        self._leave_by(self.button(name))

    def _leave_by(self, target: Locator) -> None:
        # To the control first: the skip link on the way there is a navigation, too.
        self._reach(target)
        with self.page.expect_navigation():
            self._activate(target, "Enter")

    def press(self, name: Name) -> None:
        """Press a button that changes the page in its place."""
        self._activate(self.button(name), "Enter")

    def toggle(self, box: Locator) -> None:
        """Tick a box, or take the tick away."""
        self._activate(box, "Space")

    def enter(self) -> None:
        """Press Enter where the hands are."""
        self.page.keyboard.press("Enter")
        self.strokes += 1

    @abstractmethod
    def write(self, label: str, text: str) -> None:
        """Write into a field, over what stands there."""

    @abstractmethod
    def select(self, label: str, option: str) -> None:
        """Choose from a list by the beginning of the option."""

    @abstractmethod
    def choose(self, label: str, group: str = "") -> None:
        """Choose one of several radio buttons by the beginning of its label."""

    @abstractmethod
    def tick(self, label: str, group: str) -> None:
        """Tick a box that may be ticked already."""

    @abstractmethod
    def _reach(self, target: Locator) -> None:
        """Go to a control."""

    @abstractmethod
    def _activate(self, target: Locator, key: str) -> None:
        """Bring about what the control is for."""


class Mouse(Hands):
    """Points and clicks; the keyboard only for text."""

    kind = "mouse"

    def _reach(self, target: Locator) -> None:
        target.wait_for()

    def write(self, label: str, text: str) -> None:
        self.field(label).fill(text)
        self.clicks += 1
        self.strokes += len(text)

    def select(self, label: str, option: str) -> None:
        chosen = self.field(label)
        _, index = chosen.evaluate(_OPTIONS, option)
        assert index >= 0, f"{label}: no option {option}"
        chosen.select_option(index=index)
        self.clicks += 2

    def choose(self, label: str, group: str = "") -> None:
        self.option(label, group).check()
        self.clicks += 1

    def tick(self, label: str, group: str) -> None:
        self.option(label, group, role="checkbox").check()
        self.clicks += 1

    def _activate(self, target: Locator, key: str) -> None:
        del key
        target.click()
        self.clicks += 1


class Keys(Hands):
    """The keyboard alone."""

    kind = "keys"

    def write(self, label: str, text: str) -> None:
        target = self.field(label)
        self._reach(target)
        if target.input_value():
            self._key("Control+a")
            self._key("Delete")
        self.page.keyboard.type(text)
        self.strokes += len(text)
        expect(target).to_have_value(text)

    def select(self, label: str, option: str) -> None:
        target = self.field(label)
        self._reach(target)
        now, wanted = target.evaluate(_OPTIONS, option)
        assert wanted >= 0, f"{label}: no option {option}"
        for _ in range(abs(wanted - now)):
            self._key("ArrowDown" if wanted > now else "ArrowUp")
        assert target.evaluate(_OPTIONS, option)[0] == wanted

    def tick(self, label: str, group: str) -> None:
        target = self.option(label, group, role="checkbox")
        if not target.is_checked():
            self._reach(target)
            self._key("Space")
        expect(target).to_be_checked()

    def choose(self, label: str, group: str = "") -> None:
        target = self.option(label, group)
        self._reach(target)
        here, checked, wanted = target.evaluate(_RADIOS)
        for _ in range(abs(wanted - here)):
            self._key("ArrowDown" if wanted > here else "ArrowUp")
        if here == wanted and checked != wanted:
            self._key("Space")
        expect(target).to_be_checked()

    def shortcut(self, digit: str) -> None:
        """Use one of the keys of the sheet: Alt and a digit."""
        with self.page.expect_navigation():
            self._key(f"Alt+{digit}")

    def _activate(self, target: Locator, key: str) -> None:
        self._reach(target)
        self._key(key)

    def _key(self, key: str) -> None:
        self.page.keyboard.press(key)
        self.strokes += 1

    def _reach(self, target: Locator) -> None:
        # Found by its name once, not at every key: reading out a page of a filing takes long.
        control = target.element_handle()
        for _ in range(MOST_TABS):
            where = control.evaluate(_WHERE)
            if where == "gone":
                control = target.element_handle()
                continue
            if where == "here":
                problem = self.page.evaluate(_SEEN)
                assert not problem, f"{self.page.url}: {problem} at {target}"
                return
            if where == "top-main":
                self._key("Tab")
                skipping = self.page.evaluate("document.activeElement.matches('.skip-link')")
                if skipping:  # 本文へ移る
                    self._key("Enter")
                continue
            self._key("Shift+Tab" if where == "before" else "Tab")
        raise AssertionError(f"{target} is not reached by the keyboard on {self.page.url}")
