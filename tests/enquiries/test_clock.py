"""The clock of the enquiries: open minutes on business days alone."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from uuid import uuid4

from hypothesis import given
from hypothesis import strategies as st

from kokunen.dates.business import is_business_day
from kokunen.dates.tokyo import TOKYO
from kokunen.enquiries.domain import (
    HOURS,
    Enquiry,
    Hours,
    Matter,
    Step,
    StepKind,
    Urgency,
    open_minutes,
)

# Hypothesis draws times without a zone; the test sets it.
FIRST = datetime.fromisoformat("2026-04-01T00:00")
LAST = datetime.fromisoformat("2027-03-31T00:00")


def at(day: int, hour: int, minute: int = 0, *, month: int = 11) -> datetime:
    return datetime(2026, month, day, hour, minute, tzinfo=TOKYO)


def test_minutes_on_one_day() -> None:
    assert open_minutes(since=at(24, 9), until=at(24, 9, 12)) == 12
    assert open_minutes(since=at(24, 7), until=at(24, 8, 40)) == 10
    assert open_minutes(since=at(24, 16, 50), until=at(24, 18)) == 10
    assert open_minutes(since=at(24, 10), until=at(24, 9)) == 0


def test_the_night_the_weekend_and_a_holiday_do_not_count() -> None:
    # From Friday the 20th 16:50 to Tuesday the 24th 8:40; Monday is 勤労感謝の日.
    assert open_minutes(since=at(20, 16, 50), until=at(24, 8, 40)) == 20


def test_the_year_end_does_not_count() -> None:
    since, until = at(28, 16, month=12), datetime(2027, 1, 4, 9, tzinfo=TOKYO)
    assert open_minutes(since=since, until=until) == 60 + 30


def test_other_hours_can_be_set() -> None:
    hours = Hours(opens=time(9), closes=time(12))
    assert open_minutes(since=at(24, 8), until=at(25, 10), hours=hours) == 180 + 60


@given(
    st.datetimes(FIRST, LAST),
    st.integers(0, 20_000),
    st.integers(0, 20_000),
)
def test_time_adds_up(start: datetime, first: int, second: int) -> None:
    since = start.replace(second=0, microsecond=0, tzinfo=TOKYO)
    middle = since + timedelta(minutes=first)
    end = middle + timedelta(minutes=second)
    whole = open_minutes(since=since, until=end)
    assert whole == open_minutes(since=since, until=middle) + open_minutes(since=middle, until=end)
    assert 0 <= whole <= first + second
    # Minute by minute, for the short ones.
    if first + second <= 600:
        minutes = (since + timedelta(minutes=passed) for passed in range(first + second))
        assert whole == sum(
            is_business_day(each.date()) and HOURS.opens <= each.time() < HOURS.closes
            for each in minutes
        )


def test_the_clock_stops_with_the_answer_and_not_with_its_reading() -> None:
    steps = (
        Step(number=1, kind=StepKind.ASKED, at=at(24, 9), staff=1),
        Step(number=2, kind=StepKind.TAKEN, at=at(24, 9, 3), staff=2),
        Step(number=3, kind=StepKind.ANSWERED, at=at(24, 9, 8), staff=2),
        Step(number=4, kind=StepKind.READ, at=at(24, 11), staff=1),
    )
    held = Enquiry(
        number=1,
        person=10001,
        person_key=uuid4(),
        branch="",
        matter=Matter.ENROLMENT,
        urgency=Urgency.WAITING,
        purpose="consultation",
        case=None,
        steps=steps,
    )
    assert held.waited(at=at(25, 9)) == 8
    assert is_business_day(date(2026, 11, 24))
