"""`assess-exemption` guesses nothing: every slip is refused with its place and its remedy."""

from __future__ import annotations

import copy
import re
from typing import Any

import pytest

from kokunen.law.contract.catalogue import answer

Json = dict[str, Any]

GOOD: Json = {
    "applied_on": "2026-08-03",
    "from": "2026-07",
    "to": "2027-06",
    "insured": {"birth_date": "1996-05-02", "incomes": {"2025": {"total": 1}}},
    "spouse": {"incomes": {"2025": {"total": 1}}, "birth_date": "1995-01-01"},
    "head": {"incomes": {"2025": {"total": 1}}},
    "wanted": ["full"],
    "other_exemptions": [{"kind": "childcare", "from": "2026-10", "to": "2026-11"}],
    "paid_months": ["2026-07"],
}


def named(place: str) -> str:
    """Write a place as a refusal does: `other_exemptions/0/to` is `other_exemptions[0].to`."""
    return re.sub(r"\.(\d)(?=\.|$)", r"[\1]", place.replace("/", "."))


def changed(place: str, value: object) -> Json:
    case = copy.deepcopy(GOOD)
    *path, last = place.split("/")
    inner: Any = case
    for name in path:
        inner = inner[int(name)] if isinstance(inner, list) else inner[name]
    if value is ...:
        del inner[last]
    elif isinstance(inner, list):
        inner[int(last)] = value
    else:
        inner[last] = value
    return case


def refusal(given: object) -> Json:
    found: Json = answer("assess-exemption", given)["error"]
    assert found["message"]
    assert found["fix"]
    return found


def test_the_good_case_is_answered() -> None:
    assert len(answer("assess-exemption", GOOD)["months"]) == 12


@pytest.mark.parametrize(
    "place",
    [
        "extra",
        "insured/extra",
        "insured/incomes/2025/extra",
        "insured/incomes/2025/widowed",
        "spouse/extra",
        "spouse/wanted",
        "head/extra",
        "head/incomes/2025/extra",
        "other_exemptions/0/extra",
    ],
)
def test_a_field_nobody_knows(place: str) -> None:
    found = refusal(changed(place, 0))
    assert (found["code"], found["field"]) == ("unknown_field", named(place))
    assert place.rpartition("/")[2] in found["message"]
    assert "使える項目は" in found["fix"]


@pytest.mark.parametrize(
    ("place", "inner"), [("dependants", "young"), ("deductions", "life_insurance")]
)
def test_an_unknown_kind_within_an_income(place: str, inner: str) -> None:
    found = refusal(changed(f"spouse/incomes/2025/{place}", {inner: 1}))
    assert (found["code"], found["field"]) == (
        "unknown_field",
        f"spouse.incomes.2025.{place}.{inner}",
    )


@pytest.mark.parametrize(
    "place",
    [
        "applied_on",
        "from",
        "to",
        "insured",
        "insured/birth_date",
        "other_exemptions/0/kind",
        "other_exemptions/0/from",
    ],
)
def test_a_field_that_is_not_there(place: str) -> None:
    found = refusal(changed(place, ...))
    assert (found["code"], found["field"]) == ("missing_field", named(place))


