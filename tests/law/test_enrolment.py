"""Acquisition and loss of category 1, and the months between them."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kokunen.law.contract.catalogue import answer

Json = dict[str, Any]


def told(name: str, given_: Json) -> Json:
    found = answer(name, given_)
    assert found.pop("sources")
    found.pop("notes", None)
    return found


def stretch(acquired: str, first: str | None, lost: str, last: str | None, cause: str) -> Json:
    return {
        "acquired_on": acquired,
        "first_month": first,
        "lost_on": lost,
        "last_month": last,
        "cause": cause,
    }


@pytest.mark.parametrize(
    ("facts", "expected"),
    [
        pytest.param(
            {"birth_date": "H11.4.1"},
            stretch("2019-03-31", "2019-03", "2059-03-31", "2059-02", "age_60"),
            id="born on the 1st: acquired in the month before, March",
        ),
        pytest.param(
            {"birth_date": "1970-06-01"},
            stretch("1990-05-31", "1990-05", "2030-05-31", "2030-04", "age_60"),
            id="born on 1 June: the last month is April",
        ),
        pytest.param(
            {"birth_date": "1970-06-02"},
            stretch("1990-06-01", "1990-06", "2030-06-01", "2030-05", "age_60"),
            id="born on 2 June: the last month is May",
        ),
        pytest.param(
            {"birth_date": "1970-01-01"},
            stretch("1989-12-31", "1989-12", "2029-12-31", "2029-11", "age_60"),
            id="born on New Year's Day: a year earlier",
        ),
        pytest.param(
            {"birth_date": "1972-02-29"},
            stretch("1992-02-28", "1992-02", "2032-02-28", "2032-01", "age_60"),
            id="born on 29 February",
        ),
        pytest.param(
            {"birth_date": "1996-05-02", "died_on": "2026-08-30"},
            stretch("2016-05-01", "2016-05", "2026-08-31", "2026-07", "death"),
            id="death: lost the next day",
        ),
        pytest.param(
            {"birth_date": "1996-05-02", "died_on": "2026-08-31"},
            stretch("2016-05-01", "2016-05", "2026-09-01", "2026-08", "death"),
            id="death on the last of the month: that month counts",
        ),
        pytest.param(
            {"birth_date": "1996-05-02", "moved_abroad_on": "R8.8.31"},
            stretch("2016-05-01", "2016-05", "2026-09-01", "2026-08", "moved_abroad"),
            id="moved abroad: lost the next day",
        ),
        pytest.param(
            {"birth_date": "1996-05-02", "became_category2_on": "2026-08-31"},
            stretch("2016-05-01", "2016-05", "2026-08-31", "2026-07", "became_category2"),
            id="employed: changed the same day",
        ),
        pytest.param(
            {
                "birth_date": "1996-05-02",
                "moved_abroad_on": "2026-08-31",
                "became_category2_on": "2026-08-31",
            },
            stretch("2016-05-01", "2016-05", "2026-08-31", "2026-07", "became_category2"),
            id="moved abroad and employed the same day: the same day",
        ),
        pytest.param(
            {
                "birth_date": "1996-05-02",
                "died_on": "2027-01-01",
                "moved_abroad_on": "2026-12-01",
                "became_category2_on": "2026-12-03",
            },
            stretch("2016-05-01", "2016-05", "2026-12-02", "2026-11", "moved_abroad"),
            id="the earliest event ends it",
        ),
        pytest.param(
            {"birth_date": "1966-05-10", "died_on": "2026-05-08"},
            stretch("1986-05-09", "1986-05", "2026-05-09", "2026-04", "death"),
            id="death on the eve of attaining 60: the death came first",
        ),
        pytest.param(
            {"birth_date": "1966-05-10", "died_on": "2026-05-09"},
            stretch("1986-05-09", "1986-05", "2026-05-09", "2026-04", "age_60"),
            id="death on the day of attaining 60",
        ),
        pytest.param(
            {"birth_date": "1966-05-10", "moved_abroad_on": "2026-05-09"},
            stretch("1986-05-09", "1986-05", "2026-05-09", "2026-04", "age_60"),
            id="moved abroad on the day of attaining 60",
        ),
        pytest.param(
            {"birth_date": "1990-05-02", "arrived_on": "2024-11-20"},
            stretch("2024-11-20", "2024-11", "2050-05-01", "2050-04", "age_60"),
            id="arrived as an adult",
        ),
        pytest.param(
            {"birth_date": "2006-05-02", "arrived_on": "2024-11-20"},
            stretch("2026-05-01", "2026-05", "2066-05-01", "2066-04", "age_60"),
            id="arrived before 20",
        ),
        pytest.param(
            {"birth_date": "1990-05-02", "arrived_on": "2024-11-20", "died_on": "2024-11-29"},
            stretch("2024-11-20", "2024-11", "2024-11-30", "2024-11", "death"),
            id="acquired and lost in one month: that month counts",
        ),
        pytest.param(
            {"birth_date": "1990-05-02", "arrived_on": "2024-11-20", "died_on": "2024-11-20"},
            stretch("2024-11-20", "2024-11", "2024-11-21", "2024-11", "death"),
            id="died on the day of arrival",
        ),
        pytest.param(
            {
                "birth_date": "1990-05-02",
                "arrived_on": "2024-11-20",
                "moved_abroad_on": "2024-11-30",
            },
            stretch("2024-11-20", "2024-11", "2024-12-01", "2024-11", "moved_abroad"),
            id="lost on the first of the next month",
        ),
        pytest.param(
            {
                "birth_date": "1990-05-02",
                "arrived_on": "2024-11-20",
                "became_category2_on": "2024-11-21",
            },
            stretch("2024-11-20", None, "2024-11-21", None, "became_category2"),
            id="employed in the month of acquisition: a month of category 2",
        ),
        pytest.param(
            {
                "birth_date": "1990-05-02",
                "arrived_on": "2024-11-20",
                "became_category2_on": "2024-12-01",
            },
            stretch("2024-11-20", "2024-11", "2024-12-01", "2024-11", "became_category2"),
            id="employed from the next month",
        ),
        pytest.param(
            {"birth_date": "1966-05-10", "arrived_on": "2026-05-08"},
            stretch("2026-05-08", "2026-05", "2026-05-09", "2026-05", "age_60"),
            id="arrived the day before attaining 60",
        ),
        pytest.param(
            {"birth_date": "1941-04-02"},
            stretch("1961-04-01", "1961-04", "2001-04-01", "2001-03", "age_60"),
            id="the first day of the scheme",
        ),
    ],
)
def test_category_1_begins_and_ends(facts: Json, expected: Json) -> None:
    assert told("enrolment", facts) == expected


@pytest.mark.parametrize(
    ("facts", "code", "field"),
    [
        ({"arrived_on": "2026-05-09"}, "not_enrolled", "arrived_on"),
        ({"arrived_on": "1966-05-09"}, "not_enrolled", "arrived_on"),
        ({"birth_date": "1941-04-01"}, "not_enrolled", "birth_date"),
        ({"died_on": "1986-05-08"}, "event_before_acquisition", "died_on"),
        ({"moved_abroad_on": "1986-05-08"}, "event_before_acquisition", "moved_abroad_on"),
        ({"became_category2_on": "1986-05-08"}, "event_before_acquisition", "became_category2_on"),
        ({"became_category2_on": "1986-05-09"}, "event_before_acquisition", "became_category2_on"),
        ({"birth_date": None}, "invalid_type", "birth_date"),
        ({"sex": "f"}, "unknown_field", "sex"),
        ({"died_on": "2026-02-30"}, "invalid_date", "died_on"),
    ],
)
def test_impossible_enrolments_are_refused(facts: Json, code: str, field: str) -> None:
    error = answer("enrolment", {"birth_date": "1966-05-10", **facts})["error"]
    assert (error["code"], error["field"]) == (code, field)
    assert error["message"]
    assert error["fix"]


def test_arrival_on_the_day_of_birth_is_no_mistake() -> None:
    found = told("enrolment", {"birth_date": "1966-05-10", "arrived_on": "1966-05-10"})
    assert found["acquired_on"] == "1986-05-09"


def test_an_acquisition_before_the_categories_is_noted() -> None:
    (note,) = answer("enrolment", {"birth_date": "1966-04-01"})["notes"]
    assert note.startswith("第1号被保険者という種別は1986年4月1日からです。")
    assert "notes" not in answer("enrolment", {"birth_date": "1966-04-02"})


@pytest.mark.parametrize(
    ("acquired_on", "lost_on", "months"),
    [
        ("2026-04-01", "2026-04-30", 1),
        ("2026-04-30", "2026-04-30", 1),
        ("2026-04-30", "2026-05-01", 1),
        ("2026-04-01", "2026-05-31", 1),
        ("2026-04-30", "2026-06-01", 2),
        ("2025-12-31", "2026-01-01", 1),
        ("R1.5.1", "R8.11.21", 90),
    ],
)
def test_months_between_acquisition_and_loss(acquired_on: str, lost_on: str, months: int) -> None:
    found = told("count-months", {"acquired_on": acquired_on, "lost_on": lost_on})
    assert found == {"months": months}


def test_a_loss_before_the_acquisition_is_refused() -> None:
    error = answer("count-months", {"acquired_on": "2026-04-02", "lost_on": "2026-04-01"})["error"]
    assert error == {
        "code": "event_before_acquisition",
        "field": "lost_on",
        "message": "喪失日(2026-04-01)が取得日(2026-04-02)より前です(法11条)。",
        "fix": "取得日と喪失日を確かめてください。",
    }


DAYS = st.dates(date(1990, 1, 1), date(2060, 12, 31))


@given(day=DAYS, length=st.integers(0, 20_000))
def test_months_counted_one_by_one(day: date, length: int) -> None:
    lost = day + timedelta(days=length)
    ends_of_months = sum(
        (day + timedelta(days=n)).month != (day + timedelta(days=n + 1)).month
        for n in range(length)
    )
    found = told("count-months", {"acquired_on": str(day), "lost_on": str(lost)})
    assert found == {"months": max(1, ends_of_months)}


@given(birth=st.dates(date(1966, 4, 2), date(2010, 1, 1)))
def test_an_undisturbed_stretch_has_480_months(birth: date) -> None:
    found = told("enrolment", {"birth_date": str(birth)})
    counted = told("count-months", {k: found[k] for k in ("acquired_on", "lost_on")})
    assert counted == {"months": 480}
