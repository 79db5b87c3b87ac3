"""What stands before every view: the method, the sign-in, the permission. Refusals are recorded."""

from __future__ import annotations

from functools import wraps
from typing import TYPE_CHECKING

from django.shortcuts import redirect
from django.urls import reverse
from django_htmx.http import HttpResponseClientRedirect

from kokunen.access.domain import Permission, permitted
from kokunen.access.openings.operations import refusals_recorded
from kokunen.web import acting
from kokunen.web.routes import Gate
from kokunen.web.views import errors

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.http import HttpRequest, HttpResponseBase

    from kokunen.web.routes import Route


def guarded(route: Route, view: Callable[..., HttpResponseBase]) -> Callable[..., HttpResponseBase]:
    """Return the view behind its gate."""

    @wraps(view)
    def behind(request: HttpRequest, **parts: object) -> HttpResponseBase:
        if request.method not in (*route.methods, "HEAD"):
            response = errors.wrong_method(request)
            response["Allow"] = ", ".join(route.methods)
            return response
        if route.needs is Gate.ANYONE:
            return view(request, **parts)
        if not request.user.is_authenticated:
            return _to_sign_in(request)
        if route.needs is not Gate.FIRST_FACTOR and not acting.signed_in(request):
            # The access middleware has led there already; this line holds without it, too.
            return redirect(acting.given(request).unfinished or "account_login")
        if isinstance(route.needs, Permission):
            permit(request, route.needs, operation=f"web.{route.name}")
        return view(request, **parts)

    return behind


def permit(request: HttpRequest, permission: Permission, *, operation: str) -> None:
    """Pass whoever has the permission; record and raise the refusal of anybody else."""
    actor = acting.actor(request)
    with refusals_recorded(operation=operation, occasion=acting.occasion(request)):
        permitted(permission, actor.roles)


def _to_sign_in(request: HttpRequest) -> HttpResponseBase:
    where = reverse("account_login")
    if getattr(request, "htmx", False):
        return HttpResponseClientRedirect(where)
    if request.method == "GET":
        return redirect(f"{where}?next={request.path}")
    return redirect(where)
