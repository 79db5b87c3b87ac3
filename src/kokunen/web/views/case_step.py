"""One step of a case on one page: what it changes, why, and what happened meanwhile."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from uuid import uuid4

from django.contrib import messages
from django.http import Http404
from django.shortcuts import redirect, render

from kokunen.access.domain import Permission
from kokunen.cases import operations
from kokunen.cases.domain import NEEDS_REASON, StepKind, may_follow
from kokunen.dates.errors import Refusal
from kokunen.web import acting, case_forms, desk_forms, duties
from kokunen.web.forms import beside
from kokunen.web.guard import permit
from kokunen.web.opened import (
    CONTENT,
    EXAMINER,
    RESULTS,
    label,
    opened,
    people_of,
    said,
    told,
)
from kokunen.web.templatetags.office import short
from kokunen.web.views.case import advice

if TYPE_CHECKING:
    from collections.abc import Mapping

    from django.http import HttpRequest, HttpResponse

    from kokunen.cases.catalogue.kinds import Item
    from kokunen.cases.operations import Taken
    from kokunen.web.case_forms import ItemsForm
    from kokunen.web.desk_forms import StepForm
    from kokunen.web.opened import Opened

_DATED = RESULTS | {StepKind.FORWARDED, StepKind.NOTIFIED}
_DAYS = {
    StepKind.FORWARDED: "送付した日",
    StepKind.GRANTED: "決定・処理の日",
    StepKind.REFUSED: "決定の日",
    StepKind.RETURNED: "返戻を受けた日",
    StepKind.NOTIFIED: "通知した日",
}
_REASONS = {
    StepKind.ASKED: "何を補ってもらうか",
    StepKind.CORRECTED: "訂正の理由",
    StepKind.SENT_BACK: "差し戻す理由",
    StepKind.RETURNED: "返戻の理由",
    StepKind.WITHDRAWN: "取下げの理由",
}


def step(request: HttpRequest, case: int, step: str) -> HttpResponse:
    """Take one step of a case."""
    if step not in set(StepKind) - {StepKind.RECEIVED}:
        raise Http404
    kind = StepKind(step)
    if kind in EXAMINER:
        permit(request, Permission.EXAMINE, operation="web.case_step")
    page = _Page(request, opened(request, case), kind)
    if request.method == "POST" and page.is_valid():
        try:
            page.take()
        except Refusal as refusal:
            page.refused(refusal)
        else:
            messages.success(request, f"「{page.label}」を記録しました。")
            return redirect("case", case)
    return page.shown()


def _items(kind: StepKind, found: Opened) -> tuple[Item, ...]:
    filing = found.case.filing
    if kind in CONTENT:
        return duties.items(filing, on=found.case.received_on)
    if kind is StepKind.GRANTED:
        return duties.of(filing).queries.result_items(filing.code)
    return ()


class _Page:
    """One step on its page."""

    def __init__(self, request: HttpRequest, found: Opened, kind: StepKind) -> None:
        self.request, self.found, self.kind = request, found, kind
        self.label = label(kind, found.case.filing)
        sent = request.POST or None
        self.form: StepForm = desk_forms.StepForm(
            sent,
            initial={
                "on": short(acting.today(request)),
                "event_on": short(found.case.event_on),
                "expected": found.case.last,
                "request_id": uuid4(),
            },
        )
        reason, on = self.form.fields["reason"], self.form.fields["on"]
        reason.required = kind in NEEDS_REASON
        reason.label = _REASONS.get(kind, "メモ")
        on.required = kind in _DATED
        on.label = _DAYS.get(kind, "")
        if kind not in _DATED:
            del self.form.fields["on"]
        if kind in {StepKind.TAKEN, StepKind.CLOSED, StepKind.EXAMINED}:
            del self.form.fields["reason"]
        event = found.case.filing.event
        if kind not in CONTENT or event is None:
            del self.form.fields["event_on"]
        else:
            self.form.fields["event_on"].label = event
        items = _items(kind, found)
        kept = case_forms.initial(items, self._known())
        self.items: ItemsForm = case_forms.items_form(items)(sent, prefix="item", initial=kept)
        self._since: int | None = None

    def _known(self) -> Mapping[str, Any]:
        """Return with what the items of this step begin."""
        found = self.found
        if self.kind in CONTENT:
            return found.particulars
        if self.kind is not StepKind.GRANTED or self.request.method == "POST":
            return {}
        return duties.assessed(
            found.case.filing,
            case=found.case.number,
            occasion=found.occasion,
            sees=acting.actor(self.request).sees,
            opening=found.opening,
        )

    def is_valid(self) -> bool:
        """Whether both parts can be read (both are always looked at)."""
        return all([self.form.is_valid(), self.items.is_valid()])

    def take(self) -> Taken:
        """Take the step: what touches the content or the result goes through the duty."""
        case, kind, asked = self.found.case, self.kind, self.form.cleaned_data
        work = duties.of(case.filing).operations
        common: dict[str, Any] = {
            "case": case.number,
            "expected": asked["expected"],
            "occasion": self.found.occasion,
            "request_id": asked["request_id"],
            "opening": self.found.opening,
        }
        seen: dict[str, Any] = common | {"sees": acting.actor(self.request).sees}
        if kind in CONTENT:
            return work.change(
                kind=kind,
                particulars=self.items.particulars,
                reason=asked["reason"],
                event_on=asked.get("event_on"),
                **seen,
            )
        if kind is StepKind.EXAMINED:
            return work.examine(**seen)
        if kind in RESULTS:
            return work.result(
                kind=kind,
                on=asked["on"],
                reason=asked["reason"],
                particulars=self.items.particulars,
                **seen,
            )
        if kind is StepKind.WITHDRAWN:
            return work.withdraw(reason=asked["reason"], **seen)
        return operations.take(
            kind=kind, on=asked.get("on"), reason=asked.get("reason", ""), **common
        )

    def refused(self, refusal: Refusal) -> None:
        """Put a refusal beside its field; what happened meanwhile is shown."""
        if refusal.field == "expected":
            self._since = self.form.cleaned_data["expected"]
            sent = self.request.POST.copy()
            sent["expected"] = str(self.found.case.last)
            self.form.data = sent
            refusal.field = ""
        beside(self.items if refusal.field in self.items.fields else self.form, refusal)

    def shown(self) -> HttpResponse:
        """Show the page; a step that is not open now says so at once."""
        found, kind = self.found, self.kind
        one = found.case
        barred: Refusal | None = None
        try:
            may_follow(steps=one.steps, kind=kind, expected=one.last, reason="-")
        except Refusal as refusal:
            barred = refusal
        names = people_of(self.request, found)
        since = self._since
        looks = kind in {StepKind.EXAMINED, StepKind.GRANTED} and not found.sealed
        context = {
            "case": one,
            "kind": kind,
            "label": self.label,
            "hit": names.get(one.person),
            "sealed": found.sealed,
            "withheld": one.particulars,
            "said": said(one.filing.items, found.particulars),
            "form": self.form,
            "items": self.items,
            "asks": bool(self.items.items),
            **self.items.groups,
            "barred": barred,
            "advice": advice(self.request, found) if looks and barred is None else None,
            "meanwhile": ()
            if since is None
            else tuple(each for each in told(one.steps) if each.step.number > since),
            "danger": kind in {StepKind.WITHDRAWN, StepKind.REFUSED},
        }
        refused = max(self.form.status, self.items.status)
        status = 409 if barred or since else refused
        return render(self.request, "web/case_step.html", context, status=status)
