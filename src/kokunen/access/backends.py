"""The check of a password: right only for an account that is in use and has a role today."""

from __future__ import annotations

from typing import TYPE_CHECKING

from allauth.account.auth_backends import AuthenticationBackend

from kokunen.access import acting
from kokunen.access.models import Staff

if TYPE_CHECKING:
    from django.contrib.auth.base_user import AbstractBaseUser


class StaffBackend(AuthenticationBackend):  # type: ignore[misc]  # allauth ships no types
    """Signs in by staff number and password; nothing here grants permissions."""

    def user_can_authenticate(self, user: AbstractBaseUser | None) -> bool:
        """Whether the account is in use and holds a role on the present day."""
        return user is not None and acting.today(acting.now(), user.pk) is not None

    def get_user(self, user_id: int) -> Staff | None:
        """Return the account of a session, in use or not.

        Django would forget whoever lost the last role; the middleware must see them, to end the
        stay and put the reason on the record.
        """
        return Staff.objects.filter(pk=user_id).first()

    @classmethod
    def _stash_user(cls, user: AbstractBaseUser | None) -> AbstractBaseUser | None:
        # allauth would let such a user pass on to its page for inactive accounts, unlogged; here
        # a right password without a role is refused like a wrong one.
        del user
        return None
