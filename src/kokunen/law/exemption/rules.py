"""The tests of articles 90, 90の2 and 90の3, each written once as a tree.

A person passes a band by income or by one of the routes that open every band (法90条1項2号–4号,
法90条の2第1項2号 and its followers, 法90条の3第1項2号・3号); every person tested is judged alone.
"""

from __future__ import annotations

from typing import Final

from kokunen.law.premium import BAND_NAMES
from kokunen.rulekit.tree import (
    AllOf,
    AnyOf,
    AtMost,
    Below,
    Case,
    Difference,
    Fact,
    Figure,
    FirstMatch,
    Flag,
    InForce,
    Line,
    Named,
    Product,
    Statement,
    Sum,
    Whole,
)

ORDER: Final = ("full", "deferral", "three_quarters", "half", "one_quarter")
"""The order of examination (the application form says so); students: ``student`` alone."""

BANDS: Final = (*ORDER, "student")
TESTED: Final = {
    "full": ("insured", "spouse", "head"),
    "deferral": ("insured", "spouse"),
    "three_quarters": ("insured", "spouse", "head"),
    "half": ("insured", "spouse", "head"),
    "one_quarter": ("insured", "spouse", "head"),
    "student": ("insured",),
}
"""Who is tested in which band (法90条1項但書, 平26改正法附則14条, 法90条の3)."""

MOST_DEPENDANTS: Final = 99

_total = Fact("total", "総所得金額等")
_general = Fact("general", "一般の扶養親族等の数", most=MOST_DEPENDANTS)
_elderly = Fact("elderly", "老人扶養・70歳以上の同一生計配偶者の数", most=MOST_DEPENDANTS)
_specified = Fact("specified", "特定扶養の数", most=MOST_DEPENDANTS)
_disabled_ordinary = Fact("disabled_ordinary", "障害者(特別障害者を除く)である", most=1)
_disabled_special = Fact("disabled_special", "特別障害者である", most=1)
_widow = Fact("widow", "寡婦である", most=1)
_single_parent = Fact("single_parent", "ひとり親である", most=1)
_working_student = Fact("working_student", "勤労学生である", most=1)

DEDUCTIONS: Final = {
    "casualty": "雑損控除額",
    "medical": "医療費控除額",
    "social_insurance": "社会保険料控除額",
    "small_enterprise_mutual_aid": "小規模企業共済等掛金控除額",
    "spouse_special": "配偶者特別控除額",
    "specified_relative_special": "特定親族特別控除額",
}
"""Deducted at their amount in the partial and student bands (令6条の12第2項)."""

_full_limit = Named(
    "全額免除・納付猶予の基準額",
    Sum(
        (
            Product(
                Sum((_general, _elderly, _specified, Whole(1))), Figure("exemption.full_per_head")
            ),
            Figure("exemption.full_added"),
        )
    ),
)
_dependants = Named(
    "扶養親族等の加算額",
    Sum(
        (
            Product(_general, Figure("exemption.dependant_general")),
            Product(_elderly, Figure("exemption.dependant_elderly")),
            Product(_specified, Figure("exemption.dependant_specified")),
        )
    ),
)
_after_deductions = Named(
    "控除後の所得",
    Difference(
        _total,
        Named(
            "控除額の計",
            Sum(
                (
                    *(Fact(name, label) for name, label in DEDUCTIONS.items()),
                    Product(_disabled_ordinary, Figure("exemption.deduction_disabled_ordinary")),
                    Product(_disabled_special, Figure("exemption.deduction_disabled_special")),
                    Product(_widow, Figure("exemption.deduction_widow")),
                    Product(_single_parent, Figure("exemption.deduction_single_parent")),
                    Product(_working_student, Figure("exemption.deduction_working_student")),
                )
            ),
        ),
    ),
)
_left_job = Flag("left_job", "退職(失業・廃業)の申し出がある")
_months_since = Fact("months_since_job_loss", "失業した月から数えた月数", least=-(10**6))
_years_since = Fact("years_since_job_loss", "失業した年から数えた免除年度の数", least=-(10**6))


def _holds(fact: Fact) -> Statement:
    return AtMost(Whole(1), fact)


