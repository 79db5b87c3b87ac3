"""The only writer of accounts and roles. Each needs MANAGE_STAFF; none is for oneself."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from allauth.mfa.models import Authenticator
from axes.models import AccessAttempt
from django.db import transaction

from kokunen.access import assignments, orders, personnel, queries
from kokunen.access.assignments import Held
from kokunen.access.domain import HELD_IN, KIND_NAMES, ROLE_NAMES, Role
from kokunen.access.models import FormerPassword, Staff
from kokunen.access.passwords import initial
from kokunen.access.session_operations import end_all
from kokunen.access.sessions import Ending
from kokunen.access.writing import (
    UnableToManageStaff,
    entitled,
    locked,
    open_account,
    record_staff,
    replace_assignments,
    set_active,
)
from kokunen.audit.domain import Act
from kokunen.audit.operations import record

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import date

    from kokunen.audit.domain import Occasion


@dataclass(frozen=True, slots=True, kw_only=True)
class Applied:
    """What a personnel file did: accounts opened and changed, lines that were in place already."""

    lines: int
    opened: tuple[str, ...]
    changed: tuple[str, ...]


def create(
    *,
    staff_number: str,
    name: str,
    kana: str,
    start: date,
    end: date | None = None,
    person_number: int | None = None,
    occasion: Occasion,
) -> int:
    """Open an account without a role and without a password; return its id.

    It can be used from ``start`` up to but without ``end``. ``person_number`` (宛名番号) lets the
    review of the record find look-ups of one's own data.
    """
    operation = "access.create_staff"
    entitled(operation, occasion)
    with transaction.atomic():
        if Staff.objects.filter(staff_number=staff_number).exists():
            raise UnableToManageStaff(
                "その職員番号はもう登録されています。",
                fix="職員番号を確かめてください。",
                field="staff_number",
            )
        one = open_account(
            staff_number, name=name, kana=kana, start=start, end=end, occasion=occasion
        )
        if person_number is not None:
            Staff.objects.filter(pk=one.pk).update(person_number=person_number)
        record_staff(operation, one, occasion, [("active", "", f"{start}/{end or ''}")])
    return one.pk


def assign(
    *,
    staff_number: str,
    role: Role,
    department: str,
    branch: str | None = None,
    start: date,
    end: date | None = None,
    occasion: Occasion,
) -> None:
    """Give a role in a department from ``start`` up to but without ``end``, over what was before.

    Raises UnableToManageStaff when the role cannot be held in that kind of department.
    """
    operation = "access.assign"
    entitled(operation, occasion, about=staff_number)
    with transaction.atomic():
        one = locked(staff_number)
        kind = queries.office().departments.get(department)
        if kind is None or role not in HELD_IN[kind]:
            raise UnableToManageStaff(
                f"役割「{ROLE_NAMES[role]}」は"
                + (f"{KIND_NAMES[kind]}の所属では持てません。" if kind else "登録のない所属です。"),
                fix="所属か役割を確かめてください。",
                field="department",
            )
        if end is not None and end <= start:
            raise UnableToManageStaff(
                "終わりの日が始まりの日より後ではありません。",
                fix="日付の順を確かめてください。",
                field="end",
            )
        new = Held(role=role, department=department, branch=branch, start=start, end=end)
        now = queries.accounts([staff_number])[staff_number].held
        replace_assignments(
            one, assignments.laid_over(now, new), operation, occasion, source="administrator"
        )


def end_role(*, staff_number: str, role: Role, on: date, occasion: Occasion) -> None:
    """End a role on a day (its first day without); from that day it opens nothing."""
    operation = "access.end_role"
    entitled(operation, occasion, about=staff_number)
    with transaction.atomic():
        one = locked(staff_number)
        now = queries.accounts([staff_number])[staff_number].held
        remaining = assignments.taken_away(now, role, on)
        if remaining == now:
            raise UnableToManageStaff(
                "その日より後に、この役割は発令されていません。",
                fix="役割と日を確かめてください。",
                field="role",
            )
        replace_assignments(one, remaining, operation, occasion, source="administrator")


def end(*, staff_number: str, on: date, occasion: Occasion) -> None:
    """Close an account on a day (its first day without), with every role and every stay."""
    operation = "access.end_staff"
    entitled(operation, occasion, about=staff_number)
    with transaction.atomic():
        one = locked(staff_number)
        if on < one.active.lower:
            raise UnableToManageStaff(
                "登録の始まりより前の日です。", fix="日を確かめてください。", field="on"
            )
        now = queries.accounts([staff_number])[staff_number].held
        set_active(one, one.active.lower, on, operation, occasion)
        replace_assignments(
            one, assignments.cut(now, on), operation, occasion, source="administrator"
        )


def unlock(*, staff_number: str, occasion: Occasion) -> None:
    """Forget the failures counted against an account, so that it can be signed in to again."""
    operation = "access.unlock"
    entitled(operation, occasion, about=staff_number)
    with transaction.atomic():
        one = locked(staff_number)
        before = queries.failures(staff_number)
        AccessAttempt.objects.filter(username=staff_number).delete()
        record_staff(operation, one, occasion, [("failures", str(before), "0")])


def issue_password(*, staff_number: str, occasion: Occasion) -> str:
    """Set a one-time initial password and return it: it is shown once and stored nowhere.

    It must be changed at the next sign-in. Every stay of the account ends.
    """
    operation = "access.issue_password"
    entitled(operation, occasion, about=staff_number)
    with transaction.atomic():
        one = locked(staff_number)
        if one.has_usable_password():
            FormerPassword.objects.create(staff=one, password=one.password, recorded_at=occasion.at)
        password = initial()
        one.set_password(password)
        one.must_change_password = True
        one.save(update_fields=["password", "must_change_password"])
        record_staff(operation, one, occasion, [("password", "", "")])
        end_all(staff=one.pk, ending=Ending.ENDED, occasion=occasion)
    return password


def reset_second_factor(*, staff_number: str, occasion: Occasion) -> None:
    """Take away the second factor and the recovery codes; the next sign-in sets them up anew."""
    operation = "access.reset_second_factor"
    entitled(operation, occasion, about=staff_number)
    with transaction.atomic():
        one = locked(staff_number)
        Authenticator.objects.filter(user=one).delete()
        record_staff(operation, one, occasion, [("second_factor", "", "")])
        end_all(staff=one.pk, ending=Ending.ENDED, occasion=occasion)


def apply_personnel(*, content: bytes, occasion: Occasion) -> Applied:
    """Carry out a personnel file, all of it or nothing; the same file again changes nothing.

    Raises personnel.UnableToApplyPersonnel with the line, column, fault and remedy of each fault.
    """
    operation = "access.apply_personnel"
    entitled(operation, occasion)
    with transaction.atomic():
        lines = personnel.parse(personnel.decoded(content), office=queries.office())
        numbers = sorted({line.staff_number for line in lines})
        # One order for all locks, so that two files at once cannot wait for each other.
        list(Staff.objects.select_for_update().filter(staff_number__in=numbers).order_by("pk"))
        known = queries.accounts(numbers)
        changed = orders.carried_out(lines, known)
        _without_oneself(lines, changed, occasion)
        for number, account in changed.items():
            _carry_out(number, account, known.get(number), operation, occasion)
        record(
            act=Act.RUN,
            operation=operation,
            occasion=occasion,
            outcome=f"lines={len(lines)} changed={len(changed)}",
        )
    opened = tuple(number for number in changed if number not in known)
    return Applied(
        lines=len(lines),
        opened=opened,
        changed=tuple(number for number in changed if number in known),
    )


def _without_oneself(
    lines: Iterable[personnel.Line], changed: Iterable[str], occasion: Occasion
) -> None:
    if occasion.staff is None or occasion.staff_number not in changed:
        return
    raise personnel.UnableToApplyPersonnel(
        personnel.Fault(
            line=line.line,
            field="職員番号",
            what="自分の役割は変えられません。",
            fix="この行を除き、別の管理者に読み込んでもらってください。",
        )
        for line in lines
        if line.staff_number == occasion.staff_number
    )


def _carry_out(
    number: str,
    account: orders.Account,
    known: orders.Account | None,
    operation: str,
    occasion: Occasion,
) -> None:
    if known is None:
        one = open_account(
            number,
            name=account.name,
            kana=account.kana,
            start=account.start,
            end=account.end,
            occasion=occasion,
        )
        record_staff(
            operation, one, occasion, [("active", "", f"{account.start}/{account.end or ''}")]
        )
    else:
        one = Staff.objects.get(staff_number=number)
        named = [
            field for field in ("name", "kana") if getattr(known, field) != getattr(account, field)
        ]
        if named:
            one.name, one.kana = account.name, account.kana
            one.save(update_fields=named)
            record_staff(operation, one, occasion, [(field, "", "") for field in named])
        if (known.start, known.end) != (account.start, account.end):
            set_active(one, account.start, account.end, operation, occasion)
    replace_assignments(one, account.held, operation, occasion, source="personnel")
