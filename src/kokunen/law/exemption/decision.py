"""What an application gets, from what each person passes."""

from __future__ import annotations

from functools import cache, lru_cache
from typing import TYPE_CHECKING, Final, NamedTuple

from kokunen.dates.month import Month
from kokunen.law.exemption.rules import BAND, BANDS, ORDER, TESTED
from kokunen.law.exemption.standing import NOBODY
from kokunen.law.figures import FIGURES
from kokunen.rulekit.explain import Program, truth

if TYPE_CHECKING:
    from collections.abc import Mapping

    from kokunen.law.exemption.standing import Standing

UNDECIDABLE: Final = "undecidable"
_ANY_MONTH: Final = Month(2006, 7)
"""The choice of the band names no dated figure, so it is compiled once for all months."""


class Situation(NamedTuple):
    """All that the choice of a band depends on. A spouse or head who is not tested is None.

    ``apart_unknown``: whether the spouse is tested is not known (separation by violence).
    """

    student: bool
    examined: frozenset[str]
    insured: Standing
    spouse: Standing | None
    head: Standing | None
    apart_unknown: bool = False

    def of(self, role: str) -> Standing:
        """Return the standing of a role; nobody fails where nobody stands."""
        if role == "insured":
            return self.insured
        found = self.spouse if role == "spouse" else self.head
        return NOBODY if found is None else found

    def settled(self, standings: Mapping[str, Standing]) -> Situation:
        """Return the same application with these standings, and the spouse tested."""
        return Situation(
            self.student,
            self.examined,
            standings["insured"],
            standings.get("spouse"),
            standings.get("head"),
        )


class Decision(NamedTuple):
    """The band, who decided it (insured, spouse, head) and the code of the reason.

    The reason is ``over_BAND_limit`` where a better band was examined and ``decided_by`` did not
    pass it; ``nothing_examined`` where no band wanted was open; ``unknown_fact`` where what is
    unknown of ``decided_by`` could change the band; None where the best band examined was granted,
    so that the line the insured passed is the reason. ``passed`` tells for each band examined, in
    its order, whether all persons tested pass it (None: not known).
    """

    band: str
    decided_by: str
    reason: str | None
    passed: tuple[tuple[str, bool | None], ...]


@cache
def _program() -> Program:
    return Program([case.when for case in BAND.cases], figures=FIGURES, month=_ANY_MONTH)


@lru_cache(maxsize=1 << 16)
def decide(situation: Situation) -> Decision:
    """Return the band of an application with who decided it and why.

    Situations are few, however many the people: each is decided once.
    """
    facts: dict[str, int | None] = {
        "student": situation.student,
        "separated_by_violence": None if situation.apart_unknown else False,
    }
    for one in BANDS:
        facts[f"examined.{one}"] = one in situation.examined
    for role in TESTED["full"]:
        for one, (sure, possible) in zip(BANDS, situation.of(role).passes, strict=True):
            facts[f"{role}.{one}"] = sure if sure == possible else None
    compiled = _program()
    slots = compiled.run(facts)
    band = compiled.outcome(BAND, slots)
    truths = dict(zip((case.outcome for case in BAND.cases), compiled.pairs(slots), strict=True))
    passed = tuple((one, truth(truths[one])) for one in examined_in(situation))
    if band is None:
        return Decision(UNDECIDABLE, _who_is_unknown(facts, situation), "unknown_fact", passed)
    for better in reversed(better_than(band, situation)):
        for role in TESTED[better]:
            if facts[f"{role}.{better}"] is False:
                return Decision(band, role, f"over_{better}_limit", passed)
    return Decision(band, "insured", None if band in BANDS else "nothing_examined", passed)


def examined_in(situation: Situation) -> tuple[str, ...]:
    """Return the bands examined, in their order."""
    order = ("student",) if situation.student else ORDER
    return tuple(band for band in order if band in situation.examined)


def better_than(band: str, situation: Situation) -> tuple[str, ...]:
    """Return the bands examined before a band, in their order."""
    order = examined_in(situation)
    return order[: order.index(band)] if band in order else order


def _who_is_unknown(facts: Mapping[str, int | None], situation: Situation) -> str:
    for band in examined_in(situation):
        roles = TESTED[band]
        if any(facts[f"{role}.{band}"] is False for role in roles):
            continue
        for role in roles:
            if facts[f"{role}.{band}"] is None:
                return role
    return "spouse"
