"""The exemptions around a birth and while a child is brought up."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kokunen.law.contract.catalogue import answer
from kokunen.law.maternity import UnableToExemptForChild, childcare
from kokunen.rulekit.figures import Figures
from kokunen.rulekit.working import Working

if TYPE_CHECKING:
    from pathlib import Path

Json = dict[str, Any]


def told(name: str, given_: Json) -> tuple[str, str, int]:
    found = answer(name, given_)
    return found["from"], found["to"], found["months"]


@pytest.mark.parametrize(
    ("facts", "expected"),
    [
        # The four examples of the towns' leaflets for the first months of the rule.
        ({"born_on": "2019-02-01"}, ("2019-04", "2019-04", 1)),
        ({"born_on": "2019-03-31"}, ("2019-04", "2019-05", 2)),
        ({"born_on": "2019-04-10"}, ("2019-04", "2019-06", 3)),
        ({"born_on": "2019-05-01"}, ("2019-04", "2019-07", 4)),
        ({"due_on": "2026-08-31"}, ("2026-07", "2026-10", 4)),
        ({"due_on": "R8.1.1", "multiple": False}, ("2025-12", "2026-03", 4)),
        ({"due_on": "2026-08-31", "multiple": True}, ("2026-05", "2026-10", 6)),
        ({"born_on": "2019-02-28", "multiple": True}, ("2019-04", "2019-04", 1)),
        ({"born_on": "2019-07-01", "multiple": True}, ("2019-04", "2019-09", 6)),
        ({"born_on": "2019-06-30", "multiple": True}, ("2019-04", "2019-08", 5)),
    ],
)
def test_months_around_a_birth(facts: Json, expected: tuple[str, str, int]) -> None:
    assert told("childbirth", facts) == expected
    assert "notes" not in answer("childbirth", facts)


@pytest.mark.parametrize(
    ("facts", "code", "field"),
    [
        ({"born_on": "2019-01-31"}, "no_exempt_month", "born_on"),
        ({"due_on": "2019-01-31", "multiple": True}, "no_exempt_month", "due_on"),
        ({"due_on": "2026-08-01", "born_on": "2026-08-01"}, "both_given", "born_on"),
        ({}, "missing_field", "due_on"),
        ({"due_on": None, "multiple": True}, "missing_field", "due_on"),
        ({"due_on": "2026-08-01", "multiple": "yes"}, "invalid_type", "multiple"),
        ({"due_on": "2026-08-01", "twins": True}, "unknown_field", "twins"),
    ],
)
def test_births_that_are_refused(facts: Json, code: str, field: str) -> None:
    error = answer("childbirth", facts)["error"]
    assert (error["code"], error["field"]) == (code, field)
    assert error["message"]
    assert error["fix"]


@pytest.mark.parametrize(
    ("born", "care", "mother", "expected"),
    [
        pytest.param("2026-11-10", "2026-11-10", False, ("2026-11", "2027-10", 12), id="father"),
        pytest.param("2026-11-10", "2026-11-10", True, ("2027-02", "2027-10", 9), id="mother"),
        pytest.param("2026-11-01", "2026-11-01", False, ("2026-11", "2027-10", 12), id="the 1st"),
        pytest.param("2026-10-31", "2026-10-31", False, ("2026-10", "2027-09", 12), id="the 31st"),
        pytest.param("2026-10-01", "2026-10-01", True, ("2027-01", "2027-09", 9), id="first day"),
        pytest.param("2026-09-30", "2026-09-30", False, ("2026-10", "2027-08", 11), id="before"),
        pytest.param("2026-06-15", "2026-06-15", True, ("2026-10", "2027-05", 8), id="born June"),
        pytest.param("2026-08-15", "2026-08-15", True, ("2026-11", "2027-07", 9), id="born Aug"),
        pytest.param("2025-11-01", "2026-10-31", False, ("2026-10", "2026-10", 1), id="one month"),
        pytest.param("2026-11-10", "2027-05-20", False, ("2027-05", "2027-10", 6), id="adopted"),
        pytest.param("2026-11-10", "2027-05-20", True, ("2027-05", "2027-10", 6), id="back"),
        pytest.param("2026-11-10", "2027-10-31", False, ("2027-10", "2027-10", 1), id="latest"),
        pytest.param("2028-02-29", "2028-02-29", False, ("2028-02", "2029-02", 13), id="leap day"),
    ],
)
def test_months_while_a_child_is_brought_up(
    *, born: str, care: str, mother: bool, expected: tuple[str, str, int]
) -> None:
    facts = {"child_born_on": born, "care_from": care, "birth_mother": mother}
    assert told("childcare", facts) == expected


def test_unconfirmed_points_of_childcare_are_said() -> None:
    def notes(born: str, *, mother: bool) -> list[str]:
        facts = {"child_born_on": born, "care_from": born, "birth_mother": mother}
        found: list[str] = answer("childcare", facts).get("notes", [])
        return [note[:20] for note in found]

    earlier = "「施行前に生まれた子の育児期間免除」(2"
    follows = "「実母の育児期間免除は産後の免除期間に引"
    counted = "産後の免除期間は、出産の日の属する月から"
    assert notes("2026-10-01", mother=False) == []
    assert notes("2026-09-30", mother=False) == [earlier]
    assert notes("2026-10-01", mother=True) == [follows, counted]
    assert notes("2026-09-30", mother=True) == [earlier, follows, counted]


@pytest.mark.parametrize(
    ("facts", "code", "field"),
    [
        ({"care_from": "2026-11-09"}, "care_before_birth", "care_from"),
        ({"care_from": "2027-11-01"}, "no_exempt_month", "care_from"),
        ({"child_born_on": "2025-10-31"}, "no_exempt_month", "care_from"),
        ({"birth_mother": 1}, "invalid_type", "birth_mother"),
        ({"child": "x"}, "unknown_field", "child"),
        ({"care_from": None}, "invalid_type", "care_from"),
    ],
)
def test_care_that_is_refused(facts: Json, code: str, field: str) -> None:
    given_ = {"child_born_on": "2026-11-10", "care_from": "2026-11-10", **facts}
    error = answer("childcare", given_)["error"]
    assert (error["code"], error["field"]) == (code, field)
    assert error["message"]
    assert error["fix"]


def with_flags(folder: Path, *, earlier: str, follows: str) -> Working:
    end = 'source: 法88条の3, url: "x", checked: 2026-11-21}]}'
    start = "{label: a, review: never, values: [{from: 2026-10, flag: "
    (folder / "enrolment.yaml").write_text(
        f"childcare_earlier_births: {start}{earlier}, {end}\n"
        f"childcare_follows_childbirth: {start}{follows}, {end}\n",
        encoding="utf-8",
    )
    return Working(Figures(folder))


def test_children_born_earlier_may_turn_out_to_be_left_out(tmp_path: Path) -> None:
    working = with_flags(tmp_path, earlier="false", follows="false")
    born = date(2026, 9, 30)
    with pytest.raises(UnableToExemptForChild) as caught:
        childcare(child_born_on=born, care_from=born, birth_mother=False, working=working)
    assert caught.value.field == "child_born_on"
    assert caught.value.message == (
        "2026-10-01より前に生まれた子は、育児期間免除の対象になりません(法88条の3)。"
    )
    assert caught.value.fix == "子の生年月日を確かめてください。"
    born = date(2026, 10, 1)
    found = childcare(child_born_on=born, care_from=born, birth_mother=True, working=working)
    assert (str(found.first), str(found.last), found.count) == ("2026-10", "2027-09", 12)


@given(born=st.dates(date(2026, 10, 1), date(2090, 12, 31)))
def test_mother_and_father_together_leave_no_month_of_the_first_year(born: date) -> None:
    birth = answer("childbirth", {"born_on": str(born)})
    facts = {"child_born_on": str(born), "care_from": str(born)}
    mother = answer("childcare", {**facts, "birth_mother": True})
    father = answer("childcare", facts)
    leap = (born.month, born.day) == (2, 29)
    assert birth["months"] == 4
    assert father["months"] == 12 + leap
    assert mother["months"] == father["months"] - 3
    assert mother["to"] == father["to"]
    year, month = map(int, birth["to"].split("-"))
    assert mother["from"] == f"{year + month // 12}-{month % 12 + 1:02d}"
