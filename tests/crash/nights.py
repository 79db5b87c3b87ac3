"""The nights of the invented city: `python -m tests.crash.nights MODE NIGHTS SEED FOLDER`.

MODE is ``seed`` (make the office), ``undisturbed``, ``disturbed`` or ``apart`` (the control). Each
start of the nightly command is a process of its own, forked from this one; the disturbed ones are
killed. Prints one line of JSON for each night and leaves what the office holds in FOLDER.
"""

from __future__ import annotations

import json
import os
import pickle
import subprocess
import sys
import time
from contextlib import closing
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from fractions import Fraction
from functools import partial
from pathlib import Path
from random import Random
from typing import TYPE_CHECKING, Any, Final

import psycopg

from kokunen import sites
from kokunen.dates.tokyo import TOKYO

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from kokunen.demo.partners import Partners

SCALE: Final = Fraction("0.002")
CITY_SEED: Final = 1
DAY: Final = date(2026, 11, 24)
MOST_KILLS: Final = 4
AGAIN: Final = 0.6
"""How often a night that was killed is killed once more."""
PATIENCE: Final = 300.0


def day_of_night(number: int) -> date:
    """Return the day of a night, counted from 1."""
    return DAY + timedelta(days=number)


@dataclass(slots=True)
class Town:
    """One run: an office in its home, the partners outside, and whoever kills."""

    mode: str
    draw: Random
    partners: Partners
    folder: Path
    counts: Mapping[str, int]
    requests: list[bytes] = field(default_factory=list)
    forwarded: list[dict[str, Any]] = field(default_factory=list)
    kills: int = 0
    files: int = 0

    def night(self, number: int) -> dict[str, Any]:
        """Live one night and its morning; return its figures."""
        began = time.monotonic()
        put = self._put_down(number)
        self.files += put
        kills = self._nightly(number)
        self.kills += kills
        self.requests = self._taken_away()
        took = time.monotonic() - began
        self._morning(number)
        return {"night": number, "files": put, "kills": kills, "seconds": round(took, 2)}

    def _put_down(self, number: int) -> int:
        from kokunen.demo.partners import Told
        from kokunen.interchange import folders

        told = Told(requests=self.requests, forwarded=self.forwarded)
        dropped = self.partners.night(number, day=day_of_night(number), told=told)
        for each in dropped:
            each.put(folders.incoming(each.layout))
        return len(dropped)

    def _taken_away(self) -> list[bytes]:
        """Return what the tax office takes out of its folder, before anybody confirms it."""
        from kokunen.interchange import folders
        from kokunen.interchange.domain import Partner

        laid = sorted(folders.outgoing(Partner.TAX).iterdir())
        found = [each.read_bytes() for each in laid]
        for each in laid:
            each.unlink()
        return found

    def _nightly(self, number: int) -> int:
        """Start the command until it comes to its end; return how often it was killed."""
        from tests.crash import night, seams

        told = self.folder / "seams.json"
        told.unlink(missing_ok=True)
        day = day_of_night(number)
        at = datetime(day.year, day.month, day.day, 22, tzinfo=TOKYO)
        kills = 0
        while not told.exists():
            killed = self.mode != "undisturbed" and kills < MOST_KILLS
            strike = None
            if killed and (not kills or self.draw.random() < AGAIN):
                strike = seams.draw(self.draw, self.counts)
            at += timedelta(minutes=1)
            apart = self.mode == "apart"
            self._do(partial(night.run, night=day, at=at, strike=strike, apart=apart, told=told))
            if told.exists():
                break
            assert strike is not None, self.last_words()
            kills += 1
        self.counts = night.counts(told)
        return kills

    def _morning(self, number: int) -> None:
        from kokunen.demo import ledger
        from tests.crash.dawn import Morning

        day = day_of_night(number) + timedelta(days=1)
        at = datetime(day.year, day.month, day.day, 9, tzinfo=TOKYO)
        given = self.folder / "forwarded.pickle"
        given.unlink(missing_ok=True)

        def act() -> None:
            from django.db import connection

            ledger.as_web()
            with connection.cursor() as cursor:
                cursor.execute("SET synchronous_commit = on")
            given.write_bytes(pickle.dumps(Morning(at, CITY_SEED).act()))

        self._do(act)
        assert given.exists(), self.last_words()
        self.forwarded = pickle.loads(given.read_bytes())  # noqa: S301 - written above

    def _do(self, act: Callable[[], None]) -> None:
        """Do something in a process of its own and wait for its end, whatever that is."""
        from kokunen.postgres import embedded

        embedded.start()
        child = os.fork()
        if child:
            os.waitpid(child, 0)
            return
        with (self.folder / "log").open("ab") as log:
            os.dup2(log.fileno(), 1)
            os.dup2(log.fileno(), 2)
        try:
            act()
        except BaseException:  # noqa: BLE001 - the log says it, the parent sees what is missing
            import traceback

            traceback.print_exc()
            os._exit(1)
        finally:
            sys.stdout.flush()
            sys.stderr.flush()
        os._exit(0)

    def last_words(self) -> str:
        """Return the end of what the programs said."""
        return (self.folder / "log").read_text(encoding="utf-8", errors="replace")[-3000:]


