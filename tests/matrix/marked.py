"""Two invented people whose every field carries a marker, and what a response shows of them.

One is ordinary, one is under 支援措置. A marker is a text (or a pattern, where the register has
only codes) that stands in a response only when the field is shown.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, Final
from uuid import UUID, uuid4

from django.utils import timezone

from kokunen.access.domain import HELD_IN, Field, Kind, Role
from kokunen.access.models import Staff
from kokunen.access.openings import operations as openings
from kokunen.access.openings.domain import Kind as Sealed
from kokunen.access.protection import operations as protection
from kokunen.access.protection.domain import Evidence, Ground
from kokunen.access.vault import operations as vault
from kokunen.access.vault.domain import IndividualNumber
from kokunen.audit.domain import Occasion
from kokunen.cases import operations as cases
from kokunen.cases.domain import Channel, Receipt
from kokunen.dates.tokyo import day_of
from kokunen.people import operations as people
from kokunen.people.codes import (
    AddressKind,
    Category,
    ClaimKind,
    Exemption,
    NumberKind,
    Residency,
    Sex,
    Source,
    Stop,
)
from kokunen.people.domain import (
    AdditionalValue,
    AddressValue,
    ClaimValue,
    EnrolmentValue,
    ExemptionValue,
    ForeignValue,
    IdentityValue,
    IncomeValue,
    MembershipValue,
    NameValue,
    NumberValue,
    PhoneValue,
    RegisterValue,
    StopValue,
)
from kokunen.people.operations import Stated
from kokunen.people.periods import Period
from kokunen.people.queries import key_of
from kokunen.postgres.roles import Role as DatabaseRole
from tests.matrix import exchanged
from tests.people.register import within_case
from tests.web import rooms

if TYPE_CHECKING:
    from collections.abc import Mapping

    from tests.matrix.exchanged import Exchanged

LONG_AGO: Final = Period(start=date(2012, 4, 1))
CASE: Final = 77


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """An invented person; ``mark`` begins every text that was made up for this person alone."""

    number: int
    mark: str
    name: str
    kana: str
    latin: str
    sex: Sex
    born: date
    residency: Residency
    household: int
    phone: str
    basic_number: str
    old_number: str
    exempt_since: date
    claimed_on: date
    income: int
    my_number: str
    begins: str
    """The beginning of the name, and of its kana: by these an ordinary person is found."""
    begins_kana: str


ORDINARY: Final = Person(
    number=40001,
    mark="碧",
    name="印南　碧",
    kana="インナミ　アオイ",
    latin="INNAMIQ AOIQ",
    sex=Sex.FEMALE,
    born=date(1983, 7, 19),
    residency=Residency.JAPANESE,
    household=73014451,
    phone="090-0000-4471",
    basic_number="4719028365",
    old_number="4201-719283",
    exempt_since=date(2024, 7, 1),
    claimed_on=date(2025, 2, 13),
    income=3_141_592,
    my_number="621498320257",
    begins="印南",
    begins_kana="インナ",
)
SHIELDED: Final = Person(
    number=40002,
    mark="霧",
    name="霧原　澪",
    kana="キリハラ　ミオ",
    latin="KIRIHARAQ MIOQ",
    sex=Sex.MALE,
    born=date(1979, 3, 23),
    residency=Residency.FOREIGN,
    household=73025562,
    phone="090-0000-5582",
    basic_number="5820139476",
    old_number="4202-820394",
    exempt_since=date(2022, 7, 1),
    claimed_on=date(2025, 5, 29),
    income=2_718_281,
    my_number="100000000005",
    begins="霧原　澪",
    begins_kana="キリハラ　ミオ",
)
PEOPLE: Final = {"ordinary": ORDINARY, "shielded": SHIELDED}
CASES: Final = {"ordinary": 1, "shielded": 2}
"""The numbers of the cases received for each, the first of the office."""
EVIDENCE: Final = "霧証拠第9号"


def _markers(one: Person) -> Mapping[Field, re.Pattern[str]]:
    mark, sex = one.mark, one.sex
    four = " ".join(one.my_number[at : at + 4] for at in (0, 4, 8))
    texts: dict[Field, tuple[str, ...]] = {
        Field.NAME: (one.name[:2], one.latin[:6], f"{mark}通称"),
        Field.KANA: (one.kana[:4], f"{_KANA[mark]}ツウショウ"),
        Field.BIRTH_DATE: _day(one.born),
        Field.ADDRESS: (f"{mark}ヶ丘町", f"{mark}荘", f"{mark}前町", f"{mark}国外荘"),
        Field.PHONE: (one.phone, one.phone.replace("-", "")),
        Field.REGISTER: (f"{mark}筆頭", f"{mark}停止事由", one.residency.label),
        Field.HOUSEHOLD: (str(one.household), f"{mark}続柄"),
        Field.FOREIGN: (f"{mark}国籍", f"{mark}在留"),
        Field.BASIC_NUMBER: (one.basic_number,),
        Field.OLD_NUMBER: (one.old_number, one.old_number.replace("-", "")),
        Field.ENROLMENT: (f"{mark}取得",),
        Field.ADDITIONAL: (f"{mark}付加離脱",),
        Field.EXEMPTION: (f"{mark}免除", f"R{one.exempt_since.year - 2018}.7.1〜"),
        Field.CLAIM: (f"{mark}証書", *_day(one.claimed_on)),
        Field.INCOME: (f"{one.income:,}", str(one.income)),
        Field.MY_NUMBER: (one.my_number, four),
    }
    found = {
        field: re.compile("|".join(re.escape(text) for text in words))
        for field, words in texts.items()
    }
    # The register holds a code alone: its word counts only beside the word for the column.
    received, stays = _RECEIVED[sex], _RECEIVED[one.residency]
    found[Field.SEX] = re.compile(
        rf'性別(?:</dt>\s*<dd>)?\s*(?:{sex.label}|{received})\s*<|"sex":\s*"{sex.value}"'
        rf'|value="{sex.value}"[^>]* checked|性別 {sex.label}'
        rf'|市の記録・判定</th>\s*<td data-label="内容">\s*{sex.label}\s*<'
    )
    found[Field.REGISTER] = re.compile(
        rf"{found[Field.REGISTER].pattern}|住民区分</dt>\s*<dd>\s*{stays}\s*<"
    )
    return found


_RECEIVED: Final = {Sex.MALE: 1, Sex.FEMALE: 2, Residency.JAPANESE: 1, Residency.FOREIGN: 2}
"""The codes of the files that come in."""


def _day(day: date) -> tuple[str, ...]:
    era = day.year - (1925 if day.year < 1989 else 2018)
    name, letter = ("昭和", "S") if day.year < 1989 else ("令和", "R")
    return (
        f"{name}{era}年{day.month}月{day.day}日",
        day.isoformat(),
        f"{day:%Y%m%d}",
        f"{letter}{era}.{day.month}.{day.day}",
    )


_KANA: Final = {"碧": "アオノ", "霧": "キリノ"}
_MARKERS: Final = {name: _markers(one) for name, one in PEOPLE.items()}
# Only one of the two is protected: whatever says so of a person speaks of this one.
_PROTECTED: Final = re.compile(
    rf'支援措置の対象です|sign--sealed">支援措置|支援措置のため非表示|{EVIDENCE}'
    r'|"protected":\s*true|"withheld":\s*"protected"'
)
_NOT_PROTECTED: Final = "申出による支援措置はありません"
_PROTECTED_BY_NUMBER: Final = re.compile(rf"\b{SHIELDED.number}\b")


def found(text: str, *, lists_protected: bool = False) -> dict[str, frozenset[Field]]:
    """Return the fields that a response shows, by person.

    ``lists_protected``: on this page a number alone says that its person is protected.
    """
    seen = {
        name: {field for field, marker in markers.items() if marker.search(text)}
        for name, markers in _MARKERS.items()
    }
    if _PROTECTED.search(text) or (lists_protected and _PROTECTED_BY_NUMBER.search(text)):
        seen["shielded"].add(Field.PROTECTION)
    if _NOT_PROTECTED in text:
        seen["ordinary"].add(Field.PROTECTION)
    return {name: frozenset(fields) for name, fields in seen.items()}


def _facts(one: Person) -> list[Stated]:
    mark, since = one.mark, LONG_AGO
    income = IncomeValue(fiscal_year=2026, levy_year=2026, total=one.income)
    return [
        Stated(
            fact=NameValue(
                name=one.name,
                kana=one.kana,
                latin=one.latin,
                alias=f"{mark}通称",
                alias_kana=f"{_KANA[mark]}ツウショウ",
            )
        ),
        Stated(fact=IdentityValue(birth_date=one.born, sex=one.sex)),
        Stated(
            fact=RegisterValue(residency=one.residency, first_on_register=f"{mark}筆頭"),
            valid=since,
        ),
        Stated(fact=StopValue(scope=Stop.NOTICE, reason=f"{mark}停止事由"), valid=since),
        Stated(fact=ForeignValue(nationality=f"{mark}国籍", status=f"{mark}在留"), valid=since),
        Stated(
            fact=MembershipValue(household=one.household, head=True, relationship=f"{mark}続柄"),
            valid=since,
        ),
        Stated(
            fact=AddressValue(city="想定市", town=f"{mark}ヶ丘町", building=f"{mark}荘"),
            valid=since,
        ),
        Stated(
            fact=AddressValue(kind=AddressKind.PREVIOUS, city="想定市", town=f"{mark}前町"),
            valid=since,
        ),
        Stated(fact=PhoneValue(number=one.phone), valid=since),
        Stated(fact=NumberValue(number=one.basic_number), valid=since),
        Stated(fact=NumberValue(number=one.old_number, kind=NumberKind.OLD), valid=since),
        Stated(
            fact=EnrolmentValue(category=Category.CATEGORY_1, acquired_cause=f"{mark}取得"),
            valid=since,
        ),
        Stated(
            fact=AdditionalValue(left_cause=f"{mark}付加離脱"),
            valid=Period(start=date(2015, 4, 1), end=date(2016, 4, 1)),
        ),
        Stated(
            fact=ExemptionValue(kind=Exemption.HALF, cause=f"{mark}免除"),
            valid=Period(
                start=one.exempt_since, end=one.exempt_since.replace(year=one.exempt_since.year + 1)
            ),
        ),
        Stated(
            fact=ClaimValue(
                kind=ClaimKind.OLD_AGE_WELFARE,
                claimed_on=one.claimed_on,
                certificate_number=f"{mark}証書",
            ),
            valid=Period(start=one.claimed_on),
        ),
        Stated(fact=income, valid=income.valid),
    ]


@dataclass(frozen=True, kw_only=True)
class Seeded:
    """The office with both people in it."""

    office: rooms.Office
    keys: Mapping[str, UUID]
    cases: Mapping[str, int]
    """A case of each person, with what only it says of them on it."""
    entries: Mapping[str, UUID]
    """The entry by which each person came into the register; nobody has checked it."""
    rows: Mapping[tuple[str, str], int]
    """A row of each person and kind of fact that can be corrected."""
    measure: UUID
    step: UUID
    crossed: Exchanged
    waiting: UUID
    """An opening that was asked for the shielded person and waits for an answer."""

    def occasion(self, role: Role, *, which: int = 2, at: datetime | None = None) -> Occasion:
        """Return the occasion of the second member of staff of a role."""
        return staffed(role, which=which, at=at or timezone.now())

    def opened_for(self, role: Role) -> UUID:
        """Ask for the shielded person as the first of a role, and grant it as another."""
        asking = staffed(role, which=1, at=timezone.now()).because(
            purpose="reception", reason="本人が来庁", case=CASE
        )
        opening = openings.request(kind=Sealed.PROTECTED, person=SHIELDED.number, occasion=asking)
        openings.answer(
            opening=opening,
            granted=True,
            reason="本人確認済み",
            occasion=self.occasion(Role.SUPERVISOR),
        )
        return opening


def staffed(role: Role, *, which: int, at: datetime) -> Occasion:
    number = rooms.number_of(role, which)
    kind = next(kind for kind in Kind if role in HELD_IN[kind])
    return Occasion(
        at=at,
        staff=Staff.objects.get(staff_number=number).pk,
        staff_number=number,
        department=kind.value,
        terminal="窓口1",
    )


def seed(office: rooms.Office) -> Seeded:
    """Enter both people as a clerk, protect one, put both numbers into the vault."""
    now = timezone.now()
    clerk = staffed(Role.COUNTER, which=2, at=now - timedelta(hours=1)).because(
        purpose="reception", reason="届出", case=CASE
    )
    entries = {}
    for name, one in PEOPLE.items():
        entries[name] = uuid4()
        # As the owner: nobody's income is open before a case tests them.
        with office.database.django_as(DatabaseRole.OWNER):
            people.register_person(
                number=one.number,
                facts=_facts(one),
                source=Source.RESIDENT_REGISTER,
                occasion=clerk,
                request_id=entries[name],
            )
        vault.store(
            person=one.number,
            number=IndividualNumber(one.my_number),
            since=date(2016, 1, 1),
            source="card",
            occasion=clerk,
        )
    within_case(ORDINARY.number, SHIELDED.number, occasion=clerk, number=CASE)
    received = {
        name: cases.receive(
            receipt=Receipt(
                filing="student",
                person=one.number,
                channel=Channel.COUNTER,
                received_on=day_of(clerk.at),
                particulars={"cycles": ["2026"], "school_name": f"{one.mark}免除学園"},
            ),
            occasion=clerk.because(purpose="reception", reason="届出"),
            request_id=uuid4(),
        ).case
        for name, one in PEOPLE.items()
    }
    assert received == CASES
    for name, number in received.items():
        cases.test(
            case=number,
            people=[(PEOPLE[name].number, "insured")],
            occasion=clerk,
            request_id=uuid4(),
        )
    exchanged.forwarded(PEOPLE, clerk.because(purpose="reception", reason="届出"))
    protector = staffed(Role.EXAMINER, which=2, at=now).because(purpose="protection", reason="申出")
    measure = protection.register(
        person=SHIELDED.number,
        ground=Ground.DV,
        # In its last month, so that it stands in the list of what wants a renewal.
        on=timezone.localdate(now) - timedelta(days=350),
        evidence=Evidence.APPLICATION,
        evidence_ref=EVIDENCE,
        occasion=protector,
    )
    asking = staffed(Role.COUNTER, which=2, at=now).because(
        purpose="reception", reason="本人が来庁"
    )
    waiting = openings.request(kind=Sealed.PROTECTED, person=SHIELDED.number, occasion=asking)
    crossed = exchanged.come(office.database, PEOPLE, clerk)
    rows = {}
    with office.database.owner() as owner:
        for kind in ("name", "identity", "address", "phone", "membership"):
            statement = f"SELECT min(id) FROM people_{kind} WHERE person_id = %s"  # noqa: S608 - of the list above
            for name, one in PEOPLE.items():
                ((row,),) = owner.execute(statement.encode(), [one.number]).fetchall()
                rows[name, kind] = int(row)
        ((step,),) = owner.execute(
            "SELECT id FROM protection_step WHERE measure_id = %s", [measure]
        ).fetchall()
    return Seeded(
        cases=received,
        crossed=crossed,
        office=office,
        keys={name: key_of(one.number) for name, one in PEOPLE.items()},
        entries=entries,
        rows=rows,
        measure=measure,
        step=step,
        waiting=waiting,
    )
