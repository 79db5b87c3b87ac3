"""What is asked when the answer to an application is recorded, and how it is read. Pure."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise
from typing import TYPE_CHECKING, Any, Final

from kokunen.cases.catalogue import FILINGS
from kokunen.cases.catalogue.kinds import Item, ItemKind
from kokunen.cases.particulars import check
from kokunen.dates.errors import Refusal
from kokunen.dates.month import Month
from kokunen.exemption.keeping import Granted
from kokunen.exemption.tested import cycle_of
from kokunen.exemption.words import span
from kokunen.law.exemption.rules import ORDER
from kokunen.law.premium import BAND_NAMES

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from kokunen.cases.domain import Receipt

LINES: Final = 6
"""So many stretches of months can be granted in one answer: two for each of three cycles."""


class UnableToRecordResult(Refusal):
    """The answer names months that were not applied for, twice the same, or none."""

    code = "invalid_result"


def items(filing: str) -> tuple[Item, ...]:
    """Return what is asked: bands with their first and last month; nothing for a notification."""
    if filing not in ("exemption", "student"):
        return ()
    bands = ("student",) if filing == "student" else ORDER
    choices = tuple((band, BAND_NAMES[band]) for band in bands)
    codes = frozenset(bands)
    found = []
    for number in range(1, LINES + 1):
        before = None if number == 1 else (f"band_{number - 1}", codes)
        asked = (f"band_{number}", codes)
        found.append(
            Item(
                name=f"band_{number}",
                label=f"承認された区分({number})",
                kind=ItemKind.CHOICE,
                choices=choices,
                only_if=before,
            )
        )
        found += [
            Item(
                name=f"{end}_{number}",
                label=f"{word}の月({number})",
                kind=ItemKind.MONTH,
                only_if=asked,
                essential=True,
            )
            for end, word in (("first", "最初"), ("last", "最後"))
        ]
    return tuple(found)


def filled(lines: Sequence[Granted]) -> dict[str, str]:
    """Return bands and months as the values of `items`."""
    return {
        name: value
        for number, line in enumerate(lines[:LINES], start=1)
        for name, value in (
            (f"band_{number}", line.band),
            (f"first_{number}", str(line.first)),
            (f"last_{number}", str(line.last)),
        )
    }


def read(
    *, receipt: Receipt, particulars: Mapping[str, Any], usual: Sequence[Granted]
) -> tuple[Granted, ...]:
    """Return what was granted; without particulars what was assessed (``usual``).

    Raises `UnableToRecordResult`, and ``UnableToReceive`` for a value of another form.
    """
    lines = tuple(usual)
    if particulars:
        asked = replace(FILINGS[receipt.filing], items=items(receipt.filing))
        data = check(filing=asked, particulars=particulars).data
        lines = tuple(
            Granted(
                band=data[f"band_{number}"],
                first=Month.parse(data[f"first_{number}"]),
                last=Month.parse(data[f"last_{number}"]),
            )
            for number in range(1, LINES + 1)
            if f"band_{number}" in data
        )
    if not lines:
        raise UnableToRecordResult(
            "承認された区分と月がありません。",
            fix="承認通知書の区分と期間を入れるか、却下として登録してください。",
            field="band_1",
        )
    student = receipt.filing == "student"
    cycles = [cycle_of(code, student=student) for code in receipt.particulars["cycles"]]
    for number, line in enumerate(lines, start=1):
        months = tuple(Month.range(line.first, line.last))
        asked_for = [any(each.first <= month <= each.last for each in cycles) for month in months]
        if not months or not all(asked_for):
            raise UnableToRecordResult(
                f"{span(line.first, line.last)}は、申請した年度の月ではありません。",
                fix="通知書の期間と、申請書の年度を見比べてください。",
                field=f"first_{number}",
            )
    for one, other in pairwise(sorted(lines, key=lambda line: line.first)):
        if other.first <= one.last:
            raise UnableToRecordResult(
                f"{span(other.first, min(one.last, other.last))}が2つの区分に入っています。",
                fix="1つの月には1つの区分だけを入れてください。",
                field="first_2",
            )
    return lines
