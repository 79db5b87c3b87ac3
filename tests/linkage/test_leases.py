"""The queue of errands alone: leases, late workers, waits that grow."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING
from uuid import UUID, uuid4

import pytest

from kokunen.linkage import errands, intermediate, sealing
from kokunen.linkage.admission import Caller
from kokunen.linkage.domain import Errand, State
from kokunen.linkage.models import Errand as Row
from kokunen.linkage.models import Subject
from kokunen.linkage.settings import Settings
from kokunen.postgres.roles import Role

if TYPE_CHECKING:
    from collections.abc import Iterator

    from kokunen.linkage.intermediate import Reply, Request
    from tests.office import Database

NOON = datetime(2026, 11, 24, 3, 0, tzinfo=UTC)
SETTINGS = Settings(lease_seconds=60, retry_seconds=5)


class Clock:
    def __init__(self) -> None:
        self.at = NOON

    def __call__(self) -> datetime:
        return self.at

    def wait(self, seconds: float) -> None:
        self.at += timedelta(seconds=seconds)


@pytest.fixture
def errand(database: Database) -> Iterator[UUID]:
    with database.django_as(Role.LINKAGE):
        subject = Subject.objects.create(number="1" * 15, assigned_at=NOON)
        caller = Caller(system="pension", staff_number="", at=NOON, address="/v1/inquiries")
        made = uuid4()
        content = {"items": ["a"]}
        for _ in range(2):
            errands.begin(
                errand=made, kind=Errand.INQUIRY, caller=caller, subject=subject, content=content
            )
        assert Row.objects.count() == 1
        yield made


def done(_: Request) -> Reply:
    return intermediate.Reply(state=State.DONE, items={"a": "first"})


def test_a_worker_that_comes_back_after_its_lease_changes_nothing(errand: UUID) -> None:
    clock = Clock()

    def slow(asked: Request) -> Reply:
        assert not errands.work(clock=clock, ask=done, settings=SETTINGS)
        clock.wait(61)
        assert errands.work(clock=clock, ask=done, settings=SETTINGS)
        return intermediate.Reply(state=State.DONE, items={"a": asked.basis or "second"})

    assert errands.work(clock=clock, ask=slow, settings=SETTINGS)
    row = Row.objects.get(pk=errand)
    assert (row.state, row.attempts, row.content) == ("done", 2, None)
    assert json.loads(sealing.reveal(row, "answer")) == {"a": "first"}
    assert not errands.work(clock=clock, ask=done, settings=SETTINGS)


def test_a_slow_failure_does_not_undo_what_another_worker_waits_for(errand: UUID) -> None:
    clock = Clock()

    def slow(_: Request) -> Reply:
        clock.wait(61)
        assert errands.work(
            clock=clock,
            ask=lambda _: intermediate.Reply(state=State.PENDING),
            settings=SETTINGS,
        )
        return intermediate.again("no_answer")

    assert errands.work(clock=clock, ask=slow, settings=SETTINGS)
    row = Row.objects.get(pk=errand)
    assert (row.state, row.code) == ("pending", "")


def test_a_worker_that_dies_leaves_the_errand_to_the_next(errand: UUID) -> None:
    clock = Clock()

    def dies(_: Request) -> Reply:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        errands.work(clock=clock, ask=dies, settings=SETTINGS)
    clock.wait(59)
    assert not errands.work(clock=clock, ask=done, settings=SETTINGS)
    clock.wait(1)
    assert errands.work(clock=clock, ask=done, settings=SETTINGS)
    assert Row.objects.get(pk=errand).state == "done"


def test_the_waits_double_up_to_an_hour_and_an_errand_is_never_given_up(errand: UUID) -> None:
    clock, waits = Clock(), []
    for _ in range(13):
        assert errands.work(
            clock=clock, ask=lambda _: intermediate.again("no_answer"), settings=SETTINGS
        )
        due = Row.objects.get(pk=errand).next_at
        waits.append((due - clock.at).total_seconds())
        clock.at = due
    row = Row.objects.get(pk=errand)
    assert waits == [5, 10, 20, 40, 80, 160, 320, 640, 1280, 2560, 3600, 3600, 3600]
    assert (row.state, row.code) == ("waiting", "no_answer")
    assert json.loads(sealing.reveal(row, "content")) == {"items": ["a"]}
