"""The case that a death becomes: received with the notice, and taken along by its corrections.

The register's change stands whatever comes of the case. Once somebody has worked on the case, it is
left to a clerk, and the line of the correction says so.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING, Final

from django.db import transaction

from kokunen.access.domain import Field
from kokunen.cases import queries as cases
from kokunen.cases.catalogue.kinds import Filer
from kokunen.cases.domain import Channel, Receipt, State, StepKind
from kokunen.dates.errors import Refusal
from kokunen.dates.tokyo import day_of
from kokunen.enrolment import operations as enrolment
from kokunen.interchange.receivers.raised import is_untouched
from kokunen.people.codes import Category
from kokunen.people.domain import EnrolmentValue

if TYPE_CHECKING:
    from collections.abc import Collection
    from datetime import date

    from kokunen.cases.values import Case
    from kokunen.interchange.domain import Effect
    from kokunen.interchange.receiving import Context, Incoming
    from kokunen.people.arranging import Row

_EVERYTHING: Final = frozenset(Field)
_LEAVES: Final = frozenset({Category.CATEGORY_1, Category.VOLUNTARY, Category.VOLUNTARY_SPECIAL})
"""Whose loss by death the city hands on; of categories 2 and 3 the employers do."""
_PARTICULARS: Final = {"cause": "death"}


def insured(rows: Collection[Row], *, on: date) -> bool:
    """Tell whether a death on a day ends an insurance that the city reports the loss of."""
    after = on + timedelta(days=1)
    return any(
        isinstance(row.value, EnrolmentValue)
        and not row.superseded
        and row.value.category in _LEAVES
        and (row.valid.end is None or row.valid.end > after)
        for row in rows
    )


def lost(record: Incoming, effect: Effect, context: Context, *, on: date) -> Effect:
    """Receive the loss of insurance by a death on a day."""
    try:
        with transaction.atomic():
            taken = enrolment.receive(
                receipt=Receipt(
                    filing="loss",
                    person=record.values["person"],
                    channel=Channel.OFFICE,
                    received_on=day_of(context.occasion.at),
                    event_on=on,
                    filer=Filer.OFFICE,
                    particulars=_PARTICULARS,
                ),
                occasion=context.occasion,
                request_id=context.request(record.number, "loss"),
                sees=_EVERYTHING,
                opening=context.opening,
            )
    except Refusal as refusal:
        return _without(effect, refusal)
    return replace(effect, case=taken.case)


def mended(
    record: Incoming, effect: Effect, context: Context, *, case: int, on: date | None
) -> Effect:
    """Let the case of a death go along: it was ``on`` another day, or (None) there was none."""
    try:
        with transaction.atomic():
            of = cases.one(
                case=case,
                occasion=context.occasion.because(purpose="reception", case=case),
                sees=_EVERYTHING,
                opening=context.opening,
            )
            if of.state is State.WITHDRAWN:
                return effect
            if not is_untouched(of):
                return replace(
                    effect,
                    case=case,
                    code="case_under_way",
                    says=f"死亡の通知の案件{case}は、職員が処理しています。",
                    fix="案件を開き、通知の訂正・取消しに合わせて訂正か取下げをしてください。",
                )
            _moved(record, of, context, on)
    except Refusal as refusal:
        return replace(_without(effect, refusal), case=case)
    return replace(effect, case=case)


def _moved(record: Incoming, case: Case, context: Context, on: date | None) -> None:
    why = f"死亡の通知の訂正・取消し({context.source(record.number)})"
    if on is None:
        enrolment.withdraw(
            case=case.number,
            expected=case.last,
            reason=why,
            occasion=context.occasion,
            request_id=context.request(record.number, "withdraw"),
            sees=_EVERYTHING,
            opening=context.opening,
        )
        return
    enrolment.change(
        case=case.number,
        kind=StepKind.CORRECTED,
        expected=case.last,
        particulars=_PARTICULARS,
        reason=why,
        occasion=context.occasion,
        request_id=context.request(record.number, "change"),
        sees=_EVERYTHING,
        event_on=on,
        opening=context.opening,
    )


def _without(effect: Effect, refusal: Refusal) -> Effect:
    return replace(effect, code=refusal.code, says=refusal.message, fix=refusal.fix)
