from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING, Any
from uuid import uuid4

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from kokunen.access.domain import SEES, Field, Role
from kokunen.access.protection import operations as protection
from kokunen.access.protection.domain import Evidence, Ground
from kokunen.audit.domain import Occasion, UnableToRecord
from kokunen.people import candidates, codes, search
from kokunen.people.asked import UnableToSearchByMyNumber, understand
from kokunen.people.domain import (
    AddressValue,
    Hidden,
    IdentityValue,
    Masked,
    NameValue,
    NumberValue,
    PhoneValue,
)
from kokunen.people.operations import Stated, register_person
from kokunen.people.periods import Period

if TYPE_CHECKING:
    from collections.abc import Collection

    from kokunen.people.search import Hits
    from tests.office import Database

ALL = frozenset(Field)
AT = datetime(2026, 11, 24, 1, 30, tzinfo=UTC)
CLERK = Occasion(
    at=AT,
    staff=101,
    staff_number="K00101",
    department="PENSION",
    terminal="窓口1",
    purpose="consultation",
)
BORN = date(1980, 4, 1)


def register(
    number: int,
    name: str,
    kana: str,
    *,
    born: date = BORN,
    basic: str = "",
    old: str = "",
    phone: str = "",
    alias: str = "",
) -> int:
    facts = [
        Stated(fact=NameValue(name=name, kana=kana, alias=alias)),
        Stated(fact=IdentityValue(birth_date=born)),
        Stated(
            fact=AddressValue(city="架空市", town="本町", block=f"{number}番地"),
            valid=Period(start=date(2020, 4, 1)),
        ),
    ]
    if basic:
        facts.append(Stated(fact=NumberValue(number=basic)))
    if old:
        facts.append(Stated(fact=NumberValue(number=old, kind=codes.NumberKind.OLD)))
    if phone:
        facts.append(Stated(fact=PhoneValue(number=phone)))
    register_person(
        number=number,
        facts=facts,
        source=codes.Source.RESIDENT_REGISTER,
        occasion=CLERK,
        request_id=uuid4(),
    )
    return number


def protect(number: int) -> None:
    protection.register(
        person=number,
        ground=Ground.DV,
        on=date(2026, 11, 24),
        evidence=Evidence.POLICE,
        evidence_ref="第1号",
        occasion=replace(CLERK, purpose="protection", reason="申出"),
    )


def find(text: str, *, sees: Collection[Field] = ALL, limit: int = 20) -> Hits:
    return search.find(text=text, occasion=CLERK, sees=sees, limit=limit)


def numbers(text: str, *, sees: Collection[Field] = ALL) -> list[int]:
    return [hit.number for hit in find(text, sees=sees)]


def entries(database: Database) -> list[tuple[Any, ...]]:
    with database.owner() as owner:
        return owner.execute(
            "SELECT person, act, shown, outcome, shown_name, shown_birth_date, shown_address"
            " FROM audit_entry WHERE operation = 'people.find' ORDER BY id"
        ).fetchall()


@pytest.fixture
def town(database: Database) -> Database:
    register(11, "髙橋　花子", "ﾀｶﾊｼ ﾊﾅｺ", basic="1234567890", phone="090-1234-5678")
    register(12, "高橋　一郎", "タカハシ イチロウ", born=date(1975, 1, 2), old="12-34567")
    register(13, "高橋田　実", "タカハシダ ミノル", born=date(1990, 5, 5))
    register(14, "NGUYEN VAN AN", "グエン ヴァン アン", alias="高井　安")
    register(15, "大野　進", "オオノ ススム", phone="+81 3 1111 2222")
    return database


@pytest.mark.usefixtures("town")
@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("高橋 花子", [11]),
        ("花子　髙橋", [11]),
        ("高橋", [12, 11, 13]),  # the surname itself before a longer one; then by kana
        ("たかはし", [12, 11, 13]),
        ("ﾀｶﾊｼﾀﾞ", [13]),
        ("高 一", [12]),
        ("takahashi hanako", [11]),
        ("OHNO", [15]),
        ("Ōno Susumu", [15]),
        ("an nguyễn", [14]),
        ("グエン・アン", [14]),
        ("高井", [14]),
        ("昭和55年4月1日", [15, 14, 11]),
        ("高橋 昭和50年1月2日", [12]),
        ("高橋 S55.4.1", [11]),
        ("1234-567890", [11]),
        ("12-34567", [12]),
        ("０９０ー１２３４ー５６７８", [11]),
        ("03-1111-2222", [15]),
        ("13", [13]),
        ("高橋 13", [13]),
        ("佐藤", []),
        ("花子 S60.1.1", []),
    ],
)
def test_people_are_found(text: str, expected: list[int]) -> None:
    assert numbers(text) == expected


@pytest.mark.usefixtures("town")
def test_a_hit_shows_what_was_received_and_why() -> None:
    (hit,) = find("ﾀｶﾊｼ S55.4.1")
    assert (hit.name, hit.kana, hit.birth_date) == ("髙橋　花子", "ﾀｶﾊｼ ﾊﾅｺ", BORN)
    assert hit.address == "架空市本町11番地"
    assert hit.why == "カナ氏名の一部の一致: タカハシ、生年月日 昭和55年4月1日"
    assert not hit.protected


