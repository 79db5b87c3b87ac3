"""The tables of the register: every record item of the city's file (founding document 004, 別添2).

A fact is a row with its period, source and time of record. Nothing is overwritten: a row is only
ever marked as superseded, once (migration 0002 holds the walls that make the database refuse more).
Texts stand as received, normalised in no way; what is searched stands apart in people_search_key.
"""

# ruff: noqa: D106, DJ008 - Meta is what Django says it is; the default text of a row names no person

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING, Final

from django.contrib.postgres.fields import DateRangeField
from django.db import models

from kokunen.people import codes
from kokunen.people.columns import code, count, day, text, yen

if TYPE_CHECKING:
    from collections.abc import Mapping


class Person(models.Model):
    """A person known to the office, resident or not; ``key`` stands for the person in URLs."""

    id = models.BigIntegerField("宛名番号", primary_key=True, db_comment="宛名番号")
    key = models.UUIDField(
        "画面用の鍵", default=uuid.uuid4, unique=True, editable=False, db_comment="画面用の鍵"
    )
    created_at = models.DateTimeField("登録日時", db_comment="登録日時")

    class Meta:
        db_table = "people_person"
        db_table_comment = "宛名"


class Entry(models.Model):
    """One act of entering: its request (so that a repeat does nothing twice) and its maker.

    ``recorded_by`` is access_staff.id, or 0 for a program.
    """

    request_id = models.UUIDField("要求番号", primary_key=True, db_comment="要求番号")
    operation = models.CharField("操作", max_length=60, db_comment="操作")
    person = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")
    recorded_at = models.DateTimeField("入力日時", db_comment="入力日時")
    recorded_by = models.BigIntegerField("入力者", db_comment="入力者(0はプログラム)")
    reason = models.CharField("理由", max_length=400, blank=True, default="", db_comment="理由")
    rows = models.JSONField("書いた行", default=list, blank=True, db_comment="書いた行(種類と番号)")

    class Meta:
        db_table = "people_entry"
        db_table_comment = "入力"


class Check(models.Model):
    """The check of an entry by another person than its maker (founding document 004, Ⅲ2)."""

    entry = models.OneToOneField(Entry, models.PROTECT, primary_key=True, related_name="+")
    recorded_by = models.BigIntegerField("入力者", db_comment="入力者(0はプログラム)")
    checked_by = models.BigIntegerField("確認者", db_comment="確認者")
    checked_at = models.DateTimeField("確認日時", db_comment="確認日時")

    class Meta:
        db_table = "people_check"
        db_table_comment = "入力の確認"


class Household(models.Model):
    """A household of the resident register."""

    id = models.BigIntegerField("世帯番号", primary_key=True, db_comment="世帯番号")
    created_at = models.DateTimeField("登録日時", db_comment="登録日時")

    class Meta:
        db_table = "people_household"
        db_table_comment = "世帯"


class Fact(models.Model):
    """What every fact has: whose, when it holds, where from, when recorded, whether superseded."""

    person = models.ForeignKey(
        Person, models.PROTECT, related_name="+", verbose_name="宛名番号", db_comment="宛名番号"
    )
    valid = DateRangeField("有効期間", db_comment="有効期間(終わりの日を含まない)")
    source = code("情報の出所", codes.Source)
    source_ref = text("出所の番号", 60)
    # Found through the person or through Entry.rows: these keys need no index of their own.
    entry = models.ForeignKey(
        Entry, models.PROTECT, related_name="+", db_index=False, verbose_name="入力"
    )
    recorded_at = models.DateTimeField("入力日時", db_comment="入力日時")
    recorded_by = models.BigIntegerField("入力者", db_comment="入力者(0はプログラム)")
    superseded_at = models.DateTimeField("訂正日時", null=True, db_comment="訂正日時")
    superseded_by = models.ForeignKey(
        "self",
        models.PROTECT,
        null=True,
        related_name="+",
        db_index=False,
        verbose_name="訂正後の行",
    )
    superseded_entry = models.ForeignKey(
        Entry,
        models.PROTECT,
        null=True,
        related_name="+",
        db_index=False,
        verbose_name="訂正した入力",
    )

    class Meta:
        abstract = True


class Name(Fact):
    """氏名情報 and 通称."""

    name = text("氏名", 100)
    kana = text("氏名カナ", 100)
    latin = text("ローマ字氏名", 100)
    alias = text("通称", 100)
    alias_kana = text("通称カナ", 100)

    class Meta:
        db_table = "people_name"
        db_table_comment = "氏名情報"


