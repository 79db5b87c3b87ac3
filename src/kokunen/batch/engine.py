"""What the door and the engines of a batch say to each other."""

from __future__ import annotations

from typing import Final, NamedTuple, Protocol

from kokunen.dates.errors import Refusal

STAGES: Final = ("people", "incomes", "assess")


class Progress(Protocol):
    """Told how far a run is: the stage (one of `STAGES`) and the rows done in it so far.

    It is called from other threads, one call at a time, some hundred times in ten million rows.
    """

    def __call__(self, stage: str, done: int, /) -> None:
        """Hear that so many rows of a stage are done."""


class Summary(NamedTuple):
    """What a run did, in rows: people read, answers written, rows set aside.

    ``incomes_of_nobody`` counts rows of incomes whose person is not among the people; they change
    nothing, since a tax register may know more people than were asked about.
    """

    people: int
    written: int
    set_aside: int
    incomes_of_nobody: int


class UnableToAssess(Refusal):
    """No month, an unknown engine, or an engine that is not installed."""

    code = "invalid_request"
