"""The dates of a protection measure, day by day."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kokunen.access.protection import domain
from kokunen.access.protection.domain import Evidence, Ground, Kind, Measure, Step, Warned

DAYS = st.dates(date(2000, 1, 1), date(2100, 12, 31))


@pytest.mark.parametrize(
    ("starts", "ends"),
    [
        (date(2026, 11, 21), date(2027, 11, 20)),
        (date(2026, 1, 1), date(2026, 12, 31)),
        (date(2027, 3, 1), date(2028, 2, 29)),
        (date(2028, 3, 1), date(2029, 2, 28)),
        (date(2028, 2, 29), date(2029, 2, 28)),
        (date(2027, 2, 28), date(2028, 2, 27)),
    ],
)
def test_a_measure_ends_on_the_day_before_the_same_day_of_the_next_year(
    starts: date, ends: date
) -> None:
    assert domain.last_day(starts) == ends


@pytest.mark.parametrize(
    ("ends", "first"),
    [
        (date(2027, 11, 20), date(2027, 10, 20)),
        (date(2027, 3, 31), date(2027, 2, 28)),
        (date(2028, 3, 30), date(2028, 2, 29)),
        (date(2027, 1, 15), date(2026, 12, 15)),
        (date(2027, 10, 31), date(2027, 9, 30)),
    ],
)
def test_a_renewal_is_accepted_from_one_month_before_the_end(ends: date, first: date) -> None:
    assert domain.renewable_from(ends) == first


@given(DAYS)
def test_a_year_is_365_or_366_days_and_later_starts_never_end_earlier(starts: date) -> None:
    ends = domain.last_day(starts)
    assert (ends - starts).days + 1 in {365, 366}
    assert ends <= domain.last_day(starts + timedelta(days=1))
    following = ends + timedelta(days=1)
    # Only the leap day itself moves: its next year begins on 1 March.
    leap = (starts.month, starts.day) == (2, 29)
    assert (following.month, following.day) == ((3, 1) if leap else (starts.month, starts.day))


@given(DAYS)
def test_the_month_before_the_end_is_28_to_31_days(ends: date) -> None:
    first = domain.renewable_from(ends)
    assert 28 <= (ends - first).days <= 31
    assert first.day == ends.day or (first + timedelta(days=1)).day == 1


def measure(*steps: Step) -> Measure:
    return Measure(id=UUID(int=1), person=1, ground=Ground.DV, steps=steps)


def step(kind: Kind, on: date, starts: date | None = None, *, accepted: bool | None = True) -> Step:
    return Step(
        id=UUID(int=hash((kind, on)) % 2**64),
        kind=kind,
        on=on,
        starts=starts,
        ends=domain.last_day(starts) if starts else None,
        evidence=Evidence.APPLICATION,
        evidence_ref="第1号",
        entered_by=11,
        entered_at=datetime(2026, 1, 1, tzinfo=UTC),
        accepted=accepted,
    )


@given(DAYS, st.integers(-500, 500))
def test_a_measure_warns_from_a_month_before_its_end_and_ever_after(
    starts: date, days: int
) -> None:
    held = measure(step(Kind.REGISTERED, starts, starts))
    ends = domain.last_day(starts)
    on = ends + timedelta(days=days)
    expected = (
        Warned.OVERDUE
        if days > 0
        else Warned.RENEWABLE
        if on >= domain.renewable_from(ends)
        else None
    )
    assert held.warned(on) is expected


@given(DAYS, st.integers(0, 800))
def test_a_renewal_in_time_leaves_no_gap_and_a_late_one_begins_on_its_day(
    starts: date, days: int
) -> None:
    held = measure(step(Kind.REGISTERED, starts, starts))
    ends = domain.last_day(starts)
    on = domain.renewable_from(ends) + timedelta(days=days)
    first, last = domain.renewed_period(held, on)
    assert first == (ends + timedelta(days=1) if on <= ends else on)
    assert last == domain.last_day(first)


@given(DAYS, st.integers(1, 334))
def test_no_renewal_before_the_last_month(starts: date, days: int) -> None:
    held = measure(step(Kind.REGISTERED, starts, starts))
    on = domain.renewable_from(domain.last_day(starts)) - timedelta(days=days)
    with pytest.raises(domain.UnableToRenew, match="1か月前"):
        domain.renewed_period(held, on)


def test_only_an_accepted_end_ends() -> None:
    start = date(2026, 4, 1)
    registered = step(Kind.REGISTERED, start, start)
    for accepted in (None, False):
        held = measure(registered, step(Kind.ENDED, date(2027, 5, 1), accepted=accepted))
        assert not held.ended
        assert held.warned(date(2030, 1, 1)) is Warned.OVERDUE
    held = measure(registered, step(Kind.ENDED, date(2027, 5, 1), accepted=True))
    assert held.ended
    assert held.warned(date(2030, 1, 1)) is None
    with pytest.raises(domain.UnableToRenew):
        domain.renewed_period(held, date(2027, 5, 2))
    with pytest.raises(domain.UnableToEnd):
        domain.may_end(held, date(2027, 5, 2))


def test_a_renewal_sent_back_does_not_count() -> None:
    start = date(2026, 4, 1)
    held = measure(
        step(Kind.REGISTERED, start, start),
        step(Kind.RENEWED, date(2027, 3, 20), date(2027, 4, 1), accepted=False),
    )
    assert held.ends == date(2027, 3, 31)
    assert held.warned(date(2027, 4, 1)) is Warned.OVERDUE


def test_an_end_before_the_registration_is_refused() -> None:
    held = measure(step(Kind.REGISTERED, date(2026, 4, 1), date(2026, 4, 1)))
    with pytest.raises(domain.UnableToEnd, match="登録の日より前"):
        domain.may_end(held, date(2026, 3, 31))


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("1234567890", "9612345678"),
        ("1234567890", "971234567"),
        ("123456789", "9712345678"),
        ("9712345678", "9712345678"),
        ("1234567890", "９712345678"),
        ("1234567890", "9712345678\n"),
    ],
)
def test_only_a_97_number_of_ten_digits_follows(old: str, new: str) -> None:
    with pytest.raises(domain.UnableToChangeNumber) as refused:
        domain.may_change_number(old_number=old, new_number=new)
    assert new.strip() not in f"{refused.value}{refused.value.fix}"


def test_a_97_number_may_follow_another() -> None:
    domain.may_change_number(old_number="9700000001", new_number="9700000002")
