"""Enquiries to headquarters: the queue with its clock, the question, the answer."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final
from uuid import uuid4

from django.contrib import messages
from django.http import Http404
from django.shortcuts import redirect, render

from kokunen.access.domain import Permission
from kokunen.access.queries import branches
from kokunen.dates.errors import Refusal
from kokunen.enquiries import operations, queries
from kokunen.enquiries.domain import OPEN_TO, RUNNING, Answer, Matter, StepKind, Urgency
from kokunen.people import queries as people
from kokunen.web import acting, guard, purposes
from kokunen.web.enquiry_forms import AnswerForm, AskForm, SendForm, StepForm
from kokunen.web.forms import beside

if TYPE_CHECKING:
    from uuid import UUID

    from django.http import HttpRequest, HttpResponse

    from kokunen.enquiries.domain import Enquiry

POLLS: Final = 30
"""How often a page asks for the state by itself before it waits for a key: with 20 seconds between,
10 minutes, so that a screen left alone still signs off."""

_FORMS: Final[dict[StepKind, type[StepForm]]] = {
    StepKind.TAKEN: StepForm,
    StepKind.SENT: SendForm,
    StepKind.ANSWERED: AnswerForm,
    StepKind.READ: StepForm,
    StepKind.WITHDRAWN: StepForm,
}


def queue(request: HttpRequest) -> HttpResponse:
    """List the own questions, and to who answers also those of all that wait."""
    actor, occasion = acting.actor(request), acting.occasion(request)
    answers = Permission.EXAMINE in actor.may
    context = {
        "waiting": queries.queue(occasion=occasion, sees=actor.sees) if answers else (),
        "own": queries.queue(occasion=occasion, sees=actor.sees, asked_by=actor.staff),
        "answers": answers,
        "branches": branches(),
    }
    return render(request, "web/enquiries.html", context)


def ask(request: HttpRequest, key: UUID) -> HttpResponse:
    """Ask about the person who is open."""
    occasion = purposes.occasion(request, key)
    if occasion is None:
        return redirect("purpose", key)
    form = AskForm(request.POST or None, initial={"request_id": uuid4(), "urgency": "waiting"})
    if request.method == "POST" and form.is_valid():
        asked = form.cleaned_data
        standing = acting.given(request).standing
        try:
            number = operations.ask(
                person=people.number_of(key),
                matter=Matter(asked["matter"]),
                urgency=Urgency(asked["urgency"]),
                text=asked["text"],
                branch=standing.branch if standing else "",
                occasion=occasion,
                request_id=asked["request_id"],
            )
        except Refusal as refusal:
            beside(form, refusal)
        else:
            messages.success(request, "本庁に照会しました。回答があると、この画面に出ます。")
            return redirect("enquiry", number)
    context = {"form": form, "key": key, "targets": queries.targets()}
    return render(request, "web/enquiry_ask.html", context, status=form.status)


def one(request: HttpRequest, enquiry: int) -> HttpResponse:
    """Show one enquiry, with the steps that may be taken now."""
    return _page(request, enquiry)


def clock(request: HttpRequest, enquiry: int) -> HttpResponse:
    """Give the state and the minutes waited, and whether to ask again."""
    found, waited, target = queries.clock(enquiry=enquiry, occasion=acting.occasion(request))
    _allowed(request, found)
    text = request.GET.get("asked", "0")
    asked = int(text) if text.isdecimal() and len(text) <= len(str(POLLS)) else POLLS
    context = _clock(found, waited, target) | {"asked": asked + 1, "again": asked + 1 < POLLS}
    return render(request, "web/part/enquiry_clock.html", context)


def answer(request: HttpRequest, enquiry: int, step: str) -> HttpResponse:
    """Take an enquiry, pass it on, or answer it."""
    return _proceed(request, enquiry, step, (StepKind.TAKEN, StepKind.SENT, StepKind.ANSWERED))


def close(request: HttpRequest, enquiry: int, step: str) -> HttpResponse:
    """Say that the answer was read, or withdraw the question."""
    return _proceed(request, enquiry, step, (StepKind.READ, StepKind.WITHDRAWN))


def _proceed(
    request: HttpRequest, enquiry: int, step: str, among: tuple[StepKind, ...]
) -> HttpResponse:
    if step not in among:
        raise Http404
    kind = StepKind(step)
    held = queries.held(enquiry)
    _allowed(request, held)
    form = _FORMS[kind](request.POST, auto_id=f"id_{kind}_%s")
    if not form.is_valid():
        return _page(request, enquiry, refused=(kind, form))
    told = form.cleaned_data
    try:
        operations.proceed(
            enquiry=enquiry,
            kind=kind,
            expected=told["expected"],
            answer=Answer(told["answer"]) if told.get("answer") else None,
            text=told.get("text", ""),
            occasion=acting.occasion(request),
            request_id=told["request_id"],
        )
    except Refusal as refusal:
        beside(form, refusal)
        return _page(request, enquiry, refused=(kind, form))
    if kind is StepKind.TAKEN:
        # Whoever takes it opens the person for what the asker stated.
        stated = queries.purpose_of(held, acting.occasion(request))
        purposes.state(
            request,
            key=held.person_key,
            purpose=stated.purpose,
            reason=stated.reason,
            case=stated.case,
        )
    messages.success(request, f"「{kind.label}」を記録しました。")
    return redirect("enquiries") if kind is StepKind.ANSWERED else redirect("enquiry", enquiry)


def _page(
    request: HttpRequest, enquiry: int, *, refused: tuple[StepKind, StepForm] | None = None
) -> HttpResponse:
    actor, occasion = acting.actor(request), acting.occasion(request)
    held = queries.held(enquiry)
    _allowed(request, held)
    shown = queries.one(
        enquiry=enquiry,
        occasion=occasion,
        sees=actor.sees,
        opening=purposes.opening(request, held.person_key),
    )
    line = shown.line
    own = actor.staff == held.asked_by
    forms = {
        kind.value: _FORMS[kind](
            initial={"expected": held.steps[-1].number, "request_id": uuid4()},
            auto_id=f"id_{kind}_%s",
        )
        for kind in sorted(OPEN_TO[held.state])
        if _may(kind, held, own=own, staff=actor.staff)
    }
    if refused is not None:
        forms[refused[0].value] = refused[1]
    context = {
        **_clock(held, line.waited, line.target),
        "line": line,
        "own": own,
        "mine": actor.staff == held.taken_by,
        "steps": [
            {
                "step": step,
                "staff": shown.staff.get(step.staff, ""),
                "text": shown.texts.get(step.number),
            }
            for step in held.steps
        ],
        "forms": forms,
        "refused": refused[1] if refused else None,
        "open": purposes.occasion(request, held.person_key) is not None,
        "branch": branches().get(held.branch, held.branch) or "本庁",
        "asked": 0,
        "again": held.state in RUNNING and own,
    }
    return render(
        request, "web/enquiry.html", context, status=refused[1].status if refused else 200
    )


def _clock(enquiry: Enquiry, waited: int, target: int) -> dict[str, object]:
    return {
        "enquiry": enquiry,
        "waited": waited,
        "target": target,
        "running": enquiry.state in RUNNING,
        "late": enquiry.state in RUNNING and waited > target,
    }


def _may(kind: StepKind, enquiry: Enquiry, *, own: bool, staff: int) -> bool:
    if own:
        return kind in {StepKind.READ, StepKind.WITHDRAWN}
    if kind is StepKind.TAKEN:
        return staff != enquiry.taken_by
    return kind in {StepKind.SENT, StepKind.ANSWERED} and staff == enquiry.taken_by


def _allowed(request: HttpRequest, enquiry: Enquiry) -> None:
    """Pass who asked; anybody else needs the right to answer."""
    if acting.actor(request).staff != enquiry.asked_by:
        guard.permit(request, Permission.EXAMINE, operation="web.enquiry")
