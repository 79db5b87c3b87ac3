"""Rows of the register as values, and values as columns: what operations and queries share."""

from __future__ import annotations

import json
from dataclasses import fields
from datetime import date, datetime
from functools import cache
from types import NoneType
from typing import TYPE_CHECKING, Any, Final, get_args, get_type_hints
from uuid import UUID

from django.db import connection
from django.db.models import CharField

from kokunen.people import models
from kokunen.people.codes import Code, Source
from kokunen.people.domain import VALUES, Recorded, Value
from kokunen.people.periods import Period

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Mapping

    from django.db.models import Manager

MODELS: Final[Mapping[str, type[models.Fact]]] = {
    model._meta.db_table.removeprefix("people_"): model  # noqa: SLF001 - Django's public name for it
    for model in models.FACTS
}
"""The table of every kind of fact."""


def table(kind: str) -> Manager[Any]:
    """Return the rows of a kind of fact."""
    return MODELS[kind]._default_manager  # noqa: SLF001 - Django's public name for it


_TOGETHER: Final = """
SELECT f.kind, f.fact::text, e.reason, c.checked_by, c.checked_at, s.recorded_by
FROM ({facts}) AS f
JOIN people_entry e ON e.request_id = f.entry_id
LEFT JOIN people_check c ON c.entry_id = f.entry_id
LEFT JOIN people_entry s ON s.request_id = f.superseded_entry_id
ORDER BY f.kind, f.begins NULLS FIRST, f.recorded_at, f.id
"""
_ONE: Final = """
SELECT '{kind}' AS kind, to_jsonb(t) AS fact, t.entry_id, t.superseded_entry_id,
    lower(t.valid) AS begins, t.recorded_at, t.id
FROM people_{kind} t WHERE t.person_id = ANY(%(people)s) AND {known}
"""
_CURRENT: Final = "t.superseded_at IS NULL"
_KNOWN: Final = "t.recorded_at <= %(at)s AND (t.superseded_at IS NULL OR t.superseded_at > %(at)s)"
_RECORDED: Final = "t.recorded_at <= %(at)s"


def load(
    *,
    person: int,
    kinds: Collection[str],
    known_at: datetime | None = None,
    superseded: bool = False,
) -> dict[str, tuple[Recorded[Value], ...]]:
    """Return the facts of a person by kind, oldest period first, in one query.

    ``known_at`` gives what was known at that time; ``superseded`` gives every row, also those that
    no longer stand. What the database hides from the role is not among them.
    """
    return load_each(people=[person], kinds=kinds, known_at=known_at, superseded=superseded)[person]


def load_each(
    *,
    people: Collection[int],
    kinds: Collection[str],
    known_at: datetime | None = None,
    superseded: bool = False,
) -> dict[int, dict[str, tuple[Recorded[Value], ...]]]:
    """Return of each of some people what `load` returns, in one query."""
    if superseded:
        known = "true" if known_at is None else _RECORDED
    else:
        known = _CURRENT if known_at is None else _KNOWN
    facts = " UNION ALL ".join(_ONE.format(kind=kind, known=known) for kind in sorted(kinds))
    found: dict[int, dict[str, list[Recorded[Value]]]] = {
        person: {kind: [] for kind in kinds} for person in people
    }
    if kinds:
        with connection.cursor() as cursor:
            cursor.execute(_TOGETHER.format(facts=facts), {"people": list(people), "at": known_at})
            for kind, fact, *around in cursor.fetchall():
                row = json.loads(fact)
                found[row["person_id"]][kind].append(_recorded(kind, row, tuple(around), known_at))
    return {
        person: {kind: tuple(facts) for kind, facts in each.items()}
        for person, each in found.items()
    }


def _recorded(
    kind: str, row: Mapping[str, Any], around: tuple[Any, ...], known_at: datetime | None
) -> Recorded[Value]:
    reason, checked_by, checked_at, superseded_by = around
    superseded_at = _time(row["superseded_at"])
    if known_at is not None:
        # What happened after that time was not known at it.
        if superseded_at is not None and superseded_at > known_at:
            superseded_at = superseded_by = None
        if checked_at is not None and checked_at > known_at:
            checked_at = checked_by = None
    return Recorded(
        id=row["id"],
        entry=UUID(row["entry_id"]),
        value=value_of(kind, row),
        valid=_period(row["valid"]),
        source=Source(row["source"]),
        source_ref=row["source_ref"],
        recorded_at=datetime.fromisoformat(row["recorded_at"]),
        recorded_by=row["recorded_by"],
        reason=reason,
        checked_by=checked_by,
        checked_at=checked_at,
        superseded_at=superseded_at,
        superseded_by=superseded_by,
    )


def _time(text: str | None) -> datetime | None:
    return None if text is None else datetime.fromisoformat(text)


def _period(text: str) -> Period:
    start, end = text[1:-1].split(",")
    return Period(
        start=date.fromisoformat(start) if start else None,
        end=date.fromisoformat(end) if end else None,
    )


def value_of(kind: str, row: Mapping[str, Any]) -> Value:
    """Return the value in a row, whose days may be dates or ISO texts."""
    return VALUES[kind](
        **{name: read(row[column]) for name, (column, read) in _readers(kind).items()}
    )


def columns_of(value: Value) -> dict[str, Any]:
    """Return a value as the columns of its table; a code that is not known becomes empty."""
    meta = MODELS[value.KIND]._meta  # noqa: SLF001 - as above
    found = {}
    for name, (column, _) in _readers(value.KIND).items():
        given = getattr(value, name)
        if given is None and isinstance(meta.get_field(name), CharField):
            given = ""
        found[column] = given.value if isinstance(given, Code) else given
    return found


@cache
def _readers(kind: str) -> Mapping[str, tuple[str, Callable[[Any], Any]]]:
    """Return for each part of a value its column and what reads it."""
    value, meta = VALUES[kind], MODELS[kind]._meta  # noqa: SLF001 - as above
    hints = get_type_hints(value)
    columns = {column.name: column.attname for column in meta.concrete_fields}
    return {part.name: (columns[part.name], _reader(hints[part.name])) for part in fields(value)}


def _reader(hint: Any) -> Callable[[Any], Any]:  # noqa: ANN401 - a type hint is anything
    (kind,) = (each for each in get_args(hint) or (hint,) if each is not NoneType)
    if issubclass(kind, Code):
        return lambda given: kind(given) if given else None
    return _day if kind is date else _plain


def _day(given: str | date | None) -> date | None:
    return date.fromisoformat(given) if isinstance(given, str) else given


def _plain(given: Any) -> Any:  # noqa: ANN401 - texts, counts and amounts pass as they are
    return given


def current(facts: Iterable[Recorded[Value]], on: date) -> Recorded[Value] | None:
    """Return the first of the facts that holds on a day."""
    return next((fact for fact in facts if on in fact.valid), None)
