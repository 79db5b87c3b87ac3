"""Integrated numbers (団体内統合宛名番号), founding document 004, システム2 1.

A number is drawn when a My Number first appears; until then a system's own number waits without
one. The same My Number from two systems is the same person.
"""

from __future__ import annotations

import os
import secrets as strong
from typing import TYPE_CHECKING, Any
from uuid import uuid4

from django.db import connection, transaction

from kokunen.access.vault.cipher import NONCE, Keyring, keyring
from kokunen.access.vault.domain import IndividualNumber, UnableToOpenNumber, UnableToReadNumber
from kokunen.audit.domain import Act, Change
from kokunen.linkage import errands, sealing
from kokunen.linkage.domain import Code, Errand, Refused
from kokunen.linkage.models import LocalNumber, SealedNumber, Subject
from kokunen.postgres import secrets

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from datetime import datetime

    from kokunen.linkage.admission import Caller


def keys() -> Keyring:
    """Return the platform's own keys, which are not those of the vault."""
    return keyring(secrets.read(sealing.SECRET), secret=sealing.SECRET)


def integrate(caller: Caller, body: Mapping[str, Any]) -> dict[str, Any]:
    """Take a local number, with or without a My Number, and give its integrated number or None.

    Raises ``Refused``: the My Number is none, or is not the one recorded for this local number.
    """
    given = _read(body.get("my_number"))
    with transaction.atomic(), connection.cursor() as cursor:
        # Two systems that bring the same person at once must find one another.
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended('linkage_numbers', 0))")
        local, created = LocalNumber.objects.get_or_create(
            system_id=caller.system,
            local_number=body["local_number"],
            defaults={"residence": body["residence"], "received_at": caller.at},
        )
        changes = [_change(local, "received_at")] if created else []
        if local.residence != body["residence"]:
            local.residence = body["residence"]
            local.save(update_fields=["residence"])
            changes.append(_change(local, "residence"))
        if given is not None:
            changes += _link(caller, local, given, replaces=body.get("replaces", False))
        caller.record(Act.WRITE, *changes)
    return {"integrated_number": None if local.subject is None else local.subject.number}


def rotate(*, at: datetime, size: int = 500) -> Iterator[tuple[int, int]]:
    """Seal every My Number again under the current key, ``size`` rows in a transaction.

    Yields how many rows were turned, and how many did not decrypt and stay as they are.
    """
    key, after = keys().current, 0
    while True:
        turned, broken = 0, []
        with transaction.atomic():
            rows = list(
                SealedNumber.objects.select_for_update()
                .filter(pk__gt=after)
                .exclude(key=key.id)
                .order_by("pk")[:size]
            )
            for row in rows:
                try:
                    number = (
                        keys()
                        .key(row.key)
                        .open(bytes(row.ciphertext), person=row.subject_id, nonce=bytes(row.nonce))
                    )
                except UnableToOpenNumber:
                    broken.append(row.pk)
                    continue
                row.key, row.nonce = key.id, os.urandom(NONCE)
                row.ciphertext = key.seal(number, person=row.subject_id, nonce=row.nonce)
                row.blind = key.blind(number)
                row.save(update_fields=["key", "nonce", "ciphertext", "blind"])
                turned += 1
            if not rows:
                return
            after = rows[-1].pk
            sealing.note_rotation(
                table="linkage_sealed_number",
                broken=broken,
                outcome=f"{turned} {key.id}",
                at=at,
            )
        yield turned, len(broken)


def _read(text: str | None) -> IndividualNumber | None:
    if text is None:
        return None
    try:
        return IndividualNumber(text)
    except UnableToReadNumber:
        raise Refused(Code.CHECK_DIGIT, field="my_number") from None


def _link(
    caller: Caller, local: LocalNumber, number: IndividualNumber, *, replaces: bool
) -> list[Change]:
    """Bind a local number to the holder of a My Number, who may be new."""
    known = SealedNumber.objects.filter(blind__in=keys().blinds(number)).first()
    if known is not None:
        other = local.subject_id is not None and local.subject_id != known.subject_id
        if known.ended_at is not None or other:
            raise Refused(Code.DIFFERS, field="my_number")
        if local.subject_id is not None:
            return []
        return [_bind(caller, local, known.subject)]
    if local.subject is not None:
        if not replaces:
            raise Refused(Code.DIFFERS, field="my_number")
        SealedNumber.objects.filter(subject=local.subject, ended_at=None).update(ended_at=caller.at)
        return [_seal(caller, local.subject, number)]
    subject = Subject.objects.create(number=_draw(), assigned_at=caller.at)
    sealed = _seal(caller, subject, number)
    errands.begin(errand=uuid4(), kind=Errand.REGISTER, caller=caller, subject=subject, content={})
    return [sealed, _bind(caller, local, subject)]


def _bind(caller: Caller, local: LocalNumber, subject: Subject) -> Change:
    local.subject, local.linked_at = subject, caller.at
    local.save(update_fields=["subject", "linked_at"])
    return Change(
        table="linkage_local_number", row=str(local.pk), field="subject", after=str(subject.pk)
    )


def _seal(caller: Caller, subject: Subject, number: IndividualNumber) -> Change:
    key, nonce = keys().current, os.urandom(NONCE)
    row = SealedNumber.objects.create(
        subject=subject,
        recorded_at=caller.at,
        key=key.id,
        nonce=nonce,
        ciphertext=key.seal(number, person=subject.pk, nonce=nonce),
        blind=key.blind(number),
    )
    return Change(
        table="linkage_sealed_number", row=str(row.pk), field="number", after=str(subject.pk)
    )


def _draw() -> str:
    """Draw a number of 15 digits that says nothing; the database holds that it is one only once."""
    return f"{strong.randbelow(9 * 10**14) + 10**14}"


def _change(local: LocalNumber, field: str) -> Change:
    return Change(table="linkage_local_number", row=str(local.pk), field=field)
