"""What a supervisor is shown, and what not."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, time, timedelta
from typing import TYPE_CHECKING

import pytest

from kokunen.audit import queries
from kokunen.audit.domain import Act
from kokunen.audit.reviewing import (
    WORDS,
    Colleague,
    Identity,
    Limits,
    Look,
    Notice,
    Rule,
    review,
)
from kokunen.dates.tokyo import TOKYO
from tests.audit.entries import CLERK, look

if TYPE_CHECKING:
    from collections.abc import Collection

    from tests.office import Database

TUESDAY = datetime(2026, 11, 24, 10, 30, tzinfo=TOKYO)
LOOK = Look(
    at=TUESDAY,
    act="read",
    staff=101,
    staff_number="K00101",
    department="PENSION",
    terminal="窓口1",
    person=1,
    reason="来庁",
    case=None,
)
SATO = Identity(surname="佐藤", address="青空町1-1")


def rules(*looks: Look, limits: Limits | None = None) -> list[tuple[Rule, int]]:
    found = review(
        looks,
        limits=limits or Limits(),
        colleagues=[Colleague(staff=101, person=7, identity=SATO)],
        identities={
            7: SATO,
            8: SATO,
            9: replace(SATO, surname="田中"),
            10: Identity(surname="", address=""),
        },
    )
    return [(notice.rule, notice.count) for notice in found]


def after(minutes: float, **changes: object) -> Look:
    return replace(LOOK, at=TUESDAY + timedelta(minutes=minutes), **changes)  # type: ignore[arg-type]  # fields of Look by name


def test_an_ordinary_look_is_no_notice() -> None:
    assert rules(LOOK, after(1, person=2, reason="", case=5)) == []


def test_the_own_record_and_the_own_household() -> None:
    assert rules(after(0, person=7), after(1, person=7)) == [(Rule.OWN_RECORD, 2)]
    assert rules(after(0, person=8)) == [(Rule.SAME_HOUSEHOLD, 1)]
    assert rules(after(0, person=9)) == []
    assert rules(after(0, person=8, staff=102)) == []


def test_unknown_identities_are_never_taken_for_a_household() -> None:
    nobody = Identity(surname="", address="")
    colleague = Colleague(staff=101, identity=nobody)
    assert review([LOOK], limits=Limits(), colleagues=[colleague], identities={1: nobody}) == ()


@pytest.mark.parametrize(
    ("at", "is_noticed"),
    [
        (datetime(2026, 11, 24, 8, 29, 59, tzinfo=TOKYO), True),
        (datetime(2026, 11, 24, 8, 30, tzinfo=TOKYO), False),
        (datetime(2026, 11, 24, 17, 14, 59, tzinfo=TOKYO), False),
        (datetime(2026, 11, 24, 17, 15, tzinfo=TOKYO), True),
        (datetime(2026, 11, 23, 10, 0, tzinfo=TOKYO), True),  # 勤労感謝の日
        (datetime(2026, 11, 22, 10, 0, tzinfo=TOKYO), True),  # a Sunday
        (datetime(2026, 12, 29, 10, 0, tzinfo=TOKYO), True),
        (datetime(2026, 12, 28, 10, 0, tzinfo=TOKYO), False),
    ],
)
def test_nights_and_holidays(at: datetime, *, is_noticed: bool) -> None:
    assert rules(replace(LOOK, at=at)) == ([(Rule.OUT_OF_HOURS, 1)] if is_noticed else [])


def test_the_hours_are_a_setting() -> None:
    late = replace(LOOK, at=datetime(2026, 11, 24, 18, 0, tzinfo=TOKYO))
    assert rules(late, limits=Limits(closes=time(19, 0))) == []


def test_many_people_in_a_short_time() -> None:
    few = Limits(people=3, window=10)
    quick = [after(minute, person=20 + minute) for minute in range(4)]
    assert rules(*quick[:3], limits=few) == []
    assert rules(*quick, limits=few) == [(Rule.MANY_PEOPLE, 4)]
    slow = [after(minute * 4, person=20 + minute) for minute in range(9)]
    assert rules(*slow, limits=few) == []
    same = [after(minute, person=20) for minute in range(9)]
    assert rules(*same, limits=few) == []
    again = [after(60 + minute, person=20 + minute) for minute in range(5)]
    assert rules(*quick, *again, limits=few) == [(Rule.MANY_PEOPLE, 4), (Rule.MANY_PEOPLE, 5)]


def test_the_people_of_two_members_of_staff_are_not_added_up() -> None:
    both = [after(n, person=20 + n, staff_number=f"K{n % 2}", staff=n % 2 + 1) for n in range(4)]
    assert rules(*both, limits=Limits(people=3)) == []


def test_neither_a_case_nor_a_reason() -> None:
    assert rules(after(0, reason=" ")) == [(Rule.NO_REASON, 1)]
    assert rules(after(0, reason="", case=3)) == []
    assert rules(after(0, reason="", person=None)) == []
    assert rules(after(0, reason="", staff=None)) == []


def test_refusals_in_a_row() -> None:
    refused = [after(minute, act=Act.REFUSE) for minute in range(3)]
    assert rules(*refused) == [(Rule.REFUSED_IN_A_ROW, 3)]
    assert rules(*refused[:2], after(5), refused[2]) == []
    unknown = [replace(look, staff=None, staff_number="") for look in refused]
    assert rules(*unknown) == [(Rule.REFUSED_IN_A_ROW, 3)]
    signed_in = after(1.5, act=Act.SIGN_IN, person=None)
    assert rules(*unknown[:2], signed_in, unknown[2]) == []
    elsewhere = replace(unknown[2], terminal="窓口2")
    assert rules(*unknown[:2], elsewhere) == []


def test_notices_come_in_order_of_time_and_say_why() -> None:
    found = review(
        [after(0, reason=""), after(1, person=7), after(600, person=3)],
        limits=Limits(),
        colleagues=[Colleague(staff=101, person=7)],
    )
    assert [notice.rule for notice in found] == [Rule.NO_REASON, Rule.OWN_RECORD, Rule.OUT_OF_HOURS]
    assert found[1] == Notice(
        rule=Rule.OWN_RECORD,
        staff_number="K00101",
        department="PENSION",
        terminal="窓口1",
        since=TUESDAY + timedelta(minutes=1),
        until=TUESDAY + timedelta(minutes=1),
        count=1,
        people=(7,),
    )
    assert set(WORDS) == set(Rule)
    assert all("確かめて" in notice.text() or "聞き取って" in notice.text() for notice in found)


def test_a_review_reads_the_record_and_is_recorded(database: Database) -> None:
    asked: list[Collection[int]] = []

    def identities(people: Collection[int]) -> dict[int, Identity]:
        asked.append(people)
        return {8: SATO}

    for person in (1, 7, 8):
        look(person)
    look(9, occasion=replace(CLERK, staff=102, staff_number="K00102"))
    found = queries.review(
        since=TUESDAY - timedelta(hours=1),
        until=TUESDAY + timedelta(hours=1),
        occasion=replace(CLERK, at=TUESDAY + timedelta(hours=2), purpose="audit"),
        limits=Limits(),
        colleagues=[Colleague(staff=101, person=7, identity=SATO)],
        identities=identities,
    )
    assert asked == [(1, 7, 8)]
    assert [notice.rule for notice in found] == [Rule.OWN_RECORD, Rule.SAME_HOUSEHOLD]
    with database.owner() as owner:
        assert owner.execute(
            "SELECT act, outcome FROM audit_entry WHERE operation = 'audit.review'"
        ).fetchall() == [("read", "2 notices")]
