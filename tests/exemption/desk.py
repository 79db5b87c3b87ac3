"""People of an invented household, and the words with which an application goes its way."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING, Any
from uuid import uuid4

from kokunen.cases import operations as cases
from kokunen.cases import queries as of_cases
from kokunen.cases.catalogue.kinds import Filer
from kokunen.cases.domain import Channel, Receipt, StepKind
from kokunen.exemption import operations, queries
from kokunen.people import operations as people
from kokunen.people.codes import Category, Residency, Source, Spouse
from kokunen.people.domain import (
    EnrolmentValue,
    ExemptionValue,
    IdentityValue,
    IncomeValue,
    MembershipValue,
    NameValue,
    RegisterValue,
)
from kokunen.people.operations import Moving, Stated
from kokunen.people.periods import Period
from kokunen.people.queries import facts
from kokunen.postgres.roles import Role
from tests.people.register import ALL

if TYPE_CHECKING:
    from kokunen.audit.domain import Occasion
    from kokunen.cases.domain import Advice
    from kokunen.cases.operations import Taken
    from kokunen.cases.values import Case
    from tests.office import Database

K = StepKind
WIFE, HUSBAND, CHILD, MOTHER = 20001, 20002, 20003, 20004
HOME = 88001
SAID: dict[str, Any] = {
    "cycles": ["2026"],
    "student": False,
    "continuation": True,
    "identity": "card",
}
STUDENT: dict[str, Any] = {
    "cycles": ["2026"],
    "school_name": "架空大学",
    "school_kind": "university",
    "school_until": "2028-03-31",
    "school_proof": "card",
    "identity": "card",
}


def person(
    number: int,
    occasion: Occasion,
    *,
    born: date = date(1990, 4, 2),
    relationship: str = "世帯主",
    household: int = HOME,
    residency: Residency = Residency.JAPANESE,
    category: Category = Category.CATEGORY_1,
) -> int:
    here = Period(start=date(2015, 4, 1))
    people.register_person(
        number=number,
        facts=[
            Stated(fact=NameValue(name=f"架空　{number}", kana="カクウ")),
            Stated(fact=IdentityValue(birth_date=born)),
            Stated(fact=RegisterValue(residency=residency), valid=here),
            Stated(
                fact=MembershipValue(
                    household=household,
                    head=relationship == "世帯主",
                    relationship=relationship,
                ),
                valid=here,
            ),
            Stated(fact=EnrolmentValue(category=category), valid=here),
        ],
        source=Source.RESIDENT_REGISTER,
        occasion=occasion,
        request_id=uuid4(),
    )
    return number


def couple(occasion: Occasion, *, born: date = date(1990, 4, 2)) -> None:
    """Register a household: the husband is its head, the wife applies."""
    person(HUSBAND, occasion)
    person(WIFE, occasion, relationship="妻", born=born)


def declare(
    database: Database, occasion: Occasion, number: int, *, year: int = 2026, **said: object
) -> None:
    """Let the tax office know an income: nothing of it is unknown but what is said so."""
    known: dict[str, Any] = {
        **dict.fromkeys(
            (
                "general", "elderly", "specified", "disabled_dependants", "young",
                "specially_disabled_dependants", "net_loss", "casualty", "medical",
                "social_insurance", "spouse_special",
            ),
            0,
        ),
        "spouse": Spouse.NONE, "disabled": "none", "widow": "none", "working_student": "no",
    }  # fmt: skip
    value = IncomeValue(fiscal_year=year, levy_year=year, **(known | said))
    with database.django_as(Role.OWNER):
        people.record_fact(
            person=number,
            fact=value,
            valid=value.valid,
            source=Source.TAX,
            occasion=occasion.because(purpose="exemption", case=1),
            request_id=uuid4(),
        )


def moved(occasion: Occasion, number: int, *, on: date, household: int, head: bool) -> None:
    """Let somebody enter a household of their own, or another's."""
    people.move_household(
        household=household,
        members=[Moving(person=number, head=head, relationship="世帯主" if head else "子")],
        on=on,
        source=Source.RESIDENT_REGISTER,
        occasion=occasion,
        request_id=uuid4(),
    )


