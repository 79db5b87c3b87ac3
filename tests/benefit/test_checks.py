"""What the check of each filing finds: one scenario to a line, each finding and its Japanese."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from kokunen.benefit import domain
from kokunen.benefit.findings import before, elapsed
from kokunen.cases.catalogue import FILINGS
from kokunen.cases.catalogue.kinds import Duty, Filer
from kokunen.cases.domain import Weight, lacking
from kokunen.people.codes import Category, ClaimKind, Sex
from tests.benefit.make import claim, day, enrolled, known, receipt, someone

if TYPE_CHECKING:
    from kokunen.benefit.known import Known
    from kokunen.cases.domain import Receipt

C1 = enrolled("1984-06-14", "2024-06-14")
LONG: dict[str, Any] = {
    "record": "agency",
    "months_paid": 480,
    "months_combined": 0,
    "months_additional": 0,
    **{
        f"months_{name}": 0
        for name in (
            "full",
            "full_older",
            "three_quarters",
            "three_quarters_older",
            "half",
            "half_older",
            "one_quarter",
            "one_quarter_older",
            "deferral",
            "student",
        )
    },
}
SHORT: dict[str, Any] = {**LONG, "months_paid": 100}
WIFE = someone("1964-01-10", number=2, sex=Sex.FEMALE)
HUSBAND: dict[str, Any] = {"born": "1962-06-15", "died": "2026-10-01", "sex": Sex.MALE}
GONE: dict[str, Any] = {"event": "2026-10-01", "filer": Filer.SURVIVOR}


def old(start: str = "at_65", received: str = "2026-11-20", **given: Any) -> Receipt:  # noqa: ANN401 - items of the filing
    return receipt("old_age", received=received, start=start, **(LONG | given))


def ill(received: str = "2026-11-20", **given: Any) -> Receipt:  # noqa: ANN401 - JSON values
    usual = {"first_seen_on": "2023-05-10", "claim": "later", "payments": "all_paid"}
    return receipt("disability", received=received, **(usual | given))


def after(filing: str, received: str = "2026-11-20", **given: Any) -> Receipt:  # noqa: ANN401 - items of the filing
    usual: dict[str, Any] = {"claimant": 2, "relation": "spouse", "shared_living": True, **LONG}
    return receipt(filing, received=received, **GONE, **(usual | given))


def dead(**more: Any) -> Known:  # noqa: ANN401 - the facts of `known`
    return known(**{**HUSBAND, "claimant": WIFE, **more})


STOP, LACKS, NOTE = Weight.STOP, Weight.LACKS, Weight.NOTE
YOUNG = known("1980-06-15", enrolments=(enrolled("2000-06-14"),))
OLD = known("1961-08-01", enrolments=(C1,))
Case = tuple["Receipt", "Known", set[tuple[Weight, str]]]
CASES: dict[str, Case] = {
    # 老齢基礎年金
    "65, full record": (old(), OLD, set()),
    "the record was not looked up": (
        old(record="not_seen"),
        OLD,
        {(NOTE, "qualifying_unknown")},
    ),
    "too few months, combined months among them": (
        old(**SHORT),
        OLD,
        {(NOTE, "qualifying_short")},
    ),
    "20 combined months more are enough": (old(**SHORT | {"months_combined": 20}), OLD, set()),
    "a month of category 3": (
        old(),
        known("1961-08-01", enrolments=(enrolled("1990-04-01", category=Category.CATEGORY_3),)),
        {(STOP, "not_category_1_alone")},
    ),
    "granted before": (
        old(),
        known("1961-08-01", claims=(claim(ClaimKind.OLD_AGE, "2026-08-10"),)),
        {(STOP, "old_age_granted")},
    ),
    "the day before 65": (old(received="2026-07-30"), OLD, {(STOP, "not_65_yet")}),
    "the day of 65, the day before the birthday": (old(received="2026-07-31"), OLD, set()),
    "early at 65": (old("early"), OLD, {(STOP, "not_early")}),
    "early at 62": (
        old("early", early_understood=True),
        known("1964-06-15", enrolments=(C1,)),
        set(),
    ),
    "early, the warning not read": (
        old("early", early_understood=False),
        known("1964-06-15", enrolments=(C1,)),
        {(LACKS, "early_not_understood")},
    ),
    "early at 59": (old("early"), known("1967-06-15"), {(STOP, "not_early")}),
    "early while voluntarily insured": (
        old("early", early_understood=True),
        known("1964-06-15", enrolments=(enrolled("2024-07-01", category=Category.VOLUNTARY),)),
        {(STOP, "early_while_voluntary")},
    ),
    "late at 65": (old("late"), OLD, {(STOP, "not_late_yet")}),
    "late at 67": (old("late"), known("1959-05-10"), set()),
    "late with a disability pension": (
        old("late"),
        known("1959-05-10", claims=(claim(ClaimKind.DISABILITY, "2010-05-10"),)),
        {(NOTE, "late_with_other_pension")},
    ),
    "at 71, not postponed": (old(), known("1955-05-10"), {(NOTE, "five_years")}),
    "no birth date": (old(), known(), {(NOTE, "birth_date_unknown")}),
    "more months than there can be": (
        old(months_paid=1000),
        OLD,
        {(LACKS, "months_impossible")},
    ),
    "the person has died": (old(), known("1961-08-01", died="2026-10-01"), {(STOP, "person_died")}),
    # 障害基礎年金
    "a first visit in category 1": (ill(), YOUNG, set()),
    "a first visit in category 2": (
        ill(),
        known("1980-06-15", enrolments=(enrolled("2000-06-14", category=Category.CATEGORY_2),)),
        {(STOP, "first_visit_other_office")},
    ),
    "a first visit in category 3": (
        ill(),
        known("1980-06-15", enrolments=(enrolled("2000-06-14", category=Category.CATEGORY_3),)),
        {(STOP, "first_visit_other_office")},
    ),
    "payments not asked of the agency": (
        ill(payments="not_confirmed"),
        YOUNG,
        {(NOTE, "contribution_unknown")},
    ),
    "a first visit before 20 asks for no payments": (
        ill(first_seen_on="2015-05-10", payments="not_confirmed"),
        known("1997-06-15"),
        set(),
    ),
    "a first visit of tomorrow": (
        ill(first_seen_on="2026-11-21"),
        YOUNG,
        {(STOP, "first_visit_impossible")},
    ),
    "a first visit before the birth": (
        ill(first_seen_on="1979-01-01"),
        YOUNG,
        {(STOP, "first_visit_impossible")},
    ),
    "the day of recognition has not come": (
        ill(first_seen_on="2025-05-21"),
        YOUNG,
        {(STOP, "not_recognised_yet")},
    ),
    "the very day of recognition": (ill(first_seen_on="2025-05-20"), YOUNG, set()),
    "a state fixed earlier": (
        ill(first_seen_on="2025-05-21", fixed_on="2025-09-01", claim="recognition"),
        YOUNG,
        {(NOTE, "second_diagnosis")},
    ),
    "fixed before the first visit": (
        ill(fixed_on="2023-05-09"),
        YOUNG,
        {(STOP, "fixed_impossible")},
    ),
    "by recognition, two years later": (
        ill(claim="recognition", diagnosed_on="2024-12-01"),
        YOUNG,
        {(NOTE, "second_diagnosis")},
    ),
    "by recognition, the diagnosis too late": (
        ill(first_seen_on="2025-01-10", claim="recognition", diagnosed_on="2026-10-11"),
        YOUNG,
        {(LACKS, "diagnosis_not_of_recognition")},
    ),
    "by recognition, the last day of the three months": (
        ill(first_seen_on="2025-01-10", claim="recognition", diagnosed_on="2026-10-10"),
        YOUNG,
        set(),
    ),
    "by recognition, six years later": (
        ill(first_seen_on="2019-05-10", claim="recognition"),
        YOUNG,
        {(NOTE, "second_diagnosis"), (NOTE, "five_years")},
    ),
    "later, a diagnosis of four months ago": (
        ill(diagnosed_on="2026-07-20"),
        YOUNG,
        {(LACKS, "diagnosis_too_old")},
    ),
    "later, a diagnosis of three months ago": (ill(diagnosed_on="2026-08-21"), YOUNG, set()),
    "later, on the day of 65": (
        ill(received="2026-07-31"),
        known("1961-08-01", enrolments=(enrolled("1981-07-31"),)),
        {(NOTE, "later_after_65")},
    ),
    "later, the day before 65": (
        ill(received="2026-07-30"),
        known("1961-08-01", enrolments=(enrolled("1981-07-31"),)),
        set(),
    ),
    "later, after an early old-age pension": (
        ill(),
        known(
            "1963-08-01",
            enrolments=(enrolled("1983-07-31"),),
            claims=(claim(ClaimKind.OLD_AGE, "2024-05-01"),),
        ),
        {(NOTE, "later_after_early")},
    ),
    "a first visit at 40, not enrolled": (
        ill(),
        known("1980-06-15"),
        {(NOTE, "not_enrolled_at_first_visit")},
    ),
    "a first visit at 62": (ill(), known("1962-01-15"), {(NOTE, "first_visit_after_60")}),
    "a first visit at 66": (
        ill(claim="recognition"),
        known("1957-01-15"),
        {(NOTE, "first_visit_after_65"), (NOTE, "second_diagnosis")},
    ),
    "a first visit at an age not known": (
        ill(),
        known(),
        {(NOTE, "age_at_first_visit_unknown")},
    ),
    # 特別障害給付金
    "a student before 1991-04": (
        receipt("special_disability", group="student", first_seen_on="1989-06-01"),
        known("1968-05-01"),
        set(),
    ),
    "a student on the first day outside": (
        receipt("special_disability", group="student", first_seen_on="1991-04-01"),
        known("1968-05-01"),
        {(STOP, "outside_group")},
    ),
    "a spouse before 1986-04": (
        receipt("special_disability", group="spouse", first_seen_on="1986-03-31"),
        known("1963-05-01"),
        set(),
    ),
    "a spouse after it": (
        receipt("special_disability", group="spouse", first_seen_on="1986-04-01"),
        known("1963-05-01"),
        {(STOP, "outside_group")},
    ),
    "a student under 20": (
        receipt("special_disability", group="student", first_seen_on="1987-06-01"),
        known("1968-05-01"),
        {(STOP, "outside_group")},
    ),
    "enrolled at the time": (
        receipt("special_disability", group="student", first_seen_on="1989-06-01"),
        known("1968-05-01", enrolments=(enrolled("1988-05-01"),)),
        {(NOTE, "enrolled_then")},
    ),
    "with a disability pension, at 65": (
        receipt(
            "special_disability",
            group="spouse",
            first_seen_on="1985-06-01",
            disability_pension=True,
        ),
        known("1961-05-01"),
        {(NOTE, "has_disability_pension"), (NOTE, "special_after_65")},
    ),
    # 額改定
    "a year has passed": (
        receipt("revision", reason="worse", examined_on="2025-11-19"),
        known("1980-06-15", claims=(claim(ClaimKind.DISABILITY, "2020-05-01"),)),
        set(),
    ),
    "a year has not wholly passed": (
        receipt("revision", reason="worse", examined_on="2025-11-20"),
        known("1980-06-15", claims=(claim(ClaimKind.DISABILITY, "2020-05-01"),)),
        {(STOP, "within_a_year")},
    ),
    "not a year, but clearly worse": (
        receipt("revision", reason="worse", examined_on="2026-06-01", clearly_worse=True),
        known("1980-06-15", claims=(claim(ClaimKind.DISABILITY, "2020-05-01"),)),
        set(),
    ),
    "examined tomorrow, no claim known": (
        receipt("revision", reason="worse", examined_on="2026-11-21"),
        known("1980-06-15"),
        {(STOP, "examined_impossible"), (NOTE, "no_disability_claim")},
    ),
    "a revision with an old diagnosis": (
        receipt("revision", reason="worse", examined_on="2020-01-01", diagnosed_on="2026-08-20"),
        known("1980-06-15", claims=(claim(ClaimKind.DISABILITY, "2020-05-01"),)),
        {(LACKS, "diagnosis_too_old")},
    ),
    "another child": (
        receipt("revision", reason="child"),
        known("1980-06-15", claims=(claim(ClaimKind.DISABILITY, "2020-05-01"),)),
        set(),
    ),
    # 老齢福祉年金・定時届
    "born on 1911-04-01": (receipt("old_age_welfare"), known("1911-04-01"), set()),
    "born on 1911-04-02": (
        receipt("old_age_welfare"),
        known("1911-04-02"),
        {(STOP, "born_too_late")},
    ),
    "no birth date, another pension": (
        receipt("old_age_welfare", other_pension=True),
        known(),
        {(NOTE, "birth_date_unknown"), (NOTE, "welfare_suspended")},
    ),
    "a report in its days": (
        receipt("old_age_welfare_report", received="2026-09-11", report_year="2026"),
        known("1910-04-01", claims=(claim(ClaimKind.OLD_AGE_WELFARE, "1980-04-01"),)),
        set(),
    ),
    "a report too early, nothing declared, no certificate, no claim": (
        receipt(
            "old_age_welfare_report",
            received="2026-08-11",
            report_year="2026",
            income_seen="undeclared",
            certificate=False,
        ),
        known("1910-04-01"),
        {
            (NOTE, "report_early"),
            (LACKS, "income_undeclared"),
            (LACKS, "certificate_missing"),
            (NOTE, "no_claim_known"),
        },
    ),
    "a report too late": (
        receipt("special_disability_report", received="2026-10-01", report_year="2026"),
        known("1968-05-01"),
        {(NOTE, "report_late")},
    ),
    # 給付金・口座
    "at 65, untaxed": (
        receipt("support_benefit", kind="old_age", household_untaxed=True),
        OLD,
        set(),
    ),
    "before 65, taxed": (
        receipt("support_benefit", kind="old_age", household_untaxed=False),
        YOUNG,
        {(NOTE, "support_before_65"), (NOTE, "household_taxed")},
    ),
    "within three months": (
        receipt("support_benefit", kind="disability", entitled_on="2026-08-21"),
        YOUNG,
        set(),
    ),
    "after three months": (
        receipt("support_benefit", kind="disability", entitled_on="2026-08-20"),
        YOUNG,
        {(NOTE, "support_from_next_month")},
    ),
    "entitled tomorrow": (
        receipt("support_benefit", kind="survivor", entitled_on="2026-11-21"),
        YOUNG,
        {(STOP, "entitled_impossible")},
    ),
    "the account of a pension that is known": (
        receipt("bank_change", pensions=["disability", "special_disability"]),
        known("1980-06-15", claims=(claim(ClaimKind.DISABILITY, "2020-05-01"),)),
        set(),
    ),
    "the account of one that is not": (
        receipt("bank_change", pensions=["old_age"], guardian=True, guardian_proof="later"),
        YOUNG,
        {(NOTE, "pension_not_known"), (LACKS, "guardian_not_proven")},
    ),
    # 遺族基礎年金
    "a wife with a child": (
        after("survivor", has_children=True, maintained=True),
        dead(
            enrolments=(enrolled("1984-06-14"),),
            children=(someone("2010-05-01", number=3),),
        ),
        set(),
    ),
    "no child": (
        after("survivor", has_children=False),
        dead(enrolments=(enrolled("1984-06-14"),)),
        {(NOTE, "no_child")},
    ),
    "a child past the March after 18": (
        after("survivor", has_children=True),
        dead(
            enrolments=(enrolled("1984-06-14"),),
            children=(someone("2008-04-01", number=3),),
        ),
        {(NOTE, "child_not_in_household")},
    ),
    "a child one day younger": (
        after("survivor", has_children=True),
        dead(
            enrolments=(enrolled("1984-06-14"),),
            children=(someone("2008-04-02", number=3),),
        ),
        set(),
    ),
    "not maintained, remarried": (
        after("survivor", has_children=True, maintained=False, remarried=True),
        dead(
            enrolments=(enrolled("1984-06-14"),),
            children=(someone("2010-05-01", number=3),),
        ),
        {(NOTE, "not_maintained"), (NOTE, "remarried")},
    ),
    "died in category 2": (
        after("survivor", has_children=True),
        dead(
            enrolments=(enrolled("1984-06-14", category=Category.CATEGORY_2),),
            children=(someone("2010-05-01", number=3),),
        ),
        {(STOP, "died_in_other_category")},
    ),
    "the payments are not known": (
        after("survivor", has_children=False, record="not_seen"),
        dead(enrolments=(enrolled("1984-06-14"),)),
        {(NOTE, "no_child"), (NOTE, "contribution_unknown")},
    ),
    "died at 66 with a record not looked up": (
        after("survivor", has_children=False, record="not_seen"),
        dead(born="1960-06-15"),
        {(NOTE, "no_child"), (NOTE, "long_insured_unknown")},
    ),
    # 寡婦年金
    "a widow of 62": (after("widow", married_on="1990-05-05", maintained=True), dead(), set()),
    "a widower": (
        after("widow", married_on="1990-05-05"),
        dead(sex=Sex.FEMALE),
        {(STOP, "not_a_widow")},
    ),
    "married a day too late": (
        after("widow", married_on="2016-10-02"),
        dead(),
        {(NOTE, "married_under_10_years")},
    ),
    "married ten years to the day": (after("widow", married_on="2016-10-01"), dead(), set()),
    "married after the death": (
        after("widow", married_on="2026-10-02"),
        dead(),
        {(STOP, "married_after_death")},
    ),
    "too few months": (
        after("widow", married_on="1990-05-05", **SHORT),
        dead(),
        {(NOTE, "husband_months_short")},
    ),
    "months not known": (
        after("widow", married_on="1990-05-05", record="not_seen"),
        dead(),
        {(NOTE, "husband_months_unknown")},
    ),
    "a widow of 65": (
        after("widow", married_on="1990-05-05"),
        dead(claimant=someone("1961-10-02", number=2, sex=Sex.FEMALE)),
        {(NOTE, "widow_over_65")},
    ),
    "a widow of 50": (
        after("widow", married_on="1999-05-05"),
        dead(claimant=someone("1976-10-01", number=2, sex=Sex.FEMALE)),
        {(NOTE, "widow_waits")},
    ),
    "a widow who is not in the register": (
        after("widow", married_on="1990-05-05", claimant=None, claimant_name="架空　花子"),
        dead(claimant=None),
        {(NOTE, "widow_age_unknown")},
    ),
    "everything that shuts out": (
        after(
            "widow",
            married_on="1990-05-05",
            husband_pension=True,
            own_early=True,
            remarried=True,
            maintained=False,
        ),
        dead(),
        {
            (NOTE, "husband_had_pension"),
            (NOTE, "widow_early"),
            (NOTE, "remarried"),
            (NOTE, "not_maintained"),
        },
    ),
    # 死亡一時金・未支給
    "a wife who lived with him": (after("death_lump_sum"), dead(), set()),
    "a brother before whom a child stands": (
        after("death_lump_sum", relation="sibling", others=["child"]),
        dead(),
        {(LACKS, "prior_survivor")},
    ),
    "a child beside a brother": (
        after("death_lump_sum", relation="child", others=["sibling"]),
        dead(),
        set(),
    ),
    "another household": (
        after("death_lump_sum"),
        dead(claimant=someone("1964-01-10", number=2, home=8)),
        {(NOTE, "apart")},
    ),
    "not living together": (
        after("death_lump_sum", shared_living=False),
        dead(),
        {(NOTE, "not_together")},
    ),
    "he had a pension; a survivors' pension is due; not chosen": (
        after("death_lump_sum", had_pension=True, survivor_pension=True, widow_pension="undecided"),
        dead(),
        {(NOTE, "dead_had_pension"), (NOTE, "survivor_pension_due"), (LACKS, "choice_open")},
    ),
    "two years to the day": (
        after("death_lump_sum", received="2028-10-01"),
        dead(),
        {(NOTE, "two_years")},
    ),
    "the day before": (after("death_lump_sum", received="2028-09-30"), dead(), set()),
    "35 months": (
        after("death_lump_sum", months_paid=35),
        dead(),
        {(NOTE, "lump_sum_short")},
    ),
    "months not looked up": (
        after("death_lump_sum", record="not_seen"),
        dead(),
        {(NOTE, "lump_sum_unknown")},
    ),
    "a niece": (after("unpaid", relation="kin"), dead(), set()),
    "a niece, and a sister lives": (
        after("unpaid", relation="kin", others=["sibling"]),
        dead(),
        {(LACKS, "prior_survivor")},
    ),
    "paid up to the month of death": (
        after("unpaid", last_paid="2026-10"),
        dead(),
        {(NOTE, "paid_past_death")},
    ),
    "two months are unpaid": (after("unpaid", last_paid="2026-08"), dead(), set()),
    "nobody claims": (
        after("support_unpaid", claimant=None),
        dead(claimant=None),
        {(LACKS, "claimant_missing"), (NOTE, "apart")},
    ),
    "the dead person claims": (
        after("unpaid", claimant=1),
        dead(claimant=someone("1962-06-15", number=1)),
        {(STOP, "claimant_is_dead_person")},
    ),
    "the claimant has died": (
        after("unpaid"),
        dead(claimant=someone("1964-01-10", number=2, died="2026-11-01")),
        {(STOP, "claimant_died")},
    ),
    "the death is not on the register": (
        after("unpaid"),
        dead(died=""),
        {(NOTE, "death_not_registered")},
    ),
    "another day of death": (
        after("unpaid"),
        dead(died="2026-10-02"),
        {(LACKS, "death_differs")},
    ),
    "a death of tomorrow": (
        after("unpaid", received="2026-09-30"),
        dead(),
        {(STOP, "death_impossible")},
    ),
    # 死亡届
    "a death report": (
        after("death_report", unpaid_too=False),
        dead(),
        set(),
    ),
    "a death report of an insured person, with My Number": (
        after("death_report", my_number_known=True, unpaid_too=True),
        dead(enrolments=(enrolled("1984-06-14"),)),
        {(NOTE, "report_not_needed"), (NOTE, "loss_follows"), (NOTE, "unpaid_follows")},
    ),
}


@pytest.mark.parametrize("name", CASES)
def test_the_check_finds_just_this(name: str) -> None:
    filing, people, expected = CASES[name]
    found = domain.check(receipt=filing, known=people)
    assert {(each.weight, each.code) for each in found} == expected


def test_every_filing_is_among_the_scenarios() -> None:
    filings = {code for code, filing in FILINGS.items() if filing.duty is Duty.BENEFIT}
    assert {case[0].filing for case in CASES.values()} == filings


def test_every_finding_says_what_why_and_what_to_do_in_japanese() -> None:
    for filing, people, _ in CASES.values():
        names = {item.name for item in FILINGS[filing.filing].items} | {"", "event_on"}
        for each in domain.check(receipt=filing, known=people):
            assert each.message.endswith("。")
            assert each.fix.endswith(("。", "。)"))
            assert each.item in names, (each.code, filing.filing)


REFUSALS = {
    "a month of category 3": (
        "第2号か第3号の期間がある人の老齢基礎年金は、市では受け付けられません(令1条の2)。"
    ),
    "granted before": "老齢基礎年金の裁定がすでに登録されています。",
    "the day before 65": "65歳になるのは令和8年7月31日です。",
    "early at 65": ("繰上げは、60歳(令和3年7月31日)から65歳(令和8年7月31日)になる前までです。"),
    "early while voluntarily insured": "任意加入している間は、繰上げの請求ができません。",
    "late at 65": "繰下げの申出は、66歳(令和9年7月31日)からです。",
    "the person has died": "この人は令和8年10月1日に亡くなっています。",
    "a first visit in category 2": (
        "初診日に第2号被保険者でした。障害厚生年金の請求になり、年金事務所か共済"
        "組合が受け付けます(令1条の2)。"
    ),
    "a first visit of tomorrow": "初診日(令和8年11月21日)が、受付日より後か生年月日より前です。",
    "the day of recognition has not come": "障害認定日(令和8年11月21日)が来ていません。",
    "fixed before the first visit": "症状が固定した日が、初診日より前か受付日より後です。",
    "a student on the first day outside": (
        "初診日が、学生の任意加入の期間(20歳以後、平成3年3月31日まで)にあ"
        "りません。特別障害給付金の対象外です。"
    ),
    "a year has not wholly passed": (
        "額改定請求ができるのは、令和8年11月20日を過ぎてからです(受給権の取"
        "得か診査から1年を経過した日の後)。"
    ),
    "examined tomorrow, no claim known": "受給権ができた日か診査の日が、受付日より後です。",
    "born on 1911-04-02": "老齢福祉年金は明治44年4月1日以前に生まれた人の年金です。",
    "entitled tomorrow": "基礎年金の受給権ができた日が、受付日より後です。",
    "died in category 2": (
        "死亡日に第2号被保険者でした。遺族厚生年金を含めて年金事務所が受け付けます(令1条の2)。"
    ),
    "a widower": "寡婦年金は、夫が亡くなった妻の年金です。",
    "married after the death": "婚姻した日が死亡日より後です。",
    "the dead person claims": "請求者が亡くなった人になっています。",
    "the claimant has died": "請求者は死亡が登録されています。",
    "a death of tomorrow": "死亡日(令和8年10月1日)が、受付日より後か生年月日より前です。",
}


@pytest.mark.parametrize("name", REFUSALS)
def test_what_stops_is_refused_with_its_words(name: str) -> None:
    filing, people, _ = CASES[name]
    with pytest.raises(domain.UnableToReceiveClaim) as refused:
        lacking(domain.check(receipt=filing, known=people), domain.UnableToReceiveClaim)
    assert refused.value.message == REFUSALS[name]
    assert refused.value.fix


def test_every_refusal_is_among_these_words() -> None:
    def stops(name: str) -> set[str]:
        return {code for weight, code in CASES[name][2] if weight is STOP}

    everywhere = set().union(*(stops(name) for name in CASES))
    assert set().union(*(stops(name) for name in REFUSALS)) == everywhere


def test_who_comes_must_be_known() -> None:
    filing = receipt(
        "bank_change",
        filer=Filer.PROXY,
        pensions=["special_disability"],
        identity="not_seen",
        authority="later",
        account="bank",
        account_seen="later",
    )
    found = domain.check(receipt=filing, known=YOUNG)
    codes = ["identity_not_seen", "authority_missing", "account_not_seen"]
    assert lacking(found, domain.UnableToReceiveClaim) == codes


@pytest.mark.parametrize(
    ("first", "months", "day_after"),
    [
        ("2025-05-20", 18, "2026-11-20"),
        ("2024-08-31", 18, "2026-03-01"),
        ("2024-08-30", 18, "2026-03-01"),
        ("2024-08-28", 18, "2026-02-28"),
        ("2024-02-29", 12, "2025-03-01"),
        ("2026-11-20", 3, "2027-02-20"),
    ],
)
def test_a_period_ends_the_day_before_the_one_that_corresponds(
    first: str, months: int, day_after: str
) -> None:
    """民法143条, counted by hand."""
    assert elapsed(day(first), months=months) == day(day_after)


@pytest.mark.parametrize(
    ("last", "first"),
    [("2026-11-20", "2026-08-21"), ("2026-05-31", "2026-03-01"), ("2026-05-30", "2026-03-01")],
)
def test_three_months_before_a_day(last: str, first: str) -> None:
    assert before(day(last), months=3) == day(first)


def test_further_last_days_are_stated() -> None:
    people = known("1966-11-21")
    later = domain.limits(receipt=ill(), known=people)
    assert later == (("2031-11-19", "65歳に達する日の前日", "法30条の2第1項"),)
    special = receipt("special_disability", group="student", first_seen_on="1989-06-01")
    assert domain.limits(receipt=special, known=people)[0][0] == "2031-11-19"
    assert domain.limits(receipt=ill(claim="recognition"), known=people) == ()
    report = receipt("special_disability_report", report_year="2026")
    assert domain.limits(receipt=report, known=people)[0][0] == "2026-09-30"
    # 2027-09-11 is a Saturday.
    report = receipt("old_age_welfare_report", report_year="2027")
    assert domain.limits(receipt=report, known=people)[0][0] == "2027-09-13"
    support = receipt("support_benefit", kind="disability", entitled_on="2026-08-21")
    assert domain.limits(receipt=support, known=people)[0][0] == "2026-11-20"
