"""The book in which the stories of a year are written down, in whatever order."""

from __future__ import annotations

from datetime import date, timedelta
from random import Random
from typing import TYPE_CHECKING, Any, Final, TypeVar

from kokunen.cases.catalogue import FILINGS
from kokunen.cases.catalogue.kinds import Filer
from kokunen.cases.domain import Channel
from kokunen.demo import script
from kokunen.demo.places import OFFICES
from kokunen.demo.script import FATES, Fate, working_day
from kokunen.demo.year import Asked, Change, Filed, first_day

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from kokunen.demo.townsfolk import Home, Townsman
    from kokunen.people.domain import IncomeValue

Item = TypeVar("Item")

_CHANNELS: Final[Mapping[Channel, int]] = {
    Channel.COUNTER: 62,
    Channel.POST: 22,
    Channel.ONLINE: 13,
    Channel.AGENCY: 3,
}
"""Weight of each channel; assumed."""
_AGAIN: Final = 0.015
"""Share of filings that come in a second time, by another channel."""


class Book:
    """Collects the plan. ``homes`` are the households of the eve, without protected people."""

    def __init__(self, homes: Sequence[Home], *, year: int, seed: int) -> None:
        self.random = Random(f"{seed}/{year}/year")
        self.year, self.first = year, first_day(year)
        self.last = first_day(year + 1) - timedelta(days=1)
        self.homes = {
            home.number: home for home in homes if not any(one.protected for one in home.members)
        }
        self.people = [one for home in self.homes.values() for one in home.members]
        everyone = [one.number for home in homes for one in home.members]
        self._next = max(everyone) + 1_000_000
        self._next_home = max(home.number for home in homes) + 1_000_000
        self.busy: set[int] = set()
        self.changes: list[Change] = []
        self.filings: list[Filed] = []
        self.enquiries: list[Asked] = []
        self.deaths: list[tuple[Townsman, date]] = []
        self._fates: list[Fate] = []

    def number(self) -> int:
        """Return a 宛名番号 for somebody new."""
        self._next += 1
        return self._next

    def new_home(self) -> int:
        """Return a 世帯番号 for a new household."""
        self._next_home += 1
        return self._next_home

    def suitable(self, fits: Callable[[Townsman], bool]) -> list[Townsman]:
        """Return everybody who fits and has no story yet."""
        return [one for one in self.people if one.number not in self.busy and fits(one)]

    def pick(
        self,
        fits: Callable[[Townsman], bool],
        share: float,
        *,
        least: int = 1,
        home: bool = False,
    ) -> list[Townsman]:
        """Draw a share of those who fit, ``least`` at least if there are so many.

        They have their story then; with ``home`` so has everybody they live with, of whom nobody
        had one before.
        """
        free = self.suitable(fits)
        if home:
            free = [one for one in free if not self.busy & self._at_home(one)]
        self.random.shuffle(free)
        wanted = min(len(free), max(least, round(len(free) * share)))
        chosen: list[Townsman] = []
        for one in free:
            if len(chosen) == wanted:
                break
            if home and self.busy & self._at_home(one):
                continue
            self.busy |= self._at_home(one) if home else {one.number}
            chosen.append(one)
        return chosen

    def _at_home(self, one: Townsman) -> set[int]:
        return {each.number for each in self.homes[one.household].members}

    def day(self, first: date | None = None, last: date | None = None) -> date:
        """Draw a day of the year between two days (both included)."""
        start, end = first or self.first, last or self.last
        return start + timedelta(days=int(self.random.random() * max(1, (end - start).days + 1)))

    def some(self, *items: Item) -> Item:
        """Draw one of the items."""
        return items[int(self.random.random() * len(items))]

    def change(self, *, on: date, person: int, **given: Any) -> None:  # noqa: ANN401 - the fields of Change
        """Tell the register something, on the next working day."""
        told = working_day(on)
        if told <= self.last:
            key = f"change/{len(self.changes)}"
            self.changes.append(Change(key=key, on=told, person=person, **given))

    def file(  # noqa: PLR0913 - what stands on a receipt
        self,
        filing: str,
        one: Townsman,
        *,
        on: date,
        event_on: date,
        says: Mapping[str, Any] | None = None,
        answer: Mapping[str, Any] | None = None,
        incomes: tuple[tuple[int, IncomeValue], ...] = (),
        filer: Filer = Filer.SELF,
        channel: Channel | None = None,
        fates: Sequence[Fate] = tuple(FATES),
    ) -> bool:
        """Bring a filing in on the next working day; tell whether that still lies in the year."""
        received = working_day(max(on, event_on, self.first))
        if received > self.last:
            return False
        known = FILINGS[filing]
        fate = self._fate(fates, decided=known.decided)
        self.filings.append(
            Filed(
                key=f"filing/{len(self.filings)}",
                filing=filing,
                person=one.number,
                on=received,
                event_on=event_on,
                channel=channel or self._channel(),
                branch=self._branch(one),
                filer=filer if filer in known.filers else known.filers[0],
                fate=fate,
                moves=script.moves(self.random, on=received, fate=fate, decided=known.decided),
                says=dict(says or {}),
                answer=dict(answer or {}),
                incomes=incomes,
                again=fate == Fate.SMOOTH and self._again(),
            )
        )
        return True

    def _branch(self, one: Townsman) -> str:
        """Return where somebody goes: to the branch near by, or to the main office."""
        near = one.office if one.office != OFFICES[0].code else ""
        return near if self.random.random() < 0.35 else ""  # noqa: PLR2004 - assumed

    def _again(self) -> bool:
        some = len(self.filings) > 5 and not any(each.again for each in self.filings)  # noqa: PLR2004 - not the very first
        return some or self.random.random() < _AGAIN

    def _channel(self) -> Channel:
        return self.random.choices(list(_CHANNELS), weights=list(_CHANNELS.values()))[0]

    def _fate(self, fates: Sequence[Fate], *, decided: bool) -> Fate:
        """Draw a fate; each has its turn before the shares decide, in a village too."""
        possible = [fate for fate in fates if decided or fate != Fate.REFUSED]
        unseen = [fate for fate in possible if fate not in self._fates]
        if unseen and self.random.random() < 0.3:  # noqa: PLR2004 - so that they do not all come first
            fate = unseen[0]
        else:
            fate = self.random.choices(possible, weights=[FATES[each] for each in possible])[0]
        self._fates.append(fate)
        return fate
