"""Late corrections and repeated files end in the same register as the undisturbed order."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from itertools import count
from random import Random
from typing import TYPE_CHECKING, Any

import pytest

from kokunen.interchange.domain import RecordOutcome
from kokunen.postgres.roles import Role
from tests.interchange.residents import Inbox, arrival, change, standing

if TYPE_CHECKING:
    from kokunen.audit.domain import Occasion
    from tests.office import Database

STEP, FIRST = 10, date(2024, 4, 1)
SETTLED = (RecordOutcome.APPLIED, RecordOutcome.NOTHING)
REMOVALS = ("death", "move_out", "move_abroad")
_hundreds = count(1000)


@dataclass
class Life:
    """Notices about somebody in the order of the register, which sends no impossible one."""

    random: Random
    day: date = FIRST
    notices: list[dict[str, Any]] = field(default_factory=list)
    """All of them; ``_of`` is the place of the one that a correction is about."""
    standing: list[int] = field(default_factory=list)

    def live(self, steps: int) -> list[dict[str, Any]]:
        self._next()
        for _ in range(steps):
            lives = self._came_or_went() != "death"
            self._next() if lives and self.random.random() < 0.6 else self._mend()
        return self.notices

    def _came_or_went(self) -> str | None:
        kinds = (str(self.notices[place]["kind"]) for place in reversed(self.standing))
        return next((each for each in kinds if each in {*REMOVALS, "move_in", "from_abroad"}), None)

    def _kinds(self) -> tuple[str, ...]:
        if self._came_or_went() in {None, *REMOVALS}:
            return ("move_in", "from_abroad")
        foreign = not any(self.notices[place]["kind"] == "naturalised" for place in self.standing)
        of_foreigners = ("residence_status", "naturalised") if foreign else ()
        return ("move_within", "household", "name", *of_foreigners, *REMOVALS)

    def _next(self) -> None:
        self.day += timedelta(days=STEP)
        kind = self.random.choice(self._kinds())
        self.standing.append(len(self.notices))
        self.notices.append({"kind": kind, "changed_on": self.day, **self._said(kind)})

    def _said(self, kind: str) -> dict[str, Any]:
        draw = self.random.randrange
        said: dict[str, Any] = {"residency": "foreign"}
        if kind in {"move_in", "from_abroad"}:
            said |= {"nationality": "架空国", "status": f"資格{draw(3)}", "head": False}
            said |= {"name": f"架空　{draw(3)}", "other_city": f"市{draw(3)}"}
        if kind in {"move_in", "from_abroad", "move_within"}:
            said |= {"town": f"町{draw(4)}"}
        if kind in {"move_in", "from_abroad", "household"}:
            said |= {"household": 7000 + draw(4), "relationship": f"続柄{draw(3)}"}
        if kind in {"move_out", "move_abroad"}:
            said |= {"other_city": f"市{draw(3)}"}
        if kind == "name":
            said |= {"name": f"想定　{draw(3)}", "kana": ""}
        if kind == "residence_status":
            said |= {"nationality": "架空国", "status": f"資格{draw(3)}"}
        if kind == "naturalised":
            said |= {"name": f"帰化　{draw(3)}", "first_on_register": f"帰化　{draw(3)}"}
        return said

    def _mend(self) -> None:
        """Cancel the latest notice, or correct any: what it says, its day by up to three days."""
        if self.random.random() < 0.5 and len(self.standing) > 1:
            of = self.standing.pop()
            self.notices.append(
                {"kind": "cancellation", "changed_on": self.notices[of]["changed_on"], "_of": of}
            )
            return
        of = self.random.choice(self.standing)
        kind = self.notices[of]["kind"]
        on = self.notices[of]["changed_on"]
        on += timedelta(days=self.random.randrange(-3, 4))
        self.notices.append(
            {
                "kind": "correction",
                "changed_on": on,
                "_of": of,
                "refers_kind": kind,
                **self._said(kind),
            }
        )


def told(notices: list[dict[str, Any]], person: int) -> list[dict[str, Any]]:
    """Return the notices as they are sent about a person of this number."""
    made: list[dict[str, Any]] = []
    for each in notices:
        values = {name: value for name, value in each.items() if not name.startswith("_")}
        if "_of" in each:
            values["refers_to"] = made[each["_of"]]["notice"]
        kind, on = values.pop("kind"), values.pop("changed_on")
        whole = (
            arrival(person, on, kind=kind, **values)
            if kind in {"move_in", "from_abroad"}
            else change(kind, person, on, **values)
        )
        if values.get("refers_kind") in {"move_in", "from_abroad"}:
            whole = arrival(person, on, **values) | {"kind": kind, "notice": whole["notice"]}
        made.append(whole)
    return made


def apart(notices: list[dict[str, Any]], random: Random) -> list[int]:
    """Return an order in which some corrections come before what they correct.

    Those of one notice keep their order: the register's files are numbered.
    """
    order = list(range(len(notices)))
    for of in range(len(notices)):
        for place, each in enumerate(notices):
            if each.get("_of") == of:
                if random.random() < 0.5:
                    break
                order.remove(place)
                order.insert(order.index(of), place)
    return order


def ended(person: int) -> dict[str, list[tuple[Any, ...]]]:
    return {kind: [row[1:] for row in rows] for kind, rows in standing([person]).items()}


@pytest.fixture
def night(database: Database, occasion: Occasion) -> Occasion:
    del database
    return replace(occasion, staff=None, staff_number="kokunen nightly", purpose="correction")


@pytest.mark.drawn
def test_late_corrections_and_repeats_end_in_the_same_register(
    night: Occasion, database: Database, draws: int
) -> None:
    with database.django_as(Role.BATCH):
        for seed in range(12 * draws):
            random = Random(seed)
            notices = Life(random=random).live(random.randrange(2, 11))
            people = [next(_hundreds) * 1000 + number for number in range(3)]
            in_order, late, twice = (told(notices, person) for person in people)
            plain, disturbed, repeated = (Inbox(occasion=night) for _ in people)
            effects = [effect for each in in_order for effect in plain.take(each)]
            odd = [each.code for each in effects if each.outcome not in SETTLED]
            order = apart(notices, random)
            for place in order:
                disturbed.take(late[place])
            disturbed.again()
            for _ in range(2):
                repeated.take(*twice)
            repeated.again()
            told_as = f"seed {seed}: {notices} as {order}"
            assert not odd, told_as
            assert ended(people[1]) == ended(people[0]), told_as
            assert ended(people[2]) == ended(people[0]), told_as
