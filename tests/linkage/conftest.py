"""One platform for the tests of a module, on a database of its own; it talks over the loopback."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.linkage import city as cities

if TYPE_CHECKING:
    from collections.abc import Iterator

HERE = Path(__file__).parent


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if HERE in item.path.parents:
            item.add_marker(pytest.mark.allow_hosts([cities.HOST]))
            # One city for a module, and not one more in each worker.
            item.add_marker(pytest.mark.xdist_group(f"linkage-{item.path.stem}"))


@pytest.fixture(scope="module")
def city(template: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[cities.City]:
    del template
    with cities.running(tmp_path_factory.mktemp("linkage")) as made:
        yield made
