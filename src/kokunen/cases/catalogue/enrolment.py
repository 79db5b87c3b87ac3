"""The filings of 資格と付加: their items, articles and deadlines.

Tasks 1 and 2 of founding document 004, Ⅰ1 ②. Where a day counts from the application (任意加入,
付加) the filing has no day of its own: the day of receipt is the day.
"""

from __future__ import annotations

from typing import Final

from kokunen.cases.catalogue.enrolment_items import (
    ACQUISITION_CAUSES,
    ADDRESS_ABROAD,
    AGENT,
    BASIC_NUMBER,
    BROUGHT_BY,
    LEFT_3,
    LIVES,
    LOSS_CAUSES,
    PAYMENT,
    PREPAID,
    PREPAID_DETAILS,
    REMARKS,
    VOLUNTARY_END_CAUSES,
)
from kokunen.cases.catalogue.kinds import Deadline, Duty, Filer, Filing, Item, ItemKind
from kokunen.people.codes import AddressKind, Category, Sex

_FOURTEEN: Final = Deadline(days=14, article="法12条1項・105条4項、国民年金法施行規則(14日以内)")
_FILERS: Final = (Filer.SELF, Filer.HEAD, Filer.PROXY, Filer.OFFICE)


def _filing(
    code: str,
    name: str,
    article: str,
    items: tuple[Item, ...],
    *,
    form: str,
    task: int = 1,
    event: str | None = None,
    filers: tuple[Filer, ...] = _FILERS,
    note: str = "",
) -> Filing:
    return Filing(
        code=code,
        name=name,
        duty=Duty.ENROLMENT,
        task=task,
        article=article,
        items=(*items, BROUGHT_BY, REMARKS),
        event=event,
        deadline=_FOURTEEN if event else None,
        filers=filers,
        form=form,
        note=note,
    )


