"""Cases on their way to the pension service, and the program and people who send them."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING, Any
from uuid import uuid4

from kokunen.interchange import folders, lifecycle, models
from kokunen.interchange.domain import EventKind, FileState, state_of
from kokunen.interchange.outbox import making, operations
from kokunen.people import operations as people
from kokunen.people.codes import Category, Source
from kokunen.people.domain import EnrolmentValue
from kokunen.people.periods import Period
from kokunen.people.queries import facts
from tests.enrolment.desk import Desk
from tests.people.register import ALL, register

if TYPE_CHECKING:
    from pathlib import Path

    import pytest

    from kokunen.audit.domain import Occasion
    from kokunen.cases.operations import Taken
    from kokunen.interchange.outbox.operations import Released
    from kokunen.people.domain import Value
    from kokunen.people.value import Recorded
    from tests.office import Database

CITY = "141305"
NIGHT = datetime(2026, 11, 24, 13, 0, tzinfo=UTC)
TODAY = date(2026, 11, 24)
CHECKER, RELEASER = 303, 404


def city(patch: pytest.MonkeyPatch, folder: Path) -> None:
    """Let the office be a city whose exchange lies in a folder of its own."""
    patch.setattr(folders, "city", lambda: CITY)
    patch.setattr(folders, "root", lambda: folder)


def program(at: datetime = NIGHT) -> Occasion:
    from kokunen.audit.domain import Occasion

    return Occasion(
        at=at,
        staff=None,
        staff_number="kokunen nightly",
        department="PENSION",
        terminal="",
        purpose="correction",
        reason="夜間処理",
    )


def staff(number: int, *, hours: float = 12) -> Occasion:
    return replace(
        program(NIGHT + timedelta(hours=hours)),
        staff=number,
        staff_number=f"K{number:05}",
        terminal="窓口1",
    )


def collected(*, days: int = 0) -> tuple[int, ...]:
    return making.collect(
        on=TODAY + timedelta(days=days), occasion=program(NIGHT + timedelta(days=days))
    )


def forwarded(occasion: Occasion, person: int, filing: str = "additional_on", **said: Any) -> Taken:  # noqa: ANN401 - any item
    """Register somebody and take a filing of theirs to where it is forwarded."""
    from kokunen.cases.domain import StepKind

    register(person, occasion.because(purpose="reception"), household=person)
    desk = Desk(occasion)
    taken = desk.receive(filing, person=person, **(said or {"fund": False}))
    taken = desk.examine(taken)
    return desk.take(taken, StepKind.FORWARDED, detail={"forwarding": str(uuid4())})


def released(file: int, **more: Any) -> Released:  # noqa: ANN401 - as the operation
    operations.check(file=file, occasion=staff(CHECKER), request_id=uuid4())
    return operations.release(
        file=file, occasion=more.get("occasion", staff(RELEASER)), request_id=uuid4()
    )


def state(file: int) -> FileState:
    return state_of(lifecycle.events(file))


def kinds(file: int) -> list[EventKind]:
    return [event.kind for event in lifecycle.events(file)]


def keys(file: int) -> list[str]:
    return list(
        models.Sent.objects.filter(file_id=file).order_by("number").values_list("key", flat=True)
    )


def files(layout: str) -> list[int]:
    found = models.File.objects.filter(layout=layout).order_by("id")
    return list(found.values_list("id", flat=True))


def enrolment(person: int, occasion: Occasion) -> Recorded[Value]:
    """Return the last enrolment of a person in force."""
    found = facts(
        person=person, kinds=("enrolment",), operation="tests.read", occasion=occasion, sees=ALL
    )
    return found["enrolment"][-1]


def acquired(person: int, category: Category, on: date, occasion: Occasion) -> None:
    people.record_fact(
        person=person,
        fact=EnrolmentValue(category=category, acquired_cause="届出"),
        valid=Period(start=on),
        source=Source.APPLICATION,
        occasion=occasion,
        request_id=uuid4(),
    )


def lost(person: int, on: date, occasion: Occasion) -> None:
    row = enrolment(person, occasion)
    people.end_fact(
        row=row.id,
        fact=row.value,
        on=on,
        source=Source.APPLICATION,
        occasion=occasion,
        request_id=uuid4(),
    )


def begun(database: Database, at: datetime) -> None:
    """Let the first night have been at a time: from then on changes are told."""
    with database.batch() as batch:
        batch.execute(
            "INSERT INTO interchange_run (night, started_at, started_by) VALUES (%s, %s, 0)",
            [at.date(), at],
        )
