"""What is checked of a notification (法定免除, 納付申出, 産前産後, 育児), and its months. Pure."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Final

from kokunen.cases.domain import Finding, lacks, note, refused, stop
from kokunen.dates.errors import Refusal
from kokunen.dates.month import Month
from kokunen.exemption.application import STANDS, covers, in_category_1, months_of
from kokunen.exemption.words import day, in_words, span
from kokunen.law import maternity
from kokunen.law.figures import FIGURES
from kokunen.law.statutory import CAUSES, statutory
from kokunen.people.codes import Exemption
from kokunen.rulekit.working import Working

if TYPE_CHECKING:
    from collections.abc import Iterator

    from kokunen.cases.domain import Receipt
    from kokunen.exemption.application import Register
    from kokunen.people.domain import ExemptionValue, Recorded

PARTIAL: Final = (Exemption.THREE_QUARTERS, Exemption.HALF, Exemption.ONE_QUARTER)
_MONTHS_BEFORE_BIRTH: Final = 6
"""A birth may be filed from six months before the expected day (規則73条の7)."""


def statutory_first(receipt: Receipt, register: Register) -> Month:
    """Return the first month exempt by law: the one before the month of the event (法89条1項).

    Where category 1 begins in the month of the event there is no premium before it (法87条2項).
    """
    event = receipt.event_on or receipt.received_on
    first = statutory(
        cause=receipt.particulars["cause"],
        begins_on=event,
        ends_on=None,
        working=Working(FIGURES),
    ).first
    entered = not in_category_1(register, first) and in_category_1(register, Month.of(event))
    return Month.of(event) if entered else first


def partial_months(receipt: Receipt, register: Register) -> tuple[Recorded[ExemptionValue], ...]:
    """Return the approved partial exemptions that reach into the months exempt by law."""
    first = statutory_first(receipt, register)
    return tuple(
        fact
        for fact in register.exemptions
        if fact.value.kind in PARTIAL and fact.value.outcome in STANDS
        if months_of(fact)[1] >= first
    )


def statutory_row(register: Register, on: date) -> Recorded[ExemptionValue] | None:
    """Return the statutory exemption that holds on a day, or the last one that began before it."""
    rows = [
        fact
        for fact in register.exemptions
        if fact.value.kind is Exemption.STATUTORY and fact.value.outcome in STANDS
    ]
    return next((fact for fact in reversed(rows) if covers(fact, Month.of(on))), None)


def statutory_on(receipt: Receipt, register: Register) -> Iterator[Finding]:
    """Check the report that somebody is exempt by law."""
    cause = receipt.particulars["cause"]
    if receipt.event_on is None:
        yield _event_missing("該当した日", "法89条1項")
        return
    if cause == "livelihood_assistance" and register.is_foreign:
        yield stop(
            "foreign_assistance_is_applied_for",
            "外国籍の人が生活保護に準じた保護を受けるときは、法定免除ではありません。",
            "免除・納付猶予申請書を受け付け、特例の「生活扶助以外の扶助を受けている人」を選んでください。",
            article="法89条1項2号・90条1項2号",
            item="cause",
        )
    if statutory_row(register, receipt.event_on) is not None:
        yield stop(
            "already_statutory",
            f"{day(receipt.event_on)}には、すでに法定免除の記録があります。",
            "免除の記録を確かめ、消滅したときは免除理由消滅届を受け付けてください。",
            article="法89条1項",
            item="cause",
        )
    first = statutory_first(receipt, register)
    yield note(
        "statutory_months",
        f"{in_words(first)}分から、理由がなくなる月まで免除されます。"
        "納めた月の保険料は、納付申出がなければ還付されます。",
        "納め続けたいときは、納付申出書も受け付けてください。",
        article="法89条",
    )
    if CAUSES[cause][1] and cause == "disability_grade_1_2":
        yield note(
            "grade_3_is_not_enough",
            CAUSES[cause][1],
            "年金証書で等級を確かめてください。",
            article=CAUSES[cause][0],
            item="cause",
        )
    if register.enrolments and not in_category_1(register, Month.of(receipt.event_on)):
        yield note(
            "not_category_1",
            "該当した月に第1号被保険者の記録がありません。免除は第1号の月に限ります。",
            "資格の記録を確かめてください。",
            article="法89条1項",
        )
    if partial_months(receipt, register) and not receipt.particulars.get("partial_stays"):
        yield lacks(
            "partial_choice_lacks",
            "一部免除が承認されている月と重なります。どちらにするかを本人が選びます。",
            "承認済みの一部免除の期間の扱いを聞いて記入してください。",
            article="法89条・90条の2",
            item="partial_stays",
        )
    if receipt.particulars.get("proof") in (None, "later"):
        yield lacks(
            "proof_lacks",
            "法定免除の理由を確かめる書類がありません。",
            "年金証書、保護決定通知書、入所証明書のどれかか、庁内の記録で確かめてください。",
            article="規則75条",
            item="proof",
        )


def statutory_off(receipt: Receipt, register: Register) -> Iterator[Finding]:
    """Check the report that the reason of a statutory exemption is gone."""
    if receipt.event_on is None:
        yield _event_missing("なくなった日", "法89条1項")
        return
    if statutory_row(register, receipt.event_on) is None:
        yield stop(
            "nothing_to_end",
            f"{day(receipt.event_on)}に続いている法定免除の記録がありません。",
            "免除の記録と日付を確かめてください。該当届が先に要ることがあります。",
            article="法89条1項",
        )
        return
    yield note(
        "statutory_ends",
        f"法定免除は{in_words(Month.of(receipt.event_on))}分までで終わります。",
        "納付が難しければ、14日以内に免除申請をすると消滅届は要りません。年度の申請を案内してください。",
        article="法89条1項・規則76条",
    )


def payment_wish(receipt: Receipt, register: Register) -> Iterator[Finding]:
    """Check the wish to pay for months that are exempt by law."""
    first, last = wish_months(receipt)
    if last is not None and last < first:
        yield stop(
            "months_reversed",
            "納付する最後の月が、最初の月より前です。",
            "2つの月を確かめてください。",
            item="last_month",
        )
        return
    row = statutory_row(register, first.first_day)
    if row is None or (last is not None and not covers(row, last)):
        yield stop(
            "not_statutory",
            "納付申出ができるのは、法定免除を受けている月だけです。",
            "法定免除の期間を確かめてください。申請免除の月は取消申請か追納です。",
            article="法89条2項",
            item="first_month",
        )


def wish_months(receipt: Receipt) -> tuple[Month, Month | None]:
    """Return the months somebody wishes to pay for; without a last one, until the end."""
    last = receipt.particulars.get("last_month")
    first = Month.parse(receipt.particulars["first_month"])
    return first, Month.parse(last) if last else None


def birth_day(receipt: Receipt) -> tuple[date | None, str]:
    """Return the day that decides, and its item: the birth's once it is filed after it."""
    given = receipt.particulars
    name = "born_on" if given.get("born_on") else "expected_on"
    return (date.fromisoformat(given[name]) if given.get(name) else None), name


