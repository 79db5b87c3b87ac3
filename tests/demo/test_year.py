"""A village lives through a year in a real database, and whatever is then broken is noticed."""

from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import datetime, time
from fractions import Fraction
from pathlib import Path
from time import monotonic
from typing import Any

import pytest

from kokunen.dates.tokyo import TOKYO
from kokunen.demo import load, making, planning, reckoning, sign_ins, yearly
from kokunen.demo.reckoning import Reckoning
from kokunen.demo.year import UnableToLive, eve
from kokunen.people.queries import key_of
from kokunen.postgres.roles import Role
from kokunen.statistics import queries as statistics
from tests import office
from tests.office import Database

SCALE = Fraction("0.001")
STORY = "2026年度"


def live() -> yearly.Summary:
    return yearly.live(
        year=2026,
        scale=SCALE,
        seed=1,
        start=lambda _days, _over: None,
        tell=lambda _day: None,
        clock=monotonic,
    )


def make(database: Database, at: datetime) -> None:
    with database.django_as(Role.OWNER):
        making.make(
            at=at,
            scale=SCALE,
            seed=1,
            processes=1,
            start=lambda _population, _there: None,
            tell=lambda _: None,
            clock=monotonic,
        )


# One city for all these tests, and so one worker.
pytestmark = pytest.mark.xdist_group("demo-year")


