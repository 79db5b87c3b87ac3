"""What the tests of the screens share."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from django.test import override_settings

from tests.web import rooms

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.office import Database


@pytest.fixture
def rooms_of_the_office(database: Database) -> Iterator[rooms.Office]:
    with override_settings(**rooms.SETTINGS):
        yield rooms.built(database)
