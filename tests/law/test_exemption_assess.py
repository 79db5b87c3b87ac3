"""`assess-exemption` in the sentences of the office."""

from __future__ import annotations

from typing import Any

import pytest

from kokunen.dates.month import Month
from kokunen.law.contract.application import read_application
from kokunen.law.contract.catalogue import answer
from kokunen.law.contract.fields import Fields
from kokunen.law.exemption.assess import assess_month
from kokunen.law.exemption.facts import Income
from kokunen.law.exemption.rules import DEDUCTIONS

Json = dict[str, Any]
BANDS = ["full", "deferral", "three_quarters", "half", "one_quarter"]


def earning(total: int | None, **more: object) -> Json:
    return {"incomes": {str(year): {"total": total, **more} for year in range(2004, 2031)}}


RICH, POOR = earning(9_000_000), earning(0)
UNKNOWN: Json = {"incomes": {}}


def case_for(insured: Json, *, month: str = "2026-07", **more: object) -> Json:
    return {
        "applied_on": f"{int(month[:4]) + 1}-06-30",
        "from": month,
        "to": month,
        "insured": {"birth_date": "1996-05-02", **insured},
        "spouse": None,
        "head": None,
        **more,
    }


def month_of(insured: Json, *, month: str = "2026-07", **more: object) -> Json:
    found: Json
    (found,) = answer("assess-exemption", case_for(insured, month=month, **more))["months"]
    return found


def explained(insured: Json, *, month: str = "2026-07", **more: object) -> Json:
    given = case_for(insured, month=month, **more)
    found: Json = answer("assess-exemption", given, explain=True)["months"][0]["explanation"]
    return found


def band_of(insured: Json, *, month: str = "2026-07", **more: object) -> object:
    return month_of(insured, month=month, **more)["band"]


# ------------------------------------------------------------------------------------- the answer


def test_the_example_of_the_contract() -> None:
    income = {
        "total": 700_000,
        "dependants": {"general": 1},
        "deductions": {"social_insurance": 200_000},
        "disabled": "none",
        "widow": False,
        "single_parent": False,
        "working_student": False,
    }
    found = answer(
        "assess-exemption",
        {
            "applied_on": "2026-08-03",
            "from": "2026-07",
            "to": "2027-06",
            "insured": {
                "birth_date": "1996-05-02",
                "student": False,
                "left_job_on": None,
                "separated_by_violence": False,
                "other_assistance": False,
                "special_disability_benefit": False,
                "disaster_loss": False,
                "incomes": {"2025": income},
            },
            "spouse": None,
            "head": None,
        },
    )
    assert found["months"] == [
        {"month": str(month), "band": "full", "income_year": 2025, "payable": 0, "missing": []}
        for month in Month.range(Month(2026, 7), Month(2027, 6))
    ]
    assert "法90条1項1号・令6条の7" in found["sources"]
    assert set(found) == {"months", "sources"}


@pytest.mark.parametrize(
    ("total", "band", "payable"),
    [
        (670_000, "full", 0),
        (670_001, "three_quarters", 4_480),
        (880_000, "three_quarters", 4_480),
        (880_001, "half", 8_960),
        (1_280_000, "half", 8_960),
        (1_280_001, "one_quarter", 13_440),
        (1_680_000, "one_quarter", 13_440),
        (1_680_001, "none", 17_920),
    ],
)
def test_one_yen_over_a_limit_is_the_next_band(total: int, band: str, payable: int) -> None:
    found = month_of({"birth_date": "1970-01-15", **earning(total)})
    assert (found["band"], found["payable"]) == (band, payable)


