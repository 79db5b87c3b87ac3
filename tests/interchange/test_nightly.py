"""A night from its folders to its page in the morning."""

from __future__ import annotations

import threading
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING
from uuid import UUID

import pytest
from django.db import connections

from kokunen.access.models import Department
from kokunen.cli import OK, UNUSABLE, WRONG, main
from kokunen.cli import exchange as cli
from kokunen.dates.tokyo import day_of
from kokunen.dates.wareki import format_wareki
from kokunen.interchange import folders, models, nightly
from kokunen.interchange.domain import FileState, Phase, RecordOutcome
from kokunen.interchange.inbox import ledger, operations, queries
from kokunen.people.codes import Sex, Source
from kokunen.people.domain import IdentityValue
from kokunen.people.operations import Stated, register_person
from kokunen.postgres.roles import Role
from tests.interchange.exchange import (
    LOOSE,
    NUMBERED,
    WHOLE,
    all_marks,
    content,
    detail,
    keys,
)
from tests.people.register import ALL, facts

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from kokunen.audit.domain import Occasion
    from tests.office import Database

    Drop = Callable[..., Path]


@pytest.fixture
def night(exchange: Database, occasion: Occasion) -> Iterator[Occasion]:
    """The program's occasion, in an office with a department; connected as the batch role."""
    with exchange.owner() as owner:
        owner.execute("INSERT INTO access_department VALUES ('PENSION', '国民年金課', 'pension')")
    with exchange.django_as(Role.BATCH):
        yield replace(
            occasion, staff=None, staff_number="kokunen nightly", department="", purpose=""
        )


def run(occasion: Occasion, told: list[nightly.Told] | None = None) -> nightly.Night:
    tell = (lambda _: None) if told is None else told.append
    return nightly.run(night=day_of(occasion.at), occasion=occasion, tell=tell)


def test_an_empty_night(night: Occasion) -> None:
    done = run(night)
    assert list(done.figures) == list(Phase)
    assert done.figures[Phase.IN] == {
        "files": {"applied": 0, "refused": 0, "waiting": 0},
        "records": {},
        "unclaimed": 0,
    }
    assert run(night).figures == done.figures  # started again: nothing is done twice
    assert models.Run.objects.count() == 1
    assert models.RunPhase.objects.count() == len(Phase)


def test_a_night_takes_in_what_lies_there(drop: Drop, night: Occasion) -> None:
    drop(NUMBERED, content(keys(2, 10), layout=NUMBERED, sequence=8), "b.csv")
    drop(NUMBERED, content(keys(2, 20), layout=NUMBERED, sequence=9), "a.csv")
    drop(NUMBERED, content(keys(2, 30), layout=NUMBERED, sequence=11), "c.csv")
    drop(LOOSE, content([detail("X2", needs="X1"), detail("X3", "refuse")]), "early.csv")
    drop(WHOLE, content([detail("X1")], layout=WHOLE), "late.csv")
    drop(LOOSE, b"nothing of ours\r\n", "wrong.csv")
    drop("misspelt", b"x", "lost.csv")
    told: list[nightly.Told] = []
    done = run(night, told)
    assert done.figures[Phase.IN] == {
        "files": {"applied": 4, "refused": 1, "waiting": 1},
        "records": {"applied": 5, "held": 1, "refused": 1},
        "unclaimed": 1,
    }
    assert done.figures[Phase.EFFECTS] == {"records": {"applied": 1}, "held": 0}
    assert sorted(all_marks()) == ["K000010", "K000011", "K000020", "K000021", "X1", "X2"]
    assert [folders.waiting(layout) for layout in (NUMBERED, LOOSE, WHOLE)] == [(), (), ()]
    assert [path.name for path in folders.refused(LOOSE).iterdir()] == ["wrong.csv"]
    first = next(each for each in told if each.phase is Phase.IN)
    assert (first.what, first.done, first.total) == ("試験の随時 early.csv", 0, 2)
    assert {each.phase for each in told} == set(Phase)
    names = models.File.objects.exclude(sequence=None).filter(layout=NUMBERED).order_by("pk")
    assert [file.name for file in names] == ["b.csv", "a.csv", "c.csv"]


