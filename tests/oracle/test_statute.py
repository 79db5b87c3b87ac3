"""The oracle against examples worked by hand, and the drawing against what it promises."""

from __future__ import annotations

import datetime as dt
import json
import random
from collections import Counter
from typing import Any

import pytest

from tests.oracle import statute
from tests.oracle.draw import draw, draw_simple
from tests.oracle.statute import assess_exemption

Json = dict[str, Any]
BORN_1996 = "1996-05-02"
ALONE = {"birth_date": BORN_1996}


def earning(total: int | None, **more: object) -> Json:
    """Write the same income for every year a test could ask for."""
    return {"incomes": {str(year): {"total": total, **more} for year in range(2004, 2031)}}


def answer_for(month: str, insured: Json, **more: Any) -> Json:
    """Assess one month; the insured is born in 1996 and applies as late as will do."""
    case: Json = {
        "applied_on": f"{int(month[:4]) + 1}-06-30",
        "from": month,
        "to": month,
        "insured": {"birth_date": BORN_1996, **insured},
        "spouse": None,
        "head": None,
        **more,
    }
    (answer,) = assess_exemption(case)
    return answer


def band_for(month: str, insured: Json, **more: Any) -> object:
    """Give the band of one month."""
    return answer_for(month, insured, **more)["band"]


@pytest.mark.parametrize(
    ("month", "heads", "limit"),
    [
        ("2021-07", 0, 670_000),
        ("2026-07", 0, 670_000),
        ("2026-07", 1, 1_020_000),
        ("2026-07", 2, 1_370_000),
        ("2021-06", 0, 570_000),
        ("2020-07", 1, 920_000),
    ],
)
def test_the_full_limit_as_published(month: str, heads: int, limit: int) -> None:
    heads_of = {"dependants": {"general": heads}}
    assert band_for(month, earning(limit, **heads_of)) == "full"
    over = {**earning(limit + 1, **heads_of), "birth_date": "1970-01-15"}  # no deferral at 50
    assert band_for(month, over) == "three_quarters"


@pytest.mark.parametrize(
    ("month", "limits"),
    [
        ("2026-07", (880_000, 1_280_000, 1_680_000)),
        ("2021-07", (880_000, 1_280_000, 1_680_000)),
        ("2021-06", (780_000, 1_180_000, 1_580_000)),
        ("2006-07", (780_000, 1_180_000, 1_580_000)),
    ],
)
@pytest.mark.parametrize(
    ("more", "rise"),
    [
        ({}, 0),
        ({"dependants": {"general": 1}}, 380_000),
        ({"dependants": {"elderly": 1}}, 480_000),
        ({"dependants": {"specified": 2}}, 1_260_000),
        ({"deductions": {"social_insurance": 123_456, "medical": 1}}, 123_457),
        ({"working_student": True}, 270_000),
    ],
)
def test_the_limits_of_the_partial_bands(
    month: str, limits: tuple[int, int, int], more: Json, rise: int
) -> None:
    partial = ["three_quarters", "half", "one_quarter"]
    bands = [*partial, "none"]
    for place, limit in enumerate(limits):
        born = {"birth_date": "1980-01-15"}
        at = band_for(month, {**born, **earning(limit + rise, **more)}, wanted=partial)
        over = band_for(month, {**born, **earning(limit + rise + 1, **more)}, wanted=partial)
        assert (bands[place], bands[place + 1]) == (at, over)


@pytest.mark.parametrize(
    ("month", "amounts"),
    [
        ("2025-04", (4_380, 8_760, 13_130, 17_510)),
        ("2026-03", (4_380, 8_760, 13_130, 17_510)),
        ("2026-04", (4_480, 8_960, 13_440, 17_920)),
        ("2024-07", (4_250, 8_490, 12_740, 16_980)),
    ],
)
def test_what_is_left_to_pay_as_published(month: str, amounts: tuple[int, ...]) -> None:
    bands = ("three_quarters", "half", "one_quarter", "none")
    assert tuple(statute.payable_in(month, band) for band in bands) == amounts
    assert [statute.payable_in(month, band) for band in ("full", "deferral", "student")] == [0] * 3
    assert statute.payable_in(month, "undecidable") is None


