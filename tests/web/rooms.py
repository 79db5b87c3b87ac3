"""An office for the tests of the screens: one member of staff for each role, and two people."""

from __future__ import annotations

import secrets
import time
from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING

from allauth.mfa.totp.internal.auth import TOTP, format_hotp_value, hotp_value
from django.contrib.auth.hashers import make_password
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from kokunen.access import operations, place_operations
from kokunen.access.domain import HELD_IN, Kind, Role
from kokunen.access.models import Staff
from kokunen.audit.domain import Occasion
from kokunen.people.queries import key_of
from tests.people import protected, register

if TYPE_CHECKING:
    from uuid import UUID

    from tests.office import Database

HERE = "10.1.0.1"
PASSWORD = "Kawa-no-Nagare7"  # noqa: S105 - an invented one, for invented people
PERSON, SHIELDED = 10001, 10002
STREET, TELEPHONE = "見本町", "090-0000-1234"
NAMED = "架空"
SETTINGS = {
    "PASSWORD_HASHERS": ["tests.access.doors.QuickArgon2"],
    "ALLOWED_HOSTS": ["testserver"],
}


@dataclass(frozen=True)
class Office:
    """The database, and the keys of an ordinary and of a protected person."""

    database: Database
    person: UUID
    shielded: UUID
    secrets: dict[str, str]

    def browser(self, role: Role, *, which: int = 1) -> Client:
        """Sign in as a role, with both factors, at the one terminal."""
        number = number_of(role, which)
        client = Client(REMOTE_ADDR=HERE)
        client.post(reverse("account_login"), {"login": number, "password": PASSWORD})
        code = format_hotp_value(hotp_value(self.secrets[number], int(time.time()) // 30))
        answer = client.post(reverse("mfa_authenticate"), {"code": code})
        assert answer.status_code == 302
        assert answer["Location"] == reverse("home")
        return client

    def entries(self, words: str = "true") -> list[tuple[object, ...]]:
        """Return (act, operation, staff_number, person, outcome) of the record, oldest first."""
        with self.database.owner() as owner:
            return owner.execute(
                "SELECT act, operation, staff_number, person, outcome FROM audit_entry"  # noqa: S608 - the tests' own words
                f" WHERE {words} ORDER BY id"
            ).fetchall()


def number_of(role: Role, which: int = 1) -> str:
    return f"{role.value[:6].upper().replace('_', '')}{which}"


def built(database: Database) -> Office:
    now = timezone.now()
    program = Occasion(at=now, staff=None, staff_number="test", department="", terminal="test")
    for kind in Kind:
        place_operations.set_department(
            code=kind.value, name=f"{kind.value}の課", kind=kind, occasion=program
        )
    place_operations.set_terminal(name="窓口1", address=HERE, occasion=program)
    keys = {}
    for role in Role:
        for which in (1, 2):
            keys[number_of(role, which)] = _hired(role, which, program)
    clerk = program.because(purpose="reception", reason="届出")
    register.register(PERSON, clerk)
    register.register(SHIELDED, clerk, household=70002)
    staffed = Occasion(
        at=now,
        staff=Staff.objects.get(staff_number=number_of(Role.EXAMINER)).pk,
        staff_number=number_of(Role.EXAMINER),
        department=Kind.PENSION.value,
        terminal="窓口1",
    )
    protected.protect(SHIELDED, staffed)
    return Office(database=database, person=key_of(PERSON), shielded=key_of(SHIELDED), secrets=keys)


def _hired(role: Role, which: int, program: Occasion) -> str:
    start = date(2026, 4, 1) - timedelta(days=365)
    number = number_of(role, which)
    operations.create(
        staff_number=number, name=f"職員 {number}", kana="ショクイン", start=start, occasion=program
    )
    kind = next(kind for kind in Kind if role in HELD_IN[kind])
    operations.assign(
        staff_number=number, role=role, department=kind.value, start=start, occasion=program
    )
    one = Staff.objects.get(staff_number=number)
    one.password, one.must_change_password = make_password(PASSWORD), False
    one.save()
    key = "".join(secrets.choice("ABCDEFGHIJKLMNOPQRSTUVWXYZ234567") for _ in range(32))
    TOTP.activate(one, key)
    return key
