"""A branch asks the main office to confirm a record, and reads the answer."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from kokunen.demo.desk import request
from kokunen.enquiries import operations
from kokunen.enquiries.domain import Answer, Matter, StepKind, Urgency

if TYPE_CHECKING:
    from datetime import datetime

    from kokunen.demo.desk import Desk
    from kokunen.demo.year import Asked


def ask_and_answer(desk: Desk, asked: Asked, at: datetime) -> None:
    """Ask at a branch, take and answer at the main office within minutes, and read it."""
    asker, answerer = desk.at_branch(asked.branch, asked.key), desk.examiner(asked.key)
    enquiry = operations.ask(
        person=asked.person,
        matter=Matter.ENROLMENT,
        urgency=Urgency.WAITING,
        text="",
        occasion=desk.standing(asker, at).because(purpose="consultation"),
        request_id=request(desk.story, asked.key, 1),
        branch=asked.branch,
    )
    steps = (
        (StepKind.TAKEN, answerer, 3, None),
        (StepKind.ANSWERED, answerer, 7, Answer.AS_STATED),
        (StepKind.READ, asker, 9, None),
    )
    for number, (kind, who, minutes, answer) in enumerate(steps, start=1):
        operations.proceed(
            enquiry=enquiry,
            kind=kind,
            expected=number,
            occasion=desk.standing(who, at + timedelta(minutes=minutes)),
            request_id=request(desk.story, asked.key, number + 1),
            answer=answer,
        )
