from __future__ import annotations

from datetime import date
from fractions import Fraction
from typing import TYPE_CHECKING

import pytest

from kokunen.dates.errors import Refusal
from kokunen.dates.month import Month, UnableToReadMonth
from kokunen.rulekit.figures import (
    Dated,
    Figures,
    NoValueInForce,
    Table,
    UnableToLoadFigures,
    load,
)

if TYPE_CHECKING:
    from pathlib import Path

    from kokunen.rulekit.figures import Amount

FIRST = (
    "    - {from: 2020-01, to: 2020-12, yen: 100, source: 法1条, "
    'url: "https://example.jp/1", checked: 2026-11-21}\n'
)
SECOND = (
    '    - {from: 2021-01, yen: 200, source: 法2条, url: "https://example.jp/2", '
    "checked: 2026-11-20, status: derived, note: 計算した。}\n"
)
TEXT = f"fee:\n  label: 料金\n  review: july\n  values:\n{FIRST}{SECOND}"
KEYS = "表には ['label', 'review', 'values'] だけが要ります"


def test_a_table_is_read_with_everything_it_says() -> None:
    assert load(TEXT, prefix="t") == {
        "t.fee": Table(
            "t.fee",
            "料金",
            "july",
            (
                Dated(
                    first=Month(2020, 1),
                    last=Month(2020, 12),
                    kind="yen",
                    amount=100,
                    source="法1条",
                    url="https://example.jp/1",
                    checked=date(2026, 11, 21),
                    status="verified",
                    note="",
                ),
                Dated(
                    first=Month(2021, 1),
                    last=None,
                    kind="yen",
                    amount=200,
                    source="法2条",
                    url="https://example.jp/2",
                    checked=date(2026, 11, 20),
                    status="derived",
                    note="計算した。",
                ),
            ),
        )
    }


@pytest.mark.parametrize("review", ["april", "july", "never"])
def test_the_months_of_review(review: str) -> None:
    (table,) = load(TEXT.replace("review: july", f"review: {review}"), prefix="t").values()
    assert table.review == review


@pytest.mark.parametrize("status", ["verified", "derived", "unverified"])
def test_the_states_of_a_value(status: str) -> None:
    (table,) = load(TEXT.replace("status: derived", f"status: {status}"), prefix="t").values()
    assert [value.status for value in table.values] == ["verified", status]


@pytest.mark.parametrize(
    ("kind", "written", "amount"),
    [
        ("yen", "0", 0),
        ("yen", "17920", 17_920),
        ("count", "0", 0),
        ("count", "25", 25),
        ("rate", '"1/3"', Fraction(1, 3)),
        ("rate", '"0.035"', Fraction(7, 200)),
        ("rate", '"-1"', Fraction(-1)),
        ("flag", "true", True),
        ("flag", "false", False),
        ("steps", "[[1, 2], [3, -4]]", ((1, 2), (3, -4))),
        ("by_year", '{2024: "0.01", 2025: 0}', {2024: Fraction(1, 100), 2025: Fraction(0)}),
    ],
)
def test_each_kind_of_value(kind: str, written: str, amount: Amount) -> None:
    head, _, _ = TEXT.partition(FIRST)
    (table,) = load(head + FIRST.replace("yen: 100", f"{kind}: {written}"), prefix="t").values()
    (value,) = table.values
    assert (value.kind, value.amount) == (kind, amount)
    assert type(value.amount) is type(amount)


@pytest.mark.parametrize(
    ("kind", "written", "shown"),
    [
        ("yen", "-1", "-1"),
        ("count", "-1", "-1"),
        ("yen", '"100"', "'100'"),
        ("count", '"7"', "'7'"),
        ("yen", "true", "True"),
        ("count", "false", "False"),
        ("yen", "null", "None"),
        ("rate", "5", "5"),
        ("flag", "1", "1"),
        ("flag", '"yes"', "'yes'"),
        ("by_year", "{}", "{}"),
        ("by_year", '{"2024": "0.1"}', "{'2024': '0.1'}"),
        ("by_year", '{2024: "0.1", x: "0.1"}', "{2024: '0.1', 'x': '0.1'}"),
        ("by_year", "{true: 1}", "{True: 1}"),
        ("steps", "[]", "[]"),
        ("steps", '[[1, "2"]]', "[[1, '2']]"),
        ("steps", "[[1, true]]", "[[1, True]]"),
    ],
)
def test_a_value_that_may_not_be_written_is_refused(kind: str, written: str, shown: str) -> None:
    with pytest.raises(UnableToLoadFigures) as refused:
        load(TEXT.replace("yen: 100", f"{kind}: {written}"), prefix="t")
    assert refused.value.message == f"t.fee 2020-01: {kind}: {shown} は書けない値です"


