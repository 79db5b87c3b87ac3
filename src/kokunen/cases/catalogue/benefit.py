"""The filings of 給付: their items, articles and deadlines."""

from __future__ import annotations

from typing import Final

from kokunen.cases.catalogue import benefit_after_death as after_death
from kokunen.cases.catalogue import benefit_disability as disability
from kokunen.cases.catalogue.benefit_items import (
    WHO_COMES,
    YES,
    bank,
    months,
    numbers,
)
from kokunen.cases.catalogue.kinds import Duty, Filer, Filing, Item, ItemKind

_OLD_AGE: Final = Filing(
    code="old_age",
    name="年金請求書(老齢基礎年金)",
    duty=Duty.BENEFIT,
    task=5,
    article="法16条・法26条・規則16条",
    purpose="claim",
    event=None,
    decided=True,
    filers=(Filer.SELF, Filer.PROXY),
    form="old_age",
    note="市が受けるのは、第1号被保険者の期間だけの人の請求です(令1条の2)。",
    items=(
        Item(
            name="start",
            label="受給の始め方",
            kind=ItemKind.CHOICE,
            choices=(
                ("at_65", "65歳から受ける"),
                ("early", "繰り上げて受ける(60〜64歳)"),
                ("late", "繰り下げて受ける(66歳から)"),
            ),
            essential=True,
        ),
        Item(
            name="early_understood",
            label="繰上げの注意(減額は一生・障害や寡婦年金が受けられない等)を確認した",
            kind=ItemKind.YES_NO,
            required=True,
            only_if=("start", frozenset({"early"})),
        ),
        *months(),
        Item(
            name="spouse_pension",
            label="配偶者が受けている年金(振替加算の確認)",
            kind=ItemKind.CHOICE,
            choices=(
                ("none", "なし"),
                ("employee", "加給年金額の対象となる厚生年金・共済年金"),
                ("other", "その他"),
            ),
        ),
        Item(
            name="other_pension",
            label="ほかに受けている年金がある",
            kind=ItemKind.YES_NO,
            required=True,
            hint="支給事由の違う年金とは選択になります(法20条)。",
        ),
        *bank(),
        *numbers(),
        *WHO_COMES,
    ),
)
_OLD_AGE_WELFARE: Final = Filing(
    code="old_age_welfare",
    name="老齢福祉年金裁定請求書",
    duty=Duty.BENEFIT,
    task=5,
    article="昭60改正法附則32条・旧法80条",
    purpose="claim",
    event=None,
    decided=True,
    filers=(Filer.SELF, Filer.PROXY),
    form="old_age_welfare",
    note="明治44年4月1日以前に生まれた人の年金です。",
    items=(
        Item(
            name="other_pension",
            label="ほかの公的年金を受けている",
            kind=ItemKind.YES_NO,
            required=True,
        ),
        Item(
            name="supporter",
            label="生計を維持する扶養義務者",
            kind=ItemKind.PERSON,
            hint="同じ世帯の人の宛名番号。いなければ空のままにします。",
        ),
        *bank(),
        *numbers(),
        *WHO_COMES,
    ),
)
_YEARLY: Final = (
    Item(
        name="report_year",
        label="報告する年(前年の所得)",
        kind=ItemKind.CHOICE,
        choices=tuple((str(year), f"{year}年") for year in range(2020, 2041)),
        essential=True,
    ),
    Item(
        name="income_seen",
        label="前年の所得の確認",
        kind=ItemKind.CHOICE,
        choices=(
            ("tax", "市民税の記録で確認"),
            ("other_city", "前住所地の所得証明書"),
            ("undeclared", "申告していない"),
            ("later", "後日確認"),
        ),
        required=True,
    ),
)
_OLD_AGE_WELFARE_REPORT: Final = Filing(
    code="old_age_welfare_report",
    name="老齢福祉年金所得状況届(定時届)",
    duty=Duty.BENEFIT,
    task=5,
    article="老齢福祉年金支給規則5条",
    purpose="claim",
    event=None,
    filers=(Filer.SELF, Filer.PROXY, Filer.OFFICE),
    form="old_age_welfare_report",
    items=(
        *_YEARLY,
        Item(name="certificate", label="年金証書を提出した", kind=ItemKind.YES_NO, required=True),
        Item(
            name="supporter",
            label="生計を維持する扶養義務者",
            kind=ItemKind.PERSON,
            hint="同じ世帯の人の宛名番号。いなければ空のままにします。",
        ),
        *WHO_COMES,
    ),
)
_SPECIAL_DISABILITY_REPORT: Final = Filing(
    code="special_disability_report",
    name="特別障害給付金所得状況届(定時届)",
    duty=Duty.BENEFIT,
    task=5,
    article="特別障害給付金法9条・27条",
    purpose="claim",
    event=None,
    filers=(Filer.SELF, Filer.PROXY, Filer.OFFICE),
    form="special_disability_report",
    items=(
        *_YEARLY,
        Item(
            name="diagnosis_asked",
            label="障害状態確認届(診断書)も求められている",
            kind=ItemKind.YES_NO,
        ),
        *WHO_COMES,
    ),
)
_SUPPORT_BENEFIT: Final = Filing(
    code="support_benefit",
    name="年金生活者支援給付金請求書",
    duty=Duty.BENEFIT,
    task=5,
    article="年金生活者支援給付金法5条・12条・17条・22条",
    purpose="claim",
    event=None,
    decided=True,
    filers=(Filer.SELF, Filer.PROXY),
    form="support_benefit",
    items=(
        Item(
            name="kind",
            label="給付金の種類",
            kind=ItemKind.CHOICE,
            choices=(("old_age", "老齢・補足的老齢"), ("disability", "障害"), ("survivor", "遺族")),
            essential=True,
        ),
        Item(
            name="entitled_on",
            label="基礎年金の受給権ができた日",
            kind=ItemKind.DATE,
            hint="その日から3か月以内の請求は、さかのぼります。",
        ),
        Item(
            name="household_untaxed",
            label="世帯の全員が市民税非課税",
            kind=ItemKind.YES_NO,
            required=True,
            only_if=("kind", frozenset({"old_age"})),
        ),
        Item(
            name="grade",
            label="障害基礎年金の等級",
            kind=ItemKind.CHOICE,
            choices=(("1", "1級"), ("2", "2級")),
            required=True,
            only_if=("kind", frozenset({"disability"})),
        ),
        *months(combined=False),
        *numbers(),
        *WHO_COMES,
    ),
)
_BANK_CHANGE: Final = Filing(
    code="bank_change",
    name="年金受給権者 受取機関変更届",
    duty=Duty.BENEFIT,
    task=5,
    article="規則20条",
    event=None,
    filers=(Filer.SELF, Filer.PROXY),
    form="bank_change",
    items=(
        Item(
            name="pensions",
            label="受取口座を変える年金・給付金",
            kind=ItemKind.CHOICES,
            choices=(
                ("old_age", "老齢基礎年金"),
                ("disability", "障害基礎年金"),
                ("survivor", "遺族基礎年金・寡婦年金"),
                ("old_age_welfare", "老齢福祉年金"),
                ("special_disability", "特別障害給付金"),
            ),
            essential=True,
        ),
        *bank(),
        Item(
            name="old_open",
            label="新しい口座に入金があるまで、前の口座を残すよう案内した",
            kind=ItemKind.YES_NO,
        ),
        Item(
            name="guardian",
            label="成年後見人等の口座で受け取る",
            kind=ItemKind.YES_NO,
        ),
        Item(
            name="guardian_proof",
            label="後見の確認",
            kind=ItemKind.CHOICE,
            choices=(("register", "登記事項証明書"), ("later", "後日提出")),
            only_if=("guardian", YES),
        ),
        *numbers(),
        *WHO_COMES,
    ),
)

FILINGS: Final[tuple[Filing, ...]] = (
    _OLD_AGE,
    disability.PENSION,
    *after_death.CLAIMS,
    _OLD_AGE_WELFARE,
    _OLD_AGE_WELFARE_REPORT,
    disability.SPECIAL,
    _SPECIAL_DISABILITY_REPORT,
    _SUPPORT_BENEFIT,
    after_death.SUPPORT_UNPAID,
    disability.REVISION,
    _BANK_CHANGE,
    after_death.DEATH_REPORT,
)
"""The filings of 給付."""
