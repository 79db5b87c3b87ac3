"""What would change the answer: the facts that are missing, or the smallest change that helps."""

from __future__ import annotations

from itertools import product
from typing import TYPE_CHECKING, NamedTuple

from kokunen.law.exemption.decision import better_than, decide
from kokunen.law.exemption.facts import FLAGS, UNKNOWN_INCOME
from kokunen.law.exemption.rules import TESTED
from kokunen.law.exemption.standing import NOBODY, Standing, examine, standing

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
            if line.code == "income_within_limit" or _passes(facts[role], by, better, month):
                best = Change(role, "total", by, better)
    return best


def _passes(facts: Facts, by: int, band: str, month: Month) -> bool:
    """Tell whether income lower by so much passes: the flat limit is open to some only."""
    lower = {**facts, "total": (facts["total"] or 0) + by}
    return standing(lower, month=month).of(band)[0]


def missing_facts(
    situation: Situation, *, facts: Mapping[str, Facts], month: Month, income_year: int
) -> list[str]:
    """Return the unknown facts that could change the band, as their places in the input.

    A fact counts if, for some way the other unknown facts may turn out, it alone moves the band.
    """
    found = []
    ways = {role: _ways(known, month) for role, known in facts.items()}
    for role in facts:
        for place, at_best in _completions(facts[role], income_year):
            better = _settled(standing(at_best, month=month), sure=True)
            worse = _settled(situation.of_person(role), sure=True)
            if _moves(situation, role=role, ways=ways, worse=worse, better=better):
                found.append(f"{role}.{place}")
    if situation.separated_by_violence is None and situation.spouse is not None:
        worse = _settled(situation.spouse, sure=True)
        if _moves(situation, role="spouse", ways=ways, worse=worse, better=NOBODY):
            found.append("insured.separated_by_violence")
    return found


def _moves(
    situation: Situation,
    *,
    role: str,
    ways: Mapping[str, list[Standing]],
    worse: Standing,
    better: Standing,
) -> bool:
    others = [other for other in ways if other != role]
    if situation.separated_by_violence is None:
        ways = {**ways, "spouse": [*ways["spouse"], NOBODY]}
        situation = situation._replace(separated_by_violence=False)
    for chosen in product(*(ways[other] for other in others)):
        known = situation.with_standings(dict(zip(others, chosen, strict=True)))
        lower = decide(known.with_standings({role: worse})).band
        if decide(known.with_standings({role: better})).band != lower:
            return True
    return False


def _ways(facts: Facts, month: Month) -> list[Standing]:
    """Return the ways a person's standing may turn out.

    An income not known is tried at nothing, at each limit it would meet and one yen above; the rest
    of a year that is not known at all does not matter then, since every step can be reached alone.
    """
    known = {**facts, **_zero_where_unknown(facts)}
    totals = [facts["total"]]
    if facts["total"] is None:
        lines = {line for band in examine(known, month=month).tried.values() for line in band}
        limits = {line.margin for line in lines if line.margin is not None}
        totals = [0, *(limit + above for limit in limits for above in (0, 1))]
    standings = [standing({**known, "total": total}, month=month) for total in totals]
    return list(
        dict.fromkeys(_settled(one, sure=sure) for one in standings for sure in (True, False))
    )


def _zero_where_unknown(facts: Facts) -> Facts:
    return {name: 0 for name in UNKNOWN_INCOME if facts[name] is None}


def _settled(one: Standing, *, sure: bool) -> Standing:
    return Standing(tuple((pair[not sure], pair[not sure]) for pair in one.passes))


def _completions(facts: Facts, income_year: int) -> Iterator[tuple[str, Facts]]:
    if facts["total"] is None:
        best = {
            name: 0 if facts[name] is None and name not in FLAGS else facts[name] for name in facts
        }
        yield f"incomes.{income_year}", best
    for flag in FLAGS:
        if facts[flag] is None:
            yield flag, {**facts, flag: 1}
