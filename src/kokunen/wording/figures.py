"""Which figures want a new look before the coming April and July."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

from kokunen.dates.month import Month
from kokunen.dates.wareki import format_wareki_month
from kokunen.law.figures import FIGURES

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from datetime import date

    from kokunen.rulekit.figures import Dated, Table

_BEGINS: Final = {"april": 4, "july": 7}
_WHY: Final = {
    "ended": "値が{last}までしか登録されていません。次の値を加えてください。",
    "old": "最後に確かめたのは{checked}で、今の年度が始まる前です。出典を確かめてください。",
    "unverified": "未確認の値です。{note}出典を確かめてください。",
}


class Due(NamedTuple):
    """A table that wants a look before a month; ``why`` is ended, old or unverified.

    ``ended``: its last value does not reach that month; ``old``: it was checked before the running
    cycle began; ``unverified``: a value in force now or later is not confirmed.
    """

    before: Month
    why: str
    table: Table
    value: Dated


def due(on: date) -> list[Due]:
    """Return what is to be checked, seen from a day, by month and then in the order of the files.

    Tables reviewed in April or July are looked at before the next such month; those that never
    change by themselves only where their last value still runs but ends before it, or is not
    confirmed.
    """
    return due_among(FIGURES.tables(), on)


def due_among(tables: Iterable[Table], on: date) -> list[Due]:
    """Return what is to be checked of the tables given, seen from a day."""
    return sorted((one for table in tables for one in _due(table, on)), key=lambda one: one.before)


def next_review(review: str, on: date) -> Month:
    """Return the first April or July after a day (tables without a review: April)."""
    this_month = Month.of(on)
    begins = _BEGINS.get(review, _BEGINS["april"])
    year = this_month.year if this_month.month < begins else this_month.year + 1
    return Month(year, begins)


def _due(table: Table, on: date) -> Iterator[Due]:
    before = next_review(table.review, on)
    latest = table.values[-1]
    closed = table.review not in _BEGINS and latest.last is not None and latest.last < Month.of(on)
    if latest.last is not None and latest.last < before and not closed:
        yield Due(before, "ended", table, latest)
    elif table.review in _BEGINS and latest.checked < (before - 12).first_day:
        yield Due(before, "old", table, latest)
    for value in table.values:
        over = value.last is not None and value.last < Month.of(on)
        if value.status == "unverified" and not over:
            yield Due(before, "unverified", table, value)


def in_words(found: list[Due]) -> str:
    """Return a list of what is due as text, grouped by the month before which it is."""
    if not found:
        return "確かめる期限の来る数値はありません。"
    lines = []
    for month in dict.fromkeys(one.before for one in found):
        those = [one for one in found if one.before == month]
        lines.append(f"{format_wareki_month(month)}({month})までに確かめる数値: {len(those)}件")
        for one in those:
            lines += [
                f"・{one.table.label}({one.table.name})",
                f"  {_why(one)}",
                f"  {one.value.url}",
            ]
        lines.append("")
    return "\n".join(lines).rstrip()


def _why(one: Due) -> str:
    return _WHY[one.why].format(
        last=one.value.last, checked=one.value.checked.isoformat(), note=one.value.note
    )
