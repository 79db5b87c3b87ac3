"""Checking what is claimed or reported after a death against law and register. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from kokunen.benefit.bereaved import ELSEWHERE, LONG, long_insured
from kokunen.benefit.counts import counted_of_category_1
from kokunen.benefit.findings import elapsed
from kokunen.benefit.phrases import UNKNOWN, day_text
from kokunen.benefit.requirement import judge
from kokunen.benefit.requirement import section as requirement
from kokunen.cases.catalogue.benefit_items import KIN
from kokunen.cases.domain import Line, Section, lacks, note, stop
from kokunen.dates.month import Month
from kokunen.people.codes import ClaimKind

if TYPE_CHECKING:
    from collections.abc import Iterator

    from kokunen.benefit.known import Known
    from kokunen.cases.domain import Finding, Receipt

_ORDER: Final = [code for code, _ in KIN]
_WORDS: Final = dict(KIN)
_LUMP: Final = 36


def anyone(receipt: Receipt, known: Known) -> Iterator[Finding]:
    """Check what holds after every death: the day of death, and who claims."""
    died, person = receipt.event_on, known.person
    if died is not None and (
        died > receipt.received_on or (person.birth_date is not None and died < person.birth_date)
    ):
        yield stop(
            "death_impossible",
            f"死亡日({day_text(died)})が、受付日より後か生年月日より前です。",
            "死亡診断書か戸籍で死亡日を確かめてください。",
            item="event_on",
        )
    elif person.died_on is None:
        yield note(
            "death_not_registered",
            "死亡がまだ住民基本台帳から反映されていません。",
            "戸籍か死亡診断書の写しで死亡日を確かめ、資格喪失届(死亡)も確かめてください。",
        )
    elif died is not None and died != person.died_on:
        yield lacks(
            "death_differs",
            f"死亡日が住民基本台帳({day_text(person.died_on)})と違います。",
            "請求書の死亡日を確かめ、請求者に直してもらってください。",
            item="event_on",
        )
    if receipt.filing != "death_report":
        yield from _claimant(receipt, known)


def _claimant(receipt: Receipt, known: Known) -> Iterator[Finding]:
    given, claimant = receipt.particulars, known.claimant
    if claimant is None and not given.get("claimant_name"):
        yield lacks(
            "claimant_missing",
            "請求者が書かれていません。",
            "請求者の宛名番号か、登録のない人は氏名を入れてください。",
            item="claimant",
        )
    if claimant is None:
        return
    if claimant.number == known.person.number:
        yield stop(
            "claimant_is_dead_person",
            "請求者が亡くなった人になっています。",
            "請求する遺族の宛名番号を入れてください。",
            item="claimant",
        )
    elif claimant.died_on is not None:
        yield stop(
            "claimant_died",
            "請求者は死亡が登録されています。",
            "次の順位の遺族に請求してもらってください。",
            article="法19条・法52条の3",
            item="claimant",
        )


def order(receipt: Receipt, known: Known) -> Iterator[Finding]:
    """Check the order of survivors and whether they lived together (法19条・法52条の3)."""
    given = receipt.particulars
    relation = given.get("relation")
    prior = [
        each
        for each in given.get("others") or ()
        if relation in _ORDER and _ORDER.index(each) < _ORDER.index(relation)
    ]
    if prior:
        yield lacks(
            "prior_survivor",
            f"先の順位の遺族({'、'.join(_WORDS[each] for each in prior)})がいます。"
            f"{_WORDS[str(relation)]}は請求できません。",
            "先の順位の人に請求者を改めてもらってください。"
            "同じ順位の人が何人かいるときは、一人の請求が全員のための請求になります。",
            article="法19条・法52条の3",
            item="relation",
        )
    if given.get("shared_living") is False:
        yield note(
            "not_together",
            "亡くなった当時に生計を同じくしていない遺族は受けられません。受給できない見込みです。",
            "仕送りや音信の有無を聞き取り、別居でも生計同一といえるかを確かめてください。",
            article="法19条1項・法52条の3第1項",
            item="shared_living",
        )
    elif known.together is not True:
        yield note(
            "apart",
            "亡くなった人と請求者が同じ世帯だったことは、この台帳では確かめられません。",
            "生計同一関係に関する申立書を付けてもらってください。",
            article="法19条1項・法52条の3第1項",
            item="shared_living",
        )


def lump_sum(receipt: Receipt, known: Known) -> Iterator[Finding]:
    """Check a claim of the lump sum on death (法52条の2, 法52条の3, 法52条の6)."""
    given, died = receipt.particulars, receipt.event_on
    yield from order(receipt, known)
    if given.get("had_pension") is True or known.granted(ClaimKind.OLD_AGE, ClaimKind.DISABILITY):
        yield note(
            "dead_had_pension",
            "老齢基礎年金か障害基礎年金を受けたことがある人の死亡では支給されません。",
            "受給できない見込みであることを説明し、未支給年金を案内してください。",
            article="法52条の2第1項ただし書",
            item="had_pension",
        )
    if given.get("survivor_pension") is True:
        yield note(
            "survivor_pension_due",
            "遺族基礎年金を受けられる人がいるときは、原則として支給されません。",
            "遺族基礎年金の請求を案内してください(子の受給が停止される場合は年金事務所に照会)。",
            article="法52条の2第2項・3項",
            item="survivor_pension",
        )
    if given.get("widow_pension") == "undecided":
        yield lacks(
            "choice_open",
            "寡婦年金も受けられる人は、どちらか一方を選びます。まだ選んでいません。",
            "両方の試算を示し、選んでもらってください。",
            article="法52条の6",
            item="widow_pension",
        )
    if died is None or died > receipt.received_on:
        return
    if receipt.received_on >= elapsed(died, months=24):
        yield note(
            "two_years",
            f"死亡日から2年({day_text(elapsed(died, months=24))})がたち、時効になった見込みです。",
            "請求は受け付けられます。見込みを説明し、年金事務所に照会してください。",
            article="法102条4項",
        )
    months = counted_of_category_1(known, given=given, last=Month.of(died) - 1)
    least, most = months.least.premiums_paid, months.most.premiums_paid
    if months.told and not months.blank and most < _LUMP:
        yield note(
            "lump_sum_short",
            f"納付した割合で数えた月数が{_LUMP}月に足りない見込みです。",
            "受給できない見込みであることを説明してください。",
            article="法52条の2第1項",
            item="record",
        )
    elif least < _LUMP:
        yield note(
            "lump_sum_unknown",
            f"死亡月の前月までに{_LUMP}月以上納めていたかは不明です。",
            "年金事務所に第1号の納付月数を照会してください。",
            article="法52条の2第1項",
            item="record",
        )


def unpaid(receipt: Receipt, known: Known) -> Iterator[Finding]:
    """Check a claim of a pension or benefit left unpaid (法19条)."""
    yield from order(receipt, known)
    given, died = receipt.particulars, receipt.event_on
    last = given.get("last_paid")
    if died is not None and isinstance(last, str) and Month.parse(last) >= Month.of(died):
        yield note(
            "paid_past_death",
            "死亡月の分まで支払われています。未支給の月はない見込みです。",
            "振込の記録を確かめてください。死亡月の後の分は返納になります。",
            article="法18条1項・法19条",
            item="last_paid",
        )


def death_report(receipt: Receipt, known: Known) -> Iterator[Finding]:
    """Check the report of a pensioner's death, and name the filings that follow."""
    given, died = receipt.particulars, receipt.event_on
    if given.get("my_number_known") is True:
        yield note(
            "report_not_needed",
            "個人番号が収録されている人の死亡は、戸籍の届出だけで足ります(届出は省けます)。",
            "未支給年金の請求があるときは、その請求を受け付けてください。",
            article="法105条4項ただし書",
            item="my_number_known",
        )
    if died is not None and known.category(died) is not None:
        yield note(
            "loss_follows",
            "死亡日に被保険者でした。この届では資格は喪失しません。",
            "資格喪失届(死亡)を資格の届出として受け付けてください。",
            article="法9条・法12条",
        )
    if given.get("unpaid_too") is not False:
        yield note(
            "unpaid_follows",
            "死亡月の分までの年金が未支給になることがあります。",
            "生計を同じくしていた遺族がいれば、未支給年金請求書も受け付けてください。",
            article="法19条",
            item="unpaid_too",
        )


