"""The codes of the register and the Japanese word for each (founding document 004, 別添2)."""

from __future__ import annotations

from enum import StrEnum
from typing import Self


class Code(StrEnum):
    """A code that is kept in the database, with the word that is shown for it (``label``)."""

    label: str

    def __new__(cls, code: str, label: str = "") -> Self:
        """Keep the word beside the code; a code read from a row comes alone."""
        made = str.__new__(cls, code)
        made._value_ = code
        made.label = label
        return made


class Source(Code):
    """Where a fact comes from."""

    APPLICATION = "application", "申請書・届書"
    SELF = "self", "本人の申出"
    AGENCY = "agency", "日本年金機構"
    RESIDENT_REGISTER = "resident_register", "住民基本台帳"
    TAX = "tax", "市民税"
    WELFARE = "welfare", "生活保護"
    OTHER_CITY = "other_city", "他市区町村"
    OFFICE = "office", "職権"


class Sex(Code):
    """性別."""

    MALE = "male", "男"
    FEMALE = "female", "女"
    NOT_STATED = "not_stated", "記載なし"
    UNKNOWN = "unknown", "不明"


class Residency(Code):
    """住民区分."""

    JAPANESE = "japanese", "住登者(日本人)"
    FOREIGN = "foreign", "住登者(外国人)"
    NON_RESIDENT = "non_resident", "住登外"


class Arrival(Code):
    """住民となった事由."""

    BIRTH = "birth", "出生"
    MOVED_IN = "moved_in", "転入"
    FROM_ABROAD = "from_abroad", "国外からの転入"
    NATURALISED = "naturalised", "帰化・国籍取得"
    EX_OFFICIO = "ex_officio", "職権記載"
    OTHER = "other", "その他"


class Removal(Code):
    """消除の事由."""

    DEATH = "death", "死亡"
    MOVED_OUT = "moved_out", "転出"
    ABROAD = "abroad", "国外転出"
    NATIONALITY = "nationality", "国籍喪失・帰化"
    EX_OFFICIO = "ex_officio", "職権消除"
    OTHER = "other", "その他"


class Stop(Code):
    """処理停止の範囲."""

    ALL = "all", "すべての処理"
    NOTICE = "notice", "通知・送付"
    FORWARDING = "forwarding", "進達"


class AddressKind(Code):
    """住所の種類."""

    RESIDENCE = "residence", "現住所"
    PREVIOUS = "previous", "前住所"
    MOVED_FROM = "moved_from", "転入元住所"
    MOVED_TO = "moved_to", "転出先住所"
    MAILING = "mailing", "送付先住所"


class PhoneKind(Code):
    """電話の種類."""

    HOME = "home", "自宅"
    MOBILE = "mobile", "携帯"
    WORK = "work", "勤務先"
    CONTACT = "contact", "連絡先"


class NumberKind(Code):
    """年金番号の種類."""

    CURRENT = "current", "基礎年金番号"
    OLD = "old", "旧年金番号"


class Category(Code):
    """被保険者種別 (法7条1項・法附則5条・平6改正法附則11条・平16改正法附則23条)."""

    CATEGORY_1 = "category_1", "第1号被保険者"
    CATEGORY_2 = "category_2", "第2号被保険者"
    CATEGORY_3 = "category_3", "第3号被保険者"
    VOLUNTARY = "voluntary", "任意加入被保険者"
    VOLUNTARY_SPECIAL = "voluntary_special", "特例任意加入被保険者"


class Exemption(Code):
    """免除種類 (法88条の2・88条の3・89条〜90条の3・平16改正法附則19条・平26改正法附則14条)."""

    STATUTORY = "statutory", "法定免除"
    FULL = "full", "全額免除"
    THREE_QUARTERS = "three_quarters", "4分の3免除"
    HALF = "half", "半額免除"
    ONE_QUARTER = "one_quarter", "4分の1免除"
    DEFERRAL = "deferral", "納付猶予"
    STUDENT = "student", "学生納付特例"
    CHILDBIRTH = "childbirth", "産前産後期間の免除"
    CHILDCARE = "childcare", "育児期間の免除"


class Outcome(Code):
    """処理結果: what came back from the agency."""

    APPROVED = "approved", "承認・決定"
    REJECTED = "rejected", "却下・不支給"
    WITHDRAWN = "withdrawn", "取下げ"
    RETURNED = "returned", "返戻"


class ClaimKind(Code):
    """裁定受付の種類."""

    OLD_AGE = "old_age", "老齢"
    DISABILITY = "disability", "障害"
    SURVIVOR = "survivor", "遺族"
    OLD_AGE_WELFARE = "old_age_welfare", "老齢福祉"


class Spouse(Code):
    """控除対象配偶者."""

    NONE = "none", "なし"
    ORDINARY = "ordinary", "控除対象配偶者"
    ELDERLY = "elderly", "老人控除対象配偶者"


class Disability(Code):
    """本人障害者区分."""

    NONE = "none", "非該当"
    ORDINARY = "ordinary", "障害者"
    SPECIAL = "special", "特別障害者"


class Widow(Code):
    """本人寡婦区分."""

    NONE = "none", "非該当"
    WIDOW = "widow", "寡婦"
    SPECIAL_WIDOW = "special_widow", "特別寡婦(令和2年まで)"
    WIDOWER = "widower", "寡夫(令和2年まで)"
    SINGLE_PARENT = "single_parent", "ひとり親"


class WorkingStudent(Code):
    """本人勤労学生区分."""

    NO = "no", "非該当"
    YES = "yes", "勤労学生"
