"""Protection measures (支援措置): registered, renewed and ended by one, checked by another."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from django.contrib import messages
from django.http import Http404
from django.shortcuts import redirect, render

from kokunen.access.protection import operations, queries
from kokunen.access.protection.domain import (
    EVIDENCE_NAMES,
    GROUND_NAMES,
    Evidence,
    Ground,
    Member,
    OtherParty,
    UnableToFindMeasure,
)
from kokunen.dates.errors import Refusal
from kokunen.people import queries as people
from kokunen.web import acting, purposes
from kokunen.web.forms import AnswerForm, MeasureForm, RegisterForm, beside

if TYPE_CHECKING:
    from uuid import UUID

    from django.http import HttpRequest, HttpResponse

    from kokunen.audit.domain import Occasion

STEPS: Final = {"registered": "登録", "renewed": "更新", "ended": "終了"}


def _occasion(request: HttpRequest, why: str) -> Occasion:
    """Return the occasion of looking after the measures: its purpose is the measures' own."""
    return acting.occasion(request).because(purpose="protection", reason=why)


def due(request: HttpRequest) -> HttpResponse:
    """List the measures that want a renewal, and the steps that wait for a second person."""
    actor = acting.actor(request)
    on = acting.today(request)
    context = {
        "due": queries.due(on=on, occasion=_occasion(request, "期限の一覧")),
        "unchecked": queries.unchecked(
            staff=actor.staff, occasion=_occasion(request, "確認待ちの一覧")
        ),
        "grounds": GROUND_NAMES,
        "evidence": EVIDENCE_NAMES,
        "steps": STEPS,
    }
    return render(request, "web/protection.html", context)


def register(request: HttpRequest, key: UUID) -> HttpResponse:
    """Show a person's measures, and protect the person from this moment."""
    occasion = purposes.occasion(request, key)
    if occasion is None:
        return redirect("purpose", key)
    person = people.number_of(key)
    form = RegisterForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        asked = form.cleaned_data
        others = (
            [OtherParty(name=asked["other_name"], relation=asked["other_relation"])]
            if asked["other_name"]
            else []
        )
        try:
            operations.register(
                person=person,
                ground=Ground(asked["ground"]),
                on=asked["on"],
                evidence=Evidence(asked["evidence"]),
                evidence_ref=asked["evidence_ref"],
                members=[Member(person=number) for number in asked["members"]],
                other_parties=others,
                occasion=occasion,
            )
        except Refusal as refusal:
            beside(form, refusal)
        else:
            messages.success(
                request,
                "支援措置を登録しました。今から非表示になります。別の職員の確認を受けてください。",
            )
            return redirect("person", key)
    context = {
        "form": form,
        "key": key,
        "person": person,
        "measures": queries.measures(person=person, occasion=occasion),
        "grounds": GROUND_NAMES,
        "evidence": EVIDENCE_NAMES,
        "steps": STEPS,
        "today": acting.today(request),
    }
    return render(request, "web/protection_register.html", context, status=form.status)


def step(request: HttpRequest, measure: UUID, step: str) -> HttpResponse:
    """Renew a measure, or enter its end; the masking stays until the end has been checked."""
    enter = {"renew": operations.renew, "end": operations.end}.get(step)
    if enter is None:
        raise Http404
    held = queries.one(measure)
    if held is None:
        raise UnableToFindMeasure(
            "その支援措置は登録されていません。", fix="一覧から選び直してください。"
        )
    form = MeasureForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        asked = form.cleaned_data
        try:
            enter(
                measure=measure,
                on=asked["on"],
                evidence=Evidence(asked["evidence"]),
                evidence_ref=asked["evidence_ref"],
                occasion=_occasion(request, "更新" if step == "renew" else "終了"),
            )
        except Refusal as refusal:
            beside(form, refusal)
        else:
            messages.success(
                request,
                "更新を記録しました。別の職員の確認を受けてください。"
                if step == "renew"
                else "終了を記録しました。別の職員が確認するまでは、非表示のままです。",
            )
            return redirect("protection")
    queries.shown(measure, occasion=_occasion(request, "更新" if step == "renew" else "終了"))
    context = {"form": form, "held": held, "step": step, "grounds": GROUND_NAMES}
    return render(request, "web/protection_step.html", context, status=form.status)


def check(request: HttpRequest, step: UUID) -> HttpResponse:
    """Accept a step or send it back, as a second person."""
    measure = queries.measure_of(step)
    held = queries.one(measure) if measure else None
    if held is None:
        raise UnableToFindMeasure(
            "その支援措置は登録されていません。", fix="一覧から選び直してください。"
        )
    form = AnswerForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        accepted = form.cleaned_data["answer"] == "grant"
        try:
            operations.check(
                step=step,
                accepted=accepted,
                reason=form.cleaned_data["reason"],
                occasion=_occasion(request, "確認"),
            )
        except Refusal as refusal:
            beside(form, refusal)
        else:
            messages.success(
                request, "確認を記録しました。" if accepted else "差戻しを記録しました。"
            )
            return redirect("protection")
    queries.shown(held.id, occasion=_occasion(request, "確認"))
    context = {
        "form": form,
        "held": held,
        "entered": next(each for each in held.steps if each.id == step),
        "grounds": GROUND_NAMES,
        "evidence": EVIDENCE_NAMES,
        "steps": STEPS,
    }
    return render(request, "web/protection_check.html", context, status=form.status)
