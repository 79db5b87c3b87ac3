"""Assistance told of while somebody is not 第1号: found when they are, and not before."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, time
from typing import TYPE_CHECKING, Any, Final
from uuid import uuid4

import pytest

from kokunen.cases.domain import Channel, State
from kokunen.dates.tokyo import TOKYO, day_of
from kokunen.exemption import operations as exemption
from kokunen.interchange import folders, nightly
from kokunen.interchange.inbox import operations as inbox
from kokunen.interchange.inbox import queries
from kokunen.interchange.receivers import welfare_waiting as listed
from kokunen.interchange.receivers.welfare_causes import told_of
from kokunen.interchange.receivers.welfare_waiting import CauseList
from kokunen.people import operations as people
from kokunen.people.codes import Category, Exemption, Outcome, Removal, Residency, Source
from kokunen.people.domain import EnrolmentValue, ExemptionValue, Masked, RegisterValue
from kokunen.people.operations import UnableToReachSealed
from kokunen.people.periods import Period
from kokunen.postgres.roles import Role
from tests.exemption import desk
from tests.exemption.desk import MOTHER, WIFE
from tests.interchange import rooms
from tests.interchange.rooms import arrive, said
from tests.interchange.test_welfare import LAYOUT, notice, pension
from tests.people.protected import opened, protect
from tests.people.register import ALL

if TYPE_CHECKING:
    from kokunen.access.domain import Field
    from kokunen.audit.domain import Occasion
    from kokunen.interchange.inbox.values import CandidateList
    from kokunen.interchange.receivers.welfare_waiting import Waiting
    from tests.office import Database

pytestmark = pytest.mark.usefixtures("city")

APRIL: Final = date(2026, 4, 1)
AUGUST: Final = date(2026, 8, 1)
AID: Final[dict[str, Any]] = {"started_on": APRIL}
OVER: Final[dict[str, Any]] = {"kind": "end", "started_on": None}


def employed(occasion: Occasion, number: int = WIFE, **more: Any) -> None:  # noqa: ANN401 - as desk.person
    desk.person(number, occasion, category=Category.CATEGORY_2, **more)


def out_of_work(occasion: Occasion, number: int = WIFE, on: date = AUGUST) -> None:
    enrolled(occasion, Category.CATEGORY_1, on, number)


def enrolled(occasion: Occasion, category: Category, on: date, number: int = WIFE) -> None:
    people.record_fact(
        person=number,
        fact=EnrolmentValue(category=category),
        valid=Period(start=on),
        source=Source.APPLICATION,
        occasion=occasion.because(purpose="reception"),
        request_id=uuid4(),
    )


def waiting(
    occasion: Occasion, *, sees: frozenset[Field] = ALL, on: date | None = None
) -> tuple[Waiting, ...]:
    return listed.waiting(
        on=on or day_of(occasion.at), occasion=occasion.because(purpose="reception"), sees=sees
    )


def days(occasion: Occasion) -> list[tuple[int, date]]:
    return [(each.person, each.found.event_on) for each in waiting(occasion)]


def raised(one: Waiting, occasion: Occasion, **more: Any) -> int:  # noqa: ANN401 - an opening
    return listed.raise_case(
        candidate=one, occasion=occasion, request_id=uuid4(), sees=ALL, **more
    ).case


def night(on: date, occasion: Occasion, database: Database) -> CandidateList:
    """Let a night pass, started twice, and return what its morning says of the list."""
    at = datetime.combine(on, time(4), tzinfo=TOKYO)
    acting = replace(rooms.program(occasion), at=at)
    with database.django_as(Role.BATCH):
        for _ in range(2):
            nightly.run(night=on, occasion=acting)
    page = queries.morning(on=on, occasion=replace(occasion, at=at), sees=ALL)
    (found,) = (each for each in page.candidates if each.kind is CauseList.STATUTORY)
    return found


@pytest.mark.parametrize("ended", [False, True])
def test_who_loses_the_job_on_assistance_is_a_candidate_of_the_morning(
    database: Database, occasion: Occasion, *, ended: bool
) -> None:
    """法89条1項2号: category 2 in April, category 1 from August; once ended in July it is none."""
    employed(occasion)
    with database.owner() as owner:
        owner.execute("INSERT INTO access_department VALUES ('PENSION', '国民年金課', 'pension')")
    rooms.file(LAYOUT, [notice("H-1", **AID)], made_on=date(2026, 4, 9))
    assert night(date(2026, 4, 10), occasion, database).count == 0
    if ended:
        gone = notice("H-2", ended_on=date(2026, 7, 20), **OVER)
        rooms.file(LAYOUT, [gone], sequence=2, made_on=date(2026, 7, 22))
        night(date(2026, 7, 23), occasion, database)
    # The days are in the ledger: the file itself is kept for 90 days.
    for path in folders.keeping().iterdir():
        path.unlink()
    out_of_work(occasion)
    first = night(date(2026, 8, 12), occasion, database)
    second = night(date(2026, 8, 13), occasion, database)
    assert (first.count, first.new, second.count, second.new) == (
        (0, 0, 0, 0) if ended else (1, 1, 1, 0)
    )
    assert [hit.number for hit in first.named] == ([] if ended else [WIFE])


def test_a_clerk_makes_the_case_and_it_leaves_the_list(
    database: Database, occasion: Occasion
) -> None:
    employed(occasion)
    with database.django_as(Role.BATCH):
        file = arrive(LAYOUT, [notice("H-1", **AID)], occasion)
    assert said(file) == [("nothing", "not_category_1")]
    assert waiting(occasion) == ()
    out_of_work(occasion)
    assert waiting(occasion, on=date(2026, 7, 31)) == ()
    (one,) = waiting(occasion)
    assert one.why == "令和8年4月1日から生活扶助。令和8年8月1日に第1号になった"
    assert (one.article, one.filing, one.is_report) == (
        "法89条1項2号・規則75条",
        "statutory_on",
        True,
    )
    case = raised(one, occasion)
    assert waiting(occasion) == ()
    of = desk.shown(case, occasion)
    assert (of.filing.code, of.channel, of.event_on) == ("statutory_on", Channel.OFFICE, AUGUST)
    assert of.particulars == {"cause": "livelihood_assistance", "proof": "register"}
    assert f"(連携{file}-" in of.steps[0].reason
    desk.examined(case, occasion)
    assert waiting(occasion) == ()
    # Not the month before: it belongs to category 2.
    assert desk.exemptions(WIFE, occasion) == [("statutory", AUGUST, None, None)]


def test_a_case_that_is_withdrawn_brings_the_person_back(
    database: Database, occasion: Occasion
) -> None:
    employed(occasion)
    with database.django_as(Role.BATCH):
        arrive(LAYOUT, [notice("H-1", **AID)], occasion)
    out_of_work(occasion)
    case = raised(waiting(occasion)[0], occasion)
    desk.examined(case, occasion)
    exemption.withdraw(
        case=case,
        expected=desk.shown(case, occasion).last,
        reason="誤って作った",
        occasion=occasion,
        request_id=uuid4(),
        sees=ALL,
    )
    assert days(occasion) == [(WIFE, AUGUST)]
    # Nothing of the case is left that a correction would have to be set against.
    moved = notice("C-1", action="correction", corrects="H-1", started_on=date(2026, 5, 1))
    with database.django_as(Role.BATCH):
        file = arrive(LAYOUT, [moved], occasion, sequence=2)
    assert said(file) == [("nothing", "not_category_1")]
    assert days(occasion) == [(WIFE, AUGUST)]


def test_the_end_is_heard_whatever_comes_of_it(database: Database, occasion: Occasion) -> None:
    employed(occasion)
    with database.django_as(Role.BATCH):
        arrive(LAYOUT, [notice("H-1", **AID)], occasion)
        out_of_work(occasion)
        gone = notice("H-2", ended_on=date(2026, 9, 10), **OVER)
        file = arrive(LAYOUT, [gone], occasion, sequence=2)
    # There is nothing to end yet: a clerk first makes the case, then the end is tried again.
    assert said(file) == [("refused", "exemption_not_receivable")]
    (one,) = waiting(occasion)
    assert one.why == "令和8年4月1日から令和8年9月10日まで生活扶助。令和8年8月1日に第1号になった"
    desk.examined(raised(one, occasion), occasion)
    with database.django_as(Role.BATCH):
        number = rooms.lines(file)[0].number
        office = rooms.program(occasion)
        inbox.retry(file=file, number=number, occasion=office, request_id=uuid4())
        assert said(file) == [("applied", "")]
    # Category 1 for a second time, long after the end.
    enrolled(occasion, Category.CATEGORY_2, date(2026, 10, 1))
    out_of_work(occasion, on=date(2026, 11, 1))
    assert waiting(occasion) == ()


def test_what_is_cancelled_or_corrected_counts_as_it_stands(
    database: Database, occasion: Occasion
) -> None:
    employed(occasion)
    employed(occasion, MOTHER, household=99001)
    with database.django_as(Role.BATCH):
        arrive(LAYOUT, [notice("H-1", **AID), notice("H-2", **AID)], occasion)
        out_of_work(occasion)
        out_of_work(occasion, MOTHER)
        assert days(occasion) == [(WIFE, AUGUST)]
        # One of the two is taken back; the other was another person's all the time.
        gone = notice("C-1", action="cancellation", corrects="H-1")
        moved = notice("C-2", action="correction", corrects="H-2", person=MOTHER)
        file = arrive(LAYOUT, [gone, moved | {"started_on": APRIL}], occasion, sequence=2)
        assert said(file) == [("nothing", "nothing_to_cancel"), ("nothing", "not_category_1")]
        assert days(occasion) == [(MOTHER, AUGUST)]
        # And it is not livelihood aid at all.
        other = notice("C-3", action="correction", corrects="C-2", person=MOTHER, aid="medical")
        arrive(LAYOUT, [other], occasion, sequence=3)
        assert waiting(occasion) == ()
        # A correction may also found it.
        back = notice("C-4", action="correction", corrects="C-3", person=MOTHER, **AID)
        arrive(LAYOUT, [back], occasion, sequence=4)
    assert days(occasion) == [(MOTHER, AUGUST)]


@pytest.mark.parametrize("action", ["cancellation", "correction"])
def test_what_a_clerk_made_of_it_is_for_a_clerk(
    database: Database, occasion: Occasion, action: str
) -> None:
    employed(occasion)
    with database.django_as(Role.BATCH):
        arrive(LAYOUT, [notice("H-1", **AID)], occasion)
    out_of_work(occasion)
    case = raised(waiting(occasion)[0], occasion)
    with database.django_as(Role.BATCH):
        gone = notice("C-1", action=action, corrects="H-1", started_on=date(2026, 9, 1))
        file = arrive(LAYOUT, [gone], occasion, sequence=2)
    (line,) = rooms.lines(file)
    assert (line.outcome, line.code, line.case_id) == ("held", "case_under_way", case)
    assert desk.shown(case, occasion).state is State.RECEIVED


@pytest.mark.parametrize(
    ("event", "cause"),
    [
        (date(2026, 1, 5), "livelihood_assistance"),  # of another time
        (date(2026, 8, 5), "sanatorium"),  # of another cause
        (None, ""),  # of another notice
    ],
)
def test_the_case_of_another_time_cause_or_notice_is_left_alone(
    database: Database, occasion: Occasion, event: date | None, cause: str
) -> None:
    employed(occasion)
    with database.django_as(Role.BATCH):
        arrive(LAYOUT, [notice("H-1", **AID)], occasion)
    out_of_work(occasion)
    if event:
        told = {"event_on": event, "cause": cause, "proof": "admission"}
        desk.received(occasion, "statutory_on", **told)
    again = notice("H-2", kind="resumption", started_on=date(2026, 11, 2))
    with database.django_as(Role.BATCH):
        next_file = arrive(LAYOUT, [] if event else [again], occasion, sequence=2)
        assert said(next_file) == ([] if event else [("applied", "")])
        gone = notice("C-1", action="cancellation", corrects="H-1")
        file = arrive(LAYOUT, [gone], occasion, sequence=3)
    assert said(file) == [("nothing", "nothing_to_cancel")]
    assert desk.shown(1, occasion).state is State.RECEIVED


def test_a_correction_counts_once_it_is_known_what_it_corrects(
    database: Database, occasion: Occasion
) -> None:
    employed(occasion)
    wrong = notice("H-2", ended_on=date(2026, 7, 10), **OVER)
    right = wrong | {"notice": "C-1", "action": "correction", "corrects": "H-9"}
    with database.django_as(Role.BATCH):
        file = arrive(LAYOUT, [notice("H-1", **AID), right], occasion)
        assert said(file)[1] == ("held", "correction_first")
        assert [each.begins for each in told_of()[WIFE]] == [True]
        # It comes at last, and the end was another day.
        late = wrong | {"notice": "H-9", "ended_on": date(2026, 8, 20)}
        arrive(LAYOUT, [late], occasion, sequence=2)
        assert [each.on for each in told_of()[WIFE]] == [APRIL, date(2026, 8, 20)]
        inbox.retry_held(occasion=rooms.program(occasion))
    assert [each.on for each in told_of()[WIFE]] == [APRIL, date(2026, 7, 10)]
    out_of_work(occasion)
    assert days(occasion) == []


def test_what_the_register_says_now_decides(database: Database, occasion: Occasion) -> None:
    employed(occasion)
    with database.django_as(Role.BATCH):
        arrive(LAYOUT, [notice("H-1", **AID)], occasion)
    out_of_work(occasion)
    # Another exemption is none by law.
    birth = desk.received(occasion, "childbirth", expected_on=None, born_on="2026-10-20")
    desk.examined(birth.case, occasion)
    (childbirth,) = desk.exemptions(WIFE, occasion)
    assert childbirth == ("childbirth", date(2026, 9, 1), date(2027, 1, 1), None)
    (one,) = waiting(occasion)
    # There was no loss of work after all.
    enrolled(occasion, Category.CATEGORY_2, AUGUST)
    assert waiting(occasion) == ()
    # And now there is; the agency refuses what was filed, which is no exemption for the next time.
    out_of_work(occasion)
    case = raised(one, occasion)
    desk.examined(case, occasion)
    desk.forwarded(case, occasion)
    desk.answered(case, occasion, desk.K.REFUSED)
    assert waiting(occasion) == ()
    enrolled(occasion, Category.CATEGORY_2, date(2026, 11, 1))
    enrolled(occasion, Category.CATEGORY_1, date(2026, 11, 25))
    assert waiting(occasion, on=date(2026, 11, 26))[0].found.event_on == date(2026, 11, 25)


@pytest.mark.parametrize("outcome", [None, Outcome.APPROVED])
def test_whoever_is_exempt_by_law_already_is_not_listed(
    database: Database, occasion: Occasion, outcome: Outcome | None
) -> None:
    employed(occasion)
    with database.django_as(Role.BATCH):
        arrive(LAYOUT, [notice("H-1", **AID)], occasion)
    out_of_work(occasion)
    people.record_fact(
        person=WIFE,
        fact=ExemptionValue(kind=Exemption.STATUTORY, outcome=outcome),
        valid=Period(start=AUGUST),
        source=Source.AGENCY,
        occasion=occasion.because(purpose="reception"),
        request_id=uuid4(),
    )
    assert waiting(occasion) == ()


@pytest.mark.parametrize(
    ("residency", "removal"),
    [(Residency.NON_RESIDENT, None), (Residency.JAPANESE, Removal.MOVED_OUT)],
)
def test_whoever_has_left_the_city_is_of_another_one(
    database: Database, occasion: Occasion, residency: Residency, removal: Removal | None
) -> None:
    employed(occasion)
    with database.django_as(Role.BATCH):
        arrive("disability_benefits", [pension("D-1", started_on=APRIL)], occasion)
    out_of_work(occasion)
    assert days(occasion) == [(WIFE, AUGUST)]
    people.record_fact(
        person=WIFE,
        fact=RegisterValue(
            residency=residency,
            removal=removal,
            removed_on=date(2026, 10, 1) if removal else None,
        ),
        valid=Period(start=date(2026, 10, 1)),
        source=Source.RESIDENT_REGISTER,
        occasion=occasion.because(purpose="reception"),
        request_id=uuid4(),
    )
    assert waiting(occasion) == ()


def test_what_somebody_filed_before_is_enough_while_it_is_open(
    database: Database, occasion: Occasion
) -> None:
    employed(occasion)
    with database.django_as(Role.BATCH):
        arrive(LAYOUT, [notice("H-1", **AID)], occasion)
    own = desk.received(
        occasion,
        "statutory_on",
        received_on=date(2026, 7, 30),
        event_on=APRIL,
        cause="livelihood_assistance",
        proof="assistance",
    )
    out_of_work(occasion)
    assert desk.shown(own.case, occasion).state is State.RECEIVED
    assert waiting(occasion) == ()


def test_a_notice_whose_own_case_was_withdrawn_does_not_come_back_at_once(
    database: Database, occasion: Occasion
) -> None:
    desk.person(WIFE, occasion)
    with database.django_as(Role.BATCH):
        file = arrive(LAYOUT, [notice("H-1", **AID)], occasion)
    (line,) = rooms.lines(file)
    assert line.case_id is not None
    exemption.withdraw(
        case=int(line.case_id),
        expected=desk.shown(int(line.case_id), occasion).last,
        reason="本人は第2号になった",
        occasion=occasion,
        request_id=uuid4(),
        sees=ALL,
    )
    assert waiting(occasion) == ()
    # It was right: the next time they are in category 1 the same assistance counts.
    enrolled(occasion, Category.CATEGORY_2, APRIL)
    out_of_work(occasion)
    assert days(occasion) == [(WIFE, AUGUST)]


def test_a_disability_pension_waits_for_its_certificate(
    database: Database, occasion: Occasion
) -> None:
    """法89条1項1号; not insured at all before 20."""
    desk.person(WIFE, occasion, category=Category.CATEGORY_3)
    with database.django_as(Role.BATCH):
        arrive("disability_benefits", [pension("D-1", started_on=APRIL)], occasion)
    out_of_work(occasion)
    (one,) = waiting(occasion)
    assert one.why == "令和8年4月1日から1級・2級の障害年金。令和8年8月1日に第1号になった"
    assert one.article == "法89条1項1号・規則75条"
    assert "proof_lacks" in desk.shown(raised(one, occasion), occasion).lacks


def test_who_is_foreign_is_asked_to_apply(database: Database, occasion: Occasion) -> None:
    """法90条1項2号: the like of assistance exempts by application alone."""
    employed(occasion, residency=Residency.FOREIGN)
    with database.django_as(Role.BATCH):
        arrive(LAYOUT, [notice("H-1", **AID)], occasion)
    out_of_work(occasion)
    (one,) = waiting(occasion)
    assert (one.filing, one.is_report, one.article) == ("exemption", False, "法90条1項2号")
    desk.received(occasion)
    assert waiting(occasion) == ()


def test_of_a_protected_person_the_name_is_shown_and_the_case_needs_an_opening(
    database: Database, occasion: Occasion
) -> None:
    employed(occasion)
    protect(WIFE, occasion)
    with database.django_as(Role.BATCH):
        file = arrive(LAYOUT, [notice("H-1", **AID)], occasion)
    assert said(file) == [("nothing", "not_category_1")]
    out_of_work(occasion)
    (one,) = waiting(occasion)
    assert one.hit.name == f"架空　{WIFE}"
    assert isinstance(one.hit.address, Masked)
    with pytest.raises(UnableToReachSealed):
        raised(one, occasion)
    assert raised(one, occasion, opening=opened(WIFE, occasion))


def test_whoever_is_listed_stands_in_the_record(database: Database, occasion: Occasion) -> None:
    employed(occasion)
    employed(occasion, MOTHER, household=99001)
    with database.django_as(Role.BATCH):
        both = [notice("H-1", **AID), notice("H-2", person=MOTHER, **AID)]
        arrive(LAYOUT, both, occasion)
    out_of_work(occasion)
    waiting(occasion)
    with database.owner() as db:
        found = db.execute(
            "SELECT person FROM audit_entry WHERE operation = 'interchange.unreported'"
        ).fetchall()
    assert found == [(WIFE,)]
