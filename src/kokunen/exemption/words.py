"""The office's words for months, roles and reasons of this duty. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from kokunen.dates.wareki import format_wareki, format_wareki_month
from kokunen.wording.phrases import Phrases
from kokunen.wording.words import words_in

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date

    from kokunen.dates.month import Month

SAY: Final = Phrases(words_in("ja"))
"""The phrases of the explanations in office Japanese."""

OWN_REASONS: Final[Mapping[str, str]] = {
    "not_category_1": "その月は第1号被保険者ではないため、申請できません(法90条1項)。",
    "not_student": "在学の期間ではないため、学生納付特例を受けられません(法90条の3)。",
    "student_month": "学生納付特例が承認されている月のため、申請できません(法90条1項)。",
    "already_exempt": "すでに承認されている月です。あらためて申請する必要はありません。",
}
"""Why a month gets nothing, beside the reasons of the law itself."""


def in_words(month: Month) -> str:
    """Write a month in wareki."""
    return format_wareki_month(month)


def span(first: Month, last: Month) -> str:
    """Write some months in a row in wareki."""
    return in_words(first) if first == last else f"{in_words(first)}〜{in_words(last)}"


def day(on: date) -> str:
    """Write a day in wareki."""
    return format_wareki(on)


def reason(code: str) -> str:
    """Return why a month cannot be applied for."""
    return OWN_REASONS.get(code) or SAY.say(f"reason.{code}")
