"""Integrated numbers: assigned with the first My Number, one for a person, hidden in the rows."""

from __future__ import annotations

import base64
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

import pytest
from stdnum.jp import in_

from kokunen.linkage import integration
from kokunen.linkage.domain import Code, Residence, UnableToUsePlatform
from kokunen.postgres import home, secrets
from kokunen.postgres.roles import Role
from tests.linkage.city import occasion

if TYPE_CHECKING:
    from tests.linkage.city import City

RESIDENT, OTHER = Residence.RESIDENT, Residence.NON_RESIDENT


def my_number(stem: int) -> str:
    body = f"{stem:011d}"
    return body + str(in_.calc_check_digit(body))


def test_the_same_my_number_from_two_systems_is_one_person(city: City) -> None:
    pension, register = city.system("pension"), city.system("register")
    first = pension.integrate(local_number="10", residence=OTHER, my_number=my_number(10))
    second = register.integrate(local_number="77", residence=RESIDENT, my_number=my_number(10))
    assert first is not None
    assert first == second
    assert len(first) == 15
    again = pension.integrate(local_number="10", residence=OTHER, my_number=my_number(10))
    assert again == first
    assert city.rows(
        "SELECT system_id, residence FROM linkage_local_number JOIN linkage_subject s"
        " ON s.id = subject_id WHERE number = %s ORDER BY 1",
        first,
    ) == [("pension", "non_resident"), ("register", "resident")]


def test_without_a_my_number_a_local_number_waits_and_is_linked_later(city: City) -> None:
    pension = city.system("pension")
    assert pension.integrate(local_number="20", residence=OTHER) is None
    assert pension.integrate(local_number="20", residence=OTHER) is None
    number = pension.integrate(local_number="20", residence=RESIDENT, my_number=my_number(20))
    assert number is not None
    assert pension.integrate(local_number="20", residence=RESIDENT) == number
    assert city.rows(
        "SELECT residence, linked_at IS NOT NULL FROM linkage_local_number"
        " WHERE local_number = '20'"
    ) == [("resident", True)]


@pytest.mark.parametrize("wrong", [my_number(30)[:-1] + "x", my_number(30)[1:], "000000000001"])
def test_a_wrong_check_digit_is_refused_and_nothing_is_kept(city: City, wrong: str) -> None:
    before = city.count("linkage_refusal")
    with pytest.raises(UnableToUsePlatform) as refused:
        city.system("pension").integrate(local_number="30", residence=OTHER, my_number=wrong)
    expected = Code.MALFORMED if "x" in wrong else Code.CHECK_DIGIT
    assert refused.value.reason == expected
    assert city.refusals(before) == [("pension", "/v1/numbers", expected)]
    assert city.rows("SELECT 1 FROM linkage_local_number WHERE local_number = '30'") == []


def test_another_my_number_is_refused_unless_it_is_said_to_have_changed(city: City) -> None:
    pension = city.system("pension")
    number = pension.integrate(local_number="40", residence=RESIDENT, my_number=my_number(40))
    other = pension.integrate(local_number="41", residence=RESIDENT, my_number=my_number(41))
    assert other != number
    for given, replaces in ((42, False), (41, False), (41, True)):
        with pytest.raises(UnableToUsePlatform) as refused:
            pension.integrate(
                local_number="40",
                residence=RESIDENT,
                my_number=my_number(given),
                replaces=replaces,
            )
        assert refused.value.reason == Code.DIFFERS
    assert number == pension.integrate(
        local_number="40", residence=RESIDENT, my_number=my_number(42), replaces=True
    )
    # What the person had before finds nobody else, and not this person either.
    for local in ("40", "43"):
        with pytest.raises(UnableToUsePlatform) as refused:
            pension.integrate(local_number=local, residence=RESIDENT, my_number=my_number(40))
        assert refused.value.reason == Code.DIFFERS
    assert city.rows(
        "SELECT count(*), count(ended_at) FROM linkage_sealed_number n"
        " JOIN linkage_subject s ON s.id = n.subject_id WHERE s.number = %s",
        number,
    ) == [(2, 1)]


