"""Whether a timeline is possible: every fault planted is found, and a legal life has none."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from kokunen.dates.age import attained_on
from kokunen.dates.month import Month
from kokunen.enrolment.life import Held
from kokunen.enrolment.months import Run, months, uncovered
from kokunen.enrolment.timeline import faults
from kokunen.people.codes import Category, Exemption, Outcome, Removal
from kokunen.people.domain import AdditionalValue, EnrolmentValue, ExemptionValue
from kokunen.people.periods import Period
from tests.enrolment.lives import (
    ONE,
    SPECIAL,
    THREE,
    TODAY,
    TWO,
    VOLUNTARY,
    additional,
    at_home,
    d,
    enrolled,
    exempt,
    gone,
    life,
)

if TYPE_CHECKING:
    from kokunen.enrolment.life import Facts

BROKEN: dict[str, tuple[Facts, str, str]] = {
    "acquired_unknown": (life(enrolled(ONE, "..")), "0001-01-01", "法8条"),
    "before_scheme": (
        life(enrolled(ONE, "1960-01-01..1998-01-01"), born=d("1938-01-02")),
        "1960-01-01",
        "法附則",
    ),
    "before_20": (life(enrolled(ONE, "2010-03-31..")), "2010-03-31", "法7条1項1号・9条3号"),
    "after_60": (
        life(enrolled(THREE, "2000-01-01..2020-01-02"), born=d("1960-01-02")),
        "2020-01-01",
        "法7条1項3号・9条3号",
    ),
    "after_65": (
        life(enrolled(VOLUNTARY, "2021-01-01.."), born=d("1960-01-02")),
        "2025-01-01",
        "法附則5条1項・6項",
    ),
    "before_65": (
        life(enrolled(SPECIAL, "2024-12-31..2026-01-01"), born=d("1960-01-02")),
        "2024-12-31",
        "平6改正法附則11条・平16改正法附則23条",
    ),
    "after_70": (
        life(enrolled(SPECIAL, "2020-01-01.."), born=d("1955-01-02")),
        "2025-01-01",
        "平6改正法附則11条・平16改正法附則23条",
    ),
    "after_death": (
        life(enrolled(ONE, "2010-04-01.."), gone("2026-05-05", Removal.DEATH)),
        "2026-05-06",
        "法9条1号",
    ),
    "abroad": (
        life(enrolled(ONE, "2010-04-01.."), at_home(), gone("2026-05-05")),
        "2026-05-06",
        "法9条2号",
    ),
    "voluntary_under_60": (
        life(enrolled(VOLUNTARY, "2010-04-01..")),
        "2010-04-01",
        "法附則5条1項",
    ),
    "overlap": (
        life(enrolled(ONE, "2010-04-01..2020-01-02"), enrolled(TWO, "2020-01-01..")),
        "2020-01-01",
        "法7条1項・11条の2",
    ),
    "gap": (
        life(enrolled(ONE, "2010-04-01..2020-01-01"), enrolled(TWO, "2020-01-02..")),
        "2020-01-01",
        "法7条1項・8条",
    ),
    "uninsured": (
        life(enrolled(ONE, "2010-04-01..2026-11-09")),
        "2026-11-09",
        "法7条1項・12条1項",
    ),
    "additional_outside": (
        life(
            enrolled(ONE, "2010-04-01..2020-01-01"),
            enrolled(TWO, "2020-01-01.."),
            additional("2015-04-01..2020-01-02"),
        ),
        "2020-01-01",
        "法87条の2第1項・法附則5条",
    ),
    "additional_special": (
        life(
            enrolled(SPECIAL, "2026-01-01.."),
            additional("2026-02-01.."),
            born=d("1960-01-02"),
        ),
        "2026-02-01",
        "法87条の2第1項・平16改正法附則23条",
    ),
    "additional_exempt": (
        life(
            enrolled(ONE, "2010-04-01.."),
            additional("2026-04-01.."),
            exempt(Exemption.HALF, "2026-07-01..2027-07-01"),
        ),
        "2026-07-01",
        "法87条の2第1項",
    ),
    "exemption_outside": (
        life(
            enrolled(ONE, "2010-04-01..2026-06-30"),
            enrolled(TWO, "2026-06-30.."),
            exempt(Exemption.FULL, "2026-04-01..2026-07-01"),
        ),
        "2026-06-01",
        "法88条の2〜90条の3・法附則5条10項",
    ),
    "exemption_overlap": (
        life(
            enrolled(ONE, "2010-04-01.."),
            exempt(Exemption.FULL, "2026-07-01..2027-07-01"),
            exempt(Exemption.STUDENT, "2026-04-01..2027-04-01"),
        ),
        "2026-07-01",
        "法89条〜90条の3",
    ),
}


@pytest.mark.parametrize("code", BROKEN)
def test_what_the_law_does_not_know_is_found(code: str) -> None:
    facts, on, article = BROKEN[code]
    (fault,) = faults(facts, on=TODAY)
    assert (fault.code, fault.on.isoformat(), fault.article) == (code, on, article)
    assert fault.message.endswith("。")
    assert fault.fix.endswith("。")


LEGAL: dict[str, Facts] = {
    "a change of category in the same month": life(
        enrolled(ONE, "2010-04-01..2012-04-16"), enrolled(TWO, "2012-04-16..")
    ),
    "years abroad without insurance": life(
        enrolled(ONE, "2010-04-01..2016-04-01"),
        enrolled(ONE, "2020-04-01.."),
        at_home("1990-04-02..2016-03-31"),
        gone("2016-03-31"),
        at_home("2020-04-01.."),
    ),
    "category 2 before 20": life(enrolled(TWO, "2008-04-01..")),
    "open in category 1 until tomorrow's 60th": life(
        enrolled(ONE, "1987-01-01.."), born=d("1966-11-26")
    ),
    "a child": life(born=d("2015-04-02")),
    "a birth date that is not known": life(enrolled(ONE, "2010-04-01.."), born=None),
    "somebody who arrived last week": life(at_home("2026-11-17..")),
    "the days in which the loss may still be filed": life(enrolled(ONE, "2010-04-01..2026-11-11")),
    "childbirth within a year of exemption": life(
        enrolled(ONE, "2010-04-01.."),
        exempt(Exemption.FULL, "2026-07-01..2027-07-01"),
        exempt(Exemption.CHILDBIRTH, "2026-10-01..2027-02-01"),
    ),
    "the additional premium beside childbirth": life(
        enrolled(ONE, "2010-04-01.."),
        additional("2026-04-01.."),
        exempt(Exemption.CHILDBIRTH, "2026-10-01..2027-02-01"),
    ),
    "an application that waits, and one that was refused": life(
        enrolled(ONE, "2010-04-01.."),
        additional("2026-04-01.."),
        exempt(Exemption.FULL, "2026-07-01..2027-07-01", None),
        exempt(Exemption.HALF, "2026-07-01..2027-07-01", Outcome.REJECTED),
    ),
    "acquired and lost in one month, with its additional premium": life(
        enrolled(ONE, "2026-11-02..2026-11-20"),
        enrolled(TWO, "2010-04-01..2026-11-02"),
        enrolled(THREE, "2026-11-20.."),
    ),
}


@pytest.mark.parametrize("name", LEGAL)
def test_a_legal_life_has_no_fault(name: str) -> None:
    assert faults(LEGAL[name], on=TODAY) == ()


def test_without_a_day_only_what_is_written_is_judged() -> None:
    assert faults(life(enrolled(ONE, "2010-04-01..2026-01-01"))) == ()
    assert faults(life(enrolled(ONE, "1987-01-01.."), born=d("1960-01-02"))) == ()


def test_a_february_birthday_attains_its_age_on_the_28th() -> None:
    facts = life(enrolled(ONE, "1984-02-28..2024-02-28"), born=d("1964-02-29"))
    assert faults(facts, on=TODAY) == ()
    facts = life(enrolled(ONE, "1984-02-28..2024-02-29"), born=d("1964-02-29"))
    assert [fault.code for fault in faults(facts, on=TODAY)] == ["after_60"]


MONTHS = {
    "the month of acquisition counts, that of the loss does not": (
        [enrolled(ONE, "2010-04-30..2026-10-01")],
        [("2010-04", "2026-09", 198, "法11条1項")],
    ),
    "a loss at the end of a month leaves that month out": (
        [enrolled(ONE, "2010-04-01..2026-09-30")],
        [("2010-04", "2026-08", 197, "法11条1項")],
    ),
    "one month that begins and ends counts": (
        [enrolled(ONE, "2026-10-01..2026-10-31")],
        [("2026-10", "2026-10", 1, "法11条2項")],
    ),
    "it goes on": ([enrolled(ONE, "2026-10-01..")], [("2026-10", None, None, "法11条1項")]),
    "a month of change belongs to the later category": (
        [enrolled(ONE, "2026-10-01..2026-10-31"), enrolled(TWO, "2026-10-31..")],
        [(None, None, 0, "法11条の2"), ("2026-10", None, None, "法11条1項")],
    ),
    "a month acquired twice belongs to the later": (
        [enrolled(ONE, "2026-10-01..2026-10-05"), enrolled(ONE, "2026-10-20..")],
        [(None, None, 0, "法11条2項ただし書"), ("2026-10", None, None, "法11条1項")],
    ),
    "born on the first: the last month is two before the birthday's": (
        [enrolled(ONE, "1986-05-31..2026-05-31")],
        [("1986-05", "2026-04", 480, "法11条1項")],
    ),
}


@pytest.mark.parametrize("name", MONTHS)
def test_first_and_last_month(name: str) -> None:
    held, expected = MONTHS[name]
    shown = [
        (
            str(each.months.first) if each.months else None,
            str(each.months.last) if each.months and each.months.last else None,
            each.count,
            each.article,
        )
        for each in months(life(*held))
    ]
    assert shown == expected


def test_months_that_nothing_covers_are_found() -> None:
    months_ = [Month(2026, number) for number in range(1, 13)]
    run = Run(first=months_[0], last=months_[11])
    covers = [
        Run(first=months_[6], last=None),
        Run(first=months_[0], last=months_[2]),
        Run(first=months_[2], last=months_[4]),
    ]
    assert uncovered(run, covers) == months_[5]
    assert uncovered(Run(first=months_[6], last=None), covers) is None
    assert uncovered(Run(first=months_[0], last=None), covers[1:]) == months_[5]
    assert uncovered(run, []) == months_[0]


@st.composite
def legal_lives(draw: st.DrawFn) -> Facts:
    """A life from 20 on: categories that follow each other, and what each allows beside it."""
    born = draw(st.dates(date(1961, 1, 1), date(2000, 12, 31)))
    twenty, sixty = (attained_on(birth_date=born, years=years) for years in (20, 60))
    days = draw(st.lists(st.dates(twenty, sixty), max_size=6, unique=True))
    edges = sorted({twenty, *days})
    held = []
    for number, start in enumerate(edges):
        end = edges[number + 1] if number + 1 < len(edges) else sixty
        if start >= end:
            continue
        category = draw(st.sampled_from([ONE, TWO, THREE]))
        value = EnrolmentValue(category=category)
        held.append(Held(value=value, valid=Period(start=start, end=end)))
    if draw(st.booleans()):
        since = sixty + timedelta(days=draw(st.integers(0, 1500)))
        end = draw(st.dates(since + timedelta(days=1), attained_on(birth_date=born, years=65)))
        value = EnrolmentValue(category=VOLUNTARY)
        held.append(Held(value=value, valid=Period(start=since, end=end)))
    facts = life(*held, at_home(f"{born}.."), born=born)
    pays = [
        each.months
        for each in months(facts)
        if each.category in (ONE, VOLUNTARY) and each.months and each.months.last
    ]
    assume(pays)
    beside = draw(st.sampled_from(["", "additional", "exemption"]))
    run = draw(st.sampled_from(pays))
    first = [
        each.months
        for each in months(facts)
        if each.category is ONE and each.months and each.months.last
    ]
    if beside == "additional" and run.last is not None:
        valid = Period(start=run.first.first_day, end=(run.last + 1).first_day)
        facts = {**facts, "additional": [Held(value=AdditionalValue(), valid=valid, id=90)]}
    if beside == "exemption" and first and first[0].last is not None:
        valid = Period(start=first[0].first.first_day, end=(first[0].last + 1).first_day)
        value_ = ExemptionValue(kind=Exemption.FULL, outcome=Outcome.APPROVED)
        facts = {**facts, "exemption": [Held(value=value_, valid=valid, id=91)]}
    return facts


@given(legal_lives())
def test_a_drawn_legal_life_has_no_fault(facts: Facts) -> None:
    assert faults(facts) == ()


@given(legal_lives())
def test_every_month_is_counted_once(facts: Facts) -> None:
    counted = [each.months for each in months(facts) if each.months is not None]
    for number, one in enumerate(counted):
        assert all(one.common(other) is None for other in counted[number + 1 :])
    assert sum(each.count or 0 for each in months(facts) if each.category is not VOLUNTARY) <= 481


@given(legal_lives(), st.data())
def test_a_planted_fault_is_found(facts: Facts, data: st.DataObject) -> None:
    held = [each for each in facts["enrolment"] if isinstance(each.value, EnrolmentValue)]
    victim = data.draw(st.sampled_from(held))
    start, end = victim.valid.start, victim.valid.end
    assert start is not None
    assert end is not None
    others = [each for each in held if each is not victim]
    kind = data.draw(st.sampled_from(["overlap", "after_death", "before_20", "gap"]))
    if kind == "overlap":
        planted = {**facts, "enrolment": [*held, Held(value=victim.value, valid=victim.valid)]}
    elif kind == "after_death":
        died = gone((start - timedelta(days=2)).isoformat(), Removal.DEATH)
        planted = {**facts, "register": [*facts["register"], died]}
    elif kind == "before_20":
        assume(isinstance(victim.value, EnrolmentValue) and victim.value.category is not TWO)
        valid = Period(start=start - timedelta(days=366 * 50), end=end)
        planted = {**facts, "enrolment": [*others, Held(value=victim.value, valid=valid)]}
    else:
        between = [each for each in held if each is not held[0] and each is not held[-1]]
        assume(between)
        planted = {**facts, "enrolment": [each for each in held if each is not between[0]]}
    assert kind in {fault.code for fault in faults(planted)}


def test_category_of_the_law() -> None:
    assert {ONE, TWO, THREE, VOLUNTARY, SPECIAL} == set(Category)
