"""A case lives from receipt to outcome: every way that is open, and every way that is not."""

from __future__ import annotations

import threading
from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING, Any
from uuid import uuid4

import pytest
from django.db import connections

from kokunen.access.domain import UnableToCheckOwnWork
from kokunen.cases import operations
from kokunen.cases.domain import OPEN_TO, State, StepKind, UnableToTakeStep
from kokunen.dates.errors import Refusal
from kokunen.people.operations import UnableToRepeat
from tests.cases.desk import K, last, lived, receipt, received, second, shown, step

if TYPE_CHECKING:
    from kokunen.audit.domain import Occasion
    from tests.office import Database

pytestmark = pytest.mark.usefixtures("person")

WAY = {
    State.RECEIVED: (),
    State.INCOMPLETE: (K.ASKED,),
    State.SENT_BACK: (K.SENT_BACK,),
    State.EXAMINED: (K.EXAMINED,),
    State.FORWARDED: (K.EXAMINED, K.FORWARDED),
    State.RETURNED: (K.EXAMINED, K.FORWARDED, K.RETURNED),
    State.DECIDED: (K.EXAMINED, K.FORWARDED, K.GRANTED),
    State.NOTIFIED: (K.EXAMINED, K.FORWARDED, K.REFUSED, K.NOTIFIED),
    State.CLOSED: (K.EXAMINED, K.FORWARDED, K.GRANTED, K.NOTIFIED, K.CLOSED),
    State.WITHDRAWN: (K.WITHDRAWN,),
}


def test_a_case_lives_to_its_end(occasion: Occasion) -> None:
    case = lived(occasion, *WAY[State.CLOSED])
    found = shown(case, occasion)
    assert [each.kind for each in found.steps] == [K.RECEIVED, *WAY[State.CLOSED]]
    assert (found.state, found.last, found.due) == (State.CLOSED, 6, None)
    assert (found.maker, found.recorded_by) == (101, 101)


def test_a_returned_and_a_corrected_case_are_examined_again(occasion: Occasion) -> None:
    case = lived(occasion, *WAY[State.RETURNED])
    step(case, K.CORRECTED, occasion, particulars={"when": "2026-11-19", "cause": "job"})
    for kind in (K.EXAMINED, K.FORWARDED, K.GRANTED, K.NOTIFIED, K.CLOSED, K.CORRECTED):
        step(case, kind, occasion)
    found = shown(case, occasion)
    assert found.state is State.RECEIVED
    assert found.particulars == {"when": "2026-11-19", "cause": "job"}


@pytest.mark.parametrize("state", list(State))
def test_just_the_steps_that_are_open_may_follow(occasion: Occasion, state: State) -> None:
    for number, kind in enumerate(StepKind):
        case = lived(occasion, *WAY[state], event_on=date(2026, 1, 1 + number), detail={})
        assert shown(case, occasion).state is state
        if kind in OPEN_TO[state]:
            assert step(case, kind, occasion).number == last(case)
        else:
            with pytest.raises(UnableToTakeStep, match=f"「{state.label}」の案件に"):
                step(case, kind, occasion)
            assert shown(case, occasion).state is state
        # The next one is no repeat of this.
        if shown(case, occasion).state not in {State.CLOSED, State.WITHDRAWN}:
            _end(case, occasion)


def _end(case: int, occasion: Occasion) -> None:
    if shown(case, occasion).state in {State.DECIDED, State.NOTIFIED}:
        step(case, K.CORRECTED, occasion)
    step(case, K.WITHDRAWN, occasion)


@pytest.mark.parametrize("kind", [K.ASKED, K.CORRECTED, K.SENT_BACK, K.WITHDRAWN])
def test_a_step_that_needs_a_reason_has_one(occasion: Occasion, kind: StepKind) -> None:
    case = received(occasion).case
    with pytest.raises(UnableToTakeStep) as refused:
        step(case, kind, occasion, reason=" \u3000")
    assert refused.value.field == "reason"


def test_two_clerks_cannot_both_take_the_same_step(database: Database, occasion: Occasion) -> None:
    del database
    case = received(occasion).case
    said: list[Any] = []
    together = threading.Barrier(2)

    def clerk(number: int) -> None:
        who = replace(occasion, staff=number, staff_number=f"K{number:05}")
        try:
            together.wait()
            said.append(
                operations.take(
                    case=case, kind=K.EXAMINED, expected=1, occasion=who, request_id=uuid4()
                )
            )
        except Refusal as refusal:
            said.append(refusal)
        finally:
            connections.close_all()

    clerks = [threading.Thread(target=clerk, args=(number,)) for number in (202, 203)]
    for each in clerks:
        each.start()
    for each in clerks:
        each.join()
    (refusal,) = (each for each in said if isinstance(each, Refusal))
    (taken,) = (each for each in said if not isinstance(each, Refusal))
    assert (taken.number, taken.state) == (2, State.EXAMINED)
    assert refusal.message.startswith("この案件は、画面を開いた後に別の職員が処理しました。")
    assert refusal.fix.startswith("案件を開き直し")
    assert len(shown(case, occasion).steps) == 2


