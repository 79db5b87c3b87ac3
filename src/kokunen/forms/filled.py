"""Forms filled in: from a filing of the catalogue and what was stated to what a template shows.

Pure. Every text is as it stands on paper; an item that the filing does not ask of this person is
left out, one that was not answered stays empty.
"""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any, Final

from kokunen.cases.catalogue.kinds import Filer, ItemKind
from kokunen.cases.particulars import asked
from kokunen.dates.month import Month
from kokunen.dates.wareki import format_wareki, format_wareki_month
from kokunen.forms import barcode
from kokunen.people.codes import Disability, Spouse, Widow, WorkingStudent

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from kokunen.cases.catalogue.kinds import Filing, Item
    from kokunen.forms.domain import Filed, LedgerRow, Office, Paper, Person, Stamp, Tested
    from kokunen.people.domain import IncomeValue

_MOST_BOXES: Final = 9
"""Of more choices than this, only those that were chosen are printed."""

_YES_NO: Final = ((True, "はい"), (False, "いいえ"))
_DEDUCTIONS: Final = (
    ("social_insurance", "社会保険料"),
    ("medical", "医療費"),
    ("casualty", "雑損"),
    ("spouse_special", "配偶者特別"),
    ("net_loss", "純損失"),
)
_DEPENDANTS: Final = (
    ("general", "一般"),
    ("elderly", "老人"),
    ("specified", "特定"),
    ("young", "16歳未満"),
    ("disabled_dependants", "障害"),
    ("specially_disabled_dependants", "特別障害"),
)


def form(
    *,
    filing: Filing,
    office: Office,
    person: Person,
    filed: Filed,
    stamp: Stamp | None = None,
    papers: Sequence[Paper] = (),
) -> dict[str, Any]:
    """Return what ``filing.typ`` shows; without a ``stamp``, a form that is not yet a case."""
    event = [_line(filing.event, wareki(filed.event_on))] if filing.event is not None else []
    return {
        "title": filing.name,
        "article": f"国民年金 {filing.article}",
        "to": f"提出先: {office.name}\u3000{office.department}" if office.name else "",
        "case": _case(stamp),
        "person": _person(person),
        "heading": f"{_word(filing)}の内容",
        "items": [
            *event,
            *(
                _item(item, filed.particulars.get(item.name), filed.names)
                for item in filing.items
                if asked(item, filed.particulars)
            ),
        ],
        "filer": {
            "who": [[each.label, each is filed.filer] for each in filing.filers],
            "on": wareki(filed.on),
            "sign": filed.filer is not Filer.SELF,
        },
        "attachments": [
            {"name": each.name, "instead": each.instead, "got": each.got} for each in papers
        ],
        "office": _office(stamp),
    }


def incomes(tested: Iterable[Tested]) -> list[dict[str, Any]]:
    """Return the lines of the income table: an income that is not known is 未申告, never 0."""
    return [
        {
            "role": each.role,
            "name": each.name,
            "year": format_wareki_month(Month(each.year, 12)).removesuffix("12月"),
            "state": _state(each),
            "total": _yen(each.income.total if each.income else None),
            **_details(each.income),
        }
        for each in tested
    ]


def listed(rows: Iterable[LedgerRow]) -> list[dict[str, Any]]:
    """Return the lines of a ledger or a forwarding list."""
    return [
        {
            "number": str(row.case),
            "received_on": short(row.received_on),
            "filing": row.filing,
            "name": row.name,
            "channel": row.channel,
            "branch": row.branch,
            "forwarded_on": short(row.forwarded_on),
            "outcome": row.outcome,
            "closed_on": short(row.closed_on),
            "basic_number": _grouped(row.basic_number),
            "birth": short(row.birth_date),
        }
        for row in rows
    ]


def wareki(day: date | None) -> str:
    """Write a day as on a form: 令和8年11月21日; nothing for a day that is not known."""
    return "" if day is None else format_wareki(day)


def short(day: date | None) -> str:
    """Write a day as in a list: R8.11.21."""
    return "" if day is None else format_wareki(day, style="short")


