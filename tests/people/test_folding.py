from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kokunen.people import folding
from kokunen.people.folding import fold, parts

NAMES = st.text(
    alphabet=st.one_of(
        st.characters(min_codepoint=0x3041, max_codepoint=0x30FF),
        st.characters(min_codepoint=0xFF61, max_codepoint=0xFF9F),
        st.characters(min_codepoint=0x4E00, max_codepoint=0x9FFF),
        st.sampled_from("髙﨑嵜𠮷邉々ヴーｰ・　 \u3099\U000e0100-'OUHNouhnáĐß"),
        st.characters(exclude_categories=["Cs"]),
    ),
    max_size=12,
)

ONE_KEY = (
    "高橋 髙橋 髙槗 髙𣘺",
    "崎山 﨑山 嵜山",
    "渡辺 渡邊 渡邉 渡邉\U000e0101",
    "斎藤 齋藤 斉藤 齊藤",
    "吉田 𠮷田",
    "浜田 濱田 濵田",
    "桜井 櫻井",
    "国分 國分",
    "竜田 龍田",
    "沢田 澤田",
    "島田 嶋田 嶌田",
    "富田 冨田",
    "広瀬 廣瀬 廣瀨",
    "神田 \ufa19田",
    "辻 辻\U000e0100",
    "佐々木 佐佐木",
    "ワタナベ ﾜﾀﾅﾍﾞ わたなべ ワタナヘ ワタナベ",
    "オオノ オーノ ｵｰﾉ おうの オノ",
    "ケイコ ケーコ けいこ ケエコ",
    "ユウコ ユーコ ユコ",
    "キョウコ ｷﾖｳｺ きょーこ",
    "ヴァン バン ﾊﾞﾝ ハン",
    "ヴ ブ",
    "ヰノウヱ イノウエ",
    "か゛ ガ か\u3099",
    "ĐẶNG dang Ｄａｎｇ DANG",
    "OHNO ONO OONO Ōno OUNO",
    "YUUKI YUKI YUHKI Yūki",
    "ANNE-MARIE Annemarie ANNE‐MARIE",
    "O'NEILL ONEILL O’Neill",
    "STRAUß STRAUSS",
    "MÜLLER Muller",
    "ØSTBYŁ ostbyl",
)
KEPT_APART = (
    "大田 太田",
    "小野 大野",
    "渡辺 渡部",
    "伊藤 伊東",
    "阿部 安部",
    "河井 川井",
    "末永 未永",
    "土屋 士屋",
    "萩原 荻原",
    "杮 柿",
    "広 弘",
    "裕 祐",
    "崎 埼",
    "芦田 戸田",
    "田中 中田",
    "佐藤 左藤",
    "ハラ ハラダ",
    "シロ ヒロ",
    "ヂ ジ",
    "OHARA OARA",
    "JOHANN JOANN",
    "LEE LE",
    "กา กี",
    "김 감",
    "\ue000 \ue001",
)


@pytest.mark.parametrize("spellings", ONE_KEY)
def test_the_ways_of_writing_one_name_share_a_key(spellings: str) -> None:
    assert len({fold(spelling) for spelling in spellings.split(" ")}) == 1
    assert fold(spellings.split(" ", maxsplit=1)[0])


@pytest.mark.parametrize("names", KEPT_APART)
def test_distinct_names_are_kept_apart(names: str) -> None:
    assert len({fold(name) for name in names.split(" ")}) == len(names.split(" "))


@given(NAMES)
def test_the_key_of_a_key_is_the_key(name: str) -> None:
    assert fold(fold(name)) == fold(name)


@given(NAMES)
def test_a_key_holds_nothing_a_clerk_cannot_type_in_several_ways(name: str) -> None:
    key = fold(name)
    assert unicodedata.is_normalized("NFC", key)
    assert not set(key) & set(" 　-ー・ァアｱがぱっ髙\U000e0100々")


@given(st.text(alphabet=st.characters(min_codepoint=0x3041, max_codepoint=0x3096), max_size=10))
def test_katakana_hiragana_and_half_width_share_a_key(kana: str) -> None:
    import jaconv

    katakana = "".join(chr(ord(character) + 0x60) for character in kana)
    assert fold(kana) == fold(katakana) == fold(jaconv.z2h(katakana, kana=True))


@given(
    st.text(alphabet="あいうえおかがこごちぢつづとどのはばぱほょゅっー", max_size=8),
    st.text(alphabet="あいうえおかがこごちぢつづとどのはばぱほょゅっー", max_size=8),
)
def test_a_beginning_that_is_typed_is_a_beginning_of_the_key(typed: str, rest: str) -> None:
    assert fold(typed + rest).startswith(fold(typed))


def test_names_are_parted_at_spaces_and_middle_dots() -> None:
    assert parts("山田　太郎") == ("山田", "太郎")
    assert parts("グエン・ヴァン・アン") == ("グエン", "ヴァン", "アン")
    assert parts("NGUYEN, VAN  AN") == ("NGUYEN", "VAN", "AN")
    assert parts("  ") == ()


def test_no_character_stands_in_two_groups_of_variants() -> None:
    from importlib.resources import files

    import yaml

    data = yaml.safe_load(
        files("kokunen.people").joinpath("variants.yaml").read_text(encoding="utf-8")
    )
    characters = [
        c for group in data["groups"] for word in group["characters"].split() for c in word
    ]
    assert len(characters) == len(set(characters)) > 800
    assert all(group["source"] for group in data["groups"])
    # What is compared has gone through NFKC: a compatibility character would never be met.
    assert all(unicodedata.normalize("NFKC", c) == c for c in characters)


def test_variants_lead_to_one_that_is_no_variant() -> None:
    table = folding._variants()
    assert not {ord(character) for character in table.values()} & set(table)
