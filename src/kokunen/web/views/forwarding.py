"""Several cases at once: forwarded to the agency under one cover, and its answers recorded."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from uuid import UUID, uuid4, uuid5

from django.http import Http404
from django.shortcuts import render

from kokunen.cases import operations, queries
from kokunen.cases.domain import StepKind
from kokunen.dates.errors import Refusal
from kokunen.forms import queries as forms
from kokunen.web import acting, duties
from kokunen.web.desk_forms import CoverForm, ManyForm, ResultsForm, numbers
from kokunen.web.templatetags.office import short
from kokunen.web.views.case import pdf

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from django.http import HttpRequest, HttpResponse

    from kokunen.audit.domain import Occasion
    from kokunen.cases.queries import CaseLine


@dataclass(frozen=True, slots=True, kw_only=True)
class Tick:
    """One case of a list; ``by_itself``: its result has items of its own, so it is not ticked."""

    line: CaseLine
    by_itself: bool = False


def forwarding(request: HttpRequest) -> HttpResponse:
    """Forward the ticked cases on one day; each step names the forwarding they went with."""
    form = ManyForm(request.POST or None, initial=_initial(request))

    def forward(line: CaseLine, occasion: Occasion, request_id: UUID) -> None:
        operations.take(
            case=line.case,
            kind=StepKind.FORWARDED,
            expected=line.last,
            on=form.cleaned_data["on"],
            detail={"forwarding": str(form.cleaned_data["request_id"])},
            occasion=occasion,
            request_id=request_id,
        )

    context = _many(
        request,
        form,
        waiting=lambda occasion: queries.to_forward(
            occasion=occasion, sees=acting.actor(request).sees
        ),
        act=forward,
    )
    context |= {
        "cover": CoverForm(initial={"on": form["on"].value(), "to": "日本年金機構"}),
        "title": "進達",
        "words": "審査が済んだ案件です。まとめて送るものを選ぶと、1通の送付書に並びます。",
        "button": "選んだ案件を進達する",
        "none": "進達を待っている案件はありません。",
        "ticked": True,
        "lines": [Tick(line=line) for line in context["waiting"]],
    }
    return render(request, "web/forwarding.html", context, status=_status(form, context))


def paper(request: HttpRequest) -> HttpResponse:
    """Print the cover of a forwarding, or the forms that go with it."""
    form = CoverForm(request.POST)
    cases = sorted(numbers(request.POST.getlist("cases")))
    if not form.is_valid() or not cases:
        raise Http404
    common: dict[str, Any] = {
        "case_numbers": cases,
        "occasion": acting.occasion(request).because(purpose="reception", reason="進達"),
        "sees": acting.actor(request).sees,
    }
    on, to = form.cleaned_data["on"], form.cleaned_data["to"]
    if request.POST.get("what") == "forms":
        return pdf(forms.many(**common), name=f"forms-{on}")
    return pdf(forms.forwarding_list(to=to, on=on, **common), name=f"forwarding-{on}")


def results(request: HttpRequest) -> HttpResponse:
    """Record one answer for the ticked cases; what needs more than a day is done one by one."""
    form = ResultsForm(request.POST or None, initial=_initial(request) | {"kind": "granted"})

    def record(line: CaseLine, occasion: Occasion, request_id: UUID) -> None:
        duties.of(line.filing).operations.result(
            case=line.case,
            kind=StepKind(form.cleaned_data["kind"]),
            expected=line.last,
            on=form.cleaned_data["on"],
            reason=form.cleaned_data["reason"],
            particulars={},
            occasion=occasion,
            request_id=request_id,
            sees=acting.actor(request).sees,
        )

    context = _many(
        request,
        form,
        waiting=lambda occasion: queries.awaiting_result(
            occasion=occasion, sees=acting.actor(request).sees
        ),
        act=record,
    )
    context |= {
        "title": "結果の登録",
        "words": "進達した案件です。同じ結果が同じ日に届いたものを選んで、まとめて登録します。",
        "button": "選んだ案件の結果を登録する",
        "none": "結果を待っている案件はありません。",
        "ticked": False,
        "lines": [Tick(line=line, by_itself=_asks_more(line)) for line in context["waiting"]],
    }
    return render(request, "web/forwarding.html", context, status=_status(form, context))


def _asks_more(line: CaseLine) -> bool:
    """Whether the answer to a filing cannot be recorded by its day alone."""
    items = duties.of(line.filing).queries.result_items(line.filing.code)
    return any(item.essential and item.only_if is None for item in items)


def _initial(request: HttpRequest) -> dict[str, Any]:
    return {"on": short(acting.today(request)), "request_id": uuid4()}


def _status(form: ManyForm, context: dict[str, Any]) -> int:
    return 409 if context["refused"] else form.status


def _many(
    request: HttpRequest,
    form: ManyForm,
    *,
    waiting: Callable[[Occasion], Iterable[CaseLine]],
    act: Callable[[CaseLine, Occasion, UUID], None],
) -> dict[str, Any]:
    """Act on each ticked case by itself: one that is refused does not hold up the others."""
    occasion = acting.occasion(request).because(purpose="reception", reason="一括の処理")
    refused: list[tuple[int, Refusal]] = []
    sent: list[int] = []
    lines = tuple(waiting(occasion))
    if request.method == "POST" and form.is_valid():
        token = form.cleaned_data["request_id"]
        chosen = numbers(request.POST.getlist("cases"))
        waits = {line.case: line for line in lines}
        # Sent twice, it is done once: what this very request did before counts as done.
        before = [number for number in chosen - waits.keys() if _done(token, number)]
        sent += sorted(before)
        for line in (waits[number] for number in sorted(chosen & waits.keys())):
            about = occasion.because(purpose=line.filing.purpose, case=line.case)
            try:
                act(line, about, uuid5(token, str(line.case)))
            except Refusal as refusal:
                refused.append((line.case, refusal))
            else:
                sent.append(line.case)
        if not sent and not refused:
            form.add_error(None, "案件が選ばれていません。一覧で選んでください。")
        lines = tuple(line for line in lines if line.case not in sent)
    return {"form": form, "waiting": lines, "refused": refused, "sent": sent}


def _done(token: UUID, case: int) -> bool:
    return operations.done(request_id=uuid5(token, str(case))) is not None
