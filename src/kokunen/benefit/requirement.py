"""The contribution requirement (保険料納付要件) as far as the register and the agency tell. Pure.

What nobody has told is answered for both ends: every open month unpaid, every open month paid. Only
where both agree is there an answer; otherwise it is unknown, and says what is to be confirmed.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

from kokunen.benefit import record
from kokunen.benefit.phrases import day_text
from kokunen.cases.domain import Finding, Line, Section, lacks, note
from kokunen.dates.month import Month
from kokunen.law.contribution import UnableToJudgeBefore1991, contribution_requirement
from kokunen.law.figures import FIGURES
from kokunen.rulekit.working import Working

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date

    from kokunen.benefit.known import Known

ARTICLES: Final = "法30条1項ただし書・法37条ただし書・昭60改正法附則20条"
_LAST_YEAR_UNDER: Final = 65


@dataclass(frozen=True, slots=True, kw_only=True)
class Judged:
    """Whether the requirement is met (None: unknown), and what the answer rests on.

    ``confirm`` are the months that the agency has to confirm, and ``why_not`` says why nothing
    could be judged at all.
    """

    met: bool | None
    two_thirds: bool | None
    last_year: bool | None
    limit: Month
    insured: int
    good: int
    confirm: tuple[Month, ...] = ()
    unread: tuple[str, ...] = ()
    why_not: str = ""


def judge(*, known: Known, on: date, given: Mapping[str, object]) -> Judged:
    """Judge the record as it stood on the day before ``on`` (first visit, or death).

    ``given`` are the particulars, of which ``payments`` and ``unpaid`` say what the agency has
    answered. The rule of the last year is for those under 65 alone; at an age that is not known it
    is left open.
    """
    limit = Month.of(on) - 2
    told = record.settled(record.lived(known, last=Month.of(on), stood_on=on), given)
    within = [each for each in told if each.month <= limit]
    found = Judged(
        met=None,
        two_thirds=None,
        last_year=None,
        limit=limit,
        insured=len(within),
        good=sum(each.state in ("paid", "exempt") for each in within),
        confirm=tuple(each.month for each in within if each.state == record.OPEN),
        unread=record.told_unpaid(given)[1] if given.get("payments") == "some_unpaid" else (),
    )
    working = Working(FIGURES)
    try:
        worst, best = (
            contribution_requirement(
                event_on=on, record=record.stretches(told, open_as=state), working=working
            )
            for state in ("unpaid", "paid")
        )
    except UnableToJudgeBefore1991 as refusal:
        return replace(found, why_not=refusal.message)
    age = known.person.age(on)
    young = None if age is None else age < _LAST_YEAR_UNDER
    two_thirds = _agreed(worst.two_thirds, best.two_thirds)
    last_year = _and(young, _agreed(worst.last_year, best.last_year))
    return replace(
        found, met=_or(two_thirds, last_year), two_thirds=two_thirds, last_year=last_year
    )


def _agreed(worst: bool, best: bool) -> bool | None:  # noqa: FBT001 - the two ends of a range
    return worst if worst == best else None


def _and(one: bool | None, other: bool | None) -> bool | None:  # noqa: FBT001 - three-valued logic
    if False in (one, other):
        return False
    return None if None in (one, other) else True


def _or(one: bool | None, other: bool | None) -> bool | None:  # noqa: FBT001 - three-valued logic
    if True in (one, other):
        return True
    return None if None in (one, other) else False


def finding(judged: Judged, *, day: str) -> tuple[Finding, ...]:
    """Say the answer to a clerk; ``day`` names the day (初診日, 死亡日)."""
    if judged.unread:
        return (
            lacks(
                "unpaid_unread",
                f"未納の期間が読めません({'、'.join(judged.unread)})。",
                "1行に1つ、2015-04〜2016-03 の形で書いてください。",
                item="unpaid",
            ),
        )
    if judged.why_not:
        return (
            note(
                "contribution_not_judged",
                f"納付要件は不明です。{judged.why_not}",
                "年金事務所に納付要件を照会してください。",
                article=ARTICLES,
                item="payments",
            ),
        )
    if judged.met is None:
        return (
            note(
                "contribution_unknown",
                f"納付要件は不明です。{day}の前日までの納付がこの台帳では分かりません。",
                "年金事務所に、次の月の納付と納付日を照会してください: "
                f"{record.written(judged.confirm) or '直近の12か月と生年月日'}。",
                article=ARTICLES,
                item="payments",
            ),
        )
    if judged.met:
        return ()
    return (
        note(
            "contribution_not_met",
            f"{day}の前日で見た納付要件を満たさない見込みです"
            "(3分の2以上も、直近1年に未納なしも満たしません)。",
            "請求は受け付けられます。受給できない見込みであることを説明し、"
            "記録の誤りがないか年金事務所に照会してください。",
            article=ARTICLES,
            item="payments",
        ),
    )


_WORDS: Final = {True: ("満たす", "good"), False: ("満たさない", "bad"), None: ("不明", "doubt")}


def section(judged: Judged, *, day: str, on: date) -> Section:
    """Show what the answer rests on."""
    text, tone = _WORDS[judged.met]
    by_share, share_tone = _WORDS[judged.two_thirds]
    by_year, year_tone = _WORDS[judged.last_year]
    return Section(
        heading=f"保険料納付要件({day}の前日で見る)",
        lines=(
            Line(label=day, text=day_text(on)),
            Line(label="見る最後の月(前々月)", text=str(judged.limit)),
            Line(
                label="分かっている納付済・免除の月数/被保険者期間の月数",
                text=f"{judged.good}/{judged.insured}",
            ),
            Line(label="納付の分からない月", text=record.written(judged.confirm) or "なし"),
            Line(label="3分の2以上が納付済・免除", text=by_share, tone=share_tone),
            Line(label="直近1年に未納がない(65歳未満)", text=by_year, tone=year_tone),
            Line(label="納付要件", text=text, tone=tone),
        ),
        note=f"{ARTICLES}。登録にある資格と免除で見ています。登録のない月も不明に数えます。",
    )