def test_the_page_of_the_morning(drop: Drop, night: Occasion) -> None:
    drop(LOOSE, content([detail("X2", needs="X1"), detail("X3", "refuse")]), "held.csv")
    drop(LOOSE, b"nothing of ours\r\n", "wrong.csv")
    drop("misspelt", b"x", "lost.csv")
    for sequence in (1, 3):
        made = content(keys(1, sequence), layout=NUMBERED, sequence=sequence)
        drop(NUMBERED, made, f"{sequence}.csv")
    run(night)
    acting = night.because(purpose="correction")
    morning = queries.morning(on=day_of(night.at), occasion=acting, sees=ALL)
    assert [phase.phase for phase in morning.phases] == list(Phase)
    assert all(phase.at for phase in morning.phases)
    (refused,), (waiting,) = morning.refused, morning.waiting
    assert (refused.name, refused.state) == ("wrong.csv", FileState.REFUSED)
    assert (waiting.sequence, morning.unfinished) == (3, ())
    assert morning.open == {RecordOutcome.HELD: 1, RecordOutcome.REFUSED: 1}
    lines = cli.page(morning)
    assert len(lines) <= 24
    said = "\n".join(lines)
    assert "ファイル 反映2・拒否1・待ち1" in said
    assert "、様式のないフォルダに1件" in said
    assert "受け取れなかったファイル: 1件" in said
    assert f"{refused.id} 試験の随時 wrong.csv: {refused.last.reason}" in said
    assert f"{waiting.id} 試験の通番 3.csv: 通番2のファイルを待っています。" in said
    assert "判断待ちのレコード: 保留(先の通知・職員の判断待ち)1・反映できない1" in said
    assert "相違: 0件" in said
    assert "結果が来ない案件: 0件(120日を過ぎたもの 0件)" in said
    # The files of this night are the earlier ones of the next.
    later = queries.morning(on=day_of(night.at) + timedelta(days=1), occasion=acting, sees=ALL)
    assert "その前の7日に受け取れなかったファイル: 1件" in cli.page(later)


def test_candidates_are_new_once(night: Occasion) -> None:
    def twenty(number: int) -> None:
        stated = [
            each
            for each in facts(number, household=number)
            if not isinstance(each.fact, IdentityValue) and each.fact.KIND != "enrolment"
        ]
        born = IdentityValue(birth_date=date(2006, 11, 20), sex=Sex.FEMALE)
        register_person(
            number=number,
            facts=[*stated, Stated(fact=born)],
            source=Source.RESIDENT_REGISTER,
            occasion=night,
            request_id=UUID(int=number),
        )

    twenty(90001)
    run(night)
    twenty(90002)
    later = replace(night, at=night.at + timedelta(days=1))
    run(later)
    acting = later.because(purpose="correction")
    (first, *_) = queries.morning(on=day_of(night.at), occasion=acting, sees=ALL).candidates
    assert (first.kind, first.count, first.new) == ("age_20", 1, 1)
    (second, *_) = queries.morning(on=day_of(later.at), occasion=acting, sees=ALL).candidates
    assert (second.count, second.new) == (2, 1)
    assert [hit.number for hit in second.named] == [90002]


def test_a_second_start_leaves(night: Occasion, monkeypatch: pytest.MonkeyPatch) -> None:
    inside, go = threading.Event(), threading.Event()

    def slow(**_: object) -> int:
        inside.set()
        go.wait(20)
        return 0

    monkeypatch.setattr(operations, "retry_held", slow)
    monkeypatch.setattr(ledger, "_PATIENCE", "200ms")

    def other() -> None:
        try:
            run(night)
        finally:
            connections.close_all()

    thread = threading.Thread(target=other)
    thread.start()
    inside.wait(20)
    try:
        with pytest.raises(nightly.UnableToRunNight, match="夜間処理は、もう動いています"):
            run(night)
    finally:
        go.set()
        thread.join()
    assert models.RunPhase.objects.count() == len(Phase)


