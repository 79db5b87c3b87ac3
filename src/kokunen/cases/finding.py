"""Cases as the database finds them, without a name: what queues and lists are made of."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any, Final, Literal, cast

from django.db import connection

from kokunen.cases import catalogue
from kokunen.cases.deadlines import Limit, Standing, next_due
from kokunen.cases.domain import MAKES, Channel, StepKind, state_of
from kokunen.dates.tokyo import day_of

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from kokunen.audit.domain import Occasion
    from kokunen.cases import models
    from kokunen.cases.deadlines import Due
    from kokunen.cases.domain import State, Step

Whose = Literal["mine", "team", "all"]
"""Taken last by the member of staff, of the department, or every one."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """A case: where it stands, who holds it, who wrote what stands on the filing.

    ``holder`` took it last, or received it; ``taken_by`` is None while nobody has taken it.
    """

    case: int
    person: int
    standing: Standing
    due: Due | None
    channel: Channel
    branch: str
    last: int
    holder: int
    taken_by: int | None
    maker: int


# One statement: `cases_open` bounds it, and the steps are found through the index of
# `cases_step_once`, read backwards.
_FOUND: Final = """
SELECT c.id, c.person_id, c.branch, last.number, held.staff, held.kind, last.maker,
    c.filing, c.channel, c.received_on, c.event_on,
    made.kind, made.on_day, made.detail ->> 'answer_by', (first.detail -> 'limits')::text
FROM {source}
JOIN cases_step AS first ON first.case_id = c.id AND first.number = 1
JOIN LATERAL (SELECT kind, on_day, detail FROM cases_step WHERE case_id = c.id
    AND kind <> 'taken' ORDER BY number DESC LIMIT 1) AS made ON true
JOIN LATERAL (SELECT staff, kind FROM cases_step WHERE case_id = c.id
    AND kind IN ('taken', 'received') ORDER BY number DESC LIMIT 1) AS held ON true
JOIN LATERAL (SELECT number, maker FROM cases_step WHERE case_id = c.id
    ORDER BY number DESC LIMIT 1) AS last ON true
WHERE {condition}
"""
_SOURCE: Final = "cases_open AS o JOIN cases_case AS c ON c.id = o.case_id"
OPEN: Final[Mapping[Whose, str]] = {
    "mine": _FOUND.format(source=_SOURCE, condition="held.staff = %(staff)s"),
    "team": _FOUND.format(source=_SOURCE, condition="c.department = %(department)s"),
    "all": _FOUND.format(source=_SOURCE, condition="true"),
}
_OF_PERSON: Final = _FOUND.format(source="cases_case AS c", condition="c.person_id = %(person)s")


def found_open(occasion: Occasion, whose: Whose) -> list[Found]:
    """Return the open cases, the earliest deadline first, then by number."""
    given = {"staff": occasion.staff or 0, "department": occasion.department}
    found = _read(OPEN[whose], given, occasion)
    return sorted(found, key=lambda each: (each.due.on if each.due else date.max, each.case))


def of_one(person: int, *, occasion: Occasion) -> list[Found]:
    """Return every case of a person, closed ones too, the newest first."""
    found = _read(_OF_PERSON, {"person": person}, occasion)
    return sorted(found, key=lambda each: each.case, reverse=True)


def standing_of(case: models.Case, steps: Sequence[Step]) -> Standing:
    """Return what the deadlines of a case depend on, from its row and all of its steps."""
    made = next(step for step in reversed(steps) if MAKES[step.kind] is not None)
    says = [day for step in steps if (day := _day(step.detail.get("event_on")))]
    return Standing(
        filing=catalogue.FILINGS[case.filing],
        received_on=case.received_on,
        event_on=says[-1] if says else case.event_on,
        state=state_of(steps),
        since=made.on,
        answer_by=_day(made.detail.get("answer_by")),
        limits=_limits(steps[0].detail.get("limits", ())),
    )


def _read(query: str, given: Mapping[str, Any], occasion: Occasion) -> list[Found]:
    day = day_of(occasion.at)
    with connection.cursor() as cursor:
        cursor.execute(query, given)
        return [_found(row, day) for row in cursor.fetchall()]


def _found(row: tuple[Any, ...], day: date) -> Found:
    case, person, branch, last, holder, held_by, maker, *around = row
    filing, channel, received_on, event_on, kind, since, answer_by, limits = around
    standing = Standing(
        filing=catalogue.FILINGS[filing],
        received_on=received_on,
        event_on=event_on,
        state=cast("State", MAKES[StepKind(kind)]),  # the query leaves out TAKEN
        since=since,
        answer_by=_day(answer_by),
        limits=_limits(json.loads(limits)) if limits else (),
    )
    return Found(
        case=case,
        person=person,
        standing=standing,
        due=next_due(standing, on=day),
        channel=Channel(channel),
        branch=branch,
        last=last,
        holder=holder,
        taken_by=holder if held_by == StepKind.TAKEN else None,
        maker=maker,
    )


def _limits(stated: Sequence[Sequence[str]]) -> tuple[Limit, ...]:
    return tuple(
        Limit(on=date.fromisoformat(day), what=what, article=article)
        for day, what, article in stated
    )


def _day(stated: str | None) -> date | None:
    return date.fromisoformat(stated) if stated else None
