"""Forms of the correctable groups and the values they stand for, in both directions."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from kokunen.dates.wareki import format_wareki
from kokunen.people.codes import AddressKind, PhoneKind, Sex
from kokunen.people.domain import (
    AddressValue,
    IdentityValue,
    MembershipValue,
    NameValue,
    PhoneValue,
)
from kokunen.people.periods import ALWAYS, Period
from kokunen.web import forms

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from datetime import date

    from kokunen.people.domain import Recorded, Value

FORMS: Final[Mapping[str, type[forms.Office]]] = {
    "name": forms.NameForm,
    "identity": forms.IdentityForm,
    "address": forms.AddressForm,
    "phone": forms.PhoneForm,
    "membership": forms.MembershipForm,
}


def _name(asked: Mapping[str, Any]) -> Value:
    return NameValue(**{each: asked[each] for each in forms.NameForm.field_order})


def _identity(asked: Mapping[str, Any]) -> Value:
    return IdentityValue(
        birth_date=asked["birth_date"],
        birth_date_text=asked["birth_date_text"],
        sex=Sex(asked["sex"]),
    )


def _address(asked: Mapping[str, Any]) -> Value:
    return AddressValue(
        **{each: asked[each] for each in forms.AddressForm.field_order if each != "kind"},
        kind=AddressKind(asked["kind"]),
    )


def _phone(asked: Mapping[str, Any]) -> Value:
    return PhoneValue(kind=PhoneKind(asked["kind"]), number=asked["number"])


def _membership(asked: Mapping[str, Any]) -> Value:
    return MembershipValue(**{each: asked[each] for each in forms.MembershipForm.field_order})


_VALUES: Final[Mapping[str, Callable[[Mapping[str, Any]], Value]]] = {
    "name": _name,
    "identity": _identity,
    "address": _address,
    "phone": _phone,
    "membership": _membership,
}


def value(kind: str, asked: Mapping[str, Any]) -> Value:
    """Return what a filled-in form says."""
    return _VALUES[kind](asked)


def valid(kind: str, asked: Mapping[str, Any]) -> Period:
    """Return the period of a filled-in form; raises UnableToReadPeriod."""
    if kind == "identity":
        return ALWAYS
    return Period(start=asked["valid_from"], end=asked["valid_to"])


def initial(fact: Recorded[Value]) -> dict[str, object]:
    """Return a fact as the beginning of the form that corrects it."""
    kind = fact.value.KIND
    names = [each for each in FORMS[kind].base_fields if hasattr(fact.value, each)]
    began = {each: _typed(getattr(fact.value, each)) for each in names}
    return began | {
        "valid_from": _typed(fact.valid.start),
        "valid_to": _typed(fact.valid.end),
        "source": fact.source.value,
        "source_ref": fact.source_ref,
    }


def _typed(given: Any) -> object:  # noqa: ANN401 - a column holds anything
    if hasattr(given, "isoformat"):
        day: date = given
        return format_wareki(day, style="short")
    return getattr(given, "value", given)
