"""The Django application ``linkage``."""

from __future__ import annotations

from django.apps import AppConfig


class Linkage(AppConfig):
    """Its tables are named ``linkage_…``; only the role of the platform reads them."""

    name = "kokunen.linkage"
    label = "linkage"
