"""Hand-over of files: only as agreed, whole, once, with receipts both ways, also after a kill."""

from __future__ import annotations

import errno
import hashlib
import json
import os
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path
from random import Random
from typing import TYPE_CHECKING
from uuid import UUID, uuid4

import pytest

from kokunen.linkage import settings
from kokunen.linkage.domain import (
    BLOCK,
    MESSAGE,
    Code,
    State,
    Thing,
    UnableToLink,
    UnableToReachPlatform,
    UnableToUsePlatform,
)
from tests.linkage.city import LAYOUT, announce, coming_in, kept, message

if TYPE_CHECKING:
    from tests.linkage.city import City


@pytest.fixture
def file(tmp_path: Path) -> Path:
    made = tmp_path / "welfare.csv"
    made.write_bytes(Random(5).randbytes(3 * BLOCK + 17))
    return made


def test_a_file_goes_from_one_department_to_the_other_with_receipts(
    city: City, file: Path, tmp_path: Path
) -> None:
    pension, welfare, number = city.system("pension"), city.system("welfare"), uuid4()
    receipt = pension.hand_over(file, to="welfare", layout=LAYOUT, file_id=number)
    status = pension.status(Thing.FILE, number)
    assert (status.state, status.receipt, status.received) == (State.WAITING, receipt, "")
    (one,) = [one for one in welfare.waiting() if one.file_id == number]
    assert (one.sender, one.layout, one.name, one.size) == (
        "pension", LAYOUT, "welfare.csv", 3 * BLOCK + 17,
    )  # fmt: skip
    into = tmp_path / "in.csv"
    digest = welfare.collect(file_id=number, into=into)
    assert into.read_bytes() == file.read_bytes()
    assert digest == one.digest == hashlib.sha256(file.read_bytes()).hexdigest()
    assert pension.status(Thing.FILE, number).state is State.COLLECTED
    assert receipt in kept()
    back = welfare.acknowledge(file_id=number, digest=digest)
    assert str(UUID(back)) == back
    status = pension.status(Thing.FILE, number)
    assert (status.state, status.received) == (State.DONE, back)
    assert welfare.acknowledge(file_id=number, digest=digest) == back
    assert receipt not in kept()
    assert number not in [one.file_id for one in welfare.waiting()]
    assert [
        operation
        for (operation,) in city.rows(
            "SELECT operation FROM audit_entry WHERE changes::text LIKE %s ORDER BY id",
            f"%{number}%",
        )
    ] == ["linkage.files", "linkage.files_collect", "linkage.files_received"]


def test_a_delivered_file_is_not_given_again(city: City, file: Path, tmp_path: Path) -> None:
    pension, welfare, number = city.system("pension"), city.system("welfare"), uuid4()
    pension.hand_over(file, to="welfare", layout=LAYOUT, file_id=number)
    digest = welfare.collect(file_id=number, into=tmp_path / "a")
    assert welfare.collect(file_id=number, into=tmp_path / "b") == digest
    welfare.acknowledge(file_id=number, digest=digest)
    with pytest.raises(UnableToUsePlatform) as refused:
        welfare.collect(file_id=number, into=tmp_path / "c")
    assert refused.value.reason == Code.DELIVERED
    assert not (tmp_path / "c").exists()
    with pytest.raises(UnableToUsePlatform) as refused:
        pension.hand_over(
            file.rename(tmp_path / "new"), to="register", layout="register_notice", file_id=number
        )
    assert refused.value.reason == Code.TAKEN


def test_the_same_file_again_has_the_same_receipt_and_another_content_is_refused(
    city: City, file: Path
) -> None:
    pension, number, before = city.system("pension"), uuid4(), city.count("linkage_file")
    receipt = pension.hand_over(file, to="welfare", layout=LAYOUT, file_id=number)
    assert pension.hand_over(file, to="welfare", layout=LAYOUT, file_id=number) == receipt
    assert city.count("linkage_file") == before + 1
    file.write_bytes(b"other")
    with pytest.raises(UnableToUsePlatform) as refused:
        pension.hand_over(file, to="welfare", layout=LAYOUT, file_id=number)
    assert refused.value.reason == Code.TAKEN
    assert not [name for name in kept() if name.endswith(".part")]


@pytest.mark.parametrize(
    ("sender", "to", "layout"),
    [
        ("pension", "welfare", "register_notice"),
        ("pension", "register", LAYOUT),
        ("welfare", "pension", LAYOUT),
        ("pension", "nobody", LAYOUT),
        ("pension", "closed", LAYOUT),
    ],
)
def test_what_was_not_agreed_is_not_taken(
    city: City, file: Path, sender: str, to: str, layout: str
) -> None:
    before, files = city.count("linkage_refusal"), city.count("linkage_file")
    with pytest.raises(UnableToUsePlatform) as refused:
        city.system(sender).hand_over(file, to=to, layout=layout, file_id=uuid4())
    assert refused.value.reason == Code.NO_HAND_OVER
    assert city.refusals(before) == [(sender, "/v1/files", Code.NO_HAND_OVER)]
    assert city.count("linkage_file") == files


