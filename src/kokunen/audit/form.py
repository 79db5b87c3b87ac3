"""The exact bytes that are signed and sealed: one form for each entry, and no two share one.

The form is JSON without spaces: an array whose first element names the form and whose other
elements stand in the fixed order of the columns. Strings are quoted, numbers, booleans and null
are not, so that the array can be read back in one way only.
"""

from __future__ import annotations

import hashlib
import hmac
import json
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Final

from kokunen.audit.domain import UnableToRecord

if TYPE_CHECKING:
    from kokunen.audit.domain import Entry

GENESIS: Final = bytes(32)
"""What stands before the first seal."""

_ENTRY_FORM: Final = "kokunen.audit.entry.1"
_SEAL_FORM: Final = "kokunen.audit.seal.1"
_ROW_FORM: Final = "kokunen.audit.row.1"
_ANCHOR_FORM: Final = "kokunen.audit.anchor.1"

_encode = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"), allow_nan=False).encode


def instant(at: datetime) -> str:
    """Return the instant in UTC to the microsecond, as the database keeps it."""
    return at.astimezone(UTC).isoformat(timespec="microseconds")


def of_entry(entry: Entry) -> bytes:
    """Return the form of all columns that the program supplies.

    Raises `UnableToRecord` for a text that no database text can hold (a NUL or half a surrogate
    pair), for it could not be read back as it was signed.
    """
    text = _encode(
        [
            _ENTRY_FORM,
            str(entry.id),
            instant(entry.at),
            entry.act,
            entry.operation,
            entry.staff,
            entry.staff_number,
            entry.department,
            entry.terminal,
            entry.purpose,
            entry.reason,
            entry.case_id,
            entry.person,
            entry.shown_name,
            entry.shown_sex,
            entry.shown_birth_date,
            entry.shown_address,
            entry.shown,
            [change.texts() for change in entry.changes],
            entry.outcome,
        ]
    )
    if "\\u0000" in text and "\x00" in "".join(_texts(entry)):
        raise _unstorable()
    try:
        return text.encode()
    except UnicodeEncodeError:
        raise _unstorable() from None


def _texts(entry: Entry) -> list[str]:
    changed = [text for change in entry.changes for text in change.texts()]
    own = [entry.operation, entry.staff_number, entry.department, entry.terminal, entry.purpose]
    return [*own, entry.reason, entry.outcome, *entry.shown, *changed]


def _unstorable() -> UnableToRecord:
    return UnableToRecord(
        "記録に残せない文字(NULまたは壊れた符号)が含まれています。",
        fix="その文字を除いてください。",
        field="reason",
    )


def sign(form: bytes, *, key: bytes) -> bytes:
    """Return HMAC-SHA256 of a form under the key of the record."""
    return hmac.digest(key, form, "sha256")


def is_signed(form: bytes, *, mac: bytes, key: bytes) -> bool:
    """Tell whether ``mac`` is the signature of the form."""
    return hmac.compare_digest(sign(form, key=key), mac)


@dataclass(frozen=True, slots=True, kw_only=True)
class Seal:
    """One seal: every entry of an epoch with ``from_xact`` <= xact < ``upto_xact``."""

    id: int
    epoch: int
    from_xact: int
    upto_xact: int
    entries: int
    digest: bytes
    previous: bytes
    sealed_at: datetime
    sealed_by: str


def of_seal(seal: Seal) -> bytes:
    """Return the form of a seal, which its MAC signs."""
    ends = [seal.epoch, seal.from_xact, seal.upto_xact, seal.entries]
    chain = [seal.digest.hex(), seal.previous.hex(), instant(seal.sealed_at), seal.sealed_by]
    return _encode([_SEAL_FORM, seal.id, *ends, *chain]).encode()


class Digest:
    """The digest of one seal, fed with its rows in the order (xact, id)."""

    __slots__ = ("_hash", "entries")

    def __init__(self, previous: bytes) -> None:
        self._hash = hashlib.sha256(previous)
        self.entries = 0

    def add(self, form: bytes, *, mac: bytes, epoch: int, xact: int) -> None:
        """Add one row: its form, and the columns that the form leaves out."""
        rest = f"{_ROW_FORM},{epoch},{xact},{mac.hex()},{len(form)}:".encode()
        self._hash.update(rest)
        self._hash.update(form)
        self.entries += 1

    def close(self, seal: Seal) -> Seal:
        """Return the seal with its digest: over the rows, then over the seal's other columns.

        With those inside, a seal that is altered breaks the chain even if its MAC was made anew.
        """
        bare = replace(seal, digest=b"")
        self._hash.update(of_seal(bare))
        return replace(bare, digest=self._hash.digest())


@dataclass(frozen=True, slots=True, kw_only=True)
class Anchor:
    """The head of the chain on a day, kept outside the database.

    ``entries`` counts all entries sealed so far.
    """

    day: str
    at: str
    seal: int
    digest: str
    entries: int
    mac: str = ""

    def signed(self, key: bytes) -> Anchor:
        """Return the same anchor with its MAC."""
        return replace(self, mac=sign(of_anchor(self), key=key).hex())

    def line(self) -> str:
        """Return one line for paper."""
        return f"{self.day} seal={self.seal} entries={self.entries} {self.digest} {self.mac}"


def of_anchor(anchor: Anchor) -> bytes:
    """Return the form of an anchor, which its MAC signs."""
    told = [anchor.day, anchor.at, anchor.seal, anchor.digest, anchor.entries]
    return _encode([_ANCHOR_FORM, *told]).encode()
