"""What is known about a person, as values: pure, no Django, no clock, no I/O.

A value holds what a fact says; its period, source and time of record stand around it (`Recorded`).
Texts are kept as they were received, in whatever characters; an empty text means that none was
received, None that a day, count or amount is not known (never 0).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from kokunen.people.pension import (
    AdditionalValue,
    ClaimValue,
    EnrolmentValue,
    ExemptionValue,
    IncomeValue,
    NumberValue,
)
from kokunen.people.resident import (
    AddressValue,
    ForeignValue,
    IdentityValue,
    MembershipValue,
    NameValue,
    PhoneValue,
    RegisterValue,
    StopValue,
)
from kokunen.people.value import Hidden, Lane, Masked, Recorded, Value

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = [
    "SEALED",
    "VALUES",
    "AdditionalValue",
    "AddressValue",
    "ClaimValue",
    "EnrolmentValue",
    "ExemptionValue",
    "ForeignValue",
    "Hidden",
    "IdentityValue",
    "IncomeValue",
    "Lane",
    "Masked",
    "MembershipValue",
    "NameValue",
    "NumberValue",
    "PhoneValue",
    "Recorded",
    "RegisterValue",
    "StopValue",
    "Value",
]

VALUES: Final[Mapping[str, type[Value]]] = {
    value.KIND: value
    for value in (
        NameValue,
        IdentityValue,
        RegisterValue,
        StopValue,
        ForeignValue,
        MembershipValue,
        AddressValue,
        PhoneValue,
        NumberValue,
        EnrolmentValue,
        AdditionalValue,
        ExemptionValue,
        ClaimValue,
        IncomeValue,
    )
}
"""Every kind of fact by its name."""

SEALED: Final = frozenset({"address", "phone", "membership", "old_number"})
"""What a protection measure seals (支援措置); the database hides the same rows."""
