"""Drawing of trees over the whole vocabulary, and of facts for them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kokunen.rulekit.tree import (
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

if TYPE_CHECKING:
    import random

# Small numbers, so that the two sides of a comparison often meet.
FACTS = tuple(Fact(name, name, least=-2, most=4) for name in ("a", "b", "c", "d"))
FLAGS = tuple(Flag(name, name) for name in ("p", "q", "r"))
TIMES = (
    Figure("invented.third"),
    Figure("invented.sevenths"),
    Figure("invented.quarters"),
    Figure("invented.sixth"),
    Whole(0),
    Whole(1),
    Whole(3),
)
OUTCOMES = ("first", "second", "third", "none")


def draw_number(rng: random.Random, *, depth: int) -> Number:
    if depth == 0 or rng.random() < 0.2:
        whole = Whole(rng.randint(-2, 4))
        small = Figure("invented.small")
        (leaf,) = rng.choices((rng.choice(FACTS), small, whole), weights=(14, 3, 3))
        return leaf
    inner = tuple(draw_number(rng, depth=depth - 1) for _ in range(rng.randint(1, 3)))
    made: tuple[Number, ...] = (
        Sum(inner),
        Difference(inner[0], inner[-1]),
        Product(inner[0], rng.choice(TIMES)),
        Largest(inner),
        Smallest(inner),
        Named("名", inner[0]),
    )
    return rng.choice(made)


def draw_statement(rng: random.Random, *, depth: int) -> Statement:
    if depth == 0 or rng.random() < 0.3:
        one, other = draw_number(rng, depth=2), draw_number(rng, depth=2)
        leaves: tuple[Statement, ...] = (
            rng.choice(FLAGS),
            InForce("invented.in_law"),
            AtMost(one, other),
            Below(one, other),
        )
        (leaf,) = rng.choices(leaves, weights=(6, 1, 6, 6))
        return leaf
    inner = tuple(draw_statement(rng, depth=depth - 1) for _ in range(rng.randint(1, 3)))
    made = (AllOf(inner), AnyOf(inner), Not(inner[0]), Line("line", "行", "試験", inner[0]))
    return rng.choice(made)


def draw_choice(rng: random.Random) -> FirstMatch:
    cases = (
        Case(rng.choice(OUTCOMES), draw_statement(rng, depth=rng.randrange(4)))
        for _ in range(rng.randint(1, 4))
    )
    return FirstMatch(tuple(cases), rng.choice(OUTCOMES))
