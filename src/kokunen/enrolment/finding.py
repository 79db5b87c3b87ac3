"""How the checks of the filings of enrolment say what they find. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kokunen.cases.domain import Finding, Weight, stop
from kokunen.enrolment import life
from kokunen.enrolment.life import said

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import date

    from kokunen.enrolment.life import Facts


def birth_unknown() -> Finding:
    """Return that no age can be told."""
    return Finding(
        code="birth_unknown",
        weight=Weight.LACKS,
        message="生年月日が日まで登録されていないので、年齢に達する日が決まりません。",
        fix="戸籍や在留カードで確かめ、生年月日訂正届を先に処理してください。",
        article="年齢計算ニ関スル法律",
    )


def dead(day: date, facts: Facts) -> Iterator[Finding]:
    """Find that the person was dead on a day, by the resident register."""
    died = life.died_on(facts)
    if died is not None and day > died:
        yield stop(
            "dead",
            f"{said(died)}に死亡した人です。",
            "人違いでないか、住民票の死亡の記載を確かめてください。",
            "法9条1号",
        )
