"""What follows from marriage, birth and death: one function for each event. Pure.

Articles without a law's name are of 国民年金法; 規則 is 国民年金法施行規則.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from kokunen.guidance.common_rules import insured_at_work, renamed, to_category_1, unpaid
from kokunen.guidance.results import Desk, Result, Told, choice, confirm, desk, file, nothing

if TYPE_CHECKING:
    from collections.abc import Iterator

_HEALTH_IN: Final = "国民健康保険法7条・9条"


def married(told: Told) -> Iterator[Result]:
    """Somebody married."""
    yield from insured_at_work(told)
    if told.may_be("work", "neither"):
        if told.says("category", "category_1", "voluntary"):
            yield nothing("扶養に入らないなら、種別は変わりません。", "法7条1項")
        else:
            yield from to_category_1(told, "厚生年金にも扶養にも入らないと(20歳から59歳)")
    yield from renamed(told)
    if told.may_be("exempt", "applied"):
        yield nothing(
            "免除の承認は今の期間の終わりまで変わりません。次からは配偶者の所得も見ます。",
            "法90条1項",
        )
    yield desk(
        Desk.HEALTH,
        "配偶者の健康保険に入るときは、国保をやめる届出が要ります。",
        "国民健康保険法9条",
    )


def divorced(told: Told) -> Iterator[Result]:
    """Somebody divorced."""
    yield from insured_at_work(told)
    if told.may_be("work", "neither"):
        if told.says("category", "category_1", "voluntary"):
            yield nothing("種別は変わりません。", "法7条1項")
        else:
            yield from to_category_1(told, "扶養から外れると(20歳から59歳)")
        yield from unpaid(told)
    yield from renamed(told)
    yield desk(
        Desk.AGENCY,
        "婚姻中の厚生年金を分けられます(離婚時の分割)。期限があるので早めに相談します。",
        "厚生年金保険法78条の2",
    )
    yield desk(
        Desk.CHILDREN, "子がいるときは、児童扶養手当・児童手当の窓口へ。", "児童扶養手当法6条"
    )
    yield desk(Desk.HEALTH, "配偶者の健康保険から外れた人は、国保に入ります。", _HEALTH_IN)


def spouse_left_job(told: Told) -> Iterator[Result]:
    """Answer somebody whose spouse left a company."""
    if told.says("category", "category_1", "category_2", "voluntary"):
        yield nothing("本人は配偶者の扶養ではないので、種別は変わりません。", "法7条1項")
    elif told.says("age", "under_20", "60_64", "65_69", "70_over"):
        yield nothing("第3号は20歳から59歳だけなので、変わるものがありません。", "法7条1項3号")
    else:
        yield from insured_at_work(told)
        if told.may_be("work", "neither"):
            yield file(
                "category_change",
                "配偶者が厚生年金をやめると、第3号から第1号に変わります。",
                "法7条1項1号・3号、12条1項",
            )
            yield from unpaid(told, lost_job=True)
    yield desk(Desk.HEALTH, "配偶者の健康保険から外れた人は、国保に入ります。", _HEALTH_IN)


def pregnancy(told: Told) -> Iterator[Result]:
    """Somebody is pregnant."""
    if told.says("parent", "other"):
        yield nothing(
            "産前産後の免除は、産む本人だけのものです。生まれたら育児の免除があります。",
            "法88条の2・88条の3",
        )
    else:
        yield from _childbirth(
            told,
            "予定日の6月前から届け出られます。予定日の前の月から4月(多胎は3月前から6月)が免除されます。",
        )
    yield desk(Desk.CHILDREN, "妊娠の届出と母子健康手帳の窓口へ。", "母子保健法15条・16条")


def birth(told: Told) -> Iterator[Result]:
    """Answer for a child born or adopted."""
    if told.may_be("parent", "mother"):
        yield from _childbirth(
            told,
            "出産の月の前の月から4月(多胎は3月前から6月)が免除され、納めたものとして数えます。",
        )
    if told.may_be("category", "category_1"):
        yield file(
            "childcare",
            "子が1歳になるまで、父も母も免除され、納めたものとして数えます(令和8年10月から)。",
            "法88条の3",
        )
        yield confirm(
            "令和8年9月までに生まれた子の育児免除は、経過措置を年金事務所に確かめます。",
            "法88条の3",
        )
    elif told.says("parent", "other"):
        yield from _not_category_1(told)
    yield desk(Desk.REGISTER, "出生届を14日以内に出します。", "戸籍法49条")
    yield desk(Desk.CHILDREN, "児童手当と子どもの医療の窓口へ。", "児童手当法7条")
    yield desk(
        Desk.HEALTH,
        "国保の人は、出産育児一時金と産前産後の保険料の軽減があります。",
        "国民健康保険法58条・76条の2",
    )


def _childbirth(told: Told, why: str) -> Iterator[Result]:
    if told.may_be("category", "category_1"):
        yield file("childbirth", why, "法88条の2・規則73条の7")
    if not told.says("category", "category_1"):
        yield from _not_category_1(told)


def _not_category_1(told: Told) -> Iterator[Result]:
    if told.may_be("category", "category_2", "category_3"):
        yield desk(
            Desk.EMPLOYER,
            "第2号の産休・育休の免除は勤務先が届け出ます。第3号は納める保険料がありません。",
            "厚生年金保険法81条の2・81条の2の2",
        )
    if told.may_be("category", "voluntary", "none"):
        yield nothing(
            "任意加入の人と入っていない人には、産前産後・育児の免除がありません。",
            "法88条の2・88条の3",
        )


def death(told: Told) -> Iterator[Result]:
    """Somebody of the family died."""
    yield desk(Desk.REGISTER, "死亡届を、知った日から7日以内に出します。", "戸籍法86条")
    if told.may_be("receiving", "yes"):
        yield file(
            "death_report",
            "年金を受けていた人の死亡は14日以内に届け出ます(個人番号が収録されていれば省けます)。",
            "法105条4項・規則24条",
            whose="亡くなった人",
        )
        yield file(
            "unpaid",
            "亡くなった月の分までの年金を、生計を同じくしていた家族が受けられます。",
            "法19条",
            whose="家族",
        )
        yield choice(
            "support_unpaid",
            "給付金を受けていたときは、その未払い分も請求できます。",
            "年金生活者支援給付金法9条",
        )
    if told.may_be("category", "category_1"):
        yield file(
            "loss",
            "加入中の死亡は、翌日に資格がなくなります。",
            "法9条1号・12条1項",
            whose="亡くなった人",
        )
    if told.may_be("category", "voluntary"):
        yield file(
            "voluntary_end",
            "任意加入中の死亡は、翌日に資格がなくなります。",
            "法附則5条",
            whose="亡くなった人",
        )
    yield from _survivors(told)
    if told.may_be("category", "category_2", "category_3") or told.unknown("receiving"):
        yield desk(
            Desk.AGENCY,
            "厚生年金に入ったことのある人の遺族厚生年金は、年金事務所に請求します。",
            "厚生年金保険法58条",
        )
    yield desk(Desk.HEALTH, "国保の人には葬祭費があります。", "国民健康保険法58条")


def _survivors(told: Told) -> Iterator[Result]:
    if told.may_be("left_behind", "child"):
        yield file(
            "survivor",
            "子のある配偶者か子が受けられます。納付の要件を前日で確かめます。",
            "法37条・37条の2",
            whose="遺族",
        )
    if told.may_be("left_behind", "wife") and told.may_be("paid", "120"):
        yield file(
            "widow",
            "第1号として10年以上納めた夫を亡くした妻が、60歳から65歳まで受けられます。",
            "法49条",
            whose="妻",
        )
    # With a widow's pension only one of the two is paid, at the choice of the widow (52条の6).
    if told.may_be("left_behind", "wife", "others") and told.may_be("paid", "120", "36"):
        yield file(
            "death_lump_sum",
            "3年以上納めて年金を受けずに亡くなった人の家族に出ます。寡婦年金とはどちらかを選びます。",
            "法52条の2・52条の6",
            whose="家族",
        )
    if told.says("paid", "less") and not told.may_be("left_behind", "child"):
        yield nothing(
            "納めた期間が3年に満たないため、死亡一時金と寡婦年金はありません。", "法49条・52条の2"
        )
