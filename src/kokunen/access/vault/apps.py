"""The Django application ``vault``."""

from __future__ import annotations

from django.apps import AppConfig


class Vault(AppConfig):
    """Its tables are named ``vault_…``."""

    name = "kokunen.access.vault"
    label = "vault"
