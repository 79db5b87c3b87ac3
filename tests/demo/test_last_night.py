"""The office on the morning after the demonstration's last night: there is something to do."""

from __future__ import annotations

from datetime import UTC, date, datetime
from fractions import Fraction
from time import monotonic
from typing import TYPE_CHECKING

import pytest

from kokunen.access.domain import Role, sees
from kokunen.audit.domain import Occasion
from kokunen.cases import queries as cases
from kokunen.cases.catalogue import FILINGS
from kokunen.cases.domain import State
from kokunen.demo import folder, last_night, making, morning, sign_ins, staff
from kokunen.enrolment import queries as enrolment
from kokunen.enrolment.candidates import ListKind
from kokunen.interchange.domain import FileState, RecordOutcome
from kokunen.interchange.inbox import queries as inbox
from kokunen.interchange.reconciliation import queries as reconciliation
from kokunen.postgres.roles import Role as Owner
from tests import office

if TYPE_CHECKING:
    from collections.abc import Iterator

    from kokunen.interchange.inbox.values import Morning
    from tests.office import Database

AT = datetime(2026, 11, 24, 0, 0, tzinfo=UTC)
DAY = date(2026, 11, 24)
SCALE = Fraction("0.003")
SEES = sees({Role.EXAMINER})


# One city for all these tests, and so one worker.
pytestmark = pytest.mark.xdist_group("demo-last-night")


@pytest.fixture(scope="module")
def opened(template: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Database]:
    """One office for all tests of this module."""
    del template
    place = tmp_path_factory.mktemp("last-night")
    with pytest.MonkeyPatch.context() as patch, office.fresh() as database:
        patch.setattr(sign_ins, "file", lambda: place / "demo-sign-in.txt")
        patch.setenv("KOKUNEN_EXCHANGE", str(place / "exchange"))
        patch.setattr("django.conf.settings.KOKUNEN_OFFICE", folder.OFFICE)
        patch.setattr("django.conf.settings.KOKUNEN_INVENTED", True)
        with database.django_as(Owner.OWNER):
            making.make(
                at=AT,
                scale=SCALE,
                seed=1,
                processes=1,
                start=lambda _population, _there: None,
                tell=lambda _: None,
                clock=monotonic,
            )
            assert [str(each) for each in morning.prepare(scale=SCALE, seed=1)] == []
            assert [str(each) for each in last_night.prepare(scale=SCALE, seed=1)] == []
        office.use(database.name, Owner.WEB)
        yield database


def clerk(*, purpose: str = "correction", case: int | None = None) -> Occasion:
    one = next(one for one in staff.staff(1) if one.shown and one.role is Role.EXAMINER)
    return Occasion(
        at=AT,
        staff=one.id,
        staff_number=one.staff_number,
        department=one.department,
        terminal="デモ端末",
        purpose=purpose,
        reason="データ連携の確認",
        case=case,
    )


@pytest.fixture
def page(opened: Database) -> Morning:
    del opened
    return inbox.morning(on=DAY, occasion=clerk(), sees=SEES)


def test_the_night_came_to_its_end_and_refused_two_files(page: Morning) -> None:
    assert all(phase.at is not None for phase in page.phases)
    codes = sorted(file.last.code for file in page.refused)
    assert codes[0] == "already_received"
    assert len(codes) == 2
    assert (page.waiting, page.unfinished) == ((), ())


def test_three_answers_of_the_agency_wait_for_a_person(opened: Database) -> None:
    del opened
    found = reconciliation.probable(occasion=clerk(), sees=SEES)
    assert len(found) == 3


def test_a_record_is_held_and_one_cannot_be_read(page: Morning) -> None:
    assert page.open[RecordOutcome.HELD] >= 1
    assert page.open[RecordOutcome.REFUSED] >= 1
    assert page.open[RecordOutcome.PROBABLE] == 3


def test_a_file_is_to_be_checked_and_the_one_before_was_received(page: Morning) -> None:
    assert [file.layout for file in page.to_check] == ["agency_forwarding"]
    (file,) = page.to_check
    assert (file.state, file.records) == (FileState.TO_CHECK, 2)


def test_somebody_left_japan_and_another_has_prepaid(page: Morning, opened: Database) -> None:
    (abroad,) = (each for each in page.candidates if each.kind is ListKind.ABROAD)
    assert abroad.count >= 1
    with opened.owner() as owner:
        rows = owner.execute("SELECT id FROM cases_case WHERE filing = 'departure'").fetchall()
    ((number,),) = rows
    case = cases.one(
        case=number, occasion=clerk(purpose=FILINGS["departure"].purpose, case=number), sees=SEES
    )
    assert case.state is State.RECEIVED
    advice = enrolment.advise(
        receipt=case.receipt(), case=number,
        occasion=clerk(purpose=FILINGS["departure"].purpose, case=number), sees=SEES,
    )  # fmt: skip
    assert any("還付" in section.heading and section.lines for section in advice.sections)


def test_a_second_start_adds_nothing(opened: Database) -> None:
    def count() -> tuple[object, ...] | None:
        with opened.owner() as owner:
            return owner.execute(
                "SELECT (SELECT count(*) FROM cases_step),"
                " (SELECT count(*) FROM interchange_event),"
                " (SELECT count(*) FROM interchange_record), (SELECT count(*) FROM audit_entry)"
            ).fetchone()

    before = count()
    with opened.django_as(Owner.OWNER):
        assert last_night.prepare(scale=SCALE, seed=1) == ()
    office.use(opened.name, Owner.WEB)
    assert count() == before
