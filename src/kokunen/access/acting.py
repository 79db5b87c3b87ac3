"""Who stands behind a request. The clock comes in here and goes down as ``Occasion.at``."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils import timezone

from kokunen.access import queries
from kokunen.audit.domain import Occasion
from kokunen.dates.tokyo import day_of

if TYPE_CHECKING:
    from datetime import datetime

    from django.http import HttpRequest

    from kokunen.access.queries import Place, Standing


def now() -> datetime:
    """Return the moment of a request."""
    return timezone.now()


def address(request: HttpRequest) -> str:
    """Return the address a request came from. No header of the request is believed."""
    return str(request.META.get("REMOTE_ADDR", ""))


def stranger(request: HttpRequest, *, staff_number: str = "") -> Occasion:
    """Return the occasion of somebody who has not signed in, with the number if it exists."""
    place = queries.terminal_at(address(request))
    return Occasion(
        at=now(),
        staff=None,
        staff_number=staff_number,
        department="",
        terminal=place.name if place else "",
    )


def member(standing: Standing, place: Place | str, at: datetime) -> Occasion:
    """Return the occasion of a member of staff who has signed in at a terminal."""
    return Occasion(
        at=at,
        staff=standing.staff,
        staff_number=standing.staff_number,
        department=standing.department,
        terminal=place if isinstance(place, str) else place.name,
    )


def today(at: datetime, staff: int) -> Standing | None:
    """Return what a member of staff is on the day of a moment, if the account is in use."""
    found = queries.standing(staff=staff, day=day_of(at))
    return found if found is not None and found.roles else None
