"""Accounts for the demonstration: one sign-in for each role, drawn anew in every home.

Passwords and the keys of the second factor are random and stand in the file of `sign_ins` alone.
Needs Django, connected as the owner.
"""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Final

from allauth.mfa.adapter import get_adapter
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal import auth as totp
from django.contrib.auth.hashers import make_password
from django.db import connection, transaction
from django.db.backends.postgresql.psycopg_any import DateRange

from kokunen.access.domain import ROLE_NAMES
from kokunen.access.models import Assignment, Branch, Department, Staff, Terminal
from kokunen.access.passwords import initial
from kokunen.demo import sign_ins, staff
from kokunen.demo.places import OFFICES
from kokunen.demo.sheet import at
from kokunen.demo.sign_ins import SignIn

if TYPE_CHECKING:
    from datetime import date

TERMINALS: Final = (("デモ端末", "127.0.0.1"), ("デモ端末(IPv6)", "::1"))
"""This machine: the site listens nowhere else."""
_STALE: Final = 20


def prepare(*, day: date, seed: int) -> tuple[SignIn, ...]:
    """Make places, staff and roles that are missing; return the sign-ins, one for each role.

    Where the file and the database do not belong together (a start was interrupted, the file was
    deleted) the sign-ins are drawn anew.
    """
    everyone = staff.staff(seed)
    with transaction.atomic():
        if not Staff.objects.exists():
            _places()
            _people(everyone, day)
        shown = [one for one in everyone if one.shown]
        known = {one.staff_number: one for one in sign_ins.read()}
        if all(
            one.staff_number in known and _key(one.staff_number) == known[one.staff_number].key
            for one in shown
        ):
            return tuple(known[one.staff_number] for one in shown)
        drawn = tuple(_draw(one) for one in shown)
        # Before the commit: a file that the database does not agree with is drawn anew.
        sign_ins.write(drawn)
    return drawn


def _places() -> None:
    for office in OFFICES:
        Branch.objects.create(code=office.code, name=office.name)
    for one in staff.DEPARTMENTS:
        Department.objects.create(code=one.code, name=one.name, kind=one.kind.value)
    for name, address in TERMINALS:
        Terminal.objects.create(name=name, address=address, branch_id=OFFICES[0].code)


def _people(everyone: tuple[staff.Clerk, ...], day: date) -> None:
    start = day.replace(year=day.year - 2, day=1)
    recorded = at(start, 9)
    for one in everyone:
        account = Staff(
            id=one.id,
            staff_number=one.staff_number,
            name=one.name,
            kana=one.kana,
            active=DateRange(start, None),
            created_at=recorded,
            must_change_password=False,
        )
        account.set_unusable_password()
        # Every twentieth account stands in the report of stale ones; the others look used.
        used = one.id % _STALE != 0
        if used and not one.shown:
            account.last_login = at(day - timedelta(days=1 + one.id % 40), 9)
        account.save(force_insert=True)
        if used:
            _second_factor(one.id, totp.generate_totp_secret())
        Assignment.objects.create(
            staff_id=one.id,
            department_id=one.department,
            branch_id=one.branch,
            role=one.role.value,
            valid=DateRange(start, None),
            source="personnel",
            recorded_at=recorded,
        )
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT setval(pg_get_serial_sequence('access_staff', 'id'), max(id)) FROM access_staff"
        )


def _key(staff_number: str) -> str:
    """Return the key of the account's second factor as the database has it; empty: none."""
    found = Authenticator.objects.filter(
        user__staff_number=staff_number, type=Authenticator.Type.TOTP
    ).first()
    return "" if found is None else str(get_adapter().decrypt(found.data["secret"]))


def _second_factor(account: int, key: str) -> None:
    Authenticator.objects.filter(user_id=account).delete()
    Authenticator.objects.create(
        user_id=account,
        type=Authenticator.Type.TOTP,
        data={"secret": get_adapter().encrypt(key)},
    )


def _draw(one: staff.Clerk) -> SignIn:
    """Give an account a new password and a new second factor."""
    password, key = initial(), totp.generate_totp_secret()
    Staff.objects.filter(id=one.id).update(password=make_password(password))
    _second_factor(one.id, key)
    return SignIn(
        staff_number=one.staff_number,
        password=password,
        key=key,
        role=ROLE_NAMES[one.role],
        room=staff.room(one.department),
    )
