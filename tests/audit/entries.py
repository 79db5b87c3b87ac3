"""What the tests of the record share."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING
from uuid import UUID

from django.db import transaction

from kokunen.audit import operations, verification
from kokunen.audit.domain import Act, Entry, Occasion
from kokunen.postgres.roles import Role
from tests import office

if TYPE_CHECKING:
    from typing import LiteralString

    from kokunen.audit.findings import Report
    from kokunen.audit.form import Seal
    from tests.office import Database

MORNING = datetime(2026, 11, 24, 1, 30, tzinfo=UTC)  # 10:30 in Japan, a Tuesday
CLERK = Occasion(
    at=MORNING,
    staff=101,
    staff_number="K00101",
    department="PENSION",
    terminal="窓口1",
    purpose="consultation",
    reason="来庁による相談",
)
PROGRAM = Occasion(
    at=MORNING, staff=None, staff_number="kokunen audit seal", department="", terminal="server"
)
ENTRY = Entry(
    id=UUID("019ab3c4-0000-7000-8000-000000000001"),
    at=MORNING,
    act="read",
    operation="people.person_page",
    staff=101,
    staff_number="K00101",
    department="PENSION",
    terminal="窓口1",
    purpose="consultation",
    reason="",
    case_id=None,
    person=12345,
    shown_name=True,
    shown_sex=False,
    shown_birth_date=False,
    shown_address=False,
    shown=("name",),
    changes=(),
    outcome="",
)


def look(person: int, *, occasion: Occasion = CLERK) -> UUID:
    """Record one look at a person, committed."""
    with transaction.atomic():
        return operations.record(
            act=Act.READ,
            operation="people.person_page",
            occasion=occasion,
            person=person,
            shown=("name", "address", "kana"),
        )


def seal(database: Database) -> tuple[Seal, ...]:
    """Seal as the batch role."""
    with database.django_as(Role.BATCH):
        sealed = operations.seal(occasion=PROGRAM)
    office.use(database.name, Role.WEB)
    return sealed


def verify(database: Database) -> Report:
    """Verify as the batch role."""
    with database.django_as(Role.BATCH):
        report = verification.verify(key=operations.key())
    office.use(database.name, Role.WEB)
    return report


def tamper(database: Database, *statements: LiteralString) -> None:
    """Run statements as the owner with the triggers off, as a dishonest administrator would."""
    with database.owner() as owner:
        owner.execute("ALTER TABLE audit_entry DISABLE TRIGGER audit_keep")
        owner.execute("ALTER TABLE audit_seal DISABLE TRIGGER audit_keep")
        for statement in statements:
            assert owner.execute(statement).rowcount != 0
        owner.execute("ALTER TABLE audit_entry ENABLE TRIGGER audit_keep")
        owner.execute("ALTER TABLE audit_seal ENABLE TRIGGER audit_keep")
