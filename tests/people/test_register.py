"""The register as its users meet it: entering, reading, masking, households, four eyes."""

from __future__ import annotations

import json
from dataclasses import fields, replace
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any
from uuid import UUID, uuid4

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from kokunen.access.domain import SEES, Field, Role, UnableToCheckOwnWork
from kokunen.audit.domain import UnableToRecord
from kokunen.people import checking, operations, queries
from kokunen.people.codes import NumberKind, Source
from kokunen.people.domain import (
    AddressValue,
    Hidden,
    IncomeValue,
    Masked,
    NameValue,
    NumberValue,
    PhoneValue,
)
from kokunen.people.operations import Moving, UnableToReachSealed, UnableToRecordFact
from kokunen.people.page import HouseholdOn, PersonPage
from tests.people.protected import SECOND, opened, protect
from tests.people.register import ALL, HOME, page, register, since, within_case

if TYPE_CHECKING:
    from kokunen.audit.domain import Occasion
    from tests.office import Database


def record_of(database: Database, operation: str) -> list[dict[str, Any]]:
    with database.owner() as owner:
        found = owner.execute(
            "SELECT to_jsonb(e)::text FROM audit_entry e WHERE operation = %s ORDER BY id",
            [operation],
        ).fetchall()
    return [json.loads(line) for (line,) in found]


def test_a_person_registered_is_on_the_page(database: Database, occasion: Occasion) -> None:
    register(1, occasion)
    shown = page(1, occasion)
    assert shown.number == 1
    assert not isinstance(shown.name, Hidden)
    assert shown.name is not None
    assert shown.name.value.name == "架空　花子"
    assert shown.kana == "カクウ　ハナコ"
    assert shown.birth_date == date(1990, 4, 1)
    assert isinstance(shown.addresses, tuple)
    assert [each.value.line for each in shown.addresses] == ["架空県想定市見本町1番1号"]
    assert isinstance(shown.household, HouseholdOn)
    assert [each.number for each in shown.household.members] == [1]
    assert shown.incomes == Hidden(why="case")
    (line,) = record_of(database, "people.person_page")
    assert (line["person"], line["act"], line["staff"]) == (1, "read", 101)
    assert set(line["shown"]) == shown.given
    assert set(line["shown"]) == {
        "name",
        "kana",
        "sex",
        "birth_date",
        "address",
        "phone",
        "register",
        "household",
        "basic_number",
        "old_number",
        "enrolment",
    }
    assert line["shown_name"]
    assert line["shown_address"]


def test_the_page_takes_few_queries(database: Database, occasion: Occasion) -> None:
    del database
    register(1, occasion)
    register(2, occasion, head=False)
    within = within_case(1, occasion=occasion)
    with CaptureQueriesContext(
        connection,
    ) as taken:
        page(1, within)
    statements = [each["sql"] for each in taken.captured_queries]
    assert len(statements) <= 15, statements


FIELD_OF = {
    "name": Field.NAME,
    "names": Field.NAME,
    "kana": Field.KANA,
    "birth_date": Field.BIRTH_DATE,
    "sex": Field.SEX,
    "register": Field.REGISTER,
    "stops": Field.REGISTER,
    "foreign": Field.FOREIGN,
    "memberships": Field.HOUSEHOLD,
    "household": Field.HOUSEHOLD,
    "addresses": Field.ADDRESS,
    "phones": Field.PHONE,
    "basic_numbers": Field.BASIC_NUMBER,
    "old_numbers": Field.OLD_NUMBER,
    "enrolments": Field.ENROLMENT,
    "additionals": Field.ADDITIONAL,
    "exemptions": Field.EXEMPTION,
    "claims": Field.CLAIM,
    "incomes": Field.INCOME,
}


@pytest.mark.parametrize("role", list(Role))
def test_a_role_sees_its_fields_and_no_other(
    role: Role, database: Database, occasion: Occasion
) -> None:
    register(1, occasion)
    with_case = within_case(1, occasion=occasion)
    shown = page(1, with_case, SEES[role])
    for part, needed in FIELD_OF.items():
        assert isinstance(getattr(shown, part), Hidden) is (needed not in SEES[role]), part
    assert {Field(each) for each in shown.given} <= SEES[role]
    for line in record_of(database, "people.person_page"):
        assert {Field(each) for each in line["shown"]} <= SEES[role]
    if Field.KANA not in SEES[role]:
        assert "カクウ" not in repr(shown)


def test_every_part_of_the_page_is_ruled_by_a_field() -> None:
    plain = {
        "key", "number", "on", "known_at", "protected", "opened", "birth_date_text", "given",
    }  # fmt: skip
    assert {each.name for each in fields(PersonPage)} == plain | FIELD_OF.keys()


def test_reading_without_a_purpose_is_refused(database: Database, occasion: Occasion) -> None:
    del database
    register(1, occasion)
    with pytest.raises(UnableToRecord):
        page(1, occasion.because(purpose=""))


