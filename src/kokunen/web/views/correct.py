"""Entering and correcting facts; each is checked by another member of staff afterwards."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final
from uuid import uuid4

from django.contrib import messages
from django.http import Http404
from django.shortcuts import redirect, render

from kokunen.dates.errors import Refusal
from kokunen.people import operations
from kokunen.people import queries as people
from kokunen.people.codes import Source
from kokunen.web import acting, corrections, purposes, showing
from kokunen.web.forms import beside
from kokunen.web.templatetags.office import short

if TYPE_CHECKING:
    from uuid import UUID

    from django.http import HttpRequest, HttpResponse

    from kokunen.audit.domain import Occasion
    from kokunen.people.domain import Recorded, Value
    from kokunen.web.forms import Office

_DONE: Final = "記録しました。別の職員が確認するまで「未確認」と表示されます。"


def correct(request: HttpRequest, key: UUID, what: str, row: int) -> HttpResponse:
    """Put a right fact in the place of a wrong one."""
    if what not in corrections.FORMS:
        raise Http404
    occasion = purposes.occasion(request, key)
    if occasion is None:
        return redirect("purpose", key)
    fact = _fact(request, key=key, kind=what, row=row, occasion=occasion)
    form = corrections.FORMS[what](
        request.POST or None, initial=corrections.initial(fact) | {"request_id": uuid4()}
    )
    if request.method == "POST" and form.is_valid():
        asked = form.cleaned_data
        try:
            operations.correct_fact(
                row=row,
                fact=corrections.value(what, asked),
                valid=corrections.valid(what, asked),
                source=Source(asked["source"]),
                reason=asked["reason"],
                occasion=occasion,
                request_id=asked["request_id"],
                opening=purposes.opening(request, key),
            )
        except Refusal as refusal:
            beside(form, refusal, default=_field(refusal, form))
        else:
            messages.success(request, _DONE)
            return redirect("person", key)
    return _shown(request, form, key=key, kind=what, fact=fact)


def enter(request: HttpRequest, key: UUID, what: str) -> HttpResponse:
    """Record a new fact; what stood in its period ends, the rest of it remains."""
    if what not in corrections.FORMS:
        raise Http404
    occasion = purposes.occasion(request, key)
    if occasion is None:
        return redirect("purpose", key)
    form = corrections.FORMS[what](
        request.POST or None,
        initial={
            "valid_from": short(acting.today(request)),
            "source": "self",
            "request_id": uuid4(),
        },
    )
    if request.method == "POST" and form.is_valid():
        asked = form.cleaned_data
        try:
            operations.record_fact(
                person=people.number_of(key),
                fact=corrections.value(what, asked),
                valid=corrections.valid(what, asked),
                source=Source(asked["source"]),
                source_ref=asked["source_ref"],
                occasion=occasion.because(
                    purpose=occasion.purpose, reason=asked["reason"], case=occasion.case
                ),
                request_id=asked["request_id"],
                opening=purposes.opening(request, key),
            )
        except Refusal as refusal:
            beside(form, refusal, default=_field(refusal, form))
        else:
            messages.success(request, _DONE)
            return redirect("person", key)
    return _shown(request, form, key=key, kind=what, fact=None)


def _field(refusal: Refusal, form: Office) -> str | None:
    return "valid_from" if refusal.field == "valid" and "valid_from" in form.fields else None


def _fact(
    request: HttpRequest, *, key: UUID, kind: str, row: int, occasion: Occasion
) -> Recorded[Value]:
    found = people.history(
        key=key,
        group=kind,
        occasion=occasion,
        sees=acting.actor(request).sees,
        opening=purposes.opening(request, key),
    )
    facts = found.rows if isinstance(found.rows, tuple) else ()
    fact = next((each for each in facts if each.id == row), None)
    if fact is None:
        raise operations.UnableToReachSealed(
            "この記録は、今の役割や処理事由では開けません。",
            fix="個人の画面に戻り、支援措置の対象者なら閲覧の承認を頼んでください。",
        )
    return fact


def _shown(
    request: HttpRequest, form: Office, *, key: UUID, kind: str, fact: Recorded[Value] | None
) -> HttpResponse:
    context = {
        "form": form,
        "key": key,
        "group": showing.GROUPS[kind],
        "kind": kind,
        "before": showing.lines(fact.value) if fact else (),
        "correcting": fact is not None,
    }
    return render(request, "web/correct.html", context, status=form.status)
