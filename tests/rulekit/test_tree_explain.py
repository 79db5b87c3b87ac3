from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING

import pytest

from kokunen.dates.month import Month
from kokunen.rulekit import tree
from kokunen.rulekit.explain import Program, Tried, truth
from kokunen.rulekit.figures import NoValueInForce
from kokunen.rulekit.tree import (
    AllOf,
    AnyOf,
    AtMost,
    Below,
    Difference,
    Fact,
    Figure,
    Flag,
    InForce,
    Largest,
    Line,
    Named,
    Not,
    Product,
    Smallest,
    Sum,
    Whole,
    comparison_of,
    lines_of,
    parts_of,
    tables_of,
)
from tests.rulekit.examples import (
    CHOICES,
    IN_2020,
    IN_2021,
    INVENTED,
    NUMBERS,
    STATEMENTS,
    ChoiceExample,
    NumberExample,
    StatementExample,
    a,
    a_third,
    b,
    base,
    p,
    q,
)

if TYPE_CHECKING:
    from kokunen.rulekit.tree import Node, Statement

first = Line("first", "第1の行", "試験1条", AtMost(a, base))
second = Line("second", "第2の行", "試験2条", p)
third = Line("third", "第3の行", "試験3条", AllOf((q, Below(b, a), AtMost(a, Whole(1)))))


def compiled(*rules: Statement, month: Month = IN_2020) -> Program:
    return Program(rules, figures=INVENTED, month=month)


def test_an_unknown_amount_reaches_to_a_hundred_thousand_million_yen() -> None:
    assert tree.MOST == 100_000_000_000
    assert (a.least, a.most) == (0, tree.MOST)


@pytest.mark.parametrize(
    ("node", "parts"),
    [
        (Sum((a, b)), (a, b)),
        (Largest((a, b)), (a, b)),
        (Smallest((b, a)), (b, a)),
        (AllOf((p, q)), (p, q)),
        (AnyOf((q, p)), (q, p)),
        (Difference(a, b), (a, b)),
        (Product(a, base), (a, base)),
        (AtMost(a, base), (a, base)),
        (Below(b, base), (b, base)),
        (Named("名", a), (a,)),
        (Not(p), (p,)),
        (second, (p,)),
        (a, ()),
        (p, ()),
        (base, ()),
        (Whole(1), ()),
        (InForce("invented.in_law"), ()),
    ],
)
def test_the_parts_of_a_node_in_reading_order(node: Node, parts: tuple[Node, ...]) -> None:
    assert parts_of(node) == parts


def test_the_lines_of_a_rule_in_reading_order() -> None:
    assert lines_of(first) == (first,)
    assert lines_of(AnyOf((first, AllOf((second, Not(third))), p))) == (first, second, third)
    assert lines_of(Line("outer", "外", "試験", AnyOf((first, second))))[0].code == "outer"
    assert lines_of(AllOf((p, q))) == ()


def test_the_figures_of_a_rule_each_once_in_reading_order() -> None:
    rule = AnyOf((AtMost(a_third, base), InForce("invented.in_law"), Not(first), p))
    assert tables_of(rule) == ("invented.third", "invented.base", "invented.in_law")
    assert tables_of(base) == ("invented.base",)
    assert tables_of(AllOf((p, AtMost(a, Whole(1))))) == ()


def test_the_comparison_of_a_rule_is_the_first_that_is_read() -> None:
    inner = AtMost(a, base)
    later = Below(a, b)
    assert comparison_of(inner) is inner
    assert comparison_of(later) is later
    assert comparison_of(AllOf((p, Not(later), inner))) is later
    assert comparison_of(AnyOf((p, q))) is None


@pytest.mark.parametrize("example", NUMBERS)
def test_a_number_is_a_range(example: NumberExample) -> None:
    rule = AtMost(example.number, Whole(0))
    program = compiled(rule, month=example.month)
    slots = program.run(example.facts)
    assert slots[program._slot[id(example.number)]] == (example.least, example.most)


@pytest.mark.parametrize("example", STATEMENTS)
def test_a_statement_is_sure_possible_or_ruled_out(example: StatementExample) -> None:
    program = compiled(example.rule, month=example.month)
    (pair,) = program.pairs(program.run(example.facts))
    assert pair == (example.sure, example.possible)
    assert truth(pair) is example.truth


@pytest.mark.parametrize("example", CHOICES)
def test_a_choice_is_decided_where_nothing_unknown_could_change_it(
    example: ChoiceExample,
) -> None:
    program = compiled(*(case.when for case in example.choice.cases))
    assert program.outcome(example.choice, program.run(example.facts)) == example.outcome


def test_several_rules_answer_in_their_order() -> None:
    program = compiled(p, first, Not(first))
    assert program.pairs(program.run({"p": None, "a": 101})) == [
        (False, True), (False, False), (True, True),
    ]  # fmt: skip


def test_one_program_answers_many_cases_without_remembering_any() -> None:
    program = compiled(AnyOf((first, p)))
    answers = [
        truth(program.pairs(program.run(facts))[0])
        for facts in ({"a": 100, "p": 0}, {"a": 101, "p": 0}, {"a": None, "p": 0}, {"a": 5, "p": 1})
    ]
    assert answers == [True, False, None, True]


