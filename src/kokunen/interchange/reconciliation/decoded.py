"""A kept record as the values of its layout, and in the words of the office."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any, Final

from kokunen.cases.catalogue import FILINGS
from kokunen.cases.domain import StepKind
from kokunen.dates.month import Month
from kokunen.dates.wareki import format_wareki, format_wareki_month
from kokunen.interchange import models
from kokunen.interchange.codec.records import records
from kokunen.interchange.inbox.applying import version_of
from kokunen.interchange.reconciliation.reasons import in_words
from kokunen.people.codes import Category, ClaimKind, Exemption, Sex

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Mapping

_WORDS: Final[Mapping[str, Callable[[str], str]]] = {
    "sex": lambda code: Sex(code).label,
    "filing": lambda code: FILINGS[code].name,
    "outcome": lambda code: StepKind(code).label,
    "reason": in_words,
    "category": lambda code: Category(code).label,
    "kind": lambda code: ClaimKind(code).label,
    **{f"band_{line}": lambda code: Exemption(code).label for line in range(1, 7)},
}
"""How the codes of the agency's lists are said."""


def kept_each(
    rows: Collection[models.Record | models.Difference],
) -> Mapping[tuple[int, int], models.Raw]:
    """Return records as they were received, with their files, by file and number.

    What is not shown or not kept is left out.
    """
    wanted = {(row.file_id, row.number) for row in rows}
    found = models.Raw.objects.select_related("file").filter(
        file__in={file for file, _ in wanted}, number__in={number for _, number in wanted}
    )
    by_number = {(raw.file_id, raw.number): raw for raw in found}
    return {key: raw for key, raw in by_number.items() if key in wanted}


def values_of(raw: models.Raw) -> Mapping[str, Any]:
    """Return what a kept record says, by the layout in which its file was received."""
    layout = version_of(raw.file)
    way = records(layout)
    kind, parts = way.open(bytes(raw.content))
    return way.take(kind or layout.detail, parts)


def in_fields(raw: models.Raw, values: Mapping[str, Any]) -> tuple[tuple[str, str], ...]:
    """Return (項目名, value in words) of what a record says; what it leaves blank is left out."""
    layout = version_of(raw.file)
    return tuple(
        (field.title, word(field.name, values[field.name]))
        for field in layout.detail.values
        if values.get(field.name) is not None and field.name not in ("record_kind", "city")
    )


def word(name: str, value: object) -> str:
    """Say one value."""
    if isinstance(value, date):
        return format_wareki(value)
    if isinstance(value, Month):
        return format_wareki_month(value)
    said = str(value)
    return _WORDS[name](said) if name in _WORDS else said
