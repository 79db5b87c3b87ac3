from __future__ import annotations

from typing import Any

import pytest

from kokunen.dates.month import Month
from kokunen.law.contract.catalogue import answer
from kokunen.law.exemption.periods import exemption_cycle

Json = dict[str, Any]


@pytest.mark.parametrize(
    ("month", "cycle"),
    [
        ("2026-06", 2025), ("2026-07", 2026), ("2026-12", 2026), ("2027-01", 2026),
        ("2027-06", 2026), ("2027-07", 2027), ("2006-07", 2006),
    ],
)  # fmt: skip
def test_the_exemption_year_runs_from_july_to_june(month: str, cycle: int) -> None:
    assert answer("exemption-cycle", {"month": month}) == {
        "cycle": cycle,
        "from": f"{cycle}-07",
        "to": f"{cycle + 1}-06",
        "income_year": cycle - 1,
        "apply_from": f"{cycle}-07-01",
        "sources": ["法90条1項1号", "規則77条の2"],
    }


@pytest.mark.parametrize(
    ("month", "cycle"),
    [("2026-03", 2025), ("2026-04", 2026), ("2026-12", 2026), ("2027-01", 2026), ("2027-03", 2026)],
)
def test_the_students_year_runs_from_april_to_march(month: str, cycle: int) -> None:
    assert answer("student-cycle", {"month": month}) == {
        "cycle": cycle,
        "from": f"{cycle}-04",
        "to": f"{cycle + 1}-03",
        "income_year": cycle - 1,
        "apply_from": f"{cycle}-04-01",
        "sources": ["法90条の3第1項1号", "規則77条の2"],
    }


def test_the_income_year_is_explained() -> None:
    explained = answer("exemption-cycle", {"month": "2026-07"}, explain=True)["explanation"]
    assert explained == [{"text": "所得を見る年", "value": "2025", "source": ""}]


@pytest.mark.parametrize(
    ("applied_on", "oldest"),
    [
        ("2026-07-01", "2024-06"),
        ("2026-07-31", "2024-06"),
        ("2026-08-01", "2024-07"),
        ("R8.11.21", "2024-10"),
        ("2014-04-01", "2012-03"),
        # Until March 2014: back to the last July; in July, to that of the year before.
        ("2014-03-31", "2013-07"),
        ("2013-08-01", "2013-07"),
        ("2013-07-31", "2012-07"),
        ("2013-06-30", "2012-07"),
    ],
)
def test_how_far_back_an_application_reaches(applied_on: str, oldest: str) -> None:
    assert answer("retroactive-limit", {"applied_on": applied_on})["oldest_month"] == oldest


def test_the_old_limit_is_marked_as_not_confirmed() -> None:
    (note,) = answer("retroactive-limit", {"applied_on": "2014-03-31"})["notes"]
    assert "未確認" in note
    found = answer("retroactive-limit", {"applied_on": "2014-04-01"})
    assert found == {"oldest_month": "2012-03", "sources": ["法90条1項・法102条4項"]}


@pytest.mark.parametrize(
    ("left_job_on", "first", "last"),
    [
        ("2023-12-31", "2023-12", "2026-06"),  # the job is lost on 1 January 2024
        ("2023-12-30", "2023-11", "2025-06"),
        ("2024-03-31", "2024-03", "2026-06"),
        ("2024-03-30", "2024-02", "2026-06"),
        ("R6.2.29", "2024-02", "2026-06"),
        ("2024-02-28", "2024-01", "2026-06"),
    ],
)
def test_the_months_that_the_loss_of_a_job_opens(left_job_on: str, first: str, last: str) -> None:
    assert answer("unemployment", {"left_job_on": left_job_on}) == {
        "first_month": first,
        "last_month": last,
        "sources": ["規則77条の7"],
    }


def test_the_day_of_the_loss_is_explained() -> None:
    (lost, *_) = answer("unemployment", {"left_job_on": "2023-12-31"}, explain=True)["explanation"]
    assert lost == {
        "text": "失業した日(最後に働いた日の翌日)",
        "value": "2024-01-01",
        "source": "規則77条の7",
    }


