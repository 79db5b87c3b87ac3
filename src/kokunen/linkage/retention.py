"""What is done with goes after a time: messages, refusals, settled errands, delivered files.

Deleted by the owner's role alone (`kokunen linkage prune`); the service deletes nothing. The record
of access (`kokunen.audit`) keeps a line of each accepted and each refused act.
"""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from django.db import transaction

from kokunen.audit.domain import Act
from kokunen.audit.operations import record
from kokunen.dates.errors import Refusal
from kokunen.linkage.domain import Errand, State
from kokunen.linkage.models import Errand as ErrandRow
from kokunen.linkage.models import File, Message, RefusalNote

if TYPE_CHECKING:
    from collections.abc import Mapping

    from kokunen.audit.domain import Occasion


class UnableToPrune(Refusal):
    """The time asked for is shorter than a replayed message must be known for."""

    code = "linkage_prune"


def prune(*, days: int, clock_seconds: int, occasion: Occasion) -> Mapping[str, int]:
    """Delete what was done with ``days`` ago; return how many rows of each table.

    Kept: errands that are open, whose answer the asking system has not yet, or whose processing
    number the gateway has not yet; files that were not acknowledged. Raises ``UnableToPrune``.
    """
    # A message is refused by its time once it is older than this, and until then by its id. Its
    # time may be ahead of ours by as much again.
    if days < 1 or timedelta(days=days) <= timedelta(seconds=2 * clock_seconds):
        raise UnableToPrune(
            "日数が短すぎます。使われた電文番号を、時刻の許容幅より先に消すことはできません。",
            fix="1以上で、linkage.json の clock_seconds の2倍より長い日数を指定してください。",
            field="days",
        )
    before = occasion.at - timedelta(days=days)
    settled = ErrandRow.objects.filter(settled_at__lt=before, answer__isnull=True).exclude(
        kind=Errand.IDENTIFIER, state=State.DONE, handed_at=None
    )
    done = {
        "linkage_message": Message.objects.filter(received_at__lt=before),
        "linkage_refusal": RefusalNote.objects.filter(at__lt=before),
        "linkage_errand": settled,
        "linkage_file": File.objects.filter(state=State.DONE, acknowledged_at__lt=before),
    }
    with transaction.atomic():
        counted = {table: rows.delete()[0] for table, rows in done.items()}
        record(
            act=Act.RUN,
            operation="linkage.prune",
            occasion=occasion,
            outcome=" ".join(f"{table}={count}" for table, count in counted.items()),
        )
    return counted
