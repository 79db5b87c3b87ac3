"""The agency on the other side: its lists as files, and cases that wait for its answers."""

from __future__ import annotations

import io
from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING, Any, Final
from uuid import uuid4

from kokunen.cases import operations as cases
from kokunen.cases import rows
from kokunen.cases.catalogue.kinds import Filer
from kokunen.cases.domain import Channel, Receipt, State, StepKind, state_of
from kokunen.enrolment import operations as enrolment
from kokunen.interchange import folders, models
from kokunen.interchange import layout as layouts
from kokunen.interchange.codec import writing
from kokunen.interchange.inbox import operations as inbox
from kokunen.people import operations as people
from kokunen.people.codes import Category, Residency, Sex, Source
from kokunen.people.domain import (
    EnrolmentValue,
    IdentityValue,
    NameValue,
    NumberValue,
    RegisterValue,
)
from kokunen.people.operations import Stated
from kokunen.people.periods import Period
from kokunen.postgres.roles import Role
from tests.people.register import ALL

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from kokunen.audit.domain import Occasion
    from tests.office import Database

CITY: Final = "999990"
TODAY: Final = date(2026, 11, 24)
BORN: Final = date(1990, 4, 2)
HERE: Final = Period(start=date(2015, 4, 1))


def nightly(occasion: Occasion) -> Occasion:
    """Return the occasion of the program that applies what came in."""
    return replace(
        occasion,
        staff=None,
        staff_number="kokunen nightly",
        terminal="",
        purpose="correction",
        reason="",
    )


def somebody(
    number: int,
    occasion: Occasion,
    *,
    name: str = "",
    kana: str = "カクウ　タロウ",
    born: date = BORN,
    sex: Sex = Sex.MALE,
    basic_number: str | None = None,
    insured: bool = True,
) -> int:
    """Register a resident; without ``basic_number`` with one that is made of theirs ("": none)."""
    numbered = f"{number:010d}" if basic_number is None else basic_number
    facts = [
        Stated(fact=NameValue(name=name or f"架空　{number}", kana=kana), valid=HERE),
        Stated(fact=IdentityValue(birth_date=born, sex=sex)),
        Stated(fact=RegisterValue(residency=Residency.JAPANESE), valid=HERE),
    ]
    if numbered:
        facts.append(Stated(fact=NumberValue(number=numbered), valid=HERE))
    if insured:
        facts.append(Stated(fact=EnrolmentValue(category=Category.CATEGORY_1), valid=HERE))
    people.register_person(
        number=number,
        facts=facts,
        source=Source.RESIDENT_REGISTER,
        occasion=occasion,
        request_id=uuid4(),
    )
    return number


def forwarded(
    person: int,
    occasion: Occasion,
    *,
    filing: str = "number_notice",
    received_on: date = TODAY,
    **particulars: Any,  # noqa: ANN401 - JSON values
) -> int:
    """Take a filing of 資格 to the agency, and return the case."""
    desk = replace(occasion, purpose="reception")
    taken = enrolment.receive(
        receipt=Receipt(
            filing=filing,
            person=person,
            channel=Channel.COUNTER,
            received_on=received_on,
            filer=Filer.SELF,
            particulars=particulars or {"reason": "lost"},
        ),
        occasion=desk,
        request_id=uuid4(),
        sees=ALL,
    )
    second = replace(desk, staff=202, staff_number="K00202", case=taken.case)
    enrolment.examine(
        case=taken.case,
        expected=taken.number,
        occasion=second,
        request_id=uuid4(),
        sees=ALL,
    )
    step(taken.case, StepKind.FORWARDED, occasion)
    return taken.case


def step(case: int, kind: StepKind, occasion: Occasion, **more: Any) -> None:  # noqa: ANN401 - any part of a step
    cases.take(
        case=case,
        kind=kind,
        expected=rows.newest(case).steps[-1].number,
        occasion=occasion,
        request_id=uuid4(),
        **more,
    )


def state(case: int) -> State:
    return state_of(rows.newest(case).steps)


def line(person: int, **said: Any) -> dict[str, Any]:  # noqa: ANN401 - values of a record
    """Return what every list says of somebody, as the agency writes them."""
    usual: dict[str, Any] = {
        "basic_number": f"{person:010d}",
        "kana": "カクウ　タロウ",
        "name": f"架空　{person}",
        "birth_date": BORN,
        "sex": "male",
    }
    return usual | said


def result(number: int, person: int, **said: Any) -> dict[str, Any]:  # noqa: ANN401 - as above
    """Return a record of a result; what is not said is as usual, or blank."""
    usual: dict[str, Any] = {
        "result": f"{number:012d}",
        "filing": "number_notice",
        "received_on": TODAY,
        "outcome": "granted",
        "decided_on": TODAY,
    }
    return line(person, **(usual | said))


def write(
    layout: str,
    details: Sequence[Mapping[str, Any]],
    *,
    sequence: int = 1,
    **header: Any,  # noqa: ANN401 - as above
) -> bytes:
    """Write a list of the agency; fields that are not said are blank."""
    of = layouts.layout(layout, TODAY)
    names = [field.name for field in of.detail.values if field.name != "city"]
    out = io.BytesIO()
    writing.write(
        out,
        layout=of,
        header={"made_on": TODAY, "sequence": sequence, **header},
        details=[dict.fromkeys(names) | dict(each) for each in details],
        city=CITY,
    )
    return out.getvalue()


def send(
    database: Database,
    occasion: Occasion,
    *details: Mapping[str, Any],
    layout: str = "agency_results",
    sequence: int = 1,
    **header: Any,  # noqa: ANN401 - as above
) -> int:
    """Let a list come in by night, and return its file."""
    content = write(layout, details, sequence=sequence, **header)
    return arrive(database, occasion, content, layout=layout)


def arrive(database: Database, occasion: Occasion, content: bytes, *, layout: str) -> int:
    """Let the bytes of a file come in by night, and return it."""
    path = folders.incoming(layout) / f"{layout}-{uuid4()}"
    path.write_bytes(content)
    with database.django_as(Role.BATCH):
        file = inbox.receive(layout=layout, path=path, occasion=nightly(occasion))
        inbox.apply(file=file, occasion=nightly(occasion))
    return file


def outcomes(file: int) -> list[tuple[int, str, int | None]]:
    """Return what stands of each record: its number, outcome and case."""
    found: dict[int, tuple[int, str, int | None]] = {}
    for row in models.Record.objects.filter(file=file).order_by("number", "attempt"):
        found[row.number] = (row.number, row.outcome, row.case_id)
    return list(found.values())


def differences(file: int) -> list[tuple[str, int, int | None]]:
    """Return the differences that a file showed: what, about whom, and the case to clear it at."""
    rows_ = models.Difference.objects.filter(file=file).order_by("pk")
    return [(row.what, row.person_id, row.case_id) for row in rows_]