def test_many_at_once_bring_one_person_one_number(city: City) -> None:
    def bring(one: int) -> str | None:
        system = "pension" if one % 2 else "register"
        return city.system(system).integrate(
            local_number=f"5{one}", residence=RESIDENT, my_number=my_number(50)
        )

    with ThreadPoolExecutor(8) as pool:
        found = set(pool.map(bring, range(16)))
    assert len(found) == 1
    ((errands,),) = city.rows(
        "SELECT count(*) FROM linkage_errand e JOIN linkage_subject s ON s.id = e.subject_id"
        " WHERE number = %s AND kind = 'register'",
        found.pop(),
    )
    assert errands == 1


def test_no_my_number_stands_anywhere_in_the_clear(city: City) -> None:
    number = my_number(60)
    integrated = city.system("pension").integrate(
        local_number="60", residence=RESIDENT, my_number=number
    )
    assert integrated is not None
    tables = [
        name
        for (name,) in city.rows(
            "SELECT relname FROM pg_class WHERE relkind = 'r' AND (relname LIKE 'linkage%%'"
            " OR relname LIKE 'audit%%')"
        )
    ]
    assert len(tables) > 10
    for table in tables:
        held = str(city.rows(f"SELECT t::text FROM {table} t"))  # noqa: S608 - names from the catalogue
        assert number not in held, table
        assert number.encode().hex() not in held, table
        if table.startswith("audit"):
            assert integrated not in held
    assert number not in city.log.read_text()
    assert city.rows(
        "SELECT length(blind), length(ciphertext), length(nonce) FROM linkage_sealed_number LIMIT 1"
    ) == [(32, 28, 12)]
    assert (home.folder() / "secrets" / "linkage_keys").read_text() != (
        home.folder() / "secrets" / "vault_keys"
    ).read_text()


def test_an_accepted_message_is_recorded_with_the_rows_it_touched(city: City) -> None:
    city.system("pension").integrate(local_number="70", residence=RESIDENT, my_number=my_number(70))
    ((act, operation, staff, changes),) = city.rows(
        "SELECT act, operation, staff_number, changes FROM audit_entry ORDER BY id DESC LIMIT 1"
    )
    assert (act, operation, staff) == ("write", "linkage.numbers", "system pension")
    assert {change[0] for change in changes} == {"linkage_local_number", "linkage_sealed_number"}


def test_a_new_key_finds_the_old_numbers_and_replaces_the_old_key(city: City) -> None:
    pension, register = city.system("pension"), city.system("register")
    pension.integrate(local_number="79", residence=RESIDENT, my_number=my_number(79))
    number = pension.integrate(local_number="80", residence=RESIDENT, my_number=my_number(80))
    old = secrets.read("linkage_keys").decode()
    new = f"k2 {base64.b64encode(bytes(range(32))).decode()}"
    try:
        secrets.write("linkage_keys", f"{old}\n{new}")
        assert number == register.integrate(
            local_number="80", residence=RESIDENT, my_number=my_number(80)
        )
        pension.integrate(local_number="81", residence=RESIDENT, my_number=my_number(81))
        ((row,),) = city.rows("SELECT min(id) FROM linkage_sealed_number")
        with city.database.owner() as owner:
            owner.execute("UPDATE linkage_sealed_number SET nonce = ''::bytea WHERE id = %s", [row])
        with city.database.django_as(Role.LINKAGE):
            done = list(integration.rotate(at=occasion().at, size=2))
        assert sum(broken for _, broken in done) == 1
        assert city.rows("SELECT id FROM linkage_sealed_number WHERE key <> 'k2'") == [(row,)]
        secrets.write("linkage_keys", new)
        assert number == pension.integrate(
            local_number="82", residence=RESIDENT, my_number=my_number(80)
        )
    finally:
        secrets.write("linkage_keys", f"{new}\n{old}")
