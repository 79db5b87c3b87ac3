"""Drawn files of any layout, and layouts of every encoding and form to draw them for."""

from __future__ import annotations

import io
from copy import deepcopy
from datetime import date
from functools import cache
from typing import TYPE_CHECKING, Any, Final

import yaml
from hypothesis import strategies as st

from kokunen.dates.month import Month
from kokunen.interchange.codec import charset
from kokunen.interchange.codec.fields import Wrong
from kokunen.interchange.codec.replacing import RULES, fitted, rules
from kokunen.interchange.codec.schema import load
from kokunen.interchange.codec.writing import write
from kokunen.interchange.layout import codes, versions

if TYPE_CHECKING:
    from hypothesis.strategies import SearchStrategy

    from kokunen.interchange.layout import Field, Layout, RecordKind

CITY: Final = "999990"
RARE: Final = "𠮷髙﨑葛\U000e0100辻\ufe00鷗々〆ーｱｶﾞ゛－−～〜∥①Ⅲㇷ゚ゔ\u3000"
POOL: Final = RARE + "澄野花子AZaz09 '\",;.-"
KANA: Final = "アイウエオァガパヴヵーｱｲｶﾞﾊﾟｰ・･\u3000 "
MOST_DETAILS: Final = 5

Values = dict[str, Any]


@cache
def pool(characters: str, encoding: str) -> str:
    """Return the characters that the encoding holds or that a rule replaces."""
    found = ""
    for char in characters:
        try:
            fitted(char, encoding=encoding, rules=rules(RULES))
        except Wrong:
            continue
        found += char
    return found


def _room(text: str, field: Field, layout: Layout) -> bool:
    if field.length is None:
        return True
    body = fitted(text, encoding=layout.encoding, rules=rules(RULES))[0]
    fixed = layout.form == "fixed"
    return len(charset.named(layout.encoding).encode(body) if fixed else body) <= field.length


def _trimmed(text: str, field: Field, layout: Layout) -> str:
    """Cut a drawn text down to one that the field can hold."""
    ends = " \u3000\ufe00\U000e0100" if layout.form == "fixed" else "\ufe00\U000e0100"
    text = text.strip(ends)
    while text and not _room(text, field, layout):
        text = text[:-1].strip(ends)
    body = fitted(text, encoding=layout.encoding, rules=rules(RULES))[0]
    return text if body.strip(ends) else ("ア" if _room("ア", field, layout) else "ｱ")


def texts(field: Field, layout: Layout) -> SearchStrategy[str]:
    characters = POOL if field.type == "text" else KANA
    if field.name in layout.checks.sort:
        characters = "ABC"  # replacing a character must not change the order
    if layout.quote == "never":
        characters = characters.replace(layout.delimiter, "")
    drawn = st.text(pool(characters, layout.encoding), min_size=1, max_size=field.length or 30)
    return drawn.map(lambda text: _trimmed(text, field, layout))


