"""The city in a real database: through every wall of the register, resumed, and recorded."""

import stat
from collections.abc import Callable
from contextlib import closing
from datetime import UTC, datetime
from fractions import Fraction
from pathlib import Path
from time import monotonic
from typing import Any

import psycopg
import pytest
from allauth.mfa.totp.internal.auth import validate_totp_code
from django.apps import apps

from kokunen.access.models import Staff
from kokunen.access.vault.cipher import keyring
from kokunen.demo import load, making, sign_ins, staff
from kokunen.demo.sheet import COLUMNS
from kokunen.postgres import secrets
from kokunen.postgres.roles import Role
from tests.office import Database

AT = datetime(2026, 11, 21, 3, 0, tzinfo=UTC)
SCALE = Fraction("0.002")


@pytest.fixture(autouse=True)
def _a_file_for_the_sign_ins(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sign_ins, "file", lambda: tmp_path / "demo-sign-in.txt")


def make(
    database: Database, scale: Fraction = SCALE, tell: Callable[[int], None] = lambda _: None
) -> making.Made:
    with database.django_as(Role.OWNER):
        return making.make(
            at=AT,
            scale=scale,
            seed=1,
            processes=1,
            start=lambda _population, _there: None,
            tell=tell,
            clock=monotonic,
        )


def counts(database: Database) -> dict[str, int]:
    with closing(database.owner()) as owner:
        return {
            table: int(str(owner.execute(f"SELECT count(*) FROM {table}").fetchone()[0]))  # type: ignore[index]  # noqa: S608 - a count has a row; our own names of tables
            for table in [*COLUMNS, "vault_my_number", "access_staff"]
        }


def test_the_columns_are_those_of_the_tables() -> None:
    models = {model._meta.db_table: model for model in apps.get_models()}
    for table, columns in COLUMNS.items():
        assert set(columns) == {field.column for field in models[table]._meta.concrete_fields}
    vault = models["vault_my_number"]._meta.concrete_fields
    assert set(load._VAULT) == {field.column for field in vault}


def test_the_city_comes_in_through_the_walls_with_one_line_of_record(database: Database) -> None:
    made = make(database)
    assert made.loaded.finished
    assert made.loaded.people == made.population == 1_211
    found = counts(database)
    assert found["people_person"] == found["vault_my_number"] == 1_211
    assert found["access_staff"] == 88  # 9 + 11 + 60, and one in each of eight other rooms
    with closing(database.owner()) as owner:
        lines = owner.execute("SELECT act, operation, outcome, person FROM audit_entry").fetchall()
        assert lines == [
            ("run", "demo.load", f"people=1211 rows={made.loaded.rows}", None),
        ]
        row = owner.execute(
            "SELECT person_id, nonce, ciphertext, blind FROM vault_my_number ORDER BY id LIMIT 1"
        ).fetchone()
        assert row is not None
        key = keyring(secrets.read("vault_keys")).current
        number = key.open(bytes(row[2]), person=row[0], nonce=bytes(row[1]))
        assert number.reveal().startswith("00000")
        assert key.blind(number) == bytes(row[3])
        # New rows follow the loaded ones.
        assert owner.execute(
            "SELECT nextval(pg_get_serial_sequence('people_name', 'id'))"
            " > (SELECT max(id) FROM people_name)"
        ).fetchone() == (True,)
    with closing(database.web()) as web:
        masked = web.execute(
            "SELECT count(*) FROM people_address WHERE person_id IN"
            " (SELECT person_id FROM protection_measure WHERE protection_covers(person_id))"
        ).fetchone()
        assert masked == (0,)
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            web.execute("SELECT * FROM demo.city")


def test_a_second_start_adds_nothing(database: Database) -> None:
    make(database)
    before, words = counts(database), sign_ins.read()
    told: list[int] = []
    make(database, tell=told.append)
    assert told == []
    assert counts(database) == before
    assert sign_ins.read() == words
    with closing(database.owner()) as owner:
        assert owner.execute("SELECT count(*) FROM audit_entry").fetchone() == (1,)


