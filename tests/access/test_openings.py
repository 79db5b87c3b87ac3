"""A sealed thing is asked for, answered by a second person, and stands for a short time."""

from __future__ import annotations

import threading
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING
from uuid import uuid4

import pytest
from django.db import connections, transaction

from kokunen.access.domain import UnableToOpenWithoutPurpose
from kokunen.access.openings import domain, operations, queries
from kokunen.access.openings.domain import Kind, State
from kokunen.audit.domain import Occasion

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.office import Database

PERSON = 5001
CLERK, SUPERVISOR = 11, 22


def at_the_counter(staff: int | None = CLERK, **changed: object) -> Occasion:
    made = Occasion(
        at=datetime.now(tz=UTC),
        staff=staff,
        staff_number=f"K{staff}",
        department="PENSION",
        terminal="窓口1",
        purpose="reception",
        reason="送付先の確認",
        case=77,
    )
    return replace(made, **changed)  # type: ignore[arg-type]  # the tests name fields that exist


def entries(database: Database) -> list[tuple[object, ...]]:
    with database.owner() as owner:
        return owner.execute(
            "SELECT act, operation, staff, person, purpose, case_id, outcome"
            " FROM audit_entry ORDER BY id"
        ).fetchall()


def test_a_request_waits_is_granted_and_stands_and_each_step_is_recorded(
    database: Database,
) -> None:
    asked = at_the_counter()
    opening = operations.request(kind=Kind.PROTECTED, person=PERSON, occasion=asked)
    waiting = queries.waiting(staff=SUPERVISOR, at=asked.at)
    assert [one.id for one in waiting] == [opening]
    assert waiting[0].until - waiting[0].requested_at == timedelta(minutes=30)
    assert queries.waiting(staff=CLERK, at=asked.at) == ()

    operations.answer(
        opening=opening, granted=True, reason="", occasion=at_the_counter(SUPERVISOR, purpose="")
    )
    (granted,) = queries.own(staff=CLERK, at=asked.at)
    assert (granted.state(asked.at), granted.answered_by) == (State.STANDING, SUPERVISOR)
    with queries.standing(opening, CLERK):
        assert queries.stands(person=PERSON, kind=Kind.PROTECTED)
    assert queries.waiting(staff=SUPERVISOR, at=asked.at) == ()
    assert entries(database) == [
        ("open", "openings.request", CLERK, PERSON, "reception", 77, ""),
        ("open", "openings.answer", SUPERVISOR, PERSON, "reception", 77, "granted"),
    ]


def test_a_refused_request_stays_refused(database: Database) -> None:
    opening = operations.request(kind=Kind.PROTECTED, person=PERSON, occasion=at_the_counter())
    operations.answer(
        opening=opening, granted=False, reason="必要がない", occasion=at_the_counter(SUPERVISOR)
    )
    with queries.standing(opening, CLERK):
        assert not queries.stands(person=PERSON, kind=Kind.PROTECTED)
        with pytest.raises(domain.UnableToOpenNotGranted, match="認められません"):
            queries.require(
                person=PERSON, kind=Kind.PROTECTED, opening=opening, occasion=at_the_counter()
            )
    with pytest.raises(domain.UnableToOpenAnswered):
        operations.answer(
            opening=opening, granted=True, reason="", occasion=at_the_counter(SUPERVISOR)
        )
    assert [line[0::6] for line in entries(database)] == [
        ("open", ""),
        ("refuse", "refused"),
        ("refuse", "opening_answered"),
    ]


@pytest.mark.parametrize(
    ("kind", "occasion", "refusal"),
    [
        (Kind.MY_NUMBER, at_the_counter(case=None), domain.UnableToOpenWithoutCase),
        (Kind.MY_NUMBER, at_the_counter(purpose=""), UnableToOpenWithoutPurpose),
        (Kind.PROTECTED, at_the_counter(purpose="curiosity"), UnableToOpenWithoutPurpose),
        (Kind.PROTECTED, at_the_counter(reason=" "), domain.UnableToOpenWithoutReason),
        (Kind.PROTECTED, at_the_counter(None), domain.UnableToOpenAsProgram),
    ],
)
def test_a_request_without_what_it_needs_is_refused_and_recorded(
    database: Database, kind: Kind, occasion: Occasion, refusal: type[Exception]
) -> None:
    with pytest.raises(refusal) as refused:
        operations.request(kind=kind, person=PERSON, occasion=occasion)
    (line,) = entries(database)
    assert line[0::6] == ("refuse", getattr(refused.value, "code", None))
    with database.owner() as owner:
        assert owner.execute("SELECT count(*) FROM openings_opening").fetchone() == (0,)


