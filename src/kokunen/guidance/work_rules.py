"""What follows from work and money: one function for each event. Pure.

Articles without a law's name are of 国民年金法; 規則 is 国民年金法施行規則.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from kokunen.guidance.common_rules import insured_at_work, to_category_1, unpaid
from kokunen.guidance.results import Desk, Result, Told, choice, confirm, desk, file, nothing

if TYPE_CHECKING:
    from collections.abc import Iterator

_FROM_90: Final = "法90条・90条の2・平26改正法附則14条"
_HEALTH_IN: Final = "国民健康保険法7条・9条"


def left_job(told: Told) -> Iterator[Result]:
    """Somebody left a company."""
    yield desk(
        Desk.HEALTH, "会社の健康保険をやめた人は、任意継続でなければ国保に入ります。", _HEALTH_IN
    )
    yield from insured_at_work(told)
    young = told.may_be("age", "20_59")
    if told.may_be("work", "neither"):
        if told.says("category", "category_1"):
            yield nothing("記録では今も第1号なので、種別の届出は要りません。", "法7条1項1号")
        elif young:
            yield from to_category_1(told, "厚生年金をやめると")
        if young:
            yield from unpaid(told, lost_job=True)
        if told.may_be("age", "60_64"):
            yield choice(
                "voluntary",
                "60歳からは加入の義務がありません。480月に足りないときは任意で入れます。",
                "法附則5条1項2号",
            )
        if told.may_be("age", "65_69"):
            yield choice(
                "special_voluntary",
                "受給資格期間の10年に足りないときだけ、任意で入れます。",
                "平6改正法附則11条・平16改正法附則23条",
            )
        if told.may_be("age", "under_20", "70_over"):
            yield nothing("20歳未満と70歳以上は、国民年金に入りません。", "法7条1項1号")
    # A spouse on somebody's insurance loses category 3 with it.
    if told.may_be("dependant", "yes") and not told.says("category", "category_1", "category_3"):
        yield file(
            "category_change",
            "扶養していた配偶者(20歳から59歳)も、第3号から第1号に変わります。",
            "法7条1項1号・3号、12条1項",
            whose="配偶者",
        )


def got_job(told: Told) -> Iterator[Result]:
    """Somebody began to work, or works differently."""
    yield from insured_at_work(told)
    if told.may_be("work", "own", "spouse"):
        yield desk(
            Desk.HEALTH,
            "会社の健康保険に入ったら、国保をやめる届出が要ります。",
            "国民健康保険法8条・9条",
        )
        if told.may_be("category", "category_1", "voluntary"):
            yield nothing(
                "第1号・任意加入は会社の届出で終わります。前納した分は年金事務所から還付されます。",
                "法9条・法附則5条、前納の還付は国民年金法施行令9条",
            )
        if told.may_be("additional", "yes"):
            yield nothing(
                "付加保険料も、第2号・第3号になると終わります。届出は要りません。", "法87条の2"
            )
    if told.may_be("work", "neither"):
        if told.says("category", "category_1"):
            yield nothing("厚生年金に入らない働き方なら、第1号のままです。", "法7条1項1号")
        elif told.says("category", "voluntary"):
            yield nothing("厚生年金に入らない働き方なら、任意加入のままです。", "法附則5条")
        else:
            yield from to_category_1(told, "厚生年金にも扶養にも入らないと(20歳から59歳)")


def cannot_pay(told: Told) -> Iterator[Result]:
    """Somebody finds it hard to pay."""
    if told.says("category", "category_2", "category_3"):
        yield nothing("第2号・第3号は、国民年金の保険料を自分で納めません。", "法94条の6")
        return
    if told.says("category", "voluntary"):
        yield choice(
            "voluntary_end", "任意加入には免除がありません。やめることはできます。", "法附則5条"
        )
        return
    if told.says("category", "none"):
        if told.may_be("age", "20_59"):
            yield file(
                "acquisition",
                "20歳から59歳で入っていないなら、まず加入の届出です。",
                "法7条・8条・12条1項",
            )
            yield choice("exemption", "加入と一緒に免除・納付猶予を申請できます。", _FROM_90)
        if told.may_be("age", "under_20", "60_64", "65_69", "70_over"):
            yield nothing("20歳未満と60歳からは、納める義務がありません。", "法7条1項1号・88条1項")
        return
    if told.says("exempt", "statutory", "family"):
        yield nothing("すでに全額が免除されています。", "法88条の2・88条の3・89条")
        return
    yield from _application(told)
    if told.may_be("additional", "yes"):
        yield nothing("免除・猶予が認められると、付加保険料は終わります。", "法87条の2")
    if told.unknown("category"):
        yield confirm("今の種別が分かりません。第1号かどうかを年金事務所に確かめます。")


def _application(told: Told) -> Iterator[Result]:
    again = (
        "今の承認期間の後(7月から翌年6月、学生は4月から3月)の分を申請できます。"
        if told.says("exempt", "applied")
        else ""
    )
    if told.may_be("student", "yes"):
        yield choice(
            "student", f"学生は学生納付特例です。本人の所得だけで審査します。{again}", "法90条の3"
        )
    if told.may_be("student", "no"):
        tested = {
            "yes": "本人(世帯主)と配偶者",
            "no": "本人・配偶者・世帯主",
        }.get(told.answers.get("head", ""), "本人・配偶者・(別にいれば)世帯主")
        yield choice(
            "exemption",
            f"所得を見るのは{tested}です。納期限から2年を過ぎていない月までさかのぼれます。{again}",
            f"{_FROM_90}・102条4項",
        )
    yield desk(
        Desk.TAX, "所得の申告をしていない人がいると審査できません。先に申告します。", "法90条1項"
    )


def student(told: Told) -> Iterator[Result]:
    """Answer a student who cannot pay."""
    if told.says("age", "under_20"):
        yield nothing("20歳になるまでは国民年金に入りません。", "法7条1項1号")
        return
    if told.says("category", "category_2", "category_3"):
        yield nothing("第2号・第3号は、自分で保険料を納めません。", "法94条の6")
        return
    if told.says("category", "voluntary"):
        yield nothing("任意加入の人は学生納付特例を使えません。", "法附則5条")
        yield choice("voluntary_end", "納められないときは、任意加入をやめられます。", "法附則5条")
        return
    if told.says("exempt", "statutory", "family"):
        yield nothing("すでに全額が免除されています。", "法88条の2・88条の3・89条")
        return
    if told.says("category", "none") and told.may_be("age", "20_59"):
        yield file("acquisition", "20歳からは学生も加入します。", "法7条1項1号・8条")
    if told.says("age", "60_64", "65_69", "70_over"):
        yield nothing("60歳からは、納める義務がありません。", "法88条1項")
        return
    yield choice(
        "student", "在学の月は、本人の所得だけで審査して納付を先に延ばせます。", "法90条の3"
    )
    if told.unknown("category"):
        yield confirm("今の種別が分かりません。第1号かどうかを年金事務所に確かめます。")
