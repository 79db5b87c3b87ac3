"""A small register for the tests: invented people and the words to enter them."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING
from uuid import UUID, uuid4

from django.db import transaction

from kokunen.access.domain import Field
from kokunen.cases import models as cases
from kokunen.people import operations
from kokunen.people.codes import AddressKind, Category, NumberKind, Residency, Sex, Source
from kokunen.people.domain import (
    AddressValue,
    EnrolmentValue,
    IdentityValue,
    MembershipValue,
    NameValue,
    NumberValue,
    PhoneValue,
    RegisterValue,
)
from kokunen.people.operations import Stated
from kokunen.people.periods import Period
from kokunen.people.queries import key_of, person_page

if TYPE_CHECKING:
    from kokunen.audit.domain import Occasion
    from kokunen.people.page import PersonPage

ALL = frozenset(Field)
HOME = 70001


def since(year: int, month: int = 4, day: int = 1) -> Period:
    return Period(start=date(year, month, day))


def between(start: tuple[int, int, int], end: tuple[int, int, int]) -> Period:
    return Period(start=date(*start), end=date(*end))


def facts(number: int, *, household: int = HOME, head: bool = True) -> list[Stated]:
    return [
        Stated(fact=NameValue(name="架空　花子", kana="カクウ　ハナコ")),
        Stated(fact=IdentityValue(birth_date=date(1990, 4, 1), sex=Sex.FEMALE)),
        Stated(fact=RegisterValue(residency=Residency.JAPANESE), valid=since(2015)),
        Stated(
            fact=MembershipValue(household=household, head=head, relationship="世帯主"),
            valid=since(2015),
        ),
        Stated(
            fact=AddressValue(
                kind=AddressKind.RESIDENCE,
                postal_code="9990001",
                prefecture="架空県",
                city="想定市",
                town="見本町",
                block="1番1号",
            ),
            valid=since(2015),
        ),
        Stated(fact=PhoneValue(number="090-0000-1234"), valid=since(2015)),
        Stated(fact=NumberValue(number=f"{number:010d}"), valid=since(2010)),
        Stated(
            fact=NumberValue(kind=NumberKind.OLD, number=f"4200-{number:06d}"), valid=since(2010)
        ),
        Stated(
            fact=EnrolmentValue(category=Category.CATEGORY_1, acquired_cause="20歳到達"),
            valid=since(2010),
        ),
    ]


def register(
    number: int,
    occasion: Occasion,
    *,
    household: int = HOME,
    head: bool = True,
    request_id: UUID | None = None,
) -> operations.Entered:
    return operations.register_person(
        number=number,
        facts=facts(number, household=household, head=head),
        source=Source.RESIDENT_REGISTER,
        occasion=occasion,
        request_id=request_id or uuid4(),
    )


def page(number: int, occasion: Occasion, sees: frozenset[Field] = ALL) -> PersonPage:
    return person_page(key=key_of(number), occasion=occasion, sees=sees)


def within_case(*people: int, occasion: Occasion, number: int | None = None) -> Occasion:
    """Open a case in which just these people are tested, and return the occasion within it."""
    day, staff = occasion.at.date(), occasion.staff or 0
    with transaction.atomic():
        case = cases.Case.objects.create(
            id=number,
            request_id=uuid4(),
            filing="exemption",
            person_id=people[0],
            channel="counter",
            department=occasion.department,
            filer="self",
            received_on=day,
            recorded_at=occasion.at,
            recorded_by=staff,
        )
        cases.Step.objects.create(
            case=case,
            number=1,
            kind="received",
            at=occasion.at,
            on_day=day,
            staff=staff,
            maker=staff,
            request_id=case.request_id,
        )
        for each in people:
            cases.Tested.objects.create(
                request_id=case.request_id,
                case=case,
                number=1,
                person_id=each,
                role="insured" if each == people[0] else "spouse",
                recorded_at=occasion.at,
                recorded_by=staff,
            )
    return occasion.because(purpose="exemption", case=case.pk)