@pytest.mark.usefixtures("town")
def test_what_a_role_does_not_see_is_hidden_and_finds_nobody() -> None:
    health = SEES[Role.HEALTH]
    (hit,) = find("11", sees=health)
    assert (hit.name, hit.kana, hit.address) == ("髙橋　花子", Hidden(), Hidden())
    assert numbers("0311112222", sees=ALL - {Field.PHONE}) == []
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM people_search_key WHERE kind = 'phone'")
        assert cursor.fetchone() == (2,)


def test_more_than_the_limit_is_said(database: Database) -> None:
    del database
    givens = ("アキ", "イチ", "ウメ", "エミ", "オサム", "カズ", "キミ")
    for number, given in enumerate(givens, start=1):
        register(number, "佐藤　" + "一二三四五六七"[number - 1], f"サトウ {given}")
    assert numbers("サトウオサム") == numbers("サトウ オサム") == numbers("osamu satoh") == [5]
    hits = find("佐藤", limit=5)
    assert [hit.number for hit in hits] == [1, 2, 3, 4, 5]
    assert hits.more
    assert not find("佐藤", limit=7).more
    assert len(find("サ", limit=0)) == 1


def test_each_person_shown_is_one_line_of_the_record_without_the_text(town: Database) -> None:
    assert numbers("高橋 S50.1.2") == [12]
    assert numbers("たかはしはなこ", sees=frozenset({Field.NAME})) == [11]
    assert entries(town) == [
        (
            12,
            "read",
            ["address", "birth_date", "kana", "name"],
            "birth_date+name",
            True,
            True,
            True,
        ),
        (11, "read", ["name"], "name", True, False, False),
    ]
    with town.owner() as owner:
        rows = owner.execute("SELECT audit_entry::text FROM audit_entry").fetchall()
    recorded = " ".join(row for (row,) in rows)
    assert not any(text in recorded for text in ("高橋", "たかはし", "1975", "S50"))


def test_without_a_purpose_nobody_is_shown(town: Database) -> None:
    with pytest.raises(UnableToRecord):
        search.find(text="高橋", occasion=replace(CLERK, purpose=""), sees=ALL)
    assert entries(town) == []


def test_an_individual_number_is_refused_before_the_database(town: Database) -> None:
    with pytest.raises(UnableToSearchByMyNumber):
        find("1234 5678 9018")
    assert entries(town) == []


@pytest.fixture
def protected(town: Database) -> Database:
    register(
        21,
        "高橋　和子",
        "タカハシ カズコ",
        basic="1111222233",
        old="98-76543",
        phone="080-9999-8888",
    )
    protect(21)
    return town


@pytest.mark.usefixtures("protected")
@pytest.mark.parametrize(
    "text", ["1111-222233", "21", "高橋 和子", "和子 髙橋", "たかはしかずこ", "高橋和子 S55.4.1"]
)
def test_a_protected_person_is_found_by_whole_name_or_number_and_shown_by_name_only(
    text: str,
) -> None:
    (hit,) = find(text)
    assert (hit.number, hit.name, hit.protected) == (21, "高橋　和子", True)
    assert (hit.kana, hit.birth_date, hit.address) == (Masked(), Masked(), Masked())


@pytest.mark.usefixtures("protected")
@pytest.mark.parametrize(
    "text",
    [
        "高橋",
        "和子",
        "高橋 和",
        "たかはしかず",
        "たかはし か",
        "S55.4.1",
        "高橋 S55.4.1",
        "08099998888",
        "和子 08099998888",
        "高橋和子 08099998888",
        "98-76543",
        "9876543",
        "高橋和子 98-76543",
    ],
)
def test_a_protected_person_is_not_found_otherwise(text: str) -> None:
    assert 21 not in numbers(text)


def test_the_record_says_that_only_the_name_and_the_mark_were_shown(protected: Database) -> None:
    find("21")
    assert entries(protected) == [
        (21, "read", ["name", "protection"], "number", True, False, False)
    ]


def test_the_database_itself_hides_the_sealed_keys(protected: Database) -> None:
    sealed = "SELECT kind FROM people_search_key WHERE person_id = 21 AND kind IN {} ORDER BY kind"
    with protected.web() as web:
        kinds = "('phone', 'old_number')"
        assert web.execute(sealed.format(kinds)).fetchall() == []
        assert (
            web.execute("SELECT FROM people_search_key WHERE key = '08099998888'").fetchall() == []
        )
        assert web.execute(sealed.format("('number')")).fetchall() == [("number",)]
    with protected.owner() as owner:
        assert owner.execute(sealed.format(kinds)).fetchall() == [("old_number",), ("phone",)]


@pytest.mark.usefixtures("town")
def test_every_question_is_answered_by_the_index() -> None:
    """With sequential scans made dear, a plan that still has one could not use an index."""
    texts = ["高橋", "サ", "takahashi hanako", "高橋 S50.1.2", "1234567890", "09012345678", "高 一"]
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off")
        with CaptureQueriesContext(connection) as captured:
            for text in texts:
                candidates.people(understand(text), most=21)
        plans = []
        for query in captured.captured_queries:
            cursor.execute(f"EXPLAIN {query['sql']}")
            plans.append("\n".join(line for (line,) in cursor.fetchall()))
    assert len(plans) > len(texts)
    assert not [plan for plan in plans if "Seq Scan" in plan]
    assert all("people_search_key_by_key" in plan for plan in plans)
