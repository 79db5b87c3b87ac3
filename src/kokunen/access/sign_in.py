"""Settings of the sign-in: two factors, lock-out, passwords. Every site takes these by name.

WebAuthn stays off: it needs HTTPS under a fixed host name, which the office's own network may not
have. No sign-up, no e-mail, no reset by mail: accounts come from the personnel file, and a lost
password is replaced by an administrator.
"""

from __future__ import annotations

from datetime import timedelta
from typing import Final

from kokunen.access.sessions import Limits

AUTHENTICATION_BACKENDS: Final = [
    "axes.backends.AxesStandaloneBackend",
    "kokunen.access.backends.StaffBackend",
]
PASSWORD_HASHERS: Final = ["django.contrib.auth.hashers.Argon2PasswordHasher"]
AUTH_PASSWORD_VALIDATORS: Final = [
    {"NAME": "kokunen.access.passwords.FourKinds"},
    {"NAME": "kokunen.access.passwords.NotAboutOneself"},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "kokunen.access.passwords.NeverUsedBefore"},
]

ACCOUNT_ADAPTER: Final = "kokunen.access.adapters.AccountAdapter"
ACCOUNT_LOGIN_METHODS: Final = {"username"}
ACCOUNT_SIGNUP_FIELDS: Final = ["username*", "password1*"]
ACCOUNT_USER_MODEL_USERNAME_FIELD: Final = "staff_number"
ACCOUNT_USER_MODEL_EMAIL_FIELD: Final = None
ACCOUNT_USERNAME_VALIDATORS: Final = None
ACCOUNT_EMAIL_VERIFICATION: Final = "none"
ACCOUNT_EMAIL_NOTIFICATIONS: Final = False
ACCOUNT_PRESERVE_USERNAME_CASING: Final = True
ACCOUNT_SESSION_REMEMBER: Final = False
ACCOUNT_LOGOUT_ON_GET: Final = False
ACCOUNT_LOGOUT_REDIRECT_URL: Final = "account_login"
ACCOUNT_CHANGE_EMAIL: Final = False
# Failures are counted in the database by axes, for all processes and for both factors.
ACCOUNT_RATE_LIMITS: Final = False
ACCOUNT_FORMS: Final = {"login": "kokunen.access.forms.SignInForm"}

MFA_ADAPTER: Final = "kokunen.access.adapters.SecondFactorAdapter"
MFA_SUPPORTED_TYPES: Final = ["totp", "recovery_codes"]
MFA_RECOVERY_CODES_SHOW_ONCE: Final = True
MFA_TOTP_ISSUER: Final = "Kokunen"
MFA_TOTP_TOLERANCE: Final = 1
MFA_TRUST_ENABLED: Final = False

AXES_FAILURE_LIMIT: Final = 5
AXES_LOCKOUT_PARAMETERS: Final = ["username", "ip_address"]
AXES_COOLOFF_TIME: Final = timedelta(minutes=30)
# Else whoever keeps trying keeps a colleague locked out for good.
AXES_RESET_COOL_OFF_ON_FAILURE_DURING_LOCKOUT: Final = False
AXES_RESET_ON_SUCCESS: Final = True
AXES_USERNAME_FORM_FIELD: Final = "username"
AXES_USERNAME_CALLABLE: Final = "kokunen.access.lockout.name_to_count"
AXES_CLIENT_STR_CALLABLE: Final = "kokunen.access.lockout.nobody"
AXES_HTTP_RESPONSE_CODE: Final = 429
AXES_SENSITIVE_PARAMETERS: Final = ["username", "login", "code", "csrfmiddlewaretoken", "next"]
AXES_DISABLE_ACCESS_LOG: Final = True
AXES_ENABLE_ACCESS_FAILURE_LOG: Final = False
AXES_ENABLE_ADMIN: Final = False
AXES_VERBOSE: Final = False
AXES_IPWARE_META_PRECEDENCE_ORDER: Final = ["REMOTE_ADDR"]

SESSION_COOKIE_AGE: Final = int(Limits().whole.total_seconds())
SESSION_EXPIRE_AT_BROWSER_CLOSE: Final = True
KOKUNEN_SESSION_LIMITS: Final = Limits()
