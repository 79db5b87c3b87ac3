"""The guidance of the counter: what happened, what is to be done, with a person open or without."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from django.shortcuts import redirect, render

from kokunen.guidance import domain
from kokunen.guidance.papers import papers
from kokunen.guidance.queries import known
from kokunen.guidance.questions import QUESTIONS, Event, questions
from kokunen.guidance.results import Kind
from kokunen.people import queries as people
from kokunen.web import acting, purposes
from kokunen.web.guidance_forms import EventForm, QuestionsForm

if TYPE_CHECKING:
    from collections.abc import Mapping
    from uuid import UUID

    from django.http import HttpRequest, HttpResponse

    from kokunen.guidance.queries import Known


_SIGNS: Final[Mapping[Kind, str]] = {
    Kind.FILE: "checked",
    Kind.CHOICE: "quiet",
    Kind.NOTHING: "quiet",
    Kind.DESK: "quiet",
    Kind.CONFIRM: "unchecked",
    Kind.CARE: "sealed",
}


def guidance(request: HttpRequest) -> HttpResponse:
    """Guide without a person."""
    return _guide(request, None)


def of_person(request: HttpRequest, key: UUID) -> HttpResponse:
    """Guide with a person open: what the register answers is not asked."""
    if purposes.occasion(request, key) is None:
        return redirect("purpose", key)
    return _guide(request, key)


def _guide(request: HttpRequest, key: UUID | None) -> HttpResponse:
    # Sent in the body: what happened to somebody stands in no address and in no log.
    form = EventForm(request.POST or None)
    context: dict[str, object] = {"form": form, "key": key}
    if request.method == "POST" and form.is_valid():
        event, happened_on = Event(form.cleaned_data["event"]), form.cleaned_data["on"]
        answered = _known(request, key, event)
        asked = QuestionsForm(request.POST, event=event, answered=answered)
        given = asked.cleaned_data if asked.is_valid() else {}
        answers = {**given, **{code: each.answer for code, each in answered.items()}}
        on = acting.today(request)
        steps = domain.guide(
            event=event,
            answers=domain.checked(event=event, answers=answers),
            on=on,
            happened_on=happened_on,
        )
        context |= {
            "event": event,
            "asked": asked,
            "known": [
                (QUESTIONS[code].label, QUESTIONS[code].word(each.answer), each.source)
                for code, each in answered.items()
            ],
            "open_questions": sum(not answers.get(question.code) for question in questions(event)),
            "steps": [
                {
                    "step": step,
                    "result": step.result,
                    "papers": papers(
                        event=event,
                        filing=step.result.filing,
                        on=on,
                        happened_on=happened_on,
                    )
                    if step.result.filing
                    else (),
                    "receives": bool(key and step.filing and not step.result.whose),
                    "sign": _SIGNS[step.result.kind],
                }
                for step in steps
            ],
        }
    return render(request, "web/guidance.html", context, status=form.status)


def _known(request: HttpRequest, key: UUID | None, event: Event) -> dict[str, Known]:
    occasion = purposes.occasion(request, key) if key else None
    if key is None or occasion is None:
        return {}
    return known(
        event=event,
        person=people.number_of(key),
        occasion=occasion,
        sees=acting.actor(request).sees,
        opening=purposes.opening(request, key),
    )
