"""Claims of the year: pensions, what follows a death, reports and allowances.

Shares are assumed; each kind happens once even in a village. Two people of 115, as old as a pension
of the old law wants them (born by 1 April 1911), move in for it: the city has none.
"""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING, Any, Final

from kokunen.cases.catalogue.kinds import Filer
from kokunen.dates.age import attained_on
from kokunen.demo import newcomers
from kokunen.demo.lives import insured, soon

if TYPE_CHECKING:
    from collections.abc import Callable

    from kokunen.demo.book import Book
    from kokunen.demo.townsfolk import Townsman

_SEEN: Final = {"identity": "card", "authority": "not_needed"}
_PAID: Final = {"account": "public", "my_number": "written"}
_REPORTED: Final = 8  # August: the yearly reports


def claim(book: Book) -> None:
    """Write every story of this module into the book."""
    for one, day in book.deaths:
        _after(book, one, day)
    _old_age(book)
    _disability(book)
    _long_ago(book)
    for one in book.pick(_draws("老齢"), 0.006, least=2):
        says = {"kind": "old_age", "household_untaxed": True, **_SEEN}
        book.file("support_benefit", one, on=book.day(), event_on=book.first, says=says)
    for one in book.pick(_draws("障害"), 0.05):
        says = {
            "reason": "worse",
            "examined_on": f"{book.year - 3}-05-20",
            "illness": ["limbs"],
            "diagnosed_on": book.first.isoformat(),
            **_SEEN,
        }
        day = book.day(last=book.first + timedelta(days=80))
        book.file("revision", one, on=day, event_on=day, says=says)
    for one in book.pick(_draws("老齢"), 0.004):
        says = {"pensions": ["old_age"], "account": "bank", "account_seen": "passbook", **_SEEN}
        book.file("bank_change", one, on=book.day(), event_on=book.first, says=says)


def _draws(words: str) -> Callable[[Townsman], bool]:
    return lambda one: any(claim.startswith(words) for claim in one.claims)


def _after(book: Book, one: Townsman, day: date) -> None:
    """Let the family file what a death leaves to them."""
    home = book.homes[one.household]
    others = [each for each in home.members if each is not one]
    partner = home.partner(one)
    children = [each for each in others if each.relation == "子" and home.partner(one)]
    young = [each for each in children if each.age(day) < 18]  # noqa: PLR2004 - 法37条の2
    heir = partner or (others[0] if others else None)
    relation = "spouse" if heir is not None and heir is partner else "child"
    who: dict[str, Any] = {"relation": relation, **_PAID, **_SEEN}
    who |= {"claimant": heir.number} if heir else {"claimant_name": "架空　太郎"}
    kin = {"shared_living": heir is not None, "others_asked": True}

    def brought(filing: str, **says: object) -> None:
        known = {**who, **says}
        on = soon(book, day) + timedelta(days=7)
        book.file(filing, one, on=on, event_on=day, says=known, filer=Filer.SURVIVOR)

    drawn = [name for word, name in _PENSIONS if any(word in claim for claim in one.claims)]
    if drawn:
        book.file(
            "death_report", one, on=soon(book, day), event_on=day, filer=Filer.SURVIVOR,
            says={"pensions": drawn, "certificate": "attached", **_SEEN},
        )  # fmt: skip
        brought("unpaid", **kin)
        first = not any(each.filing == "support_unpaid" for each in book.filings)
        if first or book.random.random() < 0.15:  # noqa: PLR2004 - assumed
            brought("support_unpaid", **kin)
    elif insured(one) and partner is not None and young:
        brought("survivor", has_children=True, children_count=len(young), children_register=True,
                maintained=True, remarried=False, payments="all_paid")  # fmt: skip
    elif not one.female and partner is not None and 60 <= partner.age(day) < 65 and not one.claims:  # noqa: PLR2004 - 法49条
        married = one.birth.replace(year=one.birth.year + 25, day=1)
        brought("widow", married_on=married.isoformat(), common_law=False, maintained=True,
                husband_pension=False, own_early=False, remarried=False)  # fmt: skip
    elif insured(one):
        brought("death_lump_sum", **kin, had_pension=False, survivor_pension=False)


_PENSIONS: Final = (("老齢", "old_age"), ("障害", "disability"), ("遺族", "survivor"))


def _old_age(book: Book) -> None:
    """Who was never in category 2 or 3 claims at the city: at 65, and a few earlier."""

    def only(one: Townsman) -> bool:
        return not one.worked and not one.claims and not one.category

    for one in book.suitable(only):
        day = attained_on(birth_date=one.birth, years=65)
        if book.first <= day <= book.last - timedelta(days=20):
            book.busy.add(one.number)
            _claims_old_age(book, one, day + timedelta(days=1 + int(book.random.random() * 20)),
                            "at_65")  # fmt: skip
    for one in book.pick(lambda one: only(one) and 61 <= one.age(book.first) < 64, 0.03):  # noqa: PLR2004 - 法附則9条の2
        _claims_old_age(book, one, book.day(), "early")


def _claims_old_age(book: Book, one: Townsman, day: date, start: str) -> None:
    says = {"start": start, "other_pension": False, **_PAID, **_SEEN}
    says |= {"early_understood": True} if start == "early" else {}
    book.file("old_age", one, on=day, event_on=day, says=says)


def _disability(book: Book) -> None:
    seen = book.first - timedelta(days=700)

    def ill(one: Townsman) -> bool:
        long = one.since is not None and one.since < seen - timedelta(days=60)
        return insured(one) and long and not one.claims and one.exemption != "statutory"

    for one in book.pick(ill, 0.004):
        says = {
            "first_seen_on": seen.isoformat(),
            "claim": "recognition",
            "illness": ["mental"],
            "same_hospital": True,
            "diagnosed_on": (seen + timedelta(days=550)).isoformat(),
            "payments": "all_paid",
            "grade": "2",
            "has_children": False,
            **_PAID,
            **_SEEN,
        }
        book.file("disability", one, on=book.day(), event_on=book.first, says=says)


def _long_ago(book: Book) -> None:
    """特別障害給付金 and 老齢福祉年金, with their yearly reports."""

    def grown(one: Townsman) -> bool:
        return 58 <= one.age(book.first) < 64 and not one.claims  # noqa: PLR2004 - 20 and older in 1989

    report = {"report_year": str(book.year), "income_seen": "tax", **_SEEN}
    august = date(book.year, _REPORTED, 3)
    applicants = book.pick(grown, 0.002, least=2)
    for at, one in enumerate(applicants):
        says = {
            "group": "student",
            "first_seen_on": "1990-06-04",
            "illness": ["eye"],
            "same_hospital": True,
            "disability_pension": False,
            "other_pension": False,
            **_PAID,
            **_SEEN,
        }
        if at % 2 == 0:
            book.file("special_disability", one, on=book.day(), event_on=book.first, says=says)
        else:
            book.file("special_disability_report", one, on=august, event_on=august, says=report)
    born = date(1911, 3, 3)
    for filing in ("old_age_welfare", "old_age_welfare_report"):
        one, day = newcomers.settle(
            book, age=115, category=None, day=book.first + timedelta(days=30), born=born
        )
        says = {"other_pension": False, **_PAID, **_SEEN}
        if filing.endswith("report"):
            says, day = report | {"certificate": True}, august
        book.file(filing, one, on=day + timedelta(days=5), event_on=day, says=says)