@pytest.mark.parametrize(("facts", "absent"), [({"p": 1}, "a"), ({"a": 1}, "p")])
def test_a_fact_that_is_not_given_at_all_is_an_error(facts: dict[str, int], absent: str) -> None:
    with pytest.raises(KeyError, match=absent):
        compiled(AllOf((first, p))).run(facts)


@pytest.mark.parametrize("rule", [first, InForce("invented.in_law"), AtMost(a_third, Whole(1))])
def test_a_month_without_a_figure_raises_when_the_rule_is_compiled(rule: Statement) -> None:
    with pytest.raises(NoValueInForce, match="2019-12"):
        compiled(rule, month=Month(2019, 12))


def test_a_figure_that_ended_raises() -> None:
    with pytest.raises(NoValueInForce, match=r"2022-01の「基準額」"):
        compiled(first, month=Month(2022, 1))


def test_what_rests_on_figures_alone_is_computed_once() -> None:
    constant = AtMost(Sum((base, Product(base, Figure("invented.third")))), Whole(133))
    program = compiled(constant, InForce("invented.in_law"))
    assert program._steps == []
    assert program.pairs(program.run({})) == [(False, False), (False, False)]
    later = compiled(AtMost(Whole(266), Sum((base, Product(base, Figure("invented.third"))))),
                     InForce("invented.in_law"), month=IN_2021)  # fmt: skip
    assert later.pairs(later.run({})) == [(True, True), (True, True)]


def test_every_line_is_shown_with_its_comparison() -> None:
    program = compiled(AnyOf((first, second)), AllOf((third, first)))
    tried = program.tried(program.run({"a": 130, "b": 2, "p": None, "q": 1}))
    assert tried == [
        Tried("first", "第1の行", "試験1条", passed=False, value=130, limit=100, margin=-30),
        Tried("second", "第2の行", "試験2条", passed=None, value=None, limit=None, margin=None),
        Tried("third", "第3の行", "試験3条", passed=False, value=2, limit=130, margin=128),
    ]


@pytest.mark.parametrize(
    ("facts", "shown"),
    [
        ({"a": 100, "b": 0}, (True, 0, 100, 100)),
        ({"a": None, "b": 3}, (None, 3, None, None)),
        ({"a": 2, "b": None}, (None, None, 2, None)),
        ({"a": 8, "b": None}, (True, None, 8, None)),
        ({"a": 3, "b": 3}, (False, 3, 3, 0)),
    ],
)
def test_a_margin_is_shown_where_both_sides_are_known(
    facts: dict[str, int | None], shown: tuple[bool | None, int | None, int | None, int | None]
) -> None:
    program = compiled(Line("line", "行", "試験", Below(b, a)))
    (tried,) = program.tried(program.run(facts))
    assert (tried.passed, tried.value, tried.limit, tried.margin) == shown


def test_a_line_without_a_comparison_has_no_margin() -> None:
    program = compiled(second)
    assert program.tried(program.run({"p": 1})) == [
        Tried("second", "第2の行", "試験2条", passed=True, value=None, limit=None, margin=None)
    ]


def test_a_line_that_is_not_measured_shows_no_margin() -> None:
    test = AllOf((q, Below(b, a)))
    facts: dict[str, int | None] = {"a": 1, "b": 2, "q": 1}
    for measured, numbers in ((True, (2, 1, -1)), (False, (None, None, None))):
        program = compiled(Line("line", "行", "試験", test, measured=measured))
        (tried,) = program.tried(program.run(facts))
        assert (tried.value, tried.limit, tried.margin) == numbers
        assert tried.passed is False


def test_the_comparison_may_be_the_very_first_thing_of_a_program() -> None:
    program = compiled(Line("line", "行", "試験", AtMost(Whole(3), Whole(5))))
    assert program.tried(program.run({})) == [
        Tried("line", "行", "試験", passed=True, value=3, limit=5, margin=2)
    ]


def test_a_shared_line_is_shown_once_and_found_by_each_rule() -> None:
    one, other = AnyOf((first, second)), AnyOf((third, second))
    program = compiled(one, other)
    tried = program.tried(program.run({"a": 1, "b": 1, "p": 0, "q": 0}))
    assert [line.code for line in tried] == ["first", "second", "third"]
    assert [tried[place].code for place in program.lines_of(one)] == ["first", "second"]
    assert [tried[place].code for place in program.lines_of(other)] == ["third", "second"]
    assert program.lines_of(one) == (0, 1)


def test_a_margin_may_be_an_exact_fraction() -> None:
    program = compiled(Line("line", "行", "試験", AtMost(a_third, base)))
    (tried,) = program.tried(program.run({"a": 301}))
    shown: tuple[object, ...] = (tried.value, tried.limit, tried.margin)
    assert shown == (Fraction(301, 3), 100, Fraction(-1, 3))


def test_two_facts_of_one_name_are_one_fact() -> None:
    rule = AllOf((AtMost(Fact("x", "甲"), Whole(3)), Below(Whole(1), Fact("x", "甲"))))
    program = compiled(rule, Flag("x", "甲がある"))
    assert program.pairs(program.run({"x": 1})) == [(False, False), (True, True)]


def test_a_node_that_rules_share_is_computed_once() -> None:
    shared = AtMost(Fact("a", "a"), Whole(1))
    once = Program([AnyOf((shared,))], figures=INVENTED, month=IN_2020)
    twice = Program([AnyOf((shared, shared))], figures=INVENTED, month=IN_2020)
    assert len(once._steps) == len(twice._steps) == 3
