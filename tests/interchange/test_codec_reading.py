"""What refuses a whole file, what sets one record apart, and what each fault says."""

from __future__ import annotations

import io
import tracemalloc
from datetime import date
from functools import cache
from typing import TYPE_CHECKING

import pytest

from kokunen.interchange.codec.example import example
from kokunen.interchange.codec.framing import UnableToReadFile
from kokunen.interchange.codec.reading import Bad, Good, faults, one, read, shown, survey
from kokunen.interchange.layout import layout
from tests.interchange.drawn import CITY, loaded, made, placed, tree

if TYPE_CHECKING:
    from collections.abc import Callable

    from kokunen.interchange.layout import Layout

LINES = "delimited cp932 needed"
FIXED = "fixed cp932"
OTHER_CITY = "011002"


@cache
def right(name: str, count: int = 3) -> bytes:
    stream = io.BytesIO()
    example(stream, layout=made()[name], city=CITY, count=count)
    return stream.getvalue()


def refused(raw: bytes, form: Layout, city: str = CITY) -> UnableToReadFile:
    with pytest.raises(UnableToReadFile) as refusal:
        survey(io.BytesIO(raw), layout=form, city=city)
    with pytest.raises(UnableToReadFile):
        list(read(io.BytesIO(raw), layout=form, city=city))
    return refusal.value


def replaced(raw: bytes, line: int, old: str, new: str) -> bytes:
    """Replace within one line (from 1) of a delimited file."""
    lines = raw.splitlines(keepends=True)
    before = lines[line - 1]
    lines[line - 1] = before.replace(old.encode("cp932"), new.encode("cp932"), 1)
    assert lines[line - 1] != before
    return b"".join(lines)


def test_a_right_file_is_surveyed_and_read() -> None:
    form, raw = made()[LINES], right(LINES)
    found = survey(io.BytesIO(raw), layout=form, city=CITY)
    assert (found.details, found.bad, found.size) == (3, (), len(raw))
    assert (found.head.made_on, found.head.sequence) == (date(2020, 4, 1), 1)
    details = list(read(io.BytesIO(raw), layout=form, city=CITY))
    assert [each.number for each in details] == [2, 3, 4]
    assert all(isinstance(each, Good) and each.header["sequence"] == 1 for each in details)
    assert b"\r\n".join(each.raw for each in details) in raw


def test_one_bad_record_is_set_apart_with_field_bytes_and_what_to_do() -> None:
    form = made()[LINES]
    raw = replaced(right(LINES), 4, "20200404", "2020x404")
    found = survey(io.BytesIO(raw), layout=form, city=CITY)
    assert found.details == 3
    (bad,) = found.bad
    (fault,) = bad.faults
    assert (fault.record, fault.field, fault.code) == (4, "f10", "date")
    assert fault.received == b"2020x404"
    assert bad.raw[fault.at - 1 :].startswith(fault.received)
    assert fault.what
    assert fault.fix
    kept = one(bad.raw, layout=form, number=4)
    assert kept == bad
    assert ("f10", "2020x404") in shown(bad.raw, layout=form)


def test_every_bad_field_of_a_fixed_record_is_named_with_its_first_byte() -> None:
    form, raw = made()[FIXED], bytearray(right(FIXED))
    start = form.length
    person, amount = form.detail.field("person"), form.detail.field("amount")
    assert person is not None
    assert amount is not None
    raw[start + person.at - 1] = ord("x")
    raw[start + amount.at - 1 : start + amount.at + 1] = b"\x00\x81"
    (bad,) = survey(io.BytesIO(bytes(raw)), layout=form, city=CITY).bad
    assert [(each.field, each.at, each.code) for each in bad.faults] == [
        ("person", 7, "integer"),
        ("amount", 16, "encoding"),
    ]
    assert bad.faults[0].received == b"x00000001"


@pytest.mark.parametrize(
    ("old", "new", "code"),
    [
        ("20200401", "20190401", "wrong_version"),
        ("99999,", "13104,", "wrong_city"),
        ("99999,", "9999,", "wrong_city"),
        ("20200401,1", "20200401", "bad_header"),
        ("H,", "X,", "no_header"),
        ("20200401,1", "20200401,01", "bad_header"),
    ],
)
def test_a_wrong_header_refuses_the_file(old: str, new: str, code: str) -> None:
    refusal = refused(replaced(right(LINES), 1, old, new), made()[LINES])
    assert refusal.code == code
    assert refusal.faults[0].record == 1


