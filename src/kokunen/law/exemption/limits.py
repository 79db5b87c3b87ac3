"""The income limits of a month for given dependants, as people ask for them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from kokunen.law.exemption.facts import Income, Person
from kokunen.law.exemption.rules import BANDS
from kokunen.law.exemption.standing import examine

if TYPE_CHECKING:
    from kokunen.dates.month import Month
    from kokunen.rulekit.working import Working


@dataclass(frozen=True, slots=True)
class Limits:
    """Yen of income at which each band is still passed; None where it is not in law."""

    by_band: dict[str, int | None]
    flat: int


def exemption_limits(
    *, month: Month, general: int, elderly: int, specified: int, working: Working
) -> Limits:
    """Return the limits of every band (令6条の7–令6条の9の2) and the flat one (令6条の8).

    Partial and student limits are to be met by the income after deductions. Raises
    `NoValueInForce` before July 2006.
    """
    person = Person(incomes={0: Income(0, general, elderly, specified)})
    tried = examine(person.facts(month=month, income_year=0), month=month).tried
    by_band: dict[str, int | None] = {}
    for band in BANDS:
        line = next(line for line in tried[band] if line.code == "income_within_limit")
        by_band[band] = line.limit
        working.step(f"{line.text}(基準額)", line.limit, line.source)
    if not working.flag("exemption.deferral_in_law", month):
        by_band["deferral"] = None
    for table in ("full_added", "student_base"):
        working.dated(f"exemption.{table}", month)
    return Limits(by_band, working.whole("exemption.flat", month))
