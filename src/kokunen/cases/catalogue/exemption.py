"""The filings of 免除と猶予: their items, articles and deadlines."""

from __future__ import annotations

from typing import Final

from kokunen.cases.catalogue.exemption_items import (
    PAID,
    SELF,
    VIOLENCE,
    WHO,
    WHO_FILES,
    cycles,
    proof,
    special,
)
from kokunen.cases.catalogue.kinds import Deadline, Duty, Filer, Filing, Item, ItemKind

_BANDS: Final = (
    ("full", "全額免除"),
    ("deferral", "納付猶予"),
    ("three_quarters", "4分の3免除"),
    ("half", "半額免除"),
    ("one_quarter", "4分の1免除"),
)
_STATUTORY: Final = (
    ("disability_grade_1_2", "障害基礎年金・障害厚生年金(1級・2級)等の受給権がある"),
    ("livelihood_assistance", "生活保護の生活扶助を受けている"),
    ("sanatorium", "ハンセン病療養所等に入所している"),
)

_EXEMPTION: Final = Filing(
    code="exemption",
    name="国民年金保険料免除・納付猶予申請書",
    duty=Duty.EXEMPTION,
    task=4,
    article="法90条・90条の2、平16改正法附則19条、平26改正法附則14条",
    purpose="exemption",
    event=None,
    decided=True,
    filers=(Filer.SELF, Filer.HEAD, Filer.PROXY, Filer.OFFICE),
    form="exemption",
    items=(
        cycles("7月から翌年6月", 7, 6),
        Item(
            name="wanted",
            label="希望する区分",
            kind=ItemKind.CHOICES,
            choices=_BANDS,
            hint="選ばなければ、全額免除→納付猶予→4分の3→半額→4分の1の順に審査します。",
        ),
        Item(
            name="student",
            label="学生等である",
            kind=ItemKind.YES_NO,
            required=True,
            hint="学生等の月は、学生納付特例の申請だけができます(法90条1項)。",
        ),
        Item(
            name="continuation",
            label="翌年度以後も継続して審査を希望する",
            kind=ItemKind.YES_NO,
            required=True,
            hint="全額免除か納付猶予が承認されたときに限ります。",
        ),
        Item(
            name="spouse_apart",
            label="別の世帯にいる配偶者",
            kind=ItemKind.PERSON,
            hint="同じ世帯の配偶者は住民基本台帳から取ります。",
        ),
        Item(
            name="undeclared",
            label="所得の申告をしていないと申し出た人",
            kind=ItemKind.CHOICES,
            choices=WHO,
        ),
        *special(WHO),
        *VIOLENCE,
        *PAID,
        *WHO_FILES,
    ),
)
_STUDENT: Final = Filing(
    code="student",
    name="国民年金保険料学生納付特例申請書",
    duty=Duty.EXEMPTION,
    task=4,
    article="法90条の3",
    purpose="exemption",
    event=None,
    decided=True,
    form="student",
    items=(
        cycles("4月から翌年3月", 4, 3),
        Item(name="school_name", label="学校等の名称", kind=ItemKind.TEXT, required=True, most=60),
        Item(
            name="school_kind",
            label="学校等の種類",
            kind=ItemKind.CHOICE,
            choices=(
                ("university", "大学・大学院"),
                ("junior_college", "短期大学"),
                ("technical_college", "高等専門学校"),
                ("high_school", "高等学校"),
                ("special_training", "専修学校(1年以上の課程)"),
                ("miscellaneous", "各種学校(知事の認可・1年以上)"),
                ("abroad_campus", "海外大学の日本校(指定)"),
                ("other", "その他の施設"),
            ),
            required=True,
        ),
        Item(name="school_from", label="在学の始まり", kind=ItemKind.DATE),
        Item(name="school_until", label="在学の終わり(予定)", kind=ItemKind.DATE, required=True),
        Item(
            name="card",
            label="はがき形式の申請書(前年度から同じ学校)",
            kind=ItemKind.YES_NO,
            hint="はがき形式のときは、在学の証明は要りません。",
        ),
        proof(
            "school_proof",
            (("card", "学生証の写し(両面)"), ("certificate", "在学証明書の原本")),
        ),
        Item(
            name="undeclared",
            label="所得の申告をしていないと申し出た人",
            kind=ItemKind.CHOICES,
            choices=SELF,
        ),
        *special(SELF),
        *PAID,
        *WHO_FILES,
    ),
)
_STATUTORY_ON: Final = Filing(
    code="statutory_on",
    name="国民年金保険料免除理由該当届",
    duty=Duty.EXEMPTION,
    task=3,
    article="法89条1項・規則75条",
    purpose="exemption",
    event="法定免除の理由に該当した日",
    deadline=Deadline(days=14, article="規則75条"),
    filers=(Filer.SELF, Filer.HEAD, Filer.PROXY, Filer.OFFICE),
    form="statutory_on",
    items=(
        Item(
            name="cause",
            label="免除の理由",
            kind=ItemKind.CHOICE,
            choices=_STATUTORY,
            essential=True,
        ),
        proof(
            "proof",
            (
                ("pension", "年金証書の写し"),
                ("assistance", "生活保護受給証明書・保護決定通知書"),
                ("admission", "入所証明書"),
                ("register", "庁内の生活保護の記録"),
            ),
        ),
        Item(
            name="partial_stays",
            label="承認済みの一部免除の期間の扱い",
            kind=ItemKind.CHOICE,
            choices=(("statutory", "法定免除にする"), ("partial", "一部免除のまま納付する")),
            hint="一部免除が承認されている月があるときに、本人が選びます。",
        ),
        *WHO_FILES,
    ),
)
_STATUTORY_OFF: Final = Filing(
    code="statutory_off",
    name="国民年金保険料免除理由消滅届",
    duty=Duty.EXEMPTION,
    task=3,
    article="法89条1項・規則76条",
    purpose="exemption",
    event="法定免除の理由がなくなった日",
    deadline=Deadline(days=14, article="規則76条"),
    filers=(Filer.SELF, Filer.HEAD, Filer.PROXY, Filer.OFFICE),
    form="statutory_off",
    items=(
        Item(
            name="cause",
            label="消滅した理由",
            kind=ItemKind.CHOICE,
            choices=_STATUTORY,
            essential=True,
        ),
        Item(
            name="ended_cause",
            label="消滅の事由",
            kind=ItemKind.CHOICE,
            choices=(
                ("disability", "障害の程度が3級にも該当しなくなって3年を経過した"),
                ("assistance", "生活扶助が廃止・停止された"),
                ("discharge", "療養所等から退所した"),
                ("other", "その他"),
            ),
            required=True,
        ),
        *WHO_FILES,
    ),
)
_PAYMENT_WISH: Final = Filing(
    code="payment_wish",
    name="国民年金保険料免除期間納付申出書",
    duty=Duty.EXEMPTION,
    task=3,
    article="法89条2項",
    purpose="exemption",
    event=None,
    form="payment_wish",
    items=(
        Item(name="first_month", label="納付する最初の月", kind=ItemKind.MONTH, essential=True),
        Item(
            name="last_month",
            label="納付する最後の月",
            kind=ItemKind.MONTH,
            hint="空のときは、法定免除が終わるまでです。",
        ),
        *WHO_FILES,
    ),
)
_CHILDBIRTH: Final = Filing(
    code="childbirth",
    name="国民年金被保険者関係届書(産前産後免除該当届)",
    duty=Duty.EXEMPTION,
    task=4,
    article="法88条の2・規則73条の7",
    purpose="exemption",
    event=None,
    form="childbirth",
    note="出産予定日の6か月前から届け出られ、終わりはありません。",
    items=(
        Item(
            name="expected_on",
            label="出産予定日",
            kind=ItemKind.DATE,
            hint="出産の前に届け出るとき。",
        ),
        Item(
            name="born_on",
            label="出産日",
            kind=ItemKind.DATE,
            hint="出産の後に届け出るときは、出産日で決まります(妊娠85日以後の死産・流産も)。",
        ),
        Item(name="multiple", label="多胎妊娠である", kind=ItemKind.YES_NO, required=True),
        proof(
            "proof",
            (
                ("handbook", "母子健康手帳"),
                ("certificate", "医療機関の証明書"),
                ("register", "住民基本台帳の出生の記録"),
            ),
        ),
        *WHO_FILES,
    ),
)
_CHILDCARE: Final = Filing(
    code="childcare",
    name="国民年金保険料育児期間免除該当届",
    duty=Duty.EXEMPTION,
    task=4,
    article="法88条の3",
    purpose="exemption",
    event=None,
    form="childcare",
    note="令和8年10月1日から。父母のどちらも、それぞれ届け出ます。",
    items=(
        Item(
            name="parent",
            label="子との関係",
            kind=ItemKind.CHOICE,
            choices=(
                ("birth_mother", "出産した母"),
                ("parent", "父・出産していない母"),
                ("adoptive", "養父母(特別養子縁組の監護期間を含む)"),
            ),
            essential=True,
        ),
        Item(name="child_born_on", label="子の生年月日", kind=ItemKind.DATE, essential=True),
        Item(
            name="care_from",
            label="子を養育することになった日",
            kind=ItemKind.DATE,
            hint="空のときは、子の生年月日です。",
        ),
        Item(name="child", label="子(住民基本台帳にあるとき)", kind=ItemKind.PERSON),
        proof(
            "proof",
            (
                ("register", "住民基本台帳で確認(世帯と続柄)"),
                ("family_register", "戸籍の記載事項証明書"),
            ),
        ),
        *WHO_FILES,
    ),
)
_CANCEL: Final = Filing(
    code="exemption_cancel",
    name="国民年金保険料免除・納付猶予取消申請書",
    duty=Duty.EXEMPTION,
    task=4,
    article="法90条3項",
    purpose="exemption",
    event=None,
    decided=True,
    form="exemption_cancel",
    items=(
        Item(
            name="first_month",
            label="取り消す最初の月",
            kind=ItemKind.MONTH,
            essential=True,
            hint="申請した月の前月以後の月です(法90条3項)。",
        ),
        *WHO_FILES,
    ),
)

FILINGS: Final[tuple[Filing, ...]] = (
    _STATUTORY_ON,
    _STATUTORY_OFF,
    _PAYMENT_WISH,
    _EXEMPTION,
    _STUDENT,
    _CHILDBIRTH,
    _CHILDCARE,
    _CANCEL,
)
"""The filings of 免除と猶予."""
