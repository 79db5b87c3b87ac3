"""One office for the whole of a module, and one walk of each role for all tests that look at it."""

from __future__ import annotations

from contextlib import contextmanager
from functools import cache
from typing import TYPE_CHECKING

import pytest
from django.test import override_settings

from tests import office
from tests.matrix import exchanged, marked, walking
from tests.web import rooms

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from kokunen.access.domain import Role


@contextmanager
def _office() -> Iterator[marked.Seeded]:
    with (
        office.fresh() as database,
        override_settings(**rooms.SETTINGS),
        exchanged.place(),
    ):
        yield marked.seed(rooms.built(database))


@pytest.fixture
def seeded(template: str) -> Iterator[marked.Seeded]:
    """The office with the two marked people."""
    del template
    with _office() as made:
        yield made


@pytest.fixture(scope="session")
def walked(template: str) -> Callable[[Role], tuple[walking.Step, ...]]:
    """What a walk of a role through an office of its own came upon; walked once."""
    del template

    @cache
    def walk(role: Role) -> tuple[walking.Step, ...]:
        with _office() as made:
            return tuple(walking.walk(made, role))

    return walk
