"""Registering, renewing, ending and checking a protection measure; changing a number for one."""

from __future__ import annotations

from typing import TYPE_CHECKING
from uuid import UUID, uuid4

from django.db import IntegrityError, connection, transaction

from kokunen.access.openings.operations import refusals_recorded
from kokunen.access.protection import domain, models, queries
from kokunen.access.protection.domain import Evidence, Ground, Kind
from kokunen.audit.domain import Act, Change
from kokunen.audit.operations import record
from kokunen.dates.tokyo import day_of

if TYPE_CHECKING:
    from collections.abc import Collection
    from datetime import date

    from kokunen.access.protection.domain import Measure, Member, OtherParty
    from kokunen.audit.domain import Occasion


def register(
    *,
    person: int,
    ground: Ground,
    on: date,
    evidence: Evidence,
    evidence_ref: str,
    members: Collection[Member] = (),
    other_parties: Collection[OtherParty] = (),
    occasion: Occasion,
) -> UUID:
    """Protect a person, and the members given, from this moment; return the measure's id.

    The period of one year begins ``on`` the day of the application. The check by a second person
    comes afterwards and is not waited for: masking too early harms nobody. Raises
    ``UnableToProtect…``.
    """
    with refusals_recorded(operation="protection.register", occasion=occasion, person=person):
        staff = _staff(occasion)
        _documented(evidence_ref)
        measure = uuid4()
        with transaction.atomic():
            models.Measure.objects.create(id=measure, person_id=person, ground=Ground(ground).value)
            step = _enter(
                measure,
                kind=Kind.REGISTERED,
                on=on,
                period=(on, domain.last_day(on)),
                evidence=evidence,
                evidence_ref=evidence_ref,
                occasion=occasion,
            )
            for other in other_parties:
                models.OtherParty.objects.create(
                    id=uuid4(),
                    measure_id=measure,
                    person_id=person,
                    other_person_id=other.person,
                    name=other.name,
                    address=other.address,
                    relation=other.relation,
                    entered_by=staff,
                    entered_at=occasion.at,
                )
            _write("protection.register", measure, person, step, Kind.REGISTERED, occasion)
            for member in members:
                _include(measure, applicant=person, member=member, occasion=occasion)
    return measure


def include(*, measure: UUID, member: Member, occasion: Occasion) -> None:
    """Cover one more person of the same address; raise ``UnableToInclude`` where it cannot be."""
    with refusals_recorded(operation="protection.include", occasion=occasion, person=member.person):
        _staff(occasion)
        with transaction.atomic():
            held = _held(measure)
            if held.ended:
                raise domain.UnableToInclude(
                    "この支援措置は終了しています。",
                    fix="新しい申出として登録してください。",
                )
            _include(measure, applicant=held.person, member=member, occasion=occasion)


def renew(
    *, measure: UUID, on: date, evidence: Evidence, evidence_ref: str, occasion: Occasion
) -> UUID:
    """Renew for a year and return the step's id; raise ``UnableToRenew`` before the last month."""
    with refusals_recorded(operation="protection.renew", occasion=occasion):
        _staff(occasion)
        _documented(evidence_ref)
        with transaction.atomic():
            held = _held(measure)
            step = _enter(
                measure,
                kind=Kind.RENEWED,
                on=on,
                period=domain.renewed_period(held, on),
                evidence=evidence,
                evidence_ref=evidence_ref,
                occasion=occasion,
            )
            _write("protection.renew", measure, held.person, step, Kind.RENEWED, occasion)
    return step


def end(
    *, measure: UUID, on: date, evidence: Evidence, evidence_ref: str, occasion: Occasion
) -> UUID:
    """Enter the end of a measure and return the step's id; the masking stays until its check.

    Raises ``UnableToEnd``.
    """
    with refusals_recorded(operation="protection.end", occasion=occasion):
        _staff(occasion)
        _documented(evidence_ref)
        with transaction.atomic():
            held = _held(measure)
            domain.may_end(held, on)
            step = _enter(
                measure,
                kind=Kind.ENDED,
                on=on,
                period=None,
                evidence=evidence,
                evidence_ref=evidence_ref,
                occasion=occasion,
            )
            _write("protection.end", measure, held.person, step, Kind.ENDED, occasion)
    return step


def check(*, step: UUID, accepted: bool, reason: str, occasion: Occasion) -> None:
    """Accept a step, or send it back, once, as a second person; raise ``UnableToCheckStep``.

    Accepting an ``ended`` step is what uncovers the applicant and the members.
    """
    with refusals_recorded(operation="protection.check", occasion=occasion):
        staff = _staff(occasion)
        with transaction.atomic():
            held = _held(queries.measure_of(step))
            entered = next(one for one in held.steps if one.id == step)
            domain.may_check(entered, by=staff)
            try:
                with transaction.atomic():
                    models.Check.objects.create(
                        step_id=step,
                        entered_by=entered.entered_by,
                        checked_by=staff,
                        accepted=accepted,
                        reason=reason,
                        at=occasion.at,
                    )
            except IntegrityError:
                raise domain.already_checked() from None
            record(
                act=Act.WRITE,
                operation="protection.check",
                occasion=occasion,
                person=held.person,
                changes=[
                    Change(
                        table="protection_check",
                        row=str(step),
                        field=f"accepted:{entered.kind.value}",
                        after=str(accepted).lower(),
                    )
                ],
            )