def _word(filing: Filing) -> str:
    if "請求" in filing.name:
        return "請求"
    if "申請" in filing.name:
        return "申請"
    return "申出" if "申出" in filing.name else "届出"


def _case(stamp: Stamp | None) -> dict[str, Any] | None:
    if stamp is None:
        return None
    return {
        "number": str(stamp.case),
        "modules": barcode.modules(stamp.case),
        "label": "案件番号",
    }


def _person(person: Person) -> dict[str, str]:
    code = person.postal_code
    postal = f"〒{code[:3]}-{code[3:]}\u3000" if code and "-" not in code else code and f"〒{code} "
    return {
        "basic_number": person.basic_number,
        "name": person.name,
        "kana": person.kana,
        "birth": wareki(person.birth_date) or person.birth_text,
        "address": f"{postal}{person.address}" if person.address else "",
        "phone": person.phone,
    }


def _office(stamp: Stamp | None) -> dict[str, str]:
    return {
        "received_on": wareki(stamp.received_on if stamp else None),
        "department": stamp.department if stamp else "",
        "channel": stamp.channel if stamp else "",
        "examined_on": wareki(stamp.examined_on if stamp else None),
        "examined_by": stamp.examined_by if stamp else "",
        "forwarded_on": wareki(stamp.forwarded_on if stamp else None),
    }


def _line(label: str, text: str) -> dict[str, Any]:
    return {"label": label, "text": text, "ticks": None}


def _item(item: Item, value: Any, names: Mapping[int, str]) -> dict[str, Any]:  # noqa: ANN401 - a JSON value
    if item.kind is ItemKind.YES_NO:
        return _ticked(item, [[word, value is answer] for answer, word in _YES_NO])
    if item.kind in {ItemKind.CHOICE, ItemKind.CHOICES}:
        chosen = value if isinstance(value, list) else [value]
        boxes = [[word, code in chosen] for code, word in item.choices]
        if len(boxes) > _MOST_BOXES:
            boxes = [box for box in boxes if box[1]]
        return _ticked(item, boxes)
    return _line(item.label, "" if value is None else _text(item.kind, value, names))


def _ticked(item: Item, boxes: list[list[Any]]) -> dict[str, Any]:
    return {"label": item.label, "text": "", "ticks": boxes}


def _text(kind: ItemKind, value: Any, names: Mapping[int, str]) -> str:  # noqa: ANN401 - a JSON value
    if kind is ItemKind.DATE:
        return wareki(date.fromisoformat(value))
    if kind is ItemKind.MONTH:
        return format_wareki_month(Month.parse(value))
    if kind is ItemKind.YEN:
        return _yen(value)
    if kind is ItemKind.PERSON:
        return f"{names.get(value, '')}(宛名番号 {value})"
    return str(value)


def _state(tested: Tested) -> str:
    """Return what stands in the place of an amount that is not known."""
    if not tested.is_open:
        return "審査で記入"
    return "未申告" if tested.income is None or tested.income.total is None else ""


def _yen(amount: int | None) -> str:
    return "" if amount is None else f"{amount:,}円"


def _grouped(number: str) -> str:
    return f"{number[:4]}-{number[4:]}" if number else ""


def _details(income: IncomeValue | None) -> dict[str, str]:
    if income is None:
        return {"deductions": "", "dependants": "", "standing": ""}
    deductions = [
        f"{word} {_yen(amount)}" for name, word in _DEDUCTIONS if (amount := getattr(income, name))
    ]
    spouse = income.spouse if income.spouse not in {None, Spouse.NONE} else None
    dependants = [
        f"{word} {count}人" for name, word in _DEPENDANTS if (count := getattr(income, name))
    ]
    standing = [
        each.label
        for each, plain in (
            (income.disabled, Disability.NONE),
            (income.widow, Widow.NONE),
            (income.working_student, WorkingStudent.NO),
        )
        if each is not None and each is not plain
    ]
    return {
        "deductions": "\n".join(deductions),
        "dependants": "\n".join([*([spouse.label] if spouse else []), *dependants]),
        "standing": "\n".join(standing),
    }
