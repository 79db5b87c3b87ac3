"""The purpose for which a person is looked at: stated once, kept in the session, gone with time."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Final
from uuid import UUID

from kokunen.access.domain import stated
from kokunen.web import acting, conf

if TYPE_CHECKING:
    from django.http import HttpRequest

    from kokunen.audit.domain import Occasion

_KEPT: Final = "purposes"
_OPENED: Final = "openings"
_MOST: Final = 50


def state(request: HttpRequest, *, key: UUID, purpose: str, reason: str, case: int | None) -> None:
    """Keep the purpose for this person; raise UnableToOpenWithoutPurpose when it lacks a part."""
    stated(purpose=purpose, reason=reason, case=case)
    kept = dict(request.session.get(_KEPT, {}))
    kept.pop(str(key), None)
    kept[str(key)] = {
        "purpose": purpose,
        "reason": reason,
        "case": case,
        "at": acting.occasion(request).at.isoformat(),
    }
    request.session[_KEPT] = dict(list(kept.items())[-_MOST:])


def occasion(request: HttpRequest, key: UUID) -> Occasion | None:
    """Return the occasion with the purpose that stands for this person, or None."""
    kept = request.session.get(_KEPT, {}).get(str(key))
    now = acting.occasion(request)
    if kept is None:
        return None
    if now.at - datetime.fromisoformat(kept["at"]) > timedelta(minutes=conf.PURPOSE_MINUTES):
        return None
    return now.because(purpose=kept["purpose"], reason=kept["reason"], case=kept["case"])


def keep_opening(request: HttpRequest, *, key: UUID, opening: UUID) -> None:
    """Remember which opening was asked for this person."""
    request.session[_OPENED] = {**request.session.get(_OPENED, {}), str(key): str(opening)}


def opening(request: HttpRequest, key: UUID) -> UUID | None:
    """Return the opening last asked for this person; the database decides whether it stands."""
    found = request.session.get(_OPENED, {}).get(str(key))
    return UUID(found) if isinstance(found, str) else None
