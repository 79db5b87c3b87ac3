"""Enquiries in the database: asked, taken by one, answered, read; sealed where it must be."""

from __future__ import annotations

import threading
from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING
from uuid import UUID, uuid4

import psycopg
import pytest
from django.db import connections

from kokunen.access.domain import Field
from kokunen.enquiries import operations, queries
from kokunen.enquiries.domain import (
    Answer,
    Matter,
    State,
    StepKind,
    UnableToAnswerOwnEnquiry,
    UnableToAsk,
    UnableToTakeEnquiryStep,
    Urgency,
)
from kokunen.people.domain import Masked
from tests.people.protected import opened, protect
from tests.people.register import register

if TYPE_CHECKING:
    from kokunen.audit.domain import Occasion
    from tests.office import Database

PERSON = 10001
SEES = frozenset(Field)
WORDS = "平成31年3月の資格が見本町の記録と合うか"


def other(occasion: Occasion, staff: int = 202, *, later: int = 0) -> Occasion:
    return replace(
        occasion,
        staff=staff,
        staff_number=f"K{staff:05d}",
        at=occasion.at + timedelta(minutes=later),
    )


def ask(occasion: Occasion, *, text: str = WORDS, request_id: UUID | None = None) -> int:
    return operations.ask(
        person=PERSON,
        matter=Matter.ENROLMENT,
        urgency=Urgency.WAITING,
        text=text,
        branch="KITA",
        occasion=occasion,
        request_id=request_id or uuid4(),
    )


def step(
    enquiry: int,
    kind: StepKind,
    expected: int,
    occasion: Occasion,
    *,
    answer: Answer | None = None,
    text: str = "",
    request_id: UUID | None = None,
) -> None:
    operations.proceed(
        enquiry=enquiry,
        kind=kind,
        expected=expected,
        occasion=occasion,
        request_id=request_id or uuid4(),
        answer=answer,
        text=text,
    )


@pytest.fixture
def asked(database: Database, occasion: Occasion) -> int:
    del database
    register(PERSON, occasion)
    return ask(occasion)


def test_asked_taken_answered_and_read(asked: int, occasion: Occasion) -> None:
    hq = other(occasion, later=3)
    (line,) = queries.queue(occasion=hq, sees=SEES)
    assert (line.enquiry.number, line.waited, line.target, line.late) == (asked, 3, 10, False)
    assert (line.who.name, line.enquiry.branch) == ("架空　花子", "KITA")
    step(asked, StepKind.TAKEN, 1, hq)
    step(asked, StepKind.SENT, 2, other(occasion, later=5), text="年金事務所に電話で確認")
    late = other(occasion, later=14)
    assert queries.queue(occasion=late, sees=SEES)[0].late
    step(asked, StepKind.ANSWERED, 3, late, answer=Answer.DIFFERENT, text="4月1日から第1号です")
    assert queries.queue(occasion=late, sees=SEES) == ()
    shown = queries.one(enquiry=asked, occasion=occasion, sees=SEES)
    assert shown.line.enquiry.state is State.ANSWERED
    assert shown.texts == {1: WORDS, 3: "年金事務所に電話で確認", 4: "4月1日から第1号です"}
    assert shown.line.enquiry.steps[-1].answer is Answer.DIFFERENT
    (own,) = queries.queue(occasion=occasion, sees=SEES, asked_by=101)
    assert own.enquiry.number == asked
    step(asked, StepKind.READ, 4, occasion)
    assert queries.queue(occasion=occasion, sees=SEES, asked_by=101) == ()
    (waited,) = queries.waited(
        since=occasion.at.date(), until=occasion.at.date() + timedelta(days=1)
    )
    assert (waited.minutes, waited.in_time, waited.branch) == (14, False, "KITA")


def test_the_oldest_stands_first_and_is_counted(asked: int, occasion: Occasion) -> None:
    second = ask(other(occasion, 103, later=1))
    hq = other(occasion, later=20)
    assert [line.enquiry.number for line in queries.queue(occasion=hq, sees=SEES)] == [
        asked,
        second,
    ]
    assert queries.waiting_count() == 2
    step(asked, StepKind.TAKEN, 1, hq)
    assert queries.waiting_count() == 1


