"""Every month of the tables on enrolment, pensions and benefits, and one month outside."""

from __future__ import annotations

import pytest

from kokunen.dates.month import Month
from kokunen.law.figures import FIGURES
from kokunen.rulekit.figures import NoValueInForce

HORIZON = Month(2040, 3)
LAST_OF_2026 = Month(2027, 3)
# Table: its first month, and its last one where the figure is set year by year.
TABLES = {
    "enrolment.childbirth_before": (Month(2019, 2), None),
    "enrolment.childbirth_before_multiple": (Month(2019, 2), None),
    "enrolment.childbirth_after": (Month(2019, 2), None),
    "enrolment.childcare_follows_childbirth": (Month(2026, 10), None),
    "enrolment.childcare_earlier_births": (Month(2026, 10), None),
    "enrolment.statutory_before": (Month(1986, 4), None),
    "pension.full": (Month(1986, 4), LAST_OF_2026),
    "pension.full_older": (Month(2023, 4), LAST_OF_2026),
    "pension.weight_one_quarter": (Month(2006, 7), None),
    "pension.weight_one_quarter_over": (Month(2006, 7), None),
    "pension.weight_half": (Month(2002, 4), None),
    "pension.weight_half_over": (Month(2002, 4), None),
    "pension.weight_three_quarters": (Month(2006, 7), None),
    "pension.weight_three_quarters_over": (Month(2006, 7), None),
    "pension.weight_full": (Month(1961, 4), None),
    "pension.newer_months_first": (Month(2009, 4), None),
    "pension.early_rate": (Month(2001, 4), None),
    "pension.early_rate_older": (Month(2022, 4), None),
    "pension.late_rate": (Month(2001, 4), None),
    "pension.late_most_months": (Month(2001, 4), None),
    "pension.late_most_months_older": (Month(2022, 4), None),
    "pension.additional_per_month": (Month(1986, 4), None),
    "pension.qualifying_months": (Month(1986, 4), None),
    "benefit.grade_1_multiplier": (Month(1986, 4), None),
    "benefit.child_addition": (Month(2012, 4), LAST_OF_2026),
    "benefit.child_addition_third": (Month(2012, 4), LAST_OF_2026),
    "benefit.support_base": (Month(2019, 10), LAST_OF_2026),
    "benefit.support_exempt": (Month(2019, 10), LAST_OF_2026),
    "benefit.support_exempt_quarter": (Month(2019, 10), LAST_OF_2026),
    "benefit.death_lump_sum": (Month(2006, 7), None),
    "benefit.death_additional": (Month(2006, 7), None),
    "benefit.withdrawal_most_months": (Month(2005, 4), None),
    "benefit.contribution_share": (Month(1991, 5), None),
    "benefit.last_year_rule": (Month(1991, 5), None),
}


def test_no_table_is_left_out() -> None:
    own = ("enrolment.", "pension.", "benefit.")
    assert [t.name for t in FIGURES.tables() if t.name.startswith(own)] == sorted(
        TABLES, key=lambda name: (name.partition(".")[0], list(TABLES).index(name))
    )


@pytest.mark.parametrize("name", TABLES)
def test_each_month_has_one_value_and_one_month_outside_raises(name: str) -> None:
    first, last = TABLES[name]
    table = FIGURES.table(name)
    for month in Month.range(first, last or HORIZON):
        in_force = [v for v in table.values if v.first <= month <= (v.last or HORIZON)]
        assert in_force == [table.on(month)]
    with pytest.raises(NoValueInForce):
        table.on(first - 1)
    if last is not None:
        with pytest.raises(NoValueInForce):
            table.on(last + 1)


@pytest.mark.parametrize("name", TABLES)
def test_a_figure_set_each_year_is_due_each_april(name: str) -> None:
    if TABLES[name][1] is not None:
        assert FIGURES.table(name).review == "april"


def test_each_unverified_value_says_why() -> None:
    doubtful = {
        name: value.note.partition("。")[0]
        for name in TABLES
        for value in FIGURES.table(name).values
        if value.status == "unverified"
    }
    assert doubtful == {
        "enrolment.childcare_follows_childbirth": (
            "産後の免除期間の翌月から子が1歳になるまで(9か月)と数えています"
        ),
        "enrolment.childcare_earlier_births": (
            "施行日(2026年10月1日)前に生まれた子についての経過措置は確かめられていません"
        ),
        "pension.newer_months_first": (
            "480月の上限が平成21年3月以前と4月以後の月にまたがる場合に、"
            "どちらを先に数えるかは確かめられていません"
        ),
    }
