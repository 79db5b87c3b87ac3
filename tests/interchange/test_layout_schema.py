"""A layout that contradicts itself is refused, naming its file and the field."""

from __future__ import annotations

import random
from collections import Counter
from copy import deepcopy
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING, Any

import pytest
import yaml

from kokunen.interchange.codec import charset
from kokunen.interchange.codec.schema import load
from kokunen.interchange.layout import (
    UnableToFindLayout,
    UnableToLoadLayout,
    codes,
    every,
    layout,
    versions,
)
from tests.interchange.drawn import loaded, tree

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

Tree = dict[str, Any]


def version(given: Tree) -> Tree:
    found: Tree = given["versions"][0]
    return found


def detail(given: Tree, name: str) -> Tree:
    fields = version(given)["records"]["detail"]["fields"]
    found: Tree = next(each for each in fields if each.get("name") == name)
    return found


def later(given: Tree, start: date, name: str = "2") -> None:
    given["versions"].append(deepcopy(version(given)) | {"version": name, "from": start})


WRONG: dict[str, tuple[Callable[[Tree], object], str, str]] = {
    "overlap": (lambda t: detail(t, "person").update(at=6), "person", "重なります"),
    "gap": (lambda t: detail(t, "person").update(at=8), "person", "1バイトの空き"),
    "total": (lambda t: version(t).update(length=9999), "", "length 9999 と違います"),
    "type": (lambda t: detail(t, "person").update(type="number"), "person", "type は"),
    "no length": (lambda t: detail(t, "person").pop("length"), "person", "length"),
    "no place": (lambda t: detail(t, "person").pop("at"), "person", "at"),
    "length of a date": (lambda t: detail(t, "f10").update(length=9), "f10", "length は 8"),
    "unknown key": (lambda t: detail(t, "person").update(size=9), "person", "知らないキー"),
    "codes not one-to-one": (
        lambda t: detail(t, "f15").update(codes={"1": "one", "2": "one"}), "f15", "1対1",
    ),
    "codes too long": (
        lambda t: detail(t, "f15").update(codes={"4444": "four"}), "f15", "length より長い",
    ),
    "codes are no text": (lambda t: detail(t, "f15").update(codes={1: "one"}), "f15", "codes"),
    "no codes": (lambda t: detail(t, "f15").pop("codes"), "f15", "codes がありません"),
    "code like a blank": (
        lambda t: detail(t, "f15").update(codes={"0": "none"}, pad="zero"), "f15", "空欄の表し方",
    ),
    "codes of a number": (
        lambda t: detail(t, "person").update(codes={"1": "x"}), "person", "codes",
    ),
    "era of a number": (lambda t: detail(t, "person").update(era="wareki1"), "person", "era"),
    "unknown era": (
        lambda t: detail(t, "f12").update(eras={"1": "X"}), "f12", "eras の「1: X」",
    ),
    "eras not one-to-one": (
        lambda t: detail(t, "f12").update(eras={"1": "M", "2": "M"}), "f12", "1対1",
    ),
    "zeros in a text": (lambda t: detail(t, "f0").update(pad="zero"), "f0", "zero"),
    "wide spaces in a number": (lambda t: detail(t, "person").update(pad="wide"), "person", "wide"),
    "least of a text": (lambda t: detail(t, "f0").update(least=1), "f0", "least"),
    "most below least": (lambda t: detail(t, "person").update(least=5, most=1), "person", "most"),
    "name twice": (lambda t: detail(t, "f0").update(name="f1"), "", "2つ"),
    "mark of a missing field": (
        lambda t: version(t)["records"]["detail"].update(mark={"sort": "2"}), "", "mark",
    ),
    "marks alike": (
        lambda t: version(t)["records"]["detail"].update(mark={"kind": "1"}), "", "見分けら",
    ),
    "check of a missing field": (
        lambda t: version(t)["checks"].update(made_on="header.made"), "", "「header.made」",
    ),
    "check of another record": (
        lambda t: version(t)["checks"].update(count="header.sequence"), "", "trailer.項目",
    ),
    "check of another type": (
        lambda t: version(t)["checks"].update(made_on="header.sequence"), "", "type が合いません",
    ),
    "sum of a missing field": (
        lambda t: version(t)["checks"].update(sums={"trailer.total": "missing"}), "", "missing",
    ),
    "sort by a missing field": (
        lambda t: version(t)["checks"].update(sort=["missing"]), "", "missing",
    ),
    "trailer field without a value": (
        lambda t: version(t)["checks"].pop("count"), "", "trailer の「count」",
    ),
    "numbered without a number": (
        lambda t: (t.update(sequence=True), version(t)["checks"].pop("sequence")), "", "通番",
    ),
    "group without a city": (lambda t: version(t)["checks"].pop("city"), "", "group"),
    "unknown encoding": (lambda t: version(t).update(encoding="jis"), "", "encoding は"),
    "ebcdic in lines": (
        lambda t: version(t).update(encoding="cp930", newline="crlf"), "", "EBCDIC",
    ),
    "delimiter of a fixed record": (lambda t: version(t).update(delimiter=","), "", "delimiter"),
    "versions out of order": (lambda t: later(t, date(2019, 1, 1)), "", "from が前の版より後"),
    "versions on one day": (lambda t: later(t, date(2020, 4, 1)), "", "from が前の版より後"),
    "version twice": (lambda t: later(t, date(2024, 4, 1), "1"), "", "版1が2つ"),
    "day as text": (lambda t: version(t).update({"from": "2020-04"}), "", "from が日付"),
    "another code": (lambda t: t.update(code="other"), "", "ファイル名と違います"),
    "unknown partner": (lambda t: t.update(partner="nobody"), "", "partner"),
    "official as text": (lambda t: t.update(official="no"), "", "official"),
    "no versions": (lambda t: t.update(versions=[]), "", "versions"),
    "no source": (lambda t: t.update(source=""), "", "source"),
}  # fmt: skip


