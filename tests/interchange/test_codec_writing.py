"""What is written, what is replaced and reported, and what is refused by record and field."""

from __future__ import annotations

import hashlib
import io
from datetime import date
from typing import TYPE_CHECKING, Any

import pytest

from kokunen.dates.month import Month
from kokunen.interchange.codec.reading import Good, read
from kokunen.interchange.codec.replacing import RULES, Replacement, rules
from kokunen.interchange.codec.writing import UnableToWriteRecord, Written, write
from kokunen.interchange.layout import UnableToLoadLayout
from tests.interchange.drawn import CITY, loaded, made, tree

if TYPE_CHECKING:
    from pathlib import Path

HEADER = {"made_on": date(2026, 4, 1), "sequence": 7}
DETAIL: dict[str, Any] = {
    "person": 12,
    "amount": 3000,
    "f0": "澄野 花子",
    "f2": "𠮷田",
    "f9": -45,
    "f10": date(2026, 4, 1),
    "f12": date(1989, 1, 7),
    "f13": date(2019, 5, 1),
    "f14": Month(2026, 4),
    "f15": "two",
    "f16": False,
}


def file(name: str, *details: dict[str, Any], header: dict[str, Any] = HEADER) -> bytes:
    return result(name, *details, header=header)[0]


def result(
    name: str, *details: dict[str, Any], header: dict[str, Any] = HEADER
) -> tuple[bytes, Written]:
    stream = io.BytesIO()
    done = write(stream, layout=made()[name], header=header, details=details, city=CITY)
    return stream.getvalue(), done


def test_marks_city_count_and_sums_are_filled_in() -> None:
    raw, done = result("delimited cp932 needed", DETAIL, DETAIL | {"person": 13})
    first, *_, last = raw.decode("cp932").split("\r\n")[:-1]
    assert first == "H,99999,20260401,7"
    assert last == "T,99999,20260401,2,6000"
    assert (done.records, done.size) == (2, len(raw))
    assert done.digest == hashlib.sha256(raw).hexdigest()


def test_each_type_has_its_form() -> None:
    raw = file("fixed cp932", DETAIL)
    form = made()["fixed cp932"]
    record = raw[form.length : 2 * form.length]

    def at(name: str) -> bytes:
        field = form.detail.field(name)
        assert field is not None
        return record[field.at - 1 : field.at - 1 + (field.length or 0)]

    assert at("person") == b"000000012"
    assert at("f0") == "澄野 花子".encode("cp932") + b"\x81\x40" * 5 + b" "
    assert at("f2") == b" " * 15 + "吉田".encode("cp932")
    assert at("f1") == b" " * 21
    assert at("f3") == b" " + b"\x81\x40" * 11
    assert at("f9") == b"-00000045"
    assert at("f10") == b"20260401"
    assert at("f11") == b"00000000"
    assert at("f12") == b"5640107"
    assert at("f13") == b"05010501"
    assert at("f14") == b"202604"
    assert at("f15") == b"22 "
    assert at("f16") == b"0"


def test_shift_bytes_count_in_the_length() -> None:
    exact = {"f1": "澄" * 9, "f0": "野" * 9}
    raw = file("fixed cp930", DETAIL | exact)
    (found,) = read(io.BytesIO(raw), layout=made()["fixed cp930"], city=CITY)
    assert isinstance(found, Good)
    assert found.values["f1"] == "澄" * 9
    with pytest.raises(UnableToWriteRecord, match="22バイト"):
        file("fixed cp930", DETAIL | {"f1": "澄" * 10})


