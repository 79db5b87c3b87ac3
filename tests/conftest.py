"""How every test runs: drawn cases that repeat, no network, Spark only where there is Java.

The tests' office lives in a folder of its own and dies with the tests.
"""

from __future__ import annotations

import atexit
import os
import shutil
import tempfile
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

MEMORY = Path("/dev/shm")  # noqa: S108 - only a folder of a random name within it
ROOM = 4 << 30
"""Bytes that must be free in memory before the tests' databases are kept there."""


def _quick() -> Path | None:
    """Return the folder in memory, given room: a database is copied there thrice as fast."""
    roomy = MEMORY.is_dir() and shutil.disk_usage(MEMORY).free >= ROOM
    return MEMORY if roomy and os.access(MEMORY, os.W_OK) else None


HOME = tempfile.mkdtemp(prefix="kokunen-", dir=_quick())
# Before anything imports Django's settings: they read the secrets of the office.
os.environ["KOKUNEN_HOME"] = HOME
os.environ["DJANGO_SETTINGS_MODULE"] = "kokunen.sites.city"
os.environ.pop("KOKUNEN_DB_ROLE", None)
if os.environ.get("DATABASE_URL"):
    # The roles of one server are shared by all workers, and so are their passwords.
    for _role in ("OWNER", "WEB", "BATCH", "LINKAGE"):
        os.environ.setdefault(f"KOKUNEN_DB_{_role}_PASSWORD", "of-the-tests-alone")

import django  # noqa: E402 - after the settings have their folder
import pytest  # noqa: E402 - as above
from hypothesis import settings  # noqa: E402 - as above

from kokunen.postgres import embedded, roles, secrets  # noqa: E402 - as above

secrets.make_missing()
django.setup()

from kokunen.audit.domain import Occasion  # noqa: E402 - models need Django set up
from tests import office  # noqa: E402 - as above

if TYPE_CHECKING:
    from collections.abc import Iterator

THIS_MACHINE = ["127.0.0.1", "::1", "localhost"]
# The first has no windows, and tells a story in two thirds of the time.
BROWSERS = ("chromium-headless-shell", "chromium", "chromium-browser", "google-chrome")
CHROMIUM = next(filter(None, map(shutil.which, BROWSERS)), None)
HAS_JAVA = shutil.which("java") is not None or "JAVA_HOME" in os.environ

settings.register_profile("kokunen", deadline=None, derandomize=True, print_blob=False)
settings.load_profile("kokunen")


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--draws", type=int, default=1, help="how many times the usual drawn cases")
    parser.addoption("--screens", action="store_true", help="pictures of the pages: build/screens")


def pytest_report_header() -> list[str]:
    return [
        "spark: with Java" if HAS_JAVA else "spark: no Java, so the Spark tests are left out",
        "stories: with Chromium"
        if CHROMIUM
        else "stories: no Chromium, so the stories are left out",
    ]


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


@atexit.register
def _close_the_office() -> None:
    if roles.is_embedded():
        embedded.stop()
    shutil.rmtree(HOME, ignore_errors=True)


@pytest.fixture(scope="session")
def template() -> str:
    """The migrated database from which every test's own is copied."""
    office.make_template()
    return office.TEMPLATE


@pytest.fixture
def database(template: str) -> Iterator[office.Database]:
    """A fresh database of the whole product; Django is connected to it as the web role."""
    del template
    with office.fresh() as made:
        yield made


@pytest.fixture
def occasion() -> Occasion:
    """A clerk at the counter on an ordinary Tuesday morning, with a purpose."""
    return Occasion(
        at=datetime(2026, 11, 24, 1, 30, tzinfo=UTC),
        staff=101,
        staff_number="K00101",
        department="PENSION",
        terminal="窓口1",
        purpose="consultation",
        reason="来庁による相談",
    )
