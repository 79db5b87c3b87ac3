"""What the register already answers, so that nobody is asked again: each answer with its source."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from kokunen.dates.age import age_on
from kokunen.dates.tokyo import day_of
from kokunen.guidance.questions import ASKS
from kokunen.people.codes import Category, Exemption, Outcome, Residency
from kokunen.people.domain import (
    AdditionalValue,
    EnrolmentValue,
    ExemptionValue,
    ForeignValue,
    IdentityValue,
    MembershipValue,
    RegisterValue,
)
from kokunen.people.queries import facts

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Mapping
    from datetime import date
    from uuid import UUID

    from kokunen.access.domain import Field
    from kokunen.audit.domain import Occasion
    from kokunen.guidance.questions import Event
    from kokunen.people.domain import Recorded, Value

_CATEGORIES: Final = {
    Category.CATEGORY_1: "category_1",
    Category.CATEGORY_2: "category_2",
    Category.CATEGORY_3: "category_3",
    Category.VOLUNTARY: "voluntary",
    Category.VOLUNTARY_SPECIAL: "voluntary",
}
_EXEMPTIONS: Final = {
    Exemption.STATUTORY: "statutory",
    Exemption.CHILDBIRTH: "family",
    Exemption.CHILDCARE: "family",
}
_AGES: Final = ((20, "under_20"), (60, "20_59"), (65, "60_64"), (70, "65_69"))


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """An answer that the register gives: the choice of the question, and where it is from."""

    answer: str
    source: str


def _age(value: Value, on: date) -> str | None:
    if not isinstance(value, IdentityValue) or value.birth_date is None or value.birth_date > on:
        return None
    years = age_on(birth_date=value.birth_date, on=on)
    return next((code for limit, code in _AGES if years < limit), "70_over")


def _category(value: Value, on: date) -> str | None:
    del on
    return _CATEGORIES[value.category] if isinstance(value, EnrolmentValue) else None


def _nation(value: Value, on: date) -> str | None:
    del on
    if isinstance(value, ForeignValue):
        return "foreign"
    if not isinstance(value, RegisterValue):
        return None
    return {Residency.JAPANESE: "japanese", Residency.FOREIGN: "foreign"}.get(value.residency)


def _resident(value: Value, on: date) -> str | None:
    if not isinstance(value, RegisterValue):
        return None
    gone = value.removed_on is not None and value.removed_on <= on
    return "no" if gone or value.residency is Residency.NON_RESIDENT else "yes"


def _exempt(value: Value, on: date) -> str | None:
    del on
    if not isinstance(value, ExemptionValue):
        return None
    if value.outcome is Outcome.APPROVED or (not value.outcome and value.kind in _EXEMPTIONS):
        return _EXEMPTIONS.get(value.kind, "applied")
    return None


def _additional(value: Value, on: date) -> str | None:
    del on
    return "yes" if isinstance(value, AdditionalValue) else None


def _head(value: Value, on: date) -> str | None:
    del on
    if not isinstance(value, MembershipValue):
        return None
    return "yes" if value.head else "no"


_READS: Final[Mapping[str, tuple[tuple[str, ...], Callable[[Value, date], str | None]]]] = {
    "age": (("identity",), _age),
    "category": (("enrolment",), _category),
    "nation": (("register", "foreign"), _nation),
    "resident": (("register",), _resident),
    "exempt": (("exemption",), _exempt),
    "additional": (("additional",), _additional),
    "head": (("membership",), _head),
}
"""By question: the kinds of facts that answer it, and how one of them does."""


def known(
    *,
    event: Event,
    person: int,
    occasion: Occasion,
    sees: Collection[Field],
    opening: UUID | None = None,
) -> dict[str, Known]:
    """Return the answers of the register to an event's questions, by question; unknown ones not.

    Only the facts that the questions need are read, with the role's eyes, and the read is recorded.
    A missing enrolment, exemption or 付加 is not taken for a no where the register may lack it:
    who is in no period of enrolment is asked.
    """
    asked = [code for code in ASKS[event] if code in _READS]
    kinds = {kind for code in asked for kind in _READS[code][0]}
    if not kinds:
        return {}
    found = facts(
        person=person,
        kinds=kinds,
        operation="guidance.known",
        occasion=occasion,
        sees=sees,
        opening=opening,
    )
    on = day_of(occasion.at)
    answers = {}
    for code in asked:
        kinds_of, reads = _READS[code]
        for fact in (each for kind in kinds_of for each in found.get(kind, ())):
            answer = reads(fact.value, on) if on in fact.valid else None
            if answer is not None and code not in answers:
                answers[code] = Known(answer=answer, source=_source(fact))
    return answers


def _source(fact: Recorded[Value]) -> str:
    return f"{fact.source.label} {day_of(fact.recorded_at).isoformat()} 入力"
