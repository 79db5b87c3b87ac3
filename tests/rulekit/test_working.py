from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING

import pytest

from kokunen.dates.month import Month
from kokunen.rulekit.figures import Figures, NoValueInForce
from kokunen.rulekit.working import Step, Working, decimal_or_fraction, shown

if TYPE_CHECKING:
    from pathlib import Path

    from kokunen.rulekit.figures import Amount

JULY = Month(2020, 7)
ROW = 'from: 2020-01, url: "https://example.jp/", checked: 2026-11-21'
TEXT = f"""
fee: {{label: 料金, review: july, values: [{{{ROW}, yen: 100, source: 試験1条}}]}}
share: {{label: 割合, review: july, values: [{{{ROW}, rate: "1/4", source: 試験2条}}]}}
there: {{label: 有無, review: july, values: [{{{ROW}, flag: true, source: 試験3条}}]}}
steps: {{label: 段, review: july, values: [{{{ROW}, steps: [[1, 2], [3, 4]], source: 試験4条}}]}}
years: {{label: 年, review: july, values: [{{{ROW}, by_year: {{2020: "0.5"}}, source: 試験5条}}]}}
doubt: {{label: 疑問, review: july, values: [
  {{{ROW}, yen: 7, source: 試験6条, status: unverified, note: 告示を見ていません。}}]}}
bare: {{label: 裸, review: july, values: [{{{ROW}, yen: 8, source: 試験6条, status: unverified}}]}}
derived: {{label: 算出, review: july, values: [
  {{{ROW}, yen: 9, source: 試験7条, status: derived, note: 計算した。}}]}}
"""


@pytest.fixture
def working(tmp_path: Path) -> Working:
    (tmp_path / "t.yaml").write_text(TEXT, encoding="utf-8")
    return Working(Figures(tmp_path))


def test_nothing_is_shown_before_anything_is_done(working: Working) -> None:
    assert (working.sources, working.notes, working.steps) == ([], [], [])


def test_a_source_is_cited_once_in_the_order_of_use(working: Working) -> None:
    working.cite("法2条", "法1条")
    working.cite("法3条", "法2条")
    assert working.sources == ["法2条", "法1条", "法3条"]


def test_a_note_is_made_once(working: Working) -> None:
    for text in ("後", "先", "後"):
        working.note(text)
    assert working.notes == ["後", "先"]


def test_a_step_shows_its_value_and_cites_its_source(working: Working) -> None:
    working.step("合計", 300, "法1条")
    working.step("端数", Fraction(1, 3))
    assert working.steps == [Step("合計", "300", "法1条"), Step("端数", "1/3", "")]
    assert working.sources == ["法1条"]


def test_a_figure_is_shown_with_its_month_and_cited(working: Working) -> None:
    value = working.dated("t.fee", JULY)
    assert (value.amount, value.source) == (100, "試験1条")
    assert working.steps == [Step("料金(2020-07)", "100", "試験1条")]
    assert working.sources == ["試験1条"]
    assert working.notes == []


def test_each_kind_of_figure(working: Working) -> None:
    assert working.whole("t.fee", JULY) == 100
    assert working.rate("t.share", JULY) == Fraction(1, 4)
    assert working.flag("t.there", JULY) is True
    assert working.rows("t.steps", JULY) == ((1, 2), (3, 4))
    assert working.rates_by_year("t.years", JULY) == {2020: Fraction(1, 2)}
    assert working.sources == ["試験1条", "試験2条", "試験3条", "試験4条", "試験5条"]


def test_an_unverified_figure_is_noted_and_a_derived_one_is_not(working: Working) -> None:
    assert working.whole("t.doubt", JULY) == 7
    assert working.whole("t.bare", JULY) == 8
    assert working.whole("t.derived", JULY) == 9
    assert working.notes == [
        "「疑問」(2020-07)は未確認の数値です。告示を見ていません。",
        "「裸」(2020-07)は未確認の数値です。",
    ]


def test_a_month_without_a_figure_raises_and_shows_nothing(working: Working) -> None:
    with pytest.raises(NoValueInForce):
        working.whole("t.fee", Month(2019, 12))
    assert (working.steps, working.sources) == ([], [])


def test_an_unknown_table_is_a_mistake_of_the_program(working: Working) -> None:
    with pytest.raises(KeyError, match=r"t\.nothing"):
        working.whole("t.nothing", JULY)


def test_a_working_knows_whether_an_explanation_was_asked_for(tmp_path: Path) -> None:
    figures = Figures(tmp_path)
    assert Working(figures).explain is False
    assert Working(figures, explain=True).explain is True


@pytest.mark.parametrize(
    ("amount", "written"),
    [
        (17_920, "17920"),
        (0, "0"),
        (True, "あり"),
        (False, "なし"),
        (Fraction(7, 200), "0.035"),
        (Fraction(1, 3), "1/3"),
        (((1, 2),), "表による"),
        ({2020: Fraction(1)}, "表による"),
    ],
)
def test_how_a_figure_is_shown(amount: Amount, written: str) -> None:
    assert shown(amount) == written


@pytest.mark.parametrize(
    ("rate", "written"),
    [
        (Fraction(0), "0"),
        (Fraction(1), "1"),
        (Fraction(146), "146"),
        (Fraction(1, 2), "0.5"),
        (Fraction(-1, 4), "-0.25"),
        (Fraction(10_007, 10_000), "1.0007"),
        (Fraction(1, 10**6), "0.000001"),
        (Fraction(1, 10**7), "1/10000000"),
        (Fraction(2, 7), "2/7"),
    ],
)
def test_an_exact_rate_is_a_decimal_where_it_has_one(rate: Fraction, written: str) -> None:
    assert decimal_or_fraction(rate) == written
