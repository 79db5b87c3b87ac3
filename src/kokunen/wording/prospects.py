"""The part of the page on the pension: what each choice costs now and brings for life."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kokunen.wording.document import Heading, Items, Paragraph, Table
from kokunen.wording.pension import YEAR, choices

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import date

    from kokunen.dates.month import Month
    from kokunen.law.exemption.assess import MonthAssessment
    from kokunen.wording.document import Block
    from kokunen.wording.pension import Choice, Choices
    from kokunen.wording.phrases import Phrases
    from kokunen.wording.report import Stretch


def pension_blocks(
    found: tuple[Stretch, ...], say: Phrases, *, birth_date: date
) -> Iterator[Block]:
    """Give the blocks on the pension: a table for each fiscal year and answer, each once."""
    tables: dict[Table, date] = {}
    unknown: list[int] = []
    for assessed, month in _years(found):
        chosen = choices(assessed, month, birth_date=birth_date)
        if chosen is None:
            unknown.append(month.fiscal_year)
        else:
            tables[_table(chosen, say)] = chosen.back_pay_free_to
    if not tables and not unknown:
        return
    yield Heading(2, say.say("pension.title"))
    yield Paragraph(say.say("pension.intro"))
    for table, free_to in tables.items():
        yield table
        yield Paragraph(say.say("pension.back_payment", day=say.day(free_to)), "note")
    for year in dict.fromkeys(unknown):
        yield Paragraph(say.say("pension.unknown_year", year=say.fiscal_year(year)), "note")
    yield Items(tuple(say.say(f"pension.{note}") for note in ("unpaid", "partial", "counts")))


def _years(found: tuple[Stretch, ...]) -> Iterator[tuple[MonthAssessment, Month]]:
    for stretch in found:
        if stretch.found is None:
            continue
        months = {month.fiscal_year: month for month in reversed(stretch.months)}
        yield from ((stretch.found, months[year]) for year in sorted(months))


def _table(chosen: Choices, say: Phrases) -> Table:
    heads = ("choice", "pay_month", "pay_year", "month", "year", "open")
    return Table(
        say.say("pension.caption", year=say.fiscal_year(chosen.fiscal_year)),
        tuple(say.say(f"pension.{head}") for head in heads),
        tuple(
            _row(row, say, is_assessed=at in chosen.assessed) for at, row in enumerate(chosen.rows)
        ),
        numbers=frozenset({1, 2, 3, 4}),
        marked=chosen.assessed,
    )


def _row(row: Choice, say: Phrases, *, is_assessed: bool) -> tuple[str, ...]:
    band = say.short(row.band) if row.band else ""
    label = say.say(f"choice.{row.kind}", band=band)
    if row.kind in ("pay", "unpaid", "band_unpaid"):
        is_open = ""
    else:
        is_open = say.say({True: "open.yes", False: "open.no", None: "open.unknown"}[row.is_open])
    if is_assessed:
        is_open = say.say("open.assessed")
    return (
        label,
        say.yen(row.now + row.later),
        say.yen((row.now + row.later) * YEAR),
        say.yen(row.month),
        say.yen(row.year),
        is_open or "-",
    )