@pytest.mark.parametrize(
    ("month", "dependants", "limits"),
    [
        ("2026-07", {}, (670, 670, 880, 1280, 1680, 1280, 1350)),
        ("2021-07", {}, (670, 670, 880, 1280, 1680, 1280, 1350)),
        ("2021-06", {}, (570, 570, 780, 1180, 1580, 1280, 1250)),
        ("2021-04", {}, (570, 570, 780, 1180, 1580, 1280, 1250)),
        ("2021-03", {}, (570, 570, 780, 1180, 1580, 1180, 1250)),
        ("2006-07", {}, (570, 570, 780, 1180, 1580, 1180, 1250)),
        ("2026-07", {"general": 1}, (1020, 1020, 1260, 1660, 2060, 1660, 1350)),
        ("2026-07", {"elderly": 1}, (1020, 1020, 1360, 1760, 2160, 1760, 1350)),
        ("2026-07", {"specified": 1}, (1020, 1020, 1510, 1910, 2310, 1910, 1350)),
        (
            "2026-07",
            {"general": 3, "elderly": 2, "specified": 1},
            (2770, 2770, 3610, 4010, 4410, 4010, 1350),
        ),
        ("2030-06", {}, (670, 670, 880, 1280, 1680, 1280, 1350)),
        ("2030-07", {}, (670, None, 880, 1280, 1680, 1280, 1350)),
    ],
)
def test_the_limits_in_thousands_of_yen(
    month: str, dependants: dict[str, int], limits: tuple[int | None, ...]
) -> None:
    found = answer("exemption-limits", {"month": month, "dependants": dependants})
    names = ("full", "deferral", "three_quarters", "half", "one_quarter", "student", "flat")
    assert {name: found[name] for name in names} == {
        name: None if limit is None else limit * 1000
        for name, limit in zip(names, limits, strict=True)
    }
    assert set(found) - {"notes"} == {*names, "sources"}


def test_the_limits_name_every_article() -> None:
    sources = answer("exemption-limits", {"month": "2026-07"})["sources"]
    for article in ("令6条の7", "令6条の8", "令6条の8の2", "令6条の9", "令6条の9の2", "附則14条"):
        assert any(source.endswith((article, f"{article}1項")) for source in sources), article


@pytest.mark.parametrize(
    ("month", "doubtful"), [("2021-03", None), ("2026-07", None), ("2030-07", "納付猶予")]
)
def test_a_limit_that_is_not_confirmed_says_so(month: str, doubtful: str | None) -> None:
    notes = answer("exemption-limits", {"month": month}).get("notes", [])
    if doubtful is None:
        assert notes == []
    else:
        assert len(notes) == 1
        assert doubtful in notes[0]
        assert "未確認" in notes[0]


@pytest.mark.parametrize(
    ("name", "given", "code", "field"),
    [
        ("exemption-limits", {"month": "2006-06"}, "no_value_in_force", "month"),
        ("exemption-limits", {"month": "2026-13"}, "invalid_month", "month"),
        ("exemption-limits", {}, "missing_field", "month"),
        ("exemption-limits", {"month": "2026-07", "dependants": 1}, "invalid_type", "dependants"),
        ("exemption-limits", {"month": "2026-07", "dependants": []}, "invalid_type", "dependants"),
        (
            "exemption-limits",
            {"month": "2026-07", "dependants": {"general": 100}},
            "out_of_range",
            "dependants.general",
        ),
        (
            "exemption-limits",
            {"month": "2026-07", "dependants": {"young": 1}},
            "unknown_field",
            "dependants.young",
        ),
        ("exemption-limits", {"month": "2026-07", "extra": 1}, "unknown_field", "extra"),
        ("retroactive-limit", {"applied_on": "2005-03-31"}, "no_value_in_force", "applied_on"),
        ("retroactive-limit", {"applied_on": "2026-02-30"}, "invalid_date", "applied_on"),
        ("retroactive-limit", {"applied_on": "2026-02-28", "x": 1}, "unknown_field", "x"),
        ("unemployment", {"left_job_on": "2006-05-31"}, "no_value_in_force", "left_job_on"),
        ("unemployment", {"left_job_on": None}, "invalid_type", "left_job_on"),
        ("unemployment", {"left_job_on": "2026-01-31", "x": 1}, "unknown_field", "x"),
        ("exemption-cycle", {"month": 202607}, "invalid_type", "month"),
        ("exemption-cycle", {"month": "2026-07", "student": True}, "unknown_field", "student"),
        ("student-cycle", {"month": "2026-7"}, "invalid_month", "month"),
    ],
)
def test_a_bad_input_is_refused_where_it_is_wrong(
    name: str, given: Json, code: str, field: str
) -> None:
    refused = answer(name, given)["error"]
    assert (refused["code"], refused["field"]) == (code, field)
    assert refused["message"]
    assert refused["fix"]


def test_every_limit_is_shown_in_the_working() -> None:
    given = {"month": "2026-07", "dependants": {"general": 1}}
    steps = answer("exemption-limits", given, explain=True)["explanation"]
    shown = [(step["value"], step["source"]) for step in steps if "基準額以下" in step["text"]]
    assert shown == [
        ("1020000", "法90条1項1号・令6条の7"),
        ("1020000", "平26改正法附則14条1項"),
        ("1260000", "法90条の2第1項1号・令6条の8の2"),
        ("1660000", "法90条の2第2項1号・令6条の9"),
        ("2060000", "法90条の2第3項1号・令6条の9の2"),
        ("1660000", "法90条の3第1項1号・令6条の9"),
    ]


def test_a_cycle_is_that_of_july_unless_a_student_asks() -> None:
    assert exemption_cycle(Month(2026, 5)).first == Month(2025, 7)
    assert exemption_cycle(Month(2026, 5), student=True).first == Month(2026, 4)
