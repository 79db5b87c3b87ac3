"""The Django application ``openings``."""

from __future__ import annotations

from django.apps import AppConfig


class Openings(AppConfig):
    """Its tables are named ``openings_…``."""

    name = "kokunen.access.openings"
    label = "openings"
