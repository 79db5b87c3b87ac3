"""Matching a result to forwarded cases: rules that hold for whatever is drawn."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kokunen.interchange.domain import Candidate
from kokunen.interchange.reconciliation.matching import (
    LEAST,
    WEIGHTS,
    Answer,
    Forwarded,
    How,
    Matched,
    folded,
    match,
)

DAY = date(2026, 7, 1)
BORN = date(1990, 4, 2)
CASE = Forwarded(
    case=1,
    person=10,
    filing="exemption",
    received_on=DAY,
    forwarded_on=DAY + timedelta(days=5),
    awaits=True,
    basic_number="1234567890",
    names=folded("架空　花子"),
    kanas=folded("カクウ　ハナコ"),
    birth_date=BORN,
)
ANSWER = Answer(
    filing="exemption",
    decided_on=DAY + timedelta(days=90),
    basic_number="1234567890",
    names=folded("架空 花子"),
    kanas=folded("ｶｸｳ ﾊﾅｺ"),
    birth_date=BORN,
    received_on=DAY,
)
EXACT = Matched(how=How.EXACT, case=1)


def test_the_weights_come_to_a_hundred() -> None:
    assert sum(WEIGHTS.values()) == 100


def test_all_that_identifies_agrees() -> None:
    assert match(ANSWER, [CASE]) == EXACT


@pytest.mark.parametrize(
    "said",
    [
        {"names": folded("架空 華子"), "kanas": frozenset()},
        {"birth_date": BORN + timedelta(days=1)},
        {"birth_date": None},
        {"basic_number": "1234567891"},
        {"basic_number": ""},
        {"filing": "student"},
        {"received_on": DAY + timedelta(days=1)},
        {"received_on": None},
        {"case": 2},
        {"decided_on": DAY},
        {"names": frozenset(), "kanas": frozenset()},
    ],
    ids="-".join,
)
def test_each_thing_that_does_not_agree_makes_it_a_question(said: dict[str, Any]) -> None:
    found = match(replace(ANSWER, **said), [CASE])
    assert (found.how, found.case) == (How.PROBABLE, None)
    (candidate,) = found.candidates
    assert LEAST <= candidate.score < 100


@pytest.mark.parametrize(
    "said",
    [
        {"names": folded("架空 花子 "), "kanas": folded("ベツ ノ ヨミ")},
        {"names": frozenset()},
        {"branch": "02"},
        {"basic_number": "", "received_on": None, "case": 1},
    ],
    ids="-".join,
)
def test_what_may_be_written_otherwise_or_left_out(said: dict[str, Any]) -> None:
    assert match(replace(ANSWER, **said), [replace(CASE, branch="01")]) == EXACT


def test_a_near_day_counts_half() -> None:
    scores = [
        match(replace(ANSWER, received_on=DAY + timedelta(days=days)), [CASE]).candidates[0].score
        for days in (14, 15)
    ]
    assert scores == [80, 75]


def test_a_case_that_is_over_is_named_and_never_exact() -> None:
    over = replace(CASE, awaits=False)
    found = match(ANSWER, [over])
    assert found == Matched(
        how=How.PROBABLE,
        candidates=(
            Candidate(
                case=1,
                score=85,
                agrees=("number", "name", "kana", "birth_date", "filing", "received_on"),
                differs=("state",),
            ),
        ),
    )
    assert match(replace(ANSWER, received_on=DAY + timedelta(days=365)), [over]) == Matched(
        how=How.UNMATCHED
    )


def test_two_equally_good_are_a_question_unless_the_case_is_named() -> None:
    twin = replace(CASE, case=2)
    found = match(ANSWER, [twin, CASE])
    assert (found.how, [each.case for each in found.candidates]) == (How.PROBABLE, [1, 2])
    assert match(replace(ANSWER, case=1), [twin, CASE]) == EXACT


NUMBERS = st.sampled_from(["", "1234567890", "1234567891", "9700000001"])
NAMES = st.sampled_from(["架空　花子", "架空　華子", "髙橋　邊", "高橋 辺", ""]).map(folded)
KANAS = st.sampled_from(["カクウ　ハナコ", "タカハシ　ヘン", ""]).map(folded)
BORNS = st.sampled_from([None, BORN, date(1990, 2, 4)])
DAYS = st.integers(min_value=0, max_value=40).map(lambda days: DAY + timedelta(days=days))
KINDS = st.sampled_from(["exemption", "student", "number_notice"])
BRANCHES = st.sampled_from(["", "01"])
ANSWERS = st.builds(
    Answer,
    filing=KINDS,
    decided_on=DAYS,
    basic_number=NUMBERS,
    names=NAMES,
    kanas=KANAS,
    birth_date=BORNS,
    received_on=st.none() | DAYS,
    case=st.none() | st.integers(min_value=1, max_value=8),
    branch=BRANCHES,
)
ONE = st.builds(
    Forwarded,
    case=st.just(0),
    person=st.integers(min_value=1, max_value=3),
    filing=KINDS,
    received_on=DAYS,
    forwarded_on=DAYS,
    awaits=st.booleans(),
    branch=BRANCHES,
    basic_number=NUMBERS,
    names=NAMES,
    kanas=KANAS,
    birth_date=BORNS,
)


@st.composite
def like(draw: st.DrawFn) -> tuple[Answer, list[Forwarded]]:
    """Draw a result and cases, some of which are nearly what the result says."""
    answer = draw(ANSWERS)
    cases = []
    for case in range(1, draw(st.integers(min_value=1, max_value=6)) + 1):
        drawn = draw(ONE)
        if draw(st.booleans()):
            drawn = replace(
                drawn,
                filing=answer.filing,
                basic_number=answer.basic_number,
                names=answer.names,
                birth_date=answer.birth_date,
                received_on=answer.received_on or DAY,
                forwarded_on=min(drawn.forwarded_on, answer.decided_on),
                awaits=True,
            )
        cases.append(replace(drawn, case=case))
    return answer, cases


@settings(max_examples=400)
@given(drawn=like(), data=st.data())
def test_the_order_of_the_cases_does_not_matter(
    drawn: tuple[Answer, list[Forwarded]], data: st.DataObject
) -> None:
    answer, cases = drawn
    assert match(answer, data.draw(st.permutations(cases))) == match(answer, cases)


@settings(max_examples=400)
@given(drawn=like())
def test_a_case_of_somebody_else_changes_nothing(drawn: tuple[Answer, list[Forwarded]]) -> None:
    answer, cases = drawn
    other = Forwarded(
        case=99,
        person=9,
        filing="old_age",
        received_on=DAY - timedelta(days=400),
        forwarded_on=DAY - timedelta(days=390),
        awaits=True,
        basic_number="5555555555",
        names=folded("想定　太郎"),
        kanas=folded("ソウテイ　タロウ"),
        birth_date=date(1961, 1, 1),
    )
    assert match(answer, [*cases, other]) == match(answer, cases)


@settings(max_examples=400)
@given(drawn=like())
def test_a_wrong_number_never_gives_an_exact_match(
    drawn: tuple[Answer, list[Forwarded]],
) -> None:
    answer, cases = drawn
    wrong = replace(answer, basic_number="0987654321")
    numbered = [replace(each, basic_number=each.basic_number or "1111111111") for each in cases]
    assert match(wrong, numbered).how is not How.EXACT


@settings(max_examples=400)
@given(drawn=like())
def test_what_is_exact_agrees_in_all_that_counts(drawn: tuple[Answer, list[Forwarded]]) -> None:
    answer, cases = drawn
    found = match(answer, cases)
    if found.how is How.EXACT:
        (case,) = [each for each in cases if each.case == found.case]
        assert (case.filing, case.birth_date) == (answer.filing, answer.birth_date)
        assert case.awaits
        assert answer.case in (None, case.case)
        assert answer.received_on in (None, case.received_on)
        assert not found.candidates
    scores = [each.score for each in found.candidates]
    assert scores == sorted(scores, reverse=True)
    assert (found.how is How.PROBABLE) == bool(scores)