def sections(receipt: Receipt, known: Known) -> tuple[Section, ...]:
    """Show who claims in which order, and the requirement of the survivors' pension."""
    given, died = receipt.particulars, receipt.event_on
    if receipt.filing == "survivor":
        if died is None or known.category(died) in ELSEWHERE or died > receipt.received_on:
            return ()
        if long_insured(receipt, known) is True:
            line = Line(label="納付要件", text=f"問われません({LONG}月以上)", tone="good")
            return (Section(heading="保険料納付要件", lines=(line,), note="法37条3号・4号"),)
        judged = judge(known=known, on=died, given=given)
        return (requirement(judged, day="死亡日", on=died),)
    if receipt.filing not in ("unpaid", "support_unpaid", "death_lump_sum"):
        return ()
    relation = given.get("relation")
    codes = _ORDER if receipt.filing != "death_lump_sum" else _ORDER[:-1]
    others = given.get("others") or ()
    words = {True: "同じ世帯", False: "別の世帯", None: UNKNOWN}
    lines = [
        Line(
            label=f"第{at + 1}順位",
            text=_WORDS[code] + ("(請求者)" if code == relation else ""),
            tone="good" if code == relation else ("bad" if code in others else ""),
        )
        for at, code in enumerate(codes)
    ]
    lines.append(Line(label="住民基本台帳の世帯", text=words[known.together]))
    return (
        Section(
            heading="遺族の順位",
            lines=tuple(lines),
            note="生計を同じくしていた人の中で、先の順位の人だけが受けられます"
            "(法19条4項・令4条の3の2・法52条の3)。",
        ),
    )
