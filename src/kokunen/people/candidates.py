"""From readings of the text to people, by index alone: four passes, the exact one first.

Every comparison here is one that PostgreSQL may use below row security (leakproof): LIKE is not,
and would read the whole table.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from django.db import connection

from kokunen.people.asked import PARTS, WHOLE
from kokunen.people.keys import KeyKind

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from django.db.backends.utils import CursorWrapper

    from kokunen.people.asked import Asked

MOST: Final = 500
"""Of more candidates than these (佐藤) the first are taken, then put in order of kana."""


def people(readings: Sequence[Asked], *, most: int) -> dict[int, Asked]:
    """Return the 宛名番号 of at most ``most`` people, in order, each with the reading that fits.

    Whole names and numbers come first, then a surname or given name, then beginnings; within each,
    by kana. People under 支援措置 are there only for a whole name or a number that is one person's.
    """
    found: dict[int, Asked] = {}
    typed_whole: set[Asked] = set()
    for conditions in (_whole, _one_part, _beginning, _every_word):
        for asked in readings:
            if len(found) >= most:
                return found
            if conditions is _every_word and asked in typed_whole:
                continue
            wanted = conditions(asked)
            if wanted:
                certain = asked.is_certain or bool(asked.words and conditions is _whole)
                for person in _select(
                    wanted, certain=certain, but=list(found), most=most - len(found)
                ):
                    found[person] = asked
        if conditions is _whole:
            # Whoever typed a whole name does not mean those that begin with each of its words.
            typed_whole = {asked for asked in found.values() if asked.words[1:]}
    return found


@dataclass(frozen=True, slots=True, kw_only=True)
class _Probe:
    """One look into the index: keys of some kinds that are equal, or begin with the one given."""

    kinds: list[str]
    keys: list[str]
    begins: bool = False

    def clause(self, alias: str) -> tuple[str, list[Any]]:
        of_kind = f"{alias}.kind = ANY(%s) AND {alias}.key"
        if self.begins:
            (key,) = self.keys
            return f"{of_kind} ~>=~ %s AND {alias}.key ~<~ %s", [self.kinds, key, key + _LAST]
        return f"{of_kind} = ANY(%s)", [self.kinds, self.keys]


_LAST: Final = "\U0010ffff"
_Condition = list[_Probe]  # any of them

_CANDIDATES: Final = """
SELECT person_id FROM (
    SELECT found.person_id
    FROM (SELECT DISTINCT person_id FROM ({drivers}) AS driver) AS found
    ORDER BY (SELECT min(kana.key) FROM people_search_key AS kana
              WHERE kana.person_id = found.person_id AND kana.kind = 'kana'), found.person_id
    LIMIT %s) AS in_order
WHERE (%s OR NOT protection_covers(person_id)) AND NOT person_id = ANY(%s)
LIMIT %s
"""
_DRIVER: Final = """(
    SELECT k.person_id FROM people_search_key AS k {others} WHERE {where} {order} LIMIT %s)"""
# OFFSET 0: the few names of the person, never all that begin like the word, which the planner
# would choose, as it knows little of how names are spread. Their kinds stand inside, so that row
# security need not look at the sealed ones.
_AND: Final = """
    CROSS JOIN LATERAL (
        SELECT FROM (
            SELECT own.kind, own.key FROM people_search_key AS own
            WHERE own.person_id = k.person_id AND own.kind = ANY(%s) OFFSET 0) AS {alias}
        WHERE {any_of} LIMIT 1) AS of_{alias}"""
_COUNT: Final = (
    "SELECT count(*) FROM (SELECT FROM people_search_key AS k WHERE {where} LIMIT %s) AS c"
)


def _select(conditions: list[_Condition], *, certain: bool, but: list[int], most: int) -> list[int]:
    with connection.cursor() as cursor:
        driver, *others = _rarest_first(cursor, conditions)
        joined, joined_values = "", []
        for number, condition in enumerate(others):
            clauses = [probe.clause(f"k{number}") for probe in condition]
            any_of = " OR ".join(f"({sql})" for sql, _ in clauses)
            joined += _AND.format(alias=f"k{number}", any_of=any_of)
            joined_values.append(condition[0].kinds)
            joined_values += [value for _, values in clauses for value in values]
        drivers, values = [], []
        for probe in driver:
            where, where_values = probe.clause("k")
            order = "" if others else "ORDER BY k.key USING ~<~"
            drivers.append(_DRIVER.format(others=joined, where=where, order=order))
            values += [*joined_values, *where_values, MOST]
        cursor.execute(
            _CANDIDATES.format(drivers=" UNION ALL ".join(drivers)),
            [*values, MOST, certain, but, most],
        )
        return [person for (person,) in cursor.fetchall()]


def _rarest_first(cursor: CursorWrapper, conditions: list[_Condition]) -> list[_Condition]:
    """Put first what the fewest people fulfil: a number or day, else the word with fewest keys."""
    if len(conditions) == 1 or not conditions[0][0].begins:
        return conditions
    counts = []
    for condition in conditions:
        count = 0
        for probe in condition:
            where, values = probe.clause("k")
            cursor.execute(_COUNT.format(where=where), [*values, _MANY])
            count += int(cursor.fetchone()[0])
        counts.append(count)
    order = sorted(range(len(conditions)), key=counts.__getitem__)
    return [conditions[place] for place in order]


_MANY: Final = 2000  # more are not counted


def _whole(asked: Asked) -> list[_Condition]:
    whole = [[_equal(WHOLE, asked.whole)]] if asked.words else []
    return [*_exactly(asked), *whole]


def _one_part(asked: Asked) -> list[_Condition]:
    if len(asked.words) != 1:
        return []
    return [*_exactly(asked), [_equal(PARTS, asked.words[0].keys)]]


def _beginning(asked: Asked) -> list[_Condition]:
    if not asked.words:
        return []
    return [*_exactly(asked), _begins(WHOLE, asked.whole)]


def _every_word(asked: Asked) -> list[_Condition]:
    if not asked.words:
        return []
    return [*_exactly(asked), *(_begins(WHOLE | PARTS, word.keys) for word in asked.words)]


def _exactly(asked: Asked) -> list[_Condition]:
    # A birth date is shared by a few dozen people, every other number by one or a household.
    return [
        [_equal({each.kind}, {each.key})]
        for each in sorted(asked.exactly, key=lambda each: each.kind is KeyKind.BIRTH_DATE)
    ]


def _equal(kinds: Collection[KeyKind], keys: Collection[str]) -> _Probe:
    return _Probe(kinds=sorted(kinds), keys=sorted(keys))


def _begins(kinds: Collection[KeyKind], keys: Collection[str]) -> _Condition:
    return [_Probe(kinds=sorted(kinds), keys=[key], begins=True) for key in sorted(keys)]