class Identity(Fact):
    """生年月日 and 性別; they hold always, so that a change is a correction."""

    birth_date = day("生年月日")
    birth_date_text = text("生年月日(一部不詳のときの表記)", 30)
    sex = code("性別", codes.Sex)

    class Meta:
        db_table = "people_identity"
        db_table_comment = "生年月日・性別"


class Register(Fact):
    """住民区分, 住民となった事由, 筆頭者情報, 消除情報."""

    residency = code("住民区分", codes.Residency)
    arrival = code("住民となった事由", codes.Arrival, optional=True)
    arrived_on = day("住民となった日")
    first_on_register = text("筆頭者", 100)
    removal = code("消除の事由", codes.Removal, optional=True)
    removed_on = day("消除の日")

    class Meta:
        db_table = "people_register"
        db_table_comment = "住民区分・筆頭者・消除"


class StoppedProcessing(Fact):
    """処理停止情報."""

    scope = code("処理停止の範囲", codes.Stop)
    reason = text("処理停止の理由", 200)

    class Meta:
        db_table = "people_stop"
        db_table_comment = "処理停止情報"


class Foreign(Fact):
    """国籍 and 在留資格情報."""

    nationality = text("国籍・地域", 60)
    nationality_code = text("国籍・地域コード(ISO 3166-1 alpha-3)", 3)
    status = text("在留資格", 60)
    stay_until = day("在留期間の満了の日")

    class Meta:
        db_table = "people_foreign"
        db_table_comment = "国籍・在留資格情報"


class Membership(Fact):
    """世帯番号, 続柄, 世帯主情報."""

    household = models.ForeignKey(
        Household, models.PROTECT, related_name="+", verbose_name="世帯番号", db_comment="世帯番号"
    )
    head = models.BooleanField("世帯主", db_comment="世帯主")
    relationship = text("続柄", 40)

    class Meta:
        db_table = "people_membership"
        db_table_comment = "世帯・続柄・世帯主"


class Address(Fact):
    """現住所, 前住所, 転入元住所, 転出先住所 and where letters go."""

    kind = code("住所の種類", codes.AddressKind)
    postal_code = text("郵便番号", 7)
    municipality_code = text("市区町村コード", 6)
    prefecture = text("都道府県", 10)
    city = text("市区町村", 40)
    town = text("町字", 80)
    block = text("番地", 80)
    building = text("方書", 120)
    country = text("国外の国・地域", 60)

    class Meta:
        db_table = "people_address"
        db_table_comment = "住所情報"


class Phone(Fact):
    """電話番号, with its source."""

    kind = code("電話の種類", codes.PhoneKind)
    number = text("電話番号", 30)

    class Meta:
        db_table = "people_phone"
        db_table_comment = "電話番号"


class BasicNumber(Fact):
    """基礎年金番号 (with its history) and 旧年金番号."""

    kind = code("年金番号の種類", codes.NumberKind)
    number = text("基礎年金番号・旧年金番号", 20)

    class Meta:
        db_table = "people_basic_number"
        db_table_comment = "年金番号"


class Enrolment(Fact):
    """資格情報; 取得日 and 喪失日 are the bounds of the period."""

    category = code("被保険者種別", codes.Category)
    acquired_cause = text("取得事由", 40)
    lost_cause = text("喪失事由", 40)
    lost_reason = text("喪失理由", 100)

    class Meta:
        db_table = "people_enrolment"
        db_table_comment = "資格情報"


class Additional(Fact):
    """付加情報; its beginning and end are the bounds of the period."""

    joined_filed_on = day("付加加入の申出日")
    left_filed_on = day("付加脱退の申出日")
    left_cause = text("付加脱退の事由", 40)

    class Meta:
        db_table = "people_additional"
        db_table_comment = "付加情報"


class Exemption(Fact):
    """免除情報; the period is 該当期間."""

    kind = code("免除種類", codes.Exemption)
    applied_on = day("免除の申請・届出日")
    cause = text("免除該当の事由", 40)
    outcome = code("裁定結果", codes.Outcome, optional=True)
    outcome_on = day("裁定結果の日")
    ended_cause = text("免除終了の事由", 40)
    statutory_lapsed_on = day("法定免除の消滅日")
    statutory_lapsed_cause = text("法定免除の消滅事由", 40)
    forwarded_on = day("送付日")
    school_name = text("学校名", 100)
    school_kind = text("学校の種類・課程", 40)
    school_until = day("卒業予定日")

    class Meta:
        db_table = "people_exemption"
        db_table_comment = "免除情報"


