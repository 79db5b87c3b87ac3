"""Django's setting of the one database, for the role of a program."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from kokunen.postgres import roles

if TYPE_CHECKING:
    from kokunen.postgres.roles import Role


def of(role: Role) -> dict[str, dict[str, Any]]:
    """Return ``DATABASES`` for a role; its connections are kept and looked at before use."""
    parameters = roles.parameters(role)
    return {
        "default": {
            "ENGINE": "django.db.backends.postgresql",
            "NAME": parameters.pop("dbname"),
            "USER": parameters.pop("user"),
            "PASSWORD": parameters.pop("password"),
            "HOST": parameters.pop("host", ""),
            "PORT": parameters.pop("port", ""),
            "OPTIONS": parameters,
            "CONN_MAX_AGE": None,
            "CONN_HEALTH_CHECKS": True,
        }
    }
