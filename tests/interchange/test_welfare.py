"""Notices of 生活扶助 and of disability pensions raise cases of 法定免除, each of them once."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any, Final
from uuid import uuid4

import pytest

from kokunen.cases.catalogue.kinds import Filer
from kokunen.cases.domain import Channel, State
from kokunen.exemption import operations as exemption
from kokunen.interchange.inbox import operations as inbox
from kokunen.people.codes import Category, Residency
from kokunen.postgres.roles import Role
from tests.exemption import desk
from tests.exemption.desk import WIFE
from tests.interchange import rooms
from tests.interchange.rooms import arrive, said
from tests.people.protected import opened, protect
from tests.people.register import ALL

if TYPE_CHECKING:
    from kokunen.audit.domain import Occasion
    from tests.office import Database

LAYOUT = "welfare_status"
STARTED = date(2026, 11, 2)


pytestmark = pytest.mark.usefixtures("city")


def notice(number: str, **more: Any) -> dict[str, Any]:  # noqa: ANN401 - any field
    return {
        "notice": number,
        "action": "new",
        "person": WIFE,
        "kind": "start",
        "aid": "livelihood",
        "started_on": STARTED,
    } | more


def pension(number: str, **more: Any) -> dict[str, Any]:  # noqa: ANN401 - any field
    return {
        "notice": number,
        "action": "new",
        "person": WIFE,
        "kind": "start",
        "benefit": "basic",
        "grade": "2",
        "started_on": STARTED,
    } | more


def raised(file: int) -> int:
    """Return the case of the one record of a file that was applied."""
    (line,) = rooms.lines(file)
    assert (line.outcome, line.person_id) == ("applied", WIFE)
    assert line.case_id is not None
    return int(line.case_id)


def test_the_start_of_livelihood_aid_raises_a_case_that_takes_effect_when_examined(
    database: Database, occasion: Occasion
) -> None:
    desk.person(WIFE, occasion)
    with database.django_as(Role.BATCH):
        case = raised(arrive(LAYOUT, [notice("H-1")], occasion))
    of = desk.shown(case, occasion)
    assert (of.filing.code, of.channel, of.filer) == ("statutory_on", Channel.OFFICE, Filer.OFFICE)
    assert (of.event_on, of.recorded_by) == (STARTED, 0)
    assert of.particulars == {"cause": "livelihood_assistance", "proof": "register"}
    assert "生活保護の開始・廃止の通知" in of.steps[0].reason
    assert desk.exemptions(WIFE, occasion) == []
    desk.examined(case, occasion)
    assert desk.exemptions(WIFE, occasion) == [("statutory", date(2026, 10, 1), None, None)]


def test_a_notice_has_its_effect_once(database: Database, occasion: Occasion) -> None:
    desk.person(WIFE, occasion)
    with database.django_as(Role.BATCH):
        case = raised(arrive(LAYOUT, [notice("H-1")], occasion))
        again = arrive(LAYOUT, [notice("H-1", aid="livelihood")], occasion, sequence=2)
        assert said(again) == [("repeated", "repeated")]
        # Under another number, about the same day: it leads to the case that is here.
        other = arrive(LAYOUT, [notice("H-2")], occasion, sequence=3)
        (line,) = rooms.lines(other)
        assert (line.outcome, line.code, line.case_id) == ("applied", "received_already", case)
        # About another day a clerk decides.
        third = arrive(LAYOUT, [notice("H-3", started_on=date(2026, 11, 9))], occasion, sequence=4)
        (line,) = rooms.lines(third)
        assert (line.outcome, line.code, line.case_id) == ("held", "duplicate", case)
    desk.examined(case, occasion)
    with database.django_as(Role.BATCH):
        last = arrive(LAYOUT, [notice("H-4")], occasion, sequence=5)
        assert said(last) == [("nothing", "already_statutory")]


@pytest.mark.parametrize("aid", ["housing", "medical", "funeral"])
def test_other_aid_founds_nothing(database: Database, occasion: Occasion, aid: str) -> None:
    desk.person(WIFE, occasion)
    with database.django_as(Role.BATCH):
        file = arrive(LAYOUT, [notice("H-1", aid=aid)], occasion)
    assert said(file) == [("nothing", "not_livelihood")]


def test_only_category_1_is_exempt(database: Database, occasion: Occasion) -> None:
    desk.person(WIFE, occasion, category=Category.CATEGORY_3)
    with database.django_as(Role.BATCH):
        file = arrive(LAYOUT, [notice("H-1")], occasion)
    assert said(file) == [("nothing", "not_category_1")]


def test_who_is_not_registered_waits_and_who_is_foreign_applies(
    database: Database, occasion: Occasion
) -> None:
    desk.person(WIFE, occasion, residency=Residency.FOREIGN)
    with database.django_as(Role.BATCH):
        file = arrive(LAYOUT, [notice("H-1"), notice("H-2", person=777)], occasion)
        assert said(file) == [("refused", "exemption_not_receivable"), ("held", "no_person")]
        foreign, unknown = rooms.lines(file)
    assert foreign.person_id == WIFE
    assert "免除・納付猶予申請書" in foreign.fix
    assert unknown.person_id is None
    # Once the resident register has brought the person, the notice has its effect.
    desk.person(777, occasion, household=777)
    with database.django_as(Role.BATCH):
        office = rooms.program(occasion)
        inbox.retry(file=file, number=unknown.number, occasion=office, request_id=uuid4())
    assert said(file)[1] == ("applied", "")


def test_the_end_waits_for_the_examination_of_the_start(
    database: Database, occasion: Occasion
) -> None:
    desk.person(WIFE, occasion)
    end = notice("H-2", kind="end", started_on=None, ended_on=date(2026, 11, 20))
    with database.django_as(Role.BATCH):
        start = arrive(LAYOUT, [notice("H-1"), end], occasion)
        assert said(start) == [("applied", ""), ("held", "case_open")]
        first, second = rooms.lines(start)
    assert first.case_id is not None
    desk.examined(int(first.case_id), occasion)
    with database.django_as(Role.BATCH):
        office = rooms.program(occasion)
        inbox.retry(file=start, number=second.number, occasion=office, request_id=uuid4())
        assert said(start)[1] == ("applied", "")
        off = rooms.lines(start)[1].case_id
        assert off is not None
    of = desk.shown(int(off), occasion)
    assert (of.filing.code, of.event_on) == ("statutory_off", date(2026, 11, 20))
    desk.examined(int(off), occasion)
    assert desk.exemptions(WIFE, occasion) == [
        ("statutory", date(2026, 10, 1), date(2026, 12, 1), None)
    ]


def test_a_resumption_waits_for_the_end_before_it(database: Database, occasion: Occasion) -> None:
    desk.person(WIFE, occasion)
    with database.django_as(Role.BATCH):
        case = raised(arrive(LAYOUT, [notice("H-1", started_on=date(2026, 9, 1))], occasion))
    desk.examined(case, occasion)
    pause = notice("H-2", kind="suspension", started_on=None, ended_on=date(2026, 10, 5))
    again = notice("H-3", kind="resumption", started_on=date(2026, 11, 20))
    with database.django_as(Role.BATCH):
        file = arrive(LAYOUT, [pause, again], occasion, sequence=2)
    assert said(file) == [("applied", ""), ("held", "case_open")]


def test_an_end_without_a_start_is_not_lost(database: Database, occasion: Occasion) -> None:
    desk.person(WIFE, occasion)
    end = notice("H-2", kind="end", started_on=None, ended_on=date(2026, 11, 20))
    with database.django_as(Role.BATCH):
        file = arrive(LAYOUT, [end, notice("H-3", kind="end", started_on=STARTED)], occasion)
    assert said(file) == [("refused", "exemption_not_receivable"), ("refused", "notice_incomplete")]
    assert rooms.lines(file)[1].fields == ["ended_on"]


def test_a_cancellation_withdraws_the_case_while_nobody_worked_on_it(
    database: Database, occasion: Occasion
) -> None:
    desk.person(WIFE, occasion)
    gone = notice("H-2", action="cancellation", corrects="H-1")
    with database.django_as(Role.BATCH):
        # It may come before what it cancels.
        early = arrive(LAYOUT, [gone], occasion)
        assert said(early) == [("held", "correction_first")]
        case = raised(arrive(LAYOUT, [notice("H-1")], occasion, sequence=2))
        office = rooms.program(occasion)
        number = rooms.lines(early)[0].number
        inbox.retry(file=early, number=number, occasion=office, request_id=uuid4())
        assert said(early) == [("applied", "")]
        twice = arrive(
            LAYOUT, [notice("H-3", action="cancellation", corrects="H-1")], occasion, sequence=3
        )
        assert said(twice) == [("nothing", "nothing_to_cancel")]
    assert desk.shown(case, occasion).state is State.WITHDRAWN


def test_a_correction_moves_the_day_and_may_take_the_case_to_another_person(
    database: Database, occasion: Occasion
) -> None:
    desk.person(WIFE, occasion)
    desk.person(desk.MOTHER, occasion, household=99001)
    moved = notice("H-2", action="correction", corrects="H-1", started_on=date(2026, 10, 2))
    other = notice("H-3", action="correction", corrects="H-1", person=desk.MOTHER)
    with database.django_as(Role.BATCH):
        case = raised(arrive(LAYOUT, [notice("H-1")], occasion))
        assert raised(arrive(LAYOUT, [moved], occasion, sequence=2)) == case
        assert desk.shown(case, occasion).event_on == date(2026, 10, 2)
        file = arrive(LAYOUT, [other], occasion, sequence=3)
        (line,) = rooms.lines(file)
    assert (line.outcome, line.person_id) == ("applied", desk.MOTHER)
    assert desk.shown(case, occasion).state is State.WITHDRAWN
    assert line.case_id not in (None, case)


def test_what_a_clerk_has_examined_or_a_person_filed_is_not_undone_by_a_notice(
    database: Database, occasion: Occasion
) -> None:
    desk.person(WIFE, occasion)
    desk.person(desk.MOTHER, occasion, household=99001)
    own = desk.received(
        occasion,
        "statutory_on",
        person=desk.MOTHER,
        event_on=STARTED,
        cause="livelihood_assistance",
        proof="assistance",
    ).case
    with database.django_as(Role.BATCH):
        case = raised(arrive(LAYOUT, [notice("H-1")], occasion))
        arrive(LAYOUT, [notice("H-2", person=desk.MOTHER)], occasion, sequence=2)
    desk.examined(case, occasion)
    with database.django_as(Role.BATCH):
        file = arrive(
            LAYOUT,
            [
                notice("H-3", action="cancellation", corrects="H-1"),
                notice("H-4", action="cancellation", corrects="H-2", person=desk.MOTHER),
            ],
            occasion,
            sequence=3,
        )
        assert said(file) == [("held", "case_under_way"), ("held", "case_under_way")]
        assert [line.case_id for line in rooms.lines(file)] == [case, own]
    assert desk.shown(own, occasion).state is State.RECEIVED


def test_a_case_that_two_notices_founded_does_not_go_with_one_of_them(
    database: Database, occasion: Occasion
) -> None:
    desk.person(WIFE, occasion)
    with database.django_as(Role.BATCH):
        case = raised(arrive(LAYOUT, [notice("H-1")], occasion))
        # The same start under another number, which is then taken back as sent twice.
        arrive(LAYOUT, [notice("H-2")], occasion, sequence=2)
        gone = [notice(f"C-{of}", action="cancellation", corrects=of) for of in ("H-2", "H-1")]
        file = arrive(LAYOUT, gone, occasion, sequence=3)
    assert said(file) == [("held", "case_under_way"), ("held", "case_under_way")]
    assert desk.shown(case, occasion).state is State.RECEIVED


def test_a_cancellation_finds_what_the_corrections_made_of_the_notice(
    database: Database, occasion: Occasion
) -> None:
    desk.person(WIFE, occasion)
    desk.person(desk.MOTHER, occasion, household=99001)
    with database.django_as(Role.BATCH):
        arrive(LAYOUT, [notice("H-1", aid="medical"), notice("H-9")], occasion)
        moved = notice("H-2", action="correction", corrects="H-1", person=desk.MOTHER)
        again = notice(
            "H-3",
            action="correction",
            corrects="H-2",
            person=desk.MOTHER,
            started_on=date(2026, 10, 2),
        )
        file = arrive(LAYOUT, [moved, again], occasion, sequence=2)
        assert said(file) == [("applied", ""), ("held", "correction_first")]
        inbox.retry_held(occasion=rooms.program(occasion))
        assert said(file)[1] == ("applied", "")
        first, second = rooms.lines(file)
        assert first.case_id == second.case_id
        gone = notice("H-4", action="cancellation", corrects="H-1", person=desk.MOTHER)
        last = arrive(LAYOUT, [gone], occasion, sequence=3)
        assert said(last) == [("applied", "")]
    assert first.case_id is not None
    assert desk.shown(int(first.case_id), occasion).state is State.WITHDRAWN


def test_a_correction_of_what_a_clerk_has_withdrawn_is_for_a_clerk(
    database: Database, occasion: Occasion
) -> None:
    desk.person(WIFE, occasion)
    with database.django_as(Role.BATCH):
        case = raised(arrive(LAYOUT, [notice("H-1")], occasion))
    exemption.withdraw(
        case=case,
        expected=desk.shown(case, occasion).last,
        reason="本人は第2号になった",
        occasion=occasion,
        request_id=uuid4(),
        sees=ALL,
    )
    with database.django_as(Role.BATCH):
        file = arrive(
            LAYOUT,
            [
                notice("H-2", action="correction", corrects="H-1"),
                notice("H-3", action="cancellation", corrects="H-1"),
            ],
            occasion,
            sequence=2,
        )
        # Both are of one file: the second waits until the first has its line.
        assert said(file) == [("held", "case_under_way"), ("held", "correction_first")]
        inbox.retry_held(occasion=rooms.program(occasion))
    assert said(file) == [("held", "case_under_way"), ("nothing", "nothing_to_cancel")]


def test_another_cause_of_the_same_day_is_not_the_same_notice(
    database: Database, occasion: Occasion
) -> None:
    desk.person(WIFE, occasion)
    with database.django_as(Role.BATCH):
        case = raised(arrive(LAYOUT, [notice("H-1")], occasion))
        file = arrive("disability_benefits", [pension("D-1")], occasion)
        assert said(file) == [("held", "duplicate")]
    desk.examined(case, occasion)
    with database.django_as(Role.BATCH):
        inbox.retry_held(occasion=rooms.program(occasion))
        assert said(file) == [("nothing", "second_cause")]


OVER: Final[dict[str, Any]] = {"kind": "end", "started_on": None}


def exempt_by_disability(database: Database, occasion: Occasion) -> None:
    """Let an exemption by law stand that a disability pension began."""
    desk.person(WIFE, occasion)
    with database.django_as(Role.BATCH):
        case = raised(arrive("disability_benefits", [pension("D-1")], occasion))
    desk.examined(case, occasion)


def test_an_exemption_does_not_end_with_another_cause_than_its_own(
    database: Database, occasion: Occasion
) -> None:
    """法89条1項: any one of the causes is enough."""
    exempt_by_disability(database, occasion)
    with database.django_as(Role.BATCH):
        aid = [notice("H-1"), notice("H-2", ended_on=date(2026, 11, 16), **OVER)]
        file = arrive(LAYOUT, aid, occasion)
        assert said(file) == [("nothing", "second_cause"), ("nothing", "other_cause")]
        assert "障害" in rooms.lines(file)[1].says
        # The other cause again, and now the first one ends.
        arrive(LAYOUT, [notice("H-3", started_on=date(2026, 11, 18))], occasion, sequence=2)
        lost = pension("D-2", ended_on=date(2026, 11, 20), ended_cause="disability", **OVER)
        end = arrive("disability_benefits", [lost], occasion, sequence=2)
        assert said(end) == [("held", "cause_remains")]
        # Both are over.
        last = notice("H-4", ended_on=date(2026, 11, 21), **OVER)
        arrive(LAYOUT, [last], occasion, sequence=3)
        inbox.retry(
            file=end,
            number=rooms.lines(end)[0].number,
            occasion=rooms.program(occasion),
            request_id=uuid4(),
        )
        assert said(end) == [("applied", "")]


def test_an_exemption_ends_with_the_last_of_its_causes(
    database: Database, occasion: Occasion
) -> None:
    exempt_by_disability(database, occasion)
    with database.django_as(Role.BATCH):
        arrive(LAYOUT, [notice("H-1")], occasion)
        lost = pension("D-2", ended_on=date(2026, 11, 16), ended_cause="disability", **OVER)
        held = arrive("disability_benefits", [lost], occasion, sequence=2)
        assert said(held) == [("held", "cause_remains")]
        inbox.set_aside(
            file=held,
            number=rooms.lines(held)[0].number,
            reason="生活保護が続いている",
            occasion=rooms.program(occasion),
            request_id=uuid4(),
        )
        last = [notice("H-2", ended_on=date(2026, 11, 20), **OVER)]
        off = raised(arrive(LAYOUT, last, occasion, sequence=2))
    assert desk.shown(off, occasion).filing.code == "statutory_off"


def test_a_protected_person_waits_for_a_clerk_with_an_opening(
    database: Database, occasion: Occasion
) -> None:
    desk.person(WIFE, occasion)
    protect(WIFE, occasion)
    with database.django_as(Role.BATCH):
        file = arrive(LAYOUT, [notice("H-1")], occasion)
        (line,) = rooms.lines(file)
        assert (line.outcome, line.code, line.person_id) == ("held", "sealed", WIFE)
    effect = inbox.retry(
        file=file,
        number=line.number,
        occasion=occasion,
        request_id=uuid4(),
        opening=opened(WIFE, occasion),
    )
    assert (effect.outcome.value, effect.person) == ("applied", WIFE)


@pytest.mark.parametrize(
    ("more", "expected"),
    [
        ({}, ("applied", "")),
        ({"benefit": "employees", "grade": "1"}, ("applied", "")),
        ({"kind": "grade", "grade": "2"}, ("applied", "")),
        ({"grade": "3"}, ("nothing", "grade_not_enough")),
        ({"grade": "allowance"}, ("nothing", "grade_not_enough")),
        ({"kind": "grade", "grade": "3"}, ("nothing", "grade_keeps")),
        ({"benefit": "special_benefit"}, ("nothing", "not_founding_benefit")),
        ({"grade": None}, ("refused", "notice_incomplete")),
    ],
)
def test_a_disability_pension_of_grade_1_or_2_founds_an_exemption(
    database: Database,
    occasion: Occasion,
    more: dict[str, Any],
    expected: tuple[str, str],
) -> None:
    desk.person(WIFE, occasion)
    with database.django_as(Role.BATCH):
        file = arrive("disability_benefits", [pension("D-1", **more)], occasion)
    assert said(file) == [expected]
    if expected[0] == "applied":
        of = desk.shown(raised(file), occasion)
        assert of.particulars == {"cause": "disability_grade_1_2"}
        assert "proof_lacks" in of.lacks  # the certificate is still to be seen


def test_the_end_of_a_disability_pension(database: Database, occasion: Occasion) -> None:
    desk.person(WIFE, occasion)
    with database.django_as(Role.BATCH):
        case = raised(arrive("disability_benefits", [pension("D-1")], occasion))
    desk.examined(case, occasion)
    end = pension(
        "D-2",
        kind="end",
        grade=None,
        started_on=None,
        ended_on=date(2026, 11, 20),
        ended_cause="disability",
    )
    with database.django_as(Role.BATCH):
        off = raised(arrive("disability_benefits", [end], occasion, sequence=2))
    of = desk.shown(off, occasion)
    assert of.particulars == {"cause": "disability_grade_1_2", "ended_cause": "disability"}
