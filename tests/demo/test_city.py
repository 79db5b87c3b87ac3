"""The invented city, counted from its rows by other means than those that made it."""

import hashlib
import os
import re
import subprocess
import sys
from collections import Counter, defaultdict
from collections.abc import Iterator
from datetime import date
from fractions import Fraction
from functools import cache
from typing import Any

import pytest
from stdnum.jp import in_

from kokunen.demo.city import CHUNK, City, UnableToMakeCity
from kokunen.demo.figures import apportion, kinds, scaled
from kokunen.demo.protected import State
from kokunen.demo.sheet import COLUMNS, MOST_ROWS

DAY = date(2026, 11, 21)
# As printed in ねんきん最前線 市区町村VOICE Vol.76, written down here a second time.
PRINTED: dict[str, int | Fraction] = {
    "people": 605_711,
    "20-59": 334_701,
    "65+": 137_871,
    "category 1": 78_288,
    "voluntary": 940,
    "exempt": 24_177,
    "statutory": 4_747,
    "full": 7_189,
    "partial": 1_661,
    "deferral": 2_614,
    "student": 7_966,
    "老齢": 120_749,
    "老齢基礎年金": 20_138,
    "老齢基礎年金・老齢厚生年金": 100_611,
    "障害": 5_428,
    "障害基礎年金": 1_428,
    "障害基礎年金(20歳前傷病)": 2_818,
    "障害基礎年金・障害厚生年金": 1_182,
    "遺族": 760,
    "遺族基礎年金": 123,
    "遺族基礎年金・遺族厚生年金": 637,
    "foreign": 37_000,
    "CHN": Fraction(37_000 * 2, 3),
}
PARTIAL = {"three_quarters", "half", "one_quarter"}


@cache
def city(scale: str, seed: int = 1) -> City:
    return City(day=DAY, scale=Fraction(scale), seed=seed, clerks=(1, 2, 3))


@cache
def rows(scale: str) -> dict[str, list[dict[str, Any]]]:
    """Every row of a city, with the names of its columns."""
    made = city(scale)
    found: dict[str, list[dict[str, Any]]] = defaultdict(list)
    for index in range(made.chunks):
        for table, tuples in made.chunk(index).rows.items():
            found[table] += [dict(zip(COLUMNS[table], row, strict=True)) for row in tuples]
    return found


def holds(valid: str, day: date) -> bool:
    start, end = valid.strip("[)").split(",")
    return (not start or start <= day.isoformat()) and (not end or day.isoformat() < end)


def now(scale: str, table: str) -> Iterator[dict[str, Any]]:
    """What stands on the day of the city."""
    return (
        row
        for row in rows(scale)[table]
        if row["superseded_at"] is None and holds(row["valid"], DAY)
    )


def years(birth: date) -> int:
    return DAY.year - birth.year - ((DAY.month, DAY.day) < (birth.month, birth.day))


def counted(scale: str) -> Counter[str]:
    found: Counter[str] = Counter()
    found["people"] = len(rows(scale)["people_person"])
    for row in now(scale, "people_identity"):
        age = years(row["birth_date"])
        found["20-59"] += 20 <= age < 60
        found["65+"] += age >= 65
    for row in now(scale, "people_enrolment"):
        found["category 1"] += row["category"] in ("category_1", "voluntary")
        found["voluntary"] += row["category"] == "voluntary"
    for row in now(scale, "people_exemption"):
        if row["outcome"] == "approved":
            found["exempt"] += 1
            found["partial" if row["kind"] in PARTIAL else row["kind"]] += 1
    words = {"old_age": "老齢", "disability": "障害", "survivor": "遺族"}
    for row in now(scale, "people_claim"):
        found[words[row["kind"]]] += 1
        found[row["claim_type"]] += 1
    for row in now(scale, "people_register"):
        found["foreign"] += row["residency"] == "foreign"
    for row in now(scale, "people_foreign"):
        found[row["nationality_code"]] += 1
    return found


@pytest.mark.parametrize("scale", ["0.002", "0.01", "0.03"])
def test_each_printed_figure_is_met_at_scale(scale: str) -> None:
    found = counted(scale)
    wrong = {
        name: (found[name], float(printed * Fraction(scale)))
        for name, printed in PRINTED.items()
        if abs(found[name] - printed * Fraction(scale)) >= 1
    }
    assert wrong == {}


