"""Who may say what: certificate, time, once, function, member of staff. And what was refused.

Nothing of a message's content is kept here.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, TypeVar

from django.db import IntegrityError, transaction
from django.db.models import Q, QuerySet

from kokunen.audit.domain import Act, Change, Occasion
from kokunen.audit.operations import record
from kokunen.dates.tokyo import day_of
from kokunen.linkage import models
from kokunen.linkage.domain import Code, Function, Refused

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date, datetime

    from kokunen.linkage.messages import Message

M = TypeVar("M", bound=models.Dated)


@dataclass(frozen=True, slots=True, kw_only=True)
class Caller:
    """A system that was let in, acting for itself or for a member of staff."""

    system: str
    staff_number: str
    at: datetime
    address: str

    @property
    def today(self) -> date:
        """The day in Japan."""
        return day_of(self.at)

    def occasion(self) -> Occasion:
        """Return the occasion for the record: the member of staff, or the system itself."""
        return Occasion(
            at=self.at,
            staff=None,
            staff_number=self.staff_number or f"system {self.system}",
            department="",
            terminal=f"linkage {self.system}"[:64],
        )

    def record(self, act: Act, *changes: Change, outcome: str = "") -> None:
        """Write the line of the record about what this message did, in its transaction."""
        record(
            act=act,
            operation=_operation(self.address),
            occasion=self.occasion(),
            changes=changes,
            outcome=outcome,
        )


def identify(*, fingerprint: str, at: datetime) -> str:
    """Return the code of the system that a certificate belongs to; raise ``Refused``."""
    found = models.Certificate.objects.filter(fingerprint=fingerprint).first()
    if found is None:
        raise Refused(Code.UNREGISTERED)
    if found.revoked_at is not None:
        raise Refused(Code.REVOKED)
    systems = in_force(models.System.objects.all(), day_of(at)).filter(code=found.system_id)
    if not found.valid_from <= at < found.valid_until or not systems.exists():
        raise Refused(Code.UNREGISTERED)
    return found.system_id


def admit(
    *,
    message: Message,
    system: str,
    address: str,
    function: Function | None,
    at: datetime,
    clock_seconds: int,
) -> Caller:
    """Let a message of an identified system in, once, or raise ``Refused``.

    Its id is spent in a transaction of its own, whatever becomes of it.
    """
    if message.system != system:
        raise Refused(Code.OTHER_SYSTEM, field="system")
    if abs(message.made_at - at) > timedelta(seconds=clock_seconds):
        raise Refused(Code.OFF_TIME, field="made_at")
    try:
        with transaction.atomic():
            models.Message.objects.create(
                id=message.id,
                system=system,
                address=address,
                staff_number=message.staff_number,
                made_at=message.made_at,
                received_at=at,
            )
    except IntegrityError:
        raise Refused(Code.REPLAYED, field="id") from None
    caller = Caller(system=system, staff_number=message.staff_number, at=at, address=address)
    if function is not None:
        _permit(caller, function)
    return caller


def _permit(caller: Caller, function: Function) -> None:
    given = (
        in_force(models.Permission.objects.all(), caller.today)
        .filter(system=caller.system, function=function)
        .first()
    )
    if given is None:
        raise Refused(Code.NO_FUNCTION)
    if not caller.staff_number:
        if given.by_staff:
            raise Refused(Code.NO_STAFF, field="staff_number")
        return
    held = in_force(models.Right.objects.all(), caller.today).filter(
        staff_number=caller.staff_number, function=function
    )
    if not held.exists():
        raise Refused(Code.NO_RIGHT, field="staff_number")


def listed(caller: Caller, function: Function, *, basis: str, items: Sequence[str]) -> None:
    """Raise ``Refused`` unless every item may be provided, or asked for, under the basis."""
    allowed = (
        in_force(models.Item.objects.all(), caller.today)
        .filter(system=caller.system, function=function, basis=basis, item__in=items)
        .values_list("item", flat=True)
    )
    if set(allowed) != set(items):
        raise Refused(Code.NOT_LISTED, field="items")


def subject(caller: Caller, number: str) -> models.Subject:
    """Return the subject of an integrated number that the caller knows one of its own by.

    Raises ``Refused`` without saying whether the number exists elsewhere.
    """
    found = models.Subject.objects.filter(number=number, localnumber__system=caller.system).first()
    if found is None:
        raise Refused(Code.NUMBER, field="integrated_number")
    return found


def in_force(rows: QuerySet[M], day: date) -> QuerySet[M]:
    """Return the rows that hold on a day."""
    return rows.filter(Q(until=None) | Q(until__gt=day), since__lte=day)


def note_refusal(
    *, code: Code, peer: str, at: datetime, system: str = "", function: str = ""
) -> None:
    """Record a refused message or connection, in a transaction of its own."""
    occasion = Occasion(
        at=at,
        staff=None,
        staff_number=f"system {system}" if system else "linkage",
        department="",
        terminal=f"linkage {peer}"[:64],
    )
    with transaction.atomic():
        models.RefusalNote.objects.create(
            at=at, system=system, function=function, code=code, peer=peer
        )
        record(
            act=Act.REFUSE,
            operation=_operation(function) if function else "linkage.connection",
            occasion=occasion,
            outcome=code,
        )


def _operation(address: str) -> str:
    return "linkage." + address.removeprefix("/v1/").replace("/", "_")
