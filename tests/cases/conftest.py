"""Every test of the cases has a catalogue of two filings, and one registered person."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from kokunen.cases import catalogue
from tests.cases import desk

if TYPE_CHECKING:
    from kokunen.audit.domain import Occasion
    from tests.office import Database


@pytest.fixture(autouse=True)
def _tiny(monkeypatch: pytest.MonkeyPatch, request: pytest.FixtureRequest) -> None:
    if "real_catalogue" not in request.fixturenames:
        monkeypatch.setattr(catalogue, "FILINGS", desk.CATALOGUE)


@pytest.fixture
def real_catalogue() -> None:
    """The catalogue of the duties, as it is."""


@pytest.fixture
def person(database: Database, occasion: Occasion) -> int:
    """A person of the register."""
    del database
    return desk.registered(occasion)