def test_at_full_scale_the_kinds_are_the_printed_figures_exactly() -> None:
    found: Counter[str] = Counter()
    for kind, number in kinds(scaled(Fraction(1))).items():
        found["people"] += number
        found["20-59"] += number * (kind.ages == "20_59")
        found["65+"] += number * (kind.ages == "65")
        found["category 1"] += number * (kind.category in ("1", "voluntary"))
        found["voluntary"] += number * (kind.category == "voluntary")
        found["exempt"] += number * bool(kind.exemption)
        found["partial" if kind.exemption in PARTIAL else kind.exemption] += number
        found[kind.pension] += number
        found["foreign"] += number * kind.foreign
    names = {
        "老齢基礎年金": "old_age_basic",
        "老齢基礎年金・老齢厚生年金": "old_age_employee",
        "障害基礎年金": "disability_contributory",
        "障害基礎年金(20歳前傷病)": "disability_before_20",
        "障害基礎年金・障害厚生年金": "disability_employee",
        "遺族基礎年金": "survivor_contributory",
        "遺族基礎年金・遺族厚生年金": "survivor_employee",
    }
    sums = {"老齢", "障害", "遺族", "CHN"}
    printed = {
        names.get(name, name): number for name, number in PRINTED.items() if name not in sums
    }
    assert {name: found[name] for name in printed} == printed
    assert 4_747 + 7_189 + 1_661 + 2_614 + 7_966 == 24_177
    assert scaled(Fraction(1)).nations["CHN"] == 24_667


def test_at_full_scale_the_chunks_share_every_kind_without_rest() -> None:
    whole = city("1")
    for kind, total in whole.kinds.items():
        shares = [whole._share(kind, total, index) for index in range(whole.chunks + 1)]
        assert shares == sorted(shares)
        assert (shares[0], shares[-1]) == (0, total)


def test_a_chunk_stays_small_whatever_the_size_of_the_city() -> None:
    chunk = city("1").chunk(150)
    assert abs(chunk.people - CHUNK) <= 50
    assert all(len(found) <= chunk.people * MOST_ROWS for found in chunk.rows.values())


def digest(seed: int) -> str:
    made = city("0.004", seed)
    found = hashlib.sha256()
    for index in range(made.chunks):
        chunk = made.chunk(index)
        found.update(repr((chunk.rows, chunk.my_numbers)).encode())
    return found.hexdigest()


def test_the_same_seed_gives_the_same_city_in_another_program_too() -> None:
    program = "from tests.demo.test_city import digest; print(digest(1))"
    other = subprocess.run(
        [sys.executable, "-c", program],
        env=os.environ | {"PYTHONHASHSEED": "7"},
        check=True,
        capture_output=True,
        text=True,
    )
    assert other.stdout.strip() == digest(1)
    assert digest(2) != digest(1)


@pytest.mark.parametrize("scale", ["0", "0.0009", "1.01", "-1"])
def test_no_city_is_made_out_of_scale(scale: str) -> None:
    with pytest.raises(UnableToMakeCity):
        City(day=DAY, scale=Fraction(scale))


def test_nobody_can_have_the_numbers() -> None:
    made = city("0.01")
    numbers = [
        number for index in range(made.chunks) for _, number, _ in made.chunk(index).my_numbers
    ]
    assert len(set(numbers)) == made.population
    assert all(in_.is_valid(number) and number.startswith("00000") for number in numbers)
    phones = [row["number"] for row in rows("0.01")["people_phone"]]
    assert phones
    assert [
        one for one in phones if not re.fullmatch(r"(0[789]0-0\d{3}|049-0\d\d)-\d{4}", one)
    ] == []
    codes = {row["postal_code"] for row in rows("0.01")["people_address"]}
    assert [one for one in codes if one and not one.startswith("000")] == []
    basic = [
        row["number"] for row in now("0.01", "people_basic_number") if row["kind"] == "current"
    ]
    assert len(set(basic)) == len(basic) > 4_000
    assert {one[:4] for one in basic} == {"0000", "9700"}


def test_protection_measures_stand_in_every_state() -> None:
    found = rows("0.01")
    measures = {row["id"]: row["person_id"] for row in found["protection_measure"]}
    assert len(measures) == 36
    checked = {row["step_id"]: row["accepted"] for row in found["protection_check"]}
    steps: dict[str, list[tuple[str, Any, bool | None]]] = defaultdict(list)
    for row in found["protection_step"]:
        steps[row["measure_id"]].append((row["kind"], row["ends"], checked.get(row["id"])))
    states = Counter(
        tuple((kind, ends is not None and ends < DAY, ok) for kind, ends, ok in one)
        for one in steps.values()
    )
    assert len(states) == len(State) - 1  # running and renewable differ by their dates alone
    assert set(states.values()) == {4, 8}
    links = {row["person_id"]: row for row in found["protection_number_link"]}
    assert len(links) == 18
    current = {row["person_id"]: row["number"] for row in now("0.01", "people_basic_number")}
    assert all(current[person] == row["new_number"] for person, row in links.items())
    # The number of before stands in the sealed table and nowhere else.
    elsewhere = {row["number"] for row in found["people_basic_number"]}
    elsewhere |= {row["key"] for row in found["people_search_key"]}
    assert not elsewhere & {row["old_number"] for row in links.values()}
    assert found["protection_member"]


