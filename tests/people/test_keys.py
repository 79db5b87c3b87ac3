from __future__ import annotations

from kokunen.people.keys import KeyKind, keys_for, phone_key


def test_a_person_is_found_by_whole_name_and_by_its_parts() -> None:
    keys = keys_for(number=1234, name="髙橋　花子", kana="ﾀｶﾊｼ ﾊﾅｺ")
    assert {(key.kind.value, key.key) for key in keys} == {
        ("number", "1234"),
        ("name", "高橋花子"),
        ("name_part", "高橋"),
        ("name_part", "花子"),
        ("kana", "たかはしはなこ"),
        ("kana_part", "たかはし"),
        ("kana_part", "はなこ"),
    }


def test_a_given_name_that_could_lengthen_the_surname_is_found_with_and_without_the_space() -> None:
    keys = {key.key for key in keys_for(number=1, kana="サトウ オサム") if key.kind is KeyKind.KANA}
    assert keys == {"さとおさむ", "さとさむ"}


def test_a_foreigner_is_found_by_passport_name_and_alias() -> None:
    keys = keys_for(
        number=5,
        name="NGUYỄN THỊ AN",
        passport="NGUYEN THI AN",
        alias="田中 安",
        alias_kana="タナカ アン",
    )
    found = {(key.kind, key.key) for key in keys}
    assert {
        (KeyKind.NAME, "nguyenthian"),
        (KeyKind.LATIN, "nguyenthian"),
        (KeyKind.LATIN_PART, "thi"),
        (KeyKind.ALIAS, "田中安"),
        (KeyKind.ALIAS_PART, "安"),
        (KeyKind.ALIAS_KANA_PART, "あん"),
    } <= found


def test_numbers_are_reduced_to_digits_and_unknown_days_give_no_key() -> None:
    keys = keys_for(
        number=7,
        birth_date="1980-04-00",
        basic_number="１２３４－５６７８９０",
        old_numbers=("01-23456",),
        phones=("+81 90-1234-5678", "03(1234)5678", "119"),
    )
    assert {(key.kind.value, key.key) for key in keys} == {
        ("number", "7"),
        ("basic_number", "1234567890"),
        ("old_number", "0123456"),
        ("phone", "09012345678"),
        ("phone", "0312345678"),
    }
    assert keys_for(number=7, birth_date="1980-04-01") > keys_for(number=7)


def test_a_telephone_number_has_one_form() -> None:
    assert (
        phone_key("090-1234-5678")
        == phone_key("０９０１２３４５６７８")
        == phone_key("+819012345678")
        == phone_key("+81 (0)90 1234 5678")
        == "09012345678"
    )
    assert phone_key("110") == ""


def test_a_key_is_never_longer_than_its_column() -> None:
    assert max(len(key.key) for key in keys_for(number=1, name="亜" * 500)) == 200
