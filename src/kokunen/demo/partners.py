"""The partners of the invented city: they write the files that it is sent, night by night.

Pure, dated and seeded: the same city and seed give the same bytes, as long as the office asks and
forwards the same. Nights count from 1 and are asked for in their order, since every partner keeps
a book of its own. Among what comes are the mistakes of a real line: a file again under another
name, yesterday's after today's, one cut short, one of another city, one bad record among good ones.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from itertools import islice
from random import Random
from typing import TYPE_CHECKING, Any, Final

from kokunen.demo import partners_agency as agency
from kokunen.demo import partners_rooms as rooms
from kokunen.demo.partners_files import ANOTHER_CITY, Dropped, written
from kokunen.demo.partners_register import CORRECTIONS, ResidentRegister
from kokunen.demo.sheet import COLUMNS
from kokunen.demo.townsfolk import homes

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from kokunen.demo.city import City
    from kokunen.demo.townsfolk import Townsman

Record = dict[str, Any]

MOST_HOMES: Final = 800
"""Households that the partners know; of a larger city nothing is told of the others."""
MOST_LISTED: Final = 60
"""People on a periodic list of the agency."""
_MONTH: Final = 30
_OF_THE_ROOMS: Final = 2
"""Of so many households one is the rooms'."""
_BAD: Final = 0.5


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """What the office sent out since the night before, and a partner answers tonight.

    ``requests`` are the files for the tax office, ``forwarded`` the details of what the agency got
    (`partners_agency.opened`).
    """

    requests: Sequence[bytes] = ()
    forwarded: Iterable[Mapping[str, Any]] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Disturbed:
    """How a line misbehaves without losing anything: how often what happens (0 to 1)."""

    bad: bool = False
    """Files come that are to be refused as a whole."""
    repeated: float = 0.0
    late: float = 0.0
    """Corrections of the register come some nights later than they were written."""
    last: int = 0
    """The night by which everything that was late has come."""


UNDISTURBED: Final = Disturbed()


