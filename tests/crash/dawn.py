"""What the clerks do in the morning, the same in every run: nothing is drawn by a row's number.

They examine, forward, notify and close cases, decide the probable answers, set aside what cannot be
applied, check and release what goes to the agency, and confirm what the other rooms took.
"""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass
from random import Random
from typing import TYPE_CHECKING, Any, Final
from uuid import NAMESPACE_URL, UUID, uuid5

import psycopg

from kokunen.access.domain import Role, sees
from kokunen.cases import operations as cases
from kokunen.cases.catalogue import FILINGS
from kokunen.cases.domain import StepKind
from kokunen.dates.errors import Refusal
from kokunen.dates.tokyo import day_of
from kokunen.demo import partners_agency, staff
from kokunen.demo.desk import _duty, open_desk
from kokunen.interchange import folders
from kokunen.interchange.domain import Partner
from kokunen.interchange.inbox import operations as inbox
from kokunen.interchange.outbox import handing
from kokunen.interchange.outbox import operations as outbox
from kokunen.interchange.reconciliation import operations as reconciliation
from kokunen.postgres import roles

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

    from kokunen.audit.domain import Occasion
    from kokunen.demo.staff import Clerk

_CASES: Final = """
SELECT c.id, c.person_id, c.filing, c.received_on, made.kind, last.number
FROM cases_open AS o JOIN cases_case AS c ON c.id = o.case_id
JOIN LATERAL (SELECT kind FROM cases_step WHERE case_id = c.id AND kind <> 'taken'
    ORDER BY number DESC LIMIT 1) AS made ON true
JOIN LATERAL (SELECT number FROM cases_step WHERE case_id = c.id
    ORDER BY number DESC LIMIT 1) AS last ON true
ORDER BY c.person_id, c.filing, c.received_on
"""
_OPEN: Final = """
SELECT r.file_id, r.number, r.layout, r.notice, r.outcome,
    (SELECT m.case_id FROM interchange_match AS m WHERE m.file_id = r.file_id
        AND m.number = r.number ORDER BY m.score DESC, m.id LIMIT 1)
FROM interchange_record AS r
WHERE r.outcome IN ('probable', 'unmatched', 'refused') AND NOT EXISTS (
    SELECT FROM interchange_record AS later WHERE later.file_id = r.file_id
        AND later.number = r.number AND later.attempt > r.attempt)
ORDER BY r.layout, r.notice, r.person_id, r.number
"""
_OUT: Final = """
SELECT f.id, f.partner, f.layout, f.sequence, f.made_on, last.kind
FROM interchange_file AS f
JOIN LATERAL (SELECT kind FROM interchange_event WHERE file_id = f.id
    ORDER BY number DESC LIMIT 1) AS last ON true
WHERE f.direction = 'out' AND last.kind IN ('made', 'sent') ORDER BY f.layout, f.sequence
"""
_WITHDRAWN: Final = 7
"""Of the files to the agency every so-manieth is withdrawn, and comes anew."""
_NEXT: Final = {
    "received": StepKind.EXAMINED,
    "corrected": StepKind.EXAMINED,
    "examined": StepKind.FORWARDED,
    "granted": StepKind.NOTIFIED,
    "refused": StepKind.NOTIFIED,
    "notified": StepKind.CLOSED,
}
_LEFT_ALONE: Final = frozenset({"loss"})
"""Filings that come of the register's notices: a notice that is corrected late finds them as is."""


@dataclass(frozen=True, slots=True)
class Morning:
    """One morning: who is at work, and the names of their acts."""

    at: datetime
    seed: int

    def act(self) -> list[dict[str, Any]]:
        """Do everything, and return what the agency was given, as it opens it."""
        self._cases()
        self._records()
        return [record for given in self._files() for record in given]

    def _who(self, key: str, *, other: bool = False) -> Clerk:
        examiners = [one for one in staff.staff(self.seed) if one.role is Role.EXAMINER]
        at = int(Random(key).random() * len(examiners))
        return examiners[(at + other) % len(examiners)]

    def _occasion(self, one: Clerk) -> Occasion:
        return open_desk("nights", self.seed).standing(one, self.at).because(purpose="reception")

    def _cases(self) -> None:
        for case, person, filing, received_on, made, last in _ask(_CASES):
            kind = _NEXT.get(made)
            key = f"{person} {filing} {received_on} {made}"
            drawn = Random(f"{key} {day_of(self.at)}").random()
            if kind is None or filing in _LEFT_ALONE or drawn < 0.3:
                continue
            of, one = FILINGS[filing], self._who(key)
            given: dict[str, Any] = {
                "case": case,
                "expected": last,
                "occasion": open_desk("nights", self.seed).occasion(one, self.at, of, case),
                "request_id": _request(key, last),
            }
            with suppress(Refusal):  # what lacks something waits for another morning
                if kind is StepKind.EXAMINED:
                    _duty(of).examine(opening=None, sees=sees({one.role}), **given)
                else:
                    cases.take(kind=kind, reason="", **given)

    def _records(self) -> None:
        for file, number, layout, notice, outcome, case in _ask(_OPEN):
            key = f"{layout} {notice or number}"
            one = self._who(key)
            given: dict[str, Any] = {
                "file": file,
                "number": number,
                "occasion": self._occasion(one),
                "request_id": _request(key),
            }
            if outcome == "probable":
                with suppress(Refusal):
                    reconciliation.decide(case=case, sees=sees({one.role}), **given)
            elif notice:
                inbox.set_aside(reason="相手に確かめた。反映しない", **given)

    def _files(self) -> Iterator[list[dict[str, Any]]]:
        for file, partner, layout, sequence, made_on, last in _ask(_OUT):
            key = f"{layout} {sequence}"
            first, second = (self._occasion(self._who(key, other=each)) for each in (False, True))
            request = {part: _request(key, part) for part in ("check", "release", "end")}
            if layout in handing.CHECKED_BY_TWO and last == "made":
                if sequence % _WITHDRAWN == 0:
                    outbox.withdraw(
                        file=file, reason="内容を改める", occasion=first, request_id=request["end"]
                    )
                    continue
                outbox.check(file=file, occasion=first, request_id=request["check"])
                released = outbox.release(file=file, occasion=second, request_id=request["release"])
                container = folders.outgoing(Partner(partner)) / released.name
                if layout == "agency_forwarding":
                    yield partners_agency.opened(
                        container.read_bytes(), password=released.password, day=made_on
                    )
            elif last == "sent":
                outbox.acknowledge(
                    file=file,
                    on=day_of(self.at),
                    reference=f"受領{sequence}",
                    occasion=first,
                    request_id=request["end"],
                )


def _request(*parts: object) -> UUID:
    return uuid5(NAMESPACE_URL, "/".join(("kokunen-nights", *map(str, parts))))


def _ask(statement: str) -> list[tuple[Any, ...]]:
    with psycopg.connect(**roles.parameters(roles.Role.OWNER)) as owner:
        return owner.execute(statement.encode()).fetchall()
