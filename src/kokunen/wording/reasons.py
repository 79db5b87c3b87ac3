"""Every reason code of the law and of the batch, in words."""

from __future__ import annotations

from typing import Final

from kokunen.dates.errors import Refusal
from kokunen.law.exemption.rules import BANDS
from kokunen.wording.words import words_in

NOT_APPLICABLE: Final = (
    "not_aged_20_to_59",
    "childbirth",
    "childcare",
    "statutory",
    "already_paid",
    "too_old",
    "cycle_not_open",
)
"""Why a month may not be applied for."""

LINES: Final = (
    "income_within_limit",
    "other_assistance",
    "flat_limit",
    "special_disability_benefit",
    "disaster_loss",
    "job_loss",
)
"""The lines of law by which a person passes."""

CODES: Final = (
    *NOT_APPLICABLE,
    "unknown_fact",
    "nothing_examined",
    *(f"over_{band}_limit" for band in BANDS),
    *LINES,
)
"""Every reason code there is."""


class UnableToExplainReason(Refusal):
    """There is no such reason code."""

    code = "unknown_reason"


def in_words(code: str, lang: str = "ja") -> str:
    """Return a reason code in a language (ja, en, plain-ja; the last with readings in brackets).

    Raises `UnableToExplainReason` for a code that is not in `CODES`.
    """
    words = words_in(lang)
    if code not in CODES:
        raise UnableToExplainReason(
            f"「{code}」という理由コードはありません。",
            fix=f"使える理由コードは {'、'.join(CODES)} です。",
            field="code",
        )
    text = words.say(f"reason.{code}")
    return words.in_text(text) if words.is_ruby else text
