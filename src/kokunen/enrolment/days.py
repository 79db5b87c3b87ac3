"""The days on which a filing makes insurance begin or end (法8条・9条, 法附則5条). Pure."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from kokunen.enrolment import life
from kokunen.enrolment.life import ONE_DAY

if TYPE_CHECKING:
    from kokunen.cases.domain import Receipt
    from kokunen.enrolment.life import Facts

_NEXT_DAY = frozenset({"death", "abroad", "moved", "nationality"})
"""Causes that end the insurance on the day after; all others on the day itself."""
_ATTAINED = {"age_60": 60, "age_65": 65, "age_70": 70}


def item(receipt: Receipt, name: str) -> str:
    """Return what an item says, as text; empty where nothing was given."""
    given = receipt.particulars.get(name)
    return "" if given is None else str(given)


def day(receipt: Receipt, name: str) -> date | None:
    """Return the day that an item says, or None."""
    given = receipt.particulars.get(name)
    return date.fromisoformat(given) if isinstance(given, str) and given else None


def acquired_on(receipt: Receipt, facts: Facts) -> date | None:
    """Return the day on which the filing makes the person insured, or None.

    20 is attained on the day before the birthday; nobody is insured in category 1 before it
    (法8条1号・2号). A voluntary insurance begins on the day of the application (法附則5条3項), but
    for somebody who leaves Japan not before category 1 has ended.
    """
    if receipt.filing in ("voluntary", "special_voluntary"):
        return receipt.received_on
    if receipt.filing == "departure":
        ended = lost_on(receipt, facts)
        wanted = item(receipt, "wish") == "voluntary"
        return max(ended, receipt.received_on) if ended is not None and wanted else None
    if receipt.filing not in ("acquisition", "category_change"):
        return None
    twenty = life.at_age(facts, 20)
    if item(receipt, "cause") == "age_20":
        return twenty
    known = [each for each in (receipt.event_on, twenty) if each is not None]
    return max(known) if receipt.event_on is not None else None


def lost_on(receipt: Receipt, facts: Facts) -> date | None:
    """Return the first day on which the filing leaves the person without the insurance, or None.

    Death, leaving Japan and losing the nationality end it on the next day; an age, another
    category, 480 months and the wish to end it on the day itself (法9条, 法附則5条5項〜9項).
    """
    if receipt.filing == "departure":
        return None if receipt.event_on is None else _next(receipt.event_on)
    if receipt.filing not in ("loss", "voluntary_end"):
        return None
    cause = item(receipt, "cause")
    if cause == "wish":
        return receipt.received_on
    if cause in _ATTAINED:
        return life.at_age(facts, _ATTAINED[cause])
    happened = receipt.event_on if receipt.filing == "loss" else day(receipt, "happened_on")
    return _next(happened) if happened is not None and cause in _NEXT_DAY else happened


def _next(day_: date) -> date:
    return day_ + ONE_DAY if day_ < date.max else day_
