"""The record of access: the trail, what a supervisor should see in it, and the resident's list.

Filters are sent by POST: no number of a person stands in an address.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from typing import TYPE_CHECKING, Final

from django.shortcuts import render

from kokunen.access import queries as access
from kokunen.access.domain import PURPOSES, Field
from kokunen.audit import queries, reviewing
from kokunen.audit.disclosure import Names
from kokunen.audit.domain import Act
from kokunen.dates.errors import Refusal
from kokunen.dates.tokyo import start_of
from kokunen.people import neighbours
from kokunen.web import acting
from kokunen.web.forms import beside
from kokunen.web.record_forms import ACT_WORDS, DisclosureForm, ReviewForm, TrailForm
from kokunen.web.showing import FIELD_WORDS
from kokunen.web.templatetags.office import short

if TYPE_CHECKING:
    from collections.abc import Collection
    from datetime import date

    from django.http import HttpRequest, HttpResponse

    from kokunen.audit.domain import Entry, Occasion

_SIZE: Final = 50
_FORTNIGHT: Final = timedelta(days=14)


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One entry in words."""

    entry: Entry
    act: str
    department: str
    purpose: str
    shown: str


def _lines(entries: Collection[Entry]) -> list[Line]:
    departments = access.departments()
    return [
        Line(
            entry=entry,
            act=ACT_WORDS.get(Act(entry.act), entry.act),
            department=departments.get(entry.department, entry.department),
            purpose=PURPOSES.get(entry.purpose, entry.purpose),
            shown="・".join(_field(name) for name in entry.shown),
        )
        for entry in entries
    ]


def _field(name: str) -> str:
    return FIELD_WORDS[Field(name)] if name in set(Field) else name


def _begin(day: date | None) -> datetime | None:
    return None if day is None else start_of(day)


def _after(day: date | None) -> datetime | None:
    return None if day is None else _begin(day + timedelta(days=1))


def _occasion(request: HttpRequest, reason: str) -> Occasion:
    return acting.occasion(request).because(purpose="audit", reason=reason)


def trail(request: HttpRequest) -> HttpResponse:
    """Show a page of the record, newest first."""
    form = TrailForm(request.POST or None, departments=access.departments())
    filters, page = queries.Filters(), queries.Page(size=_SIZE)
    if form.is_bound and form.is_valid():
        asked = form.cleaned_data
        filters = queries.Filters(
            person=asked["person"],
            staff_number=asked["staff_number"],
            department=asked["department"],
            act=Act(asked["act"]) if asked["act"] else None,
            since=_begin(asked["since"]),
            until=_after(asked["until"]),
        )
        page = queries.Page(after=asked["after"], size=_SIZE)
    found = None
    if not form.errors:
        found = queries.trail(
            filters=filters, page=page, occasion=_occasion(request, "操作の記録の閲覧")
        )
    following = found.next.after if found and found.next else None
    context = {
        "form": form,
        "lines": _lines(found.entries) if found else (),
        "next": f"{following[0].isoformat()} {following[1]}" if following else "",
    }
    return render(request, "web/record.html", context, status=form.status)


def review(request: HttpRequest) -> HttpResponse:
    """Show what a supervisor should see between two days."""
    today = acting.today(request)
    form = ReviewForm(
        request.POST or None,
        initial={"since": short(today - _FORTNIGHT), "until": short(today)},
    )
    notices = None
    if form.is_bound and form.is_valid():
        asked = form.cleaned_data
        since, until = _begin(asked["since"]), _after(asked["until"])
        if since is not None and until is not None:
            notices = queries.review(
                since=since,
                until=until,
                occasion=_occasion(request, "操作の記録の点検"),
                limits=reviewing.Limits(),
                colleagues=neighbours.colleagues(on=today),
                identities=partial(neighbours.identities, on=today),
            )
    context = {"form": form, "notices": notices, "words": reviewing.WORDS}
    return render(request, "web/record_review.html", context, status=form.status)


def disclosure(request: HttpRequest) -> HttpResponse:
    """Show the list for a resident of who saw the own record and why, ready for printing."""
    form = DisclosureForm(request.POST or None)
    context: dict[str, object] = {"form": form, "today": acting.today(request)}
    if form.is_bound and form.is_valid():
        try:
            context["lines"] = queries.disclose(
                person=form.cleaned_data["person"],
                occasion=_occasion(request, form.cleaned_data["reason"]),
                names=Names(purposes=PURPOSES, departments=access.departments()),
            )
            context["person"] = form.cleaned_data["person"]
        except Refusal as refusal:
            beside(form, refusal)
    return render(request, "web/record_disclosure.html", context, status=form.status)
