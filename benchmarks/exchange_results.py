"""Results of the agency: so many forwarded cases, and a file that answers every one of them.

    python benchmarks/exchange_results.py [--results N] [--applications N]

Three figures: finding the case of each result, with its line in the ledger; the same with the step
of a plain case (a 届出 that took effect when it was examined); and applications whose grant writes
exemptions into the register. The last two go the whole way: the file is received and applied as in
a night, as the batch role.
"""

# ruff: noqa: PLC0415 - the product is imported when the office stands
from __future__ import annotations

import argparse
import os
import shutil
import subprocess
import sys
import tempfile
import time
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final
from uuid import uuid4

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from kokunen.audit.domain import Occasion

DAY: Final = date(2026, 11, 24)
AT: Final = datetime(2026, 11, 24, 1, 30, tzinfo=UTC)
LIMIT: Final = 60.0
"""Seconds for 50,000 results (performance.md, Exchange)."""
FULL: Final = 50_000
GRANT: Final = 0.008
"""Seconds for a grant that writes exemptions: 50,000 of a July within seven minutes."""
_FIRST: Final = 7_000_001
_DIGITS: Final = str.maketrans("0123456789", "零一二三四五六七八九")
_KANA: Final = str.maketrans("0123456789", "カサタナハマヤラワキ")

