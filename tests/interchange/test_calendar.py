"""What is due to whom, from rules alone."""

from __future__ import annotations

from datetime import date

from kokunen.dates.business import is_business_day
from kokunen.dates.month import Month
from kokunen.interchange.domain import Partner
from kokunen.interchange.outbox.calendar import (
    LONGEST_CLOSURE,
    due,
    first_business_day,
    forwarded_by,
)


def test_monthly_transfers_are_due_on_the_first_business_day() -> None:
    # 1 January and the days to the 3rd are closed; in 2027 the 4th is a Monday.
    found = due(since=date(2027, 1, 1), until=date(2027, 1, 10))
    assert {(each.on, each.partner, each.month) for each in found} == {
        (date(2027, 1, 4), partner, Month(2026, 12))
        for partner in (
            Partner.WELFARE,
            Partner.CHILDREN,
            Partner.HEALTH_INSURANCE,
            Partner.COLLECTION,
        )
    }
    assert first_business_day(Month(2027, 1)) == date(2027, 1, 4)


def test_the_register_is_told_on_each_change_and_so_has_no_day() -> None:
    found = due(since=date(2026, 4, 1), until=date(2027, 3, 31))
    assert Partner.RESIDENT_REGISTER not in {each.partner for each in found}


def test_what_was_forwarded_leaves_by_the_next_business_day() -> None:
    # Friday before a Monday that is a holiday (勤労感謝の日).
    assert forwarded_by(date(2026, 11, 20)) == date(2026, 11, 24)
    found = due(since=date(2026, 11, 20), until=date(2026, 11, 27), leaving=[date(2026, 11, 24)])
    (leaving,) = [each for each in found if each.partner is Partner.AGENCY]
    assert (leaving.on, leaving.layout) == (date(2026, 11, 24), "agency_forwarding")
    assert not leaving.official
    assert "第三者" in leaving.basis


def test_a_year_has_its_yearly_days() -> None:
    found = due(since=date(2026, 4, 1), until=date(2027, 3, 31))
    yearly = {each.what[:4]: each.on for each in found if each.layout in {"", "tax_request"}}
    assert yearly == {
        "継続審査": date(2026, 7, 1),
        "免除等の": date(2026, 7, 1),
        "個人情報": date(2027, 3, 31),
    }
    assert len([each for each in found if each.layout == "transfer_collection"]) == 12
    assert [each.on for each in found] == sorted(each.on for each in found)


def test_no_closure_is_longer_than_assumed() -> None:
    closed = longest = 0
    day = date(2019, 1, 1)
    while day < date(2040, 1, 1):
        closed = 0 if is_business_day(day) else closed + 1
        longest = max(longest, closed)
        day = date.fromordinal(day.toordinal() + 1)
    # From the day of forwarding to the next business day: a closure and the day itself.
    assert longest + 1 < LONGEST_CLOSURE.days
