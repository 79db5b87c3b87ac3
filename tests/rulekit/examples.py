"""One table of worked examples for both interpreters: what is not known is a range."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path
from typing import Final, NamedTuple

from kokunen.dates.month import Month
from kokunen.rulekit.figures import Figures
from kokunen.rulekit.tree import (
    MOST,
    AllOf,
    AnyOf,
    AtMost,
    Below,
    Case,
    Difference,
    Fact,
    Figure,
    FirstMatch,
    Flag,
    InForce,
    Largest,
    Line,
    Named,
    Not,
    Number,
    Product,
    Smallest,
    Statement,
    Sum,
    Whole,
)

INVENTED: Final = Figures(Path(__file__).parent / "parameters")
IN_2020: Final = Month(2020, 7)
IN_2021: Final = Month(2021, 7)

Facts = dict[str, int | None]

a = Fact("a", "甲")
b = Fact("b", "乙", least=-5, most=7)
p = Flag("p", "丙である")
q = Flag("q", "丁である")
base = Figure("invented.base")
a_third = Product(a, Figure("invented.third"))
two_sevenths = Product(a, Figure("invented.sevenths"))
three_quarters = Product(a, Figure("invented.quarters"))
a_sixth = Product(a, Figure("invented.sixth"))


class NumberExample(NamedTuple):
    number: Number
    facts: Facts
    least: int | Fraction
    most: int | Fraction
    month: Month = IN_2020


NUMBERS: Final = (
    NumberExample(a, {"a": 3}, 3, 3),
    NumberExample(a, {"a": 0}, 0, 0),
    NumberExample(a, {"a": None}, 0, 10**11),
    NumberExample(a, {"a": MOST + 1}, 10**11 + 1, 10**11 + 1),
    NumberExample(b, {"b": None}, -5, 7),
    NumberExample(b, {"b": -9}, -9, -9),
    NumberExample(Whole(4), {}, 4, 4),
    NumberExample(base, {}, 100, 100),
    NumberExample(base, {}, 200, 200, IN_2021),
    NumberExample(Figure("invented.third"), {}, Fraction(1, 3), Fraction(1, 3)),
    NumberExample(Sum((a, Figure("invented.third"))), {"a": 1}, Fraction(4, 3), Fraction(4, 3)),
    NumberExample(Named("名", b), {"b": None}, -5, 7),
    NumberExample(Sum((a, b, Whole(1))), {"a": 3, "b": 2}, 6, 6),
    NumberExample(Sum((a, b, Whole(1))), {"a": 3, "b": None}, -1, 11),
    NumberExample(Sum((b, b)), {"b": None}, -10, 14),
    NumberExample(Sum((a, base)), {"a": 7}, 107, 107),
    NumberExample(Sum((b,)), {"b": None}, -5, 7),
    NumberExample(Difference(a, b), {"a": 10, "b": 4}, 6, 6),
    NumberExample(Difference(a, b), {"a": 10, "b": None}, 3, 15),
    NumberExample(Difference(b, a), {"a": 10, "b": None}, -15, -3),
    NumberExample(Difference(a, b), {"a": None, "b": None}, -7, 10**11 + 5),
    NumberExample(Difference(a, Whole(1)), {"a": 0}, -1, -1),
    NumberExample(Product(b, Whole(12)), {"b": None}, -60, 84),
    NumberExample(Product(b, base), {"b": 3}, 300, 300),
    NumberExample(Product(b, base), {"b": 3}, 600, 600, IN_2021),
    NumberExample(a_third, {"a": 2}, Fraction(2, 3), Fraction(2, 3)),
    NumberExample(two_sevenths, {"a": 5}, Fraction(10, 7), Fraction(10, 7)),
    NumberExample(
        Product(b, Figure("invented.third")), {"b": None}, Fraction(-5, 3), Fraction(7, 3)
    ),
    NumberExample(
        Sum((a_third, two_sevenths, Whole(1))), {"a": 1}, Fraction(34, 21), Fraction(34, 21)
    ),
    NumberExample(Sum((a_sixth, three_quarters)), {"a": 5}, Fraction(55, 12), Fraction(55, 12)),
    NumberExample(Difference(a_third, two_sevenths), {"a": 21}, 1, 1),
    NumberExample(
        Difference(two_sevenths, b), {"a": 1, "b": None}, Fraction(-47, 7), Fraction(37, 7)
    ),
    NumberExample(Product(a_third, Whole(3)), {"a": 5}, 5, 5),
    NumberExample(
        Product(a_third, Figure("invented.quarters")), {"a": 2}, Fraction(1, 2), Fraction(1, 2)
    ),
    NumberExample(Largest((a, b)), {"a": 3, "b": 4}, 4, 4),
    NumberExample(Largest((a, b)), {"a": 4, "b": 3}, 4, 4),
    NumberExample(Largest((a, b)), {"a": 3, "b": None}, 3, 7),
    NumberExample(Largest((b, a)), {"a": 9, "b": None}, 9, 9),
    NumberExample(Largest((a_third, Whole(1))), {"a": 2}, 1, 1),
    NumberExample(Largest((a_third, Whole(1))), {"a": 4}, Fraction(4, 3), Fraction(4, 3)),
    NumberExample(Largest((a, b, Whole(5))), {"a": 3, "b": 2}, 5, 5),
    NumberExample(Smallest((a, b)), {"a": 3, "b": 4}, 3, 3),
    NumberExample(Smallest((a, b)), {"a": 4, "b": 3}, 3, 3),
    NumberExample(Smallest((a, b)), {"a": 3, "b": None}, -5, 3),
    NumberExample(Smallest((b, a)), {"a": None, "b": None}, -5, 7),
    NumberExample(Smallest((a_third, two_sevenths)), {"a": 21}, 6, 6),
    NumberExample(Smallest((a, b, Whole(-1))), {"a": 3, "b": 2}, -1, -1),
)


class StatementExample(NamedTuple):
    rule: Statement
    facts: Facts
    sure: bool
    possible: bool
    month: Month = IN_2020

    @property
    def truth(self) -> bool | None:
        return self.sure if self.sure == self.possible else None


YES, NO, OPEN = (True, True), (False, False), (False, True)
_pq = AllOf((p, q))
_p_or_q = AnyOf((p, q))
_in_law = InForce("invented.in_law")
_line = Line("line", "行", "法1条", AtMost(a, base))

STATEMENTS: Final = (
    *(
        StatementExample(p, {"p": given}, *pair)
        for given, pair in ((1, YES), (0, NO), (True, YES), (False, NO), (None, OPEN))
    ),
    StatementExample(_in_law, {}, *NO),
    StatementExample(_in_law, {}, *YES, IN_2021),
    # A comparison turns at the figure of the month.
    StatementExample(AtMost(a, base), {"a": 99}, *YES),
    StatementExample(AtMost(a, base), {"a": 100}, *YES),
    StatementExample(AtMost(a, base), {"a": 101}, *NO),
    StatementExample(AtMost(a, base), {"a": 200}, *YES, IN_2021),
    StatementExample(AtMost(a, base), {"a": 201}, *NO, IN_2021),
    StatementExample(Below(a, base), {"a": 99}, *YES),
    StatementExample(Below(a, base), {"a": 100}, *NO),
    StatementExample(Below(a, base), {"a": 101}, *NO),
    StatementExample(Below(a, base), {"a": 199}, *YES, IN_2021),
    StatementExample(Below(a, base), {"a": 200}, *NO, IN_2021),
    # An exact rate: 301 thirds are more than 100, 300 are not.
    StatementExample(AtMost(a_third, base), {"a": 300}, *YES),
    StatementExample(AtMost(a_third, base), {"a": 301}, *NO),
    StatementExample(Below(a_third, base), {"a": 299}, *YES),
    StatementExample(Below(a_third, base), {"a": 300}, *NO),
    StatementExample(AtMost(base, a_third), {"a": 299}, *NO),
    StatementExample(AtMost(base, a_third), {"a": 300}, *YES),
    # The ends of what is not known, on both sides of each comparison: b lies in −5…7.
    StatementExample(AtMost(b, Whole(7)), {"b": None}, *YES),
    StatementExample(AtMost(b, Whole(6)), {"b": None}, *OPEN),
    StatementExample(AtMost(b, Whole(-5)), {"b": None}, *OPEN),
    StatementExample(AtMost(b, Whole(-6)), {"b": None}, *NO),
    StatementExample(AtMost(Whole(-5), b), {"b": None}, *YES),
    StatementExample(AtMost(Whole(-4), b), {"b": None}, *OPEN),
    StatementExample(AtMost(Whole(7), b), {"b": None}, *OPEN),
    StatementExample(AtMost(Whole(8), b), {"b": None}, *NO),
    StatementExample(Below(b, Whole(8)), {"b": None}, *YES),
    StatementExample(Below(b, Whole(7)), {"b": None}, *OPEN),
    StatementExample(Below(b, Whole(-4)), {"b": None}, *OPEN),
    StatementExample(Below(b, Whole(-5)), {"b": None}, *NO),
    StatementExample(Below(Whole(-6), b), {"b": None}, *YES),
    StatementExample(Below(Whole(-5), b), {"b": None}, *OPEN),
    StatementExample(Below(Whole(6), b), {"b": None}, *OPEN),
    StatementExample(Below(Whole(7), b), {"b": None}, *NO),
    StatementExample(AtMost(a, b), {"a": None, "b": None}, *OPEN),
    StatementExample(AtMost(a, Whole(MOST)), {"a": None}, *YES),
    # All, any and not, with what is not known.
    *(
        StatementExample(_pq, {"p": one, "q": other}, *pair)
        for one, other, pair in (
            (1, 1, YES), (1, 0, NO), (0, 1, NO), (0, 0, NO),
            (1, None, OPEN), (None, 1, OPEN), (0, None, NO), (None, 0, NO), (None, None, OPEN),
        )
    ),
    *(
        StatementExample(_p_or_q, {"p": one, "q": other}, *pair)
        for one, other, pair in (
            (1, 1, YES), (1, 0, YES), (0, 1, YES), (0, 0, NO),
            (1, None, YES), (None, 1, YES), (0, None, OPEN), (None, 0, OPEN), (None, None, OPEN),
        )
    ),
    *(
        StatementExample(Not(p), {"p": given}, *pair)
        for given, pair in ((1, NO), (0, YES), (None, OPEN))
    ),
    StatementExample(Not(AllOf((p, Not(q)))), {"p": None, "q": 1}, *YES),
    StatementExample(Not(AllOf((p, Not(q)))), {"p": None, "q": 0}, *OPEN),
    StatementExample(AnyOf((AllOf((p, q)), Not(_in_law))), {"p": 0, "q": None}, *YES),
    StatementExample(AnyOf((AllOf((p, q)), Not(_in_law))), {"p": 0, "q": None}, *NO, IN_2021),
    StatementExample(AnyOf((AllOf((p, q)), _line)), {"p": 1, "q": None, "a": 101}, *OPEN),
    StatementExample(AllOf((_p_or_q, _line)), {"p": None, "q": 1, "a": 100}, *YES),
    StatementExample(_line, {"a": 100}, *YES),
    StatementExample(_line, {"a": 101}, *NO),
    StatementExample(_line, {"a": None}, *OPEN),
    StatementExample(AllOf((p,)), {"p": None}, *OPEN),
    StatementExample(AnyOf((p,)), {"p": 1}, *YES),
)  # fmt: skip


class ChoiceExample(NamedTuple):
    choice: FirstMatch
    facts: Facts
    outcome: str | None


_r = Flag("r", "戊である")
_apart = FirstMatch((Case("first", p), Case("second", q)), "neither")
_alike = FirstMatch((Case("same", p), Case("same", q), Case("third", _r)), "neither")
_back = FirstMatch((Case("same", p), Case("other", q)), "same")
CODES: Final = ("neither", "third", "second", "same", "other", "first")

CHOICES: Final = (
    ChoiceExample(_apart, {"p": 1, "q": 1}, "first"),
    ChoiceExample(_apart, {"p": 1, "q": 0}, "first"),
    ChoiceExample(_apart, {"p": 1, "q": None}, "first"),
    ChoiceExample(_apart, {"p": 0, "q": 1}, "second"),
    ChoiceExample(_apart, {"p": 0, "q": 0}, "neither"),
    ChoiceExample(_apart, {"p": 0, "q": None}, None),
    ChoiceExample(_apart, {"p": None, "q": 1}, None),
    ChoiceExample(_apart, {"p": None, "q": 0}, None),
    ChoiceExample(_apart, {"p": None, "q": None}, None),
    # Whichever of the possible cases holds, the outcome is the same.
    ChoiceExample(_alike, {"p": None, "q": 1, "r": None}, "same"),
    ChoiceExample(_alike, {"p": None, "q": 1, "r": 1}, "same"),
    ChoiceExample(_alike, {"p": None, "q": None, "r": 1}, None),
    ChoiceExample(_alike, {"p": 0, "q": 0, "r": 1}, "third"),
    ChoiceExample(_alike, {"p": 0, "q": 0, "r": None}, None),
    ChoiceExample(_alike, {"p": 1, "q": None, "r": None}, "same"),
    ChoiceExample(_back, {"p": None, "q": 0}, "same"),
    ChoiceExample(_back, {"p": None, "q": None}, None),
    ChoiceExample(_back, {"p": None, "q": 1}, None),
    ChoiceExample(_back, {"p": 1, "q": None}, "same"),
    ChoiceExample(_back, {"p": 0, "q": 1}, "other"),
)
