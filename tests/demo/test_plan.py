"""The plan of a year: pure, repeatable, lawful in its days and steps, with every filing in it."""

from dataclasses import replace
from datetime import date
from fractions import Fraction
from functools import cache

import pytest

from kokunen.cases.catalogue import FILINGS
from kokunen.cases.domain import OVER, Step, StepKind, may_follow, state_of
from kokunen.dates.business import is_business_day
from kokunen.dates.tokyo import start_of
from kokunen.demo import morning
from kokunen.demo.city import City
from kokunen.demo.paper import fill, forget
from kokunen.demo.planning import plan
from kokunen.demo.script import Fate
from kokunen.demo.townsfolk import homes
from kokunen.demo.year import Filed, Plan, UnableToLive, check, eve
from kokunen.people.codes import Removal


@cache
def city(scale: str = "0.01", seed: int = 1) -> City:
    return City(day=eve(2026), scale=Fraction(scale), seed=seed, clerks=(1, 2, 3))


@cache
def year(scale: str = "0.01", seed: int = 1) -> Plan:
    return plan(city(scale, seed), year=2026)


def test_the_same_city_has_the_same_year_and_another_seed_another() -> None:
    assert plan(city("0.001"), year=2026) == plan(city("0.001"), year=2026)
    assert plan(city("0.001", 2), year=2026).filings != plan(city("0.001"), year=2026).filings


def test_a_year_has_every_filing_and_every_fate() -> None:
    assert {each.filing for each in year().filings} == set(FILINGS)
    assert {each.fate for each in year().filings} == set(Fate)
    assert sum(each.again for each in year().filings) >= 2
    assert len(year().enquiries) >= 20


def test_a_village_has_nearly_every_filing() -> None:
    found = {each.filing for each in year("0.001").filings}
    assert len(found) >= len(FILINGS) - 5
    assert {"exemption", "student", "old_age", "survivor", "widow", "childcare"} <= found


def test_everything_happens_on_a_working_day_of_the_year() -> None:
    assert (year().first, year().last) == (date(2026, 4, 1), date(2027, 3, 31))
    days = {each.on for each in year().changes} | {each.on for each in year().filings}
    days |= {each.on for each in year().enquiries}
    days |= {move.on for each in year().filings for move in each.moves if move.on <= year().last}
    assert [day for day in days if not is_business_day(day)] == []
    assert year().first <= min(days)
    assert max(days) <= year().last
    assert [each for each in year().filings if each.event_on > each.on] == []


def life(filed: Filed) -> list[Step]:
    kinds = [(StepKind.RECEIVED, filed.on), *((move.kind, move.on) for move in filed.moves)]
    return [
        Step(number=number, kind=kind, at=start_of(on), on=on, staff=1)
        for number, (kind, on) in enumerate(kinds, start=1)
    ]


def test_every_life_is_one_that_a_case_may_have_and_comes_to_its_end() -> None:
    for filed in year().filings:
        steps = life(filed)
        for number in range(1, len(steps)):
            move = filed.moves[number - 1]
            may_follow(steps=steps[:number], kind=move.kind, expected=number, reason=move.reason)
        assert state_of(steps) in OVER
        assert steps == sorted(steps, key=lambda step: step.on)


def test_nothing_is_planned_for_protected_people() -> None:
    protected = {one.number for home in homes(city()) for one in home.members if one.protected}
    assert len(protected) >= 9
    asked = {each.person for each in year().enquiries}
    assert (year().touched | asked) & protected == set()


def test_the_dead_and_the_departed_file_nothing_of_their_own_afterwards() -> None:
    gone = {
        each.person: each.happened_on
        for each in year().changes
        if each.removal in (Removal.DEATH, Removal.ABROAD)
    }
    assert len(gone) > 30
    own = {"exemption", "student", "additional_on", "acquisition", "number_notice", "old_age"}
    assert [each for each in year().filings if each.person in gone and each.filing in own] == []


@pytest.mark.parametrize("wrong", [2025, 2027])
def test_a_year_without_all_figures_is_refused(wrong: int) -> None:
    with pytest.raises(UnableToLive, match="過ごせません"):
        check(wrong)


def test_a_form_is_filled_with_what_is_known_and_the_plainest_of_the_rest() -> None:
    items = FILINGS["acquisition"].items
    written = fill(items, {"cause": "left_category_3"}, on=date(2026, 4, 1))
    assert written == {"cause": "left_category_3", "reason": "spouse_left_category_2"}
    assert fill(items, {"cause": "age_20"}, on=date(2026, 4, 1)) == {"cause": "age_20"}
    assert forget(items, written) == {"cause": "left_category_3"}


def test_the_morning_has_cases_in_every_state_some_of_them_late() -> None:
    there = replace(city(), day=date(2026, 11, 21))
    found = morning.plan(there, date(2026, 11, 20))
    assert 30 <= morning.OPEN <= 60
    assert len([each for each in found.filings if state_of(life(each)) not in OVER]) == morning.OPEN
    assert {state_of(life(each)) for each in found.filings} == {
        state for state, *_ in morning._WAYS
    }
    assert len({each.person for each in found.filings}) == len(found.filings)
    waiting = [each for each in found.filings if not each.moves]
    assert min(each.on for each in waiting) < date(2026, 11, 6)
    assert max(move.on for each in found.filings for move in each.moves) <= date(2026, 11, 20)
