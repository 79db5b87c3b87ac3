"""Putting a number in, the only way of getting it out, and finding who holds one."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING
from uuid import UUID, uuid4

from django.db import IntegrityError, ProgrammingError, connection, transaction
from django.db.backends.postgresql.psycopg_any import DateRange

from kokunen.access.domain import Field, stated
from kokunen.access.openings import queries as openings
from kokunen.access.openings.domain import Kind
from kokunen.access.openings.operations import refusals_recorded
from kokunen.access.vault import domain
from kokunen.access.vault.cipher import NONCE
from kokunen.access.vault.models import MyNumber
from kokunen.access.vault.queries import keys
from kokunen.audit.domain import Act, Change
from kokunen.audit.operations import record
from kokunen.dates.tokyo import day_of

if TYPE_CHECKING:
    from datetime import date

    from kokunen.access.vault.domain import IndividualNumber
    from kokunen.audit.domain import Occasion


def store(
    *,
    person: int,
    number: IndividualNumber,
    since: date,
    source: str,
    source_ref: str = "",
    occasion: Occasion,
) -> UUID:
    """Record a person's number from a day on and return the row's id.

    What was recorded from that day on is superseded and kept. Raises ``UnableToStoreNumber``
    where another person holds the number, now or before.
    """
    held = keys()
    key, row, nonce = held.current, uuid4(), os.urandom(NONCE)
    with (
        refusals_recorded(operation="vault.store", occasion=occasion, person=person),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute("SELECT vault_taken(%s, %s)", [person, held.blinds(number)])
        if cursor.fetchone()[0]:
            raise _taken()
        try:
            with transaction.atomic():
                cursor.execute(
                    "SELECT vault_close(%s, %s, %s, %s)", [person, since, occasion.at, row]
                )
                closed = [str(old) for (old,) in cursor.fetchall()]
                MyNumber.objects.create(
                    id=row,
                    person_id=person,
                    valid=DateRange(since, None),
                    source=source,
                    source_ref=source_ref,
                    recorded_at=occasion.at,
                    recorded_by=occasion.staff,
                    key=key.id,
                    nonce=nonce,
                    ciphertext=key.seal(number, person=person, nonce=nonce),
                    blind=key.blind(number),
                )
        except IntegrityError:
            # Somebody recorded this number, or this person's, in the same moment.
            raise _taken() from None
        record(
            act=Act.WRITE,
            operation="vault.store",
            occasion=occasion,
            person=person,
            changes=[
                Change(table="vault_my_number", row=str(row), field="number"),
                *(
                    Change(table="vault_my_number", row=old, field="superseded_by", after=str(row))
                    for old in closed
                ),
            ],
        )
    return row


def open_number(*, person: int, occasion: Occasion, opening: UUID | None) -> str:
    """Return the 12 digits of the number that a person has on the day of the occasion.

    The only way out of the vault. ``opening`` is one of kind ``my_number`` that an earlier
    transaction committed. The opening is recorded, and committed, before anything is returned.
    Raises ``UnableToOpen…`` where it does not stand and ``UnableToOpenNumber`` where the vault
    has no number or cannot decrypt it; ``RuntimeError`` inside a transaction.
    """
    with (
        refusals_recorded(operation="vault.open_number", occasion=occasion, person=person),
        transaction.atomic(durable=True),
        openings.standing(opening, occasion.staff),
    ):
        openings.require(person=person, kind=Kind.MY_NUMBER, opening=opening, occasion=occasion)
        row = MyNumber.objects.filter(
            person_id=person,
            superseded_at=None,
            valid__contains=day_of(occasion.at),
        ).first()
        if row is None:
            raise domain.UnableToOpenNumber(
                "この人の個人番号は記録されていません。",
                fix="個人番号の提示を受けて、記録してください。",
            )
        number = (
            keys().key(row.key).open(bytes(row.ciphertext), person=person, nonce=bytes(row.nonce))
        )
        record(
            act=Act.OPEN,
            operation="vault.open_number",
            occasion=occasion,
            person=person,
            shown=[Field.MY_NUMBER],
            changes=[Change(table="vault_my_number", row=str(row.id), field="opened")],
        )
    return number.reveal()


def find_person(*, number: IndividualNumber, occasion: Occasion) -> int | None:
    """Return who holds a number now (宛名番号), or None.

    The search is recorded and committed first; the database looks behind its wall only for that
    entry. Needs a member of staff, a purpose and a case: raises ``UnableToOpenWithoutPurpose`` or
    ``UnableToFindPerson``; ``RuntimeError`` inside a transaction.
    """
    with refusals_recorded(operation="vault.find_person", occasion=occasion):
        stated(purpose=occasion.purpose, reason=occasion.reason, case=occasion.case)
        if occasion.case is None or occasion.staff is None:
            raise domain.UnableToFindPerson(
                "個人番号で人を探せるのは、案件を担当する職員だけです(番号法9条)。",
                fix="職員としてサインインし、案件番号を入れてください。",
                field="case",
            )
        with transaction.atomic(durable=True):
            entry = record(act=Act.OPEN, operation="vault.find_person", occasion=occasion)
        with transaction.atomic(durable=True), openings.standing(None, occasion.staff):
            person = _holder(entry, keys().blinds(number))
            if person is not None:
                record(
                    act=Act.READ, operation="vault.find_person", occasion=occasion, person=person
                )
    return person


def _holder(entry: UUID, blinds: list[bytes]) -> int | None:
    with connection.cursor() as cursor:
        try:
            with transaction.atomic():
                cursor.execute("SELECT vault_holder(%s, %s)", [entry, blinds])
                (person,) = cursor.fetchone()
        except ProgrammingError:
            raise domain.UnableToFindPerson(
                "この検索の記録が確定していないか、時刻がずれています。",
                fix="端末とサーバーの時計を確かめて、もう一度検索してください。",
            ) from None
    return None if person is None else int(person)


def _taken() -> domain.UnableToStoreNumber:
    return domain.UnableToStoreNumber(
        "この個人番号は別の人に記録されているか、同時に記録されました。",
        fix="番号と人を確かめてください。同じ人が二重に登録されているかもしれません。",
        field="number",
    )
