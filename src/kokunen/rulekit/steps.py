"""The steps of a compiled rule: what each kind of node does with its slots.

A number in a slot is (least, most), a statement (sure, possible), a flag by its three states.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

from kokunen.rulekit.tree import (
    AllOf,
    AnyOf,
    AtMost,
    Below,
    Difference,
    Largest,
    Not,
    Product,
    Smallest,
    Sum,
)

Slots = list[Any]
"""The slots of one run; the facts of the case come last."""

Step = Callable[[Slots], None]
FLAG: Final = {0: (False, False), 1: (True, True), None: (False, True)}


def fact(at: int, name: str, unknown: tuple[int, int]) -> Step:
    """Return the step that fills a slot with a fact, or with its range where it is unknown."""

    def step(slots: Slots) -> None:
        value = slots[-1][name]
        slots[at] = unknown if value is None else (value, value)

    return step


def flag(at: int, name: str) -> Step:
    """Return the step that fills a slot with a flag."""

    def step(slots: Slots) -> None:
        slots[at] = FLAG[slots[-1][name]]

    return step


def _sum(at: int, inner: list[int]) -> Step:
    def step(slots: Slots) -> None:
        low = high = 0
        for i in inner:
            least, most = slots[i]
            low += least
            high += most
        slots[at] = (low, high)

    return step


def _difference(at: int, inner: list[int]) -> Step:
    whole, part = inner

    def step(slots: Slots) -> None:
        low, high = slots[whole]
        least, most = slots[part]
        slots[at] = (low - most, high - least)

    return step


def _product(at: int, inner: list[int]) -> Step:
    number, times = inner

    def step(slots: Slots) -> None:
        low, high = slots[number]
        factor = slots[times][0]
        slots[at] = (low * factor, high * factor)

    return step


def _largest(at: int, inner: list[int]) -> Step:
    def step(slots: Slots) -> None:
        ranges = [slots[i] for i in inner]
        slots[at] = (max(low for low, _ in ranges), max(high for _, high in ranges))

    return step


def _smallest(at: int, inner: list[int]) -> Step:
    def step(slots: Slots) -> None:
        ranges = [slots[i] for i in inner]
        slots[at] = (min(low for low, _ in ranges), min(high for _, high in ranges))

    return step


def _at_most(at: int, inner: list[int]) -> Step:
    number, limit = inner

    def step(slots: Slots) -> None:
        low, high = slots[number]
        least, most = slots[limit]
        slots[at] = (high <= least, low <= most)

    return step


def _below(at: int, inner: list[int]) -> Step:
    number, limit = inner

    def step(slots: Slots) -> None:
        low, high = slots[number]
        least, most = slots[limit]
        slots[at] = (high < least, low < most)

    return step


def _all(at: int, inner: list[int]) -> Step:
    def step(slots: Slots) -> None:
        every = True
        for i in inner:
            sure, possible = slots[i]
            if not possible:
                slots[at] = (False, False)
                return
            every = every and sure
        slots[at] = (every, True)

    return step


def _any(at: int, inner: list[int]) -> Step:
    def step(slots: Slots) -> None:
        any_possible = False
        for i in inner:
            sure, possible = slots[i]
            if sure:
                slots[at] = (True, True)
                return
            any_possible = any_possible or possible
        slots[at] = (False, any_possible)

    return step


def _not(at: int, inner: list[int]) -> Step:
    (only,) = inner

    def step(slots: Slots) -> None:
        sure, possible = slots[only]
        slots[at] = (not possible, not sure)

    return step


MAKERS: Final[dict[type, Callable[[int, list[int]], Step]]] = {
    Sum: _sum,
    Difference: _difference,
    Product: _product,
    Largest: _largest,
    Smallest: _smallest,
    AtMost: _at_most,
    Below: _below,
    AllOf: _all,
    AnyOf: _any,
    Not: _not,
}
