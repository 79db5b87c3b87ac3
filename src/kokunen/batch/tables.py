"""The two tables that come in and the one that goes out: their columns, types and readings."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import narwhals as nw

from kokunen.dates.errors import Refusal
from kokunen.law.exemption.facts import FLAGS
from kokunen.law.exemption.rules import DEDUCTIONS

if TYPE_CHECKING:
    from collections.abc import Mapping

COUNTS: Final = ("general", "elderly", "specified")
AMOUNTS: Final = ("total", *DEDUCTIONS)
YEAR_FLAGS: Final = ("widow", "single_parent", "working_student")
DISABLED: Final = ("none", "ordinary", "special")

PEOPLE: Final[Mapping[str, type[nw.dtypes.DType]]] = {
    "person_id": nw.Int64,
    "birth_date": nw.Date,
    "spouse_id": nw.Int64,
    "head_id": nw.Int64,
    "insured": nw.Boolean,
    "student": nw.Boolean,
    **dict.fromkeys(FLAGS, nw.Boolean),
    "separated_by_violence": nw.Boolean,
    "left_job_on": nw.Date,
}
INCOMES: Final[Mapping[str, type[nw.dtypes.DType]]] = {
    "person_id": nw.Int64,
    "income_year": nw.Int32,
    "total": nw.Int64,
    **dict.fromkeys(COUNTS, nw.Int32),
    **dict.fromkeys(DEDUCTIONS, nw.Int64),
    "disabled": nw.String,
    **dict.fromkeys(YEAR_FLAGS, nw.Boolean),
}
NULLABLE: Final = frozenset({"spouse_id", "head_id", "left_job_on", "total"})
OUTPUT: Final = ("person_id", "month", "band", "decided_by", "reason")

_TYPE_NAMES: Final = {
    nw.Int64: "64ビット整数",
    nw.Int32: "32ビット整数",
    nw.Date: "日付",
    nw.Boolean: "真偽値",
    nw.String: "文字列",
}


class UnableToReadTable(Refusal):
    """A file is not there, is no Parquet file, or has not the columns and types wanted."""

    code = "invalid_table"


def check_schema(schema: Mapping[str, nw.dtypes.DType], *, table: str) -> None:
    """Raise `UnableToReadTable` where a column is missing or of another type."""
    wanted = PEOPLE if table == "people" else INCOMES
    missing = [name for name in wanted if name not in schema]
    if missing:
        raise UnableToReadTable(
            f"{table} の表に列 {'、'.join(missing)} がありません。",
            fix=f"{table} の表を {'、'.join(wanted)} の列で作り直してください。",
            field=missing[0],
        )
    for name, kind in wanted.items():
        if schema[name] != kind:
            raise UnableToReadTable(
                f"{table} の表の列 {name} の型が {schema[name]} です。",
                fix=f"{name} を{_TYPE_NAMES[kind]}の列にしてください。",
                field=name,
            )
