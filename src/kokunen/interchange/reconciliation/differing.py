"""Where a result and the register, or a result and the assessment, say different things. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from kokunen.cases.domain import StepKind
from kokunen.interchange.domain import DifferenceKind
from kokunen.interchange.reconciliation.matching import folded
from kokunen.people.codes import Sex

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping
    from datetime import date

    from kokunen.interchange.reconciliation.received import Result, Who

NAMES: Final = ("name", "kana", "latin", "alias", "alias_kana")


@dataclass(frozen=True, slots=True, kw_only=True)
class Insured:
    """One 資格 of the register: ``start`` the 取得日, ``end`` the 喪失日 (first day without)."""

    category: str
    start: date | None
    end: date | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """What the register says of a person today.

    ``protected``: under a protection measure. ``named`` are the parts of the name now (`NAMES`),
    ``named_since`` the day since when; ``number`` the basic number now ("": not known);
    ``resident`` whether they live in the city.
    """

    person: int
    protected: bool
    birth_date: date | None
    sex: str
    named: Mapping[str, str]
    named_since: date | None
    number: str
    insured: tuple[Insured, ...]
    resident: bool

    def is_named(self, keys: Collection[str]) -> bool:
        """Tell whether folded names are a way of writing the present name; none are."""
        return not keys or any(not folded(text).isdisjoint(keys) for text in self.named.values())


_SEXES: Final = frozenset({Sex.MALE.value, Sex.FEMALE.value})


def of_person(who: Who, names: frozenset[str], known: Known) -> Iterator[DifferenceKind]:
    """Find where the agency calls the person otherwise; what either does not know differs not."""
    if not known.is_named(names):
        yield DifferenceKind.NAME
    if who.birth_date and known.birth_date and who.birth_date != known.birth_date:
        yield DifferenceKind.BIRTH_DATE
    if {who.sex, known.sex} == _SEXES:
        yield DifferenceKind.SEX


def of_result(result: Result, known: Known) -> Iterator[DifferenceKind]:
    """Find where a result names a category or a day that the register has not."""
    if result.kind is StepKind.GRANTED:
        yield from of_insurance(
            known,
            category=result.category,
            acquired_on=result.acquired_on,
            lost_on=result.lost_on,
        )


def of_insurance(
    known: Known, *, category: str, acquired_on: date | None, lost_on: date | None
) -> Iterator[DifferenceKind]:
    """Find whether the register knows an insurance; CATEGORY where its days are another's.

    A day that a result does not name is not compared.
    """
    if acquired_on is None and lost_on is None:
        return
    dated = [
        each
        for each in known.insured
        if acquired_on in (None, each.start) and lost_on in (None, each.end)
    ]
    if not dated:
        yield DifferenceKind.DATE
    elif category and all(each.category != category for each in dated):
        yield DifferenceKind.CATEGORY


def of_list(
    known: Known, *, category: str, acquired_on: date, lost_on: date | None
) -> Iterator[DifferenceKind]:
    """Find where a line of a list of the insured differs; one without an end goes on."""
    near = [each for each in known.insured if _overlap(each, acquired_on, lost_on)]
    same = [each for each in near if each.category == category]
    if not near:
        yield DifferenceKind.MISSING_HERE
    elif not same:
        yield DifferenceKind.CATEGORY
    elif all((each.start, each.end) != (acquired_on, lost_on) for each in same):
        yield DifferenceKind.DATE


def _overlap(each: Insured, start: date, end: date | None) -> bool:
    return (end is None or each.start is None or each.start < end) and (
        each.end is None or start < each.end
    )
