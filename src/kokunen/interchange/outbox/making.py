"""Everything that is due to go out is made here, by a program, as often as it is asked.

Killed anywhere, the next run ends the same. The data lies in ``made/`` before the ledger has its
row; a file of which the ledger knows nothing reached nobody and is swept away. A partner's folder
gets a file under a name that nobody takes; only after the ledger has it as sent is it renamed, and
a renaming that was missed is made up for.
"""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

from django.db import connection, transaction

from kokunen.dates.errors import Refusal
from kokunen.dates.month import Month
from kokunen.interchange import asking
from kokunen.interchange.outbox import changes, forwarding, handing, laying, ledger
from kokunen.interchange.outbox.calendar import first_business_day
from kokunen.interchange.outbox.drafting import make, make_draft
from kokunen.interchange.outbox.transfers import TRANSFERS, Rhythm

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import date

    from kokunen.audit.domain import Occasion
    from kokunen.interchange.outbox.transfers import Transfer


def collect(*, on: date, occasion: Occasion) -> tuple[int, ...]:
    """Make every file that is due on a day, hand over what needs nobody, and return what was made.

    Done twice, it makes nothing twice; one collection at a time, others wait. What cannot be handed
    over now is tried again by the next one. ``occasion`` is the program's; its purpose is stated
    here. Where a part cannot be made, the others are made and handed over all the same; then the
    first refusal is raised.
    """
    made: list[int] = []
    refused: list[Refusal] = []
    to_rooms = occasion.because(purpose="other_office", reason="庁内の移転・照会")
    with _alone():
        with transaction.atomic():
            ledger.holding_folders(alone=True)
            laying.sweep(ledger.kept_digests())
            handing.make_up()
        for part in (
            _forwarding(on, occasion.because(purpose="reception", reason="進達")),
            *(_transfer(each, on, to_rooms) for each in TRANSFERS),
            _requests(on, to_rooms),
        ):
            try:
                made += [file for file in part if file is not None]
            except Refusal as refusal:
                refused.append(refusal)
        handing.hand_over_all(occasion=to_rooms)
    if refused:
        raise refused[0]
    return tuple(made)


def _forwarding(on: date, occasion: Occasion) -> Iterator[int | None]:
    yield forwarding.make(on=on, occasion=occasion)


def _transfer(transfer: Transfer, on: date, occasion: Occasion) -> Iterator[int | None]:
    month = Month.of(on) - 1
    if Rhythm.EVENT in transfer.rhythms:
        yield make(
            layout=transfer.layout,
            pages=changes.events(transfer, on=on, at=occasion.at),
            on=on,
            occasion=occasion,
            header={"rhythm": Rhythm.EVENT.value, "month": None},
            detail={"rhythm": Rhythm.EVENT.value},
        )
    is_due = Rhythm.MONTHLY in transfer.rhythms and on >= first_business_day(month + 1)
    if is_due and ledger.told(transfer.layout, {"month": str(month)}) is None:
        yield make(
            layout=transfer.layout,
            pages=changes.monthly(transfer, month=month),
            on=on,
            occasion=occasion,
            header={"rhythm": Rhythm.MONTHLY.value, "month": month},
            detail={"rhythm": Rhythm.MONTHLY.value, "month": str(month)},
            one_by_one=False,
        )


def _requests(on: date, occasion: Occasion) -> Iterator[int | None]:
    """Make what is asked of the tax office; which that is, its own module knows."""
    for drafts in (asking.tax_requests, asking.renewal_requests):
        for draft in drafts(on=on, occasion=occasion):
            yield make_draft(draft, occasion=occasion)


@contextmanager
def _alone() -> Iterator[None]:
    """Let one collection run at a time; the lock goes with the connection that holds it."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_lock(%s, 0)", [ledger.LOCKS])
    try:
        yield
    finally:
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_unlock(%s, 0)", [ledger.LOCKS])
