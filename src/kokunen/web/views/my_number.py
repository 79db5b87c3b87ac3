"""The individual number (個人番号): asked for with a case and a purpose, shown once, then gone."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.shortcuts import redirect, render

from kokunen.access.openings import operations as openings
from kokunen.access.openings.domain import Kind
from kokunen.access.vault import operations as vault
from kokunen.dates.errors import Refusal
from kokunen.people import queries as people
from kokunen.web import acting, conf, purposes
from kokunen.web.forms import MyNumberForm, beside
from kokunen.web.templatetags.office import fours

if TYPE_CHECKING:
    from uuid import UUID

    from django.http import HttpRequest, HttpResponse


def my_number(request: HttpRequest, key: UUID) -> HttpResponse:
    """Ask for the case and the purpose; then show the number on a page that closes itself."""
    stated = purposes.occasion(request, key)
    if stated is None:
        return redirect("purpose", key)
    form = MyNumberForm(
        request.POST or None,
        initial={"purpose": stated.purpose, "case": stated.case, "reason": stated.reason},
    )
    if request.method == "POST" and form.is_valid():
        asked = form.cleaned_data
        occasion = acting.occasion(request).because(
            purpose=asked["purpose"], reason=asked["reason"], case=asked["case"]
        )
        person = people.number_of(key)
        try:
            opening = openings.request(kind=Kind.MY_NUMBER, person=person, occasion=occasion)
            digits = vault.open_number(person=person, occasion=occasion, opening=opening)
        except Refusal as refusal:
            beside(form, refusal)
        else:
            context = {"digits": fours(digits), "key": key, "seconds": conf.MY_NUMBER_SECONDS}
            return render(request, "web/my_number_shown.html", context)
    return render(request, "web/my_number.html", {"form": form, "key": key}, status=form.status)
