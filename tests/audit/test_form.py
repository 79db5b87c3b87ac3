"""The form that is signed: no two entries share one, and none is signed that cannot be stored."""

from __future__ import annotations

import json
from dataclasses import fields, replace
from datetime import UTC, datetime, timedelta, timezone
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kokunen.audit import form
from kokunen.audit.domain import Change, Entry, Occasion, UnableToRecord, check, name_entry
from tests.audit.entries import ENTRY, MORNING

TEXT = st.text(
    st.one_of(
        st.sampled_from('",[]\\nu0123'),
        st.characters(exclude_characters="\x00", exclude_categories=["Cs"]),
    ),
    max_size=6,
)
NUMBER = st.none() | st.integers(0, 3)
CHANGES = st.lists(
    st.builds(Change, table=TEXT, row=TEXT, field=TEXT, before=TEXT, after=TEXT), max_size=2
).map(tuple)
ENTRIES = st.builds(
    Entry,
    id=st.integers(0, 3).map(lambda number: UUID(int=number)),
    at=st.integers(0, 3).map(lambda number: MORNING + timedelta(microseconds=number)),
    act=TEXT,
    operation=TEXT,
    staff=NUMBER,
    staff_number=TEXT,
    department=TEXT,
    terminal=TEXT,
    purpose=TEXT,
    reason=TEXT,
    case_id=NUMBER,
    person=NUMBER,
    shown_name=st.booleans(),
    shown_sex=st.booleans(),
    shown_birth_date=st.booleans(),
    shown_address=st.booleans(),
    shown=st.lists(TEXT, max_size=2).map(tuple),
    changes=CHANGES,
    outcome=TEXT,
)


DAYS = st.datetimes(
    datetime(1990, 1, 1),  # noqa: DTZ001 - hypothesis adds the zone
    datetime(2200, 1, 1),  # noqa: DTZ001 - as above
    timezones=st.just(UTC),
)


def read_back(signed: bytes) -> Entry:
    """Read a form with nothing but JSON: a form that can be read back belongs to one entry."""
    name, *held = json.loads(signed)
    assert name == "kokunen.audit.entry.1"
    of = dict(zip((field.name for field in fields(Entry)), held, strict=True))
    of["id"], of["at"] = UUID(of["id"]), datetime.fromisoformat(of["at"])
    of["shown"] = tuple(of["shown"])
    of["changes"] = tuple(
        Change(table=table, row=row, field=field, before=before, after=after)
        for table, row, field, before, after in of["changes"]
    )
    return Entry(**of)


@given(ENTRIES)
def test_a_form_can_be_read_back_in_one_way_only(entry: Entry) -> None:
    assert read_back(form.of_entry(entry)) == entry


@given(ENTRIES, ENTRIES)
def test_two_entries_share_a_form_only_if_they_are_the_same(one: Entry, other: Entry) -> None:
    assert (form.of_entry(one) == form.of_entry(other)) == (one == other)


@given(ENTRIES, st.data())
def test_a_change_of_any_column_breaks_the_signature(entry: Entry, data: st.DataObject) -> None:
    name = data.draw(st.sampled_from([field.name for field in fields(Entry)]))
    value = data.draw(ENTRIES.map(lambda other: getattr(other, name)))
    mac = form.sign(form.of_entry(entry), key=b"key")
    altered = form.of_entry(replace(entry, **{name: value}))
    assert form.is_signed(altered, mac=mac, key=b"key") == (value == getattr(entry, name))
    assert not form.is_signed(form.of_entry(entry), mac=mac, key=b"other")


def test_the_instant_counts_and_not_its_time_zone() -> None:
    japan = replace(ENTRY, at=MORNING.astimezone(timezone(timedelta(hours=9))))
    assert form.of_entry(japan) == form.of_entry(ENTRY)


@pytest.mark.parametrize("text", ["a\x00b", "\ud800"])
def test_what_no_database_can_hold_is_refused(text: str) -> None:
    for entry in (
        replace(ENTRY, reason=text),
        replace(ENTRY, shown=(text,)),
        replace(ENTRY, changes=(Change(table="t", row="1", field="f", after=text),)),
    ):
        with pytest.raises(UnableToRecord):
            form.of_entry(entry)


def test_a_backslash_that_looks_like_a_nul_is_stored() -> None:
    entry = replace(ENTRY, reason="\\u0000")
    assert read_back(form.of_entry(entry)) == entry


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("at", datetime(2026, 11, 24, 10, 30)),  # noqa: DTZ001 - the missing zone is the fault
        ("operation", "person page"),
        ("operation", "people"),
        ("reason", "あ" * 1001),
        ("purpose", ""),
        ("staff_number", ""),
        ("department", ""),
        ("terminal", ""),
    ],
)
def test_an_incomplete_entry_is_refused_and_names_its_field(field: str, value: object) -> None:
    with pytest.raises(UnableToRecord) as refused:
        check(replace(ENTRY, **{field: value}))  # type: ignore[arg-type]  # fields of Entry by name
    assert refused.value.field == field


def test_a_program_needs_no_department_and_a_write_no_purpose() -> None:
    program = replace(ENTRY, staff=None, department="", terminal="")
    assert check(program) == program
    write = replace(ENTRY, act="write", purpose="")
    assert check(write) == write


@given(DAYS, st.integers(0), st.binary(min_size=8))
def test_ids_are_of_version_7_and_tell_the_millisecond(
    at: datetime, number: int, random: bytes
) -> None:
    made = UUID(int=name_entry(at=at, number=number, random=random))
    assert (made.version, made.variant) == (7, "specified in RFC 4122")
    assert made.int >> 80 == int(at.timestamp() * 1000)


def test_ids_of_one_occasion_keep_their_order() -> None:
    ids = [
        name_entry(at=MORNING, number=number, random=bytes([255 - number] * 8))
        for number in range(9)
    ]
    assert ids == sorted(ids)


def test_a_purpose_is_stated_without_changing_who_and_where() -> None:
    asked = Occasion(at=MORNING, staff=1, staff_number="K1", department="D", terminal="T")
    stated = asked.because(purpose="claim", reason="来庁", case=7)
    assert (stated.purpose, stated.reason, stated.case) == ("claim", "来庁", 7)
    assert stated.because(purpose="") == asked
