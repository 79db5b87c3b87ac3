"""What the law says to an application, in the office's words, for the panel beside it. Pure."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Final

from kokunen.cases.domain import Finding, Line, Section, lacks, note
from kokunen.exemption.words import SAY, in_words, reason, span
from kokunen.law.exemption.decision import UNDECIDABLE
from kokunen.law.exemption.rules import BANDS
from kokunen.law.month_counts import PARTIAL_BANDS
from kokunen.wording.document import Heading, Items, Paragraph, Table
from kokunen.wording.doubts import assumptions, unverified
from kokunen.wording.prospects import pension_blocks
from kokunen.wording.verdict import stretch_blocks

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from kokunen.exemption.application import Assessed
    from kokunen.exemption.keeping import Granted
    from kokunen.wording.document import Block
    from kokunen.wording.report import Stretch

_NOTE: Final = "市の試算です。承認・却下は日本年金機構が決めます(法109条の4)。"
_WEIGHTS: Final = (
    ("全額納付", "1か月分", ""),
    ("全額免除", "2分の1か月分", "10年以内に追納できる"),
    ("4分の3免除", "8分の5か月分", "残りを2年以内に納めないと未納"),
    ("半額免除", "4分の3か月分", "残りを2年以内に納めないと未納"),
    ("4分の1免除", "8分の7か月分", "残りを2年以内に納めないと未納"),
    ("納付猶予・学生納付特例", "数えない(受給資格期間には入る)", "10年以内に追納できる"),
    ("未納", "数えない(受給資格期間にも入らない)", "2年で時効"),
)
"""What a month weighs in the pension, from April 2009 on (法27条, 法94条, 法102条4項)."""


def of_incomes(assessed: Sequence[Assessed]) -> tuple[Finding, ...]:
    """Return what is to be asked about incomes not known, or why they need not be asked for."""
    found: list[Finding] = []
    for one in assessed:
        year = SAY.year(one.cycle.income_year)
        for role in one.unknown:
            place = f"{role}.incomes.{one.cycle.income_year}"
            who = SAY.who(role)
            tried = [each.found for each in one.stretches if each.found is not None]
            if not tried:
                continue
            if any(place in each.missing for each in tried):
                found.append(
                    lacks(
                        "income_undeclared",
                        f"{who}の{year}分の所得が分からず、それによって{one.code}年度の結果が変わります。",
                        "市民税・県民税の申告(収入がなかった人は簡易申告書)をしてもらってください。"
                        "1月1日に他の市区町村に住んでいた人は、そこで申告するか所得証明書を受けます。",
                        article="法90条1項1号・令6条の11",
                        item="undeclared",
                    )
                )
            else:
                found.append(
                    note(
                        "income_does_not_matter",
                        f"{who}の{year}分の所得は分かりませんが、{one.code}年度の結果は変わりません。",
                        "この申請のために申告を求める必要はありません。",
                        article="法90条1項・90条の2",
                        item="undeclared",
                    )
                )
        found += [
            note(
                "disabled_dependants",
                f"{SAY.who(role)}に障害者の扶養親族がいます。その控除は試算に入れていません。",
                "一部免除・学生納付特例の所得は、控除の分だけ下がります。",
                article="令6条の12",
            )
            for role in one.disabled_dependants
            if any(
                tried.band in (*PARTIAL_BANDS, "student")
                for each in one.stretches
                if each.found is not None
                for tried in each.found.bands
            )
        ]
    return tuple(found)


def sections(assessed: Sequence[Assessed]) -> tuple[Section, ...]:
    """Return the whole explanation: answers, what decided, who, margins, changes, the pension."""
    made = [_answers(assessed)]
    for one in assessed:
        for stretch in one.stretches:
            if stretch.found is not None:
                blocks = stretch_blocks(one.application, stretch, SAY, is_one_of_several=True)
                made += _sections(blocks)
        tried = tuple(stretch for stretch in one.stretches if stretch.found is not None)
        made += _sections(pension_blocks(tried, SAY, birth_date=one.application.birth_date))
    doubts = dict.fromkeys(text for one in assessed for text in _doubts(one))
    if doubts:
        lines = tuple(Line(label="", text=text, tone="doubt") for text in doubts)
        made.append(Section(heading=SAY.say("doubt.title"), lines=lines))
    made.append(
        Section(
            heading="1か月が年金額に数える重さ(満額は480か月分、平成21年4月以後)",
            lines=tuple(
                Line(label=name, text=f"{at}。{note}".removesuffix("。"))
                for name, at, note in _WEIGHTS
            ),
            note="法27条・94条・102条4項",
        )
    )
    return tuple(made)


def _doubts(one: Assessed) -> Iterator[str]:
    for doubt in unverified(one.application, one.stretches):
        figure = SAY.say(f"figure.{doubt.table}")
        yield SAY.say("doubt.figure", figure=figure, month=SAY.month(doubt.month))
    for code in assumptions(one.application, one.stretches):
        yield SAY.say(f"assumed.{code}")


def _answers(assessed: Sequence[Assessed]) -> Section:
    lines = [
        Line(label=span(stretch.first, stretch.last), text=_answer(stretch), tone=_tone(stretch))
        for one in assessed
        for stretch in one.stretches
    ]
    return Section(heading="試算の結果", lines=tuple(lines), note=_NOTE)


def _answer(stretch: Stretch) -> str:
    if stretch.found is None:
        return reason(str(stretch.reason))
    band = SAY.band(stretch.found.decision.band)
    amounts = [
        f"{in_words(part.first)}から月{part.payable:,}円" for part in stretch.paying if part.payable
    ]
    return band if not amounts else f"{band}({'、'.join(amounts)})"


def _tone(stretch: Stretch) -> str:
    if stretch.found is None:
        return ""
    band = stretch.found.decision.band
    return "doubt" if band == UNDECIDABLE else "good" if band in BANDS else "bad"


def _sections(blocks: Iterable[Block]) -> Iterator[Section]:
    """Turn the blocks of a page into sections: each heading and each table opens one.

    What follows a table stands as its note.
    """
    under_way = Section(heading="", lines=())
    is_table = False
    for block in blocks:
        match block:
            case Heading(_, text):
                yield from _filled(under_way)
                under_way, is_table = Section(heading=text, lines=()), False
            case Table():
                yield from _filled(under_way)
                under_way = Section(heading=block.caption, lines=tuple(_rows(block)))
                is_table = True
            case Paragraph(text, _) if is_table:
                under_way = replace(under_way, note=f"{under_way.note}{text}")
            case Paragraph(text, _):
                under_way = _with(under_way, [text])
            case Items(items):
                under_way = _with(under_way, items)
    yield from _filled(under_way)


def _filled(section: Section) -> Iterator[Section]:
    if section.lines:
        yield section


def _with(section: Section, texts: Iterable[str]) -> Section:
    lines = (Line(label="", text=text) for text in texts)
    return replace(section, lines=(*section.lines, *lines))


def _rows(table: Table) -> Iterator[Line]:
    failed = SAY.say("failed")
    for at, row in enumerate(table.rows):
        cells = [
            f"{head} {cell}".replace("\n", "・")
            for head, cell in zip(table.heads[1:], row[1:], strict=True)
            if cell != "-"
        ]
        tone = "bad" if failed in row else "good"
        yield Line(label=row[0], text="、".join(cells), tone=tone if at in table.marked else "")


def differs(*, assessed: Sequence[Granted], answered: Sequence[Granted]) -> tuple[Finding, ...]:
    """Return a note with both sides where the agency answered otherwise than was assessed."""
    if _by_month(assessed) == _by_month(answered):
        return ()
    return (
        note(
            "assessment_differs",
            f"結果が市の試算と違います。試算: {_listed(assessed)}。結果: {_listed(answered)}。",
            "所得・世帯・納付の記録に違いがないかを確かめてください。結果は機構の決定が優先します。",
            article="法109条の4",
        ),
    )


def _by_month(lines: Iterable[Granted]) -> dict[str, str]:
    return {
        str(line.first + step): line.band
        for line in lines
        for step in range(line.last - line.first + 1)
    }


def months(line: Granted) -> str:
    """Write the months of a band."""
    return span(line.first, line.last)


def band(line: Granted) -> str:
    """Name a band."""
    return SAY.band(line.band)


def _listed(lines: Sequence[Granted]) -> str:
    return (
        "、".join(f"{span(line.first, line.last)} {SAY.short(line.band)}" for line in lines)
        or "該当なし"
    )
