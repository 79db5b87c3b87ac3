"""The incomes of the register as the law sees them. Pure.

The register keeps 市町村民税 data by 相当年度; the tax of a fiscal year is on the income of the
calendar year before it, so the cycle that begins in July of a year looks at the row of that year.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from kokunen.law.exemption.facts import Income
from kokunen.people.codes import Disability, Spouse, Widow, WorkingStudent

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from kokunen.people.domain import IncomeValue

_WIDOWED: Final = (Widow.WIDOW, Widow.SPECIAL_WIDOW, Widow.WIDOWER)
_DEDUCTED: Final = ("casualty", "medical", "social_insurance", "spouse_special")
_NEEDED: Final = (
    "general",
    "elderly",
    "specified",
    "spouse",
    "young",
    "net_loss",
    "disabled",
    "widow",
    "working_student",
    *_DEDUCTED,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """What the register knows of one person's incomes, by the calendar year of the income.

    ``incomes`` holds a year only if its total is known; what else of the year is not known stands
    at its least favourable there, and the year is then in ``doubtful``. ``disabled_dependants``
    are the years in which a dependant is disabled, which the assessment does not deduct.
    """

    incomes: Mapping[int, Income] = field(default_factory=dict)
    doubtful: frozenset[int] = frozenset()
    disabled_dependants: frozenset[int] = frozenset()


def known(rows: Iterable[IncomeValue]) -> Known:
    """Return the incomes of one person; a year without a row or without a total is not known."""
    declared = {row.fiscal_year - 1: row for row in rows if row.total is not None}
    return Known(
        incomes={year: _income(row) for year, row in declared.items()},
        doubtful=frozenset(
            year
            for year, row in declared.items()
            if any(getattr(row, name) is None for name in _NEEDED)
        ),
        disabled_dependants=frozenset(
            year
            for year, row in declared.items()
            if row.disabled_dependants or row.specially_disabled_dependants
        ),
    )


def _income(row: IncomeValue) -> Income:
    """Return 総所得金額等: 合計所得金額 less 純損失 carried forward, 0 at the least (令6条の11).

    Children under 16 and the spouse count as 扶養親族等 (令6条の7).
    """
    return Income(
        max((row.total or 0) - (row.net_loss or 0), 0),
        (row.general or 0) + (row.young or 0) + (row.spouse is Spouse.ORDINARY),
        (row.elderly or 0) + (row.spouse is Spouse.ELDERLY),
        row.specified or 0,
        {name: getattr(row, name) or 0 for name in _DEDUCTED},
        disabled=Disability.NONE.value if row.disabled is None else row.disabled.value,
        widow=row.widow in _WIDOWED,
        single_parent=row.widow is Widow.SINGLE_PARENT,
        working_student=row.working_student is WorkingStudent.YES,
    )
