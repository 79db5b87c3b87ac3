"""How a system of the city speaks with the linkage platform: one message, one connection.

Needs no database. The clock is handed in, because the platform refuses a message whose time is off.
"""

from __future__ import annotations

import contextlib
import hashlib
import os
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from uuid import UUID

from kokunen.linkage.domain import (
    BLOCK,
    DIGEST,
    Code,
    Residence,
    State,
    Thing,
    UnableToLink,
    UnableToReachPlatform,
    UnableToUsePlatform,
)
from kokunen.linkage.wire import Line, as_json
from kokunen.postgres import home

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence
    from pathlib import Path


@dataclass(frozen=True, slots=True, kw_only=True)
class Waiting:
    """A file that waits for this system. ``size`` in bytes, ``digest`` SHA-256 in hexadecimal."""

    file_id: UUID
    sender: str
    layout: str
    name: str
    size: int
    digest: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What became of an inquiry. ``items`` by item code; None while, or because, there is none."""

    state: State
    code: str
    items: Mapping[str, str | int | None] | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Status:
    """Where something that this system sent stands; ``receipt`` is the receiver's, of a file."""

    state: State
    code: str
    receipt: str
    received: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Platform(Line):
    """The platform as one system uses it; all methods raise one of ``UnableTo…Platform``.

    ``tries``: how often a message that may be sent again is sent.
    """

    tries: int = 3

    # ---- files between departments (5)

    def hand_over(self, path: Path, *, to: str, layout: str, file_id: UUID, name: str = "") -> str:
        """Give a file to another system and return the platform's receipt.

        Safe to call again with the same ``file_id``: the same file has the same receipt. When the
        connection breaks, the platform is asked whether it has the file before it is sent again.
        """
        digest, size = _digest(path)
        body = {
            "file": str(file_id),
            "to": to,
            "layout": layout,
            "name": name or path.name,
            "size": size,
            "digest": digest,
        }
        for left in reversed(range(self.tries)):
            try:
                with path.open("rb") as file:
                    return str(
                        self._ask("POST", "/v1/files", body, file=file, size=size)["receipt"]
                    )
            except UnableToReachPlatform:
                if not left:
                    raise
            with contextlib.suppress(UnableToReachPlatform, UnableToUsePlatform):
                return self.status(Thing.FILE, file_id).receipt
        raise AssertionError

    def waiting(self) -> tuple[Waiting, ...]:
        """Return the files that wait for this system, oldest first, at most a hundred."""
        found = self._again("/v1/files/waiting", {})
        return tuple(
            Waiting(
                file_id=UUID(one["file"]),
                sender=one["from"],
                layout=one["layout"],
                name=one["name"],
                size=one["size"],
                digest=one["digest"],
            )
            for one in found["files"]
        )

    def collect(self, *, file_id: UUID, into: Path) -> str:
        """Write a waiting file to ``into``, whole or not at all, and return its digest.

        It stays with the platform until `acknowledge`; ``into`` must not exist.
        """
        if into.exists():
            raise UnableToLink(
                f"{into.name} はすでにあります。",
                fix="まだない名前に受け取ってください。",
                field="into",
            )
        unfinished = into.with_name(f".{into.name}.{os.getpid()}")
        counted = hashlib.sha256()
        try:
            with (
                _writing(unfinished) as write,
                self.talk("GET", "/v1/files/collect", {"file": str(file_id)}) as answer,
            ):
                stated = answer.headers.get(DIGEST, "")
                while block := answer.read(BLOCK):
                    counted.update(block)
                    write(block)
            if counted.hexdigest() != stated:
                raise UnableToReachPlatform(
                    "受け取ったファイルが、送り元の内容と一致しません。",
                    fix="もう一度受け取ってください。続くときは通信経路を調べてください。",
                    reason=Code.DAMAGED,
                )
            # It may be acknowledged, and dropped there, as soon as this returns.
            unfinished.rename(into)
            home.sync(into.parent)
        finally:
            unfinished.unlink(missing_ok=True)
        return stated

    def acknowledge(self, *, file_id: UUID, digest: str) -> str:
        """Say that a file is safely here and return this system's receipt; it is not given again.

        Safe to call again: the receipt is the same.
        """
        body = {"file": str(file_id), "digest": digest}
        return str(self._again("/v1/files/received", body)["receipt"])

    # ---- integrated numbers (1), the register's gateway (2)

    def integrate(
        self,
        *,
        local_number: str,
        residence: Residence,
        my_number: str | None = None,
        replaces: bool = False,
        staff_number: str = "",
    ) -> str | None:
        """Hand in a local number (宛名番号) and return its integrated number, if it has one.

        Without a My Number, now or before, there is none yet: None. ``replaces`` says that the
        person's My Number has changed (番号法7条2項). Safe to call again.
        """
        body: dict[str, Any] = {"local_number": local_number, "residence": residence.value}
        if my_number is not None:
            body["my_number"] = my_number
        if replaces:
            body["replaces"] = True
        number = self._again("/v1/numbers", body, staff_number)["integrated_number"]
        return None if number is None else str(number)

    def processing_numbers(self, *, received: Sequence[str] = ()) -> Mapping[str, str]:
        """For the gateway of the resident register: processing number → integrated number.

        Those named in ``received`` were taken from an earlier answer and are not given again.
        """
        found = self._again("/v1/gateway", {"received": list(received)})
        return {one["processing_number"]: one["integrated_number"] for one in found["waiting"]}

    # ---- the intermediate server: provision (3) and inquiry (4)

    def provide(
        self,
        *,
        provision: UUID,
        integrated_number: str,
        basis: str,
        items: Mapping[str, str | int | None],
        staff_number: str = "",
    ) -> None:
        """Hand in facts that the intermediate server is to hold (副本). Safe to call again."""
        body = {
            "provision": str(provision),
            "integrated_number": integrated_number,
            "basis": basis,
            "items": dict(items),
        }
        self._again("/v1/provisions", body, staff_number)

    def inquire(
        self,
        *,
        inquiry: UUID,
        integrated_number: str,
        basis: str,
        items: Sequence[str],
        staff_number: str = "",
    ) -> None:
        """Ask another body through the intermediate server; see `answer`. Safe to call again."""
        body = {
            "inquiry": str(inquiry),
            "integrated_number": integrated_number,
            "basis": basis,
            "items": list(items),
        }
        self._again("/v1/inquiries", body, staff_number)

    def answer(self, *, inquiry: UUID, staff_number: str = "") -> Answer:
        """Return what became of an inquiry of this system's; each look is recorded."""
        found = self._again("/v1/answers", {"inquiry": str(inquiry)}, staff_number)
        return Answer(state=State(found["state"]), code=found["code"], items=found["items"])

    def forget(self, *, inquiry: UUID, staff_number: str = "") -> None:
        """Say that an answer is safely here; the platform then drops its content."""
        self._again("/v1/answers/received", {"inquiry": str(inquiry)}, staff_number)

    def status(self, thing: Thing, thing_id: UUID) -> Status:
        """Return where something stands that this system sent, by the id it gave it."""
        found = self._again("/v1/status", {"thing": thing.value, "id": str(thing_id)})
        return Status(
            state=State(found["state"]),
            code=found["code"],
            receipt=found["receipt"],
            received=found["received"],
        )

    # ---- one message

    def _again(self, address: str, body: Mapping[str, Any], staff_number: str = "") -> Any:  # noqa: ANN401 - what JSON holds
        """Send a message that may safely be sent again, each time as a new message."""
        for left in reversed(range(self.tries)):
            try:
                return self._ask("POST", address, body, staff_number=staff_number)
            except UnableToReachPlatform:
                if not left:
                    raise
        raise AssertionError

    def _ask(
        self,
        method: str,
        address: str,
        body: Mapping[str, Any],
        *,
        staff_number: str = "",
        file: Any = None,  # noqa: ANN401 - a binary file
        size: int = 0,
    ) -> Any:  # noqa: ANN401 - what JSON holds
        with self.talk(
            method, address, body, staff_number=staff_number, file=file, size=size
        ) as answer:
            return as_json(answer)


@contextlib.contextmanager
def _writing(path: Path) -> Iterator[Callable[[bytes], object]]:
    """Write a file, to be on disk at the end; what fails here is not the platform's failing."""
    try:
        number = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    except OSError as error:
        raise _unwritten(path, error) from None
    with os.fdopen(number, "wb", buffering=0) as out:

        def write(block: bytes) -> None:
            left = memoryview(block)
            try:
                while left:
                    left = left[out.write(left) :]
            except OSError as error:
                raise _unwritten(path, error) from None

        yield write
        try:
            os.fsync(number)
        except OSError as error:
            raise _unwritten(path, error) from None


def _unwritten(path: Path, error: OSError) -> UnableToLink:
    return UnableToLink(
        "受け取るファイルをこの端末に書けません。",
        fix=f"{path.parent.name} の空きと書込みの権限を確かめ、もう一度受け取ってください。",
        field="into",
        reason=type(error).__name__,
    )


def _digest(path: Path) -> tuple[str, int]:
    with path.open("rb") as file:
        digest = hashlib.file_digest(file, "sha256").hexdigest()
        return digest, file.tell()