def test_households_are_of_the_kinds_that_a_register_has() -> None:
    members = defaultdict(list)
    births = {row["person_id"]: row["birth_date"] for row in now("0.01", "people_identity")}
    for row in now("0.01", "people_membership"):
        members[row["household_id"]].append(row)
    assert all(sum(row["head"] for row in one) == 1 for one in members.values())
    assert 1.8 < sum(map(len, members.values())) / len(members) < 2.4
    kinds_of = Counter(
        tuple(sorted({row["relationship"] for row in one} - {"世帯主"})) for one in members.values()
    )
    for kind in [(), ("妻",), ("夫",), ("子",), ("妻", "子"), ("夫", "子")]:
        assert kinds_of[tuple(sorted(kind))] > 5
    parents = Counter[bool]()
    for one in members.values():
        head = next(births[row["person_id"]] for row in one if row["head"])
        assert years(head) >= 20
        parents.update(
            births[row["person_id"]].year - head.year >= 17
            for row in one
            if row["relationship"] == "子"
        )
    assert parents[False] < 0.01 * parents[True]


def test_a_correction_leaves_what_was_known_before() -> None:
    for table in ("people_name", "people_address"):
        by_id = {row["id"]: row for row in rows("0.01")[table]}
        gone = [row for row in by_id.values() if row["superseded_at"] is not None]
        assert len(gone) > 10
        for row in gone:
            follower = by_id[row["superseded_by_id"]]
            assert follower["person_id"] == row["person_id"]
            assert follower["valid"] == row["valid"]
            assert row["recorded_at"] < row["superseded_at"] == follower["recorded_at"]
            assert follower["recorded_by"] in (1, 2, 3)
    checks = {row["entry_id"]: row for row in rows("0.01")["people_check"]}
    made = [row for row in rows("0.01")["people_entry"] if row["recorded_by"]]
    assert 0 < len(checks) < len(made)  # some still wait for the second person
    assert all(row["checked_by"] != row["recorded_by"] for row in checks.values())


def test_names_hold_what_a_register_of_today_has_to_hold() -> None:
    names = [row["name"] for row in rows("0.03")["people_name"]]
    for rare in ("𠮷", "髙", "﨑", "濵", "\U000e0100", "\U000e0101"):
        assert any(rare in name for name in names), rare
    surnames = Counter(name.split("\u3000")[0] for name in names)
    assert surnames["佐藤"] > surnames["三浦"] > 0
    foreign = [row for row in rows("0.03")["people_name"] if row["latin"]]
    assert all(re.fullmatch(r"[A-Z ]+", row["latin"]) and row["kana"] for row in foreign)
    assert any(row["alias"] and row["alias_kana"] for row in foreign)
    # People of one name and nearly one age, whom a search must tell apart.
    births = {row["person_id"]: row["birth_date"] for row in rows("0.03")["people_identity"]}
    same = Counter(
        (row["name"], births[row["person_id"]].year) for row in rows("0.03")["people_name"]
    )
    assert max(same.values()) > 1


def test_nothing_is_recorded_after_the_day_or_before_it_was_known() -> None:
    for table, found in rows("0.002").items():
        for row in found:
            for name in ("recorded_at", "superseded_at", "entered_at", "checked_at", "created_at"):
                if row.get(name) is not None:
                    assert row[name].date() <= DAY, (table, row)


def test_incomes_are_those_of_applicants_and_their_households_alone() -> None:
    asked = {
        row["person_id"] for row in now("0.01", "people_exemption") if row["kind"] != "statutory"
    }
    home = {row["person_id"]: row["household_id"] for row in now("0.01", "people_membership")}
    homes = {home[person] for person in asked}
    incomes = rows("0.01")["people_income"]
    assert incomes
    assert all(home[row["person_id"]] in homes for row in incomes)
    assert any(row["total"] is None for row in incomes)  # undeclared is not zero


def test_a_total_is_divided_without_rest() -> None:
    assert apportion(10, [1, 1, 1]) == [4, 3, 3]
    assert apportion(10, [1, 1, 1], caps=[2, 9, 9]) == [2, 4, 4]
    assert apportion(3, [0, 1], caps=[5, 1]) == [2, 1]
    assert apportion(0, [1, 2]) == [0, 0]
    with pytest.raises(ValueError, match="does not fit"):
        apportion(4, [1, 1], caps=[1, 2])
