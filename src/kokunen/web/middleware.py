"""Headers on every answer, and a page (never a trace) for every refusal and every fault."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING, Final

from django.conf import settings
from django.core.exceptions import BadRequest, PermissionDenied, SuspiciousOperation
from django.http import Http404
from django.http.multipartparser import MultiPartParserError

from kokunen.dates.errors import Refusal
from kokunen.web.views import errors

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.http import HttpRequest, HttpResponse

HEADERS: Final = {
    "Cache-Control": "no-store",
    # Not "no-referrer": with it browsers send `Origin: null`, and every form is refused (CSRF).
    "Referrer-Policy": "same-origin",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": (
        "accelerometer=(), autoplay=(), camera=(), display-capture=(), geolocation=(),"
        " gyroscope=(), magnetometer=(), microphone=(), midi=(), payment=(), usb=()"
    ),
}
_DJANGOS: Final = (
    Http404,
    PermissionDenied,
    SuspiciousOperation,
    BadRequest,
    MultiPartParserError,
)

_log: Final = logging.getLogger(__name__)


class Headers:
    """Sets the headers that no page may lack; no page of the office stays in a browser's cache.

    What says how long it may be kept (style sheets, scripts: the same for everybody) keeps that.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self._get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer with the headers set."""
        response = self._get_response(request)
        static = request.path.startswith(settings.STATIC_URL)
        for name, value in HEADERS.items():
            if not (static and name == "Cache-Control"):
                response[name] = value
        return response


class Refusals:
    """Turns a refusal into a page of its status, and a fault into a page with a number.

    A fault is logged under its number; the log keeps its class and places, never its words.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self._get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer."""
        return self._get_response(request)

    def process_exception(self, request: HttpRequest, fault: Exception) -> HttpResponse | None:
        """Answer for what a view raised; Django's own kinds have their own handlers."""
        if isinstance(fault, Refusal):
            return errors.refusal(request, fault)
        if isinstance(fault, _DJANGOS) or type(fault).__module__.startswith("allauth."):
            return None
        number = errors.number()
        words = f"fault {number}"
        _log.error(words, exc_info=fault)
        return errors.fault(request, number)
