"""The invented staff at work: every act goes through the operations that the screens call."""

from __future__ import annotations

from dataclasses import dataclass
from importlib import import_module
from random import Random
from typing import TYPE_CHECKING, Any, Final
from uuid import NAMESPACE_URL, UUID, uuid5

from kokunen.access.domain import Role, sees
from kokunen.audit.domain import Occasion
from kokunen.cases import operations as cases
from kokunen.cases import rows
from kokunen.cases.catalogue import FILINGS
from kokunen.cases.domain import Channel, Receipt, StepKind
from kokunen.demo import paper, staff
from kokunen.demo.accounts import TERMINALS
from kokunen.demo.script import Fate
from kokunen.people import operations as people
from kokunen.people.codes import Source

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime
    from types import ModuleType

    from kokunen.cases.catalogue.kinds import Filing
    from kokunen.cases.operations import Taken
    from kokunen.demo.script import Move
    from kokunen.demo.staff import Clerk
    from kokunen.demo.year import Filed

_CONTENT: Final = frozenset({StepKind.COMPLETED, StepKind.CORRECTED})
_ANSWER: Final = frozenset({StepKind.GRANTED, StepKind.REFUSED, StepKind.RETURNED})
_AT_COUNTER: Final = frozenset({StepKind.RECEIVED, StepKind.TAKEN, *_CONTENT, StepKind.WITHDRAWN})
_SYSTEM: Final = "kokunen demo"
"""The program that tells the desk what the register, the tax office and the agency know."""


def request(*parts: object) -> UUID:
    """Return the request that belongs to an act of the plan: the same in every run."""
    return uuid5(NAMESPACE_URL, "/".join(("kokunen-demo", *map(str, parts))))


def by_program(at: datetime) -> Occasion:
    """Return the occasion of what no member of staff does."""
    return Occasion(
        at=at, staff=None, staff_number=_SYSTEM, department="", terminal="", purpose="reception"
    )


