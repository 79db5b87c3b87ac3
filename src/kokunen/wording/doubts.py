"""What a result rests on without proof: figures not confirmed, and assumptions of the input."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

from kokunen.dates.cycles import july_cycle
from kokunen.dates.month import Month
from kokunen.law.exemption.rules import BANDS, DEFERRAL_OPEN, PASSES, TESTED
from kokunen.law.figures import FIGURES
from kokunen.law.month_counts import PARTIAL_BANDS
from kokunen.rulekit.tree import Fact, Figure, InForce, Product, parts_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from kokunen.law.exemption.assess import MonthAssessment
    from kokunen.law.exemption.facts import Application
    from kokunen.rulekit.tree import Node
    from kokunen.wording.report import Stretch

UNVERIFIED: Final = "unverified"
_DEDUCTING: Final = (*PARTIAL_BANDS, "student")


class Doubt(NamedTuple):
    """A figure that is not confirmed (by its table and month)."""

    table: str
    month: Month


def unverified(application: Application, found: tuple[Stretch, ...]) -> list[Doubt]:
    """Return the unconfirmed figures on which the months rest, each table once."""
    doubts: dict[str, Doubt] = {}
    applied = Month.of(application.applied_on)
    used = [("exemption.by_due_date", applied)]
    used += [one for stretch in found for one in _used(application, stretch)]
    for table, month in used:
        if table not in doubts and FIGURES.on(table, month).status == UNVERIFIED:
            doubts[table] = Doubt(table, month)
    return list(doubts.values())


def _used(application: Application, stretch: Stretch) -> Iterator[tuple[str, Month]]:
    if stretch.found is None:
        return
    wanted = frozenset(BANDS) if application.wanted is None else application.wanted
    people = application.people()
    for month in stretch.months:
        if not application.student and "deferral" in wanted:
            yield from ((table, month) for table in tables_in(DEFERRAL_OPEN, {}))
        for tried in stretch.found.bands:
            for role in tried.roles:
                facts = people[role].facts(month=month, income_year=stretch.found.income_year)
                yield from ((table, month) for table in tables_in(PASSES[tried.band], facts))


def tables_in(node: Node, facts: Mapping[str, int | None]) -> Iterator[str]:
    """Give the tables a statement rests on; a figure that is multiplied by zero does not count."""
    match node:
        case Figure(table) | InForce(table):
            yield table
        case Product(Fact(name), _) if facts.get(name) == 0:
            return
        case _:
            for part in parts_of(node):
                yield from tables_in(part, facts)


def assumptions(application: Application, found: tuple[Stretch, ...]) -> list[str]:
    """Return the codes of what had to be assumed about the input."""
    assessed = [(stretch, stretch.found) for stretch in found if stretch.found is not None]
    current = july_cycle(Month.of(application.applied_on)).first
    codes = []
    if any(stretch.first < current for stretch, _ in assessed) and not application.student:
        codes.append("past_cycle")
    if any(_deducts_for_dependants(application, one) for _, one in assessed):
        codes.append("dependants_disability")
    if application.separated_by_violence is not False:
        codes.append("safety")
    return codes


def _deducts_for_dependants(application: Application, found: MonthAssessment) -> bool:
    examined = [tried for tried in found.bands if tried.band in _DEDUCTING]
    roles = {role for tried in examined for role in tried.roles if role in TESTED[tried.band]}
    return any(
        facts["general"] or facts["elderly"] or facts["specified"]
        for role, person in application.people().items()
        if role in roles
        for facts in [person.facts(month=found.month, income_year=found.income_year)]
    )
