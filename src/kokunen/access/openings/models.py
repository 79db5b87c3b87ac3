"""Tables of the openings: a request and its one answer, both inserted and never changed.

Three columns that no program writes are in the migration alone: ``xact`` of both tables (the
transaction that wrote the row) and ``openings_opening.stated_at`` (the database's own clock). The
web role has no privilege to insert them, so neither can be forged.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from django.db import models

if TYPE_CHECKING:
    from collections.abc import Mapping


class Opening(models.Model):
    """A request to open a sealed thing of one person."""

    id = models.UUIDField(primary_key=True)
    kind = models.TextField()
    person_id = models.BigIntegerField()
    requested_by = models.BigIntegerField()
    staff_number = models.TextField()
    purpose = models.TextField()
    case_id = models.BigIntegerField(null=True)
    reason = models.TextField()
    requested_at = models.DateTimeField()
    until = models.DateTimeField()

    class Meta:
        """What the database holds to, whoever writes."""

        db_table = "openings_opening"
        indexes = (models.Index(fields=["until"], name="openings_opening_until"),)
        constraints = (
            models.CheckConstraint(
                condition=models.Q(kind__in=("protected", "my_number")),
                name="openings_opening_kind",
            ),
            models.CheckConstraint(
                condition=~models.Q(purpose=""), name="openings_opening_states_a_purpose"
            ),
            models.CheckConstraint(
                condition=~models.Q(kind="my_number") | models.Q(case_id__isnull=False),
                name="openings_opening_my_number_has_a_case",
            ),
            models.CheckConstraint(
                condition=~models.Q(kind="protected") | ~models.Q(reason=""),
                name="openings_opening_protected_has_a_reason",
            ),
            models.CheckConstraint(
                condition=models.Q(until__gt=models.F("requested_at")),
                name="openings_opening_ends_after_it_begins",
            ),
            # What the answer's foreign key leans on: it repeats who asked, so that a CHECK can
            # compare the two people.
            models.UniqueConstraint(
                fields=("id", "requested_by"), name="openings_opening_id_requested_by"
            ),
        )

    def __str__(self) -> str:
        return str(self.pk)


class Answer(models.Model):
    """The one answer to a request, by a second person."""

    opening = models.OneToOneField(
        Opening, on_delete=models.PROTECT, primary_key=True, related_name="answer"
    )
    requested_by = models.BigIntegerField()
    answered_by = models.BigIntegerField()
    granted = models.BooleanField()
    reason = models.TextField()
    at = models.DateTimeField()

    class Meta:
        """What the database holds to, whoever writes."""

        db_table = "openings_answer"
        constraints = (
            models.CheckConstraint(
                condition=~models.Q(answered_by=models.F("requested_by")),
                name="openings_answer_by_a_second_person",
            ),
        )

    def __str__(self) -> str:
        return str(self.pk)


_OPENING: Final = (
    "id, kind, person_id, requested_by, staff_number, purpose, case_id, reason, requested_at, until"
)
_ANSWER: Final = "opening_id, requested_by, answered_by, granted, reason, at"

PRIVILEGES: Final[Mapping[str, Mapping[str, str]]] = {
    "openings_opening": {"web": f"SELECT, INSERT ({_OPENING})", "batch": "SELECT"},
    "openings_answer": {"web": f"SELECT, INSERT ({_ANSWER})", "batch": "SELECT"},
}
