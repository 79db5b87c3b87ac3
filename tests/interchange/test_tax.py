"""Municipal tax: only what an open case asks for goes out, and nothing else comes in."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING, Any
from uuid import uuid4

import pytest

from kokunen.exemption import operations as exemption
from kokunen.interchange import asking, models
from kokunen.interchange.domain import UnableToHandleFile
from kokunen.interchange.inbox import operations as inbox
from kokunen.people.codes import Source, Spouse
from kokunen.people.domain import IncomeValue
from kokunen.people.queries import facts
from kokunen.postgres.roles import Role
from tests.exemption import desk
from tests.exemption.desk import HUSBAND, WIFE
from tests.interchange import rooms
from tests.interchange.rooms import TODAY, arrive, said
from tests.people.protected import protect
from tests.people.register import ALL

if TYPE_CHECKING:
    from kokunen.audit.domain import Occasion
    from kokunen.interchange.domain import Draft
    from kokunen.people.domain import Recorded
    from tests.office import Database

TOTAL = 7_654_321


pytestmark = pytest.mark.usefixtures("city")


def applied(occasion: Occasion, **more: Any) -> int:  # noqa: ANN401 - any part of an application
    """Register a couple and receive the wife's application; return the case."""
    desk.couple(occasion)
    return desk.received(occasion, **more).case


def asked(occasion: Occasion, on: date = TODAY) -> list[Draft]:
    """Ask the tax office, for real: the files are made and given away."""
    office = rooms.program(occasion, "other_office")
    drafts = []
    for draft in asking.tax_requests(on=on, occasion=office):
        drafts.append(draft)
        rooms.give(draft, office)
    return drafts


def who(drafts: list[Draft]) -> list[tuple[int, int, str]]:
    """Return person, year and role of what is asked."""
    return [
        (record.values["person"], record.values["fiscal_year"], record.values["role"])
        for draft in drafts
        for record in draft.records
    ]


def answer(case: int, person: int = WIFE, **more: Any) -> dict[str, Any]:  # noqa: ANN401 - fields
    return {
        "case": case,
        "person": person,
        "fiscal_year": 2026,
        "levy_year": 2026,
        "declared": True,
        "total": TOTAL,
    } | more


def income(case: int, occasion: Occasion, person: int = WIFE) -> list[Recorded[Any]]:
    found = facts(
        person=person,
        kinds={"income"},
        operation="test.look",
        occasion=occasion.because(purpose="exemption", case=case),
        sees=ALL,
    )
    return list(found.get("income", ()))


def test_only_whom_an_open_case_tests_is_asked_for_and_once(
    database: Database, occasion: Occasion
) -> None:
    case = applied(occasion)
    desk.person(desk.MOTHER, occasion, household=99001)
    with database.django_as(Role.BATCH):
        assert who(asked(occasion)) == [(WIFE, 2026, "insured"), (HUSBAND, 2026, "spouse")]
        assert asked(occasion) == []
        (file,) = models.File.objects.filter(layout="tax_request")
        assert models.Sent.objects.filter(file=file, case=case).count() == 2


def test_known_incomes_are_not_asked_for(database: Database, occasion: Occasion) -> None:
    applied(occasion)
    desk.declare(database, occasion, HUSBAND, total=1_000_000)
    with database.django_as(Role.BATCH):
        (draft,) = asking.tax_requests(on=TODAY, occasion=rooms.program(occasion))
        assert who([draft]) == [(WIFE, 2026, "insured")]


def test_an_application_that_was_forwarded_needs_no_income(
    database: Database, occasion: Occasion
) -> None:
    case = applied(occasion)
    # Whatever the husband has: nothing is granted.
    desk.declare(database, occasion, WIFE, total=50_000_000)
    desk.examined(case, occasion)
    with database.django_as(Role.BATCH):
        drafts = list(asking.tax_requests(on=TODAY, occasion=rooms.program(occasion)))
        assert who(drafts) == [(HUSBAND, 2026, "spouse")]
    desk.forwarded(case, occasion)
    with database.django_as(Role.BATCH):
        assert list(asking.tax_requests(on=TODAY, occasion=rooms.program(occasion))) == []