@pytest.mark.parametrize(
    ("kind", "written", "shown", "cause"),
    [
        ("rate", '"three"', "'three'", ValueError),
        ("rate", '"1/0"', "'1/0'", ZeroDivisionError),
        ("by_year", '{2024: "x"}', "{2024: 'x'}", ValueError),
        ("by_year", "[2024]", "[2024]", AttributeError),
        ("steps", "[1, 2]", "[1, 2]", TypeError),
        ("steps", "5", "5", TypeError),
    ],
)
def test_a_value_that_cannot_be_read_is_refused(
    kind: str, written: str, shown: str, cause: type[Exception]
) -> None:
    with pytest.raises(UnableToLoadFigures) as refused:
        load(TEXT.replace("yen: 100", f"{kind}: {written}"), prefix="t")
    assert refused.value.message == f"t.fee 2020-01: {kind}: {shown} が読めません"
    assert isinstance(refused.value.__cause__, cause)


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        (FIRST, FIRST.replace("yen: 100", "yen: 100, yen: 100"), "5行目: キー「yen」が重複"),
        ("  review: july\n", "  review: july\n  review: july\n", "2行目: キー「review」が重複"),
        (TEXT, TEXT + TEXT, "1行目: キー「fee」が重複"),
        (
            "yen: 100",
            "yen: 100.5",
            '5行目: 小数 100.5 は使えません。率は "100.5" のように引用符で書いてください',
        ),
        (
            "yen: 200",
            "rate: .5",
            '6行目: 小数 .5 は使えません。率は ".5" のように引用符で書いてください',
        ),
        (TEXT, "- 1\n", "t: 表がありません"),
        (TEXT, "", "t: 表がありません"),
        (TEXT, "fee: 5\n", f"t.fee: {KEYS}"),
        ("  label: 料金\n", "", f"t.fee: {KEYS}"),
        ("  review: july\n", "", f"t.fee: {KEYS}"),
        ("  review: july\n", "  review: july\n  unit: yen\n", f"t.fee: {KEYS}"),
        ("july", "june", "t.fee: review は ('april', 'july', 'never') のどれかです"),
        ("label: 料金", 'label: ""', "t.fee: label か値がありません"),
        (f"\n{FIRST}{SECOND}", " []\n", "t.fee: label か値がありません"),
        (FIRST, "    - 5\n", "t.fee: 値 5 が読めません"),
        ("to: 2020-12", "to: 2021-01", "t.fee: 2021-01 から始まる値が前の値と重なります"),
        ("to: 2020-12, ", "", "t.fee: 2021-01 から始まる値が前の値と重なります"),
        ("to: 2020-12", "to: null", "t.fee: 2021-01 から始まる値が前の値と重なります"),
        (
            f"{FIRST}{SECOND}",
            f"{SECOND}{FIRST}",
            "t.fee: 2020-01 から始まる値が前の値と重なります",
        ),
        ("to: 2020-12", "to: 2020-11", "t.fee: 2020-12 から 2021-01 の前月が空です"),
        ("from: 2021-01", "from: 2021-03", "t.fee: 2021-01 から 2021-03 の前月が空です"),
        ("yen: 200", "count: 200", "t.fee: 値の種類が混ざっています"),
        (
            "yen: 100, ",
            "yen: 100, count: 1, ",
            "t.fee 2020-01: 値の種類が1つでないか、知らないキー []",
        ),
        ("yen: 100, ", "", "t.fee 2020-01: 値の種類が1つでないか、知らないキー []"),
        (
            "yen: 100, ",
            "yen: 100, unit: 円, as: 円, ",
            "t.fee 2020-01: 値の種類が1つでないか、知らないキー ['as', 'unit']",
        ),
        ("source: 法1条, ", "", "t.fee 2020-01: 「source」がありません"),
        ("source: 法1条", 'source: " "', "t.fee 2020-01: 「source」がありません"),
        ("source: 法1条", "source: 5", "t.fee 2020-01: 「source」がありません"),
        ('url: "https://example.jp/1", ', "", "t.fee 2020-01: 「url」がありません"),
        ("from: 2020-01, ", "", "t.fee None: 「from」がありません"),
        ("from: 2021-01", "from: 2021", "t.fee 2021: 「from」がありません"),
        (
            ", checked: 2026-11-21",
            "",
            "t.fee 2020-01: 「checked」(最後に確かめた日)がありません",
        ),
        (
            "checked: 2026-11-20",
            'checked: "2026-11-20"',
            "t.fee 2021-01: 「checked」(最後に確かめた日)がありません",
        ),
        (
            "status: derived",
            "status: sure",
            "t.fee 2021-01: status は ('verified', 'derived', 'unverified') のどれかです",
        ),
        (
            "status: derived",
            "status: null",
            "t.fee 2021-01: status は ('verified', 'derived', 'unverified') のどれかです",
        ),
        ("to: 2020-12", "to: 2019-12", "t.fee 2020-01: 終わりが始まりより前です"),
    ],
)
def test_a_file_that_breaks_a_rule_is_refused(old: str, new: str, message: str) -> None:
    assert TEXT.count(old) == 1
    with pytest.raises(UnableToLoadFigures) as refused:
        load(TEXT.replace(old, new), prefix="t")
    assert refused.value.message == message
    assert refused.value.code == "invalid_figures"
    assert refused.value.fix == "パラメータファイルを直してください。"
    assert refused.value.field == ""


