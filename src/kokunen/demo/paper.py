"""Fill a filing's form in, as somebody at the counter does. Pure.

What the story says comes first; every other item that the filing must have gets the plainest
answer of its kind, and what may stay empty stays empty.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from kokunen.cases.catalogue.kinds import Item, ItemKind
from kokunen.cases.particulars import asked

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from datetime import date


def fill(items: Iterable[Item], says: Mapping[str, Any], *, on: date) -> dict[str, Any]:
    """Return the particulars: JSON values by the names of the items; ``on`` answers for a day."""
    written: dict[str, Any] = {}
    for item in items:
        if not asked(item, written):
            continue
        if item.name in says:
            written[item.name] = says[item.name]
        elif item.essential or item.required:
            written[item.name] = _plain(item, on)
    return written


def forget(items: Iterable[Item], written: Mapping[str, Any]) -> dict[str, Any]:
    """Leave out an item that is asked for but not essential, on which no other item hangs."""
    hang = {item.only_if[0] for item in items if item.only_if is not None}
    missing = next(
        (
            item.name
            for item in items
            if item.required
            and not item.essential
            and item.name in written
            and item.name not in hang
        ),
        "",
    )
    return {name: value for name, value in written.items() if name != missing}


def _plain(item: Item, on: date) -> Any:  # noqa: ANN401 - the kind of the item says what
    first = item.choices[0][0] if item.choices else ""
    return {
        ItemKind.DATE: on.isoformat(),
        ItemKind.MONTH: f"{on:%Y-%m}",
        ItemKind.CHOICE: first,
        ItemKind.CHOICES: [first],
        ItemKind.YES_NO: False,
        ItemKind.TEXT: "架空の記載",
        ItemKind.LINES: "架空の記載",
        ItemKind.YEN: 0,
        ItemKind.COUNT: 0,
        ItemKind.PERSON: None,
    }[item.kind]
