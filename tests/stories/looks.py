"""What every page must be, whatever it shows: accessible, narrow, in forced colours, on paper."""

from __future__ import annotations

import shutil
import subprocess
from importlib.resources import files
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from pathlib import Path

    from playwright.sync_api import Page

AXE: Final = files("axe_playwright_python").joinpath("axe.min.js").read_text(encoding="utf-8")
DESK: Final = (1366, 768)
NARROW: Final = (320, 900)
"""1280 pixels at 400 % (WCAG 2.2, 1.4.10)."""
PAPER: Final = (703, 1031)
"""A4 less the margins of 12 mm that the style sheet sets, in CSS pixels."""
NARROW_RULES: Final = ("color-contrast", "target-size", "scrollable-region-focusable")
"""Rules whose answer depends on where things stand; the others are asked at the desk's size."""
EXCLUDED: Final[dict[str, str]] = {}
"""Rules of axe that are not asked, each with its reason. None is needed."""
_OPTIONS: Final = {
    "runOnly": [
        "wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice",
    ],
    "rules": {"target-size": {"enabled": True}}
    | {rule: {"enabled": False} for rule in EXCLUDED},
    "resultTypes": ["violations"],
    # Else axe fetches the style sheets once more.
    "preload": False,
}  # fmt: skip
_RUN: Final = """async (options) => {
    const found = await axe.run(document, options);
    return found.violations.flatMap((rule) => rule.nodes.map((node) =>
        `${rule.id} (${rule.help}): ${node.target.join(' ')} ${node.html.slice(0, 160)}`));
}"""
# A wide table may scroll inside its frame (WCAG 1.4.10 leaves tables out); the page may not.
_TOO_WIDE: Final = """() => {
    const named = (el) => `${el.tagName}.${el.className}: ${el.textContent.trim().slice(0, 30)}`;
    const room = document.documentElement.clientWidth;
    if (document.documentElement.scrollWidth <= room) return [];
    return [...document.querySelectorAll('body *')].filter((el) => {
        const box = el.getBoundingClientRect();
        return box.width > 0 && (box.right > room + 1 || box.left < -1)
            && !el.closest('.unseen, .skip-link');
    }).slice(0, 5).map(named);
}"""
_CLIPPED: Final = """() => {
    const named = (el) => `${el.tagName}.${el.className}: ${el.textContent.trim().slice(0, 30)}`;
    const hides = (value) => value !== 'visible';
    return [...document.querySelectorAll('main *')].filter((el) => {
        const style = getComputedStyle(el);
        if (el.closest('.unseen') || style.display === 'inline' || !el.textContent.trim())
            return false;
        const cell = ['TD', 'TH', 'DD', 'DT', 'P', 'LI'].includes(el.tagName);
        return ((cell || hides(style.overflowX)) && el.scrollWidth > el.clientWidth + 1)
            || (hides(style.overflowY) && el.scrollHeight > el.clientHeight + 1);
    }).slice(0, 5).map(named);
}"""
# In forced colours backgrounds and shadows are gone: what is told by them alone is gone, too.
_UNBOUNDED: Final = """() => [
    ...document.querySelectorAll('button, .button, input, select, textarea')]
    .filter((el) => el.type !== 'hidden' && el.offsetParent !== null
        && !['radio', 'checkbox', 'file'].includes(el.type)
        && (parseFloat(getComputedStyle(el).borderTopWidth) < 1
            || getComputedStyle(el).borderTopStyle === 'none'))
    .map((el) => el.outerHTML.slice(0, 80))"""


def axe(page: Page, *, rules: tuple[str, ...] = ()) -> list[str]:
    """Return what axe finds wrong with the page as it stands: by every rule, or by a few."""
    if not page.evaluate("'axe' in window"):
        page.evaluate(AXE)
    few: dict[str, Any] = {"runOnly": {"type": "rule", "values": rules}} if rules else {}
    found: list[str] = page.evaluate(_RUN, {**_OPTIONS, **few})
    return found


def examine(page: Page, *, name: str, screens: Path | None) -> list[str]:
    """Return everything that is wrong with a page; leave it as it was.

    ``screens`` is a folder for pictures of the page, or None.
    """
    problems = [f"axe: {each}" for each in axe(page)]
    _picture(page, screens, f"{name}-1366")
    _resize(page, NARROW)
    problems += [f"wider than 320 px: {each}" for each in _asked(page, _TOO_WIDE)]
    problems += [f"axe at 320 px: {each}" for each in axe(page, rules=NARROW_RULES)]
    _picture(page, screens, f"{name}-320")
    _resize(page, DESK)
    page.emulate_media(forced_colors="active")
    problems += [f"no border in forced colours: {each}" for each in _asked(page, _UNBOUNDED)]
    _picture(page, screens, f"{name}-forced")
    page.emulate_media(forced_colors="null", media="print")
    _resize(page, PAPER)
    problems += [f"wider than paper: {each}" for each in _asked(page, _TOO_WIDE)]
    problems += [f"clipped or overlapping on paper: {each}" for each in _asked(page, _CLIPPED)]
    page.emulate_media(forced_colors="null", media="null")
    _resize(page, DESK)
    printed = page.pdf(prefer_css_page_size=True)
    if not printed.startswith(b"%PDF"):
        problems.append("does not print")
    if screens is not None:
        _paper(printed, screens / f"{name}-print")
    return [f"{name}: {problem}" for problem in problems]


def _asked(page: Page, script: str) -> list[Any]:
    found: list[Any] = page.evaluate(script)
    return found


def _resize(page: Page, size: tuple[int, int]) -> None:
    page.set_viewport_size({"width": size[0], "height": size[1]})


def _picture(page: Page, screens: Path | None, name: str) -> None:
    if screens is not None:
        page.screenshot(path=screens / f"{name}.png", full_page=True, caret="initial")


def _paper(printed: bytes, target: Path) -> None:
    """Keep the printed pages, as pictures where poppler is installed."""
    document = target.with_suffix(".pdf")
    document.write_bytes(printed)
    if shutil.which("pdftoppm"):
        command = ["pdftoppm", "-png", "-r", "80", str(document), str(target)]
        subprocess.run(command, check=True, capture_output=True)
