"""How the sign-in of the office differs from that of a public site."""

from __future__ import annotations

import base64
from typing import TYPE_CHECKING, Any, Final

from allauth.account.adapter import DefaultAccountAdapter
from allauth.core import context
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.models import Authenticator
from cryptography.fernet import Fernet
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings

from kokunen.access import acting, lockout, queries
from kokunen.access.session_operations import change_password, refuse

if TYPE_CHECKING:
    from django.contrib.auth.base_user import AbstractBaseUser
    from django.http import HttpRequest

_LOST: Final = "分からないときは、システム管理の担当に初期パスワードの再発行を頼んでください。"


class AccountAdapter(DefaultAccountAdapter):  # type: ignore[misc]  # allauth ships no types
    """No sign-up, no mail; only from registered terminals; passwords keep their history."""

    error_messages = DefaultAccountAdapter.error_messages | {
        "username_password_mismatch": "職員番号かパスワードが違うか、今日は使えない職員番号です。"
        + _LOST,
        "incorrect_password": f"今のパスワードが違います。{_LOST}",
        "enter_current_password": "今のパスワードを入れてください。",
        "unknown_terminal": "この端末は登録されていないため、サインインできません。"
        "登録された端末を使うか、システム管理の担当に登録を頼んでください。",
    }

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        """Accounts come from the personnel file alone."""
        del request
        return False

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        """Send nothing: the office's network has no way out."""

    def pre_authenticate(self, request: HttpRequest, **credentials: Any) -> None:  # noqa: ANN401 - as allauth has it
        """Refuse a terminal that is not registered before any password is looked at."""
        if queries.terminal_at(acting.address(request)) is None:
            name = lockout.typed_name(request, credentials)
            known = name if queries.identify(name) is not None else ""
            refuse(
                operation="access.sign_in",
                occasion=acting.stranger(request, staff_number=known),
                outcome="unknown_terminal",
            )
            raise self.validation_error("unknown_terminal")
        super().pre_authenticate(request, **credentials)

    def set_password(self, user: AbstractBaseUser, password: str) -> None:
        """Keep the password its owner chose, with its history, in one transaction."""
        user.password = change_password(
            staff=user.pk, password=password, occasion=context.request.occasion
        )

    def is_reauthentication_required(self, *, app: str, **kwargs: Any) -> bool:  # noqa: ANN401 - as allauth has it
        """Ask for the password again, except to set up the first second factor after sign-in."""
        user = context.request.user
        has_factor = Authenticator.objects.filter(user_id=user.pk).exists()
        return has_factor and bool(super().is_reauthentication_required(app=app, **kwargs))


class SecondFactorAdapter(DefaultMFAAdapter):  # type: ignore[misc]  # allauth ships no types
    """Secrets are encrypted; nobody takes the own second factor away."""

    error_messages = DefaultMFAAdapter.error_messages | {
        "incorrect_code": "確認コードが違います。認証アプリの今の6桁を入れてください。",
        "cannot_delete_authenticator": "二つ目の認証要素は自分では外せません。"
        "端末を失くしたときは、システム管理の担当に知らせてください。",
    }

    def encrypt(self, text: str) -> str:
        """Encrypt the seed of the codes with a key from outside the database."""
        return _cipher().encrypt(text.encode()).decode()

    def decrypt(self, encrypted_text: str) -> str:
        """Decrypt it again."""
        return _cipher().decrypt(encrypted_text.encode()).decode()

    def can_delete_authenticator(self, authenticator: Authenticator) -> bool:
        """Say no: an administrator resets it, on the record."""
        del authenticator
        return False


def _cipher() -> Fernet:
    """Derive the key from the site's secret; with another secret all second factors begin anew."""
    derived = HKDF(hashes.SHA256(), 32, salt=None, info=b"kokunen.access.second_factor").derive(
        settings.SECRET_KEY.encode()
    )
    return Fernet(base64.urlsafe_b64encode(derived))
