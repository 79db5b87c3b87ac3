"""Whether enough was paid before a disability or a death."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kokunen.dates.month import Month
from kokunen.law.contract.catalogue import answer

Row = list[str]


def judged(record: list[Row], event_on: str = "2026-07-15", **given_: object) -> tuple[bool, bool]:
    found = answer("contribution-requirement", {"event_on": event_on, "record": record, **given_})
    assert found["met"] == (found["two_thirds"] or found["last_year"])
    return found["two_thirds"], found["last_year"]


@pytest.mark.parametrize(
    ("record", "expected"),
    [
        # The event of July 2026 is judged on the months up to May 2026.
        pytest.param([["2016-05", "2026-05", "paid"]], (True, True), id="all paid"),
        pytest.param([["2016-05", "2026-05", "exempt"]], (True, True), id="all exempt"),
        pytest.param([["2016-05", "2026-05", "unpaid"]], (False, False), id="all unpaid"),
        pytest.param(
            [["2024-12", "2025-11", "paid"], ["2025-12", "2026-05", "unpaid"]],
            (True, False),
            id="12 of 18: exactly two thirds",
        ),
        pytest.param(
            [["2025-01", "2025-11", "paid"], ["2025-12", "2026-05", "unpaid"]],
            (False, False),
            id="11 of 17: less",
        ),
        pytest.param(
            [["2024-12", "2025-11", "exempt"], ["2025-12", "2026-05", "unpaid"]],
            (True, False),
            id="exempt months count",
        ),
        pytest.param(
            [["2016-05", "2025-05", "unpaid"], ["2025-06", "2026-05", "paid"]],
            (False, True),
            id="the last 12 months",
        ),
        pytest.param(
            [["2016-05", "2025-06", "unpaid"], ["2025-07", "2026-05", "paid"]],
            (False, False),
            id="the last 11 months",
        ),
        pytest.param(
            [["2025-06", "2026-05", "paid"], ["2026-06", "2026-07", "unpaid"]],
            (True, True),
            id="the month before and that of the event do not count",
        ),
        pytest.param(
            [["2026-05", "2026-05", "unpaid"]], (False, False), id="one unpaid month in May"
        ),
        pytest.param([["2026-06", "2026-07", "unpaid"]], (True, True), id="none up to May"),
        pytest.param([], (True, True), id="never insured"),
        pytest.param(
            [
                ["2026-06", "2026-08", "paid"],
                ["2016-05", "2025-05", "unpaid"],
                ["2025-06", "2025-12", "paid"],
            ],
            (False, True),
            id="insured at the event: only the 12 months before, with a gap, in any order",
        ),
        pytest.param(
            [["2016-05", "2025-05", "unpaid"], ["2025-06", "2025-12", "paid"]],
            (False, False),
            id="not insured at the event: the year up to the latest insured month",
        ),
        pytest.param(
            [["2016-05", "2024-12", "unpaid"], ["2025-01", "2025-12", "paid"]],
            (False, True),
            id="not insured at the event, a full year paid before",
        ),
        pytest.param(
            [["2016-05", "2025-01", "unpaid"], ["2025-02", "2026-01", "paid"]],
            (False, True),
            id="12 months to January 2026",
        ),
        pytest.param(
            [["2016-05", "2025-02", "unpaid"], ["2025-03", "2026-01", "paid"]],
            (False, False),
            id="11 months to January 2026",
        ),
    ],
)
def test_records(record: list[Row], expected: tuple[bool, bool]) -> None:
    assert judged(record) == expected


@pytest.mark.parametrize(
    ("event_on", "last_year"),
    [("2036-03-31", True), ("2036-04-01", False), ("1991-05-01", True), ("2026-04-01", True)],
)
def test_the_one_year_rule_ends_with_march_2036(*, event_on: str, last_year: bool) -> None:
    limit = Month.of(date.fromisoformat(event_on)) - 2
    record = [
        [str(limit - 120), str(limit - 12), "unpaid"],
        [str(limit - 11), str(limit + 2), "paid"],
    ]
    assert judged(record, event_on) == (False, last_year)


def test_the_first_visit_decides_where_it_is_given() -> None:
    record = [["2016-05", "2024-12", "unpaid"], ["2025-01", "2026-07", "paid"]]
    assert judged(record, "2027-01-15") == (False, True)
    assert judged(record, "2027-01-15", first_visit_on="2025-07-15") == (False, False)
    assert judged(record, "2026-07-15", first_visit_on="R8.7.15") == (False, True)


def test_the_age_limit_is_noted_only_where_it_decides() -> None:
    def notes(record: list[Row]) -> list[str] | None:
        given_ = {"event_on": "2026-07-15", "record": record}
        said: list[str] | None = answer("contribution-requirement", given_).get("notes")
        return said

    under_65 = "直近1年の特例は、その日に65歳未満の人に限ります(昭60改正法附則20条)。"
    unpaid = ["2016-05", "2024-12", "unpaid"]
    assert notes([unpaid, ["2025-01", "2026-07", "paid"]]) == [under_65]
    assert notes([["2025-01", "2026-07", "paid"]]) is None
    assert notes([["2016-05", "2026-07", "unpaid"]]) is None
    assert notes([unpaid, ["2025-01", "2025-12", "paid"]]) == [
        "2026-07は被保険者でないので、直近1年は被保険者期間のある2025-12までで見ています。",
        under_65,
    ]
    assert notes([unpaid, ["2025-01", "2026-05", "paid"]]) == [under_65]
    assert notes([]) == ["2026-05までに被保険者期間がないので、納付要件は問われません。"]


@given(
    states=st.lists(st.sampled_from((None, "paid", "exempt", "unpaid")), min_size=1, max_size=60),
    insured_then=st.booleans(),
)
def test_month_by_month(*, states: list[str | None], insured_then: bool) -> None:
    limit = Month(2026, 5)
    by_month = {limit - back: state for back, state in enumerate(reversed(states))}
    record: list[Row] = [[str(m), str(m), state] for m, state in by_month.items() if state]
    if insured_then:
        record.append(["2026-07", "2026-07", "paid"])
    insured = [state for state in states if state]
    good = [state for state in insured if state != "unpaid"]
    while not insured_then and states and states[-1] is None:
        states = states[:-1]
    expected = 3 * len(good) >= 2 * len(insured), "unpaid" not in states[-12:]
    assert judged(record) == expected


@pytest.mark.parametrize(
    ("facts", "code", "field"),
    [
        ({"record": [["2026-05", "2026-04", "paid"]]}, "invalid_record", "record[0]"),
        (
            {"record": [["2026-01", "2026-04", "paid"], ["2026-04", "2026-05", "unpaid"]]},
            "invalid_record",
            "record[1]",
        ),
        (
            {"record": [["2026-04", "2026-05", "paid"], ["2026-01", "2026-04", "unpaid"]]},
            "invalid_record",
            "record[0]",
        ),
        (
            {"record": [["2026-01", "2026-01", "paid"], ["2026-03", "2026-02", "paid"]]},
            "invalid_record",
            "record[1]",
        ),
        ({"record": [["2026-01", "2026-13", "paid"]]}, "invalid_month", "record[0]"),
        ({"record": [["2026-01", "2026-02", "late"]]}, "invalid_choice", "record[0]"),
        ({"record": [["2026-01", "2026-02"]]}, "invalid_type", "record[0]"),
        ({"record": [["2026-01", "2026-02", None]]}, "invalid_type", "record[0]"),
        ({"record": ["2026-01"]}, "invalid_type", "record[0]"),
        ({"record": {}}, "invalid_type", "record"),
        ({"record": None}, "invalid_type", "record"),
        ({"event_on": "1991-04-30"}, "before_1991_05", "event_on"),
        ({"first_visit_on": "1991-04-30"}, "before_1991_05", "first_visit_on"),
        ({"first_visit_on": "2026-07-16"}, "first_visit_after_event", "first_visit_on"),
        ({"age": 40}, "unknown_field", "age"),
    ],
)
def test_records_that_are_refused(facts: dict[str, Any], code: str, field: str) -> None:
    given_ = {"event_on": "2026-07-15", "record": [], **facts}
    error = answer("contribution-requirement", given_)["error"]
    assert (error["code"], error["field"]) == (code, field)
    assert error["message"]
    assert error["fix"]


def test_a_missing_record_is_not_an_empty_one() -> None:
    error = answer("contribution-requirement", {"event_on": "2026-07-15"})["error"]
    assert (error["code"], error["field"]) == ("missing_field", "record")