@pytest.mark.parametrize("minutes", [0, -1, 61])
def test_an_opening_lasts_up_to_an_hour(database: Database, minutes: int) -> None:
    del database
    asked = at_the_counter()
    with pytest.raises(domain.UnableToOpenSoLong):
        operations.request(
            kind=Kind.PROTECTED,
            person=PERSON,
            occasion=asked,
            until=asked.at + timedelta(minutes=minutes),
        )


def answer(
    opening: Callable[[], object], staff: int | None, *, late: bool = False, reason: str = ""
) -> None:
    operations.answer(
        opening=opening(),  # type: ignore[arg-type]  # a UUID, made late
        granted=bool(not reason),
        reason=reason.strip(),
        occasion=at_the_counter(staff, at=datetime.now(tz=UTC) + timedelta(hours=late)),
    )


def test_who_may_not_answer(database: Database) -> None:
    def protected() -> object:
        return operations.request(kind=Kind.PROTECTED, person=PERSON, occasion=at_the_counter())

    def my_number() -> object:
        return operations.request(kind=Kind.MY_NUMBER, person=PERSON, occasion=at_the_counter())

    with pytest.raises(domain.UnableToOpenOwnRequest):
        answer(protected, CLERK)
    with pytest.raises(domain.UnableToOpenAsProgram):
        answer(protected, None)
    with pytest.raises(domain.UnableToOpenExpired):
        answer(protected, SUPERVISOR, late=True)
    with pytest.raises(domain.UnableToOpenWithoutReason):
        answer(protected, SUPERVISOR, reason=" ")
    with pytest.raises(domain.UnableToOpenAnswered):
        answer(my_number, SUPERVISOR)
    with pytest.raises(domain.UnableToOpenNotGranted):
        answer(uuid4, SUPERVISOR)
    with database.owner() as owner:
        assert owner.execute("SELECT count(*) FROM openings_answer").fetchone() == (0,)


def test_of_two_answers_at_once_one_wins(database: Database) -> None:
    opening = operations.request(kind=Kind.PROTECTED, person=PERSON, occasion=at_the_counter())
    both = threading.Barrier(2)
    outcomes: list[str] = []

    def one(staff: int, *, granted: bool) -> None:
        try:
            both.wait()
            operations.answer(
                opening=opening, granted=granted, reason="理由", occasion=at_the_counter(staff)
            )
            outcomes.append("answered")
        except domain.UnableToOpenAnswered:
            outcomes.append("late")
        finally:
            connections.close_all()

    threads = [
        threading.Thread(target=one, args=(22,), kwargs={"granted": True}),
        threading.Thread(target=one, args=(33,), kwargs={"granted": False}),
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(outcomes) == ["answered", "late"]
    with database.owner() as owner:
        assert owner.execute("SELECT count(*) FROM openings_answer").fetchone() == (1,)


def test_the_reason_why_an_opening_does_not_stand_is_told(database: Database) -> None:
    del database
    now = at_the_counter()
    short = operations.request(
        kind=Kind.MY_NUMBER,
        person=PERSON,
        occasion=replace(now, at=now.at - timedelta(minutes=20)),
        until=now.at - timedelta(minutes=10),
    )
    unanswered = operations.request(kind=Kind.PROTECTED, person=PERSON, occasion=now)
    for opening, kind, staff, refusal, words in (
        (short, Kind.MY_NUMBER, CLERK, domain.UnableToOpenExpired, "時間が過ぎ"),
        (unanswered, Kind.PROTECTED, CLERK, domain.UnableToOpenNotGranted, "まだ承認"),
        (unanswered, Kind.PROTECTED, 33, domain.UnableToOpenNotGranted, "確定していません"),
        (unanswered, Kind.MY_NUMBER, CLERK, domain.UnableToOpenNotGranted, "確定していません"),
        (None, Kind.MY_NUMBER, CLERK, domain.UnableToOpenNotGranted, "確定していません"),
    ):
        with queries.standing(opening, staff), pytest.raises(refusal, match=words):
            queries.require(
                person=PERSON, kind=kind, opening=opening, occasion=replace(now, staff=staff)
            )


def test_leaving_the_block_seals_again_even_within_one_transaction(database: Database) -> None:
    del database
    opening = operations.request(kind=Kind.MY_NUMBER, person=PERSON, occasion=at_the_counter())

    def stands() -> bool:
        return queries.stands(person=PERSON, kind=Kind.MY_NUMBER)

    with transaction.atomic():
        with queries.standing(opening, CLERK):
            assert stands()
            with queries.standing(None, CLERK):
                assert not stands()
            assert stands()
        assert not stands()
        with pytest.raises(ZeroDivisionError), queries.standing(opening, CLERK):
            raise ZeroDivisionError
        assert not stands()


def test_an_opening_is_never_asked_for_inside_a_transaction(database: Database) -> None:
    del database
    with transaction.atomic(), pytest.raises(RuntimeError):
        operations.request(kind=Kind.MY_NUMBER, person=PERSON, occasion=at_the_counter())
