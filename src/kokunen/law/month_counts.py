"""The months of a contribution record, as the benefits count them."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from math import floor
from typing import Final

from kokunen.dates.errors import Refusal

FULL_MONTHS: Final = 480
"""The months that make a full pension: 40 years (法27条)."""
PARTIAL_BANDS: Final = ("one_quarter", "half", "three_quarters")
"""The bands in which part is paid, from the most paid to the least (the order of 法27条)."""
EXEMPT_BANDS: Final = (*PARTIAL_BANDS, "full")
_PAID_SHARE: Final = {
    "one_quarter": Fraction(3, 4),
    "half": Fraction(1, 2),
    "three_quarters": Fraction(1, 4),
}


class UnableToCountAdditional(Refusal):
    """More months with the additional premium than months paid."""

    code = "additional_exceeds_paid"


@dataclass(frozen=True, slots=True)
class Exempt:
    """Months of one band of exemption, to 2009-03 (``older``) and from 2009-04 (``newer``).

    In the partial bands only those whose payable part was paid count; the others are unpaid.
    """

    older: int = 0
    newer: int = 0

    @property
    def total(self) -> int:
        """All months of the band."""
        return self.older + self.newer


_NONE: Final = Exempt()


@dataclass(frozen=True, slots=True)
class MonthCounts:
    """The months of a record; all are whole numbers, 0 or more.

    ``paid`` includes the months of 産前産後 and 育児 exemption; each other name is the share
    exempted. ``deferral`` and ``student`` months count towards qualifying only.
    """

    paid: int = 0
    deferral: int = 0
    student: int = 0
    one_quarter: Exempt = _NONE
    half: Exempt = _NONE
    three_quarters: Exempt = _NONE
    full: Exempt = _NONE

    def band(self, name: str) -> Exempt:
        """Return the months of one of `EXEMPT_BANDS`."""
        found: Exempt = getattr(self, name)
        return found

    @property
    def qualifying(self) -> int:
        """The months that count towards the qualifying period (法26条), as far as given."""
        exempt = sum(self.band(name).total for name in EXEMPT_BANDS)
        return self.paid + exempt + self.deferral + self.student

    @property
    def premiums_paid(self) -> Fraction:
        """The months weighted by the share of the premium paid in them (法52条の2)."""
        partial = (self.band(name).total * _PAID_SHARE[name] for name in PARTIAL_BANDS)
        return sum(partial, start=Fraction(self.paid))

    def check_additional(self, months: int) -> None:
        """Refuse more months with the additional premium than months paid (法87条の2)."""
        if months > self.paid:
            raise UnableToCountAdditional(
                f"付加保険料の月数({months})が保険料納付済の月数({self.paid})より多くなっています。"
                "付加保険料は保険料を全額納める月だけ納められます(法87条の2)。",
                fix="付加保険料の月数と納付済の月数を確かめてください。",
                field="additional_months",
            )


def half_up(amount: Fraction) -> int:
    """Round to a whole number, a half upwards: 50 sen and more make a yen (法17条1項)."""
    return floor(amount + Fraction(1, 2))
