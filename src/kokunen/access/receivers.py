"""What the libraries of the sign-in tell: each sign-in, sign-out and failure goes on the record."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from allauth.account.internal.flows.login import record_authentication
from allauth.mfa.models import Authenticator
from allauth.mfa.signals import (
    authentication_failed,
    authenticator_added,
    authenticator_reset,
)
from axes.handlers.proxy import AxesProxyHandler
from django.conf import settings
from django.contrib.auth import user_logged_in, user_logged_out, user_login_failed

from kokunen.access import acting, lockout, queries
from kokunen.access.middleware import SESSION_KEY
from kokunen.access.session_operations import begin, end, note_second_factor, refuse
from kokunen.access.sessions import Ending

if TYPE_CHECKING:
    from collections.abc import Mapping

    from django.http import HttpRequest

    from kokunen.access.models import Staff


def connect() -> None:
    """Listen; called once, when Django has loaded."""
    user_logged_in.connect(on_sign_in, dispatch_uid="access.sign_in")
    user_logged_out.connect(on_sign_out, dispatch_uid="access.sign_out")
    user_login_failed.connect(on_failure, dispatch_uid="access.failure")
    authentication_failed.connect(on_wrong_code, dispatch_uid="access.wrong_code")
    authenticator_added.connect(on_second_factor, dispatch_uid="access.second_factor")
    authenticator_reset.connect(on_second_factor, dispatch_uid="access.second_factor_again")


def on_sign_in(request: HttpRequest, user: Staff, **_: Any) -> None:  # noqa: ANN401 - Django's signal
    """Begin the stay once every factor that the account has was right."""
    at, address = acting.now(), acting.address(request)
    standing, place = acting.today(at, user.pk), queries.terminal_at(address)
    if standing is None or place is None:
        # Between the two factors the role ended or the terminal was taken out of use: without a
        # stay the next request ends the session.
        refuse(
            operation="access.sign_in",
            occasion=acting.stranger(request, staff_number=user.staff_number),
            outcome="not_today",
        )
        return
    occasion = acting.member(standing, place, at)
    request.session[SESSION_KEY] = begin(
        standing=standing,
        place=place,
        address=address,
        occasion=occasion,
        limits=settings.KOKUNEN_SESSION_LIMITS,
    )
    request.__dict__["occasion"] = occasion


def on_sign_out(request: HttpRequest, user: Staff | None, **_: Any) -> None:  # noqa: ANN401 - Django's signal
    """End the stay of somebody who signs out."""
    session = request.session.get(SESSION_KEY)
    occasion = getattr(request, "occasion", None)
    if user is None or session is None or occasion is None:
        return
    if not getattr(request, "access_over", False):
        end(session=session, ending=Ending.SIGN_OUT, occasion=occasion)


def on_failure(
    credentials: Mapping[str, object],
    request: HttpRequest | None = None,
    **_: Any,  # noqa: ANN401 - Django's signal
) -> None:
    """Record a refused sign-in: without the password, and a name only if it is a staff number."""
    if request is None:
        return
    name = lockout.typed_name(request, credentials)
    known = name if queries.identify(name) is not None else ""
    locked = AxesProxyHandler.is_locked(request, {lockout.NAME: name})
    outcome = "locked" if locked else "wrong_password" if known else "unknown_name"
    refuse(
        operation="access.sign_in",
        occasion=acting.stranger(request, staff_number=known),
        outcome=outcome,
    )


def on_wrong_code(request: HttpRequest, user: Staff, **_: Any) -> None:  # noqa: ANN401 - allauth's signal
    """Count a wrong code like a wrong password; when that locks, begin again at the password."""
    locked = lockout.count_failure(request, user.staff_number)
    refuse(
        operation="access.second_factor",
        occasion=acting.stranger(request, staff_number=user.staff_number),
        outcome="locked" if locked else "wrong_code",
    )
    if locked:
        request.session.flush()


def on_second_factor(request: HttpRequest, user: Staff, authenticator: Any, **_: Any) -> None:  # noqa: ANN401 - allauth's signal
    """Record that a second factor was set up, or recovery codes were drawn again."""
    occasion = getattr(request, "occasion", None) or acting.stranger(
        request, staff_number=user.staff_number
    )
    note_second_factor(staff=user.pk, what=str(authenticator.type), occasion=occasion)
    if authenticator.type == Authenticator.Type.TOTP:
        # A right code was typed just now, so the recovery codes are shown without asking again.
        record_authentication(request, user, "mfa", type="totp", reauthenticated=True)
