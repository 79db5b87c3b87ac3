"""Real people in a real register, and the words with which two clerks take a claim through."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any, cast
from uuid import uuid4

from kokunen.benefit import operations
from kokunen.cases import operations as cases
from kokunen.cases import queries, rows
from kokunen.cases.catalogue import FILINGS
from kokunen.cases.catalogue.kinds import Filer
from kokunen.cases.domain import Channel, Receipt, StepKind
from kokunen.people import operations as people
from kokunen.people import queries as register
from kokunen.people.codes import Category, Removal, Residency, Sex, Source
from kokunen.people.domain import (
    ClaimValue,
    EnrolmentValue,
    IdentityValue,
    MembershipValue,
    NameValue,
    RegisterValue,
)
from kokunen.people.operations import Stated
from kokunen.people.periods import Period
from tests.people.register import ALL

if TYPE_CHECKING:
    from kokunen.audit.domain import Occasion
    from kokunen.cases.operations import Taken
    from kokunen.cases.values import Case
    from kokunen.people.domain import Recorded

RECEIVED = date(2026, 11, 24)
CARD = {"identity": "card", "account": "public", "my_number": "written"}


def somebody(
    number: int,
    occasion: Occasion,
    *,
    born: date,
    name: str = "架空　太郎",
    sex: Sex = Sex.MALE,
    home: int = 70001,
    enrolled: tuple[date, date | None] | None = None,
    died: date | None = None,
) -> int:
    """Register somebody of the household ``home``, with or without category 1 and a death."""
    since = date(2000, 4, 1)
    facts = [
        Stated(fact=NameValue(name=name)),
        Stated(fact=IdentityValue(birth_date=born, sex=sex)),
        Stated(
            fact=MembershipValue(household=home, head=False, relationship="家族"),
            valid=Period(start=since, end=died),
        ),
        Stated(
            fact=RegisterValue(residency=Residency.JAPANESE),
            valid=Period(start=since, end=died),
        ),
    ]
    if died is not None:
        facts.append(
            Stated(
                fact=RegisterValue(
                    residency=Residency.NON_RESIDENT, removal=Removal.DEATH, removed_on=died
                ),
                valid=Period(start=died),
            )
        )
    if enrolled is not None:
        facts.append(
            Stated(
                fact=EnrolmentValue(category=Category.CATEGORY_1),
                valid=Period(start=enrolled[0], end=enrolled[1]),
            )
        )
    people.register_person(
        number=number,
        facts=facts,
        source=Source.RESIDENT_REGISTER,
        occasion=occasion,
        request_id=uuid4(),
    )
    return number


def brought(filing: str, person: int, **said: Any) -> Receipt:  # noqa: ANN401 - any part of a receipt
    names = {item.name for item in FILINGS[filing].items}
    shown = {name: value for name, value in CARD.items() if name in names}
    particulars = said.pop("particulars", {})
    usual = Receipt(
        filing=filing,
        person=person,
        channel=Channel.COUNTER,
        received_on=RECEIVED,
        filer=Filer.SELF,
        particulars=shown | particulars,
    )
    return replace(usual, **said)


def received(receipt: Receipt, occasion: Occasion, **more: Any) -> Taken:  # noqa: ANN401 - any part
    given: dict[str, Any] = {"request_id": uuid4(), "sees": ALL}
    return operations.receive(receipt=receipt, occasion=occasion, **(given | more))


def second(occasion: Occasion) -> Occasion:
    """Return the second person, who examines."""
    return replace(occasion, staff=202, staff_number="K00202")


def later(occasion: Occasion, days: int) -> Occasion:
    return replace(occasion, at=occasion.at + timedelta(days=days))


def examined(case: int, occasion: Occasion, **more: Any) -> Taken:  # noqa: ANN401 - any part
    given: dict[str, Any] = {"request_id": uuid4(), "sees": ALL, "expected": last(case)}
    return operations.examine(case=case, occasion=second(occasion), **(given | more))


def answered(case: int, kind: StepKind, occasion: Occasion, **more: Any) -> Taken:  # noqa: ANN401 - as the operation takes it
    given: dict[str, Any] = {
        "request_id": uuid4(),
        "sees": ALL,
        "expected": last(case),
        "on": RECEIVED,
        "reason": "",
        "particulars": {},
    }
    return operations.result(case=case, kind=kind, occasion=occasion, **(given | more))


def changed(case: int, kind: StepKind, occasion: Occasion, **more: Any) -> Taken:  # noqa: ANN401 - as the operation takes it
    given: dict[str, Any] = {
        "request_id": uuid4(),
        "sees": ALL,
        "expected": last(case),
        "reason": "記載の訂正",
    }
    return operations.change(case=case, kind=kind, occasion=occasion, **(given | more))


def step(case: int, kind: StepKind, occasion: Occasion, **more: Any) -> Taken:  # noqa: ANN401 - as the operation takes it
    """Take a step that is the same for every duty."""
    given: dict[str, Any] = {"request_id": uuid4(), "expected": last(case), "reason": "理由"}
    return cases.take(case=case, kind=kind, occasion=occasion, **(given | more))


def last(case: int) -> int:
    return rows.newest(case).steps[-1].number


def shown(case: int, occasion: Occasion) -> Case:
    return queries.one(case=case, occasion=occasion, sees=ALL)


def claims(person: int, occasion: Occasion) -> list[Recorded[ClaimValue]]:
    """Return the kept claims of a person, the oldest first."""
    facts = register.facts(
        person=person, kinds={"claim"}, operation="tests.claims", occasion=occasion, sees=ALL
    )
    return list(cast("tuple[Recorded[ClaimValue], ...]", facts["claim"]))
