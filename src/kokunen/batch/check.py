"""Finding the rows that cannot be used, on any engine, and what is done about them.

A bad row of people is set aside with its person: they are not assessed, and nothing is known
about them where they are someone's spouse or head. A bad row of incomes, and every row of a person
and year given twice, counts as not known. Never does a row that is set aside count as nobody or as
zero.
"""

from __future__ import annotations

from functools import reduce
from operator import or_
from typing import TYPE_CHECKING, Any, Final, NamedTuple

import narwhals as nw

from kokunen.batch.tables import AMOUNTS, COUNTS, DISABLED, INCOMES, NULLABLE, PEOPLE
from kokunen.dates.errors import Refusal
from kokunen.law.exemption.rules import MOST_DEPENDANTS
from kokunen.rulekit.tree import MOST

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

Frame = Any
"""A lazy Narwhals frame of any engine."""

SHOWN: Final = 5
"""How many bad rows a refusal names."""

REASONS: Final = {
    "null_value": "空であってはならない列が空です",
    "negative_amount": "人数か金額が負です",
    "amount_too_large": "人数か金額が、ありえない大きさです",
    "unknown_word": f"disabled が {'・'.join(DISABLED)} のどれでもありません",
    "own_spouse": "自分自身を配偶者としています",
    "duplicate_person": "同じ person_id の行がほかにあります",
    "unknown_spouse": "spouse_id の人が people にいません",
    "unknown_head": "head_id の人が people にいません",
    "duplicate_income": "同じ person_id と income_year の行がほかにあります",
}
"""Why a row cannot be used; the first that applies is given."""


class BadRow(NamedTuple):
    """One row that cannot be used; ``income_year`` is None for people."""

    table: str
    person_id: int | None
    income_year: int | None
    reason: str


class UnableToUseRows(Refusal):
    """Rows of the input break a rule of the tables; nothing was assessed."""

    code = "unusable_rows"

    def __init__(self, rows: Sequence[BadRow]) -> None:
        shown = "、".join(_name(row) for row in rows[:SHOWN])
        more = "など" if len(rows) > SHOWN else ""
        super().__init__(
            f"使えない行があります: {shown}{more}。",
            fix="行を直すか、--quarantine FILE を付けて、使えない行を除いて進めてください。",
            field=rows[0].table,
        )
        self.rows = tuple(rows[:SHOWN])


def _name(row: BadRow) -> str:
    year = "" if row.income_year is None else f" の{row.income_year}年"
    return f"{row.table} の person_id {row.person_id}{year}({REASONS[row.reason]})"


def _some(conditions: Iterable[nw.Expr]) -> nw.Expr:
    return reduce(or_, conditions)


def _nulls(columns: Iterable[str]) -> nw.Expr:
    return _some(nw.col(name).is_null() for name in columns if name not in NULLABLE)


def _beyond() -> nw.Expr:
    counts = [nw.col(name) > MOST_DEPENDANTS for name in COUNTS]
    return _some([*counts, *(nw.col(name) > MOST for name in AMOUNTS)])


_INCOME_FAULTS: Final = {
    "null_value": _nulls(INCOMES),
    "negative_amount": _some(nw.col(name) < 0 for name in (*COUNTS, *AMOUNTS)),
    "amount_too_large": _beyond(),
    "unknown_word": ~_some(nw.col("disabled") == word for word in DISABLED),
}
_PERSON_FAULTS: Final = {
    "null_value": _nulls(PEOPLE),
    "own_spouse": nw.col("spouse_id") == nw.col("person_id"),
}

INCOME_FAULT: Final = _some(_INCOME_FAULTS.values()).fill_null(value=False)
"""Whether a row of incomes breaks a rule by itself; never null."""
PERSON_FAULT: Final = _some(_PERSON_FAULTS.values()).fill_null(value=False)
"""Whether a row of people breaks a rule by itself; never null."""


def bad_people(people: Frame) -> list[Frame]:
    """Return frames of the bad rows of people: ``person_id`` and ``reason``."""
    ids = people.select(known="person_id").unique()
    found = [_by_itself(people, _PERSON_FAULTS, keys=["person_id"])]
    found.append(_given_twice(people, keys=["person_id"], reason="duplicate_person"))
    for column, reason in (("spouse_id", "unknown_spouse"), ("head_id", "unknown_head")):
        pointing = people.filter(~nw.col(column).is_null())
        lost = pointing.join(ids, left_on=column, right_on="known", how="anti")
        found.append(lost.select("person_id", reason=nw.lit(reason)))
    return found


def bad_incomes(incomes: Frame) -> list[Frame]:
    """Return frames of the bad rows of incomes: ``person_id``, ``income_year``, ``reason``."""
    keys = ["person_id", "income_year"]
    twice = _given_twice(incomes, keys=keys, reason="duplicate_income")
    return [_by_itself(incomes, _INCOME_FAULTS, keys=keys), twice]


def _by_itself(frame: Frame, faults: dict[str, nw.Expr], *, keys: list[str]) -> Frame:
    reason: nw.Expr = nw.lit(None, dtype=nw.String)
    for code, fault in reversed(faults.items()):
        reason = nw.when(fault.fill_null(value=False)).then(nw.lit(code)).otherwise(reason)
    return frame.select(*keys, reason=reason).filter(~nw.col("reason").is_null())


def _given_twice(frame: Frame, *, keys: list[str], reason: str) -> Frame:
    known = _some(nw.col(key).is_null() for key in keys)
    many = frame.filter(~known).group_by(keys).agg(rows=nw.len())
    return many.filter(nw.col("rows") > 1).select(*keys, reason=nw.lit(reason))