@pytest.mark.parametrize(
    ("more", "from_month"),
    [
        ({"disabled": "ordinary"}, "2006-07"),
        ({"disabled": "special"}, "2006-07"),
        ({"widow": True}, "2006-07"),
        ({"single_parent": True}, "2021-07"),
    ],
)
def test_the_flat_limit(more: Json, from_month: str) -> None:
    born = {"birth_date": "1975-01-15"}
    assert band_for("2026-07", {**born, **earning(1_350_000, **more)}) == "full"
    assert band_for("2026-07", {**born, **earning(1_350_001, **more)}) == "half"
    before = "full" if from_month < "2021-06" else "one_quarter"
    assert band_for("2021-06", {**born, **earning(1_250_000, **more)}) == before
    assert band_for("2021-06", {**born, **earning(1_250_001, **more)}) != "full"
    studying = {"student": True, **earning(1_350_000, deductions={"medical": 0}, **more)}
    assert band_for("2026-04", studying) == "student"


def test_the_students_have_their_own_limit_year_and_turn() -> None:
    def student(total: int) -> Json:
        return {"student": True, **earning(total)}

    assert band_for("2021-04", student(1_280_000)) == "student"
    assert band_for("2021-04", student(1_280_001)) == "none"
    assert band_for("2021-03", student(1_180_000)) == "student"
    assert band_for("2021-03", student(1_180_001)) == "none"
    assert answer_for("2026-03", student(0))["income_year"] == 2024
    assert answer_for("2026-04", student(0))["income_year"] == 2025
    assert answer_for("2026-06", earning(0))["income_year"] == 2024
    assert answer_for("2026-07", earning(0))["income_year"] == 2025
    # Neither spouse nor head is looked at; no other box helps a student.
    assert band_for("2026-04", student(0), head=earning(9_000_000), spouse={}) == "student"
    assert band_for("2026-04", student(0), wanted=["full", "deferral"]) == "none"
    assert band_for("2026-07", earning(0), wanted=["student"]) == "none"


def test_who_is_tested() -> None:
    rich, poor = earning(9_000_000), earning(0)
    assert band_for("2026-07", poor, head=rich) == "deferral"
    assert band_for("2026-07", poor, spouse=rich) == "none"
    apart = {**poor, "separated_by_violence": True}
    assert band_for("2026-07", apart, spouse=rich) == "full"
    assert band_for("2026-07", apart, spouse=rich, head=rich) == "deferral"
    assert band_for("2026-07", poor, head=earning(1_680_000), wanted=["one_quarter"]) == (
        "one_quarter"
    )
    assert band_for("2026-07", poor, spouse=earning(1_280_001), wanted=["half"]) == "none"


@pytest.mark.parametrize("reason", statute.PERSON_FLAGS)
def test_a_special_reason_lets_that_person_pass(reason: str) -> None:
    rich = {**earning(9_000_000), reason: True}
    assert band_for("2026-07", rich, spouse=rich, head=rich) == "full"
    assert band_for("2026-07", rich, wanted=["deferral"]) == "deferral"
    assert band_for("2026-07", {**rich, "student": True}) == "student"
    assert band_for("2026-07", rich, spouse=earning(9_000_000)) == "none"


@pytest.mark.parametrize(
    ("left_job_on", "first", "last"),
    [
        ("2023-12-31", "2023-12", "2026-06"),  # the job is lost on 1 January 2024
        ("2023-12-30", "2023-11", "2025-06"),
        ("2024-03-31", "2024-03", "2026-06"),
        ("2024-03-30", "2024-02", "2026-06"),
    ],
)
def test_the_loss_of_a_job(left_job_on: str, first: str, last: str) -> None:
    rich = {**earning(9_000_000), "left_job_on": left_job_on}
    for month, band in (
        (statute.shifted(first, -1), "none"),
        (first, "full"),
        (last, "full"),
        (statute.shifted(last, 1), "none"),
    ):
        assert band_for(month, rich) == band


@pytest.mark.parametrize(
    ("left_job_on", "first", "last"),
    [
        ("2023-12-31", "2023-12", "2026-03"),  # the job is lost on 1 January 2024
        ("2023-12-30", "2023-11", "2025-03"),
        ("2024-03-31", "2024-03", "2026-03"),
    ],
)
def test_a_students_loss_of_a_job_ends_with_the_students_year(
    left_job_on: str, first: str, last: str
) -> None:
    rich = {**earning(9_000_000), "left_job_on": left_job_on, "student": True}
    for month, band in (
        (statute.shifted(first, -1), "none"),
        (first, "student"),
        (last, "student"),
        (statute.shifted(last, 1), "none"),
    ):
        assert band_for(month, rich) == band


