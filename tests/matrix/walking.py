"""Walks every address as one role, and says what each response showed and what the record says."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Final

from kokunen.access.domain import Field, Permission, Role, may
from kokunen.access.openings import operations as openings
from kokunen.access.openings import queries
from tests.matrix import marked
from tests.matrix.asks import ASKS, Ask, Place, state_purpose

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator
    from datetime import datetime

    import psycopg

_SINCE: Final = """
SELECT act, operation, at, staff, staff_number, department, terminal, purpose, reason, case_id,
    person, shown_name, shown_sex, shown_birth_date, shown_address, shown, outcome, xact::text
FROM audit_entry WHERE xact > %s::xid8 ORDER BY audit_entry.xact, id
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One line of the record, as the database has it."""

    act: str
    operation: str
    at: datetime
    staff: int | None
    staff_number: str
    department: str
    terminal: str
    purpose: str
    reason: str
    case: int | None
    person: int | None
    four: frozenset[str]
    """Which of the 4情報 have their column set."""
    shown: frozenset[Field]
    outcome: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One request and what came of it; ``seen`` are the fields shown, by person.

    ``state`` is the person's: ordinary, shielded (masked), opened, or any for a page of no person.
    ``lines`` are those that the request added to the record.
    """

    role: Role
    ask: Ask
    state: str
    status: int
    location: str
    seen: dict[str, frozenset[Field]]
    lines: tuple[Line, ...]

    @property
    def where(self) -> str:
        return f"{self.role} {self.ask.name} {self.state}"


class Record:
    """The lines that came into the record since it was last asked."""

    def __init__(self, owner: psycopg.Connection[tuple[Any, ...]]) -> None:
        owner.autocommit = True
        self._owner, self._last = owner, "0"
        self.new()

    def new(self) -> tuple[Line, ...]:
        rows = self._owner.execute(_SINCE, [self._last]).fetchall()
        if rows:
            self._last = rows[-1][-1]
        return tuple(_line(row) for row in rows)


def _line(row: tuple[Any, ...]) -> Line:
    act, operation, at, staff, number, department, terminal, purpose, reason = row[:9]
    case, person = row[9:11]
    items = zip(("name", "sex", "birth_date", "address"), row[11:15], strict=True)
    return Line(
        act=act,
        operation=operation,
        at=at,
        staff=staff,
        staff_number=number,
        department=department,
        terminal=terminal,
        purpose=purpose,
        reason=reason,
        case=case,
        person=person,
        four=frozenset(name for name, shown in items if shown),
        shown=frozenset(Field(name) for name in row[15]),
        outcome=row[16],
    )


def walk(seeded: marked.Seeded, role: Role, *, asks: Collection[Ask] = ASKS) -> Iterator[Step]:
    """Ask everything as the first member of staff of a role: the ordinary and the masked person.

    Then, where the role may ask for it, the protected person once more, opened by another.
    """
    place = Place(client=seeded.office.browser(role), seeded=seeded)
    for who in marked.PEOPLE:
        state_purpose(replace(place, who=who))
    last = [ask for ask in asks if ask.name == "ended"]
    with seeded.office.database.owner() as owner:
        record = Record(owner)
        for ask in asks:
            if ask in last:
                continue
            if not ask.personal:
                yield _step(role, ask, "any", place, record)
                continue
            for who in marked.PEOPLE:
                yield _step(role, ask, who, replace(place, who=who), record)
        if Permission.REQUEST_OPENING in may([role]):
            shielded = replace(place, who="shielded")
            state_purpose(shielded)
            _open(shielded)
            record.new()
            for ask in asks:
                if ask.personal:
                    yield _step(role, ask, "opened", shielded, record)
        for ask in last:
            yield _step(role, ask, "any", place, record)


def _step(role: Role, ask: Ask, state: str, place: Place, record: Record) -> Step:
    response = ask.do(place)
    return Step(
        role=role,
        ask=ask,
        state=state,
        status=response.status_code,
        location=response.headers.get("Location", ""),
        seen=ask.shown(response),
        lines=record.new(),
    )


def _open(place: Place) -> None:
    """Ask on the screen, as a clerk does; the second supervisor grants it."""
    second = place.seeded.occasion(Role.SUPERVISOR)
    assert second.staff is not None
    before = {each.id for each in queries.waiting(staff=second.staff, at=second.at)}
    answer = place.send("opening_request", place.key, reason="本人が来庁したため")
    assert answer.status_code == 302
    now = place.seeded.occasion(Role.SUPERVISOR)
    (asked,) = (
        each for each in queries.waiting(staff=second.staff, at=now.at) if each.id not in before
    )
    openings.answer(opening=asked.id, granted=True, reason="本人確認済み", occasion=now)
