"""Whether enough was paid before a disability or a death (保険料納付要件)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from itertools import pairwise
from typing import TYPE_CHECKING, Final

from kokunen.dates.errors import Refusal
from kokunen.dates.month import Month

if TYPE_CHECKING:
    from collections.abc import Sequence

    from kokunen.rulekit.working import Working

STATES: Final = ("paid", "exempt", "unpaid")
"""What a stretch of insured months may be; exempt includes deferral and student months."""
_FIRST_EVENT: Final = date(1991, 5, 1)
_YEAR: Final = 12


class UnableToReadRecord(Refusal):
    """A stretch ends before it begins, or two stretches overlap."""

    code = "invalid_record"

    def __init__(self, message: str, *, field: str) -> None:
        super().__init__(message, fix="記録の期間を確かめてください。", field=field)


class UnableToJudgeBefore1991(Refusal):
    """Before 1991-05-01 another month was the limit (昭60改正法附則20条, 平3改正前)."""

    code = "before_1991_05"


class UnableToOrderVisit(Refusal):
    """The first visit is said to lie after the event."""

    code = "first_visit_after_event"


@dataclass(frozen=True, slots=True)
class Stretch:
    """Insured months from ``first`` to ``last``, both included, in one of `STATES`."""

    first: Month
    last: Month
    state: str

    def months_in(self, first: Month, last: Month) -> int:
        """Return how many of its months lie between two months, both included."""
        return max(0, min(self.last, last) - max(self.first, first) + 1)


@dataclass(frozen=True, slots=True)
class ContributionRequirement:
    """The two ways to meet the requirement."""

    two_thirds: bool
    last_year: bool

    @property
    def met(self) -> bool:
        """Either of them is enough."""
        return self.two_thirds or self.last_year


def contribution_requirement(
    *,
    event_on: date,
    first_visit_on: date | None = None,
    record: Sequence[Stretch],
    working: Working,
) -> ContributionRequirement:
    """Judge a record as it stood on the day before the first visit or, without one, the event.

    Only insured months up to the second month before that day's month count. Two thirds of them
    must be paid or exempt, which no insured month at all also satisfies (法30条1項ただし書,
    法37条ただし書); or, before 2036-04-01 and under the age of 65, none of the last 12 months is
    unpaid (昭60改正法附則20条). For someone not insured in the month of that day the 12 months end
    with the latest insured month. What was paid on that day or later must be given as unpaid.

    Raises `UnableToReadRecord`, `UnableToOrderVisit`, and `UnableToJudgeBefore1991`.
    """
    if first_visit_on is not None and first_visit_on > event_on:
        raise UnableToOrderVisit(
            f"初診日({first_visit_on})が{event_on}より後です。",
            fix="初診日と障害認定日(または死亡日)を確かめてください。",
            field="first_visit_on",
        )
    field, day = (
        ("event_on", event_on)
        if first_visit_on is None
        else (
            "first_visit_on",
            first_visit_on,
        )
    )
    if day < _FIRST_EVENT:
        raise UnableToJudgeBefore1991(
            f"{day}の納付要件は判定できません。{_FIRST_EVENT}より前は基準月の数え方が違います。",
            fix="年金事務所に確かめてください。",
            field=field,
        )
    _check(record)
    month = Month.of(day)
    limit = month - 2
    working.step("納付要件を見る最後の月(前々月)", limit, "法30条1項ただし書・法37条ただし書")
    two_thirds = _two_thirds(record=record, limit=limit, month=month, working=working)
    last_year = _last_year(record=record, limit=limit, month=month, working=working)
    if last_year and not two_thirds:
        working.note("直近1年の特例は、その日に65歳未満の人に限ります(昭60改正法附則20条)。")
    return ContributionRequirement(two_thirds, last_year)


def _check(record: Sequence[Stretch]) -> None:
    for at, stretch in enumerate(record):
        if stretch.last < stretch.first:
            raise UnableToReadRecord(
                f"{at + 1}番目の期間の終わり({stretch.last})が始まり({stretch.first})より前です。",
                field=f"record[{at}]",
            )
    by_month = sorted(enumerate(record), key=lambda row: row[1].first)
    for (_, before), (at, after) in pairwise(by_month):
        if after.first <= before.last:
            raise UnableToReadRecord(
                f"{at + 1}番目の期間({after.first}〜{after.last})が"
                f"別の期間({before.first}〜{before.last})と重なっています。",
                field=f"record[{at}]",
            )


def _two_thirds(*, record: Sequence[Stretch], limit: Month, month: Month, working: Working) -> bool:
    counts = dict.fromkeys(STATES, 0)
    for stretch in record:
        counts[stretch.state] += stretch.months_in(stretch.first, limit)
    insured = sum(counts.values())
    good = insured - counts["unpaid"]
    share = working.rate("benefit.contribution_share", month)
    working.step("納付済期間と免除期間の月数/被保険者期間の月数", f"{good}/{insured}")
    if insured == 0:
        working.note(f"{limit}までに被保険者期間がないので、納付要件は問われません。")
    return good >= share * insured


def _last_year(*, record: Sequence[Stretch], limit: Month, month: Month, working: Working) -> bool:
    if not working.flag("benefit.last_year_rule", month):
        return False
    end = limit
    insured_then = any(stretch.months_in(month, month) for stretch in record)
    if not insured_then:
        end = max((min(s.last, limit) for s in record if s.first <= limit), default=limit)
    if end < limit:
        working.note(
            f"{month}は被保険者でないので、直近1年は被保険者期間のある{end}までで見ています。"
        )
    unpaid = sum(
        stretch.months_in(end - (_YEAR - 1), end) for stretch in record if stretch.state == "unpaid"
    )
    working.step(f"{end}までの1年間の未納の月数", unpaid, "昭60改正法附則20条")
    return unpaid == 0
