"""A record of the agency as what it says: whom it is about, and what was answered. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from kokunen.cases.domain import StepKind
from kokunen.interchange.reconciliation.matching import Answer, folded
from kokunen.interchange.reconciliation.reasons import in_words

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date

LAYOUT: Final = "agency_results"
"""The layout of the results."""
LINES: Final = 6
"""So many stretches of months stand on a result."""
_KINDS: Final = {
    "granted": StepKind.GRANTED,
    "refused": StepKind.REFUSED,
    "returned": StepKind.RETURNED,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Who:
    """Whom a record is about, as the agency writes them; "" and None: not given."""

    basic_number: str
    name: str
    kana: str
    birth_date: date | None
    sex: str

    @classmethod
    def of(cls, values: Mapping[str, Any]) -> Who:
        """Read the fields that every record of the agency has; a number of zeros is none."""
        number = values.get("basic_number") or ""
        return cls(
            basic_number=number if number.strip("0") else "",
            name=values.get("name") or "",
            kana=values.get("kana") or "",
            birth_date=values.get("birth_date"),
            sex=values.get("sex") or "",
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Result:
    """A result as received: the step that it asks for, and what goes with it.

    ``particulars`` are values of the duties' ``result_items``; ``reason`` says the code in words.
    """

    who: Who
    answer: Answer
    kind: StepKind
    on: date
    reason: str
    particulars: Mapping[str, str]
    category: str
    acquired_on: date | None
    lost_on: date | None

    @classmethod
    def of(cls, values: Mapping[str, Any]) -> Result:
        """Read a detail record of ``agency_results``."""
        who = Who.of(values)
        return cls(
            who=who,
            answer=Answer(
                filing=values["filing"],
                decided_on=values["decided_on"],
                basic_number=who.basic_number,
                names=folded(who.name),
                kanas=folded(who.kana),
                birth_date=who.birth_date,
                received_on=values.get("received_on"),
                case=values.get("case"),
                branch=values.get("branch") or "",
            ),
            kind=_KINDS[values["outcome"]],
            on=values["decided_on"],
            reason=in_words(values.get("reason") or ""),
            particulars=_particulars(values),
            category=values.get("category") or "",
            acquired_on=values.get("acquired_on"),
            lost_on=values.get("lost_on"),
        )

    @property
    def bands(self) -> tuple[tuple[str, str, str], ...]:
        """What was granted: band, first and last month (YYYY-MM)."""
        given = self.particulars
        return tuple(
            (given[f"band_{line}"], given[f"first_{line}"], given[f"last_{line}"])
            for line in range(1, LINES + 1)
            if {f"band_{line}", f"first_{line}", f"last_{line}"} <= given.keys()
        )


def _particulars(values: Mapping[str, Any]) -> dict[str, str]:
    names = [f"{part}_{line}" for line in range(1, LINES + 1) for part in ("band", "first", "last")]
    names += ["pension_code", "certificate_number"]
    return {name: str(values[name]) for name in names if values.get(name)}
