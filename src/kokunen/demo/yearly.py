"""``kokunen demo --year``: let the city of the eve live through a fiscal year, and reckon.

Needs Django, connected as the owner, on the loaded city; from then on it is the web role's.
"""

from __future__ import annotations

from contextlib import closing
from dataclasses import dataclass
from datetime import datetime, time
from typing import TYPE_CHECKING

from kokunen.dates.tokyo import TOKYO
from kokunen.demo import ledger, load, planning, reckoning
from kokunen.demo.desk import open_desk
from kokunen.demo.living import Failure, Life
from kokunen.demo.year import UnableToLive, eve

if TYPE_CHECKING:
    from collections.abc import Callable
    from fractions import Fraction

    from kokunen.demo.load import Connection


@dataclass(frozen=True, slots=True, kw_only=True)
class Summary:
    """What the last line says. ``open``: cases that wait for something in the next year."""

    year: int
    people: int
    events: int
    cases: int
    open: int
    twice: int
    failures: tuple[Failure, ...]
    seconds: float

    def __str__(self) -> str:
        """Return the line."""
        return (
            f"{self.year}年度: 住民{self.people:,}人、出来事{self.events:,}件、"
            f"案件{self.cases:,}件(完結・取下げ{self.cases - self.open:,}、"
            f"結果などを待つ{self.open:,})、二重の届出を断った{self.twice}件、"
            f"誤り{len(self.failures)}件、{self.seconds:.1f}秒"
        )


def noon(year: int) -> datetime:
    """Return a moment of the day before the year: the city is made as of then."""
    return datetime.combine(eve(year), time(12), TOKYO)


def live(
    *,
    year: int,
    scale: Fraction,
    seed: int,
    start: Callable[[int, int], None],
    tell: Callable[[int], None],
    clock: Callable[[], float],
) -> Summary:
    """Live through the year and reckon; a year that was broken off goes on with its last day.

    ``start`` is told how many days there are and how many are over, ``tell`` each day that is.
    Raises `UnableToLive` when the year was lived already.
    """
    began = clock()
    story = f"{year}年度"
    with closing(load.connect()) as connection:
        city = load.mark(connection, day=eve(year), scale=scale, seed=seed)
        line = _line(connection, story, city.day == eve(year), year)
        plan = planning.plan(city, year=year)
        ledger.as_web()
        life = Life(plan, open_desk(story, seed))
        life.resume()
        days = life.days
        over = [day for day in days if line.through is not None and day <= line.through]
        start(len(days), len(over))
        events = sum(map(life.happens, over))
        for day in days[len(over) :]:
            events += life.live(day)
            ledger.write(connection, story, day)
            tell(1)
        at = datetime.combine(plan.last, time(18), TOKYO)
        found = reckoning.reckon(connection, plan, story=story, at=at)
        failures = (*life.done.failures, *found.failures)
        if not failures:
            ledger.finish(connection, story, at)
    return Summary(
        year=year,
        people=city.population,
        events=events,
        cases=found.cases,
        open=found.open,
        twice=life.done.refused,
        failures=failures,
        seconds=clock() - began,
    )


def _line(connection: Connection, story: str, of_the_eve: bool, year: int) -> ledger.Line:  # noqa: FBT001 - a private check
    fix = "別の KOKUNEN_HOME で過ごすか、kokunen demo --reset で消してから始めてください。"
    if not of_the_eve:
        raise UnableToLive(
            f"この架空の市は、{year}年度の前日({eve(year)})の市ではありません。",
            fix=fix,
            field="year",
        )
    line = ledger.begin(connection, story)
    if line is None or line.finished:
        raise UnableToLive(
            f"この架空の市は、もう{story}などを過ごしました。", fix=fix, field="year"
        )
    return line
