"""The causes of an exemption by law, as the lines of their notices know them (法89条1項).

The register keeps the cause on which an exemption rests, the one that came first. Of another one,
and of a cause of somebody who is not in category 1, the lines are what is known: each line of a
notice notes the day from which, or until which, the cause stands.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING, Final

from kokunen.exemption.changes import STATUTORY_CAUSES
from kokunen.exemption.unreported import Told
from kokunen.interchange import models
from kokunen.interchange.domain import Effect, RecordOutcome

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from django.db.models import QuerySet

    from kokunen.interchange.receivers.welfare_notices import Notice

CORRECTS: Final = "corrects"
"""The kind under which the line of a correction names the first line of what it corrects."""
CANCELS: Final = "cancels"
"""The same of a cancellation, whatever became of the case."""
BEGINS: Final = "begins"
"""The kind under which a line notes the day on which a cause begins, as the number yyyymmdd."""
ENDS: Final = "ends"
"""The same of the day on which it ends."""
CAUSES: Final = {
    "welfare_status": "livelihood_assistance",
    "disability_benefits": "disability_grade_1_2",
}
"""The cause that each layout tells of."""
EFFECTIVE: Final = (RecordOutcome.APPLIED.value, RecordOutcome.NOTHING.value)
"""Outcomes of a notice that had its effect."""

_BESIDE: Final = "second_cause"
"""The code of a notice of a cause beside the one that an exemption rests on."""
_NOT_THIS: Final = "other_cause"
"""The code of the end of a cause that the exemption does not rest on."""
_REMAINS: Final = "cause_remains"
"""The code of the end of the cause that it rests on, while there is another."""


def told(*, cause: str, own: str, begins: bool, person: int, layout: str) -> Effect | None:
    """Return what a notice is to an exemption that lasts, or None: it ends it.

    ``cause`` is what the register says the exemption rests on, ``own`` what the notice of a
    ``layout`` tells of, both in the words of the filing.
    """
    other = cause in STATUTORY_CAUSES.values() and cause != own
    if begins:
        return Effect(
            outcome=RecordOutcome.NOTHING,
            code=_BESIDE if other else "already_statutory",
            says=f"別の理由({cause})による法定免除の記録が続いています。"
            if other
            else "すでに法定免除の記録が続いています。",
        )
    elsewhere = models.Record.objects.filter(person=person).exclude(layout=layout)
    if other and not _is_over(elsewhere):
        return Effect(
            outcome=RecordOutcome.NOTHING,
            code=_NOT_THIS,
            says=f"法定免除の記録は別の理由({cause})によるもので、この通知では終わりません(法89条1項)。",
        )
    last = elsewhere.filter(code__in=(_BESIDE, _NOT_THIS)).order_by("-id").first()
    if other or last is None or last.code == _NOT_THIS:
        return None
    return Effect(
        outcome=RecordOutcome.HELD,
        code=_REMAINS,
        says="法定免除の別の理由の通知も届いています。その理由が続く間、免除は終わりません(法89条1項)。",
        fix="別の理由が続いていれば、この通知を取止めにしてください。なくなっていれば、"
        "免除理由消滅届を職権で受け付けてから、取止めにしてください。",
    )


def _is_over(elsewhere: QuerySet[models.Record]) -> bool:
    """Tell whether a clerk left the end of the first cause without effect: another one remained."""
    ended = elsewhere.filter(code=_REMAINS).order_by("-id").first()
    return (
        ended is not None
        and models.Record.objects.filter(
            file=ended.file_id, number=ended.number, outcome=RecordOutcome.SET_ASIDE.value
        ).exists()
    )


def first_line(layout: str, number: str | None) -> models.Record | None:
    """Return the line of a notice by its number; of a correction, that of its own first one."""
    lines = models.Record.objects.filter(layout=layout)
    named = (
        lines.filter(notice=number)
        .exclude(outcome=RecordOutcome.REPEATED.value)
        .order_by("-id")
        .first()
        if number
        else None
    )
    root = None if named is None else dict(named.rows).get(CORRECTS)
    return named if root is None else lines.get(pk=root)


def corrections(first: models.Record) -> QuerySet[models.Record]:
    """Return the lines of the corrections of a notice that had their effect."""
    return models.Record.objects.filter(
        layout=first.layout,
        outcome__in=EFFECTIVE,
        rows__contains=[[CORRECTS, first.pk]],
    )


def noted(effect: Effect, notice: Notice, action: str) -> Effect:
    """Return the effect with a note of the day that the notice told of.

    A beginning counts once it had its effect; an end does at once: that a cause is gone is true
    even where what follows from it waits for a clerk. What a correction says is noted when it is
    known which notice it corrects.
    """
    known = action == "new" or CORRECTS in dict(effect.rows)
    had_effect = effect.outcome.value in EFFECTIVE
    if notice.nothing or not known or (notice.begins and not had_effect):
        return effect
    day = (BEGINS if notice.begins else ENDS, int(f"{notice.on:%Y%m%d}"))
    return replace(effect, rows=(*effect.rows, day))


def day_of(noted: int) -> date:
    """Return the day of a note."""
    return date.fromisoformat(str(noted))


def told_of() -> Mapping[int, Sequence[Told]]:
    """Return what the notices that stand tell of, by person (宛名番号), in the order they came.

    A correction stands in the place of what it corrects, a cancellation leaves nothing there.
    """
    # By way of their files, which are few: the ledger has no index of layouts.
    lines = (
        models.Record.objects.filter(file__layout__in=CAUSES)
        .exclude(outcome=RecordOutcome.REPEATED.value)
        .order_by("pk")
    )
    record_of: dict[int, tuple[int, int]] = {}
    standing: dict[tuple[int, int], tuple[int | None, Told | None]] = {}
    for pk, file, number, layout, person, case, rows in lines.values_list(
        "pk", "file", "number", "layout", "person", "case", "rows"
    ):
        notes = dict(rows)
        first = notes.get(CORRECTS) or notes.get(CANCELS)
        record = record_of[pk] = (file, number) if first is None else record_of[first]
        if notes:
            standing[record] = (person, _told(layout, notes, f"連携{file}-{number}", case))
    found: defaultdict[int, list[Told]] = defaultdict(list)
    for about, told in standing.values():
        if about is not None and told is not None:
            found[about].append(told)
    return found


def _told(layout: str, notes: Mapping[str, int], source: str, case: int | None) -> Told | None:
    kind = next((kind for kind in (BEGINS, ENDS) if kind in notes), None)
    if kind is None:
        return None
    return Told(
        cause=CAUSES[layout],
        begins=kind == BEGINS,
        on=day_of(notes[kind]),
        source=source,
        has_case=case is not None,
    )
