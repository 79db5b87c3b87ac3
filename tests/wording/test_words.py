import re
import string

import pytest

from kokunen.law.contract.exemption import NOT_APPLICABLE
from kokunen.law.exemption.rules import BANDS, PASSES
from kokunen.law.figures import FIGURES
from kokunen.rulekit.tree import lines_of
from kokunen.wording import reasons
from kokunen.wording.doubts import UNVERIFIED
from kokunen.wording.words import LANGUAGES, UnableToSpeak, words_in

LONGEST_PLAIN_SENTENCE = 40
KANJI = re.compile(r"[々〆㐀-䶿一-鿿]+")


def places(text: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(text) if name}


@pytest.mark.parametrize("lang", LANGUAGES)
def test_every_language_has_every_text_and_none_is_empty(lang: str) -> None:
    japanese, other = words_in("ja").texts, words_in(lang).texts
    assert set(other) == set(japanese)
    assert [key for key, text in other.items() if not text.strip()] == []


@pytest.mark.parametrize("lang", LANGUAGES)
def test_no_language_names_a_place_that_is_not_filled(lang: str) -> None:
    japanese, other = words_in("ja").texts, words_in(lang).texts
    # Office Japanese says all there is to say; another language may leave a part out.
    assert {key: places(other[key]) - places(text) for key, text in japanese.items()} == {
        key: set() for key in japanese
    }


def test_plain_japanese_keeps_its_sentences_short() -> None:
    long = [
        sentence
        for text in words_in("plain-ja").texts.values()
        for sentence in re.sub(r"\{\w+\}", "", text).split("。")
        if len(sentence) > LONGEST_PLAIN_SENTENCE
    ]
    assert long == []


def test_plain_japanese_has_a_reading_for_every_kanji() -> None:
    words = words_in("plain-ja")
    bare = [
        (text, piece.text)
        for text in words.texts.values()
        for piece in words.pieces(re.sub(r"\{\w+\}", "1", text), seen=None)
        if piece.gloss is None
        and KANJI.search(re.sub(r"(?<=\d)[円人歳年月日]|か月", "", piece.text))
    ]
    assert bare == []


def test_readings_are_kana_and_every_one_is_used() -> None:
    words = words_in("plain-ja")
    assert all(re.fullmatch("[ぁ-ん]+", reading) for reading in words.glosses.values())


def test_plain_japanese_takes_the_longest_word_and_leaves_counters_bare() -> None:
    pieces = list(words_in("plain-ja").pieces("国民年金は20年で、法90条1項の月です", seen=None))
    assert [(piece.text, piece.gloss) for piece in pieces if piece.gloss] == [
        ("国民年金", "こくみんねんきん"),
        ("月", "つき"),
    ]


def test_english_puts_the_japanese_term_behind_its_first_use_only() -> None:
    seen: set[str] = set()
    words = words_in("en")
    first = [piece.gloss for piece in words.pieces("The spouse and the spouse", seen=seen)]
    later = [piece.gloss for piece in words.pieces("No spouse here", seen=seen)]
    assert first == [None, "配偶者", None]
    assert later == [None]


def test_every_english_term_that_is_glossed_occurs() -> None:
    words = words_in("en")
    everything = " ".join(words.texts.values()).lower()
    assert [term for term in words.glosses if term.lower() not in everything] == []


@pytest.mark.parametrize("lang", LANGUAGES)
def test_every_figure_of_the_exemption_that_is_not_confirmed_has_words(lang: str) -> None:
    open_ones = [
        table.name
        for table in FIGURES.tables()
        if table.name.startswith("exemption.")
        if any(value.status == UNVERIFIED for value in table.values)
    ]
    assert open_ones
    assert [name for name in open_ones if not words_in(lang).has(f"figure.{name}")] == []


def test_a_language_that_is_not_there_is_refused_with_those_that_are() -> None:
    with pytest.raises(UnableToSpeak, match="fr") as refused:
        words_in("fr")
    assert "plain-ja" in refused.value.fix


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("code", reasons.CODES)
def test_every_reason_has_words_in_every_language(code: str, lang: str) -> None:
    assert len(reasons.in_words(code, lang)) > 10


def test_the_reasons_are_those_of_the_law() -> None:
    lines = {line.code for band in BANDS for line in lines_of(PASSES[band])}
    over = {f"over_{band}_limit" for band in BANDS}
    assert set(reasons.CODES) == {
        *NOT_APPLICABLE, *lines, *over, "unknown_fact", "nothing_examined"
    }  # fmt: skip
    assert set(reasons.LINES) == lines
    assert set(reasons.NOT_APPLICABLE) == set(NOT_APPLICABLE)


def test_a_reason_that_is_not_there_is_refused_with_those_that_are() -> None:
    with pytest.raises(reasons.UnableToExplainReason, match="too_rich") as refused:
        reasons.in_words("too_rich", "ja")
    assert "over_full_limit" in refused.value.fix
    assert refused.value.field == "code"


def test_a_reason_in_plain_japanese_carries_its_readings() -> None:
    assert reasons.in_words("already_paid", "plain-ja") == (
        "もう払（はら）った月（つき）です。申（もう）しこむことができません。"
    )
