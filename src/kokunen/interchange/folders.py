"""Where the files of the exchange lie, and which city's they are.

``<home>/exchange/in/<layout>/`` is where partners put files (finished ones: a name that begins
with a dot or ends in ``.part`` is not looked at), ``kept/<SHA-256>`` a file as it was received
until nothing of it is open, ``refused/<layout>/`` what the night refused,
``out/<partner>/`` what goes out.
"""

from __future__ import annotations

import os
import re
from pathlib import Path
from typing import TYPE_CHECKING, Final

from django.conf import settings

from kokunen.dates.errors import Refusal
from kokunen.postgres import home

if TYPE_CHECKING:
    from collections.abc import Collection
    from datetime import datetime

    from kokunen.interchange.domain import Partner

INVENTED_CITY: Final = "999990"
"""The code of the demonstration's city, which no real city can have: its check digit is wrong."""
UNFINISHED: Final = (".part", ".tmp")
"""How the name of a file ends that somebody is still writing."""
_WEIGHTS: Final = (6, 5, 4, 3, 2)


class UnableToNameCity(Refusal):
    """The office has not said which municipality it is."""

    code = "no_city"


def root() -> Path:
    """Return the folder of the exchange, for its owner alone (KOKUNEN_EXCHANGE: another one)."""
    given = os.environ.get("KOKUNEN_EXCHANGE")
    return _made(Path(given) if given else home.folder() / "exchange")


def incoming(layout: str) -> Path:
    """Return the folder into which files of a layout are put."""
    return _made(root() / "in" / layout)


def keeping() -> Path:
    """Return the folder of the files as they were received."""
    return _made(root() / "kept")


def kept(digest: str) -> Path:
    """Return where the file with this SHA-256 (hex) is kept."""
    return keeping() / digest


def refused(layout: str) -> Path:
    """Return the folder of the files of a layout that were refused in a night."""
    return _made(root() / "refused" / layout)


def outgoing(partner: Partner) -> Path:
    """Return the folder of what goes to a partner."""
    return _made(root() / "out" / partner.value)


def waiting(layout: str) -> tuple[Path, ...]:
    """Return the files of a layout that wait in its folder, by name; links are not followed."""
    return tuple(
        path
        for path in sorted(incoming(layout).iterdir())
        if path.is_file()
        and not path.is_symlink()
        and not path.name.startswith(".")
        and not path.name.endswith(UNFINISHED)
    )


def unclaimed(layouts: Collection[str]) -> tuple[Path, ...]:
    """Return the files that lie in a folder of none of these layouts, where nobody takes them."""
    folder = _made(root() / "in")
    return tuple(
        path
        for path in sorted(folder.rglob("*"))
        if path.is_file() and path.relative_to(folder).parts[0] not in layouts
    )


def every() -> tuple[Path, ...]:
    """Return the folder of the exchange and all that are in it."""
    return (root(), *(path for path in sorted(root().rglob("*")) if path.is_dir()))


def lying(*, before: datetime) -> tuple[Path, ...]:
    """Return the files that lie in the folders of partners since before a moment."""
    layouts = root() / "in"
    return tuple(
        path
        for folder in (sorted(layouts.iterdir()) if layouts.is_dir() else ())
        for path in folder.iterdir()
        if path.is_file() and path.stat().st_mtime < before.timestamp()
    )


def city() -> str:
    """Return the office's municipality code: 6 digits, the last a check digit.

    ``office.json`` names it as ``municipality_code``. Raises `UnableToNameCity`.
    """
    said = str(settings.KOKUNEN_OFFICE.get("municipality_code", ""))
    if not said and getattr(settings, "KOKUNEN_INVENTED", False):
        return INVENTED_CITY
    if said != INVENTED_CITY and not has_check_digit(said):
        raise UnableToNameCity(
            "自市の団体コードが設定されていないか、検査数字が合いません。"
            "ほかの市のファイルを取り込まないために必要です。",
            fix="office.json の municipality_code に、検査数字を含む6桁の団体コードを"
            "書いてください。",
            field="municipality_code",
        )
    return said


def has_check_digit(code: str) -> bool:
    """Whether the text is a 団体コード whose sixth digit follows from the first five.

    Source: 全国地方公共団体コード仕様 (総務省): 11 less the weighted sum modulo 11, its last digit.
    """
    if re.fullmatch("[0-9]{6}", code) is None:
        return False
    total = sum(weight * int(digit) for weight, digit in zip(_WEIGHTS, code, strict=False))
    return (11 - total % 11) % 10 == int(code[5])


def _made(folder: Path) -> Path:
    missing = [each for each in (folder, *folder.parents) if not each.exists()]
    for each in reversed(missing):  # `parents=True` would leave those above open to everybody
        each.mkdir(exist_ok=True, mode=0o700)
    return folder
