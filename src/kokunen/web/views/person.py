"""One person: the purpose first, then everything on one page, and the history of one group."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Final

from django.http import Http404
from django.shortcuts import redirect, render

from kokunen.access.domain import PURPOSES, Permission
from kokunen.access.openings import queries as openings
from kokunen.cases import queries as cases
from kokunen.dates.errors import Refusal
from kokunen.dates.tokyo import start_of
from kokunen.people import queries as people
from kokunen.people.domain import VALUES
from kokunen.web import acting, purposes, showing
from kokunen.web.forms import KnownOnForm, PurposeForm, beside
from kokunen.web.person_page import panels, period, stated
from kokunen.web.views.search import PURPOSE

if TYPE_CHECKING:
    from datetime import date
    from uuid import UUID

    from django.http import HttpRequest, HttpResponse

CORRECTABLE: Final = ("name", "identity", "address", "phone", "membership")
"""The kinds of facts that the counter corrects."""

_MOST_CASES: Final = 5


def purpose(request: HttpRequest, key: UUID) -> HttpResponse:
    """Ask why; the person is not shown before."""
    form = PurposeForm(
        request.POST or None, initial={"purpose": request.session.get(PURPOSE, "consultation")}
    )
    if request.method == "POST" and form.is_valid():
        asked = form.cleaned_data
        try:
            purposes.state(
                request,
                key=key,
                purpose=asked["purpose"],
                reason=asked["reason"],
                case=asked["case"],
            )
        except Refusal as refusal:
            beside(form, refusal)
        else:
            # Whoever was on the way to ask for an opening goes on there.
            asks = request.GET.get("then") == "opening"
            return redirect("opening_request" if asks else "person", key)
    return render(request, "web/purpose.html", {"form": form, "key": key}, status=form.status)


def end_of(day: date) -> datetime:
    """Return the last moment of a day in the office: what was known on that day is known then."""
    return start_of(day + timedelta(days=1)).astimezone(UTC) - timedelta(microseconds=1)


def person(request: HttpRequest, key: UUID) -> HttpResponse:
    """Show the person as known now, or as known on a day."""
    occasion = purposes.occasion(request, key)
    if occasion is None:
        return redirect("purpose", key)
    known = KnownOnForm(request.GET if "known_on" in request.GET else None)
    day = known.cleaned_data["known_on"] if known.is_bound and known.is_valid() else None
    actor = acting.actor(request)
    opening = purposes.opening(request, key)
    page = people.person_page(
        key=key,
        occasion=occasion,
        sees=actor.sees,
        opening=opening,
        known_at=end_of(day) if day else None,
    )
    asked = openings.one(opening) if opening else None
    found = (
        cases.of_person(person=page.number, occasion=occasion, sees=actor.sees)
        if Permission.RECEIVE in actor.may and day is None
        else ()
    )
    context = {
        "cases": found[:_MOST_CASES],
        "more_cases": len(found) - _MOST_CASES if len(found) > _MOST_CASES else 0,
        "page": page,
        "panels": panels(page),
        "known": known,
        "known_on": day,
        "purpose": PURPOSES.get(occasion.purpose, occasion.purpose),
        "occasion": occasion,
        "asked": asked,
        "state": asked.state(occasion.at) if asked else None,
        "correctable": [(kind, showing.GROUPS[kind]) for kind in CORRECTABLE],
        # A link that would be refused is not offered.
        "groups": [
            (kind, word)
            for kind, word in showing.GROUPS.items()
            if not actor.sees.isdisjoint(VALUES[kind].FIELDS)
        ],
        "may_correct": Permission.CORRECT in actor.may and day is None,
    }
    return render(request, "web/person.html", context, status=known.status)


def history(request: HttpRequest, key: UUID, group: str) -> HttpResponse:
    """Show every record of one group, those that no longer stand too."""
    if group not in VALUES:
        raise Http404
    occasion = purposes.occasion(request, key)
    if occasion is None:
        return redirect("purpose", key)
    found = people.history(
        key=key,
        group=group,
        occasion=occasion,
        sees=acting.actor(request).sees,
        opening=purposes.opening(request, key),
    )
    facts = found.rows if isinstance(found.rows, tuple) else ()
    context = {
        "key": key,
        "group": showing.GROUPS[group],
        "kind": group,
        "withheld": None if isinstance(found.rows, tuple) else found.rows,
        "rows": [
            {
                "fact": fact,
                "lines": showing.lines(fact.value),
                "period": period(fact.valid),
                "stated": stated(fact),
            }
            for fact in reversed(facts)
        ],
        "may_correct": group in CORRECTABLE and Permission.CORRECT in acting.actor(request).may,
    }
    return render(request, "web/history.html", context)
