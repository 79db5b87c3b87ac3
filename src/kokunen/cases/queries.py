"""The only reader of cases: frozen values out, and each person shown recorded.

Lists show names (``people.search.named``), the case itself what stands on the filing. Every
function but `next_case` needs the purpose in its occasion.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from typing import TYPE_CHECKING, Any, Final

from django.db import connection, transaction

from kokunen.access.domain import Field
from kokunen.access.openings.queries import standing as opened
from kokunen.audit.operations import record_reads
from kokunen.cases import catalogue, rows
from kokunen.cases.catalogue.kinds import Duty, Filer
from kokunen.cases.deadlines import Due, dues, next_due
from kokunen.cases.domain import Channel, State, StepKind
from kokunen.cases.finding import Found, Whose, found_open, of_one, standing_of
from kokunen.cases.rows import UnableToFindCase
from kokunen.cases.values import Case, CaseLine, Heading, LedgerLine, Queue
from kokunen.dates.tokyo import day_of
from kokunen.people.domain import Hidden, Masked
from kokunen.people.many import keys_of
from kokunen.people.queries import key_of
from kokunen.people.search import named

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping, Sequence
    from datetime import date
    from uuid import UUID

    from kokunen.audit.domain import Occasion
    from kokunen.cases.domain import Step
    from kokunen.cases.values import Stated

__all__ = [
    "Case",
    "CaseLine",
    "Due",
    "LedgerLine",
    "Queue",
    "UnableToFindCase",
    "at_reception",
    "awaiting_result",
    "heading",
    "ledger",
    "next_case",
    "of_person",
    "one",
    "queue",
    "several",
    "to_forward",
]

_SHOWN_BY: Final[Mapping[Duty, Field]] = {
    Duty.ENROLMENT: Field.ENROLMENT,
    Duty.EXEMPTION: Field.EXEMPTION,
    Duty.BENEFIT: Field.CLAIM,
}
_IN_LISTS: Final = frozenset({Field.NAME})
"""What a list shows of a person, and so what the record says of it."""
_WAITING: Final = frozenset({State.INCOMPLETE, State.FORWARDED})
"""States in which somebody else is to act, until the day is past."""


def at_reception(occasion: Occasion) -> Occasion:
    """Return the occasion of what comes in before there is a case."""
    return occasion.because(purpose="reception", reason=occasion.reason)


def heading(case: int) -> Heading:
    """Return which filing a case is and whose, to state a purpose by; shows nothing of a person.

    Raises `UnableToFindCase`.
    """
    of = rows.case(case)
    return Heading(filing=catalogue.FILINGS[of.filing], person_key=key_of(of.person_id))


def one(
    *, case: int, occasion: Occasion, sees: Collection[Field], opening: UUID | None = None
) -> Case:
    """Return a case as the role sees it, and record the read. Raises `UnableToFindCase`.

    What stands on a protected person's filing is ``Masked`` without a standing opening; what the
    role does not see of the duty is ``Hidden``.
    """
    with opened(opening, occasion.staff):
        return several(cases=[case], occasion=occasion, sees=sees)[case]


def several(
    *, cases: Collection[int], occasion: Occasion, sees: Collection[Field]
) -> dict[int, Case]:
    """Return cases as `one` does, within what is open already; each has its line in the record."""
    day, shown = day_of(occasion.at), {}
    with transaction.atomic():
        found, steps = rows.case_each(cases), rows.newest_each(cases)
        says, tested = rows.particulars_each(cases), rows.tested_each(cases)
        people = {of.person_id for of in found.values()}
        keys = keys_of(people.union(person for named in tested.values() for person, _ in named))
        for case in cases:
            of, newest = found[case], steps[case]
            filing = catalogue.FILINGS[of.filing]
            stated: Stated = Hidden()
            if _SHOWN_BY[filing.duty] in sees:
                stated = says.get(case, Masked())
            standing = standing_of(of, newest.steps)
            shown[case] = Case(
                number=case,
                filing=filing,
                person=of.person_id,
                person_key=keys[of.person_id],
                channel=Channel(of.channel),
                branch=of.branch,
                department=of.department,
                filer=Filer(of.filer),
                received_on=of.received_on,
                event_on=standing.event_on,
                recorded_by=of.recorded_by,
                steps=newest.steps,
                state=standing.state,
                particulars=stated,
                tested=tuple((person, keys[person], role) for person, role in tested[case]),
                deadlines=dues(standing, on=day),
                due=next_due(standing, on=day),
                last=newest.steps[-1].number,
                maker=newest.maker,
                facts_made=tuple((kind, row) for kind, row in _newest_of(newest.steps, "rows")),
                lacks=tuple(_newest_of(newest.steps, "lacks")),
            )
        record_reads(
            (
                "cases.one",
                replace(occasion, case=of.number),
                of.person,
                () if isinstance(of.particulars, Masked | Hidden) else (_SHOWN_BY[of.filing.duty],),
            )
            for of in shown.values()
        )
    return shown


def queue(
    *,
    occasion: Occasion,
    sees: Collection[Field],
    whose: Whose,
    states: Collection[State] = (),
    filing: str = "",
    branch: str = "",
    limit: int = 50,
    after: int | None = None,
) -> Queue:
    """Return open cases, the earliest deadline first.

    ``whose``: those the member of staff took last ("mine"), those of the department ("team"), or
    every one. ``after`` is the case that the page before ended with.
    """
    day = day_of(occasion.at)
    with transaction.atomic():
        found = [
            each
            for each in found_open(occasion, whose)
            if filing in ("", each.standing.filing.code) and branch in ("", each.branch)
        ]
        chosen = [each for each in found if not states or each.standing.state in states]
        start = 1 + next((i for i, each in enumerate(chosen) if each.case == after), -1)
        shown = chosen[start : start + limit]
        lines = _lines(shown, operation="cases.queue", occasion=occasion, sees=sees)
    received = min((each.standing.received_on for each in found), default=None)
    return Queue(
        lines=lines,
        oldest=None if received is None else (day - received).days,
        count=Counter(each.standing.state for each in found),
        late=sum(_late(each) for each in chosen),
        today=sum(each.due is not None and each.due.on == day for each in chosen),
        more=len(chosen) - start - len(shown),
    )


def next_case(*, occasion: Occasion, after: int | None) -> int | None:
    """Return the case of the department to work on next, in the order of the queue, or None.

    Left out is what waits for somebody else, until its day is past; what another member of staff
    has taken; and what whoever asks wrote, and may therefore not examine. Shows nothing.
    """
    found = found_open(occasion, "team")
    start = 1 + next((i for i, each in enumerate(found) if each.case == after), -1)
    return next((each.case for each in found[start:] if _workable(each, occasion)), None)


def of_person(*, person: int, occasion: Occasion, sees: Collection[Field]) -> tuple[CaseLine, ...]:
    """Return every case of a person, closed ones too, the newest first."""
    with transaction.atomic():
        found = of_one(person, occasion=occasion)
        return _lines(found, operation="cases.of_person", occasion=occasion, sees=sees)


def to_forward(
    *, occasion: Occasion, sees: Collection[Field], filing: str = "", branch: str = ""
) -> tuple[CaseLine, ...]:
    """Return the department's examined cases, to be forwarded, the earliest deadline first."""
    return _in_state(State.EXAMINED, "cases.to_forward", occasion, sees, filing, branch)


