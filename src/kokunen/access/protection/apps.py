"""The Django application ``protection``."""

from __future__ import annotations

from django.apps import AppConfig


class Protection(AppConfig):
    """Its tables are named ``protection_…``."""

    name = "kokunen.access.protection"
    label = "protection"
