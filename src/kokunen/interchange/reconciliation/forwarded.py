"""The cases that a result may belong to, loaded for many results in one statement."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any, Final

from django.db import connection

from kokunen.cases import rows
from kokunen.cases.domain import MAKES, OPEN_TO, StepKind, state_of
from kokunen.interchange.reconciliation.matching import Forwarded

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from kokunen.interchange.reconciliation.matching import Answer

# People by number, birth date, name (former ones, too) or a case; a number that was replaced is no
# key, so that the number before a change for secrecy finds nobody. Of theirs: what waits for an
# answer, and what is over where the day or the case agrees.
_FOUND: Final = """
WITH wanted AS (
    SELECT person_id FROM people_search_key WHERE kind = 'basic_number' AND key = ANY(%(numbers)s)
    UNION
    SELECT person_id FROM people_search_key WHERE kind = 'birth_date' AND key = ANY(%(births)s)
    UNION
    SELECT person_id FROM people_search_key
        WHERE kind IN ('name', 'kana', 'alias', 'alias_kana', 'latin') AND key = ANY(%(names)s)
    UNION
    SELECT person_id FROM cases_case WHERE id = ANY(%(cases)s)
)
SELECT c.id, c.person_id, c.filing, c.received_on, c.branch, sent.on_day, made.kind, keys.kinds,
    keys.keys
FROM wanted
JOIN cases_case AS c ON c.person_id = wanted.person_id
JOIN LATERAL (SELECT on_day FROM cases_step WHERE case_id = c.id AND kind = 'forwarded'
    ORDER BY number DESC LIMIT 1) AS sent ON true
JOIN LATERAL (SELECT kind FROM cases_step WHERE case_id = c.id AND kind <> 'taken'
    ORDER BY number DESC LIMIT 1) AS made ON true
JOIN LATERAL (SELECT array_agg(kind) AS kinds, array_agg(key) AS keys FROM people_search_key
    WHERE person_id = c.person_id AND kind IN ('name', 'kana', 'alias', 'alias_kana', 'latin',
        'basic_number', 'birth_date')) AS keys ON true
WHERE made.kind IN ('forwarded', 'granted', 'refused') OR c.received_on = ANY(%(days)s)
    OR c.id = ANY(%(cases)s)
"""
_NAMES: Final = ("name", "alias", "latin")
_KANAS: Final = ("kana", "alias_kana")


class Cases:
    """Forwarded cases by what can make one a candidate; steps taken meanwhile are told it."""

    def __init__(self, found: Iterable[Forwarded]) -> None:
        self._cases = {each.case: each for each in found}
        self._by: dict[object, set[int]] = {}
        for each in self._cases.values():
            marks = {each.case, each.basic_number, each.birth_date, *each.names, *each.kanas}
            for mark in marks - {"", None}:
                self._by.setdefault(mark, set()).add(each.case)

    def near(self, answer: Answer) -> list[Forwarded]:
        """Return the cases with which a result has more in common than a kind and a day."""
        marks = {answer.case, answer.basic_number, answer.birth_date, *answer.names, *answer.kanas}
        found: set[int] = set()
        for mark in marks - {"", None}:
            found |= self._by.get(mark, set())
        return [self._cases[case] for case in found]

    def __getitem__(self, case: int) -> Forwarded:
        return self._cases[case]

    def put(self, case: Forwarded) -> None:
        """Let a case stand as it is after a step."""
        self._cases[case.case] = case


def load(answers: Sequence[Answer]) -> Cases:
    """Return the cases that any of the results may belong to."""
    given: dict[str, Any] = {
        "numbers": [each.basic_number for each in answers if each.basic_number],
        "births": [each.birth_date.isoformat() for each in answers if each.birth_date],
        "names": sorted({key for each in answers for key in each.names | each.kanas}),
        "cases": [each.case for each in answers if each.case],
        "days": [each.received_on for each in answers if each.received_on],
    }
    with connection.cursor() as cursor:
        cursor.execute(_FOUND, given)
        return Cases(_forwarded(row) for row in cursor.fetchall())


def one(case: int) -> Forwarded:
    """Return one case as a person chose it, forwarded or not. Raises ``UnableToFindCase``."""
    of, steps = rows.case(case), rows.newest(case).steps
    sent = next((step.on for step in reversed(steps) if step.kind is StepKind.FORWARDED), None)
    return Forwarded(
        case=case,
        person=of.person_id,
        filing=of.filing,
        received_on=of.received_on,
        forwarded_on=sent or of.received_on,
        awaits=StepKind.GRANTED in OPEN_TO[state_of(steps)],
    )


def _forwarded(row: tuple[Any, ...]) -> Forwarded:
    case, person, filing, received_on, branch, sent, made, kinds, keys = row
    known: dict[str, set[str]] = {}
    for kind, key in zip(kinds or (), keys or (), strict=True):
        known.setdefault(kind, set()).add(key)
    born = "".join(known.get("birth_date", ()))
    return Forwarded(
        case=case,
        person=person,
        filing=filing,
        received_on=received_on,
        forwarded_on=sent,
        awaits=_awaits(StepKind(made)),
        branch=branch,
        basic_number="".join(known.get("basic_number", ())),
        names=_united(known, _NAMES),
        kanas=_united(known, _KANAS),
        birth_date=date.fromisoformat(born) if born else None,
    )


def _united(known: Mapping[str, set[str]], kinds: Iterable[str]) -> frozenset[str]:
    return frozenset().union(*(known.get(kind, set()) for kind in kinds))


def _awaits(made: StepKind) -> bool:
    """Tell whether an answer may follow in the state that this step made."""
    state = MAKES[made]
    return state is not None and StepKind.GRANTED in OPEN_TO[state]
