"""The Django app of the enquiries."""

from __future__ import annotations

from django.apps import AppConfig


class EnquiriesConfig(AppConfig):
    """Enquiries, their steps and what was written in them."""

    name = "kokunen.enquiries"
    label = "enquiries"
    default_auto_field = "django.db.models.BigAutoField"
