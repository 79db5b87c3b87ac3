"""What a file holds beside its looks: tags, title, language, every character, and nothing else."""

from __future__ import annotations

import io
from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pypdf
import pytest
import zxingcpp
from fontTools.fontBuilder import FontBuilder
from fontTools.pens.ttGlyphPen import TTGlyphPen

from kokunen.cases.catalogue import FILINGS
from kokunen.forms import barcode, filled, glyphs, typst
from kokunen.forms.domain import Filed, Person
from tests.forms import sample

if TYPE_CHECKING:
    from pathlib import Path


def _print(*people: Person, **said: Any) -> bytes:  # noqa: ANN401 - arguments of render_many
    forms = [sample.form("exemption", person=each) for each in people]
    usual: dict[str, Any] = {"title": "免除申請書", "language": "ja", "made": sample.MADE}
    return typst.render_many("exemption", forms, **(usual | said))


def _root(pdf: bytes) -> Any:  # noqa: ANN401 - a PDF dictionary
    return pypdf.PdfReader(io.BytesIO(pdf), strict=True).trailer["/Root"]


def _named(name: str) -> Person:
    return Person(name=name, birth_date=sample.PERSON.birth_date)


def test_a_sheet_is_tagged_titled_and_says_its_language() -> None:
    pdf = _print(sample.PERSON)
    root = _root(pdf)
    assert root["/MarkInfo"]["/Marked"].value is True
    assert root["/Lang"] == "ja"
    assert root["/ViewerPreferences"]["/DisplayDocTitle"].value is True
    stated = pypdf.PdfReader(io.BytesIO(pdf)).metadata
    assert stated is not None
    assert stated.title == "免除申請書"
    assert stated.creation_date == sample.MADE
    assert b"<pdfuaid:part>1</pdfuaid:part>" in root["/Metadata"].get_data()


def test_the_tags_name_headings_tables_and_the_code() -> None:
    kinds = [each["/S"] for each in _elements(_root(_print(sample.PERSON))["/StructTreeRoot"])]
    assert kinds.count("/H1") == 1
    assert kinds.count("/H2") == 6
    assert {"/Document", "/Table", "/TH", "/TD", "/Figure"} <= set(kinds)


def _elements(node: Any) -> list[Any]:  # noqa: ANN401 - PDF objects
    found = []
    waiting = [node]
    while waiting:
        here = waiting.pop()
        if isinstance(here, pypdf.generic.DictionaryObject):
            if "/S" in here:
                found.append(here)
            below = here.get("/K", [])
            below = below.get_object() if hasattr(below, "get_object") else below
            waiting += below if isinstance(below, list) else [below]
        elif isinstance(here, pypdf.generic.IndirectObject):
            waiting.append(here.get_object())
    return found


@pytest.mark.parametrize("name", ["𠮷野", "髙橋", "﨑山", "葛\U000e0100城", sample.FORTY])
def test_a_name_is_printed_as_it_is_registered(name: str) -> None:
    assert name in sample.text(_print(_named(name)))


def test_a_variant_is_drawn_as_the_variant() -> None:
    plain, variant = (
        next(sample.pages(_print(_named(name)), dpi=100)) for name in ("葛", "葛\U000e0100")
    )
    assert plain.tobytes() != variant.tobytes()


def test_forty_characters_stay_within_the_frame() -> None:
    (page,) = sample.pages(_print(_named(sample.FORTY)), dpi=100)
    right = page.width - round(14.4 / 25.4 * 100)
    margin = page.crop((right, 0, page.width, page.height))
    assert margin.getextrema() == (255, 255)


@pytest.mark.parametrize(
    ("text", "points"),
    [
        ("外\ue000字", "U+E000"),
        ("葛\U000e0105城", "U+845B U+E0105"),
        ("\U00030010", "U+30010"),
        ("見\x07本", "U+0007"),
    ],
)
def test_a_character_without_a_glyph_stops_the_print(text: str, points: str) -> None:
    with pytest.raises(glyphs.UnableToPrintCharacter) as refused:
        _print(sample.PERSON, _named(text))
    assert refused.value.field == points
    assert points in refused.value.message
    assert "KOKUNEN_FONTS" in refused.value.fix
    assert "代替文字" in refused.value.fix


