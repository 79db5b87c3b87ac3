"""Every calculator of the contract is there, answers, and refuses a bad line in its place."""

from __future__ import annotations

import inspect
import re
from importlib import import_module
from typing import Any

import pytest

from kokunen.dates.errors import Refusal
from kokunen.law.contract.catalogue import CALCULATORS, answer, error_of

Json = dict[str, Any]

# The names of the contract, each with an input that it must answer and the keys of that answer.
GOOD: dict[str, tuple[Json, set[str]]] = {
    "premium": ({"month": "2026-07"}, {"premium", "payable", "additional", "due_on"}),
    "prepayment": (
        {"start": "2026-04", "months": 12, "method": "cash"},
        {"gross", "amount", "discount"},
    ),
    "early-debit": ({"month": "2026-07"}, {"amount", "discount"}),
    "back-payment": (
        {"exempt_month": "2020-07", "band": "full", "paid_on": "2026-03-03"},
        {"amount", "add_on_rate", "last_day"},
    ),
    "exemption-limits": (
        {"month": "2026-07", "dependants": {"general": 1, "elderly": 0, "specified": 0}},
        {"full", "three_quarters", "half", "one_quarter", "deferral", "student", "flat"},
    ),
    "assess-exemption": (
        {
            "applied_on": "2026-08-03",
            "from": "2026-07",
            "to": "2026-07",
            "insured": {"birth_date": "1996-05-02", "incomes": {}},
        },
        {"months"},
    ),
    "employment-income": ({"income_year": 2025, "salary": 2_000_000}, {"income"}),
    "enrolment": (
        {"birth_date": "2006-05-02"},
        {"acquired_on", "first_month", "lost_on", "last_month", "cause"},
    ),
    "count-months": ({"acquired_on": "2026-04-01", "lost_on": "2026-07-15"}, {"months"}),
    "retroactive-limit": ({"applied_on": "2026-08-03"}, {"oldest_month"}),
    "exemption-cycle": (
        {"month": "2026-07"},
        {"cycle", "from", "to", "income_year", "apply_from"},
    ),
    "student-cycle": ({"month": "2026-07"}, {"cycle", "from", "to", "income_year", "apply_from"}),
    "childbirth": ({"due_on": "2026-08-03"}, {"from", "to", "months"}),
    "childcare": (
        {"child_born_on": "2026-12-01", "care_from": "2026-12-01"},
        {"from", "to", "months"},
    ),
    "statutory": ({"cause": "livelihood_assistance", "from": "2026-08-03"}, {"from", "to"}),
    "unemployment": ({"left_job_on": "2026-03-31"}, {"first_month", "last_month"}),
    "old-age-pension": (
        {"fiscal_year": 2026, "months": {"paid": 480}},
        {"credited_months", "annual", "additional_annual", "total"},
    ),
    "disability-pension": ({"fiscal_year": 2026, "grade": 1}, {"annual", "monthly"}),
    "support-benefit": ({"fiscal_year": 2026, "months": {"paid": 480}}, {"monthly"}),
    "death-lump-sum": ({"months": {"paid": 36}}, {"counted_months", "eligible", "amount"}),
    "withdrawal-lump-sum": ({"months": 12, "last_paid_month": "2026-05"}, {"amount"}),
    "contribution-requirement": (
        {"event_on": "2026-08-03", "record": [["2016-05", "2026-06", "paid"]]},
        {"two_thirds", "last_year", "met"},
    ),
    "late-charge": (
        {"month": "2025-04", "paid_on": "2026-08-03", "dunned_until": "2026-03-31"},
        {"base", "days", "amount"},
    ),
    "enforcement": (
        {"fiscal_year": 2024, "net_income": 3_000_000, "unpaid_months": 7},
        {"target"},
    ),
}


def test_the_calculators_are_those_of_the_contract() -> None:
    assert set(CALCULATORS) == set(GOOD)
    assert len(CALCULATORS) == 24


