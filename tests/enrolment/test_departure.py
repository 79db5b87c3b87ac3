"""Somebody leaves Japan in the middle of what was prepaid: the amounts, computed by hand."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from kokunen.dates.month import Month
from kokunen.enrolment import domain
from kokunen.enrolment.departure import last_counted, refund
from tests.enrolment.lives import ONE, at_home, enrolled, foreign, gone, life, receipt

if TYPE_CHECKING:
    from kokunen.cases.domain import Receipt, Section
    from kokunen.enrolment.life import Facts

INSURED = enrolled(ONE, "2010-04-01..")
HERE = life(INSURED, at_home(), gone("2026-09-30"))
ABROAD_LATER = life(enrolled(ONE, "2015-04-01.."), at_home(), foreign())


def leaving(on: str = "2026-09-30", received: str = "2026-10-05", **says: Any) -> Receipt:  # noqa: ANN401 - JSON values
    given: dict[str, Any] = {
        "wish": "refund",
        "prepaid": "cash",
        "prepaid_from": "2026-04",
        "prepaid_months": 12,
    } | says
    return receipt("departure", event=on, received=received, **given)


def shown(filed: Receipt, facts: Facts) -> dict[str, Section]:
    return {each.heading: each for each in domain.sections(filed, facts)}


def test_a_year_prepaid_in_april_and_gone_at_the_end_of_september() -> None:
    # Lost on 1 October: October to March come back. 17,920 yen a month in FY2026;
    # 1.04 ** (-k / 12) for k = 0 … 5 is 1, 0.996737, 0.993485, 0.990243, 0.987012, 0.983791:
    # together 5.951267, times 17,920 = 106,646.7, to ten yen 106,650.
    back = refund(leaving(), HERE)
    assert back is not None
    assert back.amount == 106_650
    assert [str(each.month) for each in back.months] == [
        "2026-10", "2026-11", "2026-12", "2027-01", "2027-02", "2027-03",
    ]  # fmt: skip
    assert {each.premium for each in back.months} == {17_920}
    # 17,920 × 1.996737 = 35,781.5 → 35,780; the second month's part is what it adds to 17,920.
    assert [each.estimate for each in back.months[:2]] == [17_920, 17_860]


def test_gone_a_day_earlier_september_comes_back_too() -> None:
    # Lost on 30 September: the month of the loss does not count (法11条1項).
    # The seventh factor is 0.980581: 6.931847 × 17,920 = 124,218.7 → 124,220.
    back = refund(leaving("2026-09-29"), HERE)
    assert back is not None
    assert (len(back.months), back.amount) == (7, 124_220)
    assert last_counted(leaving("2026-09-29"), HERE) == Month(2026, 8)


def test_the_additional_premium_comes_back_with_it() -> None:
    # 400 × 5.951267 = 2,380.5 → 2,380 (rounded apart); 106,650 + 2,380.
    back = refund(leaving(prepaid_additional=True), HERE)
    assert back is not None
    assert back.amount == 109_030
    assert back.months[0].premium == 18_320


def test_two_years_by_account_with_the_next_years_premium() -> None:
    # April 2026 for 24 months, gone at the end of January 2028: February and March 2028 remain,
    # 18,290 yen each in FY2027, discounted by one month more: 0.996737 + 0.993485 = 1.990222;
    # × 18,290 = 36,401.2 → 36,400.
    filed = leaving("2028-01-31", "2028-02-03", prepaid="account_transfer", prepaid_months=24)
    back = refund(filed, life(INSURED, at_home(), gone("2028-01-31")))
    assert back is not None
    assert back.amount == 36_400
    assert sum(each.estimate for each in back.months) == 36_400


def test_what_was_prepaid_for_later_months_alone_comes_back_whole() -> None:
    # One month, November 2026, from an account: 17,920 × 0.996737 = 17,861.5 → 17,860.
    filed = leaving(prepaid="account_transfer", prepaid_from="2026-11", prepaid_months=1)
    back = refund(filed, HERE)
    assert back is not None
    assert [(str(each.month), each.estimate) for each in back.months] == [("2026-11", 17_860)]


def test_nothing_comes_back_of_months_that_count() -> None:
    filed = leaving(prepaid_months=6)
    back = refund(filed, HERE)
    assert back is not None
    assert back.months == ()
    section = shown(filed, HERE)["資格を喪失し、前納した分の還付を受ける"]
    assert "ありません" in section.lines[2].text


@pytest.mark.parametrize(
    "says",
    [
        {"prepaid": "unknown"},
        {"prepaid_months": None},
        {"prepaid_from": None},
        {"prepaid_months": 25},
    ],
)
def test_what_is_not_known_is_shown_as_not_known(says: dict[str, Any]) -> None:
    filed = leaving(**says)
    assert refund(filed, HERE) is None
    line = shown(filed, HERE)["資格を喪失し、前納した分の還付を受ける"].lines[2]
    assert (line.text.startswith("不明"), line.tone) == (True, "doubt")


def test_a_premium_that_is_not_set_yet_is_no_number() -> None:
    filed = leaving("2028-01-31", "2028-02-03", prepaid_from="2027-10", prepaid_months=12)
    line = shown(filed, life(INSURED, at_home(), gone("2028-01-31")))[
        "資格を喪失し、前納した分の還付を受ける"
    ].lines[2]
    assert line.text.startswith("不明(")


def test_both_ways_stand_side_by_side() -> None:
    ending, going_on, *_ = domain.sections(leaving(received="2026-10-20"), HERE)
    assert ending.lines[0].text == "令和8年10月1日(転出の日の翌日、法9条2号)"
    assert ending.lines[1].text == "令和8年9月分まで納める"
    assert "目安" in ending.note
    assert going_on.heading == "任意加入を続ける"
    words = {line.label: line.text for line in going_on.lines}
    assert words["資格取得日"] == "令和8年10月20日(申し出た日。さかのぼれない)"
    assert words["1月の保険料"] == "17,920円(令和8年10月)"
    assert words["空く期間"] == "令和8年10月1日から令和8年10月19日までは任意加入できない"
    assert words["いつまで"] == "令和37年4月1日(65歳)か480月に達するまで"


def test_without_a_prepayment_there_is_nothing_to_return() -> None:
    section = shown(leaving(prepaid="none"), HERE)["資格を喪失し、前納した分の還付を受ける"]
    assert section.lines[2].text == "前納がないので、ありません"
    assert section.note == ""


def test_a_foreign_national_is_told_of_the_lump_sum_and_its_limit() -> None:
    # 20 months count as 18: half of 17,920 yen for each, 161,280 yen.
    found = shown(leaving(prepaid="none", months_paid=20), ABROAD_LATER)
    assert found["任意加入を続ける"].lines[0].tone == "bad"
    lump, limit, _ = found["脱退一時金(外国籍の人)"].lines
    assert lump.text == "161,280円(20月納付、令和8年9月分まで納めたとき)"
    assert limit.text == "国内に住所がなくなってから2年(目安 令和10年9月30日まで)"


def test_too_few_months_or_none_known() -> None:
    few = shown(leaving(prepaid="none", months_paid=5), ABROAD_LATER)
    assert few["脱退一時金(外国籍の人)"].lines[0].tone == "bad"
    unknown = shown(leaving(prepaid="none"), ABROAD_LATER)
    assert unknown["脱退一時金(外国籍の人)"].lines[0].tone == "doubt"


def test_a_japanese_national_is_not_told_of_it() -> None:
    assert "脱退一時金(外国籍の人)" not in shown(leaving(), HERE)


def test_without_a_day_nothing_is_promised() -> None:
    filed = receipt("departure", wish="refund", prepaid="none")
    assert [each.heading for each in domain.sections(filed, HERE)] == ["この届出の後の資格の経過"]
