"""Who acts: what the access middleware put on the request, as one value for the screens."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, cast

from kokunen.access.domain import Field, Permission, Role, UnableToActWithoutPermission, may
from kokunen.dates.tokyo import day_of

if TYPE_CHECKING:
    from datetime import date

    from django.http import HttpRequest

    from kokunen.access.middleware import OfficeRequest
    from kokunen.audit.domain import Occasion


@dataclass(frozen=True, slots=True, kw_only=True)
class Actor:
    """A member of staff as of one request; ``staff`` is access_staff.id."""

    staff: int
    number: str
    name: str
    department: str
    branch: str
    terminal: str
    roles: frozenset[Role]
    sees: frozenset[Field]

    @property
    def may(self) -> frozenset[Permission]:
        """The permissions that the roles of the day carry."""
        return may(self.roles)


def given(request: HttpRequest) -> OfficeRequest:
    """Return the request as the access middleware left it."""
    return cast("OfficeRequest", request)


def signed_in(request: HttpRequest) -> bool:
    """Whether the sign-in is complete, with both factors and an own password."""
    office = given(request)
    return getattr(office, "standing", None) is not None and not office.unfinished


def actor(request: HttpRequest) -> Actor:
    """Return who acts; raises UnableToActWithoutPermission before the sign-in is complete."""
    office = given(request)
    if office.standing is None:
        raise _nobody()
    return Actor(
        staff=office.standing.staff,
        number=office.standing.staff_number,
        name=office.standing.name,
        department=office.standing.department,
        branch=office.standing.branch,
        terminal=office.occasion.terminal,
        roles=office.roles,
        sees=office.sees,
    )


def occasion(request: HttpRequest) -> Occasion:
    """Return who acts, where and when; the purpose is stated for each person or list."""
    office = given(request)
    if office.standing is None:
        raise _nobody()
    return office.occasion


def today(request: HttpRequest) -> date:
    """Return the day of the request in the office."""
    return day_of(occasion(request).at)


def _nobody() -> UnableToActWithoutPermission:
    return UnableToActWithoutPermission(
        "サインインが済んでいません。", fix="サインインしてください。"
    )
