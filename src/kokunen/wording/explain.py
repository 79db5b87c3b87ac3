"""One page for one application: the answer, why, what would change it, and what it is worth."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kokunen.wording.document import Document, Heading, Items, Paragraph, Table
from kokunen.wording.doubts import assumptions, unverified
from kokunen.wording.markup import html_page
from kokunen.wording.phrases import Phrases
from kokunen.wording.prospects import pension_blocks
from kokunen.wording.report import read_case, stretches
from kokunen.wording.terminal import text_page
from kokunen.wording.verdict import stretch_blocks
from kokunen.wording.words import words_in

if TYPE_CHECKING:
    from collections.abc import Iterator

    from kokunen.law.exemption.facts import Application
    from kokunen.wording.document import Block
    from kokunen.wording.report import Stretch


def page(case: object, *, lang: str = "ja", html: bool = False) -> str:
    """Return the page on an application (the input of ``assess-exemption``, with a ``title``).

    ``lang`` is ja, en or plain-ja; the page is plain text of at most 100 columns, or one
    self-contained HTML document. Raises `Refusal` for what cannot be read or answered.
    """
    words = words_in(lang)
    title, application = read_case(case)
    say = Phrases(words)
    document = Document(
        title or say.say("title"),
        tuple(_blocks(application, stretches(application), say)),
        is_title_given=bool(title),
    )
    return html_page(document, words=words) if html else text_page(document, words=words)


def _blocks(application: Application, found: tuple[Stretch, ...], say: Phrases) -> Iterator[Block]:
    yield Paragraph(
        say.say(
            "about",
            born=say.day(application.birth_date),
            applied=say.day(application.applied_on),
        )
    )
    yield from _answer(found, say)
    several = len(found) > 1
    for stretch in found:
        yield from stretch_blocks(application, stretch, say, is_one_of_several=several)
    yield from pension_blocks(found, say, birth_date=application.birth_date)
    yield from _doubts(application, found, say)
    yield Heading(2, say.say("foot.title"))
    yield Paragraph(say.say("foot.assessment"), "note")
    if any(role != "insured" for one in found if one.found for role in one.found.examined):
        yield Paragraph(say.say("foot.privacy"), "note")
    yield Paragraph(say.say("foot.citations"), "note")


def _answer(found: tuple[Stretch, ...], say: Phrases) -> Iterator[Block]:
    rows = []
    for stretch in found:
        if stretch.found is None:
            rows.append((say.months(stretch.first, stretch.last), say.say("not_applicable"), "-"))
            continue
        band = say.band(stretch.found.decision.band)
        rows += [
            (say.months(part.first, part.last), band, say.yen(part.payable))
            for part in stretch.paying
        ]
    yield Heading(2, say.say("answer.title"))
    heads = ("months", "band", "payable")
    yield Table(
        say.say("answer.caption"),
        tuple(say.say(f"answer.{head}") for head in heads),
        tuple(rows),
        numbers=frozenset({2}),
    )


def _doubts(application: Application, found: tuple[Stretch, ...], say: Phrases) -> Iterator[Block]:
    lines = [
        say.say(
            "doubt.figure", figure=say.say(f"figure.{doubt.table}"), month=say.month(doubt.month)
        )
        for doubt in unverified(application, found)
    ]
    lines += [say.say(f"assumed.{code}") for code in assumptions(application, found)]
    if lines:
        yield Heading(2, say.say("doubt.title"))
        yield Items(tuple(lines))
