"""What follows from an age, and from the wish for more: one function for each event. Pure.

Articles without a law's name are of 国民年金法; 規則 is 国民年金法施行規則.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from kokunen.guidance.common_rules import insured_at_work, unpaid
from kokunen.guidance.results import Desk, Result, Told, choice, desk, file, nothing

if TYPE_CHECKING:
    from collections.abc import Iterator


def turned_20(told: Told) -> Iterator[Result]:
    """Somebody turned 20."""
    yield from insured_at_work(told)
    if not told.may_be("work", "neither"):
        return
    if told.says("resident", "no"):
        yield choice("voluntary", "海外に住む日本人は任意で入れます。", "法附則5条1項3号")
        return
    yield nothing(
        "20歳の加入は年金機構が手続をし、約2週間で通知が届きます。届いていれば届出は要りません。",
        "法7条1項1号・8条1号",
    )
    yield choice("acquisition", "通知が届かないときは、ここで届け出ます。", "法12条1項")
    yield from unpaid(told)


def turned_60(told: Told) -> Iterator[Result]:
    """Somebody turned 60."""
    if told.may_be("category", "category_1", "category_3"):
        yield nothing("60歳になった日に自動で終わります。届出は要りません。", "法9条3号")
    if told.may_be("category", "category_2"):
        yield nothing("厚生年金に入っている間は、60歳を過ぎても第2号です。", "法7条1項2号")
    if not told.says("category", "category_2"):
        yield from _voluntary_60(told)
    yield desk(
        Desk.AGENCY,
        "65歳より前から受ける繰上げは、減額が一生続きます。先に試算を頼みます。",
        "法附則9条の2",
    )


def _voluntary_60(told: Told) -> Iterator[Result]:
    why = "480月に足りないときは、65歳になるまで任意で入って増やせます。"
    if told.says("resident", "no"):
        if told.may_be("nation", "japanese"):
            yield choice("voluntary", f"海外に住む日本人も、{why}", "法附則5条1項3号")
        if told.may_be("nation", "foreign"):
            yield nothing("日本に住所のない外国籍の人は、任意加入できません。", "法附則5条1項3号")
    else:
        yield choice("voluntary", why, "法附則5条1項2号")


def pension_age(told: Told) -> Iterator[Result]:
    """Somebody wants the old-age pension."""
    if told.says("age", "under_20", "20_59"):
        yield nothing("老齢基礎年金は65歳から(繰上げは60歳から)です。", "法26条・法附則9条の2")
        return
    if told.may_be("age", "60_64"):
        yield desk(
            Desk.AGENCY,
            "65歳より前の繰上げは減額が一生続きます。試算してから決めます。",
            "法附則9条の2",
        )
    if told.may_be("career", "only_1"):
        yield file(
            "old_age", "第1号の期間だけの人は、市の窓口で請求できます。", "法16条・26条、令1条の2"
        )
        yield choice(
            "support_benefit",
            "所得が少ない人には給付金が上乗せされます。請求した月の翌月分からです。",
            "年金生活者支援給付金法2条・5条",
        )
    if told.may_be("career", "others"):
        yield desk(
            Desk.AGENCY,
            "厚生年金や第3号の期間がある人は、年金事務所に請求します。",
            "法16条・令1条の2",
        )


def more_pension(told: Told) -> Iterator[Result]:
    """Somebody wants more pension."""
    if told.may_be("age", "20_59"):
        yield from _young(told)
    if told.may_be("age", "60_64"):
        yield from _voluntary(told)
    if told.may_be("age", "65_69"):
        yield choice(
            "special_voluntary",
            "受給資格期間の10年に足りないときだけ入れます。付加はありません。",
            "平6改正法附則11条・平16改正法附則23条",
        )
    if told.may_be("age", "65_69", "70_over"):
        yield desk(Desk.AGENCY, "まだ受けていなければ、繰下げで増やせます(1月0.7%)。", "法28条")
    if told.says("age", "under_20"):
        yield nothing("20歳になるまでは国民年金に入りません。", "法7条1項1号")


def _young(told: Told) -> Iterator[Result]:
    if told.may_be("category", "category_1"):
        yield from _paying_more(told)
    if told.may_be("category", "category_2", "category_3"):
        yield nothing(
            "第2号・第3号は付加保険料を納められません。iDeCoなどがあります。", "法87条の2"
        )
    if told.may_be("category", "none"):
        if told.may_be("resident", "yes"):
            yield file(
                "acquisition",
                "日本に住む20歳から59歳で入っていないなら、まず加入の届出です。",
                "法7条1項1号・12条1項",
            )
        if told.may_be("resident", "no"):
            yield from _voluntary_60(Told(answers={**told.answers, "resident": "no"}))
    if told.says("category", "voluntary"):
        yield from _voluntary(told)


def _paying_more(told: Told) -> Iterator[Result]:
    if told.says("exempt", "none", "family") and told.says("additional", "yes"):
        yield nothing(
            "もう付加を納めています。国民年金基金とは一緒に使えません。",
            "法87条の2",
        )
    elif told.may_be("exempt", "none", "family"):
        yield choice(
            "additional_on",
            "月400円で、受け取る年額が200円×月数増えます。申し出た月からです。",
            "法43条・44条・87条の2",
        )
    if told.may_be("exempt", "statutory"):
        yield choice(
            "payment_wish", "法定免除の間も、申し出れば納めて満額に近づけられます。", "法89条2項"
        )
    if told.may_be("exempt", "statutory", "applied"):
        yield desk(Desk.AGENCY, "免除・猶予の月は、10年以内なら追納できます。", "法94条")


def _voluntary(told: Told) -> Iterator[Result]:
    if told.says("category", "voluntary"):
        if told.says("additional", "yes"):
            yield nothing("任意加入と付加を、すでに納めています。", "法87条の2・法附則5条")
        else:
            yield choice(
                "additional_on", "任意加入の人も付加を納められます。", "法87条の2・法附則5条"
            )
    elif told.says("category", "category_2"):
        yield nothing("厚生年金に入っている間は、任意加入できません。", "法附則5条1項")
    elif told.says("resident", "no") and told.says("nation", "foreign"):
        yield nothing("日本に住所のない外国籍の人は、任意加入できません。", "法附則5条1項3号")
    else:
        yield choice(
            "voluntary",
            "480月に足りないときは、65歳になるまで任意で入れます。",
            "法附則5条1項2号・3号",
        )


def lost_notice(told: Told) -> Iterator[Result]:
    """Somebody lost the notice of the number."""
    if told.may_be("category", "category_1", "voluntary", "none"):
        yield file(
            "number_notice",
            "基礎年金番号通知書を作り直します。年金手帳は新しく作られません。",
            "規則11条",
        )
    if told.may_be("category", "category_2", "category_3"):
        yield desk(
            Desk.EMPLOYER,
            "第2号・第3号は勤務先を通じるか、年金事務所に直接申し出ます。",
            "規則11条",
        )
