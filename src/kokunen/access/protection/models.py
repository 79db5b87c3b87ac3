"""Tables of the protection measures (支援措置): inserted, never changed, never removed.

``protection_member``, ``protection_other_party`` and ``protection_number_link`` are sealed by
row-level security: without a standing opening for the protected person they look empty.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from django.db import models

if TYPE_CHECKING:
    from collections.abc import Mapping


class Measure(models.Model):
    """A measure, for the one who applied (申出者); its periods are in its steps."""

    id = models.UUIDField(primary_key=True)
    person_id = models.BigIntegerField(db_index=True)
    ground = models.TextField()

    class Meta:
        """What the database holds to, whoever writes."""

        db_table = "protection_measure"
        constraints = (
            models.CheckConstraint(
                condition=models.Q(ground__in=("dv", "stalker", "child_abuse", "other")),
                name="protection_measure_ground",
            ),
        )

    def __str__(self) -> str:
        return str(self.pk)


class Step(models.Model):
    """Registered, renewed or ended: by one person, with its evidence."""

    id = models.UUIDField(primary_key=True)
    measure = models.ForeignKey(Measure, on_delete=models.PROTECT)
    kind = models.TextField()
    on_day = models.DateField()
    starts = models.DateField(null=True)
    ends = models.DateField(null=True)
    evidence = models.TextField()
    evidence_ref = models.TextField()
    entered_by = models.BigIntegerField()
    entered_at = models.DateTimeField()

    class Meta:
        """What the database holds to, whoever writes."""

        db_table = "protection_step"
        constraints = (
            models.CheckConstraint(
                condition=models.Q(kind__in=("registered", "renewed", "ended")),
                name="protection_step_kind",
            ),
            models.CheckConstraint(
                condition=models.Q(kind="ended", starts=None, ends=None)
                | (
                    ~models.Q(kind="ended")
                    & models.Q(starts__isnull=False)
                    & models.Q(ends__gt=models.F("starts"))
                ),
                name="protection_step_has_a_period_unless_ended",
            ),
            models.CheckConstraint(
                condition=~models.Q(evidence=""), name="protection_step_has_evidence"
            ),
            models.UniqueConstraint(
                fields=("measure",),
                condition=models.Q(kind="registered"),
                name="protection_step_registered_once",
            ),
            models.UniqueConstraint(
                fields=("id", "entered_by"), name="protection_step_id_entered_by"
            ),
        )

    def __str__(self) -> str:
        return str(self.pk)


class Check(models.Model):
    """The one check of a step, by a second person; a step sent back stays, and has no effect."""

    step = models.OneToOneField(
        Step, on_delete=models.PROTECT, primary_key=True, related_name="checking"
    )
    entered_by = models.BigIntegerField()
    checked_by = models.BigIntegerField()
    accepted = models.BooleanField()
    reason = models.TextField()
    at = models.DateTimeField()

    class Meta:
        """What the database holds to, whoever writes."""

        db_table = "protection_check"
        constraints = (
            models.CheckConstraint(
                condition=~models.Q(checked_by=models.F("entered_by")),
                name="protection_check_by_a_second_person",
            ),
        )

    def __str__(self) -> str:
        return str(self.pk)


class Member(models.Model):
    """A person of the same address whom the measure covers too (併せて支援を求める者). Sealed."""

    id = models.UUIDField(primary_key=True)
    measure = models.ForeignKey(Measure, on_delete=models.PROTECT)
    applicant_id = models.BigIntegerField()
    person_id = models.BigIntegerField(db_index=True)
    relation = models.TextField()
    entered_by = models.BigIntegerField()
    entered_at = models.DateTimeField()

    class Meta:
        """What the database holds to, whoever writes."""

        db_table = "protection_member"
        constraints = (
            models.UniqueConstraint(fields=("measure", "person_id"), name="protection_member_once"),
            models.CheckConstraint(
                condition=~models.Q(person_id=models.F("applicant_id")),
                name="protection_member_beside_the_applicant",
            ),
        )

    def __str__(self) -> str:
        return str(self.pk)


class OtherParty(models.Model):
    """The one from whom the person is protected (相手方). Sealed."""

    id = models.UUIDField(primary_key=True)
    measure = models.ForeignKey(Measure, on_delete=models.PROTECT)
    person_id = models.BigIntegerField(db_index=True)
    other_person_id = models.BigIntegerField(null=True)
    name = models.TextField()
    address = models.TextField()
    relation = models.TextField()
    entered_by = models.BigIntegerField()
    entered_at = models.DateTimeField()

    class Meta:
        """What the database holds to, whoever writes."""

        db_table = "protection_other_party"
        constraints = (
            models.CheckConstraint(
                condition=models.Q(other_person_id=None)
                | ~models.Q(other_person_id=models.F("person_id")),
                name="protection_other_party_is_another",
            ),
        )

    def __str__(self) -> str:
        return str(self.pk)


class NumberLink(models.Model):
    """The only link between a basic pension number and the one it became. Sealed."""

    id = models.UUIDField(primary_key=True)
    person_id = models.BigIntegerField(db_index=True)
    old_number = models.TextField()
    new_number = models.TextField()
    changed_on = models.DateField()
    evidence_ref = models.TextField()
    recorded_at = models.DateTimeField()
    recorded_by = models.BigIntegerField()

    class Meta:
        """What the database holds to, whoever writes."""

        db_table = "protection_number_link"
        constraints = (
            models.CheckConstraint(
                condition=models.Q(old_number__regex=r"^[0-9]{10}$")
                & models.Q(new_number__regex=r"^97[0-9]{8}$")
                & ~models.Q(old_number=models.F("new_number")),
                name="protection_number_link_numbers",
            ),
            models.UniqueConstraint(
                fields=("person_id", "new_number"), name="protection_number_link_once"
            ),
        )

    def __str__(self) -> str:
        return str(self.pk)


PRIVILEGES: Final[Mapping[str, Mapping[str, str]]] = {
    "protection_measure": {"web": "SELECT, INSERT", "batch": "SELECT"},
    "protection_step": {"web": "SELECT, INSERT", "batch": "SELECT"},
    "protection_check": {"web": "SELECT, INSERT", "batch": "SELECT"},
    "protection_member": {"web": "SELECT, INSERT", "batch": ""},
    "protection_other_party": {"web": "SELECT, INSERT", "batch": ""},
    "protection_number_link": {"web": "SELECT, INSERT", "batch": ""},
}
