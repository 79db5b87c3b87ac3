"""Accounts that should not be as they are: one report for whoever looks after them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from types import MappingProxyType
from typing import TYPE_CHECKING, Final

from kokunen.access import queries
from kokunen.access.models import Assignment
from kokunen.dates.tokyo import day_of

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime


class Why(StrEnum):
    """Why an account stands in the report."""

    NO_ROLE = "no_role"
    NOT_USED = "not_used"
    LEFT_INSIDE = "left_inside"
    NO_SECOND_FACTOR = "no_second_factor"
    ROLE_ENDED = "role_ended"
    LOCKED = "locked"


WORDS: Final[Mapping[Why, str]] = MappingProxyType(
    {
        Why.NO_ROLE: "在職中ですが、役割が一度も発令されていません。",
        Why.NOT_USED: "長い間サインインしていません。",
        Why.LEFT_INSIDE: "退職か役割の終了のあとも、サインインした状態が残っています。",
        Why.NO_SECOND_FACTOR: "二つ目の認証要素が登録されていません。",
        Why.ROLE_ENDED: "役割の期間が終わりましたが、在職のままです。",
        Why.LOCKED: "認証の失敗が続き、使えない状態です。",
    }
)
UNUSED: Final = timedelta(days=90)


@dataclass(frozen=True, slots=True, kw_only=True)
class Stale:
    """One account and one thing to put right."""

    staff_number: str
    name: str
    why: Why
    since: datetime | None = None


def stale(*, at: datetime, unused: timedelta = UNUSED) -> list[Stale]:
    """Return every account to look at on the day of ``at``, by staff number.

    ``unused``: an account in use whose last sign-in is longer ago (or that was never signed in to)
    is named. Source: founding document 004, Ⅲ3 リスク2 (発効・失効の管理).
    """
    day = day_of(at)
    ever = set(
        Assignment.objects.filter(superseded_at=None, valid__startswith__lte=day).values_list(
            "staff", flat=True
        )
    )
    found = []
    for one in queries.staff_list(at=at):
        active = one.active_from <= day and (one.active_until is None or day < one.active_until)
        reasons: list[tuple[Why, datetime | None]] = []
        if active and not one.roles:
            reasons.append((Why.ROLE_ENDED if one.id in ever else Why.NO_ROLE, None))
        if one.signed_in and not (active and one.roles):
            reasons.append((Why.LEFT_INSIDE, one.last_sign_in))
        if active and (one.last_sign_in is None or at - one.last_sign_in > unused):
            reasons.append((Why.NOT_USED, one.last_sign_in))
        if active and not one.second_factor:
            reasons.append((Why.NO_SECOND_FACTOR, None))
        if one.locked:
            reasons.append((Why.LOCKED, None))
        found += [
            Stale(staff_number=one.staff_number, name=one.name, why=why, since=since)
            for why, since in reasons
        ]
    return found
