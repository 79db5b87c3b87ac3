"""The second person: who entered a fact may not check it (founding document 004, Ⅲ2)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import connection, transaction

from kokunen.access.domain import may_check
from kokunen.access.openings.operations import refusals_recorded
from kokunen.audit.domain import Act, Change
from kokunen.audit.operations import record
from kokunen.dates.errors import Refusal
from kokunen.people.models import Check, Entry

if TYPE_CHECKING:
    from uuid import UUID

    from kokunen.audit.domain import Occasion


class UnableToCheckFact(Refusal):
    """There is no such entry, it is checked already, or a program asked."""

    code = "not_checkable"


def check_fact(*, entry: UUID, occasion: Occasion) -> None:
    """Check an entry (`Recorded.entry`) as a second person; once checked, again does nothing.

    Raises ``kokunen.access.domain.UnableToCheckOwnWork`` for whoever entered it, and
    ``UnableToCheckFact``.
    """
    found = Entry.objects.filter(pk=entry).first()
    with (
        refusals_recorded(
            operation="people.check_fact",
            occasion=occasion,
            person=None if found is None else found.person_id,
        ),
        transaction.atomic(),
    ):
        if found is None or occasion.staff is None:
            raise UnableToCheckFact(
                "確認する入力が見つからないか、確認する職員が分かりません。",
                fix="一覧を開き直してください。",
            )
        may_check(found.recorded_by, occasion.staff)
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [f"people_entry {entry}"]
            )
        before = Check.objects.filter(pk=entry).first()
        if before is not None:
            if before.checked_by == occasion.staff:
                return
            raise UnableToCheckFact(
                "この入力は、別の職員が確認しました。", fix="一覧を開き直してください。"
            )
        Check.objects.create(
            entry_id=entry,
            recorded_by=found.recorded_by,
            checked_by=occasion.staff,
            checked_at=occasion.at,
        )
        record(
            act=Act.WRITE,
            operation="people.check_fact",
            occasion=occasion,
            person=found.person_id,
            changes=[
                Change(
                    table="people_check",
                    row=str(entry),
                    field="checked_by",
                    after=str(occasion.staff),
                )
            ],
        )