def test_a_request_that_was_withdrawn_is_made_again_and_its_answer_not_taken_in(
    database: Database, occasion: Occasion
) -> None:
    case = applied(occasion)
    with database.django_as(Role.BATCH):
        asked(occasion)
        models.Sent.objects.update(withdrawn_at=occasion.at)
        assert said(arrive("tax_answer", [answer(case)], occasion)) == [("refused", "not_asked")]
        assert len(who(asked(occasion))) == 2
        again = arrive("tax_answer", [answer(case)], occasion, sequence=2)
        assert said(again) == [("applied", "")]


def test_a_spouse_who_is_violent_is_not_asked_about(database: Database, occasion: Occasion) -> None:
    applied(occasion, violence="claimed")
    with database.django_as(Role.BATCH):
        assert who(asked(occasion)) == [(WIFE, 2026, "insured")]


def test_whoever_is_tested_in_another_cycle_alone_is_not_asked_for_this_one(
    database: Database, occasion: Occasion
) -> None:
    desk.couple(occasion)
    # In the cycle before she lived alone.
    desk.moved(occasion, WIFE, on=date(2025, 1, 1), household=90009, head=True)
    desk.moved(occasion, WIFE, on=date(2026, 8, 1), household=desk.HOME, head=False)
    desk.received(occasion, cycles=["2025", "2026"])
    with database.django_as(Role.BATCH):
        found = who(asked(occasion))
    assert (WIFE, 2025, "insured") in found
    assert (HUSBAND, 2026, "head") in found
    assert (HUSBAND, 2025, "head") not in found


def test_of_a_student_only_the_own_income_is_asked_for(
    database: Database, occasion: Occasion
) -> None:
    desk.couple(occasion)
    desk.received(occasion, "student")
    with database.django_as(Role.BATCH):
        assert who(asked(occasion)) == [(WIFE, 2026, "insured")]


@pytest.mark.usefixtures("database")
def test_the_screen_cannot_ask(occasion: Occasion) -> None:
    applied(occasion)
    with pytest.raises(UnableToHandleFile):
        next(asking.tax_requests(on=TODAY, occasion=occasion))


def test_an_answer_is_taken_in_with_every_field_and_what_is_blank_stays_unknown(
    database: Database, occasion: Occasion
) -> None:
    case = applied(occasion)
    with database.django_as(Role.BATCH):
        asked(occasion)
        file = arrive(
            "tax_answer",
            [answer(case, spouse="ordinary", young=2, working_student="no", social_insurance=0)],
            occasion,
        )
        assert said(file) == [("applied", "")]
        (line,) = rooms.lines(file)
        assert (line.person_id, line.case_id, line.rows[0][0]) == (WIFE, case, "income")
    (row,) = income(case, occasion)
    assert row.source is Source.TAX
    assert row.value == IncomeValue(
        fiscal_year=2026,
        levy_year=2026,
        total=TOTAL,
        spouse=Spouse.ORDINARY,
        young=2,
        working_student=row.value.working_student,
        social_insurance=0,
    )
    assert row.value.working_student == "no"
    assert row.value.general is None


def test_what_nobody_asked_for_is_nowhere(database: Database, occasion: Occasion) -> None:
    case = applied(occasion)
    desk.person(desk.MOTHER, occasion, household=99001)
    with database.django_as(Role.BATCH):
        asked(occasion)
        file = arrive(
            "tax_answer",
            [
                answer(case, desk.MOTHER, total=8_887_771),
                answer(case, WIFE, fiscal_year=2025, total=8_887_772),
                answer(case, HUSBAND, total=8_887_773),
            ],
            occasion,
        )
    assert said(file) == [("refused", "not_asked"), ("refused", "not_asked"), ("applied", "")]
    with database.django_as(Role.OWNER):
        assert rooms.anywhere("8887771", "8887772") == []
        # The look finds what is there: of the one who was asked about, in the register alone.
        assert rooms.anywhere("8887773") == ["people_income"]


