"""Births, deaths, moves, names, work and age: stories of the year that begin outside the office.

Rates are a year's, of those who fit; assumed after the shape of the printed figures of a city of
600,000 (`figures`), where the population grew by some 4,000 a year, two thirds of them foreign, and
the desk had 1,500 visitors a month. In a small city each story still happens once.
"""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING, Final

from kokunen.cases.catalogue.kinds import Filer
from kokunen.cases.domain import Channel
from kokunen.dates.age import attained_on
from kokunen.demo import happenings, newcomers
from kokunen.demo.script import Fate
from kokunen.people.codes import AddressKind, Category, Removal, Source
from kokunen.people.domain import AddressValue, EnrolmentValue, NameValue
from kokunen.people.periods import Period

if TYPE_CHECKING:
    from collections.abc import Callable

    from kokunen.demo.book import Book
    from kokunen.demo.townsfolk import Townsman

ENROLS: Final = (
    Fate.SMOOTH,
    Fate.COMPLETED,
    Fate.SENT_BACK,
    Fate.RETURNED,
    Fate.CORRECTED,
    Fate.REOPENED,
    Fate.TAKEN_OVER,
)
"""What becomes of a filing about something that has happened: nobody refuses or withdraws it."""
_LAST_STORY: Final = timedelta(days=65)  # before the end of the year, so that it is filed in it
_SOON: Final = 13  # days within which most file (14 days: 法12条1項, 規則)


def live(book: Book) -> None:
    """Write every story of this module into the book; those that end a residence come first."""
    _ages(book)
    _deaths(book)
    _departures(book)
    _moves_out(book)
    _work(book)
    _moves_within(book)
    _names(book)
    newcomers.arrive(book)


def insured(one: Townsman) -> bool:
    """Tell whether somebody is insured in category 1."""
    return one.category == Category.CATEGORY_1


def soon(book: Book, day: date) -> date:
    """Draw the day of a filing: mostly within 14 days, one in ten later."""
    most = 60 if book.random.random() < 0.1 else _SOON  # noqa: PLR2004 - see above
    return day + timedelta(days=1 + int(book.random.random() * most))


def _ages(book: Book) -> None:
    """Everybody who attains 20, 60 or, voluntarily insured, 65: on the eve of the birthday."""
    for years, fits, attain in (
        (20, lambda one: not one.category, _attains_20),
        (60, insured, _attains_60),
        (60, lambda one: one.category == Category.CATEGORY_3, _dependent_at_60),
        (65, lambda one: one.category == Category.VOLUNTARY, _volunteer_at_65),
    ):
        for one in book.suitable(fits):
            day = attained_on(birth_date=one.birth, years=years)
            if book.first <= day <= book.last:
                book.busy.add(one.number)
                attain(book, one, day)
    for one in book.pick(
        lambda one: 60 <= one.age(book.first) < 64 and not one.category and not one.claims,  # noqa: PLR2004 - 法附則5条
        0.01,
    ):
        _volunteer(book, one, book.day())
    # 特例任意加入: somebody of 66 who moved in without the ten years (平16改正法附則23条).
    late, day = newcomers.settle(book, age=66, category=None)
    says = {"lives": "japan", "payment": "account_transfer", "qualifying_months": 80}
    day += timedelta(days=10)
    book.file("special_voluntary", late, on=day, event_on=day, says=says, fates=ENROLS)
    for one in book.pick(lambda one: one.category == Category.VOLUNTARY, 0.05):
        day = book.day()
        book.file("voluntary_end", one, on=day, event_on=day, says={"cause": "wish"}, fates=ENROLS)


def _attains_20(book: Book, one: Townsman, day: date) -> None:
    # Two thirds do nothing: the agency enrols them, and the office writes it down.
    filed = book.random.random() < 0.35  # noqa: PLR2004 - assumed
    book.file(
        "acquisition", one, on=soon(book, day), event_on=day, says={"cause": "age_20"},
        channel=None if filed else Channel.OFFICE,
        filer=Filer.SELF if filed else Filer.OFFICE,
        fates=ENROLS,
    )  # fmt: skip


def _attains_60(book: Book, one: Townsman, day: date) -> None:
    book.file(
        "loss", one, on=soon(book, day), event_on=day, says={"cause": "age_60"},
        channel=Channel.OFFICE, filer=Filer.OFFICE, fates=ENROLS,
    )  # fmt: skip
    # Assumed: one in eight goes on paying (printed: 940 voluntary of 78,288).
    if not one.exemption and book.random.random() < 1 / 8:
        _volunteer(book, one, day + timedelta(days=90))


def _dependent_at_60(book: Book, one: Townsman, day: date) -> None:
    book.change(
        on=day, person=one.number, happened_on=day, lost_cause="60歳到達", source=Source.AGENCY
    )