@pytest.mark.parametrize("name", WRONG)
def test_a_layout_that_contradicts_itself_is_refused(name: str) -> None:
    change, field, says = WRONG[name]
    given = tree("cp932", fixed=True)
    loaded(given)
    change(given)
    with pytest.raises(UnableToLoadLayout) as refusal:
        loaded(given)
    assert says in refusal.value.message
    assert refusal.value.message.startswith("made.yaml")
    assert refusal.value.field == field


@pytest.mark.parametrize("key", ["at", "length", "delimiter", "newline"])
def test_a_delimited_layout_has_no_bytes_to_stand_at(key: str) -> None:
    given = tree("cp932", fixed=False, newline="crlf")
    if key == "at":
        detail(given, "person")["at"] = 1
    else:
        version(given)[key] = {"length": 500, "delimiter": "|", "newline": "none"}[key]
    with pytest.raises(UnableToLoadLayout, match=key):
        loaded(given)


def test_a_key_stands_once() -> None:
    with pytest.raises(UnableToLoadLayout, match=r"made.yaml.*title.*重複"):
        load("code: made\ntitle: a\ntitle: b\n", name="made.yaml")
    with pytest.raises(UnableToLoadLayout, match="YAML"):
        load("code: [", name="made.yaml")


def test_a_machine_without_ebcdic_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(charset._LIBRARY_NAMES, "cp930", b"NO-SUCH-NAME")
    charset.named.cache_clear()
    with pytest.raises(UnableToLoadLayout, match=r"cp930.*Cライブラリ"):
        loaded(tree("cp930", fixed=True))
    charset.named.cache_clear()


def test_a_version_is_in_force_until_the_day_before_the_next() -> None:
    given = tree("utf-8", fixed=False, newline="lf")
    later(given, date(2024, 4, 1))
    first, second = load(yaml.safe_dump(given, allow_unicode=True), name="made.yaml")
    assert (first.start, first.end) == (date(2020, 4, 1), date(2024, 3, 31))
    assert (second.start, second.end) == (date(2024, 4, 1), None)
    assert first.in_force(date(2024, 3, 31))
    assert not first.in_force(date(2024, 4, 1))


def test_the_layouts_of_the_product_are_found_by_code_and_day() -> None:
    assert "agency_recipients" in codes()
    assert "replacements" not in codes()
    for each in every():
        assert layout(each.code, each.start) is each
        assert each is versions(each.code)[-1]
    assert every(date(1999, 1, 1)) == ()
    with pytest.raises(UnableToFindLayout, match="有効な版がありません"):
        layout("agency_recipients", date(1999, 1, 1))
    with pytest.raises(UnableToFindLayout, match="ありません"):
        layout("no_such_layout", date(2026, 1, 1))


def test_the_frame_of_500_bytes_has_the_trailer_that_was_read() -> None:
    frame = layout("agency_recipients", date(2026, 11, 21))
    assert frame.trailer is not None
    places = [(each.title, each.at, each.length) for each in frame.trailer.fields]
    assert places == [
        ("レコード区分", 1, 1),
        ("府県", 2, 2),
        ("市町村", 4, 3),
        ("義務者", 7, 3),
        ("通知内容コード", 10, 2),
        ("予備", 12, 1),
        ("制度コード", 13, 1),
        ("作成年月日", 14, 8),
        ("合計件数", 22, 9),
        ("金額1の合計", 31, 11),
        ("金額2の合計", 42, 11),
        ("金額3の合計", 53, 11),
        ("予備", 64, 437),
    ]
    assert not frame.official


JUNK: tuple[object, ...] = (
    None, True, -1, 0, 3, 2.5, "", "x", "0", [], [1], ["x"], {}, {"x": 1}, {1: "x"}, [[]], [{}],
    date(2020, 4, 1), datetime(2020, 4, 1, tzinfo=UTC), b"x",
)  # fmt: skip


def places(given: object) -> Iterator[tuple[Any, Any]]:
    """Give every place in a tree: what holds it, and its key or number there."""
    if isinstance(given, dict | list):
        for key in list(given) if isinstance(given, dict) else range(len(given)):
            yield given, key
            yield from places(given[key])


@pytest.mark.drawn
@pytest.mark.parametrize("fixed", [True, False])
def test_whatever_a_layout_file_holds_it_is_read_or_refused(*, fixed: bool, draws: int) -> None:
    rng, found = random.Random(1), Counter[str]()
    for _ in range(100 * draws):
        given = tree("utf-8", fixed=fixed, newline="lf")
        for _ in range(rng.choice((1, 1, 2))):
            holder, key = rng.choice(list(places(given)))
            if rng.random() < 0.2 and isinstance(holder, dict):
                del holder[key]
            else:
                holder[key] = deepcopy(rng.choice(JUNK))
        try:
            loaded(given)
        except UnableToLoadLayout as refusal:
            found["refused" if refusal.message.startswith("made.yaml") else "elsewhere"] += 1
        else:
            found["read"] += 1
    assert found["refused"] > found["read"] > found["elsewhere"] == 0
