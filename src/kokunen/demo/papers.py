"""Applications of the year: exemption, deferral, students, additional premium, lost notices.

Of the printed 24,177 exempt people each applied once a year but those exempt by law; who applies
anew is assumed: four of five students in April, two of three of the others from July on (the rest
are examined again without a form, 継続審査, or give up).
"""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING, Any, Final

from kokunen.cases.catalogue.kinds import Filer
from kokunen.cases.domain import Channel
from kokunen.demo import grants
from kokunen.demo.lives import ENROLS, insured
from kokunen.demo.script import FATES, Fate

if TYPE_CHECKING:
    from kokunen.demo.book import Book
    from kokunen.demo.townsfolk import Townsman

_APPLIED: Final = frozenset({"full", "three_quarters", "half", "one_quarter", "deferral"})
_SEEN: Final = {"identity": "card", "authority": "not_needed"}
_UNDER: Final = 50  # 納付猶予 (平16改正法附則19条)


def apply(book: Book) -> None:
    """Write every story of this module into the book."""
    _by_law(book)
    _cancel(book)
    _students(book)
    _renewals(book)
    _first_applications(book)
    _additional(book)
    for one in book.pick(lambda one: insured(one) or one.category == "voluntary", 0.02):
        book.file("number_notice", one, on=book.day(), event_on=book.first, says={"reason": "lost"})


def _by_law(book: Book) -> None:
    """Public assistance begins and ends, a disability is granted; the wish to pay all the same."""
    welfare = {"cause": "livelihood_assistance", **_SEEN}
    for one in book.pick(lambda one: _pays(one) and not one.foreign, 0.01):
        day = book.day(last=book.last - timedelta(days=30))
        book.file(
            "statutory_on", one, on=day + timedelta(days=9), event_on=day,
            says=welfare | {"proof": "register"}, channel=Channel.OFFICE, filer=Filer.OFFICE,
            fates=ENROLS,
        )  # fmt: skip
    for one in book.pick(_exempt_by_welfare, 0.05):
        day = book.day(last=book.last - timedelta(days=30))
        book.file(
            "statutory_off", one, on=day + timedelta(days=9), event_on=day,
            says=welfare | {"ended_cause": "assistance"}, fates=ENROLS,
        )  # fmt: skip
    for one in book.pick(lambda one: insured(one) and one.exemption == "statutory", 0.03):
        day = book.day(last=book.last - timedelta(days=60))
        says = {"first_month": f"{day:%Y-%m}", **_SEEN}
        book.file("payment_wish", one, on=day, event_on=day, says=says, fates=ENROLS)


def _pays(one: Townsman) -> bool:
    """Tell whether somebody owes the whole premium, and no additional one."""
    return insured(one) and not one.exemption and not one.additional and not one.claims


def _exempt_by_welfare(one: Townsman) -> bool:
    return insured(one) and one.exemption == "statutory" and not one.claims


def _cancel(book: Book) -> None:
    """Let some who earn again give their exemption up, while it lasts: to the end of June."""
    for one in book.pick(lambda one: one.exemption in ("full", "deferral"), 0.02):
        day = book.day(first=book.first, last=date(book.year, 5, 20))
        says = {"first_month": f"{day:%Y-%m}", **_SEEN}
        book.file("exemption_cancel", one, on=day, event_on=day, says=says, fates=(Fate.SMOOTH,))


def _students(book: Book) -> None:
    """Students apply for the year from April; the card of last year's school is short."""
    for one in book.pick(lambda one: one.exemption == "student", 0.8):
        day = book.day(last=date(book.year, 6, 30))
        says: dict[str, Any] = {
            "cycles": [str(book.year)],
            "school_name": book.some("澄野大学", "架空県立大学", "夢見工業大学"),
            "school_kind": "university",
            "school_from": f"{book.year - 2}-04-01",
            "school_until": f"{book.year + 1 + int(book.random.random() * 2)}-03-31",
            "card": book.random.random() < 0.5,  # noqa: PLR2004 - assumed
            "school_proof": "card",
            **_SEEN,
        }
        _apply(book, "student", one, day, book.year, says)


def _renewals(book: Book) -> None:
    """Everything but the student special case ends in June, and may be applied for from July."""
    for one in book.pick(lambda one: one.exemption in _APPLIED, 0.65):
        day = date(book.year, grants.JULY, 1) + timedelta(days=int(book.random.expovariate(1 / 35)))
        _exemption(book, one, min(day, book.last - timedelta(days=5)), book.year)


def _first_applications(book: Book) -> None:
    """People who ask for the first time (assumed: 4 of 100), half of them after losing a job."""
    for one in book.pick(_pays, 0.04):
        day = book.day()
        year = book.year if day >= date(book.year, grants.JULY, 1) else book.year - 1
        _exemption(book, one, day, year, new=True)


def _exemption(book: Book, one: Townsman, day: date, year: int, *, new: bool = False) -> None:
    says: dict[str, Any] = {
        "cycles": [str(year)],
        "wanted": [],
        "student": False,
        "continuation": book.random.random() < 0.7,  # noqa: PLR2004 - assumed
        "undeclared": [],
        **_SEEN,
    }
    if new and book.random.random() < 0.5:  # noqa: PLR2004 - assumed
        left = day - timedelta(days=20 + int(book.random.random() * 80))
        says |= {
            "job_loss": ["insured"],
            "left_job_on_insured": left.isoformat(),
            "job_loss_proof": "leaving_slip",
        }
    _apply(book, "exemption", one, day, year, says)


def _apply(
    book: Book, filing: str, one: Townsman, day: date, year: int, says: dict[str, Any]
) -> None:
    """File, with what the tax office knows of those who are tested, and what the agency grants."""
    wanted = one.exemption or book.some("full", "full", "three_quarters", "half", "deferral")
    if wanted == "deferral" and one.age(date(year + 1, 7, 1)) >= _UNDER:
        wanted = "full"
    home = book.homes[one.household]
    tested = [one]
    if filing == "exemption":
        partner = home.partner(one)
        tested += [] if partner is None else [partner]
        tested += [home.members[0]] if home.members[0] not in tested else []
    answer = grants.answer(filing, one, wanted, year)
    fates = [fate for fate in FATES if fate != Fate.REFUSED or not one.exemption]
    incomes = tuple(
        (each.number, grants.income(book.random, year, "" if _rich(wanted, each, one) else wanted))
        for each in tested
    )
    book.file(
        filing, one, on=day, event_on=day, says=says, answer=answer, incomes=incomes, fates=fates
    )


def _rich(wanted: str, each: Townsman, one: Townsman) -> bool:
    """Tell whether the income is what leaves the applicant with no more than the deferral."""
    return wanted == "deferral" and each.head and each is not one


def _additional(book: Book) -> None:
    """付加保険料 (assumed: 2 of 100 begin; one in ten of those who pay it stops)."""
    for one in book.pick(_pays, 0.02):
        day = book.day()
        book.file("additional_on", one, on=day, event_on=day, says={"fund": False})
    for one in book.pick(lambda one: insured(one) and one.additional, 0.1):
        day = book.day()
        book.file("additional_off", one, on=day, event_on=day, says={"cause": "wish"})
