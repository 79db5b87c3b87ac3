"""The Django app of staff accounts and sign-in."""

from __future__ import annotations

from django.apps import AppConfig


class AccessConfig(AppConfig):
    """Staff, their roles of a day, terminals and sessions."""

    name = "kokunen.access"
    label = "access"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Listen to what the sign-in tells."""
        from kokunen.access import receivers  # noqa: PLC0415 - models are not loaded earlier

        receivers.connect()
