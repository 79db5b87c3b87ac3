"""A result is entered at the case it belongs to: the duty's step, and what else it tells.

The register (住民基本台帳) is right about names, birth dates and sex: where the agency writes
another, its record is old, and the city reports the right one by a filing of its own (市町村処理
基準: 氏名変更・生年月日訂正・性別訂正). What is right about bands, days and categories the register
does not settle: such a difference points to the case itself.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Final

from django.db import transaction

from kokunen.access.domain import Field
from kokunen.cases.catalogue.kinds import Filer
from kokunen.cases.domain import Channel, Receipt, State, StepKind, state_of
from kokunen.cases.duplicates import UnableToReceiveTwice
from kokunen.cases.queries import at_reception
from kokunen.dates.errors import Refusal
from kokunen.dates.tokyo import day_of
from kokunen.enrolment import operations as enrolment
from kokunen.exemption import assessing, explanation, keeping
from kokunen.exemption.domain import APPLIED
from kokunen.interchange.domain import (
    DifferenceKind,
    Differs,
    Effect,
    RecordOutcome,
    UnableToApplyRecord,
)
from kokunen.interchange.reconciliation import differing, duties
from kokunen.people import operations as people
from kokunen.people.codes import Source
from kokunen.people.domain import NumberValue
from kokunen.people.periods import ALWAYS

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Sequence
    from uuid import UUID

    from kokunen.cases.domain import Step
    from kokunen.interchange.receiving import Context
    from kokunen.interchange.reconciliation.differing import Known
    from kokunen.interchange.reconciliation.matching import Forwarded
    from kokunen.interchange.reconciliation.received import Result, Who

ALL: Final = frozenset(Field)
"""What the program sees: all that the city keeps of the person of a result."""
_ANSWERS: Final = frozenset({StepKind.GRANTED, StepKind.REFUSED, StepKind.RETURNED})
_NO_REASON: Final = "日本年金機構の処理結果(理由の記載なし)"
CONCEALS: Final = "97"
"""How a number begins that was given for secrecy (秘密保持); no program records one."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Applying:
    """A record of a file under way: on whose occasion, and with which eyes.

    ``request_id`` is that of the step it takes.
    """

    context: Context
    number: int
    request_id: UUID
    sees: Collection[Field] = ALL


def answer(
    under_way: Applying, result: Result, case: Forwarded, steps: Sequence[Step]
) -> Effect | None:
    """Let the duty enter a result; None: it did. An effect: the same answer stands already.

    ``steps`` are those of the case as they stand. Raises the refusals of the duty, and
    `UnableToApplyRecord`.
    """
    context = under_way.context
    if _stands(result, steps):
        return Effect(
            outcome=RecordOutcome.NOTHING,
            person=case.person,
            case=case.case,
            code="same_answer",
            says="同じ結果が登録済みです。",
        )
    duties.result(
        case.filing,
        case=case.case,
        kind=result.kind,
        expected=steps[-1].number,
        on=result.on,
        reason=reason_of(result),
        particulars=particulars_of(result, case.filing),
        occasion=replace(context.occasion, case=case.case),
        request_id=under_way.request_id,
        sees=under_way.sees,
        opening=context.opening,
    )
    return None


def reason_of(result: Result) -> str:
    """Return what stands as the reason of the step: a refusal and a return always say one."""
    return result.reason or ("" if result.kind is StepKind.GRANTED else _NO_REASON)


def _stands(result: Result, steps: Sequence[Step]) -> bool:
    if state_of(steps) is not State.DECIDED:
        return False
    last = next(step for step in reversed(steps) if step.kind in _ANSWERS)
    same = (last.kind, last.on) == (result.kind, result.on)
    granted = last.detail.get("granted", [])
    return same and (
        result.kind is not StepKind.GRANTED or sorted(granted) == sorted(_bands(result))
    )


def _bands(result: Result) -> list[list[str]]:
    return [list(band) for band in result.bands]


def particulars_of(result: Result, filing: str) -> dict[str, str]:
    """Return what the duty asks when the answer is recorded; raises `UnableToApplyRecord`."""
    asked = duties.asked(filing)
    if result.kind is not StepKind.GRANTED:
        return {}
    if "band_1" in asked and not result.bands:
        raise UnableToApplyRecord(
            "承認の結果に、承認された区分と期間がありません。",
            fix="承認通知書の区分と期間を確かめ、案件に結果を登録してください。",
            field="band_1",
        )
    return {name: value for name, value in result.particulars.items() if name in asked}


