"""The rules of the protection measures (支援措置), without a database and without a clock.

A measure lasts one year; its renewal is accepted from one month before the end (住民基本台帳事務に
おける支援措置). After the end the record stays masked: a warning asks for a renewal or for an end
that a second person checks (the shared notes on practice, §7).
"""

from __future__ import annotations

import calendar
import re
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from types import MappingProxyType
from typing import TYPE_CHECKING, Final

from kokunen.dates.errors import Refusal

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime
    from uuid import UUID

_DECEMBER: Final = 12


class UnableToProtect(Refusal):
    """A step of a measure was not entered or not checked; each reason has a class below."""

    code = "unable_to_protect"


class UnableToProtectAsProgram(UnableToProtect):
    """A program entered or checked a step; only members of staff do."""

    code = "protection_as_program"


class UnableToProtectWithoutEvidence(UnableToProtect):
    """A step names no document."""

    code = "protection_without_evidence"


class UnableToProtectOnFutureDay(UnableToProtect):
    """The day of the application lies after the day on which it is entered."""

    code = "protection_on_future_day"


class UnableToFindMeasure(UnableToProtect):
    """There is no such measure, or no such step."""

    code = "protection_unknown"


class UnableToRenew(UnableToProtect):
    """It is too early to renew, or the measure is ended or about to be."""

    code = "protection_not_renewable"


class UnableToEnd(UnableToProtect):
    """The measure is ended, or its end waits for the check already."""

    code = "protection_not_endable"


class UnableToCheckStep(UnableToProtect):
    """The step is one's own, or has been checked."""

    code = "protection_not_checkable"


class UnableToInclude(UnableToProtect):
    """The person is the applicant, is included already, or the measure is ended."""

    code = "protection_not_includable"


class UnableToChangeNumber(UnableToProtect):
    """The numbers are not a basic pension number and its 97 successor, or nobody is protected."""

    code = "protection_number"


class Ground(StrEnum):
    """Why the person is protected."""

    DV = "dv"
    STALKER = "stalker"
    CHILD_ABUSE = "child_abuse"
    OTHER = "other"


GROUND_NAMES: Final[Mapping[Ground, str]] = MappingProxyType(
    {
        Ground.DV: "配偶者等からの暴力",
        Ground.STALKER: "ストーカー行為等",
        Ground.CHILD_ABUSE: "児童虐待",
        Ground.OTHER: "これらに準ずる行為",
    }
)


class Evidence(StrEnum):
    """The document behind a step."""

    APPLICATION = "application"
    POLICE = "police"
    CENTRE = "centre"
    CHILD_CENTRE = "child_centre"
    COURT = "court"
    MUNICIPALITY = "municipality"
    WITHDRAWAL = "withdrawal"
    OTHER = "other"


EVIDENCE_NAMES: Final[Mapping[Evidence, str]] = MappingProxyType(
    {
        Evidence.APPLICATION: "支援措置申出書",
        Evidence.POLICE: "警察の意見",
        Evidence.CENTRE: "配偶者暴力相談支援センターの意見",
        Evidence.CHILD_CENTRE: "児童相談所の意見",
        Evidence.COURT: "保護命令等の裁判書",
        Evidence.MUNICIPALITY: "他の市区町村からの通知",
        Evidence.WITHDRAWAL: "終了の申出書",
        Evidence.OTHER: "その他の書類",
    }
)


class Kind(StrEnum):
    """What a step does."""

    REGISTERED = "registered"
    RENEWED = "renewed"
    ENDED = "ended"


class Warned(StrEnum):
    """Why a measure stands on the reminder list."""

    RENEWABLE = "renewable"
    OVERDUE = "overdue"


@dataclass(frozen=True, slots=True, kw_only=True)
class Member:
    """A person of the same address to be covered too; ``relation`` as seen from the applicant."""

    person: int
    relation: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class OtherParty:
    """The one from whom the person is protected; ``person`` is None for who is not on record."""

    name: str
    person: int | None = None
    address: str = ""
    relation: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """A step with its check; ``accepted`` is None while nobody has checked it."""

    id: UUID
    kind: Kind
    on: date
    starts: date | None
    ends: date | None
    evidence: Evidence
    evidence_ref: str
    entered_by: int
    entered_at: datetime
    checked_by: int | None = None
    accepted: bool | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Measure:
    """A measure and its steps, in the order of their entry."""

    id: UUID
    person: int
    ground: Ground
    steps: tuple[Step, ...]

    @property
    def ended(self) -> bool:
        """Whether a second person has accepted the end: only this uncovers."""
        return any(step.kind is Kind.ENDED and step.accepted for step in self.steps)

    @property
    def ending(self) -> bool:
        """Whether an end waits for its check."""
        return any(step.kind is Kind.ENDED and step.accepted is None for step in self.steps)

    @property
    def ends(self) -> date | None:
        """The last day of the last period that was not sent back."""
        days = [step.ends for step in self.steps if step.ends and step.accepted is not False]
        return max(days, default=None)

    def warned(self, on: date) -> Warned | None:
        """Return why a clerk is reminded of the measure on a day, or None.

        An end that waits for its check is no end: the warning stays.
        """
        if self.ended:
            return None
        if self.ends is None or on > self.ends:
            return Warned.OVERDUE
        return Warned.RENEWABLE if on >= renewable_from(self.ends) else None


