"""The table of what each role is shown at each address, read from ``expected.yaml``."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import yaml

from kokunen.access.domain import Field, Role

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from tests.matrix.walking import Step

_TABLE: Final = Path(__file__).with_name("expected.yaml")
Shown = dict[str, frozenset[Field]]


@dataclass(frozen=True, slots=True)
class Expected:
    """What is expected of one role: requests refused, and fields shown by request and state."""

    refused: frozenset[str]
    nothing: frozenset[str]
    shown: Mapping[str, Shown]

    @property
    def asks(self) -> frozenset[str]:
        return self.refused | self.nothing | self.shown.keys()


@cache
def table() -> Mapping[Role, Expected]:
    """Return the table."""
    read: dict[str, Any] = yaml.safe_load(_TABLE.read_text(encoding="utf-8"))
    return {Role(role): _expected(given) for role, given in read.items()}


def _expected(given: dict[str, Any]) -> Expected:
    shown: dict[str, Shown] = {}
    for group in given["shown"]:
        fields = {
            state: frozenset(Field(name) for name in names)
            for state, names in group.items()
            if state != "asks"
        }
        for ask in group["asks"]:
            assert ask not in shown
            shown[ask] = fields
    return Expected(frozenset(given["refused"]), frozenset(given["nothing"]), shown)


def cells(steps: Iterable[Step]) -> dict[tuple[str, str, str, str, Field], bool]:
    """Return every cell that a walk filled: (role, request, state, person, field) → shown."""
    return {
        (step.role.value, step.ask.name, step.state, who, field): field in fields
        for step in steps
        for who, fields in step.seen.items()
        for field in Field
    }


def expected(role: Role, ask: str, state: str, who: str) -> frozenset[Field]:
    """Return the fields of a person that one request of a role is expected to show."""
    found = table()[role].shown.get(ask, {})
    if state == "any":
        # A page of no one person speaks of protected people alone, of nobody, or of everybody.
        return found.get("any" if who == "shielded" else "any_ordinary", frozenset())
    about = "ordinary" if state == "ordinary" else "shielded"
    return found.get(state, frozenset()) if who == about else frozenset()


def differences(steps: Iterable[Step]) -> list[str]:
    """Return the cells that differ from the table, in words."""
    return [
        f"{role} {ask} {state}: {field.value} of the {who} person is"
        f" {'shown' if shown else 'missing'}"
        for (role, ask, state, who, field), shown in cells(steps).items()
        if shown != (field in expected(Role(role), ask, state, who))
    ]
