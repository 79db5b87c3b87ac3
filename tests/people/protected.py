"""A protected person of the tests, and the second person who opens what is sealed."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING

from kokunen.access.openings import operations as openings
from kokunen.access.openings.domain import Kind
from kokunen.access.protection import operations as protection
from kokunen.access.protection.domain import Evidence, Ground

if TYPE_CHECKING:
    from uuid import UUID

    from kokunen.audit.domain import Occasion

SECOND = 202


def protect(person: int, occasion: Occasion) -> None:
    protection.register(
        person=person,
        ground=Ground.DV,
        on=date(2026, 4, 1),
        evidence=Evidence.APPLICATION,
        evidence_ref="申出書",
        occasion=occasion.because(purpose="protection", reason="申出"),
    )


def opened(person: int, occasion: Occasion) -> UUID:
    """Open with a second person, as of the database's own clock."""
    asking = replace(occasion, at=datetime.now(tz=UTC)).because(
        purpose="reception", reason="本人が来庁"
    )
    opening = openings.request(kind=Kind.PROTECTED, person=person, occasion=asking)
    second = replace(asking, staff=SECOND, staff_number="K00202")
    openings.answer(opening=opening, granted=True, reason="本人確認済み", occasion=second)
    return opening