@pytest.mark.parametrize(
    ("more", "rise"),
    [
        ({"dependants": {"general": 1}}, 380_000),
        ({"dependants": {"elderly": 2}}, 960_000),
        ({"dependants": {"specified": 1}}, 630_000),
        *(
            ({"deductions": {name: 123_456}}, 123_456)
            for name in (
                "casualty",
                "medical",
                "social_insurance",
                "small_enterprise_mutual_aid",
                "spouse_special",
                "specified_relative_special",
            )
        ),
        ({"disabled": "ordinary"}, 270_000),
        ({"disabled": "special"}, 400_000),
        ({"widow": True}, 270_000),
        ({"single_parent": True}, 350_000),
        ({"working_student": True}, 270_000),
    ],
)
def test_what_counts_in_the_partial_bands(more: Json, rise: int) -> None:
    for limit, band in ((1_680_000, "one_quarter"), (1_280_000, "half")):
        assert band_of(earning(limit + rise, **more), wanted=[band]) == band
        assert band_of(earning(limit + rise + 1, **more), wanted=[band]) == "none"


def test_deductions_do_not_count_in_the_full_band() -> None:
    income = earning(670_001, deductions={"medical": 600_000})
    assert band_of(income, wanted=["full"]) == "none"
    assert band_of(earning(670_000), wanted=["full"]) == "full"


def test_a_student_is_judged_alone_and_after_deductions() -> None:
    student = {"student": True, **earning(1_380_000, deductions={"medical": 100_000})}
    found = month_of(student, spouse=RICH, head=RICH)
    assert (found["band"], found["payable"]) == ("student", 0)
    over = {"student": True, **earning(1_280_001)}
    assert band_of(over, spouse=POOR, head=POOR) == "none"
    assert band_of({"student": True, **POOR}, wanted=BANDS) == "none"
    assert band_of({"student": True, **POOR}, wanted=["student"]) == "student"
    assert band_of(POOR, wanted=["student"]) == "none"


def test_who_is_tested_in_which_band() -> None:
    assert band_of(POOR, head=RICH) == "deferral"
    assert band_of(POOR, spouse=RICH) == "none"
    assert band_of(RICH, spouse=POOR, head=POOR) == "none"
    apart = {**POOR, "separated_by_violence": True}
    assert band_of(apart, spouse=RICH) == "full"
    assert band_of(apart, spouse=RICH, head=RICH) == "deferral"
    for band in BANDS[2:]:
        assert band_of(POOR, head=RICH, wanted=[band]) == "none"
        assert band_of(POOR, spouse=RICH, wanted=[band]) == "none"
        assert band_of(POOR, spouse=POOR, head=POOR, wanted=[band]) == band


def test_only_the_bands_ticked_are_examined_in_the_order_of_the_law() -> None:
    assert band_of(POOR, wanted=["one_quarter", "half", "deferral"]) == "deferral"
    assert band_of(POOR, wanted=["one_quarter", "half"]) == "half"
    assert band_of(POOR, wanted=["one_quarter"]) == "one_quarter"
    assert band_of(POOR, wanted=[]) == "none"
    assert band_of(POOR, wanted=None) == "full"


@pytest.mark.parametrize(
    "reason", ["other_assistance", "special_disability_benefit", "disaster_loss"]
)
def test_a_special_reason_frees_that_person_alone(reason: str) -> None:
    assert band_of({**RICH, reason: True}) == "full"
    assert band_of({**RICH, reason: True}, spouse=RICH) == "none"
    assert band_of({**RICH, reason: True}, spouse={**RICH, reason: True}) == "full"
    assert band_of({**RICH, reason: False}) == "none"
    assert explained({**RICH, reason: True})["reason"] == reason


@pytest.mark.parametrize(
    ("month", "band"),
    [("2023-11", "none"), ("2023-12", "full"), ("2026-06", "full"), ("2026-07", "none")],
)
def test_the_loss_of_a_job_to_june(month: str, band: str) -> None:
    assert band_of({**RICH, "left_job_on": "2023-12-31"}, month=month) == band
    spouse = {**RICH, "left_job_on": "R5.12.31"}
    assert band_of(POOR, month=month, spouse=spouse) == band


