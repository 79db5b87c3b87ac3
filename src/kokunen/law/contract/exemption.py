"""The exemption calculators, as the contract of ``kokunen law`` words them."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Any, Final

from kokunen.dates.errors import Refusal
from kokunen.dates.month import Month
from kokunen.law.contract.application import read_application
from kokunen.law.exemption.assess import MonthAssessment, assess_month, not_applicable
from kokunen.law.exemption.decision import UNDECIDABLE
from kokunen.law.exemption.limits import exemption_limits as limits_of
from kokunen.law.exemption.periods import exemption_cycle as cycle_of
from kokunen.law.exemption.periods import job_loss_period, oldest_month
from kokunen.law.exemption.rules import DEFERRAL_OPEN, MOST_DEPENDANTS, PASSES
from kokunen.law.figures import FIGURES
from kokunen.law.premium import full_premium, payable_premium
from kokunen.rulekit.figures import blaming
from kokunen.rulekit.tree import tables_of

if TYPE_CHECKING:
    from kokunen.law.contract.fields import Fields
    from kokunen.law.exemption.facts import Application
    from kokunen.rulekit.working import Working

NOT_APPLICABLE: Final = {
    "not_aged_20_to_59": ("法7条1項1号", "法9条"),
    "childbirth": ("法88条の2",),
    "childcare": ("法88条の3",),
    "statutory": ("法89条",),
    "already_paid": ("法90条1項",),
    "too_old": ("法90条1項", "法102条4項"),
    "cycle_not_open": ("規則77条の2",),
}


def _cycle(fields: Fields, working: Working, *, student: bool) -> dict[str, Any]:
    month = fields.month("month")
    fields.done()
    cycle = cycle_of(month, student=student)
    working.cite("法90条の3第1項1号" if student else "法90条1項1号", "規則77条の2")
    working.step("所得を見る年", cycle.income_year)
    return {
        "cycle": cycle.year,
        "from": str(cycle.first),
        "to": str(cycle.last),
        "income_year": cycle.income_year,
        "apply_from": cycle.apply_from.isoformat(),
    }


def exemption_cycle(fields: Fields, working: Working) -> dict[str, Any]:
    """Answer ``exemption-cycle``."""
    return _cycle(fields, working, student=False)


def student_cycle(fields: Fields, working: Working) -> dict[str, Any]:
    """Answer ``student-cycle``."""
    return _cycle(fields, working, student=True)


def retroactive_limit(fields: Fields, working: Working) -> dict[str, Any]:
    """Answer ``retroactive-limit``."""
    applied_on = fields.date("applied_on")
    fields.done()
    with blaming("applied_on"):
        return {"oldest_month": str(oldest_month(applied_on, working=working))}


def unemployment(fields: Fields, working: Working) -> dict[str, Any]:
    """Answer ``unemployment``."""
    left_job_on = fields.date("left_job_on")
    fields.done()
    with blaming("left_job_on"):
        period = job_loss_period(left_job_on, working=working)
    return {"first_month": str(period.first), "last_month": str(period.last)}


def exemption_limits(fields: Fields, working: Working) -> dict[str, Any]:
    """Answer ``exemption-limits``."""
    month = fields.month("month")
    inner = fields.inner("dependants")
    counts = {
        kind: inner.whole(kind, most=MOST_DEPENDANTS, default=0)
        for kind in ("general", "elderly", "specified")
    }
    inner.done()
    fields.done()
    with blaming("month"):
        limits = limits_of(month=month, working=working, **counts)
    return {**limits.by_band, "flat": limits.flat}


def assess_exemption(fields: Fields, working: Working) -> dict[str, Any]:
    """Answer ``assess-exemption``; each month carries its own explanation."""
    application = read_application(fields)
    fields.done()
    months = Month.range(application.first, application.last)
    return {"months": [_month(application, month, working) for month in months]}


def _month(application: Application, month: Month, working: Working) -> dict[str, Any]:
    try:
        reason = not_applicable(application, month, working=working)
        if reason is not None:
            working.cite(*NOT_APPLICABLE[reason])
            return {
                "month": str(month),
                "band": None,
                "income_year": None,
                "payable": None,
                "missing": [],
                "not_applicable": reason,
            }
        found = assess_month(application, month)
        band = found.decision.band
        left = _payable(month, band, working)
    except Refusal as refusal:
        refusal.field = "from"
        raise
    _record(found, working)
    answered = {
        "month": str(month),
        "band": band,
        "income_year": found.income_year,
        "payable": left,
        "missing": list(found.missing),
    }
    if working.explain:
        answered["explanation"] = _explained(found)
    return answered


def _payable(month: Month, band: str, working: Working) -> int | None:
    if band == UNDECIDABLE:
        return None
    if band in ("full", "deferral", "student"):
        return 0
    premium = full_premium(month=month, working=working)
    if band == "none":
        return premium
    return payable_premium(month=month, premium=premium, band=band, working=working)


def _record(found: MonthAssessment, working: Working) -> None:
    """Record the articles of the lines tried and the figures they rest on, with their doubts."""
    for tried in found.bands:
        for role in tried.roles:
            working.cite(*(line.source for line in found.examined[role].tried[tried.band]))
    rules = [tried.band for tried in found.bands]
    if "student" not in rules:
        rules.append("deferral_open")
    for table in dict.fromkeys(name for rule in rules for name in _figures(rule)):
        if working.explain or FIGURES.on(table, found.month).status == "unverified":
            working.dated(table, found.month)


@cache
def _figures(rule: str) -> tuple[str, ...]:
    """Return the tables of figures that a band, or the opening of the deferral, rests on."""
    return tables_of(PASSES.get(rule, DEFERRAL_OPEN))


def _explained(found: MonthAssessment) -> dict[str, Any]:
    better = found.better
    return {
        "decided_by": found.decision.decided_by,
        "reason": found.decision.reason,
        "bands": [
            {
                "band": tried.band,
                "passed": tried.passed,
                "persons": [_person(found, role, tried.band) for role in tried.roles],
            }
            for tried in found.bands
        ],
        "next_better": better
        and {"person": better.role, "fact": better.fact, "change": better.by, "band": better.band},
    }


def _person(found: MonthAssessment, role: str, band: str) -> dict[str, Any]:
    examined = found.examined[role]
    sure, possible = examined.standing.of(band)
    return {
        "person": role,
        "passed": sure if sure == possible else None,
        "lines": [
            {
                "line": line.code,
                "text": line.text,
                "source": line.source,
                "passed": line.passed,
                "income": line.value,
                "limit": line.limit,
                "margin": line.margin,
            }
            for line in examined.tried[band]
        ],
    }
