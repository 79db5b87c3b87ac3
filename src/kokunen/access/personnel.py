"""The personnel file: what its lines say. Pure; ``orders`` says what becomes of the accounts.

One line is one order (発令) of one role. 新規 opens an account, 異動 replaces every role from its
day on (an empty role takes all away), 退職 closes the account after its last day.
"""

from __future__ import annotations

import csv
import io
import re
import unicodedata
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from types import MappingProxyType
from typing import TYPE_CHECKING, Final

from kokunen.access.domain import HELD_IN, KIND_NAMES, ROLE_NAMES, Kind, Role
from kokunen.dates.errors import Refusal
from kokunen.dates.wareki import parse_date

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from datetime import date

COLUMNS: Final = (
    "職員番号",
    "氏名",
    "カナ",
    "所属コード",
    "支所コード",
    "役割",
    "発令日",
    "終了日",
    "区分",
)
LONGEST: Final = 100
BIGGEST: Final = 5_000_000
_NUMBER: Final = re.compile(r"[0-9A-Za-z-]{1,20}")
_ROLES: Final[Mapping[str, Role]] = MappingProxyType(
    {word: role for role, word in ROLE_NAMES.items()}
)


class Order(StrEnum):
    """区分: what a line orders."""

    NEW = "新規"
    TRANSFER = "異動"
    LEAVE = "退職"


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """Why a line was refused: its number in the file (the heading is 1), its column, what to do."""

    line: int
    field: str
    what: str
    fix: str


