"""Papers that come after the register: received and forwarded, without another row."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any
from uuid import uuid4

import pytest

from kokunen.cases import queries as cases_read
from kokunen.cases.domain import State, StepKind, Weight
from kokunen.enrolment import domain, queries
from kokunen.enrolment.life import Held
from kokunen.people import operations as people
from kokunen.people.codes import AddressKind, Category, Source
from kokunen.people.domain import AddressValue, EnrolmentValue, NameValue
from kokunen.people.operations import Instead, Stated
from kokunen.people.periods import ALWAYS, Period
from tests.enrolment.desk import COUNTER, EXAMINER, PERSON, Desk
from tests.enrolment.lives import ONE, THREE, TWO, enrolled, life, receipt, span
from tests.people.register import ALL, page, register

if TYPE_CHECKING:
    from kokunen.audit.domain import Occasion
    from kokunen.cases.domain import Effect, Receipt
    from kokunen.cases.operations import Taken
    from kokunen.enrolment.life import Facts
    from tests.office import Database

NEW_HOME = AddressValue(
    postal_code="9990001",
    municipality_code="999999",
    prefecture="架空県",
    city="想定市",
    town="新町",
    block="2番",
)
OFFICE = AddressValue(kind=AddressKind.MAILING, city="想定市", town="送付町")
HOUSED: Facts = {
    **life(),
    "address": [
        Held(value=NEW_HOME, valid=span("2026-11-20.."), id=8),
        Held(value=OFFICE, valid=ALWAYS, id=9),
    ],
}
NAMED: Facts = {
    **life(),
    "name": [
        Held(value=NameValue(name="想定　花子", kana="ソウテイ", alias="花"), valid=ALWAYS, id=9)
    ],
}
MOVED: dict[str, Any] = {"kind": "residence", "city": "想定市", "town": "新町", "block": "2番"}
RENAMED: dict[str, Any] = {"name": "想定　花子", "kana": "ソウテイ"}
CHANGED = (enrolled(ONE, "2010-04-01..2026-11-01"), enrolled(TWO, "2026-11-01.."))
BY_REGISTER = "登録は変わりません(住民基本台帳で反映済み)"
BEFORE = "登録は変わりません(既に登録済み)"


def _seen(filed: Receipt, facts: Facts) -> tuple[set[tuple[str, Weight]], tuple[Effect, ...]]:
    found = {(each.code, each.weight) for each in domain.check(filed, facts)}
    return found, domain.effects(filed, facts)


@pytest.mark.parametrize(
    ("filed", "facts", "label", "before"),
    [
        (
            receipt("address_change", event="2026-11-20", **MOVED),
            HOUSED,
            "住所",
            "現住所 架空県想定市新町2番 令和8年11月20日〜",
        ),
        (
            receipt("name_change", event="2026-11-20", **RENAMED),
            NAMED,
            "氏名",
            "想定　花子 ソウテイ 花 〜",
        ),
    ],
)
def test_what_the_resident_register_brought_first_is_received_and_changes_nothing(
    filed: Receipt, facts: Facts, label: str, before: str
) -> None:
    found, (effect,) = _seen(filed, facts)
    assert found & {("nothing_to_change", Weight.NOTE)}
    assert not {code for code, weight in found if weight is Weight.STOP}
    assert domain.changes(filed, facts) == ()
    assert (effect.label, effect.before, effect.after) == (label, before, BY_REGISTER)


@pytest.mark.parametrize(
    "stated",
    [
        MOVED | {"block": "3番"},
        MOVED | {"building": "101号"},
        MOVED | {"prefecture": "別県"},
        MOVED | {"postal_code": "9990002"},
        MOVED | {"kind": "mailing"},
    ],
)
def test_another_place_is_another_address(stated: dict[str, Any]) -> None:
    filed = receipt("address_change", event="2026-11-20", **stated)
    assert domain.changes(filed, HOUSED)
    assert ("may_be_left_out", Weight.NOTE) in _seen(filed, HOUSED)[0]


def test_before_its_day_the_new_address_is_not_yet_registered() -> None:
    filed = receipt("address_change", event="2026-11-19", **MOVED)
    assert domain.changes(filed, HOUSED)


@pytest.mark.parametrize(
    ("filed", "facts", "before"),
    [
        (
            receipt("loss", event="2026-11-01", cause="category_2"),
            life(*CHANGED),
            "第1号被保険者 平成22年4月1日〜令和8年11月1日",
        ),
        (
            receipt("loss", event="2026-11-01", cause="category_3"),
            life(enrolled(ONE, "2010-04-01..2026-11-01", lost="厚生年金加入")),
            "第1号被保険者 平成22年4月1日〜令和8年11月1日(厚生年金加入)",
        ),
        (
            # The agency's day is earlier than the one on the paper.
            receipt("loss", event="2026-11-05", cause="category_2"),
            life(*CHANGED),
            "第2号被保険者 令和8年11月1日〜",
        ),
    ],
)
def test_a_loss_that_the_agency_recorded_first_is_received_and_changes_nothing(
    filed: Receipt, facts: Facts, before: str
) -> None:
    found, effects = _seen(filed, facts)
    assert found & {("already_recorded", Weight.NOTE)}
    assert not {code for code, weight in found if weight is not Weight.NOTE}
    assert domain.changes(filed, facts) == ()
    assert [(each.label, each.before, each.after) for each in effects] == [("資格", before, BEFORE)]


@pytest.mark.parametrize(
    ("filed", "facts", "code"),
    [
        (
            receipt("loss", event="2026-11-05", cause="category_2"),
            life(enrolled(TWO, "2010-04-01..")),
            "not_ours",
        ),
        (
            receipt("loss", event="2026-11-05", cause="category_3"),
            life(*CHANGED),
            "not_ours",
        ),
        (
            receipt("loss", event="2026-11-05", cause="category_2"),
            life(enrolled(ONE, "2010-04-01..2026-11-01")),
            "not_insured",
        ),
        (
            receipt("loss", event="2026-10-31", cause="abroad"),
            life(*CHANGED),
            "already_lost",
        ),
        (
            receipt("loss", event="2026-11-05", cause="category_2"),
            life(enrolled(THREE, "2010-04-01..2026-11-01"), enrolled(TWO, "2026-11-01..")),
            "not_ours",
        ),
    ],
)
def test_what_the_register_does_not_say_is_still_refused(
    filed: Receipt, facts: Facts, code: str
) -> None:
    found, effects = _seen(filed, facts)
    assert (code, Weight.STOP) in found
    assert BEFORE not in {each.after for each in effects}


@pytest.fixture
def desk(database: Database, occasion: Occasion) -> Desk:
    del database
    register(PERSON, occasion)
    return Desk(occasion)


def _closed(desk: Desk, taken: Taken) -> Taken:
    """Examine, forward, hear, tell and close, as any other filing."""
    taken = desk.take(desk.examine(taken), StepKind.FORWARDED)
    taken = desk.result(taken, StepKind.GRANTED)
    return desk.take(desk.take(taken, StepKind.NOTIFIED), StepKind.CLOSED)


def test_an_address_known_already_goes_its_way_without_a_row(desk: Desk) -> None:
    before = page(PERSON, desk.by(EXAMINER)).addresses
    taken = desk.receive(
        "address_change",
        event="2026-11-20",
        kind="residence",
        city="想定市",
        town="見本町",
        block="1番1号",
    )
    assert _closed(desk, taken).state is State.CLOSED
    assert page(PERSON, desk.by(EXAMINER)).addresses == before
    occasion = desk.by(EXAMINER, taken.case)
    case = cases_read.one(case=taken.case, occasion=occasion, sees=ALL)
    assert case.facts_made == ()
    (effect,) = queries.advise(
        receipt=queries.receipt_of(case), case=taken.case, occasion=occasion, sees=ALL
    ).effects
    assert effect.after == BY_REGISTER


def _recorded_by_the_agency(desk: Desk) -> None:
    rows = page(PERSON, desk.by(EXAMINER)).enrolments
    assert isinstance(rows, tuple)
    (row,) = rows
    day = date(2026, 11, 1)
    people.carry_out(
        person=PERSON,
        changes=[
            Instead(
                row=row.id,
                kind="enrolment",
                fact=row.value,
                valid=Period(start=row.valid.start, end=day),
            ),
            Stated(fact=EnrolmentValue(category=Category.CATEGORY_2), valid=Period(start=day)),
        ],
        operation="test.agency",
        received_by=COUNTER,
        source_ref="機構の記録",
        occasion=desk.by(EXAMINER),
        request_id=uuid4(),
        source=Source.AGENCY,
    )


def test_a_loss_recorded_before_it_was_examined_can_be_closed_or_withdrawn(desk: Desk) -> None:
    taken = desk.receive("loss", event="2026-11-01", cause="category_2")
    _recorded_by_the_agency(desk)
    story = desk.story()
    assert [each.split(" ")[:2] for each in story] == [
        ["category_1", "2010-04-01..2026-11-01"],
        ["category_2", "2026-11-01.."],
    ]
    assert _closed(desk, taken).state is State.CLOSED
    assert desk.story() == story
    other = desk.receive("loss", event="2026-11-01", cause="category_2", again=str(taken.case))
    assert desk.withdraw(desk.examine(other)).state is State.WITHDRAWN
    assert desk.story() == story
