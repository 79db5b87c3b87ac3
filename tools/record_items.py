"""Map every record item of the city's file to the columns that hold it: docs/record-items.md.

Reads the items as printed (docs/record-items.txt, from founding document 004, 別添2) and the
models.
With ``--check`` nothing is written, and the exit code is 1 when an item has neither column nor
explanation, a column named here does not exist, a column of the register is neither mapped nor
explained, or the page is stale. Without it, the same faults keep the page from being written.
"""

from __future__ import annotations

import re
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Final

import django
from django.apps import apps
from django.conf import settings

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

ITEMS: Final = Path("docs/record-items.txt")
PAGE: Final = Path("docs/record-items.md")
APPS: Final = ("people", "vault")

NUMBER: Final = "people_person.id"
BASIC: Final = "people_basic_number.number"
OUTCOME: Final = "people_claim.outcome people_claim.outcome_on"
CLAIM: Final = (
    "people_claim.kind people_claim.claimed_on people_claim.claim_type people_claim.forwarded_on"
    f" {OUTCOME}"
)
DEATH: Final = "people_claim.died_on people_claim.death_filed_on"
PARTS: Final = " ".join(
    f"people_address.{part}"
    for part in (
        "kind", "postal_code", "municipality_code", "prefecture", "city", "town", "block",
        "building", "country",
    )
)  # fmt: skip
ONE_PLACE: Final = "番号は年金番号の表に一度だけ持ち、宛名番号でつながる"

