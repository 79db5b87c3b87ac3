"""The only writer of cases: receiving, taking a step, stating who is tested.

Each is one transaction with its line in the record; called within a duty's transaction it is part
of that. The same ``request_id`` again does nothing and gives the same answer. A person is locked
before a case, so that two clerks wait for each other and never deadlock.
"""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import dataclass, replace
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Final

from django.db import connection

from kokunen.access.domain import may_check
from kokunen.access.openings.operations import refusals_recorded
from kokunen.access.openings.queries import standing
from kokunen.access.queries import branches
from kokunen.audit.domain import Act, Change
from kokunen.audit.operations import record
from kokunen.cases import catalogue, checks, duplicates, models, rows
from kokunen.cases.checks import UnableToTest
from kokunen.cases.domain import State, StepKind, UnableToTakeStep, may_follow, state_of
from kokunen.cases.duplicates import UnableToReceiveTwice
from kokunen.cases.particulars import UnableToReceive, check
from kokunen.cases.rows import UnableToFindCase
from kokunen.dates.tokyo import day_of
from kokunen.people.operations import UnableToRepeat

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from datetime import date
    from uuid import UUID

    from kokunen.audit.domain import Occasion
    from kokunen.cases.domain import Receipt

__all__ = [
    "Taken",
    "UnableToFindCase",
    "UnableToReceive",
    "UnableToReceiveTwice",
    "UnableToTakeStep",
    "UnableToTest",
    "done",
    "receive",
    "take",
    "test",
]

PROGRAM: Final = 0
CONTENT: Final = frozenset({StepKind.RECEIVED, StepKind.COMPLETED, StepKind.CORRECTED})
"""The steps that write what stands on the filing; whoever takes one is its maker."""
_NOTHING: Final[Mapping[str, Any]] = MappingProxyType({})


@dataclass(frozen=True, slots=True, kw_only=True)
class Taken:
    """What an operation did: the step, and the state it left the case in."""

    case: int
    number: int
    state: State


def receive(
    *,
    receipt: Receipt,
    occasion: Occasion,
    request_id: UUID,
    detail: Mapping[str, Any] = _NOTHING,
    reason: str = "",
    opening: UUID | None = None,
) -> Taken:
    """Receive a filing: the case, what stands on it, and its first step.

    ``detail`` may hold ``lacks`` (codes of what a duty found lacking; names of missing required
    items are added, and ``event_on`` where the day is missing), ``limits`` (statutory last days:
    ``[[ISO day, what, article], …]``), ``again`` (the number, as text, of an earlier case that this
    one does not repeat; then ``reason`` says why), and whatever else a duty keeps in codes. Raises
    `UnableToReceive`, `UnableToReceiveTwice`, ``UnableToReachSealed`` for a protected person
    without a standing opening, and ``UnableToRepeat``.
    """
    lock = f"cases_person {receipt.person}"
    with _acting(StepKind.RECEIVED, occasion, receipt.person, opening, lock):
        before = models.Step.objects.select_related("case").filter(request_id=request_id).first()
        if before is not None:
            same = (before.kind, before.case.person_id, before.case.filing, before.staff)
            _same(same == (StepKind.RECEIVED, receipt.person, receipt.filing, _staff(occasion)))
            return _taken(before.case_id, before.number)
        known = branches()
        filing = checks.receivable(receipt, branches=known, today=day_of(occasion.at))
        checks.reachable(receipt.person)
        checks.written(reason=reason, detail=detail)
        checked = check(filing=filing, particulars=receipt.particulars)
        checks.registered(filing, checked.data)
        found = duplicates.earlier(receipt=receipt, data=checked.data)
        if found is not None:
            duplicates.refuse(
                found,
                filing=filing,
                branches=known,
                acknowledged=detail.get("again"),
                reason=reason,
            )
        made = models.Case.objects.create(
            request_id=request_id,
            filing=filing.code,
            person_id=receipt.person,
            channel=receipt.channel.value,
            branch=receipt.branch,
            department=occasion.department,
            filer=receipt.filer.value,
            received_on=receipt.received_on,
            event_on=receipt.event_on,
            recorded_at=occasion.at,
            recorded_by=_staff(occasion),
        )
        lacks = [*detail.get("lacks", ()), *checked.lacks]
        if filing.event is not None and receipt.event_on is None:
            lacks.append("event_on")
        return _step(
            made,
            rows.Newest(steps=(), maker=_staff(occasion)),
            StepKind.RECEIVED,
            occasion,
            request_id=request_id,
            on=receipt.received_on,
            reason=reason,
            detail={**detail, "lacks": lacks},
            data=checked.data,
        )


