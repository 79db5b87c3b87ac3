"""The two append-only tables. Triggers and the function of the epoch stand in the migration."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Func, Q

from kokunen.audit.domain import NEEDS_PURPOSE, SIZES, Act

if TYPE_CHECKING:
    from collections.abc import Mapping

    from django.db.backends.base.base import BaseDatabaseWrapper

    # Django's fields take their types in the stubs only.
    _Number = models.BigIntegerField[int, int]
else:
    _Number = models.BigIntegerField


class TransactionNumberField(_Number):
    """``xid8``: the number of a transaction, which never wraps within one cluster."""

    def db_type(self, connection: BaseDatabaseWrapper) -> str:  # noqa: ARG002 - the signature is Django's
        """Return the type in PostgreSQL."""
        return "xid8"


class Entry(models.Model):
    """One line of the record: who did what to whom, when, where and why."""

    id = models.UUIDField(primary_key=True)
    at = models.DateTimeField()
    act = models.CharField(max_length=10)
    operation = models.CharField(max_length=SIZES["operation"])
    staff = models.BigIntegerField(null=True)
    staff_number = models.CharField(max_length=SIZES["staff_number"])
    department = models.CharField(max_length=SIZES["department"])
    terminal = models.CharField(max_length=SIZES["terminal"])
    purpose = models.CharField(max_length=SIZES["purpose"])
    reason = models.CharField(max_length=SIZES["reason"])
    case_id = models.BigIntegerField(null=True)
    person = models.BigIntegerField(null=True)
    shown_name = models.BooleanField()
    shown_sex = models.BooleanField()
    shown_birth_date = models.BooleanField()
    shown_address = models.BooleanField()
    shown = ArrayField(models.TextField())
    changes = models.JSONField()
    outcome = models.CharField(max_length=SIZES["outcome"])
    mac = models.BinaryField()
    # The database writes these two; together they say which seal an entry belongs to.
    epoch = models.BigIntegerField(db_default=Func(function="audit_epoch"))
    xact = TransactionNumberField(db_default=Func(function="pg_current_xact_id"))

    class Meta:
        """Indexes for the questions of an auditor, a resident, a supervisor and the sealer."""

        db_table = "audit_entry"
        indexes = (
            models.Index(fields=["at", "id"], name="audit_entry_at"),
            models.Index(
                fields=["person", "at", "id"],
                name="audit_entry_person",
                condition=Q(person__isnull=False),
            ),
            models.Index(fields=["staff_number", "at", "id"], name="audit_entry_staff"),
            models.Index(
                fields=["case_id", "person"],
                name="audit_entry_case",
                condition=Q(case_id__isnull=False),
            ),
            models.Index(fields=["epoch", "xact"], name="audit_entry_xact"),
        )
        constraints = (
            models.CheckConstraint(
                condition=Q(act__in=[act.value for act in Act]), name="audit_entry_act"
            ),
            models.CheckConstraint(
                condition=~Q(act__in=sorted(act.value for act in NEEDS_PURPOSE))
                | Q(person__isnull=True)
                | ~Q(purpose=""),
                name="audit_entry_purpose",
            ),
            models.CheckConstraint(
                condition=Q(staff__isnull=True)
                | (~Q(staff_number="") & ~Q(department="") & ~Q(terminal="")),
                name="audit_entry_staff_complete",
            ),
        )

    def __str__(self) -> str:
        """Name the entry and nothing that stands in it."""
        return str(self.id)


class Seal(models.Model):
    """One link of the chain: every entry of ``epoch`` with from_xact <= xact < upto_xact."""

    # Numbered by the sealer, not by a sequence, so that a gap means a seal is missing.
    id = models.BigIntegerField(primary_key=True)
    epoch = models.BigIntegerField()
    from_xact = models.BigIntegerField()
    upto_xact = models.BigIntegerField()
    entries = models.BigIntegerField()
    digest = models.BinaryField()
    previous = models.BinaryField()
    sealed_at = models.DateTimeField()
    sealed_by = models.CharField(max_length=SIZES["staff_number"])
    mac = models.BinaryField()

    class Meta:
        """Two sealers cannot seal the same entries, nor continue the same seal."""

        db_table = "audit_seal"
        constraints = (
            models.UniqueConstraint(fields=["epoch", "from_xact"], name="audit_seal_once"),
            models.UniqueConstraint(fields=["previous"], name="audit_seal_chain"),
            models.CheckConstraint(
                condition=Q(upto_xact__gt=F("from_xact")) & Q(entries__gt=0),
                name="audit_seal_range",
            ),
        )

    def __str__(self) -> str:
        """Name the seal."""
        return str(self.id)


SUPPLIED: Final = (
    "id", "at", "act", "operation", "staff", "staff_number", "department", "terminal", "purpose",
    "reason", "case_id", "person", "shown_name", "shown_sex", "shown_birth_date", "shown_address",
    "shown", "changes", "outcome", "mac",
)  # fmt: skip
"""The columns that the program writes; epoch and xact are the database's."""

_INSERTS: Final = f"INSERT ({', '.join(SUPPLIED)})"
_WRITES: Final = f"SELECT, {_INSERTS}"

PRIVILEGES: Final[Mapping[str, Mapping[str, str]]] = {
    "audit_entry": {"web": _WRITES, "batch": _WRITES, "linkage": _INSERTS},
    "audit_seal": {"web": "SELECT", "batch": "SELECT, INSERT"},
}
