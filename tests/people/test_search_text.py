from __future__ import annotations

from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kokunen.dates.errors import Refusal
from kokunen.dates.wareki import UnableToReadDate
from kokunen.people.asked import (
    Asked,
    UnableToSearch,
    UnableToSearchByMyNumber,
    is_my_number,
    reasons,
    understand,
)
from kokunen.people.keys import KeyKind, keys_for


def meanings(text: str) -> list[dict[str, str]]:
    return [{each.kind.value: each.key for each in asked.exactly} for asked in understand(text)]


def my_number(eleven: str) -> str:
    """The check digit by the ministry's formula, read the other way: P1 is the rightmost digit."""
    total = sum(
        int(digit) * (n + 1 if n <= 6 else n - 5) for n, digit in enumerate(reversed(eleven), 1)
    )
    return eleven + str(0 if total % 11 <= 1 else 11 - total % 11)


ELEVEN = st.text(alphabet="0123456789", min_size=11, max_size=11)


@pytest.mark.parametrize(
    "text",
    [
        "昭和55年4月1日",
        "昭和55年 4月 1日",
        "昭和五十五年四月一日",
        "S55.4.1",
        "Ｓ５５．４．１",
        "s55/4/1",
        "1980-04-01",
        "1980.4.1",
    ],
)
def test_a_birth_date_is_read_in_every_form_an_office_writes(text: str) -> None:
    assert {"birth_date": "1980-04-01"} in meanings(text)
    assert meanings(f"山田 {text} 太郎")[0] == {"birth_date": "1980-04-01"}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("5550401", {"birth_date": "1980-04-01"}),
        ("5550401", {"number": "5550401"}),
        ("19800401", {"birth_date": "1980-04-01"}),
        ("19800401", {"number": "19800401"}),
        ("1234-567890", {"basic_number": "1234567890"}),
        ("1234567890", {"basic_number": "1234567890"}),
        ("１２３４ ５６７８９０", {"basic_number": "1234567890"}),
        ("0312345678", {"phone": "0312345678"}),
        ("03(1234)5678", {"phone": "0312345678"}),
        ("090 1234 5678", {"phone": "09012345678"}),
        ("090ー1234ー5678", {"phone": "09012345678"}),
        ("+81 90 1234 5678", {"phone": "09012345678"}),
        ("0012345", {"number": "12345"}),
        ("12-34567", {"old_number": "1234567"}),
    ],
)
def test_a_number_has_each_of_its_meanings(text: str, expected: dict[str, str]) -> None:
    assert expected in meanings(text)


@pytest.mark.parametrize("text", ["S64.2.1", "昭和64年2月1日", "R8.13.1", "55.4.1", "S550431"])
def test_what_can_only_be_a_day_and_is_none_is_refused_with_a_suggestion(text: str) -> None:
    with pytest.raises(UnableToReadDate) as refused:
        understand(f"佐藤 {text}")
    assert refused.value.fix


def test_words_are_a_name_in_any_order() -> None:
    (asked,) = understand("太郎　山田")
    assert {"山田太郎", "太郎山田"} == asked.whole
    assert [set(word.keys) for word in asked.words] == [{"太郎"}, {"山田"}]


def test_latin_letters_are_read_as_kana_too() -> None:
    (asked,) = understand("TARO OHNO")
    assert {"tarono", "onotaro", "おのたろ"} <= asked.whole


def test_names_that_begin_like_an_era_are_names() -> None:
    assert all(not asked.exactly for asked in understand("昭和 明"))
    assert understand("三宅一生")[0].whole == {"三宅一生"}


@pytest.mark.parametrize("text", ["", "  　", "・", "！？", "a b c d e f g", "亜" * 121])
def test_nothing_and_too_much_are_refused(text: str) -> None:
    with pytest.raises(UnableToSearch):
        understand(text)


def test_a_role_searches_only_by_what_it_sees() -> None:
    seen = [kind for kind in KeyKind if kind is not KeyKind.PHONE]
    assert KeyKind.PHONE not in {
        each.kind for asked in understand("0312345678", kinds=seen) for each in asked.exactly
    }
    with pytest.raises(UnableToSearch):
        understand("S55.4.1", kinds=[KeyKind.NAME, KeyKind.NUMBER])


@given(ELEVEN, st.sampled_from(["{0}{1}{2}", "{0} {1} {2}", "{0}-{1}-{2}", "山田 {0}{1}{2} 太郎"]))
def test_an_individual_number_is_refused_and_not_repeated(eleven: str, form: str) -> None:
    number = my_number(eleven)
    typed = form.format(number[:4], number[4:8], number[8:])
    for text in (typed, typed.translate({48 + n: 0xFF10 + n for n in range(10)})):
        with pytest.raises(UnableToSearchByMyNumber) as refused:
            understand(text)
        assert "番号法" in refused.value.message
        assert number[8:] not in refused.value.message + refused.value.fix


@given(ELEVEN)
def test_one_check_digit_in_ten_is_right(eleven: str) -> None:
    assert [digit for digit in "0123456789" if is_my_number(eleven + digit)] == [
        my_number(eleven)[-1]
    ]


@given(st.text(max_size=40))
def test_any_text_is_understood_or_refused(text: str) -> None:
    readings: tuple[Asked, ...] = ()
    with suppress(Refusal):
        readings = understand(text)
    assert all(asked.exactly or any(word.keys for word in asked.words) for asked in readings)


def why(text: str) -> list[str]:
    keys = keys_for(
        number=1,
        name="山田　太郎",
        kana="ﾔﾏﾀﾞ ﾀﾛｳ",
        alias="岡　太郎",
        birth_date="1980-04-01",
        phones=("090-1234-5678",),
    )
    return reasons(understand(text)[0], keys)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("山田太郎", ["氏名の一致: 山田太郎"]),
        ("太郎 山田", ["氏名の一致: 山田太郎"]),
        ("やまだ", ["カナ氏名の一部の一致: ヤマタ"]),
        ("ヤマダタ", ["カナ氏名の前方一致: ヤマタタ"]),
        ("岡 太", ["通称の前方一致: 岡太"]),
        ("太 山", ["氏名の一部の前方一致: 太", "氏名の前方一致: 山"]),
        ("yamada", ["カナ氏名の一部の一致: ヤマタ"]),
        ("山田 S55.4.1", ["氏名の一部の一致: 山田", "生年月日 昭和55年4月1日"]),
        ("09012345678", ["電話番号の一致"]),
    ],
)
def test_a_hit_says_why(text: str, expected: list[str]) -> None:
    assert why(text) == expected


def test_the_record_learns_the_kinds_of_what_was_typed_only() -> None:
    assert understand("山田 S55.4.1")[0].kinds == ("birth_date", "name")
    assert Asked().kinds == ()