@pytest.mark.parametrize(
    ("month", "band"),
    [("2023-11", "none"), ("2023-12", "student"), ("2026-03", "student"), ("2026-04", "none")],
)
def test_a_students_loss_of_a_job_to_march(month: str, band: str) -> None:
    assert band_of({**RICH, "left_job_on": "2023-12-31", "student": True}, month=month) == band


@pytest.mark.parametrize(
    ("status", "since"),
    [
        ({"disabled": "ordinary"}, "2006-07"),
        ({"disabled": "special"}, "2006-07"),
        ({"widow": True}, "2006-07"),
        ({"single_parent": True}, "2021-07"),
    ],
)
def test_the_flat_limit_of_the_disabled_widowed_and_single_parents(
    status: Json, since: str
) -> None:
    for limit, month in ((1_350_000, "2021-07"), (1_250_000, "2021-06")):
        band = "full" if month >= since else "none"
        assert band_of(earning(limit, **status), month=month, wanted=["full"]) == band
        assert band_of(earning(limit + 1, **status), month=month, wanted=["full"]) == "none"
        assert band_of(earning(limit), month=month, wanted=["full"]) == "none"


# ------------------------------------------------------------------------- age, sunset, deferral


@pytest.mark.parametrize(
    ("birth_date", "month", "band"),
    [
        ("1976-09-01", "2026-07", "deferral"),  # 50 on 31 August
        ("1976-09-01", "2026-08", "none"),
        ("1976-09-02", "2026-08", "deferral"),
        ("1976-09-02", "2026-09", "none"),
        ("1986-07-01", "2016-05", "deferral"),  # 30 on 30 June
        ("1986-07-01", "2016-06", "none"),
        ("1986-07-01", "2016-07", "deferral"),  # under 50 from July 2016
    ],
)
def test_the_age_of_the_deferral(birth_date: str, month: str, band: str) -> None:
    insured = {"birth_date": birth_date, **POOR}
    applied_on = "2014-06-30" if month < "2014" else f"{month[:4]}-12-28"
    found = band_of(insured, month=month, head=RICH, applied_on=applied_on)
    assert found == band


def assessed(insured: Json, month: str, **more: object) -> str:
    case = case_for(insured, month=month, **more)
    found = assess_month(read_application(Fields(case)), Month.parse(month))
    return found.decision.band


def test_the_deferral_ends_with_june_2030() -> None:
    deferred = {"head": RICH}
    assert assessed(POOR, "2030-06", **deferred) == "deferral"
    assert assessed(POOR, "2030-07", **deferred) == "none"
    assert assessed(POOR, "2030-07") == "full"
    assert band_of(POOR, month="2030-06", head=RICH) == "deferral"


@pytest.mark.parametrize(
    ("birth_date", "first", "last"),
    [
        ("2006-04-01", "2026-03", None),
        ("2006-04-02", "2026-04", None),
        ("1967-04-01", None, "2027-02"),
        ("1967-04-02", None, "2027-03"),
        ("1996-02-29", "2016-02", None),
    ],
)
def test_the_months_of_a_person_aged_20_to_59(
    birth_date: str, first: str | None, last: str | None
) -> None:
    insured = {"birth_date": birth_date, **POOR}
    for inside, outside in ((first, -1), (last, 1)):
        if inside is None:
            continue
        assert month_of(insured, month=inside)["band"] == "full"
        beside = month_of(insured, month=str(Month.parse(inside) + outside))
        assert beside["not_applicable"] == "not_aged_20_to_59"


# --------------------------------------------------------------- months that may not be applied for


