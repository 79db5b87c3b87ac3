"""Faults to plant, to see that the comparisons would find them."""

from __future__ import annotations

import sys
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from kokunen.rulekit.figures import Figures

if TYPE_CHECKING:
    from collections.abc import Iterator
    from types import ModuleType

    import pytest

    from kokunen.dates.month import Month
    from kokunen.rulekit.figures import Dated, Table


@dataclass(frozen=True)
class OffByOne(Figures):
    """The figures, one of which is one too high."""

    right: Figures
    wrong: str

    def table(self, name: str) -> Table:
        table = self.right.table(name)
        if name != self.wrong:
            return table
        return replace(table, values=tuple(map(_raised, table.values)))

    def on(self, name: str, month: Month) -> Dated:
        return self.table(name).on(month)


def _raised(value: Dated) -> Dated:
    assert isinstance(value.amount, int)
    return replace(value, amount=value.amount + 1)


def law_modules() -> Iterator[ModuleType]:
    for name, module in list(sys.modules.items()):
        if name.startswith("kokunen.law"):
            yield module


def forget_what_was_compiled() -> None:
    for module in law_modules():
        for value in list(vars(module).values()):
            if hasattr(value, "cache_clear"):
                value.cache_clear()


def plant_figures(monkeypatch: pytest.MonkeyPatch, figures: Figures) -> None:
    for module in law_modules():
        if hasattr(module, "FIGURES"):
            monkeypatch.setattr(module, "FIGURES", figures)
    forget_what_was_compiled()