def test_a_repeat_asks_and_answers_once(asked: int, occasion: Occasion, database: Database) -> None:
    again = uuid4()
    number = ask(occasion, request_id=again)
    assert ask(occasion, request_id=again) == number
    with pytest.raises(UnableToAsk, match="別の照会"):
        ask(other(occasion, 103), request_id=again)
    taken = uuid4()
    for _ in range(2):
        step(asked, StepKind.TAKEN, 1, other(occasion), request_id=taken)
    with pytest.raises(UnableToAsk, match="別の照会"):
        step(number, StepKind.TAKEN, 1, other(occasion), request_id=taken)
    with database.owner() as owner:
        assert owner.execute("SELECT count(*) FROM enquiries_step").fetchone() == (3,)


def test_of_two_who_take_one_enquiry_one_does(
    asked: int, occasion: Occasion, database: Database
) -> None:
    both = threading.Barrier(2)
    told: list[str] = []

    def take(staff: int) -> None:
        try:
            both.wait()
            step(asked, StepKind.TAKEN, 1, other(occasion, staff))
            told.append("taken")
        except UnableToTakeEnquiryStep as refusal:
            told.append(refusal.message)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=take, args=[staff]) for staff in (202, 203)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert "taken" in told
    assert any("別の職員が処理しました" in each for each in told)
    with database.owner() as owner:
        assert owner.execute(
            "SELECT count(*) FROM enquiries_step WHERE kind = 'taken'"
        ).fetchone() == (1,)


def test_another_may_take_it_over_but_not_answer_past_the_one_who_has_it(
    asked: int, occasion: Occasion
) -> None:
    step(asked, StepKind.TAKEN, 1, other(occasion))
    with pytest.raises(UnableToTakeEnquiryStep, match="別の職員が担当"):
        step(asked, StepKind.ANSWERED, 2, other(occasion, 203), answer=Answer.AS_STATED)
    step(asked, StepKind.TAKEN, 2, other(occasion, 203))
    step(asked, StepKind.ANSWERED, 3, other(occasion, 203), answer=Answer.AS_STATED)


def test_nobody_answers_the_own_question_and_nobody_else_reads_the_answer(
    asked: int, occasion: Occasion, database: Database
) -> None:
    with pytest.raises(UnableToAnswerOwnEnquiry, match="別の職員"):
        step(asked, StepKind.TAKEN, 1, occasion)
    with pytest.raises(UnableToTakeEnquiryStep, match="照会した職員だけ"):
        step(asked, StepKind.WITHDRAWN, 1, other(occasion))
    with database.owner() as owner:
        codes = owner.execute(
            "SELECT operation, outcome FROM audit_entry WHERE act = 'refuse' ORDER BY id"
        ).fetchall()
    assert codes == [
        ("enquiries.taken", "enquiry_own"),
        ("enquiries.withdrawn", "enquiry_step_not_open"),
    ]


def test_the_database_itself_refuses_an_answer_by_who_asked(asked: int, database: Database) -> None:
    given = "(enquiry_id, number, kind, at, staff, asked_by, answer, request_id)"
    with database.web() as web:
        for staff, asked_by in ((101, 101), (202, 202)):
            with pytest.raises(psycopg.errors.IntegrityError):
                web.execute(
                    f"INSERT INTO enquiries_step {given} VALUES"  # noqa: S608 - our own words
                    " (%s, 2, 'taken', now(), %s, %s, '', gen_random_uuid())",
                    [asked, staff, asked_by if staff == 101 else 303],
                )
            web.rollback()
        for statement in ("UPDATE enquiries_step SET staff = 1", "DELETE FROM enquiries_text"):
            with pytest.raises(psycopg.errors.InsufficientPrivilege):
                web.execute(statement.encode())
            web.rollback()


