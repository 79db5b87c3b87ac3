"""The page of the record items notices every difference between the print and the columns."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tools import record_items
from tools.record_items import ITEMS, MAPPED, PAGE, columns, faults, page, printed

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture
def items() -> list[tuple[str, str]]:
    return list(printed(ITEMS.read_text(encoding="utf-8")))


def test_every_item_of_the_print_has_its_columns(items: list[tuple[str, str]]) -> None:
    assert list(faults(items, columns())) == []
    assert len(items) == len(MAPPED) == 85
    assert [item for group, item in items if group == "資格情報"].count("取得日(2)") == 1
    assert PAGE.read_text(encoding="utf-8") == page(items, columns())


def test_an_item_without_a_column_is_named(items: list[tuple[str, str]]) -> None:
    more = [*items, ("宛名", "好きな食べ物")]
    assert list(faults(more, columns())) == ["item without a column: 宛名/好きな食べ物"]
    assert list(faults(items[1:], columns())) == ["mapped, but not printed: 宛名/宛名番号"]


def test_a_column_that_nobody_explains_is_named(items: list[tuple[str, str]]) -> None:
    more = {**columns(), "people_name.nickname": "あだ名"}
    assert list(faults(items, more)) == [
        "column neither mapped nor explained: people_name.nickname"
    ]
    fewer = {name: term for name, term in columns().items() if name != "people_name.kana"}
    assert list(faults(items, fewer)) == ["no such column: people_name.kana"]


def test_a_stale_page_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    stale = tmp_path / "page.md"
    monkeypatch.setattr(record_items, "PAGE", stale)
    monkeypatch.setattr("sys.argv", ["record_items.py", "--check"])
    assert record_items.main() == 1
    assert "stale" in capsys.readouterr().err
    monkeypatch.setattr("sys.argv", ["record_items.py"])
    assert record_items.main() == 0
    monkeypatch.setattr("sys.argv", ["record_items.py", "--check"])
    assert record_items.main() == 0
