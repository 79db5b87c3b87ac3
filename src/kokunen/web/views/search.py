"""One box: who is found, why, and masked where a measure protects."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from django.shortcuts import render

from kokunen.access.domain import stated
from kokunen.dates.errors import Refusal
from kokunen.people import search as people
from kokunen.web import acting
from kokunen.web.forms import SearchForm, beside

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse

PURPOSE: Final = "search_purpose"
"""The key of the session under which the purpose of the last search stays."""
_REASON: Final = "search_reason"


def begin(request: HttpRequest) -> SearchForm:
    """Return an empty box with the purpose of the last search."""
    kept = request.session
    return SearchForm(
        initial={"purpose": kept.get(PURPOSE, "consultation"), "reason": kept.get(_REASON, "")}
    )


def search(request: HttpRequest) -> HttpResponse:
    """Show the box, or the people it finds; with htmx the results alone."""
    partly = bool(getattr(request, "htmx", False))
    template = "web/part/hits.html" if partly else "web/search.html"
    if request.method != "POST":
        return render(request, "web/search.html", {"form": begin(request)})
    form = SearchForm(request.POST)
    if not form.is_valid():
        return render(request, template, {"form": form}, status=form.status)
    asked = form.cleaned_data
    try:
        stated(purpose=asked["purpose"], reason=asked["reason"])
        hits = people.find(
            text=asked["text"],
            occasion=acting.occasion(request).because(
                purpose=asked["purpose"], reason=asked["reason"]
            ),
            sees=acting.actor(request).sees,
        )
    except Refusal as refusal:
        beside(form, refusal, default="text")
        return render(request, template, {"form": form}, status=form.status)
    request.session[PURPOSE] = asked["purpose"]
    request.session[_REASON] = asked["reason"]
    return render(request, template, {"form": form, "hits": hits, "searched": True})
