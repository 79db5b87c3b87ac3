"""Every combination of answers, unknown ones too, leads to something to do: no dead ends."""

from __future__ import annotations

from collections import Counter
from datetime import date
from itertools import product

import pytest

from kokunen.cases.catalogue import FILINGS
from kokunen.guidance.domain import RULES, checked, guide
from kokunen.guidance.papers import papers
from kokunen.guidance.questions import ASKS, QUESTIONS, UNKNOWN, Event, questions
from kokunen.guidance.results import Desk, Kind

TODAY = date(2026, 11, 24)


@pytest.mark.parametrize("event", Event)
def test_every_combination_of_answers_leads_to_an_answer(event: Event) -> None:
    asked = questions(event)
    choices = [[UNKNOWN, *(code for code, _ in question.choices)] for question in asked]
    found: Counter[int] = Counter()
    for drawn in product(*choices):
        answers = dict(zip((question.code for question in asked), drawn, strict=True))
        steps = guide(event=event, answers=answers, on=TODAY)
        found[len(steps)] += 1
        assert steps, answers
        # Not sent to other rooms alone: the pension is spoken of, too.
        assert any(
            step.result.kind is not Kind.DESK or step.result.desk in {Desk.AGENCY, Desk.EMPLOYER}
            for step in steps
        ), answers
        for step in steps:
            result = step.result
            assert result.why.endswith("。")
            assert result.article
            assert (result.filing == "") == (step.filing is None)
            assert bool(result.filing) == (result.kind in {Kind.FILE, Kind.CHOICE})
        assert len({step.result for step in steps}) == len(steps)
    assert sum(found.values()) == len(list(product(*choices)))


@pytest.mark.parametrize("event", Event)
def test_knowing_less_never_hides_what_has_to_be_filed(event: Event) -> None:
    # Whoever answers nothing is told of each filing that some answer would make due, or is sent to
    # ask. 資格取得 and 種別変更 are one form; which of the two it is depends on the answer.
    def one_form(filing: str) -> str:
        return "category_change" if filing == "acquisition" else filing

    without = guide(event=event, answers={}, on=TODAY)
    asked = questions(event)
    choices = [[code for code, _ in question.choices] for question in asked]
    due = {
        one_form(step.result.filing)
        for drawn in product(*choices)
        for step in guide(
            event=event,
            answers=dict(zip((question.code for question in asked), drawn, strict=True)),
            on=TODAY,
        )
        if step.result.kind is Kind.FILE
    }
    missing = due - {one_form(step.result.filing) for step in without}
    assert not missing or Kind.CONFIRM in {step.result.kind for step in without}


def test_every_event_has_its_rules_and_questions() -> None:
    assert set(RULES) == set(ASKS) == set(Event)
    assert {code for codes in ASKS.values() for code in codes} == set(QUESTIONS)


@pytest.mark.parametrize("event", Event)
def test_every_filing_said_has_its_papers(event: Event) -> None:
    for step in guide(event=event, answers={}, on=TODAY):
        if step.result.filing:
            assert papers(event=event, filing=step.result.filing, on=TODAY)


def test_the_filings_that_no_event_leads_to_are_known() -> None:
    said = set()
    for event in Event:
        asked = questions(event)
        for drawn in product(*([code for code, _ in each.choices] for each in asked)):
            answers = dict(zip((each.code for each in asked), drawn, strict=True))
            said |= {step.result.filing for step in guide(event=event, answers=answers, on=TODAY)}
    # These begin at the desk or by a letter, not with something that happened to somebody.
    assert set(FILINGS) - said == {
        "additional_off", "bank_change", "birth_date_correction", "exemption_cancel",
        "old_age_welfare", "old_age_welfare_report", "revision", "sex_correction",
        "special_disability_report",
    }  # fmt: skip


def test_answers_that_are_no_choices_are_left_out() -> None:
    assert checked(
        event=Event.LEFT_JOB, answers={"age": "20_59", "work": "nonsense", "nation": "foreign"}
    ) == {"age": "20_59"}
