"""Each test's record has a journal and anchors of its own."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture(autouse=True)
def outside(
    request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Path:
    """Return the folder that holds what lies outside the database."""
    if "database" in request.fixturenames:
        request.getfixturevalue("database")  # first, for it brings a place of its own
    monkeypatch.setenv("KOKUNEN_JOURNAL", str(tmp_path / "journal"))
    monkeypatch.setenv("KOKUNEN_ANCHORS", str(tmp_path / "anchors"))
    return tmp_path
