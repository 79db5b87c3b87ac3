"""What can be printed of a case: its filing, and the letters that go with what happened."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from kokunen.forms import queries as forms
from kokunen.forms.domain import Language, Notice

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator

    from kokunen.access.domain import Field
    from kokunen.cases.queries import Case
    from kokunen.web.opened import Opened

FILING: Final = "filing"
_LEAFLET: Final = "leaflet"
_LEAVING: Final = "departure"


@dataclass(frozen=True, slots=True, kw_only=True)
class Paper:
    """A letter in the languages it is written in: (code of the address, name of the language)."""

    name: str
    languages: tuple[tuple[str, str], ...]


def letters(case: Case) -> tuple[Paper, ...]:
    """Return the letters that fit a case, the newest first."""
    return tuple(_letters(case))


def _letters(case: Case) -> Iterator[Paper]:
    for notice in forms.offered(case):
        yield Paper(name=notice.label, languages=_languages(notice.value))
    if case.filing.code == _LEAVING:
        yield Paper(name="国外に出る人への案内", languages=_languages(_LEAFLET))


def _languages(code: str) -> tuple[tuple[str, str], ...]:
    return tuple((f"{code}-{each.value}", each.label) for each in Language)


def printed(found: Opened, *, form: str, sees: Collection[Field]) -> bytes | None:
    """Return a form or a letter of a case as a PDF, or None for what the case has not."""
    case, occasion, opening = found.case.number, found.occasion, found.opening
    if form == FILING:
        return forms.filing_form(case=case, occasion=occasion, sees=sees, opening=opening)
    kind, _, language = form.partition("-")
    if language not in set(Language):
        return None
    written = Language(language)
    if kind == _LEAFLET and found.case.filing.code == _LEAVING:
        return forms.leaflet(
            case=case, language=written, occasion=occasion, sees=sees, opening=opening
        )
    if kind not in {notice.value for notice in forms.offered(found.case)}:
        return None
    return forms.notice(
        case=case,
        kind=Notice(kind),
        language=written,
        occasion=occasion,
        sees=sees,
        opening=opening,
    )