class UnableToApplyPersonnel(Refusal):
    """The file has faults; nothing of it was applied. ``faults`` names each."""

    code = "personnel_file"

    def __init__(self, faults: Iterable[Fault]) -> None:
        self.faults = tuple(faults)
        super().__init__(
            f"人事情報ファイルに直すところが{len(self.faults)}件あります。何も反映していません。",
            fix="一覧の行を直し、ファイル全体をもう一度読み込んでください。",
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """A line that could be read. ``end`` is the first day without (終了日 is the last day with)."""

    line: int
    staff_number: str
    name: str
    kana: str
    order: Order
    day: date
    department: str
    branch: str | None
    role: Role | None
    end: date | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Office:
    """The codes a file may name."""

    departments: Mapping[str, Kind]
    branches: frozenset[str]


def decoded(content: bytes) -> str:
    """Return the text of a file in UTF-8 (with or without a mark) or else in cp932, strictly."""
    if len(content) > BIGGEST:
        raise UnableToApplyPersonnel(
            [Fault(line=0, field="", what="ファイルが5MBを超えています。", fix="分けてください。")]
        )
    for code in ("utf-8-sig", "cp932"):
        try:
            return content.decode(code)
        except UnicodeDecodeError:
            continue
    raise UnableToApplyPersonnel(
        [
            Fault(
                line=0,
                field="",
                what="文字コードがUTF-8でもシフトJIS(CP932)でもありません。",
                fix="人事の担当に、どちらかの文字コードで書き出してもらってください。",
            )
        ]
    )


def parse(text: str, *, office: Office) -> list[Line]:
    """Read every line, or raise UnableToApplyPersonnel with all that is wrong."""
    faults: list[Fault] = []
    lines: list[Line] = []
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    try:
        heading = next(reader, [])
        if sorted(heading) != sorted(COLUMNS):
            raise UnableToApplyPersonnel(
                [
                    Fault(
                        line=1,
                        field="",
                        what="見出しの列が違います。",
                        fix=f"1行目を「{','.join(COLUMNS)}」にしてください。",
                    )
                ]
            )
        for cells in reader:
            if not any(cells):
                continue
            number = reader.line_num
            if len(cells) != len(heading):
                faults.append(
                    Fault(
                        line=number,
                        field="",
                        what=f"列が{len(cells)}個あります。",
                        fix=f"{len(heading)}個にそろえてください。",
                    )
                )
                continue
            read = _Reading(number, dict(zip(heading, cells, strict=True)), office)
            one = read.line()
            faults += read.faults
            if one is not None:
                lines.append(one)
    except csv.Error:
        faults.append(
            Fault(
                line=reader.line_num,
                field="",
                what="CSVの形が崩れています。",
                fix="引用符と改行を確かめてください。",
            )
        )
    if faults:
        raise UnableToApplyPersonnel(faults)
    return lines


class _Reading:
    """One line while it is read; faults gather, so that all are shown at once."""

    def __init__(self, number: int, cells: Mapping[str, str], office: Office) -> None:
        self.number = number
        self.cells = {column: cell.strip() for column, cell in cells.items()}
        self.office = office
        self.faults: list[Fault] = []

    def fault(self, field: str, what: str, fix: str) -> None:
        self.faults.append(Fault(line=self.number, field=field, what=what, fix=fix))

    def text(self, column: str) -> str:
        cell = self.cells[column]
        if not cell:
            self.fault(column, "空です。", "値を入れてください。")
        elif len(cell) > LONGEST or any(unicodedata.category(one) == "Cc" for one in cell):
            self.fault(
                column,
                "長すぎるか、表示できない文字があります。",
                f"{LONGEST}文字以内の文字にしてください。",
            )
        return cell

    def day(self, column: str) -> date | None:
        cell = self.cells[column]
        if not cell:
            return None
        try:
            return parse_date(cell)
        except Refusal as refusal:
            self.fault(column, refusal.message, refusal.fix)
            return None

    def line(self) -> Line | None:
        number = self.text("職員番号")
        if number and not _NUMBER.fullmatch(number):
            self.fault("職員番号", "職員番号の形が違います。", "英数字とハイフン20字以内です。")
        name, kana = self.text("氏名"), self.text("カナ")
        order = next((one for one in Order if one == self.cells["区分"]), None)
        if order is None:
            self.fault("区分", "新規・異動・退職のどれでもありません。", "どれかにしてください。")
        day, last = self.day("発令日"), self.day("終了日")
        if day is None and not self.cells["発令日"]:
            self.fault("発令日", "空です。", "発令の日を入れてください。")
        if day and last and last < day:
            self.fault("終了日", "発令日より前です。", "日付の順を確かめてください。")
        if order is Order.LEAVE and not self.cells["終了日"]:
            self.fault("終了日", "退職の終了日が空です。", "在職の最後の日を入れてください。")
        department, role = self.place(order)
        if self.faults or order is None or day is None:
            return None
        return Line(
            line=self.number,
            staff_number=number,
            name=name,
            kana=kana,
            order=order,
            day=day,
            department=department,
            branch=self.cells["支所コード"] or None,
            role=role,
            end=last and last + timedelta(days=1),
        )

    def place(self, order: Order | None) -> tuple[str, Role | None]:
        code, word = self.cells["所属コード"], self.cells["役割"]
        branch = self.cells["支所コード"]
        if branch and branch not in self.office.branches:
            self.fault("支所コード", "登録のない支所です。", "支所を先に登録してください。")
        if order is Order.LEAVE or (order is Order.TRANSFER and not word):
            if word:
                self.fault("役割", "退職の行に役割があります。", "役割を空にしてください。")
            return code, None
        role = _ROLES.get(word)
        if role is None:
            self.fault("役割", "この役割はありません。", f"{'、'.join(_ROLES)}のどれかです。")
        kind = self.office.departments.get(code)
        if kind is None:
            self.fault("所属コード", "登録のない所属です。", "所属を先に登録してください。")
        elif role is not None and role not in HELD_IN[kind]:
            self.fault(
                "役割",
                f"役割「{word}」は、{KIND_NAMES[kind]}の所属では持てません。",
                f"{'、'.join(ROLE_NAMES[one] for one in Role if one in HELD_IN[kind])}のどれかか、"
                "所属コードを直してください。",
            )
        return code, role
