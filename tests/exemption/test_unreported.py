"""A cause of 法定免除 that was there before 第1号: a table by hand, and days counted one by one."""

from __future__ import annotations

from datetime import date, timedelta
from itertools import pairwise
from typing import TYPE_CHECKING, Final

import pytest
from hypothesis import event, example, given
from hypothesis import strategies as st

from kokunen.exemption.unreported import Told, Unreported, unreported
from tests.enrolment.lives import d, span

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from kokunen.people.periods import Period

AID, PENSION = "livelihood_assistance", "disability_grade_1_2"
ON: Final = date(2026, 8, 20)


def told(*said: str, cause: str = AID) -> list[Told]:
    """Read `+2026-04-01` (begins), `-2026-07-01` (ends), `*…` (begins, and raised a case)."""
    return [
        Told(cause=cause, begins=each[0] in "+*", on=d(each[1:]), has_case=each[0] == "*")
        for each in said
    ]


def found(
    said: Sequence[Told],
    insured: str = "2026-08-01..",
    exempt: str = "",
    filed: Mapping[str, date] | None = None,
    on: date = ON,
) -> Unreported | None:
    return unreported(
        told=said,
        insured=[span(each) for each in insured.split()],
        exempt=[span(each) for each in exempt.split()],
        filed=filed or {},
        on=on,
    )


@pytest.mark.parametrize(
    ("said", "insured", "expected"),
    [
        # the founding story: on assistance since April, out of work in August
        (["+2026-04-01"], "2026-08-01..", "2026-08-01"),
        (["+2026-04-01", "-2026-07-31"], "2026-08-01..", ""),
        (["+2026-04-01", "-2026-08-01"], "2026-08-01..", ""),
        # it ended in category 1: exempt through the month of the end
        (["+2026-04-01", "-2026-08-02"], "2026-08-01..", "2026-08-01"),
        # suspended and resumed, twice told, and told in another order than it happened
        (["+2026-04-01", "-2026-05-10", "+2026-06-20"], "2026-08-01..", "2026-08-01"),
        (["+2026-04-01", "+2026-06-20", "-2026-07-10"], "2026-08-01..", ""),
        (["-2026-07-10", "+2026-04-01"], "2026-08-01..", ""),
        (["-2026-05-10"], "2026-08-01..", ""),
        # on one day the one told last holds
        (["+2026-04-01", "-2026-07-10", "+2026-07-10"], "2026-08-01..", "2026-08-01"),
        # category 1 was known only later, though it held when the cause began
        (["+2026-04-10"], "2020-01-01..", "2026-04-10"),
        # there and gone within a month: no month of category 1 (法11条の2)
        (["+2026-04-01"], "2026-06-02..2026-06-30", ""),
        (["+2026-04-01"], "2026-06-02..2026-07-01", "2026-06-02"),
        (["+2026-04-01"], "2026-03-01..2026-04-20", ""),
        # the latest of several
        (["+2026-04-01"], "2026-05-01..2026-06-15 2026-08-01..", "2026-08-01"),
        # not yet
        (["+2026-04-01"], "2026-08-21..", ""),
        (["+2026-08-21"], "2026-08-01..", ""),
        (["+2026-04-01"], "", ""),
        # the notice raised a case of its own; of another time in category 1 it could not
        (["*2026-04-10"], "2020-01-01..", ""),
        (["*2026-04-10"], "2026-04-20..", ""),
        (["*2026-04-10"], "2020-01-01..2026-06-01 2026-08-01..", "2026-08-01"),
    ],
)
def test_by_hand(said: list[str], insured: str, expected: str) -> None:
    """法89条1項1号・2号: whoever is in category 1 and has the cause."""
    one = found(told(*said), insured)
    assert ("" if one is None else one.event_on.isoformat()) == expected


@pytest.mark.parametrize(
    ("exempt", "filed", "is_found"),
    [
        ("2026-08-01..", "", False),
        ("2020-01-01..2026-07-01", "", True),
        ("", "2026-08-01", False),
        ("", "2026-07-31", True),
    ],
)
def test_what_is_exempt_or_filed_already(exempt: str, filed: str, *, is_found: bool) -> None:
    days = {AID: d(filed)} if filed else {PENSION: ON}
    assert (found(told("+2026-04-01"), exempt=exempt, filed=days) is not None) is is_found


def test_each_cause_has_its_own_end() -> None:
    """法89条1項: any one of them is enough."""
    both = [*told("+2026-04-01", "-2026-07-01"), *told("+2026-05-01", cause=PENSION)]
    one = found(both)
    assert one is not None
    assert (one.cause, one.began_on, one.ended_on) == (PENSION, d("2026-05-01"), None)


FIRST: Final = date(2026, 1, 1)
DAYS: Final = st.integers(0, 240).map(lambda days: FIRST + timedelta(days=days))
EDGES: Final = st.one_of(DAYS, st.sampled_from([date(2026, month, 1) for month in range(1, 9)]))


@st.composite
def periods(draw: st.DrawFn) -> list[Period]:
    """Draw some periods that neither touch nor overlap."""
    days = sorted(draw(st.sets(EDGES, max_size=5)))
    apart = [span(f"{start}..{end}") for start, end in pairwise(days)][::2]
    last = f"{days[-1]}.." if len(days) % 2 else ""
    return [*apart, span(last)] if last else apart


@example(
    said=[(True, date(2026, 2, 3)), (False, date(2026, 3, 5)), (True, date(2026, 3, 5))],
    insured=[span("2026-01-01..")],
    on=ON,
)
@given(said=st.lists(st.tuples(st.booleans(), EDGES), max_size=6), insured=periods(), on=DAYS)
def test_days_counted_one_by_one(
    said: list[tuple[bool, date]], insured: list[Period], on: date
) -> None:
    """The slow reading of 法89条1項 goes through the days up to the one on which it is asked."""
    events = [Told(cause=AID, begins=begins, on=day) for begins, day in said]
    one = unreported(told=events, insured=insured, exempt=[], filed={}, on=on)

    def stretch(day: date) -> Period | None:
        """Return the days in category 1 around a day on which the cause stands, too."""
        past = [each for each in sorted(events, key=lambda each: each.on) if each.on <= day]
        stands = bool(past) and past[-1].begins
        return next((each for each in insured if stands and day in each), None)

    def counts(day: date) -> bool:
        """Tell whether category 1 goes on to the end of the month (法11条の2)."""
        held, next_month = stretch(day), (day.replace(day=1) + timedelta(days=32)).replace(day=1)
        return held is not None and next_month - timedelta(days=1) in held

    counted = [
        day for number in range(241) if counts(day := FIRST + timedelta(number)) if day <= on
    ]
    begun = [day for day in counted if stretch(day - timedelta(days=1)) != stretch(day)]
    event("found" if begun else "none")
    assert (one and one.event_on) == max(begun, default=None)
    assert bool(counted) == bool(begun)
