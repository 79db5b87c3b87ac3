from __future__ import annotations

import json
from datetime import date
from typing import TYPE_CHECKING

import pytest

from kokunen.dates.errors import Refusal
from kokunen.dates.month import Month
from kokunen.law.contract.fields import MOST_YEN, Fields, UnableToReadInput

if TYPE_CHECKING:
    from collections.abc import Callable


def refusal(read: Callable[[], object]) -> tuple[str, str, str, str]:
    with pytest.raises(Refusal) as refused:
        read()
    wrong = refused.value
    return wrong.code, wrong.field, wrong.message, wrong.fix


def test_the_largest_amount() -> None:
    assert MOST_YEN == 100_000_000_000


@pytest.mark.parametrize("given", [None, [], "x", 1, True])
def test_only_an_object_has_fields(given: object) -> None:
    with pytest.raises(UnableToReadInput) as refused:
        Fields(given, path="insured")
    assert refused.value.code == "invalid_type"
    assert refused.value.field == "insured"
    assert refused.value.message == "JSONのオブジェクト({…})ではありません。"
    assert refused.value.fix == '{"項目": 値} の形で書いてください。'


def test_a_field_knows_its_place() -> None:
    assert Fields({}).where("from") == "from"
    assert Fields({}, path="insured.incomes").where("2025") == "insured.incomes.2025"


def test_whatever_nobody_read_is_refused() -> None:
    fields = Fields({"b": 1, "a": 2, "surprise": 3}, path="x")
    assert (fields.whole("b"), fields.whole("a")) == (1, 2)
    assert refusal(fields.done) == (
        "unknown_field",
        "x.surprise",
        "「surprise」という項目はありません。",
        "使える項目は a、b です。",
    )
    assert fields.has("surprise")
    fields.done()


def test_names_count_as_read() -> None:
    fields = Fields({"2025": 1, "2024": 2})
    assert fields.names() == ["2025", "2024"]
    fields.done()


def test_has_tells_of_a_value_that_is_not_null() -> None:
    fields = Fields({"a": None, "b": 0, "c": False})
    assert [fields.has(name) for name in "abcd"] == [False, True, True, False]
    fields.done()


READERS: list[tuple[str, Callable[[Fields], object]]] = [
    ("month", lambda fields: fields.month("x")),
    ("date", lambda fields: fields.date("x")),
    ("whole", lambda fields: fields.whole("x")),
    ("flag", lambda fields: fields.flag("x")),
    ("choice", lambda fields: fields.choice("x", ("one", "two"))),
    ("raw", lambda fields: fields.raw("x")),
]


@pytest.mark.parametrize(("kind", "read"), READERS)
def test_a_field_that_must_be_there(kind: str, read: Callable[[Fields], object]) -> None:
    assert kind
    assert refusal(lambda: read(Fields({}, path="p"))) == (
        "missing_field",
        "p.x",
        "「x」がありません。",
        "「x」を加えてください。",
    )


@pytest.mark.parametrize(
    ("read", "given", "shown", "fix"),
    [
        ("month", 202607, "202607", "月は YYYY-MM(例 2026-07)で書いてください。"),
        ("month", None, "None", "月は YYYY-MM(例 2026-07)で書いてください。"),
        ("date", 20260701, "20260701", "日付は 2026-11-21 か R8.11.21 の形で書いてください。"),
        ("whole", 1.5, "1.5", "整数で書いてください。"),
        ("whole", True, "True", "整数で書いてください。"),
        ("whole", "1", "'1'", "整数で書いてください。"),
        ("whole", None, "None", "整数で書いてください。"),
        ("flag", 1, "1", "true か false で書いてください。"),
        ("flag", None, "None", "true か false で書いてください。"),
    ],
)
def test_a_value_of_the_wrong_type(read: str, given: object, shown: str, fix: str) -> None:
    reader = dict(READERS)[read]
    assert refusal(lambda: reader(Fields({"x": given}, path="p"))) == (
        "invalid_type",
        "p.x",
        f"「x」の値 {shown} は読めません。",
        fix,
    )


