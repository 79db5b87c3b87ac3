"""One page of what a night did, and of what is to be done now."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Final

from django.db import transaction

from kokunen.dates.tokyo import start_of
from kokunen.enrolment.candidates import ListKind
from kokunen.interchange import lifecycle, models
from kokunen.interchange.domain import Direction, EventKind, Phase
from kokunen.interchange.groups import IN_LISTS
from kokunen.interchange.inbox.listing import lines
from kokunen.interchange.inbox.tasks import open_records
from kokunen.interchange.inbox.values import CandidateList, FileLine, Morning, PhaseLine
from kokunen.interchange.receivers.welfare_waiting import CauseList
from kokunen.interchange.reconciliation.differences import uncleared
from kokunen.interchange.reconciliation.unanswered import unanswered
from kokunen.people.search import named

if TYPE_CHECKING:
    from collections.abc import Collection
    from datetime import date, datetime

    from django.db.models import QuerySet

    from kokunen.access.domain import Field
    from kokunen.audit.domain import Occasion

MOST_NEW: Final = 20
"""New candidates of a list who are named; the others are counted."""
MOST_FILES: Final = 50
EARLIER: Final = timedelta(days=7)
"""So long the page of a night still names the files that nights before it refused."""


def morning(*, on: date, occasion: Occasion, sees: Collection[Field]) -> Morning:
    """Return the page of the night of a day; whoever is named is recorded.

    It can be asked for before the night has run, and shows then what waits.
    """
    run = models.Run.objects.filter(night=on).first()
    since = start_of(on) if run is None else run.started_at
    ended = {
        row.phase: PhaseLine(phase=Phase(row.phase), at=row.at, figures=row.figures)
        for row in models.RunPhase.objects.filter(run=run)
    }
    with transaction.atomic():
        return Morning(
            night=on,
            started_at=None if run is None else run.started_at,
            phases=tuple(
                ended.get(phase.value, PhaseLine(phase=phase, at=None)) for phase in Phase
            ),
            refused=_files(Direction.IN, EventKind.REFUSED, since=since),
            earlier=_files(
                Direction.IN, EventKind.REFUSED, since=start_of(on - EARLIER), until=since
            ),
            waiting=_files(Direction.IN, EventKind.WAITING),
            unfinished=_files(Direction.IN, EventKind.ARRIVED),
            open=open_records(),
            differences=uncleared().count(),
            candidates=_candidates(on, occasion, sees),
            to_check=_files(Direction.OUT, EventKind.MADE),
            to_release=_files(Direction.OUT, EventKind.CHECKED),
            # Counts alone: whoever is named would stand in the record.
            unanswered=unanswered(on=on, occasion=occasion, sees=sees, limit=0),
        )


def refused(*, on: date) -> int:
    """Return how many refused files the page of a day names: of its night, and of those before."""
    return _rows(Direction.IN, EventKind.REFUSED, since=start_of(on - EARLIER)).count()


def _files(
    direction: Direction,
    kind: EventKind,
    *,
    since: datetime | None = None,
    until: datetime | None = None,
) -> tuple[FileLine, ...]:
    rows = _rows(direction, kind, since=since, until=until)
    return lines(rows.order_by("pk")[:MOST_FILES])


def _rows(
    direction: Direction,
    kind: EventKind,
    *,
    since: datetime | None = None,
    until: datetime | None = None,
) -> QuerySet[models.File]:
    rows = lifecycle.standing(direction, [kind])
    if since is not None:
        rows = rows.filter(recorded_at__gte=since)
    if until is not None:
        rows = rows.filter(recorded_at__lt=until)
    return rows


def _candidates(on: date, occasion: Occasion, sees: Collection[Field]) -> tuple[CandidateList, ...]:
    """Return the lists as the night found them; new is who was on none in the night before."""
    nights = models.RunPhase.objects.filter(phase=Phase.CANDIDATES.value)
    now = nights.filter(run__night=on).first()
    if now is None:
        return ()
    before = nights.filter(run__night__lt=on).order_by("-run__night").first()
    made = []
    for kind in (*ListKind, *CauseList):
        # A night of an earlier version had fewer lists.
        people = now.figures.get(kind.value, [])
        known = set() if before is None else set(before.figures.get(kind.value, []))
        new = [person for person in people if person not in known]
        hits = named(
            people=new[:MOST_NEW],
            operation="interchange.morning",
            occasion=occasion,
            sees=IN_LISTS & set(sees),
        )
        made.append(
            CandidateList(
                kind=kind,
                count=len(people),
                new=len(new),
                named=tuple(hits[person] for person in new[:MOST_NEW]),
            )
        )
    return tuple(made)
