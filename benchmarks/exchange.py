"""The exchange: the first load of a city's residents, a day of their changes, results matched.

    python benchmarks/exchange.py [--people N] [--changes N] [--results N]

An office of its own is made in a scratch folder and thrown away. Each figure stands beside its
target, with the peak memory of the program, and is taken back when the answer is not right.
"""

# ruff: noqa: PLC0415 - the product is imported when the office stands
from __future__ import annotations

import argparse
import json
import os
import resource
import subprocess
import sys
import tempfile
import time
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from kokunen.audit.domain import Occasion

CITY: Final = "999990"
MADE_ON: Final = date(2026, 11, 20)
AT: Final = datetime(2026, 11, 20, 14, tzinfo=UTC)
FIRST: Final = 1_000_000
FULL, CHANGES = 600_000, 2000
LOAD_TARGET, DAY_TARGET = 600.0, 10.0
"""Seconds for 600,000 people and for 2,000 changes (performance.md, Exchange)."""
GIVEN_NAMES: Final = 30_000
"""How many there are in a city of this size (assumed)."""
_SURNAMES: Final = ("架空", "見本", "想定", "仮名", "試作", "髙﨑", "𠮷例", "葛城", "遠霞", "鹿渡")
_KANA: Final = "アイウエオカキクケコサシスセソ"


