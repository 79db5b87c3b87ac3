"""Who may see and do what in the city's office: roles, fields, permissions, purposes, four eyes.

The narrow readers (other rooms of the town hall) see what the transfers named in the city's privacy
impact assessment carry and no more (founding document 004, Ⅱ5 移転先1–5).
"""

from __future__ import annotations

from enum import StrEnum
from types import MappingProxyType
from typing import TYPE_CHECKING, Final

from kokunen.dates.errors import Refusal

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping


class UnableToCheckOwnWork(Refusal):
    """Whoever entered a thing asked to check it."""

    code = "own_work"


class UnableToOpenWithoutPurpose(Refusal):
    """A person was to be opened without a purpose, or without the case or reason it needs."""

    code = "no_purpose"


class UnableToActWithoutPermission(Refusal):
    """No role that the member of staff has on the day carries the permission."""

    code = "not_permitted"


class Role(StrEnum):
    """What a member of staff is for; one person may have several."""

    COUNTER = "counter"
    EXAMINER = "examiner"
    SUPERVISOR = "supervisor"
    ADMINISTRATOR = "administrator"
    AUDITOR = "auditor"
    REGISTER = "register"
    WELFARE = "welfare"
    CHILDREN = "children"
    HEALTH = "health"
    COLLECTION = "collection"
    SELF_RELIANCE = "self_reliance"


class Field(StrEnum):
    """A group of what is known about a person; the smallest thing that is shown or withheld."""

    NAME = "name"
    KANA = "kana"
    SEX = "sex"
    BIRTH_DATE = "birth_date"
    ADDRESS = "address"
    PHONE = "phone"
    REGISTER = "register"
    HOUSEHOLD = "household"
    FOREIGN = "foreign"
    BASIC_NUMBER = "basic_number"
    OLD_NUMBER = "old_number"
    ENROLMENT = "enrolment"
    ADDITIONAL = "additional"
    EXEMPTION = "exemption"
    CLAIM = "claim"
    INCOME = "income"
    MY_NUMBER = "my_number"
    PROTECTION = "protection"


class Permission(StrEnum):
    """Something that a role lets its holder do."""

    SEARCH = "search"
    OPEN_PERSON = "open_person"
    CORRECT = "correct"
    CHECK = "check"
    RECEIVE = "receive"
    EXAMINE = "examine"
    COUNT = "count"
    REQUEST_OPENING = "request_opening"
    APPROVE_OPENING = "approve_opening"
    PROTECT = "protect"
    OPEN_MY_NUMBER = "open_my_number"
    MANAGE_STAFF = "manage_staff"
    READ_RECORD = "read_record"
    REVIEW_RECORD = "review_record"
    SEE_STALE = "see_stale"


ROLE_NAMES: Final[Mapping[Role, str]] = MappingProxyType(
    {
        Role.COUNTER: "窓口",
        Role.EXAMINER: "審査",
        Role.SUPERVISOR: "管理監督",
        Role.ADMINISTRATOR: "システム管理",
        Role.AUDITOR: "監査",
        Role.REGISTER: "住民記録",
        Role.WELFARE: "生活保護",
        Role.CHILDREN: "児童",
        Role.HEALTH: "国保",
        Role.COLLECTION: "収納",
        Role.SELF_RELIANCE: "自立支援",
    }
)


class Kind(StrEnum):
    """What a department is for; it bounds the roles that can be held there."""

    PENSION = "pension"
    SYSTEMS = "systems"
    AUDIT = "audit"
    REGISTER = "register"
    WELFARE = "welfare"
    CHILDREN = "children"
    HEALTH = "health"
    COLLECTION = "collection"
    SELF_RELIANCE = "self_reliance"


KIND_NAMES: Final[Mapping[Kind, str]] = MappingProxyType(
    {
        Kind.PENSION: "国民年金",
        Kind.SYSTEMS: "システム管理",
        Kind.AUDIT: "監査",
        Kind.REGISTER: "住民記録",
        Kind.WELFARE: "生活保護",
        Kind.CHILDREN: "児童",
        Kind.HEALTH: "国保",
        Kind.COLLECTION: "収納",
        Kind.SELF_RELIANCE: "自立支援",
    }
)
# A wide role cannot be given in a room with a narrow door, nor a narrow one elsewhere.
HELD_IN: Final[Mapping[Kind, frozenset[Role]]] = MappingProxyType(
    {
        Kind.PENSION: frozenset({Role.COUNTER, Role.EXAMINER, Role.SUPERVISOR, Role.ADMINISTRATOR}),
        Kind.SYSTEMS: frozenset({Role.ADMINISTRATOR}),
        Kind.AUDIT: frozenset({Role.AUDITOR}),
        Kind.REGISTER: frozenset({Role.REGISTER}),
        Kind.WELFARE: frozenset({Role.WELFARE}),
        Kind.CHILDREN: frozenset({Role.CHILDREN}),
        Kind.HEALTH: frozenset({Role.HEALTH}),
        Kind.COLLECTION: frozenset({Role.COLLECTION}),
        Kind.SELF_RELIANCE: frozenset({Role.SELF_RELIANCE}),
    }
)

_EXAMINED: Final = frozenset(Field)
# The counter takes filings in; incomes, My Number and the old number are for who examines them.
_RECEIVED: Final = _EXAMINED - {Field.INCOME, Field.MY_NUMBER, Field.OLD_NUMBER}
_ENROLLED: Final = frozenset({Field.NAME, Field.BIRTH_DATE, Field.ENROLMENT})
_PAID: Final = _ENROLLED | {Field.EXEMPTION, Field.CLAIM}
_NOBODY: Final[frozenset[Field]] = frozenset()

