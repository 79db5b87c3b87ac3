"""The search keys of a person, kept in the transaction that changes what they are made from."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, cast

from kokunen.people import rows
from kokunen.people.codes import NumberKind
from kokunen.people.keys import Key, KeyKind, keys_for
from kokunen.people.models import SearchKey

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

    from kokunen.people.domain import (
        IdentityValue,
        NameValue,
        NumberValue,
        PhoneValue,
        Recorded,
        Value,
    )

MADE_FROM: Final = frozenset({"name", "identity", "basic_number", "phone"})
"""The kinds of facts that a person is found by."""


def refresh(*, person: int, kinds: Collection[str]) -> None:
    """Bring the keys of a person up to date; nothing to do when none of the kinds changed.

    Former names find the person, too. A basic number that has ended counts as an old one: for a
    protected person it would lead to the present one, and is sealed with the old ones.
    """
    refresh_all({person: kinds})


def refresh_all(changed: Mapping[int, Collection[str]]) -> None:
    """Bring the keys of many people up to date, of each of whom these kinds changed."""
    people = [person for person, kinds in changed.items() if MADE_FROM.intersection(kinds)]
    if not people:
        return
    facts = rows.load_each(people=people, kinds=MADE_FROM)
    wanted = {(person, key) for person in people for key in _keys(person, facts[person])}
    present = {
        (person, Key(kind=KeyKind(kind), key=key)): pk
        for pk, person, kind, key in SearchKey.objects.filter(person_id__in=people).values_list(
            "pk", "person_id", "kind", "key"
        )
    }
    gone = [pk for key, pk in present.items() if key not in wanted]
    if gone:
        SearchKey.objects.filter(pk__in=gone).delete()
    SearchKey.objects.bulk_create(
        SearchKey(person_id=person, kind=key.kind.value, key=key.key)
        for person, key in sorted(wanted - present.keys())
    )


def _keys(person: int, facts: Mapping[str, tuple[Recorded[Value], ...]]) -> set[Key]:
    names = [cast("NameValue", fact.value) for fact in facts["name"]]
    births = [cast("IdentityValue", fact.value).birth_date for fact in facts["identity"]]
    numbers = [(cast("NumberValue", fact.value), fact.valid.end) for fact in facts["basic_number"]]
    basic = [
        each.number for each, end in numbers if each.kind == NumberKind.CURRENT and end is None
    ]
    found = keys_for(
        number=person,
        birth_date="".join(birth.isoformat() for birth in births if birth is not None),
        basic_number="".join(basic),
        old_numbers=tuple(each.number for each, _ in numbers if each.number not in basic),
        phones=tuple(cast("PhoneValue", fact.value).number for fact in facts["phone"]),
    )
    return set(found).union(
        *(
            keys_for(
                number=person,
                name=each.name,
                kana=each.kana,
                alias=each.alias,
                alias_kana=each.alias_kana,
                passport=each.latin,
            )
            for each in names
        )
    )
