"""The invented people of the stories, entered with the operations of the product."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from itertools import count
from typing import TYPE_CHECKING, Final
from uuid import uuid4

from kokunen.access.protection import operations as protection
from kokunen.access.protection.domain import Evidence, Ground, OtherParty
from kokunen.dates.tokyo import day_of
from kokunen.people import operations as people
from kokunen.people.codes import (
    AddressKind,
    Category,
    Exemption,
    NumberKind,
    Outcome,
    PhoneKind,
    Residency,
    Sex,
    Source,
)
from kokunen.people.domain import (
    AddressValue,
    EnrolmentValue,
    ExemptionValue,
    ForeignValue,
    IdentityValue,
    MembershipValue,
    NameValue,
    NumberValue,
    PhoneValue,
    RegisterValue,
)
from kokunen.people.operations import Stated
from kokunen.people.periods import Period
from tests.site import program

if TYPE_CHECKING:
    from kokunen.audit.domain import Occasion
    from tests.site import Site

LONG_AGO: Final = date(2005, 4, 1)
_numbers = count(700_001)
_households = count(500_001)


@dataclass(frozen=True, slots=True, kw_only=True)
class Resident:
    """An invented person as the stories speak of one; texts are those of the screen."""

    number: int
    household: int
    name: str
    kana: str
    born: date
    town: str
    phone: str
    basic_number: str

    @property
    def number_typed(self) -> str:
        """The 宛名番号 as a clerk types it."""
        return str(self.number)


def _enter(
    site: Site,
    *,
    name: NameValue,
    born: date,
    sex: Sex,
    town: str,
    household: int | None = None,
    head: bool = True,
    relationship: str = "世帯主",
    more: tuple[Stated, ...] = (),
    residency: Residency = Residency.JAPANESE,
) -> Resident:
    number = next(_numbers)
    made = Resident(
        number=number,
        household=household or next(_households),
        name=name.name or name.latin,
        kana=name.kana,
        born=born,
        town=town,
        phone=f"090-0000-{number % 10_000:04d}",
        basic_number=f"{number:010d}",
    )
    since = Period(start=LONG_AGO)
    facts = (
        Stated(fact=name),
        Stated(fact=IdentityValue(birth_date=born, sex=sex)),
        Stated(fact=RegisterValue(residency=residency), valid=since),
        Stated(
            fact=MembershipValue(household=made.household, head=head, relationship=relationship),
            valid=since,
        ),
        Stated(fact=_at_home(town), valid=since),
        Stated(fact=PhoneValue(number=made.phone, kind=PhoneKind.MOBILE), valid=since),
        Stated(fact=NumberValue(number=made.basic_number), valid=since),
        Stated(
            fact=EnrolmentValue(category=Category.CATEGORY_1, acquired_cause="20歳到達"),
            valid=since,
        ),
        *more,
    )
    with site.desk():
        people.register_person(
            number=number,
            facts=facts,
            source=Source.RESIDENT_REGISTER,
            occasion=_months_ago(site),
            request_id=uuid4(),
        )
    return made


def _months_ago(site: Site) -> Occasion:
    return program(site.started_at - timedelta(days=60))


def _at_home(town: str) -> AddressValue:
    return AddressValue(
        kind=AddressKind.RESIDENCE,
        postal_code="9990001",
        prefecture="架空県",
        city="想定市",
        town=town,
        block="1番1号",
    )


def ordinary(site: Site, *, family: str = "青葉", kana: str = "アオバ") -> Resident:
    """A person with an exemption and an old number, and nothing unusual."""
    halved = Stated(
        fact=ExemptionValue(
            kind=Exemption.HALF, applied_on=date(2025, 7, 4), outcome=Outcome.APPROVED
        ),
        valid=Period(start=date(2025, 7, 1), end=date(2026, 7, 1)),
    )
    old = Stated(
        fact=NumberValue(number="4321-98765", kind=NumberKind.OLD),
        valid=Period(start=LONG_AGO),
    )
    return _enter(
        site,
        name=NameValue(name=f"{family}　太郎", kana=f"{kana}　タロウ"),
        born=date(1980, 4, 1),
        sex=Sex.MALE,
        town="若葉町",
        more=(halved, old),
    )


def foreign(site: Site) -> Resident:
    """A foreign resident: the form of the passport, 通称, a status that ends."""
    stay = Stated(
        fact=ForeignValue(
            nationality="ベトナム", status="技術・人文知識・国際業務", stay_until=date(2028, 3, 31)
        ),
        valid=Period(start=date(2020, 4, 1)),
    )
    return _enter(
        site,
        name=NameValue(
            latin="NGUYEN THI LAN",
            kana="グエン　ティ　ラン",
            alias="林　蘭",
            alias_kana="ハヤシ　ラン",
        ),
        born=date(1995, 12, 3),
        sex=Sex.FEMALE,
        town="港町",
        more=(stay,),
        residency=Residency.FOREIGN,
    )


def rare(site: Site) -> Resident:
    """Characters beyond the common ones: JIS X 0213, and a variant by its selector."""
    return _enter(
        site,
        name=NameValue(name="𠮷野　葛\U000e0100子", kana="ヨシノ　カツコ"),
        born=date(1962, 2, 28),
        sex=Sex.FEMALE,
        town="青柳町",
    )


def corrected(site: Site) -> Resident:
    """A person whose name was corrected five days ago."""
    made = _enter(
        site,
        name=NameValue(name="岸辺　次朗", kana="キシベ　ジロウ"),
        born=date(1971, 7, 20),
        sex=Sex.MALE,
        town="川端町",
    )
    with site.desk():
        people.correct_fact(
            row=name_row(site, made),
            fact=NameValue(name="岸辺　次郎", kana=made.kana),
            valid=Period(),
            source=Source.RESIDENT_REGISTER,
            reason="住民票の写しによる訂正",
            occasion=program(site.started_at - timedelta(days=5)),
            request_id=uuid4(),
        )
    return replace(made, name="岸辺　次郎")


def name_row(site: Site, resident: Resident) -> int:
    """The id of the name that stands."""
    found = site.rows(
        "SELECT id FROM people_name WHERE person_id = %s AND superseded_at IS NULL",
        resident.number,
    )
    return int(found[0][0])


def couple_parted(site: Site, *, protector: int) -> tuple[Resident, Resident]:
    """A protected person, who has moved, and the one from whom; both were one household.

    ``protector`` is the member of staff who registered the measure.
    """
    other = _enter(
        site,
        name=NameValue(name="緑川　剛", kana="ミドリカワ　ツヨシ"),
        born=date(1978, 9, 9),
        sex=Sex.MALE,
        town="坂上町",
    )
    moved = day_of(site.started_at) - timedelta(days=90)
    own = next(_households)
    shelter = _at_home("隠れ里町")
    made = _enter(
        site,
        name=NameValue(name="緑川　さくら", kana="ミドリカワ　サクラ"),
        born=date(1982, 5, 5),
        sex=Sex.FEMALE,
        town="坂上町",
        household=other.household,
        head=False,
        relationship="妻",
    )
    before: datetime = site.started_at - timedelta(days=50)
    with site.desk():
        for fact in (
            shelter,
            MembershipValue(household=own, head=True, relationship="世帯主"),
        ):
            people.record_fact(
                person=made.number,
                fact=fact,
                valid=Period(start=moved),
                source=Source.RESIDENT_REGISTER,
                occasion=program(before),
                request_id=uuid4(),
            )
        protection.register(
            person=made.number,
            ground=Ground.DV,
            on=moved,
            evidence=Evidence.CENTRE,
            evidence_ref="架空第1号",
            other_parties=[OtherParty(name=other.name, person=other.number, relation="夫")],
            occasion=replace(
                program(before),
                staff=protector,
                staff_number="K00000",
                department="NENKIN",
                terminal="窓口1",
                purpose="protection",
                reason="申出の受付",
            ),
        )
    return replace(made, town="隠れ里町", household=own), other
