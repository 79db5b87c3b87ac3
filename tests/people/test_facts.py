"""Recording, cutting, correcting and ending facts; repeats, and two clerks at once."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date, timedelta
from itertools import pairwise
from threading import Barrier, Thread
from typing import TYPE_CHECKING, Any
from uuid import UUID, uuid4

import pytest
from django.db import connection, connections, transaction

from kokunen.people import operations, queries
from kokunen.people.codes import (
    Category,
    ClaimKind,
    Exemption,
    NumberKind,
    Outcome,
    Residency,
    Source,
)
from kokunen.people.domain import (
    AddressValue,
    ClaimValue,
    EnrolmentValue,
    ExemptionValue,
    ForeignValue,
    IdentityValue,
    NameValue,
    NumberValue,
    PhoneValue,
    Recorded,
    RegisterValue,
    Value,
)
from kokunen.people.operations import UnableToRecordFact, UnableToRepeat
from kokunen.people.periods import ALWAYS, Period
from kokunen.people.rows import load
from tests.people.register import ALL, between, page, register, since, within_case

if TYPE_CHECKING:
    from collections.abc import Callable

    from kokunen.audit.domain import Occasion
    from tests.office import Database


@pytest.fixture
def later(database: Database, occasion: Occasion) -> Occasion:
    """An hour after person 1 was registered."""
    del database
    register(1, occasion)
    return replace(occasion, at=occasion.at + timedelta(hours=1))


def enter(
    fact: Value, valid: Period, occasion: Occasion, *, request_id: UUID | None = None
) -> operations.Entered:
    return operations.record_fact(
        person=1,
        fact=fact,
        valid=valid,
        source=Source.AGENCY,
        occasion=occasion,
        request_id=request_id or uuid4(),
    )


def facts(kind: str, *, superseded: bool = False) -> list[Recorded[Any]]:
    return list(load(person=1, kinds={kind}, superseded=superseded)[kind])


def correct(row: int, fact: Value, valid: Period, occasion: Occasion) -> operations.Entered:
    return operations.correct_fact(
        row=row,
        fact=fact,
        valid=valid,
        source=Source.OFFICE,
        reason="戸籍で確認",
        occasion=occasion,
        request_id=uuid4(),
    )


def test_a_period_over_an_old_one_leaves_its_other_days(later: Occasion) -> None:
    employed = EnrolmentValue(category=Category.CATEGORY_2, acquired_cause="就職")
    enter(employed, between((2015, 4, 1), (2017, 4, 1)), later)
    found = facts("enrolment")
    assert [(each.value.category, each.valid) for each in found] == [
        (Category.CATEGORY_1, between((2010, 4, 1), (2015, 4, 1))),
        (Category.CATEGORY_2, between((2015, 4, 1), (2017, 4, 1))),
        (Category.CATEGORY_1, since(2017)),
    ]
    # 20歳到達 is why it began in 2010; the piece that begins in 2017 does not say so.
    assert [each.value.acquired_cause for each in found] == ["20歳到達", "就職", ""]
    assert [each.source for each in found] == [
        Source.RESIDENT_REGISTER,
        Source.AGENCY,
        Source.RESIDENT_REGISTER,
    ]
    (old,) = [each for each in facts("enrolment", superseded=True) if each.superseded_at]
    assert (old.valid, old.superseded_at, old.superseded_by) == (since(2010), later.at, 101)


def test_kinds_live_side_by_side(later: Occasion) -> None:
    enter(PhoneValue(number="03-0000-0001"), since(2020), later)
    enter(NumberValue(kind=NumberKind.OLD, number="1234-567890"), since(2000), later)
    enter(NumberValue(number="5555555555"), since(2020), later)
    assert len(facts("phone")) == 2
    assert {(each.value.kind, each.value.number, each.valid) for each in facts("basic_number")} == {
        (NumberKind.OLD, "1234-567890", since(2000)),
        (NumberKind.CURRENT, "0000000001", between((2010, 4, 1), (2020, 4, 1))),
        (NumberKind.OLD, "4200-000001", since(2010)),
        (NumberKind.CURRENT, "5555555555", since(2020)),
    }


def test_a_rejected_application_stands_beside_a_new_one(later: Occasion) -> None:
    year = between((2026, 7, 1), (2027, 7, 1))
    first = enter(ExemptionValue(kind=Exemption.FULL), year, later)
    rejected = ExemptionValue(
        kind=Exemption.FULL, outcome=Outcome.REJECTED, outcome_on=date(2026, 9, 1)
    )
    correct(first.rows[0][1], rejected, year, later)
    enter(ExemptionValue(kind=Exemption.FULL, applied_on=date(2026, 10, 1)), year, later)
    assert [each.value.outcome for each in facts("exemption")] == [Outcome.REJECTED, None]


def test_what_is_not_known_is_null(later: Occasion, database: Database) -> None:
    with_case = within_case(1, occasion=later)
    from kokunen.people.domain import IncomeValue

    value = IncomeValue(fiscal_year=2025, levy_year=2025, total=0)
    operations.record_fact(
        person=1,
        fact=value,
        valid=value.valid,
        source=Source.TAX,
        occasion=with_case,
        request_id=uuid4(),
    )
    enter(ForeignValue(nationality="架空国"), since(2020), later)
    with database.owner() as owner:
        row = owner.execute(
            "SELECT total, general, medical, spouse, working_student FROM people_income"
        ).fetchone()
        assert row == (0, None, None, "", "")
        assert owner.execute("SELECT stay_until FROM people_foreign").fetchone() == (None,)
    shown = page(1, with_case)
    assert isinstance(shown.incomes, tuple)
    assert shown.incomes[0].value == value


# An ideographic variation sequence, a character beyond the first plane, a compatibility ideograph
# that normalising would replace, a combining mark, and spaces of two kinds.
RECEIVED = "葛\U000e0100\u3000𠮷\ufa19 か\u3099"


def test_characters_stay_as_received(later: Occasion, database: Database) -> None:
    enter(NameValue(name=RECEIVED, kana="カ\u3099", latin="Đặng  Văn"), since(2026), later)
    enter(AddressValue(city=RECEIVED), since(2026), later)
    with database.owner() as owner:
        (kept,) = owner.execute(
            "SELECT convert_to(name, 'UTF8') FROM people_name WHERE latin <> ''"
        ).fetchall()
    assert kept == (RECEIVED.encode(),)
    found = next(each for each in facts("name") if each.value.latin).value
    assert (found.name, found.kana, found.latin) == (RECEIVED, "カ\u3099", "Đặng  Văn")
    assert facts("address")[-1].value.city == RECEIVED


def test_a_correction_replaces_the_whole_statement_and_says_why(later: Occasion) -> None:
    (wrong,) = facts("identity")
    right = replace(wrong.value, birth_date=date(1990, 4, 2))
    correct(wrong.id, right, ALWAYS, later)
    assert [each.value.birth_date for each in facts("identity")] == [date(1990, 4, 2)]
    found = queries.history(key=queries.key_of(1), group="identity", occasion=later, sees=ALL).rows
    assert isinstance(found, tuple)
    assert [(each.superseded_at is None, each.reason) for each in found] == [
        (False, ""),
        (True, "戸籍で確認"),
    ]


def test_a_correction_without_a_reason_is_refused(later: Occasion) -> None:
    (wrong,) = facts("identity")
    with pytest.raises(UnableToRecordFact) as refused:
        operations.correct_fact(
            row=wrong.id,
            fact=wrong.value,
            valid=ALWAYS,
            source=Source.OFFICE,
            reason=" ",
            occasion=later,
            request_id=uuid4(),
        )
    assert refused.value.field == "reason"


def test_a_row_that_is_not_there_is_refused_and_recorded(
    later: Occasion, database: Database
) -> None:
    with pytest.raises(UnableToRecordFact) as refused:
        correct(10**9, NameValue(name="想定　次郎"), ALWAYS, later)
    assert refused.value.field == "row"
    with database.owner() as owner:
        lines = owner.execute(
            "SELECT act, outcome FROM audit_entry WHERE operation = 'people.reach_name'"
        ).fetchall()
    assert lines == [("refuse", "invalid_fact")]


def test_an_end_carries_its_cause(later: Occasion) -> None:
    (row,) = facts("enrolment")
    operations.end_fact(
        row=row.id,
        fact=replace(row.value, lost_cause="死亡"),
        on=date(2026, 11, 2),
        source=Source.SELF,
        occasion=later,
        request_id=uuid4(),
    )
    (ended,) = facts("enrolment")
    assert ended.valid == between((2010, 4, 1), (2026, 11, 2))
    assert (ended.value.acquired_cause, ended.value.lost_cause) == ("20歳到達", "死亡")


@pytest.mark.parametrize("on", [date(2010, 4, 1), date(2009, 1, 1)])
def test_an_end_before_the_beginning_is_refused(later: Occasion, on: date) -> None:
    (row,) = facts("enrolment")
    with pytest.raises(operations.UnableToEndFact):
        operations.end_fact(
            row=row.id,
            fact=row.value,
            on=on,
            source=Source.SELF,
            occasion=later,
            request_id=uuid4(),
        )


def test_what_should_never_have_been_entered_is_taken_back(later: Occasion) -> None:
    (row,) = facts("phone")
    operations.withdraw_fact(
        kind="phone", row=row.id, reason="別の人の番号", occasion=later, request_id=uuid4()
    )
    assert facts("phone") == []
    (kept,) = facts("phone", superseded=True)
    assert (kept.superseded_at, kept.superseded_by) == (later.at, 101)


def test_a_repeat_does_nothing_twice_and_answers_as_before(
    later: Occasion, database: Database
) -> None:
    request = uuid4()
    fact = PhoneValue(number="03-0000-0002")
    first = enter(fact, since(2020), later, request_id=request)
    again = enter(fact, since(2020), later, request_id=request)
    assert again == first
    (row,) = facts("identity")
    request = uuid4()
    given: dict[str, Any] = {
        "row": row.id,
        "fact": replace(row.value, birth_date=date(1990, 4, 3)),
        "valid": ALWAYS,
        "source": Source.OFFICE,
        "reason": "戸籍",
        "occasion": later,
        "request_id": request,
    }
    assert operations.correct_fact(**given) == operations.correct_fact(**given)
    request = uuid4()
    with pytest.raises(operations.UnableToRegisterPerson):
        register(1, later, request_id=uuid4())
    one = register(5, later, household=9, request_id=request)
    assert register(5, later, household=9, request_id=request) == one
    with database.owner() as owner:
        count = owner.execute(
            "SELECT count(*) FROM audit_entry WHERE act = 'write'"
            " AND operation IN ('people.record_phone', 'people.correct_identity')"
        ).fetchone()
    assert count == (2,)
    assert len(facts("identity", superseded=True)) == 2


def test_a_request_number_serves_one_thing(later: Occasion) -> None:
    request = uuid4()
    enter(PhoneValue(number="03-0000-0002"), since(2020), later, request_id=request)
    with pytest.raises(UnableToRepeat):
        enter(NameValue(name="想定　次郎"), since(2020), later, request_id=request)
    with pytest.raises(UnableToRepeat):
        enter(
            PhoneValue(number="03-0000-0002"),
            since(2020),
            replace(later, staff=999),
            request_id=request,
        )


def test_the_record_names_tables_rows_and_fields_and_no_value(
    later: Occasion, database: Database
) -> None:
    enter(NameValue(name="秘密　太郎", kana="ヒミツ　タロウ"), since(2026), later)
    with database.owner() as owner:
        ((line,),) = owner.execute(
            "SELECT to_jsonb(e)::text FROM audit_entry e WHERE operation = 'people.record_name'"
        ).fetchall()
    changes = json.loads(line)["changes"]
    assert {table for table, *_ in changes} == {"people_name"}
    assert {field for _, _, field, *_ in changes} == {"valid", "name", "kana", "superseded_by_id"}
    for secret in ("秘密", "ヒミツ", "架空", "花子"):
        assert secret not in line


def test_a_refused_change_changes_nothing_and_is_recorded(
    later: Occasion, database: Database
) -> None:
    register(2, later, household=8)
    before = len(facts("basic_number", superseded=True))
    with pytest.raises(UnableToRecordFact) as refused:
        enter(NumberValue(number="0000000002"), since(2020), later)
    assert refused.value.field == "number"
    assert "0000000002" not in refused.value.message + refused.value.fix
    assert len(facts("basic_number", superseded=True)) == before
    with database.owner() as owner:
        lines = owner.execute(
            "SELECT act, outcome FROM audit_entry WHERE operation = 'people.record_basic_number'"
        ).fetchall()
    assert lines == [("refuse", "invalid_fact")]


@pytest.mark.parametrize(
    ("fact", "valid", "field"),
    [
        (NameValue(name="\u3000"), ALWAYS, "name"),
        (IdentityValue(birth_date=None), since(2020), "valid"),
        (
            ClaimValue(kind=ClaimKind.OLD_AGE, claimed_on=date(2026, 1, 5)),
            since(2026, 1, 6),
            "valid",
        ),
    ],
)
def test_a_fact_that_contradicts_itself_is_refused(
    later: Occasion, fact: Value, valid: Period, field: str
) -> None:
    with pytest.raises(UnableToRecordFact) as refused:
        enter(fact, valid, later)
    assert refused.value.field == field


@pytest.mark.parametrize(
    "fact",
    [
        NumberValue(number="123456789"),
        AddressValue(postal_code="123-4567"),
        PhoneValue(number="なし"),
        ForeignValue(nationality="架空国", nationality_code="abc"),
        RegisterValue(residency=Residency.JAPANESE, removed_on=date(2026, 1, 1)),
        ExemptionValue(kind=Exemption.FULL, school_name="想定大学"),
        NameValue(name="名" * 101),
    ],
)
def test_the_database_refuses_a_wrong_form_in_words(later: Occasion, fact: Value) -> None:
    with pytest.raises(UnableToRecordFact) as refused:
        enter(fact, since(2020), later)
    assert refused.value.fix


def test_two_clerks_correct_one_fact_and_one_is_told(later: Occasion) -> None:
    (wrong,) = facts("identity")
    ready = Barrier(2)
    answers: list[object] = []

    def clerk(staff: int, day: int) -> None:
        try:
            with transaction.atomic():
                pass
            ready.wait(10)
            right = replace(wrong.value, birth_date=date(1990, 5, day))
            answers.append(correct(wrong.id, right, ALWAYS, replace(later, staff=staff)))
        except UnableToRecordFact as refused:
            answers.append(refused.message)
        finally:
            connections.close_all()

    settings = connection.settings_dict
    threads = []
    for staff, day in ((101, 1), (102, 2)):
        thread = Thread(target=_within, args=(settings, clerk, staff, day))
        thread.start()
        threads.append(thread)
    for thread in threads:
        thread.join(30)
    assert sorted(type(each).__name__ for each in answers) == ["Entered", "str"]
    assert len(facts("identity")) == 1
    assert len(facts("identity", superseded=True)) == 2


def _within(
    settings: dict[str, Any], work: Callable[[int, int], None], staff: int, number: int
) -> None:
    """Let a thread's own connection be to the same database."""
    connection.settings_dict.update(settings)
    work(staff, number)


