"""The only writer of the register: each function is one transaction with its line in the record.

Every function takes ``request_id``: called again with the same one (a form sent twice, a repeat
after a crash) it does nothing and answers as before. ``opening`` names a standing opening where
what is written is sealed by a protection measure. Beside the refusals named at each function all
raise ``UnableToRecordFact`` (the value, its form, an overlap), ``UnableToReachSealed`` and
``UnableToRepeat``; every refusal is recorded, but for a reason left empty.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, cast

from kokunen.access.protection.operations import change_number
from kokunen.dates.errors import Refusal
from kokunen.people import rows
from kokunen.people.carrying import Instead, Stated, carry_out, households
from kokunen.people.codes import NumberKind, Source
from kokunen.people.domain import MembershipValue, NumberValue
from kokunen.people.entering import (
    Entered,
    UnableToReachSealed,
    UnableToRecordFact,
    UnableToRepeat,
    reach,
    stands,
    writing,
)
from kokunen.people.models import Person
from kokunen.people.periods import Period

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date
    from uuid import UUID

    from kokunen.audit.domain import Occasion
    from kokunen.people.domain import Value

__all__ = [
    "Entered",
    "Instead",
    "Moving",
    "Stated",
    "UnableToEndFact",
    "UnableToReachSealed",
    "UnableToRecordFact",
    "UnableToRegisterPerson",
    "UnableToRepeat",
    "carry_out",
    "change_basic_number",
    "correct_fact",
    "end_fact",
    "move_household",
    "record_fact",
    "register_person",
    "withdraw_fact",
]


class UnableToRegisterPerson(Refusal):
    """The 宛名番号 is taken, or nothing says who the person is."""

    code = "person_not_registered"


class UnableToEndFact(Refusal):
    """The day does not lie within the period of the fact."""

    code = "invalid_end"


@dataclass(frozen=True, slots=True, kw_only=True)
class Moving:
    """A member who enters a household, with the new relationship to its head."""

    person: int
    head: bool
    relationship: str = ""


def register_person(
    *,
    number: int,
    facts: Sequence[Stated],
    source: Source,
    occasion: Occasion,
    request_id: UUID,
    source_ref: str = "",
) -> Entered:
    """Register a person, resident or not, with what is known: a name at least.

    ``number`` is the 宛名番号 (1 to 15 digits) that the city's numbering gave. Raises
    ``UnableToRegisterPerson``.
    """
    with writing(
        operation="people.register_person",
        occasion=occasion,
        request_id=request_id,
        people=[number],
        kinds={stated.fact.KIND for stated in facts},
    ) as act:
        if act.done is not None:
            return act.done
        if Person.objects.filter(pk=number).exists():
            raise UnableToRegisterPerson(
                "この宛名番号は登録されています。",
                fix="検索して、同じ人かどうかを確かめてください。",
                field="number",
            )
        if not any(stated.fact.KIND == "name" for stated in facts):
            raise UnableToRegisterPerson(
                "氏名がないため、登録できません。", fix="氏名を入れてください。", field="name"
            )
        Person.objects.create(id=number, created_at=occasion.at)
        households(facts, occasion)
        for stated in facts:
            row = act.put(
                person=number,
                value=stated.fact,
                valid=stated.valid,
                source=source,
                source_ref=source_ref,
            )
            act.rows.append((stated.fact.KIND, row))
    return Entered(request_id=request_id, rows=tuple(act.rows))


def record_fact(
    *,
    person: int,
    fact: Value,
    valid: Period,
    source: Source,
    occasion: Occasion,
    request_id: UUID,
    source_ref: str = "",
    opening: UUID | None = None,
) -> Entered:
    """Record a fact for a period; what stood there before ends, its other days remain."""
    with writing(
        operation=f"people.record_{fact.KIND}",
        occasion=occasion,
        request_id=request_id,
        people=[person],
        kinds={fact.KIND},
        opening=opening,
    ) as act:
        if act.done is not None:
            return act.done
        households([Stated(fact=fact, valid=valid)], occasion)
        row = act.put(person=person, value=fact, valid=valid, source=source, source_ref=source_ref)
        act.rows.append((fact.KIND, row))
    return Entered(request_id=request_id, rows=tuple(act.rows))


def correct_fact(
    *,
    row: int,
    fact: Value,
    valid: Period,
    source: Source,
    reason: str,
    occasion: Occasion,
    request_id: UUID,
    opening: UUID | None = None,
) -> Entered:
    """Put a right fact in the place of a wrong one; the wrong one stays, marked as superseded.

    ``row`` is the id of the wrong fact, of the same kind. When another clerk was first, nothing is
    done and ``UnableToRecordFact`` says so. ``reason`` (up to 400 characters) is required.
    """
    _reasoned(reason)
    found = reach(fact.KIND, row, occasion, opening)
    with writing(
        operation=f"people.correct_{fact.KIND}",
        occasion=occasion,
        request_id=request_id,
        people=[found["person_id"]],
        kinds={fact.KIND},
        reason=reason,
        opening=opening,
    ) as act:
        if act.done is not None:
            return act.done
        stands(fact.KIND, row)
        households([Stated(fact=fact, valid=valid)], occasion)
        made = act.put(
            person=found["person_id"], value=fact, valid=valid, source=source, instead_of=row
        )
        act.rows.append((fact.KIND, made))
    return Entered(request_id=request_id, rows=tuple(act.rows))


def end_fact(
    *,
    row: int,
    fact: Value,
    on: date,
    source: Source,
    occasion: Occasion,
    request_id: UUID,
    opening: UUID | None = None,
) -> Entered:
    """End a fact: ``on`` is the first day on which it no longer holds (喪失日, for 資格).

    ``fact`` is the value as it stands at its end, with what belongs to the end filled in (喪失事由,
    脱退の申出日). Raises ``UnableToEndFact`` when the day is not within the period.
    """
    found = reach(fact.KIND, row, occasion, opening)
    with writing(
        operation=f"people.end_{fact.KIND}",
        occasion=occasion,
        request_id=request_id,
        people=[found["person_id"]],
        kinds={fact.KIND},
        opening=opening,
    ) as act:
        if act.done is not None:
            return act.done
        stands(fact.KIND, row)
        valid = found["valid"]
        if (valid.lower is not None and on <= valid.lower) or (
            valid.upper is not None and on > valid.upper
        ):
            raise UnableToEndFact(
                "終わりの日が、この記録の期間にありません。",
                fix="始まりの日より後で、今の終わりの日までの日を入れてください。",
                field="on",
            )
        made = act.put(
            person=found["person_id"],
            value=fact,
            valid=Period(start=valid.lower, end=on),
            source=source,
            instead_of=row,
        )
        act.rows.append((fact.KIND, made))
    return Entered(request_id=request_id, rows=tuple(act.rows))


def withdraw_fact(
    *,
    kind: str,
    row: int,
    reason: str,
    occasion: Occasion,
    request_id: UUID,
    opening: UUID | None = None,
) -> Entered:
    """Take back a fact that should never have been entered; it stays, marked as superseded."""
    _reasoned(reason)
    found = reach(kind, row, occasion, opening)
    with writing(
        operation=f"people.withdraw_{kind}",
        occasion=occasion,
        request_id=request_id,
        people=[found["person_id"]],
        kinds={kind},
        reason=reason,
        opening=opening,
    ) as act:
        if act.done is not None:
            return act.done
        act.supersede(person=found["person_id"], kind=kind, row=row, by=None)
        act.rows.append((kind, row))
    return Entered(request_id=request_id, rows=tuple(act.rows))


def move_household(
    *,
    household: int,
    members: Sequence[Moving],
    on: date,
    source: Source,
    occasion: Occasion,
    request_id: UUID,
    opening: UUID | None = None,
) -> Entered:
    """Let people enter a household from a day on, each with the relationship to its head.

    ``household`` is the 世帯番号, which is made when it is new. One transaction for all, so that a
    change of the head and of everybody's relationship is one act. Two heads on one day are refused.
    """
    with writing(
        operation="people.move_household",
        occasion=occasion,
        request_id=request_id,
        people=[member.person for member in members],
        households=[household],
        kinds={"membership"},
        opening=opening,
    ) as act:
        if act.done is not None:
            return act.done
        for member in members:
            fact = MembershipValue(
                household=household, head=member.head, relationship=member.relationship
            )
            valid = Period(start=on)
            households([Stated(fact=fact, valid=valid)], occasion)
            row = act.put(person=member.person, value=fact, valid=valid, source=source)
            act.rows.append((fact.KIND, row))
    return Entered(request_id=request_id, rows=tuple(act.rows))


def change_basic_number(
    *,
    person: int,
    number: str,
    on: date,
    evidence_ref: str,
    occasion: Occasion,
    request_id: UUID,
    opening: UUID,
) -> Entered:
    """Record the number starting with 97 that a protected person was given (秘密保持).

    ``on`` is the day of the change by the agency, ``evidence_ref`` its notice. The number until
    then stays in sealed rows, and the link in ``protection_number_link``. Raises
    ``protection.domain.UnableToChangeNumber``.
    """
    fact = NumberValue(number=number)
    with writing(
        operation="people.change_basic_number",
        occasion=occasion,
        request_id=request_id,
        people=[person],
        kinds={fact.KIND},
        opening=opening,
    ) as act:
        if act.done is not None:
            return act.done
        before = rows.current(
            (
                each
                for each in rows.load(person=person, kinds={fact.KIND})[fact.KIND]
                if getattr(each.value, "kind", "") == NumberKind.CURRENT
            ),
            on,
        )
        if before is None:
            raise UnableToRecordFact(
                "変更前の基礎年金番号が登録されていません。",
                fix="先に今までの基礎年金番号を登録してください。",
                field="number",
            )
        change_number(
            person=person,
            old_number=cast("NumberValue", before.value).number,
            new_number=number,
            on=on,
            evidence_ref=evidence_ref,
            occasion=occasion,
        )
        row = act.put(
            person=person,
            value=fact,
            valid=Period(start=on),
            source=Source.AGENCY,
            source_ref=evidence_ref,
        )
        act.rows.append((fact.KIND, row))
    return Entered(request_id=request_id, rows=tuple(act.rows))


def _reasoned(reason: str) -> None:
    if not reason.strip():
        raise UnableToRecordFact(
            "訂正の理由がありません。",
            fix="何を見て、なぜ訂正するのかを書いてください。",
            field="reason",
        )
