"""The five transfers to other rooms of the town hall, and who may be told what. Pure.

Founding document 004, Ⅱ5 移転先1–5 and Ⅲ5: what the law and the ordinance name is transferred, for
the purpose named, about insured persons; nothing else. `may_send` is the one place that says so.
Which groups of facts a room is told is what its role sees (``access.domain.SEES``): one truth.
"""

from __future__ import annotations

from dataclasses import dataclass
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Final

from kokunen.access.domain import SEES, Field, Role
from kokunen.dates.errors import Refusal
from kokunen.interchange.domain import Partner
from kokunen.people.codes import Code

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence
    from datetime import date


class UnableToTransfer(Refusal):
    """The founding document names no such transfer, field or person; nothing was written."""

    code = "not_a_transfer"


class Rhythm(Code):
    """When a transfer takes place (時期・頻度)."""

    EVENT = "event", "資格異動が発生する都度"
    MONTHLY = "monthly", "月次"


class Method(Code):
    """How a transfer is handed over (移転方法)."""

    INTERNAL = "internal", "庁内連携システム"
    FLASH_MEMORY = "flash_memory", "フラッシュメモリ"


class Told(Code):
    """What a record of a transfer is about."""

    STANDING = "standing", "月次の現況"
    CHANGED = "changed", "異動"
    CANCELLED = "cancelled", "取消し"


@dataclass(frozen=True, slots=True, kw_only=True)
class Transfer:
    """One transfer as the founding document has it.

    ``basis`` 法令上の根拠, ``purpose`` 移転先における用途, ``content`` 移転する情報, ``persons``
    対象となる本人の範囲. ``ordinance`` says that the article is of the founding document's city: an
    office of another city has its own ordinance to name.
    """

    number: int
    layout: str
    partner: Partner
    role: Role
    basis: str
    purpose: str
    content: str
    rhythms: frozenset[Rhythm]
    method: Method
    persons: str = "被保険者"
    ordinance: bool = True

    @property
    def groups(self) -> frozenset[Field]:
        """The groups of facts that the room is told: those that its role sees."""
        return SEES[self.role]

    @property
    def fields(self) -> frozenset[str]:
        """The fields that a record may have."""
        told = {name for name, group in GROUP_OF.items() if group in self.groups}
        return ABOUT_THE_RECORD | told


_HOME_RULE: Final = "行政手続における特定の個人を識別するための番号の利用等に関する条例"
_PAYMENTS: Final = (
    "国民年金法による年金である給付の支給又は保険料の徴収に関する情報であって主務省令で定めるもの"
)
_STANDING: Final = "国民年金法による年金の被保険者の資格に関する情報であって規則で定めるもの"
_HEALTH: Final = (
    "国民健康保険法による保険給付の支給、保険料の徴収又は保健事業の実施に関する事務"
    "であって規則で定めるもの"
)


def _items(items: str) -> str:
    return f"{_HOME_RULE}第3条第2項(別表第2の{items}項)又は第3条第3項"


TRANSFERS: Final = (
    Transfer(
        number=1,
        layout="register_notice",
        partner=Partner.RESIDENT_REGISTER,
        role=Role.REGISTER,
        basis="住民基本台帳法第7条第11号",
        purpose="住民基本台帳の記載事項として使用するため",
        content="被保険者となり又は被保険者でなくなった年月日、種別及びその変更があった年月日、"
        "基礎年金番号",
        rhythms=frozenset({Rhythm.EVENT}),
        method=Method.INTERNAL,
        ordinance=False,
    ),
    Transfer(
        number=2,
        layout="transfer_welfare",
        partner=Partner.WELFARE,
        role=Role.WELFARE,
        basis=_items("7及び36の"),
        purpose="生活保護法による保護の決定及び実施又は徴収金の徴収に関する事務、"
        "生活に困窮する外国人に対する同法に準じて行う保護に関する事務",
        content=_PAYMENTS,
        rhythms=frozenset({Rhythm.EVENT, Rhythm.MONTHLY}),
        method=Method.INTERNAL,
    ),
    Transfer(
        number=3,
        layout="transfer_children",
        partner=Partner.CHILDREN,
        role=Role.CHILDREN,
        basis=_items("22の"),
        purpose="児童手当法による児童手当又は特例給付の支給に関する事務",
        content=_PAYMENTS,
        rhythms=frozenset({Rhythm.EVENT, Rhythm.MONTHLY}),
        method=Method.INTERNAL,
    ),
    Transfer(
        number=4,
        layout="transfer_health_insurance",
        partner=Partner.HEALTH_INSURANCE,
        role=Role.HEALTH,
        basis=_items("10の"),
        purpose=_HEALTH,
        content=_STANDING,
        rhythms=frozenset({Rhythm.MONTHLY}),
        method=Method.FLASH_MEMORY,
    ),
    Transfer(
        number=5,
        layout="transfer_collection",
        partner=Partner.COLLECTION,
        role=Role.COLLECTION,
        basis=_items("10の"),
        purpose=_HEALTH,
        content=_STANDING,
        rhythms=frozenset({Rhythm.MONTHLY}),
        method=Method.FLASH_MEMORY,
    ),
)
BY_LAYOUT: Final[Mapping[str, Transfer]] = MappingProxyType(
    {transfer.layout: transfer for transfer in TRANSFERS}
)