def test_a_request_that_was_not_released_was_not_asked(
    database: Database, occasion: Occasion
) -> None:
    case = applied(occasion)
    with database.django_as(Role.BATCH):
        office = rooms.program(occasion, "other_office")
        for draft in asking.tax_requests(on=TODAY, occasion=office):
            rooms.give(draft, office, released=False)
        assert said(arrive("tax_answer", [answer(case)], occasion)) == [("refused", "not_asked")]


def test_an_answer_after_the_end_of_the_case_or_for_whom_it_no_longer_tests_is_refused(
    database: Database, occasion: Occasion
) -> None:
    case = applied(occasion)
    with database.django_as(Role.BATCH):
        asked(occasion)
    exemption.correct_tested(
        case=case,
        people=[(WIFE, "insured")],
        reason="住民票の後に離婚",
        occasion=occasion,
        request_id=uuid4(),
    )
    with database.django_as(Role.BATCH):
        file = arrive("tax_answer", [answer(case, HUSBAND, total=8_887_771)], occasion)
    assert said(file) == [("refused", "not_asked")]
    exemption.withdraw(
        case=case,
        expected=desk.shown(case, occasion).last,
        reason="取下げ",
        occasion=occasion,
        request_id=uuid4(),
        sees=ALL,
    )
    with database.django_as(Role.BATCH):
        file = arrive("tax_answer", [answer(case, total=8_887_772)], occasion, sequence=2)
    assert said(file) == [("refused", "not_asked")]
    with database.django_as(Role.OWNER):
        assert rooms.anywhere("8887771", "8887772") == []


def test_undeclared_is_unknown_and_not_zero(database: Database, occasion: Occasion) -> None:
    case = applied(occasion)
    with database.django_as(Role.BATCH):
        asked(occasion)
        file = arrive(
            "tax_answer",
            [
                answer(case, declared=False, total=None),
                answer(case, HUSBAND, declared=False),
                answer(case, HUSBAND, total=None),
            ],
            occasion,
        )
    assert said(file) == [
        ("applied", ""),
        ("refused", "undeclared_with_amounts"),
        ("refused", "total_missing"),
    ]
    (row,) = income(case, occasion)
    assert row.value == IncomeValue(fiscal_year=2026, levy_year=2026)


def test_a_correction_supersedes_and_says_which_assessment_it_may_change(
    database: Database, occasion: Occasion
) -> None:
    case = applied(occasion)
    with database.django_as(Role.BATCH):
        asked(occasion)
        arrive("tax_answer", [answer(case), answer(case, HUSBAND, total=0)], occasion)
        same = arrive("tax_answer", [answer(case)], occasion, sequence=2)
        assert said(same) == [("nothing", "same")]
        first = arrive("tax_answer", [answer(case, total=1)], occasion, sequence=3)
        assert said(first) == [("applied", "")]
    desk.examined(case, occasion)
    with database.django_as(Role.BATCH):
        later = arrive("tax_answer", [answer(case, total=TOTAL)], occasion, sequence=4)
        assert said(later) == [("applied", "income_changed")]
        (line,) = rooms.lines(later)
        assert f"案件{case}" in line.says
        assert str(TOTAL) not in line.says
    (row,) = income(case, occasion)
    assert row.value.total == TOTAL


def test_an_answer_that_was_set_apart_does_not_overtake_a_newer_one(
    database: Database, occasion: Occasion
) -> None:
    case = applied(occasion)
    with database.django_as(Role.BATCH):
        asked(occasion)
        arrive("tax_answer", [answer(case, total=2)], occasion)
        old = arrive(
            "tax_answer", [answer(case, total=1)], occasion, sequence=2, made_on=date(2026, 11, 20)
        )
        assert said(old) == [("nothing", "older_answer")]
    (row,) = income(case, occasion)
    assert row.value.total == 2


