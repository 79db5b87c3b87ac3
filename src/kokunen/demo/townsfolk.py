"""The people of the invented city as its year needs them: read off the rows, before they load."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any, Final

from kokunen.demo.places import OFFICES, Place
from kokunen.demo.sheet import COLUMNS
from kokunen.people.domain import AddressValue

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from kokunen.demo.city import City

_FAR: Final = "9999-12-31"


@dataclass(frozen=True, slots=True, kw_only=True)
class Townsman:
    """One person on the day of the city.

    ``category`` and ``exemption`` are codes of the register or "", ``claims`` the words of the
    claims that were granted, ``worked`` tells whether there ever was a category 2 or 3, ``office``
    is the code of the branch that serves the address.
    """

    number: int
    birth: date
    female: bool
    foreign: bool
    name: str
    kana: str
    nation: str
    household: int
    head: bool
    relation: str
    office: str
    address: AddressValue
    category: str = ""
    since: date | None = None
    exemption: str = ""
    additional: bool = False
    claims: tuple[str, ...] = ()
    worked: bool = False
    protected: bool = False

    def age(self, on: date) -> int:
        """Return the age in full years by the calendar."""
        return on.year - self.birth.year - ((on.month, on.day) < (self.birth.month, self.birth.day))


@dataclass(frozen=True, slots=True)
class Home:
    """A household, its head first; ``spouse`` is the husband or wife of the head."""

    number: int
    members: tuple[Townsman, ...]

    @property
    def spouse(self) -> Townsman | None:
        """Return the husband or wife of the head."""
        return next((one for one in self.members if one.relation in ("妻", "夫")), None)

    def partner(self, one: Townsman) -> Townsman | None:
        """Return whom a member is married to."""
        spouse = self.spouse
        if spouse is None or not (one.head or one is spouse):
            return None
        return spouse if one.head else self.members[0]


def homes(city: City) -> Iterator[Home]:
    """Return every household of a city, chunk by chunk."""
    for index in range(city.chunks):
        yield from _of_chunk(city.chunk(index).rows, city.day)


def _of_chunk(rows: Mapping[str, list[tuple[Any, ...]]], day: date) -> Iterator[Home]:
    here = {table: _standing(table, rows[table], day) for table in _WANTED}
    protected = {row["person_id"] for row in _named("protection_measure", rows)} | {
        row["person_id"] for row in _named("protection_member", rows)
    }
    worked = {
        row["person_id"]
        for row in _named("people_enrolment", rows)
        if row["category"] in ("category_2", "category_3")
    }
    towns = {town: office.code for office in OFFICES for town in office.towns}
    households: dict[int, list[Townsman]] = {}
    for number, found in here["people_membership"].items():
        own = found[0]
        name, identity = here["people_name"][number][0], here["people_identity"][number][0]
        homes_ = [row for row in here["people_address"][number] if row["kind"] == "residence"]
        address = AddressValue(**{part: homes_[0][part] for part in Place._fields})
        town = address.town.rstrip("0123456789丁目")
        enrolled = here["people_enrolment"].get(number, [{}])[0]
        exempt = [
            row for row in here["people_exemption"].get(number, ()) if row["outcome"] == "approved"
        ]
        nation = here["people_foreign"].get(number, [{}])[0]
        since = enrolled.get("valid", "[,").strip("[)").split(",")[0]
        one = Townsman(
            number=number,
            birth=identity["birth_date"],
            female=identity["sex"] == "female",
            foreign=bool(nation),
            name=name["name"] or name["latin"],
            kana=name["kana"],
            nation=nation.get("nationality", ""),
            household=own["household_id"],
            head=own["head"],
            relation=own["relationship"],
            office=towns.get(town, OFFICES[0].code),
            address=address,
            category=enrolled.get("category", ""),
            since=date.fromisoformat(since) if since else None,
            exemption=exempt[0]["kind"] if exempt else "",
            additional=number in here["people_additional"],
            claims=tuple(row["claim_type"] for row in here["people_claim"].get(number, ())),
            worked=number in worked,
            protected=number in protected,
        )
        households.setdefault(own["household_id"], []).append(one)
    for household in sorted(households):
        members = sorted(households[household], key=lambda one: (not one.head, one.number))
        yield Home(household, tuple(members))


_WANTED: Final = (
    "people_membership",
    "people_name",
    "people_identity",
    "people_address",
    "people_enrolment",
    "people_exemption",
    "people_additional",
    "people_claim",
    "people_foreign",
)


def _named(table: str, rows: Mapping[str, list[tuple[Any, ...]]]) -> Iterable[dict[str, Any]]:
    return (dict(zip(COLUMNS[table], row, strict=True)) for row in rows[table])


def _standing(
    table: str, rows: list[tuple[Any, ...]], day: date
) -> dict[int, list[dict[str, Any]]]:
    """Return what stands on a day, by person."""
    found: dict[int, list[dict[str, Any]]] = {}
    for row in _named(table, {table: rows}):
        start, end = row["valid"].strip("[)").split(",")
        if row["superseded_at"] is None and start <= day.isoformat() < (end or _FAR):
            found.setdefault(row["person_id"], []).append(row)
    return found
