"""Lists of the people whose 資格 is to change, worked off as cases.

Each list is one statement over the facts in force; who has an open case of the filing already is
left out. Names are shown as lists show them: of a protected person nothing but the name.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from functools import partial
from typing import TYPE_CHECKING, Any, Final

from django.db import connection, transaction

from kokunen.audit import operations as audit
from kokunen.audit.domain import Act
from kokunen.dates.age import attained_on
from kokunen.dates.month import Month
from kokunen.enrolment.life import said
from kokunen.people.codes import Code
from kokunen.people.search import named

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Mapping

    from kokunen.access.domain import Field
    from kokunen.audit.domain import Occasion
    from kokunen.people.search import Hit

MOST: Final = 1000
"""Of more candidates than these the earliest are given."""


class ListKind(Code):
    """Which list."""

    AGE_20 = "age_20", "20歳になる人"
    AGE_60 = "age_60", "60歳になる人"
    SPOUSE = "spouse", "第3号から第1号への切替漏れ"
    ABROAD = "abroad", "国外転出した第1号の人"


FILING_OF: Final[Mapping[ListKind, str]] = {
    ListKind.AGE_20: "acquisition",
    ListKind.AGE_60: "loss",
    ListKind.SPOUSE: "category_change",
    ListKind.ABROAD: "departure",
}
"""The filing that each list leads to."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidate:
    """Somebody of a list, with the filing that ``operations.raise_case`` would receive.

    ``person`` is the 宛名番号, ``hit`` what the role sees of the person, ``why`` in words.
    """

    kind: ListKind
    person: int
    hit: Hit
    event_on: date
    why: str
    article: str
    particulars: Mapping[str, Any] = field(default_factory=dict)

    @property
    def filing(self) -> str:
        """The code of the filing."""
        return FILING_OF[self.kind]


def candidates(
    *, kind: ListKind, on: date, occasion: Occasion, sees: Collection[Field]
) -> tuple[Candidate, ...]:
    """Return the people of a list, the earliest day first, each with a line in the record.

    The lists of ages are those of the month of ``on``: residents who attain 20 and are not insured
    on that day, and people in category 1 who attain 60. ``SPOUSE`` are people in category 3 on the
    day, husband or wife of a head of their household (or the head of theirs) who left category 2
    before it. ``ABROAD`` are people who were in category 1 when they left Japan and still are
    after the next day, by the resident register. Whose household is sealed by a protection measure
    is on no list of spouses.
    """
    with transaction.atomic():
        found = _FIND[kind](on)
        hits = named(
            people=[person for person, *_ in found],
            operation="enrolment.candidates",
            occasion=occasion,
            sees=sees,
        )
        spouses = {spouse for _, _, spouse in found if spouse is not None}
        audit.record_each(
            act=Act.READ,
            operation="enrolment.candidates",
            occasion=occasion,
            people=[(spouse, ("enrolment", "household"), "") for spouse in sorted(spouses)],
        )
    return tuple(
        Candidate(
            kind=kind,
            person=person,
            hit=hits[person],
            event_on=day,
            why=_WHY[kind].format(said(day)),
            article=_ARTICLE[kind],
            particulars=_PARTICULARS[kind],
        )
        for person, day, _ in found
    )


_Row = tuple[int, date, int | None]
"""宛名番号, the day, and whose enrolment says so where it is another's."""
_WHY: Final[Mapping[ListKind, str]] = {
    ListKind.AGE_20: "{}に20歳に達し、国内に住所がある",
    ListKind.AGE_60: "{}に60歳に達する第1号被保険者",
    ListKind.SPOUSE: "配偶者が{}に第2号でなくなったが、第3号のまま",
    ListKind.ABROAD: "{}に国外へ転出したが、第1号のまま",
}
_ARTICLE: Final[Mapping[ListKind, str]] = {
    ListKind.AGE_20: "法7条1項1号・8条",
    ListKind.AGE_60: "法9条3号",
    ListKind.SPOUSE: "法7条1項3号・12条1項",
    ListKind.ABROAD: "法9条2号",
}
_PARTICULARS: Final[Mapping[ListKind, Mapping[str, str]]] = {
    ListKind.AGE_20: {"cause": "age_20"},
    ListKind.AGE_60: {"cause": "age_60"},
    ListKind.SPOUSE: {"cause": "left_category_3", "reason": "spouse_left_category_2"},
    ListKind.ABROAD: {},
}