class Claim(Fact):
    """The four receipts of claims (裁定受付)."""

    kind = code("裁定受付の種類", codes.ClaimKind)
    pension_code = text("年金コード", 4)
    certificate_number = text("証書番号", 20)
    claimed_on = models.DateField("裁定請求の受付日", db_comment="裁定請求の受付日")
    claim_type = text("裁定請求の種別", 40)
    forwarded_on = day("裁定請求の進達日")
    outcome = code("裁定請求の結果", codes.Outcome, optional=True)
    outcome_on = day("裁定請求の結果の日")
    claimant_name = text("請求者氏名", 100)
    claimant_relationship = text("請求者の続柄", 40)
    died_on = day("死亡日")
    death_filed_on = day("死亡届の受付日")
    diagnosis_form = text("診断書の種類", 40)
    diagnosed_on = day("診断書の現症日")
    first_seen_on = day("初診日")

    class Meta:
        db_table = "people_claim"
        db_table_comment = "裁定受付情報"


class Income(Fact):
    """所得情報: yen and counts; NULL is not known (for example undeclared), never 0."""

    fiscal_year = models.SmallIntegerField("相当年度", db_comment="相当年度")
    levy_year = models.SmallIntegerField("賦課年度", db_comment="賦課年度")
    general = count("一般扶養数")
    elderly = count("老人扶養数")
    specified = count("特定扶養数")
    spouse = code("控除対象配偶者", codes.Spouse, optional=True)
    disabled_dependants = count("障害者扶養数")
    specially_disabled_dependants = count("特別障害者扶養数")
    young = count("年少扶養数")
    disabled = code("本人障害者区分", codes.Disability, optional=True)
    widow = code("本人寡婦区分", codes.Widow, optional=True)
    working_student = code("本人勤労学生区分", codes.WorkingStudent, optional=True)
    pension_receipts = yen("公的年金収入")
    pension_income = yen("公的年金等雑所得")
    total = yen("合計所得金額")
    net_loss = yen("純損失")
    casualty = yen("雑損控除")
    medical = yen("医療費控除")
    social_insurance = yen("社会保険料控除")
    spouse_special = yen("配偶者特別控除")

    class Meta:
        db_table = "people_income"
        db_table_comment = "所得情報"


class SearchKey(models.Model):
    """What a person is found by; derived from the facts, and rebuilt with them."""

    person = models.ForeignKey(
        Person, models.PROTECT, related_name="+", db_index=False, db_comment="宛名番号"
    )
    kind = models.CharField("鍵の種類", max_length=20, db_comment="鍵の種類(keys.KeyKind)")
    key = models.CharField("検索の鍵", max_length=200, db_comment="検索の鍵")

    class Meta:
        db_table = "people_search_key"
        db_table_comment = "検索の鍵"
        constraints = (
            models.UniqueConstraint(
                fields=("person", "kind", "key"), name="people_search_key_once"
            ),
        )
        indexes = (
            models.Index(
                fields=("key", "kind"),
                name="people_search_key_by_key",
                opclasses=("text_pattern_ops", "text_pattern_ops"),
            ),
        )


FACTS: Final[tuple[type[Fact], ...]] = (
    Name,
    Identity,
    Register,
    StoppedProcessing,
    Foreign,
    Membership,
    Address,
    Phone,
    BasicNumber,
    Enrolment,
    Additional,
    Exemption,
    Claim,
    Income,
)

_ADDED: Final = "SELECT, INSERT"
_KEPT: Final = f"{_ADDED}, UPDATE (superseded_at, superseded_by_id, superseded_entry_id)"
_DERIVED: Final = f"{_ADDED}, DELETE"
PRIVILEGES: Final[Mapping[str, Mapping[str, str]]] = {
    "people_person": {"web": _ADDED, "batch": _ADDED},
    "people_household": {"web": _ADDED, "batch": _ADDED},
    "people_entry": {"web": _ADDED, "batch": _ADDED},
    "people_check": {"web": _ADDED, "batch": "SELECT"},
    "people_search_key": {"web": _DERIVED, "batch": _DERIVED},
    **{
        model._meta.db_table: {"web": _KEPT, "batch": _KEPT}  # noqa: SLF001 - Django's public name for it
        for model in FACTS
    },
}
