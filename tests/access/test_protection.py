"""Protection measures in the database: who is covered, until when, and who may know."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING
from uuid import UUID, uuid4

import pytest

from kokunen.access.openings import operations as openings
from kokunen.access.openings.domain import Kind, UnableToOpen
from kokunen.access.protection import domain, operations, queries
from kokunen.access.protection.domain import Evidence, Ground, Member, OtherParty, Warned
from kokunen.audit.domain import Occasion

if TYPE_CHECKING:
    from tests.office import Database

MOTHER, CHILD, FATHER = 7001, 7002, 7003
START = date(2026, 4, 1)


def by(staff: int | None) -> Occasion:
    return Occasion(
        at=datetime.now(tz=UTC),
        staff=staff,
        staff_number=f"K{staff}",
        department="PENSION",
        terminal="窓口1",
        purpose="protection",
        reason="申出の受付",
    )


def on_that_day(on: date) -> Occasion:
    return replace(by(11), at=datetime(on.year, on.month, on.day, 1, tzinfo=UTC))


def registered(*, on: date = START, person: int = MOTHER, occasion: Occasion | None = None) -> UUID:
    return operations.register(
        person=person,
        ground=Ground.DV,
        on=on,
        evidence=Evidence.APPLICATION,
        evidence_ref="申出書第12号",
        members=[Member(person=CHILD, relation="子")] if person == MOTHER else [],
        other_parties=[OtherParty(name="相手方 太郎", person=FATHER, address="川辺市1-1")],
        occasion=occasion or by(11),
    )


def ended(measure: UUID, *, on: date = date(2027, 6, 1)) -> UUID:
    return operations.end(
        measure=measure,
        on=on,
        evidence=Evidence.WITHDRAWAL,
        evidence_ref="終了申出第3号",
        occasion=on_that_day(on),
    )


def opened(person: int, staff: int = 11) -> UUID:
    opening = openings.request(kind=Kind.PROTECTED, person=person, occasion=by(staff))
    openings.answer(opening=opening, granted=True, reason="", occasion=by(staff + 11))
    return opening


def test_applicant_and_members_are_covered_at_once_and_the_other_party_is_not(
    database: Database,
) -> None:
    registered()
    assert queries.covered([MOTHER, CHILD, FATHER, 9]) == {MOTHER, CHILD}
    with database.batch() as batch:
        assert batch.execute("SELECT protection_covers(%s)", [CHILD]).fetchone() == (True,)


def test_only_an_end_that_a_second_person_accepts_uncovers(database: Database) -> None:
    del database
    measure = registered()
    step = ended(measure)
    assert queries.covers(MOTHER)
    with pytest.raises(domain.UnableToCheckStep, match="自分の入力"):
        operations.check(step=step, accepted=True, reason="", occasion=by(11))
    assert queries.covers(CHILD)
    operations.check(step=step, accepted=False, reason="本人に確認を", occasion=by(22))
    assert queries.covers(MOTHER)
    again = ended(measure)
    operations.check(step=again, accepted=True, reason="", occasion=by(22))
    assert queries.covered([MOTHER, CHILD]) == frozenset()
    with pytest.raises(domain.UnableToCheckStep, match="もう確認"):
        operations.check(step=again, accepted=False, reason="", occasion=by(33))
    with pytest.raises(domain.UnableToEnd):
        ended(measure)


def test_a_second_measure_goes_on_covering(database: Database) -> None:
    del database
    first, second = registered(), registered(on=date(2026, 5, 1))
    operations.check(step=ended(first), accepted=True, reason="", occasion=by(22))
    assert queries.covers(MOTHER)
    operations.check(step=ended(second), accepted=True, reason="", occasion=by(22))
    assert not queries.covers(MOTHER)


def test_the_end_of_the_year_warns_and_does_not_uncover(database: Database) -> None:
    measure = registered()
    (step,) = (one.id for one in queries.one(measure).steps)  # type: ignore[union-attr]  # just made
    operations.check(step=step, accepted=True, reason="", occasion=by(22))
    asked = by(11)

    def due(on: date) -> list[tuple[UUID, int | None, Warned]]:
        return [(one.measure, one.days, one.why) for one in queries.due(on=on, occasion=asked)]

    assert due(date(2027, 2, 27)) == []
    assert due(date(2027, 2, 28)) == [(measure, 31, Warned.RENEWABLE)]
    assert due(date(2027, 3, 31)) == [(measure, 0, Warned.RENEWABLE)]
    assert due(date(2027, 4, 1)) == [(measure, -1, Warned.OVERDUE)]
    # An end that nobody has checked keeps the warning, although the registration is accepted.
    ended(measure)
    (late,) = queries.due(on=date(2030, 1, 1), occasion=asked)
    assert (late.why, late.ending) == (Warned.OVERDUE, True)
    assert queries.covers(MOTHER)
    with database.owner() as owner:
        assert owner.execute(
            "SELECT count(*) FROM audit_entry WHERE operation = 'protection.due' AND person = %s"
            " AND shown = ARRAY['protection']",
            [MOTHER],
        ).fetchone() == (4,)


def test_a_renewal_follows_and_silences_the_warning(database: Database) -> None:
    del database
    measure = registered()
    renewal = {
        "evidence": Evidence.APPLICATION,
        "evidence_ref": "更新第1号",
        "occasion": on_that_day(date(2027, 3, 1)),
    }
    with pytest.raises(domain.UnableToRenew, match="2027-02-28"):
        operations.renew(measure=measure, on=date(2027, 2, 27), **renewal)  # type: ignore[arg-type]  # spread
    step = operations.renew(measure=measure, on=date(2027, 3, 1), **renewal)  # type: ignore[arg-type]  # spread
    held = queries.one(measure)
    assert held is not None
    assert held.ends == date(2028, 3, 31)
    assert queries.due(on=date(2027, 4, 1), occasion=by(11)) == ()
    operations.check(step=step, accepted=False, reason="書類が足りない", occasion=by(22))
    (reminder,) = queries.due(on=date(2027, 4, 1), occasion=by(11))
    assert reminder.ends == date(2027, 3, 31)


def test_steps_wait_for_another_clerk(database: Database) -> None:
    del database
    measure = registered()
    assert queries.unchecked(staff=11, occasion=by(11)) == ()
    (waiting,) = queries.unchecked(staff=22, occasion=by(22))
    assert (waiting.measure, waiting.person) == (measure, MOTHER)
    operations.check(step=waiting.step.id, accepted=True, reason="", occasion=by(22))
    assert queries.unchecked(staff=22, occasion=by(22)) == ()


def test_what_is_behind_the_seal_needs_an_opening_for_that_person(database: Database) -> None:
    registered()
    operations.change_number(
        person=MOTHER,
        old_number="1234567890",
        new_number="9712345678",
        on=date(2026, 5, 1),
        evidence_ref="年金事務所通知",
        occasion=by(11),
    )
    opening = opened(MOTHER)
    behind = queries.behind(person=MOTHER, opening=opening, occasion=by(11))
    assert [party.person for party in behind.other_parties] == [FATHER]
    assert [member.person for member in behind.members] == [CHILD]
    assert [(one.old_number, one.new_number) for one in behind.numbers] == [
        ("1234567890", "9712345678")
    ]
    for person, named, staff in (
        (CHILD, opening, 11),
        (FATHER, opening, 11),
        (MOTHER, None, 11),
        (MOTHER, opening, 22),
        (MOTHER, uuid4(), 11),
    ):
        with pytest.raises(UnableToOpen):
            queries.behind(person=person, opening=named, occasion=by(staff))
    with database.owner() as owner:
        assert owner.execute(
            "SELECT act, outcome FROM audit_entry WHERE operation = 'protection.behind' ORDER BY id"
        ).fetchall() == [("read", ""), *[("refuse", "opening_not_granted")] * 5]


def test_the_other_partys_own_record_shows_nothing(database: Database) -> None:
    del database
    registered()
    assert queries.measures(person=FATHER, occasion=by(11)) == ()
    assert queries.measures(person=CHILD, occasion=by(11)) == ()
    behind = queries.behind(person=FATHER, opening=opened(FATHER), occasion=by(11))
    assert behind == queries.Behind(measures=(), other_parties=(), members=(), numbers=())
    (measure,) = queries.measures(person=MOTHER, occasion=by(11))
    assert measure.ground is Ground.DV


def test_a_members_own_opening_shows_the_measure_and_not_the_others(database: Database) -> None:
    del database
    measure = registered()
    behind = queries.behind(person=CHILD, opening=opened(CHILD), occasion=by(11))
    assert [one.id for one in behind.measures] == [measure]
    assert (behind.other_parties, behind.members) == ((), ())


def test_members_are_included_once_and_not_after_the_end(database: Database) -> None:
    del database
    measure = registered()
    operations.include(measure=measure, member=Member(person=7004), occasion=by(11))
    assert queries.covers(7004)
    for person in (7004, MOTHER):
        with pytest.raises(domain.UnableToInclude):
            operations.include(measure=measure, member=Member(person=person), occasion=by(11))
    operations.check(step=ended(measure), accepted=True, reason="", occasion=by(22))
    with pytest.raises(domain.UnableToInclude, match="終了"):
        operations.include(measure=measure, member=Member(person=7005), occasion=by(11))


def test_a_measure_needs_a_clerk_and_a_document(database: Database) -> None:
    with pytest.raises(domain.UnableToProtectAsProgram):
        registered(occasion=replace(by(11), staff=None))
    with pytest.raises(domain.UnableToProtectWithoutEvidence):
        operations.end(
            measure=uuid4(),
            on=START,
            evidence=Evidence.WITHDRAWAL,
            evidence_ref=" ",
            occasion=by(11),
        )
    for unknown in (
        lambda: ended(uuid4()),
        lambda: operations.check(step=uuid4(), accepted=True, reason="", occasion=by(22)),
    ):
        with pytest.raises(domain.UnableToFindMeasure):
            unknown()
    with database.owner() as owner:
        assert owner.execute("SELECT count(*) FROM protection_measure").fetchone() == (0,)
        assert owner.execute(
            "SELECT count(*) FROM audit_entry WHERE act = 'refuse'"
        ).fetchone() == (4,)


def test_nobody_has_applied_on_a_day_to_come(database: Database) -> None:
    tomorrow = datetime.now(tz=UTC).date() + timedelta(days=2)
    with pytest.raises(domain.UnableToProtectOnFutureDay):
        registered(on=tomorrow)
    with database.owner() as owner:
        assert owner.execute("SELECT count(*) FROM protection_measure").fetchone() == (0,)


@pytest.mark.parametrize("person", [0, -5, 10**15])
def test_what_is_no_number_of_a_person_is_not_included(database: Database, person: int) -> None:
    measure = registered()
    with pytest.raises(domain.UnableToInclude, match="15けた"):
        operations.include(measure=measure, member=Member(person=person), occasion=by(11))
    with database.owner() as owner:
        assert owner.execute("SELECT count(*) FROM protection_member").fetchone() == (1,)


def test_a_number_changes_for_the_protected_alone_and_once(database: Database) -> None:
    def change(person: int, new: str = "9700000001") -> UUID:
        return operations.change_number(
            person=person,
            old_number="1234567890",
            new_number=new,
            on=START,
            evidence_ref="通知",
            occasion=by(11),
        )

    with pytest.raises(domain.UnableToChangeNumber, match="支援措置がありません"):
        change(FATHER)
    registered()
    change(MOTHER)
    with pytest.raises(domain.UnableToChangeNumber, match="もう記録"):
        change(MOTHER)
    with database.owner() as owner:
        record = str(owner.execute("SELECT audit_entry::text FROM audit_entry").fetchall())
    assert "1234567890" not in record
    assert "9700000001" not in record


def test_two_ends_at_once_leave_one(database: Database) -> None:
    import threading

    from django.db import connections

    measure = registered()
    outcomes: list[str] = []
    both = threading.Barrier(2)

    def one() -> None:
        try:
            both.wait()
            ended(measure)
            outcomes.append("ended")
        except domain.UnableToEnd:
            outcomes.append("late")
        finally:
            connections.close_all()

    threads = [threading.Thread(target=one) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(outcomes) == ["ended", "late"]
    with database.owner() as owner:
        assert owner.execute(
            "SELECT count(*) FROM protection_step WHERE kind = 'ended'"
        ).fetchone() == (1,)


def test_the_period_is_the_databases_too(database: Database) -> None:
    import psycopg

    measure = registered()
    with database.web() as web, pytest.raises(psycopg.errors.CheckViolation):
        web.execute(
            "INSERT INTO protection_step (id, measure_id, kind, on_day, starts, ends, evidence,"
            " evidence_ref, entered_by, entered_at)"
            " VALUES (gen_random_uuid(), %s, 'renewed', %s, NULL, NULL, 'police', '', 1, now())",
            [measure, START + timedelta(days=340)],
        )
