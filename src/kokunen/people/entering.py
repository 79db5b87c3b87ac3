"""One act of entering: its lock, its repeat, its rows, its line in the record.

What every operation of the register does around its own change, in one transaction.
"""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from django.db import DataError, IntegrityError, ProgrammingError, connection, transaction
from psycopg.errors import ExclusionViolation, InsufficientPrivilege
from psycopg.types.range import Range

from kokunen.access.openings.operations import refusals_recorded
from kokunen.access.openings.queries import standing
from kokunen.audit.domain import Act, Change
from kokunen.audit.operations import record
from kokunen.dates.errors import Refusal
from kokunen.people import rows
from kokunen.people.domain import VALUES
from kokunen.people.found import refresh
from kokunen.people.locks import lock
from kokunen.people.models import Check, Entry
from kokunen.people.periods import Period, cut

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping
    from datetime import date
    from uuid import UUID

    from kokunen.audit.domain import Occasion
    from kokunen.people.codes import Source
    from kokunen.people.domain import Value

PROGRAM = 0
"""The maker of what a program entered."""


class UnableToRepeat(Refusal):
    """The request number was used for something else."""

    code = "request_used"


class UnableToRecordFact(Refusal):
    """The fact contradicts itself, its period, or what is known of others."""

    code = "invalid_fact"


class UnableToReachSealed(Refusal):
    """What is to be changed is sealed: a protection measure, or income without a case."""

    code = "sealed"


@dataclass(frozen=True, slots=True, kw_only=True)
class Entered:
    """What an operation did; a repeat of the same request gives the same answer.

    ``rows`` are (kind, id) of the facts that were asked for, without leftover pieces.
    """

    request_id: UUID
    rows: tuple[tuple[str, int], ...]


@dataclass(slots=True, kw_only=True)
class Writing:
    """An act of entering under way. Facts are written through it, and it keeps the account.

    ``maker`` is whoever wrote down what is entered: access_staff.id, or a program.
    """

    operation: str
    occasion: Occasion
    request_id: UUID
    maker: int
    reason: str = ""
    done: Entered | None = None
    rows: list[tuple[str, int]] = field(default_factory=list)
    changes: dict[int, list[Change]] = field(default_factory=dict)
    kinds: dict[int, set[str]] = field(default_factory=dict)

    def insert(
        self, *, person: int, value: Value, valid: Period, source: Source | str, source_ref: str
    ) -> int:
        """Write one row and return its id."""
        columns = rows.columns_of(value)
        row = rows.table(value.KIND).create(
            person_id=person,
            valid=Range(valid.start, valid.end),
            source=str(source),
            source_ref=source_ref,
            entry_id=self.request_id,
            recorded_at=self.occasion.at,
            recorded_by=self.maker,
            **columns,
        )
        filled = ["valid", *(name for name, given in columns.items() if given not in ("", None))]
        self._account(person, value.KIND, [(row.pk, name, "", "") for name in filled])
        return int(row.pk)

    def supersede(self, *, person: int, kind: str, row: int, by: int | None) -> None:
        """Mark one row as superseded; it stays as it is."""
        changed = (
            rows.table(kind)
            .filter(pk=row, superseded_at=None)
            .update(
                superseded_at=self.occasion.at,
                superseded_by_id=by,
                superseded_entry_id=self.request_id,
            )
        )
        if changed != 1:
            raise already_corrected()
        self._account(person, kind, [(row, "superseded_by_id", "", "" if by is None else str(by))])

    def put(
        self,
        *,
        person: int,
        value: Value,
        valid: Period,
        source: Source | str,
        source_ref: str = "",
        instead_of: int | None = None,
    ) -> int:
        """Write a fact over what stands in its lane: old rows end, their other days remain.

        The row ``instead_of`` is replaced whole, and leaves no piece.
        """
        problem = value.problem(valid)
        if problem is not None:
            message, fix, where = problem
            raise UnableToRecordFact(message, fix=fix, field=where)
        standing_rows = {
            found["id"]: found
            for found in rows.table(value.KIND)
            .filter(person_id=person, superseded_at=None)
            .values()
        }
        lane = value.lane()
        competing = [
            (key, _period(found["valid"]))
            for key, found in standing_rows.items()
            if key != instead_of
            and lane is not None
            and rows.value_of(value.KIND, found).lane() == lane
        ]
        result = cut(competing, valid)
        made = self.insert(
            person=person, value=value, valid=valid, source=source, source_ref=source_ref
        )
        for key in (*result.superseded, *(() if instead_of is None else (instead_of,))):
            self.supersede(person=person, kind=value.KIND, row=key, by=made)
        for piece in result.leftovers:
            self.leave(person, value.KIND, standing_rows[piece.key], piece.valid)
        return made

    def leave(self, person: int, kind: str, found: Mapping[str, Any], valid: Period) -> int:
        """Write the piece of an old row that a new one left standing."""
        value, old = rows.value_of(kind, found), _period(found["valid"])
        moved = (value.AT_START if valid.start != old.start else ()) + (
            value.AT_END if valid.end != old.end else ()
        )
        empty = {part: VALUES[kind].__dataclass_fields__[part].default for part in moved}
        return self.insert(
            person=person,
            value=replace(value, **empty),
            valid=valid,
            source=found["source"],
            source_ref=found["source_ref"],
        )

    def _account(self, person: int, kind: str, changed: list[tuple[int, str, str, str]]) -> None:
        table = f"people_{kind}"
        self.changes.setdefault(person, []).extend(
            Change(table=table, row=str(row), field=name, before=before, after=after)
            for row, name, before, after in changed
        )
        self.kinds.setdefault(person, set()).add(kind)


