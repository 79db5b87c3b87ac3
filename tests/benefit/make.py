"""Invented people of claims, and the words to describe them in a line of a table."""

from __future__ import annotations

from datetime import date
from typing import Any

from kokunen.benefit.known import Held, Known, Someone
from kokunen.cases.catalogue.kinds import Filer
from kokunen.cases.domain import Channel, Receipt
from kokunen.people.codes import Category, ClaimKind, Exemption, Outcome, Sex
from kokunen.people.domain import AdditionalValue, ClaimValue, EnrolmentValue, ExemptionValue
from kokunen.people.periods import Period

ON = date(2026, 11, 20)


def day(text: str) -> date:
    return date.fromisoformat(text)


def period(start: str, end: str = "") -> Period:
    return Period(start=day(start), end=day(end) if end else None)


def enrolled(
    start: str, end: str = "", category: Category = Category.CATEGORY_1
) -> Held[EnrolmentValue]:
    return Held(value=EnrolmentValue(category=category), valid=period(start, end))


def exempt(
    start: str,
    end: str,
    kind: Exemption = Exemption.FULL,
    *,
    applied_on: str = "",
    outcome: Outcome | None = Outcome.APPROVED,
) -> Held[ExemptionValue]:
    value = ExemptionValue(
        kind=kind, outcome=outcome, applied_on=day(applied_on) if applied_on else None
    )
    return Held(value=value, valid=period(start, end))


def with_additional(start: str, end: str = "") -> Held[AdditionalValue]:
    return Held(value=AdditionalValue(), valid=period(start, end))


def claim(
    kind: ClaimKind,
    on: str,
    outcome: Outcome | None = Outcome.APPROVED,
    **more: Any,  # noqa: ANN401 - the other columns of the claim
) -> Held[ClaimValue]:
    value = ClaimValue(kind=kind, claimed_on=day(on), outcome=outcome, **more)
    return Held(value=value, valid=period(on), row=901)


def someone(
    born: str = "", *, number: int = 1, sex: Sex = Sex.UNKNOWN, home: int | None = 7, died: str = ""
) -> Someone:
    return Someone(
        number=number,
        birth_date=day(born) if born else None,
        sex=sex,
        household=home,
        died_on=day(died) if died else None,
    )


def known(
    born: str = "",
    *,
    died: str = "",
    sex: Sex = Sex.UNKNOWN,
    **more: Any,  # noqa: ANN401 - the facts of `Known`, each of its own type
) -> Known:
    return Known(person=someone(born, died=died, sex=sex), **more)


def receipt(
    filing: str,
    *,
    received: str = "2026-11-20",
    event: str = "",
    filer: Filer = Filer.SELF,
    **particulars: Any,  # noqa: ANN401 - JSON values
) -> Receipt:
    return Receipt(
        filing=filing,
        person=1,
        channel=Channel.COUNTER,
        received_on=day(received),
        event_on=day(event) if event else None,
        filer=filer,
        particulars=particulars,
    )
