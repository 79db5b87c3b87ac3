"""The page of one case: where it stands, what is on it, what the law says, what can be done."""

from __future__ import annotations

from typing import TYPE_CHECKING
from uuid import uuid4

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render

from kokunen.cases import operations
from kokunen.cases.domain import OVER, StepKind
from kokunen.dates.errors import Refusal
from kokunen.web import acting, duties
from kokunen.web.desk_forms import TestedForm
from kokunen.web.forms import beside
from kokunen.web.opened import ONWARD, ROLES, actions, opened, people_of, said, told
from kokunen.web.papers import letters, printed
from kokunen.web.views.case_exchange import around
from kokunen.web.views.cases import LAST

if TYPE_CHECKING:
    from django.http import HttpRequest

    from kokunen.cases.domain import Advice
    from kokunen.web.opened import Opened


def case(request: HttpRequest, case: int) -> HttpResponse:
    """Show a case; opening it states its purpose for its person."""
    found = opened(request, case)
    request.session[LAST] = case
    actor = acting.actor(request)
    one = found.case
    names = people_of(request, found)
    over = one.state in OVER
    doing = list(actions(found, actor))
    context = {
        "case": one,
        "hit": names.get(one.person),
        "sealed": found.sealed,
        "withheld": one.particulars,
        "said": said(one.filing.items, found.particulars),
        "steps": tuple(reversed(told(one.steps))),
        "tested": [(names.get(person), ROLES.get(role, role)) for person, _, role in one.tested],
        "advice": None if over or found.sealed else advice(request, found),
        "actions": doing,
        "first": next((each for each in doing if each.kind in ONWARD and not each.barred), None),
        "at_once": (StepKind.TAKEN, StepKind.CLOSED),
        "letters": letters(one),
        "request_id": uuid4(),
        "over": over,
    }
    return render(request, "web/case.html", context | around(request, found))


def advice(request: HttpRequest, found: Opened) -> Advice:
    """Return what the duty says beside the filing."""
    return duties.of(found.case.filing).queries.advise(
        receipt=found.receipt(),
        case=found.case.number,
        occasion=found.occasion,
        sees=acting.actor(request).sees,
        opening=found.opening,
    )


def tested(request: HttpRequest, case: int) -> HttpResponse:
    """State who is tested in the place of whom the register suggests, with the reason."""
    found = opened(request, case)
    one = found.case
    names = people_of(request, found)
    form = TestedForm(
        request.POST or None,
        initial={role: person for person, _, role in one.tested} | {"request_id": uuid4()},
    )
    if request.method == "POST" and form.is_valid():
        asked = form.cleaned_data
        try:
            operations.test(
                case=case,
                people=[(one.person, "insured"), *form.others],
                occasion=found.occasion,
                request_id=asked["request_id"],
                reason=asked["reason"],
            )
        except Refusal as refusal:
            beside(form, refusal)
        else:
            messages.success(request, "審査の対象者を記録しました。")
            return redirect("case", case)
    context = {
        "case": one,
        "hit": names.get(one.person),
        "tested": [(names.get(person), ROLES.get(role, role)) for person, _, role in one.tested],
        "form": form,
    }
    return render(request, "web/case_tested.html", context, status=form.status)


def paper(request: HttpRequest, case: int, form: str) -> HttpResponse:
    """Give one printed form of a case as a PDF."""
    found = opened(request, case)
    made = printed(found, form=form, sees=acting.actor(request).sees)
    if made is None:
        raise Http404
    return pdf(made, name=f"{case}-{form}")


def pdf(made: bytes, *, name: str) -> HttpResponse:
    """Answer with a PDF that the browser shows; ``name`` says nothing of a person."""
    answer = HttpResponse(made, content_type="application/pdf")
    answer["Content-Disposition"] = f'inline; filename="{name}.pdf"'
    return answer