FILINGS: Final[tuple[Filing, ...]] = (
    _filing(
        "acquisition",
        "資格取得届",
        "法7条1項1号・8条・12条1項",
        (
            Item(
                name="cause",
                label="取得事由",
                kind=ItemKind.CHOICE,
                choices=ACQUISITION_CAUSES,
                essential=True,
            ),
            LEFT_3,
            BASIC_NUMBER,
        ),
        form="insured",
        event="資格取得の事実があった日(退職は翌日、20歳は誕生日の前日)",
        note="20歳到達は、届出がなくても日本年金機構が職権で資格を取得させる。",
    ),
    _filing(
        "category_change",
        "種別変更届",
        "法11条の2・12条1項、規則6条の2",
        (
            Item(
                name="cause",
                label="第1号被保険者となる前の種別",
                kind=ItemKind.CHOICE,
                choices=(
                    ("left_category_2", Category.CATEGORY_2.label),
                    ("left_category_3", Category.CATEGORY_3.label),
                ),
                essential=True,
            ),
            LEFT_3,
            BASIC_NUMBER,
        ),
        form="insured",
        event="種別が変わった日(退職・離婚などは翌日)",
        note="第1号から第2号・第3号への変更は、勤め先を通じて届け出る。",
    ),
    _filing(
        "loss",
        "資格喪失届",
        "法9条・12条1項",
        (
            Item(
                name="cause",
                label="喪失事由",
                kind=ItemKind.CHOICE,
                choices=LOSS_CAUSES,
                essential=True,
            ),
            Item(
                name="relationship",
                label="届け出た人の、亡くなった方との続柄",
                kind=ItemKind.TEXT,
                required=True,
                only_if=("cause", frozenset({"death"})),
            ),
        ),
        form="insured",
        event="事実のあった日(死亡日、出国日、60歳に達した日、加入日)",
        filers=(*_FILERS, Filer.SURVIVOR),
        note="60歳到達は届出がいらない。第2号・第3号となったときは勤め先を通じて届け出る。",
    ),
    _filing(
        "voluntary",
        "任意加入申出",
        "法附則5条",
        (
            LIVES,
            PAYMENT,
            ADDRESS_ABROAD,
            AGENT,
            Item(
                name="months_paid",
                label="納付済の月数(年金事務所の記録)",
                kind=ItemKind.COUNT,
                hint="480月に達すると加入できない。確かめていなければ空けておく。",
            ),
        ),
        form="insured",
        note="申出の日に資格を取得し、さかのぼることはできない。",
    ),
    _filing(
        "voluntary_end",
        "任意加入喪失申出",
        "法附則5条5項〜9項",
        (
            Item(
                name="cause",
                label="喪失事由",
                kind=ItemKind.CHOICE,
                choices=VOLUNTARY_END_CAUSES,
                essential=True,
            ),
            Item(
                name="happened_on",
                label="事実のあった日",
                kind=ItemKind.DATE,
                required=True,
                only_if=(
                    "cause",
                    frozenset(code for code, _ in VOLUNTARY_END_CAUSES if code != "wish"),
                ),
            ),
        ),
        form="insured",
        note="本人の申出による喪失は、申出が受理された日。",
    ),
    _filing(
        "special_voluntary",
        "特例任意加入申出",
        "平6改正法附則11条・平16改正法附則23条",
        (
            LIVES,
            PAYMENT,
            ADDRESS_ABROAD,
            AGENT,
            Item(
                name="qualifying_months",
                label="受給資格期間の月数(年金事務所の記録)",
                kind=ItemKind.COUNT,
                required=True,
                hint="120月に達していれば加入できない。",
            ),
        ),
        form="insured",
        note="65歳から70歳まで、受給資格期間を満たすまでに限る。付加保険料は納められない。",
    ),
    _filing(
        "name_change",
        "氏名変更届",
        "法12条1項",
        (
            Item(name="name", label="変更後の氏名", kind=ItemKind.TEXT, essential=True),
            Item(name="kana", label="氏名カナ", kind=ItemKind.TEXT, required=True),
            Item(name="latin", label="ローマ字氏名", kind=ItemKind.TEXT),
            Item(name="alias", label="通称", kind=ItemKind.TEXT),
            Item(name="alias_kana", label="通称カナ", kind=ItemKind.TEXT),
        ),
        form="name_address",
        event="氏名が変わった日",
        note="個人番号と基礎年金番号が結び付いている人は、届出を省略できる。",
    ),
    _filing(
        "birth_date_correction",
        "生年月日訂正届",
        "法12条1項",
        (
            Item(name="birth_date", label="正しい生年月日", kind=ItemKind.DATE, essential=True),
            Item(
                name="evidence",
                label="確かめた書類",
                kind=ItemKind.TEXT,
                required=True,
            ),
        ),
        form="name_address",
    ),
    _filing(
        "sex_correction",
        "性別訂正届",
        "法12条1項",
        (
            Item(
                name="sex",
                label="正しい性別",
                kind=ItemKind.CHOICE,
                choices=tuple((str(each.value), each.label) for each in Sex),
                essential=True,
            ),
            Item(
                name="evidence",
                label="確かめた書類",
                kind=ItemKind.TEXT,
                required=True,
            ),
        ),
        form="name_address",
    ),
    _filing(
        "address_change",
        "住所変更届",
        "法12条1項",
        (
            Item(
                name="kind",
                label="住所の種類",
                kind=ItemKind.CHOICE,
                choices=(
                    (str(AddressKind.RESIDENCE.value), AddressKind.RESIDENCE.label),
                    (str(AddressKind.MAILING.value), AddressKind.MAILING.label),
                ),
                essential=True,
            ),
            Item(name="postal_code", label="郵便番号", kind=ItemKind.TEXT, most=8),
            Item(name="prefecture", label="都道府県", kind=ItemKind.TEXT, most=10),
            Item(name="city", label="市区町村", kind=ItemKind.TEXT, required=True, most=40),
            Item(name="town", label="町字", kind=ItemKind.TEXT, most=80),
            Item(name="block", label="番地", kind=ItemKind.TEXT, most=80),
            Item(name="building", label="方書", kind=ItemKind.TEXT, most=120),
            Item(name="country", label="国・地域(国外のとき)", kind=ItemKind.TEXT, most=60),
        ),
        form="name_address",
        event="住所を移した日",
        note="個人番号と基礎年金番号が結び付いている人は、届出を省略できる。",
    ),
    _filing(
        "number_notice",
        "基礎年金番号通知書再交付申請",
        "法14条、国民年金法施行規則(再交付の申請)",
        (
            Item(
                name="reason",
                label="再交付の理由",
                kind=ItemKind.CHOICE,
                choices=(
                    ("lost", "なくした"),
                    ("damaged", "汚した・破れた"),
                    ("not_received", "届かない"),
                    ("other", "その他"),
                ),
                required=True,
            ),
            BASIC_NUMBER,
        ),
        form="number_notice",
    ),
    _filing(
        "additional_on",
        "付加保険料納付申出",
        "法87条の2第1項",
        (
            Item(
                name="fund",
                label="国民年金基金の加入員である",
                kind=ItemKind.YES_NO,
                required=True,
            ),
            BASIC_NUMBER,
        ),
        form="additional",
        task=2,
        note="申出をした月の分から納める。",
    ),
    _filing(
        "additional_off",
        "付加保険料辞退申出",
        "法87条の2第3項・4項",
        (
            Item(
                name="cause",
                label="納めなくなる理由",
                kind=ItemKind.CHOICE,
                choices=(("wish", "辞退"), ("fund", "国民年金基金への加入")),
                essential=True,
            ),
            Item(
                name="fund_on",
                label="基金の加入員となった日",
                kind=ItemKind.DATE,
                required=True,
                only_if=("cause", frozenset({"fund"})),
            ),
            Item(
                name="paid_until",
                label="付加保険料を納めた(前納した)最後の月",
                kind=ItemKind.MONTH,
                hint="その月までは付加保険料を納めた月として残る。",
            ),
            BASIC_NUMBER,
        ),
        form="additional",
        task=2,
        note="申出をした月の前月の分から納めなくなる。既に納めた月の分は戻らない。",
    ),
    _filing(
        "departure",
        "国外転出(前納の還付・任意加入の案内)",
        "法9条2号、法附則5条1項3号、国民年金法施行令9条",
        (
            Item(
                name="wish",
                label="出国後の希望",
                kind=ItemKind.CHOICE,
                choices=(
                    ("refund", "資格を喪失し、前納した分の還付を受ける"),
                    ("voluntary", "任意加入を続ける"),
                ),
                required=True,
            ),
            Item(
                name="prepaid", label="前納", kind=ItemKind.CHOICE, choices=PREPAID, required=True
            ),
            *PREPAID_DETAILS,
            Item(
                name="months_paid",
                label="納付した月数(脱退一時金の目安)",
                kind=ItemKind.COUNT,
                hint="外国籍の人だけ。年金事務所の記録による。",
            ),
            Item(
                name="address_abroad",
                label="国外の住所",
                kind=ItemKind.TEXT,
                most=200,
            ),
            Item(
                name="agent",
                label="国内協力者の氏名と続柄",
                kind=ItemKind.TEXT,
                only_if=("wish", frozenset({"voluntary"})),
            ),
        ),
        form="insured",
        event="国外転出の日(国内に住所を有しなくなった日)",
        note="資格は転出の日の翌日に失う。住民基本台帳の通知により案件とする。",
    ),
)
"""The fourteen filings, in the order in which they are offered."""
