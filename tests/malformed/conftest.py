"""The office that the malformed requests are sent to."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from django.test import override_settings

from tests import office
from tests.malformed.watching import Watch
from tests.matrix import exchanged, marked
from tests.web import rooms

if TYPE_CHECKING:
    from collections.abc import Iterator


@pytest.fixture(scope="module")
def watch(template: str) -> Iterator[Watch]:
    """The office with the two marked people, and who looks at every answer."""
    del template
    with (
        office.fresh() as database,
        override_settings(**rooms.SETTINGS),
        exchanged.place(),
        Watch(marked.seed(rooms.built(database))) as made,
    ):
        yield made