@pytest.fixture(scope="module")
def lived(
    template: str, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[tuple[Database, yearly.Summary]]:
    """One village for all tests of this module; each puts right what it broke."""
    del template
    file = tmp_path_factory.mktemp("year") / "demo-sign-in.txt"
    with pytest.MonkeyPatch.context() as patch, office.fresh() as database:
        patch.setattr(sign_ins, "file", lambda: file)
        make(database, yearly.noon(2026))
        yield database, live()


def reckon(database: Database) -> Reckoning:
    with closing(database.owner()) as owner:
        city = load.mark(owner, day=eve(2026), scale=SCALE, seed=1)
        plan = planning.plan(city, year=2026)
        at = datetime.combine(plan.last, time(18), TOKYO)
        return reckoning.reckon(owner, plan, story=STORY, at=at)


@contextmanager
def broken(database: Database, breaks: str, mends: str, given: Any = None) -> Iterator[Reckoning]:  # noqa: ANN401 - parameters of a query
    """Break something as the owner of the database, reckon, and mend it."""
    with closing(database.owner()) as owner:
        tables = ("cases_case", "cases_step", "people_enrolment")
        for table in tables:
            owner.execute(f"ALTER TABLE {table} DISABLE TRIGGER USER")
        owner.execute(breaks, given)
        owner.commit()
        try:
            yield reckon(database)
        finally:
            owner.execute(mends, given)
            for table in tables:
                owner.execute(f"ALTER TABLE {table} ENABLE TRIGGER USER")
            owner.commit()


def one(database: Database, query: str, *given: object) -> Any:  # noqa: ANN401 - one column of one row
    with closing(database.owner()) as owner:
        row = owner.execute(query, given).fetchone()
    assert row is not None
    return row[0]


def test_the_year_is_lawful_loses_nothing_and_is_counted_right(
    lived: tuple[Database, yearly.Summary],
) -> None:
    database, summary = lived
    assert [str(each) for each in summary.failures] == []
    assert summary.people == 606
    assert summary.cases > 60
    assert 0 < summary.open < summary.cases
    assert summary.twice >= 1
    assert str(summary).startswith("2026年度: 住民606人、出来事")
    assert "誤り0件" in str(summary)
    # Examined by another than who wrote it down, every single one.
    own = "SELECT count(*) FROM cases_step WHERE kind = 'examined' AND staff = maker"
    assert one(database, own) == 0
    answered = "SELECT count(*) FROM enquiries_step WHERE kind = 'answered'"
    assert one(database, answered) >= 2
    last = one(database, "SELECT max(at) FROM cases_step").astimezone(TOKYO).date()
    assert last.year == 2027


def test_a_year_is_lived_once(lived: tuple[Database, yearly.Summary]) -> None:
    database, _ = lived
    with database.django_as(Role.OWNER), pytest.raises(UnableToLive, match="もう2026年度"):
        live()


def test_a_day_that_was_broken_off_is_lived_again_and_nothing_twice(
    lived: tuple[Database, yearly.Summary],
) -> None:
    database, summary = lived
    steps = one(database, "SELECT count(*) FROM cases_step")
    facts = one(database, "SELECT count(*) FROM people_entry")
    with closing(database.owner()) as owner:
        owner.execute("UPDATE demo.lived SET finished_at = NULL, through = '2026-07-31'")
        owner.commit()
    again = live()
    assert [str(each) for each in again.failures] == []
    assert (again.events, again.cases, again.open) == (
        summary.events,
        summary.cases,
        summary.open,
    )
    assert one(database, "SELECT count(*) FROM cases_step") == steps
    assert one(database, "SELECT count(*) FROM people_entry") == facts


def test_a_lost_case_is_noticed(lived: tuple[Database, yearly.Summary]) -> None:
    database, _ = lived
    case, request = 7, one(database, "SELECT request_id FROM cases_case WHERE id = 7")
    with broken(
        database,
        "UPDATE cases_case SET request_id = gen_random_uuid() WHERE id = %(case)s",
        "UPDATE cases_case SET request_id = %(request)s WHERE id = %(case)s",
        {"case": case, "request": request},
    ) as found:
        said = [str(each) for each in found.failures]
        assert any("案件が0件ある" in each for each in said)
        assert "案件 7: 計画にない案件" in said


def test_a_case_that_stays_open_without_a_reason_is_noticed(
    lived: tuple[Database, yearly.Summary],
) -> None:
    database, _ = lived
    step = one(database, "SELECT min(id) FROM cases_step WHERE kind = 'closed'")
    case = one(database, "SELECT case_id FROM cases_step WHERE id = %s", step)
    with broken(
        database,
        "UPDATE cases_step SET kind = 'taken' WHERE id = %(step)s",
        "UPDATE cases_step SET kind = 'closed' WHERE id = %(step)s",
        {"step": step},
    ) as found:
        assert any(str(each).startswith(f"案件 {case}: ") for each in found.failures)


def test_a_step_moved_to_another_day_is_noticed(lived: tuple[Database, yearly.Summary]) -> None:
    database, _ = lived
    step = one(database, "SELECT min(id) FROM cases_step WHERE kind = 'forwarded'")
    case = one(database, "SELECT case_id FROM cases_step WHERE id = %s", step)
    with broken(
        database,
        "UPDATE cases_step SET on_day = on_day + 1 WHERE id = %(step)s",
        "UPDATE cases_step SET on_day = on_day - 1 WHERE id = %(step)s",
        {"step": step},
    ) as found:
        assert [str(each).partition(":")[0] for each in found.failures] == [f"案件 {case}"]


def test_a_timeline_that_breaks_a_rule_is_noticed_by_the_key_of_the_person(
    lived: tuple[Database, yearly.Summary],
) -> None:
    database, _ = lived
    row, person, end = (
        one(
            database,
            f"SELECT {column} FROM people_enrolment WHERE lost_cause = '60歳到達'"  # noqa: S608 - a column
            " AND source_ref <> '' AND superseded_at IS NULL ORDER BY id LIMIT 1",
        )
        for column in ("id", "person_id", "upper(valid)")
    )
    with broken(
        database,
        "UPDATE people_enrolment SET valid = daterange(lower(valid), %(end)s + 400)"
        " WHERE id = %(row)s",
        "UPDATE people_enrolment SET valid = daterange(lower(valid), %(end)s) WHERE id = %(row)s",
        {"row": row, "end": end},
    ) as found:
        said = [str(each) for each in found.failures]
        assert len(said) == 1
        assert said[0].startswith(f"人 {key_of(person)}: after_60")


def test_a_count_that_differs_is_noticed(
    lived: tuple[Database, yearly.Summary], monkeypatch: pytest.MonkeyPatch
) -> None:
    database, _ = lived
    monkeypatch.setattr(
        statistics,
        "_RECEIPTS",
        statistics._RECEIPTS.replace("c.received_on <", "c.received_on <="),
    )
    monkeypatch.setattr(
        statistics, "_OUTCOMES", statistics._OUTCOMES.replace("s.kind = 'returned'", "false")
    )
    said = [str(each) for each in reckon(database).failures]
    assert any("outcomes" in each and "returned: 統計0、数え直し" in each for each in said)
    assert all(each.startswith("統計: ") for each in said)


def test_after_all_that_nothing_is_broken(lived: tuple[Database, yearly.Summary]) -> None:
    database, _ = lived
    assert reckon(database).failures == ()


def test_a_city_of_another_day_does_not_live_the_year(
    database: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sign_ins, "file", lambda: tmp_path / "demo-sign-in.txt")
    make(database, datetime(2026, 11, 21, 3, tzinfo=TOKYO))
    with database.django_as(Role.OWNER), pytest.raises(UnableToLive, match="前日"):
        live()
    assert one(database, "SELECT count(*) FROM cases_case") == 0
