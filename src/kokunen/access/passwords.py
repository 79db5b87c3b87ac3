"""Which passwords are accepted, and the one-time initial ones that an administrator hands over.

The rules are those the Japan Pension Service sets for passwords (founding document 003, 電磁的記録
媒体等の授受方法: twelve characters of four kinds, not guessable, never used twice).
"""

from __future__ import annotations

import secrets
import string
from typing import TYPE_CHECKING, Final

from django.contrib.auth.hashers import check_password
from django.core.exceptions import ValidationError

from kokunen.access.models import FormerPassword, Staff

if TYPE_CHECKING:
    from django.contrib.auth.base_user import AbstractBaseUser

SHORTEST: Final = 12
KINDS: Final = (
    (string.ascii_uppercase, "英大文字"),
    (string.ascii_lowercase, "英小文字"),
    (string.digits, "数字"),
    (string.punctuation, "記号"),
)
REMEMBERED: Final = 24
"""So many former passwords are compared; each comparison costs what a sign-in costs."""

# Without the characters that are mistaken for each other on paper.
_SPOKEN: Final = tuple(
    "".join(one for one in kind if one not in "0O1lI|`'\"\\,.;:^~") for kind, _ in KINDS
)


def initial() -> str:
    """Draw a one-time password of 16 characters that keeps the rules and is easy to copy."""
    chosen = [secrets.choice(kind) for kind in _SPOKEN]
    chosen += [secrets.choice("".join(_SPOKEN[:3])) for _ in range(16 - len(chosen))]
    secrets.SystemRandom().shuffle(chosen)
    return "".join(chosen)


class FourKinds:
    """At least twelve characters, with each of the four kinds in it."""

    def validate(self, password: str, user: AbstractBaseUser | None = None) -> None:
        """Raise ValidationError naming what is missing."""
        del user
        missing = [name for kind, name in KINDS if not set(kind) & set(password)]
        if len(password) < SHORTEST:
            missing.insert(0, f"{SHORTEST}文字以上の長さ")
        if missing:
            raise ValidationError(
                f"パスワードの条件に足りません。加えてください: {'、'.join(missing)}。",
                code="password_too_simple",
            )

    def get_help_text(self) -> str:
        """Say the rule as it stands beside the field."""
        return f"英大文字・英小文字・数字・記号をそれぞれ1文字以上含む、{SHORTEST}文字以上"


class NotAboutOneself:
    """The staff number does not stand in the password."""

    def validate(self, password: str, user: AbstractBaseUser | None = None) -> None:
        """Raise ValidationError when the password contains the staff number."""
        if isinstance(user, Staff) and user.staff_number.lower() in password.lower():
            raise ValidationError(
                "パスワードに職員番号が入っています。推測されない別の文字列にしてください。",
                code="password_about_oneself",
            )

    def get_help_text(self) -> str:
        """Say the rule as it stands beside the field."""
        return "職員番号を含まないこと"


class NeverUsedBefore:
    """Neither the present password nor a former one."""

    def validate(self, password: str, user: AbstractBaseUser | None = None) -> None:
        """Raise ValidationError when the account had this password before."""
        if not isinstance(user, Staff) or user.pk is None:
            return
        former = FormerPassword.objects.filter(staff=user).order_by("-recorded_at")
        digests = [user.password, *former.values_list("password", flat=True)[:REMEMBERED]]
        if any(check_password(password, digest) for digest in digests):
            raise ValidationError(
                "前に使ったパスワードです。使ったことのない文字列にしてください。",
                code="password_used_before",
            )

    def get_help_text(self) -> str:
        """Say the rule as it stands beside the field."""
        return "過去に使っていないこと"
