"""Notices say the same in six languages."""

from __future__ import annotations

import re
import unicodedata
from datetime import date
from typing import TYPE_CHECKING, Any

import pytest

from kokunen.cases.catalogue import FILINGS
from kokunen.forms import notices, typst
from kokunen.forms.domain import Departure, Language, Notice, Told
from kokunen.forms.words import words
from tests.forms import sample

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

PLACE = re.compile(r"\{([a-z_]+)\}")
WITHOUT_READING = re.compile(r"\[[^\]|]+\|[^\]]+\]")


def _texts(said: Mapping[str, Any], at: str = "") -> Iterator[tuple[str, str]]:
    for key, value in said.items():
        if isinstance(value, str):
            yield f"{at}{key}", value
        else:
            yield from _texts(value, f"{at}{key}.")


@pytest.mark.parametrize("language", Language)
def test_every_language_says_everything(language: Language) -> None:
    here, there = dict(_texts(words(language))), dict(_texts(words(Language.JAPANESE)))
    assert here.keys() == there.keys()
    assert all(text.strip() for text in here.values())
    for key, text in here.items():
        if key != "date":
            assert set(PLACE.findall(text)) == set(PLACE.findall(there[key])), key


@pytest.mark.parametrize("language", Language)
def test_every_filing_and_notice_has_a_name(language: Language) -> None:
    said = words(language)
    assert said["filing"].keys() == FILINGS.keys()
    for part in ("title", "lead", "next"):
        assert said[part].keys() == {kind.value for kind in Notice}


def test_a_kanji_in_plain_japanese_carries_its_reading() -> None:
    for key, text in _texts(words(Language.PLAIN)):
        bare = WITHOUT_READING.sub("", text)
        kanji = [each for each in bare if "CJK UNIFIED" in unicodedata.name(each, "")]
        assert not kanji, (key, kanji)


def test_words_of_one_language_do_not_stand_in_another() -> None:
    hangul, kana = re.compile("[가-힣]"), re.compile("[ぁ-ゖァ-ヺ]")
    for language in Language:
        for key, text in _texts(words(language)):
            assert bool(hangul.search(text)) <= (language is Language.KOREAN), key
            japanese = language in {Language.JAPANESE, Language.PLAIN}
            assert bool(kana.search(text)) <= japanese, key


def test_a_reading_is_taken_out_for_the_title() -> None:
    assert notices.plain("[国民年金|こくみんねんきん]の [結果|けっか]") == "国民年金の 結果"


@pytest.mark.parametrize("language", Language)
@pytest.mark.parametrize("kind", Notice)
def test_a_notice_fits_one_sheet_and_names_the_person(kind: Notice, language: Language) -> None:
    told = Told(
        kind=kind,
        case=1234,
        filing="exemption",
        received_on=sample.DAY,
        due=date(2026, 7, 20),
        lacking=tuple(sorted(notices.codes())[:6]),
    )
    shown = notices.notice(
        told, language=language, person=sample.PERSON, office=sample.OFFICE, on=sample.DAY
    )
    pdf = typst.render(
        "notice",
        shown,
        title=notices.title_of(shown),
        language=language.value,
        made=sample.MADE,
    )
    assert len(list(sample.pages(pdf, dpi=20))) == 1
    written = sample.text(pdf)
    assert sample.RARE in written
    assert "1234" in written


def test_the_leaflet_tells_each_what_is_open_to_them() -> None:
    def heads(*, japanese: bool | None) -> list[str]:
        shown = notices.leaflet(
            language=Language.ENGLISH,
            departure=Departure(left_on=None, japanese=japanese),
            person=sample.PERSON,
            office=sample.OFFICE,
            case=None,
            on=sample.DAY,
        )
        assert shown["estimate"] == ""
        return [part["title"] for part in shown["parts"]]

    said = words(Language.ENGLISH)["leaflet"]
    refund, voluntary, lump_sum = (
        said[f"{name}_title"] for name in ("refund", "voluntary", "lump_sum")
    )
    assert heads(japanese=True) == [refund, voluntary]
    assert heads(japanese=False) == [refund, lump_sum]
    assert heads(japanese=None) == [refund, voluntary, lump_sum]
