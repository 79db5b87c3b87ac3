"""The one box: finds people by what a clerk hears or reads, says why, and records who was shown."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, TypeVar

from django.db import connection, transaction

from kokunen.access.domain import Field
from kokunen.audit import operations as audit
from kokunen.audit.domain import Act
from kokunen.dates.tokyo import day_of
from kokunen.people import candidates
from kokunen.people.asked import reasons, understand
from kokunen.people.domain import Hidden, Masked
from kokunen.people.keys import Key, KeyKind

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping, Sequence
    from datetime import date
    from uuid import UUID

    from kokunen.audit.domain import Occasion
    from kokunen.people.asked import Asked

Value = TypeVar("Value")

MOST_HITS: Final = 100

NEEDS: Final[Mapping[KeyKind, Field]] = {
    KeyKind.BIRTH_DATE: Field.BIRTH_DATE,
    KeyKind.BASIC_NUMBER: Field.BASIC_NUMBER,
    KeyKind.OLD_NUMBER: Field.OLD_NUMBER,
    KeyKind.PHONE: Field.PHONE,
}
"""What a role must see to search by it: who may not see telephones finds nobody by one."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Hit:
    """One person found, with what this role may see of them and why they were found.

    ``key`` is for URLs, ``number`` the 宛名番号. ``birth_date`` is the text of the register where
    the day is not wholly known. Of a person under 支援措置 only the name is given; ``protected``
    says so to a role that sees the field alone.
    """

    key: UUID
    number: int
    name: str | Hidden
    kana: str | Hidden | Masked
    birth_date: date | str | Hidden | Masked
    address: str | Hidden | Masked
    protected: bool
    why: str

    @property
    def shown(self) -> frozenset[Field]:
        """The fields that are really given."""
        given: dict[Field, object] = {
            Field.NAME: self.name,
            Field.KANA: self.kana,
            Field.BIRTH_DATE: self.birth_date,
            Field.ADDRESS: self.address,
        }
        fields = {field for field, value in given.items() if not isinstance(value, Hidden | Masked)}
        return frozenset(fields | ({Field.PROTECTION} if self.protected else set()))


class Hits(list[Hit]):
    """The people found, the best first; ``more`` says that others match, too."""

    def __init__(self, hits: Sequence[Hit] = (), *, more: bool = False) -> None:
        super().__init__(hits)
        self.more = more


def find(*, text: str, occasion: Occasion, sees: Collection[Field], limit: int = 20) -> Hits:
    """Return at most ``limit`` (1 to 100) people whom all of the text fits, exact matches first.

    The text is a name (kanji, kana or Latin letters; beginnings do, in any order), a birth date,
    a 基礎年金番号, 宛名番号 or telephone number, or several of them. A person under 支援措置 is
    found by a whole name, 基礎年金番号 or 宛名番号 alone. Writes one line into the record for each
    person shown, in the same transaction; the text itself is written nowhere. Raises the refusals
    of `asked.understand`, and `UnableToRecord` without a purpose.
    """
    kinds = [kind for kind in KeyKind if kind not in NEEDS or NEEDS[kind] in sees]
    readings = understand(text, kinds=kinds)
    most = max(1, min(limit, MOST_HITS))
    with transaction.atomic():
        found = candidates.people(readings, most=most + 1)
        shown = dict(list(found.items())[:most])
        hits = list(_hits(shown, occasion=occasion, sees=sees))
        audit.record_each(
            act=Act.READ,
            operation="people.find",
            occasion=occasion,
            people=[(hit.number, hit.shown, "+".join(shown[hit.number].kinds)) for hit in hits],
        )
    return Hits(hits, more=len(found) > most)


def named(
    *, people: Collection[int], operation: str, occasion: Occasion, sees: Collection[Field]
) -> dict[int, Hit]:
    """Return how each of these people is called, as the lines of a list show them.

    Each has a line in the record, under ``operation``; ``why`` stays empty. Of somebody under a
    protection measure nothing but the name is given, as in a search.
    """
    with transaction.atomic():
        hits = list(_hits(dict.fromkeys(people), occasion=occasion, sees=sees))
        audit.record_each(
            act=Act.READ,
            operation=operation,
            occasion=occasion,
            people=[(hit.number, hit.shown, "") for hit in hits],
        )
    return {hit.number: hit for hit in hits}


_FACTS: Final = """
SELECT person.id, person.key, protection_covers(person.id),
       COALESCE(NULLIF(name.name, ''), name.latin, ''), COALESCE(name.kana, ''),
       identity.birth_date, COALESCE(identity.birth_date_text, ''), COALESCE(address.written, '')
FROM unnest(%(people)s::bigint[]) WITH ORDINALITY AS wanted (id, place)
JOIN people_person AS person ON person.id = wanted.id
LEFT JOIN LATERAL (
    SELECT name, latin, kana FROM people_name
    WHERE person_id = person.id AND superseded_at IS NULL
    ORDER BY valid @> %(day)s::date DESC, lower(valid) DESC NULLS LAST LIMIT 1) AS name ON true
LEFT JOIN LATERAL (
    SELECT birth_date, birth_date_text FROM people_identity
    WHERE person_id = person.id AND superseded_at IS NULL LIMIT 1) AS identity ON true
LEFT JOIN LATERAL (
    SELECT prefecture || city || town || block || building || country AS written
    FROM people_address
    WHERE person_id = person.id AND superseded_at IS NULL AND kind = 'residence'
    ORDER BY valid @> %(day)s::date DESC, lower(valid) DESC NULLS LAST LIMIT 1) AS address ON true
ORDER BY wanted.place
"""
_KEYS: Final = "SELECT person_id, kind, key FROM people_search_key WHERE person_id = ANY(%s)"


def _hits(
    found: Mapping[int, Asked | None], *, occasion: Occasion, sees: Collection[Field]
) -> Iterator[Hit]:
    keys: dict[int, set[Key]] = {person: set() for person in found}
    asked = {person: by for person, by in found.items() if by is not None}
    facts: list[tuple[Any, ...]] = []
    if found:
        with connection.cursor() as cursor:
            if asked:
                cursor.execute(_KEYS, [list(asked)])
                for person, kind, key in cursor.fetchall():
                    keys[person].add(Key(kind=KeyKind(kind), key=key))
            day = day_of(occasion.at)
            cursor.execute(_FACTS, {"people": list(found), "day": day})
            facts = cursor.fetchall()
    for person, url_key, protected, name, kana, born, born_text, address in facts:
        yield Hit(
            key=url_key,
            number=person,
            name=name if Field.NAME in sees else Hidden(),
            kana=_given(kana, Field.KANA, sees=sees, protected=protected),
            birth_date=_given(born or born_text, Field.BIRTH_DATE, sees=sees, protected=protected),
            address=_given(address, Field.ADDRESS, sees=sees, protected=protected),
            protected=protected and Field.PROTECTION in sees,
            why="、".join(reasons(asked[person], keys[person])) if person in asked else "",
        )


def _given(
    value: Value, field: Field, *, sees: Collection[Field], protected: bool
) -> Value | Hidden | Masked:
    if field not in sees or (protected and Field.PROTECTION not in sees):
        return Hidden()
    return Masked() if protected else value
