"""The Django app of the register."""

from __future__ import annotations

from django.apps import AppConfig


class PeopleConfig(AppConfig):
    """Persons, households and their facts."""

    name = "kokunen.people"
    label = "people"
    default_auto_field = "django.db.models.BigAutoField"
