"""The desk's morning: some fifty cases in every state, a few late, and a first case to receive.

They are received, examined and forwarded through the operations like those of the year (`living`),
by the staff of the demonstration; those whose sign-in is printed hold some of them themselves.
"""

from __future__ import annotations

from contextlib import closing
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from random import Random
from typing import TYPE_CHECKING, Any, Final

from kokunen.access.domain import Role
from kokunen.cases.catalogue.kinds import Filer
from kokunen.cases.domain import Channel, State, StepKind
from kokunen.dates.business import previous_business_day
from kokunen.dates.tokyo import TOKYO
from kokunen.demo import grants, guided, ledger, load, staff
from kokunen.demo.desk import open_desk
from kokunen.demo.living import Life
from kokunen.demo.script import Fate, Move
from kokunen.demo.townsfolk import homes
from kokunen.demo.year import Filed, Plan

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from fractions import Fraction

    from kokunen.demo.city import City
    from kokunen.demo.living import Failure
    from kokunen.demo.townsfolk import Townsman
    from kokunen.people.domain import IncomeValue

    _Fits = Callable[[Townsman, date], bool]

_STORY: Final = "morning"
_SENT: Final = (StepKind.EXAMINED, StepKind.FORWARDED)
_WAYS: Final = (
    # State, how many, the steps that lead there, days since the receipt (from, to).
    (State.RECEIVED, 13, (), (0, 9)),
    (State.RECEIVED, 3, (), (20, 40)),  # late
    (State.INCOMPLETE, 5, (StepKind.ASKED,), (5, 30)),
    (State.SENT_BACK, 3, (StepKind.SENT_BACK,), (2, 8)),
    (State.EXAMINED, 7, (StepKind.EXAMINED,), (3, 12)),
    (State.FORWARDED, 11, _SENT, (20, 120)),
    (State.RETURNED, 3, (*_SENT, StepKind.RETURNED), (30, 50)),
    (State.DECIDED, 5, (*_SENT, StepKind.GRANTED), (60, 90)),
    (State.NOTIFIED, 3, (*_SENT, StepKind.GRANTED, StepKind.NOTIFIED), (60, 90)),
    (State.CLOSED, 3, (*_SENT, StepKind.GRANTED, StepKind.NOTIFIED, StepKind.CLOSED), (60, 100)),
    (State.WITHDRAWN, 1, (StepKind.WITHDRAWN,), (10, 30)),
)
_SEEN: Final = {"identity": "card", "authority": "not_needed"}
_APPLIES: Final = {"student": False, "continuation": True, **_SEEN}


def _insured(one: Townsman, day: date) -> bool:
    young = 20 < one.age(day) < 58  # noqa: PLR2004 - who attains 20 or 60 has another story
    longer = one.since is not None and one.since < day - timedelta(days=400)
    return one.category == "category_1" and not one.exemption and young and longer


def _employed(one: Townsman, day: date) -> bool:
    return one.category == "category_2" and 25 < one.age(day) < 58 and not one.claims  # noqa: PLR2004 - as above


def _retired(one: Townsman, day: date) -> bool:
    del day
    return any(claim.startswith("老齢") for claim in one.claims)


def _japanese(one: Townsman, day: date) -> bool:
    return _insured(one, day) and not one.foreign


_AT_THE_DESK: Final[tuple[tuple[str, _Fits, dict[str, Any], int], ...]] = (
    # A filing, who brings it, what it says, how many days after the event.
    ("exemption", _insured, _APPLIES, 0),
    ("acquisition", _employed, {"cause": "left_category_2"}, 8),
    ("exemption", _insured, _APPLIES, 0),
    ("category_change", _employed, {"cause": "left_category_2"}, 12),
    ("additional_on", _insured, {"fund": False}, 0),
    ("exemption", _insured, _APPLIES, 0),
    ("number_notice", _insured, {"reason": "lost"}, 0),
    ("support_benefit", _retired, {"kind": "old_age", "household_untaxed": True, **_SEEN}, 0),
    (
        "statutory_on",
        _japanese,
        {"cause": "livelihood_assistance", "proof": "assistance", **_SEEN},
        10,
    ),
    ("bank_change", _retired, {"pensions": ["old_age"], "account": "bank", **_SEEN}, 0),
)
OPEN: Final = sum(many for state, many, *_ in _WAYS if state not in (State.CLOSED, State.WITHDRAWN))
"""How many open cases there are in the morning, where there are people enough."""
_HELD: Final = frozenset({State.RECEIVED, State.INCOMPLETE, State.SENT_BACK, State.RETURNED})


