"""The application that the web server runs, as the web role."""

from __future__ import annotations

import os
import threading
import time

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "kokunen.sites.city")
os.environ["KOKUNEN_DB_ROLE"] = "web"
application = get_wsgi_application()


def _leave_with(supervisor: int) -> None:
    """End this worker when the program that watches over it is gone, and free its address."""
    while os.getppid() == supervisor:
        time.sleep(0.5)
    os._exit(1)


if "KOKUNEN_SUPERVISOR" in os.environ:
    threading.Thread(
        target=_leave_with, args=(int(os.environ["KOKUNEN_SUPERVISOR"]),), daemon=True
    ).start()