def seed() -> None:
    """Make the office of the invented city in its home."""
    from kokunen.demo import folder
    from kokunen.postgres import embedded

    folder.claim()
    sites.start("owner")
    from kokunen.demo import making
    from kokunen.sites import migrating

    migrating.prepare()
    migrating.migrate(verbosity=0)
    making.make(
        at=datetime(DAY.year, DAY.month, DAY.day, tzinfo=UTC),
        scale=SCALE,
        seed=CITY_SEED,
        processes=1,
        start=lambda _population, _there: None,
        tell=lambda _: None,
        clock=time.monotonic,
    )
    embedded.stop()


def live(mode: str, nights: int, draws: int, folder: Path) -> None:
    """Live the nights, and leave what the office holds afterwards."""
    sites.start("batch")
    from django.db import connections

    from kokunen.demo import staff
    from kokunen.demo.city import City
    from kokunen.demo.partners import UNDISTURBED, Disturbed, Partners
    from kokunen.postgres import embedded, roles
    from tests.crash import dawn, night, seams, tables  # noqa: F401 - loaded once, before the forks

    clerks = staff.clerks(staff.staff(CITY_SEED))
    disturbed = Disturbed(bad=True, repeated=0.2, late=0.5, last=nights)
    town = Town(
        mode=mode,
        draw=Random(f"{draws}/{mode}"),
        partners=Partners(
            City(day=DAY, scale=SCALE, seed=CITY_SEED, clerks=clerks),
            DAY + timedelta(days=1),
            UNDISTURBED if mode == "undisturbed" else disturbed,
        ),
        folder=folder,
        counts=seams.FIRST | ({"between": 3} if mode == "apart" else {}),
    )
    connections.close_all()
    for number in range(1, nights + 1):
        print(json.dumps(town.night(number)), flush=True)  # noqa: T201 - read by the test
    embedded.start()
    with closing(psycopg.connect(**roles.parameters(roles.Role.OWNER))) as owner:
        held = tables.read(owner)
    (folder / "held.pickle").write_bytes(pickle.dumps(held))
    verify = [sys.executable, "-m", "kokunen", "audit", "verify"]
    done = {
        "verified": subprocess.run(verify, capture_output=True, check=False).returncode == 0,
        "kills": town.kills,
        "files": town.files,
        "records": len(held.rows["interchange_record"]),
        "late": sorted(town.partners.late),
    }
    print(json.dumps(done), flush=True)  # noqa: T201 - as above
    embedded.stop()


if __name__ == "__main__":
    if sys.argv[1] == "seed":
        seed()
    else:
        live(sys.argv[1], int(sys.argv[2]), int(sys.argv[3]), Path(sys.argv[4]))
