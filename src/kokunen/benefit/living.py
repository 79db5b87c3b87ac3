"""Checking what a living person claims or reports, but for disability, against law and register."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING, Final

from kokunen.benefit.counts import counted
from kokunen.benefit.findings import WRONG_OFFICE, day_of, elapsed
from kokunen.benefit.phrases import day_text
from kokunen.benefit.reports import REPORTS
from kokunen.cases.domain import lacks, note, stop
from kokunen.dates.month import Month
from kokunen.law.figures import FIGURES
from kokunen.people.codes import Category, ClaimKind
from kokunen.rulekit.working import Working

if TYPE_CHECKING:
    from collections.abc import Iterator

    from kokunen.benefit.known import Known
    from kokunen.cases.domain import Finding, Receipt

WELFARE_BORN_UNTIL: Final = date(1911, 4, 1)
"""老齢福祉年金 is for those born in 明治44年4月1日 or before (旧法80条)."""
_ELSEWHERE: Final = frozenset({Category.CATEGORY_2, Category.CATEGORY_3})
_VOLUNTARY: Final = frozenset({Category.VOLUNTARY, Category.VOLUNTARY_SPECIAL})


def old_age(receipt: Receipt, known: Known) -> Iterator[Finding]:
    """Check a claim of the old-age basic pension."""
    if any(held.value.category in _ELSEWHERE for held in known.enrolments):
        yield stop(
            "not_category_1_alone",
            "第2号か第3号の期間がある人の老齢基礎年金は、市では受け付けられません(令1条の2)。",
            WRONG_OFFICE,
            article="令1条の2",
        )
    if known.granted(ClaimKind.OLD_AGE):
        yield stop(
            "old_age_granted",
            "老齢基礎年金の裁定がすでに登録されています。",
            "年金証書を確かめ、変更の届出であればその届出を選んでください。",
            article="法16条",
        )
    yield from _start(receipt, known)
    needed = Working(FIGURES).whole("pension.qualifying_months", Month.of(receipt.received_on))
    months = counted(known, given=receipt.particulars, last=Month.of(receipt.received_on) - 1)
    enough = months.reaches(needed)
    if enough is None:
        yield note(
            "qualifying_unknown",
            f"受給資格期間({needed}月)を満たすかは不明です。"
            f"分かっているのは{months.qualifying[0]}月です。",
            "年金事務所に、納付・免除・合算対象期間の月数を照会してください。",
            article="法26条",
            item="record",
        )
    elif not enough:
        yield note(
            "qualifying_short",
            f"受給資格期間が{months.qualifying[1]}月で、{needed}月に足りない見込みです。",
            "合算対象期間の漏れがないか照会し、任意加入(70歳まで)も案内してください。",
            article="法26条・平16改正法附則23条",
            item="months_combined",
        )


def _start(receipt: Receipt, known: Known) -> Iterator[Finding]:
    start, received = receipt.particulars.get("start"), receipt.received_on
    at_60, at_65, at_66 = (known.person.reaches(years) for years in (60, 65, 66))
    if at_60 is None or at_65 is None or at_66 is None:
        yield note(
            "birth_date_unknown",
            "生年月日が日まで分からないので、受給を始められる日は不明です。",
            "戸籍などで生年月日を確かめてください。",
            article="法26条",
        )
        return
    if start == "early" and not at_60 <= received < at_65:
        yield stop(
            "not_early",
            f"繰上げは、60歳({day_text(at_60)})から65歳({day_text(at_65)})になる前までです。",
            "受給の始め方を選び直してください。",
            article="法附則9条の2第1項",
            item="start",
        )
    elif start == "early":
        yield from _early(receipt, known)
    elif start == "late" and received < at_66:
        yield stop(
            "not_late_yet",
            f"繰下げの申出は、66歳({day_text(at_66)})からです。",
            "65歳からの請求にするか、66歳の後に申し出るよう案内してください。",
            article="法28条1項",
            item="start",
        )
    elif start == "late":
        if known.granted(ClaimKind.DISABILITY):
            yield note(
                "late_with_other_pension",
                "66歳になる前に障害年金や遺族年金を受けられた人は、繰下げができない見込みです。",
                "年金証書でほかの年金の受給権を確かめてください。",
                article="法28条1項ただし書",
                item="start",
            )
    elif received < at_65:
        yield stop(
            "not_65_yet",
            f"65歳になるのは{day_text(at_65)}です。",
            "65歳になってから請求するか、繰上げを選んでください。",
            article="法26条",
            item="start",
        )
    elif received >= elapsed(at_65, months=60):
        yield note(
            "five_years",
            "65歳から5年以上たっています。5年より前の分は時効ですが、70歳の後の請求は"
            "5年前に繰り下げたものとみなして増額されます。",
            "請求日と増額の見込みを年金事務所に確かめてください。",
            article="法28条5項・法102条1項",
            item="start",
        )


def _early(receipt: Receipt, known: Known) -> Iterator[Finding]:
    if known.category(receipt.received_on) in _VOLUNTARY:
        yield stop(
            "early_while_voluntary",
            "任意加入している間は、繰上げの請求ができません。",
            "任意加入をやめる申出を先に受けてください。",
            article="法附則9条の2第1項",
            item="start",
        )
    if receipt.particulars.get("early_understood") is False:
        yield lacks(
            "early_not_understood",
            "繰上げの注意(減額は一生・障害や寡婦年金が受けられない等)を確認していません。",
            "注意書きを読んでもらい、確認の署名を受けてください。",
            article="法附則9条の2",
            item="early_understood",
        )


def old_age_welfare(receipt: Receipt, known: Known) -> Iterator[Finding]:
    """Check a claim of the old-age welfare pension: born on 1911-04-01 or before."""
    born = known.person.birth_date
    if born is None:
        yield note(
            "birth_date_unknown",
            "生年月日が日まで分からないので、対象かどうかは不明です。",
            "戸籍で生年月日を確かめてください。",
            article="旧法80条",
        )
    elif born > WELFARE_BORN_UNTIL:
        yield stop(
            "born_too_late",
            f"老齢福祉年金は{day_text(WELFARE_BORN_UNTIL)}以前に生まれた人の年金です。",
            "老齢基礎年金の請求を案内してください。",
            article="旧法80条",
        )
    if receipt.particulars.get("other_pension") is True:
        yield note(
            "welfare_suspended",
            "ほかの公的年金を受けていると、全部か一部が支給停止されます。",
            "受けている年金の額を証書で確かめてください。",
            article="旧法65条・昭60改正法附則32条",
            item="other_pension",
        )


def report(receipt: Receipt, known: Known) -> Iterator[Finding]:
    """Check a yearly report: its window, and what it says of last year's income."""
    yearly = REPORTS[receipt.filing]
    given = receipt.particulars
    chosen = given.get("report_year")
    if isinstance(chosen, str):
        first, last = yearly.window(int(chosen))
        if receipt.received_on < first:
            yield note(
                "report_early",
                f"提出の期間は{day_text(first)}からです。",
                "報告する年を確かめてください。",
                article=yearly.article,
                item="report_year",
            )
        elif receipt.received_on > last:
            yield note(
                "report_late",
                f"提出期限({day_text(last)})を過ぎています。届くまで支払いが差し止められます。",
                "すぐに進達してください。" + yearly.doubt,
                article=yearly.article,
                item="report_year",
            )
    if given.get("income_seen") == "undeclared":
        yield lacks(
            "income_undeclared",
            "前年の所得を申告していません。所得が0円とはみなせません。",
            "市民税の申告をしてもらってから、所得を確かめてください。",
            article=yearly.article,
            item="income_seen",
        )
    if given.get("certificate") is False:
        yield lacks(
            "certificate_missing",
            "年金証書が提出されていません。",
            "年金証書を出してもらってください。ないときは再交付の申請を案内してください。",
            article=yearly.article,
            item="certificate",
        )
    if receipt.filing == "old_age_welfare_report" and not known.granted(ClaimKind.OLD_AGE_WELFARE):
        yield note(
            "no_claim_known",
            "老齢福祉年金の裁定がこの台帳に登録されていません。",
            "年金証書で受給権を確かめてください。",
            article=yearly.article,
        )


