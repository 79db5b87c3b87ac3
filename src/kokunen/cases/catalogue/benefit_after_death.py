"""The filings of 給付 after a death. Their person is who died; the claimant is one of the items."""

from __future__ import annotations

from typing import Final

from kokunen.cases.catalogue.benefit_items import (
    DEATH_CAUSED,
    KIN,
    RELATIONS,
    WHO_COMES,
    bank,
    children,
    claimant,
    months,
    numbers,
    order,
    payments,
)
from kokunen.cases.catalogue.kinds import Deadline, Duty, Filer, Filing, Item, ItemKind

_DIED: Final = "死亡日"
_BY: Final = (Filer.SURVIVOR, Filer.PROXY)
_SPOUSE_OR_CHILD: Final = (("spouse", "配偶者"), ("child", "子"))

SURVIVOR: Final = Filing(
    code="survivor",
    name="年金請求書(遺族基礎年金)",
    duty=Duty.BENEFIT,
    task=5,
    article="法16条・法37条・法37条の2・規則39条",
    purpose="claim",
    event=_DIED,
    deadline=Deadline(months=60, article="法102条1項"),
    decided=True,
    filers=_BY,
    form="survivor",
    note="市が受けるのは、第1号被保険者の期間に亡くなった人などの請求です(令1条の2)。",
    items=(
        *claimant(_SPOUSE_OR_CHILD),
        *children(),
        Item(
            name="maintained",
            label="亡くなった人に生計を維持されていた",
            kind=ItemKind.YES_NO,
            required=True,
            hint="生計を同じくし、前年の収入が850万円未満(令6条の4・平23年発0323第1号)。",
        ),
        Item(
            name="remarried",
            label="請求者が再婚した・子が結婚や養子縁組をした",
            kind=ItemKind.YES_NO,
            required=True,
        ),
        *payments(_DIED),
        *months(),
        DEATH_CAUSED,
        Item(name="other_pension", label="請求者が受けるほかの年金がある", kind=ItemKind.YES_NO),
        *bank(),
        *numbers(),
        *WHO_COMES,
    ),
)
WIDOW: Final = Filing(
    code="widow",
    name="年金請求書(寡婦年金)",
    duty=Duty.BENEFIT,
    task=5,
    article="法16条・法49条・規則60条の2",
    purpose="claim",
    event=_DIED,
    deadline=Deadline(months=60, article="法102条1項"),
    decided=True,
    filers=_BY,
    form="widow",
    items=(
        *claimant(_SPOUSE_OR_CHILD[:1]),
        Item(
            name="married_on",
            label="婚姻した日(事実婚は始まった日)",
            kind=ItemKind.DATE,
            essential=True,
        ),
        Item(
            name="common_law",
            label="婚姻の届出をしていない(事実婚)",
            kind=ItemKind.YES_NO,
            required=True,
        ),
        Item(
            name="maintained",
            label="夫に生計を維持されていた",
            kind=ItemKind.YES_NO,
            required=True,
        ),
        Item(
            name="husband_pension",
            label="夫が老齢基礎年金か障害基礎年金を受けたことがある",
            kind=ItemKind.YES_NO,
            required=True,
        ),
        Item(
            name="own_early",
            label="請求者が老齢基礎年金を繰り上げて受けている",
            kind=ItemKind.YES_NO,
            required=True,
        ),
        Item(name="remarried", label="請求者が再婚した", kind=ItemKind.YES_NO, required=True),
        *months(combined=False),
        DEATH_CAUSED,
        *bank(),
        *numbers(),
        *WHO_COMES,
    ),
)
_UNPAID_ITEMS: Final = (
    *claimant(KIN),
    *order(KIN),
    Item(
        name="last_paid",
        label="最後に支払われた月",
        kind=ItemKind.MONTH,
        hint="年金は偶数月に前の2か月分を支払い、亡くなった月の分まで支払われます(法18条)。",
    ),
)
UNPAID: Final = Filing(
    code="unpaid",
    name="未支給年金請求書",
    duty=Duty.BENEFIT,
    task=5,
    article="法19条・規則25条",
    purpose="claim",
    event=_DIED,
    deadline=Deadline(months=60, article="法102条1項"),
    decided=True,
    filers=_BY,
    form="unpaid",
    items=(*_UNPAID_ITEMS, *bank(), *numbers(), *WHO_COMES),
)
DEATH_LUMP_SUM: Final = Filing(
    code="death_lump_sum",
    name="国民年金死亡一時金請求書",
    duty=Duty.BENEFIT,
    task=5,
    article="法16条・法52条の2・規則61条",
    purpose="claim",
    event=_DIED,
    deadline=Deadline(months=24, article="法102条4項"),
    decided=True,
    filers=_BY,
    form="death_lump_sum",
    items=(
        *claimant(RELATIONS),
        *order(RELATIONS),
        Item(
            name="had_pension",
            label="亡くなった人が老齢基礎年金か障害基礎年金を受けたことがある",
            kind=ItemKind.YES_NO,
            required=True,
        ),
        Item(
            name="survivor_pension",
            label="この死亡で遺族基礎年金を受けられる人がいる",
            kind=ItemKind.YES_NO,
            required=True,
        ),
        Item(
            name="widow_pension",
            label="請求者が寡婦年金も受けられる",
            kind=ItemKind.CHOICE,
            choices=(
                ("no", "受けられない"),
                ("chosen_sum", "受けられるが死亡一時金を選ぶ"),
                ("undecided", "まだ選んでいない"),
            ),
        ),
        *months(combined=False),
        *bank(),
        *numbers(),
        *WHO_COMES,
    ),
)
SUPPORT_UNPAID: Final = Filing(
    code="support_unpaid",
    name="未支払給付金請求書(年金生活者支援給付金)",
    duty=Duty.BENEFIT,
    task=5,
    article="年金生活者支援給付金法9条・14条・19条・24条",
    purpose="claim",
    event=_DIED,
    deadline=Deadline(months=24, article="年金生活者支援給付金法30条"),
    decided=True,
    filers=_BY,
    form="support_unpaid",
    items=(*_UNPAID_ITEMS, *bank(), *numbers(), *WHO_COMES),
)
DEATH_REPORT: Final = Filing(
    code="death_report",
    name="年金受給権者死亡届(報告書)",
    duty=Duty.BENEFIT,
    task=5,
    article="法105条4項・規則24条",
    purpose="claim",
    event=_DIED,
    deadline=Deadline(days=14, article="規則24条1項"),
    filers=(Filer.SURVIVOR, Filer.HEAD, Filer.PROXY, Filer.OFFICE),
    form="death_report",
    note="日本年金機構に個人番号が収録されている人は、届出を省けます(法105条4項ただし書)。",
    items=(
        Item(
            name="pensions",
            label="亡くなった人が受けていた年金・給付金",
            kind=ItemKind.CHOICES,
            choices=(
                ("old_age", "老齢基礎年金"),
                ("disability", "障害基礎年金"),
                ("survivor", "遺族基礎年金・寡婦年金"),
                ("old_age_welfare", "老齢福祉年金"),
                ("special_disability", "特別障害給付金"),
            ),
            required=True,
        ),
        Item(
            name="certificate",
            label="年金証書",
            kind=ItemKind.CHOICE,
            choices=(("attached", "添付"), ("lost", "添付できない(届書に理由を書く)")),
        ),
        Item(
            name="my_number_known",
            label="日本年金機構に個人番号が収録されている",
            kind=ItemKind.YES_NO,
        ),
        Item(
            name="unpaid_too",
            label="未支給年金も請求する",
            kind=ItemKind.YES_NO,
        ),
        *WHO_COMES,
    ),
)

CLAIMS: Final = (SURVIVOR, WIDOW, UNPAID, DEATH_LUMP_SUM)
"""The claims of a pension or a lump sum after a death."""
