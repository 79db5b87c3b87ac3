"""The tables of the platform. What the city agreed on is the owner's to change, not the service's.

The service reads the agreements (systems, certificates, functions, items, hand-overs, rights) and
cannot write them: whoever breaks into it cannot let a system in.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

if TYPE_CHECKING:
    from collections.abc import Mapping


class Dated(models.Model):
    """Holds from a day up to, not including, another; ``until`` None: with no end in sight."""

    since = models.DateField()
    until = models.DateField(null=True)

    class Meta:
        """No table of its own."""

        abstract = True

    def __str__(self) -> str:
        return str(self.pk)


class System(Dated):
    """A system of the city that may connect."""

    code = models.TextField(primary_key=True)
    title = models.TextField()

    class Meta:
        """One row per system."""

        db_table = "linkage_system"


class Certificate(models.Model):
    """A certificate by which a system is known: SHA-256 of its DER form, in hexadecimal."""

    fingerprint = models.TextField(primary_key=True)
    system = models.ForeignKey(System, on_delete=models.PROTECT)
    valid_from = models.DateTimeField()
    valid_until = models.DateTimeField()
    revoked_at = models.DateTimeField(null=True)

    class Meta:
        """One row per certificate."""

        db_table = "linkage_certificate"

    def __str__(self) -> str:
        return self.fingerprint


class Permission(Dated):
    """A function that a system may use; ``by_staff``: only for a named member of staff."""

    system = models.ForeignKey(System, on_delete=models.PROTECT)
    function = models.TextField()
    by_staff = models.BooleanField()

    class Meta:
        """Ended and begun again: two rows."""

        db_table = "linkage_permission"
        constraints = (
            models.UniqueConstraint(
                fields=["system", "function"],
                condition=Q(until=None),
                name="linkage_permission_once",
            ),
        )


class Item(Dated):
    """An item that a system may provide or ask for under a basis (番号法19条8号)."""

    system = models.ForeignKey(System, on_delete=models.PROTECT)
    function = models.TextField()
    basis = models.TextField()
    item = models.TextField()

    class Meta:
        """Ended and begun again: two rows."""

        db_table = "linkage_item"
        constraints = (
            models.UniqueConstraint(
                fields=["system", "function", "basis", "item"],
                condition=Q(until=None),
                name="linkage_item_once",
            ),
        )


class HandOver(Dated):
    """A hand-over of files that was agreed (連携定義): from, to, layout."""

    sender = models.ForeignKey(System, on_delete=models.PROTECT, related_name="+")
    receiver = models.ForeignKey(System, on_delete=models.PROTECT, related_name="+")
    layout = models.TextField()

    class Meta:
        """Ended and begun again: two rows."""

        db_table = "linkage_hand_over"
        constraints = (
            models.UniqueConstraint(
                fields=["sender", "receiver", "layout"],
                condition=Q(until=None),
                name="linkage_hand_over_once",
            ),
        )


class Right(Dated):
    """A function that a member of staff may use through a system (職員認証・権限管理)."""

    staff_number = models.TextField()
    function = models.TextField()

    class Meta:
        """Ended and begun again: two rows."""

        db_table = "linkage_right"
        constraints = (
            models.UniqueConstraint(
                fields=["staff_number", "function"],
                condition=Q(until=None),
                name="linkage_right_once",
            ),
        )


class Message(models.Model):
    """A message of a known system that came in time, accepted or not: its id is spent."""

    id = models.UUIDField(primary_key=True)
    system = models.TextField()
    address = models.TextField()
    staff_number = models.TextField()
    made_at = models.DateTimeField()
    received_at = models.DateTimeField()

    class Meta:
        """The primary key is what stops a replay."""

        db_table = "linkage_message"

    def __str__(self) -> str:
        return str(self.id)


class RefusalNote(models.Model):
    """A refused message or connection; nothing of its content."""

    at = models.DateTimeField(db_index=True)
    system = models.TextField()
    function = models.TextField()
    code = models.TextField()
    peer = models.TextField()

    class Meta:
        """Written in a transaction of its own."""

        db_table = "linkage_refusal"

    def __str__(self) -> str:
        return str(self.pk)


class Subject(models.Model):
    """A person as the platform knows one: an integrated number (団体内統合宛名番号)."""

    number = models.TextField(unique=True)
    assigned_at = models.DateTimeField()

    class Meta:
        """The number is drawn; it says nothing about the person."""

        db_table = "linkage_subject"

    def __str__(self) -> str:
        return str(self.pk)


class SealedNumber(models.Model):
    """A subject's My Number, encrypted, with its blind index; ``ended_at``: it was changed."""

    subject = models.ForeignKey(Subject, on_delete=models.PROTECT)
    recorded_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)
    key = models.TextField()
    nonce = models.BinaryField()
    ciphertext = models.BinaryField()
    blind = models.BinaryField(unique=True)

    class Meta:
        """A number that somebody had is never another person's."""

        db_table = "linkage_sealed_number"
        constraints = (
            models.UniqueConstraint(
                fields=["subject"], condition=Q(ended_at=None), name="linkage_sealed_number_one"
            ),
        )

    def __str__(self) -> str:
        return str(self.pk)


