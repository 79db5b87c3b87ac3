"""What may be known about the vault without opening it: its keys, and how many rows need each."""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import Count

from kokunen.access.vault.cipher import Keyring, keyring
from kokunen.access.vault.models import MyNumber
from kokunen.postgres import secrets


@dataclass(frozen=True, slots=True, kw_only=True)
class Use:
    """A key with the number of rows under it; ``held`` is False for one that the secret lacks."""

    key: str
    rows: int
    current: bool
    held: bool


def keys() -> Keyring:
    """Return the keys as the secret has them now; a key that was added counts at once."""
    return keyring(secrets.read("vault_keys"))


def uses() -> tuple[Use, ...]:
    """Return every key of the secret, in its order, and those that rows need beside them.

    For the batch role: from the web role the vault looks empty.
    """
    ring = keys()
    counted = dict(MyNumber.objects.values_list("key").annotate(Count("id")).order_by("key"))
    held = [key.id for key in ring.keys]
    return tuple(
        Use(
            key=name,
            rows=counted.get(name, 0),
            current=name == ring.current.id,
            held=name in held,
        )
        for name in [*held, *(name for name in counted if name not in held)]
    )
