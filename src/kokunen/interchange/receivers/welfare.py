"""Notices of 生活扶助 and of disability pensions: they raise cases of 法定免除 (法89条1項1号・2号).

A case is received ex officio and examined by a second person like any other; a notice itself
changes nothing in the register. A notice that is corrected or cancelled takes its case along while
nobody has worked on it and no other notice rests on it; else a clerk decides. An exemption rests on
the cause that stands with it, and does not end with another one. What is told of somebody
who is not in category 1 raises no case; it is found once they are (`welfare_waiting`).
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Final

from kokunen.access.domain import Field
from kokunen.cases import queries as cases
from kokunen.cases.catalogue.kinds import Filer
from kokunen.cases.domain import OVER, Channel, Receipt, State, StepKind
from kokunen.cases.duplicates import UnableToReceiveTwice
from kokunen.cases.operations import PROGRAM
from kokunen.dates.errors import Refusal
from kokunen.dates.month import Month
from kokunen.dates.tokyo import day_of
from kokunen.exemption import notified, reading
from kokunen.exemption import operations as exemption
from kokunen.exemption.application import in_category_1
from kokunen.exemption.changes import STATUTORY_CAUSES
from kokunen.interchange import models
from kokunen.interchange.domain import Effect, RecordOutcome
from kokunen.interchange.receivers import welfare_causes as causes
from kokunen.interchange.receivers.raised import UNTOUCHED, is_untouched
from kokunen.interchange.receivers.welfare_notices import (
    Notice,
    of_assistance,
    of_disability,
)
from kokunen.interchange.receiving import Receives, one_by_one, refused
from kokunen.people.operations import UnableToReachSealed
from kokunen.people.queries import UnableToFindPerson, key_of

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from uuid import UUID

    from kokunen.cases.values import Case
    from kokunen.exemption.application import Register
    from kokunen.interchange.receiving import Context, Incoming

_SEES: Final = frozenset(Field)
"""A program's eyes: what the law's check of a filing looks at; nothing is shown to anybody."""
_SHARED: Final = "received_already"
"""The code of a notice that another one's case was received for."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _At:
    """A notice while it is applied: whom it is about, what it says, and where it stands."""

    record: Incoming
    context: Context
    notice: Notice
    is_known: bool

    @property
    def person(self) -> int:
        """The 宛名番号."""
        return int(self.record.values["person"])

    @property
    def why(self) -> str:
        """The words that stand with the step of the case."""
        return f"{self.notice.ground}の通知({self.context.source(self.record.number)})"

    def request(self, part: str) -> UUID:
        """Return the request number of a part of the act."""
        return self.context.request(self.record.number, part)

    def effect(self, outcome: RecordOutcome, **more: Any) -> Effect:  # noqa: ANN401 - its fields
        """Return an effect on the person of the notice, where the register has them."""
        person = self.person if self.is_known else None
        return Effect(outcome=outcome, **({"person": person} | more))


def received(
    read: Callable[[Mapping[str, Any]], Notice], records: Sequence[Incoming], context: Context
) -> Sequence[Effect]:
    """Apply a chunk; what corrects another notice of the chunk waits until that has its line."""
    named: set[str] = set()

    def applied(record: Incoming, at: Context) -> Effect:
        own, corrects = record.values["notice"], record.values["corrects"]
        waits = corrects in named
        named.update(number for number in (own, corrects) if number)
        one = _At(
            record=record,
            context=at,
            notice=read(record.values),
            is_known=_is_known(record.values["person"]),
        )
        effect = _too_early(one) if waits else _applied(one)
        return causes.noted(effect, one.notice, record.values["action"])

    return one_by_one(applied)(records, context)


def _applied(one: _At) -> Effect:
    """Apply one notice: new, corrected or cancelled."""
    action = one.record.values["action"]
    return _raised(one) if action == "new" else _again(one, cancelled=action == "cancellation")


def _raised(one: _At) -> Effect:
    """Receive the filing that a notice founds."""
    notice = one.notice
    if notice.nothing:
        return one.effect(RecordOutcome.NOTHING, code=notice.nothing, says=notice.says)
    if not one.is_known:
        return one.effect(
            RecordOutcome.HELD,
            code="no_person",
            says="この宛名番号の人は登録されていません。",
            fix="住民の通知が届くのを待つか、宛名番号を通知元に確かめてください。",
            fields=("person",),
        )
    register = reading.register(
        person=one.person,
        occasion=cases.at_reception(one.context.occasion),
        sees=_SEES,
        opening=one.context.opening,
    )
    return _nothing_to_do(one, register) or _received(one)


