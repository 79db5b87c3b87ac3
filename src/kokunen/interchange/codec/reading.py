"""Read a file: its details one after the other, and the checks of the whole, in bounded memory.

A fault of a detail makes it `Bad`; a fault of a header or trailer, or of the file as a whole,
refuses the file (`UnableToReceiveFile`, with ``faults``). Whatever is accepted is written again as
exactly the bytes that came.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, BinaryIO, Final, cast

from kokunen.interchange.codec.fields import Wrong
from kokunen.interchange.codec.framing import UnableToReadFile, frames
from kokunen.interchange.codec.parts import FIX, fault
from kokunen.interchange.codec.records import records
from kokunen.interchange.codec.whole import Whole

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from datetime import date

    from kokunen.interchange.codec.shape import Layout, RecordKind
    from kokunen.interchange.domain import Fault

FAULTS_SHOWN: Final = 100
"""Bad records gathered of a file that one of them refuses."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Head:
    """What the header says; of a layout without one, or without such a field, None."""

    layout: Layout
    header: Mapping[str, Any]
    made_on: date | None
    sequence: int | None
    city: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Good:
    """A detail, numbered among all records of the file from 1; ``raw`` without its newline."""

    number: int
    values: Mapping[str, Any]
    raw: bytes
    header: Mapping[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Bad:
    """A detail that cannot be read, with everything that is wrong with it."""

    number: int
    raw: bytes
    faults: tuple[Fault, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Survey:
    """What a first pass found: ``details`` counts bad ones too; ``digest`` is SHA-256 in hex."""

    head: Head
    details: int
    bad: tuple[Bad, ...]
    digest: str
    size: int


def read(stream: BinaryIO, *, layout: Layout, city: str) -> Iterator[Good | Bad]:
    """Give the details in their order; raises `UnableToReceiveFile` for the file as a whole.

    ``city`` is the office's municipality code, six digits. What the end of the file shows (count,
    sums, missing trailer) is known only when all details were given: `survey` first.
    """
    return _walk(stream, Whole(layout, city), most=_tolerated(layout))


def survey(stream: BinaryIO, *, layout: Layout, city: str) -> Survey:
    """Read a file once through, keeping nothing but what is wrong with it.

    Raises `UnableToReceiveFile` as `read` does; also when a layout of policy ``whole`` has any bad
    record (with the faults of up to 100 of them), or more bad records than its tolerance.
    """
    counted, whole = _Counted(stream), Whole(layout, city)
    most = max(_tolerated(layout), FAULTS_SHOWN)
    details, bad = 0, []
    for each in _walk(cast("BinaryIO", counted), whole, most=None, ending=False):
        details += 1
        if isinstance(each, Bad):
            bad.append(each)
            if len(bad) > most:
                break
    if len(bad) > _tolerated(layout):
        raise _too_many(bad, _tolerated(layout))
    whole.finish()
    return Survey(
        head=_head(whole),
        details=details,
        bad=tuple(bad),
        digest=counted.digest.hexdigest(),
        size=counted.size,
    )


def faults(stream: BinaryIO, *, layout: Layout, city: str) -> Iterator[Fault]:
    """Give everything that is wrong with a file, up to what makes it impossible to read on."""
    try:
        for each in _walk(stream, Whole(layout, city), most=None):
            if isinstance(each, Bad):
                yield from each.faults
    except UnableToReadFile as refusal:
        yield from refusal.faults


def _tolerated(layout: Layout) -> int:
    """Return how many bad records a file may have."""
    return layout.tolerance if layout.policy == "records" else 0


def _head(whole: Whole) -> Head:
    return Head(
        layout=whole.layout,
        header=whole.header,
        made_on=whole.made_on,
        sequence=whole.sequence,
        city=whole.city,
    )


def one(raw: bytes, *, layout: Layout, number: int = 0) -> Good | Bad:
    """Read one detail by itself, as it was kept; checks nothing beyond the record."""
    form = records(layout)
    kind, parts = form.open(raw)
    if kind is not layout.detail:
        return Bad(number=number, raw=raw, faults=_unknown(raw, number))
    try:
        values = form.take(kind, parts)
    except (Wrong, UnicodeError):
        return Bad(number=number, raw=raw, faults=form.faults(kind, raw, number))
    return Good(number=number, values=values, raw=raw, header={})


def shown(raw: bytes, *, layout: Layout) -> tuple[tuple[str, str], ...]:
    """Return the title and the text of each field of a record, however wrong the record is."""
    return records(layout).shown(raw)


def _unknown(raw: bytes, number: int) -> tuple[Fault, ...]:
    """Return what is wrong with a record that no mark fits."""
    wrong = Wrong("レコード区分が読めません", FIX, "kind")
    return (fault(number, "", wrong, at=1, received=raw),)


def _walk(
    stream: BinaryIO, whole: Whole, *, most: int | None, ending: bool = True
) -> Iterator[Good | Bad]:
    """Give the details; with ``most``, refuse the file at one bad record more."""
    layout = whole.layout
    form = records(layout)
    opened, take, detail = form.open, form.take, layout.detail
    found = 0
    for number, raw in enumerate(frames(stream, layout=layout), 1):
        kind, parts = opened(raw)
        if kind is not None and kind is not detail:
            whole.other(kind, _strictly(kind, raw, number, layout), number, raw)
            continue
        whole.begin_detail(number, raw)
        if kind is None:
            wrong = _unknown(raw, number)
        else:
            try:
                values = take(kind, parts)
            except (Wrong, UnicodeError):
                wrong = form.faults(kind, raw, number)
            else:
                wrong = whole.detail(values, number)
                if not wrong:
                    yield Good(number=number, values=values, raw=raw, header=whole.header)
                    continue
        whole.bad_detail()
        found += 1
        each = Bad(number=number, raw=raw, faults=wrong)
        if most is not None and found > most:
            raise _too_many([each], most)
        yield each
    if ending:
        whole.finish()


def _strictly(kind: RecordKind, raw: bytes, number: int, layout: Layout) -> Mapping[str, Any]:
    """Return the values of a header or trailer; a fault there refuses the file."""
    form = records(layout)
    try:
        return form.take(kind, form.open(raw)[1])
    except (Wrong, UnicodeError):
        raise UnableToReadFile(f"bad_{kind.name}", form.faults(kind, raw, number)) from None


def _too_many(bad: list[Bad], tolerated: int) -> UnableToReadFile:
    every = tuple(one for each in bad for one in each.faults)
    return UnableToReadFile("too_many_bad" if tolerated else "bad_record", every)


class _Counted:
    """A stream that keeps the digest and the size of what was read through it."""

    def __init__(self, stream: BinaryIO) -> None:
        self._stream = stream
        self.digest = hashlib.sha256()
        self.size = 0

    def read(self, size: int) -> bytes:
        chunk = self._stream.read(size)
        self.digest.update(chunk)
        self.size += len(chunk)
        return chunk
