"""What every site has in common. A site's own module names its packages and its address."""

from __future__ import annotations

import json
import os
from typing import Any, Final

from kokunen.access import sign_in
from kokunen.postgres import home, roles, secrets
from kokunen.sites import databases, logs, platform
from kokunen.web import conf

ROLE: Final = roles.Role(os.environ.get("KOKUNEN_DB_ROLE", "web"))

DATABASES = databases.of(ROLE)
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

SECRET_KEY = secrets.read("django_secret_key").decode()
DEBUG = False
ALLOWED_HOSTS = os.environ.get("KOKUNEN_HOSTS", "127.0.0.1,localhost,[::1]").split(",")
USE_TZ = True
TIME_ZONE = "Asia/Tokyo"
LANGUAGE_CODE = "ja"
USE_I18N = True
ROOT_URLCONF = "kokunen.web.urls"
STATIC_URL = "/static/"
APPEND_SLASH = False

AUTH_USER_MODEL = "access.Staff"
INSTALLED_APPS = [
    *conf.APPS,
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.messages",
    "django.contrib.postgres",
    "django.contrib.sessions",
    "django.contrib.staticfiles",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "axes",
    "kokunen.audit",
    "kokunen.access",
    "kokunen.access.openings",
    "kokunen.access.protection",
    "kokunen.access.vault",
    "kokunen.people",
    "kokunen.cases",
    "kokunen.exemption",
    "kokunen.enquiries",
    "kokunen.interchange",
    "kokunen.linkage",
]
MIDDLEWARE = [
    *conf.MIDDLEWARE_FIRST,
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "kokunen.access.middleware.SignedIn",
    "axes.middleware.AxesMiddleware",
    *conf.MIDDLEWARE_LAST,
]
TEMPLATES: Final[list[dict[str, Any]]] = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                *conf.CONTEXT_PROCESSORS,
            ]
        },
    }
]
CACHES = {
    "default": {
        "BACKEND": "django.core.cache.backends.db.DatabaseCache",
        "LOCATION": "django_cache",
    }
}
LOGGING = logs.LOGGING
# Who writes: name, department, address, phone and hours, as they stand on forms and notices.
_office = home.folder() / "office.json"
KOKUNEN_OFFICE: dict[str, str] = (
    json.loads(_office.read_text(encoding="utf-8")) if _office.is_file() else {}
)
KOKUNEN_PLATFORM = platform.reaching(KOKUNEN_OFFICE)
# A home that the demonstration has marked as its own says so on every page, and on the first one
# with what a newcomer may begin.
_mark = home.folder() / "KOKUNEN-DEMO"
KOKUNEN_INVENTED = _mark.is_file()
KOKUNEN_FIRST_CASE = (
    "".join(_mark.read_text(encoding="utf-8").splitlines()[1:]) if KOKUNEN_INVENTED else ""
)

# The parts name their own settings; what the screens name goes over what sign-in names.
for _part in (sign_in, conf):
    globals().update({name: value for name, value in vars(_part).items() if name.isupper()})