def test_another_city_another_layout_and_a_later_version_are_refused() -> None:
    assert refused(right(LINES), made()[LINES], OTHER_CITY).code == "wrong_city"
    form = layout("resident_changes", date(2026, 1, 1))
    stream = io.BytesIO()
    example(stream, layout=form, city=CITY)
    other = stream.getvalue().replace(b"resident_changes", b"resident_load", 1)
    refusal = refused(other, form)
    assert (refusal.code, refusal.faults[0].field) == ("wrong_layout", "layout")
    ended = tree("cp932", fixed=False, newline="crlf")
    ended["versions"].append(ended["versions"][0] | {"version": "2", "from": date(2030, 1, 1)})
    raw = replaced(right(LINES), 1, "20200401", "20291231")
    assert refused(raw, loaded(ended)).code == "wrong_version"


@pytest.mark.parametrize(
    ("line", "old", "new", "code", "field"),
    [
        (-1, ",3,6", ",2,6", "count", "count"),
        (-1, ",3,6", ",3,7", "sum", "total"),
        (-1, "20200401", "20200402", "trailer_differs", "made_on"),
        (-1, "T,", "U,", "no_trailer", ""),
        (3, "99999,2,", "99999,0,", "order", "city"),
    ],
)
def test_what_the_end_shows_refuses_the_file(
    line: int, old: str, new: str, code: str, field: str
) -> None:
    number = line if line > 0 else 5
    refusal = refused(replaced(right(LINES), number, old, new), made()[LINES])
    assert (refusal.code, refusal.faults[0].field) == (code, field)


def test_a_detail_of_another_city_is_set_apart() -> None:
    raw = replaced(right(LINES), 3, "99999,2,", "13104,2,")
    (bad,) = survey(io.BytesIO(raw), layout=made()[LINES], city=CITY).bad
    assert [(each.field, each.code) for each in bad.faults] == [("city", "wrong_city")]


def test_the_sum_is_not_claimed_wrong_when_one_amount_is_unknown() -> None:
    raw = replaced(right(LINES), 3, "99999,2,2,", "99999,2,x,")
    found = survey(io.BytesIO(raw), layout=made()[LINES], city=CITY)
    assert [each.number for each in found.bad] == [3]


@pytest.mark.parametrize(
    ("damage", "code"),
    [
        (lambda raw: raw[:0], "empty"),
        (lambda raw: raw[:-2], "truncated"),
        (lambda raw: raw[: len(raw) // 2], "truncated"),
        (lambda raw: raw[: raw.rindex(b"T,")], "no_trailer"),
        (lambda raw: raw + b"\x1a", "trailing_bytes"),
        (lambda raw: raw + raw, "city_order"),
        (lambda raw: raw + raw.splitlines(keepends=True)[1], "after_trailer"),
        (lambda raw: raw + raw.splitlines(keepends=True)[-1], "second_trailer"),
        (lambda raw: raw.splitlines(keepends=True)[0] + raw, "second_header"),
        (lambda raw: raw.replace(b"\r\n", b"\n"), "wrong_newline"),
        (lambda raw: raw.replace(b"\r\n", b"\r"), "truncated"),
        (lambda raw: raw.replace(b"\r\n", b"\r\r\n", 1), "wrong_newline"),
        (lambda raw: b"\xef\xbb\xbf" + raw, "bom"),
        (lambda raw: raw.decode("cp932").encode("utf-16-le"), "wrong_newline"),
        (lambda raw: raw[:1] + b"\x00" + raw[1:], "no_header"),
        (lambda raw: b"H," + b"9" * 70_000 + raw, "too_long"),
    ],
)
def test_a_damaged_file_is_refused(damage: Callable[[bytes], bytes], code: str) -> None:
    assert refused(damage(right(LINES)), made()[LINES]).code == code


def test_a_fixed_file_without_its_newlines_or_shifted_by_a_byte_is_refused() -> None:
    form, raw = made()["fixed lines"], right("fixed lines")
    assert refused(raw.replace(b"\r\n", b""), form).code == "wrong_newline"
    refusal = refused(raw[: form.length + 20] + raw[form.length + 21 :], form)
    assert (refusal.code, refusal.faults[0].record) == ("wrong_newline", 2)
    assert refused(right(FIXED)[:-1], made()[FIXED]).code == "truncated"


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("架空県", '架空"県'),
        ("架空県", '"架空県'),
        ("架空県", "架空,県"),
        ("架空県", "\x00架空県"),
        ("架空県", "\t架空県"),
        ("架空県澄野市吉祥台1番地", '"架空県澄野市吉祥台1番地"'),
        ("架空県澄野市吉祥台1番地", '"架空県\r\n澄野市"'),
    ],
)
def test_quotes_newlines_and_control_characters_are_not_taken(old: str, new: str) -> None:
    raw = replaced(right(LINES), 2, old, new)
    try:
        found = survey(io.BytesIO(raw), layout=made()[LINES], city=CITY)
    except UnableToReadFile as refusal:
        assert refusal.code == "count"  # noqa: PT017 - the newline made two records of one
        assert new.count("\n") == 1
    else:
        assert [each.number for each in found.bad] == [2]