def test_the_offices_own_font_draws_what_the_house_font_lacks(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    _font(tmp_path / "gaiji.ttf", 0xE000, 0x30010)
    monkeypatch.setenv("KOKUNEN_FONTS", str(tmp_path))
    pdf = _print(_named("架\U00030010空"))
    assert "架\U00030010空" in sample.text(pdf)
    (drawn,) = sample.pages(pdf, dpi=100)
    (private,) = sample.pages(_print(_named("架\ue000空")), dpi=100)
    (without,) = sample.pages(_print(_named("架\u3000空")), dpi=100)
    assert drawn.tobytes() == private.tobytes() != without.tobytes()


def test_a_font_that_typst_cannot_read_does_not_count(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    _font(tmp_path / "gaiji.ttf", 0xE000)
    read = typst._fonts
    monkeypatch.setattr(typst, "_fonts", lambda house, own: read(house))  # noqa: ARG005 - own is not read
    monkeypatch.setenv("KOKUNEN_FONTS", str(tmp_path))
    with pytest.raises(glyphs.UnableToPrintCharacter):
        _print(_named("架\ue000空"))


def test_a_character_that_would_be_left_out_stops_the_print(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    # Whatever the check of the fonts may have missed.
    monkeypatch.setattr(glyphs.Faces, "elsewhere", lambda *_, **__: {"No Such Font": ["架"]})
    with pytest.raises(typst.UnableToPrint, match="no such font"):
        _print(_named("架空"))


def _font(path: Path, *points: int) -> None:
    """Write a font whose characters are all a filled square."""
    pen = TTGlyphPen(None)
    pen.moveTo((100, 0))
    for corner in ((100, 800), (900, 800), (900, 0)):
        pen.lineTo(corner)
    pen.closePath()
    square = pen.glyph()
    made = FontBuilder(1000, isTTF=True)
    made.setupGlyphOrder([".notdef", "square"])
    made.setupCharacterMap(dict.fromkeys(points, "square"))
    made.setupGlyf({".notdef": square, "square": square})
    made.setupHorizontalMetrics({".notdef": (1000, 0), "square": (1000, 100)})
    made.setupHorizontalHeader(ascent=880, descent=-120)
    names = {"familyName": "Invented Gaiji", "styleName": "Regular", "psName": "InventedGaiji"}
    made.setupNameTable(names)
    made.setupOS2(sTypoAscender=880, usWinAscent=880, usWinDescent=120)
    made.setupPost()
    made.save(path)


def test_fonts_that_are_not_there_are_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(typst, "FOLDERS", ())
    with pytest.raises(typst.UnableToPrint) as refused:
        _print(sample.PERSON)
    assert "apt-get install fonts-noto-cjk" in refused.value.fix


def test_nothing_to_print_is_said() -> None:
    with pytest.raises(typst.UnableToPrint, match="印刷するものがありません"):
        _print()


def test_a_folder_of_fonts_that_is_not_there_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KOKUNEN_FONTS", "/nowhere/at/all")
    with pytest.raises(typst.UnableToPrint, match="KOKUNEN_FONTS"):
        _print(sample.PERSON)


def test_the_same_print_gives_the_same_bytes() -> None:
    assert _print(sample.PERSON) == _print(sample.PERSON)
    later = _print(sample.PERSON, made=sample.MADE + timedelta(days=1))
    assert later != _print(sample.PERSON)


def test_an_income_that_is_not_declared_is_not_zero() -> None:
    written = sample.text(_print(sample.PERSON))
    assert "未申告" in written
    assert "0円" in written
    closed = filled.incomes([replace(sample.INCOMES[1], is_open=False)])
    assert closed[0]["state"] == "審査で記入"


def test_what_is_not_known_stays_empty() -> None:
    shown = filled.form(
        filing=FILINGS["acquisition"],
        office=sample.OFFICE,
        person=Person(),
        filed=Filed(),
    )
    assert shown["case"] is None
    assert shown["person"] == dict.fromkeys(shown["person"], "")
    assert shown["office"] == dict.fromkeys(shown["office"], "")
    blank = typst.render("filing", shown, title="空", language="ja", made=sample.MADE)
    assert "None" not in sample.text(blank)


def test_a_scanner_reads_the_case_off_the_sheet() -> None:
    (page,) = sample.pages(_print(sample.PERSON), dpi=150)
    (found,) = zxingcpp.read_barcodes(page)
    assert found.text == "CASE0000001234"
    assert barcode.case_of(found.text) == 1234
    turned = zxingcpp.read_barcodes(page.rotate(187, expand=True, fillcolor=255))
    assert [each.text for each in turned] == [found.text]


@pytest.mark.parametrize("scanned", ["", "1234", "CASE", "CASE12x", "HTTPS://EXAMPLE"])
def test_other_codes_are_no_case(scanned: str) -> None:
    assert barcode.case_of(scanned) is None


def test_a_batch_is_one_tagged_file_with_a_page_for_each() -> None:
    forms = [sample.form("exemption", person=_named(f"架空\u3000{n}号")) for n in range(450)]
    pdf = typst.render_many("exemption", forms, title="一括", language="ja", made=sample.MADE)
    reader: Any = pypdf.PdfReader(io.BytesIO(pdf), strict=True)
    assert len(reader.pages) == 450
    for number in (0, 199, 200, 449):
        assert f"架空\u3000{number}号" in reader.pages[number].extract_text()
    root = _root(pdf)
    assert root["/MarkInfo"]["/Marked"].value is True
    assert root["/Lang"] == "ja"
    tree = root["/StructTreeRoot"]
    keys = tree["/ParentTree"]["/Nums"][::2]
    assert keys == sorted(page["/StructParents"] for page in reader.pages) == list(range(450))
    # What a tag of the last page says is its page, is that page.
    tagged = tree["/ParentTree"]["/Nums"][-1].get_object()[0].get_object()
    assert tagged["/Pg"].indirect_reference.idnum == reader.pages[449].indirect_reference.idnum
    names = tree["/IDTree"]["/Names"][::2]
    assert names == sorted(set(names))
    heads = [each for each in _elements(tree) if each["/S"] == "/TH"]
    assert sorted(each["/ID"] for each in heads) == names
    cell = next(each for each in reversed(_elements(tree)) if each["/S"] == "/TD")
    assert cell["/A"][0]["/Headers"][0] in names


def test_a_batch_looks_as_its_sheets_do() -> None:
    forms = [sample.form("exemption", person=_named(f"架空\u3000{n}号")) for n in range(201)]
    batch = typst.render_many("exemption", forms, title="一括", language="ja", made=sample.MADE)
    alone = typst.render("exemption", forms[200], title="単独", language="ja", made=sample.MADE)
    (sheet,) = sample.pages(alone, dpi=60)
    last = list(sample.pages(batch, dpi=60))[200]
    # All but the foot, which a sheet alone has.
    above = (0, 0, sheet.width, sheet.height - 30)
    assert last.crop(above).tobytes() == sheet.crop(above).tobytes()
