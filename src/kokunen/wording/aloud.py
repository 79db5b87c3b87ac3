"""A rule read aloud in Japanese: from its tree to sentences, so that a clerk can check it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from kokunen.law.figures import FIGURES
from kokunen.law.premium import BAND_NAMES
from kokunen.rulekit.tree import (
    AllOf,
    AnyOf,
    AtMost,
    Below,
    Difference,
    Fact,
    Figure,
    FirstMatch,
    Flag,
    InForce,
    Largest,
    Line,
    Named,
    Node,
    Not,
    Product,
    Smallest,
    Sum,
    Whole,
    parts_of,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

ROLES: Final = {"insured": "本人", "spouse": "配偶者", "head": "世帯主"}
OUTCOMES: Final = {**BAND_NAMES, "none": "該当なし"}
ANY: Final = "次のどれかに当たる"
ALL: Final = "次のすべてに当たる"


def sentence(  # noqa: C901, PLR0911, PLR0912 - one branch for each kind of node
    node: Node,
) -> str:
    """Return a statement that has no parts to list, or a number, as a phrase."""
    match node:
        case Fact(_, label) | Named(label, _) | Flag(_, label):
            return label
        case Figure(table):
            return f"「{FIGURES.table(table).label}」"
        case InForce(table):
            return f"「{FIGURES.table(table).label}」が当てはまる月である"
        case Whole(value):
            return f"{value:,}"
        case AtMost(Whole(1), Fact(_, label, _, 1)):
            return label
        case AtMost(Whole(value), limit):
            return f"{sentence(limit)} が {value:,} 以上である"
        case AtMost(number, limit):
            return f"{sentence(number)} が {sentence(limit)} 以下である"
        case Below(number, limit):
            return f"{sentence(number)} が {sentence(limit)} 未満である"
        case Not(part):
            return f"「{sentence(part)}」ではない"
        case Line(_, text, source):
            return f"{text}({source})"
        case AllOf(parts):
            return " かつ ".join(map(sentence, parts))
        case AnyOf(parts):
            return " または ".join(map(sentence, parts))
        case _:
            return _number(node)


def _number(node: Node) -> str:
    match node:
        case Sum(terms):
            return " + ".join(map(sentence, terms))
        case Difference(whole, part):
            return f"{sentence(whole)} − {_grouped(part)}"
        case Product(Fact(_, label, _, 1), times):
            return f"{_grouped(times)}({label}とき)"
        case Product(number, times):
            return f"{_grouped(number)} × {_grouped(times)}"
        case Largest(terms):
            return f"({'、'.join(map(sentence, terms))})のうち最も大きいもの"
        case Smallest(terms):
            return f"({'、'.join(map(sentence, terms))})のうち最も小さいもの"
        case _:
            raise TypeError(type(node).__name__)


def _grouped(node: Node) -> str:
    text = sentence(node)
    return f"({text})" if isinstance(node, Sum | Difference) else text


def listed(node: Node, *, depth: int = 0) -> Iterator[str]:
    """Give a statement as lines of a nested Markdown list."""
    start = "  " * depth + "- "
    match node:
        case Line(_, text, source, test):
            yield f"{start}**{text}**({source})"
            if not isinstance(test, Flag):
                yield from listed(test, depth=depth + 1)
        case AllOf(parts) | AnyOf(parts):
            yield start + (ALL if isinstance(node, AllOf) else ANY)
            for part in parts:
                yield from listed(part, depth=depth + 1)
        case _:
            yield start + sentence(node)


def listed_choice(choice: FirstMatch) -> Iterator[str]:
    """Give a choice as a numbered Markdown list, in the order in which it is tried."""
    yield "上から順に見て、最初に当てはまるものになります。"
    yield ""
    for number, case in enumerate(choice.cases, start=1):
        yield f"{number}. **{OUTCOMES[case.outcome]}**"
        yield from listed(case.when, depth=2)
    yield f"{len(choice.cases) + 1}. どれにも当てはまらなければ **{OUTCOMES[choice.otherwise]}**"


def definitions(node: Node) -> dict[str, str]:
    """Return what the named numbers in a rule mean, outer ones first."""
    found: dict[str, str] = {}
    if isinstance(node, Named):
        found[node.label] = sentence(node.number)
    for part in parts_of(node):
        found.update(definitions(part))
    return found