@pytest.mark.parametrize(
    ("place", "value", "code"),
    [
        ("insured/incomes/2025/total", -1, "out_of_range"),
        ("insured/incomes/2025/total", 10**11 + 1, "out_of_range"),
        ("insured/incomes/2025/total", 1.0, "invalid_type"),
        ("insured/incomes/2025/total", "1", "invalid_type"),
        ("insured/incomes/2025/total", True, "invalid_type"),
        ("insured/incomes/2025/disabled", "yes", "invalid_choice"),
        ("insured/incomes/2025/disabled", None, "invalid_choice"),
        ("insured/incomes/2025/widow", None, "invalid_type"),
        ("insured/incomes/2025/single_parent", 1, "invalid_type"),
        ("insured/incomes/2025/working_student", "true", "invalid_type"),
        ("insured/incomes/2025/dependants", [], "invalid_type"),
        ("insured/incomes/2025/dependants", 0, "invalid_type"),
        ("insured/incomes/2025/deductions", False, "invalid_type"),
        ("insured/incomes/2025", 0, "invalid_type"),
        ("insured/incomes/2025", [], "invalid_type"),
        ("insured/incomes/2025/dependants", {"general": 99, "elderly": 99}, None),
        ("insured/incomes/25", {"total": 1}, "invalid_type"),
        ("insured/incomes/R7", {"total": 1}, "invalid_type"),
        ("insured/incomes/2025", {"total": 1}, None),
        ("insured/incomes/2025", None, None),
        ("insured/incomes/2025/total", 10**11, None),
        ("insured/incomes/2025/total", 0, None),
        ("insured/incomes", 5, "invalid_type"),
        ("insured/incomes", [], "invalid_type"),
        ("insured/birth_date", "1996-02-30", "invalid_date"),
        ("insured/birth_date", 19960502, "invalid_type"),
        ("insured/birth_date", None, "invalid_type"),
        ("insured/birth_date", "S71.5.2", "invalid_date"),
        ("insured/birth_date", "H8.5.2", None),
        ("insured/birth_date", "平成8年5月2日", None),
        ("insured/student", None, "invalid_type"),
        ("insured/student", 0, "invalid_type"),
        ("insured/disaster_loss", 1, "invalid_type"),
        ("insured/disaster_loss", None, None),
        ("insured/other_assistance", "no", "invalid_type"),
        ("insured/special_disability_benefit", [], "invalid_type"),
        ("insured/separated_by_violence", "no", "invalid_type"),
        ("insured/separated_by_violence", None, None),
        ("insured/left_job_on", True, "invalid_type"),
        ("insured/left_job_on", "2026-04-31", "invalid_date"),
        ("insured/left_job_on", "R8.4.30", None),
        ("insured", None, "invalid_type"),
        ("insured", [], "invalid_type"),
        ("spouse", False, "invalid_type"),
        ("spouse", [], "invalid_type"),
        ("spouse", "none", "invalid_type"),
        ("spouse/birth_date", "1995-13-01", "invalid_date"),
        ("spouse/left_job_on", 0, "invalid_type"),
        ("head", 0, "invalid_type"),
        ("head", None, None),
        ("applied_on", "2026-08-32", "invalid_date"),
        ("applied_on", None, "invalid_type"),
        ("applied_on", "R8.8.3", None),
        ("from", "2026-7", "invalid_month"),
        ("from", 202607, "invalid_type"),
        ("from", None, "invalid_type"),
        ("to", "2026-13", "invalid_month"),
        ("to", "2026-06", "out_of_range"),
        ("to", "2036-07", "out_of_range"),
        ("to", "2026-07", None),
        ("wanted", "full", "invalid_type"),
        ("wanted", ["full", "full"], "invalid_choice"),
        ("wanted", ["whole"], "invalid_choice"),
        ("wanted", [None], "invalid_choice"),
        ("wanted", [["full"]], "invalid_choice"),
        ("wanted", None, None),
        ("wanted", ["student", "deferral"], None),
        ("paid_months", "2026-07", "invalid_type"),
        ("paid_months", None, "invalid_type"),
        ("paid_months", [], None),
        ("other_exemptions", {}, "invalid_type"),
        ("other_exemptions", None, "invalid_type"),
        ("other_exemptions", [], None),
        ("other_exemptions/0/kind", "illness", "invalid_choice"),
        ("other_exemptions/0/from", 202610, "invalid_type"),
        ("other_exemptions/0/to", "2026-00", "invalid_month"),
        ("other_exemptions/0/to", None, None),
    ],
)
def test_a_value_is_read_strictly(place: str, value: object, code: str | None) -> None:
    given = changed(place, value)
    if code is None:
        assert "months" in answer("assess-exemption", given)
        return
    found = refusal(given)
    assert (found["code"], found["field"]) == (code, named(place))


def test_a_list_names_the_place_of_a_bad_entry() -> None:
    found = refusal(changed("paid_months", ["2026-07", "July"]))
    assert (found["code"], found["field"]) == ("invalid_month", "paid_months[1]")
    found = refusal(changed("paid_months", [None]))
    assert (found["code"], found["field"]) == ("invalid_type", "paid_months[0]")
    found = refusal(changed("other_exemptions", [GOOD["other_exemptions"][0], 5]))
    assert (found["code"], found["field"]) == ("invalid_type", "other_exemptions[1]")


