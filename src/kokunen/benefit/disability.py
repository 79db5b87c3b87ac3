"""Checking the claims on account of a disability against law and register. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING, Final

from kokunen.benefit.findings import WRONG_OFFICE, before, day_of, elapsed
from kokunen.benefit.phrases import day_text
from kokunen.benefit.requirement import finding, judge
from kokunen.benefit.requirement import section as requirement
from kokunen.cases.domain import Line, Section, lacks, note, stop
from kokunen.people.codes import Category, ClaimKind

if TYPE_CHECKING:
    from collections.abc import Iterator

    from kokunen.benefit.known import Known
    from kokunen.cases.domain import Finding, Receipt

_YEAR_AND_A_HALF: Final = 18
_FIVE_YEARS: Final = 60
_ADULT: Final = 20
_OVER: Final = 60
_OLD: Final = 65
_STUDENTS_UNTIL: Final = date(1991, 3, 31)
_SPOUSES_UNTIL: Final = date(1986, 3, 31)
_BEGINNING: Final = date(1961, 4, 1)
_OFFICES: Final = {
    Category.CATEGORY_2: "障害厚生年金の請求になり、年金事務所か共済組合が受け付けます",
    Category.CATEGORY_3: "第3号被保険者の期間の初診は、年金事務所が受け付けます",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Days:
    """The days that a claim turns on: first visit, 障害認定日, and whether before the age of 20.

    ``young`` None: the birth date is not known.
    """

    first_seen_on: date
    recognised_on: date
    young: bool | None


def days(*, receipt: Receipt, known: Known) -> Days | None:
    """Return the days; 障害認定日 is a year and six months on, or when the state became fixed.

    For who was under 20 at the first visit it is not before the age of 20 (法30条1項・法30条の4).
    """
    first = day_of(receipt.particulars.get("first_seen_on"))
    if first is None:
        return None
    recognised = elapsed(first, months=_YEAR_AND_A_HALF)
    fixed = day_of(receipt.particulars.get("fixed_on"))
    if fixed is not None and first <= fixed < recognised:
        recognised = fixed
    adult = known.person.reaches(_ADULT)
    young = None if adult is None else first < adult
    if young and adult is not None:
        recognised = max(recognised, adult)
    return Days(first_seen_on=first, recognised_on=recognised, young=young)


def pension(receipt: Receipt, known: Known) -> Iterator[Finding]:
    """Check a claim of the disability basic pension."""
    found = days(receipt=receipt, known=known)
    if found is None:
        return
    first = found.first_seen_on
    impossible = list(_impossible(receipt, known, first))
    yield from impossible
    if impossible:
        return
    yield from _office(known, found)
    yield from _kind(receipt, known, found)
    yield from _enrolled(known, found)
    if judged_at(known, found):
        judged = judge(known=known, on=first, given=receipt.particulars)
        yield from finding(judged, day="初診日")


def judged_at(known: Known, found: Days) -> bool:
    """Tell whether the contribution requirement is asked: not before the age of 20 (法30条の4)."""
    return not (found.young and known.category(found.first_seen_on) is None)


def _impossible(receipt: Receipt, known: Known, first: date) -> Iterator[Finding]:
    born = known.person.birth_date
    if first > receipt.received_on or (born is not None and first < born):
        yield stop(
            "first_visit_impossible",
            f"初診日({day_text(first)})が、受付日より後か生年月日より前です。",
            "受診状況等証明書か診断書で初診日を確かめてください。",
            item="first_seen_on",
        )
    fixed = day_of(receipt.particulars.get("fixed_on"))
    if fixed is not None and not first <= fixed <= receipt.received_on:
        yield stop(
            "fixed_impossible",
            "症状が固定した日が、初診日より前か受付日より後です。",
            "診断書の日付を確かめてください。",
            item="fixed_on",
        )


def _office(known: Known, found: Days) -> Iterator[Finding]:
    category = known.category(found.first_seen_on)
    if category in _OFFICES:
        yield stop(
            "first_visit_other_office",
            f"初診日に{category.label}でした。{_OFFICES[category]}(令1条の2)。",
            WRONG_OFFICE + "登録が誤りのときは、先に資格の記録を訂正してください。",
            article="令1条の2",
            item="first_seen_on",
        )


def _kind(receipt: Receipt, known: Known, found: Days) -> Iterator[Finding]:
    received, claim = receipt.received_on, receipt.particulars.get("claim")
    diagnosed = day_of(receipt.particulars.get("diagnosed_on"))
    if received < found.recognised_on:
        yield stop(
            "not_recognised_yet",
            f"障害認定日({day_text(found.recognised_on)})が来ていません。",
            "障害認定日の後に請求するよう案内してください。"
            "症状が固定しているときは、その日を入れてください。",
            article="法30条1項",
            item="fixed_on",
        )
        return
    if claim == "recognition":
        yield from _recognition(received, found, diagnosed)
        return
    yield from _too_old(receipt, known)
    if diagnosed is not None and not before(received, months=3) <= diagnosed <= received:
        yield lacks(
            "diagnosis_too_old",
            "診断書の現症日が、請求日前3か月以内ではありません。",
            "3か月以内の現症日の診断書を取り直してもらってください。",
            article="規則31条2項",
            item="diagnosed_on",
        )


def _recognition(received: date, found: Days, diagnosed: date | None) -> Iterator[Finding]:
    earliest = found.recognised_on
    if found.young:
        earliest = before(found.recognised_on, months=3)
    latest = elapsed(found.recognised_on, months=3)
    if diagnosed is not None and not earliest <= diagnosed <= latest:
        yield lacks(
            "diagnosis_not_of_recognition",
            f"診断書の現症日が、障害認定日({day_text(found.recognised_on)})"
            "から3か月以内ではありません。",
            "障害認定日の頃の診断書を取ってもらうか、事後重症の請求に改めてください。",
            article="規則31条2項",
            item="diagnosed_on",
        )
    if received >= elapsed(found.recognised_on, months=12):
        yield note(
            "second_diagnosis",
            "障害認定日から1年以上たっているので、請求日前3か月以内の診断書も要ります。",
            "診断書を2枚そろえるよう案内してください。",
            article="規則31条2項",
            item="diagnosed_on",
        )
    if received >= elapsed(found.recognised_on, months=_FIVE_YEARS):
        yield note(
            "five_years",
            "障害認定日から5年以上たっているので、5年より前の分は時効で受けられません。",
            "さかのぼるのは5年分までであることを説明してください。",
            article="法102条1項",
        )


def _too_old(receipt: Receipt, known: Known) -> Iterator[Finding]:
    old = known.person.reaches(_OLD)
    if receipt.particulars.get("claim") != "later" or old is None:
        return
    if receipt.received_on >= old:
        yield note(
            "later_after_65",
            f"事後重症の請求は65歳に達する日の前日({day_text(old - timedelta(days=1))})までです。"
            "受給できない見込みです。",
            "障害認定日による請求ができないか、年金事務所に照会してください。",
            article="法30条の2第1項",
            item="claim",
        )
    elif known.granted(ClaimKind.OLD_AGE):
        yield note(
            "later_after_early",
            "老齢基礎年金を繰り上げて受けている人は、事後重症の請求ができません。",
            "受給できない見込みであることを説明し、年金事務所に照会してください。",
            article="法附則9条の2の3",
            item="claim",
        )


def _enrolled(known: Known, found: Days) -> Iterator[Finding]:
    first = found.first_seen_on
    if known.category(first) is not None or found.young:
        return
    age = known.person.age(first)
    if age is None:
        yield note(
            "age_at_first_visit_unknown",
            "生年月日が分からないので、初診日の年齢で決まる要件(20歳前・60歳以上)は不明です。",
            "戸籍などで生年月日を確かめてください。",
            article="法30条1項・法30条の4",
        )
    elif age < _OVER:
        yield note(
            "not_enrolled_at_first_visit",
            "初診日の資格がこの台帳にありません。国民年金に加入していたかは不明です。",
            "年金事務所に初診日の資格を照会してください。",
            article="法30条1項1号",
            item="first_seen_on",
        )
    elif age < _OLD:
        yield note(
            "first_visit_after_60",
            "初診日に60歳以上65歳未満です。被保険者であったことと国内の住所が要ります。",
            "初診日に国内に住んでいたことを、住民票か戸籍の附票で確かめてください。",
            article="法30条1項2号",
            item="first_seen_on",
        )
    else:
        yield note(
            "first_visit_after_65",
            "初診日に65歳以上で、加入の記録がありません。受給できない見込みです。",
            "請求は受け付けられます。見込みを説明し、年金事務所に照会してください。",
            article="法30条1項",
            item="first_seen_on",
        )


def special(receipt: Receipt, known: Known) -> Iterator[Finding]:
    """Check a claim of 特別障害給付金: the two closed groups, and the age of 65."""
    given = receipt.particulars
    first = day_of(given.get("first_seen_on"))
    if first is None:
        return
    yield from _impossible(receipt, known, first)
    student = given.get("group") == "student"
    until = _STUDENTS_UNTIL if student else _SPOUSES_UNTIL
    adult = known.person.reaches(_ADULT)
    if not max(_BEGINNING, adult or _BEGINNING) <= first <= until:
        yield stop(
            "outside_group",
            f"初診日が、{'学生' if student else '配偶者'}の任意加入の期間"
            f"(20歳以後、{day_text(until)}まで)にありません。特別障害給付金の対象外です。",
            "障害基礎年金の請求ができないか確かめてください。",
            article="特別障害給付金法2条",
            item="first_seen_on",
        )
    elif known.category(first) is not None:
        yield note(
            "enrolled_then",
            "初診日に国民年金に加入していた記録があります。特別障害給付金は受けられない見込みです。",
            "障害基礎年金の請求を案内してください。",
            article="特別障害給付金法2条",
            item="first_seen_on",
        )
    if given.get("disability_pension") is True:
        yield note(
            "has_disability_pension",
            "障害基礎年金などを受けられる人には支給されません。",
            "障害基礎年金の請求を案内してください。",
            article="特別障害給付金法2条",
            item="disability_pension",
        )
    old = known.person.reaches(_OLD)
    if old is not None and receipt.received_on >= old:
        yield note(
            "special_after_65",
            f"請求は65歳に達する日の前日({day_text(old - timedelta(days=1))})までです。"
            "受給できない見込みです。",
            "請求は受け付けられます。見込みを説明し、年金事務所に照会してください。",
            article="特別障害給付金法6条2項",
        )


def revision(receipt: Receipt, known: Known) -> Iterator[Finding]:
    """Check a claim for another amount: a year must have passed, but for clear cases."""
    given, received = receipt.particulars, receipt.received_on
    if not any(held.value.kind is ClaimKind.DISABILITY for held in known.claims):
        yield note(
            "no_disability_claim",
            "障害基礎年金の裁定受付がこの台帳にありません。",
            "年金証書で、障害基礎年金の受給権者であることを確かめてください。",
            article="法34条2項",
        )
    if given.get("reason") != "worse":
        return
    examined = day_of(given.get("examined_on"))
    if examined is not None and examined > received:
        yield stop(
            "examined_impossible",
            "受給権ができた日か診査の日が、受付日より後です。",
            "年金証書か支給額変更通知書で確かめてください。",
            item="examined_on",
        )
    elif examined is not None and given.get("clearly_worse") is not True:
        waits = elapsed(examined, months=12)
        if received <= waits:
            yield stop(
                "within_a_year",
                f"額改定請求ができるのは、{day_text(waits)}を過ぎてからです"
                "(受給権の取得か診査から1年を経過した日の後)。",
                "省令が定める明らかに重くなった場合に当たるときは、それを選んでください。",
                article="法34条3項",
                item="clearly_worse",
            )
    diagnosed = day_of(given.get("diagnosed_on"))
    if diagnosed is not None and not before(received, months=3) <= diagnosed <= received:
        yield lacks(
            "diagnosis_too_old",
            "診断書の現症日が、提出日前3か月以内ではありません。",
            "3か月以内の現症日の診断書を取り直してもらってください。",
            article="規則33条2項",
            item="diagnosed_on",
        )


def sections(receipt: Receipt, known: Known) -> tuple[Section, ...]:
    """Show the days that the claim turns on and the contribution requirement."""
    found = days(receipt=receipt, known=known)
    if found is None:
        return ()
    category = known.category(found.first_seen_on)
    where = category.label if category else ("20歳前" if found.young else "登録なし")
    shown = Section(
        heading="初診日と障害認定日",
        lines=(
            Line(label="初診日", text=day_text(found.first_seen_on)),
            Line(label="初診日の資格", text=where, tone="" if category else "doubt"),
            Line(label="障害認定日", text=day_text(found.recognised_on)),
        ),
        note="障害認定日は初診日から1年6月を経過した日か、それより前に症状が固定した日です"
        "(法30条1項)。20歳前の初診では、20歳に達した日より前になりません(法30条の4)。",
    )
    if not judged_at(known, found):
        free = Line(label="納付要件", text="問われません(20歳前の初診)", tone="good")
        limit = Line(
            label="所得による支給停止", text="本人の前年の所得で判定されます", tone="doubt"
        )
        heading = "保険料納付要件"
        asked = Section(heading=heading, lines=(free, limit), note="法30条の4・法36条の3")
    else:
        judged = judge(known=known, on=found.first_seen_on, given=receipt.particulars)
        asked = requirement(judged, day="初診日", on=found.first_seen_on)
    return (shown, asked)
