"""The book of the invented resident register, and how a notice says what is in it. Pure."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any, Final

from kokunen.demo.places import Place

if TYPE_CHECKING:
    from random import Random

    from kokunen.demo.townsfolk import Townsman

Record = dict[str, Any]
"""The fields of a detail of ``resident_changes``."""

_LONG_AGO: Final = timedelta(days=4)
_STAY: Final = timedelta(days=1095)
_STATUS: Final = "技術・人文知識・国際業務"


@dataclass(slots=True, kw_only=True)
class Person:
    """Somebody by all that was told; ``changed`` is the day of the last notice about them."""

    number: int
    name: str
    kana: str
    birth: date
    sex: str
    household: int
    head: bool
    relation: str
    address: Place
    changed: date
    latin: str = ""
    nation: tuple[str, str] | None = None
    here: bool = True
    abroad: bool = False
    born: date | None = None


@dataclass(slots=True, kw_only=True)
class Told:
    """A notice that may still be corrected or cancelled; ``before`` is the person before it."""

    record: Record
    before: Person | None
    night: int


@dataclass(slots=True, kw_only=True)
class Tonight:
    """A night while its notices are drawn; ``later`` are those that come the night after."""

    number: int
    day: date
    random: Random
    records: list[Record] = field(default_factory=list)
    later: list[Record] = field(default_factory=list)
    notices: int = 0
    newcomers: int = 0


def known(one: Townsman, day: date) -> Person:
    """Return somebody of whom nothing was told lately."""
    return Person(
        number=one.number,
        name=one.name,
        kana=one.kana,
        birth=one.birth,
        sex="female" if one.female else "male",
        household=one.household,
        head=one.head,
        relation=one.relation,
        address=Place(**{part: getattr(one.address, part) for part in Place._fields}),
        changed=day - _LONG_AGO,
        nation=("", one.nation) if one.foreign else None,
    )


def age(one: Person, day: date) -> int:
    """Return the age in full years by the calendar."""
    return day.year - one.birth.year - ((day.month, day.day) < (one.birth.month, one.birth.day))


def membership(one: Person) -> Record:
    """Return the fields of a household."""
    return {"household": one.household, "head": one.head, "relationship": one.relation}


def foreign(one: Person, day: date) -> Record:
    """Return the fields of nationality and residence status; none of who is Japanese."""
    if one.nation is None:
        return {}
    return {
        "nationality": one.nation[1],
        "nationality_code": one.nation[0] or None,
        "status": _STATUS,
        "stay_until": day + _STAY,
    }


def other(place: Place) -> Record:
    """Return the fields of an address outside the city."""
    return {f"other_{part}": value for part, value in place._asdict().items()}


def filled(fields: Record) -> Record:
    """Leave out what is blank; of an address here the country."""
    return {
        name: value
        for name, value in fields.items()
        if value not in ("", None) and name != "country"
    }


def all_of(one: Person, day: date, origin: Place | None) -> Record:
    """Return what an arrival says of somebody."""
    return filled(
        {
            "name": one.name,
            "kana": one.kana,
            "latin": one.latin,
            "birth_date": one.birth,
            "sex": one.sex,
            "residency": "foreign" if one.nation else "japanese",
            **membership(one),
            **foreign(one, day),
            **one.address._asdict(),
            **({} if origin is None else other(origin)),
        }
    )
