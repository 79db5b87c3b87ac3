"""The search box over 600,000 invented people: milliseconds for each kind of question.

`python benchmarks/search.py [--people N] [--times N] [--explain]`

A scratch office is made in a temporary folder, filled by COPY, asked as the web role (row security
and record of access included), and thrown away. Surnames follow a curve in which the most frequent
one (佐藤) has 1.5% of the people, as in the country.
"""

# ruff: noqa: PLC0415 - the product is imported when the scratch office stands
from __future__ import annotations

import argparse
import atexit
import os
import random
import shutil
import statistics
import tempfile
import time
import uuid
from datetime import UTC, date, datetime, timedelta
from itertools import accumulate, product
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

KEPT = os.environ.get("KOKUNEN_BENCHMARK_HOME")  # a folder to fill once and ask again
HOME = KEPT or tempfile.mkdtemp(prefix="kokunen-search-")
os.environ["KOKUNEN_HOME"] = HOME
os.environ.pop("DATABASE_URL", None)

AT = datetime(2026, 11, 24, 1, 0, tzinfo=UTC)
PROTECTED = 0.002
FIRST_SHARE = 0.015
Name = tuple[str, str]


def compounds(pairs: Sequence[Name]) -> list[Name]:
    """Return the names given, then invented ones made of their halves."""
    halves = [(w[:1], k[: (len(k) + 1) // 2], w[1:], k[(len(k) + 1) // 2 :]) for w, k in pairs]
    made = {(a[0] + b[2], a[1] + b[3]): None for a, b in product(halves, halves) if a[0] and b[2]}
    return [*pairs, *(name for name in made if name not in set(pairs))]


def drawn_people(count: int) -> Iterator[tuple[int, Name, Name, date, str, str]]:
    """Yield number, surname, given name, birth date, basic number and telephone of each."""
    from faker.providers.person.ja_JP import Provider

    draw = random.Random(20261124)
    surnames = compounds([(written, kana) for written, kana, _ in Provider.last_name_pairs])
    givens = compounds([(written, kana) for written, kana, _ in Provider.first_name_pairs])
    by_rank = [FIRST_SHARE / (1 + 0.09 * rank) for rank in range(len(surnames))]
    surname_weights = list(accumulate(by_rank))
    given_weights = list(accumulate(1 / (8 + rank) for rank in range(len(givens))))
    numbers = draw.sample(range(10**9, 10**10), count)
    for index in range(count):
        (surname,) = draw.choices(surnames, cum_weights=surname_weights)
        (given,) = draw.choices(givens, cum_weights=given_weights)
        born = date(1936, 1, 1) + timedelta(days=draw.randrange(365 * 90))
        phone = f"090{draw.randrange(10**8):08}"
        yield 10_000_000 + index, surname, given, born, str(numbers[index]), phone


def fill(people: Sequence[tuple[int, Name, Name, date, str, str]]) -> None:
    """Copy the people with their facts and keys into the tables, as the administrator."""
    import psycopg

    from kokunen.people.keys import keys_for
    from kokunen.postgres import roles

    entry = uuid.uuid4()
    given: dict[str, Any] = dict(roles.admin_parameters(roles.database()))
    fact = "valid, source, source_ref, entry_id, recorded_at, recorded_by"
    always = ("(,)", "office", "", entry, AT, 0)
    made: dict[tuple[Name, Name], list[tuple[str, str]]] = {}

    def names_of(surname: Name, given_name: Name) -> list[tuple[str, str]]:
        if (surname, given_name) not in made:
            made[surname, given_name] = [
                (key.kind.value, key.key)
                for key in keys_for(
                    number=1,
                    name=f"{surname[0]}　{given_name[0]}",
                    kana=f"{surname[1]} {given_name[1]}",
                )
                if key.kind.value != "number"
            ]
        return made[surname, given_name]

    def keys(person: tuple[int, Name, Name, date, str, str]) -> Iterator[tuple[Any, ...]]:
        number, surname, given_name, born, basic, phone = person
        for kind, key in (
            *names_of(surname, given_name),
            ("number", str(number)),
            ("birth_date", born.isoformat()),
            ("basic_number", basic),
            ("phone", phone),
        ):
            yield number, kind, key

    with psycopg.connect(**given) as owner, owner.cursor() as cursor:
        cursor.execute("SET session_replication_role = replica")
        # Rules for writers cost the load minutes and the reader nothing.
        for table in ("name", "identity", "address"):
            cursor.execute(
                f"ALTER TABLE people_{table} DROP CONSTRAINT people_{table}_one_at_a_time"
            )
        cursor.execute("SELECT pg_get_indexdef('people_search_key_by_key'::regclass)")
        (index,) = cursor.fetchone() or ("",)
        cursor.execute("DROP INDEX people_search_key_by_key")
        cursor.execute(
            "INSERT INTO people_entry (request_id, operation, recorded_at, recorded_by, reason,"
            " rows) VALUES (%s, 'people.load', %s, 0, '', '[]')",
            [entry, AT],
        )

        def copy(table: str, columns: str, rows: Iterator[tuple[Any, ...]]) -> None:
            with cursor.copy(f"COPY {table} ({columns}) FROM STDIN") as out:
                for row in rows:
                    out.write_row(row)

        copy("people_person", "id, key, created_at", ((p[0], uuid.uuid4(), AT) for p in people))
        copy(
            "people_name",
            f"person_id, name, kana, latin, alias, alias_kana, {fact}",
            (
                (p[0], f"{p[1][0]}　{p[2][0]}", f"{p[1][1]} {p[2][1]}", "", "", "", *always)
                for p in people
            ),
        )
        copy(
            "people_identity",
            f"person_id, birth_date, birth_date_text, sex, {fact}",
            ((p[0], p[3], "", "unknown", *always) for p in people),
        )
        copy(
            "people_address",
            "person_id, kind, postal_code, municipality_code, prefecture, city, town, block,"
            f" building, country, {fact}",
            (
                (
                    p[0],
                    "residence",
                    "",
                    "",
                    "",
                    "架空市",
                    "本町",
                    f"{p[0] % 999}番地",
                    "",
                    "",
                    *always,
                )
                for p in people
            ),
        )
        copy("people_search_key", "person_id, kind, key", (row for p in people for row in keys(p)))
        chosen = random.Random(7).sample(people, int(len(people) * PROTECTED))
        copy(
            "protection_measure",
            "id, person_id, ground",
            ((uuid.uuid4(), p[0], "dv") for p in chosen),
        )
        cursor.execute(index)
    with psycopg.connect(**given, autocommit=True) as owner:
        owner.execute("VACUUM ANALYZE")


def is_empty() -> bool:
    """Tell whether the office has nobody yet."""
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("SELECT NOT EXISTS (SELECT FROM people_person)")
        return bool(cursor.fetchone()[0])


def questions(
    people: Sequence[tuple[int, Name, Name, date, str, str]],
) -> dict[str, Callable[[], str]]:
    """Return ten kinds of questions, each drawing one."""
    import jaconv

    draw = random.Random(1)

    def one() -> tuple[int, Name, Name, date, str, str]:
        return draw.choice(people)

    def name_and_day() -> str:
        person = one()
        return f"{person[1][0]} {person[3]:%Y.%m.%d}"

    def half_width() -> str:
        person = one()
        return jaconv.z2h(f"{person[1][1]} {person[2][1]}", kana=True)

    def latin() -> str:
        person = one()
        kana = f"{person[2][1]} {person[1][1]}"
        return jaconv.kana2alphabet(jaconv.kata2hira(kana)).upper()

    def whole() -> str:
        person = one()
        return f"{person[1][0]} {person[2][0]}"

    def basic_number() -> str:
        number = one()[4]
        return f"{number[:4]}-{number[4:]}"

    return {
        "佐藤 (1.5% of all)": lambda: "佐藤",
        "サ (one letter)": lambda: draw.choice("サタカナハマヤアイウ"),
        "whole name": whole,
        "half-width kana": half_width,
        "given, surname in Latin": latin,
        "given name alone": lambda: one()[2][0],
        "佐藤 + one letter": lambda: f"佐藤 {one()[2][0][0]}",
        "birth date": lambda: f"{one()[3]:%Y%m%d}",
        "surname + birth date": name_and_day,
        "基礎年金番号": basic_number,
        "電話番号": lambda: one()[5],
    }


def measure(ask: Callable[[], str], run: Callable[[str], object], *, times: int) -> list[float]:
    """Return the milliseconds of each question, the first three thrown away."""
    taken = []
    for _ in range(times + 3):
        text = ask()
        start = time.perf_counter()
        run(text)
        taken.append((time.perf_counter() - start) * 1000)
    return sorted(taken[3:])


def explain(texts: Sequence[str]) -> None:
    """Print the plan of every statement that a search sends."""
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    from kokunen.people import asked, candidates

    for text in texts:
        print(f"--- {text}")
        with CaptureQueriesContext(connection) as captured:
            candidates.people(asked.understand(text), most=21)
        for query in captured.captured_queries:
            with connection.cursor() as cursor:
                cursor.execute(f"EXPLAIN (ANALYZE, COSTS OFF, TIMING OFF) {query['sql']}")
                print("\n".join(line for (line,) in cursor.fetchall()), "\n")


def main() -> None:
    """Make the office, ask, print a table."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--people", type=int, default=600_000)
    parser.add_argument("--times", type=int, default=60)
    parser.add_argument("--explain", action="store_true")
    options = parser.parse_args()

    from kokunen import sites

    if not KEPT:
        atexit.register(shutil.rmtree, HOME, ignore_errors=True)  # after the server has stopped
    sites.start()
    from django.db import connection

    from kokunen.people import search  # noqa: F401 - now, so that all of it is of one moment
    from kokunen.postgres import roles
    from kokunen.sites import migrating

    try:
        migrating.prepare()
        connection.settings_dict |= {
            "USER": roles.Role.OWNER.user,
            "PASSWORD": roles.parameters(roles.Role.OWNER)["password"],
        }
        migrating.migrate(verbosity=0)
        connection.close()
        connection.settings_dict |= {
            "USER": roles.Role.WEB.user,
            "PASSWORD": roles.parameters(roles.Role.WEB)["password"],
        }
        start = time.perf_counter()
        people = list(drawn_people(options.people))
        if not KEPT or is_empty():
            fill(people)
        print(f"{len(people):,} people in {time.perf_counter() - start:.0f} s", flush=True)
        report(people, times=options.times)
        if options.explain:
            explain(["佐藤", "サトウ 太", "佐藤 1980.4.1", "090-1234-5678"])
    finally:
        connection.close()


def report(people: Sequence[tuple[int, Name, Name, date, str, str]], *, times: int) -> None:
    """Print p50 and p95 for each kind of question: the search alone, and with record and facts."""
    from kokunen.access.domain import Field
    from kokunen.audit.domain import Occasion
    from kokunen.people import asked, candidates, search

    occasion = Occasion(
        at=AT, staff=1, staff_number="K1", department="P", terminal="T", purpose="reception"
    )

    def alone(text: str) -> object:
        return candidates.people(asked.understand(text), most=21)

    def whole(text: str) -> object:
        return search.find(text=text, occasion=occasion, sees=frozenset(Field))

    print(f"{'milliseconds':26} {'search p50':>11} {'p95':>7} {'whole p50':>11} {'p95':>7}  hits")
    for name, ask in questions(people).items():
        figures = []
        for run in (alone, whole):
            taken = measure(ask, run, times=times)
            figures += [statistics.median(taken), taken[int(len(taken) * 0.95)]]
        hits = search.find(text=ask(), occasion=occasion, sees=frozenset(Field))
        print(
            f"{name:26} {figures[0]:11.1f} {figures[1]:7.1f} {figures[2]:11.1f} {figures[3]:7.1f}"
            f"  {len(hits)}{'+' if hits.more else ''}",
            flush=True,
        )


if __name__ == "__main__":
    main()
