"""What a case does to a person's facts: all of it at once, seen by two, taken back as it came."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING
from uuid import uuid4

import pytest

from kokunen.access.domain import Field
from kokunen.people import operations, queries, search
from kokunen.people.codes import Category
from kokunen.people.domain import AdditionalValue, EnrolmentValue
from kokunen.people.operations import Instead, Stated, UnableToRecordFact
from kokunen.people.periods import Period
from tests.people.register import ALL, page, register, since

if TYPE_CHECKING:
    from uuid import UUID

    from kokunen.audit.domain import Occasion
    from tests.office import Database

NUMBER = 4001
LOSS = date(2026, 5, 2)
CLERK = 77


@pytest.fixture
def examiner(database: Database, occasion: Occasion) -> Occasion:
    """Somebody else than the clerk who wrote the filing down, in a register of one person."""
    del database
    register(NUMBER, replace(occasion, staff=None))
    return replace(occasion, staff=CLERK + 1)


def enrolment(occasion: Occasion) -> tuple[int, EnrolmentValue]:
    found = page(NUMBER, occasion).enrolments
    assert isinstance(found, tuple)
    return found[-1].id, found[-1].value


def lose(occasion: Occasion, *, request_id: UUID | None = None) -> operations.Entered:
    row, value = enrolment(occasion)
    return operations.carry_out(
        person=NUMBER,
        changes=[
            Instead(
                row=row,
                kind="enrolment",
                fact=replace(value, lost_cause="国外転出"),
                valid=Period(start=date(2010, 4, 1), end=LOSS),
            ),
            Stated(
                fact=AdditionalValue(joined_filed_on=date(2026, 4, 1)),
                valid=Period(start=date(2026, 4, 1), end=LOSS),
            ),
        ],
        operation="enrolment.examine",
        received_by=CLERK,
        source_ref="案件12",
        occasion=occasion,
        request_id=request_id or uuid4(),
    )


def test_everything_is_entered_at_once_and_counts_as_seen_by_two(examiner: Occasion) -> None:
    done = lose(examiner)
    assert [kind for kind, _ in done.rows] == ["enrolment", "additional"]
    found = page(NUMBER, examiner)
    assert isinstance(found.enrolments, tuple)
    assert isinstance(found.additionals, tuple)
    (fact,) = found.enrolments
    assert (fact.valid.end, fact.value.lost_cause) == (LOSS, "国外転出")
    assert (fact.recorded_by, fact.checked_by) == (CLERK, CLERK + 1)
    assert [each.value.joined_filed_on for each in found.additionals] == [date(2026, 4, 1)]
    assert queries.unchecked(staff=5, limit=10) == ()


def test_what_one_person_did_alone_waits_for_its_check(examiner: Occasion) -> None:
    lose(replace(examiner, staff=CLERK))
    waiting = queries.unchecked(staff=5)
    assert [entry.operation for entry in waiting] == ["enrolment.examine"]


def test_a_repeat_of_the_same_request_does_nothing_twice(examiner: Occasion) -> None:
    request = uuid4()
    assert lose(examiner, request_id=request) == lose(examiner, request_id=request)
    assert isinstance(page(NUMBER, examiner).additionals, tuple)


def test_it_is_taken_back_as_it_came(examiner: Occasion) -> None:
    before = enrolment(examiner)[1]
    done = lose(examiner)
    rows = dict(done.rows)
    operations.carry_out(
        person=NUMBER,
        changes=[
            Instead(row=rows["additional"], kind="additional"),
            Instead(row=rows["enrolment"], kind="enrolment", fact=before, valid=since(2010)),
        ],
        operation="enrolment.withdraw",
        received_by=CLERK,
        source_ref="案件12",
        occasion=examiner,
        request_id=uuid4(),
    )
    found = page(NUMBER, examiner)
    assert found.additionals == ()
    assert isinstance(found.enrolments, tuple)
    assert [(fact.value, fact.valid) for fact in found.enrolments] == [(before, since(2010))]


def test_a_row_that_another_corrected_stops_the_whole(examiner: Occasion) -> None:
    row, value = enrolment(examiner)
    lose(examiner)
    with pytest.raises(UnableToRecordFact, match="別の入力で訂正されました"):
        operations.carry_out(
            person=NUMBER,
            changes=[
                Stated(fact=EnrolmentValue(category=Category.CATEGORY_1), valid=since(2027)),
                Instead(row=row, kind="enrolment", fact=value, valid=since(2010)),
            ],
            operation="enrolment.examine",
            received_by=CLERK,
            source_ref="案件13",
            occasion=examiner,
            request_id=uuid4(),
        )
    found = page(NUMBER, examiner).enrolments
    assert isinstance(found, tuple)
    assert [fact.valid.end for fact in found] == [LOSS]


def test_a_duty_reads_only_what_the_role_sees_and_leaves_a_line(
    database: Database, examiner: Occasion
) -> None:
    sees = {Field.ENROLMENT, Field.BIRTH_DATE}
    found = queries.facts(
        person=NUMBER,
        kinds={"enrolment", "identity", "income", "address"},
        operation="enrolment.advise",
        occasion=examiner,
        sees=sees,
    )
    assert set(found) == {"enrolment", "identity"}
    with database.owner() as owner:
        line = owner.execute(
            "SELECT act, shown FROM audit_entry WHERE operation = 'enrolment.advise'"
        ).fetchone()
    assert line == ("read", ["birth_date", "enrolment"])


def test_the_names_of_a_list_leave_a_line_for_each_person(
    database: Database, examiner: Occasion
) -> None:
    register(NUMBER + 1, examiner, household=70002)
    named = search.named(
        people=[NUMBER, NUMBER + 1, 999], operation="cases.queue", occasion=examiner, sees=ALL
    )
    assert {number: hit.name for number, hit in named.items()} == {
        NUMBER: "架空　花子",
        NUMBER + 1: "架空　花子",
    }
    with database.owner() as owner:
        lines = owner.execute(
            "SELECT person, shown_name FROM audit_entry WHERE operation = 'cases.queue'"
            " ORDER BY person"
        ).fetchall()
    assert lines == [(NUMBER, True), (NUMBER + 1, True)]
