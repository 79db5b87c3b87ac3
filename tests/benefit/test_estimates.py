"""The estimates, reckoned by hand from this year's published amounts (令和8年度)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from kokunen.benefit import estimates
from kokunen.people.codes import Exemption
from tests.benefit.make import enrolled, exempt, known, receipt, someone, with_additional

if TYPE_CHECKING:
    from kokunen.benefit.known import Known
    from kokunen.cases.domain import Receipt, Section

FULL = {"record": "agency", "months_paid": 480, "months_additional": 0, "months_combined": 0}
ZEROS = {
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
}


def told(**months: int) -> dict[str, Any]:
    return {**ZEROS, **FULL, **{f"months_{name}": count for name, count in months.items()}}


def made(filing: Receipt, people: Known) -> tuple[Section, ...]:
    return estimates.sections(receipt=filing, known=people)


def line(section: Section, label: str) -> str:
    return next(each.text for each in section.lines if each.label == label)


def test_a_full_record_is_the_full_amount() -> None:
    found, table = made(receipt("old_age", start="at_65", **told()), known("1961-08-01"))
    assert line(found, "請求どおりに始めたとき(65歳から)") == "847,300円(月額 70,608円)"
    assert "試算です。" in found.note
    # Born before 1962-04-02: 0.5 % a month early. 847,300 × 0.70, × 1.42, × 1.84
    assert line(table, "5年繰上げ") == "593,110円(月額 49,425円)"
    assert line(table, "5年繰下げ") == "1,203,166円(月額 100,263円)"
    assert line(table, "10年繰下げ") == "1,559,032円(月額 129,919円)"


def test_an_early_start_is_counted_in_months_before_65() -> None:
    """Born 1964-06-15: 65 on 2029-06-14; claimed 2026-11 is 31 months early, 12.4 % less."""
    found, _ = made(receipt("old_age", start="early", **told()), known("1964-06-15"))
    assert line(found, "請求どおりに始めたとき(2年7月繰上げ)") == "742,235円(月額 61,852円)"


def test_a_late_start_is_counted_in_months_after_65() -> None:
    """Born 1959-05-10: 65 on 2024-05-09; claimed 2026-11 is 30 months late, 21 % more."""
    found, _ = made(receipt("old_age", start="late", **told()), known("1959-05-10"))
    # 1,025,233: 847,300 × 1.21
    assert line(found, "請求どおりに始めたとき(2年6月繰下げ)") == "1,025,233円(月額 85,436円)"


def test_unknown_months_give_a_range() -> None:
    """120 months exempt in full since 2009 count half: 60/480; all others paid: 420/480 at most."""
    people = known(
        "1961-08-01",
        enrolments=(enrolled("1981-07-31", "2021-07-31"),),
        exemptions=(exempt("2011-07-01", "2021-07-01"),),
    )
    found, _ = made(receipt("old_age", start="at_65"), people)
    assert line(found, "受給資格期間(合算対象期間は確認分のみ)") == "120〜480月"
    # 847,300 × 60/480 = 105,912.5 → 105,913; × 420/480 = 741,387.5 → 741,388
    text = line(found, "請求どおりに始めたとき(65歳から)")
    assert text.startswith("105,913円〜741,388円")
    assert "納付した月の記録がこの台帳にない" in found.note


def test_a_blank_count_is_not_zero() -> None:
    given = told(paid=240) | {"months_full": None}
    found, _ = made(receipt("old_age", start="at_65", **given), known("1961-08-01"))
    text = line(found, "請求どおりに始めたとき(65歳から)")
    assert text.startswith("423,650円〜847,300円")
    assert "空欄の月数は分からない" in found.note


def test_additional_months_add_200_yen_each() -> None:
    found, _ = made(receipt("old_age", start="at_65", **told(additional=120)), known("1961-08-01"))
    assert line(found, "請求どおりに始めたとき(65歳から)").startswith("871,300円")


def test_additional_months_of_the_register_are_only_possible() -> None:
    people = known(
        "1961-08-01",
        enrolments=(enrolled("1981-07-31", "2021-07-31"),),
        additionals=(with_additional("2011-07-01", "2021-07-01"),),
    )
    found, _ = made(receipt("old_age", start="at_65"), people)
    text = line(found, "請求どおりに始めたとき(65歳から)")
    assert text.startswith("0円〜871,300円")


@pytest.mark.parametrize(
    ("grade", "children", "annual"),
    [
        ("1", 0, "1,059,125円"),
        ("2", 0, "847,300円"),
        ("2", 1, "1,091,100円"),
        ("2", 2, "1,334,900円"),
        ("1", 3, "1,628,025円"),
    ],
)
def test_disability_by_grade_and_children(grade: str, children: int, annual: str) -> None:
    filing = receipt(
        "disability",
        first_seen_on="2023-05-10",
        claim="later",
        grade=grade,
        has_children=bool(children),
        children_count=children,
    )
    (found,) = made(filing, known("1980-06-15"))
    assert line(found, f"{grade}級").startswith(f"年額 {annual}")


def test_an_unknown_number_of_children_is_said() -> None:
    filing = receipt("disability", first_seen_on="2023-05-10", claim="later", grade="2")
    (found,) = made(filing, known("1980-06-15"))
    assert line(found, "加算の対象の子") == "不明"
    assert line(found, "2級").endswith("に、子の加算")


@pytest.mark.parametrize(
    ("relation", "children", "annual"),
    [
        ("spouse", 1, "1,091,100円"),
        ("spouse", 2, "1,334,900円"),
        ("spouse", 3, "1,416,200円"),
        ("child", 1, "847,300円"),
        ("child", 2, "1,091,100円"),
        ("child", 3, "1,172,400円"),
    ],
)
def test_survivors_by_children(relation: str, children: int, annual: str) -> None:
    filing = receipt(
        "survivor",
        event="2026-10-01",
        relation=relation,
        has_children=True,
        children_count=children,
    )
    (found,) = made(filing, known("1980-06-15", claimant=someone("1982-01-01", number=2)))
    label = "配偶者に" if relation == "spouse" else "子に(人数で等分)"
    assert line(found, label).startswith(f"年額 {annual}")


def test_a_widow_gets_three_quarters() -> None:
    """360 months paid: 847,300 × 360/480 = 635,475; three quarters are 476,606.25."""
    filing = receipt("widow", event="2026-10-01", married_on="1990-01-01", **told(paid=360))
    (found,) = made(filing, known("1962-06-15", claimant=someone("1964-01-01", number=2)))
    assert line(found, "年額").startswith("476,606円")


@pytest.mark.parametrize(
    ("paid", "half", "additional", "amount"),
    [
        (35, 0, 0, "0円"),
        (36, 0, 0, "120,000円"),
        (35, 2, 0, "120,000円"),
        (179, 0, 0, "120,000円"),
        (180, 0, 36, "153,500円"),
        (420, 0, 0, "320,000円"),
    ],
)
def test_the_lump_sum_by_months(paid: int, half: int, additional: int, amount: str) -> None:
    given = told(paid=paid, half=half, additional=additional)
    filing = receipt("death_lump_sum", event="2026-10-01", relation="child", **given)
    (found,) = made(filing, known("1970-06-15"))
    assert line(found, "額") == amount


def test_the_lump_sum_of_a_record_not_looked_up_is_a_range() -> None:
    people = known("1996-04-02", enrolments=(enrolled("2016-04-01", "2026-10-02"),))
    (found,) = made(receipt("death_lump_sum", event="2026-10-01", relation="child"), people)
    assert line(found, "額") == "0円〜120,000円"


def test_the_support_benefit() -> None:
    """300 paid, 180 exempt in full: 5,620 × 300/480 = 3,512.5 → 3,513; 11,768 × 180/480 = 4,413."""
    given = told(paid=300, full=180)
    filing = receipt("support_benefit", kind="old_age", household_untaxed=True, **given)
    (found,) = made(filing, known("1960-06-15"))
    assert line(found, "月額") == "7,926円"
    (first,) = made(receipt("support_benefit", kind="disability", grade="1"), known())
    (second,) = made(receipt("support_benefit", kind="disability", grade="2"), known())
    assert (line(first, "月額"), line(second, "月額")) == ("7,025円", "5,620円")


def test_a_year_without_figures_says_so_instead_of_an_amount() -> None:
    filing = receipt("old_age", received="2027-05-10", start="at_65", **told())
    (found,) = made(filing, known("1961-08-01"))
    assert found.lines[0].text.startswith("不明。")
    assert found.lines[0].tone == "doubt"


@pytest.mark.parametrize(
    "filing",
    ["unpaid", "support_unpaid", "bank_change", "death_report", "special_disability", "revision"],
)
def test_some_filings_have_no_estimate(filing: str) -> None:
    assert made(receipt(filing), known("1961-08-01")) == ()


def test_a_partial_exemption_of_the_register_is_credited_at_most() -> None:
    """12 months of 半額 are worth 9 months if their half was paid, nothing if it was not."""
    people = known(
        "1961-08-01",
        enrolments=(enrolled("2020-07-01", "2021-07-01"),),
        exemptions=(exempt("2020-07-01", "2021-07-01", Exemption.HALF),),
    )
    found, _ = made(receipt("old_age", start="at_65"), people)
    # 480 months from 1981-07 to 2021-06 less 12, plus 9: 477/480 of 847,300 is 842,004.4.
    text = line(found, "請求どおりに始めたとき(65歳から)")
    assert text.startswith("0円〜842,004円")
