"""The counts by SQL equal a recount from the raw rows, and known lives give known figures."""

from __future__ import annotations

import random
from datetime import date
from statistics import median
from typing import TYPE_CHECKING

import pytest

from kokunen.access.domain import Field
from kokunen.cases.domain import Channel, StepKind
from kokunen.people.codes import Exemption
from kokunen.statistics import queries, tables
from kokunen.statistics.domain import UnableToCount, fiscal_year, month, times
from kokunen.statistics.queries import Asked
from kokunen.statistics.recount import recount
from tests.people.register import register
from tests.statistics.lives import Life, drawn, exempt, write

if TYPE_CHECKING:
    from kokunen.audit.domain import Occasion
    from kokunen.statistics.domain import Counts
    from tests.office import Database

SEES = frozenset(Field)
PERSON = 10001
PERIODS = [
    *(month(2026, number) for number in range(1, 13)),
    *(month(2027, number) for number in range(1, 8)),
    fiscal_year(2025),
    fiscal_year(2026),
    fiscal_year(2027),
]
K = StepKind


def life(*steps: tuple[StepKind, date], filing: str = "exemption", branch: str = "") -> Life:
    return Life(
        filing=filing,
        channel=Channel.COUNTER.value,
        branch=branch,
        received_on=steps[0][1],
        steps=steps,
    )


@pytest.mark.parametrize("seed", range(4))
def test_the_counts_equal_a_recount_of_random_lives(
    seed: int, database: Database, occasion: Occasion
) -> None:
    rng = random.Random(seed)
    register(PERSON, occasion)
    for household, number in enumerate(range(10002, 10012), 70002):
        register(number, occasion, household=household)
    with database.web() as web:
        write(web, PERSON, [drawn(rng) for _ in range(120)])
        for person in range(10002, 10012):
            for kind in rng.sample(list(Exemption), 3):
                start = date(2026, rng.randint(1, 12), 1)
                outcome = rng.choice(["approved", "approved", "", "rejected"])
                exempt(web, person, kind, start, date(2027, rng.randint(1, 6), 1), outcome)
    seen = 0
    for period in PERIODS:
        counted = queries.counts(period=period, occasion=occasion)
        assert counted == recount(period=period)
        seen += len(counted.outcomes) + len(counted.forwarded) + len(counted.exempt)
        rows_behind(counted, period_number=PERIODS.index(period), occasion=occasion)
    assert seen > 50


def rows_behind(counted: Counts, *, period_number: int, occasion: Occasion) -> None:
    """Each number has as many rows behind it as it says, and so has each of its parts."""
    period = PERIODS[period_number]
    if period_number not in {3, 9, 20}:
        return

    def behind(asked: Asked) -> int:
        return len(queries.rows(asked=asked, period=period, occasion=occasion, sees=SEES))

    for (filing, channel, branch), number in counted.receipts.items():
        asked = Asked(count="receipts", filing=filing, channel=channel, branch=branch)
        assert behind(asked) == number
    for (filing, kind), number in counted.outcomes.items():
        assert behind(Asked(count="outcomes", filing=filing, outcome=kind.value)) == number
    assert behind(Asked(count="receipts")) == sum(counted.receipts.values())
    assert behind(Asked(count="forwarded")) == sum(counted.forwarded.values())
    assert behind(Asked(count="exempt")) == sum(counted.exempt.values())


def test_the_months_of_a_year_add_up_to_the_year(database: Database, occasion: Occasion) -> None:
    rng = random.Random(99)
    register(PERSON, occasion)
    with database.web() as web:
        write(web, PERSON, [drawn(rng) for _ in range(150)])
    months = [queries.counts(period=period, occasion=occasion) for period in PERIODS[3:15]]
    year = queries.counts(period=fiscal_year(2026), occasion=occasion)
    for name in ("receipts", "outcomes", "forwarded"):
        added: dict[object, int] = {}
        for each in months:
            for key, number in getattr(each, name).items():
                added[key] = added.get(key, 0) + number
        assert added == getattr(year, name)
        assert added