def _is_known(person: int) -> bool:
    try:
        key_of(person)
    except UnableToFindPerson:
        return False
    return True


def _nothing_to_do(one: _At, register: Register) -> Effect | None:
    """Return why a notice raises no case, or None where it does."""
    notice = one.notice
    standing = notified.statutory_row(register, notice.on)
    insured = register.enrolments and in_category_1(register, Month.of(notice.on))
    if not insured and (notice.begins or standing is None):
        return one.effect(
            RecordOutcome.NOTHING,
            code="not_category_1",
            says="その月に第1号被保険者の記録がないため、法定免除には当たりません(法89条1項)。"
            + ("第1号になると、届出のない人の一覧に出ます。" if notice.begins else ""),
        )
    other = _open_case(one, "statutory_off" if notice.begins else "statutory_on")
    if other is not None and (notice.begins or standing is None):
        return one.effect(
            RecordOutcome.HELD,
            case=other,
            code="case_open",
            says=f"先の届出の案件{other}がまだ審査されていません。",
            fix="その案件を先に審査してください。次の夜間処理でこの通知を反映します。",
        )
    if standing is not None and (not notice.begins or standing.valid.end is None):
        return _held_already(one, standing.value.cause)
    return None


def _held_already(one: _At, cause: str) -> Effect | None:
    """Return what a notice is to an exemption that lasts, or None: it ends it."""
    told = causes.told(
        cause=cause,
        own=STATUTORY_CAUSES[one.notice.particulars["cause"]],
        begins=one.notice.begins,
        person=one.person,
        layout=one.context.layout,
    )
    return None if told is None else replace(told, person=one.person)


def _open_case(one: _At, filing: str) -> int | None:
    """Return an open case of the filing that nobody has examined, the newest."""
    found = cases.of_person(person=one.person, occasion=one.context.occasion, sees=frozenset())
    return next(
        (each.case for each in found if each.filing.code == filing and each.state in UNTOUCHED),
        None,
    )


def _received(one: _At) -> Effect:
    notice, context = one.notice, one.context
    try:
        taken = exemption.receive(
            receipt=Receipt(
                filing=notice.filing,
                person=one.person,
                channel=Channel.OFFICE,
                received_on=day_of(context.occasion.at),
                event_on=notice.on,
                filer=Filer.OFFICE,
                particulars=notice.particulars,
            ),
            occasion=context.occasion,
            request_id=one.request("case"),
            sees=_SEES,
            opening=context.opening,
            reason=one.why,
        )
    except UnableToReceiveTwice as refusal:
        return _twice(one, refusal)
    except UnableToReachSealed as refusal:
        return replace(refused(refusal, outcome=RecordOutcome.HELD), person=one.person)
    except Refusal as refusal:
        return replace(refused(refusal), person=one.person)
    return one.effect(RecordOutcome.APPLIED, case=taken.case)


def _twice(one: _At, refusal: UnableToReceiveTwice) -> Effect:
    """Point to the case that is here already; of another day or cause a clerk decides."""
    earlier = _case(one, refusal.earlier)
    cause = earlier.readable.get("cause")
    if (earlier.event_on, cause) == (one.notice.on, one.notice.particulars["cause"]):
        return one.effect(
            RecordOutcome.NOTHING if earlier.state in OVER else RecordOutcome.APPLIED,
            case=refusal.earlier,
            code=_SHARED,
            says=f"同じ日と理由の届出を案件{refusal.earlier}で受け付けています。",
        )
    return replace(
        refused(refusal, outcome=RecordOutcome.HELD),
        code="duplicate",
        person=one.person,
        case=refusal.earlier,
    )


def _case(one: _At, number: int) -> Case:
    return cases.one(
        case=number,
        occasion=reading.at_case(one.context.occasion, number),
        sees=_SEES,
        opening=one.context.opening,
    )


