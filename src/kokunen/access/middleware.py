"""What every request passes: is the stay over, is the sign-in complete, who acts by which right."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Final

from django.conf import settings
from django.contrib import messages
from django.contrib.auth import logout
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import resolve, reverse
from django.urls.exceptions import Resolver404

from kokunen.access import acting, queries
from kokunen.access.domain import Field, Permission, Role, may, sees
from kokunen.access.session_operations import end, touch
from kokunen.access.sessions import WORDS, Ending, ending_of
from kokunen.audit.domain import Occasion

if TYPE_CHECKING:
    from collections.abc import Callable

    from kokunen.access.queries import Standing

SESSION_KEY: Final = "access_session"
ENDING_KEY: Final = "access_ending"
GRAIN: Final = timedelta(seconds=30)
"""The use of a stay is written at most so often; a log-off by time comes earlier by so much."""

ALWAYS: Final = frozenset({"account_logout", "health_live", "health_ready", "ended", "still_here"})
CHANGING: Final = frozenset({"account_change_password"})
SETTING_UP: Final = frozenset({"mfa_activate_totp", "account_reauthenticate"})


class OfficeRequest(HttpRequest):
    """A request after this middleware; views that need a sign-in may take ``occasion`` as given."""

    occasion: Occasion
    standing: Standing | None
    roles: frozenset[Role]
    sees: frozenset[Field]
    may: Callable[[Permission], bool]
    unfinished: str


class SignedIn:
    """Ends stays that are over, leads to the second factor, and says who acts."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self._get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer, or lead to the sign-in."""
        _give(request, standing=None, terminal="", at=None, unfinished="")
        if not request.user.is_authenticated:
            return self._get_response(request)
        return self._member(request, request.user.pk) or self._get_response(request)

    def _member(self, request: HttpRequest, staff: int) -> HttpResponse | None:
        at, address = acting.now(), acting.address(request)
        standing = acting.today(at, staff)
        session = request.session.get(SESSION_KEY)
        inside = queries.signed_in(session=session, staff=staff) if session else None
        if inside is None:
            return _over(request, Ending.ENDED)
        ending = ending_of(
            inside.stay,
            at=at,
            address=address,
            department=standing.department if standing else "",
            roles=frozenset(standing.roles) if standing else frozenset(),
            limits=settings.KOKUNEN_SESSION_LIMITS,
        )
        if ending is not None:
            occasion = Occasion(
                at=at,
                staff=staff,
                staff_number=str(request.user.get_username()),
                department=inside.stay.department,
                terminal=inside.stay.terminal,
            )
            end(session=inside.stay.id, ending=ending, occasion=occasion)
            return _over(request, ending)
        if at - inside.stay.seen_at >= GRAIN:
            touch(session=inside.stay.id, at=at, grain=GRAIN)
        unfinished, reachable = "", ALWAYS
        if inside.must_change_password:
            unfinished, reachable = "account_change_password", ALWAYS | CHANGING
        elif not inside.second_factor:
            unfinished, reachable = "mfa_activate_totp", ALWAYS | SETTING_UP
        _give(
            request, standing=standing, terminal=inside.stay.terminal, at=at, unfinished=unfinished
        )
        if unfinished and _name(request) not in reachable:
            return _lead(request, reverse(unfinished))
        return None


def _give(
    request: HttpRequest,
    *,
    standing: Standing | None,
    terminal: str,
    at: datetime | None,
    unfinished: str,
) -> None:
    """Put on the request who acts; before the sign-in is complete nobody has any right."""
    roles = standing.roles if standing is not None and not unfinished else frozenset()
    permissions = may(roles)
    given = request.__dict__
    given["standing"] = standing
    given["roles"] = roles
    given["sees"] = sees(roles)
    given["may"] = permissions.__contains__
    given["unfinished"] = unfinished
    given["occasion"] = (
        acting.member(standing, terminal, at) if standing is not None and at is not None else None
    )


def _over(request: HttpRequest, ending: Ending) -> HttpResponse:
    """Close the session of the browser and say why at the entrance."""
    given = request.__dict__
    given["access_over"] = True  # the end has been recorded with its own reason
    logout(request)
    request.session[ENDING_KEY] = ending.value
    messages.warning(request, WORDS[ending])
    return _lead(request, reverse("account_login"))


def _lead(request: HttpRequest, where: str) -> HttpResponse:
    if request.headers.get("HX-Request") == "true":
        return HttpResponse(headers={"HX-Redirect": where})
    return HttpResponseRedirect(where)


def _name(request: HttpRequest) -> str:
    try:
        return resolve(request.path_info).url_name or ""
    except Resolver404:
        return ""
