"""The filings of 資格と付加 against law and register: findings, documents, effects. Pure."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Final

from kokunen.cases.catalogue import FILINGS
from kokunen.cases.catalogue.kinds import Filer
from kokunen.cases.deadlines import Due, filing_due, last_day
from kokunen.cases.domain import Finding, Weight
from kokunen.dates.business import UnableToTellBusinessDay
from kokunen.dates.errors import Refusal
from kokunen.enrolment import checks, life
from kokunen.enrolment.days import day, item
from kokunen.enrolment.effects import after, changes
from kokunen.enrolment.life import of, on_day, said
from kokunen.enrolment.papers import attachments
from kokunen.enrolment.shown import effects, sections
from kokunen.enrolment.timeline import faults, months
from kokunen.people.codes import NumberKind
from kokunen.people.domain import NumberValue

if TYPE_CHECKING:
    from collections.abc import Iterator

    from kokunen.cases.domain import Receipt
    from kokunen.enrolment.life import Facts

__all__ = [
    "FACTS",
    "UnableToExamineEnrolment",
    "UnableToReceiveEnrolment",
    "UnableToTakeBack",
    "attachments",
    "changes",
    "check",
    "effects",
    "faults",
    "months",
    "sections",
]

FACTS: Final = frozenset(
    {
        "name",
        "identity",
        "register",
        "foreign",
        "address",
        "basic_number",
        "enrolment",
        "additional",
        "exemption",
    }
)
"""The kinds of facts that the filings look at or change."""
_ASKS_NUMBER: Final = frozenset(
    {"acquisition", "category_change", "voluntary", "special_voluntary", "additional_on"}
)
_BEFORE_THE_DAY: Final = "abroad"
_STATED: Final = frozenset({"birth_date_correction", "sex_correction", "name_change"})
_NOTED: Final = frozenset({"gap", "uninsured", "voluntary_under_60"})
"""Faults that may be left: another filing, or a notice of the resident register, ends them."""
_DIGITS: Final = 10
_PLANNED: Final = timedelta(days=366)
"""How long before it a departure may be told of."""


class UnableToReceiveEnrolment(Refusal):
    """Law or register say that the filing cannot be; ``field`` names the item."""

    code = "enrolment_not_receivable"


class UnableToExamineEnrolment(Refusal):
    """The filing cannot take effect as it stands."""

    code = "enrolment_not_examinable"


class UnableToTakeBack(Refusal):
    """What the case did to the register was changed by another entry since."""

    code = "effects_changed_since"


def check(receipt: Receipt, facts: Facts) -> tuple[Finding, ...]:
    """Return what law and register say against a filing, the weightiest first.

    STOP: it cannot be received. LACKS: it is received and has to be completed before it can take
    effect. NOTE: the clerk looks at it. The days are judged as of the day of receipt. Missing
    required items are not repeated here (``cases.particulars``).
    """
    found = list(_common(receipt, facts))
    for look in (_manner, checks.of_filing, _timeline):
        # A day that cannot be is said alone; what would follow from it says nothing.
        if not any(each.weight is Weight.STOP for each in found):
            found += look(receipt, facts)
    order = list(Weight)
    return tuple(sorted(found, key=lambda each: order.index(each.weight)))


def _common(receipt: Receipt, facts: Facts) -> Iterator[Finding]:
    filing = FILINGS[receipt.filing]
    event_on = receipt.event_on or day(receipt, "happened_on")
    where = "event_on" if receipt.event_on else "happened_on"
    birth_date = life.born(facts)
    leaves = receipt.filing == "departure" or item(receipt, "cause") == _BEFORE_THE_DAY
    if event_on is not None and event_on > receipt.received_on:
        planned = leaves and event_on - receipt.received_on <= _PLANNED
        yield Finding(
            code="event_planned" if planned else "event_in_future",
            weight=Weight.NOTE if planned else Weight.STOP,
            message=f"事実のあった日({said(event_on)})が、受付日({said(receipt.received_on)})より後です。",
            fix="出国後に、住民票の消除を確かめてから審査してください。"
            if planned
            else "日付を確かめ、その日が来てから受け付けてください。",
            article=filing.article,
            item=where,
        )
    if event_on is not None and birth_date is not None and event_on < birth_date:
        yield Finding(
            code="event_before_birth",
            weight=Weight.STOP,
            message=f"事実のあった日({said(event_on)})が、生年月日({said(birth_date)})より前です。",
            fix="日付と生年月日を確かめてください。",
            item=where,
        )
    yield from _number(receipt, facts)


def _manner(receipt: Receipt, facts: Facts) -> Iterator[Finding]:
    del facts
    due = _due(receipt)
    if due is not None and due.late:
        yield Finding(
            code="filed_late",
            weight=Weight.NOTE,
            message=f"{due.what}({said(due.on)})を過ぎています。届出は受け付けます。",
            fix="資格は事実のあった日にさかのぼります。保険料は2年で時効となることを案内してください。",
            article=due.article,
            item="event_on",
        )
    if receipt.filer not in (Filer.SELF, Filer.OFFICE) and not item(receipt, "brought_by"):
        yield Finding(
            code="bringer_unknown",
            weight=Weight.NOTE,
            message="届け出た人の氏名と続柄がありません。",
            fix="氏名と続柄を聞き、本人確認書類と委任関係を確かめてください。",
            article="法12条2項",
            item="brought_by",
        )


def _due(receipt: Receipt) -> Due | None:
    filing, event_on = FILINGS[receipt.filing], receipt.event_on
    try:
        return filing_due(filing=filing, event_on=event_on, received_on=receipt.received_on)
    except UnableToTellBusinessDay:
        # Of other years than 1989 to 2099 no holidays are known: the day as the law counts it.
        if filing.deadline is None or event_on is None:
            return None
        last = last_day(filing.deadline, event_on)
        late = receipt.received_on > last
        return Due(on=last, what="届出の期限", article=filing.deadline.article, late=late)


def _number(receipt: Receipt, facts: Facts) -> Iterator[Finding]:
    stated = item(receipt, "basic_number").replace("-", "")
    numbers = [fact for fact in of(facts, NumberValue) if fact.value.kind is NumberKind.CURRENT]
    holds = on_day(numbers, receipt.received_on) or (numbers[-1] if numbers else None)
    if stated and not (stated.isascii() and stated.isdigit() and len(stated) == _DIGITS):
        yield Finding(
            code="basic_number_form",
            weight=Weight.LACKS,
            message="届書の基礎年金番号が10桁の数字ではありません。",
            fix="基礎年金番号通知書か年金手帳で確かめてください。分からなければ空けておきます。",
            article="法14条",
            item="basic_number",
        )
    elif stated and holds is not None and holds.value.number.replace("-", "") != stated:
        yield Finding(
            code="basic_number_differs",
            weight=Weight.LACKS,
            message="届書の基礎年金番号が、登録されている番号と違います。",
            fix="番号通知書を確かめてください。番号が二つあるときは年金事務所に照会してください。",
            article="法14条",
            item="basic_number",
        )
    elif not stated and holds is None and receipt.filing in _ASKS_NUMBER:
        yield Finding(
            code="basic_number_unknown",
            weight=Weight.NOTE,
            message="基礎年金番号が登録されていません。",
            fix="個人番号で届け出られます。番号は日本年金機構の処理結果で登録してください。",
            article="法14条",
            item="basic_number",
        )


def _timeline(receipt: Receipt, facts: Facts) -> Iterator[Finding]:
    """Find what the filing would break, and what it leaves broken."""
    before = {(each.code, each.on) for each in faults(facts)}
    for fault in faults(after(facts, changes(receipt, facts))):
        known = (fault.code, fault.on) in before
        may_stand = known or fault.code in _NOTED or receipt.filing in _STATED
        yield Finding(
            code=f"timeline_{fault.code}",
            weight=Weight.NOTE if may_stand else Weight.STOP,
            message=fault.message if known else f"この届出を登録すると、{fault.message}",
            fix=fault.fix,
            article=fault.article,
        )
