"""Every address of the site in one table: its name, who may use it, whether it shows people.

No address exists without a line here: `kokunen.web.urls` is made from it, and tests walk it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from kokunen.access.domain import Permission
from kokunen.web import case_routes, count_routes, exchange_routes
from kokunen.web.route import PERSON as _PERSON
from kokunen.web.route import READ as _READ
from kokunen.web.route import SEND as _SEND
from kokunen.web.route import VIEWS as _VIEWS
from kokunen.web.route import Gate, Route

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["API", "ROUTES", "Gate", "Route"]

_ACCOUNT: Final = "allauth.account.views"
_TOTP: Final = "allauth.mfa.totp.views"
_CODES: Final = "allauth.mfa.recovery_codes.views"


def _entrance() -> Iterator[Route]:
    anyone, first = Gate.ANYONE, Gate.FIRST_FACTOR
    yield Route(
        name="health_live",
        path="health/live",
        view=f"{_VIEWS}.health.live",
        needs=anyone,
        methods=_READ,
    )
    yield Route(
        name="health_ready",
        path="health/ready",
        view=f"{_VIEWS}.health.ready",
        needs=anyone,
        methods=_READ,
    )
    yield Route(name="account_login", path="sign-in/", view=f"{_ACCOUNT}.login", needs=anyone)
    yield Route(
        name="mfa_authenticate",
        path="sign-in/code/",
        view="allauth.mfa.base.views.authenticate",
        needs=anyone,
    )
    yield Route(name="account_logout", path="sign-out/", view=f"{_ACCOUNT}.logout", needs=anyone)
    yield Route(
        name="account_inactive",
        path="sign-in/inactive/",
        view=f"{_ACCOUNT}.account_inactive",
        needs=anyone,
        methods=_READ,
    )
    yield Route(
        name="ended", path="ended/", view=f"{_VIEWS}.entrance.ended", needs=anyone, methods=_READ
    )
    yield Route(
        name="account_reauthenticate",
        path="me/again/",
        view=f"{_ACCOUNT}.reauthenticate",
        needs=first,
    )
    yield Route(
        name="mfa_reauthenticate",
        path="me/again/code/",
        view="allauth.mfa.base.views.reauthenticate",
        needs=first,
    )
    yield Route(
        name="account_change_password",
        path="me/password/",
        view=f"{_ACCOUNT}.password_change",
        needs=first,
    )
    yield Route(
        name="mfa_index",
        path="me/factor/",
        view="allauth.mfa.base.views.index",
        needs=first,
        methods=_READ,
    )
    yield Route(
        name="mfa_activate_totp", path="me/factor/app/", view=f"{_TOTP}.activate_totp", needs=first
    )
    yield Route(
        name="mfa_deactivate_totp",
        path="me/factor/app/kept/",
        view=f"{_VIEWS}.entrance.factor_kept",
        needs=first,
        methods=_READ,
        note="nobody removes the own second factor; an administrator resets it",
    )
    yield Route(
        name="mfa_view_recovery_codes",
        path="me/factor/codes/",
        view=f"{_CODES}.view_recovery_codes",
        needs=first,
        methods=_READ,
    )
    yield Route(
        name="mfa_generate_recovery_codes",
        path="me/factor/codes/new/",
        view=f"{_CODES}.generate_recovery_codes",
        needs=first,
    )


def _counter() -> Iterator[Route]:
    signed_in = Gate.SIGNED_IN
    yield Route(name="home", path="", view=f"{_VIEWS}.home.home", needs=signed_in, methods=_READ)
    yield Route(
        name="keys", path="keys/", view=f"{_VIEWS}.home.keys", needs=signed_in, methods=_READ
    )
    yield Route(
        name="still_here",
        path="still-here/",
        view=f"{_VIEWS}.home.still_here",
        needs=Gate.FIRST_FACTOR,
        methods=_SEND,
    )
    yield Route(
        name="search",
        path="search/",
        view=f"{_VIEWS}.search.search",
        needs=Permission.SEARCH,
        person=True,
    )
    yield Route(
        name="purpose",
        path=f"{_PERSON}purpose/",
        view=f"{_VIEWS}.person.purpose",
        needs=Permission.OPEN_PERSON,
        note="shows no person: the purpose comes first",
    )
    yield Route(
        name="person",
        path=_PERSON,
        view=f"{_VIEWS}.person.person",
        needs=Permission.OPEN_PERSON,
        person=True,
        methods=_READ,
    )
    yield Route(
        name="history",
        path=f"{_PERSON}history/<slug:group>/",
        view=f"{_VIEWS}.person.history",
        needs=Permission.OPEN_PERSON,
        person=True,
        methods=_READ,
    )
    yield Route(
        name="correct",
        path=f"{_PERSON}correct/<slug:what>/<int:row>/",
        view=f"{_VIEWS}.correct.correct",
        needs=Permission.CORRECT,
        person=True,
    )
    yield Route(
        name="enter",
        path=f"{_PERSON}enter/<slug:what>/",
        view=f"{_VIEWS}.correct.enter",
        needs=Permission.CORRECT,
        person=True,
    )
    yield Route(
        name="checks",
        path="checks/",
        view=f"{_VIEWS}.checks.checks",
        needs=Permission.CHECK,
        person=True,
        methods=_READ,
    )
    yield Route(
        name="check",
        path="checks/<uuid:entry>/",
        view=f"{_VIEWS}.checks.check",
        needs=Permission.CHECK,
        person=True,
    )


def _sealed() -> Iterator[Route]:
    yield Route(
        name="opening_request",
        path=f"{_PERSON}opening/",
        view=f"{_VIEWS}.openings.request_opening",
        needs=Permission.REQUEST_OPENING,
    )
    yield Route(
        name="openings",
        path="openings/",
        view=f"{_VIEWS}.openings.waiting",
        needs=Permission.APPROVE_OPENING,
        person=True,
        methods=_READ,
    )
    yield Route(
        name="opening_answer",
        path="openings/<uuid:opening>/",
        view=f"{_VIEWS}.openings.answer",
        needs=Permission.APPROVE_OPENING,
        person=True,
    )
    yield Route(
        name="protection",
        path="protection/",
        view=f"{_VIEWS}.protection.due",
        needs=Permission.PROTECT,
        person=True,
        methods=_READ,
    )
    yield Route(
        name="protection_register",
        path=f"{_PERSON}protection/",
        view=f"{_VIEWS}.protection.register",
        needs=Permission.PROTECT,
        person=True,
    )
    yield Route(
        name="protection_step",
        path="protection/<uuid:measure>/<slug:step>/",
        view=f"{_VIEWS}.protection.step",
        needs=Permission.PROTECT,
        person=True,
    )
    yield Route(
        name="protection_check",
        path="protection/checks/<uuid:step>/",
        view=f"{_VIEWS}.protection.check",
        needs=Permission.PROTECT,
        person=True,
    )
    yield Route(
        name="my_number",
        path=f"{_PERSON}my-number/",
        view=f"{_VIEWS}.my_number.my_number",
        needs=Permission.OPEN_MY_NUMBER,
        person=True,
    )


def _office() -> Iterator[Route]:
    manage = Permission.MANAGE_STAFF
    yield Route(
        name="staff", path="staff/", view=f"{_VIEWS}.staff.staff_list", needs=manage, methods=_READ
    )
    yield Route(
        name="staff_stale",
        path="staff/stale/",
        view=f"{_VIEWS}.staff.stale",
        needs=Permission.SEE_STALE,
        methods=_READ,
    )
    yield Route(
        name="staff_upload", path="staff/upload/", view=f"{_VIEWS}.staff.upload", needs=manage
    )
    yield Route(
        name="staff_one",
        path="staff/<int:staff>/",
        view=f"{_VIEWS}.staff.one",
        needs=manage,
        methods=_READ,
    )
    yield Route(
        name="staff_assign",
        path="staff/<int:staff>/assign/",
        view=f"{_VIEWS}.staff.assign",
        needs=manage,
    )
    yield Route(
        name="staff_act",
        path="staff/<int:staff>/<slug:act>/",
        view=f"{_VIEWS}.staff.act",
        needs=manage,
    )
    yield Route(
        name="record",
        path="record/",
        view=f"{_VIEWS}.record.trail",
        needs=Permission.READ_RECORD,
        person=True,
        note="each entry opens in its line",
    )
    yield Route(
        name="record_review",
        path="record/review/",
        view=f"{_VIEWS}.record.review",
        needs=Permission.REVIEW_RECORD,
        person=True,
    )
    yield Route(
        name="record_disclosure",
        path="record/disclosure/",
        view=f"{_VIEWS}.record.disclosure",
        needs=Permission.READ_RECORD,
        person=True,
    )


ROUTES: Final[tuple[Route, ...]] = (
    *_entrance(),
    *_counter(),
    *case_routes.routes(),
    *count_routes.routes(),
    *exchange_routes.routes(),
    *_sealed(),
    *_office(),
)

API: Final[tuple[Route, ...]] = (
    Route(
        name="api:openapi-json",
        path="api/v1/openapi.json",
        view="",
        needs=Gate.SIGNED_IN,
        methods=_READ,
    ),
    Route(
        name="api:search",
        path="api/v1/search",
        view="",
        needs=Permission.SEARCH,
        person=True,
        methods=_SEND,
    ),
    Route(
        name="api:purpose",
        path="api/v1/people/<uuid:key>/purpose",
        view="",
        needs=Permission.OPEN_PERSON,
        methods=_SEND,
    ),
    Route(
        name="api:person",
        path="api/v1/people/<uuid:key>",
        view="",
        needs=Permission.OPEN_PERSON,
        person=True,
        methods=_READ,
    ),
    Route(
        name="api:record",
        path="api/v1/record",
        view="",
        needs=Permission.READ_RECORD,
        person=True,
        methods=_SEND,
    ),
)
"""The addresses for programs; `kokunen.web.api` serves them and asks for what stands here."""
