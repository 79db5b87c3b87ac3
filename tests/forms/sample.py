"""Invented filings for the printed forms, with the names that break printers."""

from __future__ import annotations

import io
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING, Any

import pypdf
import pypdfium2

from kokunen.cases.catalogue import FILINGS
from kokunen.cases.catalogue.kinds import Filer, ItemKind
from kokunen.forms import filled
from kokunen.forms.domain import Filed, LedgerRow, Office, Paper, Person, Stamp, Tested
from kokunen.people.codes import Widow
from kokunen.people.domain import IncomeValue

if TYPE_CHECKING:
    from collections.abc import Iterator

    from PIL.Image import Image

    from kokunen.cases.catalogue.kinds import Item

RARE = "髙﨑\u3000𠮷葛\U000e0100"
FORTY = (
    "アレクサンドリア\u3000マリアデルカルメン\u3000コンスタンティノープル\u3000フェルナンデス二世"
)
assert len(FORTY) == 40
MADE = datetime(2026, 7, 3, 1, tzinfo=UTC)
DAY = date(2026, 7, 3)
OFFICE = Office(
    name="想定市",
    department="国民年金課",
    address="架空県想定市見本町1番1号",
    phone="000-000-0000",
    hours="8:30-17:15",
)
PERSON = Person(
    name=RARE,
    kana="タカサキ\u3000ヨシカツ",
    birth_date=date(1990, 4, 1),
    basic_number="1234567890",
    postal_code="9990001",
    address="架空県想定市見本町1番1号\u3000見本ハイツ101",
    phone="090-0000-1234",
)
STAMP = Stamp(
    case=1234,
    received_on=DAY,
    department="国民年金課",
    channel="窓口",
    examined_on=date(2026, 7, 6),
    examined_by="国民年金課",
    forwarded_on=date(2026, 7, 10),
)
PAPERS = (
    Paper(name="雇用保険被保険者離職票の写し", instead="雇用保険受給資格者証の写し", got=True),
    Paper(name="世帯主の所得の申立書", instead="市民税の申告"),
)
INCOMES = (
    Tested(
        role="本人",
        name=RARE,
        year=2025,
        income=IncomeValue(
            fiscal_year=2026,
            levy_year=2026,
            general=1,
            young=2,
            total=1_234_567,
            social_insurance=203_040,
            medical=12_000,
            widow=Widow.SINGLE_PARENT,
        ),
    ),
    Tested(role="配偶者", name=FORTY, year=2025, income=None),
    Tested(
        role="世帯主",
        name="架空\u3000太郎",
        year=2025,
        income=IncomeValue(fiscal_year=2026, levy_year=2026, total=0),
    ),
)
STATED = {
    "cycles": ["2026"],
    "wanted": ["full", "deferral"],
    "student": False,
    "continuation": True,
    "job_loss": ["insured"],
    "left_job_on_insured": "2026-03-31",
    "job_loss_proof": "leaving_slip",
    "identity": "card",
}


def form(code: str, *, person: Person = PERSON, **stated: Any) -> dict[str, Any]:  # noqa: ANN401 - JSON values
    """Return a form filled in: each item with the first thing that it may say."""
    filing = FILINGS[code]
    shown = filled.form(
        filing=filing,
        office=OFFICE,
        person=person,
        filed=Filed(
            particulars=({item.name: _said(item) for item in filing.items} | stated),
            names={20002: "架空\u3000太郎"},
            event_on=date(2026, 6, 30),
            filer=Filer.SELF,
            on=DAY,
        ),
        stamp=STAMP,
        papers=PAPERS,
    )
    if code in {"exemption", "student"}:
        shown["incomes"] = filled.incomes(INCOMES if code == "exemption" else INCOMES[:1])
    return shown


def template(code: str) -> str:
    return "exemption" if code in {"exemption", "student"} else "filing"


def _said(item: Item) -> Any:  # noqa: ANN401 - a JSON value
    if item.kind is ItemKind.CHOICE:
        return item.choices[0][0]
    if item.kind is ItemKind.CHOICES:
        return [item.choices[-1][0]]
    return _SAID[item.kind]


_SAID = {
    ItemKind.DATE: "2026-06-30",
    ItemKind.MONTH: "2026-07",
    ItemKind.YES_NO: True,
    ItemKind.YEN: 1_234_567,
    ItemKind.COUNT: 12,
    ItemKind.PERSON: 20002,
    ItemKind.TEXT: "見本の記載",
    ItemKind.LINES: "見本の記載",
}


def rows() -> list[dict[str, Any]]:
    names = (RARE, FORTY, "架空\u3000太郎")
    return filled.listed(
        LedgerRow(
            case=1000 + number,
            received_on=date(2026, 7, 1 + number),
            filing="国民年金保険料免除・納付猶予申請書" if number % 3 else "資格取得届",
            name=names[number % 3],
            channel="窓口",
            branch="本庁",
            forwarded_on=date(2026, 7, 20) if number % 2 else None,
            outcome="承認・処理済" if number % 4 == 1 else "",
            basic_number="1234567890",
            birth_date=date(1990, 4, 1),
        )
        for number in range(9)
    )


LEDGER = {
    "title": "国民年金 受付処理簿",
    "office": "想定市\u3000国民年金課",
    "span": "令和8年7月1日から令和8年7月31日まで",
}
FORWARDING = {
    "title": "国民年金届書等 進達送付書",
    "office": "想定市\u3000国民年金課",
    "to": "架空年金事務所長",
    "on": "令和8年7月20日",
    "counts": [["資格取得届", 3], ["国民年金保険料免除・納付猶予申請書", 6]],
}


def pages(pdf: bytes, *, dpi: int) -> Iterator[Image]:
    """Return each page as a picture in shades of grey."""
    document = pypdfium2.PdfDocument(pdf)
    for page in document:
        yield page.render(scale=dpi / 72, grayscale=True).to_pil().convert("L")
    document.close()


def text(pdf: bytes) -> str:
    """Return everything that is written, without line breaks."""
    found = "".join(page.extract_text() for page in pypdf.PdfReader(io.BytesIO(pdf)).pages)
    return found.replace("\n", "")
