"""One paper of every kind that the desk takes in, with an invented person whom it fits."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any, Final
from uuid import uuid4

from kokunen.dates.month import Month
from kokunen.demo import grants
from kokunen.people import operations as people
from kokunen.people.codes import (
    Category,
    ClaimKind,
    Exemption,
    Outcome,
    Residency,
    Sex,
    Source,
)
from kokunen.people.domain import (
    AdditionalValue,
    ClaimValue,
    EnrolmentValue,
    ExemptionValue,
    IdentityValue,
    MembershipValue,
    NameValue,
    NumberValue,
    RegisterValue,
)
from kokunen.people.operations import Stated
from kokunen.people.periods import Period
from kokunen.postgres.roles import Role

if TYPE_CHECKING:
    from collections.abc import Mapping

    from kokunen.audit.domain import Occasion
    from tests.office import Database

SEEN: Final = {"identity": "card"}
PAID: Final = {"account": "public", **SEEN}
BEREAVED: Final = {"claimant_name": "架空　遺", "relation": "spouse", **PAID}
KIN: Final = {"shared_living": True, "others_asked": True}


@dataclass(frozen=True, slots=True, kw_only=True)
class Paper:
    """A filing as it is brought to the desk.

    ``age`` is that of its person on 15 June (years), ``facts`` what the register holds besides;
    ``says`` and ``granted`` are particulars and result as JSON values; ``ago`` is how many days
    before today it happened (None: the filing is about no day). ``declared``: the tax office knows
    that there was no income. ``key`` and ``number`` are the person's, once registered.
    """

    age: int
    facts: tuple[Stated, ...] = ()
    says: Mapping[str, Any] = field(default_factory=dict)
    granted: Mapping[str, Any] = field(default_factory=dict)
    ago: int | None = 5
    sex: Sex = Sex.FEMALE
    filer: str = ""
    declared: bool = False
    key: str = ""
    number: int = 0


def papers(today: date) -> dict[str, Paper]:
    """Return a paper for every filing, as of a day."""
    last_year = today - timedelta(days=400)
    cycle = today.year if today.month >= 7 else today.year - 1
    school = today.year if today.month >= 4 else today.year - 1
    month = str(Month.of(today))

    def insured(
        age: int = 40, category: Category = Category.CATEGORY_1, *, ended: int | None = None
    ) -> Stated:
        """Insured since 20 (voluntarily: for a year), until so many days ago."""
        begun = born(today, age).replace(year=born(today, age).year + 20)
        if category in (Category.VOLUNTARY, Category.VOLUNTARY_SPECIAL):
            begun = last_year
        end = None if ended is None else today - timedelta(days=ended)
        value = EnrolmentValue(category=category, acquired_cause="20歳到達")
        return Stated(fact=value, valid=Period(start=begun - timedelta(days=1), end=end))

    def exempt(kind: Exemption) -> Stated:
        until = None if kind is Exemption.STATUTORY else date(cycle + 1, 7, 1)
        return Stated(
            fact=ExemptionValue(kind=kind, outcome=Outcome.APPROVED),
            valid=Period(start=date(cycle, 7, 1), end=until),
        )

    def pensioner(kind: ClaimKind) -> Stated:
        value = ClaimValue(kind=kind, claimed_on=last_year, outcome=Outcome.APPROVED)
        return Stated(fact=value, valid=Period(start=last_year))

    worked = insured(40, Category.CATEGORY_2, ended=5)
    at_60 = born(today, 61).replace(year=born(today, 61).year + 60) - timedelta(days=1)
    till_60 = Stated(
        fact=EnrolmentValue(category=Category.CATEGORY_1, lost_cause="60歳到達"),
        valid=Period(start=date(1990, 4, 1), end=at_60),
    )
    band = {
        "band_1": "full",
        "first_1": str(Month(cycle, 7)),
        "last_1": str(Month(cycle + 1, 6)),
    }
    deceased: dict[str, Any] = {"ago": 20, "filer": "survivor"}
    return {
        "acquisition": Paper(age=33, says={"cause": "arrival"}),
        "category_change": Paper(age=40, facts=(worked,), says={"cause": "left_category_2"}),
        "loss": Paper(age=40, facts=(insured(),), says={"cause": "category_2"}),
        "voluntary": Paper(
            age=61,
            facts=(till_60,),
            says={"lives": "japan", "payment": "account_transfer"},
            ago=None,
        ),
        "voluntary_end": Paper(
            age=62, facts=(insured(62, Category.VOLUNTARY),), says={"cause": "wish"}, ago=None
        ),
        "special_voluntary": Paper(
            age=66,
            says={"lives": "japan", "payment": "account_transfer", "qualifying_months": 100},
            ago=None,
        ),
        "name_change": Paper(
            age=40, facts=(insured(),), says={"name": "架空　改", "kana": "カクウ　アラタ"}
        ),
        "birth_date_correction": Paper(
            age=40,
            facts=(insured(),),
            says={
                "birth_date": (born(today, 40) + timedelta(days=1)).isoformat(),
                "evidence": "戸籍",
            },
            ago=None,
        ),
        "sex_correction": Paper(
            age=40, facts=(insured(),), says={"sex": "male", "evidence": "戸籍"}, ago=None
        ),
        "address_change": Paper(
            age=40,
            facts=(insured(),),
            says={"kind": "residence", "city": "想定市", "town": "若葉町", "block": "2番3号"},
        ),
        "number_notice": Paper(age=40, facts=(insured(),), says={"reason": "lost"}, ago=None),
        "additional_on": Paper(age=40, facts=(insured(),), says={"fund": False}, ago=None),
        "additional_off": Paper(
            age=40,
            facts=(
                insured(),
                Stated(
                    fact=AdditionalValue(joined_filed_on=last_year), valid=Period(start=last_year)
                ),
            ),
            says={"cause": "wish"},
            ago=None,
        ),
        "departure": Paper(age=40, facts=(insured(),), says={"wish": "refund", "prepaid": "none"}),
        "statutory_on": Paper(
            age=40, facts=(insured(),), says={"cause": "livelihood_assistance", **SEEN}
        ),
        "statutory_off": Paper(
            age=40,
            facts=(insured(), exempt(Exemption.STATUTORY)),
            says={"cause": "livelihood_assistance", "ended_cause": "assistance", **SEEN},
        ),
        "payment_wish": Paper(
            age=40,
            facts=(insured(), exempt(Exemption.STATUTORY)),
            says={"first_month": month, **SEEN},
            ago=None,
        ),
        "exemption": Paper(
            age=40,
            facts=(insured(),),
            says={"cycles": [str(cycle)], "student": False, "continuation": True, **SEEN},
            granted=band,
            ago=None,
            declared=True,
        ),
        "student": Paper(
            age=22,
            facts=(insured(22),),
            says={
                "cycles": [str(school)],
                "school_name": "架空大学",
                "school_kind": "university",
                "school_until": date(school + 2, 3, 31).isoformat(),
                **SEEN,
            },
            granted={
                "band_1": "student",
                "first_1": str(Month(school, 4)),
                "last_1": str(Month(school + 1, 3)),
            },
            ago=None,
            declared=True,
        ),
        "childbirth": Paper(
            age=30,
            facts=(insured(30),),
            says={
                "expected_on": (today + timedelta(days=60)).isoformat(),
                "multiple": False,
                **SEEN,
            },
            ago=None,
        ),
        "childcare": Paper(
            age=30,
            facts=(insured(30),),
            says={
                "parent": "parent",
                "child_born_on": (today - timedelta(days=30)).isoformat(),
                **SEEN,
            },
            ago=None,
            sex=Sex.MALE,
        ),
        "exemption_cancel": Paper(
            age=40,
            facts=(insured(), exempt(Exemption.FULL)),
            says={"first_month": month, **SEEN},
            ago=None,
        ),
        "old_age": Paper(age=65, says={"start": "at_65", "other_pension": False, **PAID}, ago=None),
        "disability": Paper(
            age=40,
            facts=(insured(),),
            says={
                "first_seen_on": (today - timedelta(days=700)).isoformat(),
                "claim": "recognition",
                "illness": ["mental"],
                "same_hospital": True,
                "payments": "all_paid",
                "has_children": False,
                **PAID,
            },
            ago=None,
        ),
        "survivor": Paper(
            age=40,
            facts=(insured(),),
            says={
                "has_children": True,
                "children_count": 1,
                "maintained": True,
                "remarried": False,
                "payments": "all_paid",
                **BEREAVED,
            },
            sex=Sex.MALE,
            **deceased,
        ),
        "widow": Paper(
            age=62,
            facts=(till_60,),
            says={
                "married_on": "1990-05-01",
                "common_law": False,
                "maintained": True,
                "husband_pension": False,
                "own_early": False,
                "remarried": False,
                **BEREAVED,
            },
            sex=Sex.MALE,
            **deceased,
        ),
        "unpaid": Paper(
            age=80, facts=(pensioner(ClaimKind.OLD_AGE),), says={**BEREAVED, **KIN}, **deceased
        ),
        "death_lump_sum": Paper(
            age=50,
            facts=(insured(50),),
            says={"had_pension": False, "survivor_pension": False, **BEREAVED, **KIN},
            **deceased,
        ),
        "old_age_welfare": Paper(age=116, says={"other_pension": False, **PAID}, ago=None),
        "old_age_welfare_report": Paper(
            age=116,
            facts=(pensioner(ClaimKind.OLD_AGE_WELFARE),),
            says={
                "report_year": str(today.year),
                "income_seen": "tax",
                "certificate": True,
                **SEEN,
            },
            ago=None,
        ),
        "special_disability": Paper(
            age=58,
            says={
                "group": "student",
                "first_seen_on": "1989-06-01",
                "illness": ["limbs"],
                "same_hospital": True,
                "disability_pension": False,
                "other_pension": False,
                **PAID,
            },
            ago=None,
        ),
        "special_disability_report": Paper(
            age=58,
            says={"report_year": str(today.year), "income_seen": "tax", **SEEN},
            ago=None,
        ),
        "support_benefit": Paper(
            age=70,
            facts=(pensioner(ClaimKind.OLD_AGE),),
            says={"kind": "old_age", "household_untaxed": True, **SEEN},
            ago=None,
        ),
        "support_unpaid": Paper(
            age=80, facts=(pensioner(ClaimKind.OLD_AGE),), says={**BEREAVED, **KIN}, **deceased
        ),
        "revision": Paper(
            age=40,
            facts=(pensioner(ClaimKind.DISABILITY),),
            says={
                "reason": "worse",
                "examined_on": last_year.isoformat(),
                "illness": ["limbs"],
                **SEEN,
            },
            ago=None,
        ),
        "bank_change": Paper(
            age=70,
            facts=(pensioner(ClaimKind.OLD_AGE),),
            says={"pensions": ["old_age"], **PAID},
            ago=None,
        ),
        "death_report": Paper(
            age=80,
            facts=(pensioner(ClaimKind.OLD_AGE),),
            says={"pensions": ["old_age"], "certificate": "attached", **SEEN},
            **deceased,
        ),
    }


def register(
    number: int,
    paper: Paper,
    *,
    database: Database,
    occasion: Occasion,
    today: date,
    spouse: int | None = None,
) -> None:
    """Enter the person of a paper as a program does: alone, or with the head of the household."""
    entering = replace(occasion, staff=None)
    living = [(number, paper.facts, "世帯主" if spouse is None else "妻")]
    if spouse is not None:
        living.append((spouse, paper.facts, "世帯主"))
    for each, facts, relationship in living:
        birth = born(today, paper.age)
        here = Period(start=birth)
        people.register_person(
            number=each,
            facts=[
                Stated(fact=NameValue(name=f"架空　{each}", kana="カクウ")),
                Stated(fact=IdentityValue(birth_date=birth, sex=paper.sex)),
                Stated(fact=RegisterValue(residency=Residency.JAPANESE), valid=here),
                Stated(
                    fact=MembershipValue(
                        household=number,
                        head=relationship == "世帯主",
                        relationship=relationship,
                    ),
                    valid=here,
                ),
                Stated(fact=NumberValue(number=f"{each:010d}"), valid=here),
                *facts,
            ],
            source=Source.RESIDENT_REGISTER,
            occasion=entering,
            request_id=uuid4(),
        )
        if paper.declared:
            _declare(each, database=database, occasion=entering, today=today)


def _declare(number: int, *, database: Database, occasion: Occasion, today: date) -> None:
    with database.django_as(Role.OWNER):
        for year in (today.year - 1, today.year):
            nothing = grants.declared(year, 0)
            people.record_fact(
                person=number,
                fact=nothing,
                valid=nothing.valid,
                source=Source.TAX,
                occasion=occasion.because(purpose="exemption", case=1),
                request_id=uuid4(),
            )


def born(today: date, age: int) -> date:
    """Return the birth date of somebody who becomes so old in June of this year."""
    return date(today.year - age, 6, 15)
