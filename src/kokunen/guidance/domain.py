"""The guidance of the counter: from what happened and a few answers to what is to be done. Pure.

The rules of the events stand in the modules ``…_rules``; every combination of answers,
unknown ones included, leads to something to do (tests/guidance/test_every_answer.py).
"""

from __future__ import annotations

from dataclasses import dataclass
from types import MappingProxyType
from typing import TYPE_CHECKING, Final

from kokunen.cases.catalogue import FILINGS
from kokunen.cases.deadlines import last_day
from kokunen.dates.business import next_business_day
from kokunen.guidance import (
    age_rules,
    common_rules,
    family_rules,
    moving_rules,
    support_rules,
    work_rules,
)
from kokunen.guidance.questions import ASKS, QUESTIONS, Event
from kokunen.guidance.results import Kind, Result, Told

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping
    from datetime import date

    from kokunen.cases.catalogue.kinds import Filing

RULES: Final[Mapping[Event, Callable[[Told], Iterator[Result]]]] = MappingProxyType(
    {
        Event.LEFT_JOB: work_rules.left_job,
        Event.GOT_JOB: work_rules.got_job,
        Event.CANNOT_PAY: work_rules.cannot_pay,
        Event.STUDENT: work_rules.student,
        Event.TURNED_20: age_rules.turned_20,
        Event.TURNED_60: age_rules.turned_60,
        Event.PENSION_AGE: age_rules.pension_age,
        Event.MOVED_IN: moving_rules.moved_in,
        Event.MOVED_OUT: moving_rules.moved_out,
        Event.ABROAD: moving_rules.abroad,
        Event.FROM_ABROAD: moving_rules.from_abroad,
        Event.MARRIED: family_rules.married,
        Event.DIVORCED: family_rules.divorced,
        Event.SPOUSE_LEFT_JOB: family_rules.spouse_left_job,
        Event.PREGNANCY: family_rules.pregnancy,
        Event.BIRTH: family_rules.birth,
        Event.DEATH: family_rules.death,
        Event.ILLNESS: support_rules.illness,
        Event.ASSISTANCE_BEGINS: support_rules.assistance_begins,
        Event.ASSISTANCE_ENDS: support_rules.assistance_ends,
        Event.NAME_CHANGED: common_rules.name_changed,
        Event.LOST_NOTICE: age_rules.lost_notice,
        Event.MORE_PENSION: age_rules.more_pension,
        Event.VIOLENCE: support_rules.violence,
        Event.OTHER: support_rules.other,
    }
)

_ORDER: Final = (Kind.CARE, Kind.FILE, Kind.CONFIRM, Kind.CHOICE, Kind.NOTHING, Kind.DESK)


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One thing to do. ``due`` is the last day of its deadline; None: none, or no day is known.

    ``within`` says the deadline without a day, and ``within_article`` its article.
    """

    result: Result
    filing: Filing | None
    due: date | None
    late: bool
    within: str
    within_article: str


def guide(
    *, event: Event, answers: Mapping[str, str], on: date, happened_on: date | None = None
) -> tuple[Step, ...]:
    """Return what is to be done (never nothing), the most pressing kind first.

    ``answers`` maps codes of `questions.QUESTIONS` to codes of their choices; what is missing or
    empty is not known, what the event does not ask is left out. ``on`` is today, ``happened_on``
    the day of the event.
    """
    told = Told(answers={code: answer for code, answer in answers.items() if code in ASKS[event]})
    # An answer that two rules give is said once.
    found = tuple(dict.fromkeys(RULES[event](told)))
    ordered = sorted(found, key=lambda each: _ORDER.index(each.kind))
    return tuple(_step(each, on=on, happened_on=happened_on) for each in ordered)


def checked(*, event: Event, answers: Mapping[str, str]) -> dict[str, str]:
    """Return the answers that the event asks and that are among the choices of their questions."""
    return {
        code: answers[code]
        for code in ASKS[event]
        if answers.get(code) in dict(QUESTIONS[code].choices)
    }


def _step(result: Result, *, on: date, happened_on: date | None) -> Step:
    filing = FILINGS[result.filing] if result.filing else None
    deadline = filing.deadline if filing else None
    if deadline is None:
        return Step(
            result=result, filing=filing, due=None, late=False, within="", within_article=""
        )
    due = next_business_day(last_day(deadline, happened_on)) if happened_on else None
    return Step(
        result=result,
        filing=filing,
        due=due,
        late=due is not None and due < on,
        within=f"{deadline.months}月以内" if deadline.months else f"{deadline.days}日以内",
        within_article=deadline.article,
    )
