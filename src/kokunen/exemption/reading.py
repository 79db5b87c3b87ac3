"""What a case of this duty reads of the register, each look under the case's purpose."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any, Final, cast

from kokunen.access.domain import Field
from kokunen.cases.domain import OVER
from kokunen.exemption.application import People, Register, assess
from kokunen.exemption.changes import row_of
from kokunen.exemption.incomes import known
from kokunen.exemption.tested import Found, cycle_of, day_of_test, from_household, of_cycle
from kokunen.people import queries as people
from kokunen.people.codes import Residency
from kokunen.people.domain import AdditionalValue, ExemptionValue, IncomeValue, Masked
from kokunen.people.many import facts_each
from kokunen.people.page import HouseholdOn

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence
    from datetime import date
    from uuid import UUID

    from kokunen.audit.domain import Occasion
    from kokunen.cases.domain import Receipt
    from kokunen.cases.values import Case
    from kokunen.exemption.application import Assessed
    from kokunen.exemption.changes import Kept, Row
    from kokunen.people.domain import (
        EnrolmentValue,
        IdentityValue,
        Recorded,
        RegisterValue,
        Value,
    )


_KINDS: Final = frozenset({"identity", "register", "enrolment", "exemption", "additional"})
_READ: Final = "exemption.register"


def at_case(occasion: Occasion, case: int) -> Occasion:
    """Return the occasion with the case as its purpose."""
    return occasion.because(purpose="exemption", reason=occasion.reason, case=case)


def register(
    *,
    person: int,
    occasion: Occasion,
    sees: Collection[Field],
    opening: UUID | None = None,
) -> Register:
    """Return what the register knows of the insured, without incomes; one line in the record."""
    return _register(
        people.facts(
            person=person,
            kinds=_KINDS,
            operation=_READ,
            occasion=occasion,
            sees=sees,
            opening=opening,
        )
    )


def registers(
    *, occasions: Mapping[int, Occasion], sees: Collection[Field]
) -> Mapping[int, Register]:
    """Return `register` of each of these people (宛名番号), each on the occasion given."""
    found = facts_each(occasions=occasions, kinds=_KINDS, operation=_READ, sees=sees)
    return {person: _register(facts) for person, facts in found.items()}


def _register(facts: Mapping[str, tuple[Recorded[Value], ...]]) -> Register:
    identity = cast("tuple[Recorded[IdentityValue], ...]", facts.get("identity", ()))
    residency = cast("tuple[Recorded[RegisterValue], ...]", facts.get("register", ()))
    return Register(
        birth_date=identity[0].value.birth_date if identity else None,
        enrolments=cast("tuple[Recorded[EnrolmentValue], ...]", facts.get("enrolment", ())),
        exemptions=cast("tuple[Recorded[ExemptionValue], ...]", facts.get("exemption", ())),
        additionals=cast("tuple[Recorded[AdditionalValue], ...]", facts.get("additional", ())),
        is_foreign=bool(residency) and residency[-1].value.residency is Residency.FOREIGN,
    )


def households(
    *,
    receipt: Receipt,
    occasion: Occasion,
    sees: Collection[Field],
    opening: UUID | None = None,
) -> dict[str, Found]:
    """Return who stands beside the insured, for each cycle applied for; each day is read once."""
    student = receipt.filing == "student"
    days = {
        code: day_of_test(cycle=cycle_of(code, student=student), applied_on=receipt.received_on)
        for code in receipt.particulars.get("cycles", ())
    }
    if student:
        return {code: Found(on=on) for code, on in days.items()}
    seen = {
        on: _on(receipt, on, occasion=occasion, sees=sees, opening=opening)
        for on in sorted(set(days.values()))
    }
    return {code: seen[on] for code, on in days.items()}


def _on(
    receipt: Receipt,
    on: date,
    *,
    occasion: Occasion,
    sees: Collection[Field],
    opening: UUID | None,
) -> Found:
    found = people.household_on(
        person=receipt.person, on=on, occasion=occasion, sees=sees, opening=opening
    )
    if isinstance(found, Masked):
        return Found(on=on, why="household_sealed")
    household = found if isinstance(found, HouseholdOn) else None
    beside = from_household(household, person=receipt.person, on=on)
    apart = receipt.particulars.get("spouse_apart")
    return beside if beside.spouse or not apart else replace(beside, spouse=int(apart), why="")


def before_case(
    *,
    case: Case,
    now: Register,
    occasion: Occasion,
    sees: Collection[Field],
    opening: UUID | None = None,
) -> Register:
    """Return what the register knew before a case took effect on it."""
    made, cut = set(case.facts_made), set(cut_by(case))
    if not made and not cut:
        return now
    rows = histories(case=case, occasion=occasion, sees=sees, opening=opening)

    def then(held: Sequence[Recorded[Any]], kind: type[Kept]) -> tuple[Recorded[Any], ...]:
        put_back = (fact for fact in rows if isinstance(fact.value, kind) and row_of(fact) in cut)
        return (*(fact for fact in held if row_of(fact) not in made), *put_back)

    return replace(
        now,
        exemptions=then(now.exemptions, ExemptionValue),
        additionals=then(now.additionals, AdditionalValue),
    )


def histories(
    *,
    case: Case,
    occasion: Occasion,
    sees: Collection[Field],
    opening: UUID | None = None,
) -> tuple[Recorded[Kept], ...]:
    """Return all rows of the kinds that a case made or cut, superseded ones too."""
    found: list[Recorded[Kept]] = []
    for kind in sorted({kind for kind, _ in (*case.facts_made, *cut_by(case))}):
        rows = people.history(
            key=case.person_key, group=kind, occasion=occasion, sees=sees, opening=opening
        ).rows
        found += cast("tuple[Recorded[Kept], ...]", rows if isinstance(rows, tuple) else ())
    return tuple(found)


def cut_by(case: Case) -> tuple[Row, ...]:
    """Return the rows of others that a case has cut and not put back."""
    stated = [step.detail["cut"] for step in case.steps if "cut" in step.detail]
    return tuple((kind, row) for kind, row in stated[-1]) if stated else ()


def may_assess(case: Case, sees: Collection[Field]) -> bool:
    """Tell whether incomes open: the case is under way, names the tested, and the role sees."""
    return Field.INCOME in sees and bool(case.tested) and case.state not in OVER


def assessed(
    *,
    case: Case,
    receipt: Receipt,
    of: Register,
    occasion: Occasion,
    sees: Collection[Field],
    opening: UUID | None = None,
) -> tuple[Assessed, ...]:
    """Return the assessment of a case from the incomes of its tested people as they stand now.

    One line in the record for each of them. Call only where `may_assess`.
    """
    named = [(person, role) for person, _, role in case.tested]
    found = households(receipt=receipt, occasion=occasion, sees=sees, opening=opening)
    cycles = {
        code: {"insured": receipt.person, **of_cycle(found, cycle=code, named=named)}
        for code in found
    }
    incomes = {
        person: known(
            cast("IncomeValue", fact.value)
            for fact in people.facts(
                person=person,
                kinds={"income"},
                operation="exemption.income",
                occasion=occasion,
                sees=sees,
            ).get("income", ())
        )
        for person in sorted({person for roles in cycles.values() for person in roles.values()})
    }
    return assess(
        receipt=receipt,
        register=of,
        cycles={
            code: People(
                numbers=roles,
                incomes={role: incomes[person] for role, person in roles.items()},
            )
            for code, roles in cycles.items()
        },
    )