def test_known_lives_give_known_figures(database: Database, occasion: Occasion) -> None:
    register(PERSON, occasion)
    day = date
    known = [
        # Forwarded after 3 days, granted in June; a second entry of the outcome corrects the first.
        life((K.RECEIVED, day(2026, 4, 1)), (K.EXAMINED, day(2026, 4, 2)),
             (K.FORWARDED, day(2026, 4, 4)), (K.GRANTED, day(2026, 5, 20)),
             (K.REFUSED, day(2026, 6, 3))),
        # Returned twice, forwarded twice: two returns, one forwarding, then granted.
        life((K.RECEIVED, day(2026, 4, 10)), (K.EXAMINED, day(2026, 4, 10)),
             (K.FORWARDED, day(2026, 4, 20)), (K.RETURNED, day(2026, 4, 28)),
             (K.CORRECTED, day(2026, 4, 29)), (K.EXAMINED, day(2026, 4, 29)),
             (K.FORWARDED, day(2026, 5, 1)), (K.RETURNED, day(2026, 5, 7)),
             (K.CORRECTED, day(2026, 5, 8)), (K.EXAMINED, day(2026, 5, 8)),
             (K.FORWARDED, day(2026, 5, 9)), (K.GRANTED, day(2026, 5, 30)), branch="KITA"),
        life((K.RECEIVED, day(2026, 4, 30)), (K.WITHDRAWN, day(2026, 5, 1))),
        life((K.RECEIVED, day(2026, 5, 1)), filing="loss"),
    ]  # fmt: skip
    with database.web() as web:
        numbers = write(web, PERSON, known)
        exempt(web, PERSON, Exemption.STUDENT, day(2026, 4, 1), day(2026, 5, 1), "approved")
        exempt(web, PERSON, Exemption.FULL, day(2026, 5, 1), day(2027, 7, 1), "approved")
        exempt(web, PERSON, Exemption.STATUTORY, day(2026, 5, 31), day(2026, 6, 1), "")
    april = queries.counts(period=month(2026, 4), occasion=occasion)
    may = queries.counts(period=month(2026, 5), occasion=occasion)
    june = queries.counts(period=month(2026, 6), occasion=occasion)
    assert april.receipts == {
        ("exemption", "counter", ""): 2,
        ("exemption", "counter", "KITA"): 1,
    }
    assert april.outcomes == {("exemption", K.RETURNED): 1}
    assert april.forwarded == {("exemption", 3): 1, ("exemption", 10): 1}
    assert april.exempt == {Exemption.STUDENT: 1}
    assert may.receipts == {("loss", "counter", ""): 1}
    assert may.outcomes == {
        ("exemption", K.RETURNED): 1,
        ("exemption", K.GRANTED): 1,
        ("exemption", K.WITHDRAWN): 1,
    }
    assert may.forwarded == {}
    # 法定免除 goes before 全額免除 on the last day of May.
    assert may.exempt == {Exemption.STATUTORY: 1}
    assert june.outcomes == {("exemption", K.REFUSED): 1}
    assert june.exempt == {Exemption.FULL: 1}
    rows = queries.rows(
        asked=Asked(count="outcomes", outcome="returned"),
        period=fiscal_year(2026),
        occasion=occasion,
        sees=SEES,
    )
    assert [(row.what, row.on) for row in rows] == [
        (str(numbers[1]), day(2026, 4, 28)),
        (str(numbers[1]), day(2026, 5, 7)),
    ]


def test_who_is_named_behind_a_number_stands_in_the_record(
    database: Database, occasion: Occasion
) -> None:
    register(PERSON, occasion)
    with database.web() as web:
        write(web, PERSON, [life((K.RECEIVED, date(2026, 4, 1)))])
    queries.counts(period=month(2026, 4), occasion=occasion)
    asked = Asked(count="receipts")
    (row,) = queries.rows(asked=asked, period=month(2026, 4), occasion=occasion, sees=SEES)
    assert row.who.name == "架空　花子"
    queries.rows(asked=asked, period=month(2026, 4), occasion=occasion, sees=frozenset())
    with database.owner() as owner:
        lines = owner.execute(
            "SELECT act, operation, person, shown_name, outcome FROM audit_entry"
            " WHERE operation LIKE 'statistics.%' ORDER BY id"
        ).fetchall()
    assert lines == [
        ("read", "statistics.counts", None, False, "2026-04-01/2026-05-01"),
        ("read", "statistics.rows", PERSON, True, ""),
        ("read", "statistics.rows", PERSON, False, ""),
    ]


@pytest.mark.usefixtures("database")
def test_the_enquiries_of_a_period_stand_in_its_tables(occasion: Occasion) -> None:
    counted = queries.counts(period=month(2026, 11), occasion=occasion)
    found = tables.internal(counted, queries.waited(period=month(2026, 11)), branches={})
    assert [table.code for table in found] == [
        "channels", "branches", "outcomes", "forwarded", "exempt", "enquiries"
    ]  # fmt: skip


def test_the_percentiles_are_those_of_their_definition() -> None:
    rng = random.Random(7)
    for size in range(1, 120):
        every = sorted(rng.randrange(40) for _ in range(size))
        found = times({value: every.count(value) for value in set(every)})
        assert found is not None
        assert found.median == median(every)
        # The smallest value that at least nine in ten do not exceed.
        assert found.ninetieth == next(
            value for value in every if sum(each <= value for each in every) * 10 >= 9 * size
        )
        assert found.number == size
    assert times({}) is None


@pytest.mark.parametrize(("year", "number"), [(2026, 0), (2026, 13), (0, 4), (9999, 12)])
def test_a_month_that_is_none_is_refused(year: int, number: int) -> None:
    with pytest.raises(UnableToCount, match="その月"):
        month(year, number)


@pytest.mark.usefixtures("database")
def test_a_year_that_is_none_is_refused_and_a_number_that_is_not_counted(
    occasion: Occasion,
) -> None:
    with pytest.raises(UnableToCount, match="その年度"):
        fiscal_year(9999)
    with pytest.raises(UnableToCount, match="数えていません"):
        queries.rows(
            asked=Asked(count="people"),
            period=fiscal_year(2026),
            occasion=occasion,
            sees=SEES,
        )


def test_february_and_december_end_where_they_end() -> None:
    assert month(2028, 2).last_day == date(2028, 2, 29)
    assert month(2026, 12).until == date(2027, 1, 1)
    assert fiscal_year(2026).last_day == date(2027, 3, 31)
    assert fiscal_year(2026).yearly
    assert not month(2026, 1).yearly
