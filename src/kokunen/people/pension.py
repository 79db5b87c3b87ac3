"""A person's pension: 年金基本, 資格, 付加, 免除, 裁定受付 and 所得 of 004, 別添2. Pure."""

# ruff: noqa: D102 - `Value` says what lane and problem are; its kinds only answer

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import ClassVar

from kokunen.access.domain import Field
from kokunen.people import codes
from kokunen.people.periods import Period
from kokunen.people.value import Lane, Value


@dataclass(frozen=True, slots=True, kw_only=True)
class NumberValue(Value):
    """基礎年金番号 (10 digits, one at a time) or 旧年金番号 (several side by side)."""

    KIND: ClassVar[str] = "basic_number"
    FIELDS: ClassVar[dict[Field, tuple[str, ...]]] = {
        Field.BASIC_NUMBER: ("kind", "number"),
        Field.OLD_NUMBER: ("kind", "number"),
    }
    number: str
    kind: codes.NumberKind = codes.NumberKind.CURRENT

    def lane(self) -> Lane:
        if self.kind == codes.NumberKind.CURRENT:
            return (self.kind,)
        return (self.kind, self.number)


@dataclass(frozen=True, slots=True, kw_only=True)
class EnrolmentValue(Value):
    """資格情報; the period begins on 取得日 and ends on 喪失日 (the first day not insured)."""

    KIND: ClassVar[str] = "enrolment"
    FIELDS: ClassVar[dict[Field, tuple[str, ...]]] = {
        Field.ENROLMENT: ("category", "acquired_cause", "lost_cause", "lost_reason")
    }
    AT_START: ClassVar[tuple[str, ...]] = ("acquired_cause",)
    AT_END: ClassVar[tuple[str, ...]] = ("lost_cause", "lost_reason")
    category: codes.Category
    acquired_cause: str = ""
    lost_cause: str = ""
    lost_reason: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class AdditionalValue(Value):
    """付加情報."""

    KIND: ClassVar[str] = "additional"
    FIELDS: ClassVar[dict[Field, tuple[str, ...]]] = {
        Field.ADDITIONAL: ("joined_filed_on", "left_filed_on", "left_cause")
    }
    AT_START: ClassVar[tuple[str, ...]] = ("joined_filed_on",)
    AT_END: ClassVar[tuple[str, ...]] = ("left_filed_on", "left_cause")
    joined_filed_on: date | None = None
    left_filed_on: date | None = None
    left_cause: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ExemptionValue(Value):
    """免除情報; the period is 該当期間; ``outcome`` None: the agency has not answered."""

    KIND: ClassVar[str] = "exemption"
    FIELDS: ClassVar[dict[Field, tuple[str, ...]]] = {
        Field.EXEMPTION: (
            "kind",
            "applied_on",
            "cause",
            "outcome",
            "outcome_on",
            "ended_cause",
            "statutory_lapsed_on",
            "statutory_lapsed_cause",
            "forwarded_on",
            "school_name",
            "school_kind",
            "school_until",
        )
    }
    AT_END: ClassVar[tuple[str, ...]] = (
        "ended_cause",
        "statutory_lapsed_on",
        "statutory_lapsed_cause",
    )
    kind: codes.Exemption
    applied_on: date | None = None
    cause: str = ""
    outcome: codes.Outcome | None = None
    outcome_on: date | None = None
    ended_cause: str = ""
    statutory_lapsed_on: date | None = None
    statutory_lapsed_cause: str = ""
    forwarded_on: date | None = None
    school_name: str = ""
    school_kind: str = ""
    school_until: date | None = None

    def lane(self) -> Lane:
        return (self.kind,) if self.outcome in (None, codes.Outcome.APPROVED) else None


@dataclass(frozen=True, slots=True, kw_only=True)
class ClaimValue(Value):
    """裁定受付: one receipt; what only one kind of claim has stays empty in the others."""

    KIND: ClassVar[str] = "claim"
    FIELDS: ClassVar[dict[Field, tuple[str, ...]]] = {
        Field.CLAIM: (
            "kind",
            "pension_code",
            "certificate_number",
            "claimed_on",
            "claim_type",
            "forwarded_on",
            "outcome",
            "outcome_on",
            "claimant_name",
            "claimant_relationship",
            "died_on",
            "death_filed_on",
            "diagnosis_form",
            "diagnosed_on",
            "first_seen_on",
        )
    }
    kind: codes.ClaimKind
    claimed_on: date
    pension_code: str = ""
    certificate_number: str = ""
    claim_type: str = ""
    forwarded_on: date | None = None
    outcome: codes.Outcome | None = None
    outcome_on: date | None = None
    claimant_name: str = ""
    claimant_relationship: str = ""
    died_on: date | None = None
    death_filed_on: date | None = None
    diagnosis_form: str = ""
    diagnosed_on: date | None = None
    first_seen_on: date | None = None

    def lane(self) -> Lane:
        return (self.kind, self.claimed_on.isoformat(), self.pension_code)

    def problem(self, valid: Period) -> tuple[str, str, str] | None:
        if valid.start != self.claimed_on:
            return (
                "裁定受付の期間は受付日から始まります。",
                "期間の始まりを受付日と同じにしてください。",
                "valid",
            )
        return None


@dataclass(frozen=True, slots=True, kw_only=True)
class IncomeValue(Value):
    """所得情報 of one 相当年度 (its fiscal year is the period); yen, and counts of persons."""

    KIND: ClassVar[str] = "income"
    FIELDS: ClassVar[dict[Field, tuple[str, ...]]] = {
        Field.INCOME: (
            "fiscal_year",
            "levy_year",
            "general",
            "elderly",
            "specified",
            "spouse",
            "disabled_dependants",
            "specially_disabled_dependants",
            "young",
            "disabled",
            "widow",
            "working_student",
            "pension_receipts",
            "pension_income",
            "total",
            "net_loss",
            "casualty",
            "medical",
            "social_insurance",
            "spouse_special",
        )
    }
    fiscal_year: int
    levy_year: int
    general: int | None = None
    elderly: int | None = None
    specified: int | None = None
    spouse: codes.Spouse | None = None
    disabled_dependants: int | None = None
    specially_disabled_dependants: int | None = None
    young: int | None = None
    disabled: codes.Disability | None = None
    widow: codes.Widow | None = None
    working_student: codes.WorkingStudent | None = None
    pension_receipts: int | None = None
    pension_income: int | None = None
    total: int | None = None
    net_loss: int | None = None
    casualty: int | None = None
    medical: int | None = None
    social_insurance: int | None = None
    spouse_special: int | None = None

    @property
    def valid(self) -> Period:
        """The fiscal year of 相当年度: 1 April to 31 March."""
        return Period(start=date(self.fiscal_year, 4, 1), end=date(self.fiscal_year + 1, 4, 1))

    def problem(self, valid: Period) -> tuple[str, str, str] | None:
        if valid != self.valid:
            return (
                "所得の期間が相当年度(4月1日から翌年3月31日まで)と合いません。",
                "期間を相当年度に合わせてください。",
                "valid",
            )
        return None