ABOUT_THE_RECORD: Final = frozenset({"person", "protected", "change"})
"""Fields that tell nothing of a person: whose record, whether masked, and what it is about."""

GROUP_OF: Final[Mapping[str, Field]] = MappingProxyType(
    {
        "name": Field.NAME,
        "birth_date": Field.BIRTH_DATE,
        "category": Field.ENROLMENT,
        "acquired_on": Field.ENROLMENT,
        "changed_on": Field.ENROLMENT,
        "lost_on": Field.ENROLMENT,
        "basic_number": Field.BASIC_NUMBER,
        "exemption": Field.EXEMPTION,
        "exempt_from": Field.EXEMPTION,
        "exempt_until": Field.EXEMPTION,
        "exemption_outcome": Field.EXEMPTION,
        "claim": Field.CLAIM,
        "claimed_on": Field.CLAIM,
        "claim_outcome": Field.CLAIM,
        "claim_outcome_on": Field.CLAIM,
    }
)
"""The group of facts to which each field of a transfer belongs."""

GROUPS: Final[Mapping[str, Field]] = MappingProxyType(
    {
        **GROUP_OF,
        "kana": Field.KANA,
        "birth_text": Field.BIRTH_DATE,
        "sex": Field.SEX,
        "postal_code": Field.ADDRESS,
        "address": Field.ADDRESS,
        "phone": Field.PHONE,
        # What stands on a filing may be of any duty, and of the persons tested.
        "particulars": Field.INCOME,
    }
)
"""The same for every file that goes out; the other fields tell of the record, not of a person."""

MASKED: Final = frozenset({"name", "birth_date", "basic_number"})
"""What is left out for a person under 支援措置.

The room finds the person by the 宛名番号 alone. A file that falls into wrong hands then names
nobody, and the number that begins with 97 stays unlinked to the person (practice.md §7). What the
room needs by law, the days and the kind of enrolment, stays.
"""

REPORTS: Final[Mapping[str, str]] = MappingProxyType(
    {
        "agency_forwarding": "国民年金法第12条第4項・同法施行令第1条の2(市町村長が行う事務)",
        "tax_request": "国民年金法第108条(所得の状況の照会)",
    }
)
"""What goes out and is no transfer: a report or a request about one's own case, and its basis."""


def may_send(*, layout: str, fields: Collection[str] = (), is_insured: bool = True) -> None:
    """Pass when a record may go out, or raise `UnableToTransfer`.

    ``fields`` are those of the record, ``is_insured`` whether the person it is about is or was
    enrolled. Source: founding document 004, Ⅲ5 ルールの内容.
    """
    transfer = BY_LAYOUT.get(layout)
    if transfer is None:
        if layout in REPORTS:
            return
        raise UnableToTransfer(
            "この宛先・様式での移転は、個人情報保護評価書(Ⅱ5 移転先1〜5)に定めがありません。",
            fix="移転先・根拠・項目を評価書に定め、公表してから送ってください。",
            field="layout",
        )
    beyond = sorted(set(fields) - transfer.fields)
    if beyond:
        raise UnableToTransfer(
            f"移転先{transfer.number}に渡せる情報は「{transfer.content}」だけです(評価書Ⅱ5③)。",
            fix="この項目を除いてください。",
            field=beyond[0],
        )
    if not is_insured:
        raise UnableToTransfer(
            f"移転先{transfer.number}の対象は{transfer.persons}だけです(評価書Ⅱ5⑤)。",
            fix="被保険者でない人を除いてください。",
            field="person",
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Span:
    """A period of enrolment in force: 取得日 and 喪失日 (None: not lost), and its category."""

    category: str
    start: date | None
    end: date | None


def standing(spans: Sequence[Span], at: Span) -> dict[str, Any]:
    """Return what one period says, among all of the person's ``spans`` in their order.

    Where one period follows the other without a day between, the person did not lose and acquire
    anew: the day is that of the change of category (種別変更).
    """
    place = spans.index(at)
    first = place
    while first and at.start is not None and spans[first - 1].end == spans[first].start:
        first -= 1
    follows = place + 1 < len(spans) and at.end is not None and spans[place + 1].start == at.end
    changed = first < place and spans[place - 1].category != at.category
    return {
        "category": at.category,
        "acquired_on": spans[first].start,
        "changed_on": at.start if changed else None,
        "lost_on": None if follows else at.end,
    }


def masked(values: Mapping[str, Any], *, protected: bool) -> dict[str, Any]:
    """Return the record as it goes out, without what `MASKED` names where a measure covers."""
    kept = {name: None if protected and name in MASKED else value for name, value in values.items()}
    return kept | {"protected": protected}