_NO_CASE: Final = """
    AND NOT EXISTS (SELECT FROM cases_open o JOIN cases_case c ON c.id = o.case_id
        WHERE c.person_id = {person} AND c.filing = ANY(%(filings)s))
"""
_BORN: Final = """
SELECT i.person_id, i.birth_date
FROM people_identity i
WHERE i.superseded_at IS NULL AND i.birth_date BETWEEN %(first)s AND %(last)s
"""
_HERE: Final = """
    AND EXISTS (SELECT FROM people_register r WHERE r.person_id = i.person_id
        AND r.superseded_at IS NULL AND r.valid @> %(on)s::date
        AND r.residency <> 'non_resident' AND r.removal = '')
    AND NOT EXISTS (SELECT FROM people_enrolment e WHERE e.person_id = i.person_id
        AND e.superseded_at IS NULL AND (upper_inf(e.valid) OR upper(e.valid) > %(on)s))
"""
_IN_CATEGORY_1: Final = """
    AND EXISTS (SELECT FROM people_enrolment e WHERE e.person_id = i.person_id
        AND e.superseded_at IS NULL AND e.category = 'category_1'
        AND (upper_inf(e.valid) OR upper(e.valid) > %(on)s))
"""
_COUPLE: Final = ["妻", "夫", "妻(未届)", "夫(未届)", "妻(未届)", "夫(未届)"]
_SPOUSE: Final = """
SELECT own.person_id, max(upper(left_2.valid)), max(other.person_id)
FROM people_enrolment e
JOIN people_membership own ON own.person_id = e.person_id AND own.superseded_at IS NULL
    AND own.valid @> %(on)s::date
JOIN people_membership other ON other.household_id = own.household_id
    AND other.person_id <> own.person_id AND other.superseded_at IS NULL
    AND other.valid @> %(on)s::date
    AND ((own.head AND other.relationship = ANY(%(couple)s))
        OR (other.head AND own.relationship = ANY(%(couple)s)))
JOIN people_enrolment left_2 ON left_2.person_id = other.person_id
    AND left_2.superseded_at IS NULL AND left_2.category = 'category_2'
    AND upper(left_2.valid) <= %(on)s
WHERE e.superseded_at IS NULL AND e.category = 'category_3' AND e.valid @> %(on)s::date
    AND upper(left_2.valid) > lower(e.valid)
    AND NOT EXISTS (SELECT FROM people_enrolment now WHERE now.person_id = other.person_id
        AND now.superseded_at IS NULL AND now.category = 'category_2'
        AND now.valid @> %(on)s::date)
"""
_ABROAD: Final = """
SELECT r.person_id, max(r.removed_on), NULL
FROM people_register r
JOIN people_enrolment e ON e.person_id = r.person_id AND e.superseded_at IS NULL
    AND e.category = 'category_1' AND lower(e.valid) <= r.removed_on
    AND (upper_inf(e.valid) OR upper(e.valid) > r.removed_on + 1)
WHERE r.superseded_at IS NULL AND r.removal = 'abroad' AND r.removed_on <= %(on)s
"""


def _attaining(years: int, condition: str, filing: str, on: date) -> list[_Row]:
    # An age is attained on the day before the birthday: of the birthdays from the 2nd of the month
    # to the 1st of the next.
    month = Month.of(on) - 12 * years
    person = "i.person_id"
    found = _asked(
        f"{_BORN}{condition}{_NO_CASE.format(person=person)}",
        {
            "first": month.first_day.replace(day=2),
            "last": (month + 1).first_day,
            "on": Month.of(on).last_day,
            "filings": [filing],
        },
        "i.birth_date, i.person_id",
    )
    return [
        (one, attained_on(birth_date=birth_date, years=years), None) for one, birth_date in found
    ]


def _spouses(on: date) -> list[_Row]:
    return [
        (person, day, spouse)
        for person, day, spouse in _asked(
            f"{_SPOUSE}{_NO_CASE.format(person='own.person_id')} GROUP BY own.person_id",
            {"on": on, "couple": _COUPLE, "filings": ["category_change", "acquisition"]},
            "2, 1",
        )
    ]


def _abroad(on: date) -> list[_Row]:
    return [
        (person, day, None)
        for person, day, _ in _asked(
            f"{_ABROAD}{_NO_CASE.format(person='r.person_id')} GROUP BY r.person_id",
            {"on": on, "filings": ["departure", "loss"]},
            "2, 1",
        )
    ]


def _asked(query: str, values: Mapping[str, Any], order: str) -> list[Any]:
    with connection.cursor() as cursor:
        cursor.execute(f"{query} ORDER BY {order} LIMIT {MOST}", values)
        return list(cursor.fetchall())


_FIND: Final[Mapping[ListKind, Callable[[date], list[_Row]]]] = {
    ListKind.AGE_20: partial(_attaining, 20, _HERE, "acquisition"),
    ListKind.AGE_60: partial(_attaining, 60, _IN_CATEGORY_1, "loss"),
    ListKind.SPOUSE: _spouses,
    ListKind.ABROAD: _abroad,
}
