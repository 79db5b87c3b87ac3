"""What every template knows: who acts, where one can go, how long the screen stays."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.conf import settings

from kokunen.access import queries
from kokunen.web import acting, conf, navigation

if TYPE_CHECKING:
    from django.http import HttpRequest


def office(request: HttpRequest) -> dict[str, object]:
    """Give the frame of the page; nothing of a role or a person before the sign-in is complete."""
    found: dict[str, object] = {"invented": getattr(settings, "KOKUNEN_INVENTED", False)}
    limits = settings.KOKUNEN_SESSION_LIMITS
    found["minutes"] = int(limits.idle.total_seconds() // 60)
    if not acting.signed_in(request):
        return found
    actor = acting.actor(request)
    match = request.resolver_match
    here = match.view_name if match else ""
    return found | {
        "me": actor,
        "my_department": queries.departments().get(actor.department, actor.department),
        "now": acting.occasion(request).at,
        "may": {permission.value: True for permission in actor.may},
        "idle_seconds": int(limits.idle.total_seconds()),
        "warning_seconds": conf.WARNING_SECONDS,
        "navigation": navigation.main(here, actor.may),
        "beside": navigation.beside(here, actor.may),
    }
