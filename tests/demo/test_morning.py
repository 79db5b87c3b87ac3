"""The office as the demonstration opens it: a desk with work on it, and a first case to receive."""

import re
from collections.abc import Iterator
from datetime import UTC, date, datetime
from fractions import Fraction
from pathlib import Path
from time import monotonic
from uuid import uuid4

import pytest

from kokunen.access.domain import Role, sees
from kokunen.audit.domain import Occasion
from kokunen.cases import queries as cases
from kokunen.cases.catalogue.kinds import Filer
from kokunen.cases.domain import Channel, Receipt, State
from kokunen.demo import guided, making, morning, sign_ins, staff
from kokunen.demo.staff import Clerk
from kokunen.exemption import operations as exemption
from kokunen.exemption import queries as law
from kokunen.postgres.roles import Role as Owner
from tests import office
from tests.office import Database

AT = datetime(2026, 11, 24, 0, 0, tzinfo=UTC)
DAY = date(2026, 11, 24)
SCALE = Fraction("0.002")
WALK = Path("docs/walks/first-case.md")


# One city for all these tests, and so one worker.
pytestmark = pytest.mark.xdist_group("demo-morning")


@pytest.fixture(scope="module")
def opened(template: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Database]:
    """One office for all tests of this module."""
    del template
    file = tmp_path_factory.mktemp("morning") / "demo-sign-in.txt"
    with pytest.MonkeyPatch.context() as patch, office.fresh() as database:
        patch.setattr(sign_ins, "file", lambda: file)
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
        office.use(database.name, Owner.WEB)
        yield database


def shown(role: Role) -> Clerk:
    return next(one for one in staff.staff(1) if one.shown and one.role is role)


def at_work(role: Role, *, purpose: str = "reception", case: int | None = None) -> Occasion:
    one = shown(role)
    return Occasion(
        at=AT,
        staff=one.id,
        staff_number=one.staff_number,
        department=one.department,
        terminal="デモ端末",
        purpose=purpose,
        case=case,
    )


def test_the_desk_has_cases_in_every_state_some_late(opened: Database) -> None:
    del opened
    queue = cases.queue(occasion=at_work(Role.COUNTER), sees=sees({Role.COUNTER}), whose="team")
    assert sum(queue.count.values()) == morning.OPEN
    assert 30 <= morning.OPEN <= 60
    assert set(queue.count) == set(State) - {State.CLOSED, State.WITHDRAWN}
    assert 3 <= queue.late <= 30
    assert queue.oldest is not None
    assert queue.oldest > 60


@pytest.mark.parametrize("role", [Role.COUNTER, Role.EXAMINER])
def test_whoever_signs_in_has_cases_of_their_own(opened: Database, role: Role) -> None:
    del opened
    queue = cases.queue(occasion=at_work(role), sees=sees({role}), whose="mine")
    assert sum(queue.count.values()) >= 2


def test_a_second_start_adds_nothing(opened: Database) -> None:
    def count() -> tuple[object, ...] | None:
        with opened.owner() as owner:
            return owner.execute(
                "SELECT (SELECT count(*) FROM cases_step), (SELECT count(*) FROM people_person),"
                " (SELECT count(*) FROM people_income), (SELECT count(*) FROM audit_entry)"
            ).fetchone()

    before = count()
    with opened.django_as(Owner.OWNER):
        assert morning.prepare(scale=SCALE, seed=1) == ()
    office.use(opened.name, Owner.WEB)
    assert count() == before


def test_the_first_case_can_be_received_and_the_law_says_full_exemption(opened: Database) -> None:
    del opened
    left = guided.left_job(DAY)
    receipt = Receipt(
        filing="exemption",
        person=guided.HUSBAND,
        channel=Channel.COUNTER,
        received_on=DAY,
        filer=Filer.SELF,
        particulars={
            "cycles": ["2026"],
            "student": False,
            "continuation": True,
            "job_loss": ["insured"],
            "left_job_on_insured": left.isoformat(),
            "job_loss_proof": "leaving_slip",
            "identity": "card",
            "authority": "not_needed",
        },
    )
    clerk = sees({Role.COUNTER})
    taken = exemption.receive(
        receipt=receipt, occasion=at_work(Role.COUNTER), request_id=uuid4(), sees=clerk
    )
    examiner, inside = (
        sees({Role.EXAMINER}),
        at_work(Role.EXAMINER, purpose="exemption", case=taken.case),
    )
    case = cases.one(case=taken.case, occasion=inside, sees=examiner)
    assert [(person, role) for person, _key, role in case.tested] == [
        (guided.HUSBAND, "insured"),
        (guided.WIFE, "spouse"),
    ]
    advice = law.advise(receipt=receipt, case=taken.case, occasion=inside, sees=examiner)
    said = "".join(line.text for section in advice.sections for line in section.lines)
    assert "全額免除" in said
    examined = exemption.examine(
        case=taken.case, expected=taken.number, occasion=inside, request_id=uuid4(), sees=examiner
    )
    assert examined.state is State.EXAMINED


def test_the_walk_names_the_people_who_are_there() -> None:
    text = WALK.read_text(encoding="utf-8")
    assert "初木 歩" in guided.FIRST_CASE
    assert {"初木 歩", "初木 灯", "はつき あゆむ"} <= {
        name for name in ("初木 歩", "初木 灯", "はつき あゆむ") if name in text
    }
    assert re.search(rf"`?{guided.HUSBAND}`?", text)
