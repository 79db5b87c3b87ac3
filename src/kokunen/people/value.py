"""The shape of every value of the register, and of what a reader gets of it. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar, Generic, TypeVar

from kokunen.access.domain import Field  # noqa: TC001 - the loader reads the annotations at run time

if TYPE_CHECKING:
    from datetime import datetime
    from uuid import UUID

    from kokunen.people import codes
    from kokunen.people.periods import Period

Lane = tuple[str, ...] | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Value:
    """What one fact says.

    ``KIND`` names it in history and in the record. ``FIELDS`` says which columns belong to which
    field of access. ``AT_START`` and ``AT_END`` are the columns that speak of the period's first or
    last day: a leftover piece that begins or ends elsewhere does not keep them.
    """

    KIND: ClassVar[str]
    FIELDS: ClassVar[dict[Field, tuple[str, ...]]]
    AT_START: ClassVar[tuple[str, ...]] = ()
    AT_END: ClassVar[tuple[str, ...]] = ()

    def lane(self) -> Lane:
        """Return what this fact competes with: facts of one lane do not overlap.

        None: it competes with nothing (a rejected application beside a new one).
        """
        return ()

    def problem(self, valid: Period) -> tuple[str, str, str] | None:
        """Return (message, fix, field) when the value cannot be recorded for the period."""
        del valid
        return None


V_co = TypeVar("V_co", bound=Value, covariant=True)


@dataclass(frozen=True, slots=True, kw_only=True)
class Recorded(Generic[V_co]):
    """A fact as it stands in the register.

    ``entry`` is the entry that wrote it, which a second person checks. ``recorded_by``,
    ``checked_by`` and ``superseded_by`` are access_staff ids, 0 a program;
    ``withheld`` are the fields whose columns were emptied because the role does not see them;
    ``reason`` is what was written when the fact was entered.
    """

    id: int
    entry: UUID
    value: V_co
    valid: Period
    source: codes.Source
    source_ref: str
    recorded_at: datetime
    recorded_by: int
    reason: str = ""
    checked_by: int | None = None
    checked_at: datetime | None = None
    superseded_at: datetime | None = None
    superseded_by: int | None = None
    withheld: frozenset[Field] = frozenset()


@dataclass(frozen=True, slots=True, kw_only=True)
class Hidden:
    """Not for this role (``why`` "role"), or income outside a case that tests it ("case")."""

    why: str = "role"


@dataclass(frozen=True, slots=True, kw_only=True)
class Masked:
    """Sealed by a protection measure (支援措置) until it is opened with a second person."""
