"""What a reader of the reconciliation gets: frozen values, never rows."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date, datetime

    from kokunen.cases.catalogue.kinds import Filing
    from kokunen.cases.domain import State
    from kokunen.interchange.domain import DifferenceKind, RecordOutcome
    from kokunen.people.domain import Masked
    from kokunen.people.search import Hit


@dataclass(frozen=True, slots=True, kw_only=True)
class CandidateLine:
    """A case that a result may belong to. ``agrees`` and ``differs`` are words (`matching.Item`).

    ``hit`` is its person as the role sees them; ``may_be_answered`` says whether a result can be
    entered in the state it is in.
    """

    case: int
    filing: Filing
    hit: Hit
    state: State
    received_on: date
    forwarded_on: date | None
    score: int
    agrees: tuple[str, ...]
    differs: tuple[str, ...]
    may_be_answered: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Probable:
    """A result that a person has to assign: as received, and the cases it may belong to.

    ``fields`` are (項目名, value) by the layout; Masked where a candidate is under a protection
    measure. ``says`` and ``fix`` tell why the program did not assign it.
    """

    file: int
    file_name: str
    number: int
    outcome: RecordOutcome
    notice: str
    fields: tuple[tuple[str, Any], ...] | Masked
    candidates: tuple[CandidateLine, ...]
    says: str
    fix: str
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class DifferenceLine:
    """A difference between the register or the assessment (``ours``) and the result (``theirs``).

    ``why_ours`` and ``why_theirs`` are the reasons of each side, in words. ``case`` is where it is
    to be cleared. Masked: the person is under a protection measure.
    """

    difference: int
    what: DifferenceKind
    hit: Hit
    case: int | None
    filing: Filing | None
    state: State | None
    ours: str | Masked
    theirs: str | Masked
    why_ours: Sequence[str]
    why_theirs: Sequence[str]
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Bucket:
    """So many cases wait ``least`` to ``most`` days (None: longer)."""

    least: int
    most: int | None
    count: int


@dataclass(frozen=True, slots=True, kw_only=True)
class UnansweredLine:
    """A case that was forwarded and not answered; ``days`` since it was forwarded last."""

    case: int
    filing: Filing
    hit: Hit
    received_on: date
    forwarded_on: date
    days: int
    late: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Unanswered:
    """What was forwarded and never answered, by age; ``lines`` the oldest first.

    ``more`` so many follow; ``usual`` is the number of days after which an answer is late.
    """

    on: date
    usual: int
    buckets: tuple[Bucket, ...]
    lines: tuple[UnansweredLine, ...]
    more: int

    @property
    def count(self) -> int:
        """How many wait."""
        return sum(bucket.count for bucket in self.buckets)

    @property
    def late(self) -> int:
        """How many wait longer than is usual."""
        return sum(bucket.count for bucket in self.buckets if bucket.least > self.usual)


@dataclass(frozen=True, slots=True, kw_only=True)
class ListedLine:
    """A person of a list: the kind that it says ("": it says none) and their case, if any."""

    hit: Hit
    kind: str
    case: int | None
