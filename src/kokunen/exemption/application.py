"""An application as the law reads it, cycle by cycle, and what the law says to it. Pure."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import date
from itertools import groupby
from typing import TYPE_CHECKING, Any, Final

from kokunen.dates.month import Month
from kokunen.exemption.tested import cycle_of
from kokunen.law.exemption.decision import UNDECIDABLE, Decision
from kokunen.law.exemption.facts import Application, Income, OtherExemption, Person
from kokunen.people.codes import Category, Exemption, Outcome
from kokunen.wording.report import Paying, Stretch, stretches

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from kokunen.cases.domain import Receipt
    from kokunen.exemption.incomes import Known
    from kokunen.law.exemption.periods import ExemptionCycle
    from kokunen.people.domain import AdditionalValue, EnrolmentValue, ExemptionValue, Recorded

_LATEST: Final = Month(9999, 11)
_FIRST_COME: Final = (Exemption.CHILDBIRTH, Exemption.CHILDCARE, Exemption.STATUTORY)
STANDS: Final = (None, Outcome.APPROVED)
"""Outcomes of a fact that holds: approved, or not yet answered."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Register:
    """What the register knows of the insured, as far as exemptions go."""

    birth_date: date | None = None
    enrolments: tuple[Recorded[EnrolmentValue], ...] = ()
    exemptions: tuple[Recorded[ExemptionValue], ...] = ()
    additionals: tuple[Recorded[AdditionalValue], ...] = ()
    is_foreign: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Assessed:
    """One cycle of an application: who was tested (宛名番号 by role) and what each month gets."""

    code: str
    cycle: ExemptionCycle
    application: Application
    tested: Mapping[str, int]
    stretches: tuple[Stretch, ...]
    unknown: tuple[str, ...] = ()
    disabled_dependants: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class People:
    """Who is tested in a cycle, by role, with their incomes."""

    numbers: Mapping[str, int]
    incomes: Mapping[str, Known] = field(default_factory=dict)


def months_of(fact: Recorded[Any]) -> tuple[Month, Month]:
    """Return the first and the last month of a fact; without an end the last there can be."""
    start, end = fact.valid.start, fact.valid.end
    first = Month(1, 1) if start is None else Month.of(start)
    return first, _LATEST if end is None else Month.of(end) - 1


def covers(fact: Recorded[Any], month: Month) -> bool:
    """Tell whether a fact reaches over a month."""
    first, last = months_of(fact)
    return first <= month <= last


def in_category_1(register: Register, month: Month) -> bool:
    """Tell whether a month counts as category 1: by what holds on its last day (法11条の2).

    Without any record of enrolment it is taken to be: that is for the check to say.
    """
    if not register.enrolments:
        return True
    return any(
        fact.value.category is Category.CATEGORY_1 and month.last_day in fact.valid
        for fact in register.enrolments
    )


def own_reason(receipt: Receipt, register: Register, month: Month) -> str:
    """Return why a month gets nothing for a reason that the register or the form gives, or ""."""
    given = receipt.particulars
    if not in_category_1(register, month):
        return "not_category_1"
    if receipt.filing == "student":
        if not _studies(given, month):
            return "not_student"
        done: tuple[Exemption, ...] = (Exemption.STUDENT,)
    else:
        if _has(register, Exemption.STUDENT, month):
            return "student_month"
        done = (Exemption.FULL,)
    return "already_exempt" if any(_has(register, kind, month) for kind in done) else ""


def _has(register: Register, kind: Exemption, month: Month) -> bool:
    return any(
        fact.value.kind is kind and fact.value.outcome is Outcome.APPROVED and covers(fact, month)
        for fact in register.exemptions
    )


def _studies(given: Mapping[str, Any], month: Month) -> bool:
    first, last = given.get("school_from"), given.get("school_until")
    return not (first and month < Month.of(date.fromisoformat(first))) and not (
        last and month > Month.of(date.fromisoformat(last))
    )


def assess(
    *, receipt: Receipt, register: Register, cycles: Mapping[str, People]
) -> tuple[Assessed, ...]:
    """Return what the law says to each cycle of an application.

    ``cycles`` maps the codes of the cycles applied for to who is tested in them. Raises
    `NoValueInForce` for a month outside the figures; the birth date must be known.
    """
    return tuple(
        _assess(receipt, register, code, people) for code, people in sorted(cycles.items())
    )


def _assess(receipt: Receipt, register: Register, code: str, people: People) -> Assessed:
    cycle = cycle_of(code, student=receipt.filing == "student")
    application = _application(receipt, register, cycle, people)
    found: list[Stretch] = []
    months = Month.range(cycle.first, cycle.last)
    for (reason, disaster), same in groupby(
        months, key=lambda month: (own_reason(receipt, register, month), _disaster(receipt, month))
    ):
        those = list(same)
        if reason:
            found.append(Stretch(those[0], those[-1], reason, None, ()))
            continue
        part = _with_disaster(receipt, application, people, hit=disaster)
        part = replace(part, first=those[0], last=those[-1])
        found += _doubted(part, people, cycle.income_year)
    year = cycle.income_year
    beside = ("insured",) if receipt.filing == "student" else tuple(application.people())
    return Assessed(
        code=code,
        cycle=cycle,
        application=application,
        tested=people.numbers,
        stretches=tuple(found),
        unknown=tuple(
            role
            for role in beside
            if (known := people.incomes.get(role)) is None
            or year not in known.incomes
            or year in known.doubtful
        ),
        disabled_dependants=tuple(
            role
            for role in beside
            if (known := people.incomes.get(role)) and year in known.disabled_dependants
        ),
    )


