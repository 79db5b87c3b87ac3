"""What records of either form have in common: faults, values to be written, legible bytes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from kokunen.interchange.codec.fields import Wrong
from kokunen.interchange.codec.replacing import fitted
from kokunen.interchange.domain import Fault

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from kokunen.interchange.codec.charset import Charset
    from kokunen.interchange.codec.shape import Field, Layout, Value

FIX: Final = "送付元に知らせ、直したファイルを受け取ってください"
SHOWN: Final = 200
"""Bytes that a fault shows at most of what was received."""

Parts = list[str] | bytes | None
"""A record taken apart: the columns, the bytes of a fixed one, None when it cannot be."""


class Unwritable(Exception):
    """A field cannot be written; caught by the writer, who knows the record."""

    def __init__(self, field: str, wrong: Wrong) -> None:
        super().__init__(field)
        self.field, self.wrong = field, wrong


def written(
    field: Field,
    write: Callable[[Value], str],
    value: Any,  # noqa: ANN401 - checked by the field
    layout: Layout,
    rules: Mapping[str, str],
    replaced: list[tuple[str, str, str]],
    /,
) -> str:
    """Return the text of a value in the file; note each character that was replaced in it."""
    if isinstance(value, str) and field.type in ("text", "kana"):
        value, changed = fitted(value, encoding=layout.encoding, rules=rules)
        replaced += [(field.name, char, by) for char, by in changed]
    return write(value)


def fault(number: int, field: str, wrong: Wrong, *, at: int, received: bytes) -> Fault:
    """Return what is wrong with a field as a fault of the file."""
    return Fault(
        record=number,
        field=field,
        what=wrong.what,
        fix=wrong.fix,
        code=wrong.code,
        at=at,
        received=received[:SHOWN],
    )


def undecodable(layout: Layout) -> Wrong:
    """Return what is wrong with bytes that the encoding does not have."""
    what = f"文字コード({layout.encoding})として読めないバイトがあります"
    return Wrong(what, FIX, "encoding")


def legible(characters: Charset, raw: bytes) -> str:
    """Return the bytes as a person may read them, whatever is wrong with them."""
    try:
        return characters.decode(raw)
    except UnicodeError:
        return raw.decode("ascii", errors="replace")
