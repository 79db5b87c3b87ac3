"""What is put on paper, as values: the office, the person, the case, the incomes. Pure.

None and empty mean that a line stays empty on paper, to be written by hand: what a role does not
see and what a protection measure seals looks the same as what is not known.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from kokunen.people.codes import Code

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date

    from kokunen.cases.catalogue.kinds import Filer
    from kokunen.people.domain import IncomeValue


class Notice(Code):
    """What a notice tells the resident."""

    RECEIVED = "received", "受付のお知らせ"
    LACKS = "lacks", "補正のお願い"
    GRANTED = "granted", "承認・処理済みのお知らせ"
    REFUSED = "refused", "却下・不支給のお知らせ"
    RETURNED = "returned", "返戻のお知らせ"
    WITHDRAWN = "withdrawn", "取下げの確認"


class Language(Code):
    """A language that notices are written in."""

    JAPANESE = "ja", "日本語"
    PLAIN = "plain-ja", "やさしい日本語"
    ENGLISH = "en", "English"
    CHINESE = "zh", "中文"
    KOREAN = "ko", "한국어"
    VIETNAMESE = "vi", "Tiếng Việt"


@dataclass(frozen=True, slots=True, kw_only=True)
class Office:
    """The office that prints: the city, its desk, and how it is reached."""

    name: str = ""
    department: str = ""
    address: str = ""
    phone: str = ""
    hours: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """The person a form is about, as registered; ``basic_number`` has ten digits or is empty."""

    name: str = ""
    kana: str = ""
    birth_date: date | None = None
    birth_text: str = ""
    basic_number: str = ""
    postal_code: str = ""
    address: str = ""
    phone: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Filed:
    """What stands on a filing: its particulars, who brought it and when.

    ``names`` holds the names of people that the items mention, by 宛名番号.
    """

    particulars: Mapping[str, Any] = field(default_factory=dict)
    names: Mapping[int, str] = field(default_factory=dict)
    event_on: date | None = None
    filer: Filer | None = None
    on: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Stamp:
    """What the office fills in of a case."""

    case: int
    received_on: date
    department: str = ""
    channel: str = ""
    examined_on: date | None = None
    examined_by: str = ""
    forwarded_on: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Paper:
    """A document to be enclosed; ``got``: it has been handed in."""

    name: str
    instead: str = ""
    got: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Tested:
    """One tested person's income of a year (the calendar year in which it was earned).

    ``income`` None: the register has none for the year (未申告), which is not zero; unless incomes
    are not open to whoever prints (``is_open``), which says nothing of the person.
    """

    role: str
    name: str
    year: int
    income: IncomeValue | None
    is_open: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class LedgerRow:
    """A line of the receipt ledger or of a forwarding list."""

    case: int
    received_on: date
    filing: str
    name: str
    channel: str = ""
    branch: str = ""
    forwarded_on: date | None = None
    outcome: str = ""
    closed_on: date | None = None
    basic_number: str = ""
    birth_date: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Departure:
    """Somebody who leaves Japan; months and yen as computed elsewhere, None where not known.

    ``japanese``: of Japanese nationality, who may stay enrolled voluntarily from abroad; None: not
    known, so that both ways are told.
    """

    left_on: date | None
    japanese: bool | None
    prepaid_months: int | None = None
    refund: int | None = None
    paid_months: int | None = None
    lump_sum: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """What a notice is about: a case by its number, and the code of its filing.

    ``decided_on`` is the day of the agency's answer, ``due`` that by which the resident is asked to
    reply; ``lacking`` holds codes of the words, or
    texts in Japanese that stand as they are.
    """

    kind: Notice
    case: int
    filing: str
    received_on: date
    decided_on: date | None = None
    due: date | None = None
    lacking: tuple[str, ...] = ()
