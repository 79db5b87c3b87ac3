"""Households out of people of given kinds: couples, families, single parents, people alone.

Everything in this module about who lives with whom is assumed; the figures bind only how many
people of each kind there are.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterable
    from random import Random

    from kokunen.demo.figures import Kind

_MAJORITY: Final = 20
_AGES: Final = {
    "child": (0, 20),
    "20_59": (20, 60),
    "60_64": (60, 65),
    "student": (20, 25),
    "deferral": (20, 49),
}
"""Ages of the people of a kind: from, to (not included)."""
_GAP: Final = 18  # years between a parent and a child, at least


@dataclass(slots=True)
class Draft:
    """A person while the household is put together; ``serial`` counts people of the city from 0."""

    serial: int
    kind: Kind
    age: int
    nation: str = ""
    sex: str = ""
    relation: str = ""
    protected: int = -1


@dataclass(slots=True)
class Home:
    """A household: the head first; ``couple`` tells that the first two are married."""

    members: list[Draft]
    couple: bool = False
    children: list[Draft] = field(default_factory=list)

    @property
    def youngest_adult(self) -> int:
        """The age of the younger of the couple, or of the head."""
        return min(member.age for member in self.members[: 2 if self.couple else 1])


def age(random: Random, kind: Kind) -> int:
    """Draw an age in full years that fits the kind."""
    draw = random.random()
    if kind.ages == "65":
        return min(65 + int(random.expovariate(1 / 10.5)), 103)
    first, end = _AGES.get(kind.exemption or kind.ages, _AGES[kind.ages])
    if kind.pension.startswith("survivor"):
        first, end = 30, 55
    elif kind.ages == "20_59" and not kind.exemption:
        first = {"2": 22, "3": 27}.get(kind.category, first)
    # Foreign residents are mostly in their twenties to forties (printed, without a figure).
    return first + int((draw**1.6 if kind.foreign else draw) * (end - first))


def assemble(random: Random, people: list[Draft]) -> list[Home]:
    """Put people into households, give each a sex and a relation to the head (続柄)."""
    groups: dict[str, list[Draft]] = {}
    for one in people:
        groups.setdefault(one.nation, []).append(one)
    homes: list[Home] = []
    orphans: list[Draft] = []
    for nation in sorted(groups):
        made, left = _group(random, groups[nation])
        homes += made
        orphans += left
    for child in orphans:
        suits = [home for home in homes if _GAP <= home.youngest_adult - child.age <= _GAP + 27]
        random.choice(suits or homes).children.append(child)
    for home in homes:
        _relate(random, home)
    return homes


def _group(random: Random, people: list[Draft]) -> tuple[list[Home], list[Draft]]:
    adults = sorted((one for one in people if one.age >= _MAJORITY), key=lambda one: one.age)
    children = sorted((one for one in people if one.age < _MAJORITY), key=lambda one: one.age)
    couples, single = _couples(random, adults)
    homes = [Home([first, second], couple=True) for first, second in couples]
    alone: list[Home] = []
    elders = [home for home in homes if home.youngest_adult >= _MAJORITY + _GAP]
    for one in single:
        # Some single people up to 50 live with their parents.
        stays = one.age <= 50 and one.kind.category != "3" and random.random() < 0.45  # noqa: PLR2004 - assumed
        parents = random.choice(elders) if stays and elders else None
        if parents is not None and _GAP <= parents.youngest_adult - one.age <= _GAP + 27:
            parents.children.append(one)
        else:
            alone.append(Home([one]))
    orphans = _raise(random, homes, alone, children)
    return homes + alone, orphans


def _couples(random: Random, adults: list[Draft]) -> tuple[list[tuple[Draft, Draft]], list[Draft]]:
    """Marry category 3 to category 2, then some of the others to somebody of their age."""
    thirds = [one for one in adults if one.kind.category == "3"]
    seconds = [one for one in adults if one.kind.category == "2" and not one.kind.pension]
    chosen = sorted(random.sample(seconds, min(len(thirds), len(seconds))), key=lambda one: one.age)
    couples = list(zip(chosen, thirds, strict=False))
    taken = {one.serial for couple in couples for one in couple}
    free = [one for one in adults if one.serial not in taken]
    waiting: Draft | None = None
    single: list[Draft] = []
    for one in free:
        marries = random.random() < (0.72 if one.age >= 60 else 0.6 if one.age >= 28 else 0.05)  # noqa: PLR2004 - assumed
        if (
            not marries
            or one.kind.exemption == "student"
            or one.kind.category == "3"
            or one.kind.pension.startswith("survivor")
        ):
            single.append(one)
        elif waiting is None:
            waiting = one
        else:
            couples.append((one, waiting))
            waiting = None
    if waiting is not None:
        single.append(waiting)
    for first, second in couples:
        third = second.kind.category == "3"
        first.sex = "1" if random.random() < (0.97 if third else 0.8) else "2"
        second.sex = "2" if first.sex == "1" else "1"
    return couples, single


def _raise(
    random: Random, homes: list[Home], alone: list[Home], children: list[Draft]
) -> list[Draft]:
    """Give children to families in the order of age; return those for whom there is no parent."""
    survivors = [home for home in alone if home.members[0].kind.pension.startswith("survivor")]
    others = [
        home
        for home in alone
        if 23 <= home.youngest_adult <= 54  # noqa: PLR2004 - assumed ages of parents
        and not home.members[0].kind.pension
        and home.members[0].kind.exemption != "student"
    ]
    married = [home for home in homes if 23 <= home.youngest_adult <= 54]  # noqa: PLR2004 - as above
    wanted = max(1, len(children) * 10 // 17)  # 1.7 children a family
    single_parents = min(len(others), wanted // 9)
    families = survivors + random.sample(others, single_parents)
    families += random.sample(married, min(len(married), max(0, wanted - len(families))))
    families.sort(key=lambda home: home.youngest_adult)
    orphans = []
    for at, child in enumerate(children):
        family = families[at * len(families) // len(children)] if families else None
        if family is not None and family.youngest_adult - child.age >= _GAP:
            family.children.append(child)
        else:
            orphans.append(child)
    return orphans


def _relate(random: Random, home: Home) -> None:
    head = home.members[0]
    head.relation = "世帯主"
    if not head.sex:
        woman = 0.85 if home.children and not home.couple else 0.5
        head.sex = "2" if random.random() < woman else "1"
    if home.couple:
        spouse = home.members[1]
        spouse.relation = "妻" if spouse.sex == "2" else "夫"
    for child in home.children:
        child.sex = child.sex or random.choice("12")
        child.relation = "子"
    home.members.extend(sorted(home.children, key=lambda one: -one.age))


def single_women(homes: Iterable[Home]) -> list[Home]:
    """Return the households of women between 20 and 59 without a partner, mothers in between."""
    found = [
        home
        for home in homes
        if not home.couple
        and home.members[0].sex == "2"
        and home.members[0].kind.ages == "20_59"
        and not home.members[0].nation
    ]
    mothers = [home for home in found if home.children and home.children[-1].age < _MAJORITY]
    others = [home for home in found if not home.children]
    return [home for pair in zip(mothers, others, strict=False) for home in pair] + others[
        len(mothers) :
    ]