def matched(
    under_way: Applying, result: Result, case: Forwarded, steps: Sequence[Step], known: Known
) -> Effect:
    """Return the effect of a result that was entered, with what else follows; raises nothing.

    ``steps`` are those of the case before the result.
    """
    found = [
        *differing.of_person(result.who, result.answer.names | result.answer.kanas, known),
        *differing.of_result(result, known),
        *_of_assessment(result, case, steps),
    ]
    differences = []
    for what in dict.fromkeys(found):
        to_clear = _raise(under_way, what, known) or case.case
        differences.append(Differs(what=what, person=case.person, case=to_clear))
    effect = Effect(
        outcome=RecordOutcome.MATCHED,
        person=case.person,
        case=case.case,
        differences=tuple(differences),
    )
    return with_number(under_way, result.who, known, effect)


def _of_assessment(
    result: Result, case: Forwarded, steps: Sequence[Step]
) -> Iterable[DifferenceKind]:
    """Find whether the agency granted other bands or months than the city had assessed."""
    if case.filing not in APPLIED or result.kind is StepKind.RETURNED:
        return ()
    examined = assessing.last_examined(steps)
    if "assessed" not in examined:
        return ()
    differs = explanation.differs(
        assessed=keeping.from_json(examined["assessed"]),
        answered=keeping.from_json(_bands(result)),
    )
    return (DifferenceKind.BAND,) if differs else ()


def _raise(under_way: Applying, what: DifferenceKind, known: Known) -> int | None:
    """Receive, ex officio, the filing that tells the agency what the register says.

    Returns the case, or the one that tells it already; None where no filing does, or the duty
    refuses it: the difference is then cleared at the case of the result.
    """
    made = _filing(what, known)
    if made is None:
        return None
    context = under_way.context
    filing, event_on, particulars = made
    try:
        with transaction.atomic():
            taken = enrolment.receive(
                receipt=Receipt(
                    filing=filing,
                    person=known.person,
                    channel=Channel.OFFICE,
                    received_on=day_of(context.occasion.at),
                    event_on=event_on,
                    filer=Filer.OFFICE,
                    particulars=particulars,
                ),
                occasion=at_reception(context.occasion),
                request_id=context.request(under_way.number, filing),
                sees=under_way.sees,
                opening=context.opening,
            )
    except UnableToReceiveTwice as twice:
        return twice.earlier
    except Refusal:
        return None
    return taken.case


def _filing(what: DifferenceKind, known: Known) -> tuple[str, Any, dict[str, Any]] | None:
    evidence = {"evidence": "住民基本台帳"}
    if what is DifferenceKind.NAME and known.named["name"]:
        stated = {part: text for part, text in known.named.items() if text}
        return "name_change", known.named_since, stated
    if what is DifferenceKind.BIRTH_DATE and known.birth_date:
        return (
            "birth_date_correction",
            None,
            {"birth_date": known.birth_date.isoformat()} | evidence,
        )
    if what is DifferenceKind.SEX:
        return "sex_correction", None, {"sex": known.sex} | evidence
    return None


def with_number(under_way: Applying, who: Who, known: Known, effect: Effect) -> Effect:
    """Record the basic number of somebody whose number is not known, as the agency tells it.

    Not one that was given for secrecy: that is a change, for a person with the notice to enter. A
    number that cannot be recorded (another has it) is told beside the effect, which stands.
    """
    if known.number or not who.basic_number or who.basic_number.startswith(CONCEALS):
        return effect
    context = under_way.context
    try:
        with transaction.atomic():
            entered = people.record_fact(
                person=known.person,
                fact=NumberValue(number=who.basic_number),
                valid=ALWAYS,
                source=Source.AGENCY,
                occasion=context.occasion,
                request_id=context.request(under_way.number, "basic number"),
                source_ref=context.source(under_way.number),
                opening=context.opening,
            )
    except Refusal as refusal:
        return replace(
            effect,
            code=refusal.code,
            says=refusal.message,
            fix=refusal.fix,
            fields=("basic_number",),
        )
    return replace(effect, rows=(*effect.rows, *entered.rows))
