"""How a fact of the register stands on the screen: its columns in the words of the office."""

from __future__ import annotations

from dataclasses import dataclass, fields
from datetime import date
from functools import cache
from typing import TYPE_CHECKING, Final

from kokunen.access.domain import Field
from kokunen.people.codes import Code
from kokunen.people.domain import (
    AddressValue,
    ClaimValue,
    EnrolmentValue,
    ExemptionValue,
    ForeignValue,
    IdentityValue,
    MembershipValue,
    NameValue,
    NumberValue,
    PhoneValue,
    Value,
)
from kokunen.people.rows import MODELS
from kokunen.web.templatetags.office import both

if TYPE_CHECKING:
    from collections.abc import Mapping

GROUPS: Final[Mapping[str, str]] = {
    "name": "氏名",
    "identity": "生年月日・性別",
    "register": "住民区分",
    "stop": "処理停止",
    "foreign": "国籍・在留資格",
    "membership": "世帯",
    "address": "住所",
    "phone": "電話",
    "basic_number": "年金番号",
    "enrolment": "資格",
    "additional": "付加",
    "exemption": "免除",
    "claim": "裁定受付",
    "income": "所得",
}
"""The kinds of facts (``Value.KIND``) in the order of the page."""

FIELD_WORDS: Final[Mapping[Field, str]] = {
    Field.NAME: "氏名",
    Field.KANA: "カナ",
    Field.SEX: "性別",
    Field.BIRTH_DATE: "生年月日",
    Field.ADDRESS: "住所",
    Field.PHONE: "電話",
    Field.REGISTER: "住民区分",
    Field.HOUSEHOLD: "世帯",
    Field.FOREIGN: "国籍・在留資格",
    Field.BASIC_NUMBER: "基礎年金番号",
    Field.OLD_NUMBER: "旧年金番号",
    Field.ENROLMENT: "資格",
    Field.ADDITIONAL: "付加",
    Field.EXEMPTION: "免除",
    Field.CLAIM: "裁定受付",
    Field.INCOME: "所得",
    Field.MY_NUMBER: "個人番号",
    Field.PROTECTION: "支援措置",
}
_YEN: Final = frozenset(
    {
        "pension_receipts", "pension_income", "total", "net_loss", "casualty", "medical",
        "social_insurance", "spouse_special",
    }
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Line:
    """One column of a fact: its word and what it says."""

    label: str
    text: str


@cache
def labels(kind: str) -> Mapping[str, str]:
    """Return the word for each column of a kind of fact, as the register calls it."""
    model = MODELS.get(kind)
    if model is None:
        return {}
    columns = model._meta.fields  # noqa: SLF001 - Django's public name for it
    return {each.name: str(each.verbose_name) for each in columns}


def written(value: object, *, column: str = "") -> str:
    """Write one value of a column; nothing for what is not known."""
    if value is None or value == "":
        return ""
    if isinstance(value, Code):
        return value.label
    if isinstance(value, bool):
        return "はい" if value else "いいえ"
    if isinstance(value, date):
        return both(value)
    if isinstance(value, int) and column in _YEN:
        return f"{value:,}円"
    return str(value)


def lines(value: Value) -> tuple[Line, ...]:
    """Return every column that says something."""
    words = labels(value.KIND)
    found = (
        (words.get(each.name, each.name), written(getattr(value, each.name), column=each.name))
        for each in fields(value)
    )
    return tuple(Line(label, text) for label, text in found if text)


def line(value: Value) -> str:
    """Return the fact on one line, its most telling columns first."""
    return "、".join(part for part in _telling(value) if part)


def _telling(value: Value) -> tuple[str, ...]:  # noqa: PLR0911 - one line for each kind
    match value:
        case NameValue():
            return (value.name or value.latin, value.kana, value.alias)
        case IdentityValue():
            birth = both(value.birth_date) if value.birth_date else value.birth_date_text
            return (birth, value.sex.label)
        case AddressValue():
            return (f"{value.kind.label} {value.line}",)
        case PhoneValue() | NumberValue():
            return (f"{value.kind.label} {value.number}",)
        case MembershipValue():
            return (f"世帯番号 {value.household}", "世帯主" if value.head else value.relationship)
        case ForeignValue():
            return (value.nationality, value.status, stay(value))
        case EnrolmentValue():
            causes = "→".join(part for part in (value.acquired_cause, value.lost_cause) if part)
            return (f"{value.category.label}({causes})" if causes else value.category.label,)
        case ExemptionValue():
            return (value.kind.label, value.outcome.label if value.outcome else "結果待ち")
        case ClaimValue():
            outcome = value.outcome.label if value.outcome else "結果待ち"
            return (value.kind.label, f"{both(value.claimed_on)} 受付", outcome)
        case _:
            return tuple(f"{each.label} {each.text}" for each in lines(value))


def stay(value: ForeignValue) -> str:
    """Return until when a foreign resident may stay."""
    return f"{both(value.stay_until)} まで" if value.stay_until else ""
