"""With what a form of this duty begins: choices of the day, and what is already known. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from kokunen.cases.catalogue import FILINGS
from kokunen.dates.month import Month
from kokunen.exemption.application import STANDS, covers
from kokunen.exemption.tested import cycle_of
from kokunen.law.exemption.periods import exemption_cycle, oldest_month
from kokunen.law.figures import FIGURES
from kokunen.people.codes import Exemption
from kokunen.rulekit.working import Working

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date

    from kokunen.exemption.application import Register


def choices(*, filing: str, on: date) -> Mapping[str, tuple[tuple[str, str], ...]]:
    """Return the choices of a filing's items that depend on the day: the cycles open on it.

    Newest first; an item that is not named keeps the choices of the catalogue.
    """
    if filing not in ("exemption", "student"):
        return {}
    student = filing == "student"
    oldest = oldest_month(on, working=Working(FIGURES), student=student)
    found = [
        (code, label)
        for code, label in reversed(FILINGS[filing].item("cycles").choices)
        if (cycle := cycle_of(code, student=student)).apply_from <= on and cycle.last >= oldest
    ]
    return {"cycles": tuple(found)}


def prefilled(*, filing: str, register: Register, on: date) -> dict[str, Any]:
    """Return what is already known of a filing's items on a day."""
    held = [
        fact
        for fact in register.exemptions
        if fact.value.outcome in STANDS and covers(fact, Month.of(on))
    ]
    match filing:
        case "exemption":
            return {"cycles": [str(exemption_cycle(Month.of(on)).year)]}
        case "student":
            return {
                "cycles": [str(exemption_cycle(Month.of(on), student=True).year)],
                **_school(register),
            }
        case "exemption_cancel":
            return {"first_month": str(Month.of(on) - 1)}
        case "statutory_off":
            causes = {word: code for code, word in FILINGS[filing].item("cause").choices}
            found = [
                causes.get(fact.value.cause) for fact in held if _is_statutory(fact.value.kind)
            ]
            return {"cause": found[0]} if found and found[0] else {}
        case "payment_wish":
            return {"first_month": str(Month.of(on))} if held else {}
        case _:
            return {}


def _is_statutory(kind: Exemption) -> bool:
    return kind is Exemption.STATUTORY


def _school(register: Register) -> dict[str, Any]:
    """Return the school of the last student exemption."""
    last = next(
        (
            fact.value
            for fact in reversed(register.exemptions)
            if fact.value.kind is Exemption.STUDENT and fact.value.school_name
        ),
        None,
    )
    if last is None:
        return {}
    kinds = {word: code for code, word in FILINGS["student"].item("school_kind").choices}
    found = {
        "school_name": last.school_name,
        "school_kind": kinds.get(last.school_kind),
        "school_until": last.school_until and last.school_until.isoformat(),
    }
    return {name: value for name, value in found.items() if value}