@pytest.mark.parametrize(
    ("birth_date", "first", "last"),
    [
        ("1999-04-01", "2019-03", "2059-02"),
        ("1999-04-02", "2019-04", "2059-03"),
        ("1966-06-01", "1986-05", "2026-04"),
        ("1996-02-29", "2016-02", "2056-01"),
        ("1996-03-01", "2016-02", "2056-01"),
        ("1997-03-01", "2017-02", "2057-01"),
    ],
)
def test_the_months_of_a_person_aged_20_to_59(birth_date: str, first: str, last: str) -> None:
    for month, inside in (
        (statute.shifted(first, -1), False),
        (first, True),
        (last, True),
        (statute.shifted(last, 1), False),
    ):
        case = {"applied_on": f"{month}-28", "insured": {"birth_date": birth_date}}
        reason = statute.why_not_applicable(case, month)
        assert reason == (None if inside else "not_aged_20_to_59")


@pytest.mark.parametrize(
    ("birth_date", "month", "open_"),
    [
        ("1976-09-01", "2026-07", True),  # 50 on 31 August
        ("1976-09-01", "2026-08", False),
        ("1976-09-02", "2026-08", True),
        ("1986-07-01", "2016-05", True),  # 30 on 30 June
        ("1986-07-01", "2016-06", False),
        ("1986-07-01", "2016-07", True),  # under 50 from July 2016
        ("1996-05-02", "2030-06", True),
        ("1996-05-02", "2030-07", False),
    ],
)
def test_the_age_and_the_end_of_the_deferral(birth_date: str, month: str, open_: bool) -> None:  # noqa: FBT001 - a column of the table
    day = dt.date.fromisoformat(birth_date)
    assert statute.deferral_is_open(day, month) == open_


@pytest.mark.parametrize(
    ("applied_on", "student", "oldest"),
    [
        ("2024-07-01", False, "2022-06"),
        ("2024-07-31", True, "2022-06"),
        ("2014-04-01", False, "2012-03"),
        ("2014-03-31", False, "2013-07"),
        ("2013-08-01", False, "2013-07"),
        ("2013-07-31", False, "2012-07"),
        ("2013-06-30", False, "2012-07"),
        ("2014-03-31", True, "2013-04"),
        ("2013-05-01", True, "2013-04"),
        ("2013-04-30", True, "2012-04"),
    ],
)
def test_how_far_back(applied_on: str, student: bool, oldest: str) -> None:  # noqa: FBT001 - a column of the table
    day = dt.date.fromisoformat(applied_on)
    assert statute.oldest_month(day, student=student) == oldest


def test_the_order_of_the_reasons_not_to_judge_a_month() -> None:
    def reason(month: str, **more: object) -> object:
        case = {"applied_on": "2026-06-30", "insured": ALONE, **more}
        return statute.why_not_applicable(case, month)

    others = [
        {"kind": "statutory", "from": "2010-01", "to": None},
        {"kind": "childcare", "from": "2024-01", "to": "2024-09"},
        {"kind": "childbirth", "from": "2024-01", "to": "2024-04"},
    ]
    paid = ["2016-01", "2024-04", "2024-06"]
    assert reason("2016-01", other_exemptions=others, paid_months=paid) == "not_aged_20_to_59"
    assert reason("2024-04", other_exemptions=others, paid_months=paid) == "childbirth"
    assert reason("2024-05", other_exemptions=others) == "childcare"
    assert reason("2024-10", other_exemptions=others) == "statutory"
    assert reason("2016-06", paid_months=["2016-06"]) == "already_paid"
    assert reason("2024-04") == "too_old"
    assert reason("2024-05") is None
    assert reason("2026-06") is None
    assert reason("2026-07") == "cycle_not_open"
    assert reason("2026-07", applied_on="2026-07-01") is None
    student = {**ALONE, "student": True}
    assert reason("2026-04", insured=student, applied_on="2026-03-31") == "cycle_not_open"
    assert reason("2027-03", insured=student, applied_on="2026-04-01") is None


def test_a_month_that_is_not_judged_says_nothing_else() -> None:
    assert answer_for("2026-07", earning(0), applied_on="2026-06-30") == {
        "month": "2026-07",
        "band": None,
        "income_year": None,
        "payable": None,
        "missing": [],
        "not_applicable": "cycle_not_open",
    }


