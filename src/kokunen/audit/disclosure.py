"""The list for a resident: when, which department and for what one's own record was seen.

Pure. Left out is whatever would tell of another person: the free text of a reason is never shown,
and an entry made for someone else's case, or about a protection measure, shows its day and a
general purpose only. (The trace itself can reveal a third party.)
"""

from __future__ import annotations

import csv
import io
from dataclasses import dataclass
from types import MappingProxyType
from typing import TYPE_CHECKING, Final

from kokunen.audit.domain import Act
from kokunen.dates.tokyo import TOKYO
from kokunen.dates.wareki import format_wareki

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping

    from kokunen.audit.domain import Entry

DISCLOSED: Final = frozenset({Act.READ, Act.OPEN, Act.WRITE, Act.EXPORT})
"""A refused attempt showed nothing, and is for the supervisor."""

ACTS: Final[Mapping[str, str]] = MappingProxyType(
    {Act.READ: "閲覧", Act.OPEN: "開示の記録", Act.WRITE: "更新", Act.EXPORT: "出力"}
)
ITEMS: Final[Mapping[str, str]] = MappingProxyType(
    {"name": "氏名", "sex": "性別", "birth_date": "生年月日", "address": "住所"}
)
_OWN_LIST: Final = "本人への開示"
GENERAL: Final = "国民年金の事務(ほかの方に関わるため、日付だけをお示しします)"

_ABOUT_TWO: Final = ("protection.", "openings.", "protection_", "openings_", "people_membership")
"""Operations and tables whose mention tells of a measure, of its other party or of a household."""
_ABOUT_TWO_PURPOSES: Final = frozenset({"protection"})
"""Code of ``access.domain.PURPOSES``: the purpose alone would tell that a measure exists."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One line of the list. ``at`` is in words; what is withheld is an empty text."""

    at: str
    act: str
    department: str
    staff: str
    purpose: str
    items: tuple[str, ...]
    general: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Names:
    """Words for the codes in the record, and whether staff numbers are shown (the city decides)."""

    purposes: Mapping[str, str]
    departments: Mapping[str, str]
    staff_numbers: bool = False


def tells_of_another(entry: Entry, *, others_cases: Collection[int]) -> bool:
    """Tell whether the entry would reveal another person to the resident."""
    if entry.case_id is not None and entry.case_id in others_cases:
        return True
    if entry.purpose in _ABOUT_TWO_PURPOSES or entry.operation.startswith(_ABOUT_TWO):
        return True
    return any(change.table.startswith(_ABOUT_TWO) for change in entry.changes)


def disclose(
    entries: Iterable[Entry], *, names: Names, others_cases: Collection[int]
) -> tuple[Line, ...]:
    """Return the list for the resident whom the entries are about, in their order.

    ``others_cases`` are the cases that also concern other people. A member of staff without a
    number to be shown is 職員1, 職員2, … by order of appearance, so that the resident can tell one
    from another and no more.
    """
    seen: dict[str, int] = {}
    lines = []
    for entry in entries:
        if entry.act not in DISCLOSED:
            continue
        local = entry.at.astimezone(TOKYO)
        day = format_wareki(local.date())
        if tells_of_another(entry, others_cases=others_cases):
            lines.append(
                Line(
                    at=day, act="", department="", staff="", purpose=GENERAL, items=(), general=True
                )
            )
            continue
        lines.append(
            Line(
                at=f"{day} {local:%H:%M}",
                act=ACTS[entry.act],
                department=names.departments.get(entry.department, entry.department),
                staff=_designation(entry, seen, shows_number=names.staff_numbers),
                purpose=_OWN_LIST
                if entry.operation == "audit.disclose"
                else names.purposes.get(entry.purpose, entry.purpose),
                items=tuple(words for item, words in ITEMS.items() if item in entry.shown),
                general=False,
            )
        )
    return tuple(lines)


def _designation(entry: Entry, seen: dict[str, int], *, shows_number: bool) -> str:
    if entry.staff is None:
        return "システムの処理"
    if shows_number:
        return entry.staff_number
    return f"職員{seen.setdefault(entry.staff_number, len(seen) + 1)}"


_HEADING: Final = ("日時", "操作", "部署", "取扱者", "処理事由", "示した4情報")


def as_csv(lines: Iterable[Line]) -> str:
    """Return the list as CSV with a heading (write it as UTF-8 with a byte-order mark)."""
    out = io.StringIO()
    writer = csv.writer(out, quoting=csv.QUOTE_ALL)
    writer.writerow(_HEADING)
    writer.writerows([_plain(cell) for cell in _cells(line)] for line in lines)
    return out.getvalue()


def as_text(lines: Iterable[Line]) -> str:
    """Return the list as text, one line for each entry."""
    told = ["  ".join(cell for cell in _cells(line) if cell) for line in lines]
    return "\n".join(["  ".join(_HEADING), *told]) + "\n"


def _cells(line: Line) -> tuple[str, ...]:
    return line.at, line.act, line.department, line.staff, line.purpose, "・".join(line.items)


def _plain(cell: str) -> str:
    """Keep a spreadsheet from taking a text for a formula."""
    return f"'{cell}" if cell.startswith(("=", "+", "-", "@", "\t", "\r")) else cell
