"""What stands on a filing is checked against its items."""

from __future__ import annotations

from dataclasses import replace

import pytest

from kokunen.cases.catalogue.kinds import Item, ItemKind
from kokunen.cases.particulars import Checked, UnableToReceive, check
from tests.cases.desk import MOVED

CHOICES = (("a", "甲"), ("b", "乙"))


def checked(
    kind: ItemKind, value: object, *, required: bool = False, essential: bool = False
) -> Checked:
    item = Item(
        name="it",
        label="項目",
        kind=kind,
        choices=CHOICES,
        most=5,
        required=required,
        essential=essential,
    )
    return check(filing=replace(MOVED, items=(item,)), particulars={"it": value})


FITS = [
    (ItemKind.DATE, "2026-11-24"),
    (ItemKind.MONTH, "2026-07"),
    (ItemKind.CHOICE, "a"),
    (ItemKind.CHOICES, ["b", "a"]),
    (ItemKind.YES_NO, False),
    (ItemKind.TEXT, "𠮷﨑 "),
    (ItemKind.LINES, "一\n二"),
    (ItemKind.YEN, -1),
    (ItemKind.COUNT, 0),
    (ItemKind.PERSON, 10001),
]
WRONG = [
    (ItemKind.DATE, "2026-02-30"),
    (ItemKind.DATE, "20261124"),
    (ItemKind.DATE, 20261124),
    (ItemKind.MONTH, "2026-7"),
    (ItemKind.MONTH, 7),
    (ItemKind.CHOICE, "c"),
    (ItemKind.CHOICE, ["a"]),
    (ItemKind.CHOICES, "a"),
    (ItemKind.CHOICES, ["a", "c"]),
    (ItemKind.CHOICES, ["a", "a"]),
    (ItemKind.YES_NO, "true"),
    (ItemKind.YES_NO, 1),
    (ItemKind.TEXT, "一\n二"),
    (ItemKind.TEXT, "123456"),
    (ItemKind.TEXT, "a\x00"),
    (ItemKind.TEXT, "\ud800"),
    (ItemKind.TEXT, 5),
    (ItemKind.LINES, "123456"),
    (ItemKind.LINES, "\ta"),
    (ItemKind.YEN, "1"),
    (ItemKind.YEN, True),
    (ItemKind.YEN, 1.5),
    (ItemKind.YEN, 10**15),
    (ItemKind.COUNT, -1),
    (ItemKind.PERSON, 0),
    (ItemKind.PERSON, True),
]


@pytest.mark.parametrize(("kind", "value"), FITS)
def test_a_value_that_fits_is_kept_as_received(kind: ItemKind, value: object) -> None:
    assert checked(kind, value).data == {"it": value}


@pytest.mark.parametrize(("kind", "value"), WRONG)
def test_a_value_of_another_form_is_refused(kind: ItemKind, value: object) -> None:
    with pytest.raises(UnableToReceive) as refused:
        checked(kind, value)
    assert (refused.value.field, refused.value.fix) == ("it", "記入を確かめてください。")
    assert "「項目」" in refused.value.message


def test_every_kind_has_a_value_that_fits_and_one_that_does_not() -> None:
    assert {kind for kind, _ in FITS} == set(ItemKind) == {kind for kind, _ in WRONG}


@pytest.mark.parametrize("nothing", [None, "", " \u3000", []])
def test_nothing_is_lacking_or_refused(nothing: object) -> None:
    assert checked(ItemKind.LINES, nothing).lacks == ()
    assert checked(ItemKind.LINES, nothing, required=True).lacks == ("it",)
    assert checked(ItemKind.LINES, nothing, required=True).data == {}
    with pytest.raises(UnableToReceive, match="「項目」がないと受け付けられません"):
        checked(ItemKind.LINES, nothing, essential=True)


def test_not_stated_is_neither_yes_nor_no() -> None:
    assert checked(ItemKind.YES_NO, None, required=True).lacks == ("it",)
    assert checked(ItemKind.YES_NO, value=False, required=True).lacks == ()


def test_a_name_that_the_filing_has_not() -> None:
    with pytest.raises(UnableToReceive) as refused:
        check(filing=MOVED, particulars={"when": "2026-11-24", "colour": "赤"})
    assert refused.value.field == "colour"
    assert "赤" not in refused.value.message


@pytest.mark.parametrize(
    ("kind", "codes", "value", "asked"),
    [
        (ItemKind.CHOICE, {"a"}, "a", True),
        (ItemKind.CHOICE, {"a"}, "b", False),
        (ItemKind.CHOICE, {"a"}, None, False),
        (ItemKind.CHOICES, {"a"}, ["b", "a"], True),
        (ItemKind.CHOICES, {"a"}, ["b"], False),
        (ItemKind.YES_NO, {"false"}, False, True),
        (ItemKind.YES_NO, {"true"}, False, False),
        (ItemKind.YES_NO, {"true", "false"}, None, False),
    ],
)
def test_what_is_not_asked_is_not_kept(
    kind: ItemKind, codes: set[str], value: object, *, asked: bool
) -> None:
    first = Item(name="first", label="先", kind=kind, choices=CHOICES)
    then = Item(
        name="then",
        label="後",
        kind=ItemKind.COUNT,
        required=True,
        only_if=("first", frozenset(codes)),
    )
    last = replace(then, name="last", only_if=("then", frozenset({"3"})))
    filing = replace(MOVED, items=(first, then, last))
    found = check(filing=filing, particulars={"first": value, "then": 3, "last": 1})
    assert ("then" in found.data) is asked
    assert check(filing=filing, particulars={"first": value}).lacks == (("then",) if asked else ())
