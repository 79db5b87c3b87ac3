"""Check a year that was lived: every timeline lawful, no case lost, the statistics true.

What is looked at here comes from the rows of the database, read as its owner, and not from what the
year remembers of itself. Every `Failure` names a case or a person's key.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from kokunen.access.domain import Field
from kokunen.cases.domain import MAKES, OVER, State, StepKind
from kokunen.demo import recount
from kokunen.demo.desk import by_program, request
from kokunen.demo.living import Failure
from kokunen.demo.script import Move
from kokunen.enrolment import timeline
from kokunen.people import queries as people

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import date, datetime

    from kokunen.demo.load import Connection
    from kokunen.demo.year import Filed, Plan

_NOT_EXAMINED: Final = frozenset(
    {State.RECEIVED, State.INCOMPLETE, State.SENT_BACK, State.RETURNED}
)
_MENDED: Final = frozenset({"after_death", "after_60", "after_65", "abroad", "uninsured"})
"""What the register says too long, or not yet, until a filing is examined."""
_KINDS: Final = ("identity", "register", "foreign", "enrolment", "additional", "exemption")


@dataclass(frozen=True, slots=True)
class Found:
    """A case as its rows have it: number, person, and its steps with their days."""

    number: int
    person: int
    steps: tuple[tuple[StepKind, date], ...]

    @property
    def state(self) -> State:
        """Where the case stands."""
        made = [MAKES[kind] for kind, _ in self.steps]
        return next(state for state in reversed(made) if state is not None)


@dataclass(frozen=True, slots=True)
class Reckoning:
    """What was found: cases in all and open, and everything that is wrong."""

    cases: int
    open: int
    failures: tuple[Failure, ...]


def reckon(connection: Connection, plan: Plan, *, story: str, at: datetime) -> Reckoning:
    """Check the year that was lived. ``connection`` is the owner's, ``at`` the end of the year."""
    found = _cases(connection)
    faults = [*_lost(found, plan, story), *_timelines(found, plan, at)]
    faults += [
        Failure("統計", what) for what in recount.differences(connection, year=plan.year, at=at)
    ]
    still = [each for cases in found.values() for each in cases if each.state not in OVER]
    return Reckoning(sum(map(len, found.values())), len(still), tuple(faults))


def _cases(connection: Connection) -> dict[str, list[Found]]:
    """Return every case by the request that made it."""
    rows = connection.execute(
        "SELECT c.request_id::text, c.id, c.person_id,"
        " array_agg(s.kind ORDER BY s.number) FILTER (WHERE s.id IS NOT NULL),"
        " array_agg(s.on_day ORDER BY s.number) FILTER (WHERE s.id IS NOT NULL)"
        " FROM cases_case c LEFT JOIN cases_step s ON s.case_id = c.id GROUP BY c.id"
    ).fetchall()
    connection.commit()
    found: dict[str, list[Found]] = {}
    for key, number, person, kinds, days in rows:
        steps = tuple(zip(map(StepKind, kinds or ()), days or (), strict=True))
        found.setdefault(key, []).append(Found(number, person, steps))
    return found


def _lost(found: dict[str, list[Found]], plan: Plan, story: str) -> Iterator[Failure]:
    """Every filing has one case of its own, which is over, or waits for what is still to come."""
    planned = {str(request(story, each.key, 1)): each for each in plan.filings}
    for key, filed in planned.items():
        cases = found.get(key, [])
        if len(cases) != 1:
            yield Failure(f"届出 {filed.key} {filed.filing}", f"案件が{len(cases)}件ある")
        for case in cases:
            yield from _unfinished(case, filed, plan)
    for key, cases in found.items():
        if key not in planned:
            for case in cases:
                yield Failure(f"案件 {case.number}", "計画にない案件")


def _unfinished(case: Found, filed: Filed, plan: Plan) -> Iterator[Failure]:
    due = [move for move in filed.moves if move.on <= plan.last]
    if not case.steps or case.steps[0] != (StepKind.RECEIVED, filed.on):
        yield Failure(f"案件 {case.number}", f"{filed.filing}: {filed.on}の受付の記録がない")
        return
    taken = [Move(kind, on) for kind, on in case.steps[1:]]
    if taken != due:
        missing = f"年度末までの{len(due)}の処理のうち{len(taken)}しかない"
        wrong = missing if taken == due[: len(taken)] else "計画と違う処理がある"
        yield Failure(f"案件 {case.number}", f"{filed.filing}: {wrong}")
    elif case.state not in OVER and len(due) == len(filed.moves):
        yield Failure(f"案件 {case.number}", f"待つ理由がないのに「{case.state.label}」のまま")


def _timelines(found: dict[str, list[Found]], plan: Plan, at: datetime) -> Iterator[Failure]:
    """No timeline breaks a rule, but one that a case which waits to be examined will mend."""
    waiting = {
        case.person for cases in found.values() for case in cases if case.state in _NOT_EXAMINED
    }
    occasion = by_program(at)
    for person in sorted(plan.touched):
        facts = people.facts(
            person=person,
            kinds=_KINDS,
            operation="demo.reckon",
            occasion=occasion,
            sees=frozenset(Field),
        )
        for fault in timeline.faults(facts, on=plan.last):
            if person in waiting and fault.code in _MENDED:
                continue
            key = people.key_of(person)
            yield Failure(f"人 {key}", f"{fault.code} {fault.on} ({fault.article})")
