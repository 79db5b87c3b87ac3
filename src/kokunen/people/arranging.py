"""Facts of many people rearranged in one transaction: what a register file does in bulk.

The caller works out which rows stop standing and which are made; here it is written, with an entry
for each act, a line in the record for each person, and every rule held at the end. What would be
asked for each person apart is asked once for all.
"""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from django.db import connection
from psycopg.types.range import Range

from kokunen.access.openings.operations import refusals_recorded
from kokunen.access.openings.queries import standing
from kokunen.audit.domain import Change
from kokunen.audit.operations import record_changes
from kokunen.people import rows
from kokunen.people.codes import Source
from kokunen.people.domain import MembershipValue, Value
from kokunen.people.entering import (
    PROGRAM,
    UnableToRecordFact,
    already_corrected,
    reachable,
    understandable,
)
from kokunen.people.found import refresh_all
from kokunen.people.locks import lock
from kokunen.people.models import Entry, Household, Person
from kokunen.people.periods import Period

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping, Sequence
    from uuid import UUID

    from kokunen.audit.domain import Occasion


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """A row of the register: in force, or ``superseded`` (by the row ``superseded_by``, if any)."""

    id: int
    value: Value
    valid: Period
    source: Source
    source_ref: str
    superseded: bool = False
    superseded_by: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Made:
    """A fact to be made; ``own`` when the act states it, and not what is left of another fact."""

    value: Value
    valid: Period
    source: Source
    source_ref: str
    own: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Arrangement:
    """One act: of one person, the rows that stop standing and what is made.

    ``new``: the person (宛名番号) is not registered yet. ``case``: what is carried out, and
    ``maker``: who wrote it down (access_staff.id; None: who acts), where a program enters a filing.
    """

    request_id: UUID
    person: int
    gone: Sequence[Row]
    made: Sequence[Made]
    new: bool = False
    reason: str = ""
    case: int | None = None
    maker: int | None = None


@dataclass(slots=True, kw_only=True)
class Arranging:
    """The acts under way. A person may be part of several, one after the other."""

    operation: str
    occasion: Occasion
    _changes: dict[tuple[int, int | None], list[Change]] = field(default_factory=dict)
    _kinds: dict[int, set[str]] = field(default_factory=dict)

    def enter(self, arrangements: Sequence[Arrangement]) -> tuple[tuple[tuple[str, int], ...], ...]:
        """Write acts, each of another person, and return of each the (kind, id) of its own facts.

        Raises ``UnableToRecordFact``; what two people may not both have is seen at the end.
        """
        at = self.occasion.at
        for made in (made for each in arrangements for made in each.made):
            problem = made.value.problem(made.valid)
            if problem is not None:
                message, fix, where = problem
                raise UnableToRecordFact(message, fix=fix, field=where)
        Person.objects.bulk_create(
            Person(id=each.person, created_at=at) for each in arrangements if each.new
        )
        Household.objects.bulk_create(
            (Household(id=number, created_at=at) for number in _households(arrangements)),
            ignore_conflicts=True,
        )
        ids = self._insert(arrangements)
        self._supersede(arrangements, ids)
        own = tuple(
            tuple(
                (made.value.KIND, row)
                for made, row in zip(each.made, made_ids, strict=True)
                if made.own
            )
            for each, made_ids in zip(arrangements, ids, strict=True)
        )
        Entry.objects.bulk_create(
            Entry(
                request_id=each.request_id,
                operation=self.operation,
                person_id=each.person,
                recorded_at=at,
                recorded_by=self._maker(each),
                reason=each.reason,
                rows=[list(row) for row in facts],
            )
            for each, facts in zip(arrangements, own, strict=True)
        )
        return own

    def _maker(self, act: Arrangement) -> int:
        return (self.occasion.staff or PROGRAM) if act.maker is None else act.maker

    def _insert(self, arrangements: Sequence[Arrangement]) -> list[list[int]]:
        ids = [[0] * len(each.made) for each in arrangements]
        places: dict[str, list[tuple[int, int]]] = {}
        for act, each in enumerate(arrangements):
            for fact, made in enumerate(each.made):
                places.setdefault(made.value.KIND, []).append((act, fact))
        for kind, found in sorted(places.items()):
            model = rows.MODELS[kind]
            given = [self._row(model, arrangements[act], fact) for act, fact in found]
            for (act, fact), row in zip(found, rows.table(kind).bulk_create(given), strict=True):
                ids[act][fact] = row.pk
                made = arrangements[act].made[fact]
                columns = rows.columns_of(made.value).items()
                filled = ["valid", *(name for name, said in columns if said not in ("", None))]
                self._account(arrangements[act], kind, [(row.pk, name, "") for name in filled])
        return ids

    def _row(self, model: type[Any], act: Arrangement, fact: int) -> Any:  # noqa: ANN401 - a row of any of the tables
        made = act.made[fact]
        return model(
            person_id=act.person,
            valid=Range(made.valid.start, made.valid.end),
            source=made.source.value,
            source_ref=made.source_ref,
            entry_id=act.request_id,
            recorded_at=self.occasion.at,
            recorded_by=self._maker(act),
            **rows.columns_of(made.value),
        )

    def _supersede(self, arrangements: Sequence[Arrangement], ids: list[list[int]]) -> None:
        """Mark the rows that stop standing, each with what took its place."""
        gone: dict[str, list[tuple[int, UUID, int | None]]] = {}
        for each, made_ids in zip(arrangements, ids, strict=True):
            made = tuple(zip(each.made, made_ids, strict=True))
            for row in each.gone:
                by = _successor(row, made)
                gone.setdefault(row.value.KIND, []).append((row.id, each.request_id, by))
                self._account(
                    each,
                    row.value.KIND,
                    [(row.id, "superseded_by_id", "" if by is None else str(by))],
                )
        for kind, found in sorted(gone.items()):
            with connection.cursor() as cursor:
                cursor.execute(
                    f"UPDATE people_{kind} t SET superseded_at = %s, superseded_by_id = n.by,"  # noqa: S608 - a name of our own
                    " superseded_entry_id = n.entry"
                    " FROM unnest(%s::bigint[], %s::uuid[], %s::bigint[]) AS n(id, entry, by)"
                    " WHERE t.id = n.id AND t.superseded_at IS NULL",
                    [self.occasion.at, *map(list, zip(*found, strict=True))],
                )
                if cursor.rowcount != len(found):
                    raise already_corrected()

    def _account(self, act: Arrangement, kind: str, changed: list[tuple[int, str, str]]) -> None:
        self._changes.setdefault((act.person, act.case), []).extend(
            Change(table=f"people_{kind}", row=str(row), field=name, after=after)
            for row, name, after in changed
        )
        self._kinds.setdefault(act.person, set()).add(kind)

    def close(self) -> None:
        """Keep the search keys, write the lines of the record, hold every rule."""
        refresh_all(self._kinds)
        record_changes(
            (
                self.operation,
                self.occasion if case is None else replace(self.occasion, case=case),
                person,
                changes,
            )
            for (person, case), changes in self._changes.items()
        )
        with connection.cursor() as cursor:
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")


