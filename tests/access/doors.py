"""The doors of the sign-in alone, so that its tests need no page of the site."""

from __future__ import annotations

from typing import Any, Final

from allauth.account import views as account
from allauth.mfa.base import views as base
from allauth.mfa.recovery_codes import views as codes
from allauth.mfa.totp import views as totp
from django.contrib.auth.hashers import Argon2PasswordHasher
from django.http import HttpRequest, HttpResponse
from django.urls import path


class QuickArgon2(Argon2PasswordHasher):
    """The hasher of the product at its least effort: these tests sign in hundreds of times."""

    time_cost = 1
    memory_cost = 8
    parallelism = 1


def plain(request: HttpRequest) -> HttpResponse:
    del request
    return HttpResponse("in")


urlpatterns = [
    path("", plain, name="home"),
    path("people/", plain, name="person"),
    path("ended/", plain, name="ended"),
    path("sign-in/", account.login, name="account_login"),
    path("sign-in/code/", base.authenticate, name="mfa_authenticate"),
    path("sign-out/", account.logout, name="account_logout"),
    path("me/again/", account.reauthenticate, name="account_reauthenticate"),
    path("me/again/code/", base.reauthenticate, name="mfa_reauthenticate"),
    path("me/password/", account.password_change, name="account_change_password"),
    path("me/factor/", base.index, name="mfa_index"),
    path("me/factor/app/", totp.activate_totp, name="mfa_activate_totp"),
    path("me/factor/app/off/", totp.deactivate_totp, name="mfa_deactivate_totp"),
    path("me/factor/codes/", codes.view_recovery_codes, name="mfa_view_recovery_codes"),
    path("me/factor/codes/new/", codes.generate_recovery_codes, name="mfa_generate_recovery_codes"),
]

_FORM: Final = "{{ form.errors }}{{ form.as_p }}"
_PAGES: Final = {
    "account/login.html": _FORM,
    "account/logout.html": _FORM,
    "account/reauthenticate.html": _FORM,
    "account/password_change.html": _FORM,
    "mfa/authenticate.html": _FORM,
    "mfa/reauthenticate.html": _FORM,
    "mfa/index.html": "in",
    "mfa/totp/activate_form.html": _FORM,
    "mfa/totp/deactivate_form.html": _FORM,
    "mfa/recovery_codes/index.html": "{% for code in unused_codes %}{{ code }} {% endfor %}",
    "mfa/recovery_codes/generate.html": _FORM,
}
SETTINGS: Final[dict[str, Any]] = {
    "ROOT_URLCONF": "tests.access.doors",
    "ALLOWED_HOSTS": ["testserver"],
    "LOGIN_REDIRECT_URL": "/",
    "AXES_LOCKOUT_CALLABLE": None,
    "PASSWORD_HASHERS": ["tests.access.doors.QuickArgon2"],
    "MIDDLEWARE": [
        "django.contrib.sessions.middleware.SessionMiddleware",
        "django.middleware.csrf.CsrfViewMiddleware",
        "django.contrib.auth.middleware.AuthenticationMiddleware",
        "django.contrib.messages.middleware.MessageMiddleware",
        "allauth.account.middleware.AccountMiddleware",
        "kokunen.access.middleware.SignedIn",
        "axes.middleware.AxesMiddleware",
    ],
    "TEMPLATES": [
        {
            "BACKEND": "django.template.backends.django.DjangoTemplates",
            "OPTIONS": {
                "context_processors": ["django.template.context_processors.request"],
                "loaders": [
                    ("django.template.loaders.locmem.Loader", _PAGES),
                    "django.template.loaders.app_directories.Loader",
                ],
            },
        }
    ],
}
