"""Who is exempt by law while nobody has filed it: the cause was there before 第1号. Pure.

法89条1項 exempts those in category 1 for whom a cause stands. What another office told of while
somebody was in no such category did nothing then; it counts once the person enters category 1, and
is to be reported within 14 days (規則75条).
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from kokunen.dates.month import Month

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence
    from datetime import date

    from kokunen.people.periods import Period


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """What another office told of a cause (a key of ``law.statutory.CAUSES``).

    It begins or ends ``on`` a day; ``source`` names the notice, ``has_case`` says that a case was
    received for it.
    """

    cause: str
    begins: bool
    on: date
    source: str = ""
    has_case: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Unreported:
    """A cause that makes somebody in category 1 exempt since ``event_on``, which nobody has filed.

    It ``began_on`` that day or before, by the notice that ``source`` names, and ``ended_on`` a
    later one (None: it stands).
    """

    cause: str
    began_on: date
    event_on: date
    ended_on: date | None
    source: str


@dataclass(frozen=True, slots=True, kw_only=True)
class _Spell:
    began: Told
    ended_on: date | None = None


def unreported(
    *,
    told: Iterable[Told],
    insured: Sequence[Period],
    exempt: Sequence[Period],
    filed: Mapping[str, date],
    on: date,
) -> Unreported | None:
    """Return the cause to be reported, as seen on a day: the one with the latest event, or None.

    ``told`` stands in the order in which it came; ``insured`` are the days in category 1, adjoining
    ones as one period; ``exempt`` the months exempt already; ``filed`` the day of the last filing,
    by the cause it would be about. A cause that ended before category 1 began, or on that day,
    counts for nothing. A month counts as category 1 by its last day (法11条の2), and is exempt
    through the month in which the cause ends. What was filed since the event is worked on already,
    and so is a cause that began in a month of category 1 and whose notice raised a case of its own.
    """
    found = [
        Unreported(
            cause=spell.began.cause,
            began_on=spell.began.on,
            event_on=event,
            ended_on=spell.ended_on,
            source=spell.began.source,
        )
        for spell in _spells(told)
        for period in insured
        if (event := max(spell.began.on, period.start or spell.began.on)) <= on
        if spell.ended_on is None or event < spell.ended_on
        if not (spell.began.has_case and Month.of(event) == Month.of(spell.began.on))
        if filed.get(spell.began.cause) is None or filed[spell.began.cause] < event
        if (last := _last(spell, period, on)) >= Month.of(event)
        if not any(last.last_day in months for months in exempt)
    ]
    return max(found, key=lambda each: (each.event_on, each.began_on), default=None)


def _spells(told: Iterable[Told]) -> Iterator[_Spell]:
    """Yield from when to when each cause stood: of beginnings in a row by the first one.

    Of what was told of one and the same day the last holds.
    """
    last = {(each.on, each.cause): each for each in told}
    under_way: dict[str, _Spell] = {}
    for _, each in sorted(last.items()):
        spell = under_way.get(each.cause)
        if each.begins:
            under_way[each.cause] = spell or _Spell(began=each)
        elif spell is not None:
            yield replace(under_way.pop(each.cause), ended_on=each.on)
    yield from under_way.values()


def _last(spell: _Spell, period: Period, on: date) -> Month:
    """Return the last month, up to that of ``on``, that cause and category 1 have in common."""
    ends = [Month.of(on)]
    if spell.ended_on is not None:
        ends.append(Month.of(spell.ended_on))
    if period.end is not None:
        ends.append(Month.of(period.end) - 1)
    return min(ends)
