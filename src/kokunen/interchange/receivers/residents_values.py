"""The fields of a record of the resident register as facts. Pure.

Both layouts of the register name their fields alike; what a record leaves blank it does not say.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from kokunen.people.codes import AddressKind, Sex
from kokunen.people.domain import (
    AddressValue,
    ForeignValue,
    IdentityValue,
    MembershipValue,
    NameValue,
)

if TYPE_CHECKING:
    from collections.abc import Mapping


def name_of(values: Mapping[str, Any]) -> NameValue | None:
    """Return the name of a record, or None: it gives none."""
    parts = ("name", "kana", "latin", "alias", "alias_kana")
    found = {part: values.get(part) or "" for part in parts}
    return NameValue(**found) if found["name"] or found["latin"] else None


def identity_of(values: Mapping[str, Any]) -> IdentityValue | None:
    """Return birth date and sex of a record, or None: it gives neither."""
    born, text, sex = (values.get(part) for part in ("birth_date", "birth_date_text", "sex"))
    if born is None and not text and not sex:
        return None
    return IdentityValue(
        birth_date=born, birth_date_text=text or "", sex=Sex(sex) if sex else Sex.UNKNOWN
    )


def membership_of(values: Mapping[str, Any]) -> MembershipValue | None:
    """Return household, head and relationship of a record, or None: it names no household."""
    if values.get("household") is None:
        return None
    return MembershipValue(
        household=values["household"],
        head=bool(values.get("head")),
        relationship=values.get("relationship") or "",
    )


def foreign_of(values: Mapping[str, Any]) -> ForeignValue | None:
    """Return nationality and residence status of a record, or None: it gives neither."""
    if not values.get("nationality") and not values.get("status"):
        return None
    return ForeignValue(
        nationality=values.get("nationality") or "",
        nationality_code=values.get("nationality_code") or "",
        status=values.get("status") or "",
        stay_until=values.get("stay_until"),
    )


def address_of(values: Mapping[str, Any], prefix: str, kind: AddressKind) -> AddressValue | None:
    """Return the address whose fields begin with a prefix, or None: all are blank."""
    parts = (
        "postal_code",
        "municipality_code",
        "prefecture",
        "city",
        "town",
        "block",
        "building",
        "country",
    )
    found = {part: values.get(prefix + part) or "" for part in parts}
    return AddressValue(kind=kind, **found) if any(found.values()) else None