SEES: Final[Mapping[Role, frozenset[Field]]] = MappingProxyType(
    {
        Role.COUNTER: _RECEIVED,
        Role.EXAMINER: _EXAMINED,
        Role.SUPERVISOR: _EXAMINED,
        Role.ADMINISTRATOR: _NOBODY,
        Role.AUDITOR: _NOBODY,
        # 移転先1: 住民基本台帳法7条11号 names the days and kind of enrolment and the basic number.
        Role.REGISTER: _ENROLLED | {Field.BASIC_NUMBER},
        # 移転先2, 3: 給付の支給又は保険料の徴収に関する情報.
        Role.WELFARE: _PAID,
        Role.CHILDREN: _PAID,
        # 移転先4, 5: 被保険者の資格に関する情報.
        Role.HEALTH: _ENROLLED,
        Role.COLLECTION: _ENROLLED,
        Role.SELF_RELIANCE: frozenset({Field.NAME, Field.EXEMPTION}),
    }
)

_READER: Final = frozenset({Permission.SEARCH, Permission.OPEN_PERSON})
_CLERK: Final = _READER | {
    Permission.CORRECT,
    Permission.RECEIVE,
    Permission.REQUEST_OPENING,
}
_EXAMINER: Final = _CLERK | {
    Permission.CHECK,
    Permission.EXAMINE,
    Permission.COUNT,
    Permission.PROTECT,
    Permission.OPEN_MY_NUMBER,
}

MAY: Final[Mapping[Role, frozenset[Permission]]] = MappingProxyType(
    {
        Role.COUNTER: _CLERK,
        Role.EXAMINER: _EXAMINER,
        Role.SUPERVISOR: _EXAMINER
        | {Permission.APPROVE_OPENING, Permission.REVIEW_RECORD, Permission.SEE_STALE},
        Role.ADMINISTRATOR: frozenset({Permission.MANAGE_STAFF, Permission.SEE_STALE}),
        Role.AUDITOR: frozenset(
            {
                Permission.COUNT,
                Permission.READ_RECORD,
                Permission.REVIEW_RECORD,
                Permission.SEE_STALE,
            }
        ),
        Role.REGISTER: _READER,
        Role.WELFARE: _READER,
        Role.CHILDREN: _READER,
        Role.HEALTH: _READER,
        Role.COLLECTION: _READER,
        Role.SELF_RELIANCE: _READER,
    }
)

PURPOSES: Final[Mapping[str, str]] = MappingProxyType(
    {
        "consultation": "窓口相談",
        "reception": "届出受付",
        "exemption": "免除申請",
        "claim": "裁定請求",
        "telephone": "電話照会",
        "correction": "照合・訂正",
        "protection": "支援措置",
        "other_office": "他部署照会",
        "audit": "監査",
    }
)
# 免除申請 and 裁定請求 are looked at for a case; what comes in before there is one is 届出受付.
NEEDS_CASE: Final = frozenset({"exemption", "claim"})
NEEDS_REASON: Final = frozenset({"protection", "other_office", "audit"})


def sees(roles: Collection[Role]) -> frozenset[Field]:
    """Return the fields that the holder of all these roles sees (none for no role)."""
    return frozenset().union(*(SEES[role] for role in roles))


def may(roles: Collection[Role]) -> frozenset[Permission]:
    """Return what the holder of all these roles may do (nothing for no role)."""
    return frozenset().union(*(MAY[role] for role in roles))


def permitted(permission: Permission, roles: Collection[Role]) -> None:
    """Pass, or raise UnableToActWithoutPermission."""
    if permission not in may(roles):
        raise UnableToActWithoutPermission(
            "この操作をする権限がありません。",
            fix="必要なときは、所属の管理監督者を通じて役割の発令を受けてください。",
        )


def may_check(maker: int, checker: int) -> None:
    """Pass, or raise UnableToCheckOwnWork: who enters may not check (founding document 004, Ⅲ2).

    Both are ids of access_staff.
    """
    if maker == checker:
        raise UnableToCheckOwnWork(
            "入力した職員は、自分の入力を確認できません。入力と確認は別の職員が行います。",
            fix="別の職員に確認を頼んでください。",
        )


def stated(*, purpose: str, reason: str = "", case: int | None = None) -> None:
    """Pass when a purpose was stated with what it needs, or raise UnableToOpenWithoutPurpose.

    ``purpose`` is a code of PURPOSES; those of NEEDS_CASE need a case number (1 and above), those
    of NEEDS_REASON a written reason.
    """
    if purpose not in PURPOSES:
        raise UnableToOpenWithoutPurpose(
            "処理事由が選ばれていません。個人の情報は処理事由なしには開けません。",
            fix="処理事由を選んでください。",
            field="purpose",
        )
    if purpose in NEEDS_CASE and (case is None or case < 1):
        raise UnableToOpenWithoutPurpose(
            f"処理事由「{PURPOSES[purpose]}」には案件番号が必要です。",
            fix="案件番号を入れるか、受付の前なら「届出受付」を選んでください。",
            field="case",
        )
    if purpose in NEEDS_REASON and not reason.strip():
        raise UnableToOpenWithoutPurpose(
            f"処理事由「{PURPOSES[purpose]}」には具体的な理由が必要です。",
            fix="何のために見るのかを書いてください。",
            field="reason",
        )
