"""What 任意加入 and 特例任意加入 need of the person. Pure."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Final

from kokunen.cases.domain import note, stop
from kokunen.enrolment import life
from kokunen.enrolment.days import item
from kokunen.enrolment.finding import birth_unknown, dead
from kokunen.enrolment.life import ONE_DAY, enrolments, on_day, said

if TYPE_CHECKING:
    from collections.abc import Iterator

    from kokunen.cases.domain import Finding, Receipt
    from kokunen.enrolment.life import Facts

FULL_MONTHS: Final = 480
"""Months paid that make a full pension: nobody pays on (法附則5条6項)."""
QUALIFYING_MONTHS: Final = 120
"""Months that qualify for the old-age pension (法26条)."""
SPECIAL_BORN_BY: Final = date(1965, 4, 1)
"""The last birth date of 特例任意加入 (平16改正法附則23条1項)."""
SPECIAL_BORN_BY_SINCE_2025: Final = date(1975, 4, 1)
"""As extended by 令和7年法律74号: one secondary source, not confirmed (checked 2026-11-21)."""


def voluntary(receipt: Receipt, facts: Facts) -> Iterator[Finding]:
    """Check 任意加入申出 and 特例任意加入申出."""
    on = receipt.received_on
    special = receipt.filing == "special_voluntary"
    least, most = (65, 70) if special else (20, 65)
    yield from dead(on, facts)
    holds = on_day(enrolments(facts), on)
    if holds is not None:
        yield stop(
            "already_insured",
            f"{said(on)}には、既に{holds.value.category.label}です。",
            "今の資格を失ってから申し出ます。国外へ出る人は国外転出の案件で受け付けます。",
            "法附則5条1項",
        )
    start, end = life.at_age(facts, least), life.at_age(facts, most)
    if start is None or end is None:
        yield birth_unknown()
    elif on < start or on >= end:
        yield stop(
            "voluntary_age",
            f"{'特例任意加入' if special else '任意加入'}ができるのは、{said(start)}から"
            f"{said(end - ONE_DAY)}まで({least}歳以上{most}歳未満)です。",
            "65歳以上で受給資格期間が足りない人は、特例任意加入を案内してください。"
            if not special and on >= end
            else "年齢を確かめ、加入できる時期を案内してください。",
            "平16改正法附則23条1項" if special else "法附則5条1項",
        )
    yield from _where(receipt, facts)
    yield from (_special if special else _paid)(receipt, facts)


def _where(receipt: Receipt, facts: Facts) -> Iterator[Finding]:
    on, sixty = receipt.received_on, life.at_age(facts, 60)
    at_home = item(receipt, "lives") == "japan"
    if at_home and sixty is not None and on < sixty:
        yield stop(
            "voluntary_under_60",
            "国内に住所がある60歳未満の人は、任意加入ではなく第1号被保険者です。",
            "資格取得届を受け付けてください(60歳前に老齢給付を受けられる人は年金事務所へ)。",
            "法7条1項1号・法附則5条1項1号",
            "lives",
        )
    if not at_home and life.japanese(facts) is False:
        yield foreign_abroad("lives")
    lives = life.resident(facts, on)
    if lives is not None and lives is not at_home:
        yield note(
            "residence_differs",
            f"届出では{'国内' if at_home else '国外'}ですが、住民票では"
            f"{'国内に住所があります' if lives else '国外転出で消除されています'}。",
            "転入・転出の届出が済んでいるかを確かめてください。",
            "法附則5条1項",
            "lives",
        )


def _paid(receipt: Receipt, facts: Facts) -> Iterator[Finding]:
    del facts
    months = receipt.particulars.get("months_paid")
    if months is None:
        yield note(
            "months_unknown",
            "納付済の月数が分かりません。480月に達している人は加入できません。",
            "年金事務所か、ねんきんネットの記録で確かめてください。",
            "法附則5条6項",
            "months_paid",
        )
    elif months >= FULL_MONTHS:
        yield stop(
            "months_480",
            f"納付済の月数が{months}月で、480月に達しています。",
            "老齢基礎年金は満額なので、任意加入はできません。",
            "法附則5条6項",
            "months_paid",
        )


def _special(receipt: Receipt, facts: Facts) -> Iterator[Finding]:
    birth_date = life.born(facts)
    months = receipt.particulars.get("qualifying_months")
    if months is not None and months >= QUALIFYING_MONTHS:
        yield stop(
            "qualified_already",
            f"受給資格期間が{months}月で、120月に達しています。",
            "老齢基礎年金を請求できます。裁定請求を案内してください。",
            "法26条・平16改正法附則23条1項",
            "qualifying_months",
        )
    if birth_date is None or birth_date <= SPECIAL_BORN_BY:
        return
    if birth_date > SPECIAL_BORN_BY_SINCE_2025:
        yield stop(
            "special_birth",
            f"特例任意加入は、{said(SPECIAL_BORN_BY_SINCE_2025)}以前に生まれた人に限ります。",
            "生年月日を確かめてください。",
            "平16改正法附則23条1項",
        )
    else:
        yield note(
            "special_birth_unverified",
            f"{said(SPECIAL_BORN_BY)}より後に生まれた人の特例任意加入は、令和7年の改正によるものです。",
            "改正の施行日と対象の生年月日は公的な資料で確かめられていません。年金事務所に確認してください。",
            "令和7年法律74号",
        )


def foreign_abroad(where: str) -> Finding:
    """Return that a foreign national abroad cannot be insured; ``where`` is the item."""
    return stop(
        "foreign_abroad",
        "外国籍の人は、国外に住んでいる間は任意加入ができません。",
        "脱退一時金と社会保障協定を案内してください。",
        "法附則5条1項3号",
        where,
    )
