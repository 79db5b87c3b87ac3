"""A night: what came is taken in, what waited is tried again, candidates are found, files made.

Each part can be killed anywhere and is gone on with by the next start; a part that came to its end
has a row of its own (`models.RunPhase`) and is not done again in the same night.
"""

from __future__ import annotations

import traceback
from collections import Counter
from dataclasses import dataclass, replace
from functools import partial
from itertools import count
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from django.conf import settings
from django.db import transaction
from django.db.models import Count, F

from kokunen.access.domain import Kind
from kokunen.access.models import Department
from kokunen.dates.errors import Refusal
from kokunen.dates.tokyo import day_of
from kokunen.enrolment.candidates import ListKind, candidates
from kokunen.interchange import folders, lifecycle, models, registry
from kokunen.interchange import layout as layouts
from kokunen.interchange.domain import (
    Direction,
    EventKind,
    Phase,
    UnableToHandleFile,
    UnableToReceiveFile,
)
from kokunen.interchange.inbox import ledger, operations, turns
from kokunen.interchange.inbox.again import held_records
from kokunen.interchange.inbox.keeping import UnableToTakeYet, tidy
from kokunen.interchange.inbox.listing import title
from kokunen.interchange.outbox import making
from kokunen.interchange.receivers import online_attachments
from kokunen.interchange.receivers.welfare_waiting import CauseList, waiting

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from datetime import date, datetime

    from kokunen.audit.domain import Occasion

ORDER: Final = (
    "resident_changes",
    "welfare_status",
    "disability_benefits",
    "tax_answer",
    "tax_renewal",
    "online_applications",
    "agency_results",
    "agency_insured",
    "agency_pensioners",
    "agency_support_benefit",
    "personnel",
)
"""In which the layouts are taken in: who the people are first, what is said of them after."""


class UnableToRunNight(Refusal):
    """A night is under way already, the office is not set up, or a part stopped."""

    code = "night"


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """How far a part is: ``what`` it works at, how many more are ``done``, of ``total``.

    ``total`` is None where it is not known how many there are.
    """

    phase: Phase
    what: str
    done: int = 0
    total: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Night:
    """A night that came to its end, with the figures of its parts."""

    night: date
    figures: Mapping[Phase, Mapping[str, Any]]


def department() -> str:
    """Return the code of the department for which programs act.

    The only one for 国民年金; of several, the one that ``office.json`` names as ``department``.
    Raises `UnableToRunNight`.
    """
    rows = dict(Department.objects.filter(kind=Kind.PENSION).values_list("code", "name"))
    said = settings.KOKUNEN_OFFICE.get("department", "")
    of = list(rows) if len(rows) == 1 else [code for code, name in rows.items() if said == name]
    if len(of) != 1:
        raise UnableToRunNight(
            "国民年金の所属が決まらないため、案件をどこに置くか分かりません"
            f"(登録されている国民年金の所属: {len(rows)}件)。",
            fix="kokunen staff department で所属を登録し、複数あるときは"
            " office.json の department にその名称を書いてください。",
            field="department",
        )
    return of[0]


def run(
    *,
    night: date,
    occasion: Occasion,
    tell: Callable[[Told], None] = lambda _: None,
) -> Night:
    """Do the parts of a night that are not done yet, in their order.

    ``night`` is the day whose night it is: candidates and files are those of that day. A part that
    stops leaves what it did; the next start goes on. Raises `UnableToRunNight`: another start is
    under way, the department is not known, or the file of a layout could not be applied to its end.
    """
    busy = UnableToHandleFile(
        "夜間処理は、もう動いています。",
        fix="動いている処理が終わるのを待ってください。",
    )
    acting = replace(occasion, department=department())
    try:
        with ledger.alone("interchange_night", busy=busy):
            return _run(night, acting, tell)
    except UnableToHandleFile as refusal:
        if refusal is busy:
            raise UnableToRunNight(busy.message, fix=busy.fix) from refusal
        raise


def _run(night: date, occasion: Occasion, tell: Callable[[Told], None]) -> Night:
    of, _ = models.Run.objects.get_or_create(
        night=night,
        defaults={
            "started_at": occasion.at,
            "started_by": occasion.staff or lifecycle.PROGRAM,
        },
    )
    inside = occasion.because(purpose="correction", reason="夜間処理")
    done = _done(of)
    if Phase.IN not in done:
        _take_in(inside, tell)
        _close(of, Phase.IN, inside, _came(of.started_at))
    if Phase.EFFECTS not in done:
        told = partial(_advance, tell, Phase.EFFECTS, Phase.EFFECTS.label)
        operations.retry_held(occasion=inside, tell=told)
        _close(of, Phase.EFFECTS, inside, _tried(of.started_at))
    if Phase.CANDIDATES not in done:
        with transaction.atomic():
            _close(of, Phase.CANDIDATES, inside, _listed(night, inside, tell))
    if Phase.OUT not in done:
        tell(Told(phase=Phase.OUT, what=Phase.OUT.label))
        making.collect(on=night, occasion=inside)
        _close(of, Phase.OUT, inside, _made(of.started_at))
    tidy(at=occasion.at)
    online_attachments.tidy()
    return Night(night=night, figures=_done(of))