def test_a_character_is_replaced_only_where_the_target_lacks_it_and_each_is_reported() -> None:
    name = DETAIL | {"f0": "𠮷髙葛\U000e0100"}
    assert result("delimited utf-8 needed", name)[1].replaced == ()
    _, done = result("delimited cp932 needed", DETAIL | {"f2": "A"}, name | {"person": 13})
    assert done.replaced == (
        Replacement(record=3, field="f0", character="𠮷", by="吉"),
        Replacement(record=3, field="f0", character="\U000e0100", by=""),
        Replacement(record=3, field="f2", character="𠮷", by="吉"),
    )


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"f0": "鮏\U00020000"}, "f0"),
        ({"f0": "\U000e0100"}, "f0"),
        ({"f0": ""}, "f0"),
        ({"f0": None}, "f0"),
        ({"f0": 5}, "f0"),
        ({"f0": "a\nb"}, "f0"),
        ({"f0": "\ue000"}, "f0"),
        ({"f0": "\u202eabc"}, "f0"),
        ({"f0": "端 "}, "f0"),
        ({"f0": "長" * 11}, "f0"),
        ({"f4": "漢字"}, "f4"),
        ({"f5": "12a"}, "f5"),
        ({"f5": "1" * 11}, "f5"),
        ({"person": "12"}, "person"),
        ({"person": True}, "person"),
        ({"person": -1}, "person"),
        ({"person": 10**9}, "person"),
        ({"person": 11}, "city"),
        ({"f10": "20260401"}, "f10"),
        ({"f10": date(1872, 12, 31)}, "f10"),
        ({"f14": date(2026, 4, 1)}, "f14"),
        ({"f15": "four"}, "f15"),
        ({"f15": ["one"]}, "f15"),
        ({"f16": 1}, "f16"),
        ({"city": "13104"}, "city"),
        ({"unknown": 1}, "unknown"),
    ],
)
def test_what_does_not_fit_is_refused_by_record_and_field(
    changes: dict[str, Any], field: str
) -> None:
    with pytest.raises(UnableToWriteRecord) as refusal:
        file("fixed cp932", DETAIL, DETAIL | changes)
    assert (refusal.value.record, refusal.value.field) == (3, field)
    for value in changes.values():
        if isinstance(value, str) and value and field != "city":
            assert value not in refusal.value.message


def test_a_header_out_of_its_version_or_unknown_is_refused() -> None:
    for header, field in (
        (HEADER | {"made_on": date(2019, 1, 1)}, "made_on"),
        (HEADER | {"city": "13104"}, "city"),
        (HEADER | {"other": 1}, "other"),
        ({"made_on": date(2026, 4, 1)}, "sequence"),
    ):
        with pytest.raises(UnableToWriteRecord) as refusal:
            file("fixed cp932", DETAIL, header=header)
        assert (refusal.value.record, refusal.value.field) == (1, field)


def test_without_quotes_a_delimiter_is_refused() -> None:
    with pytest.raises(UnableToWriteRecord, match="区切り文字") as refusal:
        file("delimited cp932 never", DETAIL | {"f0": "a,b"})
    assert refusal.value.field == "f0"
    assert b'a"b' in file("delimited cp932 never", DETAIL | {"f0": 'a"b'})


def test_nothing_is_written_that_could_not_be_read() -> None:
    given = tree("utf-8", fixed=False, newline="lf")
    version = given["versions"][0]
    del version["records"]["header"], version["records"]["trailer"], version["checks"]
    version["group"] = False
    form = loaded(given)
    with pytest.raises(UnableToWriteRecord, match="空になります"):
        write(io.BytesIO(), layout=form, header={}, details=[], city=CITY)
    with pytest.raises(UnableToWriteRecord, match="ヘッダーはありません"):
        write(io.BytesIO(), layout=form, header=HEADER, details=[], city=CITY)
    version["records"]["detail"]["fields"][4].pop("length")
    stream, details = io.BytesIO(), [DETAIL | {"city": "99999", "f0": "x" * 65_400}]
    write(stream, layout=loaded(given), header={}, details=details, city=CITY)
    stream.seek(0)
    assert len(list(read(stream, layout=loaded(given), city=CITY))) == 1
    details[0]["f0"] = "x" * 65_536
    with pytest.raises(UnableToWriteRecord, match="65536バイト"):
        write(stream, layout=loaded(given), header={}, details=details, city=CITY)


def test_rules_stand_once_each_with_its_source(tmp_path: Path) -> None:
    found = rules(RULES)
    assert (found["𠮷"], found["髙"], found["\U000e0100"], found["\ufe0f"]) == ("吉", "高", "", "")
    for number, (text, says) in enumerate(
        (
            ("- {from: 髙, to: 高, source: a}", "why"),
            ("- {from: 髙, to: 高, source: a, why: b}\n" * 2, "2つ"),
            ("- {from: 髙橋, to: 高, source: a, why: b}", "1文字でも範囲でも"),
            ("- {from: 髙, to: 1, source: a, why: b}", "to"),
            ("{}", "並び"),
        )
    ):
        path = tmp_path / f"{number}.yaml"
        path.write_text(text, encoding="utf-8")
        with pytest.raises(UnableToLoadLayout, match=says):
            rules(path)