def numbers(field: Field, layout: Layout) -> SearchStrategy[int]:
    most = 10 ** min(field.length or 9, 18) - 1
    if field.name in layout.checks.sums.values():
        most = max(most // 100, 9)
    most = most if field.most is None else min(field.most, most)
    # The sign takes a byte of its own.
    least = max(field.least, -(most // 10)) if field.least < 0 else field.least
    return st.integers(least, most)


def digits(field: Field) -> SearchStrategy[str]:
    length = field.length or 12
    least = length if field.pad == "zero" else 1
    return st.text("0123456789", min_size=least, max_size=length)


def value(field: Field, layout: Layout) -> SearchStrategy[Any]:
    """Draw what a field may hold."""
    days = st.dates(date(1873, 1, 1), date(2117, 12, 31))
    ours = list(field.codes.values())
    drawn: SearchStrategy[Any] = {
        "text": lambda: texts(field, layout),
        "kana": lambda: texts(field, layout),
        "digits": lambda: digits(field),
        "integer": lambda: numbers(field, layout),
        "date": lambda: days,
        "month": lambda: days.map(Month.of),
        "code": lambda: st.sampled_from(ours),
        "flag": st.booleans,
    }[field.type]()
    return st.none() | drawn if field.optional else drawn


def record(kind: RecordKind, layout: Layout, left_out: set[str]) -> SearchStrategy[Values]:
    return st.fixed_dictionaries(
        {each.name: value(each, layout) for each in kind.values if each.name not in left_out}
    )


def _name(reference: str | None) -> str:
    return (reference or "").partition(".")[2]


@cache
def files(layout: Layout) -> SearchStrategy[tuple[Values, list[Values]]]:
    """Draw the header and the details of a file, as `write` takes them."""
    checks = layout.checks
    cities = {_name(each) for each in checks.city}
    computed = cities | {_name(checks.layout), _name(checks.version)}
    header: SearchStrategy[Values] = st.just({})
    if layout.header is not None:
        header = record(layout.header, layout, computed)
        if checks.made_on:
            days = st.dates(layout.start, layout.end or date(2100, 1, 1))
            made_on = _name(checks.made_on)
            header = st.builds(lambda row, day: row | {made_on: day}, header, days)
    details = st.lists(record(layout.detail, layout, cities), max_size=MOST_DETAILS)
    if layout.header is None:
        details = details.filter(bool)
    return st.tuples(header, details.map(lambda rows: in_order(rows, layout)))


def in_order(rows: list[Values], layout: Layout) -> list[Values]:
    return sorted(
        rows, key=lambda row: [(row[n] is not None, row[n]) for n in layout.checks.sort if n in row]
    )


def written(layout: Layout, header: Values, details: list[Values]) -> bytes:
    stream = io.BytesIO()
    write(stream, layout=layout, header=header, details=details, city=CITY)
    return stream.getvalue()


_TYPES: Final[tuple[tuple[str, int, dict[str, Any]], ...]] = (
    ("text", 20, {"pad": "wide"}),
    ("text", 21, {"optional": True}),
    ("text", 19, {"align": "right"}),
    ("text", 23, {"optional": True, "pad": "wide", "align": "right"}),
    ("kana", 20, {"optional": True}),
    ("digits", 10, {"optional": True}),
    ("digits", 8, {"optional": True, "pad": "space"}),
    ("integer", 9, {"optional": True}),
    ("integer", 9, {"least": -9999, "pad": "space", "optional": True}),
    ("integer", 9, {"least": -9999}),
    ("date", 8, {"optional": True}),
    ("date", 8, {"optional": True, "pad": "zero"}),
    ("date", 7, {"optional": True, "era": "wareki1"}),
    ("date", 8, {"optional": True, "era": "wareki2"}),
    ("month", 6, {"optional": True, "pad": "zero"}),
    ("code", 3, {"codes": {"1": "one", "22": "two", "333": "three"}, "optional": True}),
    ("flag", 1, {"optional": True}),
    ("filler", 5, {}),
)


def tree(encoding: str, *, fixed: bool, **more: Any) -> dict[str, Any]:  # noqa: ANN401 - YAML
    """Return a layout with a field of every type, as its file would hold it."""
    key = {"name": "city", "type": "digits", "length": 5}
    head = [
        {"name": "kind", "type": "digits", "length": 1},
        key,
        {"name": "made_on", "type": "date", "length": 8},
        {"name": "sequence", "type": "integer", "length": 6},
    ]
    detail = [
        head[0],
        key,
        {"name": "person", "type": "integer", "length": 9},
        {"name": "amount", "type": "integer", "length": 9},
        *({"name": f"f{n}", "type": t, "length": le} | m for n, (t, le, m) in enumerate(_TYPES)),
    ]
    tail = [
        head[0],
        key,
        head[2],
        {"name": "count", "type": "integer", "length": 6},
        {"name": "total", "type": "integer", "length": 11},
    ]
    records = {
        name: {"mark": {"kind": mark}, "fields": deepcopy(fields)}
        for name, mark, fields in (
            ("header", "H" if not fixed else "1", head),
            ("detail", "D" if not fixed else "2", detail),
            ("trailer", "T" if not fixed else "3", tail),
        )
    }
    version: dict[str, Any] = {
        "version": "1",
        "from": date(2020, 4, 1),
        "encoding": encoding,
        "form": "fixed" if fixed else "delimited",
        "newline": "none" if fixed else "crlf",
        "group": True,
        "records": records,
        "checks": {
            "city": "header.city",
            "made_on": "header.made_on",
            "sequence": "header.sequence",
            "count": "trailer.count",
            "sums": {"trailer.total": "amount"},
            "sort": ["city", "person"],
        },
    } | more
    if fixed:
        placed(version)
    else:
        for kind in records:
            for each in version["records"][kind]["fields"]:
                each.pop("pad", None)
                each.pop("align", None)
    return {
        "code": "made",
        "title": "作った様式",
        "partner": "agency",
        "direction": "in",
        "official": False,
        "source": "試験のための定義",
        "policy": "records",
        "tolerance": 100,
        "versions": [version],
    }


def placed(version: dict[str, Any]) -> None:
    """Put the fields of each fixed record one after the other, and fill it up to one length."""
    version["length"] = 0
    for kind in version["records"].values():
        at = 1
        for each in kind["fields"]:
            each["at"] = at
            at += each["length"]
        version["length"] = max(version["length"], at - 1)
    for kind in version["records"].values():
        last = kind["fields"][-1]
        end = last["at"] + last["length"]
        if end <= version["length"]:
            rest = version["length"] - end + 1
            kind["fields"].append({"type": "filler", "at": end, "length": rest})


def loaded(given: dict[str, Any]) -> Layout:
    return load(yaml.safe_dump(given, allow_unicode=True), name="made.yaml")[-1]


@cache
def made() -> dict[str, Layout]:
    """Return a layout for each encoding and form, by a name that says which."""
    fixed = {f"fixed {name}": loaded(tree(name, fixed=True)) for name in charset.NAMES}
    lined = {"fixed lines": loaded(tree("cp932", fixed=True, newline="crlf"))}
    delimited = {
        f"delimited {name} {quote}": loaded(tree(name, fixed=False, quote=quote, newline=newline))
        for name, quote, newline in (
            ("utf-8", "needed", "crlf"),
            ("utf-8", "all", "lf"),
            ("cp932", "needed", "crlf"),
            ("jisx0213", "all", "crlf"),
            ("cp932", "never", "lf"),
        )
    }
    return fixed | lined | delimited


@cache
def all_layouts() -> dict[str, Layout]:
    """Return every version of every layout of the product, and those made here."""
    ours = {f"{code} {each.version}": each for code in codes() for each in versions(code)}
    return ours | made()
