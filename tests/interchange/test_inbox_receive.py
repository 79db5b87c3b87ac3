"""A file arrives: taken, made to wait, or refused whole, with the sentence that says why."""

from __future__ import annotations

import os
import threading
from dataclasses import replace
from datetime import date, timedelta
from typing import TYPE_CHECKING

import pytest
from django.db import connections

from kokunen.interchange import folders, lifecycle, models
from kokunen.interchange.domain import (
    Direction,
    EventKind,
    FileState,
    RecordOutcome,
    UnableToHandleFile,
    UnableToReceiveFile,
)
from kokunen.interchange.inbox import keeping, operations, queries
from kokunen.interchange.registry import UnableToFindReceiver
from kokunen.people.value import Hidden, Masked
from tests.interchange.exchange import (
    LOOSE,
    MADE_ON,
    NUMBERED,
    WHOLE,
    all_marks,
    audited,
    content,
    detail,
    keys,
)

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from kokunen.audit.domain import Occasion

    Drop = Callable[..., Path]

pytestmark = pytest.mark.usefixtures("exchange")


def refused(layout: str, path: Path, occasion: Occasion) -> UnableToReceiveFile:
    """Receive what must be refused; the ledger says the same as the refusal."""
    with pytest.raises(UnableToReceiveFile) as caught:
        operations.receive(layout=layout, path=path, occasion=occasion)
    file = models.File.objects.order_by("-pk")[0]
    (event,) = lifecycle.events(file.pk)
    assert (event.kind, event.reason) == (EventKind.REFUSED, caught.value.message)
    assert event.code == caught.value.code != UnableToReceiveFile.code
    assert event.detail["fix"] == caught.value.fix != ""
    assert not models.Record.objects.exists()
    assert all_marks() == {}
    assert audited()[-1] == ("refuse", "interchange.receive", event.code)
    return caught.value


def test_a_file_is_kept_and_stands_in_the_ledger(drop: Drop, occasion: Occasion) -> None:
    made = content(keys(3), sequence=7)
    path = drop(LOOSE, made)
    file = operations.receive(layout=LOOSE, path=path, occasion=occasion)
    row = models.File.objects.get(pk=file)
    kept = folders.kept(row.digest)
    assert kept.read_bytes() == made == path.read_bytes()
    assert kept.stat().st_mode & 0o777 == 0o600
    assert [each.name for each in folders.keeping().iterdir()] == [row.digest]
    assert (row.size, row.records, row.made_on, row.sequence, row.version) == (
        len(made), 3, MADE_ON, 7, "2",
    )  # fmt: skip
    assert lifecycle.state(file) is FileState.APPLYING
    assert audited() == [("write", "interchange.receive", "")]


def test_the_same_delivery_is_answered_as_before(drop: Drop, occasion: Occasion) -> None:
    path = drop(LOOSE, content(keys(3)))
    file = operations.receive(layout=LOOSE, path=path, occasion=occasion)
    assert operations.receive(layout=LOOSE, path=path, occasion=occasion) == file
    bad = drop(LOOSE, content(keys(3))[:-4], "bad")
    first = refused(LOOSE, bad, occasion)
    with pytest.raises(UnableToReceiveFile) as again:
        operations.receive(layout=LOOSE, path=bad, occasion=occasion)
    assert (again.value.code, again.value.message) == (first.code, first.message)
    assert models.File.objects.count() == 2


def test_a_duplicate_under_another_name(drop: Drop, occasion: Occasion) -> None:
    made = content(keys(3))
    first = operations.receive(layout=LOOSE, path=drop(LOOSE, made), occasion=occasion)
    for name in ("another", "a-third"):
        refusal = refused(LOOSE, drop(LOOSE, made, name), occasion)
        assert refusal.code == "already_received"
        assert refusal.message == (
            f"同じ内容のファイルを、もう受け取っています(受信番号{first})。"
            "名前が違っても、2度は反映しません。"
        )
        last = models.Event.objects.order_by("-pk")[0]
        assert last.detail["repeats"] == first
    assert models.File.objects.values("request_id").distinct().count() == 3


