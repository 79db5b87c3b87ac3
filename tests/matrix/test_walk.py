"""Every request that shows a person leaves its lines in the record: whole, and no other."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING, Final

import pytest
from django.utils import timezone

from kokunen.access.domain import HELD_IN, PURPOSES, Field, Kind, Permission, Role, may
from kokunen.access.models import Staff
from kokunen.audit.domain import FOUR_ITEMS
from kokunen.audit.operations import record
from kokunen.people import queries as people
from kokunen.people import search
from kokunen.web.routes import API, ROUTES
from tests.matrix import marked, walking
from tests.matrix.asks import ASKS
from tests.matrix.marked import CASE, CASES, PEOPLE
from tests.matrix.test_roles import ROLES
from tests.web import rooms

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator
    from uuid import UUID

    from kokunen.audit.domain import Act, Occasion
    from tests.matrix.walking import Line, Step

OPERATIONS: Final = {
    "search": {"people.find"},
    "person": {"people.person_page"},
    "history": {"people.history"},
    "correct": {"people.history"},
    "check": {"people.history"},
    "my_number": {"vault.open_number"},
    "openings": {"openings.listed"},
    "opening_answer": {"openings.shown"},
    "protection": {"protection.due", "protection.unchecked"},
    "protection_register": {"protection.measures"},
    "protection_step": {"protection.shown"},
    "protection_check": {"protection.shown"},
    "api:search": {"people.find"},
    "api:person": {"people.person_page"},
    "cases": {"cases.queue"},
    "ledger": {"cases.ledger"},
    "receive_one": {"cases.receiving"},
    "case": {"cases.people"},
    "case_tested": {"cases.people"},
    "case_step": {"cases.people"},
    "results": {"cases.awaiting_result"},
    "exchange_open": {"interchange.records"},
    "exchange_file": {"interchange.records"},
    "exchange_file_act": {"interchange.records"},
    "exchange_record": {"interchange.records", "interchange.raw"},
    "exchange_record_act": {"interchange.records", "interchange.raw"},
    "exchange_probable": {"reconciliation.probable", "reconciliation.result"},
    "exchange_differences": {"reconciliation.differences"},
    "exchange_settle": {"reconciliation.differences"},
    "exchange_unanswered": {"reconciliation.unanswered"},
    "exchange_sent": {"outbox.content"},
    "exchange_act": {"outbox.content"},
}
"""By which operations of the record a route shows a person, if it shows one."""
OWN_PURPOSE: Final = {
    "search": "consultation",
    "api:search": "consultation",
    "check": "correction",
    "record": "audit",
    "record_disclosure": "audit",
    "api:record": "audit",
    "openings": "protection",
    "opening_answer": "protection",
    "protection": "protection",
    "protection_step": "protection",
    "protection_check": "protection",
    "cases": "reception",
    "ledger": "reception",
    "receive_one": "reception",
    "case": "exemption",
    "case_paper": "exemption",
    "case_tested": "exemption",
    "case_step": "exemption",
    "case_attachment": "exemption",
    "results": "reception",
    **{route.name: "correction" for route in ROUTES if route.name.startswith("exchange")},
}
"""Routes with a purpose of their own; the others have the one stated for the person."""


READ_AND_NOT_SHOWN: Final = {
    # The facts of the group were read for the view, and the row asked for was not among them.
    "correct:other",
    "error:no_row",
    # What stands on a filing may be anybody's income, and is recorded as such.
    "exchange_sent",
    "exchange_act:wrong",
    # A PDF, in which the eyes of this test find no words.
    "exchange_paper",
}
"""Requests of which the record may say more than was seen."""
READ_FOR_THE_LAW: Final = {
    "receive_one", "case", "case_paper", "case_attachment", "case_tested", "case_step",
    "exchange_differences", "exchange_settle",
}  # fmt: skip
"""What is compared is read on the record, and what follows from it is shown."""
SEALED: Final = {"interchange.raw", "reconciliation.result"}
"""Reads that give nothing of a protected person before an opening."""
TWICE: Final = {"my_number", "exchange_sent", "exchange_act"}
"""Routes that leave two lines of a person: of the name above, and of what stands below it."""


def problems(steps: Iterable[Step]) -> Iterator[str]:
    """Say what the record lacks or has too much, for each request that showed a person."""
    for step in steps:
        for who, one in PEOPLE.items():
            lines = [line for line in step.lines if line.person == one.number]
            told = frozenset[Field]().union(*(_told(line) for line in lines))
            shown = frozenset[Field]().union(*(line.shown for line in lines))
            missing = sorted(field.value for field in step.seen[who] - told)
            more = sorted(field.value for field in shown - step.seen[who])
            known = step.ask.name in READ_AND_NOT_SHOWN or step.ask.route in READ_FOR_THE_LAW
            if missing or (more and not known):
                yield f"{step.where}: {who} seen and not recorded {missing}, only recorded {more}"
            for line in lines:
                if line.act in {"read", "export"} or line.shown:
                    yield from _incomplete(step, line)
            if step.seen[who]:
                yield from _not_by(step, who, lines)


def _told(line: Line) -> frozenset[Field]:
    """Return what a line says was shown; a refusal for a measure may have told of the measure."""
    masked = {Field.PROTECTION} if line.outcome == "protected" else set[Field]()
    return line.shown | masked


def _incomplete(step: Step, line: Line) -> Iterator[str]:
    """Ask for 処理日時, 職員, 部署, 端末, 処理事由, 宛名番号 and 4情報 (document 004, Ⅲ3)."""
    number = rooms.number_of(step.role)
    kind = next(kind for kind in Kind if step.role in HELD_IN[kind])
    purpose = OWN_PURPOSE.get(step.ask.route, "claim")
    wanted = {
        "at": timezone.now() - timedelta(hours=1) < line.at <= timezone.now(),
        "staff": line.staff is not None,
        "staff_number": line.staff_number == number,
        "department": line.department == kind.value,
        "terminal": line.terminal == "窓口1",
        "purpose": line.purpose == purpose and purpose in PURPOSES,
        "case": line.case == _case(purpose, line),
        "four": line.four == {item for item in FOUR_ITEMS if item in line.shown},
    }
    for name, right in wanted.items():
        if not right:
            yield f"{step.where}: {line.operation} has a wrong {name}"


def _case(purpose: str, line: Line) -> int | None:
    own = {one.number: CASES[who] for who, one in PEOPLE.items()}
    return {"claim": CASE, "exemption": own.get(line.person or 0)}.get(purpose)


def _not_by(step: Step, who: str, lines: list[Line]) -> Iterator[str]:
    by = {line.operation for line in lines if _told(line)}
    wanted = OPERATIONS.get(step.ask.route, set[str]())
    if step.ask.route in READ_FOR_THE_LAW:
        by &= wanted
        lines = []
    if step.ask.route == "person" and Permission.RECEIVE in may([step.role]):
        # Of whom something was received, the cases stand on the page as known today.
        wanted = wanted | by & {"cases.of_person"}
    most = len(wanted) + (step.ask.route in TWICE)
    if who == "shielded" and step.state != "opened":
        wanted = wanted - SEALED
    if by != wanted:
        yield f"{step.where}: {who} recorded by {sorted(by)} instead of {sorted(wanted)}"
    # One line for each person; the check of an entry has one for each kind of fact in it.
    if step.ask.route != "check" and len(lines) > most:
        yield f"{step.where}: {who} has {len(lines)} lines"


@pytest.mark.parametrize("role", ROLES)
def test_every_person_shown_stands_in_the_record(
    role: Role, walked: Callable[[Role], tuple[Step, ...]]
) -> None:
    assert "\n".join(problems(walked(role))) == ""


@pytest.mark.parametrize("role", ROLES)
def test_what_shows_a_person_is_known_to_the_table_of_routes(
    role: Role, walked: Callable[[Role], tuple[Step, ...]]
) -> None:
    known = {route.name for route in (*ROUTES, *API) if route.person}
    showing = {step.ask.route for step in walked(role) if any(step.seen.values())}
    assert showing <= known
    assert showing <= OPERATIONS.keys()


def test_the_staff_of_a_line_is_the_one_who_asked(
    seeded: marked.Seeded,
) -> None:
    asks = [ask for ask in ASKS if ask.name == "person"]
    for step in walking.walk(seeded, Role.COUNTER, asks=asks):
        number = rooms.number_of(Role.COUNTER)
        assert {line.staff for line in step.lines} == {Staff.objects.get(staff_number=number).pk}


class _Audit:
    """A record that keeps less than it is told."""

    @staticmethod
    def record(**_: object) -> None:
        """Keep nothing."""

    record_each = record


def _found(seeded: marked.Seeded, *names: str) -> list[str]:
    asks = [ask for ask in ASKS if ask.name in names]
    return list(problems(walking.walk(seeded, Role.COUNTER, asks=asks)))


def test_a_view_that_skips_the_record_is_found(
    seeded: marked.Seeded, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(people, "record", _Audit.record)
    monkeypatch.setattr(search, "audit", _Audit)
    found = _found(seeded, "person", "history:name", "search:number")
    for where in ("person ordinary", "history:name shielded", "search:number ordinary"):
        assert any(f"counter {where}: " in each and "not recorded" in each for each in found), where


def test_a_record_that_says_less_or_more_than_was_shown_is_found(
    seeded: marked.Seeded, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = record

    def other(
        *, act: Act, operation: str, occasion: Occasion, shown: Iterable[str] = (), **rest: object
    ) -> UUID:
        said = {*shown} - {"kana"} | {"income"}
        return whole(act=act, operation=operation, occasion=occasion, shown=said, **rest)  # type: ignore[arg-type]  # the rest is passed on

    monkeypatch.setattr(people, "record", other)
    assert (
        "counter history:name ordinary: ordinary seen and not recorded ['kana'],"
        " only recorded ['income']"
    ) in _found(seeded, "history:name")


def test_a_line_without_its_purpose_or_terminal_is_found(
    seeded: marked.Seeded, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = record

    def poorer(*, occasion: Occasion, **rest: object) -> UUID:
        poor = replace(occasion, terminal="別の端末", purpose="audit")
        return whole(occasion=poor, **rest)  # type: ignore[arg-type]  # the rest is passed on

    monkeypatch.setattr(people, "record", poorer)
    found = _found(seeded, "person")
    assert "counter person ordinary: people.person_page has a wrong terminal" in found
    assert "counter person ordinary: people.person_page has a wrong purpose" in found
