"""The desk's view of the exchange: the morning, what came and goes, what waits for a person."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Final
from uuid import uuid4

from django.contrib import messages
from django.shortcuts import redirect, render

from kokunen.interchange import layout as layouts
from kokunen.interchange.domain import Direction, FileState, RecordOutcome
from kokunen.interchange.inbox import queries as inbox_queries
from kokunen.interchange.inbox.telling import told
from kokunen.interchange.outbox import queries as outbox_queries
from kokunen.interchange.reconciliation import operations, queries
from kokunen.people.domain import Masked
from kokunen.web import acting
from kokunen.web.exchange_forms import FilesForm, NightForm, ReasonForm, SpanForm, whole
from kokunen.web.templatetags.office import short

if TYPE_CHECKING:
    from collections.abc import Sized

    from django.http import HttpRequest, HttpResponse

    from kokunen.audit.domain import Occasion

_FILES: Final = 50
"""Files of a page of their list."""
_LISTED: Final = 50
"""Records, results and differences of a page; those that follow come as these are dealt with."""


def occasion(request: HttpRequest) -> Occasion:
    """Return the occasion of looking at what was exchanged."""
    return acting.occasion(request).because(purpose="correction", reason="データ連携の確認")


def morning(request: HttpRequest) -> HttpResponse:
    """Show what the last night, or the one asked for, did and left to do."""
    form = NightForm(request.GET or None, initial={"on": short(acting.today(request))})
    asked = form.cleaned_data["on"] if form.is_bound and form.is_valid() else None
    context: dict[str, object] = {"form": form}
    if not form.errors:
        found = inbox_queries.morning(
            on=asked or acting.today(request),
            occasion=occasion(request),
            sees=acting.actor(request).sees,
        )
        context |= {
            "morning": found,
            "days": inbox_queries.EARLIER.days,
            "phases": [(line, told(line)) for line in found.phases],
            "open": [(each, found.open[each]) for each in RecordOutcome if found.open.get(each)],
            "nothing": not any(
                (
                    found.open,
                    found.differences,
                    found.refused,
                    found.earlier,
                    found.waiting,
                    found.unfinished,
                    found.to_check,
                    found.to_release,
                    found.unanswered.late,
                )
            ),
        }
    return render(request, "web/exchange.html", context, status=form.status)


def inbox(request: HttpRequest) -> HttpResponse:
    """List what came."""
    return _files(request, Direction.IN)


def outbox(request: HttpRequest) -> HttpResponse:
    """List what goes out."""
    return _files(request, Direction.OUT)


def _files(request: HttpRequest, direction: Direction) -> HttpResponse:
    form = FilesForm(request.GET or None, direction=direction)
    state = form.cleaned_data["state"] if form.is_bound and form.is_valid() else ""
    after = whole(request.GET.get("after", ""))
    found = inbox_queries.files(
        direction=direction,
        occasion=occasion(request),
        state=FileState(state) if state else None,
        after=after,
        limit=_FILES + 1,
    )
    context = {
        "form": form,
        "goes_out": direction is Direction.OUT,
        "files": found[:_FILES],
        "last": found[_FILES - 1].id if len(found) > _FILES else 0,
        "after": after,
        "state": state,
    }
    return render(request, "web/exchange_files.html", context, status=form.status)


def calendar(request: HttpRequest) -> HttpResponse:
    """Show what is due to whom between two days, and whether it was done."""
    today = acting.today(request)
    first, last = today - timedelta(days=7), today + timedelta(days=31)
    form = SpanForm(request.GET or None, usual=(first, last))
    context: dict[str, object] = {
        "form": form,
        "received": {each.code for each in layouts.every() if each.direction is Direction.IN},
    }
    if not form.errors:
        since, until = form.span
        context["due"] = outbox_queries.due(since=since, until=until, occasion=occasion(request))
    return render(request, "web/exchange_calendar.html", context, status=form.status)


def open_records(request: HttpRequest) -> HttpResponse:
    """List the records that wait for a person."""
    lines = inbox_queries.open_records(
        occasion=occasion(request), sees=acting.actor(request).sees, limit=_LISTED
    )
    context = {"lines": lines, "cut": _cut(lines)}
    return render(request, "web/exchange_open.html", context)


def probable(request: HttpRequest) -> HttpResponse:
    """Show the results with the cases they may belong to."""
    found = queries.probable(
        occasion=occasion(request), sees=acting.actor(request).sees, limit=_LISTED
    )
    context = {
        "probable": [(each, isinstance(each.fields, Masked)) for each in found],
        "cut": _cut(found),
        "request_id": uuid4(),
    }
    return render(request, "web/exchange_probable.html", context)


def differences(request: HttpRequest) -> HttpResponse:
    """Show where the register and what came back say different things."""
    return _differences(request)


def settle(request: HttpRequest, difference: int) -> HttpResponse:
    """Clear one difference, with the reason."""
    form = ReasonForm(request.POST)
    if not form.is_valid():
        return _differences(request, form, difference)
    operations.settle(
        difference=difference,
        reason=form.cleaned_data["reason"],
        occasion=occasion(request),
        request_id=form.cleaned_data["request_id"],
    )
    messages.success(request, "相違を処理済みにしました。理由とともに記録しました。")
    return redirect("exchange_differences")


def _differences(
    request: HttpRequest, refused: ReasonForm | None = None, difference: int = 0
) -> HttpResponse:
    found = queries.differences(
        occasion=occasion(request), sees=acting.actor(request).sees, limit=_LISTED
    )
    lines = [
        (
            line,
            refused
            if refused is not None and line.difference == difference
            else ReasonForm(initial={"request_id": uuid4()}, auto_id=f"id_{line.difference}_%s"),
        )
        for line in found
    ]
    context = {"lines": lines, "refused": refused, "cut": _cut(lines)}
    return render(
        request,
        "web/exchange_differences.html",
        context,
        status=200 if refused is None else refused.status,
    )


def _cut(lines: Sized) -> int:
    """Return at how many lines a list was cut off; 0: others do not follow, as far as is known."""
    return _LISTED if len(lines) == _LISTED else 0


def unanswered(request: HttpRequest) -> HttpResponse:
    """List what was forwarded and never answered, the oldest first."""
    found = queries.unanswered(
        on=acting.today(request), occasion=occasion(request), sees=acting.actor(request).sees
    )
    return render(request, "web/exchange_unanswered.html", {"unanswered": found})
