"""Reading JSON strictly: text as UTF-8, no key twice, no number that is not exact."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, BinaryIO, NoReturn

from kokunen.dates.errors import Refusal

if TYPE_CHECKING:
    from pathlib import Path


class UnableToReadJson(Refusal):
    """The text is not JSON, or says one thing twice."""

    code = "invalid_json"


class UnableToOpen(Refusal):
    """The file cannot be read."""

    code = "unreadable_file"


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for key, value in pairs:
        if key in found:
            raise UnableToReadJson(
                f"「{key}」が2回書かれています。", fix="どちらか1つにしてください。", field=key
            )
        found[key] = value
    return found


def _not_a_number(text: str) -> NoReturn:
    raise UnableToReadJson(f"{text} は数ではありません。", fix="値を整数で書いてください。")


def parse(text: bytes) -> Any:  # noqa: ANN401 - what JSON holds is anything
    """Return the value in a JSON text; raise `UnableToReadJson`."""
    try:
        return json.loads(
            text.decode("utf-8-sig"), object_pairs_hook=_once, parse_constant=_not_a_number
        )
    except (ValueError, RecursionError) as wrong:
        raise UnableToReadJson(
            f"JSONとして読めません({wrong})。",
            fix='{"month": "2026-07"} のような形で、UTF-8で書いてください。',
        ) from wrong


def opened(path: Path) -> BinaryIO:
    """Open a file for reading; raise `UnableToOpen`."""
    try:
        return path.open("rb")
    except OSError as wrong:
        raise UnableToOpen(
            f"{path} が読めません({wrong.strerror})。",
            fix="ファイルの名前と場所を確かめてください。",
        ) from wrong


def one_object(path: Path) -> Any:  # noqa: ANN401 - what JSON holds is anything
    """Return the one JSON value in a file."""
    with opened(path) as stream:
        return parse(stream.read())
