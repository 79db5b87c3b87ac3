"""Where one can go, and where one is: the page itself, or the area that it lies in."""

from __future__ import annotations

from dataclasses import dataclass
from types import MappingProxyType
from typing import TYPE_CHECKING, Final

from django.urls import reverse

from kokunen.access.domain import Permission
from kokunen.web.route import PERSON
from kokunen.web.routes import ROUTES

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

_MAIN: Final[tuple[tuple[str, str, str], ...]] = (
    ("1", "home", "ホーム"),
    ("2", "search", "探す"),
    ("a", "cases", "案件"),
    ("g", "guidance", "案内"),
    ("q", "enquiries", "照会"),
    ("x", "exchange", "連携"),
    ("3", "checks", "確認待ち"),
    ("4", "openings", "閲覧の承認"),
    ("5", "protection", "支援措置"),
    ("6", "staff", "職員"),
    ("6", "record", "操作の記録"),
    ("7", "record_review", "記録の点検"),
    ("8", "staff_stale", "見直す職員番号"),
    ("t", "counts", "統計"),
)
_BESIDE: Final[Mapping[str, tuple[tuple[str, str], ...]]] = {
    "連携の画面": (
        ("exchange", "夜間の結果"),
        ("exchange_in", "受信"),
        ("exchange_out", "送信"),
        ("exchange_open", "判断待ちのレコード"),
        ("exchange_probable", "突合の候補"),
        ("exchange_differences", "相違"),
        ("exchange_unanswered", "結果が来ない案件"),
        ("exchange_calendar", "授受の予定"),
    ),
    "記録の画面": (
        ("record", "操作の記録"),
        ("record_disclosure", "本人への一覧"),
        ("record_review", "点検"),
    ),
}
"""Pages of an area that lie beside each other, by what they are called together."""
_BELOW: Final[Mapping[str, str]] = {
    PERSON: "search",
    f"{PERSON}enquiry/": "enquiries",
    f"{PERSON}guidance/": "guidance",
    f"{PERSON}protection/": "protection",
    "candidates/": "cases",
    "forwarding/": "cases",
    "ledger/": "cases",
    "results/": "cases",
}
"""The area of the addresses that do not begin with its own."""
_NOTHING: Final[Mapping[str, str]] = MappingProxyType({})
_ROUTES: Final = {route.name: route for route in ROUTES}


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """One place to go; ``key`` goes with Alt ("": none).

    ``current`` is what ``aria-current`` says: "page", "true" for the area of the page, or "".
    """

    url: str
    label: str
    current: str
    key: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Beside:
    """The pages beside each other in an area, and what they are called together."""

    label: str
    items: tuple[Item, ...]


def main(here: str, may: Collection[Permission]) -> tuple[Item, ...]:
    """Return the places of the main navigation for these permissions, seen from a page's name."""
    area = _area(here, [name for _, name, _ in _MAIN], _BELOW)
    return tuple(
        Item(key=key, url=reverse(name), label=label, current=_current(name, here, area))
        for key, name, label in _MAIN
        if _open(name, may)
    )


def beside(here: str, may: Collection[Permission]) -> Beside | None:
    """Return the pages beside the one of this name; None: it lies in no area that has such."""
    for label, pages in _BESIDE.items():
        area = _area(here, [name for name, _ in pages])
        if area:
            items = tuple(
                Item(url=reverse(name), label=said, current=_current(name, here, area))
                for name, said in pages
                if _open(name, may)
            )
            return Beside(label=label, items=items)
    return None


def _area(here: str, pages: Collection[str], below: Mapping[str, str] = _NOTHING) -> str:
    """Return which of some pages the one of this name is, or lies below; "": none.

    It lies below the one whose address its own begins with, and of several the longest. Below
    home, whose address is empty, lies nothing.
    """
    if here not in _ROUTES or here in pages:
        return here if here in pages else ""
    path = _ROUTES[here].path
    areas = {**{_ROUTES[name].path: name for name in pages if _ROUTES[name].path}, **below}
    longest = max((begin for begin in areas if path.startswith(begin)), key=len, default="")
    return areas.get(longest, "")


def _current(name: str, here: str, area: str) -> str:
    if name == here:
        return "page"
    return "true" if name == area else ""


def _open(name: str, may: Collection[Permission]) -> bool:
    needs = _ROUTES[name].needs
    return needs in may if isinstance(needs, Permission) else True
