"""The counts of the desk: tables, the rows behind each number, files and charts."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final
from urllib.parse import urlencode

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import reverse

from kokunen.access.queries import branches
from kokunen.cases.catalogue import FILINGS
from kokunen.cases.domain import Channel
from kokunen.people.codes import Exemption
from kokunen.statistics import output, queries, tables
from kokunen.statistics.domain import Period, UnableToCount, fiscal_year, month
from kokunen.statistics.queries import Asked
from kokunen.web import acting

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import date

    from django.http import HttpRequest

    from kokunen.statistics.tables import Cell, Line, Table

_MONTH: Final = re.compile(r"(\d{4})-(\d{1,2})")
_YEAR: Final = re.compile(r"\d{4}")
_TYPES: Final = {
    "csv": "text/csv; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}
_MONTHS: Final = 12
_APRIL: Final = 4


@dataclass(frozen=True, slots=True, kw_only=True)
class _Wanted:
    """A period as it stands in addresses, and whether its published form is wanted."""

    text: str
    period: Period
    public: bool

    @property
    def title(self) -> str:
        since = self.period.since
        words = f"{since.year}年度" if self.period.yearly else f"{since.year}年{since.month}月"
        return f"{words}{'(公表用)' if self.public else ''}"

    @property
    def query(self) -> str:
        return urlencode({"period": self.text, **({"public": "1"} if self.public else {})})


def counts(request: HttpRequest) -> HttpResponse:
    """Show the tables of a month or a fiscal year."""
    wanted = _wanted(request)
    found = _tables(request, wanted)
    today = acting.today(request)
    context = {
        "wanted": wanted,
        "tables": [
            {
                "table": table,
                "lines": [
                    (line, list(zip(table.heads, _cells(line, wanted), strict=True)))
                    for line in table.lines
                ],
            }
            for table in found
        ],
        "periods": list(_periods(today)),
        "threshold": queries.threshold(),
        "may_publish": wanted.period.yearly == queries.publishes_years(),
        "publishes": "年度" if queries.publishes_years() else "月",
    }
    return render(request, "web/counts.html", context)


def rows(request: HttpRequest) -> HttpResponse:
    """Show the rows behind a number; each person named stands in the record."""
    wanted = _wanted(request)
    # A NUL is in no code, and the database would not read it.
    given = {name: str(text).replace("\0", "") for name, text in request.GET.items()}
    branch = given.get("branch")
    asked = Asked(
        count=given.get("count", ""),
        filing=given.get("filing", ""),
        channel=given.get("channel", ""),
        branch="" if branch == tables.MAIN_OFFICE else branch,
        outcome=given.get("outcome", ""),
        band=given.get("band", ""),
    )
    found = queries.rows(
        asked=asked,
        period=wanted.period,
        occasion=acting.occasion(request).because(purpose="correction", reason="統計の内訳の照合"),
        sees=acting.actor(request).sees,
    )
    context = {
        "wanted": wanted,
        "rows": found,
        "most": queries.MOST_ROWS,
        "filings": {code: filing.name for code, filing in FILINGS.items()}
        | {each.value: each.label for each in Exemption},
        "channels": {each.value: each.label for each in Channel},
        "branches": branches(),
        "exempt": asked.count == "exempt",
    }
    return render(request, "web/counts_rows.html", context)


def file(request: HttpRequest, form: str) -> HttpResponse:
    """Give all tables of a period as CSV or Excel."""
    if form not in _TYPES:
        raise Http404
    wanted = _wanted(request)
    found = _tables(request, wanted)
    queries.exported(what=form, period=wanted.period, occasion=acting.occasion(request))
    heading = f"国民年金の事務の統計 {wanted.title}"
    write = {"csv": output.as_csv, "xlsx": output.as_excel}[form]
    response = HttpResponse(write(found, heading=heading), content_type=_TYPES[form])
    name = f"kokunen-{wanted.text}{'-public' if wanted.public else ''}.{form}"
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


def chart(request: HttpRequest, table: str) -> HttpResponse:
    """Give one table as a chart."""
    wanted = _wanted(request)
    found = next((each for each in _tables(request, wanted) if each.code == table), None)
    if found is None:
        raise Http404
    return HttpResponse(output.as_svg(found), content_type="image/svg+xml")


def _tables(request: HttpRequest, wanted: _Wanted) -> tuple[Table, ...]:
    found = queries.counts(period=wanted.period, occasion=acting.occasion(request))
    waited = queries.waited(period=wanted.period)
    named = branches()
    if not wanted.public:
        return tables.internal(found, waited, branches=named)
    if wanted.period.yearly != queries.publishes_years():
        which = "年度" if queries.publishes_years() else "月"
        raise UnableToCount(
            f"公表用の表は{which}ごとだけです。月と年度の両方を出すと、引き算で伏せた数が分かります。",
            fix=f"{which}を選んでください。",
            field="period",
        )
    return tables.published(found, waited, branches=named, threshold=queries.threshold())


def _wanted(request: HttpRequest) -> _Wanted:
    today = acting.today(request)
    text = request.GET.get("period") or f"{today.year}-{today.month:02}"
    public = request.GET.get("public") == "1"
    found = _MONTH.fullmatch(text)
    if found:
        period = month(int(found[1]), int(found[2]))
    elif _YEAR.fullmatch(text):
        period = fiscal_year(int(text))
    else:
        raise UnableToCount(
            "期間を読めません。",
            fix="月は「2026-04」、年度は「2026」のように入れてください。",
            field="period",
        )
    return _Wanted(text=text, period=period, public=public)


def _periods(today: date) -> Iterator[tuple[str, str]]:
    """Yield the fiscal years and months that can be chosen, the newest first."""
    year = today.year if today.month >= _APRIL else today.year - 1
    yield from ((str(each), f"{each}年度") for each in (year, year - 1, year - 2))
    for back in range(2 * _MONTHS):
        at = today.year * _MONTHS + today.month - 1 - back
        yield f"{at // _MONTHS}-{at % _MONTHS + 1:02}", f"{at // _MONTHS}年{at % _MONTHS + 1}月"


def _cells(line: Line, wanted: _Wanted) -> Iterator[tuple[Cell, str]]:
    for cell in line.cells:
        link = ""
        if cell.link is not None and cell.value:
            link = f"{reverse('counts_rows')}?{urlencode({'period': wanted.text, **cell.link})}"
        yield cell, link
