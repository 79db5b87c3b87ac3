"""What a layout says: its records, fields, checks and versions. Pure data."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from typing import TYPE_CHECKING, Final, Literal

from kokunen.dates.errors import Refusal
from kokunen.dates.month import Month

if TYPE_CHECKING:
    from collections.abc import Mapping

    from kokunen.interchange.domain import Direction, Partner

Value = str | int | date | Month | bool | None
"""What a field holds in Python; None: an optional field that is blank."""

FieldType = Literal["text", "kana", "digits", "integer", "date", "month", "code", "flag", "filler"]
Encoding = Literal["utf-8", "cp932", "jisx0213", "cp930", "cp939"]
Form = Literal["delimited", "fixed"]
Kind = Literal["header", "detail", "trailer"]

KINDS: Final[tuple[Kind, ...]] = ("header", "detail", "trailer")
NEWLINES: Final = {"crlf": b"\r\n", "lf": b"\n", "none": b""}


class UnableToLoadLayout(Refusal):
    """A layout file breaks a rule of such files; nothing of it is used."""

    code = "invalid_layout"

    def __init__(self, where: str, what: str, *, field: str = "") -> None:
        fix = "レイアウトのファイルを直してください。"
        super().__init__(f"{where}: {what}", fix=fix, field=field)


class UnableToFindLayout(Refusal):
    """No layout has that code, or none of its versions is in force on the day."""

    code = "no_layout"


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Field:
    """One field. ``at`` is its first byte from 1, or its column from 1 in a delimited record.

    ``length`` counts bytes in a fixed record (the shift bytes of EBCDIC among them); in a
    delimited one it is the most characters, None without a limit. ``codes`` lead from the code in
    the file to ours, ``eras`` from the number of an era to its letter (M T S H R). ``pad`` tells
    what fills a fixed field: ``space``, ``zero`` or ``wide`` (U+3000); for a date, month, code or
    flag ``zero`` says that a blank one is written in zeros.
    """

    name: str
    title: str
    type: FieldType
    at: int
    length: int | None = None
    era: str = "western"
    eras: Mapping[str, str] = field(default_factory=dict)
    codes: Mapping[str, str] = field(default_factory=dict)
    optional: bool = False
    pad: Literal["space", "zero", "wide"] = "space"
    align: Literal["left", "right"] = "left"
    least: int = 0
    most: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class RecordKind:
    """A kind of record; ``mark`` holds the fields, as text in the file, by which it is known."""

    name: Kind
    mark: Mapping[str, str]
    fields: tuple[Field, ...]

    def field(self, name: str) -> Field | None:
        """Return a field by its name, or None."""
        return next((each for each in self.fields if each.name == name), None)

    @property
    def values(self) -> tuple[Field, ...]:
        """The fields that hold something: neither marks nor filler."""
        return tuple(
            each for each in self.fields if each.type != "filler" and each.name not in self.mark
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Checks:
    """What must agree in a whole file; each names fields of the header, trailer or detail.

    The header's ``city`` fields, put together, are the first digits of the office's municipality
    code (all six, or five where the file leaves out the check digit). A detail or trailer field of
    the same name repeats what the header says. ``count`` and ``sums`` stand in the trailer.
    """

    city: tuple[str, ...] = ()
    layout: str | None = None
    version: str | None = None
    made_on: str | None = None
    sequence: str | None = None
    count: str | None = None
    sums: Mapping[str, str] = field(default_factory=dict)
    sort: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Layout:
    """One version of a layout, in force from ``start`` to ``end`` (None: until a later version).

    ``sequence``: files are numbered and taken in order. ``policy``: ``whole`` refuses the file for
    one bad record, ``records`` sets up to ``tolerance`` of them apart. ``length`` is a fixed
    record's in bytes without its newline. ``official`` only where the official table was read.
    """

    code: str
    title: str
    partner: Partner
    direction: Direction
    official: bool
    source: str
    sequence: bool
    policy: Literal["whole", "records"]
    tolerance: int
    identifier: str
    version: str
    start: date
    end: date | None
    encoding: Encoding
    form: Form
    delimiter: str
    quote: Literal["needed", "all", "never"]
    length: int
    newline: Literal["crlf", "lf", "none"]
    group: bool
    header: RecordKind | None = field(repr=False)
    detail: RecordKind = field(repr=False)
    trailer: RecordKind | None = field(repr=False)
    checks: Checks

    @property
    def kinds(self) -> tuple[RecordKind, ...]:
        """The kinds of records that there are, in their order in the file."""
        return tuple(each for each in (self.header, self.detail, self.trailer) if each is not None)

    def in_force(self, on: date) -> bool:
        """Tell whether the version is in force on a day."""
        return self.start <= on and (self.end is None or on <= self.end)
