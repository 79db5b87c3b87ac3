"""Checking the pensions of a spouse or child after a death against law and register. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from kokunen.benefit.counts import counted, counted_of_category_1
from kokunen.benefit.findings import WRONG_OFFICE, day_of, elapsed
from kokunen.benefit.phrases import day_text
from kokunen.benefit.requirement import finding, judge
from kokunen.cases.domain import note, stop
from kokunen.dates.age import attained_on
from kokunen.dates.month import Month
from kokunen.people.codes import Category, Sex

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import date

    from kokunen.benefit.known import Known
    from kokunen.cases.domain import Finding, Receipt

ELSEWHERE: Final = frozenset({Category.CATEGORY_2, Category.CATEGORY_3})
"""Who died in these is claimed for at the agency (令1条の2)."""
LONG: Final = 300
"""25 years of months, with which the contribution requirement is not asked (法37条3・4号)."""
_WIDOW: Final = 120
_OLD: Final = 65


def survivor(receipt: Receipt, known: Known) -> Iterator[Finding]:
    """Check a claim of the survivors' basic pension (法37条, 法37条の2)."""
    given, died = receipt.particulars, receipt.event_on
    if given.get("has_children") is False:
        yield note(
            "no_child",
            "18歳到達年度末までの子(障害のある子は20歳未満)がいないと、支給されません。",
            "寡婦年金と死亡一時金を案内してください。",
            article="法37条の2第1項",
            item="has_children",
        )
    elif given.get("has_children") is True and known.person.household is not None:
        fitting = [each for each in known.children if is_child(each.birth_date, died)]
        if not fitting:
            yield note(
                "child_not_in_household",
                "亡くなった人の世帯に、年齢の合う子が登録されていません。",
                "戸籍と、別居の子であれば住民票で確かめてください。",
                article="法37条の2第1項",
                item="has_children",
            )
    if given.get("maintained") is False:
        yield note(
            "not_maintained",
            "亡くなった人に生計を維持されていないと支給されません。受給できない見込みです。",
            "生計同一と前年の収入(850万円未満)を聞き取って確かめてください。",
            article="法37条の2第3項・令6条の4",
            item="maintained",
        )
    if given.get("remarried") is True:
        yield note(
            "remarried",
            "婚姻や、直系血族・直系姻族以外の養子になると、受給権がなくなります。",
            "戸籍で日付を確かめてください。",
            article="法40条",
            item="remarried",
        )
    if died is not None and died <= receipt.received_on:
        yield from _standing(receipt, known, died)


def _standing(receipt: Receipt, known: Known, died: date) -> Iterator[Finding]:
    category, age = known.category(died), known.person.age(died)
    if category in ELSEWHERE:
        yield stop(
            "died_in_other_category",
            f"死亡日に{category.label}でした。遺族厚生年金を含めて年金事務所が受け付けます(令1条の2)。",
            WRONG_OFFICE + "登録が誤りのときは、先に資格の記録を訂正してください。",
            article="令1条の2",
        )
        return
    if long_insured(receipt, known) is True:
        return
    if category is None and (age is None or age >= _OLD):
        yield note(
            "long_insured_unknown",
            f"死亡日に被保険者ではありません。納付済・免除・合算対象期間が{LONG}月(25年)"
            "あるかは不明です。",
            "年金事務所に月数を照会してください。",
            article="法37条3号・4号",
            item="record",
        )
        return
    yield from finding(judge(known=known, on=died, given=receipt.particulars), day="死亡日")


def long_insured(receipt: Receipt, known: Known) -> bool | None:
    """Whether the months reach 25 years, with which the requirement is not asked (法37条3・4号)."""
    if receipt.event_on is None:
        return None
    last = Month.of(receipt.event_on) - 1
    return counted(known, given=receipt.particulars, last=last).reaches(LONG)


def is_child(born: date | None, died: date | None) -> bool:
    """Whether a child had not passed the March after 18 (a disability up to 20 is not known)."""
    if born is None or died is None:
        return False
    at_18 = attained_on(birth_date=born, years=18)
    return died <= Month(Month.of(at_18).fiscal_year + 1, 3).last_day


