"""Whom a review compares staff with: surname and address, folded, and nothing that is sealed."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from functools import partial
from typing import TYPE_CHECKING
from uuid import uuid4

import pytest

from kokunen.access.models import Staff
from kokunen.audit import queries
from kokunen.audit.reviewing import Limits, Rule
from kokunen.people import neighbours, operations
from kokunen.people.codes import AddressKind, Source
from kokunen.people.domain import AddressValue, NameValue
from kokunen.people.operations import Stated
from kokunen.people.queries import key_of, person_page
from tests.people.register import ALL, since

if TYPE_CHECKING:
    from datetime import datetime

    from kokunen.audit.domain import Occasion
    from tests.office import Database

DAY = date(2026, 11, 24)
CLERK, SISTER, NAMESAKE, NEIGHBOUR = 900001, 900002, 900003, 900004


def live(number: int, name: str, block: str, occasion: Occasion) -> None:
    operations.register_person(
        number=number,
        facts=[
            Stated(fact=NameValue(name=name, kana="カクウ　タロウ"), valid=since(2015)),
            Stated(
                fact=AddressValue(
                    kind=AddressKind.RESIDENCE,
                    prefecture="架空県",
                    city="想定市",
                    town="見本町",
                    block=block,
                ),
                valid=since(2015),
            ),
        ],
        source=Source.RESIDENT_REGISTER,
        occasion=occasion,
        request_id=uuid4(),
    )


@pytest.fixture
def clerk(database: Database, occasion: Occasion) -> int:
    """A member of staff who lives in the city; returns the id of the account."""
    del database
    live(CLERK, "髙橋　一郎", "1番1号", occasion)
    live(SISTER, "高橋　花子", "１番１号", occasion)
    live(NAMESAKE, "高橋　次郎", "9番9号", occasion)
    live(NEIGHBOUR, "田中　三郎", "1番1号", occasion)
    return Staff.objects.create(
        staff_number="K09001",
        name="髙橋　一郎",
        kana="タカハシ　イチロウ",
        active=(date(2020, 4, 1), None),
        person_number=CLERK,
        created_at=occasion.at,
    ).pk


def noticed(clerk: int, looked_up: int, occasion: Occasion, at: datetime) -> set[Rule]:

    acting = replace(occasion, staff=clerk, staff_number="K09001")
    person_page(key=key_of(looked_up), occasion=acting, sees=ALL)
    found = queries.review(
        since=at.replace(hour=0),
        until=at.replace(hour=23),
        occasion=replace(occasion, purpose="audit", reason="点検"),
        limits=Limits(),
        colleagues=neighbours.colleagues(on=DAY),
        identities=partial(neighbours.identities, on=DAY),
    )
    return {notice.rule for notice in found}


def test_variants_and_widths_do_not_hide_a_household(clerk: int) -> None:
    del clerk
    known = neighbours.identities([CLERK, SISTER, NAMESAKE, NEIGHBOUR], on=DAY)
    assert known[CLERK] == known[SISTER]
    assert known[NAMESAKE] != known[CLERK] != known[NEIGHBOUR]


def test_a_look_at_the_own_household_is_noticed(clerk: int, occasion: Occasion) -> None:
    assert Rule.SAME_HOUSEHOLD in noticed(clerk, SISTER, occasion, occasion.at)


@pytest.mark.parametrize("other", [NAMESAKE, NEIGHBOUR])
def test_a_namesake_or_a_neighbour_is_not(clerk: int, occasion: Occasion, other: int) -> None:
    assert Rule.SAME_HOUSEHOLD not in noticed(clerk, other, occasion, occasion.at)


def test_whoever_was_not_there_yet_is_not_compared(clerk: int) -> None:
    del clerk
    assert neighbours.identities([CLERK], on=date(2010, 1, 1)) == {}


def test_the_staff_without_a_number_is_no_resident(clerk: int) -> None:
    assert [each.staff for each in neighbours.colleagues(on=DAY)] == [clerk]
