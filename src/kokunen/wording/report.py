"""What an application gets, month by month, put together into stretches of equal months."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import groupby
from typing import TYPE_CHECKING, Final

from kokunen.dates.errors import Refusal
from kokunen.dates.month import Month
from kokunen.law.contract.application import read_application
from kokunen.law.contract.fields import Fields, UnableToReadInput
from kokunen.law.exemption.assess import MonthAssessment, assess_month, not_applicable
from kokunen.law.exemption.decision import UNDECIDABLE
from kokunen.law.figures import FIGURES
from kokunen.law.premium import PAYABLE_SHARE, monthly_premium
from kokunen.rulekit.working import Working

if TYPE_CHECKING:
    from collections.abc import Iterator

    from kokunen.law.exemption.facts import Application

_NOTHING_TO_PAY: Final = ("full", "deferral", "student")


@dataclass(frozen=True, slots=True)
class Paying:
    """Months in a row in which the same yen remain to be paid (None: not known)."""

    first: Month
    last: Month
    payable: int | None


@dataclass(frozen=True, slots=True)
class Stretch:
    """Months in a row with the same answer for the same reasons.

    ``reason`` says why the months cannot be applied for; otherwise ``found`` is the assessment of
    the first of them, and ``paying`` what remains to be paid in which of them.
    """

    first: Month
    last: Month
    reason: str | None
    found: MonthAssessment | None
    paying: tuple[Paying, ...]

    @property
    def months(self) -> list[Month]:
        """The months of the stretch."""
        return list(Month.range(self.first, self.last))


def read_case(case: object) -> tuple[str, Application]:
    """Return the title (empty without one) and the application of a case, read strictly."""
    fields = Fields(case)
    title = fields.raw("title", default="")
    if not isinstance(title, str):
        raise UnableToReadInput(
            "invalid_type",
            f"「title」の値 {title!r} は読めません。",
            fix="題名は文字で書いてください。",
            field="title",
        )
    application = read_application(fields)
    fields.done()
    return title, application


def stretches(application: Application) -> tuple[Stretch, ...]:
    """Return the months of an application in stretches; `NoValueInForce` outside the figures."""
    try:
        months = [
            _month(application, month) for month in Month.range(application.first, application.last)
        ]
    except Refusal as refusal:
        refusal.field = refusal.field or "from"
        raise
    return tuple(_stretches(months))


_One = tuple[Month, str | None, MonthAssessment | None, int | None]


def _month(application: Application, month: Month) -> _One:
    reason = not_applicable(application, month, working=Working(FIGURES))
    if reason is not None:
        return month, reason, None, None
    found = assess_month(application, month)
    return month, None, found, payable(month=month, band=found.decision.band)


def _stretches(months: list[_One]) -> Iterator[Stretch]:
    for _, same in groupby(months, key=lambda one: (one[1], one[2] and one[2][1:])):
        those = list(same)
        parts = [list(part) for _, part in groupby(those, key=lambda one: one[3])]
        yield Stretch(
            those[0][0],
            those[-1][0],
            those[0][1],
            those[0][2],
            tuple(Paying(part[0][0], part[-1][0], part[0][3]) for part in parts),
        )


def payable(*, month: Month, band: str) -> int | None:
    """Return the yen that remain to be paid for a month in a band; None while it is undecided."""
    if band in _NOTHING_TO_PAY:
        return 0
    if band == UNDECIDABLE:
        return None
    premium = monthly_premium(month=month, working=Working(FIGURES))
    return premium.payable[band] if band in PAYABLE_SHARE else premium.premium
