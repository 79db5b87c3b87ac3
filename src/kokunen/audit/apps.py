"""The Django app of the record of access."""

from __future__ import annotations

from django.apps import AppConfig


class AuditConfig(AppConfig):
    """Entries, seals, and their verification."""

    name = "kokunen.audit"
    label = "audit"
    default_auto_field = "django.db.models.BigAutoField"
