"""The facts of an application, and how the rules see them."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import TYPE_CHECKING, Final

from kokunen.dates.cycles import april_cycle, july_cycle
from kokunen.dates.month import Month
from kokunen.law.exemption.rules import DEDUCTIONS

if TYPE_CHECKING:
    from collections.abc import Mapping

FLAGS: Final = ("other_assistance", "special_disability_benefit", "disaster_loss")
_INCOME_FACTS: Final = (
    "total",
    "general",
    "elderly",
    "specified",
    *DEDUCTIONS,
    "disabled_ordinary",
    "disabled_special",
    "widow",
    "single_parent",
    "working_student",
)
UNKNOWN_INCOME: Final[Mapping[str, int | None]] = dict.fromkeys(_INCOME_FACTS)


@dataclass(frozen=True, slots=True)
class Income:
    """One person's municipal tax data of one income year, in yen.

    ``total`` is 総所得金額等 and may be None, not known (for example not yet declared); the
    dependants are counts, ``deductions`` maps names of `DEDUCTIONS` to yen.
    """

    total: int | None
    general: int = 0
    elderly: int = 0
    specified: int = 0
    deductions: Mapping[str, int] = field(default_factory=dict)
    disabled: str = "none"
    widow: bool = False
    single_parent: bool = False
    working_student: bool = False

    def facts(self) -> dict[str, int | None]:
        """Return the facts the rules name."""
        return {
            "total": self.total,
            "general": self.general,
            "elderly": self.elderly,
            "specified": self.specified,
            **dict.fromkeys(DEDUCTIONS, 0),
            **self.deductions,
            "disabled_ordinary": int(self.disabled == "ordinary"),
            "disabled_special": int(self.disabled == "special"),
            "widow": int(self.widow),
            "single_parent": int(self.single_parent),
            "working_student": int(self.working_student),
        }


@dataclass(frozen=True, slots=True)
class Person:
    """A person tested; a flag that is None is not known, an absent income year neither.

    ``left_job_on`` is the last day of work; None: no loss of a job is claimed.
    """

    incomes: Mapping[int, Income | None]
    other_assistance: bool | None = False
    special_disability_benefit: bool | None = False
    disaster_loss: bool | None = False
    left_job_on: date | None = None

    def facts(self, *, month: Month, income_year: int) -> dict[str, int | None]:
        """Return the facts the rules name, for a month judged by an income year.

        The loss of a job reaches to the end of the second cycle after its year: June, for students
        March (規則77条の7第1号); that cycle is the one after the income year.
        """
        income = self.incomes.get(income_year)
        found = income.facts() if income is not None else dict(UNKNOWN_INCOME)
        found["other_assistance"] = self.other_assistance
        found["special_disability_benefit"] = self.special_disability_benefit
        found["disaster_loss"] = self.disaster_loss
        found["left_job"] = self.left_job_on is not None
        found["months_since_job_loss"] = found["years_since_job_loss"] = 0
        if self.left_job_on is not None:
            lost = self.left_job_on + timedelta(days=1)
            found["months_since_job_loss"] = month - Month.of(lost)
            found["years_since_job_loss"] = income_year + 1 - lost.year
        return found


@dataclass(frozen=True, slots=True)
class OtherExemption:
    """Months already free for another reason: childbirth, childcare or statutory."""

    kind: str
    first: Month
    last: Month | None


@dataclass(frozen=True, slots=True)
class Application:
    """An application for the months ``first`` to ``last``, received on ``applied_on``.

    ``spouse`` None: there is none; ``head`` None: the insured is the head of the household. Spouse
    and head are those on the day of the application for the current cycle, and those on the last
    day of the period applied for in a past one. ``wanted`` are the bands ticked on the form.
    """

    applied_on: date
    first: Month
    last: Month
    birth_date: date
    insured: Person
    spouse: Person | None = None
    head: Person | None = None
    student: bool = False
    separated_by_violence: bool | None = False
    wanted: frozenset[str] | None = None
    other_exemptions: tuple[OtherExemption, ...] = ()
    paid_months: frozenset[Month] = frozenset()

    def people(self) -> dict[str, Person]:
        """Return the persons who may be tested, by role."""
        found = {"insured": self.insured, "spouse": self.spouse, "head": self.head}
        return {role: person for role, person in found.items() if person is not None}


def age_months(*, birth_date: date, month: Month) -> int:
    """Return 12 × 20 in the month in which 20 is attained, and so on, month by month.

    Age is attained on the day before the birthday (年齢計算ニ関する法律).
    """
    return month - Month.of(birth_date - timedelta(days=1))


def income_year_of(*, month: Month, student: bool) -> int:
    """Return the calendar year whose income governs a month (法90条1項1号, 規則77条の2).

    July–December: the year before; January–June: the year before that one. Students: the year
    before the April in which their year began.
    """
    cycle = april_cycle(month) if student else july_cycle(month)
    return cycle.year - 1