@pytest.mark.parametrize(
    ("reason", "article", "change"),
    [
        ("not_aged_20_to_59", "法7条1項1号", {"insured": {"birth_date": "1966-07-31", **POOR}}),
        ("childbirth", "法88条の2",
         {"other_exemptions": [{"kind": "childbirth", "from": "2026-07", "to": "2026-10"}]}),
        ("childcare", "法88条の3",
         {"other_exemptions": [{"kind": "childcare", "from": "2026-04", "to": "2026-07"}]}),
        ("statutory", "法89条", {"other_exemptions": [{"kind": "statutory", "from": "2020-01"}]}),
        ("already_paid", "法90条1項", {"paid_months": ["2026-07"]}),
        ("too_old", "法102条4項", {"applied_on": "2028-09-01"}),
        ("cycle_not_open", "規則77条の2", {"applied_on": "2026-06-30"}),
    ],
)  # fmt: skip
def test_a_month_that_may_not_be_applied_for(reason: str, article: str, change: Json) -> None:
    given = {**case_for(POOR), **change}
    found = answer("assess-exemption", given)
    assert found["months"] == [
        {
            "month": "2026-07",
            "band": None,
            "income_year": None,
            "payable": None,
            "missing": [],
            "not_applicable": reason,
        }
    ]
    assert article in found["sources"]
    assert answer("assess-exemption", given, explain=True)["months"] == found["months"]


def test_the_first_and_the_last_day_on_which_a_month_may_be_applied_for() -> None:
    assert band_of(POOR, applied_on="2026-07-01") == "full"
    assert band_of(POOR, applied_on="2028-08-31") == "full"
    student = {**POOR, "student": True}
    assert band_of(student, month="2026-04", applied_on="2026-04-01") == "student"
    early = month_of(student, month="2026-04", applied_on="2026-03-31")
    assert early["not_applicable"] == "cycle_not_open"


def test_the_other_exemptions_come_in_the_order_of_the_law() -> None:
    kinds = ["statutory", "childcare", "childbirth"]
    others = [{"kind": kind, "from": "2026-07", "to": "2026-07"} for kind in kinds]
    more: Json = {"other_exemptions": others, "paid_months": ["2026-07"]}
    seen = []
    while others:
        found = month_of(POOR, **more)["not_applicable"]
        seen.append(found)
        others[:] = [other for other in others if other["kind"] != found]
    assert seen == ["childbirth", "childcare", "statutory"]
    assert month_of(POOR, **more)["not_applicable"] == "already_paid"


def test_another_exemption_covers_its_months_alone() -> None:
    case = case_for(POOR, other_exemptions=[
        {"kind": "childcare", "from": "2026-08", "to": "2026-09"},
        {"kind": "statutory", "from": "2026-12", "to": None},
    ]) | {"to": "2027-01"}  # fmt: skip
    months = answer("assess-exemption", case)["months"]
    assert [month.get("not_applicable", month["band"]) for month in months] == [
        "full", "childcare", "childcare", "full", "full", "statutory", "statutory",
    ]  # fmt: skip


# ---------------------------------------------------------------------------------- what is unknown


def test_an_unknown_income_is_named_where_it_matters() -> None:
    found = month_of(UNKNOWN)
    assert (found["band"], found["payable"]) == ("undecidable", None)
    assert found["missing"] == ["insured.incomes.2025"]
    alike: list[Json] = [
        {"incomes": {"2025": None}},
        {"incomes": {"2025": {}}},
        {"incomes": None},
        {},
    ]
    for unknown in (*alike, earning(None)):
        assert month_of(unknown) == found
    assert month_of(POOR, spouse=UNKNOWN)["missing"] == ["spouse.incomes.2025"]
    assert month_of(POOR, month="2026-06", spouse=UNKNOWN)["missing"] == ["spouse.incomes.2024"]


def test_what_could_not_change_the_answer_is_not_missing() -> None:
    assert month_of(RICH, spouse=UNKNOWN)["band"] == "none"
    assert month_of(RICH, spouse=UNKNOWN)["missing"] == []
    assert band_of({**UNKNOWN, "disaster_loss": True}) == "full"
    # The head is not looked at for the deferral, and nothing better was asked for.
    assert band_of(POOR, head=UNKNOWN, wanted=["deferral"]) == "deferral"
    assert month_of(POOR, head=UNKNOWN)["missing"] == ["head.incomes.2025"]


