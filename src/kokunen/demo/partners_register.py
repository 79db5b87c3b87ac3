"""What the resident register of the invented city tells, night by night. Pure, dated and seeded.

It keeps a book of its own, as a real one does: who lives where under which name by all that was
told. Nights are asked for in their order; the same city and seed tell the same, field by field.
A correction names the notice that it corrects, which may lie some nights back, or come in the next
file only. Rates are assumed: every kind of change comes often enough to be met.
"""

from __future__ import annotations

from copy import copy
from datetime import date, timedelta
from random import Random
from typing import TYPE_CHECKING, Any, Final

from kokunen.demo import names, places
from kokunen.demo.partners_book import (
    Person,
    Record,
    Told,
    Tonight,
    age,
    all_of,
    filled,
    foreign,
    known,
    membership,
    other,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from kokunen.demo.townsfolk import Home

FIRST_NUMBER: Final = 700_000_000
"""宛名番号 and 世帯番号 of newcomers count from here: no city of the demonstration reaches it."""
CORRECTIONS: Final = frozenset({"correction", "cancellation"})
_SPACE: Final = "\u3000"
_ONE_DAY: Final = timedelta(days=1)
_ADULT: Final = 18
_REPEATED: Final = 3
"""Each kind of change happens up to so many times a night."""
_CORRECTABLE: Final = frozenset(
    {"birth", "move_in", "move_within", "name", "residence_status", "move_out", "death"}
)
_CANCELLABLE: Final = frozenset({"move_within", "name", "move_out"})
_REMOVALS: Final = frozenset({"death", "move_out", "move_abroad"})
_NATIONS: Final = (("VNM", "ベトナム"), ("NPL", "ネパール"), ("PHL", "フィリピン"))


class ResidentRegister:
    """The book of the register; ``night`` tells what changed."""

    def __init__(self, homes: Iterable[Home], *, day: date, seed: int) -> None:
        self._seed = seed
        self._people: dict[int, Person] = {}
        for home in homes:
            for one in home.members:
                self._people[one.number] = known(one, day)
        self._told: list[Told] = []
        self._later: list[Record] = []

    def night(self, number: int, day: date) -> list[Record]:
        """Return the notices of a night, in their order; nights count from 1."""
        random = Random(f"{self._seed}/{number}/register")
        tonight = Tonight(number=number, day=day, random=random, records=self._later)
        kinds: list[Callable[[Tonight], None]] = [
            self._moves_in,
            self._is_born,
            self._moves_within,
            self._takes_a_name,
            self._moves_out,
            self._corrects,
            self._dies,
            self._goes_abroad,
            self._comes_from_abroad,
            self._comes_back,
            self._household_parts,
            self._stays_longer,
            self._becomes_japanese,
            self._corrects_before,
            self._is_corrected_ex_officio,
            self._is_protected,
        ]
        plan = [kind for kind in kinds[:6] for _ in range(1 + int(random.random() * _REPEATED))]
        plan += [kind for kind in kinds[6:] if random.random() < 0.5]  # noqa: PLR2004 - assumed
        random.shuffle(plan)
        for kind in plan:
            kind(tonight)
        self._later = tonight.later
        return tonight.records

    # Who and what is drawn.

    def _one(self, tonight: Tonight, fits: Callable[[Person], bool]) -> Person | None:
        """Draw somebody of whom nothing was told these days."""
        settled = tonight.day - 2 * _ONE_DAY
        found = [one for one in self._people.values() if one.changed < settled and fits(one)]
        return tonight.random.choice(found) if found else None

    def _family(self, one: Person) -> list[Person]:
        return [
            each for each in self._people.values() if each.here and each.household == one.household
        ]

    def _next_number(self, tonight: Tonight) -> int:
        tonight.newcomers += 1
        return FIRST_NUMBER + tonight.number * 1000 + tonight.newcomers

    def _tell(
        self,
        tonight: Tonight,
        kind: str,
        one: Person,
        *,
        before: Person | None = None,
        later: bool = False,
        **said: Any,  # noqa: ANN401 - fields of a record
    ) -> Record:
        tonight.notices += 1
        on = said.pop("changed_on", tonight.day - _ONE_DAY)
        record: Record = {
            "notice": f"{tonight.day:%Y%m%d}{tonight.notices:012d}",
            "kind": kind,
            "changed_on": on,
            "notified_on": tonight.day,
            "person": one.number,
            **said,
        }
        (tonight.later if later else tonight.records).append(record)
        one.changed = tonight.day + _ONE_DAY if later else tonight.day
        if said.get("group") is None and kind in _CORRECTABLE:
            self._told.append(Told(record=record, before=before, night=tonight.number))
        return record

    # What happens.

    def _moves_in(self, tonight: Tonight) -> None:
        self._arrives(tonight, "move_in", 1 + int(tonight.random.random() * 3))

    def _arrives(
        self, tonight: Tonight, kind: str, many: int, nation: tuple[str, str] | None = None
    ) -> None:
        random, home = tonight.random, self._next_number(tonight)
        surname, address = names.surname(random), places.place(random)
        group = None if many == 1 else f"{tonight.day:%Y%m%d}{home}"
        origin = places.elsewhere(random, abroad=nation[1] if nation else "")
        for at in range(many):
            sex = random.choice("12")
            year = tonight.day.year - (20 + int(random.random() * 40) if at < 2 else 8)  # noqa: PLR2004 - parents and a child
            own = names.given(random, sex=sex, year=year)
            latin = ""
            if nation:
                drawn = names.foreign(random, nation=nation[0], sex=sex, year=year, family=home)
                latin, kana, name = drawn.latin, drawn.kana, ""
            else:
                name, kana = (_SPACE.join(parts) for parts in zip(surname, own, strict=True))
            one = Person(
                number=self._next_number(tonight),
                name=name,
                kana=kana,
                latin=latin,
                birth=date(year, 1 + int(random.random() * 12), 1 + int(random.random() * 28)),
                sex="female" if sex == "2" else "male",
                household=home,
                head=at == 0,
                relation=("世帯主", "妻" if sex == "2" else "夫", "子")[at],
                address=address,
                changed=tonight.day,
                nation=nation,
            )
            self._people[one.number] = one
            self._tell(tonight, kind, one, group=group, **all_of(one, tonight.day, origin))

    def _comes_from_abroad(self, tonight: Tonight) -> None:
        self._arrives(tonight, "from_abroad", 1, tonight.random.choice(_NATIONS))

    def _comes_back(self, tonight: Tonight) -> None:
        """Somebody who left for another country comes back, to a household of their own."""
        one = self._one(tonight, lambda each: each.abroad)
        if one is None:
            return
        one.here, one.abroad, one.head, one.relation = True, False, True, "世帯主"
        one.household, one.address = self._next_number(tonight), places.place(tonight.random)
        origin = places.elsewhere(tonight.random, abroad="ブラジル")
        self._tell(tonight, "from_abroad", one, **all_of(one, tonight.day, origin))

    def _is_born(self, tonight: Tonight) -> None:
        mother = self._one(
            tonight,
            lambda each: (
                each.here and each.sex == "female" and 20 < age(each, tonight.day) < 45  # noqa: PLR2004 - assumed
                and not each.nation
            ),
        )  # fmt: skip
        if mother is None:
            return
        random, sex = tonight.random, tonight.random.choice("12")
        own, own_kana = names.given(random, sex=sex, year=tonight.day.year)
        child = Person(
            number=self._next_number(tonight),
            name=f"{mother.name.split(_SPACE)[0]}{_SPACE}{own}",
            kana=f"{mother.kana.split(_SPACE)[0]}{_SPACE}{own_kana}",
            birth=tonight.day - _ONE_DAY,
            sex="female" if sex == "2" else "male",
            household=mother.household,
            head=False,
            relation="子",
            address=mother.address,
            changed=tonight.day,
        )
        self._people[child.number] = child
        said = all_of(child, tonight.day, None) | {"first_on_register": mother.name}
        self._tell(tonight, "birth", child, **said)

    def _moves_within(self, tonight: Tonight) -> None:
        one = self._one(tonight, lambda each: each.here)
        if one is None:
            return
        family, address = self._family(one), places.place(tonight.random)
        if any(each.changed >= tonight.day - 2 * _ONE_DAY for each in family):
            return
        group = f"{tonight.day:%Y%m%d}{one.household}" if len(family) > 1 else None
        for each in family:
            before = copy(each)
            each.address = address
            said = address._asdict() | membership(each)
            self._tell(tonight, "move_within", each, before=before, group=group, **filled(said))

    def _takes_a_name(self, tonight: Tonight) -> None:
        self._is_named(tonight, later=False)

    def _is_named(self, tonight: Tonight, *, later: bool) -> Record | None:
        one = self._one(tonight, lambda each: each.here and not each.nation)
        if one is None:
            return None
        before, (surname, kana) = copy(one), names.surname(tonight.random)
        one.name = f"{surname}{_SPACE}{one.name.split(_SPACE)[-1]}"
        one.kana = f"{kana}{_SPACE}{one.kana.split(_SPACE)[-1]}"
        return self._tell(
            tonight,
            "name",
            one,
            before=before,
            later=later,
            name=one.name,
            kana=one.kana,
            first_on_register=one.name,
        )

    def _moves_out(self, tonight: Tonight) -> None:
        one = self._one(tonight, lambda each: each.here)
        if one is None:
            return
        family = self._family(one) if one.head else [one]
        if any(each.changed >= tonight.day - 2 * _ONE_DAY for each in family):
            return
        to = other(places.elsewhere(tonight.random))
        group = f"{tonight.day:%Y%m%d}{one.number}" if len(family) > 1 else None
        for each in family:
            before = copy(each)
            each.here = False
            self._tell(tonight, "move_out", each, before=before, group=group, **filled(to))

    def _goes_abroad(self, tonight: Tonight) -> None:
        one = self._one(tonight, lambda each: each.here and (not each.head or self._alone(each)))
        if one is not None:
            before, one.here, one.abroad = copy(one), False, True
            to = other(places.elsewhere(tonight.random, abroad="ブラジル"))
            self._tell(tonight, "move_abroad", one, before=before, **filled(to))

    def _dies(self, tonight: Tonight) -> None:
        """Somebody dies; who becomes the head of the household comes with the same group."""
        one = self._one(tonight, lambda each: each.here and age(each, tonight.day) > 40)  # noqa: PLR2004 - assumed
        if one is None:
            return
        others = [each for each in self._family(one) if each is not one]
        if one.head and any(each.changed >= tonight.day - 2 * _ONE_DAY for each in others):
            return
        before, one.here = copy(one), False
        heads = others if one.head else []
        group = f"{tonight.day:%Y%m%d}{one.household}" if heads else None
        self._tell(tonight, "death", one, before=before, group=group)
        first = max(
            heads, key=lambda each: (each.relation in ("妻", "夫"), each.birth), default=None
        )
        for each in heads:
            each.head, each.relation = each is first, "世帯主" if each is first else "親族"
            self._tell(
                tonight, "household", each, group=group, changed_on=tonight.day, **membership(each)
            )

    def _household_parts(self, tonight: Tonight) -> None:
        """Give a grown member a household of their own under the same roof (世帯分離)."""
        one = self._one(
            tonight, lambda each: each.here and not each.head and age(each, tonight.day) > _ADULT
        )
        if one is not None:
            one.household, one.head, one.relation = self._next_number(tonight), True, "世帯主"
            self._tell(tonight, "household", one, **membership(one))

    def _stays_longer(self, tonight: Tonight) -> None:
        one = self._one(tonight, lambda each: each.here and each.nation is not None)
        if one is not None:
            self._tell(
                tonight, "residence_status", one, before=copy(one), **foreign(one, tonight.day)
            )

    def _becomes_japanese(self, tonight: Tonight) -> None:
        one = self._one(
            tonight, lambda each: each.here and each.nation is not None and bool(each.name)
        )
        if one is not None:
            one.nation = None
            self._tell(
                tonight,
                "naturalised",
                one,
                name=one.name,
                kana=one.kana,
                residency="japanese",
                first_on_register=one.name,
            )

    def _is_protected(self, tonight: Tonight) -> None:
        """Tell of a protection measure: for a clerk, never for a program."""
        one = self._one(tonight, lambda each: each.here)
        if one is not None and tonight.random.random() < 0.2:  # noqa: PLR2004 - assumed
            self._tell(tonight, "protection_on", one)

    # What is told anew.

    def _corrects(self, tonight: Tonight) -> None:
        """Correct or cancel a notice of an earlier night that is the last about its person."""
        able = [
            told
            for told in self._told
            if told.night < tonight.number
            and self._people[told.record["person"]].changed == told.record["notified_on"]
        ]
        if not able:
            return
        told = tonight.random.choice(able)
        self._told.remove(told)
        kind = told.record["kind"]
        cancels = kind in _CANCELLABLE and tonight.random.random() < 0.3  # noqa: PLR2004 - assumed
        self._correct(tonight, told, cancels=cancels and told.before is not None)

    def _corrects_before(self, tonight: Tonight) -> None:
        """Write the correction of a change of name before the notice that it corrects."""
        if self._is_named(tonight, later=True) is not None:
            self._correct(tonight, self._told.pop(), cancels=False)

    def _correct(self, tonight: Tonight, told: Told, *, cancels: bool) -> None:
        record, one = told.record, self._people[told.record["person"]]
        changed = one.changed
        refers: Record = {"refers_to": record["notice"], "changed_on": record["changed_on"]}
        if cancels and told.before is not None:
            self._tell(tonight, "cancellation", one, **refers)
            back = copy(told.before)
            back.changed = max(tonight.day, changed)
            self._people[one.number] = back
            return
        said = {
            name: value
            for name, value in record.items()
            if name not in {"notice", "kind", "notified_on", "person", "changed_on", "group"}
        }
        if record["kind"] in _REMOVALS:
            refers["changed_on"] -= _ONE_DAY
        elif "kana" in said:
            said["kana"] = one.kana = f"{one.kana}ー"
        elif "block" in said:
            said["block"] = f"{said['block']}の2"
            one.address = one.address._replace(block=said["block"])
        else:
            said["stay_until"] += timedelta(days=30)
        self._tell(tonight, "correction", one, refers_kind=record["kind"], **refers, **said)
        one.changed = max(tonight.day, changed)

    def _is_corrected_ex_officio(self, tonight: Tonight) -> None:
        """Correct a name without naming the notice that stated it (職権修正)."""
        one = self._one(tonight, lambda each: each.here and not each.nation)
        if one is not None:
            one.kana = f"{one.kana}ウ"
            self._tell(tonight, "correction", one, refers_kind="name", name=one.name, kana=one.kana)

    def _alone(self, one: Person) -> bool:
        return len(self._family(one)) == 1
