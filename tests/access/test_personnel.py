"""The personnel file: all or nothing, the same twice changes nothing, the order does not matter."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from itertools import combinations, permutations
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kokunen.access import operations, place_operations, queries
from kokunen.access.assignments import Held, cut, laid_over, taken_away, transferred
from kokunen.access.domain import Kind, Role
from kokunen.access.operations import Applied
from kokunen.access.orders import carried_out
from kokunen.access.personnel import (
    COLUMNS,
    Line,
    Office,
    Order,
    UnableToApplyPersonnel,
    decoded,
    parse,
)
from kokunen.audit.domain import Occasion

if TYPE_CHECKING:
    import random

AT = datetime(2026, 11, 24, 1, 0, tzinfo=UTC)
PROGRAM = Occasion(at=AT, staff=None, staff_number="test", department="", terminal="test")
OFFICE = Office(
    departments={"P": Kind.PENSION, "S": Kind.SYSTEMS, "W": Kind.WELFARE},
    branches=frozenset({"01"}),
)
HEADING = ",".join(COLUMNS)
FIRST = date(2026, 4, 1)

days = st.integers(0, 60).map(lambda number: FIRST + timedelta(days=number))
places = st.sampled_from(["P", "Q"])
kept = st.sampled_from([Role.COUNTER, Role.EXAMINER])


@st.composite
def periods(draw: st.DrawFn) -> Held:
    start = draw(days)
    length = draw(st.none() | st.integers(1, 40))
    return Held(
        role=draw(kept),
        department=draw(places),
        branch=None,
        start=start,
        end=None if length is None else start + timedelta(days=length),
    )


def on(held: frozenset[Held], day: date) -> set[tuple[Role, str]]:
    return {(one.role, one.department) for one in held if one.on(day)}


def overlap_free(held: frozenset[Held]) -> bool:
    return all(
        one.role != other.role
        or (one.end is not None and one.end <= other.start)
        or (other.end is not None and other.end <= one.start)
        for one, other in combinations(held, 2)
    ) and all(one.end is None or one.start < one.end for one in held)


@given(st.lists(periods(), max_size=8))
def test_roles_laid_over_each_other_never_overlap_and_the_last_one_wins(news: list[Held]) -> None:
    held: frozenset[Held] = frozenset()
    for new in news:
        before, held = held, laid_over(held, new)
        assert overlap_free(held)
        for at in range(0, 110, 2):
            day = FIRST + timedelta(days=at)
            if new.on(day):
                others = {pair for pair in on(before, day) if pair[0] != new.role}
                assert on(held, day) == {*others, (new.role, new.department)}
            else:
                assert on(held, day) == on(before, day)


@given(st.lists(periods(), max_size=6), days, kept)
def test_what_is_cut_or_taken_away_ends_on_the_day_and_not_before(
    news: list[Held], day: date, role: Role
) -> None:
    held: frozenset[Held] = frozenset()
    for new in news:
        held = laid_over(held, new)
    for at in range(0, 110, 2):
        one = FIRST + timedelta(days=at)
        assert on(cut(held, day), one) == (on(held, one) if one < day else set())
        assert on(taken_away(held, role, day), one) == {
            pair for pair in on(held, one) if one < day or pair[0] != role
        }


@given(st.lists(periods(), max_size=6), days)
def test_a_transfer_done_twice_is_a_transfer_done_once(news: list[Held], day: date) -> None:
    held: frozenset[Held] = frozenset()
    for new in news:
        held = laid_over(held, new)
    order = [Held(role=Role.COUNTER, department="P", branch=None, start=day)]
    once = transferred(held, day=day, given=order)
    assert overlap_free(once)
    assert transferred(once, day=day, given=order) == once


def row(**cells: str) -> str:
    usual = {
        "職員番号": "K1",
        "氏名": "年金 花子",
        "カナ": "ネンキン ハナコ",
        "所属コード": "P",
        "支所コード": "01",
        "役割": "窓口",
        "発令日": "2026-04-01",
        "終了日": "",
        "区分": "新規",
    }
    return ",".join((usual | cells)[column] for column in COLUMNS)


def file(*rows: str) -> bytes:
    return "\r\n".join([HEADING, *rows, ""]).encode()


def faults(*rows: str) -> list[tuple[int, str]]:
    with pytest.raises(UnableToApplyPersonnel) as refusal:
        carried_out(parse(decoded(file(*rows)), office=OFFICE), {})
    assert all(fault.what and fault.fix for fault in refusal.value.faults)
    return [(fault.line, fault.field) for fault in refusal.value.faults]


@pytest.mark.parametrize(
    ("cells", "column"),
    [
        ({"職員番号": ""}, "職員番号"),
        ({"職員番号": "K 1"}, "職員番号"),
        ({"職員番号": "K" * 21}, "職員番号"),
        ({"氏名": ""}, "氏名"),
        ({"氏名": "あ" * 101}, "氏名"),
        ({"カナ": "ア\x07"}, "カナ"),
        ({"所属コード": "X"}, "所属コード"),
        ({"支所コード": "99"}, "支所コード"),
        ({"役割": "社長"}, "役割"),
        ({"役割": ""}, "役割"),
        ({"役割": "生活保護"}, "役割"),
        ({"発令日": ""}, "発令日"),
        ({"発令日": "2026-02-30"}, "発令日"),
        ({"発令日": "昭和64年2月1日"}, "発令日"),
        ({"終了日": "2026-03-31"}, "終了日"),
        ({"区分": "採用"}, "区分"),
        ({"区分": "異動"}, "職員番号"),
        ({"区分": "退職", "役割": ""}, "終了日"),
        ({"区分": "退職", "終了日": "2027-03-31"}, "役割"),
        ({"区分": "退職", "役割": "", "終了日": "2027-03-31"}, "区分"),
    ],
)
def test_a_fault_is_shown_with_its_line_and_column(cells: dict[str, str], column: str) -> None:
    assert faults(row(職員番号="K9"), row(**cells)) == [(3, column)]


def test_all_faults_are_shown_at_once() -> None:
    assert faults(row(発令日="x", 区分="y"), row(), row(支所コード="z")) == [
        (2, "区分"),
        (2, "発令日"),
        (4, "支所コード"),
    ]


def test_orders_of_one_day_that_contradict_each_other_are_refused() -> None:
    assert faults(row(), row()) == [(3, "役割")]
    assert faults(row(), row(区分="異動", 役割="審査")) in ([(3, "役割")], [(2, "役割")])
    assert faults(row(), row(役割="審査", 氏名="別 の人"))[0][1] == "氏名"


def test_the_heading_and_the_shape_of_the_file_are_checked() -> None:
    for content in (b"", b"a,b\r\n", HEADING.replace("カナ", "かな").encode()):
        with pytest.raises(UnableToApplyPersonnel):
            parse(decoded(content), office=OFFICE)
    for tail in ('"K1', "K1,x", row() + ",more"):
        with pytest.raises(UnableToApplyPersonnel):
            parse(decoded(file(tail)), office=OFFICE)
    assert parse(decoded(file()), office=OFFICE) == []


def test_the_code_of_the_file_is_told_apart_strictly() -> None:
    text = f"{HEADING}\r\n{row(氏名='髙橋 﨑子')}\r\n"
    for code in ("utf-8", "utf-8-sig", "cp932"):
        assert parse(decoded(text.encode(code)), office=OFFICE)[0].name == "髙橋 﨑子"
    for content in (b"\xff\xfe\x00", text.encode("utf-16"), text.encode() + b"\xff"):
        with pytest.raises(UnableToApplyPersonnel):
            parse(decoded(content), office=OFFICE)


@given(st.binary(max_size=200))
def test_any_bytes_are_read_or_refused(content: bytes) -> None:
    found: list[Line] = []
    faults = 0
    try:
        found = parse(decoded(HEADING.encode() + b"\r\n" + content), office=OFFICE)
    except UnableToApplyPersonnel as refusal:
        faults = len(refusal.faults)
    assert faults or found or not content.strip(b"\r\n,")


@st.composite
def careers(draw: st.DrawFn) -> list[Line]:
    """Draw orders of up to three people: new, transfers in both directions, perhaps leaving."""
    lines: list[Line] = []
    for number in range(draw(st.integers(1, 3))):
        usual = Line(
            line=0,
            staff_number=f"K{number}",
            name="年金 花子",
            kana="ネンキン ハナコ",
            order=Order.NEW,
            day=FIRST,
            department="P",
            branch="01",
            role=Role.COUNTER,
            end=None,
        )
        moves = sorted(draw(st.sets(st.integers(1, 300), max_size=4)))
        for at, move in enumerate([0, *moves]):
            roles = sorted(draw(st.sets(kept, min_size=0 if at else 1, max_size=2)))
            given_roles: list[Role | None] = [*roles] or [None]
            lines += [
                replace(
                    usual,
                    order=Order.TRANSFER if at else Order.NEW,
                    day=FIRST + timedelta(days=move),
                    role=role,
                    department=draw(places),
                )
                for role in given_roles
            ]
        if draw(st.booleans()):
            end = FIRST + timedelta(days=(moves or [0])[-1] + draw(st.integers(1, 50)))
            lines.append(
                replace(usual, order=Order.LEAVE, day=FIRST, role=None, department="", end=end)
            )
    return [replace(line, line=at) for at, line in enumerate(lines, start=2)]


@given(careers(), st.randoms(use_true_random=False))
def test_the_order_of_the_lines_does_not_matter_and_twice_is_once(
    lines: list[Line], chance: random.Random
) -> None:
    known = carried_out(lines, {})
    shuffled = chance.sample(lines, len(lines))
    assert carried_out(shuffled, {}) == known
    assert carried_out(lines, known) == {}
    for account in known.values():
        assert overlap_free(account.held)
    for number in known:
        mine = [line for line in lines if line.staff_number == number]
        for at in range(0, 400, 7):
            day = FIRST + timedelta(days=at)
            said = [line for line in mine if line.order is not Order.LEAVE and line.day <= day]
            newest = max((line.day for line in said), default=None)
            gone = any(line.end and line.end <= day for line in mine)
            expected = {
                (line.role, line.department) for line in said if line.day == newest and line.role
            }
            assert on(known[number].held, day) == (set() if gone else expected)


@given(careers(), st.data())
def test_an_old_file_read_again_takes_nothing_back(lines: list[Line], data: st.DataObject) -> None:
    known = carried_out(lines, {})
    cutoff = data.draw(days)
    old = [line for line in lines if line.order is not Order.LEAVE and line.day <= cutoff]
    assert carried_out(old, known) == {}


def test_an_order_from_before_a_later_one_is_refused_by_itself() -> None:
    lines = parse(
        decoded(file(row(), row(区分="異動", 役割="審査", 発令日="2026-10-01"))), office=OFFICE
    )
    known = carried_out(lines, {})
    between = parse(
        decoded(file(row(区分="異動", 役割="管理監督", 発令日="2026-07-01"))), office=OFFICE
    )
    with pytest.raises(UnableToApplyPersonnel) as refusal:
        carried_out(between, known)
    assert refusal.value.faults[0].field == "発令日"
    whole = carried_out([*lines, *between], known)["K1"].held
    assert on(whole, date(2026, 6, 30)) == {(Role.COUNTER, "P")}
    assert on(whole, date(2026, 7, 1)) == {(Role.SUPERVISOR, "P")}
    assert on(whole, date(2026, 10, 1)) == {(Role.EXAMINER, "P")}


def test_whoever_left_can_be_taken_on_again() -> None:
    known = carried_out(
        parse(decoded(file(row(), row(区分="退職", 役割="", 終了日="2027-03-31"))), office=OFFICE),
        {},
    )
    assert known["K1"].end == date(2027, 4, 1)
    again = carried_out(
        parse(decoded(file(row(発令日="2028-04-01", 役割="審査"))), office=OFFICE), known
    )["K1"]
    assert again.end is None
    assert on(again.held, date(2027, 4, 1)) == set()
    assert on(again.held, date(2028, 4, 1)) == {(Role.EXAMINER, "P")}


def build_office() -> None:
    place_operations.set_branch(code="01", name="中央", occasion=PROGRAM)
    for code, kind in OFFICE.departments.items():
        place_operations.set_department(code=code, name=code, kind=kind, occasion=PROGRAM)


@pytest.mark.usefixtures("database")
def test_a_file_is_carried_out_and_the_second_time_changes_nothing() -> None:
    build_office()
    content = file(
        row(),
        row(職員番号="K2", 役割="審査"),
        row(職員番号="K2", 役割="窓口", 区分="異動", 発令日="R8.10.1"),
        row(職員番号="K3", 役割="生活保護", 所属コード="W", 終了日="2026-09-30"),
    )
    assert operations.apply_personnel(content=content, occasion=PROGRAM) == Applied(
        lines=4, opened=("K1", "K2", "K3"), changed=()
    )
    before = {number: queries.assignments(staff_number=number) for number in ("K1", "K2", "K3")}
    again = operations.apply_personnel(content=content, occasion=PROGRAM)
    assert again == Applied(lines=4, opened=(), changed=())
    assert before == {
        number: queries.assignments(staff_number=number) for number in ("K1", "K2", "K3")
    }
    found = queries.standing(staff=queries.identify("K3") or 0, day=date(2026, 9, 30))
    assert found is not None
    assert found.roles == {Role.WELFARE}
    found = queries.standing(staff=queries.identify("K3") or 0, day=date(2026, 10, 1))
    assert found is not None
    assert found.roles == frozenset()


@pytest.mark.usefixtures("database")
def test_one_fault_and_nothing_of_the_file_is_applied() -> None:
    build_office()
    for rows in permutations([row(), row(職員番号="K2"), row(職員番号="K3", 役割="社長")]):
        with pytest.raises(UnableToApplyPersonnel):
            operations.apply_personnel(content=file(*rows), occasion=PROGRAM)
    assert queries.staff_list(at=AT) == []


@pytest.mark.usefixtures("database")
def test_an_administrator_cannot_read_in_the_own_promotion() -> None:
    build_office()
    operations.apply_personnel(
        content=file(row(職員番号="A1", 所属コード="S", 役割="システム管理")), occasion=PROGRAM
    )
    own = Occasion(
        at=AT,
        staff=queries.identify("A1"),
        staff_number="A1",
        department="S",
        terminal="窓口1",
    )
    promotion = row(職員番号="A1", 役割="管理監督", 区分="異動", 発令日="2026-11-01")
    with pytest.raises(UnableToApplyPersonnel) as refusal:
        operations.apply_personnel(content=file(row(), promotion), occasion=own)
    assert [(fault.line, fault.field) for fault in refusal.value.faults] == [(3, "職員番号")]
    assert queries.identify("K1") is None
    assert operations.apply_personnel(content=file(row()), occasion=own).opened == ("K1",)
