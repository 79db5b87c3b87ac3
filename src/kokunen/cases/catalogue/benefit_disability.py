"""The filings of 給付 on account of a disability."""

from __future__ import annotations

from typing import Final

from kokunen.cases.catalogue.benefit_items import (
    DEATH_CAUSED,
    ILLNESSES,
    WHO_COMES,
    bank,
    children,
    numbers,
    payments,
)
from kokunen.cases.catalogue.kinds import Duty, Filer, Filing, Item, ItemKind

PENSION: Final = Filing(
    code="disability",
    name="年金請求書(障害基礎年金)",
    duty=Duty.BENEFIT,
    task=5,
    article="法16条・法30条〜30条の4・規則31条",
    purpose="claim",
    event=None,
    decided=True,
    filers=(Filer.SELF, Filer.PROXY),
    form="disability",
    note="市が受けるのは、初診日が第1号・20歳前・60歳以上65歳未満の人の請求です(令1条の2)。",
    items=(
        Item(
            name="first_seen_on",
            label="初診日",
            kind=ItemKind.DATE,
            essential=True,
            hint="その傷病で初めて医師の診療を受けた日(法30条1項)。",
        ),
        Item(
            name="claim",
            label="請求の種類",
            kind=ItemKind.CHOICE,
            choices=(
                ("recognition", "障害認定日による請求"),
                ("later", "事後重症による請求"),
                ("combined", "初めて2級以上に該当したことによる請求"),
            ),
            essential=True,
        ),
        Item(
            name="fixed_on",
            label="1年6か月より前に症状が固定した日",
            kind=ItemKind.DATE,
            hint="人工透析(3か月後)、手足の切断など。なければ空のままにします。",
        ),
        Item(
            name="illness",
            label="障害の部位(診断書の様式)",
            kind=ItemKind.CHOICES,
            choices=ILLNESSES,
            required=True,
        ),
        Item(
            name="same_hospital",
            label="初診の医療機関と診断書の医療機関が同じ",
            kind=ItemKind.YES_NO,
            required=True,
        ),
        Item(
            name="first_hospital_closed",
            label="初診の医療機関で証明を受けられない(廃院・カルテなし)",
            kind=ItemKind.YES_NO,
            only_if=("same_hospital", frozenset({"false"})),
        ),
        Item(name="diagnosed_on", label="診断書の現症日", kind=ItemKind.DATE),
        *payments("初診日"),
        Item(
            name="grade",
            label="試算する等級",
            kind=ItemKind.CHOICE,
            choices=(("1", "1級"), ("2", "2級"), ("both", "両方")),
            hint="等級は日本年金機構が決めます。",
        ),
        *children(),
        DEATH_CAUSED,
        Item(
            name="workers_compensation",
            label="労災・傷病手当金等を受けている",
            kind=ItemKind.YES_NO,
        ),
        Item(name="other_pension", label="ほかに受けている年金がある", kind=ItemKind.YES_NO),
        *bank(),
        *numbers(),
        *WHO_COMES,
    ),
)
SPECIAL: Final = Filing(
    code="special_disability",
    name="特別障害給付金請求書",
    duty=Duty.BENEFIT,
    task=5,
    article="特別障害給付金法2条・6条",
    purpose="claim",
    event=None,
    decided=True,
    filers=(Filer.SELF, Filer.PROXY),
    form="special_disability",
    items=(
        Item(
            name="group",
            label="任意加入していなかった理由",
            kind=ItemKind.CHOICE,
            choices=(
                ("student", "平成3年3月以前の学生"),
                ("spouse", "昭和61年3月以前の被用者年金加入者等の配偶者"),
            ),
            essential=True,
        ),
        Item(name="first_seen_on", label="初診日", kind=ItemKind.DATE, essential=True),
        Item(
            name="illness",
            label="障害の部位(診断書の様式)",
            kind=ItemKind.CHOICES,
            choices=ILLNESSES,
            required=True,
        ),
        Item(
            name="same_hospital",
            label="初診の医療機関と診断書の医療機関が同じ",
            kind=ItemKind.YES_NO,
            required=True,
        ),
        Item(
            name="disability_pension",
            label="障害基礎年金などを受けることができる",
            kind=ItemKind.YES_NO,
            required=True,
        ),
        Item(
            name="other_pension",
            label="老齢年金・遺族年金・労災補償などを受けている",
            kind=ItemKind.YES_NO,
            required=True,
            hint="その額だけ給付金が減ります(特別障害給付金法16条)。",
        ),
        *bank(),
        *numbers(),
        *WHO_COMES,
    ),
)
REVISION: Final = Filing(
    code="revision",
    name="障害給付額改定請求書",
    duty=Duty.BENEFIT,
    task=5,
    article="法34条2項・規則33条",
    purpose="claim",
    event=None,
    decided=True,
    filers=(Filer.SELF, Filer.PROXY),
    form="revision",
    items=(
        Item(
            name="reason",
            label="改定の理由",
            kind=ItemKind.CHOICE,
            choices=(
                ("worse", "障害の程度が重くなった"),
                ("child", "加算の対象の子の増減"),
            ),
            essential=True,
        ),
        Item(
            name="examined_on",
            label="受給権ができた日、または直近の診査を受けた日",
            kind=ItemKind.DATE,
            required=True,
            only_if=("reason", frozenset({"worse"})),
        ),
        Item(
            name="clearly_worse",
            label="明らかに重くなったと省令が定める場合に当たる",
            kind=ItemKind.YES_NO,
            hint="人工透析、人工肛門、手足の切断など(規則33条の2の2)。1年を待ちません。",
            only_if=("reason", frozenset({"worse"})),
        ),
        Item(
            name="illness",
            label="障害の部位(診断書の様式)",
            kind=ItemKind.CHOICES,
            choices=ILLNESSES,
            required=True,
            only_if=("reason", frozenset({"worse"})),
        ),
        Item(name="diagnosed_on", label="診断書の現症日", kind=ItemKind.DATE),
        *children(required=False),
        *numbers(),
        *WHO_COMES,
    ),
)
