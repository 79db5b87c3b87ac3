"""The five transfers hold what the founding document names: expectations are read from its text."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kokunen.access.domain import SEES, Field
from kokunen.interchange import layout as layouts
from kokunen.interchange.domain import Direction
from kokunen.interchange.outbox.transfers import (
    ABOUT_THE_RECORD,
    BY_LAYOUT,
    GROUP_OF,
    MASKED,
    REPORTS,
    TRANSFERS,
    Method,
    Rhythm,
    Span,
    Transfer,
    UnableToTransfer,
    masked,
    may_send,
    standing,
)

TEXT = (Path(__file__).parent / "founding" / "transfers.txt").read_text(encoding="utf-8")
RHYTHMS = {"資格異動が発生する都度": Rhythm.EVENT, "月次": Rhythm.MONTHLY}
# What the words of ③ are about; the name and the birth date only say whose record it is.
GROUPS = {
    "被保険者でなくなつた年月日": Field.ENROLMENT,
    "種別": Field.ENROLMENT,
    "資格に関する情報": Field.ENROLMENT,
    "基礎年金番号": Field.BASIC_NUMBER,
    "給付の支給": Field.CLAIM,
    "保険料の徴収": Field.EXEMPTION,
}
WHO = {Field.NAME, Field.BIRTH_DATE}


@dataclass(frozen=True)
class Section:
    number: int
    room: str
    basis: str
    purpose: str
    content: str
    persons: str
    method: str
    rhythm: str


def sections() -> list[Section]:
    found = []
    for part in re.split(r"^ (?=移転先\d )", TEXT, flags=re.MULTILINE)[1:]:
        title, *rest = re.split(r"^ [①②③④⑤⑥⑦]", part, flags=re.MULTILINE)
        said = [unicodedata.normalize("NFKC", "".join(each.split())) for each in rest]
        number, room = title.split()[:2]
        found.append(
            Section(
                number=int(number.removeprefix("移転先")),
                room=room,
                basis=said[0].removeprefix("法令上の根拠"),
                purpose=said[1].removeprefix("移転先における用途"),
                content=said[2].removeprefix("移転する情報"),
                persons=said[4].removeprefix("移転する情報の対象となる本人の範囲"),
                method=said[5].removeprefix("移転方法"),
                rhythm=said[6].removeprefix("時期・頻度"),
            )
        )
    return found


SECTIONS = sections()
BOTH = pytest.mark.parametrize(
    ("section", "transfer"), list(zip(SECTIONS, TRANSFERS, strict=True)), ids=lambda _: ""
)


def test_there_are_as_many_transfers_as_the_document_says() -> None:
    said = re.search(r"移転を行っている （ (\d+) ） 件", TEXT)
    assert said is not None
    assert int(said[1]) == len(TRANSFERS) == len(SECTIONS)
    assert [each.number for each in SECTIONS] == [each.number for each in TRANSFERS]


@BOTH
def test_the_basis_is_the_one_named(section: Section, transfer: Transfer) -> None:
    numbers = re.findall(r"\d+", section.basis)
    assert re.findall(r"\d+", transfer.basis) == numbers
    assert transfer.ordinance == ("条例" in section.basis)
    statute = "住民基本台帳法" if not transfer.ordinance else "番号の利用等に関する条例"
    assert statute in section.basis
    assert statute in transfer.basis


@BOTH
def test_the_purpose_names_the_same_acts(section: Section, transfer: Transfer) -> None:
    acts = {"生活保護法", "児童手当法", "国民健康保険法", "住民基本台帳の記載事項"}
    assert {each for each in acts if each in section.purpose} == {
        each for each in acts if each in transfer.purpose
    }


@BOTH
def test_the_rhythm_is_the_one_named(section: Section, transfer: Transfer) -> None:
    assert transfer.rhythms == {RHYTHMS[said] for said in section.rhythm.split("及び")}


@BOTH
def test_the_persons_are_the_insured(section: Section, transfer: Transfer) -> None:
    assert transfer.persons == section.persons == "被保険者"


@BOTH
def test_the_method_is_the_one_chosen(section: Section, transfer: Transfer) -> None:
    (chosen,) = re.findall(r"\[○\](\w+)", section.method)
    assert transfer.method.label == chosen
    assert transfer.method in Method


@BOTH
def test_the_facts_are_those_named(section: Section, transfer: Transfer) -> None:
    named = {group for words, group in GROUPS.items() if words in section.content}
    if Rhythm.EVENT in transfer.rhythms:
        # ⑦ 資格異動が発生する都度: the event that is told is a change of the enrolment.
        named.add(Field.ENROLMENT)
    assert transfer.groups - WHO == named


@BOTH
def test_the_layout_has_exactly_the_fields_of_the_transfer(
    section: Section, transfer: Transfer
) -> None:
    of = layouts.layout(transfer.layout, date(2026, 11, 24))
    assert {each.name for each in of.detail.values} == transfer.fields
    assert {GROUP_OF[name] for name in transfer.fields - ABOUT_THE_RECORD} == transfer.groups
    assert of.partner is transfer.partner
    assert f"移転先{section.number}" in (layouts.FOLDER / f"{transfer.layout}.yaml").read_text(
        encoding="utf-8"
    )


def test_what_a_room_is_sent_is_what_it_may_look_up() -> None:
    assert {each.role: each.groups for each in TRANSFERS} == {
        each.role: SEES[each.role] for each in TRANSFERS
    }


def test_every_layout_that_goes_out_is_a_transfer_or_a_report() -> None:
    out = {each.code for each in layouts.every() if each.direction is Direction.OUT}
    assert set(BY_LAYOUT) <= out
    assert out <= set(BY_LAYOUT) | set(REPORTS)


@given(layout=st.text(max_size=30))
def test_no_other_layout_may_be_sent(layout: str) -> None:
    if layout not in BY_LAYOUT and layout not in REPORTS:
        with pytest.raises(UnableToTransfer):
            may_send(layout=layout)


NAMES = sorted({*GROUP_OF, *ABOUT_THE_RECORD, *(each.value for each in Field), "head", "total"})


@given(transfer=st.sampled_from(TRANSFERS), fields=st.sets(st.sampled_from(NAMES)))
def test_no_other_field_may_be_sent(transfer: Transfer, fields: set[str]) -> None:
    allowed = {name for name in GROUP_OF if GROUP_OF[name] in SEES[transfer.role]}
    if fields <= allowed | ABOUT_THE_RECORD:
        may_send(layout=transfer.layout, fields=fields)
    else:
        with pytest.raises(UnableToTransfer) as refused:
            may_send(layout=transfer.layout, fields=fields)
        assert refused.value.field in fields - allowed


@pytest.mark.parametrize("transfer", TRANSFERS, ids=lambda each: each.layout)
def test_nobody_else_may_be_told_of(transfer: Transfer) -> None:
    with pytest.raises(UnableToTransfer) as refused:
        may_send(layout=transfer.layout, is_insured=False)
    assert refused.value.field == "person"


def test_a_protected_person_goes_out_as_a_number_and_what_the_law_names() -> None:
    values = dict.fromkeys(GROUP_OF, "x") | {"person": 7, "change": "changed"}
    told = masked(values, protected=True)
    assert told["protected"] is True
    assert {name for name, value in told.items() if value is None} == MASKED
    assert masked(values, protected=False) == values | {"protected": False}


def span(category: str, start: tuple[int, int, int], end: tuple[int, int, int] | None) -> Span:
    return Span(category=category, start=date(*start), end=date(*end) if end else None)


def test_a_change_of_category_is_neither_loss_nor_acquisition() -> None:
    first = span("category_1", (2010, 4, 1), (2020, 7, 1))
    second = span("category_3", (2020, 7, 1), (2024, 2, 1))
    third = span("category_1", (2025, 5, 1), None)
    spans = (first, second, third)
    assert standing(spans, first) == {
        "category": "category_1",
        "acquired_on": date(2010, 4, 1),
        "changed_on": None,
        "lost_on": None,
    }
    assert standing(spans, second) == {
        "category": "category_3",
        "acquired_on": date(2010, 4, 1),
        "changed_on": date(2020, 7, 1),
        "lost_on": date(2024, 2, 1),
    }
    assert standing(spans, third) == {
        "category": "category_1",
        "acquired_on": date(2025, 5, 1),
        "changed_on": None,
        "lost_on": None,
    }
