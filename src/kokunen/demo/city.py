"""The invented city 澄野市: the same seed, day and scale give the same city, byte for byte.

Nobody in it exists. It is made in chunks of about two thousand people, each by itself and from
its own random numbers, so that memory stays bounded and an interrupted load goes on where it was.
Every person falls into one `figures.Kind`; each chunk takes its share of every kind, so that the
sums are the printed figures exactly.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from fractions import Fraction
from random import Random
from typing import TYPE_CHECKING, Any, Final

from kokunen.dates.errors import Refusal
from kokunen.demo import homes
from kokunen.demo.figures import Figures, Kind, kinds, scaled
from kokunen.demo.insurance import Office, my_number, tested
from kokunen.demo.protected import Measures
from kokunen.demo.residents import FIRST_HOUSEHOLD, Register, Resident
from kokunen.demo.sheet import MOST_ROWS, Sheet, at

if TYPE_CHECKING:
    from collections.abc import Mapping

CHUNK: Final = 2_000
"""People per chunk, about."""
LEAST_SCALE: Final = Fraction(1, 1_000)
"""Below this a city has no longer all kinds of people (the command line asks for 0.01 and more)."""
_MIGRATED: Final = timedelta(days=420)
_PROTECTED: Final = 36


class UnableToMakeCity(Refusal):
    """The scale is out of range."""

    code = "demo_scale"


@dataclass(frozen=True, slots=True)
class Chunk:
    """Rows by table (`sheet.COLUMNS`), and the individual numbers: person, number, since when."""

    index: int
    rows: Mapping[str, list[tuple[Any, ...]]]
    my_numbers: list[tuple[int, str, date]]
    migrated: datetime
    people: int


@dataclass(frozen=True, kw_only=True)
class City:
    """A city of a day, a scale (0.001–1) and a seed.

    ``clerks`` are the ids of staff who entered and checked what was corrected, at least two.
    """

    day: date
    scale: Fraction
    seed: int = 1
    clerks: tuple[int, ...] = (1, 2)
    figures: Figures = field(init=False)
    kinds: Mapping[Kind, int] = field(init=False)

    def __post_init__(self) -> None:
        if not LEAST_SCALE <= self.scale <= 1:
            raise UnableToMakeCity(
                f"規模 {float(self.scale)} の市は作れません。",
                fix="--scale には 0.01 から 1 までの数を指定してください。",
                field="scale",
            )
        figures = scaled(self.scale)
        object.__setattr__(self, "figures", figures)
        object.__setattr__(self, "kinds", kinds(figures))

    @property
    def population(self) -> int:
        """How many people live in the city."""
        return self.figures.counts["population"]

    @property
    def chunks(self) -> int:
        """How many chunks the city is made of."""
        return -(-self.population // CHUNK)

    @property
    def protected(self) -> int:
        """How many people applied for a protection measure: a few dozen, at most one in 100."""
        return min(_PROTECTED, max(9, self.population // 100))

    def chunk(self, index: int) -> Chunk:
        """Make one chunk; ``index`` counts from 0."""
        random = Random(f"{self.seed}/{self.day}/{self.scale}/{index}")
        first, drafts = self._drafts(random, index)
        migrated = at(self.day - _MIGRATED)
        sheet = Sheet(random, first_row=first * MOST_ROWS, migrated=migrated)
        households = homes.assemble(random, drafts)
        self._protect(households, index)
        register = Register(sheet, day=self.day, clerks=self.clerks)
        office = Office(sheet, day=self.day, seed=self.seed)
        measures = Measures(sheet, day=self.day, clerks=self.clerks)
        numbers: list[tuple[int, str, date]] = []
        strangers: list[Resident] = []
        for at_, home in enumerate(households):
            people = register.household(home, FIRST_HOUSEHOLD + first + at_)
            for one in people:
                basic, old = office.write(one)
                register.keys(one, basic_number=basic, old_numbers=old)
                since = max(one.here, date(2015, 10, 5))  # 番号利用法の施行日
                numbers.append((one.number, my_number(one.draft.serial, self.seed), since))
            self._incomes(office, people, couple=home.couple)
            head = people[0]
            if head.draft.protected >= 0:
                # Every third other party is known to the register, in another household.
                known = strangers.pop() if strangers and head.draft.protected % 3 == 0 else None
                measures.write(head, children=people[1:], other=known)
            elif len(people) == 1 and head.draft.sex == "1" and 25 <= head.draft.age < 60:  # noqa: PLR2004 - like a former partner
                strangers.append(head)
        return Chunk(index, sheet.rows, numbers, migrated, len(drafts))

    def _drafts(self, random: Random, index: int) -> tuple[int, list[homes.Draft]]:
        """Return how many people come before the chunk, and the chunk's people in random order."""
        before = after = 0
        foreigners = 0
        found: list[homes.Draft] = []
        for kind, total in self.kinds.items():
            start, end = (self._share(kind, total, n) for n in (index, index + 1))
            before += start
            after += end
            foreigners += start * kind.foreign
            found += [homes.Draft(0, kind, homes.age(random, kind)) for _ in range(end - start)]
        random.shuffle(found)
        nations = self._nations()
        for at_, draft in enumerate(found):
            draft.serial = before + at_
            if draft.kind.foreign:
                draft.nation = nations(foreigners)
                foreigners += 1
        return before, found

    def _share(self, kind: Kind, total: int, index: int) -> int:
        """Return how many people of a kind live in the first ``index`` chunks."""
        # The offset keeps the rare kinds from all falling into the last chunk.
        offset = Random(f"{self.seed}/{kind}").randrange(self.chunks)
        return (total * index + offset) // self.chunks

    def _nations(self) -> _Nations:
        return _Nations(self.figures.nations)

    def _protect(self, households: list[homes.Home], index: int) -> None:
        """Mark the women who applied for a measure: single, or with their children."""
        first, last = (self.protected * n // self.chunks for n in (index, index + 1))
        suitable = homes.single_women(households)
        for number, home in zip(range(first, last), suitable, strict=False):
            home.members[0].protected = number

    def _incomes(self, office: Office, people: list[Resident], *, couple: bool) -> None:
        """Write incomes of applicants, their spouses and heads: of nobody else (004, Ⅲ2)."""
        written: set[int] = set()
        children = sum(one.draft.age < 16 for one in people)  # noqa: PLR2004 - 年少扶養 and older ones
        for at_, one in enumerate(people):
            if not tested(one.draft.kind):
                continue
            kind = one.draft.kind.exemption
            if one.number not in written:
                office.income(one, kind=kind, dependants=0)
                written.add(one.number)
            others = people[:1] + (people[:2] if couple and at_ < 2 else [])  # noqa: PLR2004 - head and spouse
            for other in others:
                if other.number not in written and kind != "student":
                    own = other.draft.kind.exemption
                    judged = own if tested(other.draft.kind) else ""
                    if kind != "deferral" and not judged:
                        judged = kind
                    office.income(other, kind=judged, dependants=children)
                    written.add(other.number)


class _Nations:
    """Gives the foreign resident of a rank a nationality, so that the shares come out exactly."""

    def __init__(self, counts: Mapping[str, int]) -> None:
        self._counts = counts
        self._total = sum(counts.values())
        # A step without a factor in common with the total visits every place once.
        self._step = next(
            step
            for step in range(self._total * 618 // 1000 + 1, self._total * 2 + 3)
            if Fraction(step, max(1, self._total)).denominator == max(1, self._total)
        )

    def __call__(self, rank: int) -> str:
        place = rank * self._step % self._total
        for nation, count in self._counts.items():
            if place < count:
                return nation
            place -= count
        raise ValueError(rank)