def test_a_step_seen_long_ago_is_stale(occasion: Occasion) -> None:
    case = lived(occasion, K.TAKEN)
    with pytest.raises(UnableToTakeStep) as refused:
        step(case, K.ASKED, occasion, expected=1)
    assert (refused.value.field, last(case)) == ("expected", 2)


def test_a_form_sent_twice_does_nothing_twice(occasion: Occasion) -> None:
    request = uuid4()
    first = operations.receive(receipt=receipt(), occasion=occasion, request_id=request)
    again = operations.receive(receipt=receipt(), occasion=occasion, request_id=request)
    assert first == again
    asked = uuid4()
    taken = step(first.case, K.ASKED, occasion, request_id=asked, expected=1)
    assert (taken.number, taken.state) == (2, State.INCOMPLETE)
    assert step(first.case, K.ASKED, occasion, request_id=asked, expected=1) == taken
    step(first.case, K.COMPLETED, occasion)
    # The answer stays the one of then, whatever happened since.
    assert operations.done(request_id=asked) == taken
    assert operations.done(request_id=uuid4()) is None
    with pytest.raises(UnableToRepeat):
        step(first.case, K.WITHDRAWN, occasion, request_id=asked)
    with pytest.raises(UnableToRepeat):
        operations.receive(receipt=receipt(), occasion=second(occasion), request_id=request)


@pytest.mark.parametrize("rewritten", [None, K.CORRECTED])
def test_who_wrote_the_particulars_may_not_examine(
    occasion: Occasion, rewritten: StepKind | None
) -> None:
    case, maker = received(occasion).case, occasion
    if rewritten is not None:
        maker = second(occasion)
        step(case, rewritten, maker)
    with pytest.raises(UnableToCheckOwnWork):
        operations.take(
            case=case,
            kind=K.EXAMINED,
            expected=last(case),
            occasion=maker,
            request_id=uuid4(),
        )
    assert shown(case, occasion).maker == maker.staff


def test_a_program_receives_and_somebody_examines(occasion: Occasion) -> None:
    program = replace(occasion, staff=None, staff_number="demo", department="PENSION")
    case = received(program).case
    assert shown(case, occasion).maker == 0
    assert step(case, K.EXAMINED, occasion).state is State.EXAMINED


@pytest.mark.parametrize(
    ("more", "field"),
    [
        ({"on": date(2026, 11, 25)}, "on"),
        ({"on": date(2026, 11, 23)}, "on"),
        ({"reason": "あ" * 401}, "reason"),
        ({"particulars": {}}, "particulars"),
        ({"detail": {"answer_by": "来週"}}, "answer_by"),
        ({"detail": {"event_on": date(2026, 11, 24)}}, "event_on"),
        ({"detail": {"limits": [["2026-13-01", "", ""]]}}, "limits"),
    ],
)
def test_a_step_that_makes_no_sense_is_refused(
    occasion: Occasion, more: dict[str, Any], field: str
) -> None:
    case = received(occasion).case
    with pytest.raises(UnableToTakeStep) as refused:
        step(case, K.ASKED, occasion, **more)
    assert refused.value.field == field


def test_a_case_that_is_not_there(occasion: Occasion) -> None:
    with pytest.raises(operations.UnableToFindCase):
        operations.take(case=99, kind=K.TAKEN, expected=1, occasion=occasion, request_id=uuid4())


def test_every_step_has_its_line_in_the_record(database: Database, occasion: Occasion) -> None:
    case = lived(occasion, K.EXAMINED)
    with pytest.raises(UnableToTakeStep):
        step(case, K.CLOSED, occasion)
    with database.owner() as owner:
        lines = owner.execute(
            "SELECT operation, act, case_id, outcome FROM audit_entry"
            " WHERE operation LIKE 'cases.%' ORDER BY id"
        ).fetchall()
    assert lines == [
        ("cases.received", "write", case, ""),
        ("cases.examined", "write", case, ""),
        ("cases.closed", "refuse", case, "step_not_open"),
    ]


def test_the_table_of_ways_is_whole() -> None:
    assert set(WAY) == set(State)
    assert {kind for kinds in OPEN_TO.values() for kind in kinds} | {K.RECEIVED} == set(StepKind)