@pytest.mark.parametrize("given", [None, [], "text", 5, [GOOD]])
def test_a_line_that_is_no_object(given: object) -> None:
    found = refusal(given)
    assert (found["code"], found["field"]) == ("invalid_type", "")


@pytest.mark.parametrize("month", ["2006-06", "1996-07", "1989-04"])
def test_a_month_before_the_bands_were_in_law(month: str) -> None:
    case: Json = {
        "applied_on": "2006-06-30",
        "from": month,
        "to": month,
        "insured": {"birth_date": "1960-05-02", "incomes": {}},
    }
    found = refusal(case)
    assert (found["code"], found["field"]) == ("no_value_in_force", "from")


def test_a_month_whose_premium_is_not_known_yet() -> None:
    case = {**GOOD, "applied_on": "2028-05-01", "paid_months": [], "wanted": None}
    rich = {"birth_date": "1996-05-02", "incomes": {"2026": {"total": 9_000_000}}}
    case |= {"insured": rich, "spouse": None, "head": None}
    known = answer("assess-exemption", {**case, "from": "2028-03", "to": "2028-03"})
    assert known["months"][0]["payable"] == 18_290
    found = refusal({**case, "from": "2028-03", "to": "2028-04"})
    assert (found["code"], found["field"]) == ("no_value_in_force", "from")
    assert "2028-04" in found["message"]


def test_the_words_of_a_refusal() -> None:
    assert refusal(changed("to", "2026-06")) == {
        "code": "out_of_range",
        "field": "to",
        "message": "申請する期間 2026-07〜2026-06 は、終わりが始まりより前か、長すぎます。",
        "fix": "「to」は「from」以後、120か月以内にしてください。",
    }
    assert refusal(changed("insured/incomes/25", {})) == {
        "code": "invalid_type",
        "field": "insured.incomes.25",
        "message": "「25」は所得の年ではありません。",
        "fix": "所得の年は西暦4桁(例 2025)で書いてください。",
    }
    assert refusal(changed("wanted", ["half", "half"])) == {
        "code": "invalid_choice",
        "field": "wanted",
        "message": "「wanted」に「half」が重なっています。",
        "fix": "同じ区分は一度だけ書いてください。",
    }
    assert refusal(changed("paid_months", 5)) == {
        "code": "invalid_type",
        "field": "paid_months",
        "message": "「paid_months」は並び([…])で書きます。",
        "fix": "月を [ と ] の間に並べてください。",
    }


@pytest.mark.parametrize("kind", ["general", "elderly", "specified"])
def test_a_hundred_dependants_are_a_slip(kind: str) -> None:
    found = refusal(changed("insured/incomes/2025/dependants", {kind: 100}))
    place = f"insured.incomes.2025.dependants.{kind}"
    assert (found["code"], found["field"]) == ("out_of_range", place)


@pytest.mark.parametrize(
    ("name", "of"), [("wanted", "区分"), ("paid_months", "月"), ("other_exemptions", "他の免除")]
)
def test_what_belongs_in_a_list(name: str, of: str) -> None:
    assert refusal(changed(name, 5))["fix"] == f"{of}を [ と ] の間に並べてください。"


def test_the_longest_span_is_ten_years() -> None:
    longest = changed("to", "2036-06") | {"from": "2026-07", "wanted": []}
    assert refusal(longest | {"to": "2036-07"})["field"] == "to"
    longest["from"], longest["to"] = "2018-01", "2027-12"
    assert len(answer("assess-exemption", longest)["months"]) == 120


def test_a_spouse_may_be_written_as_the_insured_is() -> None:
    alike = {"student": False, "separated_by_violence": None}
    full = changed("spouse", {**GOOD["spouse"], **alike})
    assert answer("assess-exemption", full) == answer("assess-exemption", GOOD)
    assert refusal(changed("spouse/student", "no"))["field"] == "spouse.student"


def test_null_is_not_zero_dependants() -> None:
    found = refusal(changed("insured/incomes/2025/dependants", None))
    assert (found["code"], found["field"]) == ("invalid_type", "insured.incomes.2025.dependants")
