"""The Django app of the cases."""

from __future__ import annotations

from django.apps import AppConfig


class CasesConfig(AppConfig):
    """Cases, their steps, what stands on the filings, and whose incomes they open."""

    name = "kokunen.cases"
    label = "cases"
    default_auto_field = "django.db.models.BigAutoField"
