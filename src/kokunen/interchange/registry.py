"""Which receiver takes the records of which layout."""

from __future__ import annotations

from functools import cache
from importlib import import_module
from typing import TYPE_CHECKING, Final

from kokunen.dates.errors import Refusal

if TYPE_CHECKING:
    from collections.abc import Mapping

    from kokunen.interchange.receiving import Receives

_MODULES: Final = ("residents", "tax", "personnel", "online", "welfare", "agency")
"""The modules of ``receivers``; each has ``RECEIVES: tuple[Receives, ...]``."""


class UnableToFindReceiver(Refusal):
    """Nothing in the product takes records of this layout."""

    code = "no_receiver"


@cache
def every() -> Mapping[str, Receives]:
    """Return how each layout is received, by its code."""
    return {
        each.layout: each
        for name in _MODULES
        for each in import_module(f"kokunen.interchange.receivers.{name}").RECEIVES
    }


def receives(layout: str) -> Receives:
    """Return how the records of a layout are received. Raises `UnableToFindReceiver`."""
    found = every().get(layout)
    if found is None:
        raise UnableToFindReceiver(
            f"レイアウト「{layout}」を受信する処理がありません。",
            fix="受信できるレイアウトの一覧は kokunen layout show で見られます。",
            field="layout",
        )
    return found