def _again(one: _At, *, cancelled: bool) -> Effect:
    """Carry out the correction or the cancellation of an earlier notice."""
    first = causes.first_line(one.context.layout, one.record.values["corrects"])
    if first is None or first.outcome in (RecordOutcome.HELD, RecordOutcome.REFUSED):
        return _too_early(one)
    effect = _carried_out(one, first, cancelled=cancelled)
    return replace(effect, rows=((causes.CANCELS, first.pk),)) if cancelled else effect


def _carried_out(one: _At, first: models.Record, *, cancelled: bool) -> Effect:
    now = causes.corrections(first).order_by("-id").first() or first
    case = _from_list(one, now) if now.case_id is None else _case(one, now.case_id)
    if case is not None and case.state is State.WITHDRAWN:
        case = None if cancelled or case.steps[-1].staff == PROGRAM else case
    if case is not None and not _is_own(case):
        return one.effect(
            RecordOutcome.HELD,
            case=case.number,
            code="case_under_way",
            says=f"訂正・取消の対象の通知の案件{case.number}は、職員が処理したか、本人の届出か、"
            "ほかの通知の案件でもあります。",
            fix="案件を開き、通知の訂正・取消に合わせて訂正か取下げをしてください。",
        )
    if not cancelled:
        found = _raised(one) if case is None else _corrected(one, case)
        return replace(found, rows=((causes.CORRECTS, first.pk),))
    if case is None:
        return one.effect(
            RecordOutcome.NOTHING,
            code="nothing_to_cancel",
            says="取り消された通知から作った案件はありません。",
        )
    return _cancelled(one, case)


def _from_list(one: _At, line: models.Record) -> Case | None:
    """Return the case that staff received later for a cause whose notice raised none."""
    begins = dict(line.rows).get(causes.BEGINS)
    if begins is None or line.person_id is None:
        return None
    own = causes.CAUSES[one.context.layout]
    found = (
        _case(one, each.case)
        for each in cases.of_person(
            person=line.person_id, occasion=one.context.occasion, sees=frozenset()
        )
        if each.filing.code == "statutory_on" and each.state is not State.WITHDRAWN
    )
    return next(
        (
            case
            for case in found
            if case.maker != PROGRAM
            and case.readable.get("cause", own) == own
            and case.event_on is not None
            and case.event_on >= causes.day_of(begins)
        ),
        None,
    )


def _too_early(one: _At) -> Effect:
    return one.effect(
        RecordOutcome.HELD,
        code="correction_first",
        says="訂正・取消の対象の通知が、まだ反映されていません。",
        fix="対象の通知の反映か取止めを待ちます。届かないときは、通知元に確かめてください。",
        fields=("corrects",),
    )


def _is_own(case: Case) -> bool:
    """Tell whether a case is of one notice alone, and no person has worked on it."""
    shared = models.Record.objects.filter(case_id=case.number, code=_SHARED)
    return is_untouched(case) and not shared.exists()


def _cancelled(one: _At, case: Case) -> Effect:
    _withdraw(one, case, "取消")
    return one.effect(RecordOutcome.APPLIED, person=case.person, case=case.number)


def _withdraw(one: _At, case: Case, what: str) -> None:
    exemption.withdraw(
        case=case.number,
        expected=case.last,
        reason=f"{one.why}による{what}",
        occasion=one.context.occasion,
        request_id=one.request("withdraw"),
        sees=_SEES,
        opening=one.context.opening,
    )


def _corrected(one: _At, case: Case) -> Effect:
    notice = one.notice
    if (case.person, case.filing.code) != (one.person, notice.filing) or notice.nothing:
        _withdraw(one, case, "訂正")
        return _raised(one)
    exemption.change(
        case=case.number,
        kind=StepKind.CORRECTED,
        expected=case.last,
        particulars=notice.particulars,
        reason=f"{one.why}による訂正",
        occasion=one.context.occasion,
        request_id=one.request("change"),
        sees=_SEES,
        event_on=notice.on,
        opening=one.context.opening,
    )
    return one.effect(RecordOutcome.APPLIED, case=case.number)


def _number(values: Mapping[str, Any]) -> str:
    return str(values["notice"])


def _receives(layout: str, read: Callable[[Mapping[str, Any]], Notice]) -> Receives:
    return Receives(
        layout=layout,
        apply=lambda records, context: received(read, records, context),
        notice=_number,
    )


RECEIVES: Final = (
    _receives("welfare_status", of_assistance),
    _receives("disability_benefits", of_disability),
)
