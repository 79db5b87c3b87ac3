"""The additional premium (付加) that an exemption ends, and that comes back with it."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import TYPE_CHECKING, Any
from uuid import UUID, uuid4

import pytest

from kokunen.dates.month import Month
from kokunen.enrolment.timeline import EXCLUDES_ADDITIONAL, faults
from kokunen.exemption import additional, operations
from kokunen.people import operations as people
from kokunen.people.codes import Source
from kokunen.people.domain import AdditionalValue, Recorded
from kokunen.people.periods import Period
from kokunen.people.queries import facts
from tests.exemption import desk
from tests.exemption.desk import WIFE, K
from tests.people.register import ALL

if TYPE_CHECKING:
    from kokunen.audit.domain import Occasion
    from kokunen.cases.domain import Effect
    from tests.office import Database

WELFARE: dict[str, Any] = {"cause": "livelihood_assistance", "proof": "assistance"}
JOINED = date(2024, 5, 1)
RUNNING = [(JOINED, None, "")]


def _paid(start: date | None, end: date | None = None) -> Recorded[AdditionalValue]:
    return Recorded(
        id=7,
        entry=UUID(int=0),
        value=AdditionalValue(joined_filed_on=start),
        valid=Period(start=start, end=end),
        source=Source.APPLICATION,
        source_ref="",
        recorded_at=datetime(2026, 1, 1, tzinfo=UTC),
        recorded_by=0,
    )


YEAR = (Month(2026, 7), Month(2027, 6))


@pytest.mark.parametrize(
    ("start", "end", "spans", "left"),
    [
        (JOINED, None, [YEAR], [Period(start=JOINED, end=date(2026, 7, 1))]),
        (JOINED, date(2026, 7, 1), [YEAR], []),
        # The insurance ends within July: July is touched still.
        (JOINED, date(2026, 7, 15), [YEAR], [Period(start=JOINED, end=date(2026, 7, 1))]),
        (date(2026, 7, 1), None, [YEAR], [None]),
        (date(2026, 9, 10), None, [YEAR], [None]),
        (date(2027, 6, 30), None, [YEAR], [None]),
        (date(2027, 7, 1), None, [YEAR], []),
        (
            JOINED,
            None,
            [YEAR, (Month(2025, 7), Month(2025, 9))],
            [Period(start=JOINED, end=date(2025, 7, 1))],
        ),
        (JOINED, None, [], []),
        (None, None, [YEAR], []),
    ],
)
def test_it_ends_before_the_first_exempt_month_it_reaches(
    start: date | None,
    end: date | None,
    spans: list[tuple[Month, Month]],
    left: list[Period | None],
) -> None:
    assert [rest for _, rest in additional.ended([_paid(start, end)], spans)] == left


def test_both_duties_name_the_same_exemptions() -> None:
    assert additional.ENDS_ADDITIONAL == EXCLUDES_ADDITIONAL


def _joined(occasion: Occasion, start: date = JOINED) -> None:
    desk.person(WIFE, occasion)
    people.record_fact(
        person=WIFE,
        fact=AdditionalValue(joined_filed_on=start),
        valid=Period(start=start),
        source=Source.AGENCY,
        occasion=occasion,
        request_id=uuid4(),
    )


def _known(occasion: Occasion) -> dict[str, Any]:
    kinds = {"identity", "register", "enrolment", "additional", "exemption"}
    return dict(facts(person=WIFE, kinds=kinds, operation="test.look", occasion=occasion, sees=ALL))


def _additionals(occasion: Occasion) -> list[tuple[date | None, date | None, str]]:
    return [
        (fact.valid.start, fact.valid.end, fact.value.left_cause)
        for fact in _known(occasion).get("additional", ())
    ]


def _withdrawn(case: int, occasion: Occasion) -> None:
    operations.withdraw(
        case=case,
        expected=desk.shown(case, occasion).last,
        reason="本人の申出",
        occasion=occasion,
        request_id=uuid4(),
        sees=ALL,
    )


def _of_additional(effects: tuple[Effect, ...]) -> list[tuple[str, str, str]]:
    return [
        (each.before, each.after, each.article) for each in effects if each.label == "付加保険料"
    ]


def _assessed(database: Database, occasion: Occasion) -> int:
    desk.declare(database, occasion, WIFE, total=0)
    case = desk.received(occasion).case
    desk.examined(case, occasion)
    desk.forwarded(case, occasion)
    return case


@pytest.mark.parametrize("band", ["full", "three_quarters", "half", "one_quarter", "deferral"])
@pytest.mark.usefixtures("database")
def test_a_granted_exemption_ends_it_and_a_refusal_brings_it_back(
    database: Database, occasion: Occasion, band: str
) -> None:
    _joined(occasion)
    case = _assessed(database, occasion)
    assert _additionals(occasion) == RUNNING
    assert _of_additional(desk.advice(case, occasion).effects) == [
        ("令和6年5月分から", "令和6年5月〜令和8年6月分(試算どおりなら)", "法87条の2第1項")
    ]
    desk.answered(case, occasion, band_1=band, first_1="2026-07", last_1="2027-06")
    assert _additionals(occasion) == [(JOINED, date(2026, 7, 1), "免除等")]
    assert faults(_known(occasion)) == ()
    desk.answered(case, occasion, K.REFUSED)
    assert _additionals(occasion) == RUNNING
    (back,) = _known(occasion)["additional"]
    assert back.source is Source.AGENCY
    assert faults(_known(occasion)) == ()


def test_a_student_ends_it_too_and_what_never_was_paid_goes(
    database: Database, occasion: Occasion
) -> None:
    start = date(2026, 5, 1)
    _joined(occasion, start)
    desk.declare(database, occasion, WIFE, total=0)
    case = desk.received(occasion, "student").case
    desk.examined(case, occasion)
    desk.forwarded(case, occasion)
    desk.answered(case, occasion, band_1="student", first_1="2026-04", last_1="2027-03")
    assert _additionals(occasion) == []
    assert faults(_known(occasion)) == ()
    desk.changed(case, occasion, "student")
    assert _additionals(occasion) == [(start, None, "")]


@pytest.mark.usefixtures("database")
def test_exempt_by_law_it_ends_when_examined_and_comes_back_when_withdrawn(
    occasion: Occasion,
) -> None:
    _joined(occasion)
    given = {"event_on": date(2026, 11, 10), **WELFARE}
    case = desk.received(occasion, "statutory_on", **given).case
    shown = [("令和6年5月分から", "令和6年5月〜令和8年9月分(免除等)", "法87条の2第1項")]
    assert _of_additional(desk.advice(case, occasion).effects) == shown
    desk.examined(case, occasion)
    ended = [(JOINED, date(2026, 10, 1), "免除等")]
    assert _additionals(occasion) == ended
    # What is said beside the case is still what it did, from before to after.
    assert _of_additional(desk.advice(case, occasion).effects) == shown
    _withdrawn(case, occasion)
    assert _additionals(occasion) == RUNNING
    other = desk.received(occasion, "statutory_on", **given).case
    desk.examined(other, occasion)
    desk.forwarded(other, occasion)
    desk.answered(other, occasion)
    assert _additionals(occasion) == ended
    assert faults(_known(occasion)) == ()


@pytest.mark.usefixtures("database")
def test_a_changed_answer_of_the_agency_takes_effect_once_more(occasion: Occasion) -> None:
    _joined(occasion)
    case = desk.received(occasion, "statutory_on", event_on=date(2026, 11, 10), **WELFARE).case
    desk.examined(case, occasion)
    desk.forwarded(case, occasion)
    for _ in range(2):
        desk.answered(case, occasion, K.REFUSED)
        assert _additionals(occasion) == RUNNING
        assert [each[3] for each in desk.exemptions(WIFE, occasion)] == ["rejected"]
        desk.answered(case, occasion)
        assert _additionals(occasion) == [(JOINED, date(2026, 10, 1), "免除等")]
        assert desk.exemptions(WIFE, occasion) == [
            ("statutory", date(2026, 10, 1), None, "approved")
        ]
    assert faults(_known(occasion)) == ()


@pytest.mark.usefixtures("database")
def test_it_goes_on_beside_a_birth(occasion: Occasion) -> None:
    _joined(occasion)
    case = desk.received(
        occasion, "childbirth", expected_on="2027-01-10", multiple=False, proof="handbook"
    ).case
    desk.examined(case, occasion)
    desk.forwarded(case, occasion)
    desk.answered(case, occasion)
    assert _additionals(occasion) == RUNNING
    assert faults(_known(occasion)) == ()