def childbirth_months(receipt: Receipt) -> maternity.ExemptMonths:
    """Return the months exempt around a birth; refuses as `law.maternity.childbirth`."""
    deciding, name = birth_day(receipt)
    return maternity.childbirth(
        day=deciding or receipt.received_on,
        multiple=bool(receipt.particulars.get("multiple")),
        field=name,
        working=Working(FIGURES),
    )


def childbirth(receipt: Receipt, register: Register) -> Iterator[Finding]:
    """Check the report of a birth or an expected one."""
    given = receipt.particulars
    deciding, name = birth_day(receipt)
    if deciding is None:
        yield stop(
            "birth_day_missing",
            "出産予定日も出産日もありません。",
            "出産の前なら予定日を、後なら出産日を母子健康手帳で確かめて記入してください。",
            article="法88条の2",
            item="expected_on",
        )
        return
    if name == "born_on" and deciding > receipt.received_on:
        yield stop(
            "birth_in_future",
            "出産日が受付日より後です。",
            "まだ生まれていなければ、出産予定日の欄に記入してください。",
            item="born_on",
        )
    earliest = _six_months_before(deciding)
    if name == "expected_on" and receipt.received_on < earliest:
        yield stop(
            "filed_too_early",
            f"産前産後免除の届出は出産予定日の6か月前({day(earliest)})からです。",
            f"{day(earliest)}以後に届け出てもらってください。",
            article="規則73条の7",
            item="expected_on",
        )
    try:
        exempt = childbirth_months(receipt)
    except Refusal as refusal:
        yield refused(refusal)
        return
    months = tuple(Month.range(exempt.first, exempt.last))
    if register.enrolments and not any(in_category_1(register, month) for month in months):
        yield _outside(span(exempt.first, exempt.last), "法88条の2")
    yield note(
        "childbirth_months",
        f"{span(exempt.first, exempt.last)}分の{exempt.count}か月が免除され、"
        "納付したものとして数えます。",
        "納めた分は還付されます。付加保険料は納められます。",
        article="法88条の2・5条1項",
    )
    if given.get("born_on") and given.get("expected_on"):
        yield note(
            "birth_date_decides",
            "出産の後の届出なので、予定日ではなく出産日で月が決まります。",
            "予定日で届け出た記録があるときは、期間が変わるかどうかを確かめてください。",
            article="法88条の2",
            item="born_on",
        )


