"""What the API takes and gives: the words of its description."""

from __future__ import annotations

from datetime import date, datetime  # noqa: TC003 - a schema is read at run time
from typing import Annotated, Final
from uuid import UUID  # noqa: TC003 - as above

from ninja import Schema
from pydantic import Field as Part

from kokunen.audit.domain import Act  # noqa: TC001 - as above

MOST: Final = 100
"""Entries of the record in one answer."""
_BIGGEST: Final = 2**63 - 1

Text = Annotated[str, Part(max_length=400, pattern=r"^[^\x00-\x08\x0b\x0c\x0e-\x1f]*$")]
Number = Annotated[int, Part(ge=1, le=_BIGGEST)]


class Problem(Schema):
    """What went wrong, and what to do."""

    code: str
    message: str
    fix: str
    field: str = ""


class Purpose(Schema):
    """For what a person is looked at."""

    purpose: Text
    reason: Text = ""
    case: Number | None = None


class SearchIn(Purpose):
    """What is looked for."""

    text: Text


class Withheld(Schema):
    """Why something is not given: role, case or protected."""

    withheld: str


class HitOut(Schema):
    """One person found."""

    key: UUID
    number: int
    name: str | Withheld
    kana: str | Withheld
    birth_date: str | Withheld | None
    address: str | Withheld
    protected: bool
    why: str


class HitsOut(Schema):
    """The people found; ``more`` says that others match too."""

    hits: list[HitOut]
    more: bool


class FactOut(Schema):
    """One fact: its columns, its period (half-open), its source and whether it was checked."""

    value: dict[str, str | int | bool | None]
    valid_from: date | None
    valid_to: date | None
    source: str
    recorded_at: datetime
    checked: bool


class MemberOut(Schema):
    """One member of the household."""

    key: UUID
    number: int
    head: bool
    relationship: str
    name: str | Withheld


class HouseholdOut(Schema):
    """The household on the day, the head first; protected members are not among them."""

    number: int
    members: list[MemberOut]


class PersonOut(Schema):
    """One person as the role sees it; ``facts`` by group."""

    key: UUID
    number: int
    on: date
    known_at: datetime | None
    protected: bool
    opened: bool
    birth_date: str | Withheld | None
    birth_date_text: str
    sex: str | Withheld | None
    household: HouseholdOut | Withheld | None
    facts: dict[str, list[FactOut] | Withheld]


class TrailIn(Schema):
    """What part of the record is asked for."""

    person: Number | None = None
    staff_number: Text = ""
    department: Text = ""
    act: Act | None = None
    since: datetime | None = None
    until: datetime | None = None
    reason: Text = ""


class EntryOut(Schema):
    """One entry of the record."""

    id: UUID
    at: datetime
    act: str
    operation: str
    staff_number: str
    department: str
    terminal: str
    purpose: str
    case_id: int | None
    person: int | None
    shown: list[str]
    outcome: str


class TrailOut(Schema):
    """The newest entries that match, at most 100."""

    entries: list[EntryOut]
    more: bool
