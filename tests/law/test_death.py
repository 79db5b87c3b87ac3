"""The lump sum on death."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kokunen.law.contract.catalogue import answer


def told(months: dict[str, int], **given_: object) -> tuple[str, bool, int]:
    found = answer("death-lump-sum", {"months": months, **given_})
    return found["counted_months"], found["eligible"], found["amount"]


@pytest.mark.parametrize(
    ("paid", "amount"),
    [
        (0, 0), (35, 0), (36, 120000), (179, 120000), (180, 145000), (239, 145000),
        (240, 170000), (299, 170000), (300, 220000), (359, 220000), (360, 270000),
        (419, 270000), (420, 320000), (480, 320000),
    ],
)  # fmt: skip
def test_the_table_on_both_sides_of_each_step(paid: int, amount: int) -> None:
    assert told({"paid": paid}) == (str(paid), amount > 0, amount)


@pytest.mark.parametrize(
    ("months", "counted", "amount"),
    [
        ({"paid": 35, "one_quarter_to_2009_03": 1}, "35.75", 0),
        ({"paid": 35, "one_quarter_from_2009_04": 2}, "36.5", 120000),
        ({"paid": 35, "half_to_2009_03": 1}, "35.5", 0),
        ({"paid": 35, "half_from_2009_04": 1, "half_to_2009_03": 1}, "36", 120000),
        ({"paid": 35, "three_quarters_from_2009_04": 3}, "35.75", 0),
        ({"paid": 35, "three_quarters_to_2009_03": 4}, "36", 120000),
        ({"paid": 35, "full_to_2009_03": 480, "deferral": 24, "student": 24}, "35", 0),
        ({"one_quarter_from_2009_04": 240}, "180", 145000),
        ({}, "0", 0),
    ],
)
def test_months_count_by_the_share_paid(months: dict[str, int], counted: str, amount: int) -> None:
    assert told(months) == (counted, amount > 0, amount)


@pytest.mark.parametrize(
    ("paid", "additional", "amount"),
    [(36, 35, 120000), (36, 36, 128500), (35, 35, 0), (480, 480, 328500), (36, 0, 120000)],
)
def test_36_additional_months_add_8500_yen(paid: int, additional: int, amount: int) -> None:
    assert told({"paid": paid}, additional_months=additional)[2] == amount


@given(
    paid=st.integers(0, 600),
    shares=st.tuples(*[st.integers(0, 100)] * 6),
)
def test_counted_in_decimals(paid: int, shares: tuple[int, ...]) -> None:
    names = ("one_quarter", "half", "three_quarters")
    keys = [f"{name}_{side}" for name in names for side in ("to_2009_03", "from_2009_04")]
    expected = Decimal(paid)
    for count, weight in zip(shares, ("0.75", "0.75", "0.5", "0.5", "0.25", "0.25"), strict=True):
        expected += count * Decimal(weight)
    counted, eligible, amount = told({"paid": paid, **dict(zip(keys, shares, strict=True))})
    assert Decimal(counted) == expected
    assert eligible == (expected >= 36) == (amount > 0)


def test_what_excludes_the_lump_sum_is_said_where_one_is_due() -> None:
    assert answer("death-lump-sum", {"months": {"paid": 36}})["notes"] == [
        (
            "亡くなった人が老齢基礎年金か障害基礎年金を受けたことがあるとき、"
            "遺族基礎年金を受けられる人がいるときは、支給されません(法52条の2)。"
        )
    ]
    assert "notes" not in answer("death-lump-sum", {"months": {"paid": 35}})


@pytest.mark.parametrize(
    ("facts", "code", "field"),
    [
        ({"additional_months": 37}, "additional_exceeds_paid", "additional_months"),
        ({"additional_months": 601}, "out_of_range", "additional_months"),
        ({"months": {"unpaid": 3}}, "unknown_field", "months.unpaid"),
        ({"died_on": "2026-01-01"}, "unknown_field", "died_on"),
    ],
)
def test_death_lines_that_are_refused(facts: dict[str, Any], code: str, field: str) -> None:
    error = answer("death-lump-sum", {"months": {"paid": 36}, **facts})["error"]
    assert (error["code"], error["field"]) == (code, field)
    assert error["message"]
    assert error["fix"]
