"""What the queries of the register answer: frozen values, with what is not shown said as such."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeVar

from kokunen.people.domain import (
    AdditionalValue,
    AddressValue,
    ClaimValue,
    EnrolmentValue,
    ExemptionValue,
    ForeignValue,
    Hidden,
    IncomeValue,
    Masked,
    MembershipValue,
    NameValue,
    NumberValue,
    PhoneValue,
    Recorded,
    RegisterValue,
    StopValue,
    Value,
)

if TYPE_CHECKING:
    from datetime import date, datetime
    from uuid import UUID

    from kokunen.people.codes import Sex

F = TypeVar("F", bound=Value)
Group = tuple[Recorded[F], ...] | Hidden | Masked
"""The facts of one kind, oldest period first; or why they are not shown."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Member:
    """A member of a household on a day; ``name`` is Hidden from a role that sees no names."""

    key: UUID
    number: int
    head: bool
    relationship: str
    name: str | Hidden


@dataclass(frozen=True, slots=True, kw_only=True)
class HouseholdOn:
    """A household on a day, the head first.

    Members under a protection measure are not among them, and nothing says that there are any.
    """

    number: int
    on: date
    members: tuple[Member, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class PersonPage:
    """One person on one page, as of the day ``on``, and as known at ``known_at`` (None: now).

    ``protected``: a protection measure covers the person, and the role sees that; ``opened``: an
    opening stands, so that nothing is masked. ``name`` is the one on the day; its kana are empty
    unless the role sees them (``kana`` says so). ``birth_date`` None: not known to the day, see
    ``birth_date_text``.
    ``given`` are the names of the fields that were really given, as they stand in the record.
    """

    key: UUID
    number: int
    on: date
    known_at: datetime | None
    protected: bool
    opened: bool
    name: Recorded[NameValue] | Hidden | None
    names: Group[NameValue]
    kana: str | Hidden
    birth_date: date | Hidden | None
    birth_date_text: str
    sex: Sex | Hidden | None
    register: Group[RegisterValue]
    stops: Group[StopValue]
    foreign: Group[ForeignValue]
    memberships: Group[MembershipValue]
    household: HouseholdOn | Hidden | Masked | None
    addresses: Group[AddressValue]
    phones: Group[PhoneValue]
    basic_numbers: Group[NumberValue]
    old_numbers: Group[NumberValue]
    enrolments: Group[EnrolmentValue]
    additionals: Group[AdditionalValue]
    exemptions: Group[ExemptionValue]
    claims: Group[ClaimValue]
    incomes: Group[IncomeValue]
    given: frozenset[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class History:
    """All rows of one kind, superseded ones too, oldest period first."""

    kind: str
    rows: tuple[Recorded[Value], ...] | Hidden | Masked


@dataclass(frozen=True, slots=True, kw_only=True)
class Unchecked:
    """An entry that waits for a second person; ``rows`` are (kind, id) of its facts."""

    entry: UUID
    operation: str
    person: int | None
    person_key: UUID | None
    recorded_at: datetime
    recorded_by: int
    reason: str
    rows: tuple[tuple[str, int], ...]
