"""Scenarios of the counter, each checked by hand against the law (facts.md §§1, 3, 4, 6, 7)."""

from __future__ import annotations

from datetime import date

import pytest

from kokunen.guidance.domain import guide
from kokunen.guidance.questions import Event
from kokunen.guidance.results import Desk, Kind

TODAY = date(2026, 11, 24)

SCENARIOS: list[tuple[str, Event, dict[str, str], set[str], set[str]]] = [
    # (what, event, answers, must be among the filings, must not be)
    ("35 leaves a company for nothing, can pay", Event.LEFT_JOB,
     {"age": "20_59", "category": "category_2", "work": "neither", "dependant": "no",
      "can_pay": "yes", "student": "no"},
     {"category_change"}, {"exemption", "acquisition", "voluntary"}),
    ("35 leaves a company with a dependent spouse, cannot pay", Event.LEFT_JOB,
     {"age": "20_59", "category": "category_2", "work": "neither", "dependant": "yes",
      "can_pay": "no", "student": "no"},
     {"category_change", "exemption"}, {"student"}),
    ("35 leaves a company and becomes a dependant", Event.LEFT_JOB,
     {"age": "20_59", "category": "category_2", "work": "spouse", "dependant": "no",
      "can_pay": "yes", "student": "no"}, set(), {"category_change", "exemption"}),
    ("62 leaves a company", Event.LEFT_JOB,
     {"age": "60_64", "category": "category_2", "work": "neither", "dependant": "no",
      "can_pay": "yes", "student": "no"}, {"voluntary"}, {"category_change", "exemption"}),
    ("62 leaves a company, spouse of 58 was a dependant", Event.LEFT_JOB,
     {"age": "60_64", "category": "category_2", "work": "neither", "dependant": "yes",
      "can_pay": "yes", "student": "no"}, {"category_change", "voluntary"}, {"exemption"}),
    ("category 1 gets a job with 厚生年金", Event.GOT_JOB,
     {"category": "category_1", "work": "own", "additional": "yes"}, set(),
     {"loss", "additional_off", "category_change"}),
    ("a dependant begins self-employment", Event.GOT_JOB,
     {"category": "category_3", "work": "neither", "additional": "no"},
     {"category_change"}, set()),
    ("category 1 cannot pay", Event.CANNOT_PAY,
     {"age": "20_59", "category": "category_1", "student": "no", "exempt": "none",
      "additional": "no", "head": "no"}, {"exemption"}, {"student"}),
    ("a student of category 1 cannot pay", Event.CANNOT_PAY,
     {"age": "20_59", "category": "category_1", "student": "yes", "exempt": "none",
      "additional": "no", "head": "no"}, {"student"}, {"exemption"}),
    ("a voluntary member cannot pay", Event.CANNOT_PAY,
     {"age": "60_64", "category": "voluntary", "student": "no", "exempt": "none",
      "additional": "no", "head": "yes"}, {"voluntary_end"}, {"exemption", "student"}),
    ("statutory exemption, cannot pay", Event.CANNOT_PAY,
     {"age": "20_59", "category": "category_1", "student": "no", "exempt": "statutory",
      "additional": "no", "head": "yes"}, set(), {"exemption", "statutory_on"}),
    ("20, student, cannot pay", Event.TURNED_20,
     {"work": "neither", "resident": "yes", "student": "yes", "can_pay": "no"},
     {"acquisition", "student"}, {"exemption"}),
    ("20, works in a company", Event.TURNED_20,
     {"work": "own", "resident": "yes", "student": "no", "can_pay": "yes"}, set(),
     {"acquisition", "exemption"}),
    ("60, category 1", Event.TURNED_60,
     {"category": "category_1", "resident": "yes", "nation": "foreign"}, {"voluntary"}, {"loss"}),
    ("60, abroad, foreign", Event.TURNED_60,
     {"category": "none", "resident": "no", "nation": "foreign"}, set(), {"voluntary"}),
    ("65, only category 1", Event.PENSION_AGE, {"age": "65_69", "career": "only_1"},
     {"old_age", "support_benefit"}, set()),
    ("65, with 厚生年金", Event.PENSION_AGE, {"age": "65_69", "career": "others"}, set(),
     {"old_age"}),
    ("Japanese of category 1 goes abroad", Event.ABROAD,
     {"category": "category_1", "nation": "japanese"}, {"loss", "departure", "voluntary"}, set()),
    ("foreigner of category 1 goes abroad", Event.ABROAD,
     {"category": "category_1", "nation": "foreign"}, {"loss", "departure"}, {"voluntary"}),
    ("30 comes from abroad, self-employed", Event.FROM_ABROAD,
     {"age": "20_59", "work": "neither", "category": "none", "can_pay": "yes"},
     {"acquisition"}, {"special_voluntary"}),
    ("67 comes from abroad", Event.FROM_ABROAD,
     {"age": "65_69", "work": "neither", "category": "none", "can_pay": "yes"},
     {"special_voluntary"}, {"acquisition", "voluntary"}),
    ("a dependant divorces", Event.DIVORCED,
     {"category": "category_3", "work": "neither", "renamed": "no", "can_pay": "no"},
     {"category_change", "exemption"}, {"name_change"}),
    ("the spouse of a dependant leaves a company", Event.SPOUSE_LEFT_JOB,
     {"age": "20_59", "category": "category_3", "work": "neither", "can_pay": "yes"},
     {"category_change"}, {"exemption"}),
    ("a dependant of 61: no longer category 3", Event.SPOUSE_LEFT_JOB,
     {"age": "60_64", "category": "none", "work": "neither", "can_pay": "yes"}, set(),
     {"category_change"}),
    ("a mother of category 1", Event.BIRTH, {"category": "category_1", "parent": "mother"},
     {"childbirth", "childcare"}, set()),
    ("a father of category 1", Event.BIRTH, {"category": "category_1", "parent": "other"},
     {"childcare"}, {"childbirth"}),
    ("a voluntary member is pregnant", Event.PREGNANCY,
     {"category": "voluntary", "parent": "mother"}, set(), {"childbirth"}),
    ("category 1 of 15 years dies, child left", Event.DEATH,
     {"category": "category_1", "receiving": "no", "left_behind": "child", "paid": "120"},
     {"loss", "survivor"}, {"widow", "death_lump_sum", "unpaid"}),
    ("category 1 of 15 years dies, wife left", Event.DEATH,
     {"category": "category_1", "receiving": "no", "left_behind": "wife", "paid": "120"},
     {"loss", "widow", "death_lump_sum"}, {"survivor", "unpaid"}),
    ("a pensioner dies", Event.DEATH,
     {"category": "none", "receiving": "yes", "left_behind": "others", "paid": "less"},
     {"death_report", "unpaid", "support_unpaid"}, {"loss", "survivor", "widow"}),
    ("first visit before 20", Event.ILLNESS,
     {"first_visit": "before_20", "category": "category_1", "exempt": "none"},
     {"disability", "statutory_on"}, {"special_disability"}),
    ("first visit in category 2", Event.ILLNESS,
     {"first_visit": "category_2", "category": "none", "exempt": "none"}, set(), {"disability"}),
    ("a student of 1989 who was not enrolled", Event.ILLNESS,
     {"first_visit": "optional_then", "category": "none", "exempt": "none"},
     {"special_disability"}, {"disability"}),
    ("Japanese of category 1 on 生活扶助", Event.ASSISTANCE_BEGINS,
     {"category": "category_1", "nation": "japanese", "assistance": "living"},
     {"statutory_on"}, {"exemption"}),
    ("foreigner of category 1 on 生活扶助: not statutory", Event.ASSISTANCE_BEGINS,
     {"category": "category_1", "nation": "foreign", "assistance": "living"},
     {"exemption"}, {"statutory_on"}),
    ("only 医療扶助", Event.ASSISTANCE_BEGINS,
     {"category": "category_1", "nation": "japanese", "assistance": "other"},
     {"exemption"}, {"statutory_on"}),
    ("assistance ends", Event.ASSISTANCE_ENDS,
     {"category": "category_1", "exempt": "statutory", "can_pay": "no"},
     {"statutory_off", "exemption"}, set()),
    ("category 1 of 40 wants more", Event.MORE_PENSION,
     {"age": "20_59", "category": "category_1", "resident": "yes", "nation": "japanese",
      "exempt": "none", "additional": "no"}, {"additional_on"}, {"voluntary"}),
    ("statutory exemption wants more: 付加 is not open", Event.MORE_PENSION,
     {"age": "20_59", "category": "category_1", "resident": "yes", "nation": "japanese",
      "exempt": "statutory", "additional": "no"}, {"payment_wish"}, {"additional_on"}),
    ("62 wants more", Event.MORE_PENSION,
     {"age": "60_64", "category": "none", "resident": "yes", "nation": "foreign",
      "exempt": "none", "additional": "no"}, {"voluntary"}, {"special_voluntary"}),
    ("67 wants more: no 付加 with 特例任意加入", Event.MORE_PENSION,
     {"age": "65_69", "category": "none", "resident": "yes", "nation": "japanese",
      "exempt": "none", "additional": "no"}, {"special_voluntary"},
     {"additional_on", "voluntary"}),
    ("the notice is lost, category 1", Event.LOST_NOTICE, {"category": "category_1"},
     {"number_notice"}, set()),
    ("a new name, category 2", Event.NAME_CHANGED, {"category": "category_2"}, set(),
     {"name_change"}),
]  # fmt: skip


