"""The site of the linkage platform (システム連携基盤): no pages, no sessions, a role of its own."""

from __future__ import annotations

import os

from kokunen.postgres import roles
from kokunen.sites import databases, logs

DATABASES = databases.of(roles.Role(os.environ.get("KOKUNEN_DB_ROLE", "linkage")))
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
DEBUG = False
USE_TZ = True
TIME_ZONE = "Asia/Tokyo"
LANGUAGE_CODE = "ja"
INSTALLED_APPS = ["django.contrib.postgres", "kokunen.audit", "kokunen.linkage"]
LOGGING = logs.LOGGING