def _successor(row: Row, made: Sequence[tuple[Made, int]]) -> int | None:
    """Return what took a row's place: what the act states, or the piece that is left of the row."""
    found = [
        (not fact.own, number)
        for fact, number in made
        if fact.value.KIND == row.value.KIND
        and fact.value.lane() == row.value.lane()
        and fact.valid.overlaps(row.valid)
        and (fact.own or fact.source_ref == row.source_ref)
    ]
    return min(found)[1] if found else None


def _period(valid: Range[Any]) -> Period:
    return Period(start=valid.lower, end=valid.upper)


def _households(arrangements: Sequence[Arrangement]) -> list[int]:
    return sorted(
        {
            made.value.household
            for each in arrangements
            for made in each.made
            if isinstance(made.value, MembershipValue)
        }
    )


@contextmanager
def arranging(
    *,
    operation: str,
    occasion: Occasion,
    people: Collection[int],
    kinds: Collection[str],
    opening: UUID | None = None,
) -> Iterator[Arranging]:
    """Lock people, let their facts be rearranged, and hold every rule when the block is left.

    ``people`` may name some who are not registered. Raises what ``people.operations`` raises; then
    nothing of the block stands.
    """
    act = Arranging(operation=operation, occasion=occasion)
    with (
        refusals_recorded(operation=operation, occasion=occasion),
        understandable(),
        standing(opening, occasion.staff),
    ):
        lock([f"people_person {each}" for each in sorted(people)])
        with reachable(people, kinds, occasion):
            yield act
            act.close()


def known(people: Collection[int]) -> frozenset[int]:
    """Return who of these people is registered."""
    return frozenset(Person.objects.filter(pk__in=people).values_list("pk", flat=True))


def rows_of(
    *, people: Collection[int], kinds: Collection[str], superseded: bool = False
) -> Mapping[int, tuple[Row, ...]]:
    """Return the rows of people, in force or (``superseded``) all; within ``arranging`` only."""
    found: dict[int, list[Row]] = {person: [] for person in people}
    for kind in kinds:
        asked = rows.table(kind).filter(person_id__in=people)
        if not superseded:
            asked = asked.filter(superseded_at=None)
        for row in asked.order_by("id").values():
            found[row["person_id"]].append(
                Row(
                    id=row["id"],
                    value=rows.value_of(kind, row),
                    valid=_period(row["valid"]),
                    source=Source(row["source"]),
                    source_ref=row["source_ref"],
                    superseded=row["superseded_at"] is not None,
                    superseded_by=row["superseded_by_id"],
                )
            )
    return {person: tuple(each) for person, each in found.items()}


def source_ref_of(*, kind: str, row: int) -> str:
    """Return the source_ref of a row, "" when there is none."""
    return rows.table(kind).filter(pk=row).values_list("source_ref", flat=True).first() or ""
