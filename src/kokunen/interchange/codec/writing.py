"""Write a file: marks, header and trailer computed, every replaced character reported."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from kokunen.dates.errors import Refusal
from kokunen.interchange.codec.framing import LONGEST, UnableToReadFile
from kokunen.interchange.codec.parts import Unwritable
from kokunen.interchange.codec.records import records
from kokunen.interchange.codec.replacing import RULES, Replacement, rules
from kokunen.interchange.codec.shape import NEWLINES
from kokunen.interchange.codec.whole import Whole, city_fields

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from typing import BinaryIO

    from kokunen.interchange.codec.shape import Layout, RecordKind
    from kokunen.interchange.domain import Fault


class UnableToWriteRecord(Refusal):
    """A record cannot be written in this layout; the file must not be used.

    ``record`` counts all records of the file from 1.
    """

    code = "unwritable_record"

    def __init__(self, message: str, *, fix: str, field: str, record: int) -> None:
        super().__init__(message, fix=fix, field=field)
        self.record = record


@dataclass(frozen=True, slots=True, kw_only=True)
class Written:
    """A file that was written: its details, SHA-256 in hex, bytes, and characters replaced."""

    records: int
    digest: str
    size: int
    replaced: tuple[Replacement, ...]


def write(
    stream: BinaryIO,
    *,
    layout: Layout,
    header: Mapping[str, Any],
    details: Iterable[Mapping[str, Any]],
    city: str,
) -> Written:
    """Write one header, the details in their order, and one trailer.

    ``header`` holds what the header says beside its marks, city, layout and version, which are
    filled in; so are a detail's fields that repeat the city. Raises `UnableToWriteRecord` naming
    record and field: a missing or unknown field, a value that does not fit, a character that the
    encoding cannot hold and no rule replaces, details out of order.
    """
    writer = _Writer(stream, layout, city)
    if layout.header is not None:
        writer.header(header)
    elif header:
        raise writer.refusal(min(header), "この様式にヘッダーはありません")
    for values in details:
        writer.detail(values)
    if layout.trailer is not None:
        writer.trailer()
    if not writer.size:
        raise writer.refusal("", "記録のないファイルは、この様式では空になります")
    return Written(
        records=writer.details,
        digest=writer.digest.hexdigest(),
        size=writer.size,
        replaced=tuple(writer.replaced),
    )


class _Writer:
    def __init__(self, stream: BinaryIO, layout: Layout, city: str) -> None:
        self._stream, self._layout = stream, layout
        self._form = records(layout)
        self._newline = NEWLINES[layout.newline]
        # What is written must pass the checks of whoever reads it, so the same code makes them.
        self._whole = Whole(layout, city)
        self._sums = {
            total.rpartition(".")[2]: summed for total, summed in layout.checks.sums.items()
        }
        self._totals = dict.fromkeys(self._sums, 0)
        self._given: dict[str, Any] = {}
        self._cities = city_fields(layout, city)
        self._known = {
            kind.name: frozenset(each.name for each in kind.values) for kind in layout.kinds
        }
        self._rules = rules(RULES)
        self._number = 1
        self.details = 0
        self.size = 0
        self.digest = hashlib.sha256()
        self.replaced: list[Replacement] = []

    def header(self, given: Mapping[str, Any]) -> None:
        """Write the header."""
        kind = self._layout.header
        if kind is None:
            raise AssertionError(self._layout.code)
        checks = self._layout.checks
        computed: dict[str, Any] = dict(self._cities)
        for reference, value in (
            (checks.layout, self._layout.identifier),
            (checks.version, self._layout.version),
        ):
            if reference is not None:
                computed[reference.rpartition(".")[2]] = value
        self._given = self._filled(given, computed)
        self._put(kind, self._given)

    def detail(self, given: Mapping[str, Any]) -> None:
        """Write a detail."""
        kind = self._layout.detail
        here = {name: city for name, city in self._cities.items() if kind.field(name) is not None}
        values = self._put(kind, self._filled(given, here) if here else given)
        for total, summed in self._sums.items():
            self._totals[total] += values[summed] or 0
        self.details += 1

    def trailer(self) -> None:
        """Write the trailer."""
        kind = self._layout.trailer
        if kind is None:
            raise AssertionError(self._layout.code)
        values = {each.name: self._given.get(each.name) for each in kind.values}
        if self._layout.checks.count is not None:
            values[self._layout.checks.count.rpartition(".")[2]] = self.details
        self._put(kind, values | self._totals)

    def _filled(self, given: Mapping[str, Any], computed: Mapping[str, Any]) -> dict[str, Any]:
        for name, value in computed.items():
            if name in given and given[name] != value:
                raise self.refusal(name, "計算される値と違う値が与えられました")
        return {**given, **computed}

    def _put(self, kind: RecordKind, values: Mapping[str, Any]) -> Mapping[str, Any]:
        """Write a record; return what is read from it, once it passed the checks of a reader."""
        unknown = set(values) - self._known[kind.name]
        if unknown:
            raise self.refusal(min(unknown), f"この様式にない項目です({kind.name})")
        try:
            raw, replaced = self._form.put(kind, values, self._rules)
        except Unwritable as wrong:
            raise self.refusal(wrong.field, wrong.wrong.what, wrong.wrong.fix) from wrong
        self.replaced += [
            Replacement(record=self._number, field=field, character=char, by=by)
            for field, char, by in replaced
        ]
        line = raw + self._newline
        if not self._layout.length and len(line) > LONGEST:
            raise self.refusal("", f"1件が{LONGEST}バイトを超えます")
        found = self._form.take(kind, self._form.open(raw)[1])
        self._check(kind, found, raw)
        self._stream.write(line)
        self.digest.update(line)
        self.size += len(line)
        self._number += 1
        return found

    def _check(self, kind: RecordKind, values: Mapping[str, Any], raw: bytes) -> None:
        faults: tuple[Fault, ...] = ()
        try:
            if kind is self._layout.detail:
                self._whole.begin_detail(self._number, raw)
                faults = self._whole.detail(values, self._number)
            else:
                self._whole.other(kind, values, self._number, raw)
        except UnableToReadFile as wrong:
            faults = wrong.faults
        if faults:
            raise self.refusal(faults[0].field, faults[0].what)

    def refusal(
        self, field: str, what: str, fix: str = "値を直してください"
    ) -> UnableToWriteRecord:
        """Return the refusal of the record that is being written."""
        return UnableToWriteRecord(
            f"{self._layout.title} {self._number}件目の「{field}」: {what}。",
            fix=fix,
            field=field,
            record=self._number,
        )
