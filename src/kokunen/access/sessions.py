"""How long a stay at a terminal lasts, and why it ends. Pure: no Django, no clock, no I/O."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from types import MappingProxyType
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Mapping


class Ending(StrEnum):
    """Why a stay ended; the code stands in access_session.ending and in the record."""

    SIGN_OUT = "sign_out"
    IDLE = "idle"
    TOO_LONG = "too_long"
    OTHER_TERMINAL = "other_terminal"
    ROLES_CHANGED = "roles_changed"
    REPLACED = "replaced"
    ENDED = "ended"


WORDS: Final[Mapping[Ending, str]] = MappingProxyType(
    {
        Ending.SIGN_OUT: "ログオフしました。",
        Ending.IDLE: "操作がない時間が続いたため、自動でログオフしました。"
        "もう一度サインインしてください。",
        Ending.TOO_LONG: "連続して使える時間を過ぎたため、ログオフしました。"
        "もう一度サインインしてください。",
        Ending.OTHER_TERMINAL: "サインインした端末とは別の端末から操作があったため、終了しました。"
        "自分の端末でもう一度サインインしてください。",
        Ending.ROLES_CHANGED: "所属か役割が変わったため、終了しました。"
        "もう一度サインインしてください。",
        Ending.REPLACED: "別のサインインがあったため、終了しました。"
        "覚えがないときは、すぐにシステム管理の担当へ知らせてください。",
        Ending.ENDED: "システム管理の担当が終了しました。わけは担当に確かめてください。",
    }
)
REFUSALS: Final = frozenset({Ending.OTHER_TERMINAL})
"""Endings that stand in the record as refusals: somebody tried what is not allowed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """``idle``: without any request; ``whole``: since sign-in; ``one``: one stay for one person."""

    idle: timedelta = timedelta(minutes=15)
    whole: timedelta = timedelta(hours=10)
    one: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Stay:
    """A session of the table: what it was bound to when it began, and when it was last used."""

    id: int
    terminal: str
    address: str
    department: str
    roles: frozenset[str]
    started_at: datetime
    seen_at: datetime
    ending: str = ""


def ending_of(
    stay: Stay,
    *,
    at: datetime,
    address: str,
    department: str,
    roles: frozenset[str],
    limits: Limits,
) -> Ending | None:
    """Say why a stay is over at a moment, or None while it may go on.

    ``address``, ``department`` and ``roles`` are those of the request and of the day. A clock that
    went back does not prolong a stay: a moment before its start ends it.
    """
    if stay.ending:
        return Ending(stay.ending)
    if address != stay.address:
        return Ending.OTHER_TERMINAL
    if at < stay.started_at or at - stay.started_at >= limits.whole:
        return Ending.TOO_LONG
    if at - stay.seen_at >= limits.idle:
        return Ending.IDLE
    if roles != stay.roles or department != stay.department or not roles:
        return Ending.ROLES_CHANGED
    return None
