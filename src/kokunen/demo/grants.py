"""What the tax office knows of an applicant, and what the agency grants. Pure."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Final

from kokunen.people.codes import Disability, Spouse, Widow, WorkingStudent
from kokunen.people.domain import IncomeValue

if TYPE_CHECKING:
    from random import Random

    from kokunen.demo.townsfolk import Townsman

APRIL: Final = 4
JULY: Final = 7
"""The months in which the cycles of students and of everybody else begin."""
_INCOMES: Final = {
    # Yen of total income, from and to, that lead to each outcome more or less (law.exemption).
    "full": (0, 600_000),
    "deferral": (0, 600_000),
    "three_quarters": (700_000, 1_100_000),
    "half": (1_000_000, 1_500_000),
    "one_quarter": (1_400_000, 1_900_000),
    "student": (0, 1_100_000),
    "": (3_500_000, 6_000_000),
}


def cycle(filing: str, day: date) -> int:
    """Return the first year of the cycle in which a day lies, as an application names it."""
    return day.year - (day.month < (APRIL if filing == "student" else JULY))


def answer(filing: str, one: Townsman, band: str, year: int) -> dict[str, str]:
    """Return a band for the months of a cycle, of those in category 1."""
    begins = APRIL if filing == "student" else JULY
    first = date(year, begins, 1)
    since = max(first, one.since or first)
    last = date(year + 1, begins - 1, 1)
    return {"band_1": band, "first_1": f"{since:%Y-%m}", "last_1": f"{last:%Y-%m}"}


def income(random: Random, year: int, band: str) -> IncomeValue:
    """Return the income of the year before (相当年度 ``year``) that leads to a band, about."""
    low, high = _INCOMES[band]
    return declared(year, low + int(random.random() * (high - low) / 1000) * 1000)


def declared(
    year: int, total: int, *, spouse: bool = False, young: int = 0, social_insurance: int = 0
) -> IncomeValue:
    """Return an income (yen) that was declared: whatever is not named is 0, and known to be."""
    return IncomeValue(
        fiscal_year=year,
        levy_year=year,
        general=0,
        elderly=0,
        specified=0,
        spouse=Spouse.ORDINARY if spouse else Spouse.NONE,
        disabled_dependants=0,
        specially_disabled_dependants=0,
        young=young,
        disabled=Disability.NONE,
        widow=Widow.NONE,
        working_student=WorkingStudent.NO,
        pension_receipts=0,
        pension_income=0,
        total=total,
        net_loss=0,
        casualty=0,
        medical=0,
        social_insurance=social_insurance,
        spouse_special=0,
    )