def test_two_clerks_record_at_once_and_both_are_kept(later: Occasion) -> None:
    ready = Barrier(2)
    failures: list[BaseException] = []

    def clerk(staff: int, year: int) -> None:
        try:
            with transaction.atomic():
                pass
            ready.wait(10)
            fact = EnrolmentValue(category=Category.CATEGORY_2, acquired_cause=str(staff))
            enter(fact, between((year, 4, 1), (year + 3, 4, 1)), replace(later, staff=staff))
        except BaseException as error:  # noqa: BLE001 - shown by the assertion below
            failures.append(error)
        finally:
            connections.close_all()

    settings = connection.settings_dict
    threads = [
        Thread(target=_within, args=(settings, clerk, staff, year))
        for staff, year in ((101, 2015), (102, 2017))
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert failures == []
    found = facts("enrolment")
    for before, after in pairwise(found):
        assert before.valid.end == after.valid.start
    entered = facts("enrolment", superseded=True)
    assert {each.value.acquired_cause for each in entered} >= {"101", "102"}
    held = [each for each in found if each.value.category == Category.CATEGORY_2]
    assert (held[0].valid.start, held[-1].valid.end) == (date(2015, 4, 1), date(2020, 4, 1))


def test_a_clerk_whose_clock_is_behind_is_told_that_another_was_faster(later: Occasion) -> None:
    phone = PhoneValue(number="090-0000-7777")
    enter(phone, since(2016), later)
    behind = replace(later, at=later.at - timedelta(minutes=1))
    with pytest.raises(UnableToRecordFact, match="別の入力で訂正されました"):
        enter(replace(phone, number="090-0000-8888"), since(2016), behind)
