"""The 受付処理簿: every filing received between two days, on the screen and on paper."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.shortcuts import render

from kokunen.access import queries as access
from kokunen.cases import queries
from kokunen.forms import queries as forms
from kokunen.web import acting
from kokunen.web.case_forms import choose
from kokunen.web.desk_forms import LedgerForm
from kokunen.web.templatetags.office import short
from kokunen.web.views.case import pdf

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse


def ledger(request: HttpRequest) -> HttpResponse:
    """Show the ledger of this month, or of the days asked for."""
    today = acting.today(request)
    form = LedgerForm(
        request.GET or None,
        initial={"since": short(today.replace(day=1)), "until": short(today)},
    )
    branches = access.branches()
    choose(form, "branch", [("", "すべて"), *branches.items()])
    asked = form.cleaned_data if form.is_bound and form.is_valid() else {}
    since, until = asked.get("since", today.replace(day=1)), asked.get("until", today)
    context: dict[str, object] = {
        "form": form,
        "since": since,
        "until": until,
        "branches": branches,
    }
    if not form.errors:
        part: dict[str, Any] = {
            "since": since,
            "until": until,
            "branch": asked.get("branch") or "",
            "occasion": acting.occasion(request).because(purpose="reception", reason="受付処理簿"),
            "sees": acting.actor(request).sees,
        }
        if request.GET.get("as") == "pdf":
            return pdf(forms.ledger(**part), name=f"ledger-{since}-{until}")
        context["lines"] = queries.ledger(**part)
    return render(request, "web/ledger.html", context, status=form.status)
