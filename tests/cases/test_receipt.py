"""What is received, what is not, and the same filing found at another door."""

from __future__ import annotations

import threading
from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING, Any
from uuid import uuid4

import pytest
from django.db import connections

from kokunen.cases import operations
from kokunen.cases.catalogue.kinds import Filer
from kokunen.cases.domain import Channel, State
from kokunen.cases.operations import UnableToReceive, UnableToReceiveTwice, UnableToTakeStep
from kokunen.dates.errors import Refusal
from kokunen.people.operations import UnableToReachSealed
from tests.cases.desk import (
    ASKED,
    PERSON,
    SAID,
    K,
    lived,
    receipt,
    received,
    registered,
    shown,
    step,
)
from tests.people.protected import opened, protect

if TYPE_CHECKING:
    from kokunen.audit.domain import Occasion
    from tests.office import Database

pytestmark = pytest.mark.usefixtures("person")


@pytest.mark.parametrize(
    ("said", "field"),
    [
        ({"filing": "unheard"}, "filing"),
        ({"filer": Filer.SURVIVOR}, "filer"),
        ({"filer": Filer.OFFICE}, "filer"),
        ({"branch": "X9"}, "branch"),
        ({"received_on": date(2026, 11, 25)}, "received_on"),
        ({"person": 4}, "person"),
        ({"particulars": SAID | {"spouse": 77}}, "spouse"),
        ({"particulars": {"cause": "job"}}, "when"),
    ],
)
def test_what_cannot_be_received(occasion: Occasion, said: dict[str, Any], field: str) -> None:
    with pytest.raises(UnableToReceive) as refused:
        received(occasion, **said)
    assert refused.value.field == field


def test_a_reason_that_is_too_long_is_refused(occasion: Occasion) -> None:
    with pytest.raises(UnableToTakeStep) as refused:
        operations.receive(
            receipt=receipt(), occasion=occasion, request_id=uuid4(), reason="あ" * 401
        )
    assert refused.value.field == "reason"


def test_the_office_files_by_itself(occasion: Occasion) -> None:
    registered(occasion, 10002)
    made = received(
        occasion,
        filer=Filer.OFFICE,
        channel=Channel.OFFICE,
        particulars=SAID | {"spouse": 10002},
    )
    assert shown(made.case, occasion).particulars == SAID | {"spouse": 10002}


def test_what_is_lacking_is_received_and_completed(occasion: Occasion) -> None:
    made = received(
        occasion,
        event_on=None,
        particulars={"when": "2026-11-20", "cause": "other"},
        detail={"lacks": ["identity"]},
    )
    assert shown(made.case, occasion).lacks == ("identity", "words", "event_on")
    step(made.case, K.ASKED, occasion, reason="内容の記入がない")
    whole = {"when": "2026-11-20", "cause": "other", "words": "帰国"}
    step(made.case, K.COMPLETED, occasion, particulars=whole, detail={"event_on": "2026-11-20"})
    found = shown(made.case, occasion)
    assert (found.state, found.lacks, found.particulars) == (State.RECEIVED, (), whole)
    assert found.event_on == date(2026, 11, 20)


def test_a_step_without_new_particulars_keeps_those_before(occasion: Occasion) -> None:
    case = lived(occasion, K.ASKED, K.COMPLETED)
    assert shown(case, occasion).particulars == SAID


@pytest.mark.parametrize(
    "other", [{"channel": Channel.POST}, {"channel": Channel.ONLINE, "event_on": None}, {}]
)
def test_an_open_filing_is_not_received_again(occasion: Occasion, other: dict[str, Any]) -> None:
    first = received(occasion, channel=Channel.AGENCY).case
    with pytest.raises(UnableToReceiveTwice) as refused:
        received(occasion, **other)
    assert refused.value.earlier == first
    assert refused.value.message == (
        "この人の「見本の届」は、令和8年11月24日に年金事務所に提出(本庁)で"
        f"受け付けています(案件{first})。処理中です。"
    )
    assert refused.value.field == "again"


def test_a_closed_one_of_the_same_day_counts_and_a_withdrawn_one_does_not(
    database: Database, occasion: Occasion
) -> None:
    with database.owner() as owner:
        owner.execute("INSERT INTO access_branch (code, name) VALUES ('B1', '北支所')")
    ways = (K.EXAMINED, K.FORWARDED, K.GRANTED, K.NOTIFIED, K.CLOSED)
    first = lived(occasion, *ways, branch="B1", channel=Channel.POST)
    with pytest.raises(UnableToReceiveTwice, match=rf"郵送\(北支所\).*案件{first}.*完結"):
        received(occasion)
    other_day = lived(occasion, K.WITHDRAWN, event_on=date(2026, 11, 19))
    assert received(occasion, event_on=date(2026, 11, 19)).case > other_day


def test_the_same_content_counts_where_there_is_no_day(occasion: Occasion) -> None:
    ways = (K.EXAMINED, K.FORWARDED, K.GRANTED, K.NOTIFIED, K.CLOSED)
    said = {"filing": ASKED.code, "event_on": None}
    lived(occasion, *ways, particulars={"cycles": "2026"}, **said)
    with pytest.raises(UnableToReceiveTwice):
        received(occasion, particulars={"cycles": "2026"}, **said)
    received(occasion, particulars={"cycles": "2027"}, **said)


def test_who_knows_of_the_first_says_why_there_is_a_second(occasion: Occasion) -> None:
    first = received(occasion).case
    detail = {"again": str(first)}
    with pytest.raises(UnableToReceiveTwice):
        received(occasion, detail=detail)
    with pytest.raises(UnableToReceiveTwice):
        operations.receive(
            receipt=receipt(),
            occasion=occasion,
            request_id=uuid4(),
            detail={"again": str(first + 1)},
            reason="別の異動",
        )
    made = operations.receive(
        receipt=receipt(),
        occasion=occasion,
        request_id=uuid4(),
        detail=detail,
        reason="別の異動",
    )
    found = shown(made.case, occasion).steps[0]
    assert (found.reason, found.detail["again"]) == ("別の異動", str(first))


def test_two_counters_at_the_same_moment_receive_one(occasion: Occasion) -> None:
    said: list[Any] = []
    together = threading.Barrier(2)

    def counter(number: int) -> None:
        who = replace(occasion, staff=number, staff_number=f"K{number:05}")
        try:
            together.wait()
            said.append(received(who))
        except Refusal as refusal:
            said.append(refusal)
        finally:
            connections.close_all()

    counters = [threading.Thread(target=counter, args=(number,)) for number in (101, 102)]
    for each in counters:
        each.start()
    for each in counters:
        each.join()
    assert sorted(type(each).__name__ for each in said) == ["Taken", "UnableToReceiveTwice"]


def test_a_protected_person_is_received_within_an_opening(occasion: Occasion) -> None:
    protect(PERSON, occasion)
    with pytest.raises(UnableToReachSealed, match="封じられています"):
        received(occasion)
    opening = opened(PERSON, occasion)
    made = operations.receive(
        receipt=receipt(), occasion=occasion, request_id=uuid4(), opening=opening
    )
    for kind in (K.CORRECTED, K.EXAMINED):
        with pytest.raises(UnableToReachSealed):
            step(made.case, kind, occasion)
    # What needs no particulars is done without an opening.
    assert step(made.case, K.ASKED, occasion).state is State.INCOMPLETE
    assert step(made.case, K.COMPLETED, occasion, opening=opening).state is State.RECEIVED
