"""What stands on a filing, checked against the filing's items. Pure."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from datetime import date
from typing import TYPE_CHECKING, Any, Final

from kokunen.cases.catalogue import FILINGS
from kokunen.cases.catalogue.kinds import ItemKind
from kokunen.dates.errors import Refusal
from kokunen.dates.month import Month, UnableToReadMonth

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from kokunen.cases.catalogue.kinds import Filing, Item
    from kokunen.cases.domain import Receipt


class UnableToReceive(Refusal):
    """What stands on the filing is not what the filing asks; ``field`` names the item."""

    code = "not_receivable"


@dataclass(frozen=True, slots=True, kw_only=True)
class Checked:
    """What is kept of a filing, and the names of its required items that it lacks."""

    data: Mapping[str, Any]
    lacks: tuple[str, ...]


def check(*, filing: Filing, particulars: Mapping[str, Any]) -> Checked:
    """Return what is kept of the particulars (JSON values as `ItemKind` says) and what they lack.

    An item that is not asked (``only_if``) is not kept. Raises `UnableToReceive` for a name the
    filing has not, a value of another form, and a missing essential item.
    """
    names = {item.name for item in filing.items}
    for name in particulars:
        if name not in names:
            raise UnableToReceive(
                f"「{filing.name}」にない項目です。",
                fix="届出の種類を確かめ、画面を開き直してください。",
                field=name,
            )
    data: dict[str, Any] = {}
    lacks = []
    for item in filing.items:
        if not asked(item, data):
            continue
        value = particulars.get(item.name)
        if not _empty(value):
            _fits(item, value)
            data[item.name] = value
        elif item.essential:
            raise UnableToReceive(
                f"「{item.label}」がないと受け付けられません。",
                fix="届出人に確かめて記入してください。",
                field=item.name,
            )
        elif item.required:
            lacks.append(item.name)
    return Checked(data=data, lacks=tuple(lacks))


def fitted(receipt: Receipt) -> Receipt:
    """Return a receipt with what is kept of its particulars. Raises `UnableToReceive`."""
    checked = check(filing=FILINGS[receipt.filing], particulars=receipt.particulars)
    return replace(receipt, particulars=checked.data)


def asked(item: Item, given: Mapping[str, Any]) -> bool:
    """Whether an item is asked, given the values of the items before it."""
    if item.only_if is None:
        return True
    name, codes = item.only_if
    value = given.get(name)
    if isinstance(value, bool):
        return str(value).lower() in codes
    if isinstance(value, list):
        return not codes.isdisjoint(value)
    return value in codes


def _empty(value: object) -> bool:
    return value is None or value == [] or (isinstance(value, str) and not value.strip())


_MOST: Final = 10**15
# Neither JSON in the database nor a printed form holds these; a line break is for `LINES` alone.
_CONTROL: Final = re.compile("[\x00-\x09\x0b-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff]")


def _fits(item: Item, value: Any) -> None:  # noqa: ANN401 - any JSON value may have been sent
    says = _FORMS[item.kind](item, value)
    if says:
        raise UnableToReceive(
            f"「{item.label}」{says}", fix="記入を確かめてください。", field=item.name
        )


def _day(item: Item, value: object) -> str:
    del item
    try:
        if isinstance(value, str) and date.fromisoformat(value).isoformat() == value:
            return ""
    except ValueError:
        pass
    return "が日付として読めません。"


def _month(item: Item, value: object) -> str:
    del item
    try:
        if isinstance(value, str):
            Month.parse(value)
            return ""
    except UnableToReadMonth:
        pass
    return "が年月として読めません。"


def _choice(item: Item, value: object) -> str:
    return "" if value in [code for code, _ in item.choices] else "が選択肢にありません。"


def _choices(item: Item, value: object) -> str:
    if not isinstance(value, list) or any(_choice(item, each) for each in value):
        return "に選択肢にないものがあります。"
    return "" if len(set(value)) == len(value) else "で同じものが二度選ばれています。"


def _yes_no(item: Item, value: object) -> str:
    del item
    return "" if isinstance(value, bool) else "は、はい・いいえで答えてください。"


def _text(item: Item, value: object) -> str:
    if isinstance(value, str) and "\n" in value:
        return "は1行で書いてください。"
    return _lines(item, value)


def _lines(item: Item, value: object) -> str:
    if not isinstance(value, str) or _CONTROL.search(value):
        return "に、保存できない文字があります。"
    return "" if len(value) <= item.most else f"は{item.most}字以内で書いてください。"


def _yen(item: Item, value: object) -> str:
    del item
    whole = isinstance(value, int) and not isinstance(value, bool) and abs(value) < _MOST
    return "" if whole else "は整数の円で書いてください。"


def _count(item: Item, value: object) -> str:
    del item
    whole = isinstance(value, int) and not isinstance(value, bool) and 0 <= value < _MOST
    return "" if whole else "は0以上の整数で書いてください。"


def _person(item: Item, value: object) -> str:
    return "は宛名番号で示してください。" if value == 0 or _count(item, value) else ""


_FORMS: Final[Mapping[ItemKind, Callable[[Item, Any], str]]] = {
    ItemKind.DATE: _day,
    ItemKind.MONTH: _month,
    ItemKind.CHOICE: _choice,
    ItemKind.CHOICES: _choices,
    ItemKind.YES_NO: _yes_no,
    ItemKind.TEXT: _text,
    ItemKind.LINES: _lines,
    ItemKind.YEN: _yen,
    ItemKind.COUNT: _count,
    ItemKind.PERSON: _person,
}