def test_what_was_refused_may_come_again(drop: Drop, occasion: Occasion) -> None:
    tomorrow = content(keys(3), made_on=MADE_ON + timedelta(days=1))
    refused(LOOSE, drop(LOOSE, tomorrow), occasion)
    later = replace(occasion, at=occasion.at + timedelta(days=1))
    file = operations.receive(layout=LOOSE, path=drop(LOOSE, tomorrow, "again"), occasion=later)
    assert lifecycle.state(file) is FileState.APPLYING


def _cut(made: bytes) -> bytes:
    return made[: len(made) // 2]


def _without_trailer(made: bytes) -> bytes:
    return made[: made.rindex(b"3,")]


def _swapped(made: bytes) -> bytes:
    lines = made.splitlines(keepends=True)
    lines[1], lines[2] = lines[2], lines[1]
    return b"".join(lines)


BAD_FILES = {
    "truncated": (_cut, "truncated", "途中で切れたファイルか、余分なバイトです"),
    "no trailer": (_without_trailer, "no_trailer", "トレーラーがありません"),
    "wrong city": (
        lambda made: made.replace(b"999990", b"011002"),
        "wrong_city",
        "この市区町村のファイルではありません",
    ),
    "wrong version": (
        lambda made: made.replace(b",2,999990", b",9,999990"),
        "wrong_version",
        "様式の版が違います",
    ),
    "wrong layout": (
        lambda made: made.replace(b"fake_loose", b"fake_other"),
        "wrong_layout",
        "別の様式のファイルです",
    ),
    "order": (_swapped, "order", "通知番号の順に並んでいません"),
    "count": (lambda made: made.replace(b"3,5,5", b"3,6,5"), "count", "件数が違います(実際は5件)"),
    "sum": (lambda made: made.replace(b"3,5,5", b"3,5,6"), "sum", "合計が明細の合計と違います"),
    "empty": (lambda _: b"", "empty", "ファイルが空です"),
    "another character set": (
        lambda made: made.decode().encode("utf-16"),
        "wrong_newline",
        "改行がcrlfではありません",
    ),
    "characters of another set in the header": (
        lambda made: made.replace(b"fake_loose", "試験".encode("cp932")),
        "bad_header",
        "文字コード(utf-8)として読めないバイトがあります",
    ),
}


@pytest.mark.parametrize("name", BAD_FILES)
def test_a_bad_file_is_refused_whole(name: str, drop: Drop, occasion: Occasion) -> None:
    spoil, code, says = BAD_FILES[name]
    refusal = refused(LOOSE, drop(LOOSE, spoil(content(keys(5)))), occasion)
    assert says in refusal.message
    assert refusal.code == code
    fault = models.Event.objects.get().detail["faults"][0]
    assert fault["what"] in refusal.message
    assert folders.keeping().exists()
    assert list(folders.keeping().iterdir()) == []


def test_the_faulty_record_is_kept_as_it_was_received(drop: Drop, occasion: Occasion) -> None:
    made = content(keys(5)).replace(b"2,K000003,1", "2,K000003,甲".encode("cp932"))
    refusal = refused(WHOLE, drop(WHOLE, made.replace(b"fake_loose", b"fake_whole")), occasion)
    assert "4件目の「act」" in refusal.message
    raw = models.Raw.objects.get()
    assert (raw.number, bytes(raw.content)) == (
        4,
        "2,K000003,甲,,,1".encode("cp932"),
    )
    fault = models.Event.objects.get().detail["faults"][0]
    assert (fault["record"], fault["field"], fault["at"]) == (4, "act", 11)


@pytest.mark.parametrize(
    ("made_on", "code", "says"),
    [
        (MADE_ON + timedelta(days=1), "made_in_future", "今日(令和8年11月24日)より後です"),
        (MADE_ON - timedelta(days=63), "too_old", "62日より前です"),
    ],
)
def test_a_wrong_date(made_on: date, code: str, says: str, drop: Drop, occasion: Occasion) -> None:
    refusal = refused(LOOSE, drop(LOOSE, content(keys(2), made_on=made_on)), occasion)
    assert refusal.code == code
    assert says in refusal.message


def test_a_file_made_before_the_version_changed(drop: Drop, occasion: Occasion) -> None:
    made = content(keys(2), made_on=date(2026, 10, 31))
    file = operations.receive(layout=LOOSE, path=drop(LOOSE, made), occasion=occasion)
    assert models.File.objects.get(pk=file).version == "1"
    assert operations.apply(file=file, occasion=occasion) == {RecordOutcome.APPLIED: 2}


def test_numbered_files_wait_for_their_turn(drop: Drop, occasion: Occasion) -> None:
    def receive(sequence: int, start: int) -> int:
        made = content(keys(2, start), layout=NUMBERED, sequence=sequence)
        path = drop(NUMBERED, made, f"file-{sequence}-{start}")
        return operations.receive(layout=NUMBERED, path=path, occasion=occasion)

    first, third, fourth = receive(41, 1), receive(43, 21), receive(44, 31)
    states = [lifecycle.state(file) for file in (first, third, fourth)]
    assert states == [FileState.APPLYING, FileState.WAITING, FileState.WAITING]
    with pytest.raises(UnableToHandleFile, match="前の通番待ち"):
        operations.apply(file=third, occasion=occasion)
    second = receive(42, 11)
    assert {lifecycle.state(file) for file in (second, third, fourth)} == {FileState.APPLYING}
    with pytest.raises(UnableToHandleFile, match="通番41のファイル"):
        operations.apply(file=third, occasion=occasion)
    for file in (first, second, third, fourth):
        operations.apply(file=file, occasion=occasion)
    assert len(all_marks()) == 8


def test_yesterdays_file_after_todays(drop: Drop, occasion: Occasion) -> None:
    for sequence in (41, 42):
        made = content(keys(2, sequence * 10), layout=NUMBERED, sequence=sequence)
        operations.receive(
            layout=NUMBERED, path=drop(NUMBERED, made, f"{sequence}"), occasion=occasion
        )
    late = content(keys(1), layout=NUMBERED, sequence=41, made_on=MADE_ON - timedelta(days=1))
    refusal = refused(NUMBERED, drop(NUMBERED, late, "late"), occasion)
    assert refusal.code == "already_past"
    assert refusal.message == (
        "通番41のファイルは、もう受け取りました(次は通番43)。"
        "後の通番を反映した記録を、前の内容に戻すことはしません。"
    )


def test_a_file_that_never_comes_is_passed_over_with_a_reason(
    drop: Drop, occasion: Occasion
) -> None:
    files = {}
    for sequence in (1, 3, 4):
        made = content(keys(2, sequence * 10), layout=NUMBERED, sequence=sequence)
        path = drop(NUMBERED, made, f"{sequence}")
        files[sequence] = operations.receive(layout=NUMBERED, path=path, occasion=occasion)
    with pytest.raises(UnableToHandleFile, match="理由がありません"):
        operations.go_on(file=files[3], reason=" ", occasion=occasion)
    with pytest.raises(UnableToHandleFile, match="最初のファイルではありません"):
        operations.go_on(file=files[4], reason="欠番と確認", occasion=occasion)
    operations.go_on(file=files[3], reason="欠番と確認", occasion=occasion)
    assert lifecycle.events(files[3])[-1].reason == "欠番と確認"
    assert [lifecycle.state(files[each]) for each in (3, 4)] == [FileState.APPLYING] * 2


def test_too_many_bad_records_refuse_the_file(drop: Drop, occasion: Occasion) -> None:
    made = content(keys(9))
    for number in (2, 4, 6):
        made = made.replace(f"K{number:06d},1".encode(), f"K{number:06d},9".encode())
    refusal = refused(LOOSE, drop(LOOSE, made), occasion)
    assert refusal.code == "too_many_bad"
    assert "3件目の「act」" in refusal.message
    assert sorted(models.Raw.objects.values_list("number", flat=True)) == [3, 5, 7]


def test_a_city_that_is_not_said_receives_nothing(
    drop: Drop, occasion: Occasion, settings_of_office: Callable[..., None]
) -> None:
    settings_of_office(municipality_code="999991")
    with pytest.raises(folders.UnableToNameCity, match="検査数字"):
        operations.receive(layout=LOOSE, path=drop(LOOSE, content(keys(1))), occasion=occasion)
    with pytest.raises(UnableToFindReceiver):
        operations.receive(layout="nothing", path=drop(LOOSE, b"x"), occasion=occasion)


def test_check_digits_of_municipalities() -> None:
    # Sapporo, Tokyo's Chiyoda and Naha, as the ministry's list has them.
    assert all(map(folders.has_check_digit, ("011002", "131016", "472018")))
    assert not any(map(folders.has_check_digit, ("011003", "131015", "99999", "99999x")))


def test_two_receivers_at_once(drop: Drop, occasion: Occasion) -> None:
    made = content(keys(200), layout=NUMBERED)
    paths = [drop(NUMBERED, made, f"copy-{number}") for number in range(4)]
    told: list[str] = []
    start = threading.Barrier(len(paths))

    def receive(path: Path) -> None:
        start.wait()
        try:
            operations.receive(layout=NUMBERED, path=path, occasion=occasion)
            told.append("taken")
        except UnableToReceiveFile as refusal:
            told.append(refusal.code)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=receive, args=[path]) for path in paths]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(told) == ["already_received"] * 3 + ["taken"]


