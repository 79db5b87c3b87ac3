"""Every sheet looks as it was approved.

``KOKUNEN_APPROVE=1`` writes the pictures anew, to be looked at before they are committed.
"""

from __future__ import annotations

import os
from datetime import date
from functools import cache, partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from PIL import Image, ImageChops

from kokunen.cases.catalogue import FILINGS
from kokunen.forms import notices, typst
from kokunen.forms.domain import Departure, Language, Notice, Told
from tests.forms import sample

if TYPE_CHECKING:
    from collections.abc import Callable

APPROVED = Path(__file__).parent / "approved"
DPI = 60
SHADES = 16
FAR = 72
"""By so many of 256 shades a pixel may be off: another release of the renderer rounds otherwise."""
MOST = 4
"""So many pixels of a sheet may be further off; a tick has more."""


_DECIDED = frozenset({Notice.GRANTED, Notice.REFUSED, Notice.RETURNED})


def _filing(code: str) -> bytes:
    return typst.render(
        sample.template(code),
        sample.form(code),
        title=FILINGS[code].name,
        language="ja",
        made=sample.MADE,
    )


def _notice(kind: Notice, language: Language) -> bytes:
    asks = kind is Notice.LACKS
    told = Told(
        kind=kind,
        case=1234,
        filing="exemption",
        received_on=sample.DAY,
        decided_on=date(2026, 7, 31) if kind in _DECIDED else None,
        due=date(2026, 7, 20) if asks else None,
        lacking=("identity", "job_loss_proof", "世帯主の所得の申立書") if asks else (),
    )
    shown = notices.notice(
        told, language=language, person=sample.PERSON, office=sample.OFFICE, on=sample.DAY
    )
    return _letter("notice", shown, language)


def _leaflet(language: Language, *, japanese: bool | None) -> bytes:
    shown = notices.leaflet(
        language=language,
        departure=Departure(
            left_on=date(2026, 9, 30),
            japanese=japanese,
            prepaid_months=6,
            refund=105_960,
            paid_months=40,
            lump_sum=322_560,
        ),
        person=sample.PERSON,
        office=sample.OFFICE,
        case=77,
        on=sample.DAY,
    )
    return _letter("leaflet", shown, language)


def _letter(template: str, shown: dict[str, Any], language: Language) -> bytes:
    return typst.render(
        template, shown, title=notices.title_of(shown), language=language.value, made=sample.MADE
    )


def _list(template: str, shown: dict[str, Any]) -> bytes:
    data = shown | {"rows": sample.rows()}
    return typst.render(template, data, title=shown["title"], language="ja", made=sample.MADE)


SHEETS: dict[str, Callable[[], bytes]] = {
    **{f"form-{code}": partial(_filing, code) for code in FILINGS},
    **{
        f"notice-lacks-{language}": partial(_notice, Notice.LACKS, language)
        for language in Language
    },
    **{
        f"notice-{kind}-ja": partial(_notice, kind, Language.JAPANESE)
        for kind in Notice
        if kind is not Notice.LACKS
    },
    **{f"leaflet-{language}": partial(_leaflet, language, japanese=None) for language in Language},
    "ledger": partial(_list, "ledger", sample.LEDGER),
    "forwarding": partial(_list, "forwarding", sample.FORWARDING),
}


def _differs(shown: Image.Image, approved: Image.Image) -> int:
    """Return how many pixels are too far off."""
    assert shown.size == approved.size
    return sum(ImageChops.difference(shown, approved.convert("L")).histogram()[FAR:])


@pytest.mark.parametrize("name", SHEETS)
def test_a_sheet_looks_as_approved(name: str) -> None:
    shown = list(sample.pages(SHEETS[name](), dpi=DPI))
    files = [APPROVED / f"{name}-{number}.png" for number in range(1, len(shown) + 1)]
    if os.environ.get("KOKUNEN_APPROVE"):
        for old in APPROVED.glob(f"{name}-[0-9].png"):
            old.unlink()
        for page, file in zip(shown, files, strict=True):
            page.quantize(SHADES).save(file, optimize=True)
    assert sorted(APPROVED.glob(f"{name}-[0-9].png")) == files
    for page, file in zip(shown, files, strict=True):
        assert _differs(page, Image.open(file)) <= MOST, f"{file.name} looks otherwise"


@cache
def _exemption() -> Image.Image:
    return next(sample.pages(_filing("exemption"), dpi=DPI))


def test_every_picture_belongs_to_a_sheet() -> None:
    names = {file.name.rpartition("-")[0] for file in APPROVED.glob("*.png")}
    assert names == set(SHEETS)


@pytest.mark.parametrize(
    "changed",
    [
        {"student": False},
        {"wanted": ["full"]},
        {"left_job_on_head": "2026-06-29"},
    ],
)
def test_a_tick_or_a_digit_elsewhere_would_be_noticed(changed: dict[str, Any]) -> None:
    pdf = typst.render(
        "exemption",
        sample.form("exemption", **changed),
        title="見本",
        language="ja",
        made=sample.MADE,
    )
    other = next(sample.pages(pdf, dpi=DPI))
    assert _differs(other, _exemption().quantize(SHADES)) > MOST
