"""Whose failures are counted: a known staff number by itself, an unknown name only as a digest.

People type their password into the field of the name; what is no staff number is never stored.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from axes.handlers.proxy import AxesProxyHandler
from django.utils.crypto import salted_hmac

from kokunen.access import queries

if TYPE_CHECKING:
    from collections.abc import Mapping

    from django.http import HttpRequest

NAME: Final = "username"
_SHOWN: Final = 16


def typed_name(request: HttpRequest | None, credentials: Mapping[str, object] | None) -> str:
    """Return what was typed as the staff number."""
    if credentials and credentials.get(NAME):
        return str(credentials[NAME])
    return str(request.POST.get("login", "")).strip() if request is not None else ""


def name_to_count(
    request: HttpRequest | None, credentials: Mapping[str, object] | None = None
) -> str:
    """Return the name under which axes counts failures; unknown names lock like known ones."""
    name = typed_name(request, credentials)
    if queries.identify(name) is not None:
        return name
    return f"?{salted_hmac('kokunen.access.lockout', name).hexdigest()[:_SHOWN]}"


def nobody(*_: object) -> str:
    """Return what axes writes into the log for a client: nothing personal."""
    return "a terminal"


def count_failure(request: HttpRequest, staff_number: str) -> bool:
    """Count a wrong code of the second factor like a wrong password; return whether it locks."""
    AxesProxyHandler.user_login_failed(
        sender=count_failure, credentials={NAME: staff_number}, request=request
    )
    return bool(getattr(request, "axes_locked_out", False))
