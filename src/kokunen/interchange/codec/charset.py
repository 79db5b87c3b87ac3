"""Character sets: text to bytes and back, so that each text has one form in bytes and no other.

EBCDIC (cp930, cp939) is converted by the C library, as Python has neither. Bytes that another
encoder could have written for the same text are refused: what is read is written again unchanged.
"""

from __future__ import annotations

import codecs
import ctypes
import threading
from functools import cache
from typing import TYPE_CHECKING, Final, Protocol

from kokunen.interchange.codec.shape import UnableToLoadLayout

if TYPE_CHECKING:
    from collections.abc import Mapping

NAMES: Final = ("utf-8", "cp932", "jisx0213", "cp930", "cp939")
SHIFTED: Final = frozenset({"cp930", "cp939"})
"""With shift-out and shift-in bytes around double-byte text."""
_LIBRARY_NAMES: Final = {"cp930": b"IBM930", "cp939": b"IBM939"}
_FAILED: Final = 2**64 - 1 if ctypes.sizeof(ctypes.c_size_t) == 8 else 2**32 - 1  # noqa: PLR2004 - bytes of a word
_GROWTH: Final = 6
_SHIFT_OUT: Final = 0x0E
_NO_CHARACTER: Final = "\ufffe"
"""What a table of Python holds for a byte without a character."""


class Charset(Protocol):
    """Both ways; each raises UnicodeError for what has no form, or not this one."""

    def encode(self, text: str) -> bytes:
        """Return the bytes of the text; they are read as just this text."""

    def decode(self, raw: bytes) -> str:
        """Return the text of the bytes; it is written as just these bytes."""


@cache
def named(name: str) -> Charset:
    """Return the character set; raises `UnableToLoadLayout` when this machine lacks it."""
    if name == "utf-8":
        return _Utf8()
    if name == "cp932":
        return _Python("cp932", _ibm_extensions(), plain=True)
    if name == "jisx0213":
        return _Python("shift_jis_2004", {}, plain=False)
    return _Ebcdic(name)


class _Utf8:
    """Strict: Python refuses longer forms and surrogates."""

    def encode(self, text: str) -> bytes:
        return text.encode()

    def decode(self, raw: bytes) -> str:
        return raw.decode()


def _ibm_extensions() -> Mapping[int, bytes]:
    """Return the characters that Windows writes as IBM extensions, Python as NEC's choice of them.

    Both forms of 髙 (EEE0, FBFC) are read alike; what Windows writes is the usual form in Japan.
    """
    found = {}
    for lead in range(0xFA, 0xFD):
        for trail in (*range(0x40, 0x7F), *range(0x80, 0xFD)):
            raw = bytes((lead, trail))
            text = raw.decode("cp932", errors="ignore")
            if len(text) == 1 and text.encode("cp932")[0] in (0xED, 0xEE):
                found[ord(text)] = raw
    return found


class _Python:
    """A character set of Python, with the forms of some characters put right."""

    def __init__(self, name: str, forms: Mapping[int, bytes], *, plain: bool) -> None:
        # A codec of Python may write two characters alike (− and －): each text is read back.
        self._name, self._forms, self._plain = name, forms, plain
        self._formed = frozenset(map(chr, forms))

    def encode(self, text: str) -> bytes:
        if self._plain and text.isascii():
            return text.encode("ascii")
        raw = self._raw(text)
        if raw.decode(self._name) != text:
            at = next(i for i, char in enumerate(text) if not self._has(char))
            raise UnicodeEncodeError(self._name, text, at, at + 1, "written as another")
        return raw

    def decode(self, raw: bytes) -> str:
        if self._plain and raw.isascii():
            return raw.decode("ascii")
        text = raw.decode(self._name)
        if self._raw(text) != raw:
            raise UnicodeDecodeError(self._name, raw, 0, len(raw), "not the usual bytes")
        return text

    def _raw(self, text: str) -> bytes:
        if self._formed.isdisjoint(text):
            return text.encode(self._name)
        return b"".join(self._forms.get(ord(char)) or char.encode(self._name) for char in text)

    def _has(self, char: str) -> bool:
        return char.encode(self._name).decode(self._name) == char


class _Ebcdic:
    """Mixed EBCDIC, through ``iconv`` of the C library; used by one thread at a time."""

    def __init__(self, name: str) -> None:
        self._name = name
        self._lock = threading.Lock()
        library = ctypes.CDLL(None)
        try:
            self._iconv = library.iconv
            opened = library.iconv_open
        except AttributeError as wrong:
            raise self._lacking() from wrong
        self._iconv.restype = ctypes.c_size_t
        self._iconv.argtypes = [ctypes.c_void_p, *[ctypes.c_void_p] * 4]
        opened.restype = ctypes.c_void_p
        opened.argtypes = [ctypes.c_char_p] * 2
        other = _LIBRARY_NAMES[name]
        self._writing = opened(other, b"UTF-8")
        self._reading = opened(b"UTF-8", other)
        if _FAILED in (self._writing, self._reading):
            raise self._lacking()
        # Most fields have single bytes alone: Python converts these many times as fast.
        self._single = "".join(self._alone(bytes((byte,))) for byte in range(256))
        self._byte = {char: at for at, char in enumerate(self._single) if char != _NO_CHARACTER}

    def _lacking(self) -> UnableToLoadLayout:
        return UnableToLoadLayout(
            self._name, "この機械のCライブラリはこの文字コードを変換できません"
        )

    def encode(self, text: str) -> bytes:
        if self._byte.keys() >= set(text):
            return bytes(map(self._byte.__getitem__, text))
        raw = self._turned(self._writing, text.encode())
        if raw is None or self._turned(self._reading, raw) != text.encode():
            at = next((i for i, char in enumerate(text) if not self._has(char)), 0)
            raise UnicodeEncodeError(self._name, text, at, at + 1, "no such character")
        return raw

    def decode(self, raw: bytes) -> str:
        if _SHIFT_OUT not in raw:
            return codecs.charmap_decode(raw, "strict", self._single)[0]
        text = self._turned(self._reading, raw)
        if text is None or self._turned(self._writing, text) != raw:
            raise UnicodeDecodeError(self._name, raw, 0, len(raw), "not the usual bytes")
        return text.decode()

    def _alone(self, raw: bytes) -> str:
        """Return the character of a single byte, if that is also how it is written."""
        text = self._turned(self._reading, raw)
        if text is None or self._turned(self._writing, text) != raw:
            return _NO_CHARACTER
        return text.decode()

    def _has(self, char: str) -> bool:
        raw = self._turned(self._writing, char.encode())
        return raw is not None and self._turned(self._reading, raw) == char.encode()

    def _turned(self, descriptor: int, given: bytes) -> bytes | None:
        """Convert from the unshifted state and back into it; None for what does not convert."""
        source = ctypes.create_string_buffer(given, len(given) + 1)
        target = ctypes.create_string_buffer(_GROWTH * len(given) + _GROWTH)
        inside, outside = (
            ctypes.c_void_p(ctypes.addressof(source)),
            ctypes.c_void_p(ctypes.addressof(target)),
        )
        left, room = ctypes.c_size_t(len(given)), ctypes.c_size_t(len(target))
        to, more = ctypes.byref(outside), ctypes.byref(room)
        with self._lock:
            self._iconv(descriptor, None, None, None, None)
            done = self._iconv(descriptor, ctypes.byref(inside), ctypes.byref(left), to, more)
            # The way back into the unshifted state is written too.
            done = done if done == _FAILED else self._iconv(descriptor, None, None, to, more)
        return None if done == _FAILED or left.value else target.raw[: len(target) - room.value]
