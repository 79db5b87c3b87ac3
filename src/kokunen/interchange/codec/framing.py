"""Cut a stream of bytes into records with bounded memory, and refuse what is cut wrongly."""

from __future__ import annotations

import codecs
from typing import TYPE_CHECKING, Final

from kokunen.interchange.codec.parts import FIX, SHOWN
from kokunen.interchange.codec.shape import NEWLINES
from kokunen.interchange.domain import Fault, UnableToReceiveFile

if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import BinaryIO

    from kokunen.interchange.codec.shape import Layout

CHUNK_BYTES: Final = 1 << 18
LONGEST: Final = 1 << 16
"""No delimited record has more bytes; what is longer is not of this layout."""
_END_OF_FILE: Final = b"\x1a"


class UnableToReadFile(UnableToReceiveFile):
    """The whole file is refused: ``code`` says why, ``faults`` where and what to do."""

    def __init__(self, code: str, faults: tuple[Fault, ...]) -> None:
        first = faults[0]
        where = f"{first.record}件目" if first.record else "ファイル全体"
        named = f"の「{first.field}」" if first.field else ""
        at = f"({first.at}バイト目)" if first.at else ""
        super().__init__(f"{where}{named}{at}: {first.what}。", fix=first.fix, field=first.field)
        self.code, self.faults = code, faults


def refusal(
    code: str, *, record: int, what: str, fix: str = FIX, field: str = "", at: int = 0,
    received: bytes = b"",
) -> UnableToReadFile:  # fmt: skip
    """Return the refusal of a file with one fault."""
    fault = Fault(
        record=record, field=field, what=what, fix=fix, code=code, at=at,
        received=received[:SHOWN],
    )  # fmt: skip
    return UnableToReadFile(code, (fault,))


def frames(stream: BinaryIO, *, layout: Layout) -> Iterator[bytes]:
    """Give the bytes of each record without its newline; raises `UnableToReadFile`."""
    newline = NEWLINES[layout.newline]
    return _fixed(stream, layout, newline) if layout.length else _lines(stream, layout, newline)


def _chunks(stream: BinaryIO) -> Iterator[bytes]:
    first = True
    while chunk := stream.read(CHUNK_BYTES):
        if first and chunk.startswith(codecs.BOM_UTF8):
            raise refusal(
                "bom",
                record=1,
                what="先頭にBOM(EF BB BF)があります",
                fix="BOMのないファイルを送るよう求めてください",
                at=1,
                received=chunk,
            )
        first = False
        yield chunk


def _fixed(stream: BinaryIO, layout: Layout, newline: bytes) -> Iterator[bytes]:
    stride, length, number = layout.length + len(newline), layout.length, 0
    rest = b""
    for chunk in _chunks(stream):
        buffer = rest + chunk
        whole = len(buffer) // stride * stride
        for start in range(0, whole, stride):
            number += 1
            if newline and buffer[start + length : start + stride] != newline:
                raise refusal(
                    "wrong_newline",
                    record=number,
                    what=f"{length}バイトの後に改行({layout.newline})がありません",
                    at=length + 1,
                    received=buffer[start + length : start + stride],
                )
            yield buffer[start : start + length]
        rest = buffer[whole:]
    if rest:
        raise _left(rest, number + 1, f"{layout.length}バイトに足りない記録で終わっています")


def _lines(stream: BinaryIO, layout: Layout, newline: bytes) -> Iterator[bytes]:
    number, rest = 0, b""
    extra = len(newline) - 1
    for chunk in _chunks(stream):
        lines = (rest + chunk).split(b"\n")
        rest = lines.pop()
        for line in lines:
            number += 1
            raw = line[: len(line) - extra]
            if (extra and not line.endswith(b"\r")) or b"\r" in raw:
                raise refusal(
                    "wrong_newline",
                    record=number,
                    what=f"改行が{layout.newline}ではありません",
                    fix="改行の種類がこの様式と違います。" + FIX,
                    at=len(raw) + 1,
                    received=line[-SHOWN:],
                )
            if len(line) >= LONGEST:
                raise _too_long(number, line)
            yield raw
        if len(rest) > LONGEST:
            raise _too_long(number + 1, rest)
    if rest:
        raise _left(rest, number + 1, "最後の記録に改行がありません")


def _left(rest: bytes, number: int, what: str) -> UnableToReadFile:
    if rest == _END_OF_FILE:
        return refusal(
            "trailing_bytes",
            record=number,
            what="最後に余分なバイト(1A)があります",
            at=1,
            received=rest,
        )
    return refusal(
        "truncated",
        record=number,
        what=f"{what}(途中で切れたファイルか、余分なバイトです)",
        fix="転送をやり直し、同じファイルをもう一度受け取ってください",
        at=len(rest) + 1,
        received=rest[-SHOWN:],
    )


def _too_long(number: int, line: bytes) -> UnableToReadFile:
    return refusal(
        "too_long",
        record=number,
        what=f"1件が{LONGEST}バイトを超えています(この様式のファイルではありません)",
        at=LONGEST + 1,
        received=line,
    )
