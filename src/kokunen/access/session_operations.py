"""The only writer of stays at terminals, of passwords changed by their owners, and of refusals."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.conf import settings
from django.db import transaction

from kokunen.access.models import FormerPassword, Session, Staff
from kokunen.access.sessions import REFUSALS, Ending
from kokunen.audit.domain import Act, Change
from kokunen.audit.operations import record

if TYPE_CHECKING:
    from datetime import datetime, timedelta

    from kokunen.access.queries import Place, Standing
    from kokunen.access.sessions import Limits
    from kokunen.audit.domain import Occasion


def begin(
    *, standing: Standing, place: Place, address: str, occasion: Occasion, limits: Limits
) -> int:
    """Begin a stay and return its id; with ``limits.one`` the other stays of the account end."""
    with transaction.atomic():
        Staff.objects.select_for_update().get(pk=standing.staff)
        if limits.one:
            end_all(staff=standing.staff, ending=Ending.REPLACED, occasion=occasion)
        row = Session.objects.create(
            staff_id=standing.staff,
            terminal_id=place.id,
            address=address,
            department=standing.department,
            roles=sorted(standing.roles),
            started_at=occasion.at,
            seen_at=occasion.at,
        )
        record(act=Act.SIGN_IN, operation="access.sign_in", occasion=occasion)
    return row.pk


def touch(*, session: int, at: datetime, grain: timedelta) -> None:
    """Note that a stay is used, at most once in every ``grain``; an ended stay stays ended."""
    Session.objects.filter(pk=session, ended_at=None, seen_at__lte=at - grain).update(seen_at=at)


def end(*, session: int, ending: Ending, occasion: Occasion) -> None:
    """End a stay and record why; one that has ended already is left as it is.

    What was tried from another terminal is recorded as a refusal, all else as a sign-out.
    """
    with transaction.atomic():
        ended = Session.objects.filter(pk=session, ended_at=None).update(
            ended_at=occasion.at, ending=ending
        )
        if ended:
            record(
                act=Act.REFUSE if ending in REFUSALS else Act.SIGN_OUT,
                operation="access.sign_out",
                occasion=occasion,
                outcome=ending,
            )


def end_all(*, staff: int, ending: Ending, occasion: Occasion) -> int:
    """End every open stay of an account at once; return how many. Inside a transaction."""
    rows = Session.objects.select_for_update().filter(staff=staff, ended_at=None)
    ids = list(rows.values_list("pk", flat=True))
    if ids:
        Session.objects.filter(pk__in=ids).update(ended_at=occasion.at, ending=ending)
        record(
            act=Act.SIGN_OUT,
            operation="access.end_sessions",
            occasion=occasion,
            changes=[
                Change(table="access_session", row=str(one), field="ending", after=ending)
                for one in ids
            ],
            outcome=ending,
        )
    return len(ids)


def end_overdue(*, occasion: Occasion) -> int:
    """End the stays whose time is over although no request came any more; return how many."""
    limits: Limits = settings.KOKUNEN_SESSION_LIMITS
    with transaction.atomic():
        count = 0
        opened = Session.objects.select_for_update(skip_locked=True).filter(ended_at=None)
        for row in opened:
            if occasion.at - row.started_at >= limits.whole:
                ending = Ending.TOO_LONG
            elif occasion.at - row.seen_at >= limits.idle:
                ending = Ending.IDLE
            else:
                continue
            end(session=row.pk, ending=ending, occasion=occasion)
            count += 1
    return count


def refuse(*, operation: str, occasion: Occasion, outcome: str) -> None:
    """Record a refusal in a transaction of its own; ``outcome`` is the code of the reason."""
    with transaction.atomic():
        record(act=Act.REFUSE, operation=operation, occasion=occasion, outcome=outcome)


def change_password(*, staff: int, password: str, occasion: Occasion) -> str:
    """Set the password its owner chose and checked already; return the new digest.

    The former digest is kept so that the password is not used again; other stays end.
    """
    with transaction.atomic():
        one = Staff.objects.select_for_update().get(pk=staff)
        if one.password:
            FormerPassword.objects.create(staff=one, password=one.password, recorded_at=occasion.at)
        one.set_password(password)
        one.must_change_password = False
        one.save(update_fields=["password", "must_change_password"])
        record(
            act=Act.WRITE,
            operation="access.change_password",
            occasion=occasion,
            changes=[Change(table="access_staff", row=str(one.pk), field="password")],
        )
    return one.password


def note_second_factor(*, staff: int, what: str, occasion: Occasion) -> None:
    """Record that a second factor was added or renewed by its owner."""
    with transaction.atomic():
        record(
            act=Act.WRITE,
            operation="access.second_factor",
            occasion=occasion,
            changes=[Change(table="mfa_authenticator", row=str(staff), field=what)],
        )
