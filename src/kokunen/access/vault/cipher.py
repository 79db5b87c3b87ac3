"""AES-256-GCM under keys that come and go, and the blind index that finds a number by equality.

Every line of the secret ``vault_keys`` is ``id base64key`` (32 bytes); the last one is current.
Two keys are derived from each, so that the index gives nothing away about the ciphertext.
"""

from __future__ import annotations

import base64
import binascii
import hmac
import re
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Final

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from kokunen.access.vault.domain import IndividualNumber, UnableToOpenNumber, UnableToUseKeys

NONCE: Final = 12
_KEY: Final = 32
_ID: Final = re.compile(r"[A-Za-z0-9_-]{1,40}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Key:
    """One key of the vault; only its id is ever shown."""

    id: str
    _cipher: bytes = field(repr=False)
    _index: bytes = field(repr=False)

    def blind(self, number: IndividualNumber) -> bytes:
        """Return the number's blind index: HMAC-SHA256, 32 bytes."""
        return hmac.digest(self._index, number.reveal().encode(), "sha256")

    def seal(self, number: IndividualNumber, *, person: int, nonce: bytes) -> bytes:
        """Return the ciphertext with its tag; ``nonce`` is 12 bytes, random, never used again."""
        return AESGCM(self._cipher).encrypt(nonce, number.reveal().encode(), self._bound(person))

    def open(self, ciphertext: bytes, *, person: int, nonce: bytes) -> IndividualNumber:
        """Return the number; raise ``UnableToOpenNumber`` where anything but this row was given."""
        try:
            text = AESGCM(self._cipher).decrypt(nonce, ciphertext, self._bound(person))
        except (InvalidTag, ValueError):
            raise UnableToOpenNumber(
                "金庫の行が壊れているか、書き換えられています。個人番号は表示できません。",
                fix="システム管理者に連絡し、バックアップと記録を調べてください。",
            ) from None
        return IndividualNumber(text.decode())

    def _bound(self, person: int) -> bytes:
        return f"kokunen vault 1:{person}:{self.id}".encode()


@dataclass(frozen=True, slots=True, kw_only=True)
class Keyring:
    """The keys at hand, in the order of their lines."""

    keys: tuple[Key, ...]

    @property
    def current(self) -> Key:
        """The key under which numbers are sealed now."""
        return self.keys[-1]

    def key(self, name: str) -> Key:
        """Return a key by its id; raise ``UnableToOpenNumber`` when it has been removed."""
        for key in self.keys:
            if key.id == name:
                return key
        raise UnableToOpenNumber(
            f"この行を開く鍵「{name}」がありません。",
            fix="vault_keys に鍵を戻し、kokunen vault rotate を終えてから外してください。",
        )

    def blinds(self, number: IndividualNumber) -> list[bytes]:
        """Return the number's blind index under every key, for rows that are not rotated yet."""
        return [key.blind(number) for key in self.keys]


@lru_cache(maxsize=4)
def keyring(held: bytes, *, secret: str = "vault_keys") -> Keyring:  # noqa: S107 - its name
    """Read the lines of a secret as keys for numbers; raise ``UnableToUseKeys``."""
    return Keyring(
        keys=tuple(
            Key(id=name, _cipher=_derived(key, b"cipher"), _index=_derived(key, b"blind index"))
            for name, key in lines(held, secret=secret).items()
        )
    )


def lines(held: bytes, *, secret: str) -> dict[str, bytes]:
    """Return the keys of a secret, 32 bytes each, by name in the order of their lines.

    Raises ``UnableToUseKeys`` naming the line, never its content.
    """
    keys: dict[str, bytes] = {}
    for number, line in enumerate(held.decode("ascii", "replace").splitlines(), 1):
        if not line.strip():
            continue
        name, _, text = line.strip().partition(" ")
        try:
            key = base64.b64decode(text.strip(), validate=True)
        except binascii.Error:
            key = b""
        if len(key) != _KEY or not _ID.fullmatch(name) or name in keys:
            raise UnableToUseKeys(
                f"鍵のファイルの{number}行目が「名前 base64」(32バイト)でないか、名前が二重です。",
                fix=f"{secret} を確かめてください。",
                field=secret,
            )
        keys[name] = key
    if not keys:
        raise UnableToUseKeys(
            "鍵がありません。", fix=f"{secret} を確かめてください。", field=secret
        )
    return keys


def _derived(key: bytes, use: bytes) -> bytes:
    return HKDF(SHA256(), _KEY, salt=None, info=b"kokunen vault " + use).derive(key)
