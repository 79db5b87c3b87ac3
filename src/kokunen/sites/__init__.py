"""One settings module per legal actor, and the one way to start a program of a site."""

from __future__ import annotations

import atexit
import os


def start(role: str = "web", *, site: str = "city") -> None:
    """Have the database running, choose the role of this program, and load Django.

    The embedded server is started when nobody else has; then it is stopped with this program,
    unless others are connected by then. Raises a ``Refusal`` when configuration is missing.
    """
    import django  # noqa: PLC0415 - half a second that one line of law need not wait for

    from kokunen.postgres import embedded, roles  # noqa: PLC0415 - as above

    if roles.is_embedded() and embedded.start():
        atexit.register(stop_when_alone)
    os.environ["KOKUNEN_DB_ROLE"] = role
    os.environ["DJANGO_SETTINGS_MODULE"] = f"kokunen.sites.{site}"
    django.setup()


def stop_when_alone() -> None:
    """Stop the embedded server unless another program is connected to it."""
    import psycopg  # noqa: PLC0415 - as above

    from kokunen.postgres import embedded, roles  # noqa: PLC0415 - as above

    try:
        with psycopg.connect(**roles.admin_parameters()) as administrator:
            others = administrator.execute(
                "SELECT count(*) FROM pg_stat_activity"
                " WHERE backend_type = 'client backend' AND pid <> pg_backend_pid()"
            ).fetchone()
    except psycopg.OperationalError:
        return
    if others == (0,):
        embedded.stop()
