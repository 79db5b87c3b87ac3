"""What must hold after a run: every confirmed write is there once, with one line of the record."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from datetime import datetime
    from uuid import UUID

    from tests.crash.office import Office

_WRITES: Final = """
SELECT e.request_id,
    (SELECT count(*) FROM people_name n WHERE n.entry_id = e.request_id),
    (SELECT count(*) FROM audit_entry a
     WHERE a.act = 'write' AND a.operation = e.operation AND a.person = e.person_id
        AND a.at >= %(since)s AND EXISTS (
            SELECT FROM people_name n, jsonb_array_elements(a.changes) c
            WHERE n.entry_id = e.request_id AND c->>0 = 'people_name'
                AND c->>1 = n.id::text AND c->>2 = 'valid'))
FROM people_entry e WHERE e.operation = 'people.correct_name' AND e.recorded_at >= %(since)s
"""
_LINES_WITHOUT_FACT: Final = """
SELECT count(*) FROM audit_entry a
WHERE a.act = 'write' AND a.operation = 'people.correct_name' AND a.at >= %(since)s AND NOT EXISTS (
    SELECT FROM jsonb_array_elements(a.changes) c
    JOIN people_name n ON n.id::text = c->>1
    JOIN people_entry e ON e.request_id = n.entry_id AND e.person_id = a.person
    WHERE c->>0 = 'people_name' AND c->>2 = 'valid')
"""
_STANDING: Final = (
    "SELECT person_id, array_agg(name) FROM people_name WHERE superseded_at IS NULL GROUP BY 1"
)
# Every entry up to the last seal's end is in a seal: their numbers agree.
_SEALED: Final = """
SELECT coalesce(sum(entries), 0)::bigint, (SELECT count(*) FROM audit_entry
    WHERE xact::text::bigint < (SELECT max(upto_xact) FROM audit_seal)), count(*) FROM audit_seal
"""


@dataclass(slots=True)
class Findings:
    """What is wrong after a run. ``writes`` counts what was confirmed."""

    writes: int = 0
    lost: int = 0
    unasked: int = 0
    twice: int = 0
    without_fact: int = 0
    without_line: int = 0
    lines_twice: int = 0
    lines_without_fact: int = 0
    standing: int = 0
    seals: int = 0
    others: list[str] = field(default_factory=list)

    @property
    def diverged(self) -> int:
        """How many things are not as they must be."""
        return (
            self.lost + self.unasked + self.twice + self.without_fact + self.without_line
            + self.lines_twice + self.lines_without_fact + self.standing + len(self.others)
        )  # fmt: skip


def examine(office: Office, *, since: datetime) -> Findings:
    """Compare what the clerks were told since a moment with what is there."""
    told: dict[UUID, int] = {}
    asked: set[UUID] = set()
    names: dict[int, str] = {}
    for clerk in office.clerks:
        told |= clerk.told
        asked |= clerk.asked
        names |= clerk.last_names
    found = Findings(writes=len(told))
    there = set()
    for request, facts, lines in office.ask(_WRITES, {"since": since}):
        there.add(request)
        found.unasked += request not in asked
        found.twice += facts > 1
        found.without_fact += facts < 1
        found.without_line += lines < 1
        found.lines_twice += lines > 1
    found.lost = len(told.keys() - there)
    ((found.lines_without_fact,),) = office.ask(_LINES_WITHOUT_FACT, {"since": since})
    standing = dict(office.ask(_STANDING))
    found.standing = sum(standing[person] != [name] for person, name in names.items())
    ((sealed, entries, found.seals),) = office.ask(_SEALED)
    if sealed != entries:
        found.others.append(f"{sealed} sealed of {entries} entries before the last seal")
    problem = office.verify()
    if problem:
        found.others.append(problem)
    return found
