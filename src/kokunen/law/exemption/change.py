"""What would change the answer: the facts that are missing, or the smallest change that helps."""

from __future__ import annotations

from itertools import product
from typing import TYPE_CHECKING, NamedTuple

from kokunen.law.exemption.decision import better_than, decide
from kokunen.law.exemption.facts import FLAGS, UNKNOWN_INCOME
from kokunen.law.exemption.rules import FLAT, TESTED
from kokunen.law.exemption.standing import NOBODY, Standing, examine, standing
from kokunen.rulekit.tree import MOST

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from kokunen.dates.month import Month
    from kokunen.law.exemption.decision import Situation
    from kokunen.law.exemption.standing import Examined

Facts = dict[str, int | None]


class Change(NamedTuple):
    """A change of one fact of one person that gives a better band.

    ``by`` is in yen of income, negative: so much less (for the partial and student bands, so much
    more in deductions does the same). ``band`` is what the application then gets at the least;
    another fact that is not known may make it better still.
    """

    role: str
    fact: str
    by: int
    band: str


def smallest_change(
    band: str,
    situation: Situation,
    *,
    examined: Mapping[str, Examined],
    facts: Mapping[str, Facts],
    month: Month,
) -> Change | None:
    """Return the smallest fall of one person's income that gives a better band than ``band``.

    None where no single person's income does: two people stand in the way of every better band.
    """
    best: Change | None = None
    for better in better_than(band, situation):
        failing = [role for role in TESTED[better] if not situation.of(role).of(better)[0]]
        if len(failing) != 1:
            continue
        (role,) = failing
        for line in examined[role].tried[better]:
            by = line.margin
            if by is None or by >= 0 or (best is not None and by <= best.by):
                continue
            if line.code == FLAT.code and not _open_to(facts[role], line.limit, month):
                continue
            best = Change(role, "total", by, better)
    return best


def _open_to(facts: Facts, flat: int | None, month: Month) -> bool:
    """Tell whether the flat limit is open to a person: whether an income at it passes by it."""
    tried = examine({**facts, "total": flat}, month=month).tried["full"]
    return any(line.passed for line in tried if line.code == FLAT.code)


def missing_facts(
    situation: Situation, *, facts: Mapping[str, Facts], month: Month, income_year: int
) -> list[str]:
    """Return the unknown facts that could change the band, as their places in the input.

    A fact counts if, for some way the other unknown facts may turn out, it alone moves the band.
    No income at all, or any one of the flags, opens every band (法90条1項, 法90条の2, 法90条の3).
    """
    found: list[str] = []
    ways = {role: _ways(known, month) for role, known in facts.items()}
    if situation.apart_unknown:
        ways["spouse"].append(NOBODY)
    for role, known in facts.items():
        places = [f"{role}.{place}" for place in _unknown(known, income_year)]
        if role == "spouse" and situation.apart_unknown:
            places.append("insured.separated_by_violence")
        if places and _moves(situation, role, ways):
            found += places
    return found


def _moves(situation: Situation, role: str, ways: Mapping[str, list[Standing]]) -> bool:
    """Tell whether a person's best instead of their worst could change the band."""
    others = [other for other in ways if other != role]
    worst = _settled(situation.of(role), sure=True)
    for chosen in product(*(ways[other] for other in others)):
        known = dict(zip(others, chosen, strict=True))
        lower = decide(situation.settled({**known, role: worst})).band
        if decide(situation.settled({**known, role: NOBODY})).band != lower:
            return True
    return False


def _unknown(facts: Facts, income_year: int) -> Iterator[str]:
    if facts["total"] is None:
        yield f"incomes.{income_year}"
    yield from (flag for flag in FLAGS if facts[flag] is None)


def _ways(facts: Facts, month: Month) -> list[Standing]:
    """Return the ways a person's standing may turn out.

    An income not known is tried at each limit it would meet and above them all; the rest of a year
    that is not known at all does not matter then, since every step can be reached alone.
    """
    known = {**facts, **{name: 0 for name in UNKNOWN_INCOME if facts[name] is None}}
    totals = [facts["total"]]
    if facts["total"] is None:
        lines = {line for band in examine(known, month=month).tried.values() for line in band}
        totals = [MOST, *(line.margin for line in lines if line.margin is not None)]
    standings = [standing({**known, "total": total}, month=month) for total in totals]
    return [_settled(one, sure=sure) for one in standings for sure in (True, False)]


def _settled(one: Standing, *, sure: bool) -> Standing:
    return Standing(tuple((pair[not sure], pair[not sure]) for pair in one.passes))
