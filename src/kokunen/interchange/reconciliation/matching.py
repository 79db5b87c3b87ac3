"""Which forwarded case a result of the agency belongs to. Pure.

A result names no row of ours: it is held against the cases that were forwarded and not answered,
by number, person, kind and day. EXACT is a rule, not a sum: number, kind, days, name and birth
date all agree, and no other case fits as well. All else that fits somewhat is PROBABLE, and a
person decides; ``WEIGHTS`` only puts the candidates in order.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from functools import lru_cache
from typing import TYPE_CHECKING, Final

from kokunen.interchange.domain import Candidate
from kokunen.people import folding
from kokunen.people.codes import Code
from kokunen.people.keys import whole_keys

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from datetime import date

WEIGHTS: Final[Mapping[str, int]] = {
    "number": 30,
    "name": 15,
    "birth_date": 15,
    "case": 10,
    "filing": 10,
    "received_on": 10,
    "kana": 5,
    "branch": 5,
}
"""What each item that agrees adds to the score; together 100."""
NEAR: Final = timedelta(days=14)
"""A day of receipt this near counts half: the paper's date and the stamp may differ."""
LEAST: Final = 40
"""Below it a case is no candidate; a name, birth date and kind that agree reach it."""
MOST: Final = 5
"""So many candidates are kept."""


class Item(Code):
    """What a result and a case are compared by."""

    NUMBER = "number", "基礎年金番号"
    NAME = "name", "氏名"
    KANA = "kana", "氏名カナ"
    BIRTH_DATE = "birth_date", "生年月日"
    CASE = "case", "案件番号"
    FILING = "filing", "届書等の種類"
    RECEIVED_ON = "received_on", "受付日"
    BRANCH = "branch", "受付支所"
    DECIDED_ON = "decided_on", "決定日(進達日より前)"
    STATE = "state", "案件の状態(結果待ちでない)"


class How(Code):
    """How surely a result belongs to a case."""

    EXACT = "exact", "一致"
    PROBABLE = "probable", "候補あり"
    UNMATCHED = "unmatched", "候補なし"


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """A result as received, with its names folded; an empty text or None was not given."""

    filing: str
    decided_on: date
    basic_number: str = ""
    names: frozenset[str] = frozenset()
    kanas: frozenset[str] = frozenset()
    birth_date: date | None = None
    received_on: date | None = None
    case: int | None = None
    branch: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Forwarded:
    """A case that was forwarded, and what the register knows of its person.

    ``names`` and ``kanas`` are folded, former ones among them. ``awaits``: an answer, or another
    one, may be entered.
    """

    case: int
    person: int
    filing: str
    received_on: date
    forwarded_on: date
    awaits: bool
    branch: str = ""
    basic_number: str = ""
    names: frozenset[str] = frozenset()
    kanas: frozenset[str] = frozenset()
    birth_date: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Matched:
    """Where a result belongs: ``case`` for EXACT, ``candidates`` (the best first) for PROBABLE."""

    how: How
    case: int | None = None
    candidates: tuple[Candidate, ...] = ()


@lru_cache(maxsize=1024)  # the two sides of a match are mostly written alike
def folded(text: str) -> frozenset[str]:
    """Return the keys under which the register keeps a name: its variants share one."""
    return whole_keys(folding.parts(text)) - {""}


def match(answer: Answer, cases: Iterable[Forwarded]) -> Matched:
    """Return which of the cases a result belongs to.

    The order of the cases does not matter, nor do cases that agree in too little.
    """
    found = [(_compared(answer, case), case) for case in cases]
    exact = [(seen.score, case.case) for seen, case in found if _is_exact(seen, answer, case)]
    exact.sort(reverse=True)
    if exact and (len(exact) == 1 or exact[0][0] > exact[1][0]):
        return Matched(how=How.EXACT, case=exact[0][1])
    candidates = [seen for seen, case in found if seen.score >= LEAST and _may_be(answer, case)]
    candidates.sort(key=lambda each: (-each.score, each.case))
    if not candidates:
        return Matched(how=How.UNMATCHED)
    return Matched(how=How.PROBABLE, candidates=tuple(candidates[:MOST]))


def _compared(answer: Answer, case: Forwarded) -> Candidate:
    """Hold a result against a case, item by item; what one side lacks says nothing."""
    sides: Sequence[tuple[Item, object, object, bool]] = (
        (
            Item.NUMBER,
            answer.basic_number,
            case.basic_number,
            answer.basic_number == case.basic_number,
        ),
        (
            Item.NAME,
            answer.names,
            case.names,
            not answer.names.isdisjoint(case.names | case.kanas),
        ),
        (Item.KANA, answer.kanas, case.kanas, not answer.kanas.isdisjoint(case.kanas)),
        (Item.BIRTH_DATE, answer.birth_date, case.birth_date, answer.birth_date == case.birth_date),
        (Item.CASE, answer.case, case.case, answer.case == case.case),
        (Item.FILING, answer.filing, case.filing, answer.filing == case.filing),
        (
            Item.RECEIVED_ON,
            answer.received_on,
            case.received_on,
            answer.received_on == case.received_on,
        ),
        (Item.BRANCH, answer.branch, case.branch, answer.branch == case.branch),
    )
    known = [(item, same) for item, one, other, same in sides if one and other]
    agrees = [item.value for item, same in known if same]
    differs = [item.value for item, same in known if not same]
    score = sum(WEIGHTS[item] for item in agrees)
    if Item.RECEIVED_ON in differs and _is_near(answer, case):
        score += WEIGHTS[Item.RECEIVED_ON] // 2
    if answer.decided_on < case.forwarded_on:
        differs.append(Item.DECIDED_ON.value)
    if not case.awaits:
        differs.append(Item.STATE.value)
    return Candidate(case=case.case, score=score, agrees=tuple(agrees), differs=tuple(differs))


def _is_near(answer: Answer, case: Forwarded) -> bool:
    return answer.received_on is not None and abs(answer.received_on - case.received_on) <= NEAR


_MAY_DIFFER: Final = frozenset({Item.KANA, Item.BRANCH})
"""A reading and a branch are written in more than one way; alone they raise no doubt."""


def _is_exact(seen: Candidate, answer: Answer, case: Forwarded) -> bool:
    """Tell whether all that identifies the case agrees, and nothing that counts differs."""
    agrees = set(seen.agrees)
    if set(seen.differs) - _MAY_DIFFER or not {Item.FILING, Item.BIRTH_DATE} <= agrees:
        return False
    named = Item.NAME in agrees or (not answer.names and Item.KANA in agrees)
    # Who has no number yet, or a result without a day, is known by the number of the case alone.
    numbered = Item.NUMBER in agrees or Item.CASE in agrees
    dated = Item.RECEIVED_ON in agrees or Item.CASE in agrees
    return named and numbered and dated and case.awaits


def _may_be(answer: Answer, case: Forwarded) -> bool:
    """Leave out the years before: a case that is over is named only where its day agrees."""
    return case.awaits or answer.received_on == case.received_on or answer.case == case.case
