"""Income tax in the calculation contract."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from kokunen.law.employment_income import employment_income as income_of

if TYPE_CHECKING:
    from kokunen.law.contract.fields import Fields
    from kokunen.rulekit.working import Working

_LAST_YEAR: Final = 9999


def employment_income(fields: Fields, working: Working) -> dict[str, Any]:
    """Answer ``employment-income``."""
    income_year = fields.whole("income_year", least=1, most=_LAST_YEAR)
    salary = fields.whole("salary")
    fields.done()
    return {"income": income_of(income_year=income_year, salary=salary, working=working)}
