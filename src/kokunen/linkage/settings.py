"""What an office sets for its platform: ``linkage.json`` in its home; all of it has a default."""

from __future__ import annotations

import fcntl
import json
import os
from contextlib import contextmanager
from dataclasses import dataclass, fields
from typing import TYPE_CHECKING, Final

from kokunen.dates.errors import Refusal
from kokunen.postgres import home

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


_LAST_PORT: Final = 65_535


class UnableToServe(Refusal):
    """Another service of this home is running."""

    code = "linkage_serving"


class UnableToReadSettings(Refusal):
    """``linkage.json`` is no object of the known keys, or a value has the wrong kind."""

    code = "linkage_settings"


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """Where the platform listens and how long it waits.

    ``clock_seconds``: how far a message's time may be off. ``file_bytes``: the largest file.
    ``timeout_seconds``: each wait on a connection. ``lease_seconds``: when an errand whose worker
    was killed is taken up again. ``retry_seconds``: the first wait after a failure, doubled each
    time up to an hour; also the wait between two looks for a late answer. ``intermediate_host``
    empty: there is no intermediate server, and errands wait.
    """

    host: str = "127.0.0.1"
    port: int = 8443
    threads: int = 8
    clock_seconds: int = 300
    file_bytes: int = 2_000_000_000
    timeout_seconds: int = 10
    lease_seconds: int = 60
    retry_seconds: int = 5
    intermediate_host: str = ""
    intermediate_port: int = 443


def read() -> Settings:
    """Return the settings; raise ``UnableToReadSettings`` naming the key."""
    file = home.folder() / "linkage.json"
    if not file.is_file():
        return Settings()
    try:
        given = json.loads(file.read_text(encoding="utf-8"))
    except ValueError:
        given = None
    if not isinstance(given, dict):
        raise _wrong("")
    kinds = {field.name: type(field.default) for field in fields(Settings)}
    for key, value in given.items():
        if key not in kinds or type(value) is not kinds[key]:
            raise _wrong(key)
        if isinstance(value, int):
            most = _LAST_PORT if key.endswith("port") else value
            if not 1 <= value <= most:
                raise _wrong(key)
    return Settings(**given)


def _wrong(key: str) -> UnableToReadSettings:
    return UnableToReadSettings(
        f"linkage.json の項目「{key}」を読めません。" if key else "linkage.json を読めません。",
        fix="項目の名前と値(数は1以上)を docs/linkage.md の「設定」で確かめてください。",
        field=key,
    )


def certificates() -> Path:
    """Return the folder of the certificates and their keys, which its owner alone reads."""
    return home.folder() / "secrets" / "linkage"


def kept() -> Path:
    """Return the folder of the files on their way between two systems; created if missing."""
    folder = home.folder() / "linkage" / "files"
    folder.mkdir(parents=True, mode=0o700, exist_ok=True)
    return folder


@contextmanager
def alone() -> Iterator[None]:
    """Be the one service of this home, or raise ``UnableToServe``.

    What a service finds unfinished when it starts it takes for left over and removes.
    """
    number = os.open(kept().parent / "serving", os.O_WRONLY | os.O_CREAT, 0o600)
    try:
        try:
            fcntl.flock(number, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise UnableToServe(
                "連携基盤はすでに動いています。",
                fix="動いているものを止めてから、kokunen linkage serve を実行してください。",
            ) from None
        yield
    finally:
        os.close(number)
