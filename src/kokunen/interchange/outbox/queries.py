"""The only reader of what goes out: a file as a person checks it, and what is due to whom."""

from __future__ import annotations

from dataclasses import dataclass, replace
from itertools import islice
from typing import TYPE_CHECKING, Any, Final

from django.db import connection, transaction

from kokunen.access.domain import Field
from kokunen.audit.domain import Act
from kokunen.audit.operations import record, record_each
from kokunen.dates.month import Month
from kokunen.dates.tokyo import day_of, start_of
from kokunen.interchange import folders, lifecycle, models
from kokunen.interchange.codec import reading
from kokunen.interchange.domain import (
    Direction,
    EventKind,
    FileState,
    Partner,
    UnableToFindFile,
    UnableToHandleFile,
    state_of,
)
from kokunen.interchange.layout import layout as layout_on
from kokunen.interchange.outbox import calendar, forwarding, handing, laying, ledger, operations
from kokunen.interchange.outbox.transfers import BY_LAYOUT, GROUPS, REPORTS
from kokunen.people.domain import Hidden
from kokunen.people.search import named

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping
    from datetime import date, datetime
    from pathlib import Path

    from kokunen.audit.domain import Occasion
    from kokunen.interchange.codec.shape import Layout
    from kokunen.interchange.domain import Event
    from kokunen.interchange.outbox.calendar import Due
    from kokunen.interchange.outbox.transfers import Transfer
    from kokunen.people.search import Hit