def _period(valid: Range[date]) -> Period:
    return Period(start=valid.lower, end=valid.upper)


def already_corrected() -> Refusal:
    """Return the refusal of a row that no longer stands."""
    return UnableToRecordFact(
        "この記録は、開いた後に別の入力で訂正されました。",
        fix="画面を開き直し、今の記録を見てから入力してください。",
        field="row",
    )


@contextmanager
def writing(
    *,
    operation: str,
    occasion: Occasion,
    request_id: UUID,
    people: Collection[int],
    kinds: Collection[str],
    reason: str = "",
    opening: UUID | None = None,
    households: Collection[int] = (),
    maker: int | None = None,
) -> Iterator[Writing]:
    """Enter within one transaction: the lock, what was done before, the change, its record.

    The block must leave at once when ``done`` is set: the request was carried out before. People
    (and before them households) are locked in the order of their numbers, so that two clerks wait
    for each other and never deadlock. Refusals are recorded. ``maker`` is given where another than
    who acts wrote down what is entered; the entry is then checked by who acts.
    """
    locks = [f"people_household {each}" for each in sorted(households)]
    locks += [f"people_person {each}" for each in sorted(people)]
    one = next(iter(people)) if len(set(people)) == 1 else None
    act = Writing(
        operation=operation,
        occasion=occasion,
        request_id=request_id,
        maker=(occasion.staff or PROGRAM) if maker is None else maker,
        reason=reason,
    )
    with (
        refusals_recorded(operation=operation, occasion=occasion, person=one),
        understandable(),
        standing(opening, occasion.staff),  # it is the transaction, too
    ):
        lock(locks)
        act.done = _done_before(act, one)
        if act.done is not None:
            yield act
            return
        with reachable(people, kinds, occasion):
            yield act
            _close(act, one)


def _done_before(act: Writing, person: int | None) -> Entered | None:
    entry = Entry.objects.filter(pk=act.request_id).first()
    if entry is None:
        return None
    if (entry.operation, entry.person_id, entry.recorded_by) != (
        act.operation,
        person,
        act.maker,
    ):
        raise UnableToRepeat(
            "この要求番号は、別の入力で使われています。",
            fix="画面を開き直してから、もう一度入力してください。",
            field="request_id",
        )
    return Entered(request_id=act.request_id, rows=tuple((kind, row) for kind, row in entry.rows))


@contextmanager
def reachable(
    people: Collection[int], kinds: Collection[str], occasion: Occasion
) -> Iterator[None]:
    """Pass when what is to be changed is not sealed; open the incomes of the case meanwhile."""
    wanted = set(kinds)
    if "income" in wanted and occasion.case is None:
        raise UnableToReachSealed(
            "所得は、申請の案件を開いていないと扱えません。",
            fix="免除などの申請の案件番号を入れてください。",
            field="case",
        )
    with connection.cursor() as cursor:
        if wanted & {"address", "phone", "membership", "basic_number"}:
            cursor.execute(
                # The batch role brings the register up to date, protected persons included (0002).
                "SELECT 1 FROM people_person WHERE id = ANY(%s) AND protection_covers(id)"
                " AND NOT openings_stand(id, 'protected') AND current_user <> 'kokunen_batch'",
                [list(people)],
            )
            if cursor.fetchone() is not None:
                raise UnableToReachSealed(
                    "支援措置の対象者の住所・電話・世帯・年金番号は封じられています。",
                    fix="開示を申請し、別の職員の承認を受けてから入力してください。",
                )
        if occasion.case is None:
            yield
            return
        cursor.execute("SELECT set_config('kokunen.case', %s, true)", [str(occasion.case)])
        yield
        cursor.execute("SELECT set_config('kokunen.case', '', true)")


