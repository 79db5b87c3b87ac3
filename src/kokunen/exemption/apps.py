"""The Django application ``exemption``."""

from __future__ import annotations

from django.apps import AppConfig


class ExemptionConfig(AppConfig):
    """Its one table is named ``exemption_assessment``."""

    name = "kokunen.exemption"
    label = "exemption"