def test_a_layout_that_stops_does_not_stop_the_others(drop: Drop, night: Occasion) -> None:
    drop(LOOSE, content([detail("Y1", "fall")]), "falls.csv")
    drop(NUMBERED, content([detail("Y2")], layout=NUMBERED), "good.csv")
    with pytest.raises(nightly.UnableToRunNight) as stopped:
        run(night)
    assert stopped.value.message.startswith(
        "「試験の随時」の反映が途中で止まりました: RuntimeError (exchange.py "
    )
    assert "defect" not in stopped.value.message
    assert all_marks() == {"Y2": 1}
    assert not models.RunPhase.objects.exists()
    morning = queries.morning(
        on=day_of(night.at), occasion=night.because(purpose="correction"), sees=ALL
    )
    assert [file.name for file in morning.unfinished] == ["falls.csv"]
    assert "  受信と反映　　　まだ終わっていません" in cli.page(morning)


def test_whose_queue_gets_the_cases(
    night: Occasion, exchange: Database, settings_of_office: Callable[..., None]
) -> None:
    assert nightly.department() == "PENSION"
    with exchange.owner() as owner:
        owner.execute("INSERT INTO access_department VALUES ('P2', '年金第二課', 'pension')")
    with pytest.raises(nightly.UnableToRunNight, match="国民年金の所属が決まらない"):
        run(night)
    settings_of_office(department="年金第二課", municipality_code="999990")
    assert nightly.department() == "P2"
    with exchange.owner() as owner:
        owner.execute("DELETE FROM access_department")
    with pytest.raises(nightly.UnableToRunNight, match="0件"):
        nightly.department()
    assert Department.objects.count() == 0


def test_refused_files_of_one_name_stay_apart(drop: Drop, night: Occasion) -> None:
    for day in range(3):
        drop(LOOSE, f"nothing of ours {day}\r\n".encode(), "wrong.csv")
        run(replace(night, at=night.at + timedelta(days=day)))
    assert sorted(path.name for path in folders.refused(LOOSE).iterdir()) == [
        "wrong.csv", "wrong.csv.2", "wrong.csv.3",
    ]  # fmt: skip


def test_the_command_line(
    drop: Drop, night: Occasion, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    made_on = night.at.date()
    day = made_on.isoformat()
    older = day_of(datetime.now(tz=UTC)) - timedelta(days=1)
    drop(LOOSE, content(keys(2), made_on=older), "good.csv")
    assert main(["nightly", "--on", day]) == OK
    said = capsys.readouterr()
    assert said.out.startswith(f"夜間処理の結果 {format_wareki(made_on)}")
    assert "ファイル 反映1・拒否0・待ち0、レコード 反映2" in said.out
    assert "受信と反映: 試験の随時 good.csv 2件" in said.err
    waits = tmp_path / "by-hand.csv"
    for sequence in (1, 3):
        waits.write_bytes(
            content(keys(1, 10 * sequence), layout=NUMBERED, made_on=older, sequence=sequence)
        )
        assert main(["exchange", "receive", str(waits), "--layout", NUMBERED]) == OK
    first, second = capsys.readouterr().out.splitlines()
    assert first.endswith(": 反映1")
    assert second.endswith(": 前の通番待ち")
    number = second.removeprefix("受信番号").partition(":")[0]
    assert main(["exchange", "go-on", number, "--reason", "欠番"]) == OK
    assert main(["exchange", "receive", str(waits), "--layout", NUMBERED]) == OK
    waits.write_bytes(b"nothing of ours")
    assert main(["exchange", "receive", str(waits), "--layout", NUMBERED]) == UNUSABLE
    assert "kokunen: " in capsys.readouterr().err
    # As on the screens: the field by its 項目名, a day by its era.
    wrong = content(keys(1, 90), layout=LOOSE, made_on=older).replace(b"3,1,", b"3,2,")
    waits.write_bytes(wrong)
    assert main(["exchange", "receive", str(waits), "--layout", LOOSE]) == UNUSABLE
    said_of_it = capsys.readouterr().err
    assert "「データ件数」: 件数が違います(実際は1件)" in said_of_it
    assert "count" not in said_of_it
    assert main(["exchange", "status"]) == WRONG
    assert "「データ件数」: 件数が違います" in capsys.readouterr().out
    assert main(["exchange", "status", "--on", "tomorrow"]) == UNUSABLE
    assert "「tomorrow」は日付ではありません" in capsys.readouterr().err
    assert main(["exchange", "status"]) == WRONG  # a file was refused