def change_number(
    *,
    person: int,
    old_number: str,
    new_number: str,
    on: date,
    evidence_ref: str,
    occasion: Occasion,
) -> UUID:
    """Keep, sealed, which basic pension number a protected person had before the 97 one.

    The register's own operation that records the new number calls this in its transaction; no
    other table and no entry of the record may hold both numbers, or the old one in the open.
    ``on`` is the day of the change by the Japan Pension Service, ``evidence_ref`` its notice.
    Raises ``UnableToChangeNumber``.
    """
    with refusals_recorded(operation="protection.change_number", occasion=occasion, person=person):
        staff = _staff(occasion)
        _documented(evidence_ref)
        domain.may_change_number(old_number=old_number, new_number=new_number)
        link = uuid4()
        with transaction.atomic():
            if not queries.covers(person):
                raise domain.UnableToChangeNumber(
                    "97から始まる基礎年金番号への変更は、支援措置の対象者についてのものです。"
                    "この人には支援措置がありません。",
                    fix="先に支援措置を登録してください。",
                )
            try:
                with transaction.atomic():
                    models.NumberLink.objects.create(
                        id=link,
                        person_id=person,
                        old_number=old_number,
                        new_number=new_number,
                        changed_on=on,
                        evidence_ref=evidence_ref,
                        recorded_at=occasion.at,
                        recorded_by=staff,
                    )
            except IntegrityError:
                raise domain.UnableToChangeNumber(
                    "この番号への変更は、もう記録されています。",
                    fix="番号を確かめてください。",
                    field="new_number",
                ) from None
            record(
                act=Act.WRITE,
                operation="protection.change_number",
                occasion=occasion,
                person=person,
                changes=[Change(table="protection_number_link", row=str(link), field="link")],
            )
    return link


def _staff(occasion: Occasion) -> int:
    if occasion.staff is None:
        raise domain.UnableToProtectAsProgram(
            "支援措置を扱えるのは職員だけです。プログラムからは扱えません。",
            fix="職員としてサインインしてください。",
        )
    return occasion.staff


def _documented(evidence_ref: str) -> None:
    if not evidence_ref.strip():
        raise domain.UnableToProtectWithoutEvidence(
            "根拠となる書類がありません。",
            fix="書類の番号と日付を入れてください。",
            field="evidence_ref",
        )


def _held(measure: UUID | None) -> Measure:
    """Return the measure as it stands, and let nobody else enter a step until the commit."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [str(measure)])
    held = None if measure is None else queries.one(measure)
    if held is None:
        raise domain.UnableToFindMeasure(
            "その支援措置は登録されていません。",
            fix="一覧から選び直してください。",
        )
    return held


def _enter(
    measure: UUID,
    *,
    kind: Kind,
    on: date,
    period: tuple[date, date] | None,
    evidence: Evidence,
    evidence_ref: str,
    occasion: Occasion,
) -> UUID:
    domain.applied_on(on, today=day_of(occasion.at))
    step = uuid4()
    starts, ends = period or (None, None)
    models.Step.objects.create(
        id=step,
        measure_id=measure,
        kind=kind.value,
        on_day=on,
        starts=starts,
        ends=ends,
        evidence=Evidence(evidence).value,
        evidence_ref=evidence_ref,
        entered_by=_staff(occasion),
        entered_at=occasion.at,
    )
    return step


def _include(measure: UUID, *, applicant: int, member: Member, occasion: Occasion) -> None:
    domain.may_include(member)
    row = uuid4()
    try:
        with transaction.atomic():
            models.Member.objects.create(
                id=row,
                measure_id=measure,
                applicant_id=applicant,
                person_id=member.person,
                relation=member.relation,
                entered_by=_staff(occasion),
                entered_at=occasion.at,
            )
    except IntegrityError:
        raise domain.UnableToInclude(
            "この人は申出者本人か、もう併せて支援を受けている人です。",
            fix="併せて支援を求める人を確かめてください。",
            field="members",
        ) from None
    # The entry names the member alone: the record does not link them to the applicant.
    record(
        act=Act.WRITE,
        operation="protection.include",
        occasion=occasion,
        person=member.person,
        changes=[Change(table="protection_member", row=str(row), field="person")],
    )


def _write(
    operation: str, measure: UUID, person: int, step: UUID, kind: Kind, occasion: Occasion
) -> None:
    record(
        act=Act.WRITE,
        operation=operation,
        occasion=occasion,
        person=person,
        changes=[
            Change(table="protection_measure", row=str(measure), field="step", after=str(step)),
            Change(table="protection_step", row=str(step), field="kind", after=kind.value),
        ],
    )
