"""The shown working of one calculation: which figures and articles were used, line by line."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import TYPE_CHECKING, Final, cast

if TYPE_CHECKING:
    from kokunen.dates.month import Month
    from kokunen.rulekit.figures import Amount, Dated, Figures

MOST_PLACES: Final = 6
"""A decimal longer than this is no published rate; the fraction is shown."""


@dataclass(frozen=True, slots=True)
class Step:
    """One line of a working: what was computed, its value (as shown), and the article."""

    text: str
    value: str
    source: str


def shown(amount: Amount) -> str:
    """Return a figure as people write it; a table of several values is only named as one."""
    if isinstance(amount, bool):
        return "あり" if amount else "なし"
    if isinstance(amount, int):
        return str(amount)
    if isinstance(amount, Fraction):
        return decimal_or_fraction(amount)
    return "表による"


def decimal_or_fraction(rate: Fraction) -> str:
    """Return an exact rate as a decimal where it has a finite one, else as a fraction."""
    places = 0
    while (rate * 10**places).denominator != 1:
        places += 1
        if places > MOST_PLACES:
            return str(rate)
    return f"{Decimal(int(rate * 10**places)).scaleb(-places):f}"


class Working:
    """Collects sources, steps and notes while a pure calculation runs.

    ``sources`` are the articles and notices used, each once, in the order of use; ``notes`` are
    what the reader of the result must know (an unverified figure, an assumption made); ``explain``
    tells a calculation with an explanation of its own that it was asked for.
    """

    def __init__(self, figures: Figures, *, explain: bool = False) -> None:
        self._figures = figures
        self.explain = explain
        self._sources: dict[str, None] = {}
        self._notes: dict[str, None] = {}
        self.steps: list[Step] = []

    @property
    def sources(self) -> list[str]:
        """The articles and notices used so far."""
        return list(self._sources)

    @property
    def notes(self) -> list[str]:
        """What the reader must know about the result."""
        return list(self._notes)

    def cite(self, *articles: str) -> None:
        """Record articles on which the calculation rests."""
        for article in articles:
            self._sources.setdefault(article)

    def note(self, text: str) -> None:
        """Record something the reader of the result must know."""
        self._notes.setdefault(text)

    def step(self, text: str, value: object, source: str = "") -> None:
        """Record one computed line."""
        self.steps.append(Step(text, str(value), source))
        if source:
            self.cite(source)

    def dated(self, name: str, month: Month) -> Dated:
        """Use a figure: record its source, its value and its doubt; raise `NoValueInForce`."""
        table = self._figures.table(name)
        value = table.on(month)
        self.step(f"{table.label}({month})", shown(value.amount), value.source)
        if value.status == "unverified":
            self.note(f"「{table.label}」({month})は未確認の数値です。{value.note}".strip())
        return value

    def whole(self, name: str, month: Month) -> int:
        """Use a figure in whole yen or a count."""
        return cast("int", self.dated(name, month).amount)

    def rate(self, name: str, month: Month) -> Fraction:
        """Use a figure that is an exact rate."""
        return cast("Fraction", self.dated(name, month).amount)

    def flag(self, name: str, month: Month) -> bool:
        """Use a figure that says whether something is in law."""
        return cast("bool", self.dated(name, month).amount)

    def rows(self, name: str, month: Month) -> tuple[tuple[int, ...], ...]:
        """Use a figure that is a small table of whole numbers."""
        return cast("tuple[tuple[int, ...], ...]", self.dated(name, month).amount)

    def rates_by_year(self, name: str, month: Month) -> dict[int, Fraction]:
        """Use a figure that gives a rate for each of several years."""
        return cast("dict[int, Fraction]", self.dated(name, month).amount)
