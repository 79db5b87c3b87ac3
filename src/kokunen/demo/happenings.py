"""What the resident register is told in the year: somebody left, died, moved or was named anew."""

from __future__ import annotations

from dataclasses import asdict
from datetime import timedelta
from typing import TYPE_CHECKING, Final

from kokunen.demo import names, places
from kokunen.people.codes import AddressKind, Category, Removal
from kokunen.people.domain import AddressValue

if TYPE_CHECKING:
    from datetime import date

    from kokunen.demo.book import Book
    from kokunen.demo.townsfolk import Townsman

_SPACE: Final = "\u3000"
_NOT_FILED: Final = (Category.CATEGORY_2, Category.CATEGORY_3, Category.VOLUNTARY)
"""The agency hears of these from an employer or by itself, and tells the desk."""


def leave(book: Book, one: Townsman, day: date, removal: Removal, to: AddressValue | None) -> None:
    """Take somebody off the resident register from a day on."""
    other = one.category in _NOT_FILED and removal in (Removal.DEATH, Removal.ABROAD)
    book.change(
        on=day,
        person=one.number,
        removal=removal,
        happened_on=day,
        to=to,
        lost_cause=removal.label if other else "",
    )


def die(book: Book, one: Townsman, day: date) -> None:
    """Take a dead person off the register; where a head died, the next one takes the place."""
    leave(book, one, day, Removal.DEATH, None)
    book.deaths.append((one, day))
    others = [each for each in book.homes[one.household].members if each is not one]
    if not one.head or not others:
        return
    first = min(others, key=lambda each: (each.relation not in ("妻", "夫"), each.birth))
    members = tuple(
        (each.number, each is first, "世帯主" if each is first else each.relation)
        for each in (first, *(each for each in others if each is not first))
    )
    after = day + timedelta(days=1)
    book.change(
        on=after, person=first.number, household=one.household, members=members, happened_on=after
    )


def somewhere(book: Book) -> AddressValue:
    """Draw an address in the city."""
    return AddressValue(**places.place(book.random)._asdict())


def elsewhere(book: Book, kind: AddressKind = AddressKind.MOVED_TO) -> AddressValue:
    """Draw an address in another city."""
    return AddressValue(kind=kind, **places.elsewhere(book.random)._asdict())


def renamed(book: Book, one: Townsman) -> tuple[str, str]:
    """Draw the name of somebody who took another surname, and its kana."""
    surname, kana = names.surname(book.random)
    while one.name.startswith(surname):
        surname, kana = names.surname(book.random)
    own, own_kana = one.name.split(_SPACE)[-1], one.kana.split(_SPACE)[-1]
    return f"{surname}{_SPACE}{own}", f"{kana}{_SPACE}{own_kana}"


def says(address: AddressValue) -> dict[str, str]:
    """Return the items of a filing that an address fills."""
    return {name: str(part) for name, part in asdict(address).items() if part}
