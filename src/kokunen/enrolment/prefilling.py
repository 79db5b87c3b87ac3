"""What the register already answers on each filing. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from kokunen.cases.catalogue import FILINGS
from kokunen.enrolment import life
from kokunen.enrolment.life import enrolments, of, on_day
from kokunen.people.codes import AddressKind, Arrival, Category, NumberKind
from kokunen.people.domain import (
    AddressValue,
    IdentityValue,
    NameValue,
    NumberValue,
    RegisterValue,
)

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date

    from kokunen.enrolment.life import Facts

_LEFT = {Category.CATEGORY_2: "left_category_2", Category.CATEGORY_3: "left_category_3"}
_NAME = ("name", "kana", "latin", "alias", "alias_kana")
_ADDRESS = ("postal_code", "prefecture", "city", "town", "block", "building", "country")


def answers(filing: str, facts: Facts, *, on: date) -> Mapping[str, Any]:
    """Return answers by the names of the filing's items; what is not known is left out."""
    found: dict[str, Any] = {
        **_number(facts),
        **_cause(filing, facts, on),
        **_as_registered(facts, on),
        **_lives(facts, on),
    }
    asked = {item.name for item in FILINGS[filing].items}
    return {name: value for name, value in found.items() if name in asked and value}


def _number(facts: Facts) -> dict[str, Any]:
    numbers = [
        fact.value.number
        for fact in of(facts, NumberValue)
        if fact.value.kind is NumberKind.CURRENT
    ]
    return {"basic_number": numbers[-1]} if numbers else {}


def _cause(filing: str, facts: Facts, on: date) -> dict[str, Any]:
    holds = on_day(enrolments(facts), on)
    if filing in ("acquisition", "category_change"):
        if holds is not None and holds.value.category in _LEFT:
            return {"cause": _LEFT[holds.value.category]}
        came = [
            fact for fact in of(facts, RegisterValue) if fact.value.arrival is Arrival.FROM_ABROAD
        ]
        if filing == "acquisition" and (came or not enrolments(facts)):
            return {"cause": "arrival" if came else "age_20"}
    if filing == "loss":
        sixty = life.at_age(facts, 60)
        if life.died_on(facts) is not None:
            return {"cause": "death"}
        if life.resident(facts, on) is False:
            return {"cause": "abroad"}
        if sixty is not None and sixty <= on:
            return {"cause": "age_60"}
    return {}


def _lives(facts: Facts, on: date) -> dict[str, Any]:
    at_home = life.resident(facts, on)
    return {} if at_home is None else {"lives": "japan" if at_home else "abroad"}


def _as_registered(facts: Facts, on: date) -> dict[str, Any]:
    """Return name, birth, sex and address as they stand: the form is typed over them."""
    found: dict[str, Any] = {}
    name = on_day(of(facts, NameValue), on)
    if name is not None:
        found |= {part: getattr(name.value, part) for part in _NAME}
    identity = of(facts, IdentityValue)
    if identity and identity[0].value.birth_date is not None:
        found["birth_date"] = identity[0].value.birth_date.isoformat()
    if identity:
        found["sex"] = identity[0].value.sex.value
    homes = [fact for fact in of(facts, AddressValue) if fact.value.kind is AddressKind.RESIDENCE]
    home = on_day(homes, on)
    if home is not None:
        found |= {"kind": AddressKind.RESIDENCE.value}
        found |= {part: getattr(home.value, part) for part in _ADDRESS}
    return found