def _close(act: Writing, person: int | None) -> None:
    """Write the entry and its lines of the record, keep the search keys, hold every rule."""
    entered = Entry(
        request_id=act.request_id,
        operation=act.operation,
        person_id=person,
        recorded_at=act.occasion.at,
        recorded_by=act.maker,
        reason=act.reason,
        rows=[list(row) for row in act.rows],
    )
    entered.save(force_insert=True)
    if act.maker != PROGRAM and act.occasion.staff not in (None, act.maker):
        Check.objects.create(
            entry_id=act.request_id,
            recorded_by=act.maker,
            checked_by=act.occasion.staff,
            checked_at=act.occasion.at,
        )
    for number, changes in act.changes.items():
        refresh(person=number, kinds=act.kinds.get(number, set()))
        record(
            act=Act.WRITE,
            operation=act.operation,
            occasion=act.occasion,
            person=number,
            changes=changes,
        )
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")


_HELD = {
    "people_basic_number_of_one_person_at_a_time": (
        "その期間に同じ基礎年金番号を持つ別の人がいます。",
        "番号と期間を確かめてください。同じ人が二重に登録されていれば、日本年金機構に照会してください。",
        "number",
    ),
    "people_membership_one_head_at_a_time": (
        "その期間にはこの世帯に世帯主がいます。",
        "前の世帯主の続柄を先に変えるか、一緒に変えてください。",
        "head",
    ),
}


@contextmanager
def understandable() -> Iterator[None]:
    """Turn what the database refuses into words; the values themselves are never repeated."""
    try:
        yield
    except ProgrammingError as error:
        if not isinstance(error.__cause__, InsufficientPrivilege):
            raise
        raise UnableToReachSealed(
            "この案件は終わっているか、この人の所得を見る案件ではありません。",
            fix="審査する人を確かめ、開いている案件から入力してください。",
            field="case",
        ) from None
    except (IntegrityError, DataError) as error:
        cause = error.__cause__
        name = getattr(getattr(cause, "diag", None), "constraint_name", None) or ""
        if name.endswith("_superseded_by_an_entry"):
            # Somebody whose clock is ahead was faster: a row cannot end before it was recorded.
            raise already_corrected() from None
        message, fix, where = _HELD.get(
            name,
            (
                "同じ期間に重なる記録があります。",
                "画面を開き直し、今の記録と期間を確かめてください。",
                "valid",
            )
            if isinstance(cause, ExclusionViolation)
            else (
                "記録の形が決まりに合いません。",
                "桁数、日付、区分の組み合わせを確かめてください。",
                "",
            ),
        )
        raise UnableToRecordFact(message, fix=fix, field=where) from None


def reach(kind: str, row: int, occasion: Occasion, opening: UUID | None) -> dict[str, Any]:
    """Return a row that this act may see, superseded or not, or refuse."""
    with transaction.atomic(), standing(opening, occasion.staff), connection.cursor() as cursor:
        cursor.execute("SELECT set_config('kokunen.case', %s, true)", [str(occasion.case or "")])
        found = rows.table(kind).filter(pk=row).values().first()
        cursor.execute("SELECT set_config('kokunen.case', '', true)")
    with refusals_recorded(operation=f"people.reach_{kind}", occasion=occasion):
        if found is None:
            raise UnableToRecordFact(
                "訂正する記録が見つかりません。封じられた記録は、開示を受けてから訂正します。",
                fix="画面を開き直してください。支援措置の対象者なら、開示を申請してください。",
                field="row",
            )
    return found


def stands(kind: str, row: int) -> None:
    """Pass when the row is in force, or refuse: somebody was faster."""
    if not rows.table(kind).filter(pk=row, superseded_at=None).exists():
        raise already_corrected()
