import subprocess
import sys
import xml.etree.ElementTree as ET
from pathlib import Path

import pytest

from kokunen.law.exemption.rules import BAND, BANDS, PASSES
from kokunen.law.figures import FIGURES
from kokunen.rulekit.tree import Fact, Figure, Named, lines_of, parts_of, tables_of
from kokunen.rulekit.tree import Node as TreeNode
from kokunen.wording.aloud import definitions, listed, listed_choice
from kokunen.wording.rules import RULES, files, write

FOLDER = Path(__file__).parents[2] / "docs" / "rules"
SVG = "{http://www.w3.org/2000/svg}"


def test_the_pages_in_the_repository_are_those_of_the_rules() -> None:
    kept = {path.name: path.read_text(encoding="utf-8") for path in FOLDER.iterdir()}
    assert kept == files()


def test_the_command_writes_what_the_function_returns(tmp_path: Path) -> None:
    write(tmp_path / "here")
    command = [
        sys.executable,
        "-W",
        "error",
        "-m",
        "kokunen.wording.rules",
        str(tmp_path / "there"),
    ]
    subprocess.run(command, check=True)
    here = {path.name: path.read_bytes() for path in (tmp_path / "here").iterdir()}
    assert here == {path.name: path.read_bytes() for path in (tmp_path / "there").iterdir()}


@pytest.mark.parametrize("band", BANDS)
def test_every_line_with_its_article_is_read_aloud(band: str) -> None:
    text = "\n".join(listed(PASSES[band]))
    for line in lines_of(PASSES[band]):
        assert f"**{line.text}**({line.source})" in text


def facts_in(node: TreeNode) -> set[str]:
    own = {node.label} if isinstance(node, Fact) else set()
    return own.union(*(facts_in(part) for part in parts_of(node)))


@pytest.mark.parametrize("band", BANDS)
def test_every_fact_and_every_figure_of_a_rule_is_on_its_page(band: str) -> None:
    page = files()[f"band-{band}.md"]
    assert [label for label in facts_in(PASSES[band]) if label not in page] == []
    for table in tables_of(PASSES[band]):
        assert f"`{table}`" in page


def test_the_choice_is_read_in_its_order() -> None:
    text = "\n".join(listed_choice(BAND))
    order = [
        "学生納付特例",
        "該当なし",
        "全額免除",
        "納付猶予",
        "4分の3免除",
        "半額免除",
        "4分の1免除",
    ]
    at = [text.index(f"{number}. **{name}**") for number, name in enumerate(order, start=1)]
    assert at == sorted(at)
    assert "どれにも当てはまらなければ **該当なし**" in text


def test_a_named_number_is_defined() -> None:
    total = Fact("total", "所得")
    named = Named("二倍の所得", Named("所得そのもの", total))
    assert definitions(named) == {"二倍の所得": "所得そのもの", "所得そのもの": "所得"}
    assert tables_of(Figure("exemption.flat")) == ("exemption.flat",)


@pytest.mark.parametrize("name", RULES)
def test_a_drawing_is_well_formed_and_tells_what_it_shows(name: str) -> None:
    root = ET.fromstring(files()[f"{name}.svg"])  # noqa: S314 - our own text
    title, desc = root.find(f"{SVG}title"), root.find(f"{SVG}desc")
    assert title is not None
    assert title.text == RULES[name][0]
    assert desc is not None
    assert desc.text
    assert root.get("role") == "img"


@pytest.mark.parametrize("name", RULES)
def test_no_box_of_a_drawing_leaves_it_or_covers_another(name: str) -> None:
    root = ET.fromstring(files()[f"{name}.svg"])  # noqa: S314 - our own text
    wide, high = int(root.get("width", 0)), int(root.get("height", 0))
    boxes = [
        [int(box.get(key, 0)) for key in ("x", "y", "width", "height")]
        for box in root.iterfind(f"{SVG}g/{SVG}rect")
    ]
    assert boxes
    assert all(x >= 0 and y >= 0 and x + w <= wide and y + h <= high for x, y, w, h in boxes)
    for at, (x, y, w, h) in enumerate(boxes):
        for left, top, broad, tall in boxes[at + 1 :]:
            apart = x + w <= left or left + broad <= x or y + h <= top or top + tall <= y
            assert apart


def test_every_table_of_figures_has_its_history_with_sources() -> None:
    found = files()
    for table in FIGURES.tables():
        page = found[f"figures-{table.name.partition('.')[0]}.md"]
        assert f"### {table.label}" in page
        for value in table.values:
            assert f"| {value.first} | {value.last or '改正まで'} | " in page
            assert value.url in page


def test_the_index_leads_to_every_page() -> None:
    found = files()
    pages = {name for name in found if name.endswith(".md")} - {"README.md"}
    assert [name for name in pages if f"]({name})" not in found["README.md"]] == []
