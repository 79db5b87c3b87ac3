"""The tables as files: CSV, Excel, and charts as SVG. Nothing is read and nothing is kept."""

from __future__ import annotations

import csv
import io
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Final

from kokunen.statistics.suppression import TOTAL
from kokunen.statistics.tables import HIDDEN

if TYPE_CHECKING:
    from collections.abc import Sequence

    from kokunen.statistics.tables import Cell, Table

FONTS: Final = "'Noto Sans JP', 'Noto Sans CJK JP', 'Hiragino Sans', 'Yu Gothic', sans-serif"
_HIGH: Final = 22
"""Pixels for each bar of a chart."""


def as_csv(tables: Sequence[Table], *, heading: str) -> bytes:
    """Return the tables as one CSV in UTF-8 with a BOM, which Excel needs to read Japanese."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerow([heading])
    for table in tables:
        writer.writerow([])
        writer.writerow([table.title])
        writer.writerow([table.first, *table.heads])
        for line in table.lines:
            writer.writerow([_plain(line.label), *(_number(cell) for cell in line.cells)])
        if table.note:
            writer.writerow([table.note])
    return text.getvalue().encode("utf-8-sig")


def as_excel(tables: Sequence[Table], *, heading: str) -> bytes:
    """Return the tables as an Excel file, a sheet each; numbers are numbers."""
    # Imported here: the office starts faster without it, and few requests write a file.
    import xlsxwriter  # noqa: PLC0415 - see the line above

    file = io.BytesIO()
    with xlsxwriter.Workbook(file, {"in_memory": True, "strings_to_formulas": False}) as book:
        # Two files of the same counts are the same bytes.
        book.set_properties({"title": heading, "created": datetime(2026, 1, 1, tzinfo=UTC)})
        bold = book.add_format({"bold": True, "bg_color": "#E8F1FE", "border": 1})
        number = book.add_format({"num_format": "#,##0.##", "border": 1, "align": "right"})
        text = book.add_format({"border": 1})
        for table in tables:
            sheet = book.add_worksheet(table.title.replace("×", "と")[:31])
            sheet.write_string(0, 0, f"{heading} {table.title}")
            sheet.write_row(2, 0, [table.first, *table.heads], bold)
            for at, line in enumerate(table.lines, 3):
                sheet.write_string(at, 0, line.label, text)
                for column, cell in enumerate(line.cells, 1):
                    if cell.hidden or cell.value is None:
                        sheet.write_string(at, column, cell.text, number)
                    else:
                        sheet.write_number(at, column, cell.value, number)
            sheet.write_string(len(table.lines) + 4, 0, table.note)
            sheet.set_column(0, 0, 34)
            sheet.freeze_panes(3, 1)
            sheet.set_landscape()
            sheet.fit_to_pages(1, 0)
    return file.getvalue()


def as_svg(table: Table) -> str:
    """Return a chart of a table: a bar for each row, of its last column (the total where there is).

    What is hidden has no bar but the sign of hiding.
    """
    # Imported here: it takes half a second, which only a chart is worth.
    import vl_convert  # noqa: PLC0415 - see the line above

    lines = [line for line in table.lines if line.code != TOTAL]
    shown = [
        {
            "label": line.label,
            "value": 0 if line.cells[-1].hidden else line.cells[-1].value or 0,
            "text": HIDDEN if line.cells[-1].hidden else line.cells[-1].text,
        }
        for line in lines
    ]
    along = {"field": "value", "type": "quantitative", "title": table.heads[-1]}
    down = {"field": "label", "type": "nominal", "sort": None, "title": None}
    written = {"field": "text", "type": "nominal"}
    chart = {
        "$schema": "https://vega.github.io/schema/vega-lite/v5.json",
        "data": {"values": shown},
        "width": 420,
        "height": max(_HIGH * len(shown), _HIGH),
        "encoding": {"x": along, "y": down},
        "layer": [
            {"mark": {"type": "bar", "color": "#0017C1"}},
            {"mark": {"type": "text", "align": "left", "dx": 4}, "encoding": {"text": written}},
        ],
        "config": {"font": FONTS, "axis": {"labelLimit": 320, "labelFontSize": 12}},
    }
    return str(vl_convert.vegalite_to_svg(chart))


def _number(cell: Cell) -> object:
    if cell.hidden or cell.value is None:
        return cell.text
    return int(cell.value) if cell.value % 1 == 0 else cell.value


def _plain(label: str) -> str:
    """Keep a label from being read as a formula."""
    return f"'{label}" if label[:1] in {"=", "+", "-", "@"} else label