def awaiting_result(
    *, occasion: Occasion, sees: Collection[Field], filing: str = "", branch: str = ""
) -> tuple[CaseLine, ...]:
    """Return the department's forwarded cases; a late one's result is to be asked for."""
    return _in_state(State.FORWARDED, "cases.awaiting_result", occasion, sees, filing, branch)


def ledger(
    *, since: date, until: date, occasion: Occasion, sees: Collection[Field], branch: str = ""
) -> tuple[LedgerLine, ...]:
    """Return the 受付処理簿 of the days ``since`` to ``until``, both included, by number."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(_LEDGER, {"since": since, "until": until, "branch": branch})
        found = cursor.fetchall()
        names = named(
            people=sorted({row[2] for row in found}),
            operation="cases.ledger",
            occasion=occasion,
            sees=_IN_LISTS.intersection(sees),
        )
    return tuple(
        LedgerLine(
            number=number,
            received_on=received_on,
            filing=catalogue.FILINGS[filing],
            person_key=names[person].key,
            name=names[person].name,
            channel=Channel(channel),
            branch=at,
            forwarded_on=forwarded_on,
            outcome=StepKind(outcome).label if outcome else "",
            closed_on=closed_on,
        )
        for number, filing, person, channel, at, received_on, forwarded_on, outcome, closed_on in (
            found
        )
    )


_LEDGER: Final = """
SELECT c.id, c.filing, c.person_id, c.channel, c.branch, c.received_on,
    (SELECT on_day FROM cases_step WHERE case_id = c.id AND kind = 'forwarded'
        ORDER BY number DESC LIMIT 1),
    (SELECT kind FROM cases_step WHERE case_id = c.id
        AND kind IN ('granted', 'refused', 'returned', 'withdrawn') ORDER BY number DESC LIMIT 1),
    CASE WHEN made.kind IN ('closed', 'withdrawn') THEN made.on_day END
FROM cases_case c
JOIN LATERAL (SELECT kind, on_day FROM cases_step WHERE case_id = c.id AND kind <> 'taken'
    ORDER BY number DESC LIMIT 1) AS made ON true
WHERE c.received_on BETWEEN %(since)s AND %(until)s AND %(branch)s IN ('', c.branch)
ORDER BY c.id
"""


def _newest_of(steps: Sequence[Step], key: str) -> list[Any]:
    """Return what the newest step that says so has in its detail."""
    return next((list(step.detail[key]) for step in reversed(steps) if key in step.detail), [])


def _late(found: Found) -> bool:
    return found.due is not None and found.due.late


def _workable(found: Found, occasion: Occasion) -> bool:
    staff = occasion.staff or 0
    if found.taken_by not in (None, staff):
        return False
    if found.standing.state in _WAITING:
        return _late(found)
    return found.standing.state is not State.RECEIVED or found.maker != staff


def _in_state(
    state: State,
    operation: str,
    occasion: Occasion,
    sees: Collection[Field],
    filing: str,
    branch: str,
) -> tuple[CaseLine, ...]:
    with transaction.atomic():
        found = [
            each
            for each in found_open(occasion, "team")
            if each.standing.state is state
            and filing in ("", each.standing.filing.code)
            and branch in ("", each.branch)
        ]
        return _lines(found, operation=operation, occasion=occasion, sees=sees)


def _lines(
    found: Iterable[Found], *, operation: str, occasion: Occasion, sees: Collection[Field]
) -> tuple[CaseLine, ...]:
    shown, day = list(found), day_of(occasion.at)
    people = list(dict.fromkeys(each.person for each in shown))
    names = named(
        people=people, operation=operation, occasion=occasion, sees=_IN_LISTS.intersection(sees)
    )
    return tuple(
        CaseLine(
            case=each.case,
            filing=each.standing.filing,
            person=each.person,
            person_key=names[each.person].key,
            name=names[each.person].name,
            state=each.standing.state,
            channel=each.channel,
            branch=each.branch,
            received_on=each.standing.received_on,
            age=(day - each.standing.received_on).days,
            due=each.due,
            holder=each.holder,
            last=each.last,
        )
        for each in shown
    )
