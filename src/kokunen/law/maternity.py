"""The exemptions around a birth and while a child is brought up; both count as months paid."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING, Final

from kokunen.dates.age import attained_on
from kokunen.dates.errors import Refusal
from kokunen.dates.month import Month

if TYPE_CHECKING:
    from kokunen.rulekit.working import Working

CHILDBIRTH_FROM: Final = Month(2019, 4)
"""The first month that childbirth can exempt (平成28年法律114号 附則1条)."""
_FIRST_BIRTHS: Final = Month(2019, 2)
CHILDCARE_FROM: Final = date(2026, 10, 1)
"""The day from which bringing up a child exempts (令和6年法律47号 附則1条)."""
_CHILD_AGE: Final = 1


class UnableToExemptForChild(Refusal):
    """No month is exempt: the rule was not yet in law, or the child is past its age."""

    code = "no_exempt_month"


class UnableToCareBeforeBirth(Refusal):
    """The care is said to begin before the child was born."""

    code = "care_before_birth"


@dataclass(frozen=True, slots=True)
class ExemptMonths:
    """The first and the last exempt month, both included."""

    first: Month
    last: Month

    @property
    def count(self) -> int:
        """The number of months, 1 or more."""
        return self.last - self.first + 1


def childbirth(*, day: date, multiple: bool, field: str, working: Working) -> ExemptMonths:
    """Return the months exempt around a birth (法88条の2): 4, with more than one child 6.

    ``day`` is the expected day or, where the birth came before the filing, the day of birth; its
    month counts from the one before it (with several children the third before) to the second
    after it. Months before 2019-04 are cut off. ``field`` names the input the day came from.
    Raises `UnableToExemptForChild` when no month from 2019-04 is left.
    """
    month = Month.of(day)
    if month < _FIRST_BIRTHS:
        raise UnableToExemptForChild(
            f"{day}の出産では、産前産後免除が始まった{CHILDBIRTH_FROM}以後の月がありません(法88条の2)。",
            fix="予定日または出産日が2019年2月1日以後であることを確かめてください。",
            field=field,
        )
    table = "enrolment.childbirth_before_multiple" if multiple else "enrolment.childbirth_before"
    first = month - working.whole(table, month)
    last = month + working.whole("enrolment.childbirth_after", month)
    exempt = ExemptMonths(max(first, CHILDBIRTH_FROM), last)
    working.step("産前産後免除期間", f"{exempt.first}〜{exempt.last}", "法88条の2")
    return exempt


def childcare(
    *, child_born_on: date, care_from: date, birth_mother: bool, working: Working
) -> ExemptMonths:
    """Return the months exempt for bringing up a child (法88条の3), from 2026-10 at the earliest.

    They run from the month in which the care begins through the month before the one with the day
    after the child attains 1. For the birth mother they follow the months of `childbirth`,
    counted from the month of the birth (unverified), which leaves 9.
    Raises `UnableToCareBeforeBirth`, and `UnableToExemptForChild` when no month is left.
    """
    if care_from < child_born_on:
        raise UnableToCareBeforeBirth(
            f"養育を始めた日({care_from})が子の生年月日({child_born_on})より前です。",
            fix="養育を始めた日と子の生年月日を確かめてください。",
            field="care_from",
        )
    attained = attained_on(birth_date=child_born_on, years=_CHILD_AGE)
    last = Month.of(attained + timedelta(days=1)) - 1
    first = max(Month.of(care_from), Month.of(CHILDCARE_FROM))
    if first > last:
        raise UnableToExemptForChild(
            "育児期間免除になる月がありません。"
            f"免除は{CHILDCARE_FROM}以後、子が1歳に達する日({attained})までの養育についてです(法88条の3)。",
            fix="子の生年月日と養育を始めた日を確かめてください。",
            field="care_from",
        )
    if child_born_on < CHILDCARE_FROM and not working.flag(
        "enrolment.childcare_earlier_births", first
    ):
        raise UnableToExemptForChild(
            f"{CHILDCARE_FROM}より前に生まれた子は、育児期間免除の対象になりません(法88条の3)。",
            fix="子の生年月日を確かめてください。",
            field="child_born_on",
        )
    if birth_mother and working.flag("enrolment.childcare_follows_childbirth", first):
        after = Month.of(child_born_on) + working.whole("enrolment.childbirth_after", first)
        first = max(first, after + 1)
        working.note(
            "産後の免除期間は、出産の日の属する月から数えています。"
            "出産予定日で届け出た産前産後免除とは月がずれることがあります。"
        )
    exempt = ExemptMonths(first, last)
    working.step("育児期間免除", f"{exempt.first}〜{exempt.last}", "法88条の3")
    return exempt