def _volunteer_at_65(book: Book, one: Townsman, day: date) -> None:
    says = {"cause": "age_65", "happened_on": day.isoformat()}
    book.file("voluntary_end", one, on=soon(book, day), event_on=day, says=says, fates=ENROLS)


def _volunteer(book: Book, one: Townsman, day: date) -> None:
    says = {"lives": "japan", "payment": "account_transfer", "months_paid": 300}
    book.file("voluntary", one, on=day, event_on=day, says=says, fates=ENROLS)


def _deaths(book: Book) -> None:
    """Shares of deaths by age; first the three that leave somebody a claim (`claims`)."""
    for leaves in (_leaves_children, _leaves_widow, _leaves_alone):
        for one in book.pick(lambda one, leaves=leaves: leaves(book, one), 0, home=True):  # type: ignore[misc]  # mypy does not infer a lambda with defaults
            _dies(book, one)
    for low, high, share in ((20, 60, 0.0015), (60, 75, 0.010), (75, 90, 0.035), (90, 120, 0.15)):
        for one in book.pick(
            lambda one, low=low, high=high: low <= one.age(book.first) < high,  # type: ignore[misc]  # mypy does not infer a lambda with defaults
            share,
            home=True,
        ):
            _dies(book, one)


def _dies(book: Book, one: Townsman) -> None:
    day = book.day(last=book.last - _LAST_STORY)
    happenings.die(book, one, day)
    if insured(one):
        _lost_by_death(book, one, day)
    widowed = book.homes[one.household].partner(one)
    if widowed and widowed.category == Category.CATEGORY_3:
        _left_3(book, widowed, day + timedelta(days=1), "spouse_died", soon(book, day))


def _leaves_children(book: Book, one: Townsman) -> bool:
    home = book.homes[one.household]
    young = any(each.relation == "子" and each.age(book.last) < 18 for each in home.members)  # noqa: PLR2004 - 法37条の2
    return insured(one) and not one.claims and young and home.partner(one) is not None


def _leaves_widow(book: Book, one: Townsman) -> bool:
    wife = book.homes[one.household].partner(one)
    return (
        not one.female
        and not one.claims
        and 58 <= one.age(book.first) < 65  # noqa: PLR2004 - as old as his wife, about
        and not one.worked
        and wife is not None
        and 60 <= wife.age(book.first) < 64  # noqa: PLR2004 - 法49条
    )


def _leaves_alone(book: Book, one: Townsman) -> bool:
    home = book.homes[one.household]
    return insured(one) and not one.claims and not one.foreign and len(home.members) == 1


def _lost_by_death(book: Book, one: Townsman, day: date) -> None:
    """Write the end of the insurance of somebody who died in category 1."""
    book.file(
        "loss",
        one,
        on=soon(book, day),
        event_on=day,
        says={"cause": "death", "relationship": "配偶者"},
        filer=Filer.SURVIVOR,
        fates=ENROLS,
    )


def _departures(book: Book) -> None:
    """Leaving Japan: foreign residents mostly (printed: 13,000 more of them in five years)."""
    leavers = (
        (lambda one: one.foreign and insured(one) and 20 <= one.age(book.first) < 59, 0.05),  # noqa: PLR2004 - insured by age
        (lambda one: one.foreign and 20 <= one.age(book.first) < 59, 0.04),  # noqa: PLR2004 - as above
        (lambda one: not one.foreign and 20 <= one.age(book.first) < 59, 0.002),  # noqa: PLR2004 - as above
    )
    for fits, share in leavers:
        for one in book.pick(fits, share, home=True):
            day = book.day(last=book.last - _LAST_STORY)
            country = one.nation or book.some("ドイツ", "タイ", "アメリカ合衆国")
            for each in book.homes[one.household].members:
                abroad = AddressValue(kind=AddressKind.MOVED_TO, country=country)
                happenings.leave(book, each, day, Removal.ABROAD, abroad)
                if not insured(each):
                    continue
                if book.random.random() < 0.5:  # noqa: PLR2004 - assumed: told in time, or not
                    says = {
                        "wish": "refund",
                        "prepaid": "cash",
                        "prepaid_from": f"{book.year}-04",
                        "prepaid_months": 12,
                    }
                    book.file("departure", each, on=day, event_on=day, says=says, fates=ENROLS)
                else:
                    book.file(
                        "loss",
                        each,
                        on=soon(book, day),
                        event_on=day,
                        says={"cause": "abroad"},
                        filer=Filer.OFFICE,
                        channel=Channel.OFFICE,
                        fates=ENROLS,
                    )


def _moves_out(book: Book) -> None:
    """Plan moves to another city, which end nothing but the residence (assumed: 3 of 100)."""
    for one in book.pick(lambda one: one.head, 0.03, home=True):
        day, place = book.day(), happenings.elsewhere(book)
        for each in book.homes[one.household].members:
            happenings.leave(book, each, day, Removal.MOVED_OUT, place)


