"""Receiving: the filing is chosen, typed over what the register knows, looked at, received."""

from __future__ import annotations

import hashlib
import json
from dataclasses import asdict
from typing import TYPE_CHECKING, Any
from uuid import uuid4

from django.contrib import messages
from django.http import Http404
from django.shortcuts import redirect, render

from kokunen.cases.catalogue import FILINGS
from kokunen.cases.catalogue.kinds import Duty, Filer
from kokunen.cases.domain import Channel, Receipt, Weight
from kokunen.cases.duplicates import UnableToReceiveTwice
from kokunen.dates.errors import Refusal
from kokunen.people import queries as people
from kokunen.people import search
from kokunen.web import acting, case_forms, desk_forms, duties, purposes
from kokunen.web.forms import beside
from kokunen.web.templatetags.office import short

if TYPE_CHECKING:
    from uuid import UUID

    from django.http import HttpRequest, HttpResponse

    from kokunen.cases.catalogue.kinds import Filing
    from kokunen.cases.domain import Advice
    from kokunen.web.case_forms import ItemsForm, ReceiptForm


def choose(request: HttpRequest, key: UUID) -> HttpResponse:
    """Show the filings by duty; a filter that leaves one of them leads to it."""
    form = desk_forms.FilterForm(request.GET or None)
    text = form.cleaned_data["q"].strip() if form.is_bound and form.is_valid() else ""
    found = [filing for filing in FILINGS.values() if _fits(filing, text)]
    if text and len(found) == 1:
        return redirect("receive_one", key, found[0].code)
    groups = [(duty.label, [each for each in found if each.duty is duty]) for duty in Duty]
    context = {
        "form": form if form.is_bound else desk_forms.FilterForm(),
        "key": key,
        "groups": [(label, filings) for label, filings in groups if filings],
    }
    return render(request, "web/receive.html", context, status=form.status)


def _fits(filing: Filing, text: str) -> bool:
    return all(
        word in f"{filing.name} {filing.article} {filing.code}" for word in text.lower().split()
    )


def receive(request: HttpRequest, key: UUID, filing: str) -> HttpResponse:
    """Take what stands on the form, show what the law says beside it, then receive it."""
    if filing not in FILINGS:
        raise Http404
    page = _Page(request, key, FILINGS[filing])
    if request.method != "POST" or not page.is_valid():
        return page.shown()
    receipt = page.receipt()
    mark = _mark(receipt)
    # What is received is what was looked at: a change after the look is looked at first.
    if request.POST.get("act") == "receive" and request.POST.get("seen") == mark:
        try:
            taken = page.work.operations.receive(
                receipt=receipt,
                occasion=page.occasion,
                request_id=page.form.cleaned_data["request_id"],
                sees=page.sees,
                opening=page.opening,
                **page.acknowledged(),
            )
        except Refusal as refusal:
            page.refused(refusal)
        else:
            messages.success(request, f"受け付けました。案件番号は {taken.case} です。")
            return redirect("case", taken.case)
    return page.advised(receipt, mark)


def _mark(receipt: Receipt) -> str:
    written = json.dumps(asdict(receipt), default=str, ensure_ascii=False, sort_keys=True)
    return hashlib.sha256(written.encode()).hexdigest()


class _Page:
    """One filing of one person on the way in."""

    def __init__(self, request: HttpRequest, key: UUID, filing: Filing) -> None:
        self.request, self.key, self.filing = request, key, filing
        self.person = people.number_of(key)
        self.actor = acting.actor(request)
        self.sees = self.actor.sees
        self.occasion = acting.occasion(request).because(purpose="reception", reason="")
        self.opening = purposes.opening(request, key)
        self.work = duties.of(filing)
        sent = request.POST or None
        self.form: ReceiptForm = case_forms.ReceiptForm(
            sent, filing=filing, initial=self._initial()
        )
        known = {} if sent else case_forms.initial(filing.items, self._prefill())
        typed = self.form.cleaned_data if sent and self.form.is_valid() else {}
        on = typed.get("received_on", acting.today(request))
        self.items: ItemsForm = case_forms.items_form(duties.items(filing, on=on))(
            sent, prefix="item", initial=known
        )
        self.earlier: int | None = None

    def _initial(self) -> dict[str, Any]:
        return {
            "channel": Channel.COUNTER.value,
            "received_on": short(acting.today(self.request)),
            "filer": self.filing.filers[0].value,
            "request_id": uuid4(),
        }

    def _prefill(self) -> Any:  # noqa: ANN401 - JSON values by the names of items
        return self.work.queries.prefill(
            filing=self.filing.code,
            person=self.person,
            occasion=self.occasion,
            sees=self.sees,
            opening=self.opening,
        )

    def is_valid(self) -> bool:
        """Whether both parts can be read (both are always looked at)."""
        return all([self.form.is_valid(), self.items.is_valid()])

    def receipt(self) -> Receipt:
        """Return what stands on the form."""
        asked = self.form.cleaned_data
        return Receipt(
            filing=self.filing.code,
            person=self.person,
            channel=Channel(asked["channel"]),
            received_on=asked["received_on"],
            branch=self.actor.branch,
            event_on=asked.get("event_on"),
            filer=Filer(asked["filer"]),
            particulars=self.items.particulars,
        )

    def acknowledged(self) -> dict[str, Any]:
        """Return what says that an earlier case was looked at and this is another filing."""
        asked = self.form.cleaned_data
        self.earlier = asked["again"]
        if self.earlier is None:
            return {}
        return {"again": str(self.earlier), "reason": asked["again_reason"]}

    def refused(self, refusal: Refusal) -> None:
        """Put a refusal beside its field."""
        if isinstance(refusal, UnableToReceiveTwice):
            self.earlier = refusal.earlier
        beside(self.items if refusal.field in self.items.fields else self.form, refusal)

    def advised(self, receipt: Receipt, mark: str) -> HttpResponse:
        """Show the form with what the law says beside it."""
        try:
            advice = self.work.queries.advise(
                receipt=receipt,
                case=None,
                occasion=self.occasion,
                sees=self.sees,
                opening=self.opening,
            )
        except Refusal as refusal:
            self.refused(refusal)
            return self.shown()
        return self.shown(advice=advice, mark=mark)

    def shown(self, *, advice: Advice | None = None, mark: str = "") -> HttpResponse:
        """Show the form."""
        who = search.named(
            people=[self.person],
            operation="cases.receiving",
            occasion=self.occasion,
            sees=self.sees,
        )
        status = max(self.form.status, self.items.status)
        context = {
            "status": status,
            "key": self.key,
            "filing": self.filing,
            "form": self.form,
            "items": self.items,
            **self.items.groups,
            "receiving": True,
            "hit": who.get(self.person),
            "advice": advice,
            "mark": mark,
            "earlier": self.earlier,
            "stopped": advice is not None
            and any(each.weight is Weight.STOP for each in advice.findings),
        }
        return render(self.request, "web/receive_one.html", context, status=status)
