"""What the register knows of the people of a claim, as far as the law on benefits asks. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Generic, TypeVar

from kokunen.dates.age import age_on, attained_on
from kokunen.people.codes import Category, ClaimKind, Outcome, Sex
from kokunen.people.domain import AdditionalValue, ClaimValue, EnrolmentValue, ExemptionValue, Value

if TYPE_CHECKING:
    from datetime import date

    from kokunen.people.periods import Period

V = TypeVar("V", bound=Value)


@dataclass(frozen=True, slots=True, kw_only=True)
class Held(Generic[V]):
    """A fact with its period; ``row`` is its id in the register (0: not of the register)."""

    value: V
    valid: Period
    row: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Someone:
    """Somebody of the register; None is not known (or sealed by a protection measure).

    ``household`` is the 世帯番号 that holds on the day of receipt or, of who has died, held last.
    """

    number: int
    birth_date: date | None = None
    sex: Sex = Sex.UNKNOWN
    household: int | None = None
    died_on: date | None = None

    def age(self, on: date) -> int | None:
        """Return the age in whole years on a day; None: the birth date is not known."""
        if self.birth_date is None or on < self.birth_date:
            return None
        return age_on(birth_date=self.birth_date, on=on)

    def reaches(self, years: int) -> date | None:
        """Return the day on which an age is reached, the day before the birthday."""
        if self.birth_date is None:
            return None
        return attained_on(birth_date=self.birth_date, years=years)


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """The person of the filing (after a death, who died), and who else it names.

    ``children`` are the members of the person's household who are under 20 and may be their
    children; the register of families alone says whose they are.
    """

    person: Someone
    claimant: Someone | None = None
    children: tuple[Someone, ...] = ()
    enrolments: tuple[Held[EnrolmentValue], ...] = ()
    exemptions: tuple[Held[ExemptionValue], ...] = ()
    additionals: tuple[Held[AdditionalValue], ...] = ()
    claims: tuple[Held[ClaimValue], ...] = ()

    def category(self, on: date) -> Category | None:
        """Return the category of the person on a day; None: not enrolled, as far as is known."""
        found = [held.value.category for held in self.enrolments if on in held.valid]
        return found[-1] if found else None

    def granted(self, *kinds: ClaimKind) -> bool:
        """Whether a claim of one of these kinds was granted, as far as is known."""
        return any(
            held.value.kind in kinds and held.value.outcome is Outcome.APPROVED
            for held in self.claims
        )

    @property
    def together(self) -> bool | None:
        """Whether the person and the claimant share a household; None: that is not known."""
        if self.claimant is None or None in (self.claimant.household, self.person.household):
            return None
        return self.claimant.household == self.person.household
