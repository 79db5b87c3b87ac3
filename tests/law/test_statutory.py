"""The exemption by law itself."""

from __future__ import annotations

from typing import Any

import pytest

from kokunen.law.contract.catalogue import answer

Json = dict[str, Any]


@pytest.mark.parametrize(
    ("begins", "ends", "expected"),
    [
        ("2026-07-01", None, ("2026-06", None)),
        ("2026-07-31", "2026-07-31", ("2026-06", "2026-07")),
        ("2026-01-15", "2027-03-01", ("2025-12", "2027-03")),
        ("R8.7.20", "R9.3.31", ("2026-06", "2027-03")),
        ("2026-07", "2027-03", ("2026-06", "2027-03")),
        ("2026-07-20", "2026-07", ("2026-06", "2026-07")),
        ("2026-07", "2026-07-01", ("2026-06", "2026-07")),
        ("1986-04-01", None, ("1986-03", None)),
    ],
)
@pytest.mark.parametrize("cause", ["livelihood_assistance", "disability_grade_1_2", "sanatorium"])
def test_from_the_month_before_through_the_month_of_the_end(
    cause: str, begins: str, ends: str | None, expected: tuple[str, str | None]
) -> None:
    found = answer("statutory", {"cause": cause, "from": begins, "to": ends})
    assert (found["from"], found["to"]) == expected


def test_an_absent_end_is_null() -> None:
    found = answer("statutory", {"cause": "sanatorium", "from": "2026-07-01"})
    assert found == {
        "from": "2026-06",
        "to": None,
        "sources": ["法89条1項", "法89条1項3号・規則74条の2"],
    }


def test_what_the_desk_must_know_is_said() -> None:
    disabled = answer("statutory", {"cause": "disability_grade_1_2", "from": "2026-07-01"})
    assisted = answer("statutory", {"cause": "livelihood_assistance", "from": "2026-07-01"})
    assert disabled["notes"] == [
        (
            "1級・2級から3級に下がったときは、3級にも当たらなくなって3年たつまで続きます。"
            "初めから3級だけの人は当たりません。"
        )
    ]
    assert disabled["sources"] == ["法89条1項", "法89条1項1号"]
    assert assisted["notes"] == [
        "外国籍の人が生活保護に準じた保護を受けるときは、法定免除ではなく申請免除です。"
    ]
    assert assisted["sources"] == ["法89条1項", "法89条1項2号"]


@pytest.mark.parametrize(
    ("facts", "code", "field"),
    [
        ({"to": "2026-07-19"}, "end_before_start", "to"),
        ({"to": "2026-06"}, "end_before_start", "to"),
        ({"from": "2026-13"}, "invalid_month", "from"),
        ({"to": "2026-00"}, "invalid_month", "to"),
        ({"from": "2026-7"}, "invalid_date", "from"),
        ({"from": 202607}, "invalid_type", "from"),
        ({"from": None}, "invalid_type", "from"),
        ({"cause": "poverty"}, "invalid_choice", "cause"),
        ({"until": "2026-08"}, "unknown_field", "until"),
        ({"from": "1986-03-31"}, "no_value_in_force", "from"),
    ],
)
def test_statutory_lines_that_are_refused(facts: Json, code: str, field: str) -> None:
    error = answer("statutory", {"cause": "sanatorium", "from": "2026-07-20", **facts})["error"]
    assert (error["code"], error["field"]) == (code, field)
    assert error["message"]
    assert error["fix"]
