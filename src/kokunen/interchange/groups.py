"""To which group of facts each field of a file that came in belongs: who may see it, what was seen.

Fields of no group tell of the record itself: its number, its kind, the day of a notice.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from kokunen.access.domain import Field
from kokunen.interchange.domain import Partner

if TYPE_CHECKING:
    from collections.abc import Mapping

    from kokunen.interchange.codec.shape import Layout

IN_LISTS: Final = frozenset({Field.NAME, Field.PROTECTION})
"""What the lists of the exchange say of a person: who is not shown more is not read for more."""
_ADDRESS: Final = ("postal_code", "municipality_code", "prefecture", "city", "town", "block",
    "building", "country")  # fmt: skip
_GROUPS: Final[Mapping[str, Field]] = {
    **dict.fromkeys(("name", "latin", "alias"), Field.NAME),
    **dict.fromkeys(("kana", "alias_kana"), Field.KANA),
    **dict.fromkeys(("birth_date", "birth_date_text"), Field.BIRTH_DATE),
    "sex": Field.SEX,
    **dict.fromkeys(("address", *_ADDRESS), Field.ADDRESS),
    **{f"{of}_{part}": Field.ADDRESS for of in ("other", "moved_from", "moved_to")
        for part in _ADDRESS},
    **dict.fromkeys(
        ("residency", "first_on_register", "arrival", "arrived_on", "removal", "removed_on"),
        Field.REGISTER,
    ),
    **dict.fromkeys(("household", "head", "relationship"), Field.HOUSEHOLD),
    **dict.fromkeys(("nationality", "nationality_code", "status", "stay_until"), Field.FOREIGN),
    "basic_number": Field.BASIC_NUMBER,
    **dict.fromkeys(("category", "acquired_on", "lost_on"), Field.ENROLMENT),
    **dict.fromkeys(("aid", "started_on", "ended_on"), Field.EXEMPTION),
    **{f"{part}_{line}": Field.EXEMPTION for part in ("band", "first", "last")
        for line in range(1, 7)},
    **dict.fromkeys(
        ("pension_code", "pension_number", "certificate_number", "benefit", "grade", "standing",
            "from_month", "amount_1", "amount_2", "amount_3"),
        Field.CLAIM,
    ),
    # What stands on a filing may be of any duty, and of the persons tested.
    **{f"value_{line}": Field.INCOME for line in range(1, 21)},
}  # fmt: skip


def groups(layout: Layout) -> Mapping[str, Field]:
    """Return the group of each field of a layout's details, by its name; others are left out.

    Of a tax file everything beside whom and what it answers is income. The city of a file that
    is sent for many cities is nobody's address.
    """
    names = [each.name for each in layout.detail.values]
    if layout.partner is Partner.TAX:
        return {name: Field.INCOME for name in names if name not in {"person", "case"}}
    own = {"city"} if layout.group else set()
    return {name: _GROUPS[name] for name in names if name in _GROUPS and name not in own}


def titled(layout: Layout) -> Mapping[str, Field]:
    """Return the same by 項目名."""
    group = groups(layout)
    return {each.title: group[each.name] for each in layout.detail.values if each.name in group}
