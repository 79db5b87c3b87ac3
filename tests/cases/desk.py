"""A tiny catalogue, and the words with which a clerk takes a case through its life."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING, Any
from uuid import uuid4

from kokunen.cases import operations, queries, rows
from kokunen.cases.catalogue.kinds import Deadline, Duty, Filer, Filing, Item, ItemKind
from kokunen.cases.domain import Channel, Receipt, StepKind
from tests.people.register import ALL, register

if TYPE_CHECKING:
    from uuid import UUID

    from kokunen.audit.domain import Occasion
    from kokunen.cases.operations import Taken
    from kokunen.cases.queries import Case

K = StepKind
MOVED = Filing(
    code="moved",
    name="見本の届",
    duty=Duty.ENROLMENT,
    task=1,
    article="法12条",
    items=(
        Item(name="when", label="異動日", kind=ItemKind.DATE, essential=True),
        Item(
            name="cause",
            label="事由",
            kind=ItemKind.CHOICE,
            choices=(("job", "就職"), ("other", "その他")),
            required=True,
        ),
        Item(
            name="words",
            label="その他の内容",
            kind=ItemKind.TEXT,
            required=True,
            most=10,
            only_if=("cause", frozenset({"other"})),
        ),
        Item(name="spouse", label="配偶者", kind=ItemKind.PERSON),
    ),
    deadline=Deadline(days=14, article="規則1条の4"),
)
ASKED = Filing(
    code="asked",
    name="見本の申請",
    duty=Duty.EXEMPTION,
    task=3,
    article="法90条",
    items=(Item(name="cycles", label="年度", kind=ItemKind.TEXT),),
    event=None,
    decided=True,
)
CATALOGUE = {filing.code: filing for filing in (MOVED, ASKED)}
PERSON = 10001
SAID = {"when": "2026-11-20", "cause": "job"}


def receipt(**said: Any) -> Receipt:  # noqa: ANN401 - any part of a receipt
    usual = Receipt(
        filing="moved",
        person=PERSON,
        channel=Channel.COUNTER,
        received_on=date(2026, 11, 24),
        event_on=date(2026, 11, 20),
        filer=Filer.SELF,
        particulars=SAID,
    )
    return replace(usual, **said)


def registered(occasion: Occasion, number: int = PERSON) -> int:
    register(number, occasion, household=number)
    return number


def second(occasion: Occasion) -> Occasion:
    """Return the second person, who examines."""
    return replace(occasion, staff=202, staff_number="K00202")


def received(occasion: Occasion, **said: Any) -> Taken:  # noqa: ANN401 - as above
    detail = said.pop("detail", {})
    return operations.receive(
        receipt=receipt(**said), occasion=occasion, request_id=uuid4(), detail=detail
    )


def step(case: int, kind: StepKind, occasion: Occasion, **more: Any) -> Taken:  # noqa: ANN401 - any part of a step
    """Take a step after whatever is the last one; who examines is the second person."""
    given: dict[str, Any] = {"request_id": uuid4(), "reason": "理由", "expected": last(case)}
    if kind is K.EXAMINED:
        occasion = second(occasion)
    return operations.take(case=case, kind=kind, occasion=occasion, **(given | more))


def last(case: int) -> int:
    return rows.newest(case).steps[-1].number


def lived(occasion: Occasion, *kinds: StepKind, **said: Any) -> int:  # noqa: ANN401 - as above
    """Receive a filing, take all of these steps, and return the case."""
    case = received(occasion, **said).case
    for kind in kinds:
        step(case, kind, occasion)
    return case


def shown(case: int, occasion: Occasion, opening: UUID | None = None) -> Case:
    return queries.one(case=case, occasion=occasion, sees=ALL, opening=opening)