MAPPED: Final[Mapping[str, tuple[str, str]]] = {
    "宛名/宛名番号": (NUMBER, ""),
    "宛名/個人番号": (
        "vault_my_number.ciphertext vault_my_number.blind",
        "暗号化して別の表に封じ、案件を述べた開示でのみ読める",
    ),
    "宛名/世帯番号": ("people_household.id people_membership.household_id", ""),
    "宛名/氏名情報": ("people_name.name people_name.kana people_name.latin", ""),
    "宛名/生年月日": ("people_identity.birth_date people_identity.birth_date_text", ""),
    "宛名/性別": ("people_identity.sex", ""),
    "宛名/続柄": ("people_membership.relationship", ""),
    "宛名/住民区分": ("people_register.residency", ""),
    "宛名/世帯主情報": ("people_membership.head", "世帯主の氏名は、その世帯で世帯主である人の氏名"),
    "宛名/住民となった事由": ("people_register.arrival people_register.arrived_on", ""),
    "宛名/現住所情報": (PARTS, "kind = residence"),
    "宛名/前住所情報": (PARTS, "kind = previous"),
    "宛名/転入元住所情報": (PARTS, "kind = moved_from"),
    "宛名/転出先住所情報": (PARTS, "kind = moved_to"),
    "宛名/筆頭者情報": ("people_register.first_on_register", ""),
    "宛名/消除情報": ("people_register.removal people_register.removed_on", ""),
    "宛名/国籍": ("people_foreign.nationality people_foreign.nationality_code", ""),
    "宛名/通称": ("people_name.alias people_name.alias_kana", ""),
    "宛名/処理停止情報": ("people_stop.scope people_stop.reason", ""),
    "宛名/在留資格情報": ("people_foreign.status people_foreign.stay_until", ""),
    "年金基本/宛名番号": ("people_basic_number.person_id", ""),
    "年金基本/基礎年金番号": (f"people_basic_number.kind {BASIC}", "kind = current"),
    "年金基本/電話番号": ("people_phone.kind people_phone.number", ""),
    "年金基本/旧年金番号": (f"people_basic_number.kind {BASIC}", "kind = old"),
    "資格情報/基礎年金番号": (BASIC, ONE_PLACE),
    "資格情報/被保険者種別": ("people_enrolment.category", ""),
    "資格情報/取得日": ("people_enrolment.valid", "期間の始まりの日"),
    "資格情報/取得事由": ("people_enrolment.acquired_cause", ""),
    "資格情報/取得日(2)": (
        "people_enrolment.valid",
        "評価書に二度印刷されている。期間の始まりの日であり、列は一つ",
    ),
    "資格情報/喪失日": ("people_enrolment.valid", "期間の終わりの日(資格がなくなる最初の日)"),
    "資格情報/喪失事由": ("people_enrolment.lost_cause", ""),
    "資格情報/喪失理由": ("people_enrolment.lost_reason", ""),
    "付加情報/基礎年金番号": (BASIC, ONE_PLACE),
    "付加情報/付加加入情報": (
        "people_additional.valid people_additional.joined_filed_on",
        "加入の日は期間の始まり",
    ),
    "付加情報/付加脱退情報": (
        "people_additional.valid people_additional.left_filed_on people_additional.left_cause",
        "脱退の日は期間の終わり",
    ),
    "免除情報/基礎年金番号": (BASIC, ONE_PLACE),
    "免除情報/免除種類": ("people_exemption.kind", ""),
    "免除情報/免除該当情報": (
        "people_exemption.valid people_exemption.applied_on people_exemption.cause",
        "該当期間は有効期間",
    ),
    "免除情報/裁定結果情報": ("people_exemption.outcome people_exemption.outcome_on", ""),
    "免除情報/免除終了情報": (
        "people_exemption.valid people_exemption.ended_cause",
        "終了の日は期間の終わり",
    ),
    "免除情報/法免消滅情報": (
        "people_exemption.statutory_lapsed_on people_exemption.statutory_lapsed_cause",
        "",
    ),
    "免除情報/送付日": ("people_exemption.forwarded_on", ""),
    "免除情報/学校情報": (
        "people_exemption.school_name people_exemption.school_kind people_exemption.school_until",
        "",
    ),
    "老齢裁定受付/宛名番号": ("people_claim.person_id", ""),
    "老齢裁定受付/基礎年金番号": (BASIC, ONE_PLACE),
    "老齢裁定受付/年金コード": ("people_claim.pension_code", "kind = old_age"),
    "老齢裁定受付/裁定請求情報": (CLAIM, "kind = old_age"),
    "老齢裁定受付/死亡情報": (DEATH, "kind = old_age"),
    "障害裁定受付情報/宛名番号": ("people_claim.person_id", ""),
    "障害裁定受付情報/基礎年金番号": (BASIC, ONE_PLACE),
    "障害裁定受付情報/年金コード": ("people_claim.pension_code", "kind = disability"),
    "障害裁定受付情報/裁定請求情報": (CLAIM, "kind = disability"),
    "障害裁定受付情報/死亡情報": (DEATH, "kind = disability"),
    "障害裁定受付情報/診断書情報": (
        "people_claim.diagnosis_form people_claim.diagnosed_on people_claim.first_seen_on",
        "kind = disability",
    ),
    "遺族裁定受付情報/宛名番号": ("people_claim.person_id", ""),
    "遺族裁定受付情報/基礎年金番号": (BASIC, ONE_PLACE),
    "遺族裁定受付情報/年金コード": ("people_claim.pension_code", "kind = survivor"),
    "遺族裁定受付情報/裁定請求情報": (CLAIM, "kind = survivor"),
    "遺族裁定受付情報/請求者情報": (
        "people_claim.claimant_name people_claim.claimant_relationship",
        "kind = survivor",
    ),
    "遺族裁定受付情報/死亡情報": (DEATH, "kind = survivor"),
    "老齢福祉裁定受付情報/宛名番号": ("people_claim.person_id", ""),
    "老齢福祉裁定受付情報/証書番号": ("people_claim.certificate_number", "kind = old_age_welfare"),
    "老齢福祉裁定受付情報/裁定請求情報": (CLAIM, "kind = old_age_welfare"),
    "老齢福祉裁定受付情報/死亡情報": (DEATH, "kind = old_age_welfare"),
    "所得情報/宛名番号": ("people_income.person_id", ""),
    "所得情報/相当年度": ("people_income.fiscal_year people_income.valid", ""),
    "所得情報/賦課年度": ("people_income.levy_year", ""),
    "所得情報/一般扶養数": ("people_income.general", ""),
    "所得情報/老人扶養数": ("people_income.elderly", ""),
    "所得情報/特定扶養数": ("people_income.specified", ""),
    "所得情報/控除対象者配偶者": ("people_income.spouse", "「控除対象配偶者」のこと"),
    "所得情報/障害者扶養数": ("people_income.disabled_dependants", ""),
    "所得情報/特別障害者扶養数": ("people_income.specially_disabled_dependants", ""),
    "所得情報/年少扶養数": ("people_income.young", ""),
    "所得情報/本人障害者区分": ("people_income.disabled", ""),
    "所得情報/本人寡婦区分": ("people_income.widow", "令和3年度からのひとり親を含む"),
    "所得情報/本人勤労学生区分": ("people_income.working_student", ""),
    "所得情報/公的年金収入": ("people_income.pension_receipts", ""),
    "所得情報/公的年金等雑所得": ("people_income.pension_income", ""),
    "所得情報/合計所得金額": ("people_income.total", ""),
    "所得情報/純損失": ("people_income.net_loss", ""),
    "所得情報/雑損控除": ("people_income.casualty", ""),
    "所得情報/医療費控除": ("people_income.medical", ""),
    "所得情報/社会保険料控除": ("people_income.social_insurance", ""),
    "所得情報/配偶者特別控除": ("people_income.spouse_special", ""),
}
"""Item as printed → the columns that hold it, and what has to be said about them."""

BOOKKEEPING: Final[Mapping[str, str]] = {
    "id": "行の番号",
    "person_id": "宛名番号への参照",
    "valid": "この事実が当てはまる期間",
    "source": "情報の出所",
    "source_ref": "出所の書類や通知の番号",
    "entry_id": "どの入力で書かれたか",
    "recorded_at": "いつ入力されたか",
    "recorded_by": "誰が入力したか",
    "superseded_at": "いつ訂正されたか",
    "superseded_by_id": "訂正後の行",
    "superseded_entry_id": "どの入力で訂正されたか",
}
"""Columns that each fact has around what it says (評価書 Ⅲ2・Ⅲ3: 入力と確認、記録)."""