def main() -> int:
    """Run each part in a program of its own and print its line."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--people", type=int, default=FULL)
    parser.add_argument("--changes", type=int, default=CHANGES)
    parser.add_argument("--results", type=int, default=50_000)
    parser.add_argument("--part", choices=("load", "changes"), help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.part:
        figure = _load(given.people) if given.part == "load" else _day(given.people, given.changes)
        used = resource.getrusage(resource.RUSAGE_SELF)
        figure |= {"megabytes": round(used.ru_maxrss / 1024)}
        print(json.dumps(figure | {"own": round(used.ru_utime + used.ru_stime, 1)}))
        return 0
    with tempfile.TemporaryDirectory(prefix="kokunen-bench-") as home:
        os.environ["KOKUNEN_HOME"] = home
        os.environ.pop("DATABASE_URL", None)
        subprocess.run([sys.executable, "-m", "kokunen", "migrate"], check=True)
        try:
            for part, target in (("load", LOAD_TARGET), ("changes", DAY_TARGET)):
                _print(_apart(part, given), target)
        finally:
            from kokunen.postgres import embedded

            embedded.stop()
    if given.results:
        results = Path(__file__).with_name("exchange_results.py")
        command = [sys.executable, str(results), "--results", str(given.results)]
        return subprocess.run(command, check=False).returncode
    return 0


def _apart(part: str, given: argparse.Namespace) -> dict[str, Any]:
    command = [sys.executable, __file__, "--part", part]
    command += ["--people", str(given.people), "--changes", str(given.changes)]
    done = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True)
    found: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return found


def _print(figure: Mapping[str, Any], target: float) -> None:
    records, seconds, full = figure["records"], figure["seconds"], figure["full"]
    print(
        f"{figure['what']}: {records:,} in {seconds:.1f} s, {records / seconds:,.0f}/s,"
        f" {figure['own']} s of them its own, peak {figure['megabytes']} MB;"
        f" for {full:,} {seconds / records * full:.1f} s (target {target:.0f} s);"
        f" {figure['right']}",
        flush=True,
    )


def _right(found: object, expected: object) -> None:
    """Take the figure back when the answer is wrong."""
    if found != expected:
        sys.exit(f"not right: {found}, expected {expected}")


def _occasion(command: str, at: datetime) -> Occasion:
    from kokunen.audit.domain import Occasion

    return Occasion(
        at=at,
        staff=None,
        staff_number=f"kokunen {command}",
        department="PENSION",
        terminal="bench",
        purpose="correction",
    )


def _load(people: int) -> dict[str, Any]:
    from kokunen import sites

    sites.start("owner")
    from django.conf import settings
    from django.db import connection

    from kokunen.interchange import layout, loading
    from kokunen.interchange.codec import writing

    settings.KOKUNEN_OFFICE = {"municipality_code": CITY}
    path = Path(os.environ["KOKUNEN_HOME"]) / "load.csv"
    with path.open("wb") as stream:
        writing.write(
            stream,
            layout=layout.versions("resident_load")[-1],
            header={"made_on": MADE_ON},
            details=_people(people),
            city=CITY,
        )
    started = time.perf_counter()
    loading.load(
        path=path,
        occasion=_occasion("exchange load", AT),
        tell=lambda done, total: print(f"{done:,}/{total:,}", file=sys.stderr),
    )
    seconds = time.perf_counter() - started
    counted = []
    with connection.cursor() as cursor:
        for table, where in (
            ("people_person", "true"),
            ("people_name", "true"),
            ("people_membership", "head"),
            ("people_search_key", "kind = 'number'"),
            ("audit_entry", "operation = 'interchange.resident_load'"),
        ):
            cursor.execute(f"SELECT count(*) FROM {table} WHERE {where}")
            counted.append(cursor.fetchone()[0])
    connection.close()
    _right(counted, [people, people, people // 3 + (people % 3 > 0), people, people])
    return {
        "what": "residents loaded",
        "records": people,
        "seconds": seconds,
        "full": FULL,
        "right": "everybody is there once, with a line in the record",
    }


def _people(count: int) -> Iterator[dict[str, Any]]:
    from kokunen.interchange import layout

    detail = layout.versions("resident_load")[-1].detail
    blank = dict.fromkeys(field.name for field in detail.fields if field.name != "record_kind")
    for number in range(count):
        surname, given = _SURNAMES[number // 3 % len(_SURNAMES)], number * 7 % GIVEN_NAMES
        yield blank | {
            "person": FIRST + number,
            "household": FIRST + number // 3,
            "head": number % 3 == 0,
            "relationship": ("世帯主", "妻", "子")[number % 3],
            "name": f"{surname}　{given:05d}",
            "kana": f"カクウ　{''.join(_KANA[int(digit)] for digit in f'{given:05d}')}",
            "birth_date": date(1940, 1, 1) + timedelta(days=number % 30_000),
            "sex": ("male", "female")[number % 2],
            "residency": "japanese",
            "first_on_register": surname,
            "arrival": "moved_in",
            "arrived_on": date(2015, 4, 1) + timedelta(days=number // 3 % 3000),
            "postal_code": "0000001",
            "prefecture": "架空県",
            "city": "澄野市",
            "town": "見本町",
            "block": f"{number // 3}番地",
            "moved_from_prefecture": "夢見県",
            "moved_from_city": "灯台市",
        }


def _day(people: int, changes: int) -> dict[str, Any]:
    from kokunen import sites

    sites.start("batch")
    from django.conf import settings
    from django.db import connection

    from kokunen.interchange import layout
    from kokunen.interchange.codec import writing
    from kokunen.interchange.inbox import operations

    settings.KOKUNEN_OFFICE = {"municipality_code": CITY}
    path = Path(os.environ["KOKUNEN_HOME"]) / "changes.csv"
    with path.open("wb") as stream:
        writing.write(
            stream,
            layout=layout.versions("resident_changes")[-1],
            header={"made_on": MADE_ON, "sequence": 1},
            details=_changes(people, changes),
            city=CITY,
        )
    occasion = _occasion("nightly", AT + timedelta(hours=1))
    started = time.perf_counter()
    file = operations.receive(layout="resident_changes", path=path, occasion=occasion)
    counts = operations.apply(file=file, occasion=occasion)
    seconds = time.perf_counter() - started
    _right({each.value: number for each, number in counts.items()}, {"applied": changes})
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM audit_entry WHERE operation = 'interchange.resident_changes'"
        )
        lines = cursor.fetchone()[0]
        cursor.execute(
            "SELECT count(*) FROM people_address WHERE town = '新町' AND superseded_at IS NULL"
        )
        moved = cursor.fetchone()[0]
    connection.close()
    _right((lines, moved), (changes, sum(1 for n in range(changes) if n % 10 in _MOVED)))
    return {
        "what": "a day's changes applied",
        "records": changes,
        "seconds": seconds,
        "full": CHANGES,
        "right": "each applied, with a line in the record",
    }


_MOVED: Final = (0, 1, 2, 3, 4)
_KINDS: Final = (
    *("move_within", "move_within", "move_within", "move_in", "birth"),
    *("move_out", "death", "name", "household", "move_abroad"),
)


def _changes(people: int, count: int) -> Iterator[dict[str, Any]]:
    from kokunen.interchange import layout

    detail = layout.versions("resident_changes")[-1].detail
    blank = dict.fromkeys(field.name for field in detail.fields if field.name != "record_kind")
    step = people // count
    for number in range(count):
        kind = _KINDS[number % 10]
        here, comes = FIRST + number * step, kind in {"move_in", "birth"}
        said: dict[str, Any] = {}
        if comes or kind == "move_within":
            said |= {"town": "新町", "block": f"{number}番地"}
        if comes:
            said |= {"name": f"想定　{number}", "kana": "ソウテイ", "sex": "male"}
            said |= {"birth_date": MADE_ON if kind == "birth" else date(1990, 1, 1)}
            said |= {"residency": "japanese", "household": 9 * FIRST + number, "head": True}
        if kind == "name":
            said |= {"name": f"改姓　{number}", "kana": "カイセイ"}
        if kind == "household":
            said |= {"household": 9 * FIRST + number, "head": True, "relationship": "世帯主"}
        if kind in {"move_out", "move_abroad"}:
            said |= {"other_city": "灯台市"}
        yield (
            blank
            | said
            | {
                "notice": str(number + 1),
                "kind": kind,
                "changed_on": MADE_ON,
                "person": people + FIRST + number if comes else here,
            }
        )


if __name__ == "__main__":
    sys.exit(main())