def test_quotes_are_read_where_they_are_needed() -> None:
    raw = replaced(right(LINES), 2, "架空県澄野市吉祥台1番地", '"架空,""県"""')
    details = list(read(io.BytesIO(raw), layout=made()[LINES], city=CITY))
    assert isinstance(details[0], Good)
    assert details[0].values["f0"] == '架空,"県"'


def test_one_bad_record_refuses_a_file_that_is_taken_whole() -> None:
    given = tree("cp932", fixed=False, newline="crlf") | {"policy": "whole", "tolerance": 0}
    raw = replaced(right(LINES), 3, "99999,2,2,", "99999,x,x,")
    refusal = refused(raw, loaded(given))
    assert refusal.code == "bad_record"
    assert [each.field for each in refusal.faults] == ["person", "amount"]


def test_more_bad_records_than_the_tolerance_refuse_the_file() -> None:
    given = tree("cp932", fixed=False, newline="crlf") | {"tolerance": 1}
    raw = replaced(right(LINES), 3, "99999,2,", "99999,x,")
    assert len(survey(io.BytesIO(raw), layout=loaded(given), city=CITY).bad) == 1
    refusal = refused(replaced(raw, 4, "99999,3,", "99999,x,"), loaded(given))
    assert refusal.code == "too_many_bad"
    assert {each.record for each in refusal.faults} == {3, 4}


def test_every_fault_of_a_file_is_listed() -> None:
    raw = replaced(right(LINES), 3, "99999,2,", "99999,x,")
    raw = replaced(raw, 5, ",3,6", ",4,6")
    found = list(faults(io.BytesIO(raw), layout=made()[LINES], city=CITY))
    assert [(each.record, each.field) for each in found] == [(3, "person"), (5, "count")]
    assert list(faults(io.BytesIO(right(LINES)), layout=made()[LINES], city=CITY)) == []


class Endless(io.RawIOBase):
    """A file that is made as it is read: a header, one detail again and again, a trailer."""

    def __init__(self, header: bytes, detail: bytes, count: int, trailer: bytes) -> None:
        self.size = len(header) + len(detail) * count + len(trailer)
        self._parts = iter([(header, 1), (detail * 100, count // 100), (trailer, 1)])
        self._part, self._left, self._kept = b"", 0, b""

    def read(self, size: int = -1) -> bytes:
        while len(self._kept) < size:
            if not self._left:
                self._part, self._left = next(self._parts, (b"", 0))
                if not self._left:
                    break
            self._kept += self._part
            self._left -= 1
        given, self._kept = self._kept[:size], self._kept[size:]
        return given


def test_a_file_of_200_megabytes_is_read_in_a_few() -> None:
    given = tree("cp932", fixed=True)
    kinds = given["versions"][0]["records"]
    note = {"name": "note", "type": "text", "length": 8000}
    kinds["detail"]["fields"] = [*kinds["detail"]["fields"][:4], note]
    placed(given["versions"][0])
    form, count, stream = loaded(given), 24_800, io.BytesIO()
    example(stream, layout=form, city=CITY, count=1)
    raw = stream.getvalue()
    header, detail, trailer = (raw[at : at + form.length] for at in range(0, len(raw), form.length))
    counted = f"{count:06d}{count:011d}".encode()
    trailer = trailer.replace(b"00000100000000001", counted, 1)
    endless = Endless(header, detail, count, trailer)
    assert endless.size > 198_000_000
    tracemalloc.start()
    try:
        found = survey(endless, layout=form, city=CITY)  # type: ignore[arg-type]  # it reads bytes
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert (found.details, found.size) == (count, endless.size)
    assert peak < 8_000_000
    assert not any(isinstance(each, Bad) for each in found.bad)