def test_an_answer_says_what_is_different(asked: int, occasion: Occasion) -> None:
    step(asked, StepKind.TAKEN, 1, other(occasion))
    for answer in (Answer.DIFFERENT, Answer.OTHER):
        with pytest.raises(UnableToTakeEnquiryStep, match="説明できません"):
            step(asked, StepKind.ANSWERED, 2, other(occasion), answer=answer)
    with pytest.raises(UnableToTakeEnquiryStep, match="区分がありません"):
        step(asked, StepKind.ANSWERED, 2, other(occasion))
    with pytest.raises(UnableToAsk, match="400字"):
        step(asked, StepKind.ANSWERED, 2, other(occasion), answer=Answer.OTHER, text="長" * 401)


@pytest.mark.usefixtures("database")
def test_what_is_not_said_is_not_asked(occasion: Occasion) -> None:
    register(PERSON, occasion)
    with pytest.raises(UnableToAsk, match="処理事由"):
        ask(occasion.because(purpose=""))
    with pytest.raises(UnableToAsk, match="その他"):
        operations.ask(
            person=PERSON,
            matter=Matter.OTHER,
            urgency=Urgency.AGAIN,
            text=" ",
            occasion=occasion,
            request_id=uuid4(),
        )


@pytest.mark.usefixtures("database")
def test_an_unknown_enquiry_is_told_apart(occasion: Occasion) -> None:
    with pytest.raises(queries.UnableToFindEnquiry):
        queries.one(enquiry=7, occasion=occasion, sees=SEES)


def test_the_text_about_a_protected_person_is_sealed(
    asked: int, occasion: Occasion, database: Database
) -> None:
    protect(PERSON, occasion)
    second = ask(occasion)
    for number in (asked, second):
        shown = queries.one(enquiry=number, occasion=occasion, sees=SEES)
        assert shown.texts == {1: Masked()}
        assert shown.line.who.address == Masked()
    with database.web() as web:
        assert web.execute("SELECT count(*) FROM enquiries_text").fetchone() == (0,)
    opening = opened(PERSON, occasion)
    shown = queries.one(enquiry=second, occasion=occasion, sees=SEES, opening=opening)
    assert shown.texts == {1: WORDS}
    # The clock that is asked again and again says nothing of the person.
    held, waited, target = queries.clock(enquiry=second, occasion=occasion)
    assert (held.state, waited, target) == (State.WAITING, 0, 10)


def test_a_text_cannot_be_hung_on_another_person(
    asked: int, occasion: Occasion, database: Database
) -> None:
    register(10002, occasion, household=70002)
    step(asked, StepKind.TAKEN, 1, other(occasion))
    with database.web() as web, pytest.raises(psycopg.errors.InsufficientPrivilege):
        web.execute(
            "INSERT INTO enquiries_text (step_id, person_id, text)"
            " SELECT id, 10002, 'x' FROM enquiries_step WHERE kind = 'taken'"
        )


def test_every_step_and_every_look_leaves_its_line(
    asked: int, occasion: Occasion, database: Database
) -> None:
    step(asked, StepKind.TAKEN, 1, other(occasion))
    queries.one(enquiry=asked, occasion=other(occasion), sees=SEES)
    queries.queue(occasion=other(occasion), sees=SEES)
    queries.clock(enquiry=asked, occasion=occasion)
    with database.owner() as owner:
        lines = owner.execute(
            "SELECT act, operation, staff, purpose, person FROM audit_entry"
            " WHERE operation LIKE 'enquiries.%' ORDER BY id"
        ).fetchall()
        ((kept,),) = owner.execute(
            "SELECT string_agg(changes::text || reason, ' ') FROM audit_entry"
        ).fetchall()
    assert lines == [
        ("write", "enquiries.ask", 101, "consultation", PERSON),
        ("write", "enquiries.taken", 202, "consultation", PERSON),
        ("read", "enquiries.one", 202, "consultation", PERSON),
        ("read", "enquiries.queue", 202, "telephone", PERSON),
    ]
    assert "見本町" not in kept
