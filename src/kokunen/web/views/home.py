"""The first screen: what waits for whoever signed in; the sheet of keys; staying a while longer."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.conf import settings
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse

from kokunen.access import stale
from kokunen.access.domain import Permission
from kokunen.access.openings import queries as openings
from kokunen.cases import queries as cases
from kokunen.interchange.inbox import mornings
from kokunen.interchange.inbox.tasks import tasks
from kokunen.people import queries as people
from kokunen.web import acting
from kokunen.web.desk_forms import FindForm
from kokunen.web.views.candidates import LISTS
from kokunen.web.views.cases import counts, listing
from kokunen.web.views.search import begin

if TYPE_CHECKING:
    from collections.abc import Iterator

    from django.http import HttpRequest


@dataclass(frozen=True, slots=True)
class Waiting:
    """One kind of work that waits: how much (None: told only on its page), and where to do it."""

    label: str
    count: int | None
    url: str
    hint: str


def home(request: HttpRequest) -> HttpResponse:
    """Show the box and what waits."""
    actor = acting.actor(request)
    context: dict[str, object] = {
        "form": begin(request) if Permission.SEARCH in actor.may else None,
        "waiting": list(_waiting(request, actor)),
        "own": openings.own(staff=actor.staff, at=acting.occasion(request).at)
        if Permission.REQUEST_OPENING in actor.may
        else (),
    }
    if Permission.RECEIVE in actor.may:
        context |= _desk(request, actor)
    return render(request, "web/home.html", context)


def _desk(request: HttpRequest, actor: acting.Actor) -> dict[str, object]:
    """Return the desk's morning: how much waits, how old, how late. It names nobody."""
    occasion = listing(request)
    mine = cases.queue(occasion=occasion, sees=actor.sees, whose="mine", limit=0)
    team = cases.queue(occasion=occasion, sees=actor.sees, whose="team", limit=0)
    return {
        "desk": True,
        "find": FindForm(),
        "mine": sum(mine.count.values()),
        "mine_late": mine.late,
        "team": team,
        "team_count": sum(team.count.values()),
        "counts": [each for each in counts(team.count) if each.count],
        "lists": LISTS,
        "first_case": settings.KOKUNEN_FIRST_CASE,
    }


def _waiting(request: HttpRequest, actor: acting.Actor) -> Iterator[Waiting]:
    occasion = acting.occasion(request)
    if Permission.APPROVE_OPENING in actor.may:
        found = openings.waiting(staff=actor.staff, at=occasion.at)
        yield Waiting("閲覧の承認", len(found), reverse("openings"), "支援措置の対象者を開く申請")
    if Permission.CHECK in actor.may:
        count = len(people.unchecked(staff=actor.staff))
        yield Waiting("確認待ち", count, reverse("checks"), "別の職員が入力した内容の確認")
    if Permission.EXAMINE in actor.may:
        waits = tasks()
        told = "・".join(f"{what} {count}" for what, count in waits.items())
        yield Waiting(
            "夜間処理の後の仕事",
            sum(waits.values()),
            reverse("exchange"),
            told or "受信した結果の突合、送付物の確認",
        )
        if refused := mornings.refused(on=acting.today(request)):
            yield Waiting(
                "受け取れなかったファイル",
                refused,
                f"{reverse('exchange_in')}?state=refused",
                f"この{mornings.EARLIER.days}日のもの。直したファイルが届いたか確かめます",
            )
    if Permission.PROTECT in actor.may:
        # To list the measures is to read each of them, on the record: that waits for its own page.
        yield Waiting(
            "支援措置の期限", None, reverse("protection"), "終わりが近いもの・過ぎたもの・確認待ち"
        )
    if Permission.SEE_STALE in actor.may:
        count = len(stale.stale(at=occasion.at))
        yield Waiting(
            "見直す職員番号", count, reverse("staff_stale"), "使われていない・役割がないなど"
        )


def keys(request: HttpRequest) -> HttpResponse:
    """Show the sheet of keys."""
    return render(request, "web/keys.html")


def still_here(request: HttpRequest) -> HttpResponse:  # noqa: ARG001 - a view takes the request
    """Answer that the stay goes on: the request itself has prolonged it."""
    return HttpResponse(status=204)
