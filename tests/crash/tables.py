"""Two offices held against each other table by table, on everything that is not a number or moment.

What is left out, and why:

- numbers that a sequence or a random draw gave (``id``, uuids, ``xid8``, keys and blinds): a
  transaction that was killed leaves a gap. Where a row refers to another, what that one says takes
  the place of its number; 宛名番号 and 世帯番号 come from the register and are compared.
- the time of day: a night that was killed goes on minutes later. The day is compared.
- in texts the numbers of a file and of a case (連携12-3, 案件7): numbers as above.
- digests, sizes and names of files, and the bytes of records that name a case: they hold numbers.
- of records that came in, all attempts but the last, and the bytes of those that are done: how
  often something was tried, and whether it waited for another, is not what came of it. Of files
  that came in, those that were refused: they are the disturbance itself.
- ``interchange_run_phase.figures``: they count what was refused. The lists of candidates of the
  last night are compared.
- of people about whom a correction came late, what no longer stands, and when it came to stand:
  a late correction takes other rows back than one in time. What stands is compared. So is what the
  program did with their cases, but for its day: the case of a death goes along with its correction.
- the record of the office (``audit_*``): it holds tries and refusals too. Its writes of facts and
  cases are compared, by person, case and day; that it is whole, `kokunen audit verify` says.
- accounts, sessions and places: no night touches them.
"""

from __future__ import annotations

import json
import re
from collections import Counter
from dataclasses import dataclass
from datetime import date, datetime
from hashlib import sha256
from typing import TYPE_CHECKING, Any, Final
from uuid import UUID

from psycopg import sql

from kokunen.dates.tokyo import day_of
from kokunen.interchange.domain import DONE

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping

    import psycopg

Row = dict[str, Any]
Tables = dict[str, Counter[str]]
"""Of each table how often a row stands that says this."""

_COMPARED: Final = ("people_", "cases_", "exemption_", "enquiries_", "interchange_", "protection_",
    "openings_", "vault_")  # fmt: skip
_STABLE: Final = frozenset({"people_person", "people_household"})
_DROPPED: Final[Mapping[str, frozenset[str]]] = {
    "people_entry": frozenset({"rows"}),
    "cases_step": frozenset({"detail"}),
    "interchange_file": frozenset({"digest", "size", "name"}),
    "interchange_event": frozenset({"detail"}),
    "interchange_record": frozenset({"file_id", "number", "attempt", "at", "rows"}),
    "interchange_raw": frozenset({"file_id", "number", "content", "at"}),
    "interchange_match": frozenset({"file_id", "number"}),
    "interchange_difference": frozenset({"file_id", "number"}),
    "interchange_sent": frozenset({"number"}),
    "interchange_run_phase": frozenset({"figures"}),
    "interchange_password": frozenset({"blind"}),
    "vault_my_number": frozenset({"nonce", "ciphertext", "blind", "key"}),
}
_OF_THE_WAY: Final = frozenset({"recorded_at", "entry_id"})
"""When and by which act a fact came to stand, which a late correction changes."""
_PROGRAM: Final = 0
_NUMBERED: Final = re.compile(r"(連携|案件|ファイル)[0-9]+(-[0-9]+)?")
_KEY: Final = re.compile(r"^(case|enrolment|number) ([0-9]+)(.*)$")
_KEYED: Final = {
    "case": "cases_case",
    "enrolment": "people_enrolment",
    "number": "people_basic_number",
}
_WRITES: Final = """
SELECT operation, person, case_id, at FROM audit_entry WHERE act = 'write'
    AND (operation LIKE 'people.%' OR operation LIKE 'cases.%' OR operation LIKE 'enrolment.%'
        OR operation LIKE 'exemption.%' OR operation = 'interchange.resident_changes')
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Held:
    """What an office holds: its rows by table and key, what refers to what, its record's writes."""

    rows: Mapping[str, Mapping[Any, Row]]
    refers: Mapping[tuple[str, str], str]
    writes: list[tuple[str, int, int, datetime]]


def read(connection: psycopg.Connection[tuple[Any, ...]]) -> Held:
    """Read what an office holds."""
    ask = connection.execute
    refers = {
        (table, column): other
        for table, column, other in ask(
            "SELECT conrelid::regclass::text, a.attname, confrelid::regclass::text"
            " FROM pg_constraint c JOIN pg_attribute a"
            " ON a.attrelid = c.conrelid AND a.attnum = c.conkey[1]"
            " WHERE contype = 'f' AND cardinality(conkey) = 1"
        ).fetchall()
    }
    names = ask("SELECT relname FROM pg_stat_user_tables WHERE schemaname = 'public'").fetchall()
    rows: dict[str, dict[Any, Row]] = {}
    for (table,) in sorted(names):
        if table.startswith(_COMPARED):
            cursor = ask(sql.SQL("SELECT * FROM {}").format(sql.Identifier(table)))
            columns = [each.name for each in cursor.description or ()]
            key = columns.index("id") if "id" in columns else 0
            rows[table] = {
                row[key]: dict(zip(columns, row, strict=True)) for row in cursor.fetchall()
            }
    writes: Any = ask(_WRITES.encode()).fetchall()
    return Held(rows=rows, refers=refers, writes=writes)


