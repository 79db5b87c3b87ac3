import pytest

from kokunen.wording.citation import cite
from kokunen.wording.layout import pad, table, width, wrap


def test_a_kanji_takes_two_columns_and_a_digit_one() -> None:
    assert width("全額90") == 6
    assert width("ｶﾅ") == 2


def test_numbers_stand_to_the_right() -> None:
    assert pad("円", 5, right=True) == "   円"
    assert pad("円", 5) == "円   "


def test_a_line_breaks_at_the_width_and_no_punctuation_begins_a_line() -> None:
    assert wrap("あいうえ。おか", 8) == ["あいう", "え。おか"]
    assert wrap("あい(うえ)", 6) == ["あい", "(うえ)"]


def test_english_breaks_between_words() -> None:
    assert wrap("half exemption here", 10) == ["half", "exemption", "here"]


def test_a_figure_stays_with_its_counter() -> None:
    assert wrap("もとは法90条1項", 10) == ["もとは", "法90条1項"]


def test_a_line_break_in_a_text_is_kept() -> None:
    assert wrap("一\n二", 10) == ["一", "二"]


def test_columns_line_up_whatever_the_characters() -> None:
    lines = table(["月", "額"], [["7月", "0円"], ["12月", "1,000円"]], numbers=frozenset({1}))
    assert lines == [
        "月         額",
        "-------------",
        "7月       0円",
        "12月  1,000円",
    ]


def test_a_table_that_is_too_wide_is_wrapped_within_the_columns() -> None:
    lines = table(["い" * 20, "ろ"], [["は" * 40, "に" * 30]], numbers=frozenset(), columns=60)
    assert max(map(width, lines)) <= 60
    assert "".join(lines).count("は") == 40
    assert "".join(lines).count("に") == 30


@pytest.mark.parametrize(
    ("source", "english"),
    [
        ("法90条の2第1項1号・令6条の8の2", "Act, Art. 90-2 para. 1 item 1; Order, Art. 6-8-2"),
        ("平26改正法附則14条1項", "2014 Amending Act, Suppl. Art. 14 para. 1"),
        ("法90条1項4号・規則77条の7", "Act, Art. 90 para. 1 item 4; Regulation, Art. 77-7"),
    ],
)
def test_articles_are_cited_in_english_too(source: str, english: str) -> None:
    assert cite(source, "en") == english
    assert cite(source, "ja") == source


def test_a_source_of_another_kind_stands_as_it_is() -> None:
    assert cite("昭和の告示", "en") == "昭和の告示"