@pytest.mark.parametrize(
    "flag", ["other_assistance", "special_disability_benefit", "disaster_loss"]
)
def test_an_unknown_fact_is_named(flag: str) -> None:
    assert month_of({**RICH, flag: None})["missing"] == [f"insured.{flag}"]
    assert band_of({**POOR, flag: None}) == "full"
    assert month_of(POOR, head={**RICH, flag: None})["missing"] == [f"head.{flag}"]


def test_an_unknown_separation_is_named() -> None:
    insured = {**POOR, "separated_by_violence": None}
    found = month_of(insured, spouse=RICH)
    assert (found["band"], found["missing"]) == ("undecidable", ["insured.separated_by_violence"])
    assert band_of(insured, spouse=POOR) == "full"
    assert band_of(insured) == "full"
    both = month_of(insured, spouse=UNKNOWN)["missing"]
    assert sorted(both) == ["insured.separated_by_violence", "spouse.incomes.2025"]


def test_who_could_still_change_it_is_explained() -> None:
    found = explained(UNKNOWN, spouse=UNKNOWN)
    assert (found["decided_by"], found["reason"]) == ("insured", "unknown_fact")
    assert explained(POOR, spouse=UNKNOWN)["decided_by"] == "spouse"
    assert explained(POOR, head=UNKNOWN)["decided_by"] == "head"
    assert found["next_better"] is None
    assert found["bands"][0]["passed"] is None
    assert [one["passed"] for one in found["bands"][0]["persons"]] == [None, None]
    (line, *_) = found["bands"][0]["persons"][0]["lines"]
    assert (line["income"], line["limit"], line["margin"]) == (None, None, None)


# ------------------------------------------------------------------------------- the explanation


def test_every_band_tried_is_shown_with_each_person() -> None:
    found = explained(
        earning(900_000, dependants={"general": 1}, deductions={"medical": 20_000}),
        head=earning(1_300_000),
    )
    shown = {
        band["band"]: (
            band["passed"], [(one["person"], one["passed"]) for one in band["persons"]]
        )
        for band in found["bands"]
    }  # fmt: skip
    assert shown == {
        "full": (False, [("insured", True), ("head", False)]),
        "deferral": (True, [("insured", True)]),
        "three_quarters": (False, [("insured", True), ("head", False)]),
        "half": (False, [("insured", True), ("head", False)]),
        "one_quarter": (True, [("insured", True), ("head", True)]),
    }
    assert list(shown) == BANDS
    assert (found["decided_by"], found["reason"]) == ("head", "over_full_limit")
    assert found["next_better"] == {
        "person": "head", "fact": "total", "change": -630_000, "band": "full",
    }  # fmt: skip


def test_every_line_is_shown_with_its_article_and_margin() -> None:
    found = explained(earning(900_000, dependants={"general": 1}, deductions={"medical": 20_000}))
    lines = {band["band"]: band["persons"][0]["lines"] for band in found["bands"]}
    assert [line["line"] for line in lines["full"]] == [
        "income_within_limit",
        "other_assistance",
        "flat_limit",
        "special_disability_benefit",
        "disaster_loss",
        "job_loss",
    ]
    assert lines["full"][0] == {
        "line": "income_within_limit",
        "text": "所得が全額免除の基準額以下である",
        "source": "法90条1項1号・令6条の7",
        "passed": True,
        "income": 900_000,
        "limit": 1_020_000,
        "margin": 120_000,
    }
    assert lines["half"][0] == {
        "line": "income_within_limit",
        "text": "所得が半額免除の基準額以下である",
        "source": "法90条の2第2項1号・令6条の9",
        "passed": True,
        "income": 880_000,
        "limit": 1_660_000,
        "margin": 780_000,
    }
    flat = lines["full"][2]
    assert (flat["source"], flat["passed"]) == ("法90条1項3号・令6条の8", False)
    assert (flat["income"], flat["limit"], flat["margin"]) == (900_000, 1_350_000, 450_000)
    for place, source in ((1, "法90条1項2号"), (3, "法90条1項4号・規則77条の7")):
        line = lines["full"][place]
        assert (line["source"], line["passed"], line["income"]) == (source, False, None)
    job = lines["full"][5]
    assert (job["passed"], job["income"], job["limit"], job["margin"]) == (False, None, None, None)
    sources = {band: band_lines[0]["source"] for band, band_lines in lines.items()}
    assert sources["deferral"] == "平26改正法附則14条1項"
    assert sources["three_quarters"] == "法90条の2第1項1号・令6条の8の2"
    assert sources["one_quarter"] == "法90条の2第3項1号・令6条の9の2"


