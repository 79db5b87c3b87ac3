"""The cutting of periods against an oracle that goes day by day."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kokunen.people.periods import ALWAYS, Period, UnableToReadPeriod, cut

if TYPE_CHECKING:
    from collections.abc import Iterable

FIRST = date(2026, 3, 25)
DAYS = [FIRST + timedelta(days=n) for n in range(20)]
# What lies outside the window stands for everything before and after it.
BEFORE, AFTER = date(1950, 1, 1), date(2100, 1, 1)
EVERY = [BEFORE, *DAYS, AFTER]

bounds = st.one_of(st.none(), st.sampled_from(DAYS))


@st.composite
def periods(draw: st.DrawFn) -> Period:
    start, end = draw(bounds), draw(bounds)
    if start is not None and end is not None and start >= end:
        start, end = end, start
    if start is not None and start == end:
        end = start + timedelta(days=1)
    return Period(start=start, end=end)


@st.composite
def rows_side_by_side(draw: st.DrawFn) -> list[tuple[int, Period]]:
    """Periods that do not overlap, as the register keeps them in one lane."""
    edges = sorted(draw(st.sets(st.sampled_from(DAYS), min_size=0, max_size=8)))
    opened = [None, *edges]
    closed = [*edges, None]
    kept = draw(st.lists(st.booleans(), min_size=len(opened), max_size=len(opened)))
    spans = zip(opened, closed, kept, strict=True)
    return [(n, Period(start=a, end=b)) for n, (a, b, keep) in enumerate(spans) if keep]


def holders(rows: Iterable[tuple[object, Period]], day: date) -> list[object]:
    """Who holds a day, by comparing days alone: nothing of the tested code is used."""
    return [
        key
        for key, period in rows
        if (period.start is None or period.start <= day)
        and (period.end is None or not period.end <= day)
    ]


@given(rows_side_by_side(), periods())
def test_after_the_cut_each_day_is_held_as_day_by_day(
    existing: list[tuple[int, Period]], new: Period
) -> None:
    result = cut(existing, new)
    after: list[tuple[object, Period]] = [
        row for row in existing if row[0] not in result.superseded
    ]
    after += [(piece.key, piece.valid) for piece in result.leftovers]
    after.append(("new", new))
    for day in EVERY:
        before = holders(existing, day)
        expected = ["new"] if holders([("new", new)], day) else before
        assert holders(after, day) == expected


@given(rows_side_by_side(), periods())
def test_only_what_the_new_period_touches_is_superseded(
    existing: list[tuple[int, Period]], new: Period
) -> None:
    touched = {
        key
        for key, period in existing
        for day in EVERY
        if holders([(0, period)], day) and holders([(0, new)], day)
    }
    result = cut(existing, new)
    assert set(result.superseded) == touched
    assert {piece.key for piece in result.leftovers} <= touched
    assert len(result.leftovers) <= 2


@given(periods(), periods())
def test_to_overlap_is_to_share_a_day_whichever_way_it_is_asked(one: Period, two: Period) -> None:
    shared = any(holders([(0, one)], day) and holders([(0, two)], day) for day in EVERY)
    assert one.overlaps(two) is shared
    assert two.overlaps(one) is shared


@given(periods(), st.sampled_from(EVERY))
def test_a_day_is_in_a_period_when_it_is_between_its_bounds(period: Period, day: date) -> None:
    assert (day in period) is bool(holders([(0, period)], day))


def test_a_period_in_the_middle_leaves_a_piece_on_either_side() -> None:
    result = cut([(7, ALWAYS)], Period(start=date(2024, 4, 1), end=date(2025, 4, 1)))
    assert result.superseded == (7,)
    assert [piece.valid for piece in result.leftovers] == [
        Period(end=date(2024, 4, 1)),
        Period(start=date(2025, 4, 1)),
    ]


def test_the_day_after_the_end_is_free() -> None:
    old = Period(start=date(2024, 4, 1), end=date(2025, 4, 1))
    result = cut([(7, old)], Period(start=date(2025, 4, 1)))
    assert result.superseded == ()
    assert result.leftovers == ()


@pytest.mark.parametrize("end", [date(2024, 4, 1), date(2024, 3, 31)])
def test_a_period_without_a_day_is_refused(end: date) -> None:
    with pytest.raises(UnableToReadPeriod) as refused:
        Period(start=date(2024, 4, 1), end=end)
    assert refused.value.field == "valid"
