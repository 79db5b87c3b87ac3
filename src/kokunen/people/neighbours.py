"""Surname and address of people, folded: what a review of the record compares staff with.

A supervisor should see when a member of staff looks up somebody who may be of the own household
(issue of curiosity: 特定個人情報保護評価書 004, Ⅲ3 リスク3). Nothing of it is shown to anybody.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db.models import Q

from kokunen.access.queries import residents
from kokunen.audit.reviewing import Colleague, Identity
from kokunen.people.codes import AddressKind
from kokunen.people.folding import fold, parts
from kokunen.people.models import Address, Name

if TYPE_CHECKING:
    from collections.abc import Collection
    from datetime import date


def identities(people: Collection[int], *, on: date) -> dict[int, Identity]:
    """Return surname and address on a day of those whose name and residence are known and shown.

    What a protection measure seals stays out for the web role: the database hides it.
    """
    standing = Q(person_id__in=people, superseded_at=None, valid__contains=on)
    names = Name.objects.filter(standing).values_list("person_id", "name", "alias", "latin")
    surnames = {
        person: fold(parts(name or alias or latin)[0])
        for person, name, alias, latin in names
        if parts(name or alias or latin)
    }
    addresses = Address.objects.filter(standing, kind=AddressKind.RESIDENCE).values_list(
        "person_id", "prefecture", "city", "town", "block", "building"
    )
    return {
        person: Identity(surname=surnames[person], address=fold("".join(where)))
        for person, *where in addresses
        if person in surnames
    }


def colleagues(*, on: date) -> list[Colleague]:
    """Return the staff whose 宛名番号 is known, as residents on a day."""
    own = residents()
    known = identities(own.values(), on=on)
    return [
        Colleague(staff=staff, person=person, identity=known.get(person))
        for staff, person in own.items()
    ]