def _application(
    receipt: Receipt, register: Register, cycle: ExemptionCycle, people: People
) -> Application:
    given = receipt.particulars
    student = receipt.filing == "student"
    violence = given.get("violence")
    spouse, head = people.numbers.get("spouse"), people.numbers.get("head")
    # Who lives apart from the spouse for violence does not live in the spouse's household.
    apart = violence == "claimed" and spouse is not None and spouse == head
    if register.birth_date is None:
        raise ValueError("an application is assessed for somebody whose birth date is known")
    return Application(
        receipt.received_on,
        cycle.first,
        cycle.last,
        register.birth_date,
        _person("insured", given, people),
        spouse=None if student or spouse is None else _person("spouse", given, people),
        head=None if student or head is None or apart else _person("head", given, people),
        student=student,
        separated_by_violence={"claimed": True, "unclear": None}.get(str(violence), False),
        wanted=frozenset(given["wanted"]) if given.get("wanted") else None,
        other_exemptions=tuple(_others(register)),
        paid_months=_paid(given),
    )


def _as(role: str, people: People) -> frozenset[str]:
    """Return the roles under which the form may speak of a person: a spouse may be the head."""
    number = people.numbers.get(role)
    return (
        frozenset({role})
        if number is None
        else frozenset(other for other, its in people.numbers.items() if its == number)
    )


def _person(role: str, given: Mapping[str, Any], people: People) -> Person:
    known, roles = people.incomes.get(role), _as(role, people)
    left = next(filter(None, (given.get(f"left_job_on_{each}") for each in sorted(roles))), None)
    return Person(
        {} if known is None else dict(known.incomes),
        not roles.isdisjoint(given.get("other_assistance", ())),
        not roles.isdisjoint(given.get("special_disability_benefit", ())),
        disaster_loss=False,
        left_job_on=date.fromisoformat(left) if left else None,
    )


def _others(register: Register) -> Iterator[OtherExemption]:
    for fact in register.exemptions:
        if fact.value.kind in _FIRST_COME and fact.value.outcome in STANDS:
            first, last = months_of(fact)
            yield OtherExemption(
                fact.value.kind.value, first, None if fact.valid.end is None else last
            )


def _paid(given: Mapping[str, Any]) -> frozenset[Month]:
    first, last = given.get("paid_from"), given.get("paid_to")
    if not first:
        return frozenset()
    return frozenset(Month.range(Month.parse(first), Month.parse(last or first)))


def _disaster(receipt: Receipt, month: Month) -> bool | None:
    """Tell whether a disaster counts in a month (規則77条の7); None: its day is not known."""
    given = receipt.particulars
    if not given.get("disaster"):
        return False
    if not given.get("disaster_on"):
        return None
    on = date.fromisoformat(given["disaster_on"])
    end = Month(on.year + 2, 3 if receipt.filing == "student" else 6)
    return Month.of(on) - 1 <= month <= end


def _with_disaster(
    receipt: Receipt, application: Application, people: People, *, hit: bool | None
) -> Application:
    claimed = receipt.particulars.get("disaster", ())
    changed: dict[str, Any] = {
        role: replace(person, disaster_loss=hit)
        for role, person in application.people().items()
        if not _as(role, people).isdisjoint(claimed)
    }
    return replace(application, **changed) if changed else application


def _doubted(part: Application, people: People, year: int) -> tuple[Stretch, ...]:
    """Assess, and take back an answer that deductions or dependants not known could better."""
    found = stretches(part)
    doubtful = [
        role
        for role in part.people()
        if (known := people.incomes.get(role)) is not None and year in known.doubtful
    ]
    if not doubtful:
        return found
    best: dict[str, Any] = {
        role: replace(person, incomes={**person.incomes, year: Income(0)})
        for role, person in part.people().items()
        if role in doubtful
    }
    bands = {
        month: stretch.found.decision.band
        for stretch in stretches(replace(part, **best))
        if stretch.found is not None
        for month in stretch.months
    }
    return tuple(
        _undecided(stretch, doubtful, year)
        if stretch.found is not None
        and any(bands[month] != stretch.found.decision.band for month in stretch.months)
        else stretch
        for stretch in found
    )


def _undecided(stretch: Stretch, roles: list[str], year: int) -> Stretch:
    found = stretch.found
    if found is None:
        return stretch
    missing = dict.fromkeys((*found.missing, *(f"{role}.incomes.{year}" for role in roles)))
    return replace(
        stretch,
        found=found._replace(
            decision=Decision(UNDECIDABLE, roles[0], "unknown_fact", found.decision.passed),
            missing=tuple(missing),
            better=None,
        ),
        paying=(Paying(stretch.first, stretch.last, None),),
    )
