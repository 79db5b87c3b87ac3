"""The whole resident register, once, when the office begins: read twice, written in bulk.

The first reading refuses what is wrong anywhere in the file, so that nothing of it is written. The
second writes chunks through COPY as the owner of the database; a chunk, its lines of the record
and its event in the ledger are one transaction, so that a load that was killed goes on behind its
last event and nobody is there twice. While the database takes a chunk, the next one is read. In
memory are two chunks and the numbers of the households.
"""

from __future__ import annotations

import hashlib
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from itertools import islice
from typing import TYPE_CHECKING, Any, Final
from uuid import UUID, uuid4, uuid5

from django.db import connection, transaction
from psycopg import sql

from kokunen.audit.domain import Act
from kokunen.audit.operations import record_each
from kokunen.dates.tokyo import day_of
from kokunen.interchange import folders, lifecycle, models
from kokunen.interchange import layout as layouts
from kokunen.interchange.codec import reading
from kokunen.interchange.domain import (
    Direction,
    EventKind,
    FileState,
    UnableToHandleFile,
    UnableToReceiveFile,
)
from kokunen.interchange.inbox import ledger
from kokunen.interchange.receivers.residents_load import Loaded, problem, registered
from kokunen.people import rows
from kokunen.people.codes import Source
from kokunen.people.domain import MembershipValue
from kokunen.people.keys import keys_for
from kokunen.people.models import Entry, Person

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from datetime import date
    from pathlib import Path

    from kokunen.audit.domain import Occasion
    from kokunen.interchange.layout import Layout
    from kokunen.people.periods import Period