def test_an_answer_that_is_tried_again_does_not_overtake_one_of_the_same_day(
    database: Database, occasion: Occasion
) -> None:
    case = applied(occasion)
    with database.django_as(Role.BATCH):
        office = rooms.program(occasion, "other_office")
        early = arrive("tax_answer", [answer(case, total=1)], occasion)
        assert said(early) == [("refused", "not_asked")]
        asked(occasion)
        arrive("tax_answer", [answer(case, total=2)], occasion, sequence=2)
        number = rooms.lines(early)[0].number
        inbox.retry(file=early, number=number, occasion=office, request_id=uuid4())
        assert said(early) == [("nothing", "older_answer")]
    (row,) = income(case, occasion)
    assert row.value.total == 2


def test_of_who_is_protected_the_answer_comes_in_as_of_anybody(
    database: Database, occasion: Occasion
) -> None:
    case = applied(occasion)
    protect(WIFE, occasion)
    with database.django_as(Role.BATCH):
        asked(occasion)
        assert said(arrive("tax_answer", [answer(case)], occasion)) == [("applied", "")]


def test_continued_exemptions_are_received_in_july_and_asked_for_in_bulk(
    database: Database, occasion: Occasion
) -> None:
    desk.couple(occasion)
    desk.declare(database, occasion, WIFE, total=0)
    desk.declare(database, occasion, HUSBAND, total=0)
    case = desk.received(occasion).case
    desk.examined(case, occasion)
    desk.forwarded(case, occasion)
    desk.answered(case, occasion)
    june = replace(occasion, at=datetime(2027, 6, 20, 1, tzinfo=UTC))
    july = replace(occasion, at=datetime(2027, 7, 1, 1, tzinfo=UTC))
    with database.django_as(Role.BATCH):
        early = rooms.program(june, "other_office")
        assert list(asking.renewal_requests(on=date(2027, 6, 20), occasion=early)) == []
        office = rooms.program(july, "other_office")
        drafts = []
        for draft in asking.renewal_requests(on=date(2027, 7, 1), occasion=office):
            drafts.append(draft)
            rooms.give(draft, office)
        assert who(drafts) == [(WIFE, 2027, "insured"), (HUSBAND, 2027, "spouse")]
        assert drafts[0].header == {"occasion": "renewal"}
        (renewed,) = {record.case for record in drafts[0].records}
        assert renewed not in (None, case)
        # Once: neither the renewal nor the usual request asks for it again.
        assert list(asking.renewal_requests(on=date(2027, 7, 2), occasion=office)) == []
        assert list(asking.tax_requests(on=date(2027, 7, 2), occasion=office)) == []
        assert renewed is not None
        file = arrive(
            "tax_renewal",
            [
                answer(renewed, fiscal_year=2027, levy_year=2027, total=0),
                answer(renewed, HUSBAND, fiscal_year=2026, total=0),
            ],
            july,
            made_on=date(2027, 7, 1),
        )
        assert said(file) == [("applied", ""), ("refused", "not_asked")]
    of = desk.shown(renewed, july)
    assert of.channel.value == "office"
    assert isinstance(of.particulars, dict)
    assert of.particulars["cycles"] == ["2027"]


def test_whoever_spoke_of_violence_is_left_to_a_clerk(
    database: Database, occasion: Occasion
) -> None:
    desk.couple(occasion)
    desk.declare(database, occasion, WIFE, total=0)
    case = desk.received(occasion, violence="claimed", violence_proof="certificate").case
    desk.examined(case, occasion)
    desk.forwarded(case, occasion)
    desk.answered(case, occasion)
    july = replace(occasion, at=datetime(2027, 7, 1, 1, tzinfo=UTC))
    with database.django_as(Role.BATCH):
        office = rooms.program(july, "other_office")
        assert list(asking.renewal_requests(on=date(2027, 7, 1), occasion=office)) == []
