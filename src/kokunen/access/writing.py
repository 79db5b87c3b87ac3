"""What the operations of this package share: who may, which row, how roles are replaced."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db.backends.postgresql.psycopg_any import DateRange

from kokunen.access import queries
from kokunen.access.domain import Permission, Role, UnableToActWithoutPermission, permitted
from kokunen.access.models import Assignment, Staff
from kokunen.access.session_operations import end_all, refuse
from kokunen.access.sessions import Ending
from kokunen.audit.domain import Act, Change
from kokunen.audit.operations import record
from kokunen.dates.errors import Refusal
from kokunen.dates.tokyo import day_of

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import date

    from kokunen.access.assignments import Held
    from kokunen.audit.domain import Occasion


class UnableToManageStaff(Refusal):
    """The account, role or place asked for does not fit what is known."""

    code = "staff"


class UnableToManageOneself(Refusal):
    """Nobody gives, keeps or takes rights of their own."""

    code = "own_account"


def open_account(
    staff_number: str,
    *,
    name: str,
    kana: str,
    start: date,
    end: date | None,
    occasion: Occasion,
) -> Staff:
    """Insert an account without a password."""
    one = Staff(
        staff_number=staff_number,
        name=name,
        kana=kana,
        active=DateRange(start, end),
        created_at=occasion.at,
    )
    one.set_unusable_password()
    one.save()
    return one


def set_active(
    one: Staff, start: date, end: date | None, operation: str, occasion: Occasion
) -> None:
    """Change the days of an account, and end its stays when it is over."""
    before = f"{one.active.lower or ''}/{one.active.upper or ''}"
    one.active = DateRange(start, end)
    one.save(update_fields=["active"])
    record_staff(operation, one, occasion, [("active", before, f"{start}/{end or ''}")])
    if end is not None and end <= day_of(occasion.at):
        end_all(staff=one.pk, ending=Ending.ROLES_CHANGED, occasion=occasion)


def replace_assignments(
    one: Staff, held: Iterable[Held], operation: str, occasion: Occasion, *, source: str
) -> None:
    """Supersede what is no longer so, insert what is new, and end the stays if today changed."""
    wanted = set(held)
    rows = Assignment.objects.select_for_update().filter(staff=one, superseded_at=None)
    old = {queries.held(row): row for row in rows}
    gone = [row for value, row in old.items() if value not in wanted]
    for row in gone:
        row.superseded_at = occasion.at
        row.save(update_fields=["superseded_at"])
    changes = [_change(row, after="") for row in gone]
    for value in sorted(wanted - set(old), key=lambda new: (new.start, new.role)):
        row = Assignment.objects.create(
            staff=one,
            department_id=value.department,
            branch_id=value.branch,
            role=value.role,
            valid=DateRange(value.start, value.end),
            source=source,
            recorded_at=occasion.at,
            recorded_by=occasion.staff,
        )
        for before in gone:
            if before.role == row.role and before.superseded_by_id is None:
                before.superseded_by = row
                before.save(update_fields=["superseded_by"])
        changes.append(_change(row, after=f"{value.role} {value.start}/{value.end or ''}"))
    if not changes:
        return
    record(act=Act.WRITE, operation=operation, occasion=occasion, changes=changes)
    today = day_of(occasion.at)
    if _places(old, today) != _places(wanted, today):
        end_all(staff=one.pk, ending=Ending.ROLES_CHANGED, occasion=occasion)


def _places(held: Iterable[Held], day: date) -> set[tuple[Role, str, str | None]]:
    return {(one.role, one.department, one.branch) for one in held if one.on(day)}


def _change(row: Assignment, *, after: str) -> Change:
    before = "" if after else f"{row.role} {row.valid.lower}/{row.valid.upper or ''}"
    return Change(
        table="access_assignment", row=str(row.pk), field="valid", before=before, after=after
    )


def record_staff(
    operation: str, one: Staff, occasion: Occasion, fields: Iterable[tuple[str, str, str]]
) -> None:
    """Record fields of an account as written, each with what it was and is."""
    record(
        act=Act.WRITE,
        operation=operation,
        occasion=occasion,
        changes=[
            Change(table="access_staff", row=str(one.pk), field=field, before=before, after=after)
            for field, before, after in fields
        ],
    )


def locked(staff_number: str) -> Staff:
    """Return the account, locked for this transaction, or raise UnableToManageStaff."""
    one = Staff.objects.select_for_update().filter(staff_number=staff_number).first()
    if one is None:
        raise UnableToManageStaff(
            "その職員番号は登録されていません。",
            fix="職員番号を確かめてください。",
            field="staff_number",
        )
    return one


def entitled(operation: str, occasion: Occasion, *, about: str = "") -> None:
    """Pass for a program and for a manager of staff who acts about somebody else.

    A refusal is recorded before it is raised, in a transaction of its own.
    """
    if occasion.staff is None:
        return
    standing = queries.standing(staff=occasion.staff, day=day_of(occasion.at))
    try:
        permitted(Permission.MANAGE_STAFF, standing.roles if standing else ())
    except UnableToActWithoutPermission as refusal:
        refuse(operation=operation, occasion=occasion, outcome=refusal.code)
        raise
    if about and standing is not None and about == standing.staff_number:
        refuse(operation=operation, occasion=occasion, outcome=UnableToManageOneself.code)
        raise UnableToManageOneself(
            "自分のアカウントの役割や認証は、自分では変えられません。",
            fix="別のシステム管理の担当に頼んでください。",
        )
