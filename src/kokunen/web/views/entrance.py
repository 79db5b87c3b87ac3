"""Before and after a stay: the log-off by time, and a second factor that stays."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.conf import settings
from django.contrib.auth import logout
from django.shortcuts import redirect, render

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse


def ended(request: HttpRequest) -> HttpResponse:
    """Say that a stay ended by time, why, and what was kept.

    The server ends the stay itself; should its clock lag behind the screen's, it ends here.
    """
    if request.user.is_authenticated:
        logout(request)
    return render(request, "web/ended.html")


def factor_kept(request: HttpRequest) -> HttpResponse:  # noqa: ARG001 - a view takes the request
    """Lead back to the page of the second factor: nobody removes the own one."""
    return redirect("mfa_index")


def locked(
    request: HttpRequest, original_response: object = None, credentials: object = None
) -> HttpResponse:
    """Say that a staff number or a terminal is locked, and what to do (called by axes)."""
    del original_response, credentials
    minutes = int(settings.AXES_COOLOFF_TIME.total_seconds() // 60)
    return render(request, "web/locked.html", {"minutes": minutes}, status=429)
