"""Who a person is and where: 宛名 and 電話 of founding document 004, 別添2. Pure."""

# ruff: noqa: D102 - `Value` says what lane and problem are; its kinds only answer

from __future__ import annotations

from dataclasses import dataclass
from datetime import date  # noqa: TC003 - the loader reads the annotations at run time
from typing import ClassVar, Final

from kokunen.access.domain import Field
from kokunen.people import codes
from kokunen.people.periods import ALWAYS, Period
from kokunen.people.value import Lane, Value

_BLANK: Final = "\u3000 "


@dataclass(frozen=True, slots=True, kw_only=True)
class NameValue(Value):
    """氏名情報: as on the register, with kana, the form of the passport, and 通称."""

    KIND: ClassVar[str] = "name"
    FIELDS: ClassVar[dict[Field, tuple[str, ...]]] = {
        Field.NAME: ("name", "latin", "alias"),
        Field.KANA: ("kana", "alias_kana"),
    }
    name: str = ""
    kana: str = ""
    latin: str = ""
    alias: str = ""
    alias_kana: str = ""

    def problem(self, valid: Period) -> tuple[str, str, str] | None:
        del valid
        if not (self.name.strip(_BLANK) or self.latin.strip(_BLANK)):
            return ("氏名がありません。", "氏名かローマ字氏名を入れてください。", "name")
        return None


@dataclass(frozen=True, slots=True, kw_only=True)
class IdentityValue(Value):
    """生年月日・性別. ``birth_date_text`` holds a birth date that is not known to the day."""

    KIND: ClassVar[str] = "identity"
    FIELDS: ClassVar[dict[Field, tuple[str, ...]]] = {
        Field.BIRTH_DATE: ("birth_date", "birth_date_text"),
        Field.SEX: ("sex",),
    }
    birth_date: date | None
    sex: codes.Sex = codes.Sex.UNKNOWN
    birth_date_text: str = ""

    def problem(self, valid: Period) -> tuple[str, str, str] | None:
        if valid != ALWAYS:
            return (
                "生年月日と性別には期間がありません。",
                "期間を付けずに登録し、誤りは訂正してください。",
                "valid",
            )
        return None


@dataclass(frozen=True, slots=True, kw_only=True)
class RegisterValue(Value):
    """住民区分・住民となった事由・筆頭者・消除."""

    KIND: ClassVar[str] = "register"
    FIELDS: ClassVar[dict[Field, tuple[str, ...]]] = {
        Field.REGISTER: (
            "residency",
            "arrival",
            "arrived_on",
            "first_on_register",
            "removal",
            "removed_on",
        )
    }
    residency: codes.Residency
    arrival: codes.Arrival | None = None
    arrived_on: date | None = None
    first_on_register: str = ""
    removal: codes.Removal | None = None
    removed_on: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class StopValue(Value):
    """処理停止情報."""

    KIND: ClassVar[str] = "stop"
    FIELDS: ClassVar[dict[Field, tuple[str, ...]]] = {Field.REGISTER: ("scope", "reason")}
    scope: codes.Stop
    reason: str = ""

    def lane(self) -> Lane:
        return (self.scope,)


@dataclass(frozen=True, slots=True, kw_only=True)
class ForeignValue(Value):
    """国籍・在留資格情報; ``stay_until`` None: no limit is known (特別永住者 have none)."""

    KIND: ClassVar[str] = "foreign"
    FIELDS: ClassVar[dict[Field, tuple[str, ...]]] = {
        Field.FOREIGN: ("nationality", "nationality_code", "status", "stay_until")
    }
    nationality: str
    nationality_code: str = ""
    status: str = ""
    stay_until: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class MembershipValue(Value):
    """世帯番号・続柄・世帯主; ``household`` is the 世帯番号."""

    KIND: ClassVar[str] = "membership"
    FIELDS: ClassVar[dict[Field, tuple[str, ...]]] = {
        Field.HOUSEHOLD: ("household", "head", "relationship")
    }
    household: int
    head: bool
    relationship: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class AddressValue(Value):
    """住所: its parts as received; ``country`` only for an address abroad."""

    KIND: ClassVar[str] = "address"
    FIELDS: ClassVar[dict[Field, tuple[str, ...]]] = {
        Field.ADDRESS: (
            "kind",
            "postal_code",
            "municipality_code",
            "prefecture",
            "city",
            "town",
            "block",
            "building",
            "country",
        )
    }
    kind: codes.AddressKind = codes.AddressKind.RESIDENCE
    postal_code: str = ""
    municipality_code: str = ""
    prefecture: str = ""
    city: str = ""
    town: str = ""
    block: str = ""
    building: str = ""
    country: str = ""

    def lane(self) -> Lane:
        return (self.kind,)

    @property
    def line(self) -> str:
        """The address on one line, parts in the order of an envelope."""
        parts = (self.country, self.prefecture + self.city + self.town + self.block, self.building)
        return "\u3000".join(part for part in parts if part)


@dataclass(frozen=True, slots=True, kw_only=True)
class PhoneValue(Value):
    """電話番号 as it was given."""

    KIND: ClassVar[str] = "phone"
    FIELDS: ClassVar[dict[Field, tuple[str, ...]]] = {Field.PHONE: ("kind", "number")}
    number: str
    kind: codes.PhoneKind = codes.PhoneKind.HOME

    def lane(self) -> Lane:
        return (self.kind,)
