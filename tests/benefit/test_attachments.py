"""The list of documents: what is brought, what is not, and what will do instead."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from kokunen.benefit.attachments import attachments, forms_of
from kokunen.cases.catalogue import FILINGS
from kokunen.cases.catalogue.benefit_items import ILLNESSES
from kokunen.cases.catalogue.kinds import Duty, Filer
from tests.benefit.make import known, receipt, someone

if TYPE_CHECKING:
    from kokunen.benefit.known import Known
    from kokunen.cases.domain import Receipt

ALIVE = known("1980-06-15")
TOGETHER = known("1962-06-15", died="2026-10-01", claimant=someone("1964-01-10", number=2))
APART = known("1962-06-15", claimant=someone("1964-01-10", number=2, home=8))
SEEN: dict[str, Any] = {"identity": "card"}
WRITTEN: dict[str, Any] = {"my_number": "written", **SEEN}


def ill(**given: Any) -> Receipt:  # noqa: ANN401 - JSON values
    usual: dict[str, Any] = {
        "first_seen_on": "2023-05-10",
        "claim": "later",
        "illness": ["mental"],
        **WRITTEN,
    }
    return receipt("disability", **(usual | given))


def after(filing: str, **given: Any) -> Receipt:  # noqa: ANN401 - as above
    return receipt(filing, event="2026-10-01", claimant=2, **(WRITTEN | given))


# What has to be brought in each case, and what is listed as not needed.
CASES: dict[str, tuple[Receipt, Known, set[str], set[str]]] = {
    "an old-age pension by My Number, into the public account": (
        receipt("old_age", start="at_65", account="public", **WRITTEN),
        ALIVE,
        {"基礎年金番号通知書・年金手帳"},
        {"戸籍の抄本・住民票(生年月日の確認)", "通帳の写し", "来庁者の本人確認書類"},
    ),
    "the same without My Number, with a spouse's pension and another one": (
        receipt(
            "old_age",
            start="at_65",
            account="bank",
            spouse_pension="employee",
            other_pension=True,
            **SEEN,
        ),
        ALIVE,
        {
            "基礎年金番号通知書・年金手帳",
            "戸籍の抄本・住民票(生年月日の確認)",
            "戸籍謄本",
            "請求者の所得の証明",
            "ほかの年金の証書の写し",
            "年金受給選択申出書",
            "通帳・キャッシュカードの写し",
        },
        {"来庁者の本人確認書類"},
    ),
    "a disability with the first visit at the same hospital": (
        ill(same_hospital=True),
        ALIVE,
        {
            "基礎年金番号通知書・年金手帳",
            "診断書(様式第120号の4 精神の障害)",
            "病歴・就労状況等申立書",
        },
        {"戸籍の抄本・住民票(生年月日の確認)", "来庁者の本人確認書類"},
    ),
    "at another hospital, two disabilities, children not in the household": (
        ill(
            same_hospital=False,
            illness=["respiratory", "circulatory"],
            has_children=True,
            children_disabled=1,
            my_number="basic_number",
        ),
        ALIVE,
        {
            "基礎年金番号通知書・年金手帳",
            "戸籍の抄本・住民票(生年月日の確認)",
            "診断書(様式第120号の5 呼吸器疾患の障害)",
            "診断書(様式第120号の6-(1) 循環器疾患の障害)",
            "レントゲンフィルム",
            "心電図の写し",
            "受診状況等証明書",
            "病歴・就労状況等申立書",
            "戸籍謄本(子の記載のあるもの)",
            "世帯全員の住民票",
            "子の診断書",
        },
        {"来庁者の本人確認書類"},
    ),
    "children in the household of the register": (
        ill(same_hospital=True, has_children=True, my_number="basic_number"),
        known("1980-06-15", children=(someone("2015-05-01", number=3),)),
        {
            "基礎年金番号通知書・年金手帳",
            "戸籍の抄本・住民票(生年月日の確認)",
            "診断書(様式第120号の4 精神の障害)",
            "病歴・就労状況等申立書",
            "戸籍謄本(子の記載のあるもの)",
        },
        {"世帯全員の住民票", "来庁者の本人確認書類"},
    ),
    "the first hospital is closed; an accident; workers' compensation": (
        ill(
            same_hospital=False,
            first_hospital_closed=True,
            third_party=True,
            workers_compensation=True,
        ),
        ALIVE,
        {
            "基礎年金番号通知書・年金手帳",
            "診断書(様式第120号の4 精神の障害)",
            "受診状況等証明書が添付できない申立書",
            "病歴・就労状況等申立書",
            "第三者行為事故状況届・確認書",
            "労災等の決定通知書の写し",
        },
        {"戸籍の抄本・住民票(生年月日の確認)", "来庁者の本人確認書類"},
    ),
    "a first visit before 20: the income is the city's own record": (
        ill(first_seen_on="1999-05-10", same_hospital=True),
        ALIVE,
        {
            "基礎年金番号通知書・年金手帳",
            "診断書(様式第120号の4 精神の障害)",
            "病歴・就労状況等申立書",
        },
        {
            "戸籍の抄本・住民票(生年月日の確認)",
            "前年の所得証明書",
            "来庁者の本人確認書類",
        },
    ),
    "a student of then": (
        receipt(
            "special_disability",
            group="student",
            first_seen_on="1989-06-01",
            illness=["eye"],
            same_hospital=True,
            **WRITTEN,
        ),
        ALIVE,
        {
            "基礎年金番号通知書・年金手帳",
            "診断書(様式第120号の1 眼の障害)",
            "病歴・就労状況等申立書",
            "在学(籍)証明書",
        },
        {
            "戸籍の抄本・住民票(生年月日の確認)",
            "前年の所得証明書",
            "来庁者の本人確認書類",
        },
    ),
    "a spouse of then": (
        receipt(
            "special_disability",
            group="spouse",
            first_seen_on="1985-06-01",
            illness=["eye"],
            same_hospital=True,
            **WRITTEN,
        ),
        ALIVE,
        {
            "基礎年金番号通知書・年金手帳",
            "診断書(様式第120号の1 眼の障害)",
            "病歴・就労状況等申立書",
            "戸籍謄本",
            "配偶者の年金加入期間確認通知書",
        },
        {
            "戸籍の抄本・住民票(生年月日の確認)",
            "前年の所得証明書",
            "来庁者の本人確認書類",
        },
    ),
    "worse than before": (
        receipt("revision", reason="worse", illness=["limbs"], **SEEN),
        ALIVE,
        {"年金証書", "診断書(様式第120号の3 肢体の障害)"},
        {"来庁者の本人確認書類"},
    ),
    "another child": (
        receipt("revision", reason="child", **SEEN),
        ALIVE,
        {"年金証書", "戸籍謄本・世帯の住民票"},
        {"来庁者の本人確認書類"},
    ),
    "a survivor of the same household, by My Number": (
        after("survivor", relation="spouse", has_children=False),
        TOGETHER,
        {"亡くなった人の年金証書", "戸籍謄本", "死亡診断書(死体検案書)の写し"},
        {
            "戸籍の抄本・死亡診断書の写し",
            "世帯全員の住民票と亡くなった人の除票",
            "請求者の所得証明書",
            "来庁者の本人確認書類",
        },
    ),
    "a survivor of another household, without My Number, after an accident": (
        after(
            "survivor",
            relation="spouse",
            has_children=True,
            third_party=True,
            my_number="basic_number",
        ),
        APART,
        {
            "亡くなった人の年金証書",
            "戸籍の抄本・死亡診断書の写し",
            "戸籍謄本",
            "世帯全員の住民票と亡くなった人の除票",
            "生計同一関係に関する申立書",
            "請求者の所得証明書",
            "戸籍謄本(子の記載のあるもの)",
            "世帯全員の住民票",
            "死亡診断書(死体検案書)の写し",
            "第三者行為事故状況届・確認書",
        },
        {"来庁者の本人確認書類"},
    ),
    "a widow without a marriage certificate": (
        after("widow", relation="spouse", common_law=True),
        TOGETHER,
        {
            "亡くなった人の年金証書",
            "戸籍謄本",
            "事実婚関係に関する申立書",
            "死亡診断書(死体検案書)の写し",
        },
        {
            "戸籍の抄本・死亡診断書の写し",
            "世帯全員の住民票と亡くなった人の除票",
            "請求者の所得証明書",
            "来庁者の本人確認書類",
        },
    ),
    "a lump sum": (
        after("death_lump_sum", relation="child"),
        TOGETHER,
        {"基礎年金番号通知書・年金手帳", "戸籍謄本"},
        {
            "戸籍の抄本・死亡診断書の写し",
            "世帯全員の住民票と亡くなった人の除票",
            "来庁者の本人確認書類",
        },
    ),
    "a pension left unpaid, another household": (
        after("unpaid", relation="child"),
        APART,
        {
            "亡くなった人の年金証書",
            "戸籍の抄本・死亡診断書の写し",
            "戸籍謄本",
            "生計同一関係に関する申立書",
        },
        {"世帯全員の住民票と亡くなった人の除票", "来庁者の本人確認書類"},
    ),
    "a benefit left unpaid": (
        after("support_unpaid", relation="child"),
        TOGETHER,
        {"亡くなった人の年金証書", "戸籍謄本"},
        {
            "戸籍の抄本・死亡診断書の写し",
            "世帯全員の住民票と亡くなった人の除票",
            "来庁者の本人確認書類",
        },
    ),
    "a death report": (
        after("death_report"),
        TOGETHER,
        {"亡くなった人の年金証書"},
        {"戸籍の抄本・死亡診断書の写し", "来庁者の本人確認書類"},
    ),
    "a welfare pension": (
        receipt("old_age_welfare", **SEEN),
        ALIVE,
        {"戸籍の抄本"},
        {"前年の所得証明書", "来庁者の本人確認書類"},
    ),
    "its report, the income known elsewhere": (
        receipt("old_age_welfare_report", income_seen="other_city", **SEEN),
        ALIVE,
        {"年金証書", "前年の所得証明書"},
        {"来庁者の本人確認書類"},
    ),
    "the report of the special benefit, with a diagnosis": (
        receipt("special_disability_report", income_seen="tax", diagnosis_asked=True, **SEEN),
        ALIVE,
        {"障害状態確認届(診断書)"},
        {"前年の所得証明書", "来庁者の本人確認書類"},
    ),
    "a support benefit": (
        receipt("support_benefit", kind="old_age", **SEEN),
        ALIVE,
        set(),
        {"世帯の所得の証明", "来庁者の本人確認書類"},
    ),
    "a change of bank by a guardian without papers": (
        receipt(
            "bank_change",
            account="post",
            guardian=True,
            guardian_proof="later",
            filer=Filer.PROXY,
        ),
        ALIVE,
        {
            "後見登記の登記事項証明書",
            "通帳・キャッシュカードの写し",
            "来庁者の本人確認書類",
            "委任状",
        },
        set(),
    ),
    "a change of bank with everything shown": (
        receipt(
            "bank_change",
            account="post",
            account_seen="passbook",
            authority="letter",
            filer=Filer.PROXY,
            **SEEN,
        ),
        ALIVE,
        set(),
        {"通帳・キャッシュカードの写し", "来庁者の本人確認書類", "委任状"},
    ),
}


@pytest.mark.parametrize("name", CASES)
def test_the_documents_follow_from_the_facts(name: str) -> None:
    filing, people, needed, spared = CASES[name]
    found = attachments(receipt=filing, known=people)
    assert {each.name for each in found if each.needed} == needed
    assert {each.name for each in found if not each.needed} == spared
    assert all(each.why for each in found)


def test_every_filing_is_among_the_scenarios() -> None:
    filings = {code for code, filing in FILINGS.items() if filing.duty is Duty.BENEFIT}
    assert {case[0].filing for case in CASES.values()} == filings


def test_two_years_after_recognition_two_diagnoses_are_needed() -> None:
    found = attachments(receipt=ill(claim="recognition", same_hospital=True), known=ALIVE)
    diagnosis = next(each for each in found if each.name.startswith("診断書"))
    assert diagnosis.why.endswith("請求日前3か月以内のもの(2枚)")


def test_what_will_do_instead_is_said() -> None:
    found = attachments(receipt=ill(same_hospital=False), known=ALIVE)
    proof = next(each for each in found if each.name == "受診状況等証明書")
    assert proof.instead == ("受診状況等証明書が添付できない申立書",)


def test_there_are_eight_forms_of_diagnosis() -> None:
    codes = [code for code, _ in ILLNESSES]
    assert forms_of(codes) == "様式第120号の1・2・3・4・5・6-(1)・6-(2)・7"
    assert len(forms_of(codes)) <= 40  # the width of the column
    assert forms_of([]) == ""
