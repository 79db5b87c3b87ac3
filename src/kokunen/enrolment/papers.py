"""The documents that belong to each filing: why, and what the register answers already. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from kokunen.cases.catalogue.kinds import Filer
from kokunen.cases.domain import Attachment, Channel
from kokunen.enrolment import life
from kokunen.enrolment.days import item
from kokunen.enrolment.life import of
from kokunen.people.codes import Removal
from kokunen.people.domain import NumberValue, RegisterValue

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from kokunen.cases.domain import Receipt
    from kokunen.enrolment.life import Facts

_ONLINE: Final = frozenset({Channel.ONLINE, Channel.AGENCY, Channel.OFFICE})
_IDENTITY: Final = (
    "個人番号カード",
    "運転免許証・パスポート・在留カード(顔写真付き1点)",
    "資格確認書と年金手帳など(2点)",
)


def attachments(receipt: Receipt, facts: Facts) -> tuple[Attachment, ...]:
    """Return what is to be brought; what the register answers is listed as not needed."""
    find = _PAPERS.get(receipt.filing)
    own = () if find is None else tuple(find(receipt, facts))
    return (*_bringer(receipt), _number(facts), *own)


def _bringer(receipt: Receipt) -> Iterator[Attachment]:
    if receipt.channel in _ONLINE or receipt.filer is Filer.OFFICE:
        return
    who = "届け出る人" if receipt.filer is Filer.SELF else "来庁した人"
    yield Attachment(
        name="本人確認書類" + ("の写し" if receipt.channel is Channel.POST else ""),
        why=f"{who}を確かめる(番号法16条)",
        instead=_IDENTITY,
    )
    if receipt.filer is Filer.PROXY:
        yield Attachment(
            name="委任状",
            why="代理人に任せたことを確かめる",
            instead=("成年後見などの登記事項証明書", "戸籍(親権者のとき)"),
        )
    if receipt.filer is Filer.SURVIVOR:
        yield Attachment(
            name="続柄の分かる戸籍",
            why="届け出る義務のある人かを確かめる(法105条4項)",
            instead=("死亡届の届出人であることの住民記録での確認",),
        )


def _number(facts: Facts) -> Attachment:
    known = bool(of(facts, NumberValue))
    return Attachment(
        name="基礎年金番号通知書か年金手帳",
        why="基礎年金番号は登録済み" if known else "基礎年金番号を確かめる(法14条)",
        instead=("個人番号カード(個人番号で届け出るとき)",),
        needed=not known,
    )


def _left(receipt: Receipt, facts: Facts) -> Iterator[Attachment]:
    cause = item(receipt, "cause")
    if cause == "left_category_2":
        yield Attachment(
            name="健康保険・厚生年金の資格喪失証明書",
            why="厚生年金の資格を失った日を確かめる",
            instead=("離職票", "雇用保険受給資格者証", "退職証明書"),
        )
    elif cause == "left_category_3":
        yield Attachment(
            name="扶養から外れた日の分かる書類",
            why="第3号でなくなった日を確かめる",
            instead=("健康保険の資格喪失証明書", "配偶者の離職票", "離婚届の受理証明書・戸籍"),
        )
    elif cause == "arrival":
        known = any(fact.value.arrived_on is not None for fact in of(facts, RegisterValue))
        foreign = life.japanese(facts) is False
        yield Attachment(
            name="在留カードとパスポート" if foreign else "パスポート",
            why="入国日は住民票で分かる" if known else "国内に住所を有した日を確かめる",
            instead=("出入国記録", "航空券の控え"),
            needed=not known,
        )


def _ends(receipt: Receipt, facts: Facts) -> Iterator[Attachment]:
    cause = item(receipt, "cause")
    if cause == "death":
        known = life.died_on(facts) is not None
        yield Attachment(
            name="死亡診断書の写しか戸籍",
            why="死亡日は住民票で分かる" if known else "死亡日を確かめる(法9条1号)",
            instead=("死亡届の記載事項証明書",),
            needed=not known,
        )
    elif cause == "abroad":
        yield _removal(facts)
    elif cause in ("category_2", "category_3"):
        yield Attachment(
            name="健康保険の資格情報のお知らせ",
            why="第2号・第3号となった日を確かめる",
            instead=("資格確認書", "勤め先の証明"),
        )


def _removal(facts: Facts) -> Attachment:
    known = any(
        fact.value.removal is Removal.ABROAD and fact.value.removed_on is not None
        for fact in of(facts, RegisterValue)
    )
    return Attachment(
        name="国外転出届の控え",
        why="転出日は住民票で分かる" if known else "国内に住所を有しなくなった日を確かめる",
        instead=("住民票の除票", "パスポートの出国印"),
        needed=not known,
    )


def _voluntary(receipt: Receipt, facts: Facts) -> Iterator[Attachment]:
    if item(receipt, "lives") == "abroad":
        known = life.japanese(facts) is True
        yield Attachment(
            name="戸籍の附票か日本国旅券",
            why="日本国籍は住民票で分かる" if known else "日本国籍と国外の住所を確かめる",
            instead=("在外公館の在留証明",),
            needed=not known,
        )
    yield Attachment(
        name="預貯金通帳と届出印",
        why="口座振替で納める(法附則5条2項)",
        instead=("口座振替納付申出書(金融機関の確認印のあるもの)",),
        needed=item(receipt, "payment") != "exception",
    )
    yield Attachment(
        name="年金加入記録",
        why="受給資格期間が120月に足りないことを確かめる"
        if receipt.filing == "special_voluntary"
        else "納付済の月数(480月まで)を確かめる",
        instead=("ねんきん定期便", "ねんきんネットの画面", "年金事務所への照会"),
    )


def _departure(receipt: Receipt, facts: Facts) -> Iterator[Attachment]:
    yield _removal(facts)
    if item(receipt, "prepaid") != "none":
        yield Attachment(
            name="前納の領収書か口座振替の通知",
            why="前納した月と額を確かめる(国民年金法施行令9条)",
            instead=("年金事務所への照会",),
        )
        yield Attachment(
            name="還付金を受け取る口座の分かるもの",
            why="日本年金機構の還付請求書に書く",
            needed=False,
        )
    if item(receipt, "wish") == "voluntary":
        yield Attachment(
            name="預貯金通帳と届出印",
            why="国外から口座振替で納める",
            instead=("国内協力者が納付書で納める",),
        )


def _corrected(receipt: Receipt, facts: Facts) -> Iterator[Attachment]:
    foreign = life.japanese(facts) is False
    yield Attachment(
        name="在留カードかパスポート" if foreign else "戸籍",
        why="正しい内容と、誤りの経緯を確かめる",
        instead=("住民票(訂正済みのもの)",),
        needed=not item(receipt, "evidence"),
    )


def _renamed(receipt: Receipt, facts: Facts) -> Iterator[Attachment]:
    known = any(
        getattr(fact.value, "name", "") == item(receipt, "name") for fact in facts.get("name", ())
    )
    yield Attachment(
        name="戸籍",
        why="変更後の氏名は住民票で分かる" if known else "変更後の氏名と変更日を確かめる",
        instead=("住民票", "個人番号カード(変更後の記載)", "在留カード"),
        needed=not known,
    )


_PAPERS: Final[Mapping[str, Callable[[Receipt, Facts], Iterator[Attachment]]]] = {
    "acquisition": _left,
    "category_change": _left,
    "loss": _ends,
    "voluntary": _voluntary,
    "voluntary_end": _ends,
    "special_voluntary": _voluntary,
    "birth_date_correction": _corrected,
    "sex_correction": _corrected,
    "name_change": _renamed,
    "departure": _departure,
}
