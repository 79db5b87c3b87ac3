"""Rows of the register's tables, as plain tuples in the order of `COLUMNS`."""

from __future__ import annotations

import uuid
from datetime import date, datetime
from typing import TYPE_CHECKING, Any, Final

from kokunen.dates.tokyo import TOKYO

if TYPE_CHECKING:
    from collections.abc import Mapping
    from random import Random

PROGRAM: Final = 0
"""``recorded_by`` of what the transfer recorded."""

_FACT: Final = (
    "id", "person_id", "valid", "source", "source_ref", "entry_id", "recorded_at", "recorded_by",
    "superseded_at", "superseded_by_id", "superseded_entry_id",
)  # fmt: skip
_OWN: Final[Mapping[str, tuple[str, ...]]] = {
    "people_name": ("name", "kana", "latin", "alias", "alias_kana"),
    "people_identity": ("birth_date", "birth_date_text", "sex"),
    "people_register": (
        "residency", "arrival", "arrived_on", "first_on_register", "removal", "removed_on",
    ),
    "people_stop": ("scope", "reason"),
    "people_foreign": ("nationality", "nationality_code", "status", "stay_until"),
    "people_membership": ("household_id", "head", "relationship"),
    "people_address": (
        "kind", "postal_code", "municipality_code", "prefecture", "city", "town", "block",
        "building", "country",
    ),
    "people_phone": ("kind", "number"),
    "people_basic_number": ("kind", "number"),
    "people_enrolment": ("category", "acquired_cause", "lost_cause", "lost_reason"),
    "people_additional": ("joined_filed_on", "left_filed_on", "left_cause"),
    "people_exemption": (
        "kind", "applied_on", "cause", "outcome", "outcome_on", "ended_cause",
        "statutory_lapsed_on", "statutory_lapsed_cause", "forwarded_on", "school_name",
        "school_kind", "school_until",
    ),
    "people_claim": (
        "kind", "pension_code", "certificate_number", "claimed_on", "claim_type", "forwarded_on",
        "outcome", "outcome_on", "claimant_name", "claimant_relationship", "died_on",
        "death_filed_on", "diagnosis_form", "diagnosed_on", "first_seen_on",
    ),
    "people_income": (
        "fiscal_year", "levy_year", "general", "elderly", "specified", "spouse",
        "disabled_dependants", "specially_disabled_dependants", "young", "disabled", "widow",
        "working_student", "pension_receipts", "pension_income", "total", "net_loss", "casualty",
        "medical", "social_insurance", "spouse_special",
    ),
}  # fmt: skip
COLUMNS: Final[Mapping[str, tuple[str, ...]]] = {
    "people_person": ("id", "key", "created_at"),
    "people_household": ("id", "created_at"),
    "people_entry": (
        "request_id", "operation", "person_id", "recorded_at", "recorded_by", "reason", "rows",
    ),
    **{table: (*_FACT, *own) for table, own in _OWN.items()},
    "people_check": ("entry_id", "recorded_by", "checked_by", "checked_at"),
    "people_search_key": ("id", "person_id", "kind", "key"),
    "protection_measure": ("id", "person_id", "ground"),
    "protection_step": (
        "id", "measure_id", "kind", "on_day", "starts", "ends", "evidence", "evidence_ref",
        "entered_by", "entered_at",
    ),
    "protection_check": ("step_id", "entered_by", "checked_by", "accepted", "reason", "at"),
    "protection_member": (
        "id", "measure_id", "applicant_id", "person_id", "relation", "entered_by", "entered_at",
    ),
    "protection_other_party": (
        "id", "measure_id", "person_id", "other_person_id", "name", "address", "relation",
        "entered_by", "entered_at",
    ),
    "protection_number_link": (
        "id", "person_id", "old_number", "new_number", "changed_on", "evidence_ref",
        "recorded_at", "recorded_by",
    ),
}  # fmt: skip
"""The tables in the order in which they are loaded, with the columns of a row."""

MOST_ROWS: Final = 20
"""Rows per table and person, at the most: each chunk has its own range of row numbers."""


def period(since: date | None, until: date | None = None) -> str:
    """Return a half-open range of days as PostgreSQL writes it."""
    return f"[{since.isoformat() if since else ''},{until.isoformat() if until else ''})"


def at(day: date, hour: int = 3, minute: int = 0) -> datetime:
    """Return a time of a day in Japan."""
    return datetime(day.year, day.month, day.day, hour, minute, tzinfo=TOKYO)


class Sheet:
    """Collects the rows of one chunk; row numbers begin at ``first_row`` + 1."""

    def __init__(self, random: Random, *, first_row: int, migrated: datetime) -> None:
        self.random = random
        self.rows: dict[str, list[tuple[Any, ...]]] = {table: [] for table in COLUMNS}
        self._last = dict.fromkeys(COLUMNS, first_row)
        self.migrated = migrated
        self.transfer = self.entry(
            operation="demo.load", recorded=migrated, reason="架空の住民の作成(実在しません)"
        )

    def uuid(self) -> str:
        """Draw a uuid of version 4."""
        return str(uuid.UUID(int=self.random.getrandbits(128), version=4))

    def add(self, table: str, *values: object) -> None:
        """Add a row as it stands."""
        self.rows[table].append(values)

    def number(self, table: str) -> int:
        """Return the next row number of a table."""
        self._last[table] += 1
        return self._last[table]

    def entry(
        self,
        *,
        operation: str,
        recorded: datetime,
        person: int | None = None,
        by: int = PROGRAM,
        reason: str = "",
        rows: str = "[]",
    ) -> str:
        """Add an act of entering and return its request number."""
        request = self.uuid()
        self.add("people_entry", request, operation, person, recorded, by, reason, rows)
        return request

    def fact(
        self,
        table: str,
        person: int,
        valid: str,
        own: tuple[object, ...],
        *,
        source: str = "resident_register",
        since: date | None = None,
    ) -> int:
        """Add a fact that the transfer recorded (or, if it began later, one of ``since``)."""
        recorded = self.migrated
        if since is not None and since > self.migrated.date():
            recorded = at(since, 16)
        row = self.number(table)
        self.rows[table].append(
            (
                row,
                person,
                valid,
                source,
                "",
                self.transfer,
                recorded,
                PROGRAM,
                None,
                None,
                None,
                *own,
            )
        )
        return row

    def correct(
        self,
        table: str,
        row: tuple[Any, ...],
        own: tuple[object, ...],
        *,
        operation: str,
        on: datetime,
        by: int,
        reason: str,
    ) -> str:
        """Supersede a row of this sheet by one that says ``own``; return the entry's number.

        The row must be the last of its table. Both stay, so that "as known on" shows either.
        """
        person, new = row[1], self.number(table)
        entry = self.entry(
            operation=operation,
            recorded=on,
            person=person,
            by=by,
            reason=reason,
            rows=f'[["{table.removeprefix("people_")}", {new}]]',
        )
        if self.rows[table][-1] is not row:
            raise ValueError(f"not the last row of {table}")
        self.rows[table][-1] = (*row[:8], on, new, entry, *row[len(_FACT) :])
        self.rows[table].append(
            (new, person, row[2], "application", "", entry, on, by, None, None, None, *own)
        )
        return entry
