"""What a resident is told of who looked, and what of other people is left out."""

from __future__ import annotations

import csv
import io
from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
from django.db import transaction

from kokunen.audit import operations, queries
from kokunen.audit.disclosure import GENERAL, Names, as_csv, as_text, disclose
from kokunen.audit.domain import Act, Change, Entry
from tests.audit.entries import CLERK, ENTRY, PROGRAM, look

if TYPE_CHECKING:
    from tests.office import Database

NAMES = Names(
    purposes={"consultation": "窓口相談", "claim": "裁定請求", "protection": "支援措置"},
    departments={"PENSION": "国民年金課"},
)
ONE = replace(ENTRY, shown=("address", "kana", "name"))


def test_a_line_tells_when_where_for_what_and_which_items() -> None:
    (line,) = disclose([ONE], names=NAMES, others_cases=())
    assert (line.at, line.act, line.department) == ("令和8年11月24日 10:30", "閲覧", "国民年金課")
    assert (line.staff, line.purpose, line.items) == ("職員1", "窓口相談", ("氏名", "住所"))


def test_staff_are_told_apart_and_named_only_if_the_city_decides_so() -> None:
    entries = [replace(ONE, staff_number=number) for number in ("K2", "K1", "K2")]
    told = disclose(entries, names=NAMES, others_cases=())
    assert [line.staff for line in told] == ["職員1", "職員2", "職員1"]
    named = disclose(entries, names=replace(NAMES, staff_numbers=True), others_cases=())
    assert [line.staff for line in named] == ["K2", "K1", "K2"]
    program = replace(ONE, staff=None, staff_number="batch")
    assert disclose([program], names=NAMES, others_cases=())[0].staff == "システムの処理"


def test_a_reason_is_never_told() -> None:
    secret = replace(ONE, reason="配偶者 田中花子の件")
    told = disclose([secret], names=NAMES, others_cases=())
    assert "田中" not in as_text(told) + as_csv(told)


@pytest.mark.parametrize(
    "entry",
    [
        replace(ONE, case_id=5),
        replace(ONE, purpose="protection"),
        replace(ONE, operation="protection.register"),
        replace(ONE, operation="openings.request"),
        replace(ONE, changes=(Change(table="protection_measure", row="1", field="until"),)),
        replace(ONE, changes=(Change(table="people_membership", row="1", field="household"),)),
    ],
)
def test_what_tells_of_another_person_is_left_out(entry: Entry) -> None:
    (line,) = disclose([entry], names=NAMES, others_cases={5})
    assert (line.at, line.purpose, line.general) == ("令和8年11月24日", GENERAL, True)
    assert (line.act, line.department, line.staff, line.items) == ("", "", "", ())


def test_a_refused_attempt_showed_nothing() -> None:
    entries = [replace(ONE, act=act.value) for act in Act]
    told = [line.act for line in disclose(entries, names=NAMES, others_cases=())]
    assert told == ["閲覧", "更新", "開示の記録", "出力"]


def test_the_table_is_read_back_and_holds_no_formula() -> None:
    odd = replace(ONE, department="=1+1")
    read = list(csv.reader(io.StringIO(as_csv(disclose([ONE, odd], names=NAMES, others_cases=())))))
    assert read[0] == ["日時", "操作", "部署", "取扱者", "処理事由", "示した4情報"]
    assert read[1] == [
        "令和8年11月24日 10:30",
        "閲覧",
        "国民年金課",
        "職員1",
        "窓口相談",
        "氏名・住所",
    ]
    assert read[2][2] == "'=1+1"


def test_a_case_on_which_another_person_was_looked_up_is_left_out(database: Database) -> None:
    shared = CLERK.because(purpose="claim", case=5)
    own = CLERK.because(purpose="claim", case=6)
    look(1)
    look(1, occasion=replace(shared, at=CLERK.at + timedelta(minutes=1)))
    look(2, occasion=shared)
    look(1, occasion=replace(own, at=CLERK.at + timedelta(minutes=2)))
    with transaction.atomic():
        operations.record(act=Act.REFUSE, operation="a.b", occasion=CLERK, person=1)
    told = queries.disclose(person=1, occasion=PROGRAM, names=NAMES)
    assert [line.general for line in told] == [False, True, False]
    told = queries.disclose(person=1, occasion=PROGRAM, names=NAMES, own_cases=[5])
    assert [line.general for line in told] == [False, False, False, False]
    with database.owner() as owner:
        assert owner.execute(
            "SELECT act, person FROM audit_entry WHERE operation = 'audit.disclose'"
        ).fetchall() == [("export", 1), ("export", 1)]
