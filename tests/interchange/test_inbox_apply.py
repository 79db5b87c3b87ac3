"""What was taken is applied in chunks, goes on where it stopped, and does nothing twice."""

from __future__ import annotations

import threading
from datetime import timedelta
from typing import TYPE_CHECKING, Any
from uuid import uuid4

import pytest
from django.db import connection, connections
from django.test import override_settings

from kokunen.interchange import folders, lifecycle, models, registry
from kokunen.interchange.domain import (
    Candidate,
    DifferenceKind,
    Differs,
    Direction,
    Effect,
    EventKind,
    FileState,
    RecordOutcome,
    UnableToApplyRecord,
    UnableToHandleFile,
    UnableToReceiveFile,
)
from kokunen.interchange.inbox import applying, keeping, ledger, operations, queries
from kokunen.interchange.receiving import Receives
from kokunen.people.value import Hidden, Masked
from kokunen.postgres.roles import Role
from tests.interchange.exchange import (
    LOOSE,
    NUMBERED,
    all_marks,
    audited,
    content,
    detail,
    keys,
    marks,
)
from tests.people.protected import opened, protect
from tests.people.register import ALL, register, within_case

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from datetime import datetime
    from pathlib import Path

    from kokunen.audit.domain import Occasion
    from kokunen.interchange.receiving import Context, Incoming
    from tests.office import Database

    Drop = Callable[..., Path]

pytestmark = pytest.mark.usefixtures("exchange")


@pytest.fixture
def take(drop: Drop, occasion: Occasion) -> Callable[..., int]:
    """Receive a file of these details, and return its number."""

    def receive(
        details: Sequence[dict[str, object]], layout: str = LOOSE, sequence: int = 1
    ) -> int:
        made = content(details, layout=layout, sequence=sequence)
        path = drop(layout, made, f"{uuid4()}")
        return operations.receive(layout=layout, path=path, occasion=occasion)

    return receive


def outcomes(file: int) -> dict[int, list[str]]:
    rows = models.Record.objects.filter(file=file).order_by("number", "attempt")
    found: dict[int, list[str]] = {}
    for row in rows:
        found.setdefault(row.number, []).append(row.outcome)
    return found


def test_every_record_has_its_line(take: Callable[..., int], occasion: Occasion) -> None:
    file = take([*keys(120), detail("L1", "refuse"), detail("L2", "hold")])
    told: list[int] = []
    counts = operations.apply(file=file, occasion=occasion, tell=told.append)
    assert counts == {
        RecordOutcome.APPLIED: 120,
        RecordOutcome.HELD: 1,
        RecordOutcome.REFUSED: 1,
    }
    assert told == [50, 50, 22]
    assert set(all_marks().values()) == {1}
    assert [each.kind for each in lifecycle.events(file)] == [EventKind.ARRIVED, EventKind.APPLIED]
    assert lifecycle.events(file)[-1].detail == {"applied": 120, "held": 1, "refused": 1}
    # The bytes are kept of what somebody has to look at, and of nothing else.
    assert sorted(models.Raw.objects.values_list("number", flat=True)) == [122, 123]
    row = models.Record.objects.get(number=122)
    assert (row.code, row.says, row.fix, row.fields) == (
        "record_refused", "試験の理由で反映できません。", "直してください。", ["act"],
    )  # fmt: skip
    again = operations.apply(file=file, occasion=occasion)
    assert again == counts
    assert len(all_marks()) == 120


