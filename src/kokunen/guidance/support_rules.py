"""What follows from illness, public assistance and violence: one function for each event. Pure.

Articles without a law's name are of 国民年金法; 規則 is 国民年金法施行規則.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from kokunen.guidance.common_rules import unpaid
from kokunen.guidance.results import Desk, Result, Told, care, choice, confirm, desk, file, nothing

if TYPE_CHECKING:
    from collections.abc import Iterator


def illness(told: Told) -> Iterator[Result]:
    """Somebody is disabled by an illness or injury."""
    if told.may_be("first_visit", "before_20", "category_1", "60_64"):
        before = told.says("first_visit", "before_20")
        yield file(
            "disability",
            "初診日から1年6月(治ったときはその日)の障害が1級・2級なら受けられます。"
            + (
                "20歳前の初診には所得の制限があります。"
                if before
                else "納付の要件を初診日の前日で確かめます。"
            ),
            "法30条の4・36条の3" if before else "法30条・30条の4",
        )
    if told.may_be("first_visit", "category_2", "category_3"):
        yield desk(
            Desk.AGENCY,
            "初診日が厚生年金(第2号)か第3号の人は、年金事務所に請求します。",
            "厚生年金保険法47条・法30条",
        )
    if told.may_be("first_visit", "optional_then"):
        yield file(
            "special_disability",
            "平成3年3月までの学生か昭和61年3月までの会社員などの配偶者で、任意加入していなかった人です。",
            "特定障害者に対する特別障害給付金の支給に関する法律2条・3条",
        )
    if told.may_be("first_visit", "none"):
        yield confirm(
            "入っていない間の初診では原則として受けられません。記録の訂正や別の初診日がないか確かめます。",
            "法30条1項",
        )
    if told.may_be("category", "category_1") and not told.says("exempt", "statutory"):
        yield choice(
            "statutory_on",
            "1級・2級の障害年金を受けられるようになったら、前の月から法定免除です。",
            "法89条1項1号",
        )
    yield desk(Desk.CARE, "手帳・手当・医療費の窓口へ。", "障害者総合支援法・身体障害者福祉法15条")


def assistance_begins(told: Told) -> Iterator[Result]:
    """Public assistance began."""
    if told.says("category", "category_2", "category_3"):
        yield nothing(
            "第2号・第3号は自分で保険料を納めないので、免除の届出がありません。", "法89条1項"
        )
    elif told.says("category", "voluntary"):
        yield choice(
            "voluntary_end",
            "任意加入に免除はありません。納められないときはやめられます。",
            "法附則5条",
        )
    else:
        if told.may_be("category", "none"):
            yield file(
                "acquisition",
                "20歳から59歳で入っていないなら、先に加入の届出です。",
                "法7条1項1号・12条1項",
            )
        if told.may_be("assistance", "living") and told.may_be("nation", "japanese"):
            yield file(
                "statutory_on",
                "生活扶助を受けると、始まった月の前の月から法定免除です。",
                "法89条1項2号",
            )
        if told.may_be("assistance", "other") or told.may_be("nation", "foreign"):
            yield file(
                "exemption",
                "生活扶助のほかの扶助だけの人と、行政措置で保護を受ける外国籍の人は、申請による免除です。",
                "法90条1項2号",
            )
    yield desk(Desk.WELFARE, "始まった日と扶助の種類は、保護の担当に確かめます。", "法108条")


def assistance_ends(told: Told) -> Iterator[Result]:
    """Public assistance ended."""
    if told.may_be("exempt", "statutory") and told.may_be("category", "category_1"):
        yield file(
            "statutory_off",
            "法定免除は、終わった月までです。14日以内に届け出ます。",
            "法89条1項・規則76条",
        )
        yield from unpaid(told)
    else:
        yield nothing("法定免除を受けていないので、消滅の届出はありません。", "法89条1項")
        if told.may_be("category", "category_1"):
            yield from unpaid(told)
    if told.unknown("exempt"):
        yield confirm("法定免除の記録が分かりません。年金事務所に確かめます。")
    yield desk(
        Desk.HEALTH, "保護が終わったら、国保か会社の健康保険に入ります。", "国民健康保険法6条・9条"
    )


def violence(told: Told) -> Iterator[Result]:
    """Somebody has to be kept safe from a spouse or another."""
    yield care(
        "人に聞こえない場所で話します。家や勤務先に電話・郵便で連絡してよいかを、必ず本人に聞きます。家族から問い合わせがあっても、来たことも答えません。",
        "配偶者からの暴力の防止及び被害者の保護等に関する法律23条",
    )
    yield desk(
        Desk.REGISTER,
        "支援措置を申し出ると、住民票などの写しを相手に渡しません。年金の画面でも住所を隠します。",
        "住民基本台帳事務処理要領第5-10",
    )
    yield desk(
        Desk.AGENCY,
        "年金の記録の住所を相手に知られない扱いと、証明があれば配偶者の所得を除いた免除の審査を申し出られます。",
        "法90条1項・日本年金機構の取扱い",
    )
    yield desk(
        Desk.SUPPORT,
        "急ぐときは110番。相談は配偶者暴力相談支援センターへつなぎます。",
        "同法3条・6条",
    )
    if told.may_be("category", "category_3"):
        yield file(
            "category_change",
            "配偶者の扶養から外れるときは、第1号に変わります。届出の控えを家に送らないよう書き添えます。",
            "法7条1項1号・12条1項",
        )
    if not told.says("category", "category_2"):
        yield choice(
            "exemption",
            "納めるのが難しいときは免除を申請できます。送付先は安全な所にします。",
            "法90条・90条の2",
        )


def other(told: Told) -> Iterator[Result]:
    """Something else happened."""
    del told
    yield confirm(
        "この案内には載っていないことです。内容を聞き取り、年金事務所の市区町村担当に確かめます。"
    )
