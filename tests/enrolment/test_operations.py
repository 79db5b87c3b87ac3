"""A filing of enrolment from receipt to closed case, and every way back, on a real database."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING
from uuid import uuid4

import pytest

from kokunen.access.domain import Field, UnableToCheckOwnWork
from kokunen.cases import queries as cases_read
from kokunen.cases.domain import State, StepKind, UnableToTakeStep
from kokunen.cases.operations import UnableToReceive, UnableToReceiveTwice
from kokunen.enrolment import operations, queries
from kokunen.enrolment.operations import (
    UnableToExamineEnrolment,
    UnableToReceiveEnrolment,
    UnableToTakeBack,
)
from kokunen.people import operations as people
from kokunen.people.codes import Removal, Residency, Source
from kokunen.people.domain import AdditionalValue, RegisterValue
from kokunen.people.operations import UnableToReachSealed
from kokunen.people.periods import Period
from tests.enrolment.desk import COUNTER, EXAMINER, PERSON, Desk
from tests.people.protected import opened, protect
from tests.people.register import ALL, page, register, since

if TYPE_CHECKING:
    from kokunen.audit.domain import Occasion
    from kokunen.cases.operations import Taken
    from tests.office import Database


@pytest.fixture
def desk(database: Database, occasion: Occasion) -> Desk:
    del database
    register(PERSON, occasion)
    return Desk(occasion)


INSURED = ["category_1 2010-04-01.. 20歳到達>"]
LOST = ["category_1 2010-04-01..2026-10-01 20歳到達>国外転出"]


def departed(desk: Desk) -> Taken:
    return desk.receive("loss", event="2026-09-30", cause="abroad")


def test_a_filing_from_receipt_to_closed_case(desk: Desk) -> None:
    taken = departed(desk)
    assert (taken.state, desk.story()) == (State.RECEIVED, INSURED)
    taken = desk.examine(taken)
    assert (taken.state, desk.story()) == (State.EXAMINED, LOST)
    taken = desk.take(taken, StepKind.FORWARDED)
    taken = desk.result(taken, StepKind.GRANTED)
    taken = desk.take(taken, StepKind.NOTIFIED)
    taken = desk.take(taken, StepKind.CLOSED)
    assert (taken.state, desk.story()) == (State.CLOSED, LOST)


def test_what_two_have_seen_counts_as_checked(desk: Desk) -> None:
    taken = desk.examine(departed(desk))
    shown = page(PERSON, desk.by(EXAMINER))
    assert isinstance(shown.enrolments, tuple)
    (row,) = shown.enrolments
    assert (row.recorded_by, row.checked_by) == (COUNTER, EXAMINER)
    assert (row.source, row.source_ref) == (Source.APPLICATION, f"案件{taken.case}")
    found = cases_read.one(case=taken.case, occasion=desk.by(EXAMINER, taken.case), sees=ALL)
    assert found.facts_made == (("enrolment", row.id),)


def test_who_wrote_it_down_may_not_examine_it(desk: Desk) -> None:
    taken = departed(desk)
    with pytest.raises(UnableToCheckOwnWork):
        desk.examine(taken, by=COUNTER)
    assert desk.story() == INSURED


def test_a_request_sent_twice_does_one_thing(desk: Desk) -> None:
    request_id = uuid4()
    first = desk.receive("loss", event="2026-09-30", cause="abroad", request_id=request_id)
    again = desk.receive("loss", event="2026-09-30", cause="abroad", request_id=request_id)
    assert again == first
    request_id = uuid4()
    done = desk.examine(first, request_id=request_id)
    assert desk.examine(first, request_id=request_id) == done
    assert desk.story() == LOST


def test_two_clerks_at_one_case(desk: Desk) -> None:
    taken = departed(desk)
    desk.examine(taken)
    with pytest.raises(UnableToTakeStep) as refusal:
        desk.examine(taken, by=303)
    assert refusal.value.field == "expected"


def test_a_withdrawal_takes_the_effects_back(desk: Desk) -> None:
    taken = desk.withdraw(desk.examine(departed(desk)))
    assert (taken.state, desk.story()) == (State.WITHDRAWN, INSURED)
    shown = page(PERSON, desk.by(EXAMINER))
    assert isinstance(shown.enrolments, tuple)
    assert shown.enrolments[0].source is Source.RESIDENT_REGISTER


def test_before_it_took_effect_a_withdrawal_leaves_the_register_alone(desk: Desk) -> None:
    before = page(PERSON, desk.by(EXAMINER)).enrolments
    desk.withdraw(departed(desk))
    assert page(PERSON, desk.by(EXAMINER)).enrolments == before


def test_a_correction_undoes_and_the_next_examination_does(desk: Desk) -> None:
    taken = desk.examine(departed(desk))
    taken = desk.correct(taken, event_on=date(2026, 10, 31), cause="abroad")
    assert (taken.state, desk.story()) == (State.RECEIVED, INSURED)
    desk.examine(taken)
    assert desk.story() == ["category_1 2010-04-01..2026-11-01 20歳到達>国外転出"]


def test_a_returned_filing_is_corrected_and_goes_again(desk: Desk) -> None:
    taken = desk.take(desk.examine(departed(desk)), StepKind.FORWARDED)
    taken = desk.result(taken, StepKind.RETURNED, "日付の相違")
    assert desk.story() == LOST
    taken = desk.correct(taken, cause="category_2")
    taken = desk.examine(taken)
    assert desk.story() == [
        "category_1 2010-04-01..2026-09-30 20歳到達>厚生年金加入",
        "category_2 2026-09-30.. 厚生年金加入>",
    ]
    taken = desk.take(taken, StepKind.FORWARDED)
    assert desk.result(taken, StepKind.GRANTED).state is State.DECIDED


def test_a_refusal_takes_back_and_a_changed_answer_brings_back(desk: Desk) -> None:
    taken = desk.take(desk.examine(departed(desk)), StepKind.FORWARDED)
    taken = desk.result(taken, StepKind.REFUSED)
    assert desk.story() == INSURED
    taken = desk.result(taken, StepKind.GRANTED)
    assert desk.story() == LOST
    assert taken.state is State.DECIDED


def test_what_was_changed_since_is_not_taken_back(desk: Desk) -> None:
    taken = desk.examine(departed(desk))
    shown = page(PERSON, desk.by(EXAMINER))
    assert isinstance(shown.enrolments, tuple)
    (row,) = shown.enrolments
    people.correct_fact(
        row=row.id,
        fact=row.value,
        valid=Period(start=row.valid.start, end=date(2026, 9, 1)),
        source=Source.AGENCY,
        reason="機構の記録",
        occasion=desk.by(EXAMINER),
        request_id=uuid4(),
    )
    with pytest.raises(UnableToTakeBack) as refusal:
        desk.withdraw(taken)
    assert "その後の入力" in refusal.value.message
    assert desk.story() == ["category_1 2010-04-01..2026-09-01 20歳到達>国外転出"]


def test_the_end_of_an_additional_premium_that_never_was_comes_back_too(desk: Desk) -> None:
    people.record_fact(
        person=PERSON,
        fact=AdditionalValue(joined_filed_on=date(2026, 11, 2)),
        valid=since(2026, 11),
        source=Source.APPLICATION,
        occasion=desk.by(COUNTER),
        request_id=uuid4(),
    )
    taken = desk.examine(desk.receive("additional_off", cause="wish"))
    assert page(PERSON, desk.by(EXAMINER)).additionals == ()
    desk.withdraw(taken)
    back = page(PERSON, desk.by(EXAMINER)).additionals
    assert isinstance(back, tuple)
    assert [each.valid for each in back] == [since(2026, 11)]


def test_a_filing_that_the_law_does_not_know_is_refused_and_recorded(
    desk: Desk, database: Database
) -> None:
    with pytest.raises(UnableToReceiveEnrolment) as refusal:
        desk.receive("acquisition", event="2026-11-01", cause="other")
    assert refusal.value.field == "event_on"
    assert refusal.value.message == (
        "令和8年11月1日には、既に第1号被保険者です(平成22年4月1日取得)。(法7条1項・8条)"
    )
    with database.owner() as db:
        found = db.execute(
            "SELECT operation, outcome, person FROM audit_entry WHERE act = 'refuse'"
        ).fetchall()
    assert found == [("enrolment.receive", "enrolment_not_receivable", PERSON)]


def test_what_is_missing_is_received_but_not_examined(desk: Desk) -> None:
    taken = desk.receive("loss", event="2026-11-10", cause="death")
    with pytest.raises(UnableToExamineEnrolment) as refusal:
        desk.examine(taken)
    assert refusal.value.field == "relationship"
    assert "続柄" in refusal.value.message
    taken = desk.correct(taken, cause="death", relationship="子")
    assert desk.examine(taken).state is State.EXAMINED


def test_a_wrong_number_has_to_be_settled_first(desk: Desk) -> None:
    taken = desk.receive("additional_on", fund=False, basic_number="9999999999")
    with pytest.raises(UnableToExamineEnrolment) as refusal:
        desk.examine(taken)
    assert "9999999999" not in refusal.value.message
    assert refusal.value.field == "basic_number"


def test_a_day_that_is_missing_is_asked_for(desk: Desk) -> None:
    taken = desk.receive("loss", cause="abroad")
    with pytest.raises(UnableToExamineEnrolment) as refusal:
        desk.examine(taken)
    assert refusal.value.field == "event_on"
    assert desk.examine(desk.correct(taken, event_on=date(2026, 9, 30), cause="abroad")).number == 3
    assert desk.story() == LOST


def test_particulars_of_another_form_are_refused_before_anything_is_looked_at(desk: Desk) -> None:
    with pytest.raises(UnableToReceive):
        desk.receive("loss", event="2026-09-30", cause="nowhere")
    with pytest.raises(UnableToReceive):
        desk.receive("exemption", event="2026-09-30")


def test_the_same_filing_twice_names_the_first(desk: Desk) -> None:
    taken = departed(desk)
    with pytest.raises(UnableToReceiveTwice) as refusal:
        departed(desk)
    assert refusal.value.earlier == taken.case
    again = desk.receive(
        "loss",
        event="2026-09-30",
        cause="abroad",
        again=str(taken.case),
    )
    assert again.case != taken.case


def test_advice_of_a_case_that_took_effect_looks_at_the_register_before_it(desk: Desk) -> None:
    taken = desk.examine(departed(desk))
    occasion = desk.by(EXAMINER, taken.case)
    found = cases_read.one(case=taken.case, occasion=occasion, sees=ALL)
    advice = queries.advise(
        receipt=queries.receipt_of(found), case=taken.case, occasion=occasion, sees=ALL
    )
    assert {each.weight for each in advice.findings} == {"note"}
    assert "令和8年10月1日" in advice.effects[0].after


def test_a_protected_person_needs_a_standing_opening(desk: Desk, occasion: Occasion) -> None:
    protect(PERSON, occasion)
    with pytest.raises(UnableToReachSealed):
        departed(desk)
    opening = opened(PERSON, occasion)
    taken = desk.receive(
        "address_change",
        event="2026-11-01",
        kind="residence",
        city="想定市",
        town="新町",
        opening=opening,
    )
    with pytest.raises(queries.UnableToSeeFiling):
        desk.examine(taken)
    desk.occasion = replace(desk.occasion, at=datetime.now(tz=UTC))
    assert desk.story() == INSURED


def test_prefill_answers_what_the_register_knows(desk: Desk) -> None:
    found = queries.prefill(
        filing="address_change", person=PERSON, occasion=desk.by(COUNTER), sees=ALL
    )
    assert found["city"] == "想定市"
    assert found["kind"] == "residence"
    found = queries.prefill(
        filing="number_notice", person=PERSON, occasion=desk.by(COUNTER), sees=ALL
    )
    assert found == {"basic_number": "0000001001"}
    none = queries.prefill(
        filing="number_notice",
        person=PERSON,
        occasion=desk.by(COUNTER),
        sees=ALL - {Field.BASIC_NUMBER},
    )
    assert none == {}


def test_a_result_of_enrolment_asks_nothing() -> None:
    assert queries.result_items("acquisition") == ()


def told_of_departure(person: int, desk: Desk, on: date) -> None:
    people.record_fact(
        person=person,
        fact=RegisterValue(residency=Residency.NON_RESIDENT, removal=Removal.ABROAD, removed_on=on),
        valid=Period(start=on),
        source=Source.RESIDENT_REGISTER,
        occasion=desk.by(COUNTER),
        request_id=uuid4(),
    )


def test_a_notice_of_departure_becomes_a_case_and_is_worked_off(desk: Desk) -> None:
    told_of_departure(PERSON, desk, date(2026, 9, 30))
    kind = queries.ListKind.ABROAD
    (found,) = queries.candidates(
        kind=kind, on=date(2026, 11, 24), occasion=desk.by(COUNTER), sees=ALL
    )
    assert (found.person, found.filing, found.event_on) == (PERSON, "departure", date(2026, 9, 30))
    taken = operations.raise_case(
        candidate=found, occasion=desk.by(COUNTER), request_id=uuid4(), sees=ALL
    )
    assert (
        queries.candidates(kind=kind, on=date(2026, 11, 24), occasion=desk.by(COUNTER), sees=ALL)
        == ()
    )
    taken = desk.correct(
        taken, wish="refund", prepaid="cash", prepaid_from="2026-04", prepaid_months=12
    )
    occasion = desk.by(EXAMINER, taken.case)
    case = cases_read.one(case=taken.case, occasion=occasion, sees=ALL)
    ending, going_on, *_ = queries.advise(
        receipt=queries.receipt_of(case), case=taken.case, occasion=occasion, sees=ALL
    ).sections
    # Lost on 1 October: October to March come back (the sum is computed in test_departure).
    assert ending.lines[2].text == "令和8年10月分から令和9年3月分までの6月分、106,650円"
    assert going_on.lines[0].text == "令和8年11月24日(申し出た日。さかのぼれない)"
    desk.examine(taken)
    assert desk.story() == LOST
    shown = page(PERSON, desk.by(EXAMINER)).enrolments
    assert isinstance(shown, tuple)
    assert shown[0].source is Source.OFFICE