class Reader:
    """Says what an office holds; ``late`` are the people about whom a correction came late."""

    def __init__(self, held: Held, late: Collection[int]) -> None:
        self._held, self._rows, self._late = held, held.rows, late
        self._labels: dict[tuple[str, Any], str] = {}
        self._refused = {
            row["file_id"]
            for row in self._rows["interchange_event"].values()
            if row["kind"] == "refused"
        }
        last: dict[tuple[int, int], Row] = {}
        for row in self._rows["interchange_record"].values():
            key = row["file_id"], row["number"]
            if key not in last or last[key]["attempt"] < row["attempt"]:
                last[key] = row
        self._last = {row["id"] for row in last.values() if row["outcome"] != "repeated"}
        self._open = {key for key, row in last.items() if row["outcome"] not in DONE}

    def tables(self) -> Tables:
        """Return every table that is compared."""
        found: Tables = {}
        for table, rows in self._rows.items():
            said = (self._said(table, row) for row in rows.values() if self._stands(table, row))
            found[table] = Counter(said)
        found["audit_entry (writes)"] = Counter(self._writes())
        found["candidates of the last night"] = Counter(self._candidates())
        return found

    def _stands(self, table: str, row: Row) -> bool:
        if row.get("superseded_at") is not None or table == "people_entry":
            return row["person_id"] not in self._late
        if table == "interchange_file":
            return row["id"] not in self._refused
        if table == "interchange_event":
            return row["file_id"] not in self._refused
        if table == "interchange_raw":
            return (row["file_id"], row["number"]) in self._open
        if table == "interchange_record":
            return row["id"] in self._last
        return True

    def _said(self, table: str, row: Row) -> str:
        """Return what a row says, without its own number."""
        dropped = _DROPPED.get(table, frozenset())
        if row.get("layout") == "resident_changes" and table == "interchange_file":
            # A correction that comes late makes one file shorter and another one longer.
            dropped |= {"records"}
        if table.startswith("people_") and row.get("person_id") in self._late:
            dropped |= _OF_THE_WAY
        if table == "cases_step" and self._of_the_late(row):
            dropped |= {"at", "on_day"}
        said = {}
        for column, value in row.items():
            if column in dropped or (column == "id" and table not in _STABLE):
                continue
            if table == "interchange_sent" and column == "key":
                said[column] = self._key(value)
                continue
            told = self._told(table, column, value)
            if told is not None:
                said[column] = told
        return json.dumps(said, ensure_ascii=False, sort_keys=True, default=str)

    def _of_the_late(self, step: Row) -> bool:
        """Whether the program took a step because a correction came."""
        person = self._rows["cases_case"][step["case_id"]]["person_id"]
        return step["staff"] == _PROGRAM and step["number"] > 1 and person in self._late

    def _told(self, table: str, column: str, value: Any) -> Any:  # noqa: ANN401, PLR0911 - by type
        other = self._held.refers.get((table, column))
        if other is not None and other not in _STABLE and other in self._rows:
            return self._label(other, value)
        if isinstance(value, datetime):
            return day_of(value).isoformat()
        if isinstance(value, UUID) or column == "xact":
            return None
        if isinstance(value, str):
            return _NUMBERED.sub(r"\1", value)
        if isinstance(value, bytes | memoryview):
            return sha256(bytes(value)).hexdigest()
        if isinstance(value, date):
            return value.isoformat()
        if isinstance(value, dict | list):
            return _NUMBERED.sub(
                r"\1", json.dumps(value, ensure_ascii=False, sort_keys=True, default=str)
            )
        return value

    def _label(self, table: str, key: Any) -> str | None:  # noqa: ANN401 - a number or a uuid
        """Return what the row says to which another one refers."""
        if key is None:
            return None
        if (table, key) not in self._labels:
            row = self._rows[table].get(key)
            said = "" if row is None else self._said(table, row)
            self._labels[table, key] = sha256(f"{table} {said}".encode()).hexdigest()[:16]
        return self._labels[table, key]

    def _key(self, key: str) -> str:
        found = _KEY.match(key)
        if found is None:
            return key
        kind, number, rest = found.groups()
        return f"{kind} {self._label(_KEYED[kind], int(number))}{rest}"

    def _writes(self) -> Iterator[str]:
        for operation, person, case, at in self._held.writes:
            if person not in self._late:
                yield f"{operation} {person} {self._label('cases_case', case)} {day_of(at)}"

    def _candidates(self) -> Iterator[str]:
        nights = [
            row
            for row in self._rows["interchange_run_phase"].values()
            if row["phase"] == "candidates"
        ]
        last = max(nights, key=lambda row: int(row["run_id"]))
        for kind, people in last["figures"].items():
            yield from (f"{kind} {person}" for person in people)


def differences(one: Tables, other: Tables) -> dict[str, tuple[list[str], list[str]]]:
    """Return, of each table that differs, the rows that only one of two offices has."""
    found = {}
    for table in sorted(one.keys() | other.keys()):
        left, right = one.get(table, Counter()), other.get(table, Counter())
        if left != right:
            found[table] = (
                sorted((left - right).elements()),
                sorted((right - left).elements()),
            )
    return found
