"""The yearly reports (定時届): when they are due. Pure.

The days stand in the regulations or the agency's yearly notice; what could not be read there is
kept with its doubt and shown with it.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Final

from kokunen.dates.business import next_business_day

if TYPE_CHECKING:
    from collections.abc import Mapping


@dataclass(frozen=True, slots=True, kw_only=True)
class Yearly:
    """A yearly report: month and day of its first and last day, in the year of the report.

    ``checked`` is the day on which the source was last looked for, ``doubt`` what is not confirmed.
    """

    filing: str
    first: tuple[int, int]
    last: tuple[int, int]
    article: str
    checked: date
    doubt: str = ""

    def window(self, year: int) -> tuple[date, date]:
        """Return the first and the last day of a year.

        A last day on which the city is closed gives way to the next open one (地方自治法4条の2).
        """
        return date(year, *self.first), next_business_day(date(year, *self.last))


_CHECKED: Final = date(2026, 11, 21)
REPORTS: Final[Mapping[str, Yearly]] = {
    each.filing: each
    for each in (
        Yearly(
            filing="old_age_welfare_report",
            first=(8, 12),
            last=(9, 11),
            article="老齢福祉年金支給規則5条",
            checked=_CHECKED,
            doubt="(提出の期間は条文で確かめられていません。年金事務所の通知の日付が優先します。)",
        ),
        Yearly(
            filing="special_disability_report",
            first=(7, 1),
            last=(9, 30),
            article="特別障害給付金法27条",
            checked=_CHECKED,
            doubt="(提出の期間は条文で確かめられていません。年金事務所の通知の日付が優先します。)",
        ),
    )
}