def widow(receipt: Receipt, known: Known) -> Iterator[Finding]:
    """Check a claim of the widow's pension (法49条)."""
    given, died = receipt.particulars, receipt.event_on
    if known.person.sex is Sex.FEMALE or (
        known.claimant is not None and known.claimant.sex is Sex.MALE
    ):
        yield stop(
            "not_a_widow",
            "寡婦年金は、夫が亡くなった妻の年金です。",
            "死亡一時金か遺族基礎年金の請求を案内してください。",
            article="法49条1項",
        )
    married = day_of(given.get("married_on"))
    if died is None or died > receipt.received_on:
        return
    if married is not None and married > died:
        yield stop(
            "married_after_death",
            "婚姻した日が死亡日より後です。",
            "戸籍で婚姻の日を確かめてください。",
            item="married_on",
        )
    elif married is not None and died < elapsed(married, months=120):
        yield note(
            "married_under_10_years",
            f"死亡日までの婚姻が10年未満です({day_text(married)}から)。受給できない見込みです。",
            "届出の前の事実婚の期間がないかを聞き取り、死亡一時金も案内してください。",
            article="法49条1項",
            item="married_on",
        )
    yield from _widow_months(receipt, known, died)
    yield from _widow_age(receipt, known, died)
    for name, code, message in (
        ("husband_pension", "husband_had_pension", "夫が老齢・障害の基礎年金を受けたことがあると"),
        ("own_early", "widow_early", "請求者が老齢基礎年金を繰り上げていると"),
        ("remarried", "remarried", "請求者が再婚していると"),
    ):
        if given.get(name) is True:
            yield note(
                code,
                f"{message}、寡婦年金は受けられません。受給できない見込みです。",
                "見込みを説明し、死亡一時金を案内してください。",
                article="法49条1項・法51条・法附則9条の2第5項",
                item=name,
            )
    if given.get("maintained") is False:
        yield note(
            "not_maintained",
            "夫に生計を維持されていないと支給されません。受給できない見込みです。",
            "生計同一と前年の収入(850万円未満)を聞き取って確かめてください。",
            article="法49条1項・令6条の4",
            item="maintained",
        )


def _widow_months(receipt: Receipt, known: Known, died: date) -> Iterator[Finding]:
    months = counted_of_category_1(known, given=receipt.particulars, last=Month.of(died) - 1)
    enough = months.reaches(_WIDOW)
    if enough is None:
        yield note(
            "husband_months_unknown",
            f"夫の第1号の納付済・免除が{_WIDOW}月あるかは不明です。"
            f"分かっているのは{months.qualifying[0]}月です。",
            "年金事務所に、死亡月の前月までの第1号の月数を照会してください。",
            article="法49条1項",
            item="record",
        )
    elif not enough:
        yield note(
            "husband_months_short",
            f"夫の第1号の納付済・免除が{months.qualifying[1]}月で、{_WIDOW}月に足りない見込みです。",
            "見込みを説明し、死亡一時金を案内してください。",
            article="法49条1項",
            item="record",
        )


def _widow_age(receipt: Receipt, known: Known, died: date) -> Iterator[Finding]:
    at_60, at_65 = (
        (None, None)
        if known.claimant is None
        else (known.claimant.reaches(60), known.claimant.reaches(_OLD))
    )
    if at_60 is None or at_65 is None:
        yield note(
            "widow_age_unknown",
            "請求者の生年月日が分からないので、60歳から65歳になるまでの要件は不明です。",
            "戸籍で生年月日を確かめてください。",
            article="法49条1項・3項",
            item="claimant",
        )
    elif died >= at_65 or receipt.received_on >= elapsed(at_65, months=60):
        yield note(
            "widow_over_65",
            f"請求者は{day_text(at_65)}に65歳になりました。受給できない見込みです。",
            "見込みを説明し、死亡一時金を案内してください。",
            article="法49条1項・法51条・法102条1項",
            item="claimant",
        )
    elif receipt.received_on < at_60:
        yield note(
            "widow_waits",
            f"支給は60歳になる月({Month.of(at_60)})の翌月からです。請求は今もできます。",
            "支給が始まる時期を説明してください。",
            article="法49条3項",
            item="claimant",
        )
