"""What a line of the table of addresses says."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from typing import Final

from kokunen.access.domain import Permission

VIEWS: Final = "kokunen.web.views"
READ: Final = ("GET",)
SEND: Final = ("POST",)
PERSON: Final = "people/<uuid:key>/"


class Gate(Enum):
    """Who passes where no permission is needed."""

    ANYONE = "anyone"
    """Also those who have not signed in; nothing of a role or a person is shown."""
    SIGNED_IN = "signed_in"
    """Whoever has signed in with both factors."""
    FIRST_FACTOR = "first_factor"
    """Whoever has signed in and may still have to set up the second factor or the password."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Route:
    """One address. ``view`` is the dotted name of its view; ``person``: it can show a person."""

    name: str
    path: str
    view: str
    needs: Permission | Gate
    person: bool = False
    methods: tuple[str, ...] = ("GET", "POST")
    note: str = ""

    @property
    def permission(self) -> Permission:
        """The permission needed; raises TypeError where a gate stands instead."""
        if isinstance(self.needs, Permission):
            return self.needs
        raise TypeError(self.name)
