"""When a sealed thing may be opened, by whom, and for how long.

Pure. Opening a protected person (支援措置) needs a reason and a second person; opening an
individual number (個人番号) needs a case, since it may be used only for the work it was asked for
(番号法9条・19条).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from types import MappingProxyType
from typing import TYPE_CHECKING, Final

from kokunen.access.domain import stated
from kokunen.dates.errors import Refusal

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime
    from uuid import UUID

    from kokunen.audit.domain import Occasion


class UnableToOpen(Refusal):
    """A sealed thing was not opened; each reason has a class of its own below."""

    code = "unable_to_open"


class UnableToOpenAsProgram(UnableToOpen):
    """A program asked, or answered; only members of staff do."""

    code = "opening_as_program"


class UnableToOpenWithoutReason(UnableToOpen):
    """A protected person was to be opened, or a request to be refused, without a written reason."""

    code = "opening_without_reason"


class UnableToOpenWithoutCase(UnableToOpen):
    """An individual number was asked for without a case."""

    code = "opening_without_case"


class UnableToOpenSoLong(UnableToOpen):
    """The end of the opening is not after its beginning, or more than an hour after it."""

    code = "opening_too_long"


class UnableToOpenOwnRequest(UnableToOpen):
    """Whoever asked answered their own request."""

    code = "opening_own_request"


class UnableToOpenAnswered(UnableToOpen):
    """The request has its answer already, or is of a kind that takes none."""

    code = "opening_answered"


class UnableToOpenExpired(UnableToOpen):
    """The time of the opening is over."""

    code = "opening_expired"


class UnableToOpenNotGranted(UnableToOpen):
    """There is no such opening of this member of staff for this person, or nobody granted it."""

    code = "opening_not_granted"


class Kind(StrEnum):
    """What is sealed."""

    PROTECTED = "protected"
    MY_NUMBER = "my_number"


LASTS: Final[Mapping[Kind, timedelta]] = MappingProxyType(
    {Kind.PROTECTED: timedelta(minutes=30), Kind.MY_NUMBER: timedelta(minutes=10)}
)
"""How long an opening stands, counted from the request."""
LONGEST: Final = timedelta(hours=1)
NEEDS_SECOND_PERSON: Final = frozenset({Kind.PROTECTED})


class State(StrEnum):
    """What has become of a request."""

    WAITING = "waiting"
    STANDING = "standing"
    REFUSED = "refused"
    EXPIRED = "expired"


@dataclass(frozen=True, slots=True, kw_only=True)
class Opening:
    """A request with its answer; ``granted`` and ``answered_by`` are None before there is one."""

    id: UUID
    kind: Kind
    person: int
    requested_by: int
    staff_number: str
    purpose: str
    case: int | None
    reason: str
    requested_at: datetime
    until: datetime
    granted: bool | None = None
    answered_by: int | None = None
    answer_reason: str = ""

    def state(self, at: datetime) -> State:
        """Return the state at a moment; a refusal stays one when the time is over."""
        if self.granted is False:
            return State.REFUSED
        if at >= self.until:
            return State.EXPIRED
        if self.kind in NEEDS_SECOND_PERSON and self.granted is None:
            return State.WAITING
        return State.STANDING


def may_request(*, kind: Kind, occasion: Occasion, until: datetime) -> int:
    """Return the id of the member of staff who may ask, or raise.

    Raises ``UnableToOpenAsProgram``, ``UnableToOpenWithoutPurpose`` (of ``access.domain``),
    ``UnableToOpenWithoutReason``, ``UnableToOpenWithoutCase`` or ``UnableToOpenSoLong``.
    """
    if occasion.staff is None:
        raise UnableToOpenAsProgram(
            "封印された情報を開けるのは職員だけです。プログラムからは開けません。",
            fix="職員としてサインインして申請してください。",
        )
    stated(purpose=occasion.purpose, reason=occasion.reason, case=occasion.case)
    if kind is Kind.PROTECTED and not occasion.reason.strip():
        raise UnableToOpenWithoutReason(
            "支援措置の対象者を開くには、理由の記入が必要です。",
            fix="なぜ開く必要があるのかを書いてください。",
            field="reason",
        )
    if kind is Kind.MY_NUMBER and occasion.case is None:
        raise UnableToOpenWithoutCase(
            "個人番号は、事務に必要な限度でしか利用できません(番号法9条)。案件番号がありません。",
            fix="案件番号を入れてください。",
            field="case",
        )
    if not occasion.at < until <= occasion.at + LONGEST:
        raise UnableToOpenSoLong(
            "開いておく時間は、申請から1時間以内です。",
            fix="終わりの時刻を、申請から1時間以内にしてください。",
            field="until",
        )
    return occasion.staff


def may_answer(opening: Opening, *, granted: bool, reason: str, occasion: Occasion) -> int:
    """Return the id of the member of staff who may answer, or raise.

    Raises ``UnableToOpenAsProgram``, ``UnableToOpenOwnRequest``, ``UnableToOpenAnswered``,
    ``UnableToOpenExpired`` or ``UnableToOpenWithoutReason``.
    """
    if occasion.staff is None:
        raise UnableToOpenAsProgram(
            "閲覧の申請に答えられるのは職員だけです。",
            fix="承認する職員としてサインインしてください。",
        )
    if occasion.staff == opening.requested_by:
        raise UnableToOpenOwnRequest(
            "自分の申請には自分で答えられません。申請と承認は別の職員が行います。",
            fix="別の職員に承認を頼んでください。",
        )
    if opening.granted is not None or opening.kind not in NEEDS_SECOND_PERSON:
        raise already_answered()
    if occasion.at >= opening.until:
        raise expired()
    if not granted and not reason.strip():
        raise UnableToOpenWithoutReason(
            "認めない場合は、その理由の記入が必要です。",
            fix="申請した職員に伝わるように、理由を書いてください。",
            field="reason",
        )
    return occasion.staff


def already_answered() -> UnableToOpenAnswered:
    """Return the refusal of a second answer."""
    return UnableToOpenAnswered(
        "この申請にはもう答えが出ています(または承認の要らない申請です)。答えは変えられません。",
        fix="必要なら、申請からやり直してください。",
    )


def expired() -> UnableToOpenExpired:
    """Return the refusal of an opening whose time is over."""
    return UnableToOpenExpired(
        "閲覧できる時間が過ぎています。",
        fix="必要なら、もう一度申請してください。",
    )


def not_granted(opening: Opening | None) -> UnableToOpenNotGranted:
    """Return the refusal of an opening that does not stand, though its time may not be over."""
    if opening is not None and opening.granted is False:
        return UnableToOpenNotGranted(
            "この閲覧の申請は認められませんでした。",
            fix="承認者に理由を確かめ、必要なら申請からやり直してください。",
        )
    if opening is not None and opening.granted is None:
        return UnableToOpenNotGranted(
            "この閲覧の申請は、まだ承認されていません。",
            fix="別の職員の承認を待ってください。",
        )
    return UnableToOpenNotGranted(
        "この人についての、あなたの閲覧の申請が確定していません。",
        fix="処理事由を示して、閲覧を申請してください。",
    )
