"""What the inbox hands to a receiver, and what it expects back.

A receiver is a function of a chunk of records. The inbox calls it within one transaction, in which
it also writes the ledger, so that an effect and its line stand or fall together.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final
from uuid import UUID, uuid5

from django.db import transaction

from kokunen.dates.errors import Refusal
from kokunen.interchange.domain import Effect, RecordOutcome

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date

    from kokunen.audit.domain import Occasion
    from kokunen.interchange.domain import Partner


@dataclass(frozen=True, slots=True, kw_only=True)
class Incoming:
    """A detail record that could be read: its number in the file, its fields, its bytes.

    ``header`` are the fields of the header it stands under.
    """

    number: int
    values: Mapping[str, Any]
    raw: bytes
    header: Mapping[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Context:
    """The file a record came in, and on whose occasion it is applied.

    ``occasion`` has a purpose and the department whose queue gets the cases. ``opening`` names a
    standing opening where a member of staff applies a sealed record; None for the program.
    """

    file: int
    request_id: UUID
    layout: str
    partner: Partner
    made_on: date | None
    sequence: int | None
    occasion: Occasion
    opening: UUID | None = None

    def request(self, number: int, part: str = "") -> UUID:
        """Return the request number of a record's act: the same whenever it is tried again."""
        return uuid5(self.request_id, f"{number} {part}")

    def source(self, number: int) -> str:
        """Return what stands as ``source_ref`` beside the facts that a record made."""
        return f"連携{self.file}-{number}"


Receiver = Callable[[Sequence[Incoming], Context], Sequence[Effect]]
"""Applies a chunk of records in their order and answers one effect for each, in the same order."""


def one_by_one(apply: Callable[[Incoming, Context], Effect]) -> Receiver:
    """Make a receiver of a function of one record: what is refused leaves nothing of itself."""

    def receive(records: Sequence[Incoming], context: Context) -> Sequence[Effect]:
        return [_tried(apply, record, context) for record in records]

    return receive


def _tried(
    apply: Callable[[Incoming, Context], Effect], record: Incoming, context: Context
) -> Effect:
    try:
        with transaction.atomic():
            return apply(record, context)
    except Refusal as refusal:
        return refused(refusal)


def refused(refusal: Refusal, *, outcome: RecordOutcome = RecordOutcome.REFUSED) -> Effect:
    """Return the effect of a record that was refused."""
    return Effect(
        outcome=outcome,
        code=refusal.code,
        says=refusal.message,
        fix=refusal.fix,
        fields=(refusal.field,) if refusal.field else (),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Receives:
    """How the records of a layout are received.

    ``notice`` returns the sender's own number of a record ("": the layout has none): of one layout
    no notice is applied twice, under whatever file name it comes. ``group`` returns what records
    that follow each other and are one act have in common ("": the record stands alone).
    """

    layout: str
    apply: Receiver
    notice: Callable[[Mapping[str, Any]], str] = lambda values: ""  # noqa: ARG005 - no number
    group: Callable[[Mapping[str, Any]], str] = lambda values: ""  # noqa: ARG005 - alone


CHUNK: Final = 50
"""Records applied in one transaction; more where a group would be cut."""
