"""As known on a day: a correction is seen before and after it was made."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from typing import TYPE_CHECKING
from uuid import uuid4

import pytest

from kokunen.people import checking, operations, queries
from kokunen.people.codes import Source
from kokunen.people.domain import AddressValue, NameValue, Recorded
from kokunen.people.operations import Moving
from kokunen.people.page import HouseholdOn, PersonPage
from kokunen.people.periods import ALWAYS
from tests.people.protected import SECOND
from tests.people.register import ALL, HOME, register, since

if TYPE_CHECKING:
    from datetime import datetime

    from kokunen.audit.domain import Occasion
    from tests.office import Database


def known(occasion: Occasion, at: datetime | None) -> PersonPage:
    return queries.person_page(key=queries.key_of(1), occasion=occasion, sees=ALL, known_at=at)


@pytest.fixture
def corrected(database: Database, occasion: Occasion) -> Occasion:
    """Registered at the hour; the name corrected an hour later, the address two hours later."""
    del database
    register(1, occasion)
    register(2, occasion, head=False)
    name = known(occasion, None).name
    assert isinstance(name, Recorded)
    one = replace(occasion, at=occasion.at + timedelta(hours=1))
    two = replace(occasion, at=occasion.at + timedelta(hours=2))
    operations.correct_fact(
        row=name.id,
        fact=NameValue(name="架空　華子"),
        valid=ALWAYS,
        source=Source.OFFICE,
        reason="戸籍の字",
        occasion=one,
        request_id=uuid4(),
    )
    operations.record_fact(
        person=1,
        fact=AddressValue(city="川辺市"),
        valid=since(2020),
        source=Source.SELF,
        occasion=two,
        request_id=uuid4(),
    )
    operations.move_household(
        household=HOME + 1,
        members=[Moving(person=2, head=True)],
        on=date(2026, 1, 1),
        source=Source.RESIDENT_REGISTER,
        occasion=two,
        request_id=uuid4(),
    )
    checking.check_fact(
        entry=name.entry, occasion=replace(two, staff=SECOND, at=two.at + timedelta(hours=1))
    )
    return occasion


@pytest.mark.parametrize(
    ("hours", "name", "cities", "members"),
    [
        (0, "架空　花子", ["想定市"], [1, 2]),
        (0.99, "架空　花子", ["想定市"], [1, 2]),
        (1, "架空　華子", ["想定市"], [1, 2]),
        (1.99, "架空　華子", ["想定市"], [1, 2]),
        (2, "架空　華子", ["想定市", "川辺市"], [1]),
    ],
)
def test_the_page_says_what_was_known(
    corrected: Occasion, hours: float, name: str, cities: list[str], members: list[int]
) -> None:
    shown = known(corrected, corrected.at + timedelta(hours=hours))
    assert isinstance(shown.name, Recorded)
    assert shown.name.value.name == name
    assert isinstance(shown.addresses, tuple)
    assert [each.value.city for each in shown.addresses] == cities
    assert isinstance(shown.household, HouseholdOn)
    assert [each.number for each in shown.household.members] == members
    # What came later is not told beforehand.
    assert shown.name.superseded_at is None
    assert shown.name.checked_by is None


def test_before_the_registration_nothing_was_known(corrected: Occasion) -> None:
    shown = known(corrected, corrected.at - timedelta(seconds=1))
    assert (shown.name, shown.names, shown.addresses, shown.given) == (None, (), (), frozenset())


def test_now_is_what_was_known_last(corrected: Occasion) -> None:
    now = known(corrected, None)
    then = known(corrected, corrected.at + timedelta(hours=9))
    assert (now.name, now.addresses, now.memberships) == (
        then.name,
        then.addresses,
        then.memberships,
    )


def test_history_tells_who_corrected_only_after_the_correction(corrected: Occasion) -> None:
    key = queries.key_of(1)

    def rows(hours: float) -> list[tuple[bool, int | None, int | None]]:
        found = queries.history(
            key=key,
            group="name",
            occasion=corrected,
            sees=ALL,
            known_at=corrected.at + timedelta(hours=hours),
        ).rows
        assert isinstance(found, tuple)
        return [
            (each.superseded_at is not None, each.superseded_by, each.checked_by) for each in found
        ]

    assert rows(0.5) == [(False, None, None)]
    assert rows(1.5) == [(True, 101, None), (False, None, None)]
    assert rows(4) == [(True, 101, SECOND), (False, None, None)]


def test_the_household_on_a_day_as_known(corrected: Occasion) -> None:
    on = date(2026, 6, 1)

    def heads(hours: float) -> list[int]:
        found = queries.household_on(
            person=2,
            on=on,
            occasion=corrected,
            sees=ALL,
            known_at=corrected.at + timedelta(hours=hours),
        )
        assert isinstance(found, HouseholdOn)
        return [each.number for each in found.members]

    assert heads(1) == [1, 2]
    assert heads(2) == [2]
