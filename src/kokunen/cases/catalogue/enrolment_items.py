"""The choices and items that several filings of 資格と付加 share."""

from __future__ import annotations

from typing import Final

from kokunen.cases.catalogue.kinds import Item, ItemKind

ACQUISITION_CAUSES: Final = (
    ("age_20", "20歳到達"),
    ("arrival", "国内居住(国外からの転入)"),
    ("left_category_2", "厚生年金の資格喪失(退職など)"),
    ("left_category_3", "配偶者の扶養から外れた"),
    ("other", "その他"),
)
"""取得事由; the words are those that the register keeps."""
LOSS_CAUSES: Final = (
    ("age_60", "60歳到達"),
    ("death", "死亡"),
    ("abroad", "国外転出"),
    ("category_2", "厚生年金加入"),
    ("category_3", "配偶者の扶養"),
)
"""喪失事由; the words are those that the register keeps."""
VOLUNTARY_END_CAUSES: Final = (
    ("wish", "本人の申出"),
    ("months_480", "納付月数が480月に達した"),
    ("age_65", "65歳到達"),
    ("age_70", "70歳到達(特例任意加入)"),
    ("qualified", "受給資格を満たした(特例任意加入)"),
    ("moved", "国外転出・国外からの転入"),
    ("nationality", "日本国籍を失った(国外居住)"),
    ("category_2", "厚生年金加入"),
)
"""任意加入の喪失事由."""
LEFT_3_REASONS: Final = (
    ("spouse_left_category_2", "配偶者の退職など"),
    ("spouse_65", "配偶者が65歳に達した"),
    ("divorce", "離婚"),
    ("spouse_died", "配偶者の死亡"),
    ("income", "収入が増えた"),
    ("other", "その他"),
)
"""Why somebody is no longer in category 3."""
PAYMENTS: Final = (
    ("account_transfer", "口座振替"),
    ("exception", "口座振替によらない正当な理由がある"),
)
"""How a voluntary premium is paid (法附則5条2項)."""
PREPAID: Final = (
    ("none", "前納していない"),
    ("cash", "納付書で前納"),
    ("card", "クレジットカードで前納"),
    ("account_transfer", "口座振替で前納"),
    ("unknown", "分からない(年金事務所に確認)"),
)
"""How premiums were prepaid; three of the codes are those of ``law.prepayment``."""

BROUGHT_BY: Final = Item(
    name="brought_by",
    label="届け出た人の氏名と続柄(本人以外のとき)",
    kind=ItemKind.TEXT,
)
REMARKS: Final = Item(name="remarks", label="備考", kind=ItemKind.LINES, most=400)
BASIC_NUMBER: Final = Item(
    name="basic_number",
    label="基礎年金番号(届書の記載)",
    kind=ItemKind.TEXT,
    hint="10桁。分からないときは空けておく(個人番号で届け出られる)。",
    most=11,
)
LEFT_3: Final = Item(
    name="reason",
    label="扶養から外れた理由",
    kind=ItemKind.CHOICE,
    choices=LEFT_3_REASONS,
    required=True,
    only_if=("cause", frozenset({"left_category_3"})),
)
LIVES: Final = Item(
    name="lives",
    label="住所",
    kind=ItemKind.CHOICE,
    choices=(("japan", "国内"), ("abroad", "国外")),
    essential=True,
)
_ABROAD: Final = frozenset({"abroad"})
PAYMENT: Final = Item(
    name="payment",
    label="納付方法",
    kind=ItemKind.CHOICE,
    choices=PAYMENTS,
    required=True,
    hint="国内居住の任意加入は口座振替が原則(法附則5条2項)。",
    only_if=("lives", frozenset({"japan"})),
)
ADDRESS_ABROAD: Final = Item(
    name="address_abroad",
    label="国外の住所",
    kind=ItemKind.TEXT,
    required=True,
    only_if=("lives", _ABROAD),
    most=200,
)
AGENT: Final = Item(
    name="agent",
    label="国内協力者の氏名と続柄",
    kind=ItemKind.TEXT,
    hint="国内に親族などがいないときは年金事務所が窓口になる。",
    only_if=("lives", _ABROAD),
)


PREPAID_DETAILS: Final = tuple(
    Item(
        name=name,
        label=label,
        kind=kind,
        required=required,
        only_if=("prepaid", frozenset({"cash", "card", "account_transfer"})),
    )
    for name, label, kind, required in (
        ("prepaid_from", "前納した最初の月", ItemKind.MONTH, True),
        ("prepaid_months", "前納した月数", ItemKind.COUNT, True),
        ("prepaid_additional", "付加保険料も前納した", ItemKind.YES_NO, False),
        ("prepaid_yen", "前納した額", ItemKind.YEN, False),
    )
)
"""What was prepaid, asked where something was."""
