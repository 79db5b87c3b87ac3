"""What a filing does and means, in the words of the desk: before, after, beside. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from kokunen.cases.catalogue import FILINGS
from kokunen.cases.domain import Effect, Line, Section
from kokunen.enrolment import departure
from kokunen.enrolment.days import item, lost_on
from kokunen.enrolment.effects import after, already_recorded, changes
from kokunen.enrolment.life import said, said_month
from kokunen.enrolment.timeline import faults, months
from kokunen.people.codes import AddressKind
from kokunen.people.domain import (
    AdditionalValue,
    AddressValue,
    EnrolmentValue,
    ExemptionValue,
    IdentityValue,
    NameValue,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

    from kokunen.cases.domain import Receipt
    from kokunen.enrolment.life import Facts
    from kokunen.enrolment.timeline import Stretch
    from kokunen.people.domain import Value
    from kokunen.people.periods import Period

_LABELS: Final = {
    "enrolment": "資格",
    "additional": "付加保険料",
    "exemption": "免除・猶予",
    "name": "氏名",
    "address": "住所",
    "identity": "生年月日・性別",
}
_ARTICLES: Final = {
    "additional": "法87条の2",
    "exemption": "法89条〜90条の3・法附則5条10項",
}


def effects(receipt: Receipt, facts: Facts) -> tuple[Effect, ...]:
    """Return what the filing does to the register, before and after, and what it repairs."""
    made = changes(receipt, facts)
    found = [] if made else list(_unchanged(receipt, facts))
    for kind in dict.fromkeys(change.kind for change in made):
        ours = [change for change in made if change.kind == kind]
        rows = {change.row for change in ours} - {None}
        old = [fact for fact in facts.get(kind, ()) if fact.id in rows]
        found.append(
            Effect(
                label=_LABELS[kind],
                before=_listed([(fact.value, fact.valid) for fact in old]),
                after=_listed(
                    [(each.value, each.valid) for each in ours if each.value is not None]
                ),
                article=_ARTICLES.get(kind, FILINGS[receipt.filing].article),
            )
        )
    then = after(facts, made)
    found += _months(facts, then)
    broken = {(fault.code, fault.on) for fault in faults(then)}
    found += [
        Effect(
            label="記録の整合",
            before=fault.message,
            after="この届出で整合します",
            article=fault.article,
        )
        for fault in faults(facts)
        if (fault.code, fault.on) not in broken
    ]
    return tuple(found)


_OF_RESIDENTS: Final = {"name_change": "name", "address_change": "address"}


def _unchanged(receipt: Receipt, facts: Facts) -> Iterator[Effect]:
    """Say that the register already holds what the filing tells."""
    article, kind = FILINGS[receipt.filing].article, _OF_RESIDENTS.get(receipt.filing, "")
    on = receipt.event_on
    if kind and on is not None:
        lane = (AddressKind(item(receipt, "kind")),) if kind == "address" else ()
        yield Effect(
            label=_LABELS[kind],
            before=_listed(
                [
                    (fact.value, fact.valid)
                    for fact in facts.get(kind, ())
                    if on in fact.valid and fact.value.lane() == lane
                ]
            ),
            after="登録は変わりません(住民基本台帳で反映済み)",
            article=article,
        )
    recorded = already_recorded(receipt, facts)
    if recorded is not None:
        yield Effect(
            label=_LABELS["enrolment"],
            before=_said(recorded.value, recorded.valid),
            after="登録は変わりません(既に登録済み)",
            article=article,
        )


def _months(facts: Facts, then: Facts) -> Iterator[Effect]:
    before = {(each.category, each.acquired_on): each for each in months(facts)}
    now = {(each.category, each.acquired_on): each for each in months(then)}
    for key in sorted(before.keys() | now.keys(), key=lambda each: each[1]):
        old, new = before.get(key), now.get(key)
        words = tuple("なし" if each is None else counted(each) for each in (old, new))
        if words[0] != words[1]:
            yield Effect(
                label=f"{key[0].label}の月({said(key[1])}取得)",
                before=words[0],
                after=words[1],
                article=new.article if new else "",
            )


def counted(stretch: Stretch) -> str:
    """Return the first and the last month of a stretch, and how many there are."""
    if stretch.months is None:
        return "なし(その月は後の種別の月)"
    first = said_month(stretch.months.first)
    if stretch.months.last is None:
        return f"{first}から"
    last = said_month(stretch.months.last)
    return f"{first}から{last}まで({stretch.count}月)"


def _listed(held: list[tuple[Value, Period]]) -> str:
    return "、".join(_said(value, valid) for value, valid in held) or "なし"


def _said(value: Value, valid: Period) -> str:
    if isinstance(value, IdentityValue):
        return f"{said(value.birth_date)} {value.sex.label}"
    what, why = "", ""
    match value:
        case EnrolmentValue():
            what = value.category.label
            why = "→".join(part for part in (value.acquired_cause, value.lost_cause) if part)
        case AdditionalValue():
            why = value.left_cause
        case ExemptionValue():
            what = value.kind.label
        case NameValue():
            what = " ".join(
                part for part in (value.name, value.kana, value.latin, value.alias) if part
            )
        case AddressValue():
            what = f"{value.kind.label} {value.line}"
    return " ".join(part for part in (what, _span(valid)) if part) + (f"({why})" if why else "")


def _span(valid: Period) -> str:
    end = said(valid.end) if valid.end else ""
    return f"{said(valid.start) if valid.start else ''}〜{end}"


def sections(receipt: Receipt, facts: Facts) -> tuple[Section, ...]:
    """Return the explanations beside a filing: the months after it, and what to tell."""
    then = months(after(facts, changes(receipt, facts)))
    found: list[Section] = []
    if receipt.filing == "departure":
        found += departure.sections(receipt, facts)
    tell = tuple(_tell(receipt, facts))
    if tell:
        found.append(Section(heading="あわせて案内すること", lines=tell))
    if then:
        found.append(
            Section(
                heading="この届出の後の資格の経過",
                lines=tuple(
                    Line(
                        label=each.category.label,
                        text=f"{said(each.acquired_on)}取得"
                        f"{f'、{said(each.lost_on)}喪失' if each.lost_on else ''}。"
                        f"{counted(each)}({each.article})",
                    )
                    for each in then
                ),
            )
        )
    return tuple(found)


def _tell(receipt: Receipt, facts: Facts) -> Iterator[Line]:
    cause: Any = item(receipt, "cause")
    if receipt.filing in ("acquisition", "category_change"):
        yield Line(
            label="納付が難しいとき",
            text="失業した年度と翌年度は、失業の特例で本人の所得を除いて免除・猶予を審査する"
            if cause == "left_category_2"
            else "免除・納付猶予・学生納付特例を申請できる(法90条〜90条の3)",
        )
        yield Line(label="納め方", text="口座振替・カード・前納の割引がある(法92条の2・93条)")
        yield Line(label="増やしたいとき", text="付加保険料は申し出た月から(法87条の2)")
    if cause == "left_category_2":
        yield Line(
            label="扶養する配偶者",
            text="第3号の配偶者も、同じ日に第1号への種別変更が要る(法7条1項3号)",
            tone="doubt",
        )
    if cause == "death":
        yield Line(
            label="遺族の請求",
            text="遺族基礎年金・寡婦年金・死亡一時金・未支給年金の案内(法37条・49条・52条の2・19条)",
        )
    if receipt.filing in ("voluntary", "special_voluntary"):
        yield Line(label="できないこと", text="免除・猶予は受けられず、さかのぼって加入できない")
    if receipt.filing == "additional_on":
        yield Line(label="付加年金", text="納めた月数×200円が老齢基礎年金に加わる(法44条)")
    lost = lost_on(receipt, facts)
    if lost is not None and receipt.filing != "departure":
        yield Line(
            label="前納していた人",
            text="喪失した月以後の前納分は還付される(国民年金法施行令9条)。年金事務所に確認する",
        )
