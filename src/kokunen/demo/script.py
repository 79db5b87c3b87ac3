"""What becomes of a filing: its steps, each on a working day, to the closed case. Pure.

Assumed, as no document prints them: the shares of `FATES`; that the desk examines within three
working days and forwards within two more, that the agency answers a notification after 15 to 35
days and an application after 60 to 110 (about three months, facts.md §7), and that the notice goes
out within a week of the answer.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from functools import cache
from typing import TYPE_CHECKING, Final

from kokunen.cases.domain import StepKind
from kokunen.dates.business import next_business_day

if TYPE_CHECKING:
    from collections.abc import Mapping
    from random import Random


class Fate(StrEnum):
    """How a case goes."""

    SMOOTH = "smooth"
    COMPLETED = "completed"  # something lacks and is brought later (補正)
    SENT_BACK = "sent_back"  # the examiner finds a slip of the counter
    RETURNED = "returned"  # the agency returns it once (返戻)
    CORRECTED = "corrected"  # before it is forwarded
    REOPENED = "reopened"  # corrected after it was closed
    REFUSED = "refused"
    WITHDRAWN = "withdrawn"
    TAKEN_OVER = "taken_over"  # another clerk takes charge


FATES: Final[Mapping[Fate, int]] = {
    Fate.SMOOTH: 68,
    Fate.COMPLETED: 9,
    Fate.SENT_BACK: 4,
    Fate.RETURNED: 5,
    Fate.CORRECTED: 3,
    Fate.REOPENED: 1,
    Fate.REFUSED: 5,
    Fate.WITHDRAWN: 2,
    Fate.TAKEN_OVER: 3,
}
"""Weight of each."""

REASONS: Final[Mapping[StepKind, str]] = {
    StepKind.ASKED: "記入漏れがあるため、本人に確認を依頼",
    StepKind.COMPLETED: "本人から補正の連絡があった",
    StepKind.CORRECTED: "届書と突き合わせ、入力を訂正",
    StepKind.SENT_BACK: "届書の記載と入力が合わない",
    StepKind.REFUSED: "日本年金機構の審査で要件を満たさないとされた",
    StepKind.RETURNED: "添付書類の不足により返戻",
    StepKind.WITHDRAWN: "本人から取下げの申出があった",
}


@dataclass(frozen=True, slots=True)
class Move:
    """One step of a case after its receipt."""

    kind: StepKind
    on: date

    @property
    def reason(self) -> str:
        """Why the step is taken; empty where none is asked for."""
        return REASONS.get(self.kind, "")


@cache
def working_day(day: date) -> date:
    """Return the day, or the next one on which the city is open."""
    return next_business_day(day)


class _Pen:
    """Writes steps, each some days after the one before."""

    def __init__(self, random: Random, on: date) -> None:
        self.random = random
        self.on = on
        self.moves: list[Move] = []

    def write(self, kind: StepKind, least: int, most: int) -> None:
        days = least + int(self.random.random() * (most - least + 1))
        self.on = working_day(self.on + timedelta(days=days))
        self.moves.append(Move(kind, self.on))


def moves(random: Random, *, on: date, fate: Fate, decided: bool) -> tuple[Move, ...]:
    """Return the steps that follow the receipt ``on``; ``decided`` as in the catalogue."""
    pen = _Pen(random, on)
    if fate == Fate.WITHDRAWN:
        pen.write(StepKind.WITHDRAWN, 2, 20)
        return tuple(pen.moves)
    if fate == Fate.TAKEN_OVER:
        pen.write(StepKind.TAKEN, 0, 1)
    if fate == Fate.COMPLETED:
        pen.write(StepKind.ASKED, 0, 2)
        pen.write(StepKind.COMPLETED, 5, 25)
    if fate == Fate.SENT_BACK:
        pen.write(StepKind.SENT_BACK, 1, 3)
        pen.write(StepKind.CORRECTED, 0, 3)
    if fate == Fate.CORRECTED:
        pen.write(StepKind.CORRECTED, 0, 2)
    _onwards(pen, StepKind.RETURNED if fate == Fate.RETURNED else None, decided=decided)
    if fate == Fate.RETURNED:
        pen.write(StepKind.CORRECTED, 3, 15)
        _onwards(pen, None, decided=decided)
    pen.write(StepKind.REFUSED if fate == Fate.REFUSED else StepKind.GRANTED, 0, 0)
    _end(pen)
    if fate == Fate.REOPENED:
        pen.write(StepKind.CORRECTED, 5, 30)
        _onwards(pen, None, decided=decided)
        pen.write(StepKind.GRANTED, 0, 0)
        _end(pen)
    return tuple(pen.moves)


def _onwards(pen: _Pen, answer: StepKind | None, *, decided: bool) -> None:
    """Examine and forward, then wait for the agency: until the day of its answer."""
    pen.write(StepKind.EXAMINED, 1, 4)
    pen.write(StepKind.FORWARDED, 1, 3)
    least, most = (60, 110) if decided else (15, 35)
    days = least + int(pen.random.random() * (most - least + 1))
    pen.on = working_day(pen.on + timedelta(days=days))
    if answer is not None:
        pen.write(answer, 0, 0)


def _end(pen: _Pen) -> None:
    pen.write(StepKind.NOTIFIED, 1, 6)
    pen.write(StepKind.CLOSED, 0, 5)
