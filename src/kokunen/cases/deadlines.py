"""What is due in a case, and when: computed when it is read, from statute, calendar and step. Pure.

A period counts from the day after its event (民法140条), months end on the day before the one that
corresponds (民法143条), and a last day on which the city is closed gives way to the next open one
(地方自治法4条の2第4項). What the office sets itself stands in `Targets` and says so: it is no law.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache
from typing import TYPE_CHECKING, Final

from kokunen.cases.domain import OVER, State
from kokunen.dates.business import FIRST_KNOWN_DAY, LAST_KNOWN_DAY, next_business_day
from kokunen.dates.month import Month

if TYPE_CHECKING:
    from kokunen.cases.catalogue.kinds import Deadline, Filing

_ROLLS: Final = "地方自治法4条の2第4項"
_LONGEST_CLOSED: Final = 14
_TARGET: Final = "事務の目標(法定ではない)"


@dataclass(frozen=True, slots=True, kw_only=True)
class Targets:
    """The office's own aims, settings and not law (checked 2026-11-21).

    ``forward`` and ``act`` are business days; ``answer`` days for a 補正; ``decision`` and
    ``processing`` months after which a result is chased up. An exemption is answered after about
    three to four months (日本年金機構「国民年金保険料の免除制度」).
    """

    forward: int = 5
    act: int = 3
    answer: int = 14
    decision: int = 4
    processing: int = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class Due:
    """Something due ``on`` a day: what, by which article, and whether that day is past."""

    on: date
    what: str
    article: str
    late: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Limit:
    """The last day on which a filing can still do what it is for, by statute."""

    on: date
    what: str
    article: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """What the deadlines of a case depend on.

    ``since`` is the day of the step that made the state, ``answer_by`` the day that it set for the
    applicant; ``limits`` are statutory last days that a duty stated at receipt.
    """

    filing: Filing
    received_on: date
    event_on: date | None
    state: State
    since: date
    answer_by: date | None = None
    limits: tuple[Limit, ...] = ()


def last_day(deadline: Deadline, event_on: date) -> date:
    """Return the last day of a statutory period, before it gives way to a closed day."""
    if deadline.months:
        first = event_on + timedelta(days=1)
        month = Month.of(first) + deadline.months
        if first.day <= month.last_day.day:
            return date(month.year, month.month, first.day) - timedelta(days=1)
        return month.last_day
    return event_on + timedelta(days=deadline.days)


def filing_due(*, filing: Filing, event_on: date | None, received_on: date) -> Due | None:
    """Return by when the filing was to be made, and whether it came later; None: no such day."""
    if filing.deadline is None or event_on is None:
        return None
    last = last_day(filing.deadline, event_on)
    # Before 1989 nothing is known of closed days, and nothing hangs on one of them any more.
    known = FIRST_KNOWN_DAY <= last <= LAST_KNOWN_DAY - timedelta(days=_LONGEST_CLOSED)
    rolled = next_business_day(last) if known else last
    what, article = "届出の期限", filing.deadline.article
    if rolled != last:
        what = f"{what}({last.month}月{last.day}日が閉庁日のため、翌開庁日)"
        article = f"{article}・{_ROLLS}"
    return Due(on=rolled, what=what, article=article, late=received_on > rolled)


@cache  # a queue asks for the same few days again and again
def business_days_after(day: date, days: int) -> date:
    """Return the day so many business days after a day, which is not counted."""
    for _ in range(days):
        day = next_business_day(day + timedelta(days=1))
    return day


def next_due(standing: Standing, *, on: date, targets: Targets = Targets()) -> Due | None:
    """Return what the office has to see to next, late or not on a day; None: nothing any more."""
    if standing.state in OVER:
        return None
    day, what = _office(standing, targets)
    found = [Due(on=day, what=what, article=_TARGET, late=on > day)]
    if standing.state in _IN_HOUSE:
        found += _limits(standing, on)
    return min(found, key=lambda due: due.on)


def dues(standing: Standing, *, on: date, targets: Targets = Targets()) -> tuple[Due, ...]:
    """Return every deadline of a case, the filing's own first."""
    own = filing_due(
        filing=standing.filing, event_on=standing.event_on, received_on=standing.received_on
    )
    found = [] if own is None else [own]
    found += _limits(standing, on)
    if standing.state not in OVER:
        day, what = _office(standing, targets)
        found.append(Due(on=day, what=what, article=_TARGET, late=on > day))
    return tuple(found)


_IN_HOUSE: Final = frozenset(
    {State.RECEIVED, State.INCOMPLETE, State.SENT_BACK, State.EXAMINED, State.RETURNED}
)


def _office(standing: Standing, targets: Targets) -> tuple[date, str]:
    since = standing.since
    match standing.state:
        case State.RECEIVED | State.SENT_BACK | State.EXAMINED:
            return business_days_after(standing.received_on, targets.forward), "進達"
        case State.INCOMPLETE:
            return standing.answer_by or answer_by(since, targets), "補正の回答"
        case State.FORWARDED:
            months = targets.decision if standing.filing.decided else targets.processing
            day = next_business_day(_months_after(since, months))
            return day, "結果の確認(届いていなければ照会)"
        case State.RETURNED:
            return business_days_after(since, targets.act), "返戻の処理"
        case State.DECIDED:
            return business_days_after(since, targets.act), "結果の通知"
        case _:
            return business_days_after(since, targets.act), "完結"


def answer_by(asked_on: date, targets: Targets = Targets()) -> date:
    """Return by when an applicant is to answer who was given no other day."""
    return next_business_day(asked_on + timedelta(days=targets.answer))


def _months_after(day: date, months: int) -> date:
    month = Month.of(day) + months
    return date(month.year, month.month, min(day.day, month.last_day.day))


def _limits(standing: Standing, on: date) -> list[Due]:
    return [
        Due(on=limit.on, what=limit.what, article=limit.article, late=on > limit.on)
        for limit in standing.limits
    ]