def support_benefit(receipt: Receipt, known: Known) -> Iterator[Finding]:
    """Check a claim of the support benefit: age, the household's taxes, and when it begins."""
    given, received = receipt.particulars, receipt.received_on
    at_65 = known.person.reaches(65)
    if given.get("kind") == "old_age":
        if at_65 is not None and received < at_65:
            yield note(
                "support_before_65",
                f"老齢の給付金は65歳({day_text(at_65)})からです。受けられない見込みです。",
                "65歳になる頃に請求するよう案内してください。",
                article="年金生活者支援給付金法2条",
                item="kind",
            )
        if given.get("household_untaxed") is False:
            yield note(
                "household_taxed",
                "世帯に市民税が課税されている人がいると、老齢の給付金は受けられません。",
                "世帯分離や税額の変更があれば、その後に請求できることを案内してください。",
                article="年金生活者支援給付金法2条・令2条",
                item="household_untaxed",
            )
    entitled = day_of(given.get("entitled_on"))
    if entitled is None:
        return
    if entitled > received:
        yield stop(
            "entitled_impossible",
            "基礎年金の受給権ができた日が、受付日より後です。",
            "年金証書で受給権の発生した日を確かめてください。",
            item="entitled_on",
        )
    elif received > support_until(entitled):
        yield note(
            "support_from_next_month",
            "受給権ができてから3か月を過ぎているので、請求した月の翌月分からになります。",
            "さかのぼらないことを説明してください。",
            article="年金生活者支援給付金法6条",
            item="entitled_on",
        )


def support_until(entitled: date) -> date:
    """Return the last day on which a claim reaches back to the right to the basic pension.

    It is three months from that day (年金生活者支援給付金法6条).
    """
    return elapsed(entitled, months=3) - timedelta(days=1)


def bank_change(receipt: Receipt, known: Known) -> Iterator[Finding]:
    """Check a change of bank: whether the pension named is one that this register knows."""
    kinds = {held.value.kind.value for held in known.claims}
    known_kinds = {kind.value for kind in ClaimKind}
    for named in receipt.particulars.get("pensions") or ():
        if named in known_kinds and named not in kinds:
            yield note(
                "pension_not_known",
                "口座を変える年金の裁定受付が、この台帳にないものがあります。",
                "年金証書の年金コードを確かめ、届書に書いてもらってください。",
                article="規則20条",
                item="pensions",
            )
            return
