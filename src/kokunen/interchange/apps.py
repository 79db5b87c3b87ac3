"""The ledger of what is exchanged, as Django sees it."""

from django.apps import AppConfig


class InterchangeConfig(AppConfig):
    """Files that came and went, and what each of their records did."""

    name = "kokunen.interchange"
    label = "interchange"