def test_somebody_elses_file_is_unknown(city: City, file: Path, tmp_path: Path) -> None:
    number = uuid4()
    city.system("pension").hand_over(file, to="welfare", layout=LAYOUT, file_id=number)
    for who in ("register", "pension"):
        client = city.system(who)
        with pytest.raises(UnableToUsePlatform) as refused:
            client.collect(file_id=number, into=tmp_path / "x")
        assert refused.value.reason == Code.UNKNOWN
        with pytest.raises(UnableToUsePlatform) as refused:
            client.acknowledge(file_id=number, digest="0" * 64)
        assert refused.value.reason == Code.UNKNOWN
    with pytest.raises(UnableToUsePlatform) as refused:
        city.system("welfare").status(Thing.FILE, number)
    assert refused.value.reason == Code.UNKNOWN
    with pytest.raises(UnableToUsePlatform) as refused:  # not collected yet
        city.system("welfare").acknowledge(file_id=number, digest="0" * 64)
    assert refused.value.reason == Code.UNKNOWN
    city.system("welfare").collect(file_id=number, into=tmp_path / "y")
    with pytest.raises(UnableToUsePlatform) as refused:
        city.system("welfare").acknowledge(file_id=number, digest="0" * 64)
    assert refused.value.reason == Code.DAMAGED


def test_a_file_that_is_not_what_was_announced_leaves_nothing(city: City) -> None:
    before, files, held = city.count("linkage_refusal"), city.count("linkage_file"), kept()
    status, answer = city.raw("/v1/files", announce(3), body=b"abc")
    assert (status, json.loads(answer)["code"]) == (403, Code.DAMAGED)
    digest = hashlib.sha256(b"abc").hexdigest()
    status, answer = city.raw("/v1/files", announce(2, digest), body=b"abc")
    assert (status, json.loads(answer)) == (400, {"code": "malformed", "field": "size"})
    assert [code for _, _, code in city.refusals(before)] == [Code.DAMAGED, Code.MALFORMED]
    assert (city.count("linkage_file"), kept()) == (files, held)


@pytest.mark.parametrize("name", ["..", ".", "../x", "a/b", "a\\b", "", "x\n", "x" * 101])
def test_a_name_that_leads_out_of_a_folder_is_none(city: City, name: str) -> None:
    said = announce(0, hashlib.sha256(b"").hexdigest())
    said["body"] = {**dict(said["body"]), "name": name}  # type: ignore[call-overload]  # JSON as it was written
    status, answer = city.raw("/v1/files", said, body=b"")
    assert (status, json.loads(answer)) == (400, {"code": "malformed", "field": "name"})


def test_a_file_above_the_limit_is_refused_before_it_is_read(city: City) -> None:
    before = city.count("linkage_refusal")
    with city.connection("pension") as connection:
        said = json.dumps(announce(3_000_000_000))
        connection.putrequest("POST", "/v1/files")
        connection.putheader("Content-Length", "3000000000")
        connection.putheader(MESSAGE, said)
        connection.endheaders()
        connection.send(b"x" * 1000)
        answer_at = threading.Timer(60, connection.close)
        answer_at.start()
        answer = connection.getresponse()
        answer_at.cancel()
        assert (answer.status, json.loads(answer.read())["code"]) == (413, Code.TOO_LARGE)
    assert [code for _, _, code in city.refusals(before)] == [Code.TOO_LARGE]


def test_a_sender_that_goes_away_leaves_no_file(city: City) -> None:
    files, held = city.count("linkage_file"), kept()
    with coming_in(city):
        assert any(name.endswith(".part") for name in kept())
    until = time.monotonic() + 10
    while kept() != held and time.monotonic() < until:
        time.sleep(0.05)
    assert (city.count("linkage_file"), kept()) == (files, held)


@pytest.mark.parametrize("moment", range(5))
def test_a_killed_service_takes_the_file_once_when_it_is_back(
    city: City, tmp_path: Path, moment: int
) -> None:
    """Kill -9 while the file comes in; the sender goes on with the same number."""
    large, number = tmp_path / "large", uuid4()
    large.write_bytes(Random(moment).randbytes(40_000_000))
    pension, welfare = city.system("pension", tries=1), city.system("welfare")
    told: list[str] = []

    def send() -> None:
        try:
            told.append(pension.hand_over(large, to="welfare", layout=LAYOUT, file_id=number))
        except UnableToReachPlatform as broken:
            told.append(broken.code)

    sender, held = threading.Thread(target=send), kept()
    sender.start()
    if moment:
        until = time.monotonic() + 20
        while kept() == held and not told and time.monotonic() < until:
            time.sleep(0.001)
        time.sleep(0.06 * (moment - 1))
    city.stop(signal.SIGKILL)
    sender.join(60)
    city.start()
    pension, welfare = city.system("pension"), city.system("welfare")
    receipt = pension.hand_over(large, to="welfare", layout=LAYOUT, file_id=number)
    assert told[0] in {receipt, "linkage_unreachable"}
    assert city.rows("SELECT count(*) FROM linkage_file WHERE id = %s", number) == [(1,)]
    assert not [name for name in kept() if name.endswith(".part")]
    digest = welfare.collect(file_id=number, into=tmp_path / "arrived")
    assert (tmp_path / "arrived").read_bytes() == large.read_bytes()
    welfare.acknowledge(file_id=number, digest=digest)
    assert receipt not in kept()


