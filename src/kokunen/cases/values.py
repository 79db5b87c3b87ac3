"""What a reader of the cases gets: frozen values, never rows."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from kokunen.cases.domain import Receipt
from kokunen.dates.errors import Refusal
from kokunen.people.domain import Hidden, Masked

if TYPE_CHECKING:
    from datetime import date
    from uuid import UUID

    from kokunen.cases.catalogue.kinds import Filer, Filing
    from kokunen.cases.deadlines import Due
    from kokunen.cases.domain import Channel, State, Step, StepKind

Stated = Mapping[str, Any] | Masked | Hidden


class UnableToReadFiling(Refusal):
    """What stands on the filing is sealed, or not for this role."""

    code = "filing_sealed"


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """A case with its steps.

    ``person`` is the 宛名番号; ``branch`` the code of the branch ("": the main office);
    ``particulars`` what now stands on the filing, ``Masked`` while that is sealed; ``tested`` who
    is tested: (宛名番号, key, role); ``due`` what is to be seen to next; ``last`` the number of the
    last step; ``maker`` who wrote the particulars; ``facts_made`` what the case did to the register
    and has not taken back: (kind, id); ``lacks`` the codes of what is lacking.
    """

    number: int
    filing: Filing
    person: int
    person_key: UUID
    channel: Channel
    branch: str
    department: str
    filer: Filer
    received_on: date
    event_on: date | None
    recorded_by: int
    steps: tuple[Step, ...]
    state: State
    particulars: Stated
    tested: tuple[tuple[int, UUID, str], ...]
    deadlines: tuple[Due, ...]
    due: Due | None
    last: int
    maker: int
    facts_made: tuple[tuple[str, int], ...]
    lacks: tuple[str, ...]

    @property
    def readable(self) -> Mapping[str, Any]:
        """What stands on the filing; nothing of what is sealed."""
        return {} if isinstance(self.particulars, Masked | Hidden) else self.particulars

    def receipt(
        self, *, particulars: Mapping[str, Any] | None = None, event_on: date | None = None
    ) -> Receipt:
        """Return the case as a receipt, as it now stands but for what is given in its stead.

        Raises `UnableToReadFiling` where the particulars are sealed and no others are given.
        """
        stated = self.particulars if particulars is None else particulars
        if isinstance(stated, Masked | Hidden):
            raise UnableToReadFiling(
                "この案件の記載事項は、この役割では見られないか、支援措置で封じられています。",
                fix="支援措置の対象者なら開示を申請し、別の職員の承認を受けてください。",
            )
        return Receipt(
            filing=self.filing.code,
            person=self.person,
            channel=self.channel,
            received_on=self.received_on,
            branch=self.branch,
            event_on=event_on or self.event_on,
            filer=self.filer,
            particulars=stated,
        )

    def last_day(self, kind: StepKind) -> date | None:
        """Return the day of the newest step of a kind, or None."""
        return next((step.on for step in reversed(self.steps) if step.kind is kind), None)


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseLine:
    """A case as a line of a list; ``age`` in days since its receipt, ``holder`` who took it."""

    case: int
    filing: Filing
    person: int
    person_key: UUID
    name: str | Hidden
    state: State
    channel: Channel
    branch: str
    received_on: date
    age: int
    due: Due | None
    holder: int
    last: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Heading:
    """Which filing a case is, and the key of its person."""

    filing: Filing
    person_key: UUID


@dataclass(frozen=True, slots=True, kw_only=True)
class Queue:
    """Lines, the earliest deadline first.

    ``oldest`` is the age in days of the oldest case of the whole queue (None: it is empty),
    ``count`` how many are in each state, before ``states`` chose among them; ``late`` how many of
    the chosen ones are past their day and ``today`` how many reach it today, ``more`` how many
    follow after the last line.
    """

    lines: tuple[CaseLine, ...]
    oldest: int | None
    count: Mapping[State, int]
    late: int
    today: int
    more: int


@dataclass(frozen=True, slots=True, kw_only=True)
class LedgerLine:
    """A line of the 受付処理簿; ``outcome`` is what came back last, or 取下げ ("": nothing yet)."""

    number: int
    received_on: date
    filing: Filing
    person_key: UUID
    name: str | Hidden
    channel: Channel
    branch: str
    forwarded_on: date | None
    outcome: str
    closed_on: date | None
