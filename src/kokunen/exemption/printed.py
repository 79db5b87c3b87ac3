"""What the printed application is filled with: the persons tested and their incomes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, cast

from kokunen.exemption import reading
from kokunen.people import queries as people
from kokunen.people.domain import IncomeValue

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping
    from datetime import date
    from uuid import UUID

    from kokunen.access.domain import Field
    from kokunen.audit.domain import Occasion
    from kokunen.cases.domain import Receipt
    from kokunen.cases.values import Case
    from kokunen.people.domain import (
        IdentityValue,
        IncomeValue,
        NameValue,
        NumberValue,
        Recorded,
        Value,
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class PersonData:
    """One person on the form.

    ``income`` is the row of the cycle's 相当年度 as the city keeps it; None where there is
    none, or where incomes are not open for this case or role (``is_income_open``).
    """

    number: int
    role: str
    name: str
    kana: str
    birth_date: date | None
    income_year: int
    income: IncomeValue | None
    is_income_open: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class ApplicationData:
    """What stands on a printed application: the receipt, and by cycle who is tested."""

    case: int
    receipt: Receipt
    basic_number: str
    tested: Mapping[str, tuple[PersonData, ...]]


def data_of(
    *,
    case: Case,
    receipt: Receipt,
    roles: Mapping[str, Mapping[str, int]],
    occasion: Occasion,
    sees: Collection[Field],
    opening: UUID | None,
) -> ApplicationData:
    """Read each person once and put the form's data together."""
    is_open = reading.may_assess(case, sees)
    kinds = {"name", "identity", "basic_number"} | ({"income"} if is_open else set())
    facts = {
        person: people.facts(
            person=person,
            kinds=kinds,
            operation="exemption.application_data",
            occasion=occasion,
            sees=sees,
            opening=opening if person == receipt.person else None,
        )
        for person in sorted({person for named in roles.values() for person in named.values()})
    }
    numbers = cast(
        "tuple[Recorded[NumberValue], ...]", facts.get(receipt.person, {}).get("basic_number", ())
    )
    return ApplicationData(
        case=case.number,
        receipt=receipt,
        basic_number=next(
            (one.value.number for one in reversed(numbers) if one.value.kind == "current"), ""
        ),
        tested={
            code: tuple(
                _person(person, role, int(code), facts[person], is_open=is_open)
                for role, person in named.items()
            )
            for code, named in roles.items()
        },
    )


def _person(
    person: int,
    role: str,
    year: int,
    facts: Mapping[str, tuple[Recorded[Value], ...]],
    *,
    is_open: bool,
) -> PersonData:
    names = cast("tuple[Recorded[NameValue], ...]", facts.get("name", ()))
    identity = cast("tuple[Recorded[IdentityValue], ...]", facts.get("identity", ()))
    incomes = cast("tuple[Recorded[IncomeValue], ...]", facts.get("income", ()))
    name = names[-1].value if names else None
    return PersonData(
        number=person,
        role=role,
        name="" if name is None else name.name or name.latin,
        kana="" if name is None else name.kana,
        birth_date=identity[0].value.birth_date if identity else None,
        income_year=year - 1,
        income=next((one.value for one in incomes if one.value.fiscal_year == year), None),
        is_income_open=is_open,
    )
