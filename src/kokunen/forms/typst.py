"""Paper from templates: tagged (PDF/UA-1), the same bytes every time, in named fonts only.

Nothing is fetched: the templates and the words lie in this package, the fonts on this machine.
"""

from __future__ import annotations

import json
import os
from functools import cache
from importlib.resources import as_file, files
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import typst

from kokunen.dates.errors import Refusal
from kokunen.forms import glyphs
from kokunen.forms.joining import join

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime

FOLDERS: Final = (
    "/usr/share/fonts/opentype/noto",  # Debian, Ubuntu: fonts-noto-cjk
    "/usr/share/fonts/google-noto-sans-cjk-fonts",  # Fedora
    "/usr/share/fonts/noto-cjk",  # Arch
)
"""Where the systems keep the Noto CJK fonts."""

FAMILIES: Final[Mapping[str, str]] = {
    "ja": "Noto Sans CJK JP",
    "plain-ja": "Noto Sans CJK JP",
    "en": "Noto Sans CJK JP",
    "vi": "Noto Sans CJK JP",
    "zh": "Noto Sans CJK SC",
    "ko": "Noto Sans CJK KR",
}
"""The font of each language: the same character is drawn otherwise in Chinese and Korean."""

JAPANESE: Final = FAMILIES["ja"]
"""The font of names and addresses, whatever the language around them."""

_PART: Final = 200
"""Records set in one go; of 1,000, each would take half as long again, and the whole 1.5 GB."""

_AGE: Final = 12
"""Typst keeps what it has laid out for ten further runs, for whoever edits and runs again."""

_TAGS: Final[Mapping[str, str]] = {"plain-ja": "ja"}


class UnableToPrint(Refusal):
    """A font is missing, or the page cannot be made."""

    code = "unprintable"


def render(
    template: str, data: Mapping[str, Any], *, title: str, language: str, made: datetime
) -> bytes:
    """Return a PDF of one record; see `render_many`."""
    return render_many(template, [data], title=title, language=language, made=made)


def render_many(
    template: str,
    records: Sequence[Mapping[str, Any]],
    *,
    title: str,
    language: str,
    made: datetime,
) -> bytes:
    """Return one PDF with every record in turn, each beginning on a new page.

    ``template`` is the name of a file of ``templates``, ``language`` a key of `FAMILIES`, ``made``
    the aware moment that the file states as its creation: the same arguments give the same bytes.
    Raises `glyphs.UnableToPrintCharacter` naming a character that no font has, and `UnableToPrint`
    without the fonts or without a record.
    """
    if not records:
        raise UnableToPrint(
            "印刷するものがありません。", fix="一覧を開き直し、印刷する案件を選んでください。"
        )
    family = FAMILIES[language]
    fonts = _fonts(house(), own())
    known = frozenset(fonts.families())
    if not {family, JAPANESE} <= known:
        raise UnableToPrint(
            f"印刷に使うフォント({family})がありません。",
            fix="サーバーで apt-get install fonts-noto-cjk を実行してください。",
        )
    faces = glyphs.faces(house=house(), family=JAPANESE, own=own(), known=known)
    given = {
        "title": title,
        "lang": _TAGS.get(language, language),
        "family": family,
        "batch": len(records) > 1,
        "elsewhere": faces.elsewhere(records, family=JAPANESE),
    }
    with as_file(files("kokunen.forms") / "templates") as folder:

        def set_(part: Sequence[Mapping[str, Any]]) -> bytes:
            pdf, warnings = typst.compile_with_warnings(
                folder / f"{template}.typ",
                root=folder,
                font_paths=fonts,
                ignore_system_fonts=True,
                sys_inputs={"data": json.dumps(given | {"records": part}, ensure_ascii=False)},
                format="pdf",
                pdf_standards=["ua-1"],
                timestamp=made.replace(microsecond=0),
            )
            if warnings:
                # A font that is not found, for one, leaves a character out without an error.
                raise UnableToPrint(
                    f"組版が警告を出したため、印刷していません: {warnings[0].message}",
                    fix="フォントの設定を確かめ、続くときは保守の担当に伝えてください。",
                )
            return pdf

        parts = []
        for at in range(0, len(records), _PART):
            parts.append(set_(records[at : at + _PART]))
            if len(records) > _PART:
                _forget(fonts)
        return join(parts)


def house() -> tuple[Path, ...]:
    """Return the folders of the system that hold the fonts every page is set in."""
    return tuple(path for path in map(Path, FOLDERS) if path.is_dir())


def own() -> tuple[Path, ...]:
    """Return the folders of the office's own fonts: KOKUNEN_FONTS, parted by colons.

    Raises `UnableToPrint` when one of them does not exist.
    """
    found = tuple(Path(each) for each in os.environ.get("KOKUNEN_FONTS", "").split(":") if each)
    if not all(folder.is_dir() for folder in found):
        raise UnableToPrint(
            "KOKUNEN_FONTS に書かれたフォルダーがありません。",
            fix="外字などのフォントを置いたフォルダーを KOKUNEN_FONTS に書いてください。",
        )
    return found


def _forget(fonts: typst.Fonts) -> None:
    """Let Typst's memory go of what it has laid out: a batch would fill the machine's."""
    for _ in range(_AGE):
        typst.compile(b"", font_paths=fonts, ignore_system_fonts=True, format="pdf")


@cache
def _fonts(*folders: tuple[Path, ...]) -> typst.Fonts:
    return typst.Fonts(
        include_system_fonts=False,
        include_embedded_fonts=False,
        font_paths=[path for each in folders for path in each],
    )
