"""Bring a database to the present shape: roles, tables, and what each role may do with them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import psycopg
from django.apps import apps
from django.core.management import call_command
from django.db import connection

from kokunen.postgres import privileges, roles

if TYPE_CHECKING:
    from collections.abc import Mapping

OF_LIBRARIES: Final[Mapping[str, Mapping[str, str]]] = {
    "django_migrations": {"web": "SELECT", "batch": "SELECT"},
    "django_session": {"web": "SELECT, INSERT, UPDATE, DELETE", "batch": "SELECT, DELETE"},
    # Permissions are roles of a day (`kokunen.access`); Django's own are never asked.
    "auth_group": {},
    "auth_group_permissions": {},
    "auth_permission": {},
    "django_content_type": {},
    # A one-time code that was used is remembered for all workers.
    "django_cache": {"web": "SELECT, INSERT, UPDATE, DELETE"},
    # Second factors and failed attempts come and go; there is no e-mail.
    "mfa_authenticator": {"web": "SELECT, INSERT, UPDATE, DELETE", "batch": "SELECT, DELETE"},
    "account_emailaddress": {"web": "SELECT"},
    "account_emailconfirmation": {"web": "SELECT"},
    "axes_accessattempt": {"web": "SELECT, INSERT, UPDATE, DELETE", "batch": "SELECT, DELETE"},
    "axes_accessattemptexpiration": {
        "web": "SELECT, INSERT, UPDATE, DELETE",
        "batch": "SELECT, DELETE",
    },
    "axes_accesslog": {"web": "SELECT"},
    "axes_accessfailurelog": {"web": "SELECT"},
}
"""What the libraries of sign-in keep. A table without a privilege is for the owner alone."""


def declared() -> dict[str, Mapping[str, str]]:
    """Return who may do what with every table, from the models of the installed packages."""
    found = dict(OF_LIBRARIES)
    for app in apps.get_app_configs():
        found.update(getattr(app.models_module, "PRIVILEGES", {}))
    return found


def prepare() -> None:
    """Make the roles and the database, as the administrator of the server."""
    with psycopg.connect(**roles.admin_parameters(), autocommit=True) as administrator:
        roles.prepare(administrator)


def migrate(*, verbosity: int = 1) -> None:
    """Migrate as the owner and grant what is declared; the program must run as that role.

    A migration that waits for a lock gives up after four seconds, one that works longer than a
    minute is refused: such a change goes in two releases.
    """
    with connection.cursor() as cursor:
        cursor.execute("SET statement_timeout = '60s'")
    call_command("migrate", interactive=False, verbosity=verbosity)
    call_command("createcachetable", verbosity=verbosity)
    connection.ensure_connection()
    privileges.grant(connection.connection, declared())
