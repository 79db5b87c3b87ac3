"""Which records of a chunk are applied together. Pure."""

from __future__ import annotations

from itertools import groupby
from typing import TYPE_CHECKING, Final

from kokunen.interchange.receivers.residents_domain import Notice

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from kokunen.interchange.receiving import Incoming

Group = tuple["Incoming", ...]
"""Records that one change is made of: the new head of a household, and everybody in it."""
CORRECTS: Final = frozenset({Notice.CORRECTION, Notice.CANCELLATION})


def waves(records: Sequence[Incoming]) -> Iterator[list[Group]]:
    """Give the groups in their order, together as long as nobody is in two of them."""
    wave: list[Group] = []
    people: set[int] = set()
    for group in _groups(records):
        touched = {record.values["person"] for record in group}
        alone = repeats(group) or any(kind_of(record) in CORRECTS for record in group)
        if wave and (alone or people & touched):
            yield wave
            wave, people = [], set()
        if alone:
            yield [group]
        else:
            wave.append(group)
            people |= touched
    if wave:
        yield wave


def _groups(records: Sequence[Incoming]) -> Iterator[Group]:
    for number, together in groupby(records, key=lambda record: record.values.get("group") or ""):
        if number:
            yield tuple(together)
        else:
            yield from ((record,) for record in together)


def repeats(group: Group) -> bool:
    """Tell whether somebody is in a group twice."""
    return len({record.values["person"] for record in group}) < len(group)


def kind_of(record: Incoming) -> Notice:
    """Return the 異動事由 of a record."""
    return Notice(record.values["kind"])
