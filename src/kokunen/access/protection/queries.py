"""Who is covered, which measures want attention, and what is sealed behind an opening."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.core.exceptions import ObjectDoesNotExist
from django.db import connection, transaction

from kokunen.access.domain import Field
from kokunen.access.openings import queries as openings
from kokunen.access.openings.domain import Kind as Sealed
from kokunen.access.openings.operations import refusals_recorded
from kokunen.access.protection import models
from kokunen.access.protection.domain import (
    Evidence,
    Ground,
    Kind,
    Measure,
    Member,
    OtherParty,
    Step,
    Warned,
)
from kokunen.audit.domain import Act
from kokunen.audit.operations import record

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable
    from datetime import date
    from uuid import UUID

    from kokunen.audit.domain import Occasion


@dataclass(frozen=True, slots=True, kw_only=True)
class Reminder:
    """A measure that wants a renewal; ``days`` to its end, negative when it is past."""

    measure: UUID
    person: int
    ground: Ground
    ends: date | None
    days: int | None
    why: Warned
    ending: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Unchecked:
    """A step that waits for a second person."""

    measure: UUID
    person: int
    step: Step


@dataclass(frozen=True, slots=True, kw_only=True)
class NumberChange:
    """A basic pension number and the one it became."""

    old_number: str
    new_number: str
    on: date


@dataclass(frozen=True, slots=True, kw_only=True)
class Behind:
    """What stands behind the seal of one protected person."""

    measures: tuple[Measure, ...]
    other_parties: tuple[OtherParty, ...]
    members: tuple[Member, ...]
    numbers: tuple[NumberChange, ...]


def covers(person: int) -> bool:
    """Whether the person is to be masked: a measure covers them that nobody has ended."""
    return bool(covered([person]))


def covered(people: Collection[int]) -> frozenset[int]:
    """Return who of these people is to be masked."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT p FROM unnest(%s::bigint[]) AS p WHERE protection_covers(p)", [list(people)]
        )
        return frozenset(row[0] for row in cursor.fetchall())


def one(measure: UUID) -> Measure | None:
    """Return a measure with its steps, or None."""
    return next(iter(_measures(models.Measure.objects.filter(id=measure))), None)


def shown(measure: UUID, *, occasion: Occasion) -> Measure | None:
    """Return a measure with its steps to be shown, or None; the read is recorded."""
    with transaction.atomic():
        found = one(measure)
        if found is not None:
            _read("protection.shown", occasion, found.person, {Field.PROTECTION})
    return found


def measure_of(step: UUID) -> UUID | None:
    """Return the measure to which a step belongs, or None."""
    found = models.Step.objects.filter(id=step).values_list("measure_id", flat=True)
    return next(iter(found), None)


def measures(*, person: int, occasion: Occasion) -> tuple[Measure, ...]:
    """Return the measures that a person applied for, and record the read.

    What others applied for on their behalf is sealed, and is found with ``behind`` alone.
    """
    with transaction.atomic():
        found = _measures(models.Measure.objects.filter(person_id=person))
        _read("protection.measures", occasion, person, {Field.PROTECTION})
    return found


def due(*, on: date, occasion: Occasion) -> tuple[Reminder, ...]:
    """Return the measures that want a renewal on a day, the longest past their end first.

    From a month before the end they may be renewed; past it they warn until somebody renews them
    or a second person accepts their end. One entry of the record for each person listed.
    """
    with transaction.atomic():
        ended = models.Step.objects.filter(kind=Kind.ENDED.value, checking__accepted=True)
        open_ones = models.Measure.objects.exclude(id__in=ended.values("measure_id"))
        found = sorted(
            (
                Reminder(
                    measure=one.id,
                    person=one.person,
                    ground=one.ground,
                    ends=one.ends,
                    days=None if one.ends is None else (one.ends - on).days,
                    why=why,
                    ending=one.ending,
                )
                for one in _measures(open_ones)
                if (why := one.warned(on)) is not None
            ),
            key=lambda each: (each.days is not None, each.days or 0, each.person),
        )
        for each in found:
            _read("protection.due", occasion, each.person, {Field.PROTECTION})
    return tuple(found)


def unchecked(*, staff: int, occasion: Occasion) -> tuple[Unchecked, ...]:
    """Return the steps of others that a member of staff may check, oldest first; recorded."""
    with transaction.atomic():
        rows = models.Measure.objects.filter(step__checking=None).distinct()
        found = sorted(
            (
                Unchecked(measure=one.id, person=one.person, step=step)
                for one in _measures(rows)
                for step in one.steps
                if step.accepted is None and step.entered_by != staff
            ),
            key=lambda each: each.step.entered_at,
        )
        for person in sorted({each.person for each in found}):
            _read("protection.unchecked", occasion, person, {Field.PROTECTION})
    return tuple(found)


def behind(*, person: int, opening: UUID | None, occasion: Occasion) -> Behind:
    """Return other parties, members and changed numbers of a protected person, and record it.

    Raises ``UnableToOpen…`` unless the opening stands for this person and this member of staff.
    """
    with (
        refusals_recorded(operation="protection.behind", occasion=occasion, person=person),
        openings.standing(opening, occasion.staff),
    ):
        openings.require(person=person, kind=Sealed.PROTECTED, opening=opening, occasion=occasion)
        joined = models.Member.objects.filter(person_id=person).values_list("measure_id", flat=True)
        found = Behind(
            measures=_measures(
                models.Measure.objects.filter(person_id=person)
                | models.Measure.objects.filter(id__in=list(joined))
            ),
            other_parties=tuple(
                OtherParty(
                    name=row.name,
                    person=row.other_person_id,
                    address=row.address,
                    relation=row.relation,
                )
                for row in models.OtherParty.objects.filter(person_id=person).order_by("id")
            ),
            members=tuple(
                Member(person=row.person_id, relation=row.relation)
                for row in models.Member.objects.filter(applicant_id=person).order_by("person_id")
            ),
            numbers=tuple(
                NumberChange(
                    old_number=row.old_number, new_number=row.new_number, on=row.changed_on
                )
                for row in models.NumberLink.objects.filter(person_id=person).order_by(
                    "changed_on", "recorded_at"
                )
            ),
        )
        shown = {Field.PROTECTION} | ({Field.OLD_NUMBER} if found.numbers else set())
        _read("protection.behind", occasion, person, shown)
    return found


def _read(operation: str, occasion: Occasion, person: int, shown: set[Field]) -> None:
    record(act=Act.READ, operation=operation, occasion=occasion, person=person, shown=sorted(shown))


def _measures(rows: Iterable[models.Measure]) -> tuple[Measure, ...]:
    found = {row.id: row for row in rows}
    steps: dict[UUID, list[Step]] = {measure: [] for measure in found}
    entered = models.Step.objects.select_related("checking").filter(measure_id__in=found)
    for row in entered.order_by("entered_at", "id"):
        steps[row.measure_id].append(_step(row))
    return tuple(
        Measure(
            id=row.id,
            person=row.person_id,
            ground=Ground(row.ground),
            steps=tuple(steps[row.id]),
        )
        for row in found.values()
    )


def _step(row: models.Step) -> Step:
    try:
        checking = row.checking
    except ObjectDoesNotExist:
        checking = None
    return Step(
        id=row.id,
        kind=Kind(row.kind),
        on=row.on_day,
        starts=row.starts,
        ends=row.ends,
        evidence=Evidence(row.evidence),
        evidence_ref=row.evidence_ref,
        entered_by=row.entered_by,
        entered_at=row.entered_at,
        checked_by=None if checking is None else checking.checked_by,
        accepted=None if checking is None else checking.accepted,
    )