BESIDE: Final[Mapping[str, str]] = {
    "people_person.key": "画面のアドレスで宛名番号の代わりに使う、意味のない鍵",
    "people_person.created_at": "登録日時",
    "people_household.created_at": "登録日時",
    "people_entry": "入力の記録(二重送信の防止、誰がいつ入力したか)。個人の情報は宛名番号だけ",
    "people_check": "入力した職員とは別の職員による確認",
    "people_search_key": "検索用に整えた鍵。氏名・番号・電話・生年月日から作り直せる",
    "vault_my_number": "暗号化のための列と、期間・出所・記録日時",
}
"""Columns, or whole tables, that hold no record item, and what they are for."""


def printed(text: str) -> Iterator[tuple[str, str]]:
    """Yield (group, item) in the order of print; the second of a name is marked ``(2)``."""
    group, seen = "", set[str]()
    for line in text.splitlines():
        heading = re.fullmatch(r"＜(.+)＞", line)
        if heading:
            group = heading[1]
        elif line and not line.startswith("#"):
            for item in line.split("\u3000"):
                name = f"{item}(2)" if f"{group}/{item}" in seen else item
                seen.add(f"{group}/{item}")
                yield group, name


def columns() -> dict[str, str]:
    """Return ``table.column`` → its comment, of every table of the register and the vault."""
    return {
        f"{model._meta.db_table}.{column.column}": str(  # noqa: SLF001 - Django's public name for it
            column.db_comment or column.verbose_name
        )
        for label in APPS
        for model in apps.get_app_config(label).get_models()
        for column in model._meta.concrete_fields  # noqa: SLF001 - as above
    }


def explained(column: str) -> str:
    """Return why a column holds no record item, or nothing."""
    table, name = column.split(".")
    own = BESIDE.get(column) or BESIDE.get(table, "")
    return own or (BOOKKEEPING.get(name, "") if table.startswith("people_") else "")


def faults(items: list[tuple[str, str]], known: Mapping[str, str]) -> Iterator[str]:
    """Yield every difference between the items as printed and the columns."""
    named = {f"{group}/{item}" for group, item in items}
    yield from (f"item without a column: {item}" for item in sorted(named - MAPPED.keys()))
    yield from (f"mapped, but not printed: {item}" for item in sorted(MAPPED.keys() - named))
    held = {column for listed, _ in MAPPED.values() for column in listed.split()}
    yield from (f"no such column: {column}" for column in sorted(held - known.keys()))
    yield from (
        f"column neither mapped nor explained: {column}"
        for column in sorted(known.keys() - held)
        if not explained(column)
    )


def page(items: list[tuple[str, str]], known: Mapping[str, str]) -> str:
    """Return the page."""
    lines = [
        "# 記録項目と列 / Record items and columns",
        "",
        (
            "Generated by `tools/record_items.py` from [record-items.txt](record-items.txt)"
            " (the items as printed in 別添2 of the founding document 004) and the models;"
            " `make check` keeps it so. Every item has its columns or its explanation."
        ),
        "",
    ]
    group = ""
    for heading, item in items:
        if heading != group:
            group = heading
            lines += [f"## {group}", "", "| 記録項目 | 列 | 注 |", "|---|---|---|"]
        held, note = MAPPED[f"{group}/{item}"]
        lines.append(f"| {item} | {'<br>'.join(f'`{each}`' for each in held.split())} | {note} |")
        if (heading, item) == items[-1] or items[items.index((heading, item)) + 1][0] != group:
            lines.append("")
    held_ = {column for listed, _ in MAPPED.values() for column in listed.split()}
    lines += [
        "## 記録項目でない列",
        "",
        "事実の表(`people_…`)に共通の列: "
        + "、".join(f"`{name}` {why}" for name, why in BOOKKEEPING.items())
        + "。",
        "",
        "| 表・列 | 何のためか |",
        "|---|---|",
        *(f"| `{name}` | {why} |" for name, why in BESIDE.items()),
        "",
        "## 列と用語",
        "",
        "| 列 | 用語 |",
        "|---|---|",
        *(f"| `{name}` | {known[name]} |" for name in sorted(held_)),
        "",
    ]
    return "\n".join(lines)


def main() -> int:
    """Write the page, or check it."""
    items = list(printed(ITEMS.read_text(encoding="utf-8")))
    known = columns()
    wrong = list(faults(items, known))
    if not wrong and "--check" not in sys.argv[1:]:
        PAGE.write_text(page(items, known), encoding="utf-8")
    elif not wrong and (
        not PAGE.exists() or PAGE.read_text(encoding="utf-8") != page(items, known)
    ):
        wrong = [f"{PAGE} is stale: run python tools/record_items.py"]
    for line in wrong:
        print(line, file=sys.stderr)
    return 1 if wrong else 0


def set_up() -> None:
    """Load the models alone: this needs no database, no secret and no site."""
    settings.configure(
        INSTALLED_APPS=["django.contrib.contenttypes", "kokunen.access.vault", "kokunen.people"],
        DEFAULT_AUTO_FIELD="django.db.models.BigAutoField",
        USE_TZ=True,
    )
    django.setup()


if __name__ == "__main__":
    set_up()
    sys.exit(main())
