"""What each situation gets: the one-person rule, called once for every distinct situation.

An application depends on what three people pass, on being a student and on whether deferral is
open by age. Of these situations a country has some thousands, not millions.
"""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from kokunen.batch.bits import passed
from kokunen.law.exemption.assess import open_by_age
from kokunen.law.exemption.decision import Situation, decide
from kokunen.law.exemption.facts import age_months
from kokunen.law.exemption.rules import BANDS
from kokunen.law.exemption.standing import NOBODY, Standing

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import date

    from kokunen.dates.month import Month

Column = Any
"""A number, a column or an expression of any engine: what can be added and multiplied."""
NO_ONE: Final = 0
"""The class of a spouse or head where there is none, or none is tested."""
_OLDEST: Final = 150 * 12


class Answer(NamedTuple):
    """The band (None: not of the age), who decided it and the code of the reason."""

    band: str | None
    decided_by: str | None
    reason: str


NOT_OF_AGE: Final = Answer(None, None, "not_aged_20_to_59")


class Own(NamedTuple):
    """What an insured passes, and by which line the best bands."""

    standing: Standing
    full_route: str | None
    student_route: str | None


class BirthClass(NamedTuple):
    """Who is born on a day or later (up to the next class) is alike in age for one month."""

    born_from: date
    deferral_open: bool
    of_age: bool


def birth_classes(month: Month) -> list[BirthClass]:
    """Return the classes of birth dates for a month, oldest first."""
    found: list[BirthClass] = []
    for age in range(_OLDEST, -2, -1):
        # The first birthday of those who attain a month of age: the day after its first day.
        day = (month - age).first_day + timedelta(days=1)
        deferral, of_age = open_by_age(age=age_months(birth_date=day, month=month), month=month)
        if not found or found[-1][1:] != (deferral, of_age):
            found.append(BirthClass(day, deferral, of_age))
    return found


class Situations:
    """Numbers for what people pass in a month, and what each combination of them gets.

    As the insured a person's route counts too, since it is the reason of the best band.
    """

    def __init__(self, month: Month) -> None:
        self._month = month
        self._own: list[Own] = []
        self._other: list[Standing] = [NOBODY]
        self._of_code: dict[int, tuple[int, int]] = {}
        self._answers: dict[int, Answer] = {}

    def classes(self, codes: Iterable[int]) -> list[tuple[int, int]]:
        """Return the class of each code as the insured, and as spouse or head."""
        return [self._classes(code) for code in codes]

    def _classes(self, code: int) -> tuple[int, int]:
        if code not in self._of_code:
            found = passed(code, month=self._month)
            routes = dict(zip(BANDS, found.routes, strict=True))
            own = Own(found.standing, routes["full"], routes["student"])
            if own not in self._own:
                self._own.append(own)
            if found.standing not in self._other:
                self._other.append(found.standing)
            self._of_code[code] = (self._own.index(own), self._other.index(found.standing))
        return self._of_code[code]

    @property
    def others(self) -> int:
        """How many classes there are of spouses and heads; no key may be made before they are."""
        return len(self._other)

    @property
    def keys(self) -> int:
        """How many keys there are: `key_of` is below."""
        return len(self._own) * self.others * self.others * 4

    def answer(self, key: int) -> Answer:
        """Return what the situation of a key gets, as the one-person rule decides it."""
        if key not in self._answers:
            rest, student, deferral_open = key >> 2, bool(key & 2), bool(key & 1)
            rest, head = divmod(rest, self.others)
            own, spouse = divmod(rest, self.others)
            self._answers[key] = self._decide(
                own=self._own[own],
                spouse=self._other[spouse] if spouse != NO_ONE else None,
                head=self._other[head] if head != NO_ONE else None,
                student=student,
                deferral_open=deferral_open,
            )
        return self._answers[key]

    @staticmethod
    def _decide(
        *,
        own: Own,
        spouse: Standing | None,
        head: Standing | None,
        student: bool,
        deferral_open: bool,
    ) -> Answer:
        examined = frozenset(BANDS) if deferral_open else frozenset(BANDS) - {"deferral"}
        decision = decide(Situation(student, examined, own.standing, spouse, head))
        if decision.reason is not None:
            return Answer(decision.band, decision.decided_by, decision.reason)
        route = own.student_route if student else own.full_route
        if route is None:
            message = f"{decision.band} is granted without a line that is passed"
            raise AssertionError(message)
        return Answer(decision.band, decision.decided_by, route)


def key_of(
    *, own: Column, spouse: Column, head: Column, others: int, student: Column, deferral: Column
) -> Column:
    """Return the key of a situation, of numbers, of columns or of expressions alike."""
    return ((own * others + spouse) * others + head) * 4 + student * 2 + deferral