def test_where_the_best_is_granted_its_line_is_the_reason() -> None:
    assert explained(POOR)["reason"] == "income_within_limit"
    assert explained(POOR)["decided_by"] == "insured"
    assert explained(POOR)["next_better"] is None
    assert explained({**RICH, "left_job_on": "2026-03-31"})["reason"] == "job_loss"
    assert explained(earning(1_350_000, widow=True))["reason"] == "flat_limit"
    nothing = explained(POOR, wanted=[])
    assert (nothing["decided_by"], nothing["reason"]) == ("insured", "nothing_examined")
    assert nothing["bands"] == []


@pytest.mark.parametrize(
    ("insured", "more", "decided_by", "reason"),
    [
        (earning(1_000_000), {}, "insured", "over_three_quarters_limit"),
        (earning(800_000), {}, "insured", "over_deferral_limit"),
        (RICH, {}, "insured", "over_one_quarter_limit"),
        (POOR, {"spouse": RICH}, "spouse", "over_one_quarter_limit"),
        (RICH, {"spouse": RICH, "head": RICH}, "insured", "over_one_quarter_limit"),
        (POOR, {"spouse": earning(800_000)}, "spouse", "over_deferral_limit"),
        ({**RICH, "student": True}, {}, "insured", "over_student_limit"),
        (POOR, {"head": RICH, "wanted": ["full", "half"]}, "head", "over_half_limit"),
    ],
)
def test_the_line_that_decided_is_the_last_better_one_failed(
    insured: Json, more: Json, decided_by: str, reason: str
) -> None:
    found = explained(insured, **more)
    assert (found["decided_by"], found["reason"]) == (decided_by, reason)


def test_the_smallest_change_that_helps() -> None:
    def better(
        insured: Json, *, spouse: Json | None = None, wanted: list[str] | None = None
    ) -> object:
        return explained(insured, spouse=spouse, wanted=wanted)["next_better"]

    change = {"person": "insured", "fact": "total", "change": -20_000, "band": "half"}
    assert better(earning(1_300_000)) == change
    # With deductions the same fall of income helps: the limit is met after them.
    assert better(earning(1_400_000, deductions={"medical": 100_000})) == change
    # The flat limit is nearer than that of the band, for those to whom it is open.
    assert better(earning(1_350_001, widow=True)) == {**change, "change": -1, "band": "full"}
    assert better(RICH, spouse=RICH) is None
    assert better(RICH, spouse=POOR) == {**change, "change": -7_320_000, "band": "one_quarter"}
    assert better(POOR, spouse=RICH) == {
        "person": "spouse", "fact": "total", "change": -7_320_000, "band": "one_quarter",
    }  # fmt: skip
    assert better({**RICH, "student": True}) == {
        **change, "change": -7_720_000, "band": "student",
    }  # fmt: skip
    assert better(POOR, wanted=[]) is None


def test_an_explanation_comes_only_when_asked_for() -> None:
    assert "explanation" not in month_of(POOR)
    assert explained(POOR)["bands"]


