"""The exemption by law itself (法定免除), which needs a report but no decision on income."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from kokunen.dates.errors import Refusal
from kokunen.dates.month import Month

if TYPE_CHECKING:
    from datetime import date

    from kokunen.rulekit.working import Working


class UnableToEndBeforeBeginning(Refusal):
    """The reason is said to have ended before it arose."""

    code = "end_before_start"


@dataclass(frozen=True, slots=True)
class StatutoryMonths:
    """The first and the last exempt month; ``last`` is None while the reason lasts."""

    first: Month
    last: Month | None


CAUSES: Final = {
    "disability_grade_1_2": (
        "法89条1項1号",
        "1級・2級から3級に下がったときは、3級にも当たらなくなって3年たつまで続きます。初めから3級だけの人は当たりません。",
    ),
    "livelihood_assistance": (
        "法89条1項2号",
        "外国籍の人が生活保護に準じた保護を受けるときは、法定免除ではなく申請免除です。",
    ),
    "sanatorium": ("法89条1項3号・規則74条の2", ""),
}
"""Each cause with its article and what the desk must know about it."""


def statutory(
    *, cause: str, begins_on: date, ends_on: date | None, working: Working
) -> StatutoryMonths:
    """Return the months exempt by law (法89条1項).

    They run from the month *before* the one in which the reason arises (``begins_on``) through
    the month in which it ends (``ends_on``; None: it lasts). ``cause`` is a key of `CAUSES`.
    Raises `UnableToEndBeforeBeginning`, and `NoValueInForce` before 1986-04.
    """
    if ends_on is not None and ends_on < begins_on:
        raise UnableToEndBeforeBeginning(
            f"事由がなくなった日({ends_on})が、事由が生じた日({begins_on})より前です(法89条)。",
            fix="2つの日付を確かめてください。",
            field="to",
        )
    article, note = CAUSES[cause]
    if note:
        working.note(note)
    month = Month.of(begins_on)
    first = month - working.whole("enrolment.statutory_before", month)
    last = None if ends_on is None else Month.of(ends_on)
    working.step("法定免除期間", f"{first}〜{last or '継続中'}", article)
    return StatutoryMonths(first, last)
