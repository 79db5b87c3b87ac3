"""What the screens need from a site's settings; `kokunen.sites` takes these as they stand."""

from __future__ import annotations

from typing import Final

from csp.constants import NONE, SELF

CONTENT_SECURITY_POLICY: Final = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF],
        "connect-src": [SELF],
        "form-action": [SELF],
        "frame-ancestors": [NONE],
        "base-uri": [NONE],
    }
}
"""Nothing inline and nothing from elsewhere: a name typed as a script stays a name."""

APPS: Final = ("kokunen.web", "django_htmx", "csp")
"""Before the apps of Django, allauth and axes: the templates of `kokunen.web` replace theirs."""

MIDDLEWARE_FIRST: Final = ("kokunen.web.middleware.Headers", "csp.middleware.CSPMiddleware")
"""Outermost, so that error pages carry the headers too."""

MIDDLEWARE_LAST: Final = (
    "django_htmx.middleware.HtmxMiddleware",
    "kokunen.web.middleware.Refusals",
)
"""After sessions, CSRF, authentication, messages, allauth's and axes' middleware."""

CONTEXT_PROCESSORS: Final = ("kokunen.web.context.office",)
"""Beside Django's request, auth and messages."""

CSRF_FAILURE_VIEW: Final = "kokunen.web.views.errors.csrf_failure"
LOGIN_URL: Final = "account_login"
LOGIN_REDIRECT_URL: Final = "home"
AXES_LOCKOUT_CALLABLE: Final = "kokunen.web.views.entrance.locked"
SESSION_COOKIE_HTTPONLY: Final = True
SESSION_COOKIE_SAMESITE: Final = "Strict"
CSRF_COOKIE_HTTPONLY: Final = True
CSRF_COOKIE_SAMESITE: Final = "Strict"
# The files of the installed packages, as they stand: no step collects them first.
WHITENOISE_USE_FINDERS: Final = True

PURPOSE_MINUTES: Final = 30
"""How long a purpose once stated for a person stands (minutes); then it is asked again."""
MY_NUMBER_SECONDS: Final = 60
"""How long a My Number stays on the screen (seconds)."""
WARNING_SECONDS: Final = 120
"""How long before the log-off by time the screen warns (seconds)."""