def test_nobody_behind_a_key(database: Database, occasion: Occasion) -> None:
    del database
    with pytest.raises(queries.UnableToFindPerson):
        queries.person_page(key=uuid4(), occasion=occasion, sees=ALL)


def test_a_protected_person_is_masked_on_every_query(
    database: Database, occasion: Occasion
) -> None:
    register(1, occasion)
    protect(1, occasion)
    shown = page(1, occasion)
    assert shown.protected
    assert not shown.opened
    for part in ("addresses", "phones", "memberships", "household", "old_numbers"):
        assert getattr(shown, part) == Masked(), part
    assert not {"address", "phone", "household", "old_number"} & shown.given
    assert not record_of(database, "people.person_page")[0]["shown_address"]
    key = queries.key_of(1)
    for group in ("address", "phone", "membership"):
        found = queries.history(key=key, group=group, occasion=occasion, sees=ALL)
        assert found.rows == Masked()
    numbers = queries.history(key=key, group="basic_number", occasion=occasion, sees=ALL)
    assert isinstance(numbers.rows, tuple)
    assert [getattr(each.value, "kind", None) for each in numbers.rows] == [NumberKind.CURRENT]
    assert [
        line["outcome"] for line in record_of(database, "people.history") if line["act"] == "refuse"
    ] == ["protected"] * 3
    on = date(2026, 11, 24)
    assert queries.household_on(person=1, on=on, occasion=occasion, sees=ALL) == Masked()


def test_an_opening_with_a_second_person_unmasks_for_whoever_asked(
    database: Database, occasion: Occasion
) -> None:
    del database
    register(1, occasion)
    protect(1, occasion)
    opening = opened(1, occasion)
    key = queries.key_of(1)
    shown = queries.person_page(key=key, occasion=occasion, sees=ALL, opening=opening)
    assert shown.opened
    assert isinstance(shown.addresses, tuple)
    assert isinstance(shown.old_numbers, tuple)
    other = replace(occasion, staff=999)
    assert (
        queries.person_page(key=key, occasion=other, sees=ALL, opening=opening).addresses
        == Masked()
    )


def test_the_household_does_not_tell_of_a_protected_member(
    database: Database, occasion: Occasion
) -> None:
    register(1, occasion)
    register(2, occasion, head=False)
    on = date(2026, 11, 24)
    both = queries.household_on(person=1, on=on, occasion=occasion, sees=ALL)
    assert isinstance(both, HouseholdOn)
    assert [each.number for each in both.members] == [1, 2]
    assert [line["person"] for line in record_of(database, "people.household_on")] == [1, 2]
    protect(2, occasion)
    alone = queries.household_on(person=1, on=on, occasion=occasion, sees=ALL)
    assert isinstance(alone, HouseholdOn)
    assert [each.number for each in alone.members] == [1]


def test_an_address_of_a_protected_person_is_recorded_within_an_opening_alone(
    database: Database, occasion: Occasion
) -> None:
    register(1, occasion)
    protect(1, occasion)
    new = AddressValue(city="川辺市", town="新町")

    def move(opening: UUID | None = None) -> operations.Entered:
        return operations.record_fact(
            person=1,
            fact=new,
            valid=since(2026, 11, 1),
            source=Source.SELF,
            occasion=occasion,
            request_id=uuid4(),
            opening=opening,
        )

    with pytest.raises(UnableToReachSealed):
        move()
    assert record_of(database, "people.record_address")[0]["outcome"] == "sealed"
    opening = opened(1, occasion)
    move(opening)
    shown = queries.person_page(key=queries.key_of(1), occasion=occasion, sees=ALL, opening=opening)
    assert isinstance(shown.addresses, tuple)
    assert [each.value.city for each in shown.addresses] == ["想定市", "川辺市"]


def test_the_number_given_for_secrecy_does_not_lead_back(
    database: Database, occasion: Occasion
) -> None:
    register(1, occasion)
    protect(1, occasion)
    opening = opened(1, occasion)
    operations.change_basic_number(
        person=1,
        number="9700000001",
        on=date(2026, 6, 1),
        evidence_ref="通知1",
        occasion=occasion,
        request_id=uuid4(),
        opening=opening,
    )
    shown = page(1, occasion)
    assert isinstance(shown.basic_numbers, tuple)
    assert [each.value.number for each in shown.basic_numbers] == ["9700000001"]
    for connect in (database.web, database.batch):
        with connect() as role:
            found = role.execute(
                "SELECT number FROM people_basic_number WHERE kind = 'current'"
            ).fetchall()
            keys = role.execute(
                "SELECT key FROM people_search_key WHERE kind IN ('basic_number', 'old_number')"
            ).fetchall()
        assert found == [("9700000001",)]
        assert keys == [("9700000001",)]
    again = queries.person_page(key=queries.key_of(1), occasion=occasion, sees=ALL, opening=opening)
    assert isinstance(again.basic_numbers, tuple)
    assert [each.value.number for each in again.basic_numbers] == ["0000000001", "9700000001"]