@pytest.mark.parametrize("name", CALCULATORS)
def test_each_has_a_title_and_its_articles(name: str) -> None:
    calculator = CALCULATORS[name]
    assert calculator.name == name
    assert not calculator.title.isascii()
    assert "条" in calculator.articles
    module = import_module(f"kokunen.law.contract.{calculator.module}")
    adapter = getattr(module, name.replace("-", "_"))
    assert list(inspect.signature(adapter).parameters) == ["fields", "working"]


@pytest.mark.parametrize("name", GOOD)
def test_each_answers_with_its_keys_and_its_sources(name: str) -> None:
    given, keys = GOOD[name]
    found = answer(name, given)
    assert keys <= set(found), found
    assert set(found) - keys <= {"sources", "notes"}
    assert found["sources"]
    assert all(isinstance(source, str) and source for source in found["sources"])
    assert len(set(found["sources"])) == len(found["sources"])


@pytest.mark.parametrize("name", GOOD)
def test_each_explains_when_asked_and_answers_the_same(name: str) -> None:
    given, keys = GOOD[name]
    plain, told = answer(name, given), answer(name, given, explain=True)
    if name == "assess-exemption":
        assert told["months"][0].pop("explanation")["bands"]
    assert {key: told[key] for key in keys} == {key: plain[key] for key in keys}
    assert "explanation" not in plain
    assert told["explanation"]
    for step in told["explanation"]:
        assert set(step) == {"text", "value", "source"}
        assert all(isinstance(part, str) for part in step.values())


@pytest.mark.parametrize("name", GOOD)
def test_each_refuses_a_field_it_does_not_know(name: str) -> None:
    given, _ = GOOD[name]
    refused = answer(name, {**given, "surprise": 1})["error"]
    assert (refused["code"], refused["field"]) == ("unknown_field", "surprise")
    assert set(refused) == {"code", "field", "message", "fix"}


@pytest.mark.parametrize("name", GOOD)
@pytest.mark.parametrize("given", [None, 5, "text", [], True])
def test_each_refuses_what_is_no_object(name: str, given: object) -> None:
    refused = answer(name, given)["error"]
    assert (refused["code"], refused["field"]) == ("invalid_type", "")


@pytest.mark.parametrize(
    ("name", "field"), [(name, field) for name, (given, _) in GOOD.items() for field in given]
)
def test_each_field_refuses_a_value_of_no_type_of_its_own(name: str, field: str) -> None:
    given, _ = GOOD[name]
    for wrong in (3.5, [3.5], {"surprise": 3.5}):
        found = answer(name, {**given, field: wrong})
        assert "error" in found, (name, field, wrong, found)
        assert re.split(r"[.\[]", found["error"]["field"])[0] == field
        assert found["error"]["code"] in {
            "invalid_type", "invalid_choice", "unknown_field", "missing_field",
        }  # fmt: skip


DATES = [
    ("retroactive-limit", "applied_on", "2026-08-03", ["R8.8.3", "令和8年8月3日"]),
    ("unemployment", "left_job_on", "1989-01-07", []),
    ("enrolment", "birth_date", "1988-01-07", ["S63.1.7", "昭和63年1月7日"]),
    ("back-payment", "paid_on", "2026-03-03", ["R8.3.3", "令和八年三月三日"]),
]


@pytest.mark.parametrize(("name", "field", "iso", "forms"), DATES)
def test_a_date_may_be_given_in_wareki_and_is_answered_in_iso(
    name: str, field: str, iso: str, forms: list[str]
) -> None:
    given, _ = GOOD[name]
    expected = answer(name, {**given, field: iso})
    for form in forms:
        assert answer(name, {**given, field: form}) == expected
    impossible = answer(name, {**given, field: "2026-02-30"})["error"]
    assert (impossible["code"], impossible["field"]) == ("invalid_date", field)


def test_an_error_has_the_form_of_the_contract() -> None:
    refusal = Refusal("何が", fix="どうする", field="どこ")
    assert error_of(refusal) == {
        "error": {"code": "refused", "field": "どこ", "message": "何が", "fix": "どうする"}
    }


def test_an_unknown_calculator_is_a_mistake_of_the_program() -> None:
    with pytest.raises(KeyError, match="horoscope"):
        answer("horoscope", {})
