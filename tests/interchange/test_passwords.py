"""Which passwords a container may have (founding document 003, ①–⑥)."""

from __future__ import annotations

import string

import pytest

from kokunen.interchange.outbox.passwords import KINDS, LENGTH, blind, draw, problem

GOOD = "vQ7#mKx4&TpWe9!c"
WORDS = ("澄野市", "スミノ シ", "年金 太郎", "ネンキン　タロウ", "K00101", "03-0000-4567", "Sumino")


def test_a_good_one_has_no_problem() -> None:
    assert problem(GOOD, words=WORDS) is None


@pytest.mark.parametrize(
    ("password", "rule"),
    [
        ("vQ7#mKx4&Tp", "12文字以上"),
        ("vq7#mkx4&tpwe9!c", "英大文字"),
        ("VQ7#MKX4&TPWE9!C", "英小文字"),
        ("vQd#mKxd&TpWed!c", "数字"),
        ("vQ7dmKx4dTpWe9dc", "記号"),
        ("vQ7#mKx4&TpWe9!あ", "英字・数字・記号だけ"),
        ("vQ7# mKx4&TpWe9!c", "英字・数字・記号だけ"),
        ("Sumino7#mKx4&Tp!", "連想"),
        ("vQ7#Nenkin&Tp9!c", "連想"),
        ("vQ7#tAROU&Tp9!cW", "連想"),
        ("k00101#mKx&TpWe!", "連想"),
        ("vQ#4567&TpWe!cKx", "連想"),
        ("vQ7#mKx19900401&", "4桁以上の数字"),
        ("vQ7#mKx&TpWe2024", "4桁以上の数字"),
        ("abcd7#mKx4&TpWe!", "並んだ文字"),
        ("vQ7#Qwer4&TpWe!c", "並んだ文字"),
        ("vQ7#lkjh4&TpWe!c", "並んだ文字"),
        ("vQ7#mmm4&TpWe9!c", "並んだ文字"),
    ],
)
def test_a_bad_one_is_refused_by_its_rule(password: str, rule: str) -> None:
    said = problem(password, words=WORDS)
    assert said is not None
    assert rule in said


def test_what_is_drawn_keeps_every_rule_and_no_look_alike() -> None:
    drawn = [draw() for _ in range(300)]
    assert len(set(drawn)) == len(drawn)
    for each in drawn:
        assert len(each) == LENGTH
        assert all(set(kind) & set(each) for kind, _ in KINDS)
        assert not set(each) & set("0Oo1lI|5S2Z8B`'\"\\,.;:^~-_ ")
        assert set(each) <= set(string.ascii_letters + string.digits + string.punctuation)
        assert problem(each, words=()) is None


def test_the_digest_needs_its_key() -> None:
    assert blind(GOOD, key=b"a") == blind(GOOD, key=b"a") != blind(GOOD, key=b"b")
    assert GOOD not in blind(GOOD, key=b"a")
