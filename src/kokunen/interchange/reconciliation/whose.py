"""Whom the records of a list are about, for a chunk in one statement."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, Final

from django.db import connection

from kokunen.interchange.domain import Effect, RecordOutcome
from kokunen.interchange.reconciliation.known import known
from kokunen.interchange.reconciliation.matching import folded

if TYPE_CHECKING:
    from collections.abc import Sequence

    from kokunen.audit.domain import Occasion
    from kokunen.interchange.reconciliation.differing import Known
    from kokunen.interchange.reconciliation.received import Who

# Numbers that were replaced are no keys here: they lead to nobody.
_FOUND: Final = """
SELECT '' AS born, key, person_id FROM people_search_key
WHERE kind = 'basic_number' AND key = ANY(%(numbers)s)
UNION ALL
SELECT born.key, named.key, born.person_id
FROM people_search_key AS born JOIN people_search_key AS named USING (person_id)
WHERE born.kind = 'birth_date' AND born.key = ANY(%(births)s)
    AND named.kind IN ('name', 'kana', 'alias', 'alias_kana', 'latin')
    AND named.key = ANY(%(names)s)
"""
NOBODY: Final = Effect(
    outcome=RecordOutcome.UNMATCHED,
    code="nobody",
    says="この人が市の記録に見つからないか、同じ氏名と生年月日の人が複数います。",
    fix="氏名・生年月日で検索し、住民登録を確かめてください。市の記録は変えていません。",
    fields=("basic_number", "name", "birth_date"),
)
"""The effect of a line about somebody whom the register does not know, or knows more than once."""


def whose(records: Sequence[Who], *, occasion: Occasion) -> tuple[Known | None, ...]:
    """Return the person of each record: by number, else the one resident of a name and birth date.

    A name finds only somebody whose number is not known: with another number it is another person,
    or one whose number was changed, which no list tells.
    """
    names = [folded(who.name) | folded(who.kana) for who in records]
    given = {
        "numbers": [who.basic_number for who in records if who.basic_number],
        "births": [who.birth_date.isoformat() for who in records if who.birth_date],
        "names": sorted(frozenset().union(*names)),
    }
    found: dict[tuple[str, str], set[int]] = defaultdict(set)
    with connection.cursor() as cursor:
        cursor.execute(_FOUND, given)
        for born, key, person in cursor.fetchall():
            found[born, key].add(person)
    near = [
        (
            found.get(("", who.basic_number), set()),
            {
                person
                for key in keys
                if who.birth_date
                for person in found.get((who.birth_date.isoformat(), key), ())
            },
        )
        for who, keys in zip(records, names, strict=True)
    ]
    everybody = {each for pair in near for people in pair for each in people}
    register = known(everybody, occasion=occasion)
    return tuple(_one(numbered, named, register) for numbered, named in near)


def _one(numbered: set[int], named: set[int], register: dict[int, Known]) -> Known | None:
    if len(numbered) == 1:
        return register[next(iter(numbered))]
    residents = [register[each] for each in named if register[each].resident]
    if len(residents) == 1 and not residents[0].number:
        return residents[0]
    return None