def receipt(filing: str = "exemption", /, **said: object) -> Receipt:
    given: dict[str, Any] = {
        "filing": filing,
        "person": WIFE,
        "channel": Channel.COUNTER,
        "received_on": date(2026, 11, 24),
        "filer": Filer.SELF,
    }
    places: dict[str, Any] = {name: said.pop(name) for name in (*given, "event_on") if name in said}
    usual: dict[str, Any] = {"exemption": SAID, "student": STUDENT}.get(
        filing, {"identity": "card"}
    )
    return Receipt(**(given | places), particulars=usual | said)


def received(occasion: Occasion, filing: str = "exemption", /, **said: object) -> Taken:
    """Receive a filing; ``again`` is the number of an earlier case that it does not repeat."""
    again = said.pop("again", None)
    return operations.receive(
        receipt=receipt(filing, **said),
        occasion=occasion,
        request_id=uuid4(),
        sees=ALL,
        again="" if again is None else str(again),
        reason="" if again is None else "変更の申請",
    )


def second(occasion: Occasion) -> Occasion:
    return replace(occasion, staff=202, staff_number="K00202")


def shown(case: int, occasion: Occasion) -> Case:
    return of_cases.one(case=case, occasion=occasion, sees=ALL)


def examined(case: int, occasion: Occasion) -> Taken:
    return operations.examine(
        case=case,
        expected=shown(case, occasion).last,
        occasion=second(occasion),
        request_id=uuid4(),
        sees=ALL,
    )


def forwarded(case: int, occasion: Occasion) -> Taken:
    return cases.take(
        case=case,
        kind=K.FORWARDED,
        expected=shown(case, occasion).last,
        occasion=occasion,
        request_id=uuid4(),
    )


def answered(case: int, occasion: Occasion, kind: StepKind = K.GRANTED, /, **said: object) -> Taken:
    return operations.result(
        case=case,
        kind=kind,
        expected=shown(case, occasion).last,
        on=date(2026, 11, 24),
        reason="理由",
        particulars=said,
        occasion=occasion,
        request_id=uuid4(),
        sees=ALL,
    )


def changed(
    case: int,
    occasion: Occasion,
    filing: str = "exemption",
    *,
    event_on: date | None = None,
    **said: object,
) -> Taken:
    return operations.change(
        case=case,
        kind=K.CORRECTED,
        expected=shown(case, occasion).last,
        particulars=receipt(filing, **said).particulars,
        reason="誤記のため",
        occasion=occasion,
        request_id=uuid4(),
        sees=ALL,
        event_on=event_on,
    )


def advice(case: int, occasion: Occasion, **said: object) -> Advice:
    """Return what is said beside a case as it stands."""
    of = shown(case, occasion)
    assert isinstance(of.particulars, Mapping)
    stated = receipt(of.filing.code, event_on=of.event_on, **said)
    return queries.advise(
        receipt=replace(stated, person=of.person, particulars=of.particulars),
        case=case,
        occasion=second(occasion),
        sees=ALL,
    )


def says(advice: Advice, code: str) -> str:
    """Return the message of the one finding with a code."""
    (found,) = [finding for finding in advice.findings if finding.code == code]
    return found.message


def bands(advice: Advice) -> list[tuple[str, str]]:
    """Return the answers of the assessment: months and band."""
    return [(line.label, line.text) for line in advice.sections[0].lines]


def exemptions(
    number: int, occasion: Occasion
) -> list[tuple[str, date | None, date | None, str | None]]:
    """Return the exemptions that stand: kind, period, outcome."""
    found = facts(
        person=number, kinds={"exemption"}, operation="test.look", occasion=occasion, sees=ALL
    )
    listed = []
    for fact in found["exemption"]:
        assert isinstance(fact.value, ExemptionValue)
        outcome = fact.value.outcome and fact.value.outcome.value
        listed.append((fact.value.kind.value, fact.valid.start, fact.valid.end, outcome))
    return listed