@pytest.mark.parametrize(
    ("old", "new"), [("from: 2020-01", "from: 2020-13"), ("to: 2020-12", "to: end")]
)
def test_an_impossible_month_is_refused_with_its_reason(old: str, new: str) -> None:
    with pytest.raises(UnableToLoadFigures) as refused:
        load(TEXT.replace(old, new), prefix="t")
    cause = refused.value.__cause__
    assert isinstance(cause, UnableToReadMonth)
    start = new[6:] if new.startswith("from") else "2020-01"
    assert refused.value.message == f"t.fee {start}: {cause.message}"


def test_a_value_of_one_month_is_no_refusal() -> None:
    (table,) = load(TEXT.replace("from: 2020-01", "from: 2020-12"), prefix="t").values()
    assert table.on(Month(2020, 12)).amount == 100


@pytest.mark.parametrize(
    ("month", "amount"),
    [
        (Month(2020, 1), 100),
        (Month(2020, 12), 100),
        (Month(2021, 1), 200),
        (Month(2021, 2), 200),
        (Month(9999, 12), 200),
    ],
)
def test_the_value_in_force_in_a_month(month: Month, amount: int) -> None:
    assert load(TEXT, prefix="t")["t.fee"].on(month).amount == amount


def test_a_month_before_the_first_value_raises() -> None:
    table = load(TEXT, prefix="t")["t.fee"]
    with pytest.raises(NoValueInForce) as refused:
        table.on(Month(2019, 12))
    assert refused.value.message == (
        "2019-12の「料金」の数値は登録されていません(登録は2020-01から改正まで)。"
    )
    assert refused.value.code == "no_value_in_force"
    assert refused.value.field == ""
    assert refused.value.fix == (
        "対象の月を確かめるか、告示された数値を根拠とともにパラメータに加えてください。"
    )
    assert isinstance(refused.value, Refusal)


def test_a_month_after_the_last_value_raises() -> None:
    text = TEXT.replace("from: 2021-01", "from: 2021-01, to: 2021-06")
    table = load(text, prefix="t")["t.fee"]
    assert table.on(Month(2021, 6)).amount == 200
    with pytest.raises(NoValueInForce, match=r"2021-07の「料金」.*登録は2020-01から2021-06まで"):
        table.on(Month(2021, 7))


def test_a_month_in_between_raises_though_no_file_could_leave_it_empty() -> None:
    early, late = load(TEXT, prefix="t")["t.fee"].values
    later = Dated(Month(2022, 1), None, *(getattr(late, name) for name in Dated.__slots__[2:]))
    table = Table("t.fee", "料金", "july", (early, later))
    assert table.on(Month(2020, 12)).amount == 100
    assert table.on(Month(2022, 1)).amount == 200
    for month in (Month(2021, 1), Month(2021, 12)):
        with pytest.raises(NoValueInForce):
            table.on(month)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "two.yaml").write_text(TEXT, encoding="utf-8")
    (tmp_path / "one.yaml").write_text(
        TEXT.replace("fee:", "zoo:") + TEXT.replace("fee:", "ant:"), encoding="utf-8"
    )
    return tmp_path


def test_the_tables_of_a_folder(folder: Path) -> None:
    figures = Figures(folder)
    assert [table.name for table in figures.tables()] == ["one.zoo", "one.ant", "two.fee"]
    assert figures.table("two.fee").label == "料金"
    assert figures.on("one.ant", Month(2021, 1)).amount == 200


def test_a_file_is_read_when_first_asked_for_and_only_then(folder: Path) -> None:
    figures = Figures(folder)
    (folder / "one.yaml").unlink()
    assert figures.table("two.fee") is figures.table("two.fee")
    (folder / "two.yaml").unlink()
    assert figures.table("two.fee").label == "料金"


def test_a_table_that_is_not_there_is_a_mistake_of_the_program(folder: Path) -> None:
    with pytest.raises(KeyError, match=r"two\.tax"):
        Figures(folder).table("two.tax")
    with pytest.raises(FileNotFoundError):
        Figures(folder).table("three.fee")


@pytest.mark.parametrize("text", ["a: [1", "a: {b: c", "\t- x", "a: b: c"])
def test_what_is_not_yaml_is_refused_by_the_name_of_its_file(text: str) -> None:
    with pytest.raises(UnableToLoadFigures, match=r"^premium: YAMLとして読めません\(.+"):
        load(text, prefix="premium")


@pytest.mark.parametrize("values", ["5", "{}", "null", "''", "[]"])
def test_values_are_a_list_of_some_length(values: str) -> None:
    text = f"a: {{label: x, review: never, values: {values}}}"
    with pytest.raises(UnableToLoadFigures, match=r"^premium\.a: "):
        load(text, prefix="premium")