class LocalNumber(models.Model):
    """A system's own number (宛名番号), and the subject once it is known by a My Number."""

    system = models.ForeignKey(System, on_delete=models.PROTECT)
    local_number = models.TextField()
    residence = models.TextField()
    subject = models.ForeignKey(Subject, on_delete=models.PROTECT, null=True)
    received_at = models.DateTimeField()
    linked_at = models.DateTimeField(null=True)

    class Meta:
        """A system's number is one person's."""

        db_table = "linkage_local_number"
        constraints = (
            models.UniqueConstraint(fields=["system", "local_number"], name="linkage_local_once"),
        )

    def __str__(self) -> str:
        return str(self.pk)


class Errand(models.Model):
    """Something to be done at the intermediate server: its kind, where it stands, when to try.

    ``id`` goes along as the id of the request, so that a repeated request is one there, too.
    ``content`` holds what is sent and is emptied when it is settled, ``answer`` what came back
    until the asking system has it; ``digest`` stays, sealed like them, because facts so few could
    be guessed from it. ``processing_number`` is an identifier errand's (処理通番), ``handed_at``
    when the register's gateway said it has it.
    """

    id = models.UUIDField(primary_key=True)
    kind = models.TextField()
    system = models.TextField()
    subject = models.ForeignKey(Subject, on_delete=models.PROTECT)
    staff_number = models.TextField()
    basis = models.TextField()
    item_codes = ArrayField(models.TextField())
    content = models.BinaryField(null=True)
    digest = models.BinaryField()
    made_at = models.DateTimeField()
    state = models.TextField()
    code = models.TextField()
    attempts = models.IntegerField()
    next_at = models.DateTimeField()
    settled_at = models.DateTimeField(null=True)
    answer = models.BinaryField(null=True)
    processing_number = models.TextField()
    handed_at = models.DateTimeField(null=True)

    class Meta:
        """What is due is found by its time."""

        db_table = "linkage_errand"
        indexes = (
            models.Index(
                fields=["next_at"],
                name="linkage_errand_due",
                condition=Q(state__in=["waiting", "pending"]),
            ),
        )
        constraints = (
            models.UniqueConstraint(
                fields=["processing_number"],
                condition=~Q(processing_number=""),
                name="linkage_errand_processing_number",
            ),
        )

    def __str__(self) -> str:
        return str(self.pk)


class File(models.Model):
    """A file between two systems; its content lies in a folder until the receiver has it.

    ``key`` opens it and is sealed itself; it goes with the content.
    """

    id = models.UUIDField(primary_key=True)
    sender = models.TextField()
    receiver = models.TextField()
    layout = models.TextField()
    name = models.TextField()
    size = models.BigIntegerField()
    digest = models.TextField()
    key = models.BinaryField(null=True)
    state = models.TextField()
    receipt = models.UUIDField(unique=True)
    received_at = models.DateTimeField()
    collections = models.IntegerField(default=0)
    collected_at = models.DateTimeField(null=True)
    acknowledged_at = models.DateTimeField(null=True)
    acknowledgement = models.UUIDField(null=True)

    class Meta:
        """Found by its receiver."""

        db_table = "linkage_file"
        indexes = (models.Index(fields=["receiver", "received_at"], name="linkage_file_receiver"),)

    def __str__(self) -> str:
        return str(self.pk)


_AGREED: Final = {"linkage": "SELECT"}
_ADDED: Final = {"linkage": "SELECT, INSERT"}
_CHANGED: Final = {"linkage": "SELECT, INSERT, UPDATE"}

PRIVILEGES: Final[Mapping[str, Mapping[str, str]]] = {
    "linkage_system": _AGREED,
    "linkage_certificate": _AGREED,
    "linkage_permission": _AGREED,
    "linkage_item": _AGREED,
    "linkage_hand_over": _AGREED,
    "linkage_right": _AGREED,
    "linkage_message": _ADDED,
    "linkage_refusal": _ADDED,
    "linkage_subject": _ADDED,
    "linkage_sealed_number": _CHANGED,
    "linkage_local_number": _CHANGED,
    "linkage_errand": _CHANGED,
    "linkage_file": _CHANGED,
}
