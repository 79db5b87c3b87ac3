"""Live through a plan, day by day, through the operations that the screens call.

Each act has a request of its own, the same in every run, so that a day that was broken off is lived
again and nothing happens twice. Needs Django, connected as the web role; time arrives from the
plan. What an operation refuses is noted, never passed over: a case that cannot go on stops there.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import datetime, time, timedelta
from typing import TYPE_CHECKING, Final

from django.db import connection

from kokunen.cases.operations import UnableToReceiveTwice
from kokunen.dates.errors import Refusal
from kokunen.dates.tokyo import TOKYO
from kokunen.demo import branches, telling
from kokunen.demo.desk import request
from kokunen.demo.script import working_day

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import date

    from kokunen.demo.desk import Desk
    from kokunen.demo.script import Move
    from kokunen.demo.year import Asked, Change, Filed, Plan

_OPENS: Final = time(8, 45)
_OPEN_FOR: Final = timedelta(hours=8)


@dataclass(frozen=True, slots=True)
class Failure:
    """Something that should not be: the case or the person it is about, and what it is."""

    about: str
    what: str

    def __str__(self) -> str:
        """Say it in one line; no name, no number of a person."""
        return f"{self.about}: {self.what}"


@dataclass(slots=True)
class Lived:
    """How far the cases of the plan are: number and last step of each, and what went wrong."""

    cases: dict[str, tuple[int, int]] = field(default_factory=dict)
    failures: list[Failure] = field(default_factory=list)
    refused: int = 0
    """Papers that came in twice and were refused, as they should be."""


class Life:
    """A plan being lived by the people of a desk."""

    def __init__(self, plan: Plan, desk: Desk) -> None:
        self._desk = desk
        self._stuck: set[str] = set()
        self.done = Lived()
        self._days: dict[date, list[Callable[[datetime], None]]] = defaultdict(list)
        for change in plan.changes:
            self._days[change.on].append(self._tells(change))
        for filed in plan.filings:
            self._days[filed.on].append(self._receives(filed))
            for number, move in enumerate(filed.moves, start=1):
                if move.on <= plan.last:
                    self._days[move.on].append(self._takes(filed, move, number))
            if filed.again and working_day(filed.on + timedelta(days=1)) <= plan.last:
                # The day after, while the case is certainly open.
                again = working_day(filed.on + timedelta(days=1))
                self._days[again].insert(0, self._receives_again(filed))
        for asked in plan.enquiries:
            self._days[asked.on].append(self._asks(asked))
        self._filings = {request(desk.story, each.key, 1): each for each in plan.filings}

    @property
    def days(self) -> list[date]:
        """The days on which something happens, in order."""
        return sorted(self._days)

    def resume(self) -> None:
        """Find the cases that an earlier run has opened, and how far they are."""
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT c.request_id, c.id, max(s.number) FROM cases_case c"
                " JOIN cases_step s ON s.case_id = c.id GROUP BY c.request_id, c.id"
            )
            for key, case, last in cursor.fetchall():
                if key in self._filings:
                    self.done.cases[self._filings[key].key] = case, last

    def happens(self, day: date) -> int:
        """Return how many things happen on a day."""
        return len(self._days[day])

    def live(self, day: date) -> int:
        """Live through one day, and return how many things happened."""
        acts = self._days[day]
        for number, act in enumerate(acts):
            at = datetime.combine(day, _OPENS, TOKYO) + _OPEN_FOR * number / len(acts)
            act(at.replace(microsecond=0))
        return len(acts)

    def _tells(self, change: Change) -> Callable[[datetime], None]:
        def act(at: datetime) -> None:
            try:
                telling.tell(change, story=self._desk.story, at=at)
            except Refusal as refusal:
                self._fail(f"変更 {change.key}", refusal)

        return act

    def _receives(self, filed: Filed) -> Callable[[datetime], None]:
        def act(at: datetime) -> None:
            try:
                taken = self._desk.receive(filed, at)
                self._desk.look_up_incomes(filed, at, taken.case)
            except Refusal as refusal:
                self._fail(f"届出 {filed.key} {filed.filing}", refusal)
            else:
                known = self.done.cases.get(filed.key, (taken.case, 1))
                self.done.cases[filed.key] = known

        return act

    def _receives_again(self, filed: Filed) -> Callable[[datetime], None]:
        def act(at: datetime) -> None:
            _case, last = self.done.cases.get(filed.key, (0, 0))
            if last != 1:
                return  # the first one was refused and reported, or an earlier run did all this
            try:
                taken = self._desk.receive(filed, at, again=True)
            except UnableToReceiveTwice:
                self.done.refused += 1
            except Refusal as refusal:
                self._fail(f"届出 {filed.key} {filed.filing} (二度目)", refusal)
            else:
                self.done.failures.append(
                    Failure(f"案件 {taken.case}", "二度目の届出が受け付けられた")
                )

        return act

    def _takes(self, filed: Filed, move: Move, number: int) -> Callable[[datetime], None]:
        def act(at: datetime) -> None:
            if filed.key not in self.done.cases or filed.key in self._stuck:
                return
            case, last = self.done.cases[filed.key]
            if last > number:
                return  # an earlier run took it
            try:
                taken = self._desk.take(filed, move, at, case=case, expected=number)
            except Refusal as refusal:
                self._stuck.add(filed.key)
                self._fail(f"案件 {case} {filed.filing} {move.kind.label}", refusal)
            else:
                self.done.cases[filed.key] = case, taken.number

        return act

    def _asks(self, asked: Asked) -> Callable[[datetime], None]:
        def act(at: datetime) -> None:
            try:
                branches.ask_and_answer(self._desk, asked, at)
            except Refusal as refusal:
                self._fail(f"照会 {asked.key}", refusal)

        return act

    def _fail(self, about: str, refusal: Refusal) -> None:
        code = getattr(refusal, "code", type(refusal).__name__)
        item = f" {refusal.field}" if refusal.field else ""
        self.done.failures.append(Failure(about, f"{code}{item}: {refusal}"))