def take(  # noqa: PLR0913 - all keywords; the one step that every duty takes
    *,
    case: int,
    kind: StepKind,
    expected: int,
    occasion: Occasion,
    request_id: UUID,
    on: date | None = None,
    reason: str = "",
    detail: Mapping[str, Any] = _NOTHING,
    particulars: Mapping[str, Any] | None = None,
    opening: UUID | None = None,
) -> Taken:
    """Take one step of a case.

    ``expected`` is the number of the last step that was seen, ``on`` the day the step is about
    (None: today), ``particulars`` what stands on the filing from now on, for COMPLETED and
    CORRECTED alone (None: as before). ``detail`` may hold ``answer_by`` (ISO day, of ASKED),
    ``event_on`` (ISO day, of a content step that says another), ``lacks`` as at receipt, and
    ``rows``: what the step did to the register, ``[[kind, id], …]``; a step that takes effects back
    states an empty list. Raises `UnableToTakeStep`, `UnableToReceive` for particulars,
    ``access.domain.UnableToCheckOwnWork`` for an examination by whoever wrote the particulars,
    ``UnableToReachSealed`` and ``UnableToRepeat``.
    """
    of = rows.case(case)
    with _acting(kind, replace(occasion, case=case), of.person_id, opening, f"cases_case {case}"):
        before = models.Step.objects.filter(request_id=request_id).first()
        if before is not None:
            same = (before.case_id, before.kind, before.staff)
            _same(same == (case, kind, _staff(occasion)))
            return _taken(case, before.number)
        newest = rows.newest(case)
        may_follow(steps=newest.steps, kind=kind, expected=expected, reason=reason)
        day = day_of(occasion.at) if on is None else on
        checks.dated(on=day, received_on=of.received_on, today=day_of(occasion.at))
        checks.written(reason=reason, detail=detail)
        if kind is StepKind.EXAMINED:
            may_check(newest.maker, _staff(occasion))
            checks.reachable(of.person_id)
        data, lacks = None, {}
        if kind in CONTENT:
            checks.reachable(of.person_id)
            filing = catalogue.FILINGS[of.filing]
            stated = rows.particulars(case) if particulars is None else particulars
            checked = check(filing=filing, particulars=stated or {})
            checks.registered(filing, checked.data)
            data = checked.data
            lacks = {"lacks": [*detail.get("lacks", ()), *checked.lacks]}
        elif particulars is not None:
            raise UnableToTakeStep(
                f"「{kind.label}」では記載事項を書き換えられません。",
                fix="補正または訂正として入力してください。",
                field="particulars",
            )
        return _step(
            of,
            newest,
            kind,
            occasion,
            request_id=request_id,
            on=day,
            reason=reason,
            detail={**detail, **lacks},
            data=data,
        )


def done(*, request_id: UUID) -> Taken | None:
    """Return what the step with this request did, or None; for a duty that checks before."""
    found = models.Step.objects.filter(request_id=request_id).first()
    return None if found is None else _taken(found.case_id, found.number)


def test(
    *,
    case: int,
    people: Sequence[tuple[int, str]],
    occasion: Occasion,
    request_id: UUID,
    reason: str = "",  # noqa: PT028 - people are tested, not the program
) -> None:
    """State who is tested: (宛名番号, insured | spouse | head), in place of who was before.

    Opens the incomes of just these people while the case is open, from the next transaction on. A
    change of who is tested needs a ``reason``. Raises `UnableToTest`.
    """
    of = rows.case(case)
    named = replace(occasion, case=case)
    with _acting("test", named, of.person_id, None, f"cases_case {case}"):
        before = models.Tested.objects.filter(request_id=request_id).first()
        if before is not None:
            _same((before.case_id, before.recorded_by) == (case, _staff(occasion)))
            return
        newest = rows.newest(case)
        checks.testable(person=of.person_id, steps=newest.steps, people=people, reason=reason)
        now = rows.tested(case)
        if now == tuple(people):
            return
        if now and not reason.strip():
            raise UnableToTest(
                "審査する人を変える理由がありません。",
                fix="なぜ変えるのか(住民票と世帯が違うなど)を書いてください。",
                field="reason",
            )
        for person, role in people:
            made = models.Tested.objects.create(
                request_id=request_id,
                case=of,
                number=newest.steps[-1].number,
                person_id=person,
                role=role,
                reason=reason,
                recorded_at=occasion.at,
                recorded_by=_staff(occasion),
            )
            change = Change(table="cases_tested", row=str(made.pk), field="role", after=role)
            record(
                act=Act.WRITE,
                operation="cases.test",
                occasion=named,
                person=person,
                changes=[change],
            )


@contextmanager
def _acting(
    what: str, occasion: Occasion, person: int, opening: UUID | None, lock: str
) -> Iterator[None]:
    """Act within one transaction, with the opening named and the lock held; refusals recorded."""
    with (
        refusals_recorded(operation=f"cases.{what}", occasion=occasion, person=person),
        standing(opening, occasion.staff),  # it is the transaction, too
        connection.cursor() as cursor,
    ):
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [lock])
        yield


def _staff(occasion: Occasion) -> int:
    return occasion.staff or PROGRAM


def _same(same: bool) -> None:  # noqa: FBT001 - whether two requests are one
    if not same:
        raise UnableToRepeat(
            "この要求番号は、別の入力で使われています。",
            fix="画面を開き直してから、もう一度入力してください。",
            field="request_id",
        )


def _taken(case: int, number: int) -> Taken:
    steps = rows.newest(case).steps[:number]
    return Taken(case=case, number=number, state=state_of(steps))


def _step(
    of: models.Case,
    newest: rows.Newest,
    kind: StepKind,
    occasion: Occasion,
    *,
    request_id: UUID,
    on: date,
    reason: str,
    detail: Mapping[str, Any],
    data: Mapping[str, Any] | None,
) -> Taken:
    """Write a step, what stands on the filing after it (None: as before), and the record's line."""
    made = models.Step.objects.create(
        case=of,
        number=len(newest.steps) + 1,
        kind=kind.value,
        at=occasion.at,
        on_day=on,
        staff=_staff(occasion),
        maker=newest.maker if data is None else _staff(occasion),
        reason=reason,
        detail=detail,
        request_id=request_id,
    )
    if data is not None:
        models.Particulars.objects.create(
            case=of, number=made.number, person_id=of.person_id, data=data
        )
    record(
        act=Act.WRITE,
        operation=f"cases.{kind}",
        occasion=replace(occasion, case=of.pk),
        person=of.person_id,
        changes=[
            Change(table="cases_step", row=str(made.pk), field="kind", after=kind.value),
        ],
    )
    return Taken(case=of.pk, number=made.number, state=state_of((*newest.steps, rows.step(made))))
