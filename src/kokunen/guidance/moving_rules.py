"""What follows from moving: one function for each event. Pure.

Articles without a law's name are of 国民年金法; 規則 is 国民年金法施行規則.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from kokunen.guidance.common_rules import insured_at_work, unpaid
from kokunen.guidance.results import Desk, Result, Told, choice, desk, file, nothing

if TYPE_CHECKING:
    from collections.abc import Iterator

_MOVED: Final = "住民基本台帳法22条"


def moved_in(told: Told) -> Iterator[Result]:
    """Somebody came from another city."""
    yield desk(Desk.REGISTER, "転入届を14日以内に出します。", "住民基本台帳法22条")
    if told.may_be("category", "category_1", "voluntary"):
        yield file(
            "address_change",
            "基礎年金番号に個人番号が結び付いている人は、住所の届出が要りません。いない人は届け出ます。",
            "法12条1項",
        )
        yield desk(
            Desk.HEALTH, "国保の人は、転入の日から加入の届出が要ります。", "国民健康保険法7条・9条"
        )
    if told.may_be("category", "category_2", "category_3"):
        yield desk(
            Desk.EMPLOYER, "第2号・第3号は、住所の変更も勤務先を通じます。", "法12条5項・6項"
        )
    if told.may_be("category", "none"):
        if told.may_be("age", "20_59"):
            yield file(
                "acquisition",
                "20歳から59歳で入っていないなら、加入の届出が要ります。",
                "法7条1項1号・12条1項",
            )
        if told.may_be("age", "60_64", "65_69"):
            yield choice(
                "voluntary",
                "60歳から64歳は、480月に足りないとき任意で入れます。",
                "法附則5条1項2号",
            )
        if told.may_be("age", "under_20", "70_over"):
            yield nothing("20歳未満と70歳以上は、国民年金に入りません。", "法7条1項1号")


def moved_out(told: Told) -> Iterator[Result]:
    """Somebody goes to another city."""
    yield desk(
        Desk.REGISTER,
        "転出届を出し、新しい市区町村で転入届を出します。",
        "住民基本台帳法22条・24条",
    )
    if told.may_be("category", "category_2", "category_3"):
        yield desk(
            Desk.EMPLOYER, "第2号・第3号は、住所の変更も勤務先を通じます。", "法12条5項・6項"
        )
    if not told.says("category", "category_2", "category_3"):
        yield nothing(
            "国民年金は新しい市区町村が続けて受け持ちます。出した申請は、そのまま年金機構で審査されます。",
            "法12条1項",
        )


def abroad(told: Told) -> Iterator[Result]:
    """Somebody leaves Japan."""
    yield desk(Desk.REGISTER, "国外への転出届を出します。", "住民基本台帳法24条")
    if told.may_be("category", "category_2", "category_3"):
        yield desk(
            Desk.EMPLOYER,
            "第2号は赴任・退職の扱いを、第3号は海外特例の要件を、勤務先に確かめます。",
            "法7条1項2号・3号",
        )
    if told.may_be("category", "category_1"):
        yield file(
            "loss", "日本に住所がなくなった日の翌日に資格がなくなります。", "法9条2号・12条1項"
        )
        yield file(
            "departure",
            "前納した保険料の還付と、任意加入のどちらにするかを確かめます。",
            "法附則5条1項3号・国民年金法施行令9条",
        )
    if told.may_be("category", "voluntary"):
        yield file("voluntary_end", "日本に住む人としての任意加入は終わります。", "法附則5条")
    if told.may_be("category", "category_1", "voluntary", "none"):
        if told.may_be("nation", "japanese"):
            yield choice(
                "voluntary",
                "海外に住む20歳から64歳の日本人は、任意で入り続けられます。",
                "法附則5条1項3号",
            )
        if told.may_be("nation", "foreign"):
            yield desk(
                Desk.AGENCY,
                "6月以上納めて出国した外国籍の人は、2年以内に脱退一時金を請求できます。協定国は期間の通算も見ます。",
                "法附則9条の3の2",
            )


def from_abroad(told: Told) -> Iterator[Result]:
    """Somebody came, or came back, from abroad."""
    yield desk(Desk.REGISTER, "転入届を14日以内に出します。国保もここから始まります。", _MOVED)
    yield from insured_at_work(told)
    if not told.may_be("work", "neither"):
        return
    if told.may_be("age", "20_59"):
        if told.may_be("category", "voluntary"):
            yield file("voluntary_end", "海外での任意加入は、日本に住むと終わります。", "法附則5条")
        if told.says("category", "category_1"):
            yield nothing(
                "記録では第1号のままです。資格が続いているかを照会して確かめます。", "法7条1項1号"
            )
        else:
            yield file(
                "acquisition",
                "日本に住む20歳から59歳の人は、国籍によらず加入します。",
                "法7条1項1号・8条2号",
            )
        yield from unpaid(told)
    if told.may_be("age", "60_64"):
        yield choice("voluntary", "480月に足りないときは、任意で入れます。", "法附則5条1項2号")
    if told.may_be("age", "65_69"):
        yield choice(
            "special_voluntary",
            "受給資格期間の10年に足りないときだけ、任意で入れます。",
            "平6改正法附則11条・平16改正法附則23条",
        )
    if told.may_be("age", "under_20", "70_over"):
        yield nothing("20歳未満と70歳以上は、国民年金に入りません。", "法7条1項1号")
    yield desk(
        Desk.AGENCY,
        "海外の年金に入っていた人は、協定国かどうかを確かめます。",
        "社会保障協定の実施に伴う特例法",
    )
