"""What is held for others lies sealed, belongs to its row, and is never handed out damaged."""

from __future__ import annotations

import base64
import hashlib
import http.client
import io
import os
import signal
import time
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path
from random import Random
from typing import TYPE_CHECKING, Any
from uuid import UUID, uuid4

import pytest

from kokunen.access.vault.domain import UnableToUseKeys
from kokunen.linkage import errands, integration, intermediate, sealing, settings, wire
from kokunen.linkage.domain import BLOCK, Code, Refused, State, Thing, UnableToUsePlatform
from kokunen.linkage.domain import Errand as Kind
from kokunen.linkage.models import Errand, File
from kokunen.linkage.settings import Settings
from kokunen.postgres import home, secrets
from kokunen.postgres.roles import Role
from tests.linkage import city as cities
from tests.linkage import unsealed
from tests.linkage.city import CLERK, LAYOUT, coming_in, linked

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from tests.linkage.city import City

SEALED = BLOCK + sealing.TAG
SIZE = 3 * BLOCK + 17


# ---- at the platform


def provide(city: City, number: str, fact: str, provision: UUID | None = None) -> UUID:
    provision = provision or uuid4()
    city.system("pension").provide(
        provision=provision, integrated_number=number, basis="19-8-59",
        items={"pension.category": fact},
    )  # fmt: skip
    return provision


def inquire(city: City, number: str) -> UUID:
    inquiry = uuid4()
    city.system("pension").inquire(
        inquiry=inquiry, integrated_number=number, basis="19-8-59", items=["tax.income"],
        staff_number=CLERK,
    )  # fmt: skip
    return inquiry


def work(city: City, answers: Mapping[UUID, str]) -> list[UUID]:
    """Work off what is due: these inquiries are answered, the rest stays open; who was asked."""
    asked = []

    def ask(request: intermediate.Request) -> intermediate.Reply:
        asked.append(request.id)
        if request.id not in answers:
            return intermediate.again("busy")
        return intermediate.Reply(state=State.DONE, items={"tax.income": answers[request.id]})

    with city.database.django_as(Role.LINKAGE):
        while errands.work(
            clock=lambda: datetime.now(UTC), ask=ask, settings=Settings(retry_seconds=600)
        ):
            pass
    return asked


def due(city: City, errand: UUID) -> None:
    with city.database.owner() as owner:
        owner.execute("UPDATE linkage_errand SET next_at = made_at WHERE id = %s", [errand])


def hand_over(city: City, path: Path, content: bytes) -> tuple[UUID, Path]:
    """A file of the pension system's, and where the platform keeps it."""
    path.write_bytes(content)
    number = uuid4()
    receipt = city.system("pension").hand_over(path, to="welfare", layout=LAYOUT, file_id=number)
    return number, settings.kept() / receipt


def is_refused(city: City, number: UUID, into: Path, code: Code = Code.UNOPENED) -> None:
    """The receiver gets nothing, hears why in Japanese, and it is recorded."""
    before, lines = city.count("linkage_refusal"), city.count("audit_entry")
    with pytest.raises(UnableToUsePlatform) as refused:
        city.system("welfare").collect(file_id=number, into=into)
    assert refused.value.reason == code
    assert "保管していた内容" in refused.value.message
    assert not into.exists()
    assert city.refusals(before) == [("welfare", "/v1/files/collect", code)]
    assert city.count("audit_entry") == lines + 1
    assert city.rows("SELECT collections FROM linkage_file WHERE id = %s", number) == [(0,)]


@pytest.fixture
def person(city: City) -> str:
    return linked(city)


# ---- nothing lies open


def found(city: City, *needles: bytes) -> set[str]:
    """The tables and files of the office in which one of the needles stands, in any spelling."""
    spelt = {
        form
        for needle in needles
        for form in (needle, needle.hex().encode(), base64.b64encode(needle).rstrip(b"="))
    }
    places = set()
    for (table,) in city.rows(
        "SELECT relname FROM pg_class WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace"
    ):
        lines = str(city.rows(f"SELECT t::text FROM {table} t")).encode()  # noqa: S608 - names from the catalogue
        if any(form in lines for form in spelt):
            places.add(table)
    inside = [Path(folder, name) for folder, _, names in os.walk(home.folder()) for name in names]
    for path in [*inside, city.log]:
        held = b""
        # PostgreSQL recycles a file now and then; its socket is none.
        with suppress(FileNotFoundError):
            held = path.read_bytes() if path.is_file() else b""
            if any(form in held for form in spelt):
                places.add(path.name)
    return places


