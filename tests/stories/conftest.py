"""Stories in a real browser, told by mouse and by keyboard; without Chromium they are left out."""

from __future__ import annotations

import os
import shutil
from contextlib import ExitStack
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import sync_playwright

from tests import office, site
from tests.conftest import CHROMIUM
from tests.stories.desk import Desk
from tests.stories.hands import Hands, Keys, Mouse

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from playwright.sync_api import Browser

    Sit = Callable[..., Desk]

HERE = Path(__file__).parent


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    stories = [item for item in items if HERE in item.path.parents]
    for item in stories:
        item.add_marker(pytest.mark.story)
        # One server and one browser, in one worker; they talk over the loopback.
        item.add_marker(pytest.mark.xdist_group("stories"))
        item.add_marker(pytest.mark.allow_hosts(["127.0.0.1"]))
    if CHROMIUM is None:
        config.hook.pytest_deselected(items=stories)
        items[:] = [item for item in items if item not in stories]


@pytest.fixture(scope="session")
def the_site(template: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[site.Site]:
    """The running site with its office; people and staff come with each story."""
    del template
    with (
        office.fresh() as database,
        site.running(database, home=tmp_path_factory.mktemp("site")) as made,
    ):
        yield made


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    # The driver keeps an event loop in this thread; nothing of Django's runs inside it.
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"
    with sync_playwright() as driver:
        started = driver.chromium.launch(
            executable_path=CHROMIUM, args=["--no-sandbox"] if os.geteuid() == 0 else []
        )
        yield started
        started.close()


@pytest.fixture(scope="session")
def screens(request: pytest.FixtureRequest) -> Path | None:
    """The folder for pictures of the pages, when they are asked for."""
    if not request.config.getoption("screens", default=False):
        return None
    folder = request.config.rootpath / "build" / "screens"
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    return folder


@pytest.fixture(scope="session")
def examined() -> set[str]:
    """The pages that have been examined: once is enough, whoever's hands come by."""
    return set()


@pytest.fixture(params=[Mouse, Keys], ids=["mouse", "keys"])
def hands(request: pytest.FixtureRequest) -> type[Hands]:
    """Whose hands tell the story: each is told twice."""
    kind: type[Hands] = request.param
    return kind


@pytest.fixture
def sit(
    request: pytest.FixtureRequest,
    the_site: site.Site,
    browser: Browser,
    hands: type[Hands],
    screens: Path | None,
    examined: set[str],
) -> Iterator[Sit]:
    """Sit down at a terminal: ``sit(terminal=…, script=…)`` gives a desk with an empty browser."""
    faults = len(the_site.faults())
    began = datetime.now(tz=UTC)
    desks: list[Desk] = []
    with ExitStack() as stack:

        def at(terminal: str = site.COUNTER, *, script: bool = True) -> Desk:
            desk = Desk(
                site=the_site,
                browser=browser,
                hands=hands,
                terminal=terminal,
                script=script,
                examined=examined,
                screens=screens,
            )
            stack.callback(desk.leave)
            desks.append(desk)
            return desk

        yield at
        wrong = [problem for desk in desks for problem in desk.problems]
    strokes, clicks = sum(desk.strokes for desk in desks), sum(desk.clicks for desk in desks)
    took = (datetime.now(tz=UTC) - began).total_seconds()
    request.node.user_properties.append(("strokes", strokes))
    print(f"{request.node.name}: {strokes} keys, {clicks} clicks, {took:.1f} s")  # noqa: T201 - the figures of the story, shown with -rP
    wrong += the_site.faults()[faults:]
    assert not wrong, "\n".join(wrong)
