"""What each filing needs of the person, each message with its article. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from kokunen.cases.catalogue.kinds import Filer
from kokunen.cases.domain import Finding, Weight, note, stop
from kokunen.dates.month import Month
from kokunen.enrolment import compulsory, life, optional
from kokunen.enrolment.days import day, item
from kokunen.enrolment.effects import changes
from kokunen.enrolment.life import enrolments, of, on_day, said
from kokunen.enrolment.months import Run, of_period
from kokunen.enrolment.timeline import EXCLUDES_ADDITIONAL, PAYS_ADDITIONAL
from kokunen.people.codes import Category, Outcome
from kokunen.people.domain import AdditionalValue, ExemptionValue

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from kokunen.cases.domain import Receipt
    from kokunen.enrolment.life import Facts

_MOST_PREPAID: Final = 24


def of_filing(receipt: Receipt, facts: Facts) -> tuple[Finding, ...]:
    """Return what law and register say against this kind of filing."""
    look = _CHECKS.get(receipt.filing)
    return () if look is None else tuple(look(receipt, facts))


def _corrected(receipt: Receipt, facts: Facts) -> Iterator[Finding]:
    if not changes(receipt, facts) and receipt.filer is Filer.OFFICE:
        yield note(
            "agency_differs",
            "登録は届出の内容と同じで、日本年金機構の記録だけが違います。登録は変わりません。",
            "住民票で確かめ、日本年金機構の記録の訂正として進達してください。",
            "",
        )
    elif not changes(receipt, facts):
        yield stop(
            "nothing_to_correct",
            "届出の内容は、今の登録と同じです。",
            "住民票と届書を見比べ、訂正がいるかを確かめてください。",
            "法12条1項",
        )
    born = day(receipt, "birth_date")
    if born is not None and born > receipt.received_on:
        yield stop(
            "birth_in_future",
            f"生年月日({said(born)})が、受付日より後です。",
            "戸籍や在留カードで確かめてください。",
            "",
            "birth_date",
        )
    if born is not None and enrolments(facts):
        yield note(
            "ages_move",
            "生年月日が変わると、20歳・60歳に達する日も変わります。",
            "資格取得日と喪失日を見直し、違えば照合・訂正で直してください。",
            "法8条・9条3号・年齢計算ニ関スル法律",
            "birth_date",
        )


def _renamed(receipt: Receipt, facts: Facts) -> Iterator[Finding]:
    on = receipt.event_on
    if on is None:
        return
    if not changes(receipt, facts):
        yield note(
            "nothing_to_change",
            f"{said(on)}には、既に届出のとおりに登録されています(住民基本台帳で反映済み)。"
            "審査しても登録は変わりません。",
            "届書は受け付け、審査して日本年金機構に進達してください。",
            "法12条1項",
            "event_on",
        )
    else:
        yield note(
            "may_be_left_out",
            "個人番号と基礎年金番号が結び付いている人は、この届出を省略できます。",
            "日本年金機構の登録も変わっているかを確かめてください。",
            "法12条1項、国民年金法施行規則",
        )


def _additional_on(receipt: Receipt, facts: Facts) -> Iterator[Finding]:
    on = receipt.received_on
    holds = on_day(enrolments(facts), on)
    if holds is None or holds.value.category not in PAYS_ADDITIONAL:
        special = holds is not None and holds.value.category is Category.VOLUNTARY_SPECIAL
        yield stop(
            "additional_not_insured",
            f"{said(on)}は{holds.value.category.label if holds else '資格がない日'}です。"
            + (
                "特例任意加入の人は付加保険料を納められません。"
                if special
                else "付加保険料は第1号と任意加入(65歳未満)の人が納めます。"
            ),
            "資格の届出があれば先に処理してください。",
            "平16改正法附則23条9項" if special else "法87条の2第1項・法附則5条9項",
        )
    if receipt.particulars.get("fund"):
        yield stop(
            "fund_member",
            "国民年金基金の加入員は、付加保険料を納められません。",
            "基金の掛金に付加年金の分が含まれていることを案内してください。",
            "法87条の2第1項",
            "fund",
        )
    if any(
        on in fact.valid or (fact.valid.start or on) > on for fact in of(facts, AdditionalValue)
    ):
        yield stop(
            "additional_already",
            "既に付加保険料の申出があります。",
            "今の申出の始まりを案内してください。",
            "法87条の2第1項",
        )
    month = Run(first=Month.of(on), last=Month.of(on))
    for fact in of(facts, ExemptionValue):
        run = of_period(fact.valid)
        if run is None or not run.common(month) or fact.value.kind not in EXCLUDES_ADDITIONAL:
            continue
        if fact.value.outcome is Outcome.APPROVED:
            yield stop(
                "additional_exempt",
                f"今月分は{fact.value.kind.label}なので、付加保険料は納められません。",
                "免除をやめるなら取消申請を先に、続けるなら免除が終わってから申し出ます。",
                "法87条の2第1項",
            )
        elif fact.value.outcome is None:
            yield note(
                "exemption_pending",
                f"{fact.value.kind.label}を申請中です。承認されると付加保険料は納められません。",
                "どちらを選ぶかを本人に確かめてください。",
                "法87条の2第1項",
            )


def _additional_off(receipt: Receipt, facts: Facts) -> Iterator[Finding]:
    on = day(receipt, "fund_on") or receipt.received_on
    if on > receipt.received_on:
        yield stop(
            "fund_in_future",
            f"基金の加入員となる日({said(on)})が、受付日より後です。",
            "加入員となってから受け付けてください。",
            "法87条の2第4項",
            "fund_on",
        )
    if not changes(receipt, facts):
        yield stop(
            "additional_not_on",
            "付加保険料を納める申出がありません。",
            "付加の記録を確かめてください。",
            "法87条の2第3項",
        )


def _departure(receipt: Receipt, facts: Facts) -> Iterator[Finding]:
    yield from compulsory.loss(receipt, facts)
    sixty_five = life.at_age(facts, 65)
    if item(receipt, "wish") == "voluntary":
        if life.japanese(facts) is False:
            yield optional.foreign_abroad("wish")
        if sixty_five is not None and receipt.received_on >= sixty_five:
            yield stop(
                "voluntary_age",
                f"{said(sixty_five)}に65歳に達しているので、任意加入はできません。",
                "還付を受ける方を案内してください。",
                "法附則5条1項3号",
                "wish",
            )
    months = receipt.particulars.get("prepaid_months")
    if months is not None and not 1 <= months <= _MOST_PREPAID:
        yield Finding(
            code="prepaid_months",
            weight=Weight.LACKS,
            message=f"前納した月数が{months}月です。前納は1月から{_MOST_PREPAID}月(2年)までです。",
            fix="領収書か年金事務所の記録で確かめてください。",
            article="法93条・国民年金法施行令7条",
            item="prepaid_months",
        )


_CHECKS: Final[Mapping[str, Callable[[Receipt, Facts], Iterator[Finding]]]] = {
    "acquisition": compulsory.acquisition,
    "category_change": compulsory.acquisition,
    "loss": compulsory.loss,
    "voluntary": optional.voluntary,
    "voluntary_end": compulsory.loss,
    "special_voluntary": optional.voluntary,
    "name_change": _renamed,
    "address_change": _renamed,
    "birth_date_correction": _corrected,
    "sex_correction": _corrected,
    "additional_on": _additional_on,
    "additional_off": _additional_off,
    "departure": _departure,
}