def _done(of: models.Run) -> dict[Phase, Mapping[str, Any]]:
    rows = models.RunPhase.objects.filter(run=of).values_list("phase", "figures")
    return {Phase(phase): figures for phase, figures in rows}


def _close(of: models.Run, phase: Phase, occasion: Occasion, figures: Mapping[str, Any]) -> None:
    models.RunPhase.objects.create(run=of, phase=phase.value, at=occasion.at, figures=figures)


def _take_in(occasion: Occasion, tell: Callable[[Told], None]) -> None:
    """Take and apply everything; a layout that stops does not keep the others from coming in."""
    stopped: list[tuple[str, Exception]] = []
    known = registry.every()
    for code in sorted(known, key=lambda code: (_place(code), code)):
        try:
            _receive_all(code, occasion)
            _apply_all(code, occasion, tell)
        except Exception as error:  # noqa: BLE001 - told at the end; the others go on
            stopped.append((code, error))
    if stopped:
        code, first = stopped[0]
        why = first.message if isinstance(first, Refusal) else _where(first)
        others = f"(ほか{len(stopped) - 1}様式)" if len(stopped) > 1 else ""
        raise UnableToRunNight(
            f"「{title(code)}」の反映が途中で止まりました: {why}{others}",
            fix="原因を除いてから kokunen nightly をもう一度実行してください。続きから始まります。",
        ) from first


def _where(error: Exception) -> str:
    """Say which exception fell where; its words may hold what stands in a record."""
    frame = traceback.extract_tb(error.__traceback__)[-1]
    return f"{type(error).__name__} ({Path(frame.filename).name} {frame.lineno}行)"


def _place(layout: str) -> int:
    return ORDER.index(layout) if layout in ORDER else len(ORDER)


def _receive_all(layout: str, occasion: Occasion) -> None:
    for path in _in_order(layout, occasion.at):
        try:
            operations.receive(layout=layout, path=path, occasion=occasion)
        except UnableToReceiveFile:
            _put_away(path, layout)
        except UnableToTakeYet:
            continue  # the next night finds it whole
        else:
            path.unlink()


def _in_order(layout: str, at: datetime) -> list[Path]:
    """Return the files that wait in the folder: by 通番 where they are numbered, then by name."""
    of = layouts.layout(layout, day_of(at))
    waiting = folders.waiting(layout)
    if not of.sequence:
        return list(waiting)
    return sorted(waiting, key=lambda path: (turns.number_of(path, of), path.name))


def _put_away(path: Path, layout: str) -> None:
    """Move a refused file out of the way, under a name that no other one has."""
    folder = folders.refused(layout)
    for number in count(1):
        target = folder / (path.name if number == 1 else f"{path.name}.{number}")
        if not target.exists():
            path.replace(target)
            return


def _apply_all(layout: str, occasion: Occasion, tell: Callable[[Told], None]) -> None:
    rows = lifecycle.standing(Direction.IN, [EventKind.ARRIVED]).filter(layout=layout)
    for file in rows.order_by(F("sequence").asc(nulls_first=True), "pk"):
        what = f"{title(layout)} {file.name}"
        tell(Told(phase=Phase.IN, what=what, total=file.records))
        operations.apply(
            file=file.pk,
            occasion=occasion,
            tell=partial(_advance, tell, Phase.IN, what),
        )


def _advance(tell: Callable[[Told], None], phase: Phase, what: str, done: int) -> None:
    tell(Told(phase=phase, what=what, done=done))


def _came(since: datetime) -> dict[str, Any]:
    """Count the files and records of the night, whichever of its starts they came in."""
    events = models.Event.objects.filter(file__direction=Direction.IN.value, at__gte=since)
    files = {
        kind.value: events.filter(kind=kind.value).count()
        for kind in (EventKind.APPLIED, EventKind.REFUSED, EventKind.WAITING)
    }
    rows = models.Record.objects.filter(
        file__in=events.values("file"), attempt=1, at__gte=since
    ).values("outcome")
    records = dict(rows.annotate(number=Count("id")).values_list("outcome", "number"))
    unclaimed = len(folders.unclaimed(registry.every()))
    return {"files": files, "records": records, "unclaimed": unclaimed}


def _tried(since: datetime) -> dict[str, Any]:
    rows = models.Record.objects.filter(attempt__gt=1, at__gte=since).values("outcome")
    changed = dict(rows.annotate(number=Count("id")).values_list("outcome", "number"))
    return {"records": changed, "held": len(held_records())}


def _listed(night: date, occasion: Occasion, tell: Callable[[Told], None]) -> dict[str, list[int]]:
    """Return who is on each list (宛名番号), so that the next night knows who is new."""
    found = {}
    for kind in ListKind:
        tell(Told(phase=Phase.CANDIDATES, what=kind.label))
        people = candidates(kind=kind, on=night, occasion=occasion, sees=frozenset())
        found[kind.value] = [each.person for each in people]
    tell(Told(phase=Phase.CANDIDATES, what=CauseList.STATUTORY.label))
    unreported = waiting(on=night, occasion=occasion, sees=frozenset())
    return found | {CauseList.STATUTORY.value: [each.person for each in unreported]}


def _made(since: datetime) -> dict[str, Any]:
    rows = models.File.objects.filter(direction=Direction.OUT.value, recorded_at__gte=since)
    return dict(Counter(rows.values_list("layout", flat=True)))
