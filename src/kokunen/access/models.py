"""Rows of staff, where they serve, from where and since when they are signed in."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import ArrayField, DateRangeField, RangeOperators
from django.db import models
from django.db.models import F, Func, Q, Value

from kokunen.access.domain import Kind, Role

if TYPE_CHECKING:
    from collections.abc import Mapping


class Staff(AbstractBaseUser):
    """An account. What it may do on a day is said by its assignments, never here."""

    staff_number = models.CharField(max_length=20, unique=True)
    name = models.CharField(max_length=100)
    kana = models.CharField(max_length=100)
    active = DateRangeField(help_text="Days on which the account can be used, half-open.")
    person_number = models.BigIntegerField(
        null=True, help_text="宛名番号 of the member of staff: finds look-ups of one's own."
    )
    must_change_password = models.BooleanField(default=True)
    created_at = models.DateTimeField()

    objects = BaseUserManager["Staff"]()

    USERNAME_FIELD = "staff_number"

    class Meta(AbstractBaseUser.Meta):
        """Columns that a sign-in looks for are unique already."""

        db_table = "access_staff"

    def __str__(self) -> str:
        """Name the account without naming its person: this stands in messages and logs."""
        return self.staff_number


class FormerPassword(models.Model):
    """The digest of a password that was used once, so that it is not used again."""

    id = models.BigAutoField(primary_key=True)
    staff = models.ForeignKey(Staff, on_delete=models.PROTECT, related_name="former_passwords")
    password = models.CharField(max_length=128)
    recorded_at = models.DateTimeField()

    class Meta:
        """Insert-only for the web role."""

        db_table = "access_former_password"

    def __str__(self) -> str:
        """Name the row, never the digest."""
        return f"{self.pk}"


class Department(models.Model):
    """部署: the unit whose code stands in every entry of the record."""

    code = models.CharField(max_length=20, primary_key=True)
    name = models.CharField(max_length=100)
    kind = models.CharField(max_length=20, choices=[(kind.value, kind.value) for kind in Kind])

    class Meta:
        """The kind bounds the roles, so only known kinds are stored."""

        db_table = "access_department"
        constraints = (
            models.CheckConstraint(
                condition=Q(kind__in=[kind.value for kind in Kind]), name="access_department_kind"
            ),
        )

    def __str__(self) -> str:
        """Name the code."""
        return self.code


class Branch(models.Model):
    """支所 or 区役所; the main office is a branch as well."""

    code = models.CharField(max_length=20, primary_key=True)
    name = models.CharField(max_length=100)

    class Meta:
        """A list of codes."""

        db_table = "access_branch"

    def __str__(self) -> str:
        """Name the code."""
        return self.code


class Terminal(models.Model):
    """A machine from which one may sign in, known by its address."""

    id = models.BigAutoField(primary_key=True)
    name = models.CharField(max_length=50, unique=True)
    address = models.GenericIPAddressField()
    branch = models.ForeignKey(Branch, null=True, on_delete=models.PROTECT)
    active = models.BooleanField(default=True)

    class Meta:
        """One terminal in use for one address."""

        db_table = "access_terminal"
        constraints = (
            models.UniqueConstraint(
                fields=["address"], condition=Q(active=True), name="access_terminal_address"
            ),
        )

    def __str__(self) -> str:
        """Name the machine."""
        return self.name


class Assignment(models.Model):
    """A role held in a department over a period of days; corrections supersede."""

    id = models.BigAutoField(primary_key=True)
    staff = models.ForeignKey(Staff, on_delete=models.PROTECT, related_name="assignments")
    department = models.ForeignKey(Department, on_delete=models.PROTECT)
    branch = models.ForeignKey(Branch, null=True, on_delete=models.PROTECT)
    role = models.CharField(max_length=20, choices=[(role.value, role.value) for role in Role])
    valid = DateRangeField(help_text="Half-open; no upper bound while no end is known.")
    source = models.CharField(max_length=20, help_text="personnel or administrator.")
    recorded_at = models.DateTimeField()
    recorded_by = models.BigIntegerField(null=True, help_text="access_staff.id; null = a program.")
    superseded_at = models.DateTimeField(null=True)
    superseded_by = models.ForeignKey("self", null=True, on_delete=models.PROTECT)

    class Meta:
        """No member of staff holds the same role twice on a day.

        One constraint for each role: the core has no gist operators for text, and an exclusion
        over a function of the role would need rights to run that function.
        """

        db_table = "access_assignment"
        constraints = (
            models.CheckConstraint(
                condition=Q(role__in=[role.value for role in Role]), name="access_assignment_role"
            ),
            models.CheckConstraint(
                condition=Q(superseded_by__isnull=True) | Q(superseded_at__isnull=False),
                name="access_assignment_superseded",
            ),
            models.CheckConstraint(
                condition=Q(valid__isempty=False) & Q(valid__startswith__isnull=False),
                name="access_assignment_valid",
            ),
            *(
                ExclusionConstraint(
                    name=f"access_one_{role}",
                    expressions=[
                        (
                            Func(F("staff_id"), F("staff_id"), Value("[]"), function="int8range"),
                            RangeOperators.OVERLAPS,
                        ),
                        ("valid", RangeOperators.OVERLAPS),
                    ],
                    condition=Q(superseded_at__isnull=True, role=role.value),
                )
                for role in Role
            ),
        )

    def __str__(self) -> str:
        """Say the role and its days, not who holds it."""
        return f"{self.role} {self.valid}"


class Session(models.Model):
    """A stay at a terminal, from sign-in to sign-out; its id is kept in the session store."""

    id = models.BigAutoField(primary_key=True)
    staff = models.ForeignKey(Staff, on_delete=models.PROTECT, related_name="sessions")
    terminal = models.ForeignKey(Terminal, on_delete=models.PROTECT)
    address = models.GenericIPAddressField()
    department = models.CharField(max_length=20)
    roles = ArrayField(models.CharField(max_length=20))
    started_at = models.DateTimeField()
    seen_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)
    ending = models.CharField(
        max_length=20, default="", help_text="A code of access.sessions.Ending."
    )

    class Meta:
        """The open sessions of a member of staff are looked for at each request."""

        db_table = "access_session"
        constraints = (
            models.CheckConstraint(
                condition=Q(ended_at__isnull=True, ending="")
                | (Q(ended_at__isnull=False) & ~Q(ending="")),
                name="access_session_ending",
            ),
        )
        indexes = (
            models.Index(
                fields=["staff"], condition=Q(ended_at__isnull=True), name="access_session_open"
            ),
        )

    def __str__(self) -> str:
        """Name the row."""
        return f"{self.pk}"


_KEPT: Final = "SELECT, INSERT, UPDATE"
_ROWS: Final = "SELECT, INSERT, UPDATE (superseded_at, superseded_by_id)"
_STAYS: Final = "SELECT, INSERT, UPDATE (seen_at, ended_at, ending)"

PRIVILEGES: Final[Mapping[str, Mapping[str, str]]] = {
    # Whole-row updates: the sign-in library saves accounts whole.
    "access_staff": {"web": _KEPT, "batch": _KEPT},
    "access_former_password": {"web": "SELECT, INSERT", "batch": "SELECT, INSERT"},
    "access_department": {"web": _KEPT, "batch": _KEPT},
    "access_branch": {"web": _KEPT, "batch": _KEPT},
    "access_terminal": {"web": _KEPT, "batch": _KEPT},
    "access_assignment": {"web": _ROWS, "batch": _ROWS},
    "access_session": {"web": _STAYS, "batch": _STAYS},
}