def test_interrupted_in_a_chunk_it_goes_on_and_ends_as_if_it_had_not_been(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    scale = Fraction("0.008")  # three chunks
    copied: list[str] = []
    real = load._copy

    def fails(connection: load.Connection, table: str, *given: Any) -> None:  # noqa: ANN401 - handed on
        copied.append(table)
        if copied.count("people_enrolment") == 2:
            raise KeyboardInterrupt
        real(connection, table, *given)

    monkeypatch.setattr(load, "_copy", fails)
    with pytest.raises(KeyboardInterrupt):
        make(database, scale)
    monkeypatch.setattr(load, "_copy", real)
    with closing(database.owner()) as owner:
        assert owner.execute("SELECT chunk FROM demo.progress").fetchall() == [(0,)]
        assert load.loaded(owner).people == counts(database)["people_person"]
        assert not load.loaded(owner).finished
    made = make(database, scale)
    assert made.loaded.people == made.population == 4_846
    with closing(database.owner()) as owner:
        city = load.mark(owner, day=AT.date(), scale=scale, seed=1)
    expected = dict.fromkeys(COLUMNS, 0)
    for index in range(city.chunks):
        for table, rows in city.chunk(index).rows.items():
            expected[table] += len(rows)
    assert {table: counts(database)[table] for table in expected} == expected


def test_a_database_with_people_and_no_mark_is_refused(database: Database) -> None:
    with closing(database.owner()) as owner, owner.transaction():
        owner.execute("INSERT INTO people_person VALUES (1, gen_random_uuid(), now())")
    with pytest.raises(load.UnableToLoadDemo, match="架空の市の印がなく"):
        make(database)
    assert counts(database)["people_person"] == 1
    assert counts(database)["access_staff"] == 0


def test_another_city_is_not_mixed_into_the_first(database: Database) -> None:
    make(database)
    with pytest.raises(load.UnableToLoadDemo, match=r"別の架空の市\(規模0.002、種1\)"):
        make(database, Fraction("0.003"))


def test_each_role_has_a_sign_in_whose_code_the_site_accepts(database: Database) -> None:
    make(database)
    found = sign_ins.read()
    assert len(found) == 11 == len({one.role for one in found})
    assert stat.S_IMODE(sign_ins.file().stat().st_mode) == 0o600
    for one in found[:3]:
        account = Staff.objects.get(staff_number=one.staff_number)
        assert account.check_password(one.password)
        code = sign_ins.code(one.staff_number.lower(), at=datetime.now(UTC))
        assert validate_totp_code(one.key, code)
    others = Staff.objects.exclude(staff_number__in=[one.staff_number for one in found])
    assert not any(one.has_usable_password() for one in others)


def test_sign_ins_that_were_lost_are_drawn_anew(database: Database) -> None:
    make(database)
    before = sign_ins.read()
    sign_ins.file().unlink()
    make(database)
    after = sign_ins.read()
    assert [one.staff_number for one in after] == [one.staff_number for one in before]
    assert not {one.password for one in after} & {one.password for one in before}
    account = Staff.objects.get(staff_number=after[0].staff_number)
    assert account.check_password(after[0].password)
    assert not account.check_password(before[0].password)


def test_nobody_has_a_code_without_a_sign_in() -> None:
    with pytest.raises(sign_ins.UnableToFindDemoStaff):
        sign_ins.code("D0001", at=AT)


def test_the_staff_are_as_many_as_printed() -> None:
    everyone = staff.staff(1)
    pension = [one for one in everyone if one.department == staff.PENSION]
    assert sum(one.branch == "00" for one in pension) == 9 + 11
    assert sum(one.branch != "00" for one in pension) == 60
    assert len({one.branch for one in pension}) == 8
    assert len({one.staff_number for one in everyone}) == len(everyone)
