"""Opening a protected person: one asks with a reason, a second one answers, for a limited time."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib import messages
from django.shortcuts import redirect, render
from django.urls import reverse

from kokunen.access.domain import PURPOSES
from kokunen.access.openings import domain, operations, queries
from kokunen.access.openings.domain import Kind
from kokunen.dates.errors import Refusal
from kokunen.people import queries as people
from kokunen.web import acting, purposes
from kokunen.web.forms import AnswerForm, ReasonForm, beside

if TYPE_CHECKING:
    from uuid import UUID

    from django.http import HttpRequest, HttpResponse

    from kokunen.audit.domain import Occasion


def _occasion(request: HttpRequest) -> Occasion:
    """Return the occasion of looking at what others asked: it says who is protected."""
    return acting.occasion(request).because(purpose="protection", reason="閲覧の承認")


def request_opening(request: HttpRequest, key: UUID) -> HttpResponse:
    """Ask a second person to open a protected person."""
    occasion = purposes.occasion(request, key)
    if occasion is None:
        return redirect(f"{reverse('purpose', args=[key])}?then=opening")
    form = ReasonForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            opening = operations.request(
                kind=Kind.PROTECTED,
                person=people.number_of(key),
                occasion=occasion.because(
                    purpose=occasion.purpose,
                    reason=form.cleaned_data["reason"],
                    case=occasion.case,
                ),
            )
        except Refusal as refusal:
            beside(form, refusal)
        else:
            purposes.keep_opening(request, key=key, opening=opening)
            messages.success(
                request,
                "閲覧の承認を頼みました。承認されると、この画面を開き直したときに表示されます。",
            )
            return redirect("person", key)
    lasts = int(domain.LASTS[Kind.PROTECTED].total_seconds() // 60)
    context = {"form": form, "key": key, "lasts": lasts, "purpose": PURPOSES[occasion.purpose]}
    return render(request, "web/opening_request.html", context, status=form.status)


def waiting(request: HttpRequest) -> HttpResponse:
    """List the requests of others that wait for an answer."""
    found = queries.listed(staff=acting.actor(request).staff, occasion=_occasion(request))
    return render(request, "web/openings.html", {"waiting": found, "purposes": PURPOSES})


def answer(request: HttpRequest, opening: UUID) -> HttpResponse:
    """Grant or refuse one request."""
    asked = queries.one(opening)
    if asked is None:
        raise domain.not_granted(None)
    form = AnswerForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        granted = form.cleaned_data["answer"] == "grant"
        try:
            operations.answer(
                opening=opening,
                granted=granted,
                reason=form.cleaned_data["reason"],
                occasion=acting.occasion(request),
            )
        except Refusal as refusal:
            beside(form, refusal)
        else:
            messages.success(
                request,
                "閲覧を承認しました。記録しました。"
                if granted
                else "閲覧を認めないと答えました。記録しました。",
            )
            return redirect("openings")
    queries.shown(opening, occasion=_occasion(request))
    context = {"form": form, "asked": asked, "purpose": PURPOSES.get(asked.purpose, asked.purpose)}
    return render(request, "web/opening_answer.html", context, status=form.status)
