"""The office under load: writes, person page, search over a register of 600,000 invented people.

    python benchmarks/web.py [--people N] [--seconds S] [--workers N] [--only PART …]

The city of `kokunen demo` is made in a scratch folder (or kept in ``KOKUNEN_BENCHMARK_HOME``), the
real site is started beside it, and one asyncio process asks it over the loopback as sixteen clerks
who are signed in. Every answer is checked. Then the cost of the record of access is measured
(`web_cost.py`). Targets: figures of "Office transactions" for two cores shared by server, database
and load.
"""

# ruff: noqa: PLC0415 - the product is imported when the office stands
from __future__ import annotations

import argparse
import asyncio
import html
import os
import platform
import random
import shutil
import signal
import sys
import tempfile
from datetime import UTC, datetime, timedelta, timezone
from itertools import cycle
from typing import TYPE_CHECKING, Final
from uuid import uuid4

KEPT = os.environ.get("KOKUNEN_BENCHMARK_HOME")
HOME = KEPT or tempfile.mkdtemp(prefix="kokunen-web-")
os.environ["KOKUNEN_HOME"] = HOME
for _name in ("DATABASE_URL", "KOKUNEN_DATABASE", "KOKUNEN_DB_ROLE"):
    os.environ.pop(_name, None)

import web_cost  # noqa: E402 - after the home is named
import web_office  # noqa: E402 - as above
from web_load import Answer, Request, Times, at_once, steady  # noqa: E402 - as above

if TYPE_CHECKING:
    from collections.abc import Callable

    from web_office import Clerk, Person

PARTS: Final = ("writes", "page", "search", "most", "cost")
COST: Final = 0.15
"""The most of the throughput that the record may cost."""


def requests(clerks: list[Clerk]) -> dict[str, Callable[[], Request]]:
    """Return what draws a request of each kind: whose answer is right is known beforehand."""
    draw = random.Random(20261121)

    def one() -> tuple[Clerk, Person]:
        clerk = draw.choice(clerks)
        return clerk, draw.choice(clerk.people)

    # In turn: of two entries for one person at one moment the site refuses the one that was first
    # made and came second.
    turns = cycle([(clerk, person) for clerk in clerks for person in clerk.people])

    def write() -> Request:
        clerk, person = next(turns)
        typed = {
            "kind": "home",
            "number": web_cost.phone(),
            "valid_from": f"{datetime.now(tz=timezone(timedelta(hours=9))):%Y-%m-%d}",
            "source": "self",
            "reason": "来庁による申出",
            "request_id": str(uuid4()),
        }
        return Request(
            browser=clerk.browser,
            path=f"/people/{person.key}/enter/phone/",
            typed=typed,
            right=lambda answer: answer.location == f"/people/{person.key}/",
        )

    def page() -> Request:
        clerk, person = one()
        return Request(
            browser=clerk.browser,
            path=f"/people/{person.key}/",
            right=lambda answer: answer.status == 200 and html.escape(person.name) in answer.body,
        )

    def search() -> Request:
        clerk, person = one()
        texts = {
            "whole name": person.name,
            "kana": person.kana,
            "surname": person.name.split("\u3000")[0],
            "number": person.basic_number,
            "own number": str(person.number),
        }
        kind = draw.choice(list(texts))
        exact = kind.endswith("number")

        def right(answer: Answer) -> bool:
            sought = f"/people/{person.key}/" if exact else "/people/"
            return answer.status == 200 and sought in answer.body

        return Request(
            browser=clerk.browser,
            path="/search/",
            typed={"text": texts[kind], "purpose": "consultation"},
            right=right,
        )

    return {"writes": write, "page": page, "search": search}


def told(what: str, times: Times, *, limit: float | None) -> bool:
    """Print a line of the table; say whether the target was met and every answer was right."""
    slow = limit is not None and times.percentile(0.95) > limit
    target = "" if limit is None else f"≤ {limit:.0f}"
    verdict = "" if limit is None else ("missed" if slow or times.wrong else "met")
    print(
        f"| {what} | {len(times.taken)} | {times.rate:.0f} | {times.percentile(0.5):.0f}"
        f" | {times.percentile(0.95):.0f} | {target} | {verdict} | {len(times.wrong)} |",
        flush=True,
    )
    for each in sorted(set(times.wrong))[:3]:
        print(f"  wrong: {each} ({times.wrong.count(each)} times)", file=sys.stderr)
    return not slow and not times.wrong