LAYOUT: Final = "resident_load"
OPERATION: Final = "interchange.resident_load"
CHUNK: Final = 5000
"""People of one transaction."""
_FILES: Final = UUID("0d9c2f0b-8c43-5d3b-9a53-5b6b0a0f7e11")
_FACT: Final = (
    "person_id",
    "valid",
    "source",
    "source_ref",
    "entry_id",
    "recorded_at",
    "recorded_by",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Load:
    """How far a load came: ``people`` of ``total`` are registered."""

    file: int
    people: int
    total: int


@dataclass(frozen=True, slots=True, kw_only=True)
class _Found:
    """What the first reading found; ``size`` in bytes, ``digest`` SHA-256 in hex."""

    people: int
    digest: str
    size: int
    made_on: date | None


_Tables = dict[str, tuple[tuple[str, ...], list[tuple[Any, ...]]]]
"""Of each table its columns and its rows."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Chunk:
    """The people of one transaction, as rows; ``last`` is the number of the last one's record."""

    last: int
    people: list[int]
    homes: list[int]
    entry: UUID
    tables: _Tables


def load(
    *,
    path: Path,
    occasion: Occasion,
    tell: Callable[[int, int], None] = lambda done, total: None,  # noqa: ARG005 - nobody to be told
) -> Load:
    """Register everybody of a file of the layout ``resident_load``, or go on where a load stopped.

    Django must be connected as the owner. ``tell`` is told (done, total) after each chunk. Of a
    file that is loaded nothing is done. Raises `UnableToReceiveFile` for what is wrong with the
    file, and `UnableToHandleFile` when the register has people that are not of this load, or
    another load is under way.
    """
    of = layouts.layout(LAYOUT, day_of(occasion.at))
    busy = UnableToHandleFile(
        "住民の初期データを、別のプログラムが取り込んでいるところです。",
        fix="終わるまで待ってから、もう一度実行してください。",
        field="file",
    )
    with ledger.alone("interchange_resident_load", busy=busy):
        survey = _survey(path, of)
        file = _file(path, of, survey, occasion)
        done, last = _progress(file)
        if lifecycle.state(file.pk) is FileState.APPLIED:
            return Load(file=file.pk, people=done, total=survey.people)
        _only_ours(done)
        with path.open("rb") as stream:
            good = reading.read(stream, layout=of, city=folders.city())
            rest = (each for each in good if each.number > last)
            for chunk in _ahead(_chunks(rest, file, occasion)):
                done += len(chunk.people)
                _write(chunk, file, done, occasion)
                tell(done, survey.people)
        _close(file, done, occasion)
    return Load(file=file.pk, people=done, total=survey.people)


def _survey(path: Path, of: Layout) -> _Found:
    """Read the file once through; raise `UnableToReceiveFile` for anything wrong in it."""
    people, headed, before = 0, set[int](), 0
    made_on = None
    with path.open("rb") as stream:
        for each in reading.read(stream, layout=of, city=folders.city()):
            loaded = _loaded(each)
            wrong = problem(loaded)
            if loaded.person <= before:
                wrong = ("同じ宛名番号が二度あるか、宛名番号の順になっていません。", "person")
            for home in loaded.heads:
                if home in headed:
                    wrong = ("この世帯には、前のレコードに世帯主がいます。", "head")
                headed.add(home)
            if wrong is not None:
                raise UnableToReceiveFile(
                    f"レコード{each.number}: {wrong[0]}",
                    fix="住民記録の担当に、直したファイルを作り直してもらってください。"
                    "何も取り込んでいません。",
                    field=wrong[1],
                )
            before, people = loaded.person, people + 1
            made_on = getattr(each, "header", {}).get("made_on")
    with path.open("rb") as stream:
        digest = hashlib.file_digest(stream, "sha256").hexdigest()
    return _Found(people=people, digest=digest, size=path.stat().st_size, made_on=made_on)


def _loaded(each: reading.Good | reading.Bad) -> Loaded:
    if isinstance(each, reading.Bad):
        raise UnableToReceiveFile(
            f"レコード{each.number}が、最初に読んだときと違います。",
            fix="取込みの間にファイルを書き換えないでください。",
            field="file",
        )
    return registered(each.values)


def _file(path: Path, of: Layout, survey: _Found, occasion: Occasion) -> models.File:
    """Return the row of this content; the first time with its first event."""
    request = uuid5(_FILES, survey.digest)
    with transaction.atomic(durable=True):
        found = models.File.objects.filter(request_id=request).first()
        if found is not None:
            return found
        _only_ours(0)
        made = models.File.objects.create(
            request_id=request,
            direction=Direction.IN.value,
            partner=of.partner.value,
            layout=of.code,
            version=of.version,
            name=path.name[:200],
            digest=survey.digest,
            size=survey.size,
            made_on=survey.made_on,
            records=survey.people,
            recorded_at=occasion.at,
            recorded_by=occasion.staff or lifecycle.PROGRAM,
        )
        lifecycle.add(
            made.pk, EventKind.ARRIVED, occasion=occasion, detail={"people": 0, "last": 0}
        )
    return made


def _progress(file: models.File) -> tuple[int, int]:
    """Return how many people are registered, and the number of the last one's record."""
    last = lifecycle.events(file.pk)[-1].detail
    return int(last["people"]), int(last["last"])


def _only_ours(people: int) -> None:
    if Person.objects.count() != people:
        raise UnableToHandleFile(
            "この初期データのほかに、すでに人が登録されています。",
            fix="初期データは、誰も登録されていないデータベースにだけ取り込めます。"
            "後からの変更は住民異動データで受けます。",
            field="file",
        )


def _chunks(
    rest: Iterator[reading.Good | reading.Bad], file: models.File, occasion: Occasion
) -> Iterator[_Chunk]:
    """Give what is to be written, chunk by chunk; asks nothing of the database."""
    while found := [(_loaded(each), each.number) for each in islice(rest, CHUNK)]:
        people, last = [one for one, _ in found], found[-1][1]
        entry = uuid5(file.request_id, f"people to {last}")
        yield _Chunk(
            last=last,
            people=[one.person for one in people],
            homes=sorted({home for one in people for home in _homes(one)}),
            entry=entry,
            tables={
                "people_person": (
                    ("id", "key", "created_at"),
                    [(one.person, uuid4(), occasion.at) for one in people],
                ),
                **_facts(people, file, entry, occasion),
                "people_search_key": (("person_id", "kind", "key"), list(_keys(people))),
            },
        )


def _ahead(chunks: Iterator[_Chunk]) -> Iterator[_Chunk]:
    """Give the chunks; the next is made by a thread while the caller works on the one before."""
    with ThreadPoolExecutor(max_workers=1) as beside:
        coming = beside.submit(next, chunks, None)
        while (chunk := coming.result()) is not None:
            coming = beside.submit(next, chunks, None)
            yield chunk


def _write(chunk: _Chunk, file: models.File, done: int, occasion: Occasion) -> None:
    """Write a chunk with its lines, or nothing."""
    with transaction.atomic(durable=True):
        lifecycle.add(
            file.pk,
            EventKind.ARRIVED,
            occasion=occasion,
            detail={"people": done, "last": chunk.last},
        )
        with connection.cursor() as cursor:
            cursor.execute(
                "INSERT INTO people_household (id, created_at) SELECT unnest(%s::bigint[]), %s"
                " ON CONFLICT DO NOTHING",
                [chunk.homes, occasion.at],
            )
        Entry.objects.create(
            request_id=chunk.entry,
            operation=OPERATION,
            recorded_at=occasion.at,
            recorded_by=occasion.staff or lifecycle.PROGRAM,
            rows=[],
        )
        for table, (columns, lines) in chunk.tables.items():
            _copy(table, columns, lines)
        # A line for each: whose data came in must be found by the person's number.
        record_each(
            act=Act.WRITE,
            operation=OPERATION,
            occasion=occasion,
            people=[(person, (), f"file {file.pk}") for person in chunk.people],
        )


def _facts(people: Sequence[Loaded], file: models.File, entry: UUID, occasion: Occasion) -> _Tables:
    found: dict[str, list[tuple[Any, ...]]] = {}
    columns: dict[str, tuple[str, ...]] = {}
    maker = occasion.staff or lifecycle.PROGRAM
    source, ref = Source.RESIDENT_REGISTER.value, f"連携{file.pk}"
    for one in people:
        for value, valid in one.facts:
            said = rows.columns_of(value)
            columns.setdefault(value.KIND, (*_FACT, *said))
            found.setdefault(value.KIND, []).append(
                (
                    one.person,
                    _range(valid),
                    source,
                    ref,
                    entry,
                    occasion.at,
                    maker,
                    *said.values(),
                )
            )
    return {f"people_{kind}": (columns[kind], lines) for kind, lines in found.items()}


def _range(valid: Period) -> str:
    start, end = (day.isoformat() if day else "" for day in (valid.start, valid.end))
    return f"[{start},{end})"


def _homes(one: Loaded) -> Iterator[int]:
    return (value.household for value, _ in one.facts if isinstance(value, MembershipValue))


def _keys(people: Sequence[Loaded]) -> Iterator[tuple[int, str, str]]:
    for one in people:
        born = "" if one.born is None else one.born.isoformat()
        found = keys_for(
            number=one.person,
            name=one.name.name,
            kana=one.name.kana,
            alias=one.name.alias,
            alias_kana=one.name.alias_kana,
            passport=one.name.latin,
            birth_date=born,
        )
        for kind, key in sorted((each.kind.value, each.key) for each in found):
            yield one.person, kind, key


def _copy(table: str, columns: Sequence[str], lines: Sequence[tuple[Any, ...]]) -> None:
    statement = sql.SQL("COPY {} ({}) FROM STDIN").format(
        sql.Identifier(table), sql.SQL(", ").join(map(sql.Identifier, columns))
    )
    connection.ensure_connection()
    with connection.connection.cursor() as cursor, cursor.copy(statement) as copy:
        for line in lines:
            copy.write_row(line)


def _close(file: models.File, done: int, occasion: Occasion) -> None:
    with transaction.atomic(durable=True):
        detail = {**lifecycle.events(file.pk)[-1].detail, "applied": done}
        lifecycle.add(file.pk, EventKind.APPLIED, occasion=occasion, detail=detail)
    with connection.cursor() as cursor:
        for table in ("person", "household", "entry", "search_key", *rows.MODELS):
            cursor.execute(sql.SQL("ANALYZE {}").format(sql.Identifier(f"people_{table}")))