_MADE: Final = """
INSERT INTO people_entry (request_id, operation, recorded_at, recorded_by, reason, rows)
    VALUES (%(entry)s, 'bench.make', %(at)s, 0, '', '[]');
INSERT INTO people_person (id, key, created_at) SELECT n, gen_random_uuid(), %(at)s FROM {all};
INSERT INTO people_name ({fact}, name, kana, latin, alias, alias_kana)
    SELECT {given}, '架空　' || translate(n::text, '0123456789', '零一二三四五六七八九'),
    'カクウ　' || translate(n::text, '0123456789', 'カサタナハマヤラワキ'), '', '', '' FROM {all};
INSERT INTO people_identity ({fact}, birth_date, birth_date_text, sex)
    SELECT {always}, date '1945-01-01' + (n %% 25000)::int, '', 'female' FROM {all};
INSERT INTO people_basic_number ({fact}, kind, number)
    SELECT {given}, 'current', lpad(n::text, 10, '0') FROM {all};
INSERT INTO people_enrolment ({fact}, category, acquired_cause, lost_cause, lost_reason)
    SELECT {given}, 'category_1', '', '', '' FROM {all};
INSERT INTO cases_case (id, request_id, filing, person_id, channel, branch, department, filer,
    received_on, recorded_at, recorded_by)
    SELECT n, gen_random_uuid(), %(filing)s, n, 'counter', '', 'PENSION', 'self', %(day)s, %(at)s,
    101 FROM {all};
INSERT INTO cases_step (case_id, number, kind, at, on_day, staff, maker, reason, detail, request_id)
    SELECT n, s.number, s.kind, %(at)s, %(day)s, s.staff, 101, '',
    CASE s.kind WHEN 'examined' THEN %(examined)s::jsonb ELSE '{{}}' END, gen_random_uuid()
    FROM {all}, (VALUES (1, 'received', 101), (2, 'examined', 202), (3, 'forwarded', 202))
    AS s (number, kind, staff) ORDER BY n, s.number;
INSERT INTO cases_particulars (case_id, number, person_id, data)
    SELECT n, 1, n, %(data)s::jsonb FROM {all};
INSERT INTO people_search_key (person_id, kind, key)
    SELECT n, 'basic_number', lpad(n::text, 10, '0') FROM {all};
INSERT INTO people_search_key (person_id, kind, key)
    SELECT n, 'birth_date', (date '1945-01-01' + (n %% 25000)::int)::text FROM {all}
"""
_COMMON: Final = ", 'resident_register', '', %(entry)s, %(at)s, 0"
_PARTS: Final = {
    "all": "generate_series(%(first)s, %(last)s) AS n",
    "fact": "person_id, valid, source, source_ref, entry_id, recorded_at, recorded_by",
    "given": "n, daterange('2015-04-01', NULL)" + _COMMON,
    "always": "n, daterange(NULL, NULL)" + _COMMON,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    """What was measured: so many records in so many seconds; ``limit`` for so many, or None.

    ``busy`` are the seconds of processor of this program and the database together: they move less
    with what else the machine does.
    """

    what: str
    records: int
    seconds: float
    busy: float
    limit: float | None = None

    @property
    def each(self) -> float:
        """Milliseconds of one record."""
        return self.seconds / self.records * 1000


def figures(*, results: int, applications: int) -> Iterator[Figure]:
    """Make the cases, answer them, and give each figure as it is known.

    The database stands, Django is set up as the batch role, and KOKUNEN_EXCHANGE is a folder of its
    own.
    """
    plain = range(_FIRST, _FIRST + results)
    applied = range(plain.stop, plain.stop + applications)
    _make(plain, filing="number_notice", data='{"reason": "lost"}', examined='{"lacks": []}')
    _make(
        applied,
        filing="exemption",
        data='{"cycles": ["2026"], "student": false, "continuation": true}',
        examined='{"assessed": [["full", "2026-07", "2027-06"]], "rows": [], "cut": []}',
    )
    limit = LIMIT * results / FULL
    with _timed() as taken:
        _found(plain)
    yield Figure(what="results found, with their lines", records=results, **taken, limit=limit)
    entered = _file(_records(plain, filing="number_notice"), sequence=1)
    with _timed() as taken:
        _enter(entered, results)
    yield Figure(what="results entered at plain cases", records=results, **taken, limit=limit)
    granted = _file(_granted(applied), sequence=2)
    with _timed() as taken:
        _enter(granted, applications)
    yield Figure(
        what="grants of applications, with exemptions",
        records=applications,
        **taken,
        limit=GRANT * applications,
    )


@contextmanager
def _timed() -> Iterator[dict[str, float]]:
    """Fill in the seconds, and those of processor, that the block takes."""
    taken: dict[str, float] = {}
    start, worked = time.perf_counter(), _worked()
    yield taken
    taken |= {"seconds": time.perf_counter() - start, "busy": _worked() - worked}


def _worked() -> float:
    """Return the seconds of processor that this program and the database have used so far."""
    from kokunen.postgres import embedded

    server = (embedded.data_folder() / "postmaster.pid").read_text(encoding="utf-8").split()[0]
    children = Path(f"/proc/{server}/task/{server}/children").read_text(encoding="ascii").split()
    # Those of its processes that have ended count with the server itself.
    ticks = _ticks(server, slice(11, 15))
    for child in children:
        with suppress(OSError):  # it has just ended
            ticks += _ticks(child, slice(11, 13))
    return time.process_time() + ticks / os.sysconf("SC_CLK_TCK")


def _ticks(process: str, which: slice) -> int:
    """Return ticks of a process: utime and stime, then those of the children it waited for."""
    fields = Path(f"/proc/{process}/stat").read_text(encoding="utf-8").rpartition(")")[2]
    return sum(int(used) for used in fields.split()[which])


def _make(numbers: range, *, filing: str, data: str, examined: str) -> None:
    import psycopg

    from kokunen.people.folding import parts
    from kokunen.people.keys import whole_keys
    from kokunen.postgres.roles import Role, parameters

    given = {
        "first": numbers.start,
        "last": numbers.stop - 1,
        "entry": uuid4(),
        "at": AT,
        "day": DAY,
        "filing": filing,
        "data": data,
        "examined": examined,
    }
    keys = "COPY people_search_key (person_id, kind, key) FROM STDIN"
    with psycopg.connect(**parameters(Role.OWNER)) as owner:
        for statement in _MADE.format(**_PARTS).split(";"):
            owner.execute(statement.encode(), given)
        with owner.cursor().copy(keys.encode()) as copy:
            for number in numbers:
                for kind, text in (("name", _name(number)), ("kana", _kana(number))):
                    for key in whole_keys(parts(text)):
                        copy.write_row((number, kind, key))
    with psycopg.connect(**parameters(Role.OWNER), autocommit=True) as owner:
        owner.execute("ANALYZE")


def _name(number: int) -> str:
    return f"架空　{str(number).translate(_DIGITS)}"


def _kana(number: int) -> str:
    return f"カクウ　{str(number).translate(_KANA)}"


def _records(numbers: range, **said: Any) -> list[dict[str, Any]]:  # noqa: ANN401 - values
    return [
        {
            "result": f"{number:012d}",
            "basic_number": f"{number:010d}",
            "name": _name(number),
            "kana": _kana(number),
            "birth_date": date(1945, 1, 1) + timedelta(days=number % 25000),
            "sex": "female",
            "received_on": DAY,
            "outcome": "granted",
            "decided_on": DAY,
            **said,
        }
        for number in numbers
    ]


def _granted(numbers: range) -> list[dict[str, Any]]:
    from kokunen.dates.month import Month

    return _records(
        numbers, filing="exemption", band_1="full", first_1=Month(2026, 7), last_1=Month(2027, 6)
    )


def _found(numbers: range) -> None:
    """Find the case of each result and write its line, and nothing else."""
    from django.db import transaction

    from kokunen.interchange import models
    from kokunen.interchange.domain import Effect, RecordOutcome
    from kokunen.interchange.inbox.ledger import Line, write
    from kokunen.interchange.receiving import CHUNK
    from kokunen.interchange.reconciliation import forwarded
    from kokunen.interchange.reconciliation.matching import match
    from kokunen.interchange.reconciliation.received import Result

    values = _records(numbers, filing="number_notice")
    file = models.File.objects.create(
        request_id=uuid4(),
        direction="in",
        partner="agency",
        layout="agency_results",
        version="1",
        name="bench",
        digest="0" * 64,
        size=0,
        made_on=DAY,
        records=len(values),
        recorded_at=AT,
        recorded_by=0,
    )
    for first in range(0, len(values), CHUNK):
        results = [Result.of(each) for each in values[first : first + CHUNK]]
        with transaction.atomic():
            cases = forwarded.load([each.answer for each in results])
            lines = []
            for number, result in enumerate(results, first + 2):
                found = match(result.answer, cases.near(result.answer)).case
                if found is None:
                    sys.exit("a result did not find its case")
                effect = Effect(
                    outcome=RecordOutcome.MATCHED, person=cases[found].person, case=found
                )
                lines.append(Line(number=number, effect=effect, raw=b""))
            write(lines, file=file, occasion=_nightly())


def _file(records: Sequence[dict[str, Any]], *, sequence: int) -> Path:
    """Write a file of results into the folder of its layout."""
    from kokunen.interchange import folders
    from kokunen.interchange import layout as layouts
    from kokunen.interchange.codec import writing

    of = layouts.layout("agency_results", DAY)
    names = [field.name for field in of.detail.values if field.name != "city"]
    path = folders.incoming(of.code) / f"bench-{sequence}"
    with path.open("wb") as stream:
        writing.write(
            stream,
            layout=of,
            header={"made_on": DAY, "sequence": sequence},
            details=[dict.fromkeys(names) | each for each in records],
            city=folders.city(),
        )
    return path


def _enter(path: Path, count: int) -> None:
    """Receive and apply a file as in a night."""
    from kokunen.interchange.domain import RecordOutcome
    from kokunen.interchange.inbox import operations

    file = operations.receive(layout="agency_results", path=path, occasion=_nightly())
    done = operations.apply(file=file, occasion=_nightly())
    if done != {RecordOutcome.MATCHED: count}:
        sys.exit(f"not every result was entered: {done}")


def _nightly() -> Occasion:
    from kokunen.audit.domain import Occasion

    return Occasion(
        at=AT,
        staff=None,
        staff_number="kokunen nightly",
        department="PENSION",
        terminal="",
        purpose="correction",
    )


def main() -> None:
    """Measure in a scratch office of its own."""
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--results", type=int, default=FULL)
    asked.add_argument("--applications", type=int, default=1000)
    given = asked.parse_args()
    home = Path(tempfile.mkdtemp(prefix="kokunen-results-"))
    os.environ["KOKUNEN_HOME"] = str(home)
    os.environ["KOKUNEN_DB_ROLE"] = "batch"
    os.environ["DJANGO_SETTINGS_MODULE"] = "kokunen.sites.city"
    for name in ("DATABASE_URL", "KOKUNEN_DATABASE", "KOKUNEN_EXCHANGE"):
        os.environ.pop(name, None)
    import django

    from kokunen.postgres import embedded, secrets

    secrets.make_missing()
    django.setup()
    from django.test.utils import override_settings

    try:
        embedded.start()
        subprocess.run([sys.executable, "-m", "kokunen", "migrate"], check=True)
        with override_settings(KOKUNEN_OFFICE={"municipality_code": "999990"}):
            for each in figures(results=given.results, applications=given.applications):
                target = "" if each.limit is None else f" (≤ {each.limit:.1f})"
                print(
                    f"{each.what}: {each.records:,} in {each.seconds:.1f} s{target},"
                    f" {each.each:.2f} ms each, {each.busy / each.records * 1000:.2f} ms of"
                    " processor",
                    flush=True,
                )
    finally:
        embedded.stop()
        shutil.rmtree(home, ignore_errors=True)


if __name__ == "__main__":
    main()
