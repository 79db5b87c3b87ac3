"""An application, month by month: what the law grants, why, and what would change it.

The city's computation is an assessment (試算), never a decision: the pension service decides.
"""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, NamedTuple

from kokunen.law.exemption.change import Change, missing_facts, smallest_change
from kokunen.law.exemption.decision import (
    UNDECIDABLE,
    Decision,
    Situation,
    better_than,
    decide,
)
from kokunen.law.exemption.facts import Application, age_months, income_year_of
from kokunen.law.exemption.periods import exemption_cycle, oldest_month
from kokunen.law.exemption.rules import BANDS, DEFERRAL_OPEN, OF_INSURABLE_AGE, TESTED
from kokunen.law.exemption.standing import Examined, examine, route
from kokunen.law.figures import FIGURES
from kokunen.rulekit.explain import Program

if TYPE_CHECKING:
    from kokunen.dates.month import Month
    from kokunen.rulekit.working import Working


class BandTried(NamedTuple):
    """One band as it was examined: passed, failed (False) or not known (None), and by whom."""

    band: str
    passed: bool | None
    roles: tuple[str, ...]


class MonthAssessment(NamedTuple):
    """What one month of an application gets, with everything that was tried.

    ``decision.reason`` is never None here: where the best band was granted it is the code of the
    line the insured passed. ``examined`` holds the lines of every person tested, by role and band.
    """

    month: Month
    income_year: int
    decision: Decision
    missing: tuple[str, ...]
    bands: tuple[BandTried, ...]
    examined: dict[str, Examined]
    better: Change | None


@lru_cache(maxsize=1024)
def _ages(month: Month) -> Program:
    return Program((DEFERRAL_OPEN, OF_INSURABLE_AGE), figures=FIGURES, month=month)


def open_by_age(*, age: int, month: Month) -> tuple[bool, bool]:
    """Return whether deferral is open, and whether the insured is 20–59, at an age in months."""
    program = _ages(month)
    deferral, insurable = program.pairs(program.run({"age_months": age}))
    return deferral[0], insurable[0]


def not_applicable(application: Application, month: Month, *, working: Working) -> str | None:
    """Return why a month may not be applied for, or None.

    Checked in this order: age (法7条, 法附則5条), childbirth (法88条の2), childcare (法88条の3),
    statutory exemption (法89条), months already paid (法90条1項), too old, cycle not yet open.
    """
    age = age_months(birth_date=application.birth_date, month=month)
    if not open_by_age(age=age, month=month)[1]:
        return "not_aged_20_to_59"
    for kind in ("childbirth", "childcare", "statutory"):
        for other in application.other_exemptions:
            covers = other.first <= month and (other.last is None or month <= other.last)
            if other.kind == kind and covers:
                return kind
    if month in application.paid_months:
        return "already_paid"
    student = application.student
    if month < oldest_month(application.applied_on, working=working, student=student):
        return "too_old"
    if application.applied_on < exemption_cycle(month, student=student).apply_from:
        return "cycle_not_open"
    return None


def assess_month(application: Application, month: Month) -> MonthAssessment:
    """Return what the law grants for one month that may be applied for.

    Raises `NoValueInForce` for a month outside the figures of the law.
    """
    student = application.student
    income_year = income_year_of(month=month, student=student)
    facts = {
        role: person.facts(month=month, income_year=income_year)
        for role, person in application.people().items()
    }
    if student:
        facts = {"insured": facts["insured"]}
    if application.separated_by_violence:
        facts.pop("spouse", None)
    examined = {role: examine(found, month=month) for role, found in facts.items()}
    age = age_months(birth_date=application.birth_date, month=month)
    wanted = frozenset(BANDS) if application.wanted is None else application.wanted
    if not open_by_age(age=age, month=month)[0]:
        wanted -= {"deferral"}
    standing = {role: found.standing for role, found in examined.items()}
    situation = Situation(
        student,
        wanted,
        standing["insured"],
        standing.get("spouse"),
        standing.get("head"),
        apart_unknown=application.separated_by_violence is None and "spouse" in standing,
    )
    decision = decide(situation)
    bands = tuple(
        [
            BandTried(band, passed, tuple([role for role in TESTED[band] if role in examined]))
            for band, passed in decision.passed
        ]
    )
    missing: list[str] = []
    better = None
    if decision.band == UNDECIDABLE:
        missing = missing_facts(situation, facts=facts, month=month, income_year=income_year)
    elif better_than(decision.band, situation):
        better = smallest_change(
            decision.band, situation, examined=examined, facts=facts, month=month
        )
    if decision.reason is None:
        tried = examined["insured"].tried[decision.band]
        decision = decision._replace(reason=route(tried))
    return MonthAssessment(
        month,
        income_year,
        decision,
        tuple(missing),
        bands,
        examined,
        better,
    )
