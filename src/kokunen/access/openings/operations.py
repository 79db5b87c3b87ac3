"""Asking to open a sealed thing, and answering. Both commit on their own, before any reading."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING
from uuid import UUID, uuid4

from django.db import IntegrityError, transaction

from kokunen.access.openings import domain, queries
from kokunen.access.openings.domain import LASTS, Kind
from kokunen.access.openings.models import Answer, Opening
from kokunen.audit.domain import Act, Change
from kokunen.audit.operations import record
from kokunen.dates.errors import Refusal

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

    from kokunen.audit.domain import Occasion


@contextmanager
def refusals_recorded(
    *, operation: str, occasion: Occasion, person: int | None = None
) -> Iterator[None]:
    """Record a refusal that passes, in a transaction of its own (act REFUSE, its code as outcome).

    Inside a caller's transaction that would be rolled back with it; there the outermost operation
    is the one that records.
    """
    try:
        yield
    except Refusal as refusal:
        if not transaction.get_connection().in_atomic_block:
            with transaction.atomic():
                record(
                    act=Act.REFUSE,
                    operation=operation,
                    occasion=occasion,
                    person=person,
                    outcome=refusal.code,
                )
        raise


def request(*, kind: Kind, person: int, occasion: Occasion, until: datetime | None = None) -> UUID:
    """Ask to open a sealed thing of one person and return the opening's id.

    ``until`` is None for the usual time (``domain.LASTS``), at most an hour after
    ``occasion.at``. Opens at once what needs no second person. Commits; raises what
    ``domain.may_request`` does, and ``RuntimeError`` inside a transaction.
    """
    kind = Kind(kind)
    end = until or occasion.at + LASTS[kind]
    with refusals_recorded(operation="openings.request", occasion=occasion, person=person):
        staff = domain.may_request(kind=kind, occasion=occasion, until=end)
        opening = uuid4()
        with transaction.atomic(durable=True):
            Opening.objects.create(
                id=opening,
                kind=kind.value,
                person_id=person,
                requested_by=staff,
                staff_number=occasion.staff_number,
                purpose=occasion.purpose,
                case_id=occasion.case,
                reason=occasion.reason,
                requested_at=occasion.at,
                until=end,
            )
            record(
                act=Act.OPEN,
                operation="openings.request",
                occasion=occasion,
                person=person,
                changes=[
                    Change(
                        table="openings_opening", row=str(opening), field="kind", after=kind.value
                    )
                ],
            )
    return opening


def answer(*, opening: UUID, granted: bool, reason: str, occasion: Occasion) -> None:
    """Grant or refuse a request, once, as a second person.

    Commits; raises what ``domain.may_answer`` does, ``UnableToOpenNotGranted`` where there is no
    such request, and ``RuntimeError`` inside a transaction.
    """
    asked = queries.one(opening)
    with refusals_recorded(
        operation="openings.answer", occasion=occasion, person=asked.person if asked else None
    ):
        if asked is None:
            raise domain.not_granted(None)
        staff = domain.may_answer(asked, granted=granted, reason=reason, occasion=occasion)
        with transaction.atomic(durable=True):
            try:
                with transaction.atomic():
                    Answer.objects.create(
                        opening_id=opening,
                        requested_by=asked.requested_by,
                        answered_by=staff,
                        granted=granted,
                        reason=reason,
                        at=occasion.at,
                    )
            except IntegrityError:
                # Two people answered at once: the database let one of them.
                raise domain.already_answered() from None
            record(
                act=Act.OPEN if granted else Act.REFUSE,
                operation="openings.answer",
                # The second person acts for the purpose that the first one stated.
                occasion=occasion.because(purpose=asked.purpose, reason=reason, case=asked.case),
                person=asked.person,
                changes=[
                    Change(
                        table="openings_answer",
                        row=str(opening),
                        field="granted",
                        after=str(granted).lower(),
                    )
                ],
                outcome="granted" if granted else "refused",
            )
