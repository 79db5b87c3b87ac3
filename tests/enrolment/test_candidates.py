"""The lists of people whose insurance is to change, on a real database."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING
from uuid import uuid4

import pytest

from kokunen.access.domain import Field
from kokunen.enrolment import operations, queries
from kokunen.enrolment.queries import ListKind
from kokunen.people import operations as people
from kokunen.people.codes import Category, Removal, Residency, Source
from kokunen.people.domain import (
    AddressValue,
    EnrolmentValue,
    Hidden,
    IdentityValue,
    Masked,
    MembershipValue,
    NameValue,
    RegisterValue,
)
from kokunen.people.operations import Stated
from tests.enrolment.lives import d, span
from tests.people.protected import protect
from tests.people.register import ALL

if TYPE_CHECKING:
    from kokunen.audit.domain import Occasion
    from kokunen.enrolment.queries import Candidate
    from tests.office import Database

ON = date(2026, 11, 24)


class Town:
    """A small town that is told of people."""

    def __init__(self, occasion: Occasion) -> None:
        self.occasion = occasion.because(purpose="reception")

    def born(
        self,
        number: int,
        birth: str,
        *enrolments: tuple[Category, str],
        gone: str = "",
        household: int = 0,
        relationship: str = "世帯主",
    ) -> None:
        facts = [
            Stated(fact=NameValue(name=f"架空　{number}郎", kana="カクウ")),
            Stated(fact=IdentityValue(birth_date=d(birth))),
            Stated(fact=AddressValue(city="想定市"), valid=span(f"{birth}..")),
        ]
        home = RegisterValue(residency=Residency.JAPANESE)
        facts.append(Stated(fact=home, valid=span(f"{birth}..{gone}")))
        if gone:
            away = RegisterValue(
                residency=Residency.NON_RESIDENT, removal=Removal.ABROAD, removed_on=d(gone)
            )
            facts.append(Stated(fact=away, valid=span(f"{gone}..")))
        if household:
            member = MembershipValue(
                household=household, head=relationship == "世帯主", relationship=relationship
            )
            facts.append(Stated(fact=member, valid=span("2015-04-01..")))
        facts += [
            Stated(fact=EnrolmentValue(category=category), valid=span(valid))
            for category, valid in enrolments
        ]
        people.register_person(
            number=number,
            facts=facts,
            source=Source.RESIDENT_REGISTER,
            occasion=self.occasion,
            request_id=uuid4(),
        )

    def listed(
        self, kind: ListKind, on: date = ON, sees: frozenset[Field] = ALL
    ) -> tuple[Candidate, ...]:
        return queries.candidates(kind=kind, on=on, occasion=self.occasion, sees=sees)

    def numbers(self, kind: ListKind, on: date = ON) -> list[tuple[int, str]]:
        return [(each.person, each.event_on.isoformat()) for each in self.listed(kind, on)]


@pytest.fixture
def town(database: Database, occasion: Occasion) -> Town:
    del database
    return Town(occasion)


ONE, TWO, THREE = Category.CATEGORY_1, Category.CATEGORY_2, Category.CATEGORY_3


def test_who_attains_20_in_the_month(town: Town) -> None:
    town.born(1, "2006-11-01")  # attained on 31 October: of the month before
    town.born(2, "2006-11-02")
    town.born(3, "2006-12-01")
    town.born(4, "2006-12-02")
    town.born(5, "2006-11-20", (TWO, "2025-04-01.."))
    town.born(6, "2006-11-21", gone="2020-03-31")
    assert town.numbers(ListKind.AGE_20) == [(2, "2026-11-01"), (3, "2026-11-30")]
    assert town.numbers(ListKind.AGE_20, date(2026, 10, 5)) == [(1, "2026-10-31")]


def test_who_attains_60_in_the_month(town: Town) -> None:
    town.born(1, "1966-11-02", (ONE, "1986-11-01.."))
    town.born(2, "1966-12-01", (ONE, "1986-11-30..2026-11-30"))
    town.born(3, "1966-11-10", (TWO, "1986-11-30.."))
    town.born(4, "1966-12-02", (ONE, "1986-12-01.."))
    assert town.numbers(ListKind.AGE_60) == [(1, "2026-11-01")]


def test_a_spouse_left_in_category_3(town: Town) -> None:
    town.born(1, "1980-01-02", (TWO, "2002-04-01..2026-10-01"), household=10)
    town.born(2, "1982-01-02", (THREE, "2005-04-01.."), household=10, relationship="妻")
    # the other way round: the head is in category 3
    town.born(3, "1980-01-02", (THREE, "2005-04-01.."), household=20)
    town.born(4, "1982-01-02", (TWO, "2002-04-01..2026-09-01"), household=20, relationship="夫")
    # the employed one changed work, or went on after a week
    town.born(5, "1980-01-02", (TWO, "2002-04-01..2026-10-01"), (TWO, "2026-10-08.."), household=30)
    town.born(6, "1982-01-02", (THREE, "2005-04-01.."), household=30, relationship="妻")
    # a daughter is no wife
    town.born(7, "1960-01-02", (TWO, "1982-04-01..2020-01-01"), household=40)
    town.born(8, "1990-01-02", (THREE, "2015-04-01.."), household=40, relationship="子")
    # category 3 began after the other's work had ended: somebody else is the spouse
    town.born(9, "1980-01-02", (TWO, "2002-04-01..2004-10-01"), household=50)
    town.born(10, "1982-01-02", (THREE, "2005-04-01.."), household=50, relationship="妻")
    assert town.numbers(ListKind.SPOUSE) == [(3, "2026-09-01"), (2, "2026-10-01")]
    assert town.numbers(ListKind.SPOUSE, date(2026, 9, 20)) == [(3, "2026-09-01")]


def test_whose_work_another_list_tells_of_is_recorded_too(town: Town, database: Database) -> None:
    town.born(1, "1980-01-02", (TWO, "2002-04-01..2026-10-01"), household=10)
    town.born(2, "1982-01-02", (THREE, "2005-04-01.."), household=10, relationship="妻")
    town.listed(ListKind.SPOUSE)
    with database.owner() as db:
        found = db.execute(
            "SELECT person, shown FROM audit_entry WHERE operation = 'enrolment.candidates'"
            " ORDER BY person"
        ).fetchall()
    assert [person for person, _ in found] == [1, 2]
    assert set(found[0][1]) == {"enrolment", "household"}
    assert {"name", "birth_date", "address"} <= set(found[1][1])


def test_who_left_japan_and_is_insured_all_the_same(town: Town) -> None:
    town.born(1, "1990-01-02", (ONE, "2010-01-01.."), gone="2026-09-30")
    town.born(2, "1990-01-02", (ONE, "2010-01-01..2026-10-01"), gone="2026-09-30")
    town.born(3, "1990-01-02", (TWO, "2010-01-01.."), gone="2026-09-30")
    town.born(4, "1990-01-02", (ONE, "2010-01-01.."))
    town.born(5, "1990-01-02", (ONE, "2010-01-01.."), gone="2026-12-15")
    assert town.numbers(ListKind.ABROAD) == [(1, "2026-09-30")]
    (found,) = town.listed(ListKind.ABROAD)
    assert found.why == "令和8年9月30日に国外へ転出したが、第1号のまま"
    assert found.article == "法9条2号"


def test_of_a_protected_person_only_the_name_is_shown(town: Town, occasion: Occasion) -> None:
    town.born(1, "1990-01-02", (ONE, "2010-01-01.."), gone="2026-09-30")
    protect(1, occasion)
    (found,) = town.listed(ListKind.ABROAD)
    assert found.hit.name == "架空　1郎"
    assert isinstance(found.hit.birth_date, Masked)
    assert isinstance(found.hit.address, Masked)
    (found,) = town.listed(ListKind.ABROAD, sees=frozenset({Field.ENROLMENT}))
    assert isinstance(found.hit.name, Hidden)


def test_a_protected_household_is_on_no_list_of_spouses(town: Town, occasion: Occasion) -> None:
    town.born(1, "1980-01-02", (TWO, "2002-04-01..2026-10-01"), household=10)
    town.born(2, "1982-01-02", (THREE, "2005-04-01.."), household=10, relationship="妻")
    protect(2, occasion)
    assert town.numbers(ListKind.SPOUSE) == []


@pytest.mark.parametrize("kind", list(ListKind))
def test_a_candidate_becomes_a_case_and_leaves_the_list(town: Town, kind: ListKind) -> None:
    town.born(1, "2006-11-02")
    town.born(2, "1966-11-02", (ONE, "1986-11-01.."))
    town.born(3, "1980-01-02", (TWO, "2002-04-01..2026-10-01"), household=10)
    town.born(4, "1982-01-02", (THREE, "2005-04-01.."), household=10, relationship="妻")
    town.born(5, "1990-01-02", (ONE, "2010-01-01.."), gone="2026-09-30")
    (found,) = town.listed(kind)
    taken = operations.raise_case(
        candidate=found, occasion=town.occasion, request_id=uuid4(), sees=ALL
    )
    assert taken.number == 1
    assert town.listed(kind) == ()