OTHER_ASSISTANCE: Final = Line(
    "other_assistance",
    "生活扶助以外の扶助等を受けている",
    "法90条1項2号",
    Flag("other_assistance", "生活扶助以外の扶助等を受けている"),
)
FLAT: Final = Line(
    "flat_limit",
    "障害者・寡婦・ひとり親で、所得が定額以下である",
    "法90条1項3号・令6条の8",
    AllOf(
        (
            AtMost(_total, Figure("exemption.flat")),
            AnyOf(
                (
                    _holds(_disabled_ordinary),
                    _holds(_disabled_special),
                    _holds(_widow),
                    AllOf((_holds(_single_parent), InForce("exemption.single_parent_counts"))),
                )
            ),
        )
    ),
)
SPECIAL_DISABILITY: Final = Line(
    "special_disability_benefit",
    "特別障害給付金を受けている",
    "法90条1項4号・規則77条の7",
    Flag("special_disability_benefit", "特別障害給付金を受けている"),
)
DISASTER: Final = Line(
    "disaster_loss",
    "天災等で財産のおおむね2分の1以上の損害を受けた",
    "法90条1項4号・規則77条の7",
    Flag("disaster_loss", "天災等の損害がある"),
)
JOB_LOSS: Final = Line(
    "job_loss",
    "失業・廃業の特例の期間にある",
    "法90条1項4号・規則77条の7",
    AllOf(
        (
            _left_job,
            AtMost(Whole(0), Sum((_months_since, Figure("exemption.job_loss_months_before")))),
            Below(_years_since, Figure("exemption.job_loss_years_after")),
        )
    ),
    measured=False,
)
_EVERY_BAND: Final = (OTHER_ASSISTANCE, FLAT, SPECIAL_DISABILITY, DISASTER, JOB_LOSS)


def _by_income(text: str, source: str, test: Statement) -> Line:
    return Line("income_within_limit", f"所得が{text}の基準額以下である", source, test)


def _within(base: str) -> Statement:
    return AtMost(_after_deductions, Sum((Figure(f"exemption.{base}"), _dependants)))


_INCOME: Final = {
    "full": _by_income("全額免除", "法90条1項1号・令6条の7", AtMost(_total, _full_limit)),
    "deferral": _by_income("納付猶予", "平26改正法附則14条1項", AtMost(_total, _full_limit)),
    "three_quarters": _by_income(
        "4分の3免除", "法90条の2第1項1号・令6条の8の2", _within("three_quarters_base")
    ),
    "half": _by_income("半額免除", "法90条の2第2項1号・令6条の9", _within("half_base")),
    "one_quarter": _by_income(
        "4分の1免除", "法90条の2第3項1号・令6条の9の2", _within("one_quarter_base")
    ),
    "student": _by_income("学生納付特例", "法90条の3第1項1号・令6条の9", _within("student_base")),
}

PASSES: Final[dict[str, Statement]] = {band: AnyOf((_INCOME[band], *_EVERY_BAND)) for band in BANDS}
"""What a person has to pass, per band."""

_student = Flag("student", "学生等である")
_ROLES: Final = {
    "insured": "本人が",
    "spouse": "配偶者が(いないときは問わない)",
    "head": "世帯主が(本人が世帯主のときは問わない)",
}


def _granted(band: str) -> Statement:
    name = BAND_NAMES[band]
    asked = f"{name}を審査する(申請書で選び、その月の制度と年齢に合う)"
    passed: list[Statement] = [Flag(f"examined.{band}", asked)]
    for role in TESTED[band]:
        one: Statement = Flag(f"{role}.{band}", f"{_ROLES[role]}{name}の基準を満たす")
        if role == "spouse":
            apart = Flag("separated_by_violence", "配偶者の暴力により別居している")
            one = AnyOf((apart, one))
        passed.append(one)
    return AllOf(tuple(passed))


_STUDENT: Final = (
    Case("student", AllOf((_student, _granted("student")))),
    Case("none", _student),
)
BAND: Final = FirstMatch(
    (*_STUDENT, *(Case(band, _granted(band)) for band in ORDER)),
    "none",
)
"""The band an application gets. ``examined.BAND``: wanted, in law, and open by age."""

_age = Fact("age_months", "月齢(20歳に達する月が240)", most=12 * 150)
DEFERRAL_OPEN: Final[Statement] = AllOf(
    (
        InForce("exemption.deferral_in_law"),
        Below(_age, Product(Figure("exemption.deferral_age"), Whole(12))),
    )
)
"""Deferral is open below the age limit: its last month is the one before that age is attained."""

OF_INSURABLE_AGE: Final[Statement] = AllOf(
    (AtMost(Whole(20 * 12), _age), Below(_age, Whole(60 * 12)))
)
"""From the month in which 20 is attained to the month before 60 is attained (法7条–11条)."""
