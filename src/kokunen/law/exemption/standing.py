"""What one person passes in one month, whoever applies."""

from __future__ import annotations

from functools import lru_cache
from operator import itemgetter
from typing import TYPE_CHECKING, Final, NamedTuple

from kokunen.law.exemption.rules import BANDS, PASSES
from kokunen.law.figures import FIGURES
from kokunen.rulekit.explain import Program, Tried

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from kokunen.dates.month import Month

_RULES: Final = tuple(PASSES[band] for band in BANDS)
_PLACE: Final = {band: place for place, band in enumerate(BANDS)}


class Standing(NamedTuple):
    """Per band (in the order of `BANDS`): whether it is passed for sure, and whether possibly."""

    passes: tuple[tuple[bool, bool], ...]

    def of(self, band: str) -> tuple[bool, bool]:
        """Return (sure, possible) for one band."""
        return self.passes[_PLACE[band]]


NOBODY: Final = Standing(((True, True),) * len(BANDS))
"""Nobody stands there to be tested: every band is passed."""


@lru_cache(maxsize=1024)
def program(month: Month) -> Program:
    """Return the person's tests compiled for a month; `NoValueInForce` outside the law."""
    return Program(_RULES, figures=FIGURES, month=month)


def standing(facts: Mapping[str, int | None], *, month: Month) -> Standing:
    """Return what a person passes in a month."""
    compiled = program(month)
    return Standing(tuple(compiled.pairs(compiled.run(facts))))


class Examined(NamedTuple):
    """A person's standing with every line that was tried, per band."""

    standing: Standing
    tried: dict[str, tuple[Tried, ...]]


def examine(facts: Mapping[str, int | None], *, month: Month) -> Examined:
    """Return what a person passes in a month, and by which lines."""
    compiled = program(month)
    slots = compiled.run(facts)
    lines = compiled.tried(slots)
    tried = {band: pick(lines) for band, pick in _lines_of_bands(compiled)}
    return Examined(Standing(tuple(compiled.pairs(slots))), tried)


@lru_cache(maxsize=1024)
def _lines_of_bands(
    compiled: Program,
) -> tuple[tuple[str, Callable[[list[Tried]], tuple[Tried, ...]]], ...]:
    return tuple(
        (band, itemgetter(*compiled.lines_of(rule)))
        for band, rule in zip(BANDS, _RULES, strict=True)
    )


def route(tried: tuple[Tried, ...]) -> str | None:
    """Return the code of the first line passed for sure; None where none is."""
    return next((line.code for line in tried if line.passed), None)
