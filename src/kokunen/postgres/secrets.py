"""Secrets come from the environment or from files that only their owner reads."""

from __future__ import annotations

import base64
import os
import secrets as strong
from typing import TYPE_CHECKING, Final

from kokunen.dates.errors import Refusal
from kokunen.postgres import home

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path


def _words() -> str:
    return strong.token_urlsafe(32)


def _key() -> str:
    return base64.b64encode(strong.token_bytes(32)).decode()


MADE: Final[dict[str, Callable[[], str]]] = {
    "db_admin_password": _words,
    "db_owner_password": _words,
    "db_web_password": _words,
    "db_batch_password": _words,
    "db_linkage_password": _words,
    "django_secret_key": _words,
    "audit_key": _key,
    "exchange_key": _key,
    "vault_keys": lambda: f"k1 {_key()}",
    "linkage_keys": lambda: f"k1 {_key()}",
}
"""Every secret of an office and how its first value is drawn."""


class UnableToReadSecret(Refusal):
    """A secret is missing, empty or readable by others; the program does not start without it."""

    code = "secret_missing"


def path(name: str) -> Path:
    """Return the file of a secret, which need not exist."""
    return home.folder() / "secrets" / name


def read(name: str) -> bytes:
    """Return a secret from ``KOKUNEN_<NAME>`` or from its file, without the line's end.

    Raises ``UnableToReadSecret`` when there is none, or when others may read the file.
    """
    given = os.environ.get(f"KOKUNEN_{name.upper()}")
    if given:
        return given.encode()
    file = path(name)
    try:
        mode = file.stat().st_mode
        held = file.read_bytes().strip()
    except OSError:
        held, mode = b"", 0
    if mode & 0o077:
        raise UnableToReadSecret(
            f"秘密ファイル {name} が他の利用者にも読める状態です。",
            fix=f"chmod 600 {file} を実行してください。",
            field=name,
        )
    if not held:
        raise UnableToReadSecret(
            f"秘密 {name} がありません。",
            fix=f"環境変数 KOKUNEN_{name.upper()} か、ファイル {file} (600) で与えてください。",
            field=name,
        )
    return held


def write(name: str, value: str) -> None:
    """Put a secret into its file, whole or not at all."""
    file = path(name)
    file.parent.mkdir(mode=0o700, exist_ok=True)
    unfinished = file.with_name(f".{name}.{os.getpid()}")
    with os.fdopen(os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as out:
        out.write(value + "\n")
        out.flush()
        os.fsync(out.fileno())
    unfinished.replace(file)


def make_missing() -> None:
    """Draw the secrets that an embedded office lacks; one that exists is never replaced."""
    for name, draw in MADE.items():
        if f"KOKUNEN_{name.upper()}" not in os.environ and not path(name).exists():
            write(name, draw())