def test_income_is_there_for_a_case_alone(database: Database, occasion: Occasion) -> None:
    register(1, occasion)
    value = IncomeValue(fiscal_year=2026, levy_year=2026, total=0, general=2)

    def declare(when: Occasion) -> None:
        operations.record_fact(
            person=1,
            fact=value,
            valid=value.valid,
            source=Source.TAX,
            occasion=when,
            request_id=uuid4(),
        )

    with pytest.raises(UnableToReachSealed):
        declare(occasion)
    with_case = within_case(1, occasion=occasion)
    declare(with_case)
    assert page(1, occasion).incomes == Hidden(why="case")
    shown = page(1, with_case).incomes
    assert isinstance(shown, tuple)
    assert (shown[0].value.total, shown[0].value.medical) == (0, None)
    assert page(1, with_case, SEES[Role.COUNTER]).incomes == Hidden()
    lines = record_of(database, "people.person_page")
    assert ["income" in line["shown"] for line in lines] == [False, True, False]
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM people_income")
        assert cursor.fetchone() == (0,)


def test_a_household_changes_its_head_in_one_act(database: Database, occasion: Occasion) -> None:
    register(1, occasion)
    register(2, occasion, head=False)

    def move(*members: Moving) -> None:
        operations.move_household(
            household=HOME,
            members=members,
            on=date(2026, 10, 1),
            source=Source.RESIDENT_REGISTER,
            occasion=occasion,
            request_id=uuid4(),
        )

    with pytest.raises(UnableToRecordFact) as refused:
        move(Moving(person=2, head=True, relationship="世帯主"))
    assert refused.value.field == "head"
    move(
        Moving(person=2, head=True, relationship="世帯主"),
        Moving(person=1, head=False, relationship="母"),
    )
    for on, head in ((date(2026, 9, 30), 1), (date(2026, 10, 1), 2)):
        found = queries.household_on(person=1, on=on, occasion=occasion, sees=ALL)
        assert isinstance(found, HouseholdOn)
        assert [each.number for each in found.members if each.head] == [head]
    moved = [line for line in record_of(database, "people.move_household") if not line["outcome"]]
    assert sorted(line["person"] for line in moved) == [1, 2]


def test_who_enters_may_not_check(database: Database, occasion: Occasion) -> None:
    entered = register(1, occasion)
    second = replace(occasion, staff=SECOND)
    (waiting,) = queries.unchecked(staff=SECOND)
    assert (waiting.entry, waiting.person) == (entered.request_id, 1)
    assert queries.unchecked(staff=101) == ()
    with pytest.raises(UnableToCheckOwnWork):
        checking.check_fact(entry=entered.request_id, occasion=occasion)
    checking.check_fact(entry=entered.request_id, occasion=second)
    checking.check_fact(entry=entered.request_id, occasion=second)
    with pytest.raises(checking.UnableToCheckFact):
        checking.check_fact(entry=entered.request_id, occasion=replace(occasion, staff=303))
    assert queries.unchecked(staff=SECOND) == ()
    shown = page(1, occasion)
    assert isinstance(shown.names, tuple)
    assert shown.names[0].checked_by == SECOND
    outcomes = [line["outcome"] for line in record_of(database, "people.check_fact")]
    assert outcomes == ["own_work", "", "not_checkable"]


def test_the_keys_follow_the_facts(database: Database, occasion: Occasion) -> None:
    del database
    register(1, occasion)
    entered = operations.record_fact(
        person=1,
        fact=PhoneValue(number="03-0000-9999"),
        valid=since(2020),
        source=Source.SELF,
        occasion=occasion,
        request_id=uuid4(),
    )

    def keys(kind: str) -> set[str]:
        with connection.cursor() as cursor:
            cursor.execute("SELECT key FROM people_search_key WHERE kind = %s", [kind])
            return {key for (key,) in cursor.fetchall()}

    assert keys("phone") == {"09000001234", "0300009999"}
    operations.withdraw_fact(
        kind="phone",
        row=entered.rows[0][1],
        reason="別の人の番号",
        occasion=occasion,
        request_id=uuid4(),
    )
    assert keys("phone") == {"09000001234"}
    before = keys("name")
    operations.record_fact(
        person=1,
        fact=NameValue(name="想定　花子"),
        valid=since(2024),
        source=Source.RESIDENT_REGISTER,
        occasion=replace(occasion, at=occasion.at + timedelta(hours=1)),
        request_id=uuid4(),
    )
    assert before < keys("name")
    assert keys("basic_number") == {"0000000001"}
    operations.record_fact(
        person=1,
        fact=NumberValue(number="1111111111"),
        valid=since(2024),
        source=Source.AGENCY,
        occasion=occasion,
        request_id=uuid4(),
    )
    assert keys("basic_number") == {"1111111111"}
    assert keys("old_number") == {"0000000001", "4200000001"}