def test_what_is_well_written_is_read() -> None:
    fields = Fields(
        {"m": "2026-07", "d": "R8.7.1", "n": 5, "f": True, "c": "two", "r": [1], "o": {"y": 1}}
    )
    assert fields.month("m") == Month(2026, 7)
    assert fields.date("d") == date(2026, 7, 1)
    assert fields.whole("n") == 5
    assert fields.flag("f") is True
    assert fields.choice("c", ("one", "two")) == "two"
    assert fields.raw("r") == [1]
    inner = fields.inner("o")
    assert inner.whole("y") == 1
    assert inner.where("y") == "o.y"
    fields.done()


def test_a_default_stands_for_what_is_absent_alone() -> None:
    fields = Fields({"n": None})
    assert fields.whole("x", default=3) == 3
    assert fields.flag("x", default=False) is False
    assert fields.choice("x", ("one",), default="one") == "one"
    assert fields.raw("x", default=None) is None
    assert refusal(lambda: fields.whole("n", default=3))[0] == "invalid_type"


def test_an_optional_date_or_month_may_be_null() -> None:
    fields = Fields({"d": None, "m": None, "day": "2026-07-01", "month": "2026-07"})
    assert fields.optional_date("d") is None
    assert fields.optional_date("nothing") is None
    assert fields.optional_month("m") is None
    assert fields.optional_date("day") == date(2026, 7, 1)
    assert fields.optional_month("month") == Month(2026, 7)
    fields.done()


@pytest.mark.parametrize(("value", "good"), [(2, False), (3, True), (5, True), (6, False)])
def test_the_range_includes_its_ends(value: int, good: bool) -> None:  # noqa: FBT001 - a column of the table
    fields = Fields({"x": value}, path="p")
    if good:
        assert fields.whole("x", least=3, most=5) == value
        return
    assert refusal(lambda: fields.whole("x", least=3, most=5)) == (
        "out_of_range",
        "p.x",
        f"「x」の値 {value} は 3 から 5 の範囲にありません。",
        "値を確かめてください。",
    )


@pytest.mark.parametrize(("value", "good"), [(-1, False), (0, True), (MOST_YEN, True),
                                             (MOST_YEN + 1, False)])  # fmt: skip
def test_the_range_of_yen(value: int, good: bool) -> None:  # noqa: FBT001 - a column of the table
    fields = Fields({"x": value})
    if good:
        assert fields.whole("x") == value
    else:
        assert refusal(lambda: fields.whole("x"))[0] == "out_of_range"


@pytest.mark.parametrize("given", ["three", 1, None, ["one"]])
def test_one_of_several_words(given: object) -> None:
    fields = Fields({"x": given}, path="p")
    assert refusal(lambda: fields.choice("x", ("one", "two"))) == (
        "invalid_choice",
        "p.x",
        f"「x」の値 {given!r} はありません。",
        "使える値は one、two です。",
    )


@pytest.mark.parametrize(
    ("read", "given", "code"),
    [("month", "2026-13", "invalid_month"), ("date", "2026-02-30", "invalid_date")],
)
def test_a_refusal_from_below_is_given_its_place(read: str, given: str, code: str) -> None:
    reader = dict(READERS)[read]
    found = refusal(lambda: reader(Fields({"x": given}, path="p")))
    assert found[:2] == (code, "p.x")


def test_an_absent_object_is_empty_and_nothing_else_is() -> None:
    assert Fields({}).inner("o").names() == []
    for wrong in ('{"o": null}', '{"o": 0}', '{"o": false}', '{"o": ""}', '{"o": []}'):
        with pytest.raises(UnableToReadInput) as refused:
            Fields(json.loads(wrong), path="p").inner("o")
        assert (refused.value.code, refused.value.field) == ("invalid_type", "p.o")
