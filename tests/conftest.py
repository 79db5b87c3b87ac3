"""How every test runs: drawn cases that repeat, no network, Spark only where there is Java."""

from __future__ import annotations

import os
import shutil

import pytest
from hypothesis import settings

THIS_MACHINE = ["127.0.0.1", "::1", "localhost"]
HAS_JAVA = shutil.which("java") is not None or "JAVA_HOME" in os.environ

settings.register_profile("kokunen", deadline=None, derandomize=True, print_blob=False)
settings.load_profile("kokunen")


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--draws", type=int, default=1, help="how many times the usual drawn cases")


def pytest_report_header() -> str:
    return "spark: with Java" if HAS_JAVA else "spark: no Java, so the Spark tests are left out"


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    spark = [item for item in items if item.get_closest_marker("spark")]
    for item in spark:
        # One Spark at a time, in one worker; it talks to its own Java over the loopback.
        item.add_marker(pytest.mark.xdist_group("spark"))
        item.add_marker(pytest.mark.allow_hosts(THIS_MACHINE))
    if not HAS_JAVA:
        config.hook.pytest_deselected(items=spark)
        items[:] = [item for item in items if item not in spark]


@pytest.fixture(scope="session")
def draws(request: pytest.FixtureRequest) -> int:
    """How many times the usual number of drawn cases to compare (`make soak` asks for more)."""
    times = request.config.getoption("--draws")
    assert isinstance(times, int)
    return times