@dataclass(frozen=True, slots=True)
class Desk:
    """The staff of the pension department, and what they do with one filing of the plan.

    ``story`` sets one life apart from another of the same city (the year, the morning);
    ``takers`` take charge of cases, if not whoever is at the counter.
    """

    story: str
    counters: Mapping[str, tuple[Clerk, ...]]
    examiners: tuple[Clerk, ...]
    takers: tuple[Clerk, ...] = ()

    def who(self, filed: Filed, number: int, kind: StepKind) -> Clerk:
        """Return who takes a step: the counter writes down, others examine and answer for it."""
        key = f"{filed.key}/{number}"
        if kind == StepKind.TAKEN and self.takers:
            return Random(key).choice(self.takers)
        return self.at_branch(filed.branch, key) if kind in _AT_COUNTER else self.examiner(key)

    def at_branch(self, branch: str, key: str) -> Clerk:
        """Return somebody at the counter of a branch ("": the main office)."""
        return Random(f"{self.story}/{key}").choice(self.counters[branch])

    def examiner(self, key: str) -> Clerk:
        """Return somebody who examines."""
        return Random(f"{self.story}/{key}").choice(self.examiners)

    def standing(self, one: Clerk, at: datetime) -> Occasion:
        """Return who acts and where; the purpose is still to be stated."""
        return Occasion(
            at=at,
            staff=one.id,
            staff_number=one.staff_number,
            department=one.department,
            terminal=TERMINALS[0][0],
        )

    def occasion(self, one: Clerk, at: datetime, filing: Filing, case: int | None) -> Occasion:
        """Return who acts, and for what: before there is a case it is the receipt of a filing."""
        occasion = self.standing(one, at)
        if case is None:
            return occasion.because(purpose="reception")
        return occasion.because(purpose=filing.purpose, case=case)

    def receive(self, filed: Filed, at: datetime, *, again: bool = False) -> Taken:
        """Take a filing in; ``again``: once more, by another channel."""
        filing = FILINGS[filed.filing]
        written = paper.fill(filing.items, filed.says, on=filed.event_on)
        if filed.fate == Fate.COMPLETED:
            written = paper.forget(filing.items, written)
        channel = Channel.POST if again and filed.channel != Channel.POST else filed.channel
        clerk = self.who(filed, 1 + again, StepKind.RECEIVED)
        taken: Taken = _duty(filing).receive(
            receipt=Receipt(
                filing=filed.filing,
                person=filed.person,
                channel=channel,
                received_on=at.date(),
                branch=filed.branch,
                event_on=filed.event_on if filing.event else None,
                filer=filed.filer,
                particulars=written,
            ),
            occasion=self.occasion(clerk, at, filing, None),
            request_id=request(self.story, filed.key, "again" if again else 1),
            sees=sees({clerk.role}),
        )
        return taken

    def look_up_incomes(self, filed: Filed, at: datetime, case: int) -> None:
        """Let the tax office tell the incomes of whom the case tests, and of nobody else."""
        occasion = by_program(at).because(purpose=FILINGS[filed.filing].purpose, case=case)
        tested = {person for person, _role in rows.tested(case)}
        for person, income in filed.incomes:
            if person in tested:
                people.record_fact(
                    person=person,
                    fact=income,
                    valid=income.valid,
                    source=Source.TAX,
                    occasion=occasion,
                    request_id=request(self.story, filed.key, "income", person),
                )

    def take(self, filed: Filed, move: Move, at: datetime, *, case: int, expected: int) -> Taken:
        """Take the step that follows the one numbered ``expected``."""
        filing = FILINGS[filed.filing]
        clerk = self.who(filed, expected + 1, move.kind)
        given: dict[str, Any] = {
            "case": case,
            "expected": expected,
            "occasion": self.occasion(clerk, at, filing, case),
            "request_id": request(self.story, filed.key, expected + 1),
        }
        if move.kind not in {*_CONTENT, *_ANSWER, StepKind.EXAMINED, StepKind.WITHDRAWN}:
            return cases.take(kind=move.kind, reason=move.reason, **given)
        duty = _duty(filing)
        given |= {"opening": None, "sees": sees({clerk.role})}
        if move.kind == StepKind.EXAMINED:
            return duty.examine(**given)  # type: ignore[no-any-return]  # every duty has the four
        given["reason"] = move.reason
        if move.kind == StepKind.WITHDRAWN:
            return duty.withdraw(**given)  # type: ignore[no-any-return]  # as above
        if move.kind in _CONTENT:
            written = paper.fill(filing.items, filed.says, on=filed.event_on)
            return duty.change(kind=move.kind, particulars=written, **given)  # type: ignore[no-any-return]  # as above
        items = import_module(f"kokunen.{filing.duty}.queries").result_items(filed.filing)
        answer = paper.fill(items, filed.answer, on=filed.on) if _granted(move) else {}
        return duty.result(kind=move.kind, on=move.on, particulars=answer, **given)  # type: ignore[no-any-return]  # as above


def open_desk(story: str, seed: int, *, takers: tuple[Clerk, ...] = ()) -> Desk:
    """Return the desk of the demonstration's staff."""
    pension = [one for one in staff.staff(seed) if one.department == staff.PENSION]
    counters: dict[str, tuple[Clerk, ...]] = {}
    for branch in {one.branch for one in pension}:
        there = tuple(one for one in pension if one.branch == branch and one.role == Role.COUNTER)
        counters["" if branch == "00" else branch] = there
    examiners = tuple(one for one in pension if one.role == Role.EXAMINER)
    return Desk(story, counters, examiners, takers)


def _granted(move: Move) -> bool:
    return move.kind == StepKind.GRANTED


def _duty(filing: Filing) -> ModuleType:
    return import_module(f"kokunen.{filing.duty}.operations")
