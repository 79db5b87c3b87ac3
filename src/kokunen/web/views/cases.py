"""The queue of cases: what waits, how old, how soon due; a case by its number; the next one."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, cast

from django.contrib import messages
from django.shortcuts import redirect, render

from kokunen.cases import queries
from kokunen.cases.catalogue import FILINGS
from kokunen.cases.domain import OVER, State
from kokunen.web import acting
from kokunen.web.case_forms import choose
from kokunen.web.desk_forms import FindForm, QueueForm
from kokunen.web.views.candidates import LISTS

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from django.http import HttpRequest, HttpResponse

    from kokunen.audit.domain import Occasion
    from kokunen.cases.finding import Whose

LAST: Final = "last_case"
"""The key of the session under which the case last opened stays: the next one follows it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Count:
    """How many cases are in a state."""

    state: State
    count: int
    current: bool = False


def listing(request: HttpRequest) -> Occasion:
    """Return the occasion of looking through the cases of the desk."""
    return acting.occasion(request).because(purpose="reception", reason="案件の一覧")


def queue(request: HttpRequest) -> HttpResponse:
    """Show the cases that wait, those first due at the top."""
    form = QueueForm(request.GET or None, initial={"whose": "team"})
    choose(
        form, "state", [("", "終わっていないもの"), *((each.value, each.label) for each in State)]
    )
    choose(form, "filing", [("", "すべて"), *((code, one.name) for code, one in FILINGS.items())])
    asked = form.cleaned_data if form.is_bound and form.is_valid() else {}
    whose = cast("Whose", asked.get("whose") or "team")
    state = asked.get("state") or ""
    context: dict[str, object] = {
        "form": form,
        "find": FindForm(),
        "lists": LISTS,
        "whose": whose,
    }
    if not form.errors:
        found = queries.queue(
            occasion=listing(request),
            sees=acting.actor(request).sees,
            whose=whose,
            states=(State(state),) if state else (),
            filing=asked.get("filing") or "",
            after=asked.get("after"),
        )
        context |= {
            "queue": found,
            "counts": list(counts(found.count, state)),
            "next": found.lines[-1].case if found.more else None,
            "kept": [(name, asked.get(name) or "") for name in ("whose", "state", "filing")],
        }
    return render(request, "web/cases.html", context, status=form.status)


def counts(by_state: Mapping[State, int], current: str = "") -> Iterator[Count]:
    """Yield the counts of the states that are not over, in the order of a case's life."""
    for state in State:
        if state not in OVER:
            yield Count(state=state, count=by_state.get(state, 0), current=state.value == current)


def find(request: HttpRequest) -> HttpResponse:
    """Lead from a number, typed or scanned, to its case."""
    form = FindForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        return redirect("case", form.cleaned_data["case"])
    return render(request, "web/case_find.html", {"find": form}, status=form.status)


def next_one(request: HttpRequest) -> HttpResponse:
    """Lead to the next case that waits for whoever asks."""
    last = request.session.get(LAST)
    after = last if isinstance(last, int) else None
    occasion = listing(request)
    found = queries.next_case(occasion=occasion, after=after)
    # At the end of the queue its beginning follows.
    found = queries.next_case(occasion=occasion, after=None) if found is None else found
    if found is None:
        messages.info(request, "待っている案件はもうありません。")
        return redirect("cases")
    return redirect("case", found)
