"""When a person becomes and ceases to be insured in category 1, and how many months that makes."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING, Final

from kokunen.dates.age import attained_on
from kokunen.dates.errors import Refusal
from kokunen.dates.month import Month

if TYPE_CHECKING:
    from kokunen.rulekit.working import Working

FIRST_AGE: Final = 20
"""The age (years) whose attainment makes a resident insured (法7条1項1号, 法8条1号)."""
END_AGE: Final = 60
"""The age (years) whose attainment ends category 1 (法9条3号)."""
_SCHEME_FROM: Final = date(1961, 4, 1)
_CATEGORIES_FROM: Final = date(1986, 4, 1)
_NEXT_DAY: Final = timedelta(days=1)
_SHOWN: Final = {
    "age_60": ("60歳に達した日に資格を失う", "法9条3号"),
    "death": ("死亡した日の翌日に資格を失う", "法9条1号"),
    "moved_abroad": ("国内に住所を有しなくなった日の翌日に資格を失う", "法9条2号"),
    "became_category2": ("第2号被保険者となった日に種別が変わる", "法7条1項2号"),
}


class UnableToEnrol(Refusal):
    """The person never is insured in category 1 with the facts given."""

    code = "not_enrolled"


class UnableToLoseBeforeAcquiring(Refusal):
    """The insurance is said to end before it begins."""

    code = "event_before_acquisition"


@dataclass(frozen=True, slots=True)
class Enrolment:
    """A stretch in category 1; the months are None where no month of it counts as category 1.

    ``cause`` is ``death``, ``moved_abroad``, ``became_category2`` or ``age_60``.
    """

    acquired_on: date
    first_month: Month | None
    lost_on: date
    last_month: Month | None
    cause: str


@dataclass(frozen=True, slots=True)
class _End:
    lost_on: date
    happened_on: date
    cause: str


def enrolment(
    *,
    birth_date: date,
    arrived_on: date | None = None,
    died_on: date | None = None,
    moved_abroad_on: date | None = None,
    became_category2_on: date | None = None,
    working: Working,
) -> Enrolment:
    """Return the stretch in category 1 of a resident of Japan (法7条〜法9条, 法11条, 法11条の2).

    It begins on the day 20 is attained or, if later, on the day of arrival in Japan. It ends on
    the earliest of: the day 60 is attained; the day after a death or a move abroad; the day of
    becoming category 2 (a 種別変更). Where several end it on one day, the one that happened first
    is the cause. The month of the loss does not count, unless it is also that of the acquisition;
    but a month in which the category changes counts in the new one (法11条の2).

    Raises `UnableToEnrol` for an arrival before birth or at 60 and more, and for an acquisition
    before 1961-04-01, when the scheme began; `UnableToLoseBeforeAcquiring` for an end that lies
    before the beginning.
    """
    acquired_on = _acquired_on(birth_date=birth_date, arrived_on=arrived_on, working=working)
    ends = [_at_60(birth_date)]
    for field, cause, happened_on, loses_after in (
        ("died_on", "death", died_on, _NEXT_DAY),
        ("moved_abroad_on", "moved_abroad", moved_abroad_on, _NEXT_DAY),
        ("became_category2_on", "became_category2", became_category2_on, timedelta()),
    ):
        if happened_on is None:
            continue
        lost_on = happened_on + loses_after
        if happened_on < acquired_on or lost_on == acquired_on:
            raise UnableToLoseBeforeAcquiring(
                f"{happened_on}は、第1号被保険者の資格を取得する日({acquired_on})より"
                "後に資格を失う出来事になりません(法8条・法9条)。",
                fix="生年月日、転入日、出来事の日を確かめてください。",
                field=field,
            )
        ends.append(_End(lost_on, happened_on, cause))
    end = min(ends, key=lambda one: (one.lost_on, one.happened_on))
    shown, article = _SHOWN[end.cause]
    working.step(shown, end.lost_on, article)
    first, last = _months(acquired_on=acquired_on, end=end, working=working)
    return Enrolment(acquired_on, first, end.lost_on, last, end.cause)


def _acquired_on(*, birth_date: date, arrived_on: date | None, working: Working) -> date:
    at_20 = attained_on(birth_date=birth_date, years=FIRST_AGE)
    at_60 = attained_on(birth_date=birth_date, years=END_AGE)
    if arrived_on is not None and arrived_on < birth_date:
        raise UnableToEnrol(
            f"転入日({arrived_on})が生年月日({birth_date})より前です。",
            fix="転入日と生年月日を確かめてください。",
            field="arrived_on",
        )
    if arrived_on is not None and arrived_on >= at_60:
        raise UnableToEnrol(
            f"転入日({arrived_on})には60歳に達しているので、第1号被保険者になりません(法7条1項1号)。",
            fix="任意加入(法附則5条)ができるかを確かめてください。",
            field="arrived_on",
        )
    acquired_on = max(at_20, arrived_on or at_20)
    if acquired_on < _SCHEME_FROM:
        raise UnableToEnrol(
            f"取得日が{acquired_on}となりますが、拠出制の国民年金は{_SCHEME_FROM}に始まりました。",
            fix="生年月日を確かめるか、年金事務所の記録で取得日を確かめてください。",
            field="birth_date",
        )
    if acquired_on < _CATEGORIES_FROM:
        working.note(
            "第1号被保険者という種別は1986年4月1日からです。それより前の取得は旧法の強制加入として見ています。"
        )
    working.step("20歳に達する日(誕生日の前日)", at_20, "法7条1項1号・年齢計算ニ関する法律")
    working.step("資格取得日", acquired_on, "法8条")
    return acquired_on


def _at_60(birth_date: date) -> _End:
    day = attained_on(birth_date=birth_date, years=END_AGE)
    return _End(day, day, "age_60")


def _months(*, acquired_on: date, end: _End, working: Working) -> tuple[Month | None, Month | None]:
    first, lost = Month.of(acquired_on), Month.of(end.lost_on)
    if lost > first:
        working.cite("法11条1項")
        return first, lost - 1
    if end.cause == "became_category2":
        working.cite("法11条の2")
        working.note(
            f"{first}のうちに第2号被保険者となったので、その月は第2号の月と数え、第1号の月はありません。"
        )
        return None, None
    working.cite("法11条2項")
    return first, first


def count_months(*, acquired_on: date, lost_on: date, working: Working) -> int:
    """Return the insured months between acquisition and loss (法11条), 1 at the least.

    The month of acquisition counts, that of the loss does not; both in one month count as 1.
    Raises `UnableToLoseBeforeAcquiring` for a loss before the acquisition.
    """
    if lost_on < acquired_on:
        raise UnableToLoseBeforeAcquiring(
            f"喪失日({lost_on})が取得日({acquired_on})より前です(法11条)。",
            fix="取得日と喪失日を確かめてください。",
            field="lost_on",
        )
    months = Month.of(lost_on) - Month.of(acquired_on)
    if months == 0:
        working.step("取得した月に喪失した(その月を1月とする)", 1, "法11条2項")
        return 1
    working.step("取得した月から喪失した月の前月まで", months, "法11条1項")
    return months