def test_it_goes_on_behind_the_last_line(
    take: Callable[..., int], occasion: Occasion, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = take([*keys(80), detail("L1", "fall"), *[detail(f"M{each}") for each in range(9)]])
    with pytest.raises(RuntimeError):
        operations.apply(file=file, occasion=occasion)
    assert len(all_marks()) == 50  # nothing of the chunk that fell
    assert models.Record.objects.count() == 50
    assert lifecycle.state(file) is FileState.APPLYING
    whole = Receives(
        layout=LOOSE,
        apply=lambda records, _: [Effect(outcome=RecordOutcome.NOTHING) for _ in records],
    )
    monkeypatch.setitem(registry.every(), LOOSE, whole)
    counts = operations.apply(file=file, occasion=occasion)
    assert counts == {RecordOutcome.APPLIED: 50, RecordOutcome.NOTHING: 40}
    assert lifecycle.state(file) is FileState.APPLIED


def test_a_group_is_not_cut_into_two_transactions(
    take: Callable[..., int], occasion: Occasion, monkeypatch: pytest.MonkeyPatch
) -> None:
    chunks: list[list[str]] = []

    def apply(records: Sequence[Incoming], context: Context) -> Sequence[Effect]:
        del context
        chunks.append([each.values["key"] for each in records])
        return [Effect(outcome=RecordOutcome.APPLIED) for _ in records]

    monkeypatch.setitem(
        registry.every(),
        LOOSE,
        Receives(layout=LOOSE, apply=apply, group=lambda values: values["key"][:1].strip("K")),
    )
    monkeypatch.setattr(applying, "CHUNK", 2)
    file = take([detail(key) for key in ("A1", "G1", "G2", "G3", "H1", "K1", "K2", "K3")])
    operations.apply(file=file, occasion=occasion)
    assert chunks == [["A1", "G1", "G2", "G3"], ["H1", "K1"], ["K2", "K3"]]


def test_a_notice_has_its_effect_once(take: Callable[..., int], occasion: Occasion) -> None:
    first = take([detail("A"), detail("A"), detail("B", "refuse"), detail("B")])
    operations.apply(file=first, occasion=occasion)
    assert outcomes(first) == {2: ["applied"], 3: ["repeated"], 4: ["refused"], 5: ["applied"]}
    second = take([detail("A"), detail("C")])
    operations.apply(file=second, occasion=occasion)
    assert outcomes(second) == {2: ["repeated"], 3: ["applied"]}
    assert all_marks() == {"A": 1, "B": 1, "C": 1}
    repeated = models.Record.objects.filter(outcome="repeated")[0]
    assert repeated.says == "この通知番号の通知は、もう反映しています。"


def test_one_bad_record_among_100_000(
    drop: Drop, occasion: Occasion, monkeypatch: pytest.MonkeyPatch
) -> None:
    cheap = Receives(
        layout=LOOSE,
        apply=lambda records, _: [Effect(outcome=RecordOutcome.NOTHING) for _ in records],
        notice=lambda values: values["key"],
    )
    monkeypatch.setitem(registry.every(), LOOSE, cheap)
    monkeypatch.setattr(applying, "CHUNK", 5_000)
    made = content(keys(100_000)).replace(b"2,K070000,1,,,1", b"2,K070000,1,,,x")
    file = operations.receive(layout=LOOSE, path=drop(LOOSE, made), occasion=occasion)
    counts = operations.apply(file=file, occasion=occasion)
    assert counts == {RecordOutcome.NOTHING: 99_999, RecordOutcome.REFUSED: 1}
    (line,) = queries.open_records(occasion=occasion, sees=ALL)
    assert (line.number, line.outcome, line.fields) == (
        70_001, RecordOutcome.REFUSED, ("amount",),
    )  # fmt: skip
    assert line.says
    assert line.fix == "送付元に確かめ、直したファイルを受け取ってください"
    shown = queries.raw(file=file, number=70_001, occasion=occasion, sees=ALL)
    assert not isinstance(shown, Hidden | Masked)
    assert shown.content == b"2,K070000,1,,,x"
    with pytest.raises(UnableToApplyRecord, match="読み取れません"):
        operations.retry(file=file, number=70_001, occasion=occasion, request_id=uuid4())


def test_a_correction_before_what_it_corrects(take: Callable[..., int], occasion: Occasion) -> None:
    early = take([detail("C2", needs="C1"), detail("C3", needs="C2")])
    counts = operations.apply(file=early, occasion=occasion)
    assert counts == {RecordOutcome.HELD: 2}
    assert [line.says for line in queries.open_records(occasion=occasion, sees=ALL)] == [
        "先の通知C1が届いていません。",
        "先の通知C2が届いていません。",
    ]
    before = audited()
    assert operations.retry_held(occasion=occasion) == 0
    assert audited() == before  # a try that changes nothing leaves nothing
    late = take([detail("C1")])
    operations.apply(file=late, occasion=occasion)
    assert operations.retry_held(occasion=occasion) == 2
    assert outcomes(early) == {2: ["held", "applied"], 3: ["held", "applied"]}
    assert all_marks() == {"C1": 1, "C2": 1, "C3": 1}
    (line, _) = queries.files(direction=Direction.IN, occasion=occasion)[::-1]
    assert line.counts == {RecordOutcome.APPLIED: 2}


def test_a_held_notice_that_came_twice_has_its_effect_once(
    take: Callable[..., int], occasion: Occasion
) -> None:
    for other in ("E1", "E2"):
        file = take([detail("D2", needs="D1"), detail(other)])
        operations.apply(file=file, occasion=occasion)
    operations.apply(file=take([detail("D1")]), occasion=occasion)
    operations.retry_held(occasion=occasion)
    assert marks("D2") == 1
    assert models.Record.objects.filter(outcome="repeated", notice="D2").count() == 1


def test_a_person_tries_again_and_sets_aside(take: Callable[..., int], occasion: Occasion) -> None:
    file = take([detail("F1", needs="F0"), detail("F2", "refuse")])
    operations.apply(file=file, occasion=occasion)
    again: dict[str, Any] = {"file": file, "occasion": occasion, "request_id": uuid4()}
    effect = operations.retry(number=2, **again)
    assert effect.outcome is RecordOutcome.HELD
    operations.apply(file=take([detail("F0")]), occasion=occasion)
    assert operations.retry(number=2, **again).outcome is RecordOutcome.APPLIED
    assert operations.retry(number=2, **again).outcome is RecordOutcome.APPLIED  # as it stands
    assert marks("F1") == 1
    assert ("write", "interchange.retry", str(again["request_id"])) in audited()
    with pytest.raises(UnableToHandleFile, match="理由がありません"):
        operations.set_aside(number=3, reason="", **again)
    for _ in range(2):
        operations.set_aside(number=3, reason="相手が取り消した", **again)
    with pytest.raises(UnableToHandleFile, match="済んでいます"):
        operations.set_aside(number=2, reason="相手が取り消した", **again)
    with pytest.raises(UnableToHandleFile, match="結果はありません"):
        operations.set_aside(number=9, reason="相手が取り消した", **again)
    assert outcomes(file) == {2: ["held", "held", "applied"], 3: ["refused", "set_aside"]}
    assert queries.open_records(occasion=occasion, sees=ALL) == ()


def test_a_file_is_set_aside_before_it_begins(take: Callable[..., int], occasion: Occasion) -> None:
    take(keys(1), NUMBERED, sequence=1)
    waits = take(keys(1, 10), NUMBERED, sequence=3)
    next_one = take(keys(1, 20), NUMBERED, sequence=4)
    aside: dict[str, Any] = {"number": None, "reason": "誤って送られた", "occasion": occasion}
    for _ in range(2):
        operations.set_aside(file=waits, request_id=uuid4(), **aside)
    assert lifecycle.state(waits) is FileState.SET_ASIDE
    assert lifecycle.state(next_one) is FileState.WAITING
    take(keys(1, 30), NUMBERED, sequence=2)
    assert lifecycle.state(next_one) is FileState.APPLYING
    file = take(keys(1))
    operations.apply(file=file, occasion=occasion)
    with pytest.raises(UnableToHandleFile, match="全体を取り止めることはできません"):
        operations.set_aside(file=file, request_id=uuid4(), **aside)


def test_a_chunk_in_the_way_of_another_is_tried_again(
    take: Callable[..., int], occasion: Occasion, monkeypatch: pytest.MonkeyPatch
) -> None:
    calls = []

    def apply(records: Sequence[Incoming], context: Context) -> list[Effect]:
        calls.append(context.file)
        if len(calls) < applying.TRIES:
            with connection.cursor() as cursor:
                cursor.execute("DO $$ BEGIN RAISE EXCEPTION USING ERRCODE = '40P01'; END $$")
        return [Effect(outcome=RecordOutcome.NOTHING) for _ in records]

    monkeypatch.setitem(registry.every(), LOOSE, Receives(layout=LOOSE, apply=apply))
    file = take(keys(3))
    assert operations.apply(file=file, occasion=occasion) == {RecordOutcome.NOTHING: 3}
    assert len(calls) == applying.TRIES


def test_two_programs_do_not_apply_one_file(
    take: Callable[..., int], occasion: Occasion, monkeypatch: pytest.MonkeyPatch
) -> None:
    inside, go = threading.Event(), threading.Event()

    def slow(records: Sequence[Incoming], _: Context) -> list[Effect]:
        inside.set()
        go.wait(20)
        return [Effect(outcome=RecordOutcome.NOTHING) for _ in records]

    monkeypatch.setitem(registry.every(), LOOSE, Receives(layout=LOOSE, apply=slow))
    monkeypatch.setattr(ledger, "_PATIENCE", "200ms")
    file = take(keys(3))

    def other() -> None:
        try:
            operations.apply(file=file, occasion=occasion)
        finally:
            connections.close_all()

    thread = threading.Thread(target=other)
    thread.start()
    inside.wait(20)
    try:
        with pytest.raises(UnableToHandleFile, match="別のプログラムが反映しているところ"):
            operations.apply(file=file, occasion=occasion)
    finally:
        go.set()
        thread.join()
    assert lifecycle.state(file) is FileState.APPLIED


def test_a_kept_file_that_was_changed_is_not_applied(
    take: Callable[..., int], occasion: Occasion
) -> None:
    file = take(keys(3))
    kept = folders.kept(models.File.objects.get(pk=file).digest)
    kept.write_bytes(kept.read_bytes().replace(b"K000002", b"K900002"))
    with pytest.raises(UnableToHandleFile, match="受信したときの内容と違います"):
        operations.apply(file=file, occasion=occasion)
    kept.unlink()
    with pytest.raises(UnableToHandleFile, match="控えを開けません"):
        operations.apply(file=file, occasion=occasion)
    assert all_marks() == {}


def test_matches_and_differences_are_written_with_their_line(
    take: Callable[..., int], occasion: Occasion, monkeypatch: pytest.MonkeyPatch
) -> None:
    register(90001, occasion)
    case = within_case(90001, occasion=occasion).case
    assert case is not None

    def probable(records: Sequence[Incoming], _: Context) -> list[Effect]:
        return [
            Effect(
                outcome=RecordOutcome.PROBABLE,
                candidates=(Candidate(case=case, score=80, agrees=("birth_date",)),),
                differences=(Differs(what=DifferenceKind.NAME, person=90001, case=case),),
            )
            for _ in records
        ]

    monkeypatch.setitem(registry.every(), LOOSE, Receives(layout=LOOSE, apply=probable))
    file = take([detail("P1")])
    operations.apply(file=file, occasion=occasion)
    operations.retry(file=file, number=2, occasion=occasion, request_id=uuid4())
    match, difference = models.Match.objects.get(), models.Difference.objects.get()
    assert (match.file_id, match.number, match.case_id, match.score) == (file, 2, case, 80)
    assert (difference.what, difference.person_id) == ("name", 90001)


def test_the_page_of_a_file(take: Callable[..., int], occasion: Occasion) -> None:
    register(90001, occasion)
    file = take([detail("G1", person=90001), detail("G2", "refuse"), detail("G3", "hold")])
    operations.apply(file=file, occasion=occasion)
    page = queries.file(file=file, occasion=occasion, sees=ALL, limit=2)
    assert (page.line.title, page.line.state, page.more) == (
        "試験の随時", FileState.APPLIED, True,
    )  # fmt: skip
    assert [record.number for record in page.records] == [2, 3]
    hit = page.records[0].hit
    assert hit is not None
    assert (hit.number, hit.name) == (90001, "架空　花子")
    rest = queries.file(file=file, occasion=occasion, sees=ALL, after=3)
    assert [record.outcome for record in rest.records] == [RecordOutcome.HELD]
    (refused,) = queries.file(
        file=file, occasion=occasion, sees=ALL, outcome=RecordOutcome.REFUSED
    ).records
    assert refused.number == 3
    assert ("read", "interchange.records", "") in audited()
    with pytest.raises(UnableToHandleFile, match="受信ファイルはありません"):
        queries.file(file=file + 1, occasion=occasion, sees=ALL)
    with pytest.raises(UnableToHandleFile, match="内容を残していません"):
        queries.raw(file=file, number=2, occasion=occasion, sees=ALL)


def test_a_protected_persons_record_is_sealed(take: Callable[..., int], occasion: Occasion) -> None:
    register(90001, occasion)
    file = take([detail("H1", "hold", person=90001)])
    operations.apply(file=file, occasion=occasion)
    asked: dict[str, Any] = {"file": file, "number": 2, "occasion": occasion}
    assert not isinstance(queries.raw(sees=ALL, **asked), Masked)
    protect(90001, occasion)
    assert isinstance(queries.raw(sees=ALL, **asked), Masked)
    with pytest.raises(operations.UnableToReachSealedRecord):
        operations.retry(request_id=uuid4(), **asked)
    opening = opened(90001, occasion)
    assert not isinstance(queries.raw(sees=ALL, opening=opening, **asked), Masked)
    effect = operations.retry(request_id=uuid4(), opening=opening, **asked)
    assert effect.outcome is RecordOutcome.HELD
    operations.set_aside(reason="本人の申出", request_id=uuid4(), **asked)


def test_a_lost_copy_is_asked_for_and_stops_nothing(
    take: Callable[..., int], occasion: Occasion
) -> None:
    lost, other = take([detail("L2", needs="L0")]), take([detail("L1", needs="L0")])
    for file in (lost, other, take([detail("L0")])):
        operations.apply(file=file, occasion=occasion)
    assert keeping.lacking() == ()
    folders.kept(models.File.objects.get(pk=lost).digest).unlink()
    assert keeping.lacking() == (lost,)
    assert operations.retry_held(occasion=occasion) == 1
    assert all_marks() == {"L0": 1, "L1": 1}


@pytest.fixture
def tidy(exchange: Database) -> Callable[..., int]:
    def as_the_night_does(at: datetime) -> int:
        with exchange.django_as(Role.BATCH):
            return keeping.tidy(at=at)

    return as_the_night_does


def test_settled_files_and_bytes_are_removed_after_their_days(
    take: Callable[..., int], tidy: Callable[..., int], occasion: Occasion
) -> None:
    settled, held = take(keys(2)), take([detail("J1", "hold")])
    for file in (settled, held):
        operations.apply(file=file, occasion=occasion)
    (folders.keeping() / ".left").write_bytes(b"of a killed program")
    assert tidy(occasion.at + timedelta(days=89)) == 0
    with override_settings(KOKUNEN_EXCHANGE_KEPT=30):
        assert tidy(occasion.at + timedelta(days=31)) == 1
    digest = models.File.objects.get(pk=held).digest
    assert [path.name for path in folders.keeping().iterdir()] == [digest]
    assert models.Raw.objects.filter(file=held).count() == 1
    operations.set_aside(file=held, number=2, reason="不要", occasion=occasion, request_id=uuid4())
    assert tidy(occasion.at + timedelta(days=91)) == 1
    assert not models.Raw.objects.exists()


def test_of_tax_data_no_byte_is_kept(
    take: Callable[..., int],
    tidy: Callable[..., int],
    drop: Drop,
    occasion: Occasion,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(ledger, "UNKEPT", frozenset({LOOSE}))
    file = take([detail("T1", "refuse")])
    operations.apply(file=file, occasion=occasion)
    broken = content(keys(2)).replace(b"K000002", b"K\x80\x80002")
    operations.apply(
        file=operations.receive(layout=LOOSE, path=drop(LOOSE, broken, "bad"), occasion=occasion),
        occasion=occasion,
    )
    with pytest.raises(UnableToReceiveFile):
        operations.receive(
            layout=LOOSE, path=drop(LOOSE, broken[:-9], "truncated"), occasion=occasion
        )
    assert not models.Raw.objects.exists()
    with pytest.raises(UnableToHandleFile, match="内容を残していません"):
        queries.raw(file=file, number=2, occasion=occasion, sees=ALL)
    # The file itself goes with the night, although somebody still has to look at the record.
    assert tidy(occasion.at) == 2
    with pytest.raises(UnableToHandleFile, match="控えを開けません"):
        operations.retry(file=file, number=2, occasion=occasion, request_id=uuid4())