def childcare_months(receipt: Receipt, working: Working) -> maternity.ExemptMonths:
    """Return the months exempt for a child; refuses as `law.maternity.childcare`."""
    given = receipt.particulars
    born = date.fromisoformat(given["child_born_on"])
    care = given.get("care_from")
    return maternity.childcare(
        child_born_on=born,
        care_from=date.fromisoformat(care) if care else born,
        birth_mother=given["parent"] == "birth_mother",
        working=working,
    )


def childcare(receipt: Receipt, register: Register) -> Iterator[Finding]:
    """Check the report that a child is brought up."""
    working = Working(FIGURES)
    born = date.fromisoformat(receipt.particulars["child_born_on"])
    if born > receipt.received_on:
        yield stop(
            "child_not_born",
            "子の生年月日が受付日より後です。",
            "生まれてから届け出てもらってください。産前は産前産後免除です。",
            article="法88条の3",
            item="child_born_on",
        )
        return
    try:
        exempt = childcare_months(receipt, working)
    except Refusal as refusal:
        yield refused(refusal)
        return
    months = tuple(Month.range(exempt.first, exempt.last))
    if register.enrolments and not any(in_category_1(register, month) for month in months):
        yield _outside(span(exempt.first, exempt.last), "法88条の3")
    yield note(
        "childcare_months",
        f"{span(exempt.first, exempt.last)}分の{exempt.count}か月が免除され、"
        "納付したものとして数えます。",
        "もう一方の親も第1号なら、別に届け出られます。所得や休業の条件はありません。",
        article="法88条の3・5条1項",
    )
    for number, doubt in enumerate(working.notes, start=1):
        yield note(
            f"unverified_{number}",
            doubt,
            "進達の前に年金事務所に確かめてください。",
            article="法88条の3",
        )


def _six_months_before(on: date) -> date:
    month = Month.of(on) - _MONTHS_BEFORE_BIRTH
    return date(month.year, month.month, min(on.day, month.last_day.day))


def _event_missing(what: str, article: str) -> Finding:
    return stop(
        "event_missing",
        f"理由が{what}がないと、月が決まりません。",
        "証書や通知で日を確かめて記入してください。",
        article=article,
        item="event_on",
    )


def _outside(months: str, article: str) -> Finding:
    return stop(
        "no_month_in_category_1",
        f"{months}分に第1号被保険者の月がありません。任意加入の月は対象になりません。",
        "資格の記録を確かめてください。",
        article=article,
    )
