"""Whether a file from outside is a harmless JPEG or PDF: by its content, never by its name. Pure.

Source: practice.md §1.5 (attachments are JPEG and PDF). Whatever can act on the reader's machine
or hides from the check is not taken: encryption, scripts, files within the file, forms that run.
"""

from __future__ import annotations

import io
import warnings
from dataclasses import dataclass
from typing import Any, Final

from PIL import Image
from pypdf import PdfReader
from pypdf.generic import ArrayObject, DictionaryObject, IndirectObject

from kokunen.people.codes import Code

MOST_BYTES: Final = 10_000_000
"""Bytes of one file. 2026-11-21: the limit of the national service was not found; to be checked."""
MOST_PIXELS: Final = 60_000_000
"""Pixels of a picture: more than any telephone takes, little enough to be opened."""
MOST_OBJECTS: Final = 20_000
MOST_PAGES: Final = 100
_ACTIVE: Final = frozenset(
    {
        "/JS",
        "/JavaScript",
        "/EmbeddedFile",
        "/EmbeddedFiles",
        "/EF",
        "/Collection",
        "/Launch",
        "/GoToR",
        "/GoToE",
        "/RichMedia",
        "/Rendition",
        "/Movie",
        "/XFA",
        "/AA",
        "/ImportData",
        "/SubmitForm",
    }
)
"""Names of PDF that run something, send something, or hold or open another file."""
_JPEG: Final = b"\xff\xd8\xff"
_PDF: Final = b"%PDF-"
_AGAIN: Final = "もう一度作り直して"


class Kind(Code):
    """What is taken; the code is the ending of the name that it is given."""

    JPEG = "jpg", "画像(JPEG)"
    PDF = "pdf", "文書(PDF)"


@dataclass(frozen=True, slots=True, kw_only=True)
class Looked:
    """What a file is, or ``why`` it is not taken and what to ``ask`` of the applicant."""

    kind: Kind | None = None
    why: str = ""
    ask: str = ""


_TOO_LARGE: Final = Looked(why="画像が大きすぎます", ask="小さくして")


def kind_of(content: bytes) -> Looked:
    """Return whether the content is a picture or document that can be taken."""
    if content.startswith(_JPEG):
        return _picture(content)
    if content.startswith(_PDF):
        return _document(content)
    return Looked(why="JPEGでもPDFでもありません", ask="")


def _picture(content: bytes) -> Looked:
    try:
        with (
            warnings.catch_warnings(action="ignore"),  # its size is checked here
            Image.open(io.BytesIO(content), formats=("JPEG",)) as found,
        ):
            if found.width * found.height > MOST_PIXELS:
                return _TOO_LARGE
            found.load()
    except Image.DecompressionBombError:
        return _TOO_LARGE
    except Exception:  # noqa: BLE001 - whatever a broken picture makes of the library
        return Looked(why="画像として開けません(途中で切れていることがあります)", ask=_AGAIN)
    return Looked(kind=Kind.JPEG)


def _document(content: bytes) -> Looked:
    try:
        reader = PdfReader(io.BytesIO(content))
        if reader.is_encrypted:
            return Looked(why="暗号化されたPDFです", ask="パスワードを外して")
        if not 0 < len(reader.pages) <= MOST_PAGES:
            return Looked(why=f"ページがないか、{MOST_PAGES}ページを超えています", ask="分けて")
        if _is_active(reader):
            return Looked(
                why="動作するもの(スクリプト、フォーム、中のファイル)を含むか、複雑すぎるPDFです",
                ask="印刷して読み取ったものを",
            )
    except Exception:  # noqa: BLE001 - whatever a broken document makes of the library
        return Looked(why="PDFとして開けません(途中で切れていることがあります)", ask=_AGAIN)
    return Looked(kind=Kind.PDF)


def _is_active(reader: PdfReader) -> bool:
    """Walk from the trailer through all that can be reached; too much of it counts as bad."""
    pending: list[Any] = [reader.trailer]
    seen: set[tuple[int, int]] = set()
    walked = 0
    while pending:
        one = pending.pop()
        walked += 1
        if walked > MOST_OBJECTS:
            return True
        if isinstance(one, IndirectObject):
            place = (one.idnum, one.generation)
            if place not in seen:
                seen.add(place)
                pending.append(one.get_object())
        elif isinstance(one, DictionaryObject):
            names = set(one) | {str(one[key]) for key in ("/S", "/Type") if key in one}
            if not _ACTIVE.isdisjoint(names):
                return True
            pending += [one.raw_get(key) for key in one]
        elif isinstance(one, ArrayObject):
            pending += list(list.__iter__(one))
    return False
