"""The office of `web.py`: an invented city, clerks who are signed in, people to be asked for."""

# ruff: noqa: PLC0415 - the product is imported when the office stands
from __future__ import annotations

import asyncio
import os
import random
import socket
import subprocess
import sys
import time
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from fractions import Fraction
from typing import TYPE_CHECKING, Any, Final

from web_load import HOST, Browser, Line, Request

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

FULL: Final = 600_000
"""The people of the invented city at scale 1, about."""
CLERKS: Final = 16
EACH: Final = 40
"""People whom each clerk has opened: the session remembers up to 50."""
PASSWORD: Final = "Kaki-no-ha.2026"  # noqa: S105 - of invented people


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """An invented person as a clerk asks for one."""

    number: int
    key: str
    name: str
    kana: str
    basic_number: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Clerk:
    """A clerk with a browser and the people of the day."""

    id: int
    number: str
    seed: str
    people: tuple[Person, ...]
    browser: Browser


def make(people: int) -> None:
    """Make the city under ``KOKUNEN_HOME``, or what is missing of it."""
    scale = Fraction(max(people, FULL // 1000), FULL)
    command = ["-m", "kokunen", "demo", "--no-serve", "--scale", str(min(scale, Fraction(1)))]
    subprocess.run([sys.executable, *command], check=True)


def owner_asks(statement: str, given: Sequence[object] = ()) -> list[tuple[Any, ...]]:
    """Ask the database as its owner; what is changed is committed."""
    import psycopg

    from kokunen.postgres import roles

    with psycopg.connect(**roles.parameters(roles.Role.OWNER)) as owner:
        cursor = owner.execute(statement.encode(), given)
        return cursor.fetchall() if cursor.description else []


def draw_people(count: int) -> list[Person]:
    """Return people at random who are not protected and have all that is searched for."""
    found = owner_asks(
        "WITH drawn AS MATERIALIZED (SELECT id, key FROM people_person"
        " WHERE NOT protection_covers(id) ORDER BY md5(key::text) LIMIT %s)"
        " SELECT DISTINCT ON (d.id) d.id, d.key::text, n.name, n.kana, b.number FROM drawn d"
        " JOIN people_name n ON n.person_id = d.id AND n.superseded_at IS NULL"
        "  AND n.name <> '' AND n.valid @> current_date"
        " JOIN people_basic_number b ON b.person_id = d.id AND b.superseded_at IS NULL"
        "  AND b.kind = 'current' AND upper_inf(b.valid)",
        [count * 3],
    )
    people = [Person(number=a, key=b, name=c, kana=d, basic_number=e) for a, b, c, d, e in found]
    random.Random(1).shuffle(people)
    if len(people) < count:
        sys.exit(f"only {len(people)} people of {count} can be asked for: take more --people")
    return people[:count]


def hire(people: Sequence[Person]) -> list[Clerk]:
    """Open accounts with a role at the counter and both factors; needs Django."""
    from allauth.mfa.totp.internal import auth as totp

    from kokunen.access import operations as staff
    from kokunen.access.domain import Role
    from kokunen.access.models import Staff
    from kokunen.access.session_operations import change_password
    from kokunen.audit.domain import Occasion
    from kokunen.dates.tokyo import day_of
    from kokunen.demo.staff import PENSION

    now = datetime.now(tz=UTC)
    at = Occasion(
        at=now - timedelta(days=1), staff=None, staff_number="bench", department="", terminal=""
    )
    made = []
    for index in range(CLERKS):
        number = f"B{int(now.timestamp())}{index:02d}"
        start = day_of(now) - timedelta(days=100)
        pk = staff.create(
            staff_number=number, name="測定 花子", kana="ソクテイ ハナコ", start=start, occasion=at
        )
        staff.assign(
            staff_number=number, role=Role.COUNTER, department=PENSION, start=start, occasion=at
        )
        change_password(staff=pk, password=PASSWORD, occasion=at)
        seed = totp.generate_totp_secret()
        totp.TOTP.activate(Staff.objects.get(pk=pk), seed)
        served = tuple(people[index::CLERKS])
        made.append(Clerk(id=pk, number=number, seed=seed, people=served, browser=Browser()))
    return made


async def sign_in(port: int, clerks: Sequence[Clerk]) -> None:
    """Sign everybody in with both factors, and state why each person is opened."""
    from allauth.mfa.totp.internal import auth as totp

    for clerk in clerks:
        line = Line(port)
        code = totp.hotp_value(clerk.seed, int(time.time()) // 30)
        steps: list[tuple[str, dict[str, str] | None, str]] = [
            ("/sign-in/", None, ""),
            ("/sign-in/", {"login": clerk.number, "password": PASSWORD}, "/sign-in/code/"),
            ("/sign-in/code/", {"code": f"{code:06d}"}, "/"),
        ]
        steps += [
            (f"/people/{one.key}/purpose/", {"purpose": "consultation"}, f"/people/{one.key}/")
            for one in clerk.people
        ]
        for path, typed, expected in steps:
            answer = await line.ask(
                Request(browser=clerk.browser, path=path, typed=typed, right=lambda _: True)
            )
            if answer.location != expected:
                sys.exit(f"{path}: {answer.status}, led to {answer.location!r}")
        line.close()


@contextmanager
def serving(workers: int) -> Iterator[int]:
    """Run the real site and give its port."""
    with socket.socket() as probe:
        probe.bind((HOST, 0))
        port = int(probe.getsockname()[1])
    command = ["-m", "kokunen", "serve", "--port", str(port), "--workers", str(workers)]
    site = subprocess.Popen([sys.executable, *command], env=dict(os.environ))
    try:
        asyncio.run(_await(port))
        yield port
    finally:
        site.terminate()
        site.wait(30)


async def _await(port: int) -> None:
    until = time.monotonic() + 90
    ask = Request(browser=Browser(), path="/health/ready", right=lambda _: True)
    while True:
        try:
            if (await Line(port).ask(ask)).status == 200:
                return
        except OSError:
            pass
        if time.monotonic() > until:
            sys.exit("the site does not answer")
        await asyncio.sleep(0.2)
