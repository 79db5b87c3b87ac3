"""What each choice for a month means for the old-age basic pension, in yen a year for life."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from functools import partial
from typing import TYPE_CHECKING, Any, Final

from kokunen.law.back_payment import back_payment
from kokunen.law.figures import FIGURES
from kokunen.law.month_counts import EXEMPT_BANDS, PARTIAL_BANDS, Exempt, MonthCounts
from kokunen.law.old_age import old_age_pension
from kokunen.law.premium import monthly_premium
from kokunen.rulekit.figures import NoValueInForce
from kokunen.rulekit.working import Working

if TYPE_CHECKING:
    from collections.abc import Callable

    from kokunen.dates.month import Month
    from kokunen.law.exemption.assess import MonthAssessment

    _Counted = Callable[[int], MonthCounts]

YEAR: Final = 12
_NEWER_FROM: Final = date(2009, 4, 1)


@dataclass(frozen=True, slots=True)
class Choice:
    """One way to deal with a month.

    ``kind`` is pay, band, band_unpaid, back_payment or unpaid; ``band`` the band it concerns.
    ``now`` and ``later`` are yen to pay for one month, ``month`` and ``year`` yen of pension a year
    for one month and for twelve. ``open`` tells whether the person's assessment allows it (None:
    not known, or not examined).
    """

    kind: str
    band: str | None
    now: int
    later: int
    month: int
    year: int
    is_open: bool | None


@dataclass(frozen=True, slots=True)
class Choices:
    """The choices of a month, in the pension figures of its fiscal year."""

    fiscal_year: int
    rows: tuple[Choice, ...]
    assessed: frozenset[int]
    back_pay_free_to: date


def choices(found: MonthAssessment, month: Month, *, birth_date: date) -> Choices | None:
    """Return the choices for a month; None while the pension of its fiscal year is not known."""
    maker = _Maker(found, month, birth_date)
    try:
        rows = list(maker.rows())
    except NoValueInForce:
        return None
    band = found.decision.band
    sought = ("pay", None) if band == "none" else ("band", band)
    assessed = frozenset(at for at, row in enumerate(rows) if (row.kind, row.band) == sought)
    free_years = Working(FIGURES).whole("back_payment.free_years", month)
    free_to = date(month.fiscal_year + free_years + 1, 3, 31)
    return Choices(month.fiscal_year, tuple(rows), assessed, free_to)


class _Maker:
    def __init__(self, found: MonthAssessment, month: Month, birth_date: date) -> None:
        self._found = found
        self._month = month
        self._birth_date = birth_date
        self._premium = monthly_premium(month=month, working=Working(FIGURES))
        self._passed = {tried.band: tried.passed for tried in found.bands}

    def rows(self) -> list[Choice]:
        band = self._found.decision.band
        rows = [self._row("pay", None, now=self._premium.premium, counted=_paid, is_open=True)]
        student = band == "student" or "student" in self._passed
        if (now := self._premium.payable.get(band)) is not None:
            rows.append(self._row("band", band, now=now, counted=self._exempt(band), is_open=True))
            rows.append(self._row("band_unpaid", band, now=0, counted=_nothing, is_open=True))
        offered = ("student",) if student else ("full", "deferral")
        for whole in offered:
            counted = self._exempt(whole) if whole in EXEMPT_BANDS else _nothing
            is_open = self._passed.get(whole)
            rows.append(self._row("band", whole, now=0, counted=counted, is_open=is_open))
        rows.append(self._back_payment(band if band in (*PARTIAL_BANDS, *offered) else offered[-1]))
        rows.append(self._row("unpaid", None, now=0, counted=_nothing, is_open=True))
        return rows

    def _back_payment(self, band: str) -> Choice:
        owed = back_payment(
            exempt_month=self._month,
            band=band,
            paid_on=self._month.last_day,
            working=Working(FIGURES),
        )
        now = self._premium.premium - owed.amount
        is_open = self._passed.get(band)
        return self._row(
            "back_payment", band, now=now, later=owed.amount, counted=_paid, is_open=is_open
        )

    def _row(
        self,
        kind: str,
        band: str | None,
        *,
        now: int,
        later: int = 0,
        counted: _Counted,
        is_open: bool | None,
    ) -> Choice:
        month, year = (self._annual(counted(months)) for months in (1, YEAR))
        return Choice(kind, band, now, later, month, year, is_open)

    def _annual(self, counts: MonthCounts) -> int:
        return old_age_pension(
            fiscal_year=self._month.fiscal_year,
            counts=counts,
            birth_date=self._birth_date,
            additional_months=0,
            start_shift=0,
            working=Working(FIGURES),
        ).annual

    def _exempt(self, band: str) -> _Counted:
        return partial(_exempt, band, newer=self._month.first_day >= _NEWER_FROM)


def _paid(months: int) -> MonthCounts:
    return MonthCounts(paid=months)


def _nothing(_: int) -> MonthCounts:
    return MonthCounts()


def _exempt(band: str, months: int, *, newer: bool) -> MonthCounts:
    counted = Exempt(newer=months) if newer else Exempt(older=months)
    one: dict[str, Any] = {band: counted}
    return MonthCounts(**one)
