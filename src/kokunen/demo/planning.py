"""The plan of a year: every story, written into one book. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kokunen.demo import claims, lives, papers
from kokunen.demo.book import Book
from kokunen.demo.script import working_day
from kokunen.demo.townsfolk import homes
from kokunen.demo.year import Asked, Plan

if TYPE_CHECKING:
    from kokunen.demo.city import City

_ENQUIRIES = 0.004
"""Enquiries of branches a year and resident; assumed (the telephone does not count its calls)."""


def plan(city: City, *, year: int) -> Plan:
    """Return what happens in a fiscal year to the people of the city of its eve."""
    book = Book(list(homes(city)), year=year, seed=city.seed)
    lives.live(book)
    claims.claim(book)
    papers.apply(book)
    _enquire(book)
    return Plan(
        year=year,
        changes=tuple(sorted(book.changes, key=lambda each: each.on)),
        filings=tuple(sorted(book.filings, key=lambda each: each.on)),
        enquiries=tuple(sorted(book.enquiries, key=lambda each: each.on)),
    )


def _enquire(book: Book) -> None:
    branches = [one for one in book.people if one.office not in ("", "00")]
    for number in range(max(2, round(len(book.people) * _ENQUIRIES))):
        one = book.some(*branches)
        on = min(working_day(book.day()), working_day(book.last.replace(day=25)))
        book.enquiries.append(
            Asked(key=f"enquiry/{number}", on=on, person=one.number, branch=one.office)
        )
