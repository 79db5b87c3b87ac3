"""Items that several filings of 免除と猶予 share: cycles, special reasons, proof, who files."""

from __future__ import annotations

from typing import Final

from kokunen.cases.catalogue.kinds import Item, ItemKind

_Choices = tuple[tuple[str, str], ...]

WHO: Final = (("insured", "本人"), ("spouse", "配偶者"), ("head", "世帯主"))
SELF: Final = WHO[:1]
JOB_LOSS_PROOFS: Final = (
    ("leaving_slip", "雇用保険被保険者離職票"),
    ("benefit_card", "雇用保険受給資格者証・受給資格通知"),
    ("loss_notice", "雇用保険被保険者資格喪失確認通知書"),
    ("appointment", "退職辞令(公務員)"),
    ("support_fund", "総合支援資金の貸付決定通知書と申請時の添付書類"),
    ("closing", "廃業届・閉鎖登記と、失業の状態にあることの申立書"),
)
"""Proof of the loss of a job or business, each of which will do (facts.md §3; 規則77条の7)."""

# A cycle's year is checked against the day of receipt; the form offers those open on that day.
_FIRST_YEAR: Final = 2014
_LAST_YEAR: Final = 2034


def cycles(name: str, first: int, last: int) -> Item:
    """Return the cycles to apply for, named by their first year; they run between two months."""
    choices = tuple(
        (str(year), f"{year}年度({year}年{first}月〜{year + 1}年{last}月)")
        for year in range(_FIRST_YEAR, _LAST_YEAR + 1)
    )
    return Item(
        name="cycles",
        label=f"申請する年度({name})",
        kind=ItemKind.CHOICES,
        choices=choices,
        essential=True,
        hint="過去の分は2年1か月前まで。年度ごとに審査します。",
    )


def proof(
    name: str,
    choices: _Choices,
    only_if: tuple[str, frozenset[str]] | None = None,
    *,
    of: str = "",
) -> Item:
    """Return the choice of the document that was seen, of a special reason where there are many."""
    return Item(
        name=name,
        label=f"確認した書類({of})" if of else "確認した書類",
        kind=ItemKind.CHOICE,
        choices=(*choices, ("later", "後日提出")),
        only_if=only_if,
    )


def special(who: _Choices) -> tuple[Item, ...]:
    """Return the special reasons, each with the persons for whom it is claimed."""
    codes = frozenset(code for code, _ in who)
    claimed = ItemKind.CHOICES
    days = tuple(
        Item(
            name=f"left_job_on_{code}",
            label=f"{word}が最後に働いた日",
            kind=ItemKind.DATE,
            required=True,
            hint="離職票の離職年月日。廃業は事業をやめた日。",
            only_if=("job_loss", frozenset({code})),
        )
        for code, word in who
    )
    return (
        Item(name="job_loss", label="失業・廃業した人", kind=claimed, choices=who),
        *days,
        proof("job_loss_proof", JOB_LOSS_PROOFS, ("job_loss", codes), of="失業・廃業"),
        Item(name="disaster", label="天災等で損害を受けた人", kind=claimed, choices=who),
        Item(
            name="disaster_on",
            label="災害のあった日",
            kind=ItemKind.DATE,
            required=True,
            only_if=("disaster", codes),
        ),
        proof(
            "disaster_proof",
            (
                ("damage", "被災状況届"),
                ("certificate", "罹災証明書"),
            ),
            ("disaster", codes),
            of="天災等",
        ),
        Item(
            name="other_assistance",
            label="生活扶助以外の扶助を受けている人",
            kind=claimed,
            choices=who,
        ),
        proof(
            "assistance_proof",
            (("certificate", "生活保護受給証明書"), ("decision", "保護決定通知書")),
            ("other_assistance", codes),
            of="扶助",
        ),
        Item(
            name="special_disability_benefit",
            label="特別障害給付金を受けている人",
            kind=claimed,
            choices=who,
        ),
        proof(
            "benefit_proof",
            (("certificate", "特別障害給付金受給資格者証"),),
            ("special_disability_benefit", codes),
            of="特別障害給付金",
        ),
    )


VIOLENCE: Final = (
    Item(
        name="violence",
        label="配偶者からの暴力による別居の申出",
        kind=ItemKind.CHOICE,
        choices=(("none", "申出なし"), ("claimed", "申出あり"), ("unclear", "確認中")),
    ),
    proof(
        "violence_proof",
        (
            ("certificate", "女性相談支援センター等の証明書"),
            ("order", "保護命令決定書"),
            ("before", "前回の申請で提出済み"),
        ),
        ("violence", frozenset({"claimed"})),
        of="暴力による別居",
    ),
)
PAID: Final = (
    Item(
        name="paid_from",
        label="納付・前納済みの最初の月",
        kind=ItemKind.MONTH,
        hint="本人の申出か年金事務所の回答。納めた月は免除になりません(法90条1項)。",
    ),
    Item(name="paid_to", label="納付・前納済みの最後の月", kind=ItemKind.MONTH),
)
WHO_FILES: Final = (
    Item(
        name="identity",
        label="窓口に来た人の本人確認",
        kind=ItemKind.CHOICE,
        choices=(
            ("card", "個人番号カード"),
            ("photo", "運転免許証・旅券・在留カード等(顔写真付き1点)"),
            ("two", "資格確認書・年金証書等(2点)"),
            ("not_seen", "未確認"),
        ),
    ),
    Item(
        name="authority",
        label="代理権の確認",
        kind=ItemKind.CHOICE,
        choices=(
            ("not_needed", "代理人ではない"),
            ("letter", "委任状"),
            ("legal", "法定代理人(戸籍・登記事項証明書)"),
            ("household", "同じ世帯の家族(聞き取り)"),
            ("later", "後日提出"),
        ),
    ),
)