def test_an_unknown_income_is_missing_only_where_it_decides() -> None:
    unknown: Json = {"incomes": {"2025": {"total": None}}}
    assert answer_for("2026-07", {}) == {
        "month": "2026-07",
        "band": "undecidable",
        "income_year": 2025,
        "payable": None,
        "missing": ["insured.incomes.2025"],
    }
    rich = earning(9_000_000)
    assert band_for("2026-07", rich, spouse=unknown, head={"incomes": {"2025": None}}) == "none"
    assert band_for("2026-07", earning(0), head=rich, spouse=unknown) == "undecidable"
    assert band_for("2026-07", {**earning(0), "disaster_loss": True}) == "full"
    assert answer_for("2026-07", earning(0), head=unknown)["missing"] == ["head.incomes.2025"]
    # The head is not tested for the deferral; so only the two others can be missing.
    found = answer_for("2026-07", {}, spouse=unknown, head=unknown, wanted=["deferral"])
    assert found["missing"] == ["insured.incomes.2025", "spouse.incomes.2025"]


def test_an_unknown_flag_is_missing_only_where_it_decides() -> None:
    rich = {**earning(9_000_000), "disaster_loss": None}
    assert answer_for("2026-07", rich)["missing"] == ["insured.disaster_loss"]
    assert band_for("2026-07", {**earning(0), "disaster_loss": None}) == "full"
    apart = {**earning(0), "separated_by_violence": None}
    assert band_for("2026-07", apart) == "full"
    found = answer_for("2026-07", apart, spouse={"other_assistance": None})
    assert found["missing"] == [
        "insured.separated_by_violence",
        "spouse.other_assistance",
        "spouse.incomes.2025",
    ]
    parent = earning(1_350_000, single_parent=None)
    assert answer_for("2026-07", parent)["missing"] == ["insured.incomes.2025.single_parent"]


def test_incomes_in_between_matter_only_to_a_deferral_asked_for_without_full(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    # With 0 and a huge income alone the head seems not to matter: the insured is either deferred,
    # whoever the head is, or passes nothing. An insured in between would pass half with the head.
    asked = ["deferral", "half"]
    unknown: Json = {"incomes": {}}
    found = answer_for("2026-07", unknown, head=unknown, wanted=asked)
    assert (found["band"], found["missing"]) == ("undecidable", ["insured.incomes.2025"])
    monkeypatch.setattr(statute, "TRIED_INCOMES", (0, 1_000_000, 10**11))
    found = answer_for("2026-07", unknown, head=unknown, wanted=asked)
    assert found["missing"] == ["insured.incomes.2025", "head.incomes.2025"]
    everything = answer_for("2026-07", unknown, head=unknown)
    assert everything["missing"] == ["insured.incomes.2025", "head.incomes.2025"]


def test_a_month_without_a_figure_raises() -> None:
    with pytest.raises(KeyError):
        statute.payable_in("2028-04", "none")
    with pytest.raises(KeyError):
        answer_for("2006-06", {"birth_date": "1980-01-15"}, applied_on="2006-06-30")


def test_the_drawing_is_repeatable_and_json() -> None:
    again = [[draw(random.Random(seed)) for seed in range(50)] for _ in range(2)]
    assert again[0] == again[1]
    assert json.loads(json.dumps(again[0])) == again[0]


def test_the_drawing_reaches_every_answer_and_every_edge() -> None:
    rng = random.Random(2)
    seen: Counter[str] = Counter()
    turned: Counter[str] = Counter()
    for _ in range(4_000):
        case = draw_simple(rng)
        (answer,) = assess_exemption(case)
        seen[answer["band"] or answer["not_applicable"]] += 1
        for role in ("insured", "spouse", "head"):
            for record in ((case.get(role) or {}).get("incomes") or {}).values():
                if record is None or record["total"] is None:
                    continue
                record["total"] += 1
                if assess_exemption(case)[0]["band"] != answer["band"]:
                    turned[role] += 1
                record["total"] -= 1
    bands = ("full", "deferral", "three_quarters", "half", "one_quarter", "student", "none")
    reasons = ("not_aged_20_to_59", "childbirth", "childcare", "statutory", "already_paid")
    for answer_name in (*bands, *reasons, "undecidable", "too_old", "cycle_not_open"):
        assert seen[answer_name] >= 20, answer_name
    # One yen more changes the band: the drawn incomes do stand at the limits that decide.
    assert turned["insured"] >= 150
    assert min(turned["spouse"], turned["head"]) >= 40