@dataclass(slots=True)
class Partners:
    """Everybody who sends files to the invented city; the first night is not before ``first``."""

    city: City
    first: date
    disturbed: Disturbed = UNDISTURBED
    late: set[int] = field(default_factory=set)
    """The people (宛名番号) about whom a correction came late."""
    _people: tuple[Townsman, ...] = field(init=False)
    _numbers: dict[int, str] = field(init=False)
    _register: ResidentRegister = field(init=False)
    _assistance: rooms.Assistance = field(init=False)
    _insured: list[Townsman] = field(init=False)
    _applicants: list[Townsman] = field(init=False)
    _agency: agency.Agency = field(init=False)
    _files: Counter[str] = field(default_factory=Counter)
    _delayed: list[tuple[int, Record]] = field(default_factory=list)
    _before: list[Dropped] = field(default_factory=list)

    def __post_init__(self) -> None:
        """Read the households off the rows of the city."""
        city = self.city
        known = list(islice(homes(city), MOST_HOMES))
        self._people = tuple(one for home in known for one in home.members)
        self._numbers = _basic_numbers(city, {one.number for one in self._people})
        # Of a household either the register tells or the rooms: no two stories of one meet.
        of_rooms = [one for home in known[::_OF_THE_ROOMS] for one in home.members]
        told = [home for at, home in enumerate(known) if at % _OF_THE_ROOMS]
        self._register = ResidentRegister(told, day=self.first, seed=city.seed)
        self._insured = rooms.insured(of_rooms, self.first)
        # Who is told of by the rooms does not apply online.
        self._assistance = rooms.Assistance(self._insured[::2], seed=city.seed)
        self._applicants = self._insured[1::2]
        self._agency = agency.Agency(city.seed)

    @property
    def insured(self) -> tuple[Townsman, ...]:
        """The people in category 1 of whom the rooms tell, and never the register."""
        return tuple(self._insured)

    def night(self, number: int, *, day: date, told: Told) -> tuple[Dropped, ...]:
        """Return the files of a night in the order in which they are put down."""
        self._agency.take(told.forwarded, night=number - 1)
        good = [*self._of_the_register(number, day), *self._of_the_rooms(number, day, told)]
        good += self._of_the_agency(number, day)
        bad = self._bad(number, day, good) if self.disturbed.bad else []
        random = Random(f"{self.city.seed}/{number}/repeated")
        again = [
            each.again()
            for each in (*self._before, *good)
            if random.random() < self.disturbed.repeated
        ]
        self._before = good
        return (*good, *bad, *again)

    def _file(self, layout: str, details: Sequence[Record], day: date, **header: Any) -> Dropped:  # noqa: ANN401 - fields of a header
        self._files[layout] += 1
        return written(layout, details, day=day, sequence=self._files[layout], **header)

    def _of_the_register(self, number: int, day: date) -> list[Dropped]:
        records = self._in_time(number, self._register.night(number, day))
        made = self._file("resident_changes", records, day)
        spoiled = Random(f"{self.city.seed}/{number}/spoiled").random() < _BAD
        return [_with_a_bad_record(made, day) if spoiled else made]

    def _in_time(self, number: int, records: list[Record]) -> list[Record]:
        """Hold corrections back for some nights, those of one person in their order."""
        random = Random(f"{self.city.seed}/{number}/late")
        kept = []
        for each in records:
            before = [night for night, late in self._delayed if late["person"] == each["person"]]
            if each["kind"] in CORRECTIONS and each.get("refers_to"):
                drawn = random.random() < self.disturbed.late
                due = number + 1 + int(random.random() * 3) if drawn else number
                due = min(max([due, *before]), max(self.disturbed.last, number))
                if due > number:
                    self._delayed.append((due, each))
                    self.late.add(each["person"])
                    continue
            kept.append(each)
        kept += [late for due, late in self._delayed if due <= number]
        self._delayed = [(due, late) for due, late in self._delayed if due > number]
        return kept

    def _of_the_rooms(self, number: int, day: date, told: Told) -> list[Dropped]:
        made = []
        if records := self._assistance.welfare(number, day):
            made.append(self._file("welfare_status", records, day))
        if records := self._assistance.disability(number, day):
            made.append(self._file("disability_benefits", records, day))
        asked = [one for request in told.requests for one in rooms.asked(request, day=day)]
        if asked:
            answers = rooms.tax_answers(asked, seed=self.city.seed)
            made.append(self._file("tax_answer", answers, day))
        if number % 2 == 1:
            records, attached = rooms.applications(
                self._applicants, number=number, day=day, seed=self.city.seed
            )
            file = self._file("online_applications", records, day)
            made.append(replace(file, attached=attached))
        return made

    def _of_the_agency(self, number: int, day: date) -> list[Dropped]:
        made = []
        if records := self._agency.results(number, day):
            made.append(self._file("agency_results", records, day))
        people = [one for one in self._people if not one.protected]
        # The three lists of a month come on three nights.
        if number % _MONTH == 2:  # noqa: PLR2004 - see above
            records = agency.insured(people, self._numbers)[:MOST_LISTED]
            made.append(self._file("agency_insured", records, day, scope="changed"))
        if number % _MONTH == 3:  # noqa: PLR2004 - see above
            records = agency.pensioners(people, self._numbers)[:MOST_LISTED]
            made.append(self._file("agency_pensioners", records, day))
        if number % _MONTH == 4:  # noqa: PLR2004 - see above
            records = agency.support_benefit(people, self._numbers, day=day)[:MOST_LISTED]
            made.append(self._file("agency_support_benefit", records, day))
        return made

    def _bad(self, number: int, day: date, good: Sequence[Dropped]) -> list[Dropped]:
        """Return the files that are to be refused; they come every night anew, in turn."""
        ways = number % 4
        if ways == 0 and self._before:
            return [self._before[0].again()]
        if ways == 1:
            # The line broke, and the whole file came after it.
            return [good[0].cut()]
        if ways == 2:  # noqa: PLR2004 - the third of four
            sequence = self._files["welfare_status"] + 1
            return [written("welfare_status", [], day=day, sequence=sequence, city=ANOTHER_CITY)]
        past = written("resident_changes", [], day=day - timedelta(days=1), sequence=1)
        return [past]


def _with_a_bad_record(file: Dropped, day: date) -> Dropped:
    """Add to a good file a record that says a kind of change which is none."""
    lines = file.content.decode().split("\r\n")
    *rest, trailer, end = lines
    columns = rest[1].split(",") if len(rest) > 1 else []
    if not columns:
        return file
    columns[1], columns[3] = f"{day:%Y%m%d}999999999999", "77"
    kind, count = trailer.split(",")
    text = "\r\n".join([*rest, ",".join(columns), f"{kind},{int(count) + 1}", end])
    return replace(file, content=text.encode())


def _basic_numbers(city: City, people: set[int]) -> dict[int, str]:
    """Return the basic pension numbers of some people as the rows of the city have them."""
    found: dict[int, str] = {}
    left = set(people)
    for index in range(city.chunks):
        rows = city.chunk(index).rows
        for row in rows["people_basic_number"]:
            one = dict(zip(COLUMNS["people_basic_number"], row, strict=True))
            if one["superseded_at"] is None and one["kind"] == "current":
                found[one["person_id"]] = one["number"]
        left -= {row[0] for row in rows["people_person"]}
        if not left:
            break
    return {person: number for person, number in found.items() if person in people}
