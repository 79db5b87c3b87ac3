"""What the resident register says of the people of a household: names, addresses, membership."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING, Final

from kokunen.demo import names, places
from kokunen.demo.sheet import at, period
from kokunen.people.keys import keys_for

if TYPE_CHECKING:
    from random import Random

    from kokunen.demo.homes import Draft, Home
    from kokunen.demo.sheet import Sheet

FIRST_PERSON: Final = 10_000_001
"""宛名番号 of the first person; the others follow."""
FIRST_HOUSEHOLD: Final = 50_000_001

_NATIONS: Final = {
    "CHN": "中国",
    "VNM": "ベトナム",
    "KOR": "韓国",
    "PHL": "フィリピン",
    "TUR": "トルコ",
    "NPL": "ネパール",
}
# The few who come from elsewhere: shares assumed.
_OTHER_NATIONS: Final = (
    ("BRA", "ブラジル"), ("BGD", "バングラデシュ"), ("IDN", "インドネシア"), ("IND", "インド"),
    ("THA", "タイ"), ("USA", "アメリカ合衆国"), ("PAK", "パキスタン"), ("PER", "ペルー"),
)  # fmt: skip
_STATUSES: Final = (
    ("永住者", 34), ("技術・人文知識・国際業務", 22), ("家族滞在", 14), ("日本人の配偶者等", 8),
    ("定住者", 8), ("技能実習", 7), ("特別永住者", 4), ("経営・管理", 3),
)  # fmt: skip
_ENDLESS: Final = frozenset({"永住者", "特別永住者"})
_SPACE: Final = "\u3000"
_SEX: Final = {"1": "male", "2": "female"}


@dataclass(slots=True, kw_only=True)
class Resident:
    """A person as the other rows need it. ``here`` is the first day as a resident of Japan."""

    draft: Draft
    number: int
    birth: date
    here: date
    name: str = ""
    kana: str = ""
    latin: str = ""
    alias: str = ""
    alias_kana: str = ""
    former: tuple[str, str] | None = None
    phones: tuple[str, ...] = ()


def birth_date(random: Random, *, age: int, day: date) -> date:
    """Draw a birth date of someone who is ``age`` on ``day``.

    Neither that day, the day before nor the day after is a birthday, so that nobody's age depends
    on whether a year of age ends at a birthday or on its eve (年齢計算ニ関スル法律).
    """
    turned = date(day.year - age, day.month, min(day.day, 28))
    return turned - timedelta(days=4 + int(random.random() * 355))


class Register:
    """Writes a household into a sheet."""

    def __init__(self, sheet: Sheet, *, day: date, clerks: tuple[int, ...]) -> None:
        self._sheet = sheet
        self._random = sheet.random
        self._day = day
        self._clerks = clerks
        self._alone: dict[tuple[str, int], Resident] = {}

    def household(self, home: Home, number: int) -> list[Resident]:
        """Write who lives there, since when and where they came from."""
        random, sheet = self._random, self._sheet
        people = [self._person(draft) for draft in home.members]
        self._double(people)
        self._name(home, people)
        longest = int(random.expovariate(1 / 3000)) + 5
        head = people[0]
        moved = max(self._day - timedelta(days=longest), head.birth + timedelta(days=18 * 365))
        moved = max(moved, head.here)
        created = min(at(max(moved, date(1990, 1, 1))), sheet.migrated)
        if at(moved) > sheet.migrated:
            created = at(moved, 16)
        sheet.add("people_household", number, created)
        where = places.place(random)
        origin = random.random()
        # Assumed: of ten households two moved within the city, five came from elsewhere.
        before = places.place(random) if origin < 0.2 else places.elsewhere(random)  # noqa: PLR2004 - see above
        came = origin < 0.7  # noqa: PLR2004 - see above
        for one in people:
            since = max(moved, one.birth, one.here)
            self._membership(one, number, since, head)
            self._address(one, where, since)
            if one.birth < moved and came:
                kind = "previous" if origin < 0.2 else "moved_from"  # noqa: PLR2004 - see above
                if one.draft.nation and one.here == since:
                    nation = _NATIONS.get(one.draft.nation, "国外")
                    self._other(one, "moved_from", places.elsewhere(random, abroad=nation), since)
                else:
                    self._other(one, kind, before, since)
            self._register(one, since, head, came=came)
            self._phones(one)
        return people

    def keys(self, one: Resident, *, basic_number: str, old_numbers: tuple[str, ...]) -> None:
        """Write what the person is found by."""
        found = keys_for(
            number=one.number,
            name=one.name,
            kana=one.kana,
            alias=one.alias,
            alias_kana=one.alias_kana,
            passport=one.latin,
            birth_date=one.birth.isoformat(),
            basic_number=basic_number,
            old_numbers=old_numbers,
            phones=one.phones,
        )
        if one.former is not None:
            found |= keys_for(number=one.number, name=one.former[0], kana=one.former[1])
        for key in sorted(found):
            number = self._sheet.number("people_search_key")
            self._sheet.add("people_search_key", number, one.number, key.kind.value, key.key)

    def _person(self, draft: Draft) -> Resident:
        sheet, random = self._sheet, self._random
        birth = birth_date(random, age=draft.age, day=self._day)
        here = birth
        if draft.nation and draft.age > 0:
            stay = int(random.expovariate(1 / 2200)) + 20
            here = max(birth, self._day - timedelta(days=stay))
        number = FIRST_PERSON + draft.serial
        created = sheet.migrated if at(here) <= sheet.migrated else at(here, 16)
        sheet.add("people_person", number, sheet.uuid(), created)
        sheet.fact(
            "people_identity",
            number,
            period(None),
            (birth, "", _SEX[draft.sex]),
            since=here,
        )
        return Resident(draft=draft, number=number, birth=birth, here=here)

    def _double(self, people: list[Resident]) -> None:
        """Let a few people who live alone share name and age with another one."""
        one = people[0]
        if len(people) > 1 or one.draft.nation:
            return
        key = one.draft.sex, one.draft.age
        known = self._alone.setdefault(key, one)
        if known is not one and self._random.random() < 0.01:  # noqa: PLR2004 - assumed
            one.name, one.kana = known.name, known.kana
            del self._alone[key]

    def _name(self, home: Home, people: list[Resident]) -> None:
        random = self._random
        surname, kana = names.surname(random)
        family = random.getrandbits(16)
        for at_, one in enumerate(people):
            sex, year = one.draft.sex, one.birth.year
            if one.draft.nation:
                spouse = at_ == 1 and home.couple
                drawn = names.foreign(
                    random,
                    nation=one.draft.nation,
                    sex=sex,
                    year=year,
                    family=family + 7 * spouse,
                )
                both = bool(drawn.characters) and random.random() < 0.5  # noqa: PLR2004 - assumed
                one.name = drawn.characters if both else drawn.latin
                one.kana, one.latin = drawn.kana, drawn.latin
                one.alias, one.alias_kana = drawn.alias, drawn.alias_kana
            else:
                own, own_kana = names.given(random, sex=sex, year=year)
                if not one.name:
                    one.name, one.kana = f"{surname}{_SPACE}{own}", f"{kana}{_SPACE}{own_kana}"
                if one.draft.relation == "妻" and random.random() < 0.25:  # noqa: PLR2004 - assumed
                    maiden, maiden_kana = names.surname(random)
                    one.former = (f"{maiden}{_SPACE}{own}", f"{maiden_kana}{_SPACE}{own_kana}")
            self._write_name(one)

    def _write_name(self, one: Resident) -> None:
        random, sheet = self._random, self._sheet
        own = (one.name, one.kana, one.latin, one.alias, one.alias_kana)
        since: date | None = one.birth
        if one.former is not None:
            age = 20 + int(random.random() * max(1, min(12, one.draft.age - 20)))
            married = one.birth + timedelta(days=age * 365 + int(random.random() * 300))
            if married < self._day:
                before = (*one.former, "", "", "")
                sheet.fact("people_name", one.number, period(one.birth, married), before)
                since = married
            else:
                one.former = None
        # One name in fifty was first recorded with a slip in the kana and corrected later.
        slip = random.random() < 0.02 and not one.draft.nation  # noqa: PLR2004 - assumed
        if not slip:
            sheet.fact("people_name", one.number, period(since), own, since=since)
            return
        wrong = (one.name, one.kana[:-1] + "ン", *own[2:])
        sheet.fact("people_name", one.number, period(since), wrong, since=since)
        self._correct("people_name", own, "people.correct_name", "届書によりカナを訂正")

    def _correct(self, table: str, own: tuple[object, ...], operation: str, reason: str) -> None:
        """Correct the last row of a table on a working hour since the transfer; mostly checked."""
        random, sheet = self._random, self._sheet
        row = sheet.rows[table][-1]
        span = (self._day - row[6].date()).days
        if span < 2:  # noqa: PLR2004 - no working day between the record and the day of the city
            return
        on = at(
            row[6].date() + timedelta(days=1 + int(random.random() * (span - 1))),
            9 + int(random.random() * 8),
            int(random.random() * 60),
        )
        by, other = random.sample(self._clerks, 2)
        entry = sheet.correct(table, row, own, operation=operation, on=on, by=by, reason=reason)
        # Some of the latest wait for the second pair of eyes.
        if on + timedelta(days=20) < at(self._day) or random.random() < 0.5:  # noqa: PLR2004 - assumed
            sheet.add("people_check", entry, by, other, on + timedelta(minutes=30))

    def _membership(self, one: Resident, number: int, since: date, head: Resident) -> None:
        own = (number, one is head, one.draft.relation)
        self._sheet.fact("people_membership", one.number, period(since), own, since=since)

    def _address(self, one: Resident, where: places.Place, since: date) -> None:
        random, sheet = self._random, self._sheet
        right = ("residence", *where)
        # One address in a hundred was first recorded without the building.
        if where.building and random.random() < 0.02:  # noqa: PLR2004 - assumed
            wrong = ("residence", *where._replace(building=""))
            sheet.fact("people_address", one.number, period(since), wrong, since=since)
            self._correct("people_address", right, "people.correct_address", "方書の記載漏れ")
        else:
            sheet.fact("people_address", one.number, period(since), right, since=since)
        if one.draft.age > 70 and random.random() < 0.03:  # noqa: PLR2004 - assumed
            self._other(one, "mailing", places.place(random), since)

    def _other(self, one: Resident, kind: str, where: places.Place, since: date) -> None:
        own = (kind, *where)
        self._sheet.fact("people_address", one.number, period(since), own, since=since)

    def _register(self, one: Resident, since: date, head: Resident, *, came: bool) -> None:
        random, sheet = self._random, self._sheet
        born_here = one.here == one.birth and (one.birth >= since or not came)
        arrival = "birth" if born_here else "moved_in"
        if one.draft.nation and one.here == since and one.here > one.birth:
            arrival = "from_abroad"
        residency = "foreign" if one.draft.nation else "japanese"
        first = "" if one.draft.nation else head.name
        day = one.birth if born_here and arrival == "birth" else since
        own = (residency, arrival, day, first, "", None)
        sheet.fact("people_register", one.number, period(day), own, since=day)
        if one.draft.nation:
            code, word = one.draft.nation, _NATIONS.get(one.draft.nation, "")
            if not word:
                code, word = random.choice(_OTHER_NATIONS)
            status = self._status(one)
            until = None
            if status not in _ENDLESS:
                # A few are past their end: the counter has to ask.
                until = self._day + timedelta(days=int(random.random() * 1500) - 20)
            own_foreign = (word, code, status, until)
            sheet.fact("people_foreign", one.number, period(one.here), own_foreign, since=one.here)
        if random.random() < 0.001:  # noqa: PLR2004 - assumed
            stop = ("notice", "郵便物の返戻による居所の確認中")
            sheet.fact("people_stop", one.number, period(since), stop, since=since, source="office")

    def _status(self, one: Resident) -> str:
        if one.draft.kind.exemption == "student":
            return "留学"
        if one.draft.kind.category == "3":
            return "家族滞在"
        words, weights = zip(*_STATUSES, strict=True)
        return str(self._random.choices(words, weights=weights)[0])

    def _phones(self, one: Resident) -> None:
        random, found = self._random, []
        if one.draft.age >= 16 and random.random() < 0.6:  # noqa: PLR2004 - assumed
            found.append(("mobile", places.phone(random, mobile=True), "application"))
        if one.draft.age >= 45 and random.random() < 0.3:  # noqa: PLR2004 - assumed
            found.append(("home", places.phone(random, mobile=False), "self"))
        for kind, number, source in found:
            since = max(one.here, one.birth + timedelta(days=16 * 365))
            self._sheet.fact(
                "people_phone",
                one.number,
                period(since),
                (kind, number),
                source=source,
                since=since,
            )
        one.phones = tuple(number for _kind, number, _source in found)