def _moves_within(book: Book) -> None:
    """Plan moves within the city (assumed: 3 of 100 households); a third of the insured file."""
    for one in book.pick(lambda one: one.head, 0.03, home=True):
        day, place = book.day(), happenings.somewhere(book)
        for each in book.homes[one.household].members:
            if not insured(each) or book.random.random() < 2 / 3:
                book.change(on=day, person=each.number, facts=((place, Period(start=day)),))
            else:
                book.file(
                    "address_change",
                    each,
                    on=soon(book, day),
                    event_on=day,
                    says=happenings.says(place),
                    fates=ENROLS,
                )


def _names(book: Book) -> None:
    """Marriages and other changes of name, slips in what the register was told once."""
    for one in book.pick(
        lambda one: insured(one) and one.female and not one.foreign and one.age(book.first) < 40,  # noqa: PLR2004 - assumed
        0.03,
    ):
        day = book.day()
        name, kana = happenings.renamed(book, one)
        # Whose numbers are joined needs not file: the register tells it (情報連携).
        if book.random.random() < 0.4 and any(  # noqa: PLR2004 - assumed
            each.filing == "name_change" for each in book.filings
        ):
            value = NameValue(name=name, kana=kana)
            book.change(on=day, person=one.number, facts=((value, Period(start=day)),))
            continue
        book.file(
            "name_change",
            one,
            on=soon(book, day),
            event_on=day,
            says={"name": name, "kana": kana},
            fates=ENROLS,
        )
    paper = {"evidence": "戸籍の記載事項証明書"}
    for one in book.pick(insured, 0.0002):
        right = one.birth - timedelta(days=1)
        says = {"birth_date": right.isoformat(), **paper}
        book.file(
            "birth_date_correction", one, on=book.day(), event_on=book.first, says=says,
            fates=ENROLS,
        )  # fmt: skip
    for one in book.pick(insured, 0.0001):
        says = {"sex": "male" if one.female else "female", **paper}
        book.file(
            "sex_correction", one, on=book.day(), event_on=book.first, says=says, fates=ENROLS
        )


def _work(book: Book) -> None:
    """Leaving and entering jobs, with the spouse in category 3 (assumed: 6 and 2.5 of 100)."""
    for one in book.pick(lambda one: insured(one) and one.age(book.first) < 58, 0.06):  # noqa: PLR2004 - assumed
        day = book.day(last=book.last - timedelta(days=80)).replace(day=1)
        day = max(day, book.first)
        told = day + timedelta(days=40)
        if book.random.random() < 0.4:  # noqa: PLR2004 - assumed: who also comes to the desk
            on = soon(book, day)
            # The agency tells later, when the case has been examined.
            told = max(told, on + timedelta(days=15))
            book.file(
                "loss", one, on=on, event_on=day, says={"cause": "category_2"},
                fates=(Fate.SMOOTH,),
            )  # fmt: skip
        value = EnrolmentValue(category=Category.CATEGORY_2, acquired_cause="厚生年金加入")
        book.change(
            on=told,
            person=one.number,
            facts=((value, Period(start=day)),),
            source=Source.AGENCY,
        )
    for one in book.pick(_employed(book), 0.025):
        day = book.day(last=book.last - timedelta(days=20)).replace(day=1)
        filing = "category_change" if book.random.random() < 0.6 else "acquisition"  # noqa: PLR2004 - assumed
        says = {"cause": "left_category_2"}
        book.file(filing, one, on=soon(book, day), event_on=day, says=says, fates=ENROLS)
        spouse = book.homes[one.household].partner(one)
        if spouse and spouse.category == Category.CATEGORY_3 and spouse.number not in book.busy:
            book.busy.add(spouse.number)
            _left_3(book, spouse, day, "spouse_left_category_2", soon(book, day))
    for one in book.pick(lambda one: one.category == Category.CATEGORY_3, 0.015):
        day = book.day(last=book.last - timedelta(days=20))
        _left_3(book, one, day, book.some("divorce", "income", "other"), soon(book, day))


def _employed(book: Book) -> Callable[[Townsman], bool]:
    return lambda one: (
        one.category == Category.CATEGORY_2 and one.age(book.first) < 58 and not one.claims  # noqa: PLR2004 - insured to 60
    )


def _left_3(book: Book, one: Townsman, day: date, reason: str, on: date) -> None:
    says = {"cause": "left_category_3", "reason": reason}
    filing = "category_change" if book.random.random() < 0.7 else "acquisition"  # noqa: PLR2004 - assumed
    book.file(filing, one, on=on, event_on=day, says=says, fates=ENROLS)
