"""Who comes to the city in the year: newborn children, people from elsewhere and from abroad."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING, Final

from kokunen.cases.domain import Channel
from kokunen.dates.age import attained_on
from kokunen.demo import happenings, names, places
from kokunen.demo.script import Fate
from kokunen.demo.townsfolk import Townsman
from kokunen.people.codes import AddressKind, Arrival, Category, Residency, Sex
from kokunen.people.domain import (
    AddressValue,
    EnrolmentValue,
    ForeignValue,
    IdentityValue,
    MembershipValue,
    NameValue,
    RegisterValue,
)
from kokunen.people.periods import ALWAYS, Period

if TYPE_CHECKING:
    from kokunen.demo.book import Book
    from kokunen.people.domain import Value

_SPACE: Final = "\u3000"
_CHILDCARE: Final = date(2026, 10, 1)  # 法88条の3 in force
_NATIONS: Final = (
    ("CHN", "中国", 60),
    ("VNM", "ベトナム", 18),
    ("NPL", "ネパール", 12),
    ("PHL", "フィリピン", 10),
)
_FILED: Final = (Fate.SMOOTH, Fate.COMPLETED, Fate.RETURNED, Fate.CORRECTED, Fate.TAKEN_OVER)


def arrive(book: Book) -> None:
    """Write births and arrivals into the book."""
    _births(book)
    for _ in range(max(2, len(book.people) // 90)):
        # Neither 20 nor 60 before the year is over.
        settle(book, age=22 + int(book.random.random() * 36), category=Category.CATEGORY_1)
    for _ in range(max(2, len(book.people) // 250)):
        _from_abroad(book)


def _births(book: Book) -> None:
    """Children of women of 22 to 40 (assumed: 5 in 100); those in category 1 file for it."""

    def fits(one: Townsman) -> bool:
        return one.female and 22 <= one.age(book.first) < 40 and not one.foreign  # noqa: PLR2004 - assumed

    mothers = book.pick(
        lambda one: fits(one) and one.category == Category.CATEGORY_1, 0.05, least=2
    )
    mothers += book.pick(fits, 0.05)
    for at, mother in enumerate(mothers):
        # The first one late enough for the exemption of parents, in a village too.
        early = max(book.first, _CHILDCARE) if at == 0 else book.first
        born = book.day(first=min(early, book.last), last=book.last - timedelta(days=90))
        child = _born(book, mother, born)
        family = book.homes[mother.household]
        father = family.partner(mother)
        if mother.category == Category.CATEGORY_1:
            before = born - timedelta(days=40)
            ahead = before >= book.first and book.random.random() < 0.5  # noqa: PLR2004 - assumed
            on = before if ahead else born + timedelta(days=20)
            day = born + timedelta(days=3) if ahead else born
            says = {
                "expected_on" if ahead else "born_on": day.isoformat(),
                "multiple": False,
                "proof": "handbook",
            }
            book.file("childbirth", mother, on=on, event_on=book.first, says=says, fates=_FILED)
        for parent, role in ((mother, "birth_mother"), (father, "parent")):
            if parent is None or parent.category != Category.CATEGORY_1 or born < _CHILDCARE:
                continue
            if role == "parent" and parent.number in book.busy:
                continue
            book.busy.add(parent.number)
            cared: dict[str, object] = {
                "parent": role, "child_born_on": born.isoformat(), "child": child,
                "proof": "register",
            }  # fmt: skip
            on = born + timedelta(days=25 + int(book.random.random() * 40))
            book.file("childcare", parent, on=on, event_on=born, says=cared, fates=_FILED)


def _born(book: Book, mother: Townsman, day: date) -> int:
    """Register a newborn child; return its number."""
    sex = book.some("1", "2")
    own, own_kana = names.given(book.random, sex=sex, year=day.year)
    surname, kana = mother.name.split(_SPACE)[0], mother.kana.split(_SPACE)[0]
    child, since = book.number(), Period(start=day)
    register = RegisterValue(
        residency=Residency.JAPANESE, arrival=Arrival.BIRTH, arrived_on=day,
        first_on_register=mother.name,
    )  # fmt: skip
    facts: tuple[tuple[Value, Period], ...] = (
        (NameValue(name=f"{surname}{_SPACE}{own}", kana=f"{kana}{_SPACE}{own_kana}"), since),
        (IdentityValue(birth_date=day, sex=_SEX[sex]), ALWAYS),
        (register, since),
        (MembershipValue(household=mother.household, head=False, relationship="子"), since),
        (mother.address, since),
    )
    book.change(on=day + timedelta(days=7), person=child, new=True, facts=facts)
    return child


_SEX: Final = {"1": Sex.MALE, "2": Sex.FEMALE}


def settle(
    book: Book,
    *,
    age: int,
    category: Category | None,
    day: date | None = None,
    born: date | None = None,
) -> tuple[Townsman, date]:
    """Register somebody who moved in from another city, insured or not; return them and the day.

    Insured people have been so since they attained 20. They have a story already.
    """
    on = day or book.day(last=book.last - timedelta(days=60))
    sex = book.some("1", "2")
    birth = born or date(on.year - age, 1 + int(book.random.random() * 12), 15)
    surname, kana = names.surname(book.random)
    own, own_kana = names.given(book.random, sex=sex, year=birth.year)
    one = _townsman(
        book,
        birth=birth,
        sex=sex,
        name=f"{surname}{_SPACE}{own}",
        kana=f"{kana}{_SPACE}{own_kana}",
        category=category.value if category else "",
    )
    facts: list[tuple[Value, Period]] = _resident(
        one, on, sex, residency=Residency.JAPANESE, arrival=Arrival.MOVED_IN
    )
    facts.append((happenings.elsewhere(book, AddressKind.MOVED_FROM), Period(start=on)))
    adult = attained_on(birth_date=birth, years=20)
    if category is not None and adult < on:
        value = EnrolmentValue(category=category, acquired_cause="20歳到達")
        facts.append((value, Period(start=adult)))
    book.change(on=on, person=one.number, new=True, facts=tuple(facts))
    return one, on


def _from_abroad(book: Book) -> None:
    """Register somebody who came from abroad and is insured from that day (法7条1項1号・8条)."""
    on = book.day(last=book.last - timedelta(days=30))
    code, nation, _ = book.random.choices(_NATIONS, weights=[each[2] for each in _NATIONS])[0]
    sex = book.some("1", "2")
    drawn = names.foreign(
        book.random, nation=code, sex=sex, year=2000, family=book.random.getrandbits(16)
    )
    birth = date(on.year - 22 - int(book.random.random() * 18), 6, 10)
    one = _townsman(
        book, birth=birth, sex=sex, name=drawn.characters or drawn.latin, kana=drawn.kana,
        foreign=True, nation=nation,
    )  # fmt: skip
    facts = _resident(
        one, on, sex, residency=Residency.FOREIGN, arrival=Arrival.FROM_ABROAD, latin=drawn.latin
    )
    stay = ForeignValue(
        nationality=nation, nationality_code=code, status="技術・人文知識・国際業務",
        stay_until=on + timedelta(days=1095),
    )  # fmt: skip
    moved = AddressValue(kind=AddressKind.MOVED_FROM, **places.Place(country=nation)._asdict())
    facts += [(stay, Period(start=on)), (moved, Period(start=on))]
    book.change(on=on, person=one.number, new=True, facts=tuple(facts))
    book.file(
        "acquisition", one, on=on + timedelta(days=1 + int(book.random.random() * 12)),
        event_on=on, says={"cause": "arrival"}, channel=Channel.COUNTER, fates=_FILED,
    )  # fmt: skip


def _townsman(
    book: Book, *, birth: date, sex: str, name: str, kana: str, category: str = "",
    foreign: bool = False, nation: str = "",
) -> Townsman:  # fmt: skip
    one = Townsman(
        number=book.number(), birth=birth, female=sex == "2", foreign=foreign, name=name,
        kana=kana, nation=nation, household=book.new_home(), head=True, relation="世帯主",
        office="", address=happenings.somewhere(book), category=category,
    )  # fmt: skip
    book.busy.add(one.number)
    return one


def _resident(
    one: Townsman, on: date, sex: str, *, residency: Residency, arrival: Arrival, latin: str = ""
) -> list[tuple[Value, Period]]:
    since = Period(start=on)
    register = RegisterValue(residency=residency, arrival=arrival, arrived_on=on)
    return [
        (NameValue(name=one.name, kana=one.kana, latin=latin), since),
        (IdentityValue(birth_date=one.birth, sex=_SEX[sex]), ALWAYS),
        (register, since),
        (MembershipValue(household=one.household, head=True, relationship="世帯主"), since),
        (one.address, since),
    ]
