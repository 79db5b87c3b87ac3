"""A new key for the vault, and every row under it: the work of the batch role.

``number`` of rows, key ids and row ids are all that is said; a batch is one transaction, so a
program that is killed loses the batch in hand and the next run goes on from there.
"""

from __future__ import annotations

import base64
import os
from dataclasses import dataclass
from typing import TYPE_CHECKING
from uuid import UUID

from django.db import connection, transaction

from kokunen.access.vault import domain
from kokunen.access.vault.cipher import NONCE
from kokunen.access.vault.models import MyNumber
from kokunen.access.vault.queries import keys
from kokunen.audit.domain import Act, Change
from kokunen.audit.operations import record
from kokunen.postgres import secrets

if TYPE_CHECKING:
    from collections.abc import Iterator

    from kokunen.audit.domain import Occasion

_FIRST = UUID(int=0)


@dataclass(frozen=True, slots=True, kw_only=True)
class Batch:
    """What one batch did: rows put under the current key, and rows that do not decrypt."""

    rows: int
    broken: tuple[UUID, ...]


def rotate(*, size: int, occasion: Occasion) -> Iterator[Batch]:
    """Put every row that is under another key under the current one, ``size`` rows at a time.

    Each batch and its entry of the record are one transaction, committed when it is handed out.
    Rows that do not decrypt are left as they are and named.
    """
    after = _FIRST
    while True:
        with transaction.atomic():
            batch, after = _turn(after, size)
            if after == _FIRST:
                return
            record(
                act=Act.RUN,
                operation="vault.rotate",
                occasion=occasion,
                changes=[
                    Change(table="vault_my_number", row=str(row), field="broken")
                    for row in batch.broken
                ],
                outcome=f"{batch.rows} {keys().current.id}",
            )
        yield batch


def _turn(after: UUID, size: int) -> tuple[Batch, UUID]:
    ring = keys()
    key = ring.current
    rows = list(
        MyNumber.objects.select_for_update()
        .filter(id__gt=after)
        .exclude(key=key.id)
        .order_by("id")[:size]
    )
    turned, broken = 0, []
    for row in rows:
        try:
            number = ring.key(row.key).open(
                bytes(row.ciphertext), person=row.person_id, nonce=bytes(row.nonce)
            )
        except domain.UnableToOpenNumber:
            broken.append(row.id)
            continue
        row.key, row.nonce = key.id, os.urandom(NONCE)
        row.ciphertext = key.seal(number, person=row.person_id, nonce=row.nonce)
        row.blind = key.blind(number)
        row.save(update_fields=["key", "nonce", "ciphertext", "blind"])
        turned += 1
    return Batch(rows=turned, broken=tuple(broken)), rows[-1].id if rows else _FIRST


def add_key(*, occasion: Occasion) -> str:
    """Draw a key, make it current and return its id; raise ``UnableToUseKeys``.

    Keys that the environment gives are not changed here.
    """
    if os.environ.get("KOKUNEN_VAULT_KEYS"):
        raise domain.UnableToUseKeys(
            "金庫の鍵は環境変数 KOKUNEN_VAULT_KEYS で与えられているため、ここでは増やせません。",
            fix="環境変数の最後に「鍵の名前 base64の32バイト」の行を加えてください。",
            field="vault_keys",
        )
    name = f"k{os.urandom(4).hex()}"
    with transaction.atomic():
        with connection.cursor() as cursor:
            # Two at once would lose one of the two lines.
            cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended('vault_keys', 0))")
        keys()  # a file that cannot be read is not written over
        record(act=Act.RUN, operation="vault.add_key", occasion=occasion, outcome=name)
        line = f"{name} {base64.b64encode(os.urandom(32)).decode()}"
        secrets.write("vault_keys", f"{secrets.read('vault_keys').decode()}\n{line}")
    return name
