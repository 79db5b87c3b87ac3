"""What the inbox shows: frozen values, never rows of the database."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date, datetime

    from kokunen.enrolment.candidates import ListKind
    from kokunen.interchange.domain import Event, FileState, Partner, Phase, RecordOutcome
    from kokunen.interchange.receivers.welfare_waiting import CauseList
    from kokunen.interchange.reconciliation.values import Unanswered
    from kokunen.people.search import Hit
    from kokunen.people.value import Hidden


@dataclass(frozen=True, slots=True, kw_only=True)
class FileLine:
    """One file of a list; ``counts`` are its records by the outcome that stands.

    ``records`` is the number of its details; None where the file could not be read so far.
    """

    id: int
    partner: Partner
    layout: str
    title: str
    name: str
    state: FileState
    made_on: date | None
    sequence: int | None
    records: int | None
    counts: Mapping[RecordOutcome, int]
    recorded_at: datetime
    last: Event


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordLine:
    """One record of a file that came in, as its last attempt left it.

    ``hit`` is who it is about, as the role sees the person; None: nobody was found. ``fields``
    names the fields at fault, ``rows`` the facts made. ``seals`` are those under a protection
    measure whom an open record is or may be about, each of whom has to be opened for it to be read.
    """

    file: int
    layout: str
    title: str
    number: int
    attempt: int
    outcome: RecordOutcome
    hit: Hit | None
    case: int | None
    code: str
    says: str
    fix: str
    fields: tuple[str, ...]
    rows: tuple[tuple[str, int], ...]
    seals: tuple[Hit, ...]
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class FilePage:
    """A file that came in, with its events and a page of its records.

    ``digest`` is its SHA-256 (hex), ``size`` in bytes; ``more`` says that records follow.
    """

    line: FileLine
    version: str
    digest: str
    size: int
    events: tuple[Event, ...]
    records: tuple[RecordLine, ...]
    more: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class RawShown:
    """A record as it was received: (項目名, text) of each field by its layout, and its bytes.

    ``content`` is empty where a field is Hidden for the role.
    """

    file: int
    number: int
    fields: tuple[tuple[str, str | Hidden], ...]
    content: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class PhaseLine:
    """A part of a night; ``at`` None: it has not come to its end."""

    phase: Phase
    at: datetime | None
    figures: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class CandidateList:
    """A list of candidates: how many, how many since the night before, the first of them named."""

    kind: ListKind | CauseList
    count: int
    new: int
    named: tuple[Hit, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Morning:
    """One page of what the night did and what is to be done now.

    ``refused`` are the files of this night, ``earlier`` those of the days before it that may not
    have been asked for again. ``open`` are the records that wait for a person, by outcome;
    ``differences`` how many are not cleared; ``unanswered`` what was forwarded and has no answer.
    """

    night: date
    started_at: datetime | None
    phases: tuple[PhaseLine, ...]
    refused: tuple[FileLine, ...]
    earlier: tuple[FileLine, ...]
    waiting: tuple[FileLine, ...]
    unfinished: tuple[FileLine, ...]
    open: Mapping[RecordOutcome, int]
    differences: int
    candidates: tuple[CandidateList, ...]
    to_check: tuple[FileLine, ...]
    to_release: tuple[FileLine, ...]
    unanswered: Unanswered
