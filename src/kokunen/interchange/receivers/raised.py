"""The case that a notice raised: it goes along with the notice until a person works on it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from kokunen.cases.domain import Channel, State
from kokunen.cases.operations import PROGRAM

if TYPE_CHECKING:
    from kokunen.cases.values import Case

UNTOUCHED: Final = frozenset({State.RECEIVED, State.INCOMPLETE, State.SENT_BACK})
"""States of a case that nobody has examined."""


def is_untouched(case: Case) -> bool:
    """Tell whether a program received a case ex officio, and no person has worked on it."""
    ours = case.channel is Channel.OFFICE and case.maker == PROGRAM
    return ours and case.state in UNTOUCHED
