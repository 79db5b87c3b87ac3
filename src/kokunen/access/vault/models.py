"""The table of the vault: one row for each period in which a person had a number.

A row holds no number: a ciphertext, and a blind index that only the holder of the key can make.
Row-level security hides the rows from the web role without a standing opening for the person; it
has no privilege to change one. What closes an earlier row is the function ``vault_close``.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from django.contrib.postgres.fields import DateRangeField
from django.db import models

if TYPE_CHECKING:
    from collections.abc import Mapping


class MyNumber(models.Model):
    """An encrypted individual number (個人番号): a fact with its period and its source."""

    id = models.UUIDField(primary_key=True)
    person_id = models.BigIntegerField(db_index=True)
    valid = DateRangeField()
    source = models.TextField()
    source_ref = models.TextField()
    recorded_at = models.DateTimeField()
    recorded_by = models.BigIntegerField(null=True)
    superseded_at = models.DateTimeField(null=True)
    superseded_by = models.ForeignKey("self", on_delete=models.PROTECT, null=True)
    key = models.TextField()
    nonce = models.BinaryField()
    ciphertext = models.BinaryField()
    blind = models.BinaryField()

    class Meta:
        """What the database holds to, whoever writes."""

        db_table = "vault_my_number"
        constraints = (
            models.UniqueConstraint(
                fields=("blind",),
                condition=models.Q(superseded_at=None, valid__upper_inf=True),
                name="vault_my_number_has_one_holder",
            ),
        )

    def __str__(self) -> str:
        return str(self.pk)


PRIVILEGES: Final[Mapping[str, Mapping[str, str]]] = {
    "vault_my_number": {
        "web": "SELECT, INSERT",
        "batch": "SELECT, INSERT, UPDATE (key, nonce, ciphertext, blind)",
    },
}