def test_the_spouse_left_behind_is_not_shown() -> None:
    found = explained({**POOR, "separated_by_violence": True}, spouse=RICH)
    assert [one["person"] for one in found["bands"][0]["persons"]] == ["insured"]
    student = explained({**POOR, "student": True}, spouse=RICH, head=RICH)
    assert [band["band"] for band in student["bands"]] == ["student"]
    assert [one["person"] for one in student["bands"][0]["persons"]] == ["insured"]


def test_a_figure_that_is_not_confirmed_is_shown_as_such() -> None:
    student = {**POOR, "student": True}
    (note,) = answer("assess-exemption", case_for(student, month="2021-06"))["notes"]
    assert note.startswith("「ひとり親の控除」(2021-06)は未確認の数値です。")
    assert "notes" not in answer("assess-exemption", case_for(student, month="2021-07"))
    assert "notes" not in answer("assess-exemption", case_for(POOR, month="2026-07"))


def test_an_income_in_between_can_make_another_one_matter() -> None:
    # With nothing or with everything the insured gets the deferral or nothing, whoever is head;
    # in between the partial band is left, and then the head's income decides.
    wanted = ["deferral", "half"]
    found = month_of({}, head={}, wanted=wanted)
    assert found["missing"] == ["insured.incomes.2025", "head.incomes.2025"]
    assert month_of({}, head=earning(0), wanted=wanted)["missing"] == ["insured.incomes.2025"]
    # The head is above every limit: only the deferral is left, and the head matters for none.
    alone = month_of({}, head=earning(10_000_000), wanted=wanted)
    assert alone["missing"] == ["insured.incomes.2025"]


def test_of_an_undecidable_month_the_first_who_could_change_it_decides() -> None:
    # Full is ruled out by the head; the deferral waits for the insured.
    found = explained({}, head=earning(10_000_000))
    assert (found["decided_by"], found["reason"]) == ("insured", "unknown_fact")
    # Everything hangs on whether the spouse, who earns, is lived apart from.
    apart = {**earning(0), "separated_by_violence": None}
    found = explained(apart, spouse=earning(10_000_000))
    assert (found["decided_by"], found["reason"]) == ("spouse", "unknown_fact")


def test_no_change_is_named_where_another_person_is_not_known() -> None:
    rich = {**RICH, "birth_date": "1970-05-02"}  # too old for the deferral, which asks no head
    assert explained(rich, head=UNKNOWN)["next_better"] is None
    assert explained(rich, head=POOR)["next_better"]["person"] == "insured"


def test_where_two_stand_in_the_way_of_full_one_alone_may_reach_the_deferral() -> None:
    found = explained(earning(700_000), head=earning(5_000_000))["next_better"]
    assert found == {"person": "insured", "fact": "total", "change": -30_000, "band": "deferral"}


def test_the_flat_limit_is_named_as_a_change_only_to_whom_it_is_open() -> None:
    over = earning(1_400_000, disabled="ordinary")
    found = explained(over)["next_better"]
    assert found == {"person": "insured", "fact": "total", "change": -50_000, "band": "full"}
    assert explained(earning(1_400_000))["next_better"]["change"] == -120_000


def test_a_students_unknown_income_is_missing() -> None:
    found = month_of({**UNKNOWN, "student": True}, spouse=UNKNOWN, head=UNKNOWN)
    assert (found["band"], found["missing"]) == ("undecidable", ["insured.incomes.2025"])


def test_a_students_working_says_nothing_of_the_deferral() -> None:
    steps = answer("assess-exemption", case_for({**POOR, "student": True}), explain=True)
    assert not any("納付猶予の" in step["text"] for step in steps["explanation"])
    steps = answer("assess-exemption", case_for(POOR), explain=True)
    assert any("納付猶予の制度" in step["text"] for step in steps["explanation"])


def test_a_deduction_that_is_not_given_is_none() -> None:
    facts = Income(1, deductions={"medical": 5}).facts()
    assert {name: facts[name] for name in DEDUCTIONS} == {
        **dict.fromkeys(DEDUCTIONS, 0),
        "medical": 5,
    }
