"""The tables as CSV, Excel and charts, and what a published one hides."""

from __future__ import annotations

import csv
import io
import zipfile
from datetime import date
from xml.etree import ElementTree as ET

from kokunen.cases.catalogue import FILINGS
from kokunen.cases.domain import StepKind
from kokunen.enquiries.domain import Urgency
from kokunen.enquiries.queries import Waited
from kokunen.people.codes import Exemption
from kokunen.statistics.domain import Counts
from kokunen.statistics.output import as_csv, as_excel, as_svg
from kokunen.statistics.tables import HIDDEN, Table, internal, published

EXEMPTION = FILINGS["exemption"].name
COUNTS = Counts(
    receipts={
        ("exemption", "counter", ""): 120,
        ("exemption", "post", "KITA"): 45,
        ("exemption", "online", "KITA"): 3,
        ("student", "counter", ""): 60,
        ("student", "post", "KITA"): 31,
        ("student", "online", ""): 22,
        ("loss", "counter", "KITA"): 2,
    },
    outcomes={("exemption", StepKind.GRANTED): 99, ("exemption", StepKind.REFUSED): 4},
    forwarded={("exemption", 2): 9, ("exemption", 5): 3, ("loss", 1): 2},
    exempt={Exemption.FULL: 210, Exemption.STUDENT: 7, Exemption.DEFERRAL: 55},
)
WAITED = (
    Waited(
        number=1, branch="KITA", urgency=Urgency.WAITING, asked_on=date(2026, 4, 1), minutes=8,
        in_time=True,
    ),
)  # fmt: skip
BRANCHES = {"KITA": "北支所", "MINAMI": "南支所"}


def inside() -> tuple[Table, ...]:
    return internal(COUNTS, WAITED, branches=BRANCHES)


def outside() -> tuple[Table, ...]:
    return published(COUNTS, WAITED, branches=BRANCHES, threshold=10)


def texts(table: Table) -> dict[str, list[str]]:
    return {line.label: [cell.text for cell in line.cells] for line in table.lines}


def test_an_internal_table_has_every_number_with_what_its_rows_are_asked_with() -> None:
    channels, branches, _, forwarded, exempt, enquiries = inside()
    assert channels.heads == ("窓口", "郵送", "オンライン", "年金事務所に提出", "職権", "合計")
    assert texts(channels)[EXEMPTION] == ["120", "45", "3", "0", "0", "168"]
    assert texts(channels)["合計"] == ["182", "76", "25", "0", "0", "283"]
    assert branches.heads == ("本庁", "北支所", "南支所", "合計")
    line = next(each for each in channels.lines if each.code == "exemption")
    assert line.cells[1].link == {"count": "receipts", "filing": "exemption", "channel": "post"}
    assert line.cells[-1].link == {"count": "receipts", "filing": "exemption"}
    assert branches.lines[-1].cells[0].link == {"count": "receipts", "branch": "main"}
    assert texts(forwarded)[EXEMPTION] == ["12", "2", "5"]
    assert texts(exempt)["合計"] == ["272"]
    assert texts(enquiries)["来庁者が待っている"] == ["1", "8", "8", "100"]
    assert texts(enquiries)["住民に電話で折り返す"] == ["0", "－", "－", "－"]


def test_a_published_table_has_no_small_number_and_no_link() -> None:
    for table in outside():
        for line in table.lines:
            for cell in line.cells:
                assert cell.link is None
                counted = table.code in {"channels", "branches", "outcomes", "exempt"}
                if counted and cell.value is not None and 0 < cell.value < 10:
                    assert cell.text == HIDDEN
    channels, branches, outcomes, forwarded, exempt, enquiries = outside()
    loss = FILINGS["loss"].name
    # 2 in all: hidden in both tables, its total too.
    assert texts(channels)[loss] == [HIDDEN, "0", "0", "0", "0", HIDDEN]
    assert texts(branches)[loss] == ["0", HIDDEN, "0", HIDDEN]
    assert texts(outcomes)[EXEMPTION].count(HIDDEN) >= 2
    assert texts(forwarded) == {
        EXEMPTION: ["2", "5"],
        loss: [HIDDEN, HIDDEN],
    }
    # 7 students could be had from the total: another band is hidden with them.
    assert texts(exempt)["学生納付特例"] == [HIDDEN]
    assert [cell for (cell,) in texts(exempt).values()].count(HIDDEN) == 2
    assert texts(enquiries)["来庁者が待っている"] == [HIDDEN, HIDDEN, HIDDEN]


def test_the_csv_opens_in_excel_and_says_what_the_screen_says() -> None:
    written = as_csv(inside(), heading="統計 2026年度")
    assert written.startswith(b"\xef\xbb\xbf")
    rows = list(csv.reader(io.StringIO(written.decode("utf-8-sig"))))
    assert rows[0] == ["統計 2026年度"]
    assert [EXEMPTION, "120", "45", "3", "0", "0", "168"] in rows
    hidden = as_csv(outside(), heading="公表").decode("utf-8-sig")
    assert HIDDEN in hidden
    assert f"{FILINGS['loss'].name},×,0,0,0,0,×" in hidden


def test_the_excel_file_holds_numbers_and_is_the_same_each_time() -> None:
    written = as_excel(inside(), heading="統計 2026年度")
    assert written == as_excel(inside(), heading="統計 2026年度")
    with zipfile.ZipFile(io.BytesIO(written)) as book:
        names = book.namelist()
        sheet = book.read("xl/worksheets/sheet1.xml").decode()
        strings = book.read("xl/sharedStrings.xml").decode()
    assert sum(name.startswith("xl/worksheets/sheet") for name in names) == 6
    assert "<v>168</v>" in sheet
    assert EXEMPTION in strings
    with zipfile.ZipFile(io.BytesIO(as_excel(outside(), heading="公表"))) as book:
        assert HIDDEN in book.read("xl/sharedStrings.xml").decode()


def test_a_chart_draws_no_hidden_number() -> None:
    exempt = outside()[4]
    drawn = as_svg(exempt)
    root = ET.fromstring(drawn)  # noqa: S314 - drawn by our own library
    words = [text.text for text in root.iter("{http://www.w3.org/2000/svg}text")]
    assert "学生納付特例" in words
    assert words.count(HIDDEN) == 2
    assert "210" in words
    assert "7" not in words
    assert "http" not in drawn.replace("http://www.w3.org/", "")
