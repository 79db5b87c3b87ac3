"""A few dozen people under protection measures (支援措置), in every state a measure can be in."""

from __future__ import annotations

import calendar
from datetime import date, timedelta
from enum import IntEnum
from typing import TYPE_CHECKING, Final

from kokunen.demo import names, places
from kokunen.demo.sheet import at

if TYPE_CHECKING:
    from kokunen.demo.residents import Resident
    from kokunen.demo.sheet import Sheet


class State(IntEnum):
    """The states; the people to be protected take turns through them."""

    RUNNING = 0
    UNCHECKED = 1  # registered, waiting for the second person
    RENEWABLE = 2  # ends within a month
    OVERDUE = 3  # past its end, neither renewed nor ended: stays masked, with a warning
    RENEWED = 4
    RENEWAL_UNCHECKED = 5
    ENDED = 6
    END_UNCHECKED = 7
    SENT_BACK = 8  # the second person did not accept the registration


# Days from the beginning of the measure to the day of the city.
_AGE: Final = {
    State.RUNNING: 130,
    State.UNCHECKED: 1,
    State.RENEWABLE: 350,
    State.OVERDUE: 400,
    State.RENEWED: 420,
    State.RENEWAL_UNCHECKED: 352,
    State.ENDED: 200,
    State.END_UNCHECKED: 150,
    State.SENT_BACK: 6,
}
_GROUNDS: Final = ("dv", "dv", "dv", "stalker", "child_abuse", "other")
_EVIDENCE: Final = ("centre", "police", "court", "municipality")
_RELATIONS: Final = {
    "dv": "元配偶者",
    "stalker": "知人",
    "child_abuse": "親",
    "other": "きょうだい",
}


def later(day: date, years: int) -> date:
    """Return the same day of a later year; the last day of February where there is none."""
    year = day.year + years
    return date(year, day.month, min(day.day, calendar.monthrange(year, day.month)[1]))


class Measures:
    """Writes the measures into a sheet. ``clerks`` are ids of staff, at least two."""

    def __init__(self, sheet: Sheet, *, day: date, clerks: tuple[int, ...]) -> None:
        self._sheet = sheet
        self._day = day
        self._clerks = clerks

    def write(self, one: Resident, *, children: list[Resident], other: Resident | None) -> None:
        """Protect a person and the children in the household from the other party."""
        sheet, random = self._sheet, self._sheet.random
        state = State(one.draft.protected % len(State))
        start = self._day - timedelta(days=_AGE[state])
        maker, checker = random.sample(self._clerks, 2)
        ground = _GROUNDS[one.draft.protected % len(_GROUNDS)]
        measure = sheet.uuid()
        sheet.add("protection_measure", measure, one.number, ground)
        entered = at(start, 10, 20)
        for child in children:
            sheet.add(
                "protection_member", sheet.uuid(), measure, one.number, child.number, "子", maker,
                entered,
            )  # fmt: skip
        self._other(one, measure, _RELATIONS[ground], other, maker)
        end = later(start, 1)
        registered = self._step(measure, "registered", start, (start, end), maker)
        if state != State.UNCHECKED:
            accepted = state != State.SENT_BACK
            self._check(registered, maker, checker, start, accepted=accepted)
        if state in (State.RENEWED, State.RENEWAL_UNCHECKED):
            on = end - timedelta(days=20) if state == State.RENEWED else self._day
            renewed = self._step(measure, "renewed", on, (end, later(end, 1)), maker)
            if state == State.RENEWED:
                self._check(renewed, maker, checker, on)
        if state in (State.ENDED, State.END_UNCHECKED):
            on = self._day - timedelta(days=30 if state == State.ENDED else 1)
            ended = self._step(measure, "ended", on, (None, None), maker, evidence="withdrawal")
            if state == State.ENDED:
                self._check(ended, maker, checker, on)

    def _other(
        self, one: Resident, measure: str, relation: str, other: Resident | None, maker: int
    ) -> None:
        sheet, random = self._sheet, self._sheet.random
        if other is not None:
            name = other.name
        else:
            family, _kana = names.surname(random)
            own, _own_kana = names.given(random, sex="1", year=one.birth.year)
            name = f"{family}\u3000{own}"
        place = places.elsewhere(random)
        address = f"{place.prefecture}{place.city}{place.town}{place.block}"
        sheet.add(
            "protection_other_party", sheet.uuid(), measure, one.number,
            other.number if other is not None else None, name,
            "市内" if other is not None else address, relation, maker, at(self._day, 0),
        )  # fmt: skip

    def _step(
        self,
        measure: str,
        kind: str,
        on: date,
        span: tuple[date | None, date | None],
        maker: int,
        *,
        evidence: str = "",
    ) -> str:
        sheet = self._sheet
        step = sheet.uuid()
        sheet.add(
            "protection_step", step, measure, kind, on, *span,
            evidence or sheet.random.choice(_EVIDENCE), f"架空第{sheet.random.randrange(1, 999)}号",
            maker, at(on, 10, 20),
        )  # fmt: skip
        return step

    def _check(
        self, step: str, maker: int, checker: int, on: date, *, accepted: bool = True
    ) -> None:
        reason = "" if accepted else "相談機関の意見が付いていません。"
        self._sheet.add("protection_check", step, maker, checker, accepted, reason, at(on, 15, 40))
