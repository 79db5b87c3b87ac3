"""The only reader of enquiries: the queue with its clock, one enquiry, and how long they waited."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, cast

from django.conf import settings
from django.db import connection, transaction

from kokunen.access.domain import PURPOSES, Field
from kokunen.access.openings.queries import standing
from kokunen.dates.errors import Refusal
from kokunen.dates.tokyo import day_of, start_of
from kokunen.enquiries.domain import (
    HOURS,
    RUNNING,
    TARGETS,
    Answer,
    Enquiry,
    Hours,
    Matter,
    State,
    Step,
    StepKind,
    Urgency,
)
from kokunen.people import search
from kokunen.people.domain import Masked

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence
    from datetime import date, datetime
    from uuid import UUID

    from kokunen.audit.domain import Occasion
    from kokunen.people.search import Hit

_LAST: Final = 2**63 - 1
QUEUE_PURPOSE: Final = "telephone"
"""電話照会: the list is looked at for what used to be asked by telephone."""


class UnableToFindEnquiry(Refusal):
    """There is no such enquiry."""

    code = "no_enquiry"


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One line of the queue. ``waited`` and ``target`` are open minutes."""

    enquiry: Enquiry
    who: Hit
    waited: int
    target: int

    @property
    def late(self) -> bool:
        """Whether the clock runs past the target."""
        return self.enquiry.state in RUNNING and self.waited > self.target


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """One enquiry as it is read: its line, and what was written with each step that has a text."""

    line: Line
    texts: Mapping[int, str | Masked]
    staff: Mapping[int, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Waited:
    """One enquiry that has been answered, for the counts: open minutes, and whether in time."""

    number: int
    branch: str
    urgency: Urgency
    asked_on: date
    minutes: int
    in_time: bool


def targets() -> Mapping[Urgency, int]:
    """Return the targets in open minutes; the site's KOKUNEN_ENQUIRY_TARGETS goes first."""
    return cast("Mapping[Urgency, int]", getattr(settings, "KOKUNEN_ENQUIRY_TARGETS", TARGETS))


def hours() -> Hours:
    """Return when the office is open; the site's KOKUNEN_OFFICE_HOURS goes first."""
    return cast("Hours", getattr(settings, "KOKUNEN_OFFICE_HOURS", HOURS))


def queue(
    *,
    occasion: Occasion,
    sees: Collection[Field],
    asked_by: int | None = None,
    limit: int = 100,
) -> tuple[Line, ...]:
    """Return the enquiries that wait, oldest first; each person named has a line in the record.

    With ``asked_by`` (access_staff.id) those of one asker instead, answers not yet read among them.
    """
    states = RUNNING if asked_by is None else RUNNING | {State.ANSWERED}
    found = [each for each in _open(asked_by) if each.state in states][:limit]
    with transaction.atomic():
        people = search.named(
            people={each.person for each in found},
            operation="enquiries.queue",
            occasion=occasion.because(purpose=QUEUE_PURPOSE, reason="本庁への照会の一覧"),
            sees=sees,
        )
    return tuple(_line(each, people[each.person], occasion) for each in found)


def waiting_count() -> int:
    """Return how many enquiries nobody has taken; names nobody."""
    return sum(each.state is State.WAITING for each in _open(None))


def one(
    *, enquiry: int, occasion: Occasion, sees: Collection[Field], opening: UUID | None = None
) -> Shown:
    """Return one enquiry with what was written; the read is recorded, for the asker's purpose.

    Texts about a person under a protection measure are Masked without a standing ``opening`` of
    that person. Raises `UnableToFindEnquiry`.
    """
    found = held(enquiry)
    acting = purpose_of(found, occasion)
    with transaction.atomic(), standing(opening, occasion.staff):
        people = search.named(
            people=[found.person], operation="enquiries.one", occasion=acting, sees=sees
        )
        texts = _texts(found)
    return Shown(
        line=_line(found, people[found.person], occasion),
        texts=texts,
        staff=_names({each.staff for each in found.steps}),
    )


def held(enquiry: int) -> Enquiry:
    """Return one enquiry without its texts; records nothing. Raises `UnableToFindEnquiry`."""
    found = _enquiries("e.id = %s", [enquiry]) if 0 < enquiry <= _LAST else []
    if not found:
        raise UnableToFindEnquiry(
            "その番号の照会はありません。", fix="照会の一覧から選び直してください。"
        )
    return found[0]


def clock(*, enquiry: int, occasion: Occasion) -> tuple[Enquiry, int, int]:
    """Return (the enquiry, minutes waited, target): what a page may ask for again and again.

    Shows nothing of the person and records nothing. Raises `UnableToFindEnquiry`.
    """
    found = held(enquiry)
    return (
        found,
        found.waited(at=occasion.at, hours=hours()),
        targets()[found.urgency],
    )


def waited(*, since: date, until: date) -> tuple[Waited, ...]:
    """Return the enquiries asked from a day to before another that were answered; names nobody."""
    found = _enquiries(
        "EXISTS (SELECT FROM enquiries_step q WHERE q.enquiry_id = e.id AND q.number = 1"
        " AND q.at >= %s AND q.at < %s)",
        [start_of(since), start_of(until)],
    )
    wanted = targets()
    lines = []
    for each in found:
        answered = next((step for step in each.steps if step.kind is StepKind.ANSWERED), None)
        if answered is None:
            continue
        minutes = each.waited(at=answered.at, hours=hours())
        lines.append(
            Waited(
                number=each.number,
                branch=each.branch,
                urgency=each.urgency,
                asked_on=day_of(each.steps[0].at),
                minutes=minutes,
                in_time=minutes <= wanted[each.urgency],
            )
        )
    return tuple(lines)


def purpose_of(enquiry: Enquiry, occasion: Occasion) -> Occasion:
    """Return the occasion for the purpose that the asker stated."""
    return occasion.because(
        purpose=enquiry.purpose,
        reason=f"照会{enquiry.number}({PURPOSES.get(enquiry.purpose, enquiry.purpose)})",
        case=enquiry.case,
    )


def _line(enquiry: Enquiry, who: Hit, occasion: Occasion) -> Line:
    return Line(
        enquiry=enquiry,
        who=who,
        waited=enquiry.waited(at=occasion.at, hours=hours()),
        target=targets()[enquiry.urgency],
    )


_OVER: Final = (
    "NOT EXISTS (SELECT FROM enquiries_step o WHERE o.enquiry_id = e.id"
    " AND o.kind IN ('read', 'withdrawn'))"
)
_SELECT: Final = """
SELECT e.id, e.person_id, p.key, e.branch, e.matter, e.urgency, e.purpose, e.case_id,
    s.number, s.kind, s.at, s.staff, s.answer
FROM enquiries_enquiry e
JOIN people_person p ON p.id = e.person_id
JOIN enquiries_step s ON s.enquiry_id = e.id
WHERE {0}
ORDER BY e.id, s.number
"""


def _open(asked_by: int | None) -> list[Enquiry]:
    if asked_by is None:
        return _enquiries(_OVER, [])
    return _enquiries(f"{_OVER} AND e.asked_by = %s", [asked_by])


def _enquiries(where: str, given: Sequence[int | datetime]) -> list[Enquiry]:
    """Return the enquiries, the oldest question first."""
    steps: dict[int, list[Step]] = defaultdict(list)
    heads: dict[int, tuple[Any, ...]] = {}
    with connection.cursor() as cursor:
        cursor.execute(_SELECT.format(where), given)
        for row in cursor.fetchall():
            heads[row[0]] = row[:8]
            number, kind, at, staff, answer = row[8:]
            steps[row[0]].append(
                Step(
                    number=number,
                    kind=StepKind(kind),
                    at=at,
                    staff=staff,
                    answer=Answer(answer) if answer else None,
                )
            )
    found = [
        Enquiry(
            number=number,
            person=person,
            person_key=key,
            branch=branch,
            matter=Matter(matter),
            urgency=Urgency(urgency),
            purpose=purpose,
            case=case,
            steps=tuple(steps[number]),
        )
        for number, person, key, branch, matter, urgency, purpose, case in heads.values()
    ]
    return sorted(found, key=lambda each: (each.steps[0].at, each.number))


def _texts(enquiry: Enquiry) -> dict[int, str | Masked]:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT protection_covers(%s) AND NOT openings_stand(%s, 'protected')",
            [enquiry.person, enquiry.person],
        )
        (sealed,) = cursor.fetchone()
        if sealed:
            # Whether a step has a text is sealed with it.
            return {each.number: Masked() for each in enquiry.steps}
        cursor.execute(
            "SELECT s.number, t.text FROM enquiries_text t"
            " JOIN enquiries_step s ON s.id = t.step_id WHERE s.enquiry_id = %s",
            [enquiry.number],
        )
        return dict(cursor.fetchall())


def _names(staff: Collection[int]) -> dict[int, str]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT id, name FROM access_staff WHERE id = ANY(%s)", [list(staff)])
        return dict(cursor.fetchall())
