"""The check by a second person of what was entered."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from django.contrib import messages
from django.shortcuts import redirect, render

from kokunen.people import checking
from kokunen.people import queries as people
from kokunen.people.domain import VALUES
from kokunen.web import acting, purposes, showing
from kokunen.web.person_page import period, stated

if TYPE_CHECKING:
    from uuid import UUID

    from django.http import HttpRequest, HttpResponse

    from kokunen.people.queries import Unchecked

_MOST: Final = 100


def _waiting(request: HttpRequest) -> tuple[Unchecked, ...]:
    return people.unchecked(staff=acting.actor(request).staff, limit=_MOST)


def _kinds(entry: Unchecked) -> str:
    return "、".join(dict.fromkeys(showing.GROUPS.get(kind, kind) for kind, _ in entry.rows))


def checks(request: HttpRequest) -> HttpResponse:
    """List the entries of others that nobody has checked; it names nobody."""
    waiting = [{"entry": each, "kinds": _kinds(each)} for each in _waiting(request)]
    return render(request, "web/checks.html", {"waiting": waiting, "most": _MOST})


def check(request: HttpRequest, entry: UUID) -> HttpResponse:
    """Show what one entry says, beside what stood before, and take the check."""
    occasion = acting.occasion(request).because(purpose="correction", reason="入力の確認")
    if request.method == "POST":
        checking.check_fact(entry=entry, occasion=occasion)
        messages.success(request, "確認を記録しました。")
        return redirect("checks")
    found = next((each for each in _waiting(request) if each.entry == entry), None)
    if found is None or found.person_key is None:
        raise checking.UnableToCheckFact(
            "この入力は、確認が済んでいるか、自分で入力したものです。",
            fix="一覧を開き直してください。",
        )
    key = found.person_key
    facts = []
    withheld: object = None
    for kind in dict.fromkeys(kind for kind, _ in found.rows if kind in VALUES):
        history = people.history(
            key=key,
            group=kind,
            occasion=occasion,
            sees=acting.actor(request).sees,
            opening=purposes.opening(request, key),
        )
        if not isinstance(history.rows, tuple):
            withheld = history.rows
            continue
        facts += [
            {
                "label": showing.GROUPS[kind],
                "lines": showing.lines(fact.value),
                "period": period(fact.valid),
                "stated": stated(fact),
                "new": (kind, fact.id) in found.rows and fact.superseded_at is None,
            }
            for fact in history.rows
            if (kind, fact.id) in found.rows
            or (fact.superseded_at is not None and fact.superseded_at == found.recorded_at)
        ]
    context = {
        "found": found,
        "kinds": _kinds(found),
        "facts": facts,
        "withheld": withheld,
        "key": key,
    }
    return render(request, "web/check.html", context)
