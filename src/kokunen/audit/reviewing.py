"""What a supervisor should look at in the record of access: pure functions over plain records.

A finding says that someone should ask, never that somebody did wrong; nothing here counts one
member of staff against another. The rules follow what a city promises of its log
(特定個人情報保護評価書 Ⅲ3: 定期的にログを解析し、不正利用の有無を確かめる).
"""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass, field, replace
from datetime import time, timedelta
from enum import StrEnum
from types import MappingProxyType
from typing import TYPE_CHECKING, Final

from kokunen.audit.domain import Act
from kokunen.dates.business import is_business_day
from kokunen.dates.tokyo import TOKYO, day_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from datetime import date, datetime


class Rule(StrEnum):
    """What is looked for."""

    OWN_RECORD = "own_record"
    SAME_HOUSEHOLD = "same_household"
    OUT_OF_HOURS = "out_of_hours"
    MANY_PEOPLE = "many_people"
    NO_REASON = "no_reason"
    REFUSED_IN_A_ROW = "refused_in_a_row"


WORDS: Final[Mapping[Rule, tuple[str, str]]] = MappingProxyType(
    {
        Rule.OWN_RECORD: (
            "自分の記録を見ています。",
            "本人の手続きは、ほかの職員が扱うのが原則です。担当した事情を確かめてください。",
        ),
        Rule.SAME_HOUSEHOLD: (
            "自分と同じ姓・同じ住所の人の記録を見ています。",
            "家族の手続きは、ほかの職員が扱うのが原則です。担当した事情を確かめてください。",
        ),
        Rule.OUT_OF_HOURS: (
            "開庁時間の外か休日に、個人の記録を見ています。",
            "その日の時間外勤務の命令があるかを確かめてください。",
        ),
        Rule.MANY_PEOPLE: (
            "短い時間に多くの人の記録を見ています。",
            "一括の照合などの仕事があったかを確かめてください。",
        ),
        Rule.NO_REASON: (
            "案件番号も具体的な理由もなく、個人の記録を見ています。",
            "何の仕事だったかを、覚えているうちに聞き取ってください。",
        ),
        Rule.REFUSED_IN_A_ROW: (
            "拒否された操作が続いています。",
            "操作に困っていないか、他人が試みていないかを確かめてください。",
        ),
    }
)
"""For each rule: what was seen, and why a supervisor should look."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Look:
    """One entry of the record, as far as a review needs it."""

    at: datetime
    act: str
    staff: int | None
    staff_number: str
    department: str
    terminal: str
    person: int | None
    reason: str
    case: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Identity:
    """Who a person is, as far as a household can be told: already folded for comparison."""

    surname: str
    address: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Colleague:
    """A member of staff as a resident: ``person`` is the own 宛名番号, if there is one."""

    staff: int
    person: int | None = None
    identity: Identity | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """The settings of a review; hours are those of Japan, the window is in minutes."""

    opens: time = time(8, 30)
    closes: time = time(17, 15)
    people: int = 60
    window: int = 10
    refusals: int = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Notice:
    """One finding: ``since`` to ``until`` with ``count`` entries (or people, for MANY_PEOPLE)."""

    rule: Rule
    staff_number: str
    department: str
    terminal: str
    since: datetime
    until: datetime
    count: int
    people: tuple[int, ...] = ()
    """宛名番号 for the rules about one person; empty for the others."""

    def text(self) -> str:
        """Return what was seen and why a supervisor should look, in Japanese."""
        return "".join(WORDS[self.rule])


@dataclass(slots=True)
class _Tally:
    look: Look
    until: datetime
    count: int = 1


@dataclass(slots=True)
class _Window:
    looks: deque[Look] = field(default_factory=deque)
    people: dict[int, int] = field(default_factory=dict)
    begun: datetime | None = None
    most: int = 0
    last: Look | None = None


_LOOKS: Final = frozenset({Act.READ, Act.OPEN, Act.EXPORT, Act.WRITE})


class Review:
    """One pass over the looks, in order of time; keeps no look longer than the window."""

    def __init__(
        self,
        *,
        limits: Limits,
        colleagues: Iterable[Colleague] = (),
        identities: Mapping[int, Identity] = MappingProxyType({}),
    ) -> None:
        """Take the settings, the staff as residents, and who the looked-up people are."""
        self._limits = limits
        self._colleagues = {colleague.staff: colleague for colleague in colleagues}
        self._identities = identities
        self._tallies: dict[tuple[Rule, str, date, int | None], _Tally] = {}
        self._windows: dict[str, _Window] = {}
        self._refused: dict[str, list[Look]] = {}
        self._found: list[Notice] = []
        self._closed: dict[date, bool] = {}

    def see(self, look: Look) -> None:
        """Take in the next look."""
        self._count_refusals(look)
        if look.person is None or look.staff is None or look.act not in _LOOKS:
            return
        whose = self._whose(look)
        if whose is not None:
            self._tally(whose, look, person=look.person)
        if self._is_out_of_hours(look.at):
            self._tally(Rule.OUT_OF_HOURS, look)
        if look.case is None and not look.reason.strip():
            self._tally(Rule.NO_REASON, look)
        self._count_people(look, look.person)

    def notices(self) -> tuple[Notice, ...]:
        """Return everything found, in order of time."""
        for staff_number in tuple(self._windows):
            self._close_window(staff_number)
        for key in tuple(self._refused):
            self._close_refusals(key)
        tallied = [
            _notice(
                rule,
                tally.look,
                until=tally.until,
                count=tally.count,
                people=() if person is None else (person,),
            )
            for (rule, _, _, person), tally in self._tallies.items()
        ]
        return tuple(
            sorted([*self._found, *tallied], key=lambda n: (n.since, n.rule, n.staff_number))
        )

    def _whose(self, look: Look) -> Rule | None:
        colleague = self._colleagues.get(look.staff or 0)
        if colleague is None or look.person is None:
            return None
        if look.person == colleague.person:
            return Rule.OWN_RECORD
        own, other = colleague.identity, self._identities.get(look.person)
        if own is None or not own.surname or not own.address or own != other:
            return None
        return Rule.SAME_HOUSEHOLD

    def _is_out_of_hours(self, at: datetime) -> bool:
        local = at.astimezone(TOKYO)
        day = local.date()
        if day not in self._closed:
            self._closed[day] = not is_business_day(day)
        return self._closed[day] or not self._limits.opens <= local.time() < self._limits.closes

    def _tally(self, rule: Rule, look: Look, *, person: int | None = None) -> None:
        key = (rule, look.staff_number, day_of(look.at), person)
        tally = self._tallies.get(key)
        if tally is None:
            self._tallies[key] = _Tally(look, look.at)
        else:
            tally.count += 1
            tally.until = look.at

    def _count_people(self, look: Look, person: int) -> None:
        window = self._windows.setdefault(look.staff_number, _Window())
        oldest = look.at - timedelta(minutes=self._limits.window)
        while window.looks and window.looks[0].at <= oldest:
            gone = window.looks.popleft().person or 0
            window.people[gone] -= 1
            if not window.people[gone]:
                del window.people[gone]
        if len(window.people) <= self._limits.people:
            self._close_window(look.staff_number)
        window.looks.append(look)
        window.people[person] = window.people.get(person, 0) + 1
        if len(window.people) > self._limits.people:
            window.begun = window.begun or window.looks[0].at
            window.most = max(window.most, len(window.people))
            window.last = look

    def _close_window(self, staff_number: str) -> None:
        window = self._windows[staff_number]
        if window.begun is not None and window.last is not None:
            notice = _notice(Rule.MANY_PEOPLE, window.last, until=window.last.at, count=window.most)
            self._found.append(replace(notice, since=window.begun))
        window.begun, window.most, window.last = None, 0, None

    def _count_refusals(self, look: Look) -> None:
        # Before sign-in nobody is known: then the terminal is what the refusals have in common.
        key = look.staff_number if look.staff is not None else f"terminal {look.terminal}"
        if look.act == Act.REFUSE:
            self._refused.setdefault(key, []).append(look)
            return
        self._close_refusals(key)
        if look.act == Act.SIGN_IN:
            self._close_refusals(f"terminal {look.terminal}")

    def _close_refusals(self, key: str) -> None:
        refused = self._refused.pop(key, [])
        if len(refused) >= self._limits.refusals:
            first, last = refused[0], refused[-1]
            self._found.append(
                _notice(Rule.REFUSED_IN_A_ROW, first, until=last.at, count=len(refused))
            )


def _notice(
    rule: Rule, look: Look, *, until: datetime, count: int, people: tuple[int, ...] = ()
) -> Notice:
    return Notice(
        rule=rule,
        staff_number=look.staff_number,
        department=look.department,
        terminal=look.terminal,
        since=look.at,
        until=until,
        count=count,
        people=people,
    )


def review(
    looks: Iterable[Look],
    *,
    limits: Limits,
    colleagues: Iterable[Colleague] = (),
    identities: Mapping[int, Identity] = MappingProxyType({}),
) -> tuple[Notice, ...]:
    """Return what a supervisor should see in the looks, which come in order of time."""
    done = Review(limits=limits, colleagues=colleagues, identities=identities)
    for look in looks:
        done.see(look)
    return done.notices()
