"""Whatever the owner of the database does to the record is found, and each time by its name."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import timedelta
from itertools import count
from typing import TYPE_CHECKING
from uuid import UUID

import pytest
from django.db import transaction

from kokunen.audit import anchors, form, operations, rows
from kokunen.audit.findings import KEPT, WORDS, Finding, Kind, Report
from kokunen.postgres.roles import Role
from tests import office
from tests.audit.entries import CLERK, PROGRAM, look, seal, tamper, verify

if TYPE_CHECKING:
    from pathlib import Path
    from typing import LiteralString

    from tests.office import Database

ALTERED: list[LiteralString] = [
    "at = at + interval '1 microsecond'",
    "at = 'infinity'",
    "act = 'write'",
    "operation = 'people.other_page'",
    "staff = 102",
    "staff = NULL",
    "staff_number = 'K00102'",
    "department = 'TAX'",
    "terminal = '窓口2'",
    "purpose = 'claim'",
    "reason = ''",
    "case_id = 1",
    "person = 2",
    "shown_name = false",
    "shown_sex = true",
    "shown_birth_date = true",
    "shown_address = false",
    "shown = '{}'",
    """changes = '[["t", "1", "f", "", ""]]'""",
    """changes = '[["t"]]'""",
    "changes = '{}'",
    "changes = '\"\"'",
    """changes = '{"a": 1}'""",
    "changes = '5'",
    "outcome = 'x'",
    "mac = decode(repeat('00', 32), 'hex')",
    "id = 'ffffffff-0000-7000-8000-000000000000'",
]
DELETE_FIRST: LiteralString = "DELETE FROM audit_entry WHERE person = 1"
DELETE_OLDEST: LiteralString = (
    "DELETE FROM audit_entry WHERE id = (SELECT min(id::text)::uuid FROM audit_entry)"
)


def test_an_untouched_record_is_clean(database: Database) -> None:
    for person in (1, 2, 3):
        look(person)
    assert len(seal(database)) == 1
    look(4)
    report = verify(database)
    told = (report.entries, report.seals, report.unsealed, report.lines, report.without_line)
    assert told == (4, 1, 1, 4, 0)
    assert report.findings == []


@pytest.mark.parametrize("sealed", [False, True])
def test_a_changed_column_is_found(database: Database, *, sealed: bool) -> None:
    names = [look(person) for person in range(100, 100 + len(ALTERED))]
    look(1)
    if sealed:
        seal(database)
    for name, change in zip(names, ALTERED, strict=True):
        with database.owner() as owner:
            owner.execute("ALTER TABLE audit_entry DISABLE TRIGGER audit_keep")
            owner.execute("ALTER TABLE audit_entry DROP CONSTRAINT IF EXISTS audit_entry_purpose")
            done = owner.execute(
                f"UPDATE audit_entry SET {change} WHERE id = %s",  # noqa: S608 - constants of this file
                [name],
            )
            assert done.rowcount == 1
    report = verify(database)
    assert report.counts[Kind.UNSIGNED] == len(ALTERED)
    assert report.counts[Kind.ROWS_MOVED] == int(sealed)
    # The row whose id was changed has left its own journal line behind; another's mac differs.
    assert (report.counts[Kind.ENTRY_GONE], report.counts[Kind.ENTRY_RESIGNED]) == (1, 1)
    found = {finding.where for finding in report.findings if finding.kind is Kind.UNSIGNED}
    assert {str(name) for name in names[:-1]} < found


def test_a_row_deleted_before_it_is_sealed_is_found_by_its_journal_line(
    database: Database,
) -> None:
    gone = look(1)
    look(2)
    tamper(database, DELETE_FIRST)
    seal(database)
    report = verify(database)
    assert report.counts == {Kind.ENTRY_GONE: 1}
    assert report.findings[0].where.startswith(str(gone))


def test_a_row_deleted_after_it_was_sealed_is_found_by_its_seal(
    database: Database, outside: Path
) -> None:
    look(1)
    look(2)
    seal(database)
    tamper(database, DELETE_FIRST)
    assert verify(database).counts == {Kind.ROWS_MISSING: 1, Kind.ENTRY_GONE: 1}
    for file in (outside / "journal").iterdir():
        file.unlink()
    report = verify(database)
    assert report.counts == {Kind.ROWS_MISSING: 1}
    assert report.findings[0].seal == 1


COPY: LiteralString = (
    "INSERT INTO audit_entry (id, at, act, operation, staff, staff_number, department, terminal,"
    " purpose, reason, case_id, person, shown_name, shown_sex, shown_birth_date, shown_address,"
    " shown, changes, outcome, mac, xact) SELECT gen_random_uuid(), at, act, operation, staff,"
    " staff_number, department, terminal, purpose, reason, case_id, person, shown_name, shown_sex,"
    " shown_birth_date, shown_address, shown, changes, outcome, mac, xact FROM audit_entry"
)


def test_a_row_added_by_hand_is_found(database: Database) -> None:
    look(1)
    tamper(database, COPY)
    assert verify(database).counts == {Kind.UNSIGNED: 1}


def test_a_row_added_to_a_sealed_range_is_found(database: Database) -> None:
    look(1)
    seal(database)
    tamper(database, COPY)
    assert verify(database).counts == {Kind.UNSIGNED: 1, Kind.ROWS_EXTRA: 1}


def test_a_row_moved_to_another_seal_is_found(database: Database) -> None:
    for person in (1, 2):
        look(person)
    seal(database)
    look(3)
    seal(database)
    tamper(
        database,
        "UPDATE audit_entry SET xact = (SELECT xact FROM audit_entry WHERE person = 3)"
        " WHERE person = 1",
    )
    report = verify(database)
    assert report.counts == {Kind.ROWS_MISSING: 1, Kind.ROWS_EXTRA: 1}
    assert [finding.seal for finding in report.findings] == [1, 2]


def test_two_rows_that_changed_places_are_found(database: Database) -> None:
    for person in (1, 2):
        look(person)
    seal(database)
    tamper(
        database,
        "UPDATE audit_entry SET xact = (SELECT min(xact::text)::xid8 FROM audit_entry o"
        " WHERE o.id <> audit_entry.id)",
    )
    assert verify(database).counts == {Kind.ROWS_MOVED: 1}


def test_a_row_moved_out_of_all_seals_is_found(database: Database) -> None:
    look(1)
    look(2)
    seal(database)
    tamper(database, "UPDATE audit_entry SET epoch = 7 WHERE person = 1")
    assert verify(database).counts == {Kind.ROWS_MISSING: 1}


LOST = {Kind.SEAL_MISSING, Kind.SEAL_BROKEN, Kind.OUTSIDE_SEALS}
CHANGES_OF_SEALS: list[tuple[LiteralString, set[Kind]]] = [
    ("UPDATE audit_seal SET entries = 5 WHERE id = 2", {Kind.SEAL_CHANGED, Kind.ROWS_MISSING}),
    (
        "UPDATE audit_seal SET digest = previous WHERE id = 2",
        {Kind.SEAL_CHANGED, Kind.ROWS_MOVED, Kind.SEAL_BROKEN},
    ),
    (
        "UPDATE audit_seal SET sealed_at = sealed_at + interval '1 day' WHERE id = 2",
        {Kind.SEAL_CHANGED, Kind.ROWS_MOVED},
    ),
    ("UPDATE audit_seal SET sealed_by = 'x' WHERE id = 2", {Kind.SEAL_CHANGED, Kind.ROWS_MOVED}),
    ("DELETE FROM audit_seal WHERE id = 1", LOST),
    ("DELETE FROM audit_seal WHERE id = 2", LOST),
    (
        "UPDATE audit_seal SET id = 9 WHERE id = 2",
        LOST | {Kind.SEAL_CHANGED, Kind.ROWS_MOVED},
    ),
]  # fmt: skip


@pytest.mark.parametrize(("statement", "kinds"), CHANGES_OF_SEALS)
def test_a_changed_missing_or_moved_seal_is_found(
    database: Database, statement: LiteralString, kinds: set[Kind]
) -> None:
    for person in (1, 2, 3):
        look(person)
        seal(database)
    assert verify(database).is_clean
    tamper(database, statement)
    assert set(verify(database).counts) == kinds


def anchor(database: Database) -> tuple[form.Anchor, Path]:
    with database.django_as(Role.BATCH):
        made = operations.anchor(occasion=PROGRAM)
    office.use(database.name, Role.WEB)
    return made


def seal_anew(database: Database, *, key: bytes) -> None:
    """Make every seal anew over the rows as they stand, with digests that fit."""
    with database.django_as(Role.OWNER), transaction.atomic():
        ranges = [held for held, _ in rows.seals()]
        with database.owner() as owner:
            owner.execute("ALTER TABLE audit_seal DISABLE TRIGGER audit_keep")
            previous = form.GENESIS
            for number, held in zip(count(1), ranges):
                digest = form.Digest(previous)
                for row in rows.between(epoch=held.epoch, start=held.from_xact, end=held.upto_xact):
                    digest.add(row.form, mac=row.mac, epoch=row.epoch, xact=row.xact)
                made = digest.close(
                    replace(held, id=number, entries=digest.entries, previous=previous)
                )
                mac = form.sign(form.of_seal(made), key=key)
                owner.execute(
                    "UPDATE audit_seal SET entries = %s, digest = %s, previous = %s, mac = %s"
                    " WHERE id = %s",
                    [made.entries, made.digest, made.previous, mac, number],
                )
                previous = made.digest
    office.use(database.name, Role.WEB)


def test_a_chain_made_anew_without_the_key_is_found(database: Database) -> None:
    for person in (1, 2, 3):
        look(person)
        look(person)
        seal(database)
    tamper(database, DELETE_OLDEST)
    seal_anew(database, key=b"guessed")
    assert verify(database).counts == {Kind.SEAL_CHANGED: 3, Kind.ENTRY_GONE: 1}


def test_a_chain_made_anew_with_the_key_and_the_journal_is_found_by_the_anchor(
    database: Database, outside: Path
) -> None:
    for person in (1, 2, 3):
        look(person)
        look(person)
        seal(database)
    anchor(database)
    tamper(database, DELETE_OLDEST)
    seal_anew(database, key=operations.key())
    for file in (outside / "journal").iterdir():
        file.unlink()
    report = verify(database)
    assert report.counts == {Kind.ANCHOR_DIFFERS: 1}
    assert report.findings[0].where == "2026-11-24.json"


def test_a_tail_that_was_cut_off_after_the_anchor_is_found(database: Database) -> None:
    for person in (1, 2):
        look(person)
        seal(database)
    anchor(database)
    tamper(
        database,
        "DELETE FROM audit_seal WHERE id = 2",
        "DELETE FROM audit_entry WHERE person = 2 OR person IS NULL",
    )
    counts = verify(database).counts
    assert counts == {Kind.ANCHOR_GONE: 1, Kind.ENTRY_GONE: 2}


def test_a_changed_anchor_is_found(database: Database) -> None:
    look(1)
    seal(database)
    made, path = anchor(database)
    assert (made.seal, made.entries) == (1, 1)
    assert verify(database).is_clean
    held = json.loads(path.read_text())
    path.chmod(0o600)
    path.write_text(json.dumps(held | {"day": "2026-11-23"}))
    assert verify(database).counts == {Kind.ANCHOR_CHANGED: 1}
    path.write_text("{")
    assert verify(database).counts == {Kind.ANCHOR_CHANGED: 1}


def test_a_second_anchor_of_the_day_overwrites_nothing(database: Database) -> None:
    look(1)
    seal(database)
    (first, one), (second, two) = anchor(database), anchor(database)
    assert (one.name, two.name) == ("2026-11-24.json", "2026-11-24-2.json")
    assert first == second
    assert first.line() == (f"2026-11-24 seal=1 entries=1 {first.digest} {first.mac}")


def test_without_a_seal_there_is_nothing_to_anchor(database: Database) -> None:
    with pytest.raises(anchors.UnableToAnchor):
        anchor(database)


def test_an_altered_journal_is_found(database: Database, outside: Path) -> None:
    look(1)
    (file,) = (outside / "journal").iterdir()
    whole = file.read_text()
    assert file.name == "2026-11-24.txt"
    file.write_text(whole + "torn")
    assert verify(database).counts == {Kind.JOURNAL_UNREADABLE: 1}
    file.write_text(whole.replace(whole[-3:], "00\n" if whole[-3:] != "00\n" else "11\n"))
    assert verify(database).counts == {Kind.ENTRY_RESIGNED: 1}
    file.write_text(whole + f"{UUID(int=1)} {'00' * 32}\n")
    assert verify(database).counts == {Kind.ENTRY_GONE: 1}
    file.write_text("")
    report = verify(database)
    assert (report.is_clean, report.without_line) == (True, 1)


def test_the_day_of_the_journal_is_that_of_japan(database: Database, outside: Path) -> None:
    del database
    look(1, occasion=replace(CLERK, at=CLERK.at + timedelta(hours=14)))
    assert [file.name for file in (outside / "journal").iterdir()] == ["2026-11-25.txt"]


def test_every_kind_says_what_why_and_what_to_do() -> None:
    assert set(WORDS) == set(Kind)
    for kind in Kind:
        what, why, fix = WORDS[kind]
        text = Finding(kind=kind, seal=3, where="x").text()
        assert text == f"[封印3・x] {what}{why}{fix}"
        assert all(part.endswith("。") for part in (what, why, fix))


def test_findings_are_all_counted_and_not_all_kept() -> None:
    report = Report()
    for _ in range(KEPT + 5):
        report.add(Kind.UNSIGNED)
    assert (len(report.findings), report.counts[Kind.UNSIGNED]) == (KEPT, KEPT + 5)
