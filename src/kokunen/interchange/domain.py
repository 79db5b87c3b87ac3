"""Files and records that cross the wall, and what becomes of them. Pure.

A file is a row with events that never change; its state is what the last of them makes of it. A
record of a file that came in has one outcome at a time: a later attempt is a new row.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Final

from kokunen.dates.errors import Refusal
from kokunen.people.codes import Code

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import date, datetime


class UnableToReceiveFile(Refusal):
    """The whole file is refused; nothing of it was applied. ``code`` says why."""

    code = "file_refused"


class UnableToApplyRecord(Refusal):
    """One record cannot be applied as it stands; the others go on where the policy allows."""

    code = "record_refused"


class UnableToHandleFile(Refusal):
    """The act does not fit the state of the file, or the person who asks."""

    code = "file_state"


class UnableToFindFile(UnableToHandleFile):
    """No file of this number came in, or goes out."""

    code = "no_file"


class UnableToFindRecord(UnableToHandleFile):
    """A file has no record of this number."""

    code = "no_record"


class Direction(Code):
    """Which way a file goes."""

    IN = "in", "受信"
    OUT = "out", "送信"


class Partner(Code):
    """Who is on the other side (founding document 004, Ⅰ2, Ⅱ3 入手元 and Ⅱ5 移転先1–5)."""

    RESIDENT_REGISTER = "resident_register", "住民基本台帳"
    TAX = "tax", "市民税"
    WELFARE = "welfare", "生活保護"
    DISABILITY = "disability", "障害福祉"
    CHILDREN = "children", "児童福祉"
    HEALTH_INSURANCE = "health_insurance", "国民健康保険"
    COLLECTION = "collection", "収納管理"
    ONLINE = "online", "オンライン申請"
    AGENCY = "agency", "日本年金機構"
    PERSONNEL = "personnel", "人事"


class EventKind(Code):
    """One event in the life of a file."""

    ARRIVED = "arrived", "受信"
    REFUSED = "refused", "受取拒否"
    WAITING = "waiting", "前の通番待ち"
    APPLIED = "applied", "反映"
    SET_ASIDE = "set_aside", "取止め"
    MADE = "made", "作成"
    CHECKED = "checked", "内容確認"
    RELEASED = "released", "送付決定"
    SENT = "sent", "送付"
    ACKNOWLEDGED = "acknowledged", "受領確認"
    WITHDRAWN = "withdrawn", "取下げ"
    RESENT = "resent", "再送"


class FileState(Code):
    """Where a file stands."""

    APPLYING = "applying", "反映中"
    REFUSED = "refused", "受取拒否"
    WAITING = "waiting", "前の通番待ち"
    APPLIED = "applied", "反映済"
    SET_ASIDE = "set_aside", "取止め"
    TO_CHECK = "to_check", "内容確認待ち"
    TO_RELEASE = "to_release", "送付決定待ち"
    TO_SEND = "to_send", "送付待ち"
    AWAITING_RECEIPT = "awaiting_receipt", "受領待ち"
    RECEIVED = "received", "受領済"
    WITHDRAWN = "withdrawn", "取下げ"


STATE_AFTER: Final[Mapping[EventKind, FileState]] = MappingProxyType(
    {
        EventKind.ARRIVED: FileState.APPLYING,
        EventKind.REFUSED: FileState.REFUSED,
        EventKind.WAITING: FileState.WAITING,
        EventKind.APPLIED: FileState.APPLIED,
        EventKind.SET_ASIDE: FileState.SET_ASIDE,
        EventKind.MADE: FileState.TO_CHECK,
        EventKind.CHECKED: FileState.TO_RELEASE,
        EventKind.RELEASED: FileState.TO_SEND,
        EventKind.SENT: FileState.AWAITING_RECEIPT,
        EventKind.RESENT: FileState.AWAITING_RECEIPT,
        EventKind.ACKNOWLEDGED: FileState.RECEIVED,
        EventKind.WITHDRAWN: FileState.WITHDRAWN,
    }
)
"""The state that each event makes."""


class RecordOutcome(Code):
    """What became of one record that came in."""

    APPLIED = "applied", "反映"
    NOTHING = "nothing", "変更なし"
    REPEATED = "repeated", "受信済みの通知"
    HELD = "held", "保留(先の通知・職員の判断待ち)"
    REFUSED = "refused", "反映できない"
    MATCHED = "matched", "突合一致"
    PROBABLE = "probable", "突合候補あり"
    UNMATCHED = "unmatched", "突合先なし"
    SET_ASIDE = "set_aside", "取止め"


DONE: Final = frozenset(
    {
        RecordOutcome.APPLIED,
        RecordOutcome.NOTHING,
        RecordOutcome.REPEATED,
        RecordOutcome.MATCHED,
        RecordOutcome.SET_ASIDE,
    }
)
"""Outcomes after which nothing is left to do; of the others the record as received is kept."""

OPEN: Final = tuple(outcome for outcome in RecordOutcome if outcome not in DONE)
"""Outcomes that wait for somebody."""


class DifferenceKind(Code):
    """Where the register and what came back say different things."""

    NAME = "name", "氏名"
    BIRTH_DATE = "birth_date", "生年月日"
    SEX = "sex", "性別"
    BAND = "band", "判定と処理結果の区分"
    DATE = "date", "年月日"
    CATEGORY = "category", "種別"
    MISSING_HERE = "missing_here", "市の記録にない"
    MISSING_THERE = "missing_there", "機構の一覧にない"


class Phase(Code):
    """The parts of a night, in their order."""

    IN = "in", "受信と反映"
    EFFECTS = "effects", "保留の再処理"
    CANDIDATES = "candidates", "候補者の抽出"
    OUT = "out", "送付物の作成"


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """What is wrong with a file or one of its records: where, what, and what to do.

    ``record`` counts from 1 (0: the file as a whole); ``at`` is the first byte within the record
    from 1 (0: unknown); ``received`` the bytes of the field as they came.
    """

    record: int
    field: str
    what: str
    fix: str
    code: str = "bad_record"
    at: int = 0
    received: bytes = b""


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """One event. ``staff`` is access_staff.id, 0 a program; ``detail`` holds codes and counts."""

    number: int
    kind: EventKind
    at: datetime
    staff: int
    reason: str = ""
    code: str = ""
    detail: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidate:
    """A case that a result may belong to; ``score`` 0 to 100; ``says`` what agrees and what not."""

    case: int
    score: int
    agrees: tuple[str, ...] = ()
    differs: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Differs:
    """A difference found while a record was applied; ``case`` is where it is to be cleared."""

    what: DifferenceKind
    person: int
    case: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Effect:
    """What one record did; ``person`` is the 宛名番号.

    ``rows`` are (kind, id) of the facts made, and what a receiver notes of its own: the attachments
    of a case, the line of the notice that was corrected, the day (yyyymmdd) on which a cause of
    法定免除 begins or ends.

    ``code``, ``says`` and ``fix`` tell why it was not applied; ``fields`` names those at fault.
    """

    outcome: RecordOutcome
    person: int | None = None
    case: int | None = None
    rows: tuple[tuple[str, int], ...] = ()
    code: str = ""
    says: str = ""
    fix: str = ""
    fields: tuple[str, ...] = ()
    candidates: tuple[Candidate, ...] = ()
    differences: tuple[Differs, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Sent:
    """One record of a file that goes out: about whom, for which case, under which key.

    ``key`` names what is told (``case 12 step 4``, ``2026-04 person 7``): of one layout nothing is
    sent twice. ``values`` are the fields of the layout's detail record.
    """

    key: str
    person: int
    values: Mapping[str, Any]
    case: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """A file to be made: its layout, its records, and what its header says beside the usual."""

    layout: str
    records: tuple[Sent, ...]
    made_on: date
    header: Mapping[str, Any] = field(default_factory=dict)


def state_of(events: Sequence[Event]) -> FileState:
    """Return the state that the events (in their order, at least one) make."""
    return STATE_AFTER[events[-1].kind]