@pytest.mark.parametrize("program", ["kokunen", "unsealed"])
def test_of_what_is_open_nothing_can_be_read_beside_the_platform(
    city: City, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, program: str
) -> None:
    """Answers, facts, a whole file, and one that comes in when the platform is killed."""
    if program == "unsealed":
        monkeypatch.setattr(city, "program", (unsealed.__file__,))
        monkeypatch.setattr(sealing, "AESGCM", unsealed.Unsealed)
    city.stop()
    city.start()
    person, marked = linked(city), uuid4().hex
    provision, inquiry = provide(city, person, marked), inquire(city, person)
    work(city, {inquiry: marked})
    answer = city.system("pension").answer(inquiry=inquiry, staff_number=CLERK)
    assert answer.items == {"tax.income": marked}
    content = marked.encode() * (2 * BLOCK // len(marked))
    number, whole = hand_over(city, tmp_path / "out", content)
    city.system("welfare").collect(file_id=number, into=tmp_path / "in")
    assert (tmp_path / "in").read_bytes() == content
    # From a digest in the clear, a fact of which there are few could be guessed.
    said = [Kind.PROVISION, person, "19-8-59", {"items": {"pension.category": marked}}]
    digest = hashlib.sha256(intermediate.canonical(said)).digest()
    with coming_in(city, said=marked.encode()):
        (part,) = settings.kept().glob("*.part")
        until = time.monotonic() + 10
        while part.stat().st_size < BLOCK and time.monotonic() < until:
            time.sleep(0.01)
        city.stop(signal.SIGKILL)
    assert part.stat().st_size >= BLOCK
    places, guessed = found(city, marked.encode()), found(city, digest)
    monkeypatch.undo()
    city.start()
    assert not part.exists()
    assert city.system("pension").status(Thing.PROVISION, provision).state is State.WAITING
    if program == "kokunen":
        assert (places, guessed) == (set(), set())
    else:
        assert {"linkage_errand", whole.name, part.name} <= places
        assert "linkage_errand" in guessed


def test_a_crash_writes_no_memory_to_the_disk(city: City) -> None:
    assert city.process is not None
    (limit,) = [
        line.split()[-3:]
        for line in Path(f"/proc/{city.process.pid}/limits").read_text().splitlines()
        if line.startswith("Max core file size")
    ]
    assert limit == ["0", "0", "bytes"]


def test_the_key_of_a_file_goes_with_it(city: City, tmp_path: Path) -> None:
    number, _ = hand_over(city, tmp_path / "out", b"x")
    welfare = city.system("welfare")
    assert city.rows("SELECT key IS NULL FROM linkage_file WHERE id = %s", number) == [(False,)]
    digest = welfare.collect(file_id=number, into=tmp_path / "in")
    assert digest == hashlib.sha256(b"x").hexdigest()
    welfare.acknowledge(file_id=number, digest=digest)
    assert city.rows("SELECT key IS NULL FROM linkage_file WHERE id = %s", number) == [(True,)]


# ---- files


DAMAGES: dict[str, Callable[[bytes], bytes]] = {
    "cut in a block": lambda held: held[:-1],
    "a block less": lambda held: held[: 3 * SEALED],
    "cut to nothing": lambda _: b"",
    "a byte more": lambda held: held + b"x",
    "a block more": lambda held: held + held[:SEALED],
    "two blocks in another order": lambda held: (
        held[SEALED : 2 * SEALED] + held[:SEALED] + held[2 * SEALED :]
    ),
    "a block twice": lambda held: held[:SEALED] * 2 + held[2 * SEALED :],
    "a bit of the first": lambda held: bytes([held[0] ^ 1]) + held[1:],
    "a bit of the last": lambda held: held[:-1] + bytes([held[-1] ^ 1]),
    "not sealed": lambda held: bytes(len(held)),
}


@pytest.mark.parametrize("damage", DAMAGES)
def test_a_damaged_content_is_refused_and_may_be_handed_over_again(
    city: City, tmp_path: Path, damage: str
) -> None:
    content = Random(3).randbytes(SIZE)
    number, held = hand_over(city, tmp_path / "out", content)
    held.write_bytes(DAMAGES[damage](held.read_bytes()))
    is_refused(city, number, tmp_path / "in")
    pension = city.system("pension")
    assert pension.status(Thing.FILE, number).state is State.WAITING
    receipt = pension.hand_over(tmp_path / "out", to="welfare", layout=LAYOUT, file_id=number)
    assert receipt == held.name
    city.system("welfare").collect(file_id=number, into=tmp_path / "in")
    assert (tmp_path / "in").read_bytes() == content


@pytest.mark.parametrize("keys_too", [False, True])
def test_the_contents_of_two_files_cannot_be_exchanged(
    city: City, tmp_path: Path, *, keys_too: bool
) -> None:
    one, here = hand_over(city, tmp_path / "one", b"1" * SIZE)
    other, there = hand_over(city, tmp_path / "other", b"2" * SIZE)
    first, second = here.read_bytes(), there.read_bytes()
    here.write_bytes(second)
    there.write_bytes(first)
    if keys_too:
        with city.database.owner() as owner:
            owner.execute(
                "UPDATE linkage_file a SET key = b.key FROM linkage_file b"
                " WHERE (a.id, b.id) IN ((%s, %s), (%s, %s))",
                [one, other, other, one],
            )
    is_refused(city, one, tmp_path / "in")
    is_refused(city, other, tmp_path / "in")


@pytest.mark.parametrize(
    "change",
    ["sender = 'register'", "layout = 'other'", "size = size - 1", "digest = repeat('0', 64)",
     "key = NULL", "key = ''", "key = '1:k1:'", "key = '2' || substring(key FROM 2)",
     "key = key || 'x'"],
)  # fmt: skip
def test_a_row_that_was_changed_opens_nothing(city: City, tmp_path: Path, change: str) -> None:
    number, _ = hand_over(city, tmp_path / "out", b"x" * SIZE)
    with city.database.owner() as owner:
        owner.execute(f"UPDATE linkage_file SET {change} WHERE id = %s".encode(), [number])  # noqa: S608 - literals of the test
    is_refused(city, number, tmp_path / "in")


@pytest.mark.parametrize("size", [0, 1, BLOCK - 1, BLOCK, BLOCK + 1, 2 * BLOCK, SIZE])
def test_every_length_comes_back_and_only_its_own_blocks_to_the_last(size: int) -> None:
    content, key = Random(size).randbytes(size), sealing.new_key()
    held = b"".join(sealing.seal_blocks(key, size=size, read=io.BytesIO(content).read))
    assert len(held) == size + sealing.TAG * max(1, -(-size // BLOCK))
    assert b"".join(opened(key, size, held)) == content
    # Whole blocks of it are no shorter file: the last one says that it is the last.
    for blocks in range(-(-size // BLOCK)):
        with pytest.raises(Refused):
            opened(key, blocks * BLOCK, held[: max(1, blocks) * SEALED])
    with pytest.raises(Refused):
        opened(key, size + BLOCK, held + held[-SEALED:])
    with pytest.raises(Refused):
        opened(sealing.new_key(), size, held)


def opened(key: bytes, size: int, held: bytes) -> list[bytes]:
    return list(sealing.reveal_blocks(key, size=size, sealed=io.BytesIO(held)))


def test_a_client_waits_until_a_file_has_been_looked_through(
    city: City, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    waits, real = [], http.client.HTTPSConnection.getresponse

    def watched(self: http.client.HTTPSConnection) -> http.client.HTTPResponse:
        waits.append(self.sock.gettimeout())
        return real(self)

    number, _ = hand_over(city, tmp_path / "out", b"x")
    monkeypatch.setattr(http.client.HTTPSConnection, "getresponse", watched)
    welfare = city.system("welfare")
    welfare.collect(file_id=number, into=tmp_path / "in")
    welfare.waiting()
    assert waits == [wire.LOOKED_THROUGH, welfare.timeout]
    assert waits[0] > waits[1]


# ---- rows


def rows() -> Iterator[tuple[Errand | File, str, dict[str, Any]]]:
    """A row of each table, its sealed fields, and another value of each that they belong to."""
    errand = Errand(id=uuid4(), kind="inquiry", system="pension", subject_id=1, basis="b")
    other = {"id": uuid4(), "kind": "provision", "system": "tax", "subject_id": 2, "basis": "c"}
    for field in ("content", "answer", "digest"):
        yield errand, field, other
    file = File(
        id=uuid4(), sender="a", receiver="b", layout="l", size=1, digest="0", receipt=uuid4()
    )
    yield file, "key", {
        "id": uuid4(), "sender": "b", "receiver": "a", "layout": "m", "size": 2, "digest": "1",
        "receipt": uuid4(),
    }  # fmt: skip


def test_a_sealed_field_opens_in_its_own_row_and_place_alone() -> None:
    for row, field, others in rows():
        sealing.seal(row, field, b"content")
        assert sealing.reveal(row, field) == b"content"
        for name, value in others.items():
            own = getattr(row, name)
            setattr(row, name, value)
            with pytest.raises(Refused) as refused:
                sealing.reveal(row, field)
            assert refused.value.reason == Code.UNOPENED, name
            setattr(row, name, own)
        assert sealing.reveal(row, field) == b"content"
    errand = next(row for row, _, _ in rows())
    sealing.seal(errand, "content", b"content")
    errand.answer = errand.content  # type: ignore[union-attr]  # the first is an errand
    with pytest.raises(Refused):
        sealing.reveal(errand, "answer")


def test_the_same_content_is_never_sealed_to_the_same_bytes() -> None:
    row, field, _ = next(rows())
    held = set()
    for _ in range(50):
        sealing.seal(row, field, b"content")
        held.add(getattr(row, field))
    assert len(held) == 50


def test_an_exchanged_errand_is_asked_of_nobody_until_it_is_said_again(
    city: City, person: str
) -> None:
    one, other = provide(city, person, "1号"), provide(city, person, "3号")
    with city.database.owner() as owner:
        owner.execute(
            "UPDATE linkage_errand a SET content = b.content FROM linkage_errand b"
            " WHERE (a.id, b.id) IN ((%s, %s), (%s, %s))",
            [one, other, other, one],
        )
    assert not {one, other} & set(work(city, {}))
    for errand in (one, other):
        status = city.system("pension").status(Thing.PROVISION, errand)
        assert (status.state, status.code) == (State.WAITING, Code.UNOPENED)
        assert city.rows(
            "SELECT act, outcome FROM audit_entry WHERE operation = 'linkage.provision'"
            " AND changes::text LIKE %s",
            f"%{errand}%",
        ) == [("run", Code.UNOPENED)]
    provide(city, person, "1号", one)
    due(city, one)
    due(city, other)
    assert [asked for asked in work(city, {}) if asked in {one, other}] == [one]


def test_an_answer_that_was_exchanged_is_given_to_nobody(city: City, person: str) -> None:
    one, other = inquire(city, person), inquire(city, person)
    work(city, {one: "1", other: "2"})
    with city.database.owner() as owner:
        owner.execute(
            "UPDATE linkage_errand a SET answer = b.answer FROM linkage_errand b"
            " WHERE (a.id, b.id) = (%s, %s)",
            [one, other],
        )
    before, pension = city.count("linkage_refusal"), city.system("pension")
    with pytest.raises(UnableToUsePlatform) as refused:
        pension.answer(inquiry=one, staff_number=CLERK)
    assert (refused.value.reason, "破損か、すり替え" in refused.value.message) == (
        Code.UNOPENED, True,
    )  # fmt: skip
    assert city.refusals(before) == [("pension", "/v1/answers", Code.UNOPENED)]
    assert pension.answer(inquiry=other, staff_number=CLERK).items == {"tax.income": "2"}


# ---- keys


@pytest.fixture
def keys() -> Iterator[tuple[str, str]]:
    """The line of the secret as it is, and another; afterwards both are there."""
    old = secrets.read(sealing.SECRET).decode()
    new = f"k{uuid4().hex[:8]} {base64.b64encode(os.urandom(32)).decode()}"
    yield old, new
    secrets.write(sealing.SECRET, f"{new}\n{old}")


def rotate(code: int) -> str:
    program = cities.kokunen("linkage", "rotate")
    said, _ = program.communicate(timeout=60)
    assert program.returncode == code
    return said


def test_under_a_new_key_everything_is_sealed_anew_and_the_old_line_may_go(
    city: City, person: str, tmp_path: Path, keys: tuple[str, str]
) -> None:
    old, new = keys
    number, held = hand_over(city, tmp_path / "out", b"x" * SIZE)
    lost, _ = hand_over(city, tmp_path / "lost", b"y")
    answered, open_ = inquire(city, person), provide(city, person, "1号")
    work(city, {answered: "before"})
    with city.database.owner() as owner:
        owner.execute("UPDATE linkage_file SET key = '1:k1:damaged' WHERE id = %s", [lost])
    on_disk = held.read_bytes()
    secrets.write(sealing.SECRET, f"{old}\n{new}")
    pension, welfare = city.system("pension"), city.system("welfare")
    # Both open, and what comes now is under the new line.
    assert pension.answer(inquiry=answered, staff_number=CLERK).items == {"tax.income": "before"}
    later = inquire(city, person)
    work(city, {later: "after"})
    rotate(1)
    assert rotate(1).startswith("0行を")
    current = f"1:{new.split()[0]}:".encode()
    own = [number, lost, answered, open_, later]
    for table, field, under in (
        ("file", "key", {number}),
        ("errand", "content", {open_}),
        ("errand", "answer", {answered, later}),
        ("errand", "digest", {answered, open_, later}),
    ):
        assert under == {
            row
            for (row,) in city.rows(
                f"SELECT id FROM linkage_{table} WHERE substring({field} FOR %s) = %s"  # noqa: S608 - literals of the test
                " AND id = ANY(%s)",
                len(current),
                current,
                own,
            )
        }
    named = str(
        city.rows("SELECT changes::text FROM audit_entry WHERE operation = 'linkage.rotate'")
    )
    assert [one for one in own if str(one) in named] == [lost]
    secrets.write(sealing.SECRET, new)
    assert pension.answer(inquiry=answered, staff_number=CLERK).items == {"tax.income": "before"}
    assert pension.answer(inquiry=later, staff_number=CLERK).items == {"tax.income": "after"}
    provide(city, person, "1号", open_)
    welfare.collect(file_id=number, into=tmp_path / "in")
    assert (tmp_path / "in").read_bytes() == b"x" * SIZE
    assert held.read_bytes() == on_disk


def test_a_key_that_went_too_early_is_named_and_helps_when_it_is_back(
    city: City, person: str, tmp_path: Path, keys: tuple[str, str]
) -> None:
    old, new = keys
    number, _ = hand_over(city, tmp_path / "out", b"x" * SIZE)
    provision = provide(city, person, "1号")
    secrets.write(sealing.SECRET, new)
    is_refused(city, number, tmp_path / "in", Code.NO_KEY)
    due(city, provision)
    assert provision not in work(city, {})
    assert city.system("pension").status(Thing.PROVISION, provision).code == Code.NO_KEY
    secrets.write(sealing.SECRET, f"{old}\n{new}")
    city.system("welfare").collect(file_id=number, into=tmp_path / "in")
    due(city, provision)
    assert provision in work(city, {})


@pytest.mark.parametrize("line", ["k1", "k1 YWJj", "k 1 YWJj"])
def test_a_line_that_is_no_key_is_said_to_be_of_the_platform(
    keys: tuple[str, str], line: str
) -> None:
    old, _ = keys
    secrets.write(sealing.SECRET, f"{old}\n{line}")
    row, field, _ = next(rows())
    for use in (integration.keys, lambda: sealing.seal(row, field, b"")):
        with pytest.raises(UnableToUseKeys) as refused:
            use()
        assert refused.value.field == "linkage_keys"
        assert f"の{len(old.splitlines()) + 1}行目" in refused.value.message