def test_a_file_that_is_still_being_written_is_left(
    drop: Drop, occasion: Occasion, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = drop(LOOSE, content(keys(2)))
    fsync = os.fsync

    def slowly(handle: int) -> None:
        with path.open("ab") as writing:
            writing.write(b"more")
        fsync(handle)

    monkeypatch.setattr(os, "fsync", slowly)
    with pytest.raises(keeping.UnableToTakeYet, match="まだ書き込まれている"):
        operations.receive(layout=LOOSE, path=path, occasion=occasion)
    assert not models.File.objects.exists()
    with pytest.raises(UnableToHandleFile, match="ファイルを開けません"):
        operations.receive(layout=LOOSE, path=path.with_name("gone"), occasion=occasion)
    assert list(folders.keeping().iterdir()) == []


def test_links_and_unfinished_files_are_not_looked_at(drop: Drop, tmp_path: Path) -> None:
    path = drop(LOOSE, b"x", "whole.csv")
    for name in (".hidden", "writing.part"):
        drop(LOOSE, b"x", name)
    (folders.incoming(LOOSE) / "link").symlink_to(tmp_path)
    assert folders.waiting(LOOSE) == (path,)


def test_raw_of_a_refused_file_is_shown_and_the_read_recorded(
    drop: Drop, occasion: Occasion
) -> None:
    made = content([detail("K1")], layout=WHOLE).replace(b"2,K1,1,,,1", b"2,K1,9,,,1")
    refused(WHOLE, drop(WHOLE, made), occasion)
    (line,) = queries.files(direction=Direction.IN, occasion=occasion, state=FileState.REFUSED)
    shown = queries.raw(file=line.id, number=2, occasion=occasion, sees=frozenset())
    assert not isinstance(shown, Hidden | Masked)
    assert shown.content == b"2,K1,9,,,1"
    assert ("処理", "9") in shown.fields
    assert audited()[-1] == ("read", "interchange.raw", "")
