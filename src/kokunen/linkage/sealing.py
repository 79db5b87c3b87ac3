"""What the platform holds for others, sealed on its disk and in its tables with its own keys.

A row's content is AES-256-GCM under a key that is derived from the current line of the secret
``linkage_keys``. A file has a key of its own, drawn for it and sealed in its row, so that a new
line changes rows alone; its blocks follow STREAM (Hoang, Reyhanitabar, Rogaway and Vizár, "Online
Authenticated-Encryption and its Nonce-Reuse Misuse-Resistance", 2015), as in age and Tink.
"""

from __future__ import annotations

import json
import os
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, BinaryIO, Final, TypeVar
from uuid import UUID

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.db import transaction

from kokunen.access.vault import cipher
from kokunen.audit.domain import Act, Change, Occasion
from kokunen.audit.operations import record
from kokunen.linkage.domain import BLOCK, Code, Refused
from kokunen.linkage.models import Errand, File
from kokunen.postgres import secrets

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence
    from datetime import datetime

    from django.db.models import Manager

SECRET: Final = "linkage_keys"  # noqa: S105 - its name
TAG: Final = 16
"""Bytes that sealing adds to each block."""
_KEY: Final = 32
_FORM: Final = b"1"
R = TypeVar("R", Errand, File)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Table:
    """The sealed fields of a table, and what they belong to: under other values none opens."""

    name: str
    sealed: tuple[str, ...]
    bound: tuple[str, ...]


_TABLES: Final[Mapping[type[Errand | File], _Table]] = {
    Errand: _Table(
        name="linkage_errand",
        sealed=("content", "answer", "digest"),
        bound=("id", "kind", "system", "subject_id", "basis"),
    ),
    File: _Table(
        name="linkage_file",
        sealed=("key",),
        bound=("id", "sender", "receiver", "layout", "size", "digest", "receipt"),
    ),
}


def seal(row: Errand | File, field: str, content: bytes) -> None:
    """Put a content, sealed under the current key, into a field of a row, which is not saved.

    The nonce is random: one key seals 2^32 contents at most (NIST SP 800-38D, 8.3).
    """
    name, key = list(_keys(secrets.read(SECRET)).items())[-1]
    nonce = os.urandom(cipher.NONCE)
    sealed = AESGCM(key).encrypt(nonce, content, _bound(row, field, name))
    setattr(row, field, b":".join((_FORM, name.encode(), nonce + sealed)))


def reveal(row: Errand | File, field: str) -> bytes:
    """Return what a field of a row holds.

    Raises ``Refused``: it is damaged, missing or another row's, or its key has been removed.
    """
    form, _, rest = bytes(getattr(row, field) or b"").partition(b":")
    name, _, sealed = rest.partition(b":")
    if form != _FORM or len(sealed) < cipher.NONCE + TAG:
        raise Refused(Code.UNOPENED)
    key = _keys(secrets.read(SECRET)).get(name.decode("ascii", "replace"))
    if key is None:
        raise Refused(Code.NO_KEY)
    nonce, sealed = sealed[: cipher.NONCE], sealed[cipher.NONCE :]
    try:
        return AESGCM(key).decrypt(nonce, sealed, _bound(row, field, name.decode()))
    except InvalidTag:
        raise Refused(Code.UNOPENED) from None


def new_key() -> bytes:
    """Draw the key of one file."""
    return AESGCM.generate_key(8 * _KEY)


def seal_blocks(key: bytes, *, size: int, read: Callable[[int], bytes]) -> Iterator[bytes]:
    """Yield the sealed blocks of a file of ``size`` bytes; ``read`` gives as many as it is asked.

    ``key`` is this file's alone: the nonces count from nought.
    """
    aead = AESGCM(key)
    for nonce, length in _places(size):
        yield aead.encrypt(nonce, read(length), None)


def reveal_blocks(key: bytes, *, size: int, sealed: BinaryIO) -> Iterator[bytes]:
    """Yield the blocks of a sealed file, each of them whole and in its place.

    Raises ``Refused`` at the first that is not, or where the file ends early or goes on.
    """
    aead = AESGCM(key)
    for nonce, length in _places(size):
        try:
            yield aead.decrypt(nonce, sealed.read(length + TAG), None)
        except InvalidTag:
            raise Refused(Code.UNOPENED) from None
    if sealed.read(1):
        raise Refused(Code.UNOPENED)


def rotate(*, at: datetime, size: int = 100) -> Iterator[tuple[int, int]]:
    """Seal every row that is not under the current key again, ``size`` rows in a transaction.

    Yields how many rows were turned, and how many did not open and stay as they are.
    """
    yield from _rotate(Errand.objects, at, size)
    yield from _rotate(File.objects, at, size)


def _rotate(table: Manager[R], at: datetime, size: int) -> Iterator[tuple[int, int]]:
    after = UUID(int=0)
    while True:
        turned, broken = 0, []
        with transaction.atomic():
            rows = list(table.select_for_update().filter(pk__gt=after).order_by("pk")[:size])
            if not rows:
                return
            after = rows[-1].pk
            for row in rows:
                try:
                    turned += _turn(row)
                except Refused:
                    broken.append(row)
            if turned or broken:
                note_rotation(
                    table=_TABLES[type(rows[0])].name,
                    broken=[row.pk for row in broken],
                    outcome=f"{turned} contents",
                    at=at,
                )
        yield turned, len(broken)


def _turn(row: Errand | File) -> bool:
    current = b":".join((_FORM, list(_keys(secrets.read(SECRET)))[-1].encode(), b""))
    held = {name: bytes(getattr(row, name) or b"") for name in _TABLES[type(row)].sealed}
    old = [name for name, sealed in held.items() if sealed and not sealed.startswith(current)]
    for name in old:
        seal(row, name, reveal(row, name))
    if old:
        row.save(update_fields=old)
    return bool(old)


def note_rotation(*, table: str, broken: Sequence[object], outcome: str, at: datetime) -> None:
    """Write a line that rows of a table were sealed again, with the ids of those that stay."""
    record(
        act=Act.RUN,
        operation="linkage.rotate",
        occasion=Occasion(
            at=at, staff=None, staff_number="kokunen linkage", department="", terminal=""
        ),
        changes=[Change(table=table, row=str(row), field="broken") for row in broken],
        outcome=outcome,
    )


def _bound(row: Errand | File, field: str, key: str) -> bytes:
    table = _TABLES[type(row)]
    of = [str(getattr(row, name)) for name in table.bound]
    return json.dumps(["kokunen linkage", key, table.name, field, *of]).encode()


def _places(size: int) -> Iterator[tuple[bytes, int]]:
    """Yield the nonce of each block, its number and whether it is the last, and its length."""
    blocks = max(1, -(-size // BLOCK))
    for number in range(blocks):
        last = number == blocks - 1
        length = size - number * BLOCK if last else BLOCK
        yield number.to_bytes(cipher.NONCE - 1, "big") + bytes([last]), length


@lru_cache(maxsize=4)
def _keys(held: bytes) -> Mapping[str, bytes]:
    """Return the keys of contents by name, the current one last; they open no number."""
    return {
        name: HKDF(SHA256(), _KEY, salt=None, info=b"kokunen linkage content").derive(key)
        for name, key in cipher.lines(held, secret=SECRET).items()
    }
