r"""The items and values of an online application, as the catalogue keeps them. Pure.

A value is written as the item's kind says: a day YYYY-MM-DD or YYYYMMDD, a month YYYY-MM, a code
of the item's choices (several parted by a space), 1 or 0 for yes and no, digits for an amount, a
count or a 宛名番号. Texts are taken as they are; in one of several lines ``\n`` (a backslash and
an n) stands for the line break.
"""

from __future__ import annotations

import re
from datetime import date
from typing import TYPE_CHECKING, Any, Final

from kokunen.cases.catalogue.kinds import ItemKind
from kokunen.interchange.domain import UnableToApplyRecord

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from kokunen.cases.catalogue.kinds import Filing, Item

ITEMS: Final = 20
"""Pairs of item and value in a record."""
_WHOLE: Final = re.compile(r"-?[0-9]{1,15}")


class UnableToReadItem(UnableToApplyRecord):
    """An item is not one of the filing, stands twice, or its value has another form."""

    code = "item_unreadable"


def particulars(filing: Filing, values: Mapping[str, Any]) -> dict[str, Any]:
    """Return what stands on the application, as JSON values. Raises `UnableToReadItem`."""
    items = {item.name: item for item in filing.items}
    found: dict[str, Any] = {}
    for number in range(1, ITEMS + 1):
        name, value = values[f"item_{number}"], values[f"value_{number}"]
        if name is None and value is None:
            continue
        if name not in items or name in found:
            raise UnableToReadItem(
                f"項目{number}は「{filing.name}」の項目ではないか、2回目です。",
                fix="申請管理システムの項目の対応表を、この届出の項目名に合わせてください。",
                field=f"item_{number}",
            )
        if value is not None:
            found[name] = _value(items[name], value, number)
    return found


def _value(item: Item, text: str, number: int) -> Any:  # noqa: ANN401 - a JSON value
    try:
        return _READ[item.kind](text)
    except ValueError:
        raise UnableToReadItem(
            f"項目{number}「{item.label}」の値の形が違います。",
            fix="値の形(日付、年月、コード、1・0、数字)を申請管理システムの設定で確かめてください。",
            field=f"value_{number}",
        ) from None


def _day(text: str) -> str:
    return date.fromisoformat(text).isoformat()


def _yes_no(text: str) -> bool:
    if text not in ("0", "1"):
        raise ValueError
    return text == "1"


def _whole(text: str) -> int:
    if _WHOLE.fullmatch(text) is None:
        raise ValueError
    return int(text)


def _same(text: str) -> str:
    return text


# What the codes, months and lengths may be is checked with the filing (cases.particulars).
_READ: Final[Mapping[ItemKind, Callable[[str], Any]]] = {
    ItemKind.DATE: _day,
    ItemKind.MONTH: _same,
    ItemKind.CHOICE: _same,
    ItemKind.CHOICES: str.split,
    ItemKind.YES_NO: _yes_no,
    ItemKind.TEXT: _same,
    ItemKind.LINES: lambda text: text.replace("\\n", "\n"),
    ItemKind.YEN: _whole,
    ItemKind.COUNT: _whole,
    ItemKind.PERSON: _whole,
}