async def over_http(port: int, clerks: list[Clerk], *, seconds: float, only: list[str]) -> bool:
    """Measure what goes over HTTP and print it."""
    await web_office.sign_in(port, clerks)
    draw = requests(clerks)
    loads = {"writes": ("writes, 100/s", 100, 100), "page": ("person page, 50/s", 50, 150)}
    loads["search"] = ("search, 10/s", 10, 200)
    print("| load | requests | answers/s | p50 ms | p95 ms | target p95 | | wrong |")
    print("|---|---|---|---|---|---|---|---|")
    met = True
    for part, (what, rate, limit) in loads.items():
        if part in only:
            await steady(port, draw[part], rate=min(rate, 20), seconds=2)  # warms up
            met &= told(
                what, await steady(port, draw[part], rate=rate, seconds=seconds), limit=limit
            )
    if "most" in only:
        for part in loads:
            times = await at_once(port, draw[part], count=int(20 * seconds), lines=8)
            met &= told(f"{part}, 8 clerks without pause", times, limit=None)
    return met


def cost(clerks: list[Clerk], *, writes: int, rounds: int) -> bool:
    """Measure what the record costs, and print it."""
    found = web_cost.measure(clerks, writes=writes, rounds=rounds)
    print(
        f"\n| record of access, {web_cost.THREADS} threads | writes/s | cost | quartiles"
        " | processor ms/write | cost | |"
    )
    print("|---|---|---|---|---|---|---|")
    bare = found.busy["without"]
    for way, rate in found.rates.items():
        low, high = found.quartiles[way]
        busy = found.busy[way]
        verdict = ("met" if found.shares[way] < COST else "missed") if way == "with" else ""
        print(
            f"| {way} | {rate:.0f} | {found.shares[way]:.1%} | {low:.1%} – {high:.1%}"
            f" | {busy:.2f} | {1 - bare / busy:.1%} | {verdict} |"
        )
    print(f"\ntarget: the record costs less than {COST:.0%} of the throughput without it")
    return found.shares["with"] < COST


def main() -> int:
    """Make the office, load it, print the tables; 1 when a target is missed or an answer wrong."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--people", type=int, default=web_office.FULL)
    parser.add_argument("--seconds", type=float, default=30)
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--rounds", type=int, default=25)
    parser.add_argument("--slice", type=int, default=25, help="writes per thread in a slice")
    parser.add_argument("--only", nargs="+", choices=PARTS, default=list(PARTS))
    options = parser.parse_args()

    from kokunen import sites
    from kokunen.postgres import embedded

    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))  # by way of `finally`
    try:
        # The server outlives the programs that come and go here.
        embedded.start()
        web_office.make(options.people)
        sites.start("web")
        web_office.owner_asks("ANALYZE")
        ((there,),) = web_office.owner_asks("SELECT count(*) FROM people_person")
        print(
            f"{there:,} people; {os.cpu_count()} cores, {platform.machine()}, Python"
            f" {platform.python_version()}; load average {os.getloadavg()[0]:.1f} before;"
            f" {datetime.now(tz=UTC):%Y-%m-%d}\n",
            flush=True,
        )
        people = web_office.draw_people(web_office.CLERKS * web_office.EACH)
        clerks = web_office.hire(people)
        met = True
        if set(options.only) - {"cost"}:
            with web_office.serving(options.workers) as port:
                met &= asyncio.run(
                    over_http(port, clerks, seconds=options.seconds, only=options.only)
                )
        if "cost" in options.only:
            met &= cost(clerks, writes=options.slice, rounds=options.rounds)
    finally:
        embedded.stop()
        if not KEPT:
            shutil.rmtree(HOME, ignore_errors=True)
    return 0 if met else 1


if __name__ == "__main__":
    sys.exit(main())
