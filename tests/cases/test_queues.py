"""Queues, ledger and lists: what is due first, whose it is, and who was shown."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any
from uuid import uuid4

import pytest

from kokunen.cases import operations, queries
from kokunen.cases.domain import Channel, State
from kokunen.cases.finding import OPEN
from kokunen.people.domain import Hidden
from tests.cases.desk import PERSON, K, lived, receipt, received, registered, second, step
from tests.people.protected import protect
from tests.people.register import ALL

if TYPE_CHECKING:
    from kokunen.audit.domain import Occasion
    from kokunen.cases.finding import Whose
    from kokunen.cases.queries import Queue
    from tests.office import Database

DAYS = [date(2026, 11, day) for day in (16, 18, 24)]


def queue(occasion: Occasion, whose: Whose = "team", **more: Any) -> Queue:  # noqa: ANN401 - any choice
    return queries.queue(occasion=occasion, sees=ALL, whose=whose, **more)


@pytest.fixture
def cases(database: Database, occasion: Occasion) -> list[int]:
    """Three people with a case each, received on three days; the last one first."""
    del database
    made = {}
    for number, day in zip((10003, 10002, 10001), reversed(DAYS), strict=True):
        registered(occasion, number)
        made[day] = received(occasion, person=number, received_on=day, event_on=day).case
    return [made[day] for day in DAYS]


def test_the_earliest_deadline_goes_first(cases: list[int], occasion: Occasion) -> None:
    found = queue(occasion)
    assert [line.case for line in found.lines] == cases
    assert [line.age for line in found.lines] == [8, 6, 0]
    assert [line.name for line in found.lines] == ["架空　花子"] * 3
    first = found.lines[0]
    assert first.due is not None
    # Five business days after Monday the 16th: the 23rd is a holiday.
    assert (first.due.on, first.due.late) == (date(2026, 11, 24), False)
    assert (found.oldest, found.count, found.late, found.more) == (8, {State.RECEIVED: 3}, 0, 0)
    later = replace(occasion, at=occasion.at + timedelta(days=1))
    assert queue(later).late == 1


def test_a_forwarded_case_waits_behind(cases: list[int], occasion: Occasion) -> None:
    for kind in (K.EXAMINED, K.FORWARDED):
        step(cases[0], kind, occasion)
    found = queue(occasion)
    assert [line.case for line in found.lines] == [*cases[1:], cases[0]]
    assert found.count == {State.RECEIVED: 2, State.FORWARDED: 1}
    chosen = queue(occasion, states=[State.FORWARDED])
    assert ([line.case for line in chosen.lines], chosen.oldest) == ([cases[0]], 8)


def test_page_after_page(cases: list[int], occasion: Occasion) -> None:
    first = queue(occasion, limit=2)
    assert ([line.case for line in first.lines], first.more) == (cases[:2], 1)
    rest = queue(occasion, limit=2, after=cases[1])
    assert ([line.case for line in rest.lines], rest.more) == (cases[2:], 0)
    assert [line.case for line in queue(occasion, filing="asked").lines] == []
    assert [line.case for line in queue(occasion, branch="B1").lines] == []


def test_mine_is_what_i_took_last(cases: list[int], occasion: Occasion) -> None:
    other = second(occasion)
    assert [line.case for line in queue(occasion, "mine").lines] == cases
    assert queue(other, "mine") == queue(replace(other, staff=303), "mine")
    step(cases[1], K.TAKEN, other)
    assert [line.case for line in queue(other, "mine").lines] == [cases[1]]
    assert [line.case for line in queue(occasion, "mine").lines] == [cases[0], cases[2]]
    step(cases[1], K.TAKEN, occasion)
    assert [line.case for line in queue(occasion, "mine").lines] == cases


def test_a_team_sees_its_own_and_nothing_that_is_over(cases: list[int], occasion: Occasion) -> None:
    elsewhere = replace(occasion, department="WARD")
    step(cases[0], K.WITHDRAWN, occasion)
    assert queue(elsewhere).lines == ()
    assert queue(elsewhere).oldest is None
    assert [line.case for line in queue(elsewhere, "all").lines] == cases[1:]


def test_the_next_case_is_one_to_work_on(cases: list[int], occasion: Occasion) -> None:
    other = second(occasion)
    # Who wrote the particulars may not examine them.
    assert queries.next_case(occasion=occasion, after=None) is None
    assert queries.next_case(occasion=other, after=None) == cases[0]
    assert queries.next_case(occasion=other, after=cases[0]) == cases[1]
    assert queries.next_case(occasion=other, after=cases[2]) is None
    step(cases[1], K.TAKEN, replace(other, staff=303))
    assert queries.next_case(occasion=other, after=cases[0]) == cases[2]
    step(cases[2], K.ASKED, occasion)
    assert queries.next_case(occasion=other, after=cases[0]) is None
    # What waits for somebody else comes back when its day is past.
    later = replace(other, at=other.at + timedelta(days=30))
    assert queries.next_case(occasion=later, after=cases[0]) == cases[2]
    step(cases[0], K.EXAMINED, occasion)
    assert queries.next_case(occasion=occasion, after=None) == cases[0]


def test_lists_of_what_to_forward_and_what_to_await(cases: list[int], occasion: Occasion) -> None:
    for case in cases[:2]:
        step(case, K.EXAMINED, occasion)
    step(cases[0], K.FORWARDED, occasion)
    ready = queries.to_forward(occasion=occasion, sees=ALL)
    sent = queries.awaiting_result(occasion=occasion, sees=ALL)
    assert [[line.case for line in lines] for lines in (ready, sent)] == [[cases[1]], [cases[0]]]
    assert queries.to_forward(occasion=occasion, sees=ALL, filing="asked") == ()


def test_every_case_of_a_person(cases: list[int], occasion: Occasion) -> None:
    step(cases[0], K.WITHDRAWN, occasion)
    again = received(occasion, person=PERSON, event_on=date(2026, 11, 1)).case
    found = queries.of_person(person=PERSON, occasion=occasion, sees=ALL)
    assert [(line.case, line.state) for line in found] == [
        (again, State.RECEIVED),
        (cases[0], State.WITHDRAWN),
    ]
    assert queries.of_person(person=99, occasion=occasion, sees=ALL) == ()


def test_the_ledger_says_what_became_of_everything(
    database: Database, cases: list[int], occasion: Occasion
) -> None:
    with database.owner() as owner:
        owner.execute("INSERT INTO access_branch (code, name) VALUES ('B1', '北支所')")
    for kind in (K.EXAMINED, K.FORWARDED, K.REFUSED, K.NOTIFIED, K.CLOSED):
        step(cases[0], kind, occasion)
    step(cases[1], K.WITHDRAWN, occasion)
    post = lived(occasion, channel=Channel.POST, branch="B1", event_on=date(2026, 11, 2))
    found = queries.ledger(since=DAYS[0], until=DAYS[2], occasion=occasion, sees=ALL)
    today = date(2026, 11, 24)
    assert [
        (
            line.number,
            line.received_on,
            line.branch,
            line.forwarded_on,
            line.outcome,
            line.closed_on,
        )
        for line in found
    ] == [
        (cases[2], today, "", None, "", None),
        (cases[1], DAYS[1], "", None, "取下げ", today),
        (cases[0], DAYS[0], "", today, "却下・不支給", today),
        (post, today, "B1", None, "", None),
    ]
    assert {line.name for line in found} == {"架空　花子"}
    of_branch = queries.ledger(
        since=DAYS[0], until=DAYS[2], occasion=occasion, sees=ALL, branch="B1"
    )
    assert [line.number for line in of_branch] == [post]
    earlier = queries.ledger(since=DAYS[0], until=DAYS[1], occasion=occasion, sees=ALL)
    assert [line.number for line in earlier] == cases[1::-1]


def test_each_person_shown_is_recorded_and_a_name_is_for_who_sees_names(
    database: Database, cases: list[int], occasion: Occasion
) -> None:
    protect(10002, occasion)
    found = queries.queue(occasion=occasion, sees=frozenset(), whose="team", limit=1)
    assert [line.name for line in found.lines] == [Hidden()]
    queue(occasion, limit=2)
    with database.owner() as owner:
        lines = owner.execute(
            "SELECT person, shown_name FROM audit_entry WHERE operation = 'cases.queue' ORDER BY id"
        ).fetchall()
    assert lines == [(10001, False), (10001, True), (10002, True)]
    assert len(cases) == 3


def test_a_hundred_thousand_closed_cases_are_not_looked_at(
    database: Database, cases: list[int], occasion: Occasion
) -> None:
    with database.owner() as owner:
        owner.execute("""
            WITH made AS (
                INSERT INTO cases_case (request_id, filing, person_id, channel, branch, department,
                    filer, received_on, recorded_at, recorded_by)
                SELECT gen_random_uuid(), 'moved', 10001, 'counter', '', 'PENSION', 'self',
                    '2025-06-01', now(), 0 FROM generate_series(1, 100000) RETURNING id)
            INSERT INTO cases_step (case_id, number, kind, at, on_day, staff, maker, reason, detail,
                request_id)
            SELECT id, 1, 'received', now(), '2025-06-01', 0, 0, '', '{}', gen_random_uuid()
            FROM made
        """)
        owner.execute("""
            INSERT INTO cases_step (case_id, number, kind, at, on_day, staff, maker, reason, detail,
                request_id)
            SELECT id, 2, 'withdrawn', now(), '2025-06-01', 0, 0, '-', '{}', gen_random_uuid()
            FROM cases_case WHERE received_on = '2025-06-01'
        """)
        owner.commit()
        owner.autocommit = True
        owner.execute("ANALYZE cases_case, cases_step, cases_open")
    assert [line.case for line in queue(occasion).lines] == cases
    with database.web() as web:
        for query in OPEN.values():
            rows = web.execute(
                f"EXPLAIN {query}",
                {"staff": 101, "department": "PENSION"},
            ).fetchall()
            plan = "\n".join(line for (line,) in rows)
            assert "cases_step_once" in plan
            assert "Seq Scan on cases_step" not in plan
            assert "Seq Scan on cases_case" not in plan


def test_a_receipt_with_a_limit_is_due_by_it(cases: list[int], occasion: Occasion) -> None:
    limit = ["2026-11-24", "申請できる最後の日", "法90条"]
    made = operations.receive(
        receipt=receipt(person=10002, event_on=date(2026, 11, 1)),
        occasion=occasion,
        request_id=uuid4(),
        detail={"limits": [limit], "again": str(cases[1])},
        reason="別の異動",
    )
    found = queue(occasion).lines
    assert [line.case for line in found][:2] == [cases[0], made.case]
    assert found[1].due is not None
    assert found[1].due.what == "申請できる最後の日"
    shown = queries.one(case=made.case, occasion=occasion, sees=ALL)
    assert [due.what for due in shown.deadlines] == [
        "届出の期限(11月15日が閉庁日のため、翌開庁日)",
        limit[1],
        "進達",
    ]
    assert shown.due == shown.deadlines[1]
