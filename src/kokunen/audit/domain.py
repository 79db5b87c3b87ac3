"""Who acted, where, when and why, and what one line of the record holds.

Pure: no Django, no clock, no I/O. The fields are those of the access log that a city's privacy
impact assessment promises (特定個人情報保護評価書 Ⅲ3: 処理日時, 職員情報, 部署情報, 端末情報,
処理事由, 宛名番号, 4情報).
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import TYPE_CHECKING, Final

from kokunen.dates.errors import Refusal

if TYPE_CHECKING:
    from datetime import datetime
    from uuid import UUID


class Act(StrEnum):
    """What kind of act a line of the record is about."""

    READ = "read"
    WRITE = "write"
    REFUSE = "refuse"
    OPEN = "open"  # a purpose was stated, or a sealed thing was opened
    SIGN_IN = "sign_in"
    SIGN_OUT = "sign_out"
    RUN = "run"  # a program's run
    EXPORT = "export"


NEEDS_PURPOSE: Final = frozenset({Act.READ, Act.OPEN})
"""Acts on a person that are recorded only with a purpose."""

FOUR_ITEMS: Final = ("name", "sex", "birth_date", "address")
"""The 4情報, each of which has a column of its own; the words are those of ``access``'s fields."""

SIZES: Final = {
    "operation": 100,
    "staff_number": 64,
    "department": 32,
    "terminal": 64,
    "purpose": 32,
    "reason": 1000,
    "outcome": 200,
}
"""The most characters each text may have; the columns are as wide."""

_OPERATION: Final = re.compile(r"[a-z][a-z0-9_]*(\.[a-z][a-z0-9_]*)+")


class UnableToRecord(Refusal):
    """The line would break the rules of the record, so that neither it nor the act takes place."""

    code = "audit_unrecordable"


@dataclass(frozen=True, slots=True, kw_only=True)
class Occasion:
    """Who acts, where, when and why: every read and every write states one.

    ``at`` is aware. ``staff`` is ``access_staff.id``, or None for a program, whose name then stands
    in ``staff_number``. ``purpose`` is a code of ``access.domain.PURPOSES``.
    """

    at: datetime
    staff: int | None
    staff_number: str
    department: str
    terminal: str
    purpose: str = ""
    reason: str = ""
    case: int | None = None

    def because(self, *, purpose: str, reason: str = "", case: int | None = None) -> Occasion:
        """Return the same occasion with its purpose stated."""
        return replace(self, purpose=purpose, reason=reason, case=case)


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """One field changed: row ids and codes, never a name, an address or a number of a person."""

    table: str
    row: str
    field: str
    before: str = ""
    after: str = ""

    def texts(self) -> tuple[str, str, str, str, str]:
        """Return the five texts in their fixed order."""
        # Not `astuple`, which copies deeply and would be a fifth of the cost of an entry.
        return self.table, self.row, self.field, self.before, self.after


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One line of the record, as the program supplies it: all columns but mac, epoch and xact."""

    id: UUID
    at: datetime
    act: str
    operation: str
    staff: int | None
    staff_number: str
    department: str
    terminal: str
    purpose: str
    reason: str
    case_id: int | None
    person: int | None
    shown_name: bool
    shown_sex: bool
    shown_birth_date: bool
    shown_address: bool
    shown: tuple[str, ...]
    changes: tuple[Change, ...]
    outcome: str


def check(entry: Entry) -> Entry:
    """Return the entry if it may stand in the record; raise `UnableToRecord` otherwise."""
    if entry.at.tzinfo is None:
        raise UnableToRecord(
            "時刻に時間帯がないため、いつの操作か決まりません。",
            fix="時間帯の付いた時刻を渡してください。",
            field="at",
        )
    if _OPERATION.fullmatch(entry.operation) is None:
        raise UnableToRecord(
            "操作の名前の形が違います。",
            fix="「people.correct_name」のように、英小文字を点でつないだ名前にしてください。",
            field="operation",
        )
    for name, most in SIZES.items():
        if len(getattr(entry, name)) > most:
            raise UnableToRecord(
                f"記録の項目「{name}」が{most}字を超えています。",
                fix=f"{most}字以内で入れてください。",
                field=name,
            )
    if entry.person is not None and entry.act in NEEDS_PURPOSE and not entry.purpose:
        raise UnableToRecord(
            "処理事由がないまま個人の情報を開こうとしました(特定個人情報保護評価書Ⅲ3の記録項目)。",
            fix="処理事由を選んでから開いてください。",
            field="purpose",
        )
    if entry.staff is not None:
        for name in ("staff_number", "department", "terminal"):
            if not getattr(entry, name):
                raise UnableToRecord(
                    f"職員の操作なのに、記録の項目「{name}」が空です。",
                    fix="職員番号・部署・端末がそろった場面(Occasion)を渡してください。",
                    field=name,
                )
    return entry


_LINES_IN_A_MILLISECOND: Final = 0xFFF
_RANDOM_BITS: Final = 62


def name_entry(*, at: datetime, number: int, random: bytes) -> int:
    """Return the 128 bits of a UUID version 7 (RFC 9562 §5.7) for an entry made ``at``.

    ``number`` counts the entries of this process: its last 12 bits keep those of one millisecond
    in the order they were made. ``random`` is at least 8 bytes.
    """
    milliseconds = int(at.timestamp() * 1000) & 0xFFFF_FFFF_FFFF
    tail = int.from_bytes(random[:8], "big") & ((1 << _RANDOM_BITS) - 1)
    return (
        milliseconds << 80
        | 0x7 << 76
        | (number & _LINES_IN_A_MILLISECOND) << 64
        | 0b10 << 62
        | tail
    )
