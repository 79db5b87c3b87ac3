"""What a filing does to exemptions and the additional premium, before and after. Pure."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from typing import TYPE_CHECKING, Any, Final

from kokunen.cases.catalogue import FILINGS
from kokunen.cases.domain import Effect
from kokunen.dates.month import Month
from kokunen.exemption import additional
from kokunen.exemption.application import STANDS, months_of
from kokunen.exemption.applied import APPLIED_KINDS
from kokunen.exemption.notified import (
    PARTIAL,
    childbirth_months,
    childcare_months,
    partial_months,
    statutory_first,
    statutory_row,
    wish_months,
)
from kokunen.exemption.tested import cycle_of
from kokunen.exemption.words import in_words, span
from kokunen.law.figures import FIGURES
from kokunen.people.codes import Exemption, Outcome
from kokunen.people.domain import AdditionalValue, ExemptionValue
from kokunen.people.periods import Period
from kokunen.rulekit.working import Working

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Sequence

    from kokunen.cases.domain import Receipt
    from kokunen.exemption.application import Register
    from kokunen.exemption.keeping import Granted
    from kokunen.people.domain import Recorded

_END: Final = Month(9999, 11)
JOB_LOSS: Final = "失業・廃業の特例"
"""Kept as the cause of what rests on the loss of a job alone: it is not continued."""
STATUTORY_CAUSES: Final = dict(FILINGS["statutory_on"].item("cause").choices)
_ENDED: Final = dict(FILINGS["statutory_off"].item("ended_cause").choices)
_SCHOOLS: Final = dict(FILINGS["student"].item("school_kind").choices)


Kept = ExemptionValue | AdditionalValue
"""What this duty writes."""
Row = tuple[str, int]
"""A row of the register: the kind of its value, and its id."""


def row_of(fact: Recorded[Any]) -> Row:
    """Return the row that a fact is."""
    return fact.value.KIND, fact.id


@dataclass(frozen=True, slots=True, kw_only=True)
class Put:
    """A fact to be stated; ``instead`` names the row in whose place it stands (None: beside).

    ``again`` is the row that it states once more, whose source it keeps.
    """

    value: Kept
    valid: Period
    instead: int | None = None
    again: Recorded[Kept] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """Facts to state, rows to take back, and the rows of others that end with it."""

    puts: tuple[Put, ...] = ()
    drops: tuple[Row, ...] = ()
    cut: tuple[Row, ...] = ()


def months(first: Month, last: Month | None) -> Period:
    """Return the days of some months; without a last one, without an end."""
    return Period(start=first.first_day, end=None if last is None else (last + 1).first_day)


def notified(receipt: Receipt, register: Register) -> Plan:
    """Return what a notification does when it is examined; the agency has yet to answer."""
    match receipt.filing:
        case "statutory_on":
            return _statutory_on(receipt, register)
        case "statutory_off":
            return _statutory_off(receipt, register)
        case "payment_wish":
            return _payment_wish(receipt, register)
        case "childbirth":
            exempt = childbirth_months(receipt)
            return _beside(receipt, register, Exemption.CHILDBIRTH, exempt.first, exempt.last)
        case _:
            exempt = childcare_months(receipt, Working(FIGURES))
            return _beside(receipt, register, Exemption.CHILDCARE, exempt.first, exempt.last)


def _statutory_on(receipt: Receipt, register: Register) -> Plan:
    first = statutory_first(receipt, register)
    kinds = set(APPLIED_KINDS)
    own = [(first, _END)]
    if receipt.particulars.get("partial_stays") == "partial":
        kinds -= set(PARTIAL)
        for fact in partial_months(receipt, register):
            own = [part for one in own for part in _without(one, months_of(fact))]
    made = [
        Put(
            value=ExemptionValue(
                kind=Exemption.STATUTORY,
                applied_on=receipt.received_on,
                cause=STATUTORY_CAUSES[receipt.particulars["cause"]],
            ),
            valid=months(start, None if end == _END else end),
        )
        for start, end in own
    ]
    return _with_cuts(made, register, kinds=kinds, spans=own)


def _statutory_off(receipt: Receipt, register: Register) -> Plan:
    event = receipt.event_on or receipt.received_on
    row = statutory_row(register, event)
    if row is None:
        return Plan()
    ended = replace(
        row.value,
        ended_cause="法定免除の消滅",
        statutory_lapsed_on=event,
        statutory_lapsed_cause=_ENDED[receipt.particulars.get("ended_cause", "other")],
    )
    valid = Period(start=row.valid.start, end=(Month.of(event) + 1).first_day)
    return Plan(puts=(Put(value=ended, valid=valid, instead=row.id),), cut=(row_of(row),))


def _payment_wish(receipt: Receipt, register: Register) -> Plan:
    first, last = wish_months(receipt)
    row = statutory_row(register, first.first_day)
    if row is None:
        return Plan()
    return _with_cuts(
        [],
        register,
        kinds={Exemption.STATUTORY},
        spans=[(first, last or months_of(row)[1])],
        ended="納付申出",
    )


def _beside(
    receipt: Receipt, register: Register, kind: Exemption, first: Month, last: Month
) -> Plan:
    """Return a plan for months that count as paid; a report of the same birth gives way."""
    near = {
        row_of(fact)
        for fact in register.exemptions
        if fact.value.kind is kind and fact.value.outcome in STANDS
        if months_of(fact)[0] <= last and first <= months_of(fact)[1]
    }
    made = Put(
        value=ExemptionValue(kind=kind, applied_on=receipt.received_on),
        valid=months(first, last),
    )
    plan = _with_cuts([made], register, kinds=APPLIED_KINDS, spans=[(first, last)])
    return replace(plan, drops=(*plan.drops, *sorted(near)), cut=tuple(sorted({*plan.cut, *near})))


def granted(
    *,
    receipt: Receipt,
    register: Register,
    lines: Sequence[Granted],
    on: date,
    forwarded_on: date | None,
    cause: str = "",
) -> Plan:
    """Return what an application does when the agency granted it."""
    if receipt.filing == "exemption_cancel":
        first = Month.parse(receipt.particulars["first_month"])
        return _with_cuts(
            [], register, kinds=APPLIED_KINDS, spans=[(first, _END)], ended="取消申請"
        )
    made = [
        Put(
            value=replace(
                _answered(receipt, Exemption(line.band), Outcome.APPROVED, on, forwarded_on),
                cause=cause,
            ),
            valid=months(line.first, line.last),
        )
        for line in lines
    ]
    return _with_cuts(
        made, register, kinds=APPLIED_KINDS, spans=[(line.first, line.last) for line in lines]
    )


def refused(*, receipt: Receipt, on: date, forwarded_on: date | None, outcome: Outcome) -> Plan:
    """Return what is kept of an application that was refused: lines that exempt nothing."""
    student = receipt.filing == "student"
    wanted = receipt.particulars.get("wanted") or ["full"]
    kind = Exemption.STUDENT if student else Exemption(wanted[0])
    value = _answered(receipt, kind, outcome, on, forwarded_on)
    cycles = [cycle_of(code, student=student) for code in receipt.particulars["cycles"]]
    return Plan(puts=tuple(Put(value=value, valid=months(one.first, one.last)) for one in cycles))


def _answered(
    receipt: Receipt,
    kind: Exemption,
    outcome: Outcome,
    on: date,
    forwarded_on: date | None,
) -> ExemptionValue:
    given = receipt.particulars
    school = kind is Exemption.STUDENT
    until = given.get("school_until")
    return ExemptionValue(
        kind=kind,
        applied_on=receipt.received_on,
        outcome=outcome,
        outcome_on=on,
        forwarded_on=forwarded_on,
        school_name=given.get("school_name", "") if school else "",
        school_kind=_SCHOOLS.get(given.get("school_kind", ""), "") if school else "",
        school_until=date.fromisoformat(until) if school and until else None,
    )


def _with_cuts(
    puts: Sequence[Put],
    register: Register,
    *,
    kinds: Collection[Exemption],
    spans: Sequence[tuple[Month, Month]],
    ended: str = "他の免除",
) -> Plan:
    """Return the plan with what stood in those months shortened, or taken back if all is gone.

    An additional premium that a new exemption excludes ends with it (`additional.ended`).
    """
    made = list(puts)
    drops: list[Row] = []
    cut: list[Row] = []
    for fact in register.exemptions:
        if fact.value.kind not in kinds or fact.value.outcome not in STANDS:
            continue
        left = [months_of(fact)]
        for one in spans:
            left = [part for piece in left for part in _without(piece, one)]
        if left == [months_of(fact)]:
            continue
        cut.append(row_of(fact))
        if not left:
            drops.append(row_of(fact))
        for at, (first, last) in enumerate(left):
            is_open = last == _END
            valid = months(first, None if is_open else last)
            value = fact.value if is_open else replace(fact.value, ended_cause=ended)
            made.append(Put(value=value, valid=valid, instead=None if at else fact.id))
    exempt = [
        (Month.of(put.valid.start), _END if put.valid.end is None else Month.of(put.valid.end) - 1)
        for put in puts
        if isinstance(put.value, ExemptionValue)
        and put.value.kind in additional.ENDS_ADDITIONAL
        and put.valid.start is not None
    ]
    for paid, rest in additional.ended(register.additionals, exempt):
        cut.append(row_of(paid))
        if rest is None:
            drops.append(row_of(paid))
        else:
            over = replace(paid.value, left_filed_on=None, left_cause=additional.LEFT_CAUSE)
            made.append(Put(value=over, valid=rest, instead=paid.id))
    return Plan(puts=tuple(made), drops=tuple(drops), cut=tuple(cut))


def _without(one: tuple[Month, Month], other: tuple[Month, Month]) -> list[tuple[Month, Month]]:
    (first, last), (start, end) = one, other
    if last < start or end < first:
        return [one]
    left = [(first, start - 1)] if first < start else []
    return left + ([(end + 1, last)] if end < last else [])


def undone(
    *, made: Collection[Row], cut: Collection[Row], history: Iterable[Recorded[Kept]]
) -> Plan:
    """Return the plan that takes back what a case did and puts back what it cut.

    ``history`` is all rows of the person of their kinds, superseded ones too.
    """
    rows = {row_of(fact): fact for fact in history}
    return Plan(
        drops=tuple(row for row in made if row in rows and rows[row].superseded_at is None),
        puts=tuple(
            Put(value=rows[row].value, valid=rows[row].valid, again=rows[row])
            for row in cut
            if row in rows
        ),
    )


def effects(*, before: Register, plan: Plan, expected: bool = False) -> tuple[Effect, ...]:
    """Return what a plan does, before and after, in words; ``expected``: if granted as assessed."""
    known: tuple[Recorded[Any], ...] = (*before.exemptions, *before.additionals)
    rows = {row_of(fact): fact for fact in known}
    shown = []
    for put in plan.puts:
        old = rows.get((put.value.KIND, put.instead)) if put.instead is not None else None
        label, article = _named(put.value)
        shown.append(
            Effect(
                label=label,
                before="記録なし" if old is None else _months_in_words(old.valid),
                after=_months_in_words(put.valid)
                + ("(試算どおりなら)" if expected else _why(put.value)),
                article=article,
            )
        )
    shown += [
        Effect(
            label=_named(rows[row].value)[0],
            before=_months_in_words(rows[row].valid),
            after="取り消す",
            article=_named(rows[row].value)[1],
        )
        for row in plan.drops
        if row in rows
    ]
    return tuple(shown)


def _months_in_words(valid: Period) -> str:
    if valid.start is None:
        return "始まり不明" if valid.end is None else f"{in_words(Month.of(valid.end) - 1)}分まで"
    first = Month.of(valid.start)
    if valid.end is None:
        return f"{in_words(first)}分から"
    return f"{span(first, Month.of(valid.end) - 1)}分"


def _named(value: Kept) -> tuple[str, str]:
    """Return what a fact is called, and the article that ends it beside an exemption."""
    if isinstance(value, AdditionalValue):
        return "付加保険料", "法87条の2第1項"
    return value.kind.label, ""


def _why(value: Kept) -> str:
    if isinstance(value, AdditionalValue):
        return f"({value.left_cause})" if value.left_cause else ""
    return "(結果待ち)" if value.outcome is None else f"({value.outcome.label})"
