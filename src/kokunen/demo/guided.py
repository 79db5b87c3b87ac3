"""A household made for a newcomer's first case: docs/walks/first-case.md tells it step by step.

He left his job in the summer, and nobody has received his application yet. The tax office knows
the incomes of both, so that the law can say something as soon as there is a case.
"""

from __future__ import annotations

from dataclasses import asdict
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any, Final

from psycopg import sql

from kokunen.demo import grants
from kokunen.demo.desk import by_program, request
from kokunen.demo.insurance import basic_number
from kokunen.demo.places import CITY, MUNICIPALITY_CODE, PREFECTURE
from kokunen.demo.sheet import period
from kokunen.people import operations
from kokunen.people.codes import (
    Category,
    NumberKind,
    Residency,
    Sex,
    Source,
)
from kokunen.people.domain import (
    AddressValue,
    EnrolmentValue,
    IdentityValue,
    MembershipValue,
    NameValue,
    NumberValue,
    PhoneValue,
    RegisterValue,
)
from kokunen.people.operations import Stated
from kokunen.people.periods import Period

if TYPE_CHECKING:
    from datetime import datetime

    from kokunen.demo.load import Connection

HUSBAND, WIFE, CHILD = 19_000_001, 19_000_002, 19_000_003
_HOUSEHOLD: Final = 59_000_001
_MOVED: Final = date(2019, 4, 1)
FIRST_CASE: Final = (
    "初木 歩(はつき あゆむ)さんが、免除の申請書を持って窓口で待っています"
    "(歩き方: docs/walks/first-case.md)。"
)


def left_job(day: date) -> date:
    """Return his last day of work: the last of a month, some two months ago."""
    return (day - timedelta(days=60)).replace(day=1) - timedelta(days=1)


def settle(day: date, *, seed: int, at: datetime) -> None:
    """Register the household: he is insured since he left his job, she earns a little."""
    left = left_job(day) + timedelta(days=1)
    family = (
        (HUSBAND, "初木　歩", "ハツキ　アユム", date(1988, 5, 12), Sex.MALE, "世帯主"),
        (WIFE, "初木　灯", "ハツキ　トモリ", date(1990, 9, 3), Sex.FEMALE, "妻"),
        (CHILD, "初木　芽衣", "ハツキ　メイ", date(2021, 2, 20), Sex.FEMALE, "子"),
    )
    for number, name, kana, birth, sex, relation in family:
        since = Period(start=max(_MOVED, birth))
        facts = [
            Stated(fact=NameValue(name=name, kana=kana)),
            Stated(fact=IdentityValue(birth_date=birth, sex=sex)),
            Stated(fact=RegisterValue(residency=Residency.JAPANESE), valid=since),
            Stated(
                fact=MembershipValue(
                    household=_HOUSEHOLD, head=number == HUSBAND, relationship=relation
                ),
                valid=since,
            ),
            Stated(fact=_ADDRESS, valid=since),
        ]
        if number != CHILD:
            facts += _insured(number, birth, left, seed)
        operations.register_person(
            number=number,
            facts=facts,
            source=Source.RESIDENT_REGISTER,
            occasion=by_program(at),
            request_id=request("guided", number),
        )


_ADDRESS: Final = AddressValue(
    postal_code="0000001",
    municipality_code=MUNICIPALITY_CODE,
    prefecture=PREFECTURE,
    city=CITY,
    town="澄野本町1丁目",
    block="1番1号",
)


def _insured(number: int, birth: date, left: date, seed: int) -> list[Stated]:
    """Return the insurance: he was employed until he left, she has been in category 1 since 20."""
    adult = birth.replace(year=birth.year + 20) - timedelta(days=1)
    # Of a serial that no city reaches.
    basic = NumberValue(kind=NumberKind.CURRENT, number=basic_number(900_000 + number % 10, seed))
    phone = PhoneValue(number=f"090-0000-{number % 10_000:04}")
    first = EnrolmentValue(category=Category.CATEGORY_1, acquired_cause="20歳到達")
    found = [Stated(fact=basic, valid=Period(start=adult)), Stated(fact=phone)]
    if number == WIFE:
        return [*found, Stated(fact=first, valid=Period(start=adult))]
    work = date(2011, 4, 1)
    second = EnrolmentValue(category=Category.CATEGORY_2, acquired_cause="厚生年金加入")
    third = EnrolmentValue(category=Category.CATEGORY_1, acquired_cause="退職")
    return [
        *found,
        Stated(fact=first, valid=Period(start=adult, end=work)),
        Stated(fact=second, valid=Period(start=work, end=left)),
        Stated(fact=third, valid=Period(start=left)),
    ]


def declare(connection: Connection, day: date, *, at: datetime) -> None:
    """Put the incomes in, as the load does: as the owner, for the tax office tells them in bulk."""
    year = grants.cycle("exemption", day)
    key = request("guided", "incomes")
    with connection.transaction():
        made = connection.execute(
            "INSERT INTO people_entry (request_id, operation, recorded_at, recorded_by, reason,"
            " rows) VALUES (%s, 'demo.load', %s, 0, '架空の所得', '[]') ON CONFLICT DO NOTHING",
            [key, at],
        )
        if not made.rowcount:
            return
        incomes = (
            (HUSBAND, grants.declared(year, 3_100_000, spouse=True, young=1,
                                      social_insurance=380_000)),
            (WIFE, grants.declared(year, 380_000)),
        )  # fmt: skip
        for person, income in incomes:
            own = asdict(income)
            fact: dict[str, Any] = {
                "person_id": person,
                "valid": period(date(year, 4, 1), date(year + 1, 4, 1)),
                "source": "tax",
                "source_ref": "",
                "entry_id": key,
                "recorded_at": at,
                "recorded_by": 0,
                **own,
            }
            statement = sql.SQL("INSERT INTO people_income ({}) VALUES ({})").format(
                sql.SQL(", ").join(map(sql.Identifier, fact)),
                sql.SQL(", ").join(sql.Placeholder() * len(fact)),
            )
            connection.execute(statement, list(fact.values()))
