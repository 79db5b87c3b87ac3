"""What is due, and when: statute, calendar, and the office's own targets."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING, Any

import pytest

from kokunen.cases.catalogue.kinds import Deadline
from kokunen.cases.deadlines import (
    Limit,
    Standing,
    answer_by,
    business_days_after,
    dues,
    filing_due,
    last_day,
    next_due,
)
from kokunen.cases.domain import State
from tests.cases.desk import ASKED, MOVED

if TYPE_CHECKING:
    from kokunen.cases.catalogue.kinds import Filing

TARGET = "事務の目標(法定ではない)"


def standing(**more: Any) -> Standing:  # noqa: ANN401 - any part of it
    usual = Standing(
        filing=MOVED,
        received_on=date(2026, 11, 24),
        event_on=date(2026, 11, 20),
        state=State.RECEIVED,
        since=date(2026, 11, 24),
    )
    return replace(usual, **more)


@pytest.mark.parametrize(
    ("deadline", "event", "last"),
    [
        (Deadline(days=14), date(2026, 11, 20), date(2026, 12, 4)),
        (Deadline(days=14), date(2026, 12, 20), date(2027, 1, 3)),
        # 民法143条2項: the month ends before the day that corresponds to its first, ...
        (Deadline(months=1), date(2026, 11, 20), date(2026, 12, 20)),
        (Deadline(months=1), date(2026, 1, 31), date(2026, 2, 28)),
        (Deadline(months=2), date(2026, 4, 30), date(2026, 6, 30)),
        # ... and with the month where there is no such day.
        (Deadline(months=1), date(2026, 1, 30), date(2026, 2, 28)),
        (Deadline(months=1), date(2026, 1, 29), date(2026, 2, 28)),
        (Deadline(months=1), date(2028, 1, 28), date(2028, 2, 28)),
        (Deadline(months=12), date(2027, 2, 28), date(2028, 2, 29)),
    ],
)
def test_a_period_counts_from_the_day_after(deadline: Deadline, event: date, last: date) -> None:
    assert last_day(deadline, event) == last


def test_a_deadline_on_a_holiday_gives_way_and_says_so() -> None:
    due = filing_due(filing=MOVED, event_on=date(2026, 4, 19), received_on=date(2026, 5, 7))
    assert due is not None
    # 3 May 2026 is a Sunday and a holiday; the 4th, 5th and 6th (振替休日) are closed, too.
    assert due.on == date(2026, 5, 7)
    assert due.what == "届出の期限(5月3日が閉庁日のため、翌開庁日)"
    assert due.article == "規則1条の4・地方自治法4条の2第4項"
    assert not due.late
    late = filing_due(filing=MOVED, event_on=date(2026, 4, 19), received_on=date(2026, 5, 8))
    assert late is not None
    assert late.late


def test_a_deadline_on_an_open_day_stays() -> None:
    due = filing_due(filing=MOVED, event_on=date(2026, 11, 10), received_on=date(2026, 11, 24))
    assert due is not None
    assert (due.on, due.what, due.article, due.late) == (
        date(2026, 11, 24),
        "届出の期限",
        "規則1条の4",
        False,
    )


def test_a_day_before_the_calendar_is_kept_as_it_is_and_is_long_past() -> None:
    due = filing_due(filing=MOVED, event_on=date(1985, 4, 1), received_on=date(2026, 11, 24))
    assert due is not None
    assert (due.on, due.late) == (date(1985, 4, 15), True)


def test_no_deadline_without_a_day_or_without_a_statute() -> None:
    assert filing_due(filing=MOVED, event_on=None, received_on=date(2026, 11, 24)) is None
    own = filing_due(filing=ASKED, event_on=date(2026, 1, 1), received_on=date(2026, 11, 24))
    assert own is None


def test_business_days_leave_out_the_closed_ones() -> None:
    assert business_days_after(date(2026, 12, 25), 2) == date(2027, 1, 4)
    assert business_days_after(date(2026, 11, 20), 1) == date(2026, 11, 24)


@pytest.mark.parametrize(
    ("state", "filing", "on", "what"),
    [
        (State.RECEIVED, MOVED, date(2026, 12, 1), "進達"),
        (State.SENT_BACK, MOVED, date(2026, 12, 1), "進達"),
        (State.EXAMINED, MOVED, date(2026, 12, 1), "進達"),
        (State.INCOMPLETE, MOVED, date(2026, 12, 9), "補正の回答"),
        (State.FORWARDED, MOVED, date(2027, 1, 25), "結果の確認(届いていなければ照会)"),
        (State.FORWARDED, ASKED, date(2027, 3, 25), "結果の確認(届いていなければ照会)"),
        (State.RETURNED, MOVED, date(2026, 11, 30), "返戻の処理"),
        (State.DECIDED, MOVED, date(2026, 11, 30), "結果の通知"),
        (State.NOTIFIED, MOVED, date(2026, 11, 30), "完結"),
    ],
)
def test_each_state_has_its_own_day(state: State, filing: Filing, on: date, what: str) -> None:
    since = date(2026, 11, 25)
    stands = standing(state=state, filing=filing, since=since)
    due = next_due(stands, on=on)
    assert due is not None
    assert (due.on, due.what, due.article, due.late) == (on, what, TARGET, False)
    after = next_due(stands, on=date.fromordinal(on.toordinal() + 1))
    assert after is not None
    assert after.late


@pytest.mark.parametrize("state", [State.CLOSED, State.WITHDRAWN])
def test_nothing_is_due_of_what_is_over(state: State) -> None:
    assert next_due(standing(state=state), on=date(2027, 1, 1)) is None
    assert [due.what for due in dues(standing(state=state), on=date(2027, 1, 1))] == ["届出の期限"]


def test_an_answer_is_due_as_asked_or_after_fourteen_days() -> None:
    asked = standing(state=State.INCOMPLETE, answer_by=date(2026, 12, 20))
    due = next_due(asked, on=date(2026, 12, 20))
    assert due is not None
    assert (due.on, due.late) == (date(2026, 12, 20), False)
    # 14 days after Saturday the 5th is a Saturday again.
    assert answer_by(date(2026, 12, 5)) == date(2026, 12, 21)


def test_a_limit_that_runs_off_goes_first_while_the_filing_is_here() -> None:
    limit = Limit(on=date(2026, 11, 30), what="申請できる最後の日", article="法90条")
    stands = standing(limits=(limit,))
    due = next_due(stands, on=date(2026, 12, 1))
    assert due is not None
    assert (due.what, due.article, due.late) == (limit.what, limit.article, True)
    forwarded = next_due(replace(stands, state=State.FORWARDED), on=date(2026, 12, 1))
    assert forwarded is not None
    assert forwarded.what.startswith("結果の確認")
    assert [each.what for each in dues(stands, on=date(2026, 12, 1))] == [
        "届出の期限",
        limit.what,
        "進達",
    ]
