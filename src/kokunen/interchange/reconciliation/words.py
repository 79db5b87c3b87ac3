"""Both sides of a difference in the words of the office. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from kokunen.dates.month import Month
from kokunen.dates.wareki import format_wareki
from kokunen.exemption.words import SAY, span
from kokunen.exemption.words import reason as reason_of_law
from kokunen.interchange.domain import DifferenceKind
from kokunen.law.exemption.decision import UNDECIDABLE
from kokunen.people.codes import Category, ClaimKind, Exemption, Sex

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from datetime import date

    from kokunen.interchange.reconciliation.differing import Known

NOTHING: Final = "記録なし"
_BANDS: Final = {"none": "該当なし", UNDECIDABLE: "判定できない"}
REGISTER: Final = "住民基本台帳・市の記録"


def day(on: date | None) -> str:
    """Write a day, or that it is not known."""
    return NOTHING if on is None else format_wareki(on)


def bands(lines: Iterable[Sequence[str]]) -> str:
    """Write bands and months as a step keeps them: [band, first, last]."""
    said = [
        f"{span(Month.parse(first), Month.parse(last))} {band(code)}" for code, first, last in lines
    ]
    return "、".join(said) or "該当なし"


def band(code: str) -> str:
    """Name a band, or why there is none."""
    return Exemption(code).label if code in list(Exemption) else _BANDS.get(code, "該当なし")


def reasons(cycles: Iterable[Mapping[str, Any]]) -> tuple[str, ...]:
    """Say why the law gave each band, from a kept assessment: months, band, reason, what lacked."""
    said = []
    for cycle in cycles:
        for months in cycle["months"]:
            when = span(Month.parse(months["first"]), Month.parse(months["last"]))
            who = f"({SAY.who(months['decided_by'])}で決まる)" if months["decided_by"] else ""
            line = f"{when} {band(str(months['band']))}{who}: {reason_of_law(months['reason'])}"
            said.append(line + ("(分からない事実があります)" if months["missing"] else ""))
    return tuple(said)


def ours(what: DifferenceKind, known: Known) -> str:
    """Say what the register has."""
    match what:
        case DifferenceKind.NAME:
            named = known.named
            return " ".join(filter(None, (named["name"] or named["latin"], named["kana"])))
        case DifferenceKind.BIRTH_DATE:
            return day(known.birth_date)
        case DifferenceKind.SEX:
            return Sex(known.sex).label
        case _:
            return (
                "、".join(insured(each.category, each.start, each.end) for each in known.insured)
                or NOTHING
            )


def theirs(what: DifferenceKind, values: Mapping[str, Any]) -> str:
    """Say what the record of the agency has."""
    match what:
        case DifferenceKind.NAME:
            return " ".join(filter(None, (values.get("name"), values.get("kana"))))
        case DifferenceKind.BIRTH_DATE:
            return day(values.get("birth_date"))
        case DifferenceKind.SEX:
            return Sex(values["sex"]).label
        case DifferenceKind.MISSING_HERE if "kind" in values:
            return f"{ClaimKind(values['kind']).label}の受給権者"
        case _:
            return insured(
                values.get("category") or "", values.get("acquired_on"), values.get("lost_on")
            )


def insured(category: str, start: date | None, end: date | None) -> str:
    """Write an insurance: its category, 取得日 and 喪失日."""
    named = Category(category).label if category else "種別の記載なし"
    acquired = f"取得 {day(start)}" if start else "取得日の記載なし"
    return f"{named}({acquired}{f'、喪失 {day(end)}' if end else ''})"
