"""An invented file of a layout: valid by the layout's own rules, and about nobody. Pure."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING, Any, Final

from kokunen.dates.month import Month
from kokunen.interchange.codec import charset
from kokunen.interchange.codec.replacing import RULES, fitted, rules
from kokunen.interchange.codec.writing import write

if TYPE_CHECKING:
    from typing import BinaryIO

    from kokunen.interchange.codec.shape import Field, Layout, RecordKind
    from kokunen.interchange.codec.writing import Written

# With characters that some encodings lack, so that an example shows what becomes of them.
_TEXTS: Final = ("架空県澄野市𠮷祥台1番地", "髙﨑 花子", "髙﨑", "A")
_KANA: Final = ("スミノ ハナコ", "スミノ", "ス")
_DIGITS: Final = 6
_DAYS: Final = 1000
_DAY: Final = date(2020, 4, 1)


def example(stream: BinaryIO, *, layout: Layout, city: str, count: int = 3) -> Written:
    """Write an invented file of ``count`` details; of each two, one leaves out what it may."""
    header = {} if layout.header is None else _values(layout.header, layout, 1)
    computed = {*layout.checks.city, layout.checks.layout, layout.checks.version}
    for reference in filter(None, computed):
        header.pop(reference.partition(".")[2], None)
    if layout.checks.made_on is not None:
        header[layout.checks.made_on.partition(".")[2]] = layout.end or max(layout.start, _DAY)
    cities = {each.partition(".")[2] for each in layout.checks.city}
    details = [
        {name: value for name, value in values.items() if name not in cities}
        for values in (_values(layout.detail, layout, number) for number in range(1, count + 1))
    ]
    details.sort(
        key=lambda row: [(row.get(name) is not None, row.get(name)) for name in layout.checks.sort]
    )
    return write(stream, layout=layout, header=header, details=details, city=city)


def _values(kind: RecordKind, layout: Layout, number: int) -> dict[str, Any]:
    return {
        each.name: None if each.optional and number % 2 == 0 else _value(each, layout, number)
        for each in kind.values
    }


def _value(field: Field, layout: Layout, number: int) -> Any:  # noqa: ANN401 - what the field holds
    if field.type in ("text", "kana"):
        return _fitting(_TEXTS if field.type == "text" else _KANA, field, layout)
    if field.type == "digits":
        length = field.length or _DIGITS
        return str(number % 10**length).zfill(length)
    if field.type == "code":
        ours = list(field.codes.values())
        return ours[(number - 1) % len(ours)]
    day = _DAY + timedelta(days=number % _DAYS)
    values = {"date": day, "month": Month.of(day), "flag": number % 2 == 1}
    within = max(field.least, number)
    return values.get(field.type, within if field.most is None else min(within, field.most))


def _fitting(texts: tuple[str, ...], field: Field, layout: Layout) -> str:
    """Return the first text that is short enough for the field."""
    characters = charset.named(layout.encoding)
    for text in texts:
        body = fitted(text, encoding=layout.encoding, rules=rules(RULES))[0]
        size = len(body if layout.form == "delimited" else characters.encode(body))
        if field.length is None or size <= field.length:
            return text
    return texts[-1]
