"""Which documents belong to a claim, by its facts: why, and what is taken instead. Pure.

What the register or the agency's own look-up by My Number answers is not asked for (規則16条,
規則31条, 規則39条); it is listed as not needed, with the reason, so that nobody brings it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from kokunen.benefit.disability import days, judged_at
from kokunen.benefit.findings import elapsed
from kokunen.cases.catalogue.benefit_items import ILLNESSES
from kokunen.cases.catalogue.kinds import Filer
from kokunen.cases.domain import Attachment

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping

    from kokunen.benefit.known import Known
    from kokunen.cases.domain import Receipt

_FORMS: Final = {
    "eye": "1",
    "hearing": "2",
    "limbs": "3",
    "mental": "4",
    "respiratory": "5",
    "circulatory": "6-(1)",
    "kidney_liver_diabetes": "6-(2)",
    "blood_other": "7",
}
"""The eight forms of diagnosis (様式第120号の…) as the agency numbers them."""
_WORDS: Final = dict(ILLNESSES)
_LOST: Final = "なくしたときは、理由を書いた届書"
_THIRD_PARTY: Final = Attachment(
    name="第三者行為事故状況届・確認書", why="第三者の行為が原因のため(法22条)"
)
_INCOME: Final = frozenset({"survivor", "widow"})


def attachments(*, receipt: Receipt, known: Known) -> tuple[Attachment, ...]:
    """Return the documents of a filing, those that are not needed among them (``needed`` False)."""
    found = [*_of_filing(receipt, known), *_account(receipt), *_who_comes(receipt)]
    return tuple(found)


def _of_filing(receipt: Receipt, known: Known) -> Iterator[Attachment]:
    if receipt.filing in ("disability", "special_disability"):
        yield from _disability(receipt, known)
    elif receipt.filing in _LIVING:
        yield from _LIVING[receipt.filing](receipt)
    else:
        yield from _after_death(receipt, known)


def forms_of(illnesses: Iterable[str]) -> str:
    """Name the diagnosis forms, short enough to be kept with the claim; "" for none."""
    numbers = "・".join(_FORMS[each] for each in illnesses)
    return f"様式第120号の{numbers}" if numbers else ""


def _welfare_report(receipt: Receipt) -> Iterator[Attachment]:
    yield _certificate("年金証書", "支払いの確認と差し替えのため")
    yield from _income(receipt)


def _special_report(receipt: Receipt) -> Iterator[Attachment]:
    yield from _income(receipt)
    if receipt.particulars.get("diagnosis_asked") is True:
        yield Attachment(name="障害状態確認届(診断書)", why="年金事務所から求められているため")


def _welfare(receipt: Receipt) -> Iterator[Attachment]:
    yield Attachment(name="戸籍の抄本", why="生年月日の確認(旧法80条)")
    yield from _income(receipt)


def _support(receipt: Receipt) -> Iterator[Attachment]:
    del receipt
    yield Attachment(
        name="世帯の所得の証明",
        why="日本年金機構が市町村から所得の情報を受け取るため、要りません",
        needed=False,
    )


def _bank_change(receipt: Receipt) -> Iterator[Attachment]:
    if receipt.particulars.get("guardian") is True:
        yield Attachment(
            name="後見登記の登記事項証明書",
            why="後見人等の口座で受け取るため",
            needed=receipt.particulars.get("guardian_proof") != "register",
        )


def _old_age(receipt: Receipt) -> Iterator[Attachment]:
    yield _number_proof()
    yield from _birth(receipt)
    if receipt.particulars.get("spouse_pension") == "employee":
        yield Attachment(
            name="戸籍謄本", why="振替加算のため、配偶者との続柄の確認(昭60改正法附則14条)"
        )
        yield Attachment(
            name="請求者の所得の証明", why="振替加算の生計維持の確認", needed=_by_hand(receipt)
        )
    if receipt.particulars.get("other_pension") is True:
        yield _certificate("ほかの年金の証書の写し", "年金の選択の確認(法20条)")
        yield Attachment(
            name="年金受給選択申出書", why="支給事由の違う年金は一つを選ぶため(法20条)"
        )


def _disability(receipt: Receipt, known: Known) -> Iterator[Attachment]:
    given = receipt.particulars
    yield _number_proof()
    yield from _birth(receipt)
    yield from _medical(receipt, known)
    if given.get("has_children") is True:
        yield from _children(receipt, known)
    if receipt.filing == "special_disability":
        yield from _special(receipt)
        return
    found = days(receipt=receipt, known=known)
    if found is not None and not judged_at(known, found):
        yield from _income(receipt)
    if given.get("third_party") is True:
        yield _THIRD_PARTY
    if given.get("workers_compensation") is True:
        yield Attachment(
            name="労災等の決定通知書の写し", why="同じ傷病の補償との調整のため(法36条)"
        )
    if given.get("other_pension") is True:
        yield _certificate("ほかの年金の証書の写し", "年金の選択の確認(法20条)")


def _medical(receipt: Receipt, known: Known) -> Iterator[Attachment]:
    given = receipt.particulars
    which = _diagnosis_of(receipt)
    if _two_diagnoses(receipt, known):
        which += "と、請求日前3か月以内のもの(2枚)"
    yield from _diagnoses(receipt, which)
    illnesses = given.get("illness") or ()
    if "respiratory" in illnesses:
        yield Attachment(name="レントゲンフィルム", why="呼吸器疾患の認定に使うため")
    if "circulatory" in illnesses:
        yield Attachment(name="心電図の写し", why="循環器疾患の認定に使うため")
    if given.get("first_hospital_closed") is True:
        yield Attachment(
            name="受診状況等証明書が添付できない申立書",
            why="初診の医療機関の証明を受けられないため",
            instead=(
                "2番目以後の医療機関の受診状況等証明書",
                "初診日に関する第三者からの申立書",
                "診察券・お薬手帳・身体障害者手帳の診断書など",
            ),
        )
    elif given.get("same_hospital") is False:
        yield Attachment(
            name="受診状況等証明書",
            why="初診の医療機関と診断書の医療機関が違うため、初診日の証明",
            instead=("受診状況等証明書が添付できない申立書",),
        )
    yield Attachment(name="病歴・就労状況等申立書", why="発病から今までの経過の確認(規則31条)")


def _diagnoses(receipt: Receipt, which: str) -> Iterator[Attachment]:
    for illness in receipt.particulars.get("illness") or ():
        yield Attachment(
            name=f"診断書(様式第120号の{_FORMS[illness]} {_WORDS[illness]})", why=which
        )


def _two_diagnoses(receipt: Receipt, known: Known) -> bool:
    found = days(receipt=receipt, known=known)
    return (
        receipt.filing == "disability"
        and receipt.particulars.get("claim") == "recognition"
        and found is not None
        and receipt.received_on >= elapsed(found.recognised_on, months=12)
    )


def _diagnosis_of(receipt: Receipt) -> str:
    if receipt.filing == "special_disability" or receipt.particulars.get("claim") != "recognition":
        return "請求日前3か月以内の現症日のもの"
    return "障害認定日から3か月以内の現症日のもの"


def _special(receipt: Receipt) -> Iterator[Attachment]:
    if receipt.particulars.get("group") == "student":
        yield Attachment(name="在学(籍)証明書", why="初診日に学生だったことの確認")
    else:
        yield Attachment(name="戸籍謄本", why="初診日に婚姻していたことの確認")
        yield Attachment(
            name="配偶者の年金加入期間確認通知書", why="配偶者が被用者年金に加入していたことの確認"
        )
    yield from _income(receipt)


def _revision(receipt: Receipt) -> Iterator[Attachment]:
    given = receipt.particulars
    yield _certificate("年金証書", "受給権の確認")
    yield from _diagnoses(receipt, "提出日前3か月以内の現症日のもの(規則33条)")
    if given.get("reason") == "child":
        yield Attachment(name="戸籍謄本・世帯の住民票", why="子との続柄と生計維持の確認(法33条の2)")


def _after_death(receipt: Receipt, known: Known) -> Iterator[Attachment]:
    given, filing = receipt.particulars, receipt.filing
    if filing != "death_lump_sum":
        yield _certificate("亡くなった人の年金証書", "受給権の確認と回収")
    else:
        yield _number_proof()
    registered = known.person.died_on is not None
    yield Attachment(
        name="戸籍の抄本・死亡診断書の写し",
        why="死亡は住民基本台帳で確認できました" if registered else "死亡日の確認",
        instead=("住民票の除票",),
        needed=not registered,
    )
    if filing == "death_report":
        return
    yield Attachment(
        name="戸籍謄本",
        why="亡くなった人と請求者との続柄の確認",
        instead=("法定相続情報一覧図の写し",),
    )
    if filing in ("survivor", "widow", "unpaid", "death_lump_sum", "support_unpaid"):
        yield from _together(receipt, known)
    if filing in _INCOME:
        yield Attachment(
            name="請求者の所得証明書",
            why="生計維持の確認(前年の収入850万円未満)"
            + ("。個人番号で日本年金機構が確かめます" if not _by_hand(receipt) else ""),
            instead=("源泉徴収票・確定申告書の控え",),
            needed=_by_hand(receipt),
        )
    if filing == "survivor" and given.get("has_children") is True:
        yield from _children(receipt, known)
    if filing == "widow" and given.get("common_law") is True:
        yield Attachment(
            name="事実婚関係に関する申立書",
            why="婚姻の届出をしていないため",
            instead=("健康保険の被扶養者の写し", "連名の郵便物など事実婚を示す書類"),
        )
    if filing in ("survivor", "widow"):
        yield Attachment(name="死亡診断書(死体検案書)の写し", why="死亡の原因の確認")
    if given.get("third_party") is True:
        yield Attachment(
            name="第三者行為事故状況届・確認書", why="第三者の行為が原因のため(法22条)"
        )


def _together(receipt: Receipt, known: Known) -> Iterator[Attachment]:
    same = known.together is True
    why = (
        "同じ世帯だったことを住民基本台帳で確認できました"
        if same
        else "生計を同じくしていたことの確認"
    )
    if not same and not _by_hand(receipt):
        why = "個人番号で日本年金機構が確かめます"
    yield Attachment(
        name="世帯全員の住民票と亡くなった人の除票",
        why=why,
        needed=not same and _by_hand(receipt),
    )
    if known.together is not True:
        yield Attachment(
            name="生計同一関係に関する申立書",
            why="同じ世帯だったことを台帳で確かめられないため",
            instead=("仕送り・健康保険の扶養など生計同一を示す書類",),
        )


def _children(receipt: Receipt, known: Known) -> Iterator[Attachment]:
    given = receipt.particulars
    yield Attachment(
        name="戸籍謄本(子の記載のあるもの)",
        why="子との続柄の確認(法33条の2・法37条の2)",
        instead=("法定相続情報一覧図の写し",),
    )
    seen = given.get("children_register") is True or bool(known.children)
    yield Attachment(
        name="世帯全員の住民票",
        why="子は同じ世帯として住民基本台帳で確認できました" if seen else "子の生計維持の確認",
        needed=not seen and _by_hand(receipt),
    )
    if given.get("children_disabled"):
        yield Attachment(name="子の診断書", why="20歳未満で障害のある子の加算のため")


def _birth(receipt: Receipt) -> Iterator[Attachment]:
    yield Attachment(
        name="戸籍の抄本・住民票(生年月日の確認)",
        why="個人番号の記入があるので省けます" if not _by_hand(receipt) else "生年月日の確認",
        instead=("個人番号の記入",),
        needed=_by_hand(receipt),
    )


def _income(receipt: Receipt) -> Iterator[Attachment]:
    here = receipt.particulars.get("income_seen") != "other_city"
    yield Attachment(
        name="前年の所得証明書",
        why="市民税の記録か日本年金機構の照会で確認できるので要りません"
        if here
        else "前年の所得が前住所地にあるため",
        needed=not here,
    )


def _by_hand(receipt: Receipt) -> bool:
    """Whether no My Number is written, so that the agency cannot look things up itself."""
    return receipt.particulars.get("my_number") != "written"


def _number_proof() -> Attachment:
    return Attachment(
        name="基礎年金番号通知書・年金手帳",
        why="基礎年金番号の確認",
        instead=("個人番号の記入", _LOST),
    )


def _certificate(name: str, why: str) -> Attachment:
    return Attachment(name=name, why=why, instead=(_LOST,))


def _account(receipt: Receipt) -> Iterator[Attachment]:
    account, seen = (receipt.particulars.get(name) for name in ("account", "account_seen"))
    if account == "public":
        yield Attachment(name="通帳の写し", why="公金受取口座を使うので要りません", needed=False)
    elif account in ("bank", "post"):
        yield Attachment(
            name="通帳・キャッシュカードの写し",
            why="請求者本人の名義の口座の確認",
            instead=("請求書への金融機関の証明",),
            needed=seen not in ("passbook", "certified"),
        )


def _who_comes(receipt: Receipt) -> Iterator[Attachment]:
    yield Attachment(
        name="来庁者の本人確認書類",
        why="なりすましを防ぐため(番号法16条)",
        instead=("個人番号カード", "顔写真付き1点", "顔写真のないもの2点"),
        needed=receipt.particulars.get("identity") in (None, "not_seen"),
    )
    if receipt.filer is Filer.PROXY:
        yield Attachment(
            name="委任状",
            why="代理人が手続きするため",
            instead=("法定代理人は、戸籍か登記事項証明書",),
            needed=receipt.particulars.get("authority") not in ("letter", "legal"),
        )


_LIVING: Final[Mapping[str, Callable[[Receipt], Iterator[Attachment]]]] = {
    "old_age": _old_age,
    "old_age_welfare": _welfare,
    "old_age_welfare_report": _welfare_report,
    "special_disability_report": _special_report,
    "support_benefit": _support,
    "revision": _revision,
    "bank_change": _bank_change,
}