def test_a_second_service_does_not_start_and_touches_no_file_that_comes_in(city: City) -> None:
    with coming_in(city) as connection:
        coming = kept()
        second = subprocess.Popen(
            [sys.executable, "-m", "kokunen", "linkage", "serve", "--port", "0"],
            stderr=subprocess.PIPE, text=True, env=city.database.environment(),
        )  # fmt: skip
        for _ in range(300):
            if second.poll() is not None:
                break
            connection.send(b"x" * 1000)
            time.sleep(0.1)
        assert (second.poll(), kept()) == (2, coming)
        assert second.stderr is not None
        with second.stderr as said:
            assert "すでに動いています" in said.read()


def test_a_killed_service_gives_the_file_again_when_it_is_back(city: City, tmp_path: Path) -> None:
    large, number = tmp_path / "large", uuid4()
    large.write_bytes(Random(9).randbytes(40_000_000))
    city.system("pension").hand_over(large, to="welfare", layout=LAYOUT, file_id=number)
    with city.connection("welfare") as connection:
        said = json.dumps(message({"file": str(number)}, system="welfare"))
        connection.request("GET", "/v1/files/collect", headers={MESSAGE: said})
        answer = connection.getresponse()
        assert len(answer.read(BLOCK)) == BLOCK
        city.stop(signal.SIGKILL)
    city.start()
    welfare = city.system("welfare")
    digest = welfare.collect(file_id=number, into=tmp_path / "arrived")
    welfare.acknowledge(file_id=number, digest=digest)
    assert (tmp_path / "arrived").read_bytes() == large.read_bytes()
    assert city.rows("SELECT collections FROM linkage_file WHERE id = %s", number) == [(2,)]


def test_a_content_that_a_restore_lost_is_handed_over_again(
    city: City, file: Path, tmp_path: Path
) -> None:
    pension, welfare, number = city.system("pension"), city.system("welfare"), uuid4()
    receipt = pension.hand_over(file, to="welfare", layout=LAYOUT, file_id=number)
    (settings.kept() / receipt).unlink()
    with pytest.raises(UnableToReachPlatform):
        welfare.collect(file_id=number, into=tmp_path / "in")
    assert pension.status(Thing.FILE, number).state is State.WAITING
    assert pension.hand_over(file, to="welfare", layout=LAYOUT, file_id=number) == receipt
    welfare.collect(file_id=number, into=tmp_path / "in")
    assert (tmp_path / "in").read_bytes() == file.read_bytes()


def test_a_disk_that_is_full_or_closed_here_is_not_said_to_be_the_line(
    city: City, file: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    welfare, number = city.system("welfare"), uuid4()
    city.system("pension").hand_over(file, to="welfare", layout=LAYOUT, file_id=number)
    with pytest.raises(UnableToLink) as refused:
        welfare.collect(file_id=number, into=tmp_path / "nowhere" / "in")
    assert (refused.value.code, refused.value.reason) == ("linkage", "FileNotFoundError")
    real = os.fsync

    def full(_: int) -> None:
        raise OSError(errno.ENOSPC, "full")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(UnableToLink) as refused:
        welfare.collect(file_id=number, into=tmp_path / "in")
    assert (refused.value.code, refused.value.reason) == ("linkage", "OSError")
    assert list(tmp_path.iterdir()) == [file]
    synced: list[str] = []

    def watched(number: int) -> None:
        synced.append(str(Path(f"/proc/self/fd/{number}").readlink()))
        real(number)

    monkeypatch.setattr(os, "fsync", watched)
    welfare.collect(file_id=number, into=tmp_path / "in")
    assert synced[-1] == str(tmp_path)
    assert (tmp_path / "in").stat().st_mode & 0o777 == 0o600


def test_a_large_file_needs_little_memory(city: City, tmp_path: Path) -> None:
    large, number = tmp_path / "large", uuid4()
    with large.open("wb") as out:
        for _ in range(100):
            out.write(Random(1).randbytes(1_000_000))

    def peak() -> int:
        assert city.process is not None
        status = Path(f"/proc/{city.process.pid}/status").read_text()
        return int(status.split("VmHWM:")[1].split()[0])

    before = peak()
    started = time.monotonic()
    city.system("pension").hand_over(large, to="welfare", layout=LAYOUT, file_id=number)
    sent = time.monotonic() - started
    city.system("welfare").collect(file_id=number, into=tmp_path / "arrived")
    assert peak() - before < 30_000  # kB
    collected = time.monotonic() - started - sent
    print(f"100 MB: sent in {sent:.1f} s, collected in {collected:.1f} s")  # noqa: T201 - the figures, shown with -rP
