"""An exchange of its own for each test: invented layouts, empty folders, a city with a code."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from django.test import override_settings

from kokunen.interchange import folders
from tests.interchange import exchange as invented

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from tests import office


@pytest.fixture
def exchange(
    database: office.Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[office.Database]:
    """Invented layouts with their receivers, and folders that no other test sees."""
    monkeypatch.setenv("KOKUNEN_EXCHANGE", str(tmp_path / "exchange"))
    office_of = {"municipality_code": invented.CITY}
    with invented.installed(tmp_path / "layouts"), override_settings(KOKUNEN_OFFICE=office_of):
        yield database


@pytest.fixture
def settings_of_office() -> Iterator[Callable[..., None]]:
    """Let a test say what stands in office.json."""
    overridden: list[override_settings] = []

    def say(**said: str) -> None:
        overridden.append(override_settings(KOKUNEN_OFFICE=said))
        overridden[-1].enable()

    yield say
    for each in reversed(overridden):
        each.disable()


@pytest.fixture
def city(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, settings_of_office: Callable[..., None]
) -> None:
    """The invented city, with the layouts of the product and folders that no other test sees."""
    monkeypatch.setenv("KOKUNEN_EXCHANGE", str(tmp_path / "exchange"))
    settings_of_office(municipality_code=folders.INVENTED_CITY)


@pytest.fixture
def drop() -> Callable[..., Path]:
    """Put a file into the folder of its layout, as a partner does."""

    def put(layout: str, made: bytes, name: str = "file.csv") -> Path:
        path = folders.incoming(layout) / name
        path.write_bytes(made)
        return path

    return put
