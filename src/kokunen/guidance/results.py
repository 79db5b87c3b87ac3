"""What the guidance answers: a filing, another desk, or the pension office. Pure."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from kokunen.guidance.questions import UNKNOWN
from kokunen.people.codes import Code

if TYPE_CHECKING:
    from collections.abc import Mapping


class Kind(Code):
    """What is to be done."""

    FILE = "file", "この窓口で受け付ける"
    CHOICE = "choice", "希望すればできる"
    NOTHING = "nothing", "この窓口への届出は要らない"
    DESK = "desk", "ほかの窓口へ"
    CONFIRM = "confirm", "年金事務所に確認"
    CARE = "care", "気をつける"


class Desk(Code):
    """Where else."""

    REGISTER = "register", "市民課(住民異動届・戸籍)"
    HEALTH = "health", "国民健康保険"
    TAX = "tax", "市民税"
    WELFARE = "welfare", "生活保護"
    CHILDREN = "children", "子育て・児童"
    CARE = "care", "障害福祉"
    EMPLOYER = "employer", "勤務先(配偶者の扶養は配偶者の勤務先)"
    AGENCY = "agency", "年金事務所"
    SUPPORT = "support", "配偶者暴力相談支援センター・警察"


@dataclass(frozen=True, slots=True, kw_only=True)
class Result:
    """One thing to do, with why and the article. ``filing`` is a code of the catalogue of cases.

    ``whose``: whom the filing is of, when that is another than the one asked about.
    """

    kind: Kind
    why: str
    article: str
    filing: str = ""
    desk: Desk | None = None
    whose: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """The answers by the code of their question; what is missing is not known."""

    answers: Mapping[str, str] = field(default_factory=dict)

    def says(self, question: str, *answers: str) -> bool:
        """Whether the answer is known to be one of these."""
        return self.answers.get(question, UNKNOWN) in answers

    def may_be(self, question: str, *answers: str) -> bool:
        """Whether the answer is one of these, or not known."""
        return self.says(question, UNKNOWN, *answers)

    def unknown(self, question: str) -> bool:
        """Whether the answer is not known."""
        return self.says(question, UNKNOWN)


def file(filing: str, why: str, article: str, *, whose: str = "") -> Result:
    """Return a filing that is due."""
    return Result(kind=Kind.FILE, filing=filing, why=why, article=article, whose=whose)


def choice(filing: str, why: str, article: str) -> Result:
    """Return a filing that the person may choose."""
    return Result(kind=Kind.CHOICE, filing=filing, why=why, article=article)


def nothing(why: str, article: str) -> Result:
    """Return that nothing is to be filed here."""
    return Result(kind=Kind.NOTHING, why=why, article=article)


def desk(where: Desk, why: str, article: str) -> Result:
    """Return another desk."""
    return Result(kind=Kind.DESK, desk=where, why=why, article=article)


def confirm(why: str, article: str = "法3条3項・令1条の2") -> Result:
    """Return that the pension office has to be asked."""
    return Result(kind=Kind.CONFIRM, desk=Desk.AGENCY, why=why, article=article)


def care(why: str, article: str) -> Result:
    """Return what to take care of."""
    return Result(kind=Kind.CARE, why=why, article=article)