@pytest.mark.parametrize(
    ("event", "answers", "wanted", "wrong"),
    [scenario[1:] for scenario in SCENARIOS],
    ids=[scenario[0] for scenario in SCENARIOS],
)
def test_a_scenario_of_the_counter(
    event: Event, answers: dict[str, str], wanted: set[str], wrong: set[str]
) -> None:
    found = {step.result.filing for step in guide(event=event, answers=answers, on=TODAY)}
    assert wanted <= found
    assert not wrong & found


def test_a_deadline_that_ends_on_a_holiday_rolls_on() -> None:
    # 14 days after 2026-11-09 is the 23rd, 勤労感謝の日.
    steps = guide(
        event=Event.LEFT_JOB,
        answers={"age": "20_59", "category": "category_2", "work": "neither"},
        on=TODAY,
        happened_on=date(2026, 11, 9),
    )
    change = next(step for step in steps if step.result.filing == "category_change")
    assert (change.due, change.late, change.within) == (date(2026, 11, 24), False, "14日以内")


def test_a_deadline_that_is_past_says_so() -> None:
    steps = guide(
        event=Event.LEFT_JOB,
        answers={"age": "20_59", "category": "category_2", "work": "neither"},
        on=TODAY,
        happened_on=date(2026, 10, 1),
    )
    assert next(step for step in steps if step.result.filing == "category_change").late


def test_who_flees_is_met_with_care_first() -> None:
    first, *others = guide(event=Event.VIOLENCE, answers={}, on=TODAY)
    assert first.result.kind is Kind.CARE
    assert "連絡してよいか" in first.result.why
    assert {Desk.REGISTER, Desk.AGENCY, Desk.SUPPORT} <= {each.result.desk for each in others}


def test_what_is_not_known_sends_to_the_pension_office() -> None:
    steps = guide(event=Event.OTHER, answers={}, on=TODAY)
    assert [step.result.kind for step in steps] == [Kind.CONFIRM]
    unsure = guide(event=Event.CANNOT_PAY, answers={"student": "no"}, on=TODAY)
    assert Kind.CONFIRM in {step.result.kind for step in unsure}
