"""保険料納付要件 from what the register knows: counted by hand, and never assumed."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

import hypothesis
import pytest
from hypothesis import strategies as st

from kokunen.benefit import record, requirement
from kokunen.benefit.requirement import Judged, judge
from kokunen.cases.domain import Weight
from kokunen.dates.month import Month
from kokunen.people.codes import Category, Exemption, Outcome
from tests.benefit.make import enrolled, exempt, known, receipt

if TYPE_CHECKING:
    from collections.abc import Mapping

BORN = "1996-04-02"  # 20 on 2016-04-01: the months before a first visit are easy to count
FIRST = date(2021, 4, 15)  # months up to 2021-02: 59 from 2016-04
C2 = Category.CATEGORY_2
C3 = Category.CATEGORY_3


def judged(
    *,
    on: date = FIRST,
    born: str = BORN,
    given: Mapping[str, object] | None = None,
    **more: Any,  # noqa: ANN401 - the facts of `known`
) -> Judged:
    return judge(known=known(born, **more), on=on, given=given or {})


# Each line: what the register has, what the agency has answered, and the answer counted by hand.
CASES: dict[str, tuple[dict[str, Any], dict[str, object], bool | None, int, int]] = {
    "nothing known of the payments": ({"enrolments": (enrolled("2016-04-01"),)}, {}, None, 59, 0),
    "every month in category 2": (
        {"enrolments": (enrolled("2016-04-01", category=C2),)},
        {},
        True,
        59,
        59,
    ),
    "every month in category 3": (
        {"enrolments": (enrolled("2016-04-01", category=C3),)},
        {},
        True,
        59,
        59,
    ),
    # 2016-04 to 2019-07 are 40 months of 59: 40 × 3 ≥ 59 × 2.
    "40 of 59 months exempt, the rest open": (
        {
            "enrolments": (enrolled("2016-04-01"),),
            "exemptions": (exempt("2016-04-01", "2019-08-01", applied_on="2016-04-10"),),
        },
        {},
        True,
        59,
        40,
    ),
    # One month fewer is 39 × 3 = 117 < 118: open.
    "39 of 59 months exempt, the rest open": (
        {
            "enrolments": (enrolled("2016-04-01"),),
            "exemptions": (exempt("2016-04-01", "2019-07-01", applied_on="2016-04-10"),),
        },
        {},
        None,
        59,
        39,
    ),
    "the last 12 months exempt": (
        {
            "enrolments": (enrolled("2016-04-01"),),
            "exemptions": (exempt("2020-03-01", "2021-07-01", applied_on="2020-03-10"),),
        },
        {},
        True,
        59,
        12,
    ),
    "the last 12 months exempt, but applied for on the day of the visit": (
        {
            "enrolments": (enrolled("2016-04-01"),),
            "exemptions": (exempt("2020-03-01", "2021-07-01", applied_on="2021-04-15"),),
        },
        {},
        None,
        59,
        0,
    ),
    "statutory exemption counts whenever it was filed": (
        {
            "enrolments": (enrolled("2016-04-01"),),
            "exemptions": (
                exempt("2020-03-01", "2021-07-01", Exemption.STATUTORY, applied_on="2021-06-01"),
            ),
        },
        {},
        True,
        59,
        12,
    ),
    "an application that the agency has not answered": (
        {
            "enrolments": (enrolled("2016-04-01"),),
            "exemptions": (
                exempt("2020-03-01", "2021-07-01", applied_on="2020-03-10", outcome=None),
            ),
        },
        {},
        None,
        59,
        0,
    ),
    "partial months count only if the rest was paid, which is not known": (
        {
            "enrolments": (enrolled("2016-04-01"),),
            "exemptions": (
                exempt("2016-04-01", "2021-07-01", Exemption.HALF, applied_on="2016-04-10"),
            ),
        },
        {},
        None,
        59,
        0,
    ),
    "a rejected application": (
        {
            "enrolments": (enrolled("2016-04-01"),),
            "exemptions": (exempt("2016-04-01", "2021-07-01", outcome=Outcome.REJECTED),),
        },
        {},
        None,
        59,
        0,
    ),
    "the agency: nothing unpaid": (
        {"enrolments": (enrolled("2016-04-01"),)},
        {"payments": "all_paid"},
        True,
        59,
        59,
    ),
    # 20 unpaid of 59: 39 good, not two thirds; and four of the last twelve unpaid.
    "the agency: 20 months unpaid, the last of them recent": (
        {"enrolments": (enrolled("2016-04-01"),)},
        {"payments": "some_unpaid", "unpaid": "2018-11〜2020-06"},
        False,
        59,
        39,
    ),
    "the agency: 20 months unpaid long ago": (
        {"enrolments": (enrolled("2016-04-01"),)},
        {"payments": "some_unpaid", "unpaid": "2016-04〜2017-11"},
        True,
        59,
        39,
    ),
    # 19 unpaid of 59: 40 good, two thirds.
    "the agency: 19 months unpaid, recent": (
        {"enrolments": (enrolled("2016-04-01"),)},
        {"payments": "some_unpaid", "unpaid": "2019-08 2021-02"},
        True,
        59,
        40,
    ),
    "an answer that cannot be read stays open": (
        {"enrolments": (enrolled("2016-04-01"),)},
        {"payments": "some_unpaid", "unpaid": "去年の夏"},
        None,
        59,
        0,
    ),
    "no enrolment known at all: every month since 20 is open": ({}, {}, None, 59, 0),
}


@pytest.mark.parametrize("name", CASES)
def test_the_requirement_is_counted_month_by_month(name: str) -> None:
    register, given, met, insured, good = CASES[name]
    found = judged(given=given, **register)
    assert (found.met, found.insured, found.good) == (met, insured, good)
    assert found.limit == Month(2021, 2)


def test_the_months_to_be_confirmed_are_named() -> None:
    found = judged(
        enrolments=(enrolled("2016-04-01"),),
        exemptions=(exempt("2017-04-01", "2020-04-01", applied_on="2017-04-10"),),
    )
    assert record.written(found.confirm) == "2016-04〜2017-03、2020-04〜2021-02"
    (finding,) = requirement.finding(found, day="初診日")
    assert finding.weight is Weight.NOTE
    assert (
        finding.message == "納付要件は不明です。初診日の前日までの納付がこの台帳では分かりません。"
    )
    assert finding.fix == (
        "年金事務所に、次の月の納付と納付日を照会してください: 2016-04〜2017-03、2020-04〜2021-02。"
    )


def test_the_rule_of_the_last_year_is_not_for_those_of_65() -> None:
    """Two thirds are missing; the last year is paid; the person is 65 on the day."""
    late = date(2026, 4, 15)
    given = {"payments": "some_unpaid", "unpaid": "1990-01〜2010-12"}
    enrolments = (
        enrolled("1986-04-01", "2021-04-01"),
        enrolled("2021-04-01", category=Category.VOLUNTARY),
    )
    old = judge(known=known("1961-04-10", enrolments=enrolments), on=late, given=given)
    young = judge(known=known("1961-04-30", enrolments=enrolments), on=late, given=given)
    assert (old.two_thirds, old.last_year, old.met) == (False, False, False)
    assert (young.two_thirds, young.last_year, young.met) == (False, True, True)


def test_without_a_birth_date_the_last_year_stays_open() -> None:
    given = {"payments": "some_unpaid", "unpaid": "2016-04〜2019-12"}
    found = judged(born="", given=given, enrolments=(enrolled("2016-04-01"),))
    assert (found.two_thirds, found.last_year, found.met) == (False, None, None)
    (finding,) = requirement.finding(found, day="初診日")
    assert "直近の12か月と生年月日" in finding.fix


def test_a_first_visit_before_1991_is_not_judged_here() -> None:
    found = judge(known=known("1960-01-01"), on=date(1990, 6, 1), given={})
    assert found.met is None
    (finding,) = requirement.finding(found, day="初診日")
    assert finding.message.startswith("納付要件は不明です。1990-06-01の納付要件は判定できません。")


def test_failing_is_said_but_the_claim_is_not_turned_away() -> None:
    given = {"payments": "some_unpaid", "unpaid": "2016-04〜2021-02"}
    found = judged(given=given, enrolments=(enrolled("2016-04-01"),))
    (finding,) = requirement.finding(found, day="初診日")
    assert (finding.code, finding.weight) == ("contribution_not_met", Weight.NOTE)
    assert "請求は受け付けられます" in finding.fix


def test_a_met_requirement_needs_no_finding() -> None:
    found = judged(enrolments=(enrolled("2016-04-01", category=C2),))
    assert requirement.finding(found, day="初診日") == ()
    shown = requirement.section(found, day="初診日", on=FIRST)
    assert shown.lines[-1].text == "満たす"
    assert shown.lines[-1].tone == "good"


@pytest.mark.parametrize(
    ("lines", "months", "unread"),
    [
        ("2015-04〜2015-06", 3, ()),
        ("2015-04", 1, ()),
        ("2015-04 2015-05\n2016-01-2016-02", 4, ()),
        ("2015-06〜2015-04", 0, ("2015-06〜2015-04",)),
        ("2015-13", 0, ("2015-13",)),
        ("0001-01〜9999-12", 0, ("0001-01〜9999-12",)),
        ("平成27年4月\n\n2015-04", 1, ("平成27年4月",)),
    ],
)
def test_the_unpaid_stretches_are_read_line_by_line(
    lines: str, months: int, unread: tuple[str, ...]
) -> None:
    found, left = record.told_unpaid({"unpaid": lines})
    assert (len(found), left) == (months, unread)


def test_unread_lines_are_asked_to_be_written_again() -> None:
    found = judged(
        given={"payments": "some_unpaid", "unpaid": "去年の夏"},
        enrolments=(enrolled("2016-04-01"),),
    )
    (finding,) = requirement.finding(found, day="初診日")
    assert (finding.weight, finding.item) == (Weight.LACKS, "unpaid")
    assert finding.message == "未納の期間が読めません(去年の夏)。"


def test_the_month_of_loss_does_not_count_and_one_of_both_does() -> None:
    """法11条: acquired and lost in one month is one month; the month of loss is none."""
    found = record.lived(
        known("1950-01-01", enrolments=(enrolled("2009-04-20", "2009-06-10"),)),
        last=Month(2009, 12),
    )
    of_category = [each.month for each in found if each.category is not None]
    assert of_category == [Month(2009, 4), Month(2009, 5)]
    same = record.lived(
        known("", enrolments=(enrolled("2009-04-03", "2009-04-20"),)), last=Month(2009, 12)
    )
    assert [each.month for each in same] == [Month(2009, 4)]


def test_the_filing_s_own_words_reach_the_answer() -> None:
    given = receipt("disability", payments="all_paid").particulars
    assert judged(given=dict(given), enrolments=(enrolled("2016-04-01"),)).met is True


@hypothesis.given(
    months=st.lists(
        st.sampled_from(["unpaid", "unpaid", "paid", "exempt", "employed"]),
        min_size=59,
        max_size=59,
    )
)
def test_whatever_the_agency_answers_a_known_answer_was_right(months: list[str]) -> None:
    """What is answered without the payments holds for every record there can turn out to be."""
    first = Month(2016, 4)
    enrolments, exemptions = [], []
    for at, kind in enumerate(months):
        start, end = ((first + step).first_day.isoformat() for step in (at, at + 1))
        category = C2 if kind == "employed" else Category.CATEGORY_1
        enrolments.append(enrolled(start, end, category))
        if kind == "exempt":
            exemptions.append(exempt(start, end, applied_on="2016-04-10"))
    people = known(BORN, enrolments=tuple(enrolments), exemptions=tuple(exemptions))
    before = judge(known=people, on=FIRST, given={})
    unpaid = [at for at, kind in enumerate(months) if kind == "unpaid"]
    said = {"payments": "all_paid"}
    if unpaid:
        lines = "\n".join(str(first + at) for at in unpaid)
        said = {"payments": "some_unpaid", "unpaid": lines}
    after = judge(known=people, on=FIRST, given=said)
    # The statute, written out slowly: two thirds, or none of the last twelve.
    good = 59 - len(unpaid)
    lately = [at for at in unpaid if at >= 59 - 12]
    assert after.met is (good * 3 >= 59 * 2 or not lately)
    assert before.met in (None, after.met)
