"""What every template knows: who acts, where one can go, how long the screen stays."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from django.conf import settings
from django.urls import reverse

from kokunen.access import queries
from kokunen.access.domain import Permission
from kokunen.web import acting, conf

if TYPE_CHECKING:
    from django.http import HttpRequest

_NAVIGATION: Final[tuple[tuple[str, str, str, Permission | None], ...]] = (
    ("1", "home", "ホーム", None),
    ("2", "search", "探す", Permission.SEARCH),
    ("a", "cases", "案件", Permission.RECEIVE),
    ("g", "guidance", "案内", Permission.RECEIVE),
    ("q", "enquiries", "照会", Permission.RECEIVE),
    ("x", "exchange", "連携", Permission.EXAMINE),
    ("3", "checks", "確認待ち", Permission.CHECK),
    ("4", "openings", "閲覧の承認", Permission.APPROVE_OPENING),
    ("5", "protection", "支援措置", Permission.PROTECT),
    ("6", "staff", "職員", Permission.MANAGE_STAFF),
    ("6", "record", "操作の記録", Permission.READ_RECORD),
    ("7", "record_review", "記録の点検", Permission.REVIEW_RECORD),
    ("8", "staff_stale", "見直す職員番号", Permission.SEE_STALE),
    ("t", "counts", "統計", Permission.COUNT),
)


@dataclass(frozen=True, slots=True)
class Item:
    """One place to go; ``key`` goes with Alt."""

    key: str
    url: str
    label: str
    current: bool


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
        "navigation": [
            Item(key, reverse(name), label, current=here == name)
            for key, name, label, needs in _NAVIGATION
            if needs is None or needs in actor.may
        ],
    }