_IN_LISTS: Final = frozenset({Field.NAME, Field.PROTECTION})
_DONE: Final = (EventKind.SENT, EventKind.ARRIVED, EventKind.APPLIED)
_FOLLOWS: Final = {
    FileState.TO_CHECK: "check",
    FileState.TO_RELEASE: "release",
    FileState.AWAITING_RECEIPT: "acknowledge",
}
_FORWARDED: Final = """
SELECT s.on_day, o.file_id FROM interchange_sent o
JOIN cases_step s ON s.case_id = o.case_id
    AND o.key = 'case ' || s.case_id || ' step ' || s.number
WHERE o.layout = 'agency_forwarding' AND o.withdrawn_at IS NULL AND s.on_day BETWEEN %s AND %s
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class OutFile:
    """A file that goes out, as its page shows it; nobody is named.

    ``basis`` says by which law it may go, ``transfer`` which of the five it is (None: a report or a
    request). ``release_opens`` is when the time for checking ends (None: nobody checks it).
    ``protected`` counts records with something left out, ``replaced`` characters that the target
    cannot hold; ``replacements`` names the first of them by (record, field). ``left_out`` are cases
    that could not go, with the reason's code. ``given`` is the name under which it was given.
    ``follows`` is what a member of staff is to do next: check, release, acknowledge or "".
    ``kept``: its content can be shown.
    """

    id: int
    partner: Partner
    layout: str
    title: str
    official: bool
    name: str
    state: FileState
    digest: str
    size: int
    records: int
    made_on: date | None
    sequence: int | None
    basis: str
    transfer: Transfer | None
    events: tuple[Event, ...]
    release_opens: datetime | None
    protected: int
    replaced: int
    replacements: tuple[tuple[int, str], ...]
    left_out: tuple[tuple[int, str, str], ...]
    papers: tuple[str, ...]
    given: str
    follows: str
    password_told: bool
    kept: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class OutRecord:
    """One record of a file that goes out: its number, person, case, and (項目名, value) pairs."""

    number: int
    hit: Hit
    case: int | None
    fields: tuple[tuple[str, Any], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Content:
    """A page of records; ``more`` says that others follow the last one shown."""

    records: tuple[OutRecord, ...]
    more: bool


def file(*, file: int) -> OutFile:
    """Return a file that goes out; shows nobody. Raises ``UnableToFindFile``."""
    row = lifecycle.find(file, direction=Direction.OUT)
    found = lifecycle.events(file)
    of = _layout(row)
    said = ledger.made_of(found).detail
    state = state_of(found)
    by_two = row.layout in handing.CHECKED_BY_TWO
    transfer = BY_LAYOUT.get(row.layout)
    given = handing.last_name(found)
    return OutFile(
        id=row.id,
        partner=Partner(row.partner),
        layout=row.layout,
        title=of.title,
        official=of.official,
        name=row.name,
        state=state,
        digest=row.digest,
        size=row.size,
        records=row.records or 0,
        made_on=row.made_on,
        sequence=row.sequence,
        basis=transfer.basis if transfer else REPORTS.get(row.layout, ""),
        transfer=transfer,
        events=found,
        release_opens=operations.release_opens(found) if by_two else None,
        protected=said.get("protected", 0),
        replaced=said.get("replaced", 0),
        replacements=tuple((record, name) for record, name in said.get("replacements", ())),
        left_out=tuple(
            (each["case"], each["code"], each["field"]) for each in said.get("left_out", ())
        ),
        papers=tuple(each["name"] for each in said.get("papers", ())),
        given=given,
        follows=_FOLLOWS.get(state, "") if by_two or state is FileState.AWAITING_RECEIPT else "",
        password_told=any(
            each.code == handing.PASSWORD_TOLD and each.detail["name"] == given for each in found
        ),
        kept=laying.made(row.digest).is_file(),
    )


def content(
    *, file: int, occasion: Occasion, sees: Collection[Field], after: int = 0, limit: int = 50
) -> Content:
    """Return records as they go out, for whoever checks them; each read is recorded.

    ``after`` is the record that the page before ended with. A field that the role does not see is
    Hidden; what a protection measure covers was left out when the file was made. Raises
    `UnableToHandleFile` when the file was received or withdrawn and is no longer kept.
    """
    row = lifecycle.find(file, direction=Direction.OUT)
    of = _layout(row)
    path = _kept(row.digest)
    with transaction.atomic(), path.open("rb") as stream:
        found = list(
            islice(
                (
                    good
                    for good in reading.read(stream, layout=of, city=folders.city())
                    if isinstance(good, reading.Good) and good.number > after
                ),
                limit + 1,
            )
        )
        page = found[:limit]
        sent = {
            each.number: each
            for each in models.Sent.objects.filter(
                file_id=file, number__in=[good.number for good in page]
            )
        }
        names = named(
            people={each.person_id for each in sent.values()},
            operation="outbox.content",
            occasion=occasion,
            sees=_IN_LISTS & set(sees),
        )
        shown = [
            OutRecord(
                number=good.number,
                hit=names[sent[good.number].person_id],
                case=sent[good.number].case_id,
                fields=tuple(_fields(of, good.values, sees)),
            )
            for good in page
        ]
        record_each(
            act=Act.READ,
            operation="outbox.content",
            occasion=occasion,
            people=[
                (each.hit.number, _shown(good.values, sees), f"file {file}")
                for each, good in zip(shown, page, strict=True)
            ],
        )
    return Content(records=tuple(shown), more=len(found) > limit)


def paper(*, file: int, name: str, occasion: Occasion, sees: Collection[Field]) -> bytes:
    """Return one of the papers that go with a file, as a PDF; recorded as an export.

    Raises `UnableToHandleFile` to a role that may not see all of them and for what is no longer
    kept, ``UnableToFindFile`` for a name that none of them has.
    """
    row = lifecycle.find(file, direction=Direction.OUT)
    if not {Field.NAME, Field.EXEMPTION, Field.CLAIM, Field.INCOME} <= set(sees):
        raise UnableToHandleFile(
            "送付する書類を見る権限がありません。",
            fix="審査の役割の職員に確認を頼んでください。",
            field="file",
        )
    made = lifecycle.events(file)[0].detail
    papers = {each["name"]: each["digest"] for each in made.get("papers", ())}
    if name not in papers:
        raise UnableToFindFile(
            "このファイルに、この名前の書類はありません。",
            fix="送付物の画面から選び直してください。",
            field="name",
        )
    path = _kept(papers[name])
    with transaction.atomic():
        record_each(
            act=Act.EXPORT,
            operation="outbox.paper",
            occasion=occasion,
            people=[
                (person, (Field.NAME,), f"file {file} {name}")
                for person in models.Sent.objects.filter(file_id=row.id)
                .order_by("number")
                .values_list("person_id", flat=True)
            ],
        )
    return path.read_bytes()


def unsent() -> int:
    """Return how many forwarded cases stand in no file: those left out, or not yet collected."""
    return len(forwarding.waiting())


def due(*, since: date, until: date, occasion: Occasion) -> tuple[Due, ...]:
    """Return what is due from ``since`` to ``until``, both included, with what was done; no names.

    ``late``: not done by its day, or done after it; what is due to nobody outside is never late
    here, because no file says whether it was done.
    """
    today = day_of(occasion.at)
    with transaction.atomic():
        forwarded = _forwarded(since, until)
        found = calendar.due(since=since, until=until, leaving=forwarded)
        record(act=Act.READ, operation="outbox.due", occasion=occasion, outcome=f"{since} {until}")
        return tuple(_joined(each, forwarded, today) for each in found)


def _forwarded(since: date, until: date) -> dict[date, set[int | None]]:
    """Return by which day cases are to leave, with the files that hold them (None: no file)."""
    found: dict[date, set[int | None]] = {}
    with connection.cursor() as cursor:
        cursor.execute(_FORWARDED, [since - calendar.LONGEST_CLOSURE, until])
        rows = cursor.fetchall()
    for on, of in [*rows, *((each.on, None) for each in forwarding.waiting())]:
        found.setdefault(calendar.forwarded_by(on), set()).add(of)
    return found


def _joined(due_: Due, forwarded: dict[date, set[int | None]], today: date) -> Due:
    if not due_.layout:
        return due_
    is_forwarding = due_.layout == forwarding.LAYOUT
    files = forwarded[due_.on] if is_forwarding else {_file_of(due_)}
    known = sorted(each for each in files if each is not None)
    days = [_given_on(each) for each in known]
    is_done = None not in files and all(day is not None for day in days)
    last = max((day for day in days if day is not None), default=today)
    return replace(
        due_,
        file=known[-1] if known else None,
        late=(last if is_done else today) > due_.on,
    )


def _file_of(due_: Due) -> int | None:
    """Return the file that did what is due in or for a month: made here, or received."""
    month = due_.month or Month.of(due_.on)
    if due_.layout in BY_LAYOUT:
        return ledger.told(due_.layout, {"month": str(month)})
    if due_.layout in REPORTS:
        return ledger.told(due_.layout, {"occasion": "renewal"}, since=month.first_day)
    received = models.File.objects.filter(
        direction=Direction.IN,
        layout=due_.layout,
        recorded_at__range=(start_of(month.first_day), start_of((month + 1).first_day)),
    ).order_by("id")
    return received.values_list("id", flat=True).first()


def _given_on(file: int) -> date | None:
    """Return the day on which a file was sent, or came; None: not yet."""
    first = models.Event.objects.filter(file_id=file, kind__in=_DONE).order_by("number").first()
    return None if first is None else day_of(first.at)


def _layout(row: models.File) -> Layout:
    return layout_on(row.layout, row.made_on or day_of(row.recorded_at))


def _kept(digest: str) -> Path:
    path = laying.made(digest)
    if not path.is_file():
        raise UnableToHandleFile(
            "このファイルの中身は、受領確認または取下げの後は残していません。",
            fix="送付の記録(件数・SHA-256・宛名番号)で確かめてください。",
            field="file",
        )
    return path


def _fields(
    of: Layout, values: Mapping[str, Any], sees: Collection[Field]
) -> Iterator[tuple[str, Any]]:
    for each in of.detail.values:
        group = GROUPS.get(each.name)
        hidden = group is not None and group not in sees
        yield each.title, Hidden() if hidden else values[each.name]


def _shown(values: Mapping[str, Any], sees: Collection[Field]) -> set[Field]:
    return {
        group
        for name, group in GROUPS.items()
        if group in sees and values.get(name) not in {None, ""}
    }