def prepare(*, scale: Fraction, seed: int) -> tuple[Failure, ...]:
    """Leave the cases of the morning, once, in a city that lives no year; return what went wrong.

    Needs Django, connected as the owner, on the loaded city; from then on it is the web role's.
    """
    with closing(load.connect()) as connection:
        day = load.marked_day(connection)
        city = load.mark(connection, day=day, scale=scale, seed=seed)
        line = ledger.begin(connection, _STORY)
        if line is None or line.finished:
            return ()
        last = previous_business_day(day - timedelta(days=1))
        at = datetime.combine(last, time(8), TOKYO)
        ledger.as_web()
        guided.settle(day, seed=seed, at=at)
        guided.declare(connection, day, at=at)
        shown = tuple(
            one
            for one in staff.staff(seed)
            if one.shown and one.role in (Role.COUNTER, Role.EXAMINER)
        )
        life = Life(plan(city, last), open_desk(_STORY, seed, takers=shown))
        life.resume()
        for each in life.days:
            life.live(each)
        if not life.done.failures:
            ledger.finish(connection, _STORY, at)
    return tuple(life.done.failures)


@dataclass(frozen=True, slots=True)
class _Paper:
    """A filing that somebody brings, so many ``days`` after what it is about."""

    one: Townsman
    at_home: tuple[int, ...]
    filing: str
    says: dict[str, Any]
    days: int


def plan(city: City, last: date) -> Plan:
    """Return the cases, the last of whose steps lie on a working day. Pure."""
    random = Random(f"{city.seed}/{last}/morning")
    papers = _papers(city, random)
    filings: list[Filed] = []
    for state, many, kinds, (least, most) in _WAYS:
        for _ in range(many):
            paper = next(papers, None)
            if paper is None:
                break
            age = least + int(random.random() * (most - least + 1))
            received = previous_business_day(last - timedelta(days=age))
            # Half of those that wait for somebody are somebody's.
            taken = state in _HELD and random.random() < 0.5  # noqa: PLR2004 - see above
            steps = (StepKind.TAKEN, *kinds) if taken else kinds
            filings.append(_filed(random, f"morning/{len(filings)}", paper, received, last, steps))
    return Plan(
        year=last.year,
        changes=(),
        filings=tuple(sorted(filings, key=lambda each: each.on)),
        enquiries=(),
        until=last,
    )


def _filed(
    random: Random,
    key: str,
    paper: _Paper,
    received: date,
    last: date,
    steps: tuple[StepKind, ...],
) -> Filed:
    """Spread the steps evenly over the days since the receipt; who forwarded has waited since."""
    wait = (last - received).days
    parts = len(steps) + (steps[-1:] == (StepKind.FORWARDED,))
    moves = tuple(
        Move(kind, previous_business_day(received + timedelta(days=wait * at // parts)))
        for at, kind in enumerate(steps, start=1)
    )
    one, filing, says = paper.one, paper.filing, paper.says
    answer: dict[str, str] = {}
    incomes: tuple[tuple[int, IncomeValue], ...] = ()
    if filing == "exemption":
        year = grants.cycle(filing, received)
        says = {"cycles": [str(year)], **says}
        answer = grants.answer(filing, one, "full", year)
        incomes = tuple((each, grants.income(random, year, "full")) for each in paper.at_home)
    return Filed(
        key=key,
        filing=filing,
        person=one.number,
        on=received,
        event_on=received - timedelta(days=paper.days),
        channel=random.choice((Channel.COUNTER, Channel.COUNTER, Channel.POST, Channel.ONLINE)),
        branch=one.office if one.office != "00" and random.random() < 0.3 else "",  # noqa: PLR2004 - assumed
        filer=Filer.SELF,
        fate=Fate.COMPLETED if StepKind.ASKED in steps else Fate.SMOOTH,
        moves=moves,
        says=says,
        answer=answer,
        incomes=incomes,
    )


def _papers(city: City, random: Random) -> Iterator[_Paper]:
    """Draw somebody for each kind of filing in turn, everybody once."""
    everyone: list[Townsman] = []
    at_home: dict[int, tuple[int, ...]] = {}
    for home in homes(city):
        if not any(each.protected for each in home.members):
            everyone += home.members
            at_home[home.number] = tuple(each.number for each in home.members)
    random.shuffle(everyone)
    used: set[int] = set()
    kinds = list(_AT_THE_DESK)
    while kinds:
        for kind in tuple(kinds):
            filing, fits, says, days = kind
            found = next(
                (one for one in everyone if one.number not in used and fits(one, city.day)), None
            )
            if found is None:
                kinds.remove(kind)
                continue
            used.add(found.number)
            yield _Paper(found, at_home[found.household], filing, dict(says), days)