_HIGHEST_NUMBER: Final = 10**15 - 1


def last_day(starts: date) -> date:
    """Return the last day of a measure's year: the day before the same day of the next year.

    From 29 February it is 28 February: the month that has no such day ends the period on its last
    day (民法143条2項ただし書).
    """
    if (starts.month, starts.day) == (2, 29):
        return date(starts.year + 1, 2, 28)
    return starts.replace(year=starts.year + 1) - timedelta(days=1)


def renewable_from(ends: date) -> date:
    """Return the first day on which a renewal is accepted: one month before the end.

    A month without such a day gives its last day.
    """
    year, month = (ends.year - 1, _DECEMBER) if ends.month == 1 else (ends.year, ends.month - 1)
    return date(year, month, min(ends.day, calendar.monthrange(year, month)[1]))


def renewed_period(measure: Measure, on: date) -> tuple[date, date]:
    """Return the first and last day of the renewal applied for on a day; raise `UnableToRenew`.

    In time, it follows the old period without a gap; late, it begins on the day of the renewal.
    """
    if measure.ended or measure.ending:
        raise UnableToRenew(
            "この支援措置は、終了しているか、終了の確認を待っています。更新できません。",
            fix="新しい申出として登録するか、終了の確認を差し戻してください。",
        )
    if measure.ends is None or on > measure.ends:
        return on, last_day(on)
    first = renewable_from(measure.ends)
    if on < first:
        raise UnableToRenew(
            f"更新は、期間の満了の1か月前({first.isoformat()})から受け付けます。",
            fix=f"{first.isoformat()}以後に受け付けてください。",
            field="on",
        )
    starts = measure.ends + timedelta(days=1)
    return starts, last_day(starts)


def applied_on(on: date, *, today: date) -> None:
    """Pass, or raise `UnableToProtectOnFutureDay`: nobody has applied yet on a day to come."""
    if on > today:
        raise UnableToProtectOnFutureDay(
            "申出のあった日が、今日より後です。",
            fix="申出書の日付を確かめてください。",
            field="on",
        )


def may_include(member: Member) -> None:
    """Pass, or raise `UnableToInclude` for what is no 宛名番号 (1 to 15 digits)."""
    if not 1 <= member.person <= _HIGHEST_NUMBER:
        raise UnableToInclude(
            "宛名番号は1から15けたの数字です。",
            fix="併せて支援を求める人の宛名番号を確かめてください。",
            field="members",
        )


def may_end(measure: Measure, on: date) -> None:
    """Pass, or raise `UnableToEnd`."""
    if measure.ended or measure.ending:
        raise UnableToEnd(
            "この支援措置は、終了しているか、終了の確認を待っています。",
            fix="確認待ちの一覧を見てください。",
        )
    if on < min(step.on for step in measure.steps):
        raise UnableToEnd(
            "終了の日が、登録の日より前です。",
            fix="終了の日を確かめてください。",
            field="on",
        )


def may_check(step: Step, *, by: int) -> None:
    """Pass, or raise `UnableToCheckStep`: the second person is another, and checks once."""
    if by == step.entered_by:
        raise UnableToCheckStep(
            "入力した職員は、自分の入力を確認できません。入力と確認は別の職員が行います。",
            fix="別の職員に確認を頼んでください。",
        )
    if step.accepted is not None:
        raise already_checked()


def already_checked() -> UnableToCheckStep:
    """Return the refusal of a second check."""
    return UnableToCheckStep(
        "この入力はもう確認されています。確認の結果は変えられません。",
        fix="必要なら、新しい手続として入力してください。",
    )


def may_change_number(*, old_number: str, new_number: str) -> None:
    """Pass, or raise `UnableToChangeNumber`.

    Both are basic pension numbers (基礎年金番号) of 10 digits; the new one begins with 97, which
    the Japan Pension Service gives to keep a person's whereabouts secret.
    """
    if not all(re.fullmatch("[0-9]{10}", number) for number in (old_number, new_number)):
        raise UnableToChangeNumber(
            "基礎年金番号は10桁の数字です。",
            fix="年金事務所からの通知を見て、10桁の数字を入れてください。",
            field="new_number",
        )
    if not new_number.startswith("97") or old_number == new_number:
        raise UnableToChangeNumber(
            "秘密保持のための変更後の基礎年金番号は、97から始まる新しい番号です。",
            fix="年金事務所からの通知で、変更前と変更後の番号を確かめてください。",
            field="new_number",
        )
