"""The Django app of the screens."""

from __future__ import annotations

from django.apps import AppConfig


class WebConfig(AppConfig):
    """Templates, static files and template tags; no tables."""

    name = "kokunen.web"
    label = "web"
    default = True
